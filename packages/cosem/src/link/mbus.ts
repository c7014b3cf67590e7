/**
 * Wired M-Bus long frames (EN 13757-2, FT 1.2 frame format) as HAN ports push DLMS in them: the CI field numbers the
 * segments of an APDU (EN 13757-1, CI 00 to 1F), and a source and destination service access point follow it.
 */
import { copyOctets } from '../base/bytes.ts';
import { raiseLink } from './errors.ts';
import { concatOctets } from './octets.ts';
import { faultError, needMore, type Scan, scanFault } from './scan.ts';

const longStart = 0x68;
const shortStart = 0x10;
const stop = 0x16;
/** 68 L L 68, checksum, 16. */
const mbusOverhead = 6;
/** The length octet counts C, A, CI and the data. */
const maxLength = 0xff;
const lastSegmentBit = 0x10;
const lastDlmsCi = 0x1f;
/** The number of a segment has four bits. */
export const maxMbusSegments = 16;
/** What remains of a frame for the APDU after C, A, CI and two service access points. */
export const maxMbusSegmentLength = maxLength - 5;

/** One long frame. */
export interface MbusFrame {
  readonly control: number;
  readonly address: number;
  readonly ci: number;
  /** Everything between CI and checksum. */
  readonly data: Uint8Array;
}

/** Where a DLMS push over M-Bus comes from and goes to. */
export interface MbusAddressing {
  readonly control: number;
  readonly address: number;
  readonly sourceSap: number;
  readonly destinationSap: number;
}

/** As HAN ports push: SND_UD to all, from the management logical device to client 103. */
export const mbusPush: MbusAddressing = {
  control: 0x53,
  address: 0xff,
  sourceSap: 0x01,
  destinationSap: 0x67,
};

function checksum(bytes: Uint8Array, start: number, end: number): number {
  let sum = 0;
  for (let at = start; at < end; at++) sum += bytes[at]!;
  return sum & 0xff;
}

/** Writes a long frame (EN 13757-2). Error: `link/mbus-frame` when the data do not fit. */
export function encodeMbusFrame(frame: MbusFrame): Uint8Array {
  const length = 3 + frame.data.length;
  if (length > maxLength)
    throw raiseLink('mbus-frame', `${frame.data.length} octets do not fit a long frame`);
  const out = new Uint8Array(length + mbusOverhead);
  out.set([longStart, length, length, longStart, frame.control, frame.address, frame.ci]);
  out.set(frame.data, 7);
  out[4 + length] = checksum(out, 4, 4 + length);
  out[5 + length] = stop;
  return out;
}

/** Looks for a long frame at `start`; the data in the answer are a view. */
export function scanMbusFrame(bytes: Uint8Array, start: number, end: number): Scan<MbusFrame> {
  const size = end - start;
  if (size > 0 && bytes[start] !== longStart) return scanFault('mbus-frame', 'no start octet 68', 0);
  if (size < 2) return needMore;
  const length = bytes[start + 1]!;
  if (length < 3) return scanFault('mbus-frame', `length ${length}`, 1);
  if (size > 2 && bytes[start + 2] !== length)
    return scanFault('mbus-frame', 'the two lengths are not the same', 2);
  if (size > 3 && bytes[start + 3] !== longStart)
    return scanFault('mbus-frame', 'no second start octet 68', 3);
  if (size < length + mbusOverhead) return needMore;
  const end68 = start + 4 + length;
  if (bytes[end68 + 1] !== stop) return scanFault('mbus-frame', 'no stop octet 16', 5 + length);
  if (checksum(bytes, start + 4, end68) !== bytes[end68])
    return scanFault('mbus-checksum', 'the checksum is wrong', 4 + length);
  const frame = {
    control: bytes[start + 4]!,
    address: bytes[start + 5]!,
    ci: bytes[start + 6]!,
    data: bytes.subarray(start + 7, end68),
  };
  return { status: 'frame', frame, length: length + mbusOverhead };
}

/** Looks for a short frame (10 C A checksum 16), which carries no data, at `start`. */
export function scanMbusShortFrame(bytes: Uint8Array, start: number, end: number): Scan<undefined> {
  if (end > start && bytes[start] !== shortStart) return scanFault('mbus-frame', 'no start octet 10', 0);
  if (end - start < 5) return needMore;
  const right = bytes[start + 4] === stop && checksum(bytes, start + 1, start + 3) === bytes[start + 3];
  return right
    ? { status: 'frame', frame: undefined, length: 5 }
    : scanFault('mbus-checksum', 'not a short frame', 3);
}

/**
 * Takes exactly one long frame apart (EN 13757-2); `data` is a view on the input. Errors: `link/mbus-frame`,
 * `link/mbus-checksum`, with the offset.
 */
export function decodeMbusFrame(bytes: Uint8Array): MbusFrame {
  const scan = scanMbusFrame(bytes, 0, bytes.length);
  if (scan.status === 'no') throw faultError(scan);
  if (scan.status === 'more' || scan.length !== bytes.length)
    throw raiseLink('mbus-frame', `${bytes.length} octets are not the length in the frame`, { offset: 1 });
  return scan.frame;
}

/**
 * Cuts an APDU into long frames (EN 13757-1, M-Bus transport of DLMS). In: at most 16 × `segmentLength` octets; out:
 * the frames in order. Error: `link/segments`.
 */
export function encodeMbusApdu(
  apdu: Uint8Array,
  to: MbusAddressing = mbusPush,
  segmentLength = maxMbusSegmentLength,
): Uint8Array[] {
  const count = Math.max(1, Math.ceil(apdu.length / segmentLength));
  if (count > maxMbusSegments) throw raiseLink('segments', `${count} segments, M-Bus numbers 16`);
  return Array.from({ length: count }, (_, number) => {
    const part = apdu.subarray(number * segmentLength, (number + 1) * segmentLength);
    const ci = number | (number === count - 1 ? lastSegmentBit : 0);
    const data = concatOctets([Uint8Array.of(to.sourceSap, to.destinationSap), part]);
    return encodeMbusFrame({ control: to.control, address: to.address, ci, data });
  });
}

/** A whole APDU that came in M-Bus frames. */
export interface MbusApdu {
  readonly apdu: Uint8Array;
  readonly addressing: MbusAddressing;
  readonly frames: number;
}

/**
 * Puts the segments of one sender together (EN 13757-1). The number in the CI field must rise by one from 0; anything
 * else costs the APDU it belongs to.
 */
export class MbusAssembler {
  private parts: Uint8Array[] = [];

  get open(): boolean {
    return this.parts.length > 0;
  }

  /**
   * Takes a frame; hands back the APDU once it is whole. Errors: `link/mbus-not-dlms`, `link/mbus-frame` without
   * service access points, `link/segment-lost`; after the last the frame itself was used if it begins an APDU.
   */
  add(frame: MbusFrame): MbusApdu | undefined {
    if (frame.ci > lastDlmsCi)
      throw raiseLink('mbus-not-dlms', `CI ${frame.ci.toString(16).padStart(2, '0')}`);
    const [sourceSap, destinationSap] = frame.data;
    if (sourceSap === undefined || destinationSap === undefined)
      throw raiseLink('mbus-frame', 'no service access points after the CI field', { offset: 7 });
    const number = frame.ci & 0x0f;
    const expected = this.parts.length;
    if (number !== expected) {
      this.parts = [];
      if (number !== 0) throw raiseLink('segment-lost', `segment ${number} where ${expected} is due`);
    }
    this.parts.push(copyOctets(frame.data.subarray(2)));
    if ((frame.ci & lastSegmentBit) === 0) {
      if (this.parts.length < maxMbusSegments) return undefined;
      this.parts = [];
      throw raiseLink('segments', 'sixteen segments and none of them the last');
    }
    const frames = this.parts.length;
    const apdu = concatOctets(this.parts);
    this.parts = [];
    const { control, address } = frame;
    return { apdu, addressing: { control, address, sourceSap, destinationSap }, frames };
  }

  reset(): void {
    this.parts = [];
  }
}
