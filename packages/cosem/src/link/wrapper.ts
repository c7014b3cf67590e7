/**
 * The wrapper of the TCP-UDP/IP based profiles (IEC 62056-4-7, wrapper protocol data unit): version 1, source
 * and destination wrapper port, length, APDU. Over UDP one datagram is one frame; over TCP frames follow each
 * other and are cut out of the stream.
 */
import { ByteWriter, copyOctets } from '../base/bytes.ts';
import { raiseLink } from './errors.ts';
import { faultError, maxApduLength, needMore, OctetQueue, type Scan, scanFault } from './scan.ts';

/** Version, two ports, length: two octets each. */
export const wrapperHeaderLength = 8;
const wrapperVersion = 1;

/** One APDU with the wrapper ports of its sender and its receiver. */
export interface WrapperFrame {
  /** wPort of the sender: client SAP in requests, server SAP in responses. */
  readonly source: number;
  readonly destination: number;
  readonly apdu: Uint8Array;
}

/**
 * Puts the wrapper header before an APDU (IEC 62056-4-7, wrapper header). In: ports 0 to 65535 and 1 to 65535
 * octets; out: header and APDU in one array. Errors: `link/wrapper-port`, `link/wrapper-length`.
 */
export function encodeWrapper(frame: WrapperFrame): Uint8Array {
  const { source, destination, apdu } = frame;
  for (const port of [source, destination]) {
    if (!Number.isInteger(port) || port < 0 || port > 0xffff)
      throw raiseLink('wrapper-port', `port ${port} is not an unsigned 16 bit number`);
  }
  if (apdu.length === 0 || apdu.length > maxApduLength)
    throw raiseLink('wrapper-length', `an APDU of ${apdu.length} octets does not fit one wrapper frame`);
  const out = new ByteWriter(wrapperHeaderLength + apdu.length);
  return out.u16(wrapperVersion).u16(source).u16(destination).u16(apdu.length).raw(apdu).finish();
}

/** Looks for a wrapper frame at `start`; the APDU in the answer is a view. */
export function scanWrapper(
  bytes: Uint8Array,
  start: number,
  end: number,
  limit = maxApduLength,
): Scan<WrapperFrame> {
  const size = end - start;
  if ((size > 0 && bytes[start] !== 0) || (size > 1 && bytes[start + 1] !== wrapperVersion))
    return scanFault('wrapper-version', 'the first two octets are not 00 01', 0);
  if (size < wrapperHeaderLength) return needMore;
  const word = (at: number) => (bytes[start + at]! << 8) | bytes[start + at + 1]!;
  const length = word(6);
  if (length === 0 || length > limit)
    return scanFault('wrapper-length', `length ${length} is not between 1 and ${limit}`, 6);
  if (size < wrapperHeaderLength + length) return needMore;
  const from = start + wrapperHeaderLength;
  const frame = { source: word(2), destination: word(4), apdu: bytes.subarray(from, from + length) };
  return { status: 'frame', frame, length: wrapperHeaderLength + length };
}

/**
 * Takes one UDP datagram apart (IEC 62056-4-7). The APDU is a view on the input. Errors:
 * `link/wrapper-version`, `link/wrapper-length` (also for a datagram that is longer or shorter than it says).
 */
export function decodeWrapper(datagram: Uint8Array): WrapperFrame {
  const scan = scanWrapper(datagram, 0, datagram.length);
  if (scan.status === 'no') throw faultError(scan);
  if (scan.status === 'more' || scan.length !== datagram.length)
    throw raiseLink('wrapper-length', `${datagram.length} octets are not the length in the header`, {
      offset: 6,
    });
  return scan.frame;
}

/**
 * Cuts wrapper frames out of a TCP stream (IEC 62056-4-7). A stream whose header is wrong cannot be trusted any
 * more: `push` throws and the connection is to be closed. Holds at most one frame of `maxApduLength` octets
 * beside the chunk that was handed in.
 */
export class WrapperDeframer {
  private readonly queue = new OctetQueue();
  private readonly limit: number;

  constructor(options: { readonly maxApduLength?: number } = {}) {
    this.limit = Math.min(options.maxApduLength ?? maxApduLength, maxApduLength);
  }

  /**
   * Takes a chunk, hands back the frames that are now whole; their APDUs may be views on the chunk. Errors:
   * `link/wrapper-version`, `link/wrapper-length`; frames before the fault are lost with the connection.
   */
  push(chunk: Uint8Array): WrapperFrame[] {
    const { queue } = this;
    const frames: WrapperFrame[] = [];
    queue.push(chunk);
    while (queue.size > 0) {
      const scan = scanWrapper(queue.bytes, queue.start, queue.end, this.limit);
      if (scan.status === 'more') break;
      if (scan.status === 'no') throw faultError(scan, queue.dropped);
      frames.push(queue.shared ? { ...scan.frame, apdu: copyOctets(scan.frame.apdu) } : scan.frame);
      queue.drop(scan.length);
    }
    return frames;
  }

  /** Octets of a frame that is not whole yet. */
  get pending(): number {
    return this.queue.size;
  }
}
