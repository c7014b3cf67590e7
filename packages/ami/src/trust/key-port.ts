/**
 * What a holder of keys can do for others. Keys have names and purposes and never leave their holder, so that files
 * and a PKCS#11 module look the same from here. A key does only what its purpose says.
 */

/**
 * `sign-log`: Ed25519, for checkpoints and cosignatures (C2SP signed-note); `sign`: ECDSA P-256 with SHA-256;
 * `sign-384`: ECDSA P-384 with SHA-384, for certificates of DLMS suite 2; `wrap`: AES-256 key wrap (RFC 3394); `derive`: HMAC-SHA-256.
 */
export type KeyPurpose = 'sign-log' | 'sign' | 'sign-384' | 'wrap' | 'derive';

export const keyPurposes: readonly KeyPurpose[] = ['sign-log', 'sign', 'sign-384', 'wrap', 'derive'];

/** Whether keys of this purpose are pairs that sign. */
export const signs = (purpose: KeyPurpose): boolean => purpose.startsWith('sign');

export interface KeyDescription {
  readonly name: string;
  readonly purpose: KeyPurpose;
  readonly createdAt: Date;
  /** Subject public key info (DER) of a signing key. */
  readonly publicKey: Uint8Array | undefined;
}

export interface KeyPort {
  list(): Promise<readonly KeyDescription[]>;
  /** Errors: `trust/no-key`. */
  describe(name: string): Promise<KeyDescription>;
  /** Makes a key from the operating system's random source. Errors: `trust/key-exists`. */
  generate(name: string, purpose: KeyPurpose): Promise<KeyDescription>;
  /** Ed25519: 64 octets; ECDSA: r ‖ s, 64 or 96 octets (IEEE P1363). Errors: `trust/no-key`. */
  sign(name: string, message: Uint8Array): Promise<Uint8Array>;
  /** Wraps a secret of 16, 24 … octets; the result is 8 octets longer. Errors: `trust/no-key`. */
  wrap(name: string, secret: Uint8Array): Promise<Uint8Array>;
  /** Errors: `trust/no-key`, `trust/wrong-key`. */
  unwrap(name: string, wrapped: Uint8Array): Promise<Uint8Array>;
  /** A secret of 32 octets for one use, named by its label. Errors: `trust/no-key`. */
  derive(name: string, label: string): Promise<Uint8Array>;
  /** Removes a key for ever. Errors: `trust/no-key`. */
  destroy(name: string): Promise<void>;
}
