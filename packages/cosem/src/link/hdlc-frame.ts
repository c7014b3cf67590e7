/**
 * HDLC frames of format type 3 (IEC 62056-46, frame format type 3; ISO/IEC 13239): format field with
 * segmentation bit and length, two addresses, control field, header and frame check sequence. There is no octet
 * stuffing: the length says where the frame ends.
 */
import { raiseLink } from './errors.ts';
import { type HdlcAddress, scanHdlcAddress, writeHdlcAddress } from './hdlc-address.ts';
import { faultError, needMore, type Scan, type ScanFault, scanFault } from './scan.ts';

/** The octet before and after each frame. */
export const hdlcFlag = 0x7e;
/** The length field has 11 bits and counts all but the flags. */
export const maxHdlcFrameLength = 0x7ff;
/** Two flags, format, two addresses of 4 octets, control, HCS, FCS. */
export const maxHdlcOverhead = 2 + 2 + 4 + 4 + 1 + 2 + 2;
/** Format, two addresses of 1 octet, control, FCS. */
const minHdlcFrameLength = 2 + 1 + 1 + 1 + 2;
const formatTypeMask = 0xf0;
const formatType3 = 0xa0;
const segmentationBit = 0x08;

/** Frames without sequence numbers. */
export type HdlcUnnumbered = 'SNRM' | 'DISC' | 'UA' | 'DM' | 'FRMR' | 'UI';

/** The control field (IEC 62056-46, control field format). `pollFinal` is P in commands, F in responses. */
export type HdlcControl =
  | { readonly kind: 'I'; readonly ns: number; readonly nr: number; readonly pollFinal: boolean }
  | { readonly kind: 'RR' | 'RNR'; readonly nr: number; readonly pollFinal: boolean }
  | { readonly kind: HdlcUnnumbered; readonly pollFinal: boolean };

/** One frame; `information` is empty where the frame has none. */
export interface HdlcFrame {
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  /** True on every segment of an APDU but the last. */
  readonly segmented: boolean;
  readonly control: HdlcControl;
  readonly information: Uint8Array;
}

const unnumberedCodes: Readonly<Record<HdlcUnnumbered, number>> = {
  SNRM: 0x83,
  DISC: 0x43,
  UA: 0x63,
  DM: 0x0f,
  FRMR: 0x87,
  UI: 0x03,
};
const unnumberedKinds = new Map(
  Object.entries(unnumberedCodes).map(([kind, code]) => [code, kind as HdlcUnnumbered]),
);
const pollFinalBit = 0x10;

/** The octet of a control field. */
export function encodeHdlcControl(control: HdlcControl): number {
  const pf = control.pollFinal ? pollFinalBit : 0;
  switch (control.kind) {
    case 'I':
      return (control.nr << 5) | pf | (control.ns << 1);
    case 'RR':
      return (control.nr << 5) | pf | 0x01;
    case 'RNR':
      return (control.nr << 5) | pf | 0x05;
    default:
      return unnumberedCodes[control.kind] | pf;
  }
}

/** The meaning of a control octet, or undefined for kinds outside the profile (REJ, SREJ, XID and others). */
export function decodeHdlcControl(octet: number): HdlcControl | undefined {
  const pollFinal = (octet & pollFinalBit) !== 0;
  if ((octet & 0x01) === 0) return { kind: 'I', ns: (octet >> 1) & 7, nr: octet >> 5, pollFinal };
  if ((octet & 0x0f) === 0x01) return { kind: 'RR', nr: octet >> 5, pollFinal };
  if ((octet & 0x0f) === 0x05) return { kind: 'RNR', nr: octet >> 5, pollFinal };
  const kind = unnumberedKinds.get(octet & ~pollFinalBit);
  return kind === undefined ? undefined : { kind, pollFinal };
}

const fcsTable = Uint16Array.from({ length: 256 }, (_, octet) => {
  let value = octet;
  for (let bit = 0; bit < 8; bit++) value = (value & 1) !== 0 ? (value >>> 1) ^ 0x8408 : value >>> 1;
  return value;
});

/**
 * The 16 bit check sequence of ISO/IEC 13239 (CRC-16/X-25) over `[start, end)`; on the line its low octet comes
 * first. Used for both header and frame.
 */
export function fcs16(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let value = 0xffff;
  for (let at = start; at < end; at++) value = fcsTable[(value ^ bytes[at]!) & 0xff]! ^ (value >>> 8);
  return value ^ 0xffff;
}

function writeCheck(out: Uint8Array, from: number, at: number): number {
  const value = fcs16(out, from, at);
  out[at] = value & 0xff;
  out[at + 1] = value >>> 8;
  return at + 2;
}

/**
 * Writes a frame with both flags (IEC 62056-46, frame format type 3); the header check sequence is there only
 * when there is information. Error: `link/hdlc-format` when the frame would be longer than 2047 octets.
 */
export function encodeHdlcFrame(frame: HdlcFrame): Uint8Array {
  const { destination, source, information } = frame;
  const hasInformation = information.length > 0;
  const header = 2 + destination.size + source.size + 1;
  const length = header + (hasInformation ? 2 + information.length : 0) + 2;
  if (length > maxHdlcFrameLength)
    throw raiseLink('hdlc-format', `a frame of ${length} octets is over ${maxHdlcFrameLength}`);
  const out = new Uint8Array(length + 2);
  out[0] = hdlcFlag;
  out[1] = formatType3 | (frame.segmented ? segmentationBit : 0) | (length >>> 8);
  out[2] = length & 0xff;
  let at = writeHdlcAddress(destination, out, 3);
  at = writeHdlcAddress(source, out, at);
  out[at++] = encodeHdlcControl(frame.control);
  if (hasInformation) {
    at = writeCheck(out, 1, at);
    out.set(information, at);
    at += information.length;
  }
  at = writeCheck(out, 1, at);
  out[at] = hdlcFlag;
  return out;
}

interface Header {
  readonly destination: HdlcAddress;
  readonly source: HdlcAddress;
  readonly controlOctet: number;
  /** Octets from the opening flag to the end of the control field. */
  readonly length: number;
}

function scanHeader(bytes: Uint8Array, start: number, end: number): Scan<Header> {
  let at = start + 3;
  const destination = scanHdlcAddress(bytes, at, end);
  if (destination.status !== 'frame') return shift(destination, at - start);
  at += destination.length;
  const source = scanHdlcAddress(bytes, at, end);
  if (source.status !== 'frame') return shift(source, at - start);
  at += source.length;
  if (at >= end) return needMore;
  const length = at + 1 - start;
  const frame = {
    destination: destination.frame,
    source: source.frame,
    controlOctet: bytes[at]!,
    length,
  };
  return { status: 'frame', frame, length };
}

function shift<T extends { readonly status: 'more' } | ScanFault>(scan: T, by: number): T {
  return scan.status === 'no' ? { ...scan, at: scan.at + by } : scan;
}

/**
 * Looks for a frame whose opening flag stands at `start`. The header check sequence is tried as soon as it is
 * there, so that a damaged length does not make the receiver wait for octets that never come. `length` in the
 * answer leaves the closing flag out, for it may open the next frame. `information` is a view.
 */
export function scanHdlcFrame(bytes: Uint8Array, start: number, end: number): Scan<HdlcFrame> {
  const size = end - start;
  if (size > 0 && bytes[start] !== hdlcFlag) return scanFault('hdlc-flag', 'no opening flag', 0);
  if (size > 1 && (bytes[start + 1]! & formatTypeMask) !== formatType3)
    return scanFault('hdlc-format', 'the format type is not 3', 1);
  if (size < 3) return needMore;
  const length = ((bytes[start + 1]! << 8) | bytes[start + 2]!) & maxHdlcFrameLength;
  if (length < minHdlcFrameLength) return scanFault('hdlc-format', `a frame of ${length} octets`, 1);
  const closing = start + 1 + length;
  const header = scanHeader(bytes, start, Math.min(end, closing - 2));
  if (header.status === 'no') return header;
  if (header.status === 'more')
    return end >= closing - 2 ? scanFault('hdlc-format', 'the addresses do not fit the length', 1) : header;
  const { destination, source, controlOctet } = header.frame;
  const afterControl = start + header.length;
  const body = closing - 2 - afterControl;
  if (body === 1) return scanFault('hdlc-format', 'no room for the header check sequence', 1);
  if (body > 1) {
    if (end < afterControl + 2) return needMore;
    if (fcs16(bytes, start + 1, afterControl) !== readCheck(bytes, afterControl))
      return scanFault('hdlc-hcs', 'the header check sequence is wrong', header.length);
  }
  if (end <= closing) return needMore;
  if (bytes[closing] !== hdlcFlag) return scanFault('hdlc-flag', 'no closing flag', closing - start);
  if (fcs16(bytes, start + 1, closing - 2) !== readCheck(bytes, closing - 2))
    return scanFault('hdlc-fcs', 'the frame check sequence is wrong', closing - 2 - start);
  const control = decodeHdlcControl(controlOctet);
  if (control === undefined)
    return scanFault(
      'hdlc-control',
      `control field ${controlOctet.toString(16).padStart(2, '0')}`,
      header.length - 1,
    );
  const information = body > 1 ? bytes.subarray(afterControl + 2, closing - 2) : empty;
  const segmented = (bytes[start + 1]! & segmentationBit) !== 0;
  const frame = { destination, source, segmented, control, information };
  return { status: 'frame', frame, length: length + 1 };
}

const empty = new Uint8Array(0);

function readCheck(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8);
}

/**
 * Takes exactly one frame apart, flags included (IEC 62056-46, frame format type 3). `information` is a view on
 * the input. Errors: `link/hdlc-flag`, `-format`, `-address`, `-hcs`, `-fcs`, `-control`, each with the offset.
 */
export function decodeHdlcFrame(bytes: Uint8Array): HdlcFrame {
  const scan = scanHdlcFrame(bytes, 0, bytes.length);
  if (scan.status === 'no') throw faultError(scan);
  if (scan.status === 'more' || scan.length + 1 !== bytes.length)
    throw raiseLink('hdlc-format', `${bytes.length} octets are not the length in the frame`, { offset: 1 });
  return scan.frame;
}
