/** Cuts HDLC frames out of a stream of octets and finds its feet again after damage. */
import { copyOctets } from '../base/bytes.ts';
import { type HdlcFrame, hdlcFlag, scanHdlcFrame } from './hdlc-frame.ts';
import { NoiseMeter, OctetQueue, type SkippedOctets, scanFault } from './scan.ts';

/** A frame, or octets that belong to none. */
export type HdlcDeframerEvent = { readonly type: 'frame'; readonly frame: HdlcFrame } | SkippedOctets;

/**
 * A receiver for HDLC frames (IEC 62056-46). A damaged frame costs that frame only: after a fault the search goes
 * on one octet behind its opening flag. Flags between frames, also shared ones, are no noise. The buffer never
 * holds more than one frame (2049 octets) beside the chunk that was handed in.
 */
export class HdlcDeframer {
  private readonly queue = new OctetQueue();
  private readonly noise = new NoiseMeter();
  private closingFlag = -1;

  /** Takes a chunk; hands back whole frames and what was skipped, in order. Never throws on bad octets. */
  push(chunk: Uint8Array): HdlcDeframerEvent[] {
    this.queue.push(chunk);
    return this.drain();
  }

  /**
   * The line was silent for longer than the inter-octet time-out: what is pending is not a frame. Hands back
   * frames that were hidden in it.
   */
  idle(): HdlcDeframerEvent[] {
    const events: HdlcDeframerEvent[] = [];
    while (this.queue.size > 0) {
      const { queue } = this;
      if (queue.dropped !== this.closingFlag)
        this.noise.skip(queue.dropped, scanFault('hdlc-flag', 'the frame broke off', queue.size));
      queue.drop(1);
      events.push(...this.drain());
    }
    this.report(events);
    return events;
  }

  private drain(): HdlcDeframerEvent[] {
    const { queue, noise } = this;
    const events: HdlcDeframerEvent[] = [];
    while (queue.size > 0) {
      if (queue.bytes[queue.start] !== hdlcFlag) {
        const next = queue.bytes.subarray(queue.start, queue.end).indexOf(hdlcFlag);
        const count = next < 0 ? queue.size : next;
        noise.skip(queue.dropped, scanFault('stream-noise', 'octets outside a frame', 0), count);
        queue.drop(count);
        continue;
      }
      if (queue.size > 1 && queue.bytes[queue.start + 1] === hdlcFlag) {
        queue.drop(1);
        continue;
      }
      const scan = scanHdlcFrame(queue.bytes, queue.start, queue.end);
      if (scan.status === 'more') break;
      if (scan.status === 'no') {
        // The closing flag of a frame that nothing follows directly is no damage.
        if (queue.dropped !== this.closingFlag) noise.skip(queue.dropped, scan);
        queue.drop(1);
        continue;
      }
      this.report(events);
      const { frame } = scan;
      events.push({
        type: 'frame',
        frame: queue.shared ? { ...frame, information: copyOctets(frame.information) } : frame,
      });
      queue.drop(scan.length);
      this.closingFlag = queue.dropped;
    }
    return events;
  }

  private report(events: HdlcDeframerEvent[]): void {
    const skipped = this.noise.take();
    if (skipped !== undefined) events.push(skipped);
  }

  /** Octets that wait for the rest of their frame. */
  get pending(): number {
    return this.queue.size;
  }
}
