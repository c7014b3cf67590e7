/** Encoding of `Data` in A-XDR (IEC 62056-5-3, `Data`; IEC 61334-6): everything into one buffer that grows. */
import { ByteWriter } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { encodeDate, encodeDateTime, encodeTime } from './date-time.ts';
import { maxDepth } from './decode.ts';
import { raiseData } from './errors.ts';
import {
  type CompactArray,
  type Data,
  dataTags,
  type SimpleDataType,
  type TypeDescription,
} from './types.ts';

/**
 * Encodes one value (IEC 62056-5-3, `Data`). In: the value. Out: A-XDR octets.
 * Throws `data/range` where a number does not fit its type, `data/depth`, `data/text`, `data/mismatch`.
 */
export function encodeData(value: Data): Uint8Array {
  const writer = new ByteWriter(sizeHint(value));
  writeData(writer, value);
  return writer.finish();
}

/** A guess that spares most growing: lists of rows of some numbers. */
export function sizeHint(value: Data): number {
  if (value.type !== 'array' && value.type !== 'structure') return 64;
  const first = value.value[0];
  const row = first?.type === 'structure' || first?.type === 'array' ? first.value.length * 8 + 4 : 8;
  return 64 + value.value.length * row;
}

/** Writes one value behind what the writer holds; errors as {@link encodeData}. */
export function writeData(writer: ByteWriter, value: Data): void {
  writeValue(writer, value, 0);
}

function writeValue(w: ByteWriter, item: Data, depth: number): void {
  switch (item.type) {
    case 'structure':
    case 'array': {
      if (depth >= maxDepth) throw raiseData('depth', `deeper than ${maxDepth}`);
      const list = item.value;
      const count = list.length;
      const tag = item.type === 'structure' ? dataTags.structure : dataTags.array;
      if (count < 0x80) {
        const at = w.reserve(2);
        w.buffer[at] = tag;
        w.buffer[at + 1] = count;
      } else {
        w.u8(tag).length(count);
      }
      for (let i = 0; i < count; i++) writeValue(w, list[i]!, depth + 1);
      return;
    }
    case 'double-long-unsigned': {
      const value = item.value;
      if (value >>> 0 !== value) throw outOfRange(item);
      const at = w.reserve(5);
      const b = w.buffer;
      b[at] = dataTags['double-long-unsigned'];
      b[at + 1] = value >>> 24;
      b[at + 2] = value >>> 16;
      b[at + 3] = value >>> 8;
      b[at + 4] = value;
      return;
    }
    case 'octet-string': {
      const octets = item.value;
      const size = octets.length;
      if (size >= 0x80) {
        w.u8(dataTags['octet-string']).octets(octets);
        return;
      }
      const at = w.reserve(size + 2);
      const b = w.buffer;
      b[at] = dataTags['octet-string'];
      b[at + 1] = size;
      // A loop beats `set` by far for strings of a few octets, and most are timestamps and logical names.
      if (size > 40) b.set(octets, at + 2);
      else for (let i = 0; i < size; i++) b[at + 2 + i] = octets[i]!;
      return;
    }
    case 'unsigned': {
      const value = item.value;
      if ((value & 0xff) !== value) throw outOfRange(item);
      const at = w.reserve(2);
      w.buffer[at] = dataTags.unsigned;
      w.buffer[at + 1] = value;
      return;
    }
    case 'compact-array':
      if (depth >= maxDepth) throw raiseData('depth', `deeper than ${maxDepth}`);
      w.u8(dataTags['compact-array']);
      writeCompactArray(w, item.value, depth + 1);
      return;
    default:
      w.u8(dataTags[item.type]);
      writeSimple(w, item);
  }
}

type SimpleData = Extract<Data, { type: SimpleDataType }>;

/** The contents of a value without elements, its tag being written or part of a description. */
function writeSimple(w: ByteWriter, item: SimpleData): void {
  switch (item.type) {
    case 'null-data':
    case 'dont-care':
      return;
    case 'boolean':
      // X.690 allows any octet but 0 for true; the standard's own examples write FF, most peers write 01.
      w.u8(item.value ? 1 : 0);
      return;
    case 'integer':
    case 'bcd':
    case 'delta-integer':
      w.u8(checked(item, -0x80, 0x7f));
      return;
    case 'unsigned':
    case 'enum':
    case 'delta-unsigned':
      w.u8(checked(item, 0, 0xff));
      return;
    case 'long':
    case 'delta-long':
      w.u16(checked(item, -0x8000, 0x7fff));
      return;
    case 'long-unsigned':
    case 'delta-long-unsigned':
      w.u16(checked(item, 0, 0xffff));
      return;
    case 'double-long':
    case 'delta-double-long':
      w.u32(checked(item, -0x8000_0000, 0x7fff_ffff));
      return;
    case 'double-long-unsigned':
    case 'delta-double-long-unsigned':
      w.u32(checked(item, 0, 0xffff_ffff));
      return;
    case 'long64':
      writeBig(w, item, BigInt.asIntN(64, item.value));
      return;
    case 'long64-unsigned':
      writeBig(w, item, BigInt.asUintN(64, item.value));
      return;
    default:
      writeText(w, item);
  }
}

type Wordy = Extract<
  SimpleData,
  {
    type:
      | 'float32'
      | 'float64'
      | 'octet-string'
      | 'visible-string'
      | 'utf8-string'
      | 'bit-string'
      | 'date-time'
      | 'date'
      | 'time';
  }
>;

function writeText(w: ByteWriter, item: Wordy): void {
  switch (item.type) {
    case 'float32':
      viewOf(w, 4).setFloat32(0, item.value);
      return;
    case 'float64':
      viewOf(w, 8).setFloat64(0, item.value);
      return;
    case 'octet-string':
      w.octets(item.value);
      return;
    case 'visible-string':
      if (/[\u0100-\uffff]/.test(item.value)) throw raiseData('text', 'characters over 255');
      w.octets(Buffer.from(item.value, 'latin1'));
      return;
    case 'utf8-string':
      if (!item.value.isWellFormed()) throw raiseData('text', 'a lone surrogate');
      w.octets(Buffer.from(item.value, 'utf8'));
      return;
    case 'bit-string':
      writeBits(w, item.value);
      return;
    case 'date-time':
      w.raw(encodeDateTime(item.value));
      return;
    case 'date':
      w.raw(encodeDate(item.value));
      return;
    case 'time':
      w.raw(encodeTime(item.value));
      return;
  }
}

function viewOf(w: ByteWriter, size: number): DataView {
  const at = w.reserve(size);
  return new DataView(w.buffer.buffer, w.buffer.byteOffset + at, size);
}

function writeBig(w: ByteWriter, item: { type: string; value: bigint }, kept: bigint): void {
  if (kept !== item.value) throw outOfRange(item);
  viewOf(w, 8).setBigInt64(0, BigInt.asIntN(64, kept));
}

function checked(item: { type: string; value: number }, low: number, high: number): number {
  const value = item.value;
  if (!Number.isInteger(value) || value < low || value > high) throw outOfRange(item);
  return value;
}

function outOfRange(item: { type: string; value: unknown }): CosemError {
  return raiseData('range', `${String(item.value)} is not of type ${item.type}`);
}

function writeBits(w: ByteWriter, bits: string): void {
  if (/[^01]/.test(bits)) throw raiseData('range', 'a bit string is written in 0 and 1');
  w.length(bits.length);
  for (let at = 0; at < bits.length; at += 8) {
    w.u8(Number.parseInt(bits.slice(at, at + 8).padEnd(8, '0'), 2));
  }
}

function writeCompactArray(w: ByteWriter, array: CompactArray, depth: number): void {
  writeDescription(w, array.description, depth);
  const contents = new ByteWriter(64 + array.items.length * 8);
  for (const item of array.items) {
    const before = contents.size;
    writeDescribed(contents, array.description, item);
    // The number of items is only known from the octets they take.
    if (contents.size === before) throw raiseData('description', 'an item takes no octets');
  }
  w.octets(contents.finish());
}

function writeDescription(w: ByteWriter, description: TypeDescription, depth: number): void {
  w.u8(dataTags[description.type]);
  if (description.type !== 'array' && description.type !== 'structure') return;
  if (depth >= maxDepth) throw raiseData('depth', `deeper than ${maxDepth}`);
  if (description.type === 'array') {
    if ((description.count & 0xffff) !== description.count)
      throw raiseData('range', 'count of a description');
    w.u16(description.count);
    writeDescription(w, description.element, depth + 1);
  } else {
    w.length(description.elements.length);
    for (const element of description.elements) writeDescription(w, element, depth + 1);
  }
}

function writeDescribed(w: ByteWriter, description: TypeDescription, item: Data): void {
  if (item.type !== description.type) {
    throw raiseData('mismatch', `${item.type} where the description says ${description.type}`);
  }
  if (description.type === 'array' || description.type === 'structure') {
    const list = item.value as readonly Data[];
    const wanted = description.type === 'array' ? description.count : description.elements.length;
    if (list.length !== wanted) throw raiseData('mismatch', `${list.length} elements instead of ${wanted}`);
    list.forEach((element, i) => {
      const part = description.type === 'array' ? description.element : description.elements[i]!;
      writeDescribed(w, part, element);
    });
    return;
  }
  writeSimple(w, item as SimpleData);
}
