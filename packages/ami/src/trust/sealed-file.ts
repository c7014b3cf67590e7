/**
 * A stream of any size, encrypted and authenticated in chunks: each chunk is AES-256-GCM under a key made for this
 * file and wrapped under the key port's; its nonce is its number, and the last one is marked, so that a chunk that is
 * missing, moved, doubled or cut off is found (the STREAM construction of Hoang, Reyhanitabar, Rogaway and Vizár).
 */
import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomBytes } from 'node:crypto';
import { raiseTrust } from './errors.ts';
import type { KeyPort } from './key-port.ts';

const magic = Buffer.from('WATTWARD-SEALED-1\n');
const chunkOctets = 64 * 1024;
const tagOctets = 16;
const keyOctets = 32;
const wrappedOctets = keyOctets + 8;
const prefixOctets = 7;
const headerOctets = magic.length + wrappedOctets + prefixOctets;
const maxChunks = 2 ** 32;

function nonceOf(prefix: Uint8Array, chunk: number, last: boolean): Buffer {
  const nonce = Buffer.alloc(12);
  nonce.set(prefix);
  nonce.writeUInt32BE(chunk, prefixOctets);
  nonce[11] = last ? 1 : 0;
  return nonce;
}

/** Gathers a stream into pieces of exactly `size` octets; the last may be shorter, and is there even when empty. */
async function* pieces(
  input: AsyncIterable<Uint8Array>,
  size: number,
): AsyncGenerator<{ piece: Buffer; last: boolean }> {
  let held: Buffer[] = [];
  let heldOctets = 0;
  for await (const part of input) {
    held.push(Buffer.from(part.buffer, part.byteOffset, part.length));
    heldOctets += part.length;
    // One more octet than a piece proves that this piece is not the last.
    if (heldOctets > size) {
      const all = Buffer.concat(held);
      let at = 0;
      for (; all.length - at > size; at += size) yield { piece: all.subarray(at, at + size), last: false };
      held = [Buffer.from(all.subarray(at))];
      heldOctets = held[0]!.length;
    }
  }
  yield { piece: Buffer.concat(held), last: true };
}

/** Seals a stream under the wrapping key `keyName`. `context` is authenticated with every chunk and not stored. */
export async function* seal(
  input: AsyncIterable<Uint8Array>,
  keys: KeyPort,
  keyName: string,
  context: string,
): AsyncGenerator<Uint8Array> {
  const secret = randomBytes(keyOctets);
  const wrapped = await keys.wrap(keyName, secret);
  const prefix = randomBytes(prefixOctets);
  const header = Buffer.concat([magic, wrapped, prefix]);
  const key = createSecretKey(secret);
  secret.fill(0);
  yield header;
  const aad = Buffer.concat([header, Buffer.from(context, 'utf8')]);
  let chunk = 0;
  for await (const { piece, last } of pieces(input, chunkOctets)) {
    if (chunk >= maxChunks) throw raiseTrust('wrong-key', 'the input is larger than a sealed file may be');
    const cipher = createCipheriv('aes-256-gcm', key, nonceOf(prefix, chunk++, last), {
      authTagLength: tagOctets,
    });
    cipher.setAAD(aad);
    yield Buffer.concat([cipher.update(piece), cipher.final(), cipher.getAuthTag()]);
  }
}

/** Opens what `seal` made; nothing unauthenticated is ever yielded. Errors: `trust/wrong-key`, `trust/no-key`. */
export async function* open(
  input: AsyncIterable<Uint8Array>,
  keys: KeyPort,
  keyName: string,
  context: string,
): AsyncGenerator<Uint8Array> {
  const reader = input[Symbol.asyncIterator]();
  const { head, rest } = await splitHead(reader);
  const wrapped = head.subarray(magic.length, magic.length + wrappedOctets);
  const secret = await keys.unwrap(keyName, wrapped);
  const key = createSecretKey(secret);
  secret.fill(0);
  const prefix = head.subarray(magic.length + wrappedOctets);
  const aad = Buffer.concat([head, Buffer.from(context, 'utf8')]);
  let chunk = 0;
  for await (const { piece, last } of pieces(rest, chunkOctets + tagOctets)) {
    yield openChunk(key, nonceOf(prefix, chunk++, last), aad, piece);
  }
}

async function splitHead(
  reader: AsyncIterator<Uint8Array>,
): Promise<{ head: Buffer; rest: AsyncIterable<Uint8Array> }> {
  let held: Buffer = Buffer.alloc(0);
  while (held.length < headerOctets) {
    const { done, value } = await reader.next();
    if (done) throw raiseTrust('wrong-key', 'this is not a sealed file, or only its beginning');
    held = Buffer.concat([held, value]);
  }
  const head = held.subarray(0, headerOctets);
  if (!head.subarray(0, magic.length).equals(magic))
    throw raiseTrust('wrong-key', 'this is not a sealed file');
  const first = held.subarray(headerOctets);
  async function* rest(): AsyncGenerator<Uint8Array> {
    if (first.length > 0) yield first;
    for (;;) {
      const { done, value } = await reader.next();
      if (done) return;
      yield value;
    }
  }
  return { head, rest: rest() };
}

function openChunk(key: KeyObject, nonce: Buffer, aad: Buffer, piece: Buffer): Buffer {
  if (piece.length < tagOctets) throw raiseTrust('wrong-key', 'the sealed file is cut off');
  const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: tagOctets });
  decipher.setAAD(aad);
  decipher.setAuthTag(piece.subarray(piece.length - tagOctets));
  const plain = decipher.update(piece.subarray(0, piece.length - tagOctets));
  try {
    decipher.final();
  } catch {
    throw raiseTrust('wrong-key');
  }
  return plain;
}
