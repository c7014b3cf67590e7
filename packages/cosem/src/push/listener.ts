/**
 * Listens for pushes on the wrapper over TCP and UDP and on raw streams (HDLC, HAN ports), and hands out events. A
 * damaged frame or a refused message costs only itself.
 */

import type { RemoteInfo } from 'node:dgram';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { copyOctets } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { type LinkInfo, PushSplitter, type SplitterEvent, type SplitterOptions } from '../link/auto.ts';
import type { ApduChannel, Saps } from '../link/channel.ts';
import { showHdlcAddress } from '../link/hdlc-address.ts';
import { type LinkListener, listenTcp, type TcpListenOptions } from '../link/node/tcp.ts';
import { listenUdp, type UdpListenOptions } from '../link/node/udp.ts';
import { type PushEvent, type PushOptions, PushReceiver, type PushSource } from './receiver.ts';

/** Connections that may be open at the same time unless an option says less. */
export const maxPushConnections = 1024;
/** A connection on which nothing came for so long is closed, in milliseconds: meters push and hang up. */
export const pushIdleMs = 120_000;
/** A pause on a raw stream after which an incomplete frame is given up, in milliseconds. */
export const streamPauseMs = 2000;

/** Where events go. A handler must not throw. */
export interface PushListenerOptions extends PushOptions {
  readonly onEvent: (event: PushEvent) => void;
}

/** A listener for pushes over any number of ports and streams. */
export class PushListener {
  readonly #receiver: PushReceiver;
  readonly #onEvent: (event: PushEvent) => void;
  readonly #closers = new Set<() => void | Promise<void>>();

  constructor(options: PushListenerOptions) {
    this.#receiver = new PushReceiver(options);
    this.#onEvent = options.onEvent;
  }

  /** Listens for the wrapper over TCP (IEC 62056-4-7). Error: `link/connect`. */
  async listenTcp(
    options: Omit<TcpListenOptions, 'role' | 'onChannel'> & { readonly idleMs?: number } = {},
  ): Promise<LinkListener> {
    const { idleMs = pushIdleMs, ...rest } = options;
    const listener = await listenTcp({
      maxConnections: maxPushConnections,
      ...rest,
      role: 'client',
      onChannel: (channel, socket) => this.#serveTcp(channel, socket, idleMs),
    });
    return this.#register(listener);
  }

  /** Listens for the wrapper over UDP (IEC 62056-4-7). Error: `link/connect`. */
  async listenUdp(
    options: Omit<UdpListenOptions, 'role' | 'onChannel' | 'onDropped'> = {},
  ): Promise<LinkListener> {
    const dropped = (error: CosemError, remote: RemoteInfo) =>
      this.#onEvent({ type: 'refused', source: udpSource(remote), error });
    const listener = await listenUdp({
      ...options,
      role: 'client',
      onChannel: (channel, remote) => this.#serve(channel, (saps) => udpSource(remote, saps)),
      onDropped: dropped,
    });
    return this.#register(listener);
  }

  /**
   * Listens on a raw stream: HDLC, wrapper and M-Bus frames are found in it as they come. Out: stops listening; the
   * stream is the caller's. `onSkipped` hears of octets that are no frame, and of frames without an APDU.
   */
  listenStream(
    stream: Readable,
    options: SplitterOptions & {
      readonly name?: string;
      readonly onSkipped?: (event: Extract<SplitterEvent, { type: 'skipped' | 'control' }>) => void;
    } = {},
  ): () => void {
    const { name = 'stream', onSkipped, ...rest } = options;
    const splitter = new PushSplitter(rest);
    let timer: NodeJS.Timeout | undefined;
    const handle = (events: readonly SplitterEvent[]) => {
      for (const event of events) {
        if (event.type === 'apdu') this.#deliver(copyOctets(event.apdu), streamSource(name, event.link));
        else if (event.type === 'refused') {
          const source: PushSource = { link: 'other', sender: name };
          this.#onEvent({ type: 'refused', source, error: event.error });
        } else onSkipped?.(event);
      }
    };
    const onData = (chunk: Uint8Array) => {
      clearTimeout(timer);
      handle(splitter.push(chunk));
      if (splitter.pending > 0) timer = setTimeout(() => handle(splitter.idle()), streamPauseMs);
    };
    const onEnd = () => {
      clearTimeout(timer);
      handle(splitter.idle());
    };
    const stop = () => {
      clearTimeout(timer);
      stream.removeListener('data', onData);
      stream.removeListener('end', onEnd);
      this.#closers.delete(stop);
    };
    stream.on('data', onData);
    stream.once('end', onEnd);
    this.#closers.add(stop);
    return stop;
  }

  /** Stops everything and gives the keys back. */
  async close(): Promise<void> {
    await Promise.all([...this.#closers].map((close) => close()));
    this.#closers.clear();
    this.#receiver.close();
  }

  #register(listener: LinkListener): LinkListener {
    const close = async () => {
      this.#closers.delete(close);
      await listener.close();
    };
    this.#closers.add(close);
    return { port: listener.port, close };
  }

  #serveTcp(channel: ApduChannel, socket: Socket, idleMs: number): void {
    const remote = `${socket.remoteAddress ?? 'unknown'} ${socket.remotePort ?? 0}`;
    socket.setTimeout(idleMs, () => socket.destroy());
    this.#serve(channel, (saps) => ({ link: 'tcp', sender: senderOf(`tcp ${remote}`, saps) }));
  }

  #serve(channel: ApduChannel, sourceOf: (saps?: Saps) => PushSource): void {
    let last: PushSource | undefined;
    channel.listen({
      apdu: (apdu, saps) => {
        last = sourceOf(saps);
        this.#deliver(apdu, last);
      },
      closed: (error) => {
        if (last !== undefined) this.#receiver.drop(last.sender);
        // A peer that hangs up is no fault; one that breaks the framing is.
        if (error !== undefined && error.code !== 'link/closed') {
          this.#onEvent({ type: 'refused', source: last ?? sourceOf(), error });
        }
      },
    });
  }

  #deliver(apdu: Uint8Array, source: PushSource): void {
    void this.#receiver.receive(apdu, source).then((events) => {
      for (const event of events) this.#onEvent(event);
    });
  }
}

function senderOf(remote: string, saps: Saps | undefined): string {
  return saps === undefined ? remote : `${remote} ${saps.server}`;
}

function udpSource(remote: RemoteInfo, saps?: Saps): PushSource {
  return { link: 'udp', sender: senderOf(`udp ${remote.address} ${remote.port}`, saps) };
}

function streamSource(name: string, link: LinkInfo): PushSource {
  switch (link.kind) {
    case 'hdlc':
      return { link: 'hdlc', sender: `${name} hdlc ${showHdlcAddress(link.source)}` };
    case 'wrapper':
      return { link: 'wrapper', sender: `${name} wrapper ${link.source}` };
    case 'mbus':
      return { link: 'mbus', sender: `${name} mbus ${link.address} ${link.sourceSap}` };
  }
}
