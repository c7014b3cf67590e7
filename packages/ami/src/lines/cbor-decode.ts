/**
 * A strict reader of deterministic CBOR (RFC 8949 section 4.2.1). There is one way to write a value, so whatever is
 * written another way is refused: indefinite lengths, longer forms than needed, keys out of order or twice, octets
 * after the end. Work and memory are bounded by the octets given and by the bounds below.
 */
import type { CborValue } from './cbor-encode.ts';
import { raiseLines } from './errors.ts';

export interface CborBounds {
  readonly depth: number;
  /** Values in total: items of arrays, keys and values of maps. */
  readonly items: number;
}

/** The format's own bounds: deep enough for every schema, small enough for any stack. */
export const cborBounds: CborBounds = { depth: 16, items: 1_000_000 };

const strictText = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const shortText = 64;

class Reader {
  at = 0;
  items = 0;
  readonly octets: Buffer;
  readonly bounds: CborBounds;

  constructor(octets: Uint8Array, bounds: CborBounds) {
    this.octets = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    this.bounds = bounds;
  }

  fail(what: string, at = this.at): Error {
    return raiseLines('cbor', `${what} at octet ${at}`);
  }

  /** Reads the argument of a head whose first octet was read; a longer form than needed is refused. */
  argument(info: number): number {
    if (info < 24) return info;
    const { octets } = this;
    const width = info === 24 ? 1 : info === 25 ? 2 : info === 26 ? 4 : info === 27 ? 8 : 0;
    if (width === 0) throw this.fail('an indefinite or reserved length', this.at - 1);
    if (this.at + width > octets.length) throw this.fail('cut off');
    const start = this.at;
    this.at += width;
    if (width === 1) return this.#least(octets[start]!, 24, start);
    if (width === 2) return this.#least(octets.readUInt16BE(start), 0x100, start);
    if (width === 4) return this.#least(octets.readUInt32BE(start), 0x1_0000, start);
    const high = octets.readUInt32BE(start);
    if (high === 0) throw this.fail('a longer form than needed', start);
    return high * 0x1_0000_0000 + octets.readUInt32BE(start + 4);
  }

  #least(value: number, least: number, at: number): number {
    if (value < least) throw this.fail('a longer form than needed', at);
    return value;
  }

  take(octets: number): Buffer {
    if (octets > this.octets.length - this.at) throw this.fail('cut off');
    const start = this.at;
    this.at += octets;
    return this.octets.subarray(start, this.at);
  }

  text(octets: number): string {
    const start = this.at;
    const slice = this.take(octets);
    if (octets <= shortText) {
      let plain = true;
      for (let i = 0; i < octets; i++) if (slice[i]! > 0x7f) plain = false;
      if (plain) return slice.toString('latin1');
    }
    try {
      return strictText.decode(slice);
    } catch {
      throw this.fail('text that is not UTF-8', start);
    }
  }

  count(more: number): void {
    this.items += more;
    // Each item takes an octet at least, so a false count is seen before anything is made for it.
    if (more > this.octets.length - this.at || this.items > this.bounds.items)
      throw this.fail('too many items');
  }
}

/** Decodes exactly one value. Octets are views of the input. Errors: `lines/cbor` with the offset. */
export function decodeCbor(octets: Uint8Array, bounds: CborBounds = cborBounds): CborValue {
  const reader = new Reader(octets, bounds);
  const value = read(reader, 0);
  if (reader.at !== octets.length) throw reader.fail('octets after the end');
  return value;
}

function read(reader: Reader, depth: number): CborValue {
  if (depth > reader.bounds.depth) throw reader.fail('nested too deep');
  if (reader.at >= reader.octets.length) throw reader.fail('cut off');
  const first = reader.octets[reader.at++]!;
  const info = first & 0x1f;
  switch (first >> 5) {
    case 0:
    case 1:
      return readInteger(reader, first >> 5, info);
    case 2:
      return reader.take(reader.argument(info));
    case 3:
      return reader.text(reader.argument(info));
    case 4:
      return readArray(reader, reader.argument(info), depth);
    case 5:
      return readMap(reader, reader.argument(info), depth);
    case 6:
      throw reader.fail('a tag', reader.at - 1);
    default:
      return readSimple(reader, info);
  }
}

function readInteger(reader: Reader, major: number, info: number): number | bigint {
  const start = reader.at;
  const argument = reader.argument(info);
  const value = major === 0 ? argument : -1 - argument;
  if (Number.isSafeInteger(value)) return value;
  const exact = reader.octets.readBigUInt64BE(start);
  return major === 0 ? exact : -1n - exact;
}

function readArray(reader: Reader, length: number, depth: number): CborValue[] {
  reader.count(length);
  const items: CborValue[] = [];
  for (let i = 0; i < length; i++) items.push(read(reader, depth + 1));
  return items;
}

/** Text keys make an object, integer keys a Map; the first key decides and an empty map is an object. */
function readMap(reader: Reader, length: number, depth: number): CborValue {
  reader.count(length * 2);
  const named: Record<string, CborValue> = {};
  const numbered = new Map<number, CborValue>();
  const isNumbered = length > 0 && reader.octets[reader.at]! >> 5 < 2;
  let previous: Buffer | undefined;
  for (let i = 0; i < length; i++) {
    const start = reader.at;
    const key = readKey(reader, isNumbered);
    const encoded = reader.octets.subarray(start, reader.at);
    if (previous !== undefined && Buffer.compare(previous, encoded) >= 0)
      throw reader.fail('a key out of order or twice', start);
    previous = encoded;
    const value = read(reader, depth + 1);
    if (typeof key === 'number') numbered.set(key, value);
    else named[key] = value;
  }
  return isNumbered ? numbered : named;
}

function readKey(reader: Reader, isNumbered: boolean): number | string {
  const start = reader.at;
  if (start >= reader.octets.length) throw reader.fail('cut off');
  const first = reader.octets[reader.at++]!;
  const major = first >> 5;
  if (isNumbered ? major > 1 : major !== 3) throw reader.fail('a key of another type', start);
  if (!isNumbered) {
    const key = reader.text(reader.argument(first & 0x1f));
    // An object made of this key would take another prototype instead of a property.
    if (key === '__proto__') throw reader.fail('a key that is not allowed', start);
    return key;
  }
  const key = readInteger(reader, major, first & 0x1f);
  if (typeof key !== 'number') throw reader.fail('a key beyond 2^53', start);
  return key;
}

function readSimple(reader: Reader, info: number): CborValue {
  const start = reader.at - 1;
  if (info === 20 || info === 21) return info === 21;
  if (info === 22) return null;
  if (info < 25 || info > 27) throw reader.fail('a simple value that has no place here', start);
  const width = info === 25 ? 2 : info === 26 ? 4 : 8;
  const octets = reader.take(width);
  const value = width === 2 ? halfValue(octets) : width === 4 ? octets.readFloatBE() : octets.readDoubleBE();
  if (!Number.isFinite(value)) throw reader.fail('a number that is not finite', start);
  if (Number.isInteger(value) && !Object.is(value, -0))
    throw reader.fail('an integer written as a fraction', start);
  const shorter = width === 8 ? Math.fround(value) === value : width === 4 && isHalf(value);
  if (shorter) throw reader.fail('a longer form than needed', start);
  return value;
}

function halfValue(octets: Buffer): number {
  const bits = octets.readUInt16BE();
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  const sign = bits & 0x8000 ? -1 : 1;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 0x1f) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

function isHalf(value: number): boolean {
  const size = Math.abs(value);
  if (size === 0) return true;
  if (size > 65_504 || size < 2 ** -24) return false;
  const exponent = Math.max(-14, Math.floor(Math.log2(size)));
  return Number.isInteger((size / 2 ** exponent) * 1024);
}
