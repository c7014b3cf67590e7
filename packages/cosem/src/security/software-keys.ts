/** The key port in this process: keys as `KeyObject`s in private fields. */
import { createSecretKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { toHex } from '../base/bytes.ts';
import { curveOf, rawPublicKey, sharedSecret, signRaw } from './curves.ts';
import { raiseSecurity } from './errors.ts';
import type {
  AsymmetricPurpose,
  Derivation,
  EphemeralKey,
  KeyName,
  KeyPort,
  KeyPurpose,
  MessageCipher,
  SecretHandle,
  SymmetricKey,
  SymmetricPurpose,
} from './keys.ts';
import { deriveKey, gcmName, gcmOpen, gcmSeal, gcmStream, unwrapKey, wrapKey } from './primitives.ts';
import { type CurveName, checkSystemTitle, controlBits } from './suite.ts';

const nothing = new Uint8Array(0);
const noSecondKey = {};

/** The name of a key from the octets of its owner's system title. Throws `security/system-title`. */
export function keyName<P extends KeyPurpose>(
  owner: Uint8Array,
  purpose: P,
  slot: 'current' | 'next' = 'current',
): KeyName<P> {
  return { owner: toHex(checkSystemTitle(owner)), purpose, slot };
}

class SoftwareSecret implements SecretHandle {
  readonly kind = 'secret';
  readonly size: 16 | 32;
  readonly #key: KeyObject;

  constructor(octets: Uint8Array) {
    if (octets.length !== 16 && octets.length !== 32) {
      throw raiseSecurity('key-size', `${octets.length} octets`);
    }
    this.size = octets.length;
    this.#key = createSecretKey(octets);
  }

  static keyOf(handle: SecretHandle): KeyObject {
    if (handle instanceof SoftwareSecret) return handle.#key;
    throw raiseSecurity('key-missing', 'the key belongs to another key store');
  }
}

class SoftwareEphemeral implements EphemeralKey {
  readonly kind = 'ephemeral';
  readonly curve: CurveName;
  readonly publicKey: Uint8Array;
  readonly #key: KeyObject;

  constructor(key: KeyObject) {
    this.curve = curveOf(key);
    this.publicKey = rawPublicKey(key);
    this.#key = key;
  }

  static keyOf(handle: EphemeralKey): KeyObject {
    if (handle instanceof SoftwareEphemeral) return handle.#key;
    throw raiseSecurity('key-missing', 'the key belongs to another key store');
  }
}

class SoftwareCipher implements MessageCipher {
  readonly keySize: 16 | 32;
  readonly #name: ReturnType<typeof gcmName>;
  readonly #key: KeyObject;
  /** One octet for the control octet, then the authentication key. */
  readonly #prefix: Uint8Array;

  constructor(key: KeyObject, authentication: KeyObject | undefined) {
    this.#name = gcmName(key.symmetricKeySize);
    this.keySize = this.#name === 'aes-128-gcm' ? 16 : 32;
    this.#key = key;
    const secret = authentication === undefined ? nothing : authentication.export();
    this.#prefix = new Uint8Array(1 + secret.length);
    this.#prefix.set(secret, 1);
  }

  #associated(control: number, header: Uint8Array, text: Uint8Array): Uint8Array[] {
    this.#prefix[0] = control;
    const parts = [this.#prefix];
    if (header.length > 0) parts.push(header);
    if ((control & controlBits.encrypted) === 0) parts.push(text);
    return parts;
  }

  sealInto(
    control: number,
    iv: Uint8Array,
    header: Uint8Array,
    text: Uint8Array,
    out: Uint8Array,
    at: number,
  ): void {
    if ((control & controlBits.authenticated) === 0) {
      out.set(gcmStream(this.#name, this.#key, iv, text), at);
      return;
    }
    const associated = this.#associated(control, header, text);
    if ((control & controlBits.encrypted) !== 0) {
      gcmSeal(this.#name, this.#key, iv, associated, text, out, at);
    } else {
      out.set(text, at);
      gcmSeal(this.#name, this.#key, iv, associated, nothing, out, at + text.length);
    }
  }

  open(control: number, iv: Uint8Array, header: Uint8Array, text: Uint8Array, tag: Uint8Array): Uint8Array {
    if ((control & controlBits.authenticated) === 0) return gcmStream(this.#name, this.#key, iv, text);
    const associated = this.#associated(control, header, text);
    if ((control & controlBits.encrypted) !== 0) {
      return gcmOpen(this.#name, this.#key, iv, associated, text, tag);
    }
    gcmOpen(this.#name, this.#key, iv, associated, nothing, tag);
    return text;
  }
}

/** Keys held in this process. Nothing of them shows in errors, in `inspect` or in JSON. */
export class SoftwareKeys implements KeyPort {
  readonly #symmetric = new Map<string, KeyObject>();
  readonly #private = new Map<string, KeyObject>();
  /** By encryption key and then authentication key, or what stands for none. */
  readonly #ciphers = new WeakMap<KeyObject, WeakMap<object, SoftwareCipher>>();

  /** Puts a symmetric key of 16 or 32 octets in place; the octets are copied. Throws `security/key-size`. */
  put(name: KeyName<SymmetricPurpose>, octets: Uint8Array): this {
    this.#symmetric.set(slotName(name), SoftwareSecret.keyOf(new SoftwareSecret(octets)));
    return this;
  }

  /** Puts a private key on P-256 or P-384 in place. Throws `security/public-key`. */
  putPrivate(name: KeyName<AsymmetricPurpose>, key: KeyObject): this {
    if (key.type !== 'private') throw raiseSecurity('key-missing', 'not a private key');
    curveOf(key);
    this.#private.set(slotName(name), key);
    return this;
  }

  has(name: KeyName): boolean {
    return this.#symmetric.has(slotName(name)) || this.#private.has(slotName(name));
  }

  cipher(encryption: SymmetricKey, authentication: SymmetricKey | undefined): MessageCipher {
    const key = this.#resolve(encryption);
    const second = authentication === undefined ? undefined : this.#resolve(authentication);
    if (second !== undefined && second.symmetricKeySize !== key.symmetricKeySize) {
      throw raiseSecurity('key-size', 'encryption and authentication key differ in size');
    }
    // Associations come and go; the two keys of a device stay, and so does the cipher that is made of them.
    let ciphers = this.#ciphers.get(key);
    if (ciphers === undefined) {
      ciphers = new WeakMap();
      this.#ciphers.set(key, ciphers);
    }
    let cipher = ciphers.get(second ?? noSecondKey);
    if (cipher === undefined) {
      cipher = new SoftwareCipher(key, second);
      ciphers.set(second ?? noSecondKey, cipher);
    }
    return cipher;
  }

  generate(size: 16 | 32): SecretHandle {
    return consume(randomBytes(size));
  }

  importSecret(octets: Uint8Array): SecretHandle {
    return new SoftwareSecret(octets);
  }

  wrap(kek: SymmetricKey, key: SymmetricKey): Uint8Array {
    const octets = this.#resolve(key).export();
    try {
      return wrapKey(this.#resolve(kek), octets);
    } finally {
      octets.fill(0);
    }
  }

  unwrap(kek: SymmetricKey, wrapped: Uint8Array): SecretHandle {
    return consume(unwrapKey(this.#resolve(kek), wrapped));
  }

  stage(name: KeyName<SymmetricPurpose>, key: SecretHandle): void {
    this.#symmetric.set(slotName({ ...name, slot: 'next' }), SoftwareSecret.keyOf(key));
  }

  activate(names: readonly KeyName[]): void {
    // All are looked up before any is moved, so that a missing one leaves everything as it was.
    const staged = names.map((name) => {
      const from = slotName({ ...name, slot: 'next' });
      const map = this.#symmetric.has(from) ? this.#symmetric : this.#private;
      const key = map.get(from);
      if (key === undefined) throw missing({ ...name, slot: 'next' });
      return { map, to: slotName({ ...name, slot: 'current' }), key };
    });
    for (const { map, to, key } of staged) map.set(to, key);
    this.discard(names);
  }

  discard(names: readonly KeyName[]): void {
    for (const name of names) {
      const slot = slotName({ ...name, slot: 'next' });
      this.#symmetric.delete(slot);
      this.#private.delete(slot);
    }
  }

  generatePair(name: KeyName<AsymmetricPurpose>, curve: CurveName): Uint8Array {
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
    this.#private.set(slotName(name), privateKey);
    return rawPublicKey(privateKey);
  }

  ephemeral(curve: CurveName): EphemeralKey {
    return new SoftwareEphemeral(generateKeyPairSync('ec', { namedCurve: curve }).privateKey);
  }

  /** An ephemeral key from a given private key: for reproducing recorded exchanges. */
  ephemeralFrom(privateKey: KeyObject): EphemeralKey {
    return new SoftwareEphemeral(privateKey);
  }

  agree(own: KeyName<'agreement'> | EphemeralKey, peer: Uint8Array, derivation: Derivation): SecretHandle {
    const privateKey = 'kind' in own ? SoftwareEphemeral.keyOf(own) : this.#resolvePrivate(own);
    const secret = sharedSecret(privateKey, peer);
    try {
      return consume(deriveKey(secret, derivation.otherInfo, derivation.keySize));
    } finally {
      secret.fill(0);
    }
  }

  publicKey(name: KeyName<AsymmetricPurpose>): Uint8Array {
    return rawPublicKey(this.#resolvePrivate(name));
  }

  sign(name: KeyName<AsymmetricPurpose>, message: Uint8Array): Promise<Uint8Array> {
    return signRaw(this.#resolvePrivate(name), message);
  }

  #resolve(key: SymmetricKey): KeyObject {
    if ('kind' in key) return SoftwareSecret.keyOf(key);
    const found = this.#symmetric.get(slotName(key));
    if (found === undefined) throw missing(key);
    return found;
  }

  #resolvePrivate(name: KeyName<AsymmetricPurpose>): KeyObject {
    const found = this.#private.get(slotName(name));
    if (found === undefined) throw missing(name);
    return found;
  }
}

/** Makes a secret of octets and clears them. */
function consume(octets: Uint8Array): SecretHandle {
  try {
    return new SoftwareSecret(octets);
  } finally {
    octets.fill(0);
  }
}

function slotName(name: KeyName): string {
  return `${name.owner}/${name.purpose}/${name.slot ?? 'current'}`;
}

function missing(name: KeyName) {
  const slot = name.slot === 'next' ? 'staged ' : '';
  return raiseSecurity('key-missing', `no ${slot}${name.purpose} key of ${name.owner}`);
}
