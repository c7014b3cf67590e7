/**
 * Keys in a PKCS#11 token, by the calls of its module (PKCS#11 2.40, and 3.0 for Ed25519). A key's label is its name;
 * its id says what it is for and since when. Private and secret keys are made in the token, sensitive and not
 * extractable. Runs in the host process only, see `pkcs11-host.ts`.
 */
import { createHash } from 'node:crypto';
import { certificateAlgorithms } from './algorithms.ts';
import { bitString, DerReader, oid, sequence, tags } from './der.ts';
import { raiseTrust } from './errors.ts';
import { type KeyDescription, type KeyPurpose, keyPurposes, signs } from './key-port.ts';

/** The part of pkcs11js that is used. */
export interface Pkcs11 {
  load(path: string): void;
  close(): void;
  C_Initialize(): void;
  C_Finalize(): void;
  C_GetSlotList(tokenPresent: boolean): Buffer[];
  C_GetTokenInfo(slot: Buffer): { label: string };
  C_OpenSession(slot: Buffer, flags: number): Buffer;
  C_Login(session: Buffer, userType: number, pin: string): void;
  C_FindObjectsInit(session: Buffer, template: Template): void;
  C_FindObjects(session: Buffer, maximum: number): Buffer[];
  C_FindObjectsFinal(session: Buffer): void;
  C_GetAttributeValue(session: Buffer, object: Buffer, template: Template): { type: number; value: Buffer }[];
  C_CreateObject(session: Buffer, template: Template): Buffer;
  C_DestroyObject(session: Buffer, object: Buffer): void;
  C_GenerateKey(session: Buffer, mechanism: Mechanism, template: Template): Buffer;
  C_GenerateKeyPair(
    session: Buffer,
    mechanism: Mechanism,
    publicTemplate: Template,
    privateTemplate: Template,
  ): unknown;
  C_SignInit(session: Buffer, mechanism: Mechanism, key: Buffer): void;
  C_Sign(session: Buffer, data: Buffer, out: Buffer): Buffer;
  C_WrapKey(session: Buffer, mechanism: Mechanism, wrappingKey: Buffer, key: Buffer, out: Buffer): Buffer;
  C_UnwrapKey(
    session: Buffer,
    mechanism: Mechanism,
    key: Buffer,
    wrapped: Buffer,
    template: Template,
  ): Buffer;
}
interface Mechanism {
  mechanism: number;
}
type Template = { type: number; value?: number | boolean | string | Buffer }[];

// Numbers of PKCS#11: object classes, key types, attributes, mechanisms.
const object = { public: 2, private: 3, secret: 4 } as const;
const keyType = { ec: 3, generic: 0x10, aes: 0x1f, edwards: 0x40 } as const;
const attribute = {
  class: 0,
  token: 1,
  private: 2,
  label: 3,
  value: 0x11,
  keyType: 0x100,
  id: 0x102,
  sensitive: 0x103,
  wrap: 0x106,
  unwrap: 0x107,
  sign: 0x108,
  verify: 0x10a,
  valueLength: 0x161,
  extractable: 0x162,
  ecParams: 0x180,
  ecPoint: 0x181,
} as const;
const mechanism = {
  genericKeyGen: 0x350,
  sha256Hmac: 0x251,
  ecKeyPairGen: 0x1040,
  ecdsa: 0x1041,
  edwardsKeyPairGen: 0x1055,
  eddsa: 0x1057,
  aesKeyGen: 0x1080,
  aesKeyWrap: 0x2109,
} as const;
const serialSession = 4;
const readWriteSession = 2;
const normalUser = 1;
const maxObjects = 10_000;

const nameForm = /^[a-z][a-z0-9.-]{0,63}$/;

/** A logged-in session on the token of a label. */
export class Pkcs11Session {
  readonly #module: Pkcs11;
  readonly #session: Buffer;

  constructor(module: Pkcs11, library: string, tokenLabel: string, pin: string) {
    this.#module = module;
    module.load(library);
    module.C_Initialize();
    const slot = module
      .C_GetSlotList(true)
      .find((each) => module.C_GetTokenInfo(each).label.trimEnd() === tokenLabel);
    if (!slot) throw raiseTrust('module-unavailable', `no token is labelled ${tokenLabel}`);
    this.#session = module.C_OpenSession(slot, serialSession | readWriteSession);
    module.C_Login(this.#session, normalUser, pin);
  }

  list(): KeyDescription[] {
    const found: KeyDescription[] = [];
    for (const kind of [object.private, object.secret]) {
      for (const handle of this.#find([{ type: attribute.class, value: kind }])) {
        const description = this.#describe(handle);
        if (description) found.push(description);
      }
    }
    return found.sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  describe(name: string): KeyDescription {
    return this.#key(name).description;
  }

  generate(name: string, purpose: KeyPurpose): KeyDescription {
    if (!nameForm.test(name))
      throw raiseTrust('no-key', 'a key’s name has small letters, digits, dots and dashes');
    if (this.#handleOf(name)) throw raiseTrust('key-exists', `there is a key ${name} already`);
    const common: Template = [
      { type: attribute.token, value: true },
      { type: attribute.label, value: name },
      { type: attribute.id, value: Buffer.from(`${purpose} ${new Date().toISOString()}`) },
    ];
    const secrecy: Template = [
      { type: attribute.private, value: true },
      { type: attribute.sensitive, value: true },
      { type: attribute.extractable, value: false },
    ];
    if (signs(purpose)) this.#generatePair(purpose, common, secrecy);
    else this.#generateSecret(purpose, [...common, ...secrecy]);
    return this.describe(name);
  }

  #generatePair(purpose: KeyPurpose, common: Template, secrecy: Template): void {
    const curve = certificateAlgorithms.find((each) => each.keyPurpose === purpose)?.curveOid;
    const how = curve === undefined ? mechanism.edwardsKeyPairGen : mechanism.ecKeyPairGen;
    const type = curve === undefined ? keyType.edwards : keyType.ec;
    const parameters = curve === undefined ? oid('1.3.101.112') : oid(curve);
    this.#module.C_GenerateKeyPair(
      this.#session,
      { mechanism: how },
      [
        ...common,
        { type: attribute.class, value: object.public },
        { type: attribute.keyType, value: type },
        { type: attribute.verify, value: true },
        { type: attribute.ecParams, value: parameters },
      ],
      [
        ...common,
        ...secrecy,
        { type: attribute.class, value: object.private },
        { type: attribute.keyType, value: type },
        { type: attribute.sign, value: true },
      ],
    );
  }

  #generateSecret(purpose: KeyPurpose, common: Template): void {
    const isWrap = purpose === 'wrap';
    this.#module.C_GenerateKey(
      this.#session,
      { mechanism: isWrap ? mechanism.aesKeyGen : mechanism.genericKeyGen },
      [
        ...common,
        { type: attribute.class, value: object.secret },
        { type: attribute.keyType, value: isWrap ? keyType.aes : keyType.generic },
        { type: attribute.valueLength, value: 32 },
        ...(isWrap
          ? [
              { type: attribute.wrap, value: true },
              { type: attribute.unwrap, value: true },
            ]
          : [{ type: attribute.sign, value: true }]),
      ],
    );
  }

  sign(name: string, message: Uint8Array): Uint8Array {
    const { handle, description } = this.#key(name);
    if (!signs(description.purpose)) throw wrongPurpose(description, 'sign');
    const algorithm = certificateAlgorithms.find((each) => each.keyPurpose === description.purpose);
    const how = algorithm ? mechanism.ecdsa : mechanism.eddsa;
    const data = algorithm ? createHash(algorithm.hash).update(message).digest() : Buffer.from(message);
    this.#module.C_SignInit(this.#session, { mechanism: how }, handle);
    return this.#module.C_Sign(this.#session, data, Buffer.alloc(2 * (algorithm?.scalarOctets ?? 32)));
  }

  wrap(name: string, secret: Uint8Array): Uint8Array {
    const { handle, description } = this.#key(name);
    if (description.purpose !== 'wrap') throw wrongPurpose(description, 'wrap');
    const held = this.#module.C_CreateObject(this.#session, [
      ...sessionSecret,
      { type: attribute.value, value: Buffer.from(secret) },
    ]);
    try {
      const out = Buffer.alloc(secret.length + 8);
      return this.#module.C_WrapKey(this.#session, { mechanism: mechanism.aesKeyWrap }, handle, held, out);
    } finally {
      this.#module.C_DestroyObject(this.#session, held);
    }
  }

  unwrap(name: string, wrapped: Uint8Array): Uint8Array {
    const { handle, description } = this.#key(name);
    if (description.purpose !== 'wrap') throw wrongPurpose(description, 'wrap');
    let held: Buffer;
    try {
      const how = { mechanism: mechanism.aesKeyWrap };
      held = this.#module.C_UnwrapKey(this.#session, how, handle, Buffer.from(wrapped), [...sessionSecret]);
    } catch (cause) {
      // What is damaged or of another key is refused in one of these ways; anything else is the module's own fault.
      const refusals = [
        'CKR_WRAPPED_KEY_INVALID',
        'CKR_WRAPPED_KEY_LEN_RANGE',
        'CKR_GENERAL_ERROR',
        'CKR_ENCRYPTED_DATA',
      ];
      if (refusals.some((each) => String(cause).includes(each))) throw raiseTrust('wrong-key');
      throw cause;
    }
    try {
      return this.#value(held, attribute.value);
    } finally {
      this.#module.C_DestroyObject(this.#session, held);
    }
  }

  derive(name: string, label: string): Uint8Array {
    const { handle, description } = this.#key(name);
    if (description.purpose !== 'derive') throw wrongPurpose(description, 'derive');
    this.#module.C_SignInit(this.#session, { mechanism: mechanism.sha256Hmac }, handle);
    return this.#module.C_Sign(this.#session, Buffer.from(label, 'utf8'), Buffer.alloc(32));
  }

  destroy(name: string): void {
    this.#key(name);
    for (const handle of this.#find([{ type: attribute.label, value: name }]))
      this.#module.C_DestroyObject(this.#session, handle);
  }

  close(): void {
    this.#module.C_Finalize();
    this.#module.close();
  }

  #find(template: Template): Buffer[] {
    this.#module.C_FindObjectsInit(this.#session, template);
    try {
      return this.#module.C_FindObjects(this.#session, maxObjects);
    } finally {
      this.#module.C_FindObjectsFinal(this.#session);
    }
  }

  #handleOf(name: string): Buffer | undefined {
    for (const kind of [object.private, object.secret]) {
      const [handle] = this.#find([
        { type: attribute.class, value: kind },
        { type: attribute.label, value: name },
      ]);
      if (handle) return handle;
    }
    return undefined;
  }

  #key(name: string): { handle: Buffer; description: KeyDescription } {
    const handle = nameForm.test(name) ? this.#handleOf(name) : undefined;
    const description = handle && this.#describe(handle);
    if (!handle || !description) throw raiseTrust('no-key', `there is no key ${name.slice(0, 64)}`);
    return { handle, description };
  }

  #value(handle: Buffer, type: number): Buffer {
    return this.#module.C_GetAttributeValue(this.#session, handle, [{ type }])[0]!.value;
  }

  /** Undefined for a key that somebody else put into the token. */
  #describe(handle: Buffer): KeyDescription | undefined {
    const name = this.#value(handle, attribute.label).toString('utf8');
    const [purpose = '', created = ''] = this.#value(handle, attribute.id).toString('latin1').split(' ');
    if (!keyPurposes.includes(purpose as KeyPurpose) || !nameForm.test(name)) return undefined;
    const isPair = signs(purpose as KeyPurpose);
    return {
      name,
      purpose: purpose as KeyPurpose,
      createdAt: new Date(created),
      publicKey: isPair ? this.#publicKey(name, purpose as KeyPurpose) : undefined,
    };
  }

  /** SubjectPublicKeyInfo from the public half: its point stands in an octet string. */
  #publicKey(name: string, purpose: KeyPurpose): Buffer | undefined {
    const [handle] = this.#find([
      { type: attribute.class, value: object.public },
      { type: attribute.label, value: name },
    ]);
    if (!handle) return undefined;
    const point = new DerReader(this.#value(handle, attribute.ecPoint), 'point').next(
      tags.octetString,
    ).content;
    const curve = certificateAlgorithms.find((each) => each.keyPurpose === purpose)?.curveOid;
    const algorithm =
      curve === undefined ? sequence(oid('1.3.101.112')) : sequence(oid('1.2.840.10045.2.1'), oid(curve));
    return sequence(algorithm, bitString(point));
  }
}

/** A secret that passes through the token: it lives as long as the call. */
const sessionSecret: Template = [
  { type: attribute.class, value: object.secret },
  { type: attribute.keyType, value: keyType.generic },
  { type: attribute.token, value: false },
  { type: attribute.private, value: true },
  { type: attribute.sensitive, value: false },
  { type: attribute.extractable, value: true },
];

function wrongPurpose({ name, purpose }: KeyDescription, wanted: string): Error {
  return raiseTrust('no-key', `the key ${name} is for ${purpose}, not for ${wanted}`);
}
