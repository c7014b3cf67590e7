/** AES key wrap with the key's own length, as DLMS transfers keys to a meter. */
import { createCipheriv, type KeyObject } from 'node:crypto';

/** Wraps under a key of 128 or 256 bits (RFC 3394 section 2.2.1); the secret has 16, 24 … octets. */
export function keyWrap(kek: KeyObject, secret: Uint8Array): Buffer {
  const bits = (kek.symmetricKeySize ?? 0) * 8;
  const cipher = createCipheriv(`id-aes${bits}-wrap`, kek, Buffer.alloc(8, 0xa6));
  return Buffer.concat([cipher.update(secret), cipher.final()]);
}
