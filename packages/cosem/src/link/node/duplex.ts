/** HDLC and the mode E opening on any Node stream: a serial port, a TCP socket to a serial server, a pipe in a test. */
import type { Duplex } from 'node:stream';
import type { CosemError } from '../../base/errors.ts';
import type { ApduChannel, ApduHandlers, Saps, SendOptions } from '../channel.ts';
import { raiseLink } from '../errors.ts';
import type { HdlcAddress } from '../hdlc-address.ts';
import type { HdlcEvent } from '../hdlc-connection.ts';
import { HdlcDeframer } from '../hdlc-deframer.ts';
import type { HdlcFrame } from '../hdlc-frame.ts';
import { HdlcPrimary, type HdlcPrimaryOptions } from '../hdlc-primary.ts';
import { HdlcSecondary, type HdlcSecondaryOptions } from '../hdlc-secondary.ts';
import type { ModeEClient, ModeEEvent, ModeEIdentification, ModeELine } from '../mode-e.ts';

/** What drives a channel: either state machine. */
interface Machine {
  readonly deadlineMs: number | undefined;
  receive(frame: HdlcFrame, nowMs: number): HdlcEvent[];
  tick(nowMs: number): HdlcEvent[];
}

interface Delivery {
  resolve(): void;
  reject(error: CosemError): void;
}

/** What client and server channels share: the stream, the timer, and who waits for a delivery. */
abstract class HdlcChannel implements ApduChannel {
  protected readonly stream: Duplex;
  private readonly machine: Machine;
  private readonly deframer = new HdlcDeframer();
  private readonly deliveries: Delivery[] = [];
  private handlers: ApduHandlers | undefined;
  private timer: NodeJS.Timeout | undefined;
  private early: { apdu: Uint8Array; saps: Saps; confirmed: boolean }[] = [];
  protected down = false;
  private endError: CosemError | undefined;

  constructor(stream: Duplex, machine: Machine) {
    this.stream = stream;
    this.machine = machine;
    stream.on('data', this.onData);
    stream.on('error', this.onError);
    stream.once('close', this.onStreamEnd);
    stream.once('end', this.onStreamEnd);
  }

  protected abstract readonly saps: (source: HdlcAddress, destination: HdlcAddress) => Saps;
  protected abstract linkUp(event: Extract<HdlcEvent, { readonly type: 'connected' }>): void;
  protected abstract linkDown(error?: CosemError): void;
  abstract send(apdu: Uint8Array, options?: SendOptions): Promise<void>;
  abstract noReply(): void;
  abstract close(): Promise<void>;

  listen(handlers: ApduHandlers): void {
    this.handlers = handlers;
    const { early } = this;
    this.early = [];
    for (const { apdu, saps, confirmed } of early) handlers.apdu(apdu, saps, confirmed);
    if (this.down) this.tellClosed();
  }

  protected now(): number {
    return performance.now();
  }

  /** Carries events out in their order. */
  protected carry(events: readonly HdlcEvent[]): void {
    for (const event of events) this.carryOne(event);
    this.arm();
  }

  /** Runs a call that queues an APDU and settles when the peer has acknowledged it. */
  protected async queue(call: () => HdlcEvent[]): Promise<void> {
    if (this.down) throw this.endError ?? raiseLink('closed');
    const events = call();
    const delivered = new Promise<void>((resolve, reject) => {
      this.deliveries.push({ resolve, reject });
    });
    this.carry(events);
    await delivered;
  }

  private carryOne(event: HdlcEvent): void {
    switch (event.type) {
      case 'send':
        if (!this.stream.destroyed) this.stream.write(event.bytes);
        break;
      case 'apdu': {
        const saps = this.saps(event.source, event.destination);
        const { apdu, confirmed } = event;
        if (this.handlers !== undefined) this.handlers.apdu(apdu, saps, confirmed);
        else if (this.early.length < maxEarlyApdus) this.early.push({ apdu, saps, confirmed });
        break;
      }
      case 'delivered':
        for (const delivery of this.deliveries.splice(0, event.apdus)) delivery.resolve();
        break;
      case 'connected':
        this.failDeliveries(raiseLink('closed', 'the peer connected anew'));
        this.linkUp(event);
        break;
      case 'disconnected':
        this.failDeliveries(event.error ?? raiseLink('closed'));
        this.linkDown(event.error);
        break;
      case 'discarded':
        break;
    }
  }

  private failDeliveries(error: CosemError): void {
    for (const delivery of this.deliveries.splice(0)) delivery.reject(error);
  }

  private arm(): void {
    clearTimeout(this.timer);
    const { deadlineMs } = this.machine;
    if (this.down || deadlineMs === undefined) return;
    const wait = Math.max(0, Math.ceil(deadlineMs - this.now()));
    this.timer = setTimeout(() => this.carry(this.machine.tick(this.now())), wait);
  }

  private readonly onData = (chunk: Uint8Array): void => {
    for (const event of this.deframer.push(chunk)) {
      if (event.type === 'frame' && !this.down) this.carry(this.machine.receive(event.frame, this.now()));
    }
  };

  private readonly onError = (cause: unknown): void => {
    this.finish(raiseLink('closed', 'the stream failed', { cause }));
  };

  private readonly onStreamEnd = (): void => {
    this.finish(raiseLink('closed', 'the stream ended'));
  };

  /** Nothing more comes or goes; lets go of the stream without closing it. */
  protected finish(error?: CosemError): void {
    if (this.down) return;
    this.down = true;
    this.endError = error;
    clearTimeout(this.timer);
    this.stream.removeListener('data', this.onData);
    this.stream.removeListener('close', this.onStreamEnd);
    this.stream.removeListener('end', this.onStreamEnd);
    this.failDeliveries(error ?? raiseLink('closed'));
    this.linkDown(error);
    this.tellClosed();
  }

  private tellClosed(): void {
    const { handlers } = this;
    this.handlers = undefined;
    if (this.endError === undefined) handlers?.closed();
    else handlers?.closed(this.endError);
  }
}

/** APDUs that are kept until somebody listens. */
export const maxEarlyApdus = 16;

class HdlcClientChannel extends HdlcChannel {
  private readonly primary: HdlcPrimary;
  private settle: { resolve(): void; reject(error: CosemError): void } | undefined;
  protected readonly saps = (source: HdlcAddress, destination: HdlcAddress): Saps => ({
    client: destination.upper,
    server: source.upper,
  });

  constructor(stream: Duplex, primary: HdlcPrimary) {
    super(stream, primary);
    this.primary = primary;
  }

  connect(): Promise<void> {
    return new Promise((resolve, reject) => {
      this.settle = { resolve, reject };
      this.carry(this.primary.connect(this.now()));
    });
  }

  async send(apdu: Uint8Array, options: SendOptions = {}): Promise<void> {
    if (options.unnumbered === true) {
      if (this.down) throw raiseLink('closed');
      this.carry(this.primary.sendUnnumbered(apdu));
      return;
    }
    await this.queue(() => this.primary.send(apdu, this.now(), options.awaitReply ?? true));
  }

  noReply(): void {}

  /** Asks the server for what it may have to say beyond one answer to each request. */
  poll(): void {
    if (!this.down && this.primary.connected) this.carry(this.primary.poll(this.now()));
  }

  async close(): Promise<void> {
    if (this.down) return;
    await new Promise<void>((resolve) => {
      this.settle = { resolve, reject: () => resolve() };
      this.carry(this.primary.disconnect(this.now()));
    });
    this.finish();
  }

  protected linkUp(): void {
    this.settle?.resolve();
    this.settle = undefined;
  }

  protected linkDown(error?: CosemError): void {
    const { settle } = this;
    this.settle = undefined;
    if (error === undefined) settle?.resolve();
    else settle?.reject(error);
    if (!this.down && error !== undefined) this.finish(error);
  }
}

/**
 * Connects an HDLC link as client (SNRM, UA) and hands back its channel. The stream is the caller's: closing the
 * channel sends DISC and leaves the stream open. Errors: `link/hdlc-timeout`, `link/hdlc-refused`, `link/closed`.
 */
export async function connectHdlc(stream: Duplex, options: HdlcPrimaryOptions): Promise<ApduChannel> {
  const channel = new HdlcClientChannel(stream, new HdlcPrimary(options));
  await channel.connect();
  return channel;
}

class HdlcServerChannel extends HdlcChannel {
  private readonly secondary: HdlcSecondary;
  private readonly options: HdlcServerOptions;
  private own: { readonly client: HdlcAddress; readonly server: HdlcAddress } | undefined;
  protected readonly saps = (source: HdlcAddress, destination: HdlcAddress): Saps => ({
    client: source.upper,
    server: destination.upper,
  });

  constructor(stream: Duplex, secondary: HdlcSecondary, options: HdlcServerOptions) {
    super(stream, secondary);
    this.secondary = secondary;
    this.options = options;
  }

  async send(apdu: Uint8Array, options: SendOptions = {}): Promise<void> {
    if (options.unnumbered === true) {
      const to = this.own ?? this.options.push;
      if (this.down || to === undefined) throw raiseLink('closed', 'no link and no push destination');
      this.carry(this.secondary.sendUnnumbered(apdu, to.server, to.client));
      return;
    }
    if (this.down) throw raiseLink('closed');
    // Not until it is acknowledged: a client may say nothing more after the last answer.
    this.carry(this.secondary.send(apdu, this.now()));
  }

  noReply(): void {
    this.carry(this.secondary.release(this.now()));
  }

  async close(): Promise<void> {
    this.finish();
  }

  protected linkUp(event: Extract<HdlcEvent, { readonly type: 'connected' }>): void {
    this.own = { client: event.client, server: event.server };
    this.options.onLink?.(true, { client: event.client.upper, server: event.server.upper });
  }

  protected linkDown(): void {
    const { own } = this;
    this.own = undefined;
    if (own !== undefined)
      this.options.onLink?.(false, { client: own.client.upper, server: own.server.upper });
  }
}

export interface HdlcServerOptions extends HdlcSecondaryOptions {
  /** A client connected (again) or is gone: its association ends with the link. */
  onLink?(up: boolean, saps: Saps): void;
  /** From and to whom pushes go in UI frames while no client is connected. */
  readonly push?: { readonly client: HdlcAddress; readonly server: HdlcAddress };
}

/** Serves HDLC on a stream. The channel lives as long as the stream; links come and go on it (`onLink`). */
export function serveHdlc(stream: Duplex, options: HdlcServerOptions): ApduChannel {
  return new HdlcServerChannel(stream, new HdlcSecondary(options), options);
}

/** A serial port that can change its speed and character format. */
export interface SerialLine {
  setLine(line: ModeELine): void | Promise<void>;
}

/**
 * Runs the client's mode E opening on a stream (IEC 62056-21) and settles when HDLC may begin. Errors: those of
 * `ModeEClient`, `link/closed` when the stream ends.
 */
export async function openModeE(
  stream: Duplex,
  line: SerialLine,
  client: ModeEClient,
): Promise<ModeEIdentification> {
  const incoming: Uint8Array[] = [];
  let wake: () => void = () => {};
  let ended = false;
  const onData = (chunk: Uint8Array) => {
    incoming.push(chunk);
    wake();
  };
  const onEnd = () => {
    ended = true;
    wake();
  };
  stream.on('data', onData);
  stream.once('close', onEnd);
  stream.once('end', onEnd);
  try {
    let events = client.start(performance.now());
    for (;;) {
      const identification = await carryModeE(events, stream, line);
      if (identification !== undefined) return identification;
      if (incoming.length === 0 && !ended) {
        const wait = Math.max(0, (client.deadlineMs ?? 0) - performance.now());
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, Math.ceil(wait));
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
      const chunk = incoming.shift();
      if (chunk === undefined && ended) throw raiseLink('closed', 'the stream ended');
      events = chunk === undefined ? client.tick(performance.now()) : client.push(chunk, performance.now());
    }
  } finally {
    stream.removeListener('data', onData);
    stream.removeListener('close', onEnd);
    stream.removeListener('end', onEnd);
  }
}

async function carryModeE(
  events: readonly ModeEEvent[],
  stream: Duplex,
  line: SerialLine,
): Promise<ModeEIdentification | undefined> {
  for (const event of events) {
    if (event.type === 'failed') throw event.error;
    if (event.type === 'opened') return event.identification;
    if (event.type === 'line') await line.setLine(event.line);
    else await new Promise<void>((resolve) => stream.write(event.bytes, () => resolve()));
  }
  return undefined;
}
