/** The sending half of an HDLC link: numbered segments, those in flight, and what was acknowledged (modulo 8). */

import { type Segment, segmentApdu } from './apdu-segments.ts';
import { raiseLink } from './errors.ts';
import { maxApduLength } from './scan.ts';

/** Most APDUs that wait for their turn on one link unless an option says less. */
export const maxQueuedApdus = 16;

interface Numbered extends Segment {
  /** Whether an APDU is wholly delivered once this segment is acknowledged. */
  readonly last: boolean;
}

/** A segment with the sequence number it goes out with. */
export interface NumberedSegment extends Segment {
  readonly ns: number;
}

/** Segments to send, the first of them being the oldest that is not acknowledged. */
export class SendWindow {
  private segments: Numbered[] = [];
  private first = 0;
  private inFlight = 0;
  /** Most ever in flight since the last acknowledgement: late acknowledgements after a rewind are valid too. */
  private reach = 0;
  private apdus = 0;
  private readonly limit: number;
  private readonly maxOctets: number;

  constructor(bounds: { readonly maxQueuedApdus?: number; readonly maxApduLength?: number } = {}) {
    this.limit = bounds.maxQueuedApdus ?? maxQueuedApdus;
    this.maxOctets = bounds.maxApduLength ?? maxApduLength;
  }

  /** Segments that were not sent since the last rewind. */
  get unsent(): number {
    return this.segments.length - this.inFlight;
  }

  get unacknowledged(): number {
    return this.inFlight;
  }

  get empty(): boolean {
    return this.segments.length === 0;
  }

  /** The next sequence number to send. */
  get vs(): number {
    return (this.first + this.inFlight) & 7;
  }

  /** Queues an APDU. Errors: `link/queue`, `link/apdu-length`. */
  load(apdu: Uint8Array, llc: Uint8Array, size: number): void {
    if (this.apdus >= this.limit) throw raiseLink('queue', `${this.limit} APDUs wait already`);
    if (apdu.length === 0 || apdu.length > this.maxOctets)
      throw raiseLink('apdu-length', `an APDU of ${apdu.length} octets, bound ${this.maxOctets}`);
    this.apdus += 1;
    for (const segment of segmentApdu(apdu, llc, size))
      this.segments.push({ ...segment, last: !segment.segmented });
  }

  /** The next segment to send, or undefined where all were sent or the window is full. */
  next(window: number): NumberedSegment | undefined {
    if (this.inFlight >= window) return undefined;
    const segment = this.segments[this.inFlight];
    if (segment === undefined) return undefined;
    const ns = this.vs;
    this.inFlight += 1;
    this.reach = Math.max(this.reach, this.inFlight);
    return { ns, information: segment.information, segmented: segment.segmented };
  }

  /**
   * Takes N(R). Returns how many segments it acknowledges anew and how many APDUs are thereby delivered, or undefined
   * when it names a segment that was never sent.
   */
  acknowledge(nr: number): { readonly segments: number; readonly apdus: number } | undefined {
    const count = (nr - this.first) & 7;
    if (count > this.reach) return undefined;
    const done = this.segments.splice(0, count);
    this.first = nr;
    this.inFlight = Math.max(0, this.inFlight - count);
    this.reach -= count;
    let apdus = 0;
    for (const segment of done) if (segment.last) apdus += 1;
    this.apdus -= apdus;
    return { segments: count, apdus };
  }

  /** Everything that is not acknowledged is to be sent again. */
  rewind(): void {
    this.inFlight = 0;
  }

  reset(): void {
    this.segments = [];
    this.first = 0;
    this.inFlight = 0;
    this.reach = 0;
    this.apdus = 0;
  }
}
