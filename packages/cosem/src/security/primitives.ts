/**
 * AES-GCM and AES key wrap exactly as DLMS uses them, over `node:crypto`. Keys come as `KeyObject`: handing the
 * cipher a Buffer instead makes each operation about three times slower.
 */
import { createCipheriv, createDecipheriv, createHash, type KeyObject } from 'node:crypto';
import { raiseSecurity } from './errors.ts';
import { tagSize } from './suite.ts';

const gcmOptions = { authTagLength: tagSize } as const;
type GcmName = 'aes-128-gcm' | 'aes-256-gcm';

/** The GCM cipher for a key of 16 or 32 octets. Throws `security/key-size`. */
export function gcmName(keySize: number | undefined): GcmName {
  if (keySize === 16) return 'aes-128-gcm';
  if (keySize === 32) return 'aes-256-gcm';
  throw raiseSecurity('key-size', `${keySize ?? 'no'} octets`);
}

/**
 * AES-GCM, encrypting (NIST SP 800-38D; tag of 96 bits as IEC 62056-5-3 says).
 * In: `associated` parts in order, the text to encrypt (empty for a tag alone).
 * Out: writes text and tag to `out` from `at`.
 */
export function gcmSeal(
  name: GcmName,
  key: KeyObject,
  iv: Uint8Array,
  associated: readonly Uint8Array[],
  text: Uint8Array,
  out: Uint8Array,
  at: number,
): void {
  const cipher = createCipheriv(name, key, iv, gcmOptions);
  for (const part of associated) cipher.setAAD(part);
  if (text.length > 0) out.set(cipher.update(text), at);
  cipher.final();
  out.set(cipher.getAuthTag(), at + text.length);
}

/** AES-GCM, decrypting and checking the tag. Throws `security/tag`; nothing of the text gets out then. */
export function gcmOpen(
  name: GcmName,
  key: KeyObject,
  iv: Uint8Array,
  associated: readonly Uint8Array[],
  text: Uint8Array,
  tag: Uint8Array,
): Uint8Array {
  if (tag.length !== tagSize) throw raiseSecurity('tag', `a tag of ${tag.length} octets`);
  const decipher = createDecipheriv(name, key, iv, gcmOptions);
  for (const part of associated) decipher.setAAD(part);
  decipher.setAuthTag(tag);
  const plain = decipher.update(text);
  try {
    decipher.final();
  } catch {
    // The cause is not kept: it would tell nothing, and the plain text must not leave with it.
    plain.fill(0);
    throw raiseSecurity('tag');
  }
  return plain;
}

/** AES-GCM without its tag: encryption only. Encrypting and decrypting are the same operation. */
export function gcmStream(name: GcmName, key: KeyObject, iv: Uint8Array, text: Uint8Array): Uint8Array {
  const cipher = createCipheriv(name, key, iv, gcmOptions);
  const result = cipher.update(text);
  cipher.final();
  return result;
}

/** The integrity value of RFC 3394, 2.2.3.1. */
const wrapIv = new Uint8Array(8).fill(0xa6);

function wrapName(keySize: number | undefined): string {
  if (keySize === 16) return 'aes128-wrap';
  if (keySize === 32) return 'aes256-wrap';
  throw raiseSecurity('key-size', `a key-encrypting key of ${keySize ?? 'no'} octets`);
}

/** Wraps a key of 16 or 32 octets (RFC 3394, 2.2.1): 8 octets longer. Throws `security/key-size`. */
export function wrapKey(kek: KeyObject, key: Uint8Array): Uint8Array {
  if (key.length !== 16 && key.length !== 32) {
    throw raiseSecurity('key-size', `${key.length} octets to wrap`);
  }
  const cipher = createCipheriv(wrapName(kek.symmetricKeySize), kek, wrapIv);
  const wrapped = cipher.update(key);
  cipher.final();
  return wrapped;
}

/** Unwraps a key of 16 or 32 octets (RFC 3394, 2.2.2). Throws `security/key-size`, `security/key-unwrap`. */
export function unwrapKey(kek: KeyObject, wrapped: Uint8Array): Uint8Array {
  if (wrapped.length !== 24 && wrapped.length !== 40) {
    throw raiseSecurity('key-size', `${wrapped.length} octets to unwrap`);
  }
  try {
    const decipher = createDecipheriv(wrapName(kek.symmetricKeySize), kek, wrapIv);
    const key = decipher.update(wrapped);
    decipher.final();
    return key;
  } catch {
    throw raiseSecurity('key-unwrap');
  }
}

/**
 * The single-step key derivation of NIST SP 800-56A, 5.8.1, with the suite's hash, as IEC 62056-5-3 uses it:
 * one round is always enough (a hash is at least as long as the key).
 * In: the shared secret, OtherInfo, the octets wanted (16: SHA-256; 32: SHA-384). Out: the key.
 */
export function deriveKey(sharedSecret: Uint8Array, otherInfo: Uint8Array, keySize: 16 | 32): Uint8Array {
  const digest = createHash(keySize === 16 ? 'sha256' : 'sha384')
    .update(Uint8Array.of(0, 0, 0, 1))
    .update(sharedSecret)
    .update(otherInfo)
    .digest();
  const key = new Uint8Array(digest.subarray(0, keySize));
  digest.fill(0);
  return key;
}
