/**
 * DER (ITU-T X.690), as much of it as certificates, requests, revocation lists and PKCS#7 need. The writer makes only
 * the one permitted form of each value; the reader takes no other: definite shortest lengths, shortest integers, no
 * octets left over, bounded depth.
 */
import { raiseTrust } from './errors.ts';

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  enumerated: 0x0a,
  utf8: 0x0c,
  printable: 0x13,
  ia5: 0x16,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

// ------------------------------------------------------------------ writing

function lengthOctets(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.from([0x80 | octets.length, ...octets]);
}

/** One value: tag, length, content. */
export function value(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const octets = Buffer.concat(content);
  return Buffer.concat([Buffer.from([tag]), lengthOctets(octets.length), octets]);
}

export const sequence = (...parts: readonly Uint8Array[]): Buffer => value(tags.sequence, ...parts);
/** SET OF: the elements in the order of their octets (X.690 clause 11.6). */
export const setOf = (...parts: readonly Uint8Array[]): Buffer =>
  value(tags.set, ...[...parts].sort((a, b) => Buffer.compare(a, b)));
export const octetString = (octets: Uint8Array): Buffer => value(tags.octetString, octets);
export const bitString = (octets: Uint8Array, unusedBits = 0): Buffer =>
  value(tags.bitString, Buffer.from([unusedBits]), octets);
export const boolean = (truth: boolean): Buffer => value(tags.boolean, Buffer.from([truth ? 0xff : 0]));
export const nothing = (): Buffer => value(tags.null);
export const utf8 = (text: string): Buffer => value(tags.utf8, Buffer.from(text, 'utf8'));
export const ia5 = (text: string): Buffer => value(tags.ia5, Buffer.from(text, 'latin1'));
/** `[n]`, constructed around whole values. */
export const explicit = (n: number, ...parts: readonly Uint8Array[]): Buffer => value(0xa0 | n, ...parts);
/** `[n]` in place of a primitive value's own tag. */
export const implicit = (n: number, content: Uint8Array): Buffer => value(0x80 | n, content);

/** A non-negative integer, from a number or from its octets, highest first. */
export function integer(from: number | Uint8Array): Buffer {
  let octets = typeof from === 'number' ? numberOctets(from) : Buffer.from(from);
  while (octets.length > 1 && octets[0] === 0) octets = octets.subarray(1);
  if ((octets[0] ?? 0) >= 0x80) octets = Buffer.concat([Buffer.from([0]), octets]);
  return value(tags.integer, octets.length === 0 ? Buffer.from([0]) : octets);
}

function numberOctets(number: number): Buffer {
  const octets: number[] = [];
  for (let rest = number; rest > 0; rest = Math.floor(rest / 256)) octets.unshift(rest % 256);
  return Buffer.from(octets);
}

const encodedOids = new Map<string, Buffer>();

/** An object identifier of ours; the few that there are are encoded once. */
export function oid(text: string): Buffer {
  let octets = encodedOids.get(text);
  if (!octets) {
    octets = encodeOid(text);
    encodedOids.set(text, octets);
  }
  return octets;
}

function encodeOid(text: string): Buffer {
  const arcs = text.split('.').map(BigInt);
  const numbers = [arcs[0]! * 40n + arcs[1]!, ...arcs.slice(2)];
  const octets: number[] = [];
  for (const number of numbers) {
    const septets = [Number(number & 0x7fn)];
    for (let rest = number >> 7n; rest > 0n; rest >>= 7n) septets.unshift(Number(rest & 0x7fn) | 0x80);
    octets.push(...septets);
  }
  return value(tags.oid, Buffer.from(octets));
}

/** A time in whole seconds: UTCTime up to 2049, GeneralizedTime after (RFC 5280 section 4.1.2.5). */
export function time(at: Date): Buffer {
  const digits = at.toISOString().replace(/[-:T]/g, '').slice(0, 14);
  return at.getUTCFullYear() < 2050
    ? value(tags.utcTime, Buffer.from(`${digits.slice(2)}Z`))
    : value(tags.generalizedTime, Buffer.from(`${digits}Z`));
}

// ------------------------------------------------------------------ reading

export interface DerValue {
  readonly tag: number;
  readonly content: Buffer;
  /** Tag, length and content. */
  readonly whole: Buffer;
  /** Of the content, from the beginning of what is read. */
  readonly offset: number;
}

const maxDepth = 24;

/** Reads values one after the other; every error carries the path and the offset. */
export class DerReader {
  readonly #octets: Buffer;
  readonly #path: string;
  readonly #base: number;
  readonly #depth: number;
  #at = 0;

  constructor(octets: Uint8Array, path: string, base = 0, depth = 0) {
    this.#octets = Buffer.from(octets.buffer, octets.byteOffset, octets.length);
    this.#path = path;
    this.#base = base;
    this.#depth = depth;
    if (depth > maxDepth) throw this.#error('is nested too deeply');
  }

  get atEnd(): boolean {
    return this.#at >= this.#octets.length;
  }

  peekTag(): number | undefined {
    return this.#octets[this.#at];
  }

  /** The next value, of this tag if one is given. Errors: `trust/der`. */
  next(tag?: number, name = 'value'): DerValue {
    const start = this.#at;
    const found = this.#octets[start];
    if (found === undefined) throw this.#error(`ends where ${name} should be`);
    if (tag !== undefined && found !== tag) {
      throw this.#error(`has tag ${found.toString(16)} where ${name} has ${tag.toString(16)}`);
    }
    if ((found & 0x1f) === 0x1f) throw this.#error('has a tag of several octets');
    const { length, octets } = this.#length(start + 1);
    const from = start + 1 + octets;
    if (from + length > this.#octets.length) throw this.#error(`${name} is longer than what holds it`);
    this.#at = from + length;
    return {
      tag: found,
      content: this.#octets.subarray(from, this.#at),
      whole: this.#octets.subarray(start, this.#at),
      offset: this.#base + from,
    };
  }

  optional(tag: number, name?: string): DerValue | undefined {
    return this.peekTag() === tag ? this.next(tag, name) : undefined;
  }

  /** Goes into the next value, which is constructed. */
  enter(tag: number, name: string): DerReader {
    return this.into(this.next(tag, name), name);
  }

  into(held: DerValue, name: string): DerReader {
    return new DerReader(held.content, `${this.#path}.${name}`, held.offset, this.#depth + 1);
  }

  /** Nothing may be left. */
  end(): void {
    if (!this.atEnd) throw this.#error('has octets left over');
  }

  /** Content of an integer that is not negative, without the sign octet. */
  unsigned(name: string): Buffer {
    return this.#unsigned(this.next(tags.integer, name), name);
  }

  #unsigned({ content }: DerValue, name: string): Buffer {
    if (content.length === 0) throw this.#error(`${name} is an empty integer`);
    if (content[0]! >= 0x80) throw this.#error(`${name} is negative`);
    if (content.length > 1 && content[0] === 0 && content[1]! < 0x80)
      throw this.#error(`${name} is not the shortest form`);
    return content[0] === 0 && content.length > 1 ? content.subarray(1) : content;
  }

  small(name: string): number {
    const octets = this.unsigned(name);
    if (octets.length > 6) throw this.#error(`${name} is too large`);
    return octets.length === 0 ? 0 : octets.readUIntBE(0, octets.length);
  }

  boolean(name: string): boolean {
    const { content } = this.next(tags.boolean, name);
    if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff))
      throw this.#error(`${name} is no boolean`);
    return content[0] === 0xff;
  }

  oid(name: string): string {
    const { content } = this.next(tags.oid, name);
    const text = decodeOid(content);
    if (text === undefined) throw this.#error(`${name} is no object identifier`);
    return text;
  }

  /** The octets of a bit string that is a whole number of octets. */
  bits(name: string): Buffer {
    const { content } = this.next(tags.bitString, name);
    if (content[0] !== 0) throw this.#error(`${name} is not a whole number of octets`);
    return content.subarray(1);
  }

  time(name: string): Date {
    const { tag, content } = this.next(undefined, name);
    const text = content.toString('latin1');
    const digits = tag === tags.utcTime ? `${Number(text.slice(0, 2)) < 50 ? '20' : '19'}${text}` : text;
    const parts = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits);
    if (!parts || (tag !== tags.utcTime && tag !== tags.generalizedTime))
      throw this.#error(`${name} is no time`);
    const [, year, month, day, hour, minute, second] = parts;
    const at = new Date(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
    if (Number.isNaN(at.getTime())) throw this.#error(`${name} is no time`);
    return at;
  }

  fail(what: string): Error {
    return this.#error(what);
  }

  #length(at: number): { length: number; octets: number } {
    const first = this.#octets[at];
    if (first === undefined) throw this.#error('ends inside a length');
    if (first < 0x80) return { length: first, octets: 1 };
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw this.#error('has a length of a form that is not permitted');
    if (at + 1 + count > this.#octets.length) throw this.#error('ends inside a length');
    const length = this.#octets.readUIntBE(at + 1, count);
    if (length < 0x80 || (count > 1 && length < 2 ** (8 * (count - 1))))
      throw this.#error('has a length that is not the shortest form');
    return { length, octets: 1 + count };
  }

  #error(what: string): Error {
    return raiseTrust('der', `${this.#path} at octet ${this.#base + this.#at} ${what}`);
  }
}

function decodeOid(content: Buffer): string | undefined {
  if (content.length === 0 || content.length > 64 || content[content.length - 1]! >= 0x80) return undefined;
  const numbers: bigint[] = [];
  let number = 0n;
  let fresh = true;
  for (const octet of content) {
    if (fresh && octet === 0x80) return undefined;
    number = (number << 7n) | BigInt(octet & 0x7f);
    fresh = octet < 0x80;
    if (fresh) {
      numbers.push(number);
      number = 0n;
    }
  }
  const first = numbers[0]!;
  const top = first < 40n ? 0n : first < 80n ? 1n : 2n;
  return [top, first - top * 40n, ...numbers.slice(1)].join('.');
}

/** Reads exactly one value of a tag and goes into it; nothing may follow. */
export function readWhole(octets: Uint8Array, path: string): { reader: DerReader; outer: DerValue } {
  const outerReader = new DerReader(octets, path);
  const outer = outerReader.next(tags.sequence, path);
  outerReader.end();
  return { reader: new DerReader(outer.content, path, outer.offset, 1), outer };
}
