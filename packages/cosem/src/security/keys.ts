/**
 * The key port: keys live behind it, so that a hardware module can hold them. What comes out are operations, never
 * key octets. Symmetric operations are synchronous (so are PKCS#11 calls in Node); signing and agreeing may return a
 * promise. {@link SoftwareKeys} is the implementation in this process.
 */
import type { CurveName } from './suite.ts';

/** What a symmetric key is for (IEC 62056-5-3, cryptographic keys). */
export type SymmetricPurpose =
  | 'unicast-encryption'
  | 'broadcast-encryption'
  | 'authentication'
  | 'dedicated'
  | 'master';

/** What a private key is for; one key is never used for both. */
export type AsymmetricPurpose = 'signing' | 'agreement';

/** What any key is for. */
export type KeyPurpose = SymmetricPurpose | AsymmetricPurpose;

/** One key: there is one for each system title and purpose, and during a key change the next one beside it. */
export interface KeyName<P extends KeyPurpose = KeyPurpose> {
  /** System title of the device whose key it is, 16 lower-case hexadecimal digits. */
  readonly owner: string;
  readonly purpose: P;
  /** `next` is a key that was staged by a key change and not yet activated. Default `current`. */
  readonly slot?: 'current' | 'next';
}

/** A symmetric key without a name: derived, unwrapped, generated or dedicated. Shows nothing of itself. */
export interface SecretHandle {
  readonly kind: 'secret';
  /** Octets of the key, 16 or 32. */
  readonly size: 16 | 32;
}

/** A private key made for one exchange. Shows nothing of itself but the public half. */
export interface EphemeralKey {
  readonly kind: 'ephemeral';
  readonly curve: CurveName;
  /** Raw x and y. */
  readonly publicKey: Uint8Array;
}

/** A symmetric key by its name, or by a handle where it has none. */
export type SymmetricKey = KeyName<SymmetricPurpose> | SecretHandle;

/**
 * The cipher of one encryption key and one authentication key, resolved once and used for many messages. The key
 * store puts the additional authenticated data together, because the authentication key is part of them:
 * control ‖ AK ‖ header, and then the text itself where it is authenticated only (IEC 62056-5-3, AES-GCM).
 */
export interface MessageCipher {
  readonly keySize: 16 | 32;
  /**
   * Writes the text (ciphered if the control octet says so) to `out` from `at`, and after it the tag of 12 octets
   * if the control octet asks for authentication. `iv` and `header` may be reused by the caller afterwards.
   */
  sealInto(
    control: number,
    iv: Uint8Array,
    header: Uint8Array,
    text: Uint8Array,
    out: Uint8Array,
    at: number,
  ): void;
  /**
   * The plain text; a view on `text` where it was only authenticated. `tag` is empty where the control octet says
   * that there is none. Throws `security/tag`.
   */
  open(control: number, iv: Uint8Array, header: Uint8Array, text: Uint8Array, tag: Uint8Array): Uint8Array;
}

/** What a key derivation mixes in (NIST SP 800-56A, 5.8.1; OtherInfo of IEC 62056-5-3). */
export interface Derivation {
  readonly keySize: 16 | 32;
  readonly otherInfo: Uint8Array;
}

/** Where keys live. Every method throws `security/key-missing` for a key that is not there. */
export interface KeyPort {
  has(name: KeyName): boolean;
  /** Throws `security/key-size` where the two keys are not of one size. */
  cipher(encryption: SymmetricKey, authentication: SymmetricKey | undefined): MessageCipher;
  /** A new random key. */
  generate(size: 16 | 32): SecretHandle;
  /** A key that came in the clear inside a protected APDU (the dedicated key). The octets are copied. */
  importSecret(octets: Uint8Array): SecretHandle;
  /** RFC 3394. */
  wrap(kek: SymmetricKey, key: SymmetricKey): Uint8Array;
  /** RFC 3394. Throws `security/key-unwrap`. */
  unwrap(kek: SymmetricKey, wrapped: Uint8Array): SecretHandle;
  /** Puts a key in the `next` slot of its name, in place of what was there. */
  stage(name: KeyName<SymmetricPurpose>, key: SecretHandle): void;
  /** Makes the `next` keys of these names current, all or none. */
  activate(names: readonly KeyName[]): void;
  /** Forgets the `next` keys of these names. */
  discard(names: readonly KeyName[]): void;
  ephemeral(curve: CurveName): EphemeralKey;
  /** Makes a new private key in the slot that the name says. Out: its public key, raw x and y. */
  generatePair(name: KeyName<AsymmetricPurpose>, curve: CurveName): Uint8Array | Promise<Uint8Array>;
  /** Agrees on a key with the holder of the raw public key. Throws `security/public-key`. */
  agree(
    own: KeyName<'agreement'> | EphemeralKey,
    peer: Uint8Array,
    derivation: Derivation,
  ): SecretHandle | Promise<SecretHandle>;
  /** Raw x and y. */
  publicKey(name: KeyName<AsymmetricPurpose>): Uint8Array;
  /** Raw r and s over the message, with the hash of the key's curve. */
  sign(name: KeyName<AsymmetricPurpose>, message: Uint8Array): Uint8Array | Promise<Uint8Array>;
}
