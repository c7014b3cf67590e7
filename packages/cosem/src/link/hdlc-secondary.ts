/** The server's side of an HDLC link in normal response mode (IEC 62056-46, secondary station). */
import type { CosemError } from '../base/errors.ts';
import { ApduAssembler, llcResponse } from './apdu-segments.ts';
import { raiseLink } from './errors.ts';
import { type HdlcAddress, isAllStations, sameHdlcAddress, showHdlcAddress } from './hdlc-address.ts';
import {
  encodeFrameReject,
  frameEvent,
  type HdlcEvent,
  type HdlcLinkOptions,
  stripLlc,
  takeUnnumbered,
  unnumberedEvents,
} from './hdlc-connection.ts';
import { encodeHdlcControl, type HdlcControl, type HdlcFrame } from './hdlc-frame.ts';
import {
  decodeHdlcParameters,
  defaultHdlcParameters,
  encodeHdlcParameters,
  type HdlcParameters,
  hdlcParameters,
  negotiateHdlc,
  pickParameters,
} from './hdlc-parameters.ts';
import { SendWindow } from './hdlc-window.ts';

export interface HdlcSecondaryOptions extends HdlcLinkOptions {
  /** The address of this station, or which addresses it answers to (several logical devices on one line). */
  readonly server: HdlcAddress | ((address: HdlcAddress) => boolean);
  /** Which clients may connect; all unless it is given. */
  readonly accepts?: (client: HdlcAddress) => boolean;
  /** How long a poll is held back for the answer of the application before RR says "nothing yet". */
  readonly responseHoldMs?: number;
  /** Silence after which the link is taken down (IEC 62056-6-2, IEC HDLC setup: inactivity_time_out). */
  readonly inactivityMs?: number;
}

/** Bounds in force when the options name none. */
export const hdlcSecondaryDefaults = { responseHoldMs: 1000, inactivityMs: 120_000 } as const;

/** The other end of a link. */
interface Peer {
  readonly client: HdlcAddress;
  readonly server: HdlcAddress;
}

/**
 * The secondary station: speaks only when it was polled, but for UI frames. What the poll's N(R) does not acknowledge
 * is sent again. One client at a time; another is answered with DM. Every call takes the time and hands back events
 * in order.
 */
export class HdlcSecondary {
  private readonly options: HdlcSecondaryOptions & Record<keyof typeof hdlcSecondaryDefaults, number>;
  private readonly own: HdlcParameters;
  private readonly window: SendWindow;
  private readonly assembler: ApduAssembler;
  private readonly unnumbered: ApduAssembler;
  private parameters: HdlcParameters = defaultHdlcParameters;
  private peer: Peer | undefined;
  private vr = 0;
  private polled = false;
  private answersOwed = 0;
  private peerReady = true;
  private busy = false;
  private reject: Uint8Array | undefined;
  private holdUntil: number | undefined;
  private inactiveAt: number | undefined;
  private events: HdlcEvent[] = [];

  constructor(options: HdlcSecondaryOptions) {
    this.options = { ...hdlcSecondaryDefaults, ...options };
    this.own = hdlcParameters(pickParameters(options));
    this.window = new SendWindow(options);
    this.assembler = new ApduAssembler(options);
    this.unnumbered = new ApduAssembler(options);
  }

  get connected(): boolean {
    return this.peer !== undefined;
  }

  /** When `tick` is due, in the caller's milliseconds; undefined while nothing is awaited. */
  get deadlineMs(): number | undefined {
    const { holdUntil, inactiveAt } = this;
    if (holdUntil === undefined) return inactiveAt;
    return inactiveAt === undefined ? holdUntil : Math.min(holdUntil, inactiveAt);
  }

  /**
   * Queues an APDU; it goes out with the poll that is held back, or else with the next one. Errors: `link/hdlc-state`
   * unless connected, `link/queue`, `link/apdu-length`.
   */
  send(apdu: Uint8Array, nowMs: number): HdlcEvent[] {
    if (this.peer === undefined) throw raiseLink('hdlc-state', 'send while disconnected');
    this.window.load(apdu, llcResponse, this.segmentSize());
    this.answersOwed = Math.max(0, this.answersOwed - 1);
    if (this.polled && this.reject === undefined) this.answer(nowMs);
    return this.flush();
  }

  /** The application will not answer the oldest request (an unconfirmed service): a poll held back is released. */
  release(nowMs: number): HdlcEvent[] {
    this.answersOwed = Math.max(0, this.answersOwed - 1);
    if (this.polled && this.peer !== undefined) this.answer(nowMs);
    return this.flush();
  }

  /** Sends an APDU in UI frames, connected or not: a push (IEC 62056-46, unnumbered information transfer). */
  sendUnnumbered(apdu: Uint8Array, from: HdlcAddress, to: HdlcAddress): HdlcEvent[] {
    return unnumberedEvents(to, from, apdu, llcResponse, this.segmentSize());
  }

  /** While busy, I-frames are not taken and RNR asks the client to wait. */
  setBusy(busy: boolean): void {
    this.busy = busy;
  }

  tick(nowMs: number): HdlcEvent[] {
    if (this.inactiveAt !== undefined && nowMs >= this.inactiveAt) {
      this.end(raiseLink('hdlc-inactive', `${this.options.inactivityMs} ms`));
    } else if (this.holdUntil !== undefined && nowMs >= this.holdUntil) {
      this.holdUntil = undefined;
      this.sayReady();
    }
    return this.flush();
  }

  /** Takes a frame from the line. */
  receive(frame: HdlcFrame, nowMs: number): HdlcEvent[] {
    const { server } = this.options;
    const { destination, source } = frame;
    const ours = typeof server === 'function' ? server(destination) : sameHdlcAddress(server, destination);
    if (!ours && !(isAllStations(destination) && frame.control.kind === 'UI')) {
      this.discard(raiseLink('hdlc-foreign', `to ${showHdlcAddress(destination)}`));
    } else if (frame.control.kind === 'UI') {
      this.takeUnnumbered(frame);
    } else {
      const linked =
        this.peer !== undefined &&
        sameHdlcAddress(source, this.peer.client) &&
        sameHdlcAddress(destination, this.peer.server);
      if (linked) {
        this.inactiveAt = nowMs + this.options.inactivityMs;
        this.takeLinked(frame, nowMs);
      } else {
        this.takeStranger(frame, nowMs);
      }
    }
    return this.flush();
  }

  /** A frame from a client that is not connected. */
  private takeStranger(frame: HdlcFrame, nowMs: number): void {
    const { destination, source, control } = frame;
    const free = this.peer === undefined && (this.options.accepts?.(source) ?? true);
    if (control.kind === 'SNRM' && free) {
      this.takeConnect(frame, nowMs);
      return;
    }
    this.discard(raiseLink('hdlc-unexpected', `${control.kind} from ${showHdlcAddress(source)}`));
    if (control.pollFinal && isCommand(control))
      this.events.push(frameEvent(source, destination, { kind: 'DM', pollFinal: true }));
  }

  private takeConnect(frame: HdlcFrame, nowMs: number): void {
    const { destination: server, source: client } = frame;
    let theirs: HdlcParameters;
    try {
      theirs = decodeHdlcParameters(frame.information);
    } catch (error) {
      this.discard(error as CosemError);
      this.events.push(frameEvent(client, server, { kind: 'DM', pollFinal: true }));
      return;
    }
    this.reset();
    this.peer = { client, server };
    this.parameters = negotiateHdlc(this.own, theirs);
    this.inactiveAt = nowMs + this.options.inactivityMs;
    const { parameters } = this;
    this.events.push(
      frameEvent(client, server, { kind: 'UA', pollFinal: true }, encodeHdlcParameters(parameters)),
      { type: 'connected', client, server, parameters },
    );
  }

  private takeLinked(frame: HdlcFrame, nowMs: number): void {
    const { control } = frame;
    if (control.kind === 'SNRM') {
      this.takeConnect(frame, nowMs);
      return;
    }
    if (control.kind === 'DISC') {
      this.respond({ kind: 'UA', pollFinal: true });
      this.end();
      return;
    }
    if (control.kind !== 'I' && control.kind !== 'RR' && control.kind !== 'RNR') {
      this.discard(raiseLink('hdlc-unexpected', `${control.kind} while connected`));
      return;
    }
    if (this.reject !== undefined) {
      if (control.pollFinal) this.respond({ kind: 'FRMR', pollFinal: true }, this.reject);
      return;
    }
    if (control.kind === 'I' && frame.information.length > this.parameters.maxInfoReceive) {
      this.refuse(control, raiseLink('hdlc-information', `${frame.information.length} octets`));
      return;
    }
    if (control.kind !== 'I' && frame.information.length > 0) {
      this.refuse(control, raiseLink('hdlc-information', `${control.kind} with information`), 'x');
      return;
    }
    const acknowledged = this.window.acknowledge(control.nr);
    if (acknowledged === undefined) {
      this.refuse(control, raiseLink('hdlc-acknowledgement', `N(R) ${control.nr}`), 'z');
      return;
    }
    if (acknowledged.apdus > 0) this.events.push({ type: 'delivered', apdus: acknowledged.apdus });
    if (control.kind !== 'I') this.peerReady = control.kind === 'RR';
    else if (!this.takeInformation(frame, control)) return;
    if (control.pollFinal) {
      this.polled = true;
      this.window.rewind();
      this.answer(nowMs);
    }
  }

  /** Takes an I-frame; false when it was refused for good. */
  private takeInformation(frame: HdlcFrame, control: Extract<HdlcControl, { readonly kind: 'I' }>): boolean {
    if (this.busy) return true;
    if (control.ns !== this.vr) {
      this.discard(raiseLink('hdlc-sequence', `N(S) ${control.ns} where ${this.vr} is due`));
      return true;
    }
    try {
      const whole = this.assembler.add(frame.information, frame.segmented);
      this.vr = (this.vr + 1) & 7;
      this.peerReady = true;
      if (whole === undefined) return true;
      const apdu = stripLlc(whole);
      this.answersOwed += 1;
      const { source, destination } = frame;
      this.events.push({ type: 'apdu', apdu, confirmed: true, source, destination });
    } catch (error) {
      const fault = error as CosemError;
      if (fault.kind === 'overload') {
        this.refuse(control, fault);
        return false;
      }
      this.discard(fault);
    }
    return true;
  }

  /** It is our turn: what there is to send, or in time the word that there is nothing. */
  private answer(nowMs: number): void {
    const { peer } = this;
    if (peer === undefined) return;
    let next = this.peerReady ? this.window.next(this.parameters.windowTransmit) : undefined;
    if (next === undefined) {
      if (this.answersOwed > 0 && !this.busy && this.options.responseHoldMs > 0) {
        this.holdUntil ??= nowMs + this.options.responseHoldMs;
        return;
      }
      this.sayReady();
      return;
    }
    while (next !== undefined) {
      const after = this.window.next(this.parameters.windowTransmit);
      const control: HdlcControl = { kind: 'I', ns: next.ns, nr: this.vr, pollFinal: after === undefined };
      this.events.push(frameEvent(peer.client, peer.server, control, next.information, next.segmented));
      next = after;
    }
    this.polled = false;
    this.holdUntil = undefined;
  }

  private sayReady(): void {
    this.polled = false;
    this.holdUntil = undefined;
    this.respond({ kind: this.busy ? 'RNR' : 'RR', nr: this.vr, pollFinal: true });
  }

  /** Enters the frame reject condition (IEC 62056-46, FRMR): only SNRM or DISC lead out of it. */
  private refuse(
    control: Extract<HdlcControl, { readonly nr: number }>,
    error: CosemError,
    reason: 'x' | 'y' | 'z' = 'y',
  ): void {
    this.discard(error);
    this.reject = encodeFrameReject({
      rejectedControl: encodeHdlcControl(control),
      vs: this.window.vs,
      vr: this.vr,
      undefinedControl: false,
      informationNotAllowed: reason === 'x',
      informationTooLong: reason === 'y',
      invalidAcknowledgement: reason === 'z',
    });
    if (control.pollFinal) this.respond({ kind: 'FRMR', pollFinal: true }, this.reject);
  }

  private takeUnnumbered(frame: HdlcFrame): void {
    try {
      const event = takeUnnumbered(this.unnumbered, frame);
      if (event !== undefined) this.events.push(event);
    } catch (error) {
      this.discard(error as CosemError);
    }
  }

  private respond(control: HdlcControl, information?: Uint8Array): void {
    if (this.peer !== undefined)
      this.events.push(frameEvent(this.peer.client, this.peer.server, control, information));
  }

  private discard(error: CosemError): void {
    this.events.push({ type: 'discarded', error });
  }

  private end(error?: CosemError): void {
    this.reset();
    this.events.push(error === undefined ? { type: 'disconnected' } : { type: 'disconnected', error });
  }

  private reset(): void {
    this.window.reset();
    this.assembler.reset();
    this.unnumbered.reset();
    this.parameters = defaultHdlcParameters;
    this.peer = undefined;
    this.vr = 0;
    this.polled = false;
    this.answersOwed = 0;
    this.peerReady = true;
    this.reject = undefined;
    this.holdUntil = undefined;
    this.inactiveAt = undefined;
  }

  private segmentSize(): number {
    const size = this.parameters.maxInfoTransmit;
    return Math.min(size, this.options.segmentLength ?? size);
  }

  private flush(): HdlcEvent[] {
    const { events } = this;
    this.events = [];
    return events;
  }
}

/** DM, UA and FRMR are responses only: answering them would let two stations answer each other for ever. */
function isCommand(control: HdlcControl): boolean {
  return control.kind !== 'UA' && control.kind !== 'DM' && control.kind !== 'FRMR';
}
