/** The little of BER that ACSE needs (ISO/IEC 8825-1): tags of one octet, definite lengths, five types of content. */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { raiseApdu } from './errors.ts';

export const berInteger = 0x02;
export const berOctetString = 0x04;
export const berObjectId = 0x06;

/** One element: its tag, and a reader over its contents and nothing else. */
export interface BerElement {
  readonly tag: number;
  readonly body: ByteReader;
}

/**
 * Reads one element and moves behind it. Where `stretch` is given, a length that ends too early is not believed:
 * the contents go on to `stretch` (an offset in the same octets).
 */
export function readElement(r: ByteReader, path: string, stretch?: number): BerElement {
  const tag = r.u8(path);
  if ((tag & 0x1f) === 0x1f) {
    throw raiseApdu('field', 'a tag of several octets', { path, offset: r.offset - 1 });
  }
  const size = r.length(r.remaining, path);
  const from = r.offset;
  if (stretch !== undefined) {
    r.offset = r.end;
    return { tag, body: new ByteReader(r.bytes, from, stretch) };
  }
  r.take(size, path);
  return { tag, body: new ByteReader(r.bytes, from, from + size) };
}

/** The contents of the one element inside an explicit tag. */
export function readInside(body: ByteReader, tag: number, path: string): ByteReader {
  const at = body.offset;
  const inner = readElement(body, path);
  if (inner.tag !== tag) {
    throw raiseApdu('field', `tag ${inner.tag} where ${tag} belongs`, { path, offset: at });
  }
  body.finish(path);
  return inner.body;
}

/** Contents of an INTEGER of at most four octets. */
export function readInteger(body: ByteReader, path: string): number {
  const size = body.remaining;
  if (size === 0 || size > 4) {
    throw raiseApdu('field', `an integer of ${size} octets`, { path, offset: body.offset });
  }
  let value = (body.u8(path) << 24) >> 24;
  while (body.remaining > 0) value = value * 256 + body.u8(path);
  return value;
}

/** Contents of a BIT STRING as text of 0 and 1. */
export function readBitString(body: ByteReader, path: string): string {
  const at = body.offset;
  const unused = body.u8(path);
  const octets = body.rest();
  if (unused > 7 || (octets.length === 0 && unused > 0) || octets.length > 8) {
    throw raiseApdu('field', 'a malformed bit string', { path, offset: at });
  }
  let text = '';
  for (const octet of octets) text += octet.toString(2).padStart(8, '0');
  return text.slice(0, text.length - unused);
}

/** One element with its tag and definite length. */
export function berElement(tag: number, contents: Uint8Array): Uint8Array {
  return new ByteWriter(contents.length + 6).u8(tag).octets(contents).finish();
}

/** Shortest two's complement contents of an INTEGER. Throws `apdu/range` beyond 32 bits. */
export function berIntegerContents(value: number): Uint8Array {
  if (!Number.isInteger(value) || value < -0x8000_0000 || value > 0x7fff_ffff) {
    throw raiseApdu('range', `integer ${value}`);
  }
  let size = 1;
  while (size < 4 && value >> (8 * size - 1) !== 0 && value >> (8 * size - 1) !== -1) size++;
  return Uint8Array.from({ length: size }, (_, i) => (value >> (8 * (size - 1 - i))) & 0xff);
}

/** Contents of a BIT STRING from text of 0 and 1. */
export function berBitStringContents(bits: string): Uint8Array {
  if (!/^[01]{0,64}$/.test(bits)) throw raiseApdu('range', 'a bit string is written in 0 and 1');
  const size = Math.ceil(bits.length / 8);
  const out = new Uint8Array(size + 1);
  out[0] = size * 8 - bits.length;
  for (let i = 0; i < size; i++) {
    out[i + 1] = Number.parseInt(bits.slice(i * 8, i * 8 + 8).padEnd(8, '0'), 2);
  }
  return out;
}
