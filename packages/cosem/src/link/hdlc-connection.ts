/**
 * What the two state machines of an HDLC link share: events, options and the frames that both write. The machines
 * themselves are in `hdlc-primary.ts` (client) and `hdlc-secondary.ts` (server). Neither does I/O nor reads a clock:
 * frames and the time in milliseconds go in, events come out, and `deadlineMs` says when `tick` is due.
 */
import type { CosemError } from '../base/errors.ts';
import { type ApduAssembler, hasLlcHeader, segmentApdu } from './apdu-segments.ts';
import { raiseLink } from './errors.ts';
import type { HdlcAddress } from './hdlc-address.ts';
import { encodeHdlcFrame, type HdlcControl, type HdlcFrame } from './hdlc-frame.ts';
import type { HdlcParameters } from './hdlc-parameters.ts';

/** What a state machine asks for or reports. */
export type HdlcEvent =
  /** Octets that go out, in this order. */
  | { readonly type: 'send'; readonly bytes: Uint8Array }
  /** The link is up with these parameters, seen from this side. */
  | {
      readonly type: 'connected';
      readonly client: HdlcAddress;
      readonly server: HdlcAddress;
      readonly parameters: HdlcParameters;
    }
  /** The link is down; `error` is absent when it was asked for. */
  | { readonly type: 'disconnected'; readonly error?: CosemError }
  /** A whole APDU without LLC header. `confirmed` is false for what came in UI frames. */
  | {
      readonly type: 'apdu';
      readonly apdu: Uint8Array;
      readonly confirmed: boolean;
      readonly source: HdlcAddress;
      readonly destination: HdlcAddress;
    }
  /** The oldest queued APDUs, so many of them, have arrived at the peer. */
  | { readonly type: 'delivered'; readonly apdus: number }
  /** A frame was dropped and why; the link goes on. */
  | { readonly type: 'discarded'; readonly error: CosemError };

/** Bounds and sizes that both sides have. */
export interface HdlcLinkOptions extends Partial<HdlcParameters> {
  /** Size of the segments that APDUs are cut into when it is to be less than the negotiated one. */
  readonly segmentLength?: number;
  readonly maxApduLength?: number;
  readonly maxSegments?: number;
  readonly maxQueuedApdus?: number;
}

const noInformation = new Uint8Array(0);

/** The event that sends one frame. */
export function frameEvent(
  destination: HdlcAddress,
  source: HdlcAddress,
  control: HdlcControl,
  information: Uint8Array = noInformation,
  segmented = false,
): HdlcEvent {
  return {
    type: 'send',
    bytes: encodeHdlcFrame({ destination, source, segmented, control, information }),
  };
}

/**
 * An APDU in UI frames (IEC 62056-46, unnumbered information transfer), cut with the segmentation bit where it is
 * longer than `size`. In: addresses, the LLC header of the direction; out: one event a frame.
 */
export function unnumberedEvents(
  destination: HdlcAddress,
  source: HdlcAddress,
  apdu: Uint8Array,
  llc: Uint8Array,
  size: number,
): HdlcEvent[] {
  const control: HdlcControl = { kind: 'UI', pollFinal: true };
  return segmentApdu(apdu, llc, size).map(({ information, segmented }) =>
    frameEvent(destination, source, control, information, segmented),
  );
}

/**
 * Puts the UI frames of one APDU together. UI frames carry no number: a frame that begins with an LLC header begins
 * an APDU, whatever is still open. Errors: `link/segments`, `link/apdu-length`, `link/hdlc-llc`.
 */
export function takeUnnumbered(assembler: ApduAssembler, frame: HdlcFrame): HdlcEvent | undefined {
  const { information, segmented, source, destination } = frame;
  if (assembler.open && hasLlcHeader(information)) assembler.reset();
  const whole = assembler.add(information, segmented);
  if (whole === undefined) return undefined;
  return { type: 'apdu', apdu: stripLlc(whole), confirmed: false, source, destination };
}

/** Takes the LLC header off. Error: `link/hdlc-llc`. */
export function stripLlc(information: Uint8Array): Uint8Array {
  if (!hasLlcHeader(information)) throw raiseLink('hdlc-llc', undefined, { offset: 0 });
  return information.subarray(3);
}

/** Why a frame is rejected (IEC 62056-46, FRMR frame: bits W, X, Y, Z). */
export interface FrameReject {
  /** The control field that could not be accepted, as it came. */
  readonly rejectedControl: number;
  readonly vs: number;
  readonly vr: number;
  /** W: control field undefined. */
  readonly undefinedControl: boolean;
  /** X: information where none is allowed. */
  readonly informationNotAllowed: boolean;
  /** Y: information too long. */
  readonly informationTooLong: boolean;
  /** Z: N(R) acknowledges what was never sent. */
  readonly invalidAcknowledgement: boolean;
}

/** The three octets of information in an FRMR frame (ISO/IEC 13239, FRMR for modulo 8). */
export function encodeFrameReject(reject: FrameReject): Uint8Array {
  const reasons =
    (reject.undefinedControl ? 1 : 0) |
    (reject.informationNotAllowed ? 2 : 0) |
    (reject.informationTooLong ? 4 : 0) |
    (reject.invalidAcknowledgement ? 8 : 0);
  return Uint8Array.of(reject.rejectedControl, (reject.vr << 5) | (reject.vs << 1), reasons);
}

/** Reads the information of an FRMR frame; undefined where it is not three octets, which some meters send. */
export function decodeFrameReject(information: Uint8Array): FrameReject | undefined {
  const [rejectedControl, state, reasons] = information;
  if (rejectedControl === undefined || state === undefined || reasons === undefined) return undefined;
  return {
    rejectedControl,
    vs: (state >> 1) & 7,
    vr: state >> 5,
    undefinedControl: (reasons & 1) !== 0,
    informationNotAllowed: (reasons & 2) !== 0,
    informationTooLong: (reasons & 4) !== 0,
    invalidAcknowledgement: (reasons & 8) !== 0,
  };
}

/** The reasons of an FRMR frame in words. */
export function showFrameReject(information: Uint8Array): string {
  const reject = decodeFrameReject(information);
  if (reject === undefined) return 'no reason given';
  const reasons = [
    reject.undefinedControl ? 'undefined control field' : '',
    reject.informationNotAllowed ? 'information not allowed' : '',
    reject.informationTooLong ? 'information too long' : '',
    reject.invalidAcknowledgement ? 'invalid N(R)' : '',
  ].filter((reason) => reason !== '');
  return reasons.length === 0 ? 'no reason given' : reasons.join(', ');
}
