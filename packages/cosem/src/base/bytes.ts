/**
 * Reading and writing octets with a bound on every step. A reader never copies and never reads past its end;
 * what it throws carries the offset and the path of what was being decoded.
 */
import { type CosemError, type ErrorPlace, errorTable } from './errors.ts';

export const raiseBytes = errorTable('bytes', {
  truncated: {
    kind: 'decode',
    meaning: 'The input ends before the value does.',
    remedy: 'Hand in the whole frame or APDU; check that no block was lost.',
  },
  length: {
    kind: 'decode',
    meaning: 'A length field is malformed or larger than this decoder accepts.',
    remedy: 'Check the sender; raise the named bound only if its data are really that large.',
  },
  trailing: {
    kind: 'decode',
    meaning: 'Octets are left over after the value.',
    remedy: 'Check the framing: two APDUs in one frame, or padding, are not allowed here.',
  },
  hex: {
    kind: 'decode',
    meaning: 'The text is not an even number of hexadecimal digits.',
    remedy: 'Check the text that was handed in.',
  },
});

/** A cursor over octets. `offset` may be moved by its owner only within `[0, end]`. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly end: number;
  offset: number;

  constructor(bytes: Uint8Array, offset = 0, end = bytes.length) {
    this.bytes = bytes;
    this.offset = offset;
    this.end = end;
  }

  get remaining(): number {
    return this.end - this.offset;
  }

  /** Throws `bytes/truncated` unless `count` more octets are there. */
  need(count: number, path?: string): void {
    if (count > this.end - this.offset) throw this.truncated(count, path);
  }

  u8(path?: string): number {
    if (this.offset >= this.end) throw this.truncated(1, path);
    return this.bytes[this.offset++]!;
  }

  u16(path?: string): number {
    this.need(2, path);
    const at = this.offset;
    this.offset = at + 2;
    return (this.bytes[at]! << 8) | this.bytes[at + 1]!;
  }

  u32(path?: string): number {
    this.need(4, path);
    const at = this.offset;
    this.offset = at + 4;
    const b = this.bytes;
    return ((b[at]! << 24) | (b[at + 1]! << 16) | (b[at + 2]! << 8) | b[at + 3]!) >>> 0;
  }

  /** The next `count` octets as a view on the input; copy it if it must outlive the input. */
  take(count: number, path?: string): Uint8Array {
    this.need(count, path);
    const at = this.offset;
    this.offset = at + count;
    return this.bytes.subarray(at, at + count);
  }

  rest(): Uint8Array {
    return this.take(this.remaining);
  }

  /** A-XDR and BER definite length (IEC 61334-6, X.690 8.1.3): one octet, or 81/82/83/84 and the length. */
  length(limit: number, path?: string): number {
    const at = this.offset;
    const first = this.u8(path);
    let value = first;
    if (first > 0x80) {
      const count = first & 0x7f;
      if (count > 4) throw raiseBytes('length', `a length of ${count} octets`, place(path, at));
      value = 0;
      for (let i = 0; i < count; i++) value = value * 256 + this.u8(path);
    } else if (first === 0x80) {
      throw raiseBytes('length', 'the indefinite form is not allowed', place(path, at));
    }
    if (value > limit)
      throw raiseBytes('length', `length ${value} is over the bound of ${limit}`, place(path, at));
    return value;
  }

  /** Throws `bytes/trailing` unless everything was read. */
  finish(path?: string): void {
    if (this.offset !== this.end) {
      throw raiseBytes('trailing', `${this.remaining} octets left over`, place(path, this.offset));
    }
  }

  private truncated(count: number, path?: string): CosemError {
    const detail = `${count} octets wanted, ${this.end - this.offset} left`;
    return raiseBytes('truncated', detail, place(path, this.offset));
  }
}

function place(path: string | undefined, offset: number): ErrorPlace {
  return path === undefined ? { offset } : { path, offset };
}

/** Octets of one slab. Small buffers are cut from it: an array of its own for each costs more than what is written. */
const slabSize = 0x1_0000;
/** Up to here an array lies in the heap of the engine, and from there on it has one of its own; neither gains by slabs. */
const smallestFromSlab = 65;
const largestFromSlab = 0x1000;
let slab = new ArrayBuffer(slabSize);
let slabAt = 0;

function roomFor(size: number): Uint8Array {
  if (size < smallestFromSlab || size > largestFromSlab) return new Uint8Array(size);
  if (slabAt + size > slabSize) {
    slab = new ArrayBuffer(slabSize);
    slabAt = 0;
  }
  const room = new Uint8Array(slab, slabAt, size);
  slabAt += size;
  return room;
}

/** The beginning of a buffer; what is behind it goes back to the slab if nothing was cut after it. */
function trimmed(buffer: Uint8Array, size: number): Uint8Array {
  const { buffer: memory, byteOffset, length } = buffer;
  if (memory === slab && byteOffset + length === slabAt) slabAt = byteOffset + size;
  return new Uint8Array(memory as ArrayBuffer, byteOffset, size);
}

/** Grows as it is written; `finish` hands out a view of exactly what was written. */
export class ByteWriter {
  /** What is written so far and room behind it; replaced whenever it grows, so take it after {@link reserve}. */
  buffer: Uint8Array;
  private at = 0;

  constructor(initialSize = 256) {
    this.buffer = roomFor(initialSize);
  }

  get size(): number {
    return this.at;
  }

  /** Makes room for `count` octets that the caller writes into `buffer` itself; returns where they begin. */
  reserve(count: number): number {
    const at = this.at;
    const wanted = at + count;
    if (wanted > this.buffer.length) {
      const grown = roomFor(Math.max(wanted, this.buffer.length * 2));
      grown.set(this.buffer);
      this.buffer = grown;
    }
    this.at = wanted;
    return at;
  }

  u8(value: number): this {
    const at = this.reserve(1);
    this.buffer[at] = value;
    return this;
  }

  u16(value: number): this {
    const at = this.reserve(2);
    this.buffer[at] = value >>> 8;
    this.buffer[at + 1] = value;
    return this;
  }

  u32(value: number): this {
    const at = this.reserve(4);
    this.buffer[at] = value >>> 24;
    this.buffer[at + 1] = value >>> 16;
    this.buffer[at + 2] = value >>> 8;
    this.buffer[at + 3] = value;
    return this;
  }

  raw(bytes: Uint8Array): this {
    const at = this.reserve(bytes.length);
    this.buffer.set(bytes, at);
    return this;
  }

  /** The shortest A-XDR or BER definite length. */
  length(value: number): this {
    if (value < 0x80) return this.u8(value);
    if (value < 0x100) return this.u8(0x81).u8(value);
    if (value < 0x10000) return this.u8(0x82).u16(value);
    if (value < 0x1000000)
      return this.u8(0x83)
        .u8(value >>> 16)
        .u16(value & 0xffff);
    return this.u8(0x84).u32(value);
  }

  /** A length and then the octets. */
  octets(bytes: Uint8Array): this {
    return this.length(bytes.length).raw(bytes);
  }

  finish(): Uint8Array {
    // Whoever goes on writing needs new room: what is behind may be somebody else's by then.
    if (this.at < this.buffer.length) this.buffer = trimmed(this.buffer, this.at);
    return this.buffer;
  }
}

/**
 * A copy of its own. `slice` will not do: what looks like a `Uint8Array` may be a `Buffer`, whose `slice` is a view.
 */
export function copyOctets(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}

/** Lower-case hexadecimal, two digits an octet. */
export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex');
}

/** Hexadecimal text, spaces allowed, to octets. Throws `bytes/hex`. */
export function fromHex(text: string): Uint8Array {
  const compact = text.replace(/\s+/g, '');
  if (compact.length % 2 !== 0 || /[^0-9a-fA-F]/.test(compact)) throw raiseBytes('hex');
  return new Uint8Array(Buffer.from(compact, 'hex'));
}
