/**
 * What the stream receivers share: a bounded queue of octets, and the answer that a scanner for one kind of
 * frame gives about the octets at one place.
 */
import type { CosemError } from '../base/errors.ts';
import { type LinkCode, raiseLink } from './errors.ts';

/** Longest APDU that a link puts together unless an option says less; the wrapper can carry no more. */
export const maxApduLength = 65_535;

/** A fault found by a scanner, not yet an error object: most of them are only noise between frames. */
export interface ScanFault {
  readonly status: 'no';
  readonly code: LinkCode;
  readonly detail: string;
  /** Octets from the place that was scanned. */
  readonly at: number;
}

/** A frame, how many octets it took, or why there is none, or that more octets are needed to say. */
export type Scan<Frame> =
  | { readonly status: 'frame'; readonly frame: Frame; readonly length: number }
  | { readonly status: 'more' }
  | ScanFault;

export const needMore = { status: 'more' } as const;

export function scanFault(code: LinkCode, detail: string, at: number): ScanFault {
  return { status: 'no', code, detail, at };
}

/** Turns a fault into the typed error, its offset counted from `base`. */
export function faultError(fault: ScanFault, base = 0): CosemError {
  return raiseLink(fault.code, fault.detail, { offset: base + fault.at });
}

/** What a stream receiver reports about octets that belong to no frame. */
export interface SkippedOctets {
  readonly type: 'skipped';
  /** How many octets in a row were thrown away. */
  readonly octets: number;
  /** Octets from the start of the stream to the first of them. */
  readonly offset: number;
  /** Why the first of them could not begin a frame. */
  readonly error: CosemError;
}

/**
 * Octets that wait to be understood. The first chunk is adopted without copying; only when a frame is spread
 * over chunks are they copied together, into a buffer that grows by doubling.
 */
export class OctetQueue {
  bytes: Uint8Array = new Uint8Array(0);
  start = 0;
  end = 0;
  /** Octets dropped so far: the stream offset of `start`. */
  dropped = 0;
  private owned = false;

  get size(): number {
    return this.end - this.start;
  }

  push(chunk: Uint8Array): void {
    if (this.size === 0) {
      this.bytes = chunk;
      this.start = 0;
      this.end = chunk.length;
      this.owned = false;
      return;
    }
    const size = this.size;
    const wanted = size + chunk.length;
    if (!this.owned || wanted > this.bytes.length) {
      const grown = new Uint8Array(Math.max(256, wanted * 2));
      grown.set(this.bytes.subarray(this.start, this.end));
      this.bytes = grown;
      this.owned = true;
      this.start = 0;
    } else if (this.end + chunk.length > this.bytes.length) {
      this.bytes.copyWithin(0, this.start, this.end);
      this.start = 0;
    }
    this.bytes.set(chunk, this.start + size);
    this.end = this.start + wanted;
  }

  /** Gives up the first `count` octets. */
  drop(count: number): void {
    this.start += count;
    this.dropped += count;
  }

  /** Whether views handed out would be overwritten by a later push, so that they must be copied. */
  get shared(): boolean {
    return this.owned;
  }
}

/** Collects octets that are skipped one by one into one report. */
export class NoiseMeter {
  private octets = 0;
  private offset = 0;
  private fault: ScanFault | undefined;

  get open(): boolean {
    return this.octets > 0;
  }

  skip(offset: number, fault: ScanFault, count = 1): void {
    if (this.octets === 0) {
      this.offset = offset;
      this.fault = fault;
    }
    this.octets += count;
  }

  /** The report about what was skipped since the last call, if anything was. */
  take(): SkippedOctets | undefined {
    if (this.fault === undefined) return undefined;
    const report: SkippedOctets = {
      type: 'skipped',
      octets: this.octets,
      offset: this.offset,
      error: faultError(this.fault, this.offset),
    };
    this.octets = 0;
    this.fault = undefined;
    return report;
  }
}
