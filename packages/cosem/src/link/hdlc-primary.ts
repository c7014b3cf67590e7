/** The client's side of an HDLC link in normal response mode (IEC 62056-46, primary station). */
import type { CosemError } from '../base/errors.ts';
import { ApduAssembler, llcCommand } from './apdu-segments.ts';
import { raiseLink } from './errors.ts';
import { type HdlcAddress, isAllStations, sameHdlcAddress, showHdlcAddress } from './hdlc-address.ts';
import {
  frameEvent,
  type HdlcEvent,
  type HdlcLinkOptions,
  showFrameReject,
  stripLlc,
  takeUnnumbered,
  unnumberedEvents,
} from './hdlc-connection.ts';
import type { HdlcControl, HdlcFrame } from './hdlc-frame.ts';
import {
  decodeHdlcParameters,
  defaultHdlcParameters,
  encodeHdlcParameters,
  type HdlcParameters,
  hdlcParameters,
  negotiateHdlc,
  pickParameters,
  sameHdlcParameters,
} from './hdlc-parameters.ts';
import { SendWindow } from './hdlc-window.ts';

export interface HdlcPrimaryOptions extends HdlcLinkOptions {
  readonly client: HdlcAddress;
  readonly server: HdlcAddress;
  /** How long an answer may take before the frame is asked for again. */
  readonly responseTimeoutMs?: number;
  /** How often in a row without progress. */
  readonly retries?: number;
  /** Wait before asking again when the server has nothing to say yet or is not ready. */
  readonly pollIntervalMs?: number;
  /** How often it is asked so for one APDU. */
  readonly maxPolls?: number;
}

/** Bounds in force when the options name none. */
export const hdlcPrimaryDefaults = {
  responseTimeoutMs: 3000,
  retries: 3,
  pollIntervalMs: 100,
  maxPolls: 600,
} as const;

type State = 'disconnected' | 'connecting' | 'connected' | 'disconnecting';
type Waiting = 'nothing' | 'answer' | 'poll';

/**
 * The primary station: connects with SNRM, sends APDUs in I-frames as the window allows, gives the poll to the server
 * with the last frame of a turn and takes it back with F. Lost frames are found by asking with RR and P: N(R) of the
 * answer says what to send again, on either side. Every call takes the time and hands back events in order.
 */
export class HdlcPrimary {
  readonly client: HdlcAddress;
  readonly server: HdlcAddress;
  private readonly options: HdlcPrimaryOptions & Record<keyof typeof hdlcPrimaryDefaults, number>;
  private readonly proposed: HdlcParameters;
  private readonly window: SendWindow;
  private readonly assembler: ApduAssembler;
  private readonly unnumbered: ApduAssembler;
  private parameters: HdlcParameters = defaultHdlcParameters;
  private state: State = 'disconnected';
  private waiting: Waiting = 'nothing';
  private deadline: number | undefined;
  private vr = 0;
  private attempts = 0;
  private polls = 0;
  private repliesOwed = 0;
  private peerReady = true;
  private missedFrame = false;
  private events: HdlcEvent[] = [];

  constructor(options: HdlcPrimaryOptions) {
    this.options = { ...hdlcPrimaryDefaults, ...options };
    this.client = options.client;
    this.server = options.server;
    this.proposed = hdlcParameters(pickParameters(options));
    this.window = new SendWindow(options);
    this.assembler = new ApduAssembler(options);
    this.unnumbered = new ApduAssembler(options);
  }

  get connected(): boolean {
    return this.state === 'connected';
  }

  /** When `tick` is due, in the caller's milliseconds; undefined while nothing is awaited. */
  get deadlineMs(): number | undefined {
    return this.deadline;
  }

  /** Sends SNRM (IEC 62056-46, link establishment). Error: `link/hdlc-state` unless disconnected. */
  connect(nowMs: number): HdlcEvent[] {
    if (this.state !== 'disconnected') throw raiseLink('hdlc-state', `connect while ${this.state}`);
    this.reset();
    this.state = 'connecting';
    this.sendConnect(nowMs);
    return this.flush();
  }

  /** Sends DISC (IEC 62056-46, link release); APDUs that wait are given up. */
  disconnect(nowMs: number): HdlcEvent[] {
    if (this.state === 'disconnected' || this.state === 'disconnecting') return [];
    this.reset();
    this.state = 'disconnecting';
    this.command({ kind: 'DISC', pollFinal: true }, nowMs);
    return this.flush();
  }

  /**
   * Queues an APDU for I-frames. With `awaitReply` (the default) the server is polled until it answers with an APDU.
   * Errors: `link/hdlc-state` unless connected, `link/queue`, `link/apdu-length`.
   */
  send(apdu: Uint8Array, nowMs: number, awaitReply = true): HdlcEvent[] {
    if (this.state !== 'connected') throw raiseLink('hdlc-state', `send while ${this.state}`);
    this.window.load(apdu, llcCommand, this.segmentSize());
    if (awaitReply) this.repliesOwed += 1;
    this.polls = 0;
    // A server that said RNR is asked whether it is ready before anything is sent to it.
    if (this.waiting === 'nothing') this.turn(nowMs, !this.peerReady);
    else if (this.waiting === 'poll' && this.peerReady) this.turn(nowMs);
    return this.flush();
  }

  /** Asks the server with RR for what it may have to say; does nothing while an answer is awaited anyway. */
  poll(nowMs: number): HdlcEvent[] {
    if (this.state !== 'connected') throw raiseLink('hdlc-state', `poll while ${this.state}`);
    if (this.waiting !== 'answer') this.turn(nowMs, true);
    return this.flush();
  }

  /** Sends an APDU in UI frames; needs no connection. */
  sendUnnumbered(apdu: Uint8Array): HdlcEvent[] {
    return unnumberedEvents(this.server, this.client, apdu, llcCommand, this.segmentSize());
  }

  /** What is due at this time: another attempt, another poll, or the end. */
  tick(nowMs: number): HdlcEvent[] {
    if (this.deadline === undefined || nowMs < this.deadline) return [];
    this.deadline = undefined;
    if (this.waiting === 'poll') {
      this.waiting = 'nothing';
      this.turn(nowMs, true);
    } else if (this.waiting === 'answer' && this.countAttempt()) {
      if (this.state === 'connecting') this.sendConnect(nowMs);
      else if (this.state === 'disconnecting') this.command({ kind: 'DISC', pollFinal: true }, nowMs);
      else this.askAgain(nowMs);
    }
    return this.flush();
  }

  /** Takes a frame from the line. */
  receive(frame: HdlcFrame, nowMs: number): HdlcEvent[] {
    const forUs = sameHdlcAddress(frame.destination, this.client) || isAllStations(frame.destination);
    if (!forUs || !sameHdlcAddress(frame.source, this.server)) {
      const from = `from ${showHdlcAddress(frame.source)} to ${showHdlcAddress(frame.destination)}`;
      this.discard(raiseLink('hdlc-foreign', from));
    } else {
      this.take(frame, nowMs);
    }
    return this.flush();
  }

  private take(frame: HdlcFrame, nowMs: number): void {
    const { control } = frame;
    switch (control.kind) {
      case 'UI':
        this.takeUnnumbered(frame);
        return;
      case 'UA':
        this.takeAcknowledge(frame.information);
        return;
      case 'DM':
        if (this.state === 'disconnecting') {
          this.end();
          return;
        }
        if (this.state === 'disconnected') {
          this.unexpected(control);
          return;
        }
        this.end(raiseLink('hdlc-refused'));
        return;
      case 'FRMR':
        if (this.state === 'disconnected') {
          this.unexpected(control);
          return;
        }
        this.end(raiseLink('hdlc-rejected', showFrameReject(frame.information)));
        return;
      case 'I':
      case 'RR':
      case 'RNR':
        if (this.state !== 'connected') {
          this.unexpected(control);
          return;
        }
        this.takeNumbered(frame, control, nowMs);
        return;
      default:
        this.unexpected(control);
        return;
    }
  }

  private takeAcknowledge(information: Uint8Array): void {
    if (this.state === 'disconnecting') {
      this.end();
      return;
    }
    if (this.state !== 'connecting') {
      this.unexpected({ kind: 'UA', pollFinal: true });
      return;
    }
    let theirs: HdlcParameters;
    try {
      theirs = decodeHdlcParameters(information);
    } catch (cause) {
      this.end(raiseLink('hdlc-parameters', 'the UA frame cannot be read', { cause }));
      return;
    }
    this.parameters = negotiateHdlc(this.proposed, theirs);
    this.state = 'connected';
    this.waiting = 'nothing';
    this.deadline = undefined;
    this.attempts = 0;
    const { client, server, parameters } = this;
    this.events.push({ type: 'connected', client, server, parameters });
  }

  private takeNumbered(
    frame: HdlcFrame,
    control: Extract<HdlcControl, { readonly nr: number }>,
    nowMs: number,
  ): void {
    const acknowledged = this.window.acknowledge(control.nr);
    if (acknowledged === undefined) {
      this.fail(raiseLink('hdlc-acknowledgement', `N(R) ${control.nr}`));
      return;
    }
    if (acknowledged.segments > 0) this.attempts = 0;
    if (acknowledged.apdus > 0) this.events.push({ type: 'delivered', apdus: acknowledged.apdus });
    if (control.kind === 'I') {
      if (control.ns === this.vr) {
        if (!this.takeInformation(frame)) return;
      } else {
        this.missedFrame = true;
        this.discard(raiseLink('hdlc-sequence', `N(S) ${control.ns} where ${this.vr} is due`));
      }
    } else {
      this.peerReady = control.kind === 'RR';
    }
    if (control.pollFinal) this.takeFinal(control.kind, nowMs);
    else if (this.waiting === 'answer') this.deadline = nowMs + this.options.responseTimeoutMs;
  }

  /** Takes the information of the I-frame that is due; false when the link went down over it. */
  private takeInformation(frame: HdlcFrame): boolean {
    // The configured size is the bound here, not the negotiated one: meters are known to answer SNRM with smaller
    // values than they then use, and this side has room for what it offered.
    if (frame.information.length > this.proposed.maxInfoReceive) {
      this.fail(raiseLink('hdlc-information', `${frame.information.length} octets in one frame`));
      return false;
    }
    this.vr = (this.vr + 1) & 7;
    this.attempts = 0;
    this.peerReady = true;
    try {
      const whole = this.assembler.add(frame.information, frame.segmented);
      if (whole === undefined) return true;
      const apdu = stripLlc(whole);
      this.repliesOwed = Math.max(0, this.repliesOwed - 1);
      this.polls = 0;
      const { source, destination } = frame;
      this.events.push({ type: 'apdu', apdu, confirmed: true, source, destination });
      return true;
    } catch (error) {
      this.fail(error as CosemError);
      return false;
    }
  }

  /** The server has given the turn back. */
  private takeFinal(kind: 'I' | 'RR' | 'RNR', nowMs: number): void {
    if (this.waiting === 'answer') {
      this.waiting = 'nothing';
      this.deadline = undefined;
    }
    if (this.window.unacknowledged > 0) {
      this.window.rewind();
      if (!this.countAttempt()) return;
    }
    if (this.missedFrame) {
      this.missedFrame = false;
      if (this.countAttempt()) this.askAgain(nowMs);
      return;
    }
    const canSend = this.window.unsent > 0 && this.peerReady;
    if (canSend || this.assembler.open) {
      this.turn(nowMs, this.assembler.open);
      return;
    }
    if (this.window.unsent > 0 || (this.repliesOwed > 0 && kind !== 'I')) {
      this.pollLater(nowMs);
      return;
    }
    if (this.repliesOwed > 0) this.turn(nowMs, true);
  }

  private pollLater(nowMs: number): void {
    this.polls += 1;
    if (this.polls > this.options.maxPolls) {
      this.fail(raiseLink('hdlc-polls', `${this.options.maxPolls} polls`));
      return;
    }
    this.waiting = 'poll';
    this.deadline = nowMs + this.options.pollIntervalMs;
  }

  /** Sends what the window allows, the last frame with P; without any, RR with P where `ask` says so. */
  private turn(nowMs: number, ask = false): void {
    const { client, server } = this;
    let next = this.peerReady ? this.window.next(this.parameters.windowTransmit) : undefined;
    if (next === undefined) {
      if (ask) this.askAgain(nowMs);
      return;
    }
    while (next !== undefined) {
      const after = this.window.next(this.parameters.windowTransmit);
      const control: HdlcControl = { kind: 'I', ns: next.ns, nr: this.vr, pollFinal: after === undefined };
      this.events.push(frameEvent(server, client, control, next.information, next.segmented));
      next = after;
    }
    this.await(nowMs);
  }

  private askAgain(nowMs: number): void {
    this.command({ kind: 'RR', nr: this.vr, pollFinal: true }, nowMs);
  }

  private sendConnect(nowMs: number): void {
    const control: HdlcControl = { kind: 'SNRM', pollFinal: true };
    const plain = sameHdlcParameters(this.proposed, defaultHdlcParameters);
    this.command(control, nowMs, plain ? undefined : encodeHdlcParameters(this.proposed));
  }

  private command(control: HdlcControl, nowMs: number, information?: Uint8Array): void {
    this.events.push(frameEvent(this.server, this.client, control, information));
    this.await(nowMs);
  }

  private await(nowMs: number): void {
    this.waiting = 'answer';
    this.deadline = nowMs + this.options.responseTimeoutMs;
  }

  /** Counts an attempt without progress; false when it was the last and the link is down. */
  private countAttempt(): boolean {
    this.attempts += 1;
    if (this.attempts <= this.options.retries) return true;
    if (this.state === 'disconnecting') this.end();
    else this.end(raiseLink('hdlc-timeout', `no progress in ${this.attempts} attempts while ${this.state}`));
    return false;
  }

  private takeUnnumbered(frame: HdlcFrame): void {
    try {
      const event = takeUnnumbered(this.unnumbered, frame);
      if (event !== undefined) this.events.push(event);
    } catch (error) {
      this.discard(error as CosemError);
    }
  }

  private unexpected(control: HdlcControl): void {
    this.discard(raiseLink('hdlc-unexpected', `${control.kind} while ${this.state}`));
  }

  private discard(error: CosemError): void {
    this.events.push({ type: 'discarded', error });
  }

  /** Ends the link over a fault of the peer and tells it so. */
  private fail(error: CosemError): void {
    this.events.push(frameEvent(this.server, this.client, { kind: 'DISC', pollFinal: true }));
    this.end(error);
  }

  private end(error?: CosemError): void {
    this.reset();
    this.state = 'disconnected';
    this.events.push(error === undefined ? { type: 'disconnected' } : { type: 'disconnected', error });
  }

  private reset(): void {
    this.window.reset();
    this.assembler.reset();
    this.unnumbered.reset();
    this.parameters = defaultHdlcParameters;
    this.waiting = 'nothing';
    this.deadline = undefined;
    this.vr = 0;
    this.attempts = 0;
    this.polls = 0;
    this.repliesOwed = 0;
    this.peerReady = true;
    this.missedFrame = false;
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
