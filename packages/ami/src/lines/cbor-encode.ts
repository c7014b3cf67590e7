/**
 * Deterministic CBOR (RFC 8949 section 4.2.1): shortest forms, definite lengths, keys sorted by their encoded octets.
 * Two encoders that are given the same value write the same octets.
 */
import { raiseLines } from './errors.ts';

/** What an envelope may hold. Maps have text keys; the envelope's own maps have small integers (`ReadonlyMap`). */
export type CborValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | readonly CborValue[]
  | ReadonlyMap<number, CborValue>
  | { readonly [key: string]: CborValue | undefined };

const maxDepth = 32;
const firstOctets = 512;

/** A buffer that grows; positions are octets. */
class Writer {
  buffer = Buffer.allocUnsafe(firstOctets);
  at = 0;

  room(octets: number): void {
    if (this.at + octets <= this.buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.at + octets));
    this.buffer.copy(larger, 0, 0, this.at);
    this.buffer = larger;
  }

  head(major: number, argument: number): void {
    this.room(9);
    const type = major << 5;
    if (argument < 24) this.buffer[this.at++] = type | argument;
    else if (argument < 0x100) {
      this.buffer[this.at++] = type | 24;
      this.buffer[this.at++] = argument;
    } else if (argument < 0x1_0000) {
      this.buffer[this.at++] = type | 25;
      this.at = this.buffer.writeUInt16BE(argument, this.at);
    } else if (argument < 0x1_0000_0000) {
      this.buffer[this.at++] = type | 26;
      this.at = this.buffer.writeUInt32BE(argument, this.at);
    } else {
      this.wide(major, BigInt(argument));
    }
  }

  wide(major: number, argument: bigint): void {
    this.room(9);
    this.buffer[this.at++] = (major << 5) | 27;
    this.at = this.buffer.writeBigUInt64BE(argument, this.at);
  }

  bytes(octets: Uint8Array): void {
    this.room(octets.length);
    this.buffer.set(octets, this.at);
    this.at += octets.length;
  }

  text(text: string): void {
    const octets = Buffer.byteLength(text, 'utf8');
    this.head(3, octets);
    this.room(octets);
    this.at += this.buffer.write(text, this.at, 'utf8');
  }
}

/** Encodes one value. Errors: `lines/value`. */
export function encodeCbor(value: CborValue): Buffer {
  const writer = new Writer();
  write(writer, value, 0);
  return writer.buffer.subarray(0, writer.at);
}

function write(writer: Writer, value: CborValue, depth: number): void {
  if (depth > maxDepth) throw raiseLines('value', `nested deeper than ${maxDepth}`);
  if (typeof value === 'string') writeText(writer, value);
  else if (typeof value === 'number') writeNumber(writer, value);
  else if (typeof value === 'boolean' || value === null) {
    writer.room(1);
    writer.buffer[writer.at++] = value === null ? 0xf6 : value ? 0xf5 : 0xf4;
  } else if (typeof value === 'bigint') writeBigint(writer, value);
  else if (value instanceof Uint8Array) {
    writer.head(2, value.length);
    writer.bytes(value);
  } else if (Array.isArray(value)) {
    writer.head(4, value.length);
    for (const item of value as readonly CborValue[]) write(writer, item, depth + 1);
  } else if (value instanceof Map) writeNumbered(writer, value, depth);
  else if (typeof value === 'object')
    writeNamed(writer, value as Record<string, CborValue | undefined>, depth);
  else throw raiseLines('value', `a ${typeof value} has no form`);
}

function writeText(writer: Writer, text: string): void {
  if (!text.isWellFormed()) throw raiseLines('value', 'text with half a surrogate pair');
  writer.text(text);
}

function writeNumber(writer: Writer, value: number): void {
  if (Number.isSafeInteger(value) && !Object.is(value, -0)) {
    if (value >= 0) writer.head(0, value);
    else writer.head(1, -1 - value);
  } else if (Number.isInteger(value) && !Object.is(value, -0)) {
    throw raiseLines('value', 'an integer beyond 2^53 must be a bigint');
  } else writeFloat(writer, value);
}

function writeBigint(writer: Writer, value: bigint): void {
  const argument = value >= 0n ? value : -1n - value;
  if (argument >= 1n << 64n) throw raiseLines('value', 'an integer beyond 64 bits');
  const major = value >= 0n ? 0 : 1;
  if (argument <= BigInt(Number.MAX_SAFE_INTEGER)) writer.head(major, Number(argument));
  else writer.wide(major, argument);
}

function writeFloat(writer: Writer, value: number): void {
  if (!Number.isFinite(value)) throw raiseLines('value', 'a number that is not finite');
  writer.room(9);
  const half = halfOf(value);
  if (half !== undefined) {
    writer.buffer[writer.at++] = 0xf9;
    writer.at = writer.buffer.writeUInt16BE(half, writer.at);
  } else if (Math.fround(value) === value) {
    writer.buffer[writer.at++] = 0xfa;
    writer.at = writer.buffer.writeFloatBE(value, writer.at);
  } else {
    writer.buffer[writer.at++] = 0xfb;
    writer.at = writer.buffer.writeDoubleBE(value, writer.at);
  }
}

/** The 16 bits of IEEE 754 binary16 that mean exactly this number, or undefined when none do. */
function halfOf(value: number): number | undefined {
  if (Math.fround(value) !== value) return undefined;
  const sign = value < 0 || Object.is(value, -0) ? 0x8000 : 0;
  const size = Math.abs(value);
  if (size === 0) return sign;
  const exponent = Math.floor(Math.log2(size));
  if (exponent > 15 || exponent < -24) return undefined;
  if (exponent < -14) {
    const fraction = size * 2 ** 24;
    return Number.isInteger(fraction) ? sign | fraction : undefined;
  }
  const fraction = (size / 2 ** exponent - 1) * 1024;
  return Number.isInteger(fraction) ? sign | ((exponent + 15) << 10) | fraction : undefined;
}

function writeNumbered(writer: Writer, map: ReadonlyMap<number, CborValue>, depth: number): void {
  // Sorted by encoded octets: non-negative keys first and rising, then negative ones falling.
  const keys = [...map.keys()].sort((a, b) => (a >= 0 ? (b >= 0 ? a - b : -1) : b >= 0 ? 1 : b - a));
  writer.head(5, keys.length);
  for (const key of keys) {
    writeNumber(writer, key);
    write(writer, map.get(key)!, depth + 1);
  }
}

function writeNamed(writer: Writer, map: Record<string, CborValue | undefined>, depth: number): void {
  const keys = Object.keys(map).filter((key) => map[key] !== undefined);
  keys.sort(compareKeys);
  writer.head(5, keys.length);
  for (const key of keys) {
    writeText(writer, key);
    write(writer, map[key]!, depth + 1);
  }
}

const ascii = /^[\0-\x7f]*$/;

/** The order of encoded text: the shorter one first, then octet by octet. */
function compareKeys(a: string, b: string): number {
  if (ascii.test(a) && ascii.test(b)) return a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length - right.length || Buffer.compare(left, right);
}
