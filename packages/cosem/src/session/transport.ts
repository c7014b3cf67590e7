/** How a session sends and receives whole APDUs, whatever link carries them. */
import { CosemError } from '../base/errors.ts';
import type { ApduChannel, Saps } from '../link/channel.ts';
import { decodeGateway, encodeGateway, type GatewayPrefix, hasGatewayPrefix } from '../link/gateway.ts';
import { raiseSession } from './errors.ts';

/** APDUs that wait to be taken, at most; a peer that sends more without being asked is cut off. */
export const maxWaitingApdus = 128;

/** What the sender knows about an APDU. */
export interface TransportSendOptions {
  /** False where no answer will come, so that an HDLC link need not poll for it. */
  readonly awaitReply?: boolean;
}

/** What a receiver knows about what it waits for. */
export interface TransportReceiveOptions {
  /** A further APDU beyond one for each request: an HDLC link has to ask for it. */
  readonly further?: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The port between an association and its link. */
export interface ApduTransport {
  /** Service access points of the two ends. */
  readonly saps: Saps;
  /** Sends an APDU; settles when the link has taken it. Throws `session/closed`, `link/*`. */
  send(apdu: Uint8Array, options?: TransportSendOptions): Promise<void>;
  /** The next APDU. Throws `session/timeout`, `session/closed`, `session/aborted`, `link/*`. */
  receive(timeoutMs: number, options?: TransportReceiveOptions): Promise<Uint8Array>;
  /** Forgets APDUs that nobody waits for: late answers to what was given up. */
  flush(): void;
  /** Ends the link. Never rejects. */
  close(): Promise<void>;
}

interface Waiting {
  resolve(apdu: Uint8Array): void;
  reject(error: unknown): void;
}

/** What may come back from an HDLC channel beyond the link's contract. */
interface Pollable {
  poll?(): void;
}

/**
 * A transport over a link's channel. In: the channel, and the SAPs it was opened with; `onClose` closes what lies
 * under the channel (the socket of an HDLC link).
 */
export function channelTransport(
  channel: ApduChannel & Pollable,
  saps: Saps,
  onClose?: () => void | Promise<void>,
): ApduTransport {
  return new ChannelTransport(channel, saps, onClose);
}

/** One error for every transport that was closed on purpose: where it was made would tell nothing. */
const closedByUs = raiseSession('closed');

class ChannelTransport implements ApduTransport {
  readonly saps: Saps;
  readonly #channel: ApduChannel & Pollable;
  readonly #onClose: (() => void | Promise<void>) | undefined;
  #waiting: Waiting | undefined;
  #queue: Uint8Array[] = [];
  #end: CosemError | undefined;

  constructor(channel: ApduChannel & Pollable, saps: Saps, onClose?: () => void | Promise<void>) {
    this.#channel = channel;
    this.saps = saps;
    this.#onClose = onClose;
    channel.listen({
      apdu: (apdu) => this.#take(apdu),
      closed: (error) => this.#ended(error ?? closedByUs),
    });
  }

  async send(apdu: Uint8Array, options: TransportSendOptions = {}): Promise<void> {
    if (this.#end !== undefined) throw this.#end;
    const { awaitReply = true } = options;
    await this.#channel.send(apdu, { saps: this.saps, awaitReply });
  }

  receive(timeoutMs: number, options: TransportReceiveOptions = {}): Promise<Uint8Array> {
    const next = this.#queue.shift();
    if (next !== undefined) return Promise.resolve(next);
    if (this.#end !== undefined) return Promise.reject(this.#end);
    if (this.#waiting !== undefined) return Promise.reject(raiseSession('queue', 'somebody waits already'));
    const { signal, further } = options;
    if (signal?.aborted === true)
      return Promise.reject(raiseSession('aborted', undefined, { cause: signal.reason }));
    if (further === true) this.#channel.poll?.();
    return new Promise((resolve, reject) => {
      const settle = () => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', abort);
        this.#waiting = undefined;
      };
      const fail = (error: unknown) => {
        settle();
        reject(error);
      };
      const abort = () => fail(raiseSession('aborted', undefined, { cause: signal?.reason }));
      const timer = setTimeout(() => fail(raiseSession('timeout', `nothing in ${timeoutMs} ms`)), timeoutMs);
      signal?.addEventListener('abort', abort, { once: true });
      this.#waiting = {
        resolve: (apdu) => {
          settle();
          resolve(apdu);
        },
        reject: fail,
      };
    });
  }

  flush(): void {
    this.#queue = [];
  }

  async close(): Promise<void> {
    await this.#channel.close();
    this.#ended(closedByUs);
    await this.#onClose?.();
  }

  #take(apdu: Uint8Array): void {
    if (this.#waiting !== undefined) {
      this.#waiting.resolve(apdu);
      return;
    }
    if (this.#queue.length >= maxWaitingApdus) {
      this.#ended(raiseSession('queue', `${maxWaitingApdus} APDUs that nobody asked for`));
      void this.#channel.close();
      return;
    }
    this.#queue.push(apdu);
  }

  #ended(error: CosemError): void {
    this.#end ??= error;
    this.#waiting?.reject(this.#end);
  }
}

/** Names a device behind a gateway (IEC 62056-5-3, gateway protocol). */
export interface GatewayTarget {
  readonly networkId: number;
  readonly deviceAddress: Uint8Array;
}

/**
 * A transport to a device behind a gateway, over a transport to the gateway: every request gets the prefix, and only
 * answers with the same network and device are handed out (IEC 62056-5-3, gateway protocol).
 */
export function gatewayTransport(inner: ApduTransport, target: GatewayTarget): ApduTransport {
  const prefix: GatewayPrefix = { direction: 'request', ...target };
  const unwrap = (message: Uint8Array): Uint8Array | undefined => {
    // The gateway's own answers (it cannot reach the device) have no prefix.
    if (!hasGatewayPrefix(message)) return message;
    const answer = decodeGateway(message);
    const same =
      answer.direction === 'response' &&
      answer.networkId === target.networkId &&
      Buffer.compare(answer.deviceAddress, target.deviceAddress) === 0;
    return same ? answer.apdu : undefined;
  };
  return {
    saps: inner.saps,
    send: (apdu, options) => inner.send(encodeGateway(prefix, apdu), options),
    async receive(timeoutMs, options) {
      const deadline = performance.now() + timeoutMs;
      for (let stray = 0; stray < maxStrayAnswers; stray++) {
        const left = Math.max(1, deadline - performance.now());
        const apdu = unwrap(await inner.receive(left, options));
        if (apdu !== undefined) return apdu;
      }
      throw raiseSession('unexpected-apdu', 'the gateway sends answers of other devices');
    },
    flush: () => inner.flush(),
    close: () => inner.close(),
  };
}

/** Answers of other devices that are passed over while one is awaited. */
export const maxStrayAnswers = 32;

/** Whether an error means that the link or the peer is gone, so that nothing more can be sent. */
export function isLinkFailure(error: unknown): boolean {
  if (!(error instanceof CosemError)) return false;
  return error.code.startsWith('link/') || error.code === 'session/closed';
}
