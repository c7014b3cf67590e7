/** Just enough DER (X.690) to look into a certificate and to write a certificate request. No recursion, no copies. */
import { ByteReader, ByteWriter } from '../base/bytes.ts';
import { raiseSecurity } from './errors.ts';

/** Elements one sequence may hold. */
export const maxDerElements = 256;

/** One element: its tag octet, its contents, and the whole of it. */
export interface DerElement {
  readonly tag: number;
  readonly content: Uint8Array;
  readonly whole: Uint8Array;
}

/** The tags in use here. */
export const derTags = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The elements inside these contents, in order. Throws `security/certificate`. */
export function derElements(content: Uint8Array): DerElement[] {
  const reader = new ByteReader(content);
  const elements: DerElement[] = [];
  try {
    while (reader.remaining > 0) {
      if (elements.length >= maxDerElements) throw raiseSecurity('certificate', 'too many elements');
      const start = reader.offset;
      const tag = reader.u8();
      const inner = reader.take(reader.length(content.length));
      elements.push({ tag, content: inner, whole: content.subarray(start, reader.offset) });
    }
  } catch (cause) {
    throw raiseSecurity('certificate', 'malformed DER', { offset: reader.offset, cause });
  }
  return elements;
}

/** The only element of these octets. Throws `security/certificate`. */
export function derElement(bytes: Uint8Array): DerElement {
  const [element, ...more] = derElements(bytes);
  if (element === undefined || more.length > 0) throw raiseSecurity('certificate', 'not one DER element');
  return element;
}

/** Writes one element. */
export function der(tag: number, ...contents: readonly Uint8Array[]): Uint8Array {
  const content = Buffer.concat(contents);
  return new ByteWriter(content.length + 6).u8(tag).octets(content).finish();
}

/** Writes an object identifier from the hexadecimal of its contents. */
export function derOid(hex: string): Uint8Array {
  return der(derTags.oid, Buffer.from(hex, 'hex'));
}

/** Writes a non-negative integer given most significant octet first. */
export function derUnsigned(octets: Uint8Array): Uint8Array {
  let start = 0;
  while (start < octets.length - 1 && octets[start] === 0) start++;
  const trimmed = octets.subarray(start);
  // A set first bit would make it negative.
  const sign = (trimmed[0] ?? 0) >= 0x80 ? Uint8Array.of(0) : new Uint8Array(0);
  return der(derTags.integer, sign, trimmed.length === 0 ? Uint8Array.of(0) : trimmed);
}
