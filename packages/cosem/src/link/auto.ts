/**
 * Finds HDLC frames, wrapper frames and M-Bus long frames in a raw stream and hands out the APDUs in them. It listens
 * only: a push listener and the decoder of captured streams stand on it.
 */
import { copyOctets } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import type { HdlcAddress } from './hdlc-address.ts';
import { type HdlcFrame, hdlcFlag, scanHdlcFrame } from './hdlc-frame.ts';
import { MbusAssembler, type MbusFrame, scanMbusFrame, scanMbusShortFrame } from './mbus.ts';
import { maxOpenAssemblies, PushAssembly } from './push-assembly.ts';
import { NoiseMeter, needMore, OctetQueue, type Scan, type SkippedOctets, scanFault } from './scan.ts';
import { scanWrapper, type WrapperFrame, wrapperHeaderLength } from './wrapper.ts';

/**
 * Longest APDU that is believed of a wrapper header in a raw stream. The header has no checksum: the bound is how many
 * octets a damaged length can make the receiver wait for.
 */
export const maxStreamWrapperApdu = 16_384;
/** Skipped octets fewer than these are line noise and do not tear an APDU that is being put together. */
const minLossOctets = 4;

/** By which link an APDU came. */
export type LinkInfo =
  | {
      readonly kind: 'hdlc';
      readonly source: HdlcAddress;
      readonly destination: HdlcAddress;
      readonly frames: number;
    }
  | { readonly kind: 'wrapper'; readonly source: number; readonly destination: number }
  | {
      readonly kind: 'mbus';
      readonly address: number;
      readonly sourceSap: number;
      readonly destinationSap: number;
      readonly frames: number;
    };

/** What the splitter reports, in the order of the stream. `offset` counts octets from its start. */
export type SplitterEvent =
  | { readonly type: 'apdu'; readonly apdu: Uint8Array; readonly link: LinkInfo; readonly offset: number }
  /** A good HDLC frame that carries no APDU (SNRM, UA, RR and the like). */
  | { readonly type: 'control'; readonly frame: HdlcFrame; readonly offset: number }
  /** A good frame whose content cannot be used, or an APDU that was torn. */
  | { readonly type: 'refused'; readonly error: CosemError; readonly offset: number }
  | SkippedOctets;

/** What a splitter looks for, and its bounds. */
export interface SplitterOptions {
  /** Which links are looked for; all three unless given. */
  readonly kinds?: readonly LinkInfo['kind'][];
  readonly maxApduLength?: number;
}

/** First octets of APDUs and of the gateway prefix: what may follow a wrapper header. */
const apduTags = new Set([
  0x01, 0x08, 0x0e, 0x0f, 0x21, 0x28, 0x41, 0x48, 0x60, 0x61, 0x62, 0x63, 0xc0, 0xc1, 0xc2, 0xc3, 0xc4, 0xc5,
  0xc7, 0xc8, 0xc9, 0xca, 0xcb, 0xcc, 0xcd, 0xcf, 0xd0, 0xd1, 0xd2, 0xd3, 0xd4, 0xd5, 0xd7, 0xd8, 0xd9, 0xda,
  0xdb, 0xdc, 0xdd, 0xdf, 0xe0, 0xe6, 0xe7,
]);

type Found =
  | { readonly kind: 'hdlc'; readonly frame: HdlcFrame }
  | { readonly kind: 'mbus'; readonly frame: MbusFrame }
  | { readonly kind: 'mbus-short' }
  | { readonly kind: 'wrapper'; readonly frame: WrapperFrame };

/**
 * The splitter. After damage the search goes on one octet further, so that a damaged frame costs only itself. Memory is
 * bounded by one frame beside the chunk that was handed in, and by the APDUs that are being put together.
 */
export class PushSplitter {
  private readonly queue = new OctetQueue();
  private readonly noise = new NoiseMeter();
  private readonly hdlc: PushAssembly;
  private readonly mbus = new Map<string, MbusAssembler>();
  private readonly kinds: ReadonlySet<LinkInfo['kind']>;
  private readonly wrapperLimit: number;
  private closingFlag = -1;
  /** Stream offset before which no checked frame hides behind the pending one. */
  private lookedTo = 0;

  constructor(options: SplitterOptions = {}) {
    this.kinds = new Set(options.kinds ?? ['hdlc', 'wrapper', 'mbus']);
    const { maxApduLength } = options;
    this.wrapperLimit = Math.min(maxStreamWrapperApdu, maxApduLength ?? maxStreamWrapperApdu);
    this.hdlc = new PushAssembly(maxApduLength === undefined ? {} : { maxApduLength });
  }

  /** Octets that wait for the rest of their frame. */
  get pending(): number {
    return this.queue.size;
  }

  /** Takes a chunk; never throws on bad octets. APDUs in the events may be views on the chunk. */
  push(chunk: Uint8Array): SplitterEvent[] {
    this.queue.push(chunk);
    const events: SplitterEvent[] = [];
    this.drain(events);
    return events;
  }

  /** The stream paused or ended: what is pending is no frame. Hands back what was hidden in it. */
  idle(): SplitterEvent[] {
    const { queue } = this;
    const events: SplitterEvent[] = [];
    while (queue.size > 0) {
      if (queue.dropped !== this.closingFlag)
        this.noise.skip(queue.dropped, scanFault('stream-noise', 'the frame broke off', 0));
      queue.drop(1);
      this.drain(events);
    }
    this.report(events);
    return events;
  }

  private drain(events: SplitterEvent[]): void {
    const { queue } = this;
    while (queue.size > 0) {
      const scan = this.scanAt(queue.start);
      if (scan.status === 'frame') {
        this.report(events);
        this.deliver(scan.frame, queue.dropped, events);
        queue.drop(scan.length);
        this.closingFlag = scan.frame.kind === 'hdlc' ? queue.dropped : -1;
      } else if (scan.status === 'no') {
        if (queue.dropped !== this.closingFlag) this.noise.skip(queue.dropped, scan);
        queue.drop(1);
      } else {
        const hidden = this.findHidden();
        if (hidden === 0) return;
        const fault = scanFault('stream-noise', 'a whole frame begins inside what was announced here', 0);
        this.noise.skip(queue.dropped, fault, hidden);
        queue.drop(hidden);
      }
    }
  }

  private scanAt(at: number): Scan<Found> {
    const { bytes, end } = this.queue;
    const first = bytes[at]!;
    if (first === hdlcFlag && this.kinds.has('hdlc')) {
      // Flags may be repeated between frames; all but the last are filling.
      if (at + 1 < end && bytes[at + 1] === hdlcFlag) {
        this.closingFlag = this.queue.dropped + (at - this.queue.start);
        return scanFault('hdlc-flag', 'a flag between frames', 0);
      }
      return found('hdlc', scanHdlcFrame(bytes, at, end));
    }
    if (first === 0x68 && this.kinds.has('mbus')) return found('mbus', scanMbusFrame(bytes, at, end));
    if (first === 0x10 && this.kinds.has('mbus')) {
      const scan = scanMbusShortFrame(bytes, at, end);
      return scan.status === 'frame' ? { ...scan, frame: { kind: 'mbus-short' } } : scan;
    }
    if (first === 0x00 && this.kinds.has('wrapper')) return found('wrapper', this.scanWrapper(at));
    return scanFault('stream-noise', 'octets outside a frame', 0);
  }

  /**
   * A wrapper frame has nothing to check itself by. It is believed if an APDU can begin where its APDU begins, and if
   * the stream goes on with a frame after it or else no other frame begins inside it.
   */
  private scanWrapper(at: number): Scan<WrapperFrame> {
    const { bytes, end } = this.queue;
    const scan = scanWrapper(bytes, at, end, this.wrapperLimit);
    if (scan.status === 'no') return scan;
    const tag = bytes[at + wrapperHeaderLength];
    if (at + wrapperHeaderLength < end && !apduTags.has(tag!))
      return scanFault('wrapper-length', 'no APDU begins after the header', wrapperHeaderLength);
    if (scan.status === 'more') return needMore;
    const next = at + scan.length;
    if (next >= end || this.mayBegin(next)) return scan;
    for (let inner = at + wrapperHeaderLength; inner < next; inner++) {
      if (bytes[inner] !== 0 || bytes[inner + 1] !== 1) continue;
      const nested = scanWrapper(bytes, inner, end, this.wrapperLimit);
      if (nested.status === 'no' || !apduTags.has(bytes[inner + wrapperHeaderLength] ?? 0)) continue;
      if (nested.status === 'more' || inner + nested.length === end || this.mayBegin(inner + nested.length))
        return scanFault('wrapper-length', 'the next frame begins inside this one', 6);
    }
    return scan;
  }

  private mayBegin(at: number): boolean {
    const { bytes, end } = this.queue;
    const first = bytes[at];
    return first === hdlcFlag || first === 0x68 || (first === 0 && (at + 1 >= end || bytes[at + 1] === 1));
  }

  /**
   * While an M-Bus or wrapper frame is pending, a whole frame with a checksum behind its start shows that its start was
   * none. Returns how many octets lie before that frame, 0 where there is none.
   */
  private findHidden(): number {
    const { queue } = this;
    if (queue.bytes[queue.start] === hdlcFlag) return 0;
    let at = queue.start + Math.max(1, this.lookedTo - queue.dropped);
    for (; at < queue.end; at++) {
      const first = queue.bytes[at];
      if (first !== hdlcFlag && first !== 0x68) continue;
      const scan = this.scanAt(at);
      if (scan.status === 'frame') return at - queue.start;
      if (scan.status === 'more') break;
    }
    this.lookedTo = queue.dropped + (at - queue.start);
    return 0;
  }

  private deliver(found: Found, offset: number, events: SplitterEvent[]): void {
    if (found.kind === 'hdlc') this.deliverHdlc(found.frame, offset, events);
    else if (found.kind === 'mbus') this.deliverMbus(found.frame, offset, events);
    else if (found.kind === 'wrapper') {
      const { source, destination, apdu } = found.frame;
      const link = { kind: 'wrapper', source, destination } as const;
      events.push({ type: 'apdu', apdu: this.queue.shared ? copyOctets(apdu) : apdu, link, offset });
    }
  }

  private deliverHdlc(frame: HdlcFrame, offset: number, events: SplitterEvent[]): void {
    const { kind } = frame.control;
    if ((kind !== 'I' && kind !== 'UI') || frame.information.length === 0) {
      const { information } = frame;
      const kept = this.queue.shared ? { ...frame, information: copyOctets(information) } : frame;
      events.push({ type: 'control', frame: kept, offset });
      return;
    }
    const { source, destination } = frame;
    for (const result of this.hdlc.add(frame)) {
      if (result.type === 'refused') events.push({ type: 'refused', error: result.error, offset });
      if (result.type === 'apdu') {
        const link = { kind: 'hdlc', source, destination, frames: result.frames } as const;
        events.push({ type: 'apdu', apdu: result.apdu, link, offset });
      }
    }
  }

  private deliverMbus(frame: MbusFrame, offset: number, events: SplitterEvent[]): void {
    const key = `${frame.control}/${frame.address}/${frame.data[0]}/${frame.data[1]}`;
    const assembler = this.mbus.get(key) ?? new MbusAssembler();
    try {
      const whole = assembler.add(frame);
      if (whole !== undefined) {
        const { address, sourceSap, destinationSap } = whole.addressing;
        const link = { kind: 'mbus', address, sourceSap, destinationSap, frames: whole.frames } as const;
        events.push({ type: 'apdu', apdu: whole.apdu, link, offset });
      }
    } catch (error) {
      events.push({ type: 'refused', error: error as CosemError, offset });
    }
    // Only what is open is kept, newest last, so that stray senders cannot fill the memory.
    this.mbus.delete(key);
    if (assembler.open) this.mbus.set(key, assembler);
    if (this.mbus.size > maxOpenAssemblies) this.mbus.delete([...this.mbus.keys()][0]!);
  }

  private report(events: SplitterEvent[]): void {
    const skipped = this.noise.take();
    if (skipped === undefined) return;
    events.push(skipped);
    if (skipped.octets < minLossOctets) return;
    for (const error of this.hdlc.lost()) events.push({ type: 'refused', error, offset: skipped.offset });
  }
}

function found<K extends 'hdlc' | 'mbus' | 'wrapper'>(
  kind: K,
  scan: Scan<Extract<Found, { readonly kind: K }>['frame']>,
): Scan<Found> {
  return scan.status === 'frame' ? { ...scan, frame: { kind, frame: scan.frame } as Found } : scan;
}
