/**
 * Decoding of `Data` from A-XDR (IEC 62056-5-3, `Data`; IEC 61334-6).
 *
 * This is the hot path of the package: a load profile is thousands of small values. So the common types are read by
 * one switch with the offset in a local variable, one object is made a value, and the path to a value is only put
 * into words when something is wrong with it, from the index each level keeps. The tags in that switch are literals:
 * with names in their place it is no jump table, and takes more than twice as long.
 */
import type { ByteReader } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { decodeDate, decodeDateTime, decodeTime } from './date-time.ts';
import { raiseData } from './errors.ts';
import {
  type CompactArray,
  type Data,
  dataTypeOfTag,
  type SimpleDataType,
  type TypeDescription,
} from './types.ts';

/** Deepest nesting of arrays and structures that is accepted; options may lower it, not raise it. */
export const maxDepth = 64;
/** Most values in one decoded value by default; a value of one octet becomes about 40 octets of memory. */
export const maxElements = 1_000_000;

/** Bounds a caller may lower (and `maxElements` also raise). */
export interface DataLimits {
  readonly maxDepth?: number;
  readonly maxElements?: number;
}

/** Bounds for several values together; `maxElements` becomes smaller with each of them. */
export interface DataBudget {
  readonly maxDepth?: number;
  maxElements: number;
}

/** Where a decoder stands. One is enough: decoding never waits, and never calls back out of this file. */
class Cursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView | undefined;
  at = 0;
  end = 0;
  depthLimit = maxDepth;
  elementsLeft = maxElements;
  prefix = '';
  /** Index of the element being read at each depth, for the path of an error. */
  readonly indexes = new Int32Array(maxDepth + 2);

  begin(bytes: Uint8Array, at: number, end: number, limits: DataLimits | undefined, prefix: string): void {
    // A Buffer is seen through a plain view: code that meets two kinds of typed array runs at half the speed.
    this.bytes =
      bytes.constructor === Uint8Array ? bytes : new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.length);
    this.view = undefined;
    this.at = at;
    this.end = end;
    this.depthLimit = Math.min(limits?.maxDepth ?? maxDepth, maxDepth);
    this.elementsLeft = limits?.maxElements ?? maxElements;
    this.prefix = prefix;
  }

  dataView(): DataView {
    this.view ??= new DataView(this.bytes.buffer, this.bytes.byteOffset, this.bytes.length);
    return this.view;
  }

  raise(code: Parameters<typeof raiseData>[0], detail: string, at: number, depth: number): CosemError {
    let path = this.prefix;
    for (let level = 1; level <= depth; level++) path += `[${this.indexes[level]}]`;
    return raiseData(code, detail, { path, offset: at });
  }

  truncated(wanted: number, at: number, depth: number): CosemError {
    return this.raise('truncated', `${wanted} octets wanted, ${this.end - at} left`, at, depth);
  }

  /** Moves over `count` octets and says where they begin. */
  take(count: number, depth: number): number {
    const at = this.at;
    if (count > this.end - at) throw this.truncated(count, at, depth);
    this.at = at + count;
    return at;
  }

  /** A length or count; `unit` octets at least must be there for each of it. */
  length(depth: number): number {
    const at = this.take(1, depth);
    const first = this.bytes[at]!;
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw this.raise('length', `length octet ${first}`, at, depth);
    const from = this.take(count, depth);
    let value = 0;
    for (let i = 0; i < count; i++) value = value * 256 + this.bytes[from + i]!;
    return value;
  }

  octets(count: number, depth: number): Uint8Array {
    const at = this.take(count, depth);
    return new Uint8Array(this.bytes.buffer, this.bytes.byteOffset + at, count);
  }

  spend(count: number, at: number, depth: number): void {
    if (count > this.elementsLeft) throw this.raise('elements', `${count} more elements`, at, depth);
    this.elementsLeft -= count;
  }
}

const cursor = new Cursor();

/**
 * Decodes one value that is the whole input (IEC 62056-5-3, `Data`).
 * In: A-XDR octets. Out: the value; octet strings in it are views on the input.
 * Throws `data/truncated`, `data/tag`, `data/length`, `data/depth`, `data/elements`, `data/text`,
 * `data/description`, `data/trailing`, each with the path and the offset.
 */
export function decodeData(bytes: Uint8Array, limits?: DataLimits): Data {
  cursor.begin(bytes, 0, bytes.length, limits, 'data');
  const value = readElements(cursor, 1, 0)[0]!;
  if (cursor.at !== cursor.end) {
    throw raiseData('trailing', `${cursor.end - cursor.at} octets left over`, { offset: cursor.at });
  }
  return value;
}

/**
 * Decodes one value at the reader's place and moves the reader behind it; errors as {@link decodeData}.
 * Where one input holds many values, hand in the same `budget` for all: what a value takes is taken off it.
 */
export function readData(reader: ByteReader, path = 'data', budget?: DataBudget): Data {
  cursor.begin(reader.bytes, reader.offset, reader.end, budget, path);
  const value = readElements(cursor, 1, 0)[0]!;
  reader.offset = cursor.at;
  if (budget !== undefined) budget.maxElements = cursor.elementsLeft;
  return value;
}

/** Reads `count` values one behind the other. Element i of depth d is what the path calls `[i]` at level d. */
function readElements(c: Cursor, count: number, depth: number): Data[] {
  const bytes = c.bytes;
  const end = c.end;
  const out = new Array<Data>(count);
  c.spend(count, c.at, depth - 1);
  let at = c.at;
  for (let i = 0; i < count; i++) {
    c.indexes[depth] = i;
    if (at >= end) throw c.truncated(1, at, depth);
    const tag = bytes[at++]!;
    switch (tag) {
      case 0x00:
        out[i] = { type: 'null-data', value: null };
        break;
      case 0x06: {
        if (end - at < 4) throw c.truncated(4, at, depth);
        const value =
          ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0;
        out[i] = { type: 'double-long-unsigned', value };
        at += 4;
        break;
      }
      case 0x12:
        if (end - at < 2) throw c.truncated(2, at, depth);
        out[i] = { type: 'long-unsigned', value: (bytes[at]! << 8) | bytes[at + 1]! };
        at += 2;
        break;
      case 0x11:
        if (at >= end) throw c.truncated(1, at, depth);
        out[i] = { type: 'unsigned', value: bytes[at++]! };
        break;
      case 0x16:
        if (at >= end) throw c.truncated(1, at, depth);
        out[i] = { type: 'enum', value: bytes[at++]! };
        break;
      case 0x09: {
        const size = at < end ? bytes[at]! : 0x80;
        if (size < 0x80 && size < end - at) {
          const value = new Uint8Array(bytes.buffer, bytes.byteOffset + at + 1, size);
          out[i] = { type: 'octet-string', value };
          at += size + 1;
          break;
        }
        c.at = at;
        out[i] = { type: 'octet-string', value: c.octets(c.length(depth), depth) };
        at = c.at;
        break;
      }
      default:
        c.at = at;
        out[i] = readOther(c, tag, depth);
        at = c.at;
    }
  }
  c.at = at;
  return out;
}

/** The types that are less common or larger, the tag being read. */
function readOther(c: Cursor, tag: number, depth: number): Data {
  switch (tag) {
    case 0x01:
      return { type: 'array', value: readNested(c, depth) };
    case 0x02:
      return { type: 'structure', value: readNested(c, depth) };
    case 0x13:
      return { type: 'compact-array', value: readCompactArray(c, depth) };
    default: {
      const type = dataTypeOfTag[tag];
      if (type === undefined) throw c.raise('tag', `tag ${tag} is no data type`, c.at - 1, depth);
      return readSimple(c, type as SimpleDataType, depth);
    }
  }
}

function readNested(c: Cursor, depth: number): Data[] {
  const at = c.at;
  const count = c.length(depth);
  if (depth >= c.depthLimit) throw c.raise('depth', `deeper than ${c.depthLimit}`, at, depth);
  if (count > c.end - c.at) {
    throw c.raise('length', `${count} elements in ${c.end - c.at} octets`, at, depth);
  }
  return readElements(c, count, depth + 1);
}

/** The contents of any type without elements, the tag being read or known from a description. */
function readSimple(c: Cursor, type: SimpleDataType, depth: number): Data {
  switch (type) {
    case 'null-data':
    case 'dont-care':
      return { type, value: null };
    case 'boolean':
      return { type, value: c.bytes[c.take(1, depth)]! !== 0 };
    case 'integer':
    case 'bcd':
    case 'delta-integer':
      return { type, value: (c.bytes[c.take(1, depth)]! << 24) >> 24 };
    case 'unsigned':
    case 'enum':
    case 'delta-unsigned':
      return { type, value: c.bytes[c.take(1, depth)]! };
    case 'long':
    case 'delta-long':
      return { type, value: (readU16(c, depth) << 16) >> 16 };
    case 'long-unsigned':
    case 'delta-long-unsigned':
      return { type, value: readU16(c, depth) };
    case 'double-long':
    case 'delta-double-long':
      return { type, value: readI32(c, depth) };
    case 'double-long-unsigned':
    case 'delta-double-long-unsigned':
      return { type, value: readI32(c, depth) >>> 0 };
    case 'long64':
      return { type, value: c.dataView().getBigInt64(c.take(8, depth)) };
    case 'long64-unsigned':
      return { type, value: c.dataView().getBigUint64(c.take(8, depth)) };
    case 'float32':
      return { type, value: c.dataView().getFloat32(c.take(4, depth)) };
    case 'float64':
      return { type, value: c.dataView().getFloat64(c.take(8, depth)) };
    case 'octet-string':
      return { type, value: c.octets(c.length(depth), depth) };
    case 'visible-string':
      return { type, value: latin1(c.octets(c.length(depth), depth)) };
    case 'utf8-string':
      return { type, value: readUtf8(c, depth) };
    case 'bit-string':
      return { type, value: readBits(c, depth) };
    case 'date-time':
      return { type, value: decodeDateTime(c.octets(12, depth)) };
    case 'date':
      return { type, value: decodeDate(c.octets(5, depth)) };
    case 'time':
      return { type, value: decodeTime(c.octets(4, depth)) };
  }
}

function readU16(c: Cursor, depth: number): number {
  const at = c.take(2, depth);
  return (c.bytes[at]! << 8) | c.bytes[at + 1]!;
}

function readI32(c: Cursor, depth: number): number {
  const at = c.take(4, depth);
  const b = c.bytes;
  return (b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!;
}

function latin1(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('latin1');
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function readUtf8(c: Cursor, depth: number): string {
  const size = c.length(depth);
  const octets = c.octets(size, depth);
  try {
    return utf8.decode(octets);
  } catch {
    throw c.raise('text', 'not well-formed UTF-8', c.at - size, depth);
  }
}

function readBits(c: Cursor, depth: number): string {
  const count = c.length(depth);
  const octets = c.octets(Math.ceil(count / 8), depth);
  let text = '';
  for (const octet of octets) text += octet.toString(2).padStart(8, '0');
  return text.slice(0, count);
}

/** Contents-description and array-contents; the items are as many as the contents hold. */
function readCompactArray(c: Cursor, depth: number): CompactArray {
  const at = c.at;
  if (depth >= c.depthLimit) throw c.raise('depth', `deeper than ${c.depthLimit}`, at, depth);
  const description = readDescription(c, depth);
  const size = c.length(depth);
  const from = c.take(size, depth);
  const outerEnd = c.end;
  c.at = from;
  c.end = from + size;
  // Items of no octets would be endless; a hostile description could ask for that.
  if (size > 0 && !takesOctets(description)) {
    throw c.raise('description', 'an item takes no octets', from, depth);
  }
  const items: Data[] = [];
  while (c.at < c.end) {
    c.indexes[depth + 1] = items.length;
    items.push(readDescribed(c, description, depth + 1));
  }
  c.end = outerEnd;
  return { description, items };
}

function readDescription(c: Cursor, depth: number): TypeDescription {
  const at = c.take(1, depth);
  const tag = c.bytes[at]!;
  const type = dataTypeOfTag[tag];
  if (type === undefined || type === 'compact-array') {
    throw c.raise('description', `tag ${tag} in a description`, at, depth);
  }
  if (type !== 'array' && type !== 'structure') return { type };
  if (depth >= c.depthLimit) throw c.raise('depth', `deeper than ${c.depthLimit}`, at, depth);
  if (type === 'array') {
    const count = readU16(c, depth);
    c.indexes[depth + 1] = 0;
    const element = readDescription(c, depth + 1);
    // Else four octets could ask for tens of thousands of elements that take nothing.
    if (count > 0 && !takesOctets(element)) {
      throw c.raise('description', `${count} elements that take no octets`, at, depth);
    }
    return { type, count, element };
  }
  const count = c.length(depth);
  if (count > c.end - c.at) throw c.raise('length', `${count} types in ${c.end - c.at} octets`, at, depth);
  c.spend(count, at, depth);
  const elements: TypeDescription[] = [];
  for (let i = 0; i < count; i++) {
    c.indexes[depth + 1] = i;
    elements.push(readDescription(c, depth + 1));
  }
  return { type, elements };
}

/** Whether the contents of such an item are at least one octet (a string has its length). */
function takesOctets(description: TypeDescription): boolean {
  if (description.type === 'array') return description.count > 0 && takesOctets(description.element);
  if (description.type === 'structure') return description.elements.some(takesOctets);
  return description.type !== 'null-data' && description.type !== 'dont-care';
}

function readDescribed(c: Cursor, description: TypeDescription, depth: number): Data {
  c.spend(1, c.at, depth);
  if (description.type === 'array') {
    const value: Data[] = [];
    for (let i = 0; i < description.count; i++) {
      c.indexes[depth + 1] = i;
      value.push(readDescribed(c, description.element, depth + 1));
    }
    return { type: 'array', value };
  }
  if (description.type === 'structure') {
    const value: Data[] = [];
    for (let i = 0; i < description.elements.length; i++) {
      c.indexes[depth + 1] = i;
      value.push(readDescribed(c, description.elements[i]!, depth + 1));
    }
    return { type: 'structure', value };
  }
  return readSimple(c, description.type, depth);
}
