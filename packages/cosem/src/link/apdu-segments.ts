/** Cutting APDUs into information fields and putting them together again, with the LLC header of the profile. */

import { copyOctets } from '../base/bytes.ts';
import { raiseLink } from './errors.ts';
import { concatOctets } from './octets.ts';
import { maxApduLength } from './scan.ts';

/** LLC header of what the client sends: destination LSAP E6, source LSAP E6, quality 00 (IEC 62056-46, LLC sublayer). */
export const llcCommand = Uint8Array.of(0xe6, 0xe6, 0x00);
/** LLC header of what the server sends. */
export const llcResponse = Uint8Array.of(0xe6, 0xe7, 0x00);
/** Most segments that are put together to one APDU unless an option says less. */
export const maxSegments = 4096;

/** Whether information begins with one of the two LLC headers. */
export function hasLlcHeader(information: Uint8Array): boolean {
  const [destination, source, quality] = information;
  return destination === 0xe6 && (source === 0xe6 || source === 0xe7) && quality === 0;
}

/** One information field and whether more of its APDU follows. */
export interface Segment {
  readonly information: Uint8Array;
  readonly segmented: boolean;
}

/** Puts the LLC header before an APDU and cuts both into information fields of at most `size` octets. */
export function segmentApdu(apdu: Uint8Array, llc: Uint8Array, size: number): Segment[] {
  const whole = concatOctets([llc, apdu]);
  const segments: Segment[] = [];
  for (let at = 0; at < whole.length; at += size) {
    segments.push({ information: whole.subarray(at, at + size), segmented: at + size < whole.length });
  }
  return segments;
}

/** The bounds of an assembler. */
export interface AssemblerBounds {
  readonly maxApduLength?: number;
  readonly maxSegments?: number;
}

/** Puts the segments of one APDU together. It copies what it keeps, so that inputs may be reused. */
export class ApduAssembler {
  private parts: Uint8Array[] = [];
  private octets = 0;
  private readonly maxOctets: number;
  private readonly maxParts: number;

  constructor(bounds: AssemblerBounds = {}) {
    this.maxOctets = bounds.maxApduLength ?? maxApduLength;
    this.maxParts = bounds.maxSegments ?? maxSegments;
  }

  /** Whether a first segment was taken whose APDU is not whole yet. */
  get open(): boolean {
    return this.parts.length > 0;
  }

  /**
   * Takes a segment; hands back the octets of the APDU, LLC header included, once it is whole. Forgets all of it and
   * throws `link/segments` or `link/apdu-length` when a bound is passed.
   */
  add(information: Uint8Array, segmented: boolean): Uint8Array | undefined {
    const octets = this.octets + information.length;
    const over = octets > this.maxOctets + llcCommand.length;
    if (over || this.parts.length >= this.maxParts) {
      this.reset();
      throw over
        ? raiseLink('apdu-length', `${octets} octets are over the bound of ${this.maxOctets}`)
        : raiseLink('segments', `more than ${this.maxParts} segments`);
    }
    if (!segmented && this.parts.length === 0) return copyOctets(information);
    this.parts.push(copyOctets(information));
    this.octets = octets;
    if (segmented) return undefined;
    const whole = concatOctets(this.parts);
    this.reset();
    return whole;
  }

  reset(): void {
    this.parts = [];
    this.octets = 0;
  }
}
