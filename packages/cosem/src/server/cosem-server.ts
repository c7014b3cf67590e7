/**
 * A server: logical devices on channels of any link, directly or behind gateway addresses. Each channel may carry several
 * clients; the requests of one are served one after the other, and everything that a peer can make grow has a bound.
 */
import { apduTags } from '../apdu/tags.ts';
import { toHex } from '../base/bytes.ts';
import type { ApduChannel, Saps } from '../link/channel.ts';
import {
  decodeGateway,
  encodeGateway,
  type GatewayPrefix,
  gatewayReply,
  hasGatewayPrefix,
} from '../link/gateway.ts';
import { type Answer, type AssociationBounds, refusalApdu, ServerAssociation } from './association.ts';
import { type Audit, tell } from './audit.ts';
import { raiseServer } from './errors.ts';
import type { LogicalDevice } from './logical-device.ts';
import { type ChallengeSource, rejection } from './opening.ts';

/** Bounds of a server. */
export interface ServerBounds extends AssociationBounds {
  readonly maxAssociations: number;
  readonly maxAssociationsPerChannel: number;
  /** APDUs of one channel that wait or are being served; a window of general block transfer has to fit. */
  readonly maxQueuedApdus: number;
  /** Silence after which the associations of a channel end. */
  readonly idleTimeoutMs: number;
}

/** Bounds in force where the options name none. */
export const serverBounds: ServerBounds = {
  maxAssociations: 1024,
  maxAssociationsPerChannel: 16,
  maxQueuedApdus: 128,
  idleTimeoutMs: 120_000,
  maxListSize: 256,
  maxRequestSize: 0x10_0000,
  maxBlocks: 0x1_0000,
  maxResponseSize: 0x100_0000,
  maxTransferSize: 0x10_0000,
  maxApduSize: 0xffff,
  gbtWindow: 16,
};

/** How a server is made. */
export interface CosemServerOptions {
  readonly devices?: readonly LogicalDevice[];
  /** The devices behind a gateway address; undefined where there are none, which answers nothing. */
  readonly gateway?: (prefix: GatewayPrefix) => readonly LogicalDevice[] | undefined;
  readonly audit?: Audit;
  readonly bounds?: Partial<ServerBounds>;
  /** For recorded exchanges: makes the challenges instead of chance. */
  readonly challenge?: ChallengeSource;
  readonly nowMs?: () => number;
}

/** How a channel is attached. */
export interface AttachOptions {
  /** What the audit says of the peer, for example its address. */
  readonly remote?: string;
  /** Closes the channel when it is idle; otherwise only its associations end. Default true. */
  readonly closeWhenIdle?: boolean;
  /** Largest APDU in octets that the link takes, where that is less than the server's own bound. */
  readonly maxApduSize?: number;
}

/** A channel that is being served. */
export interface AttachedChannel {
  /** The link of a client was set up anew or is gone: its associations end. All of them where no SAPs are given. */
  reset(saps?: Saps): void;
  /** Ends the associations and closes the channel. */
  close(): Promise<void>;
}

/** A DLMS/COSEM server. */
export class CosemServer {
  readonly options: CosemServerOptions;
  readonly bounds: ServerBounds;
  readonly nowMs: () => number;
  readonly #channels = new Set<ServedChannel>();
  #associations = 0;

  constructor(options: CosemServerOptions) {
    this.options = options;
    this.bounds = Object.freeze({ ...serverBounds, ...options.bounds });
    this.nowMs = options.nowMs ?? (() => performance.now());
  }

  /** Serves a channel until it closes. */
  attach(channel: ApduChannel, options: AttachOptions = {}): AttachedChannel {
    const served = new ServedChannel(this, channel, options, () => this.#channels.delete(served));
    this.#channels.add(served);
    served.listen();
    return served;
  }

  /** How many associations there are, proven or not. */
  get associations(): number {
    return this.#associations;
  }

  /** For channels: notes that associations began or ended. */
  count(change: number): void {
    this.#associations += change;
  }

  /** Ends everything and closes all channels. */
  async close(): Promise<void> {
    await Promise.all([...this.#channels].map((channel) => channel.close()));
  }
}

/** Where an APDU came from and where its answer goes. */
interface Route {
  readonly saps: Saps;
  readonly prefix: GatewayPrefix | undefined;
  readonly key: string;
}

class ServedChannel implements AttachedChannel {
  readonly #server: CosemServer;
  readonly #channel: ApduChannel;
  readonly #options: AttachOptions;
  readonly #onGone: () => void;
  readonly #associations = new Map<string, ServerAssociation>();
  readonly #saps = new Map<string, Saps>();
  #queue: Promise<void> = Promise.resolve();
  #queued = 0;
  #gone = false;
  readonly #idle: NodeJS.Timeout;

  constructor(server: CosemServer, channel: ApduChannel, options: AttachOptions, onGone: () => void) {
    this.#server = server;
    this.#channel = channel;
    this.#options = options;
    this.#onGone = onGone;
    this.#idle = setTimeout(() => this.#idled(), server.bounds.idleTimeoutMs);
    // A server with nothing to do must not keep the process alive; its sockets do that.
    this.#idle.unref();
  }

  listen(): void {
    this.#channel.listen({
      apdu: (apdu, saps, confirmed) => this.#take(apdu, saps, confirmed),
      closed: () => this.#end(),
    });
  }

  reset(saps?: Saps): void {
    for (const [key, association] of this.#associations) {
      const own = this.#saps.get(key)!;
      if (saps !== undefined && (own.client !== saps.client || own.server !== saps.server)) continue;
      association.end();
      this.#forget(key);
    }
  }

  async close(): Promise<void> {
    this.#end();
    await this.#channel.close();
  }

  #end(): void {
    if (this.#gone) return;
    this.#gone = true;
    clearTimeout(this.#idle);
    this.reset();
    this.#onGone();
  }

  #idled(): void {
    for (const [key, association] of this.#associations) {
      association.end('idle');
      this.#forget(key);
    }
    if (this.#options.closeWhenIdle === false) this.#idle.refresh();
    else void this.close();
  }

  #remember({ key, saps }: Route, association: ServerAssociation): void {
    if (this.#associations.has(key)) return;
    this.#associations.set(key, association);
    this.#saps.set(key, saps);
    this.#server.count(1);
  }

  #forget(key: string): void {
    if (this.#associations.delete(key)) this.#server.count(-1);
    this.#saps.delete(key);
  }

  #take(bytes: Uint8Array, saps: Saps, confirmed: boolean): void {
    this.#idle.refresh();
    if (this.#queued >= this.#server.bounds.maxQueuedApdus) {
      this.#refused(saps, 'apdu', raiseServer('queue'));
      if (confirmed) this.#channel.noReply();
      return;
    }
    this.#queued += 1;
    this.#queue = this.#queue
      .then(() => this.#serve(bytes, saps, confirmed))
      .catch((error: unknown) => this.#refused(saps, 'serving', error))
      .finally(() => {
        this.#queued -= 1;
      });
  }

  async #serve(bytes: Uint8Array, saps: Saps, confirmed: boolean): Promise<void> {
    if (this.#gone) return;
    const opened = this.#route(bytes, saps);
    const answer =
      opened === undefined ? undefined : await this.#answer(opened.route, opened.apdu, opened.devices);
    try {
      if (answer === undefined || answer.apdus.length === 0 || this.#gone) {
        if (confirmed && !this.#gone) this.#channel.noReply();
        return;
      }
      // Nobody waits for an answer to what came without acknowledgement.
      if (confirmed) for (const apdu of answer.apdus) await this.#send(opened!.route, apdu);
    } finally {
      for (const run of answer?.afterSend ?? []) await run();
    }
  }

  async #send({ saps, prefix }: Route, apdu: Uint8Array): Promise<void> {
    const out = prefix === undefined ? apdu : encodeGateway(gatewayReply(prefix), apdu);
    await this.#channel.send(out, { saps });
  }

  #route(
    bytes: Uint8Array,
    saps: Saps,
  ): { route: Route; apdu: Uint8Array; devices: readonly LogicalDevice[] } | undefined {
    const { devices = [], gateway } = this.#server.options;
    const pair = `${saps.client}/${saps.server}`;
    if (!hasGatewayPrefix(bytes))
      return { route: { saps, prefix: undefined, key: pair }, apdu: bytes, devices };
    try {
      const { apdu, direction, networkId, deviceAddress } = decodeGateway(bytes);
      const prefix = { direction, networkId, deviceAddress };
      const behind = direction === 'request' ? gateway?.(prefix) : undefined;
      if (behind === undefined)
        throw raiseServer('unknown-sap', `no device ${toHex(deviceAddress)} behind the gateway`);
      const key = `${networkId}/${toHex(deviceAddress)}/${pair}`;
      return { route: { saps, prefix, key }, apdu, devices: behind };
    } catch (error) {
      // A gateway forwards to nobody whom it does not know; there is nobody to answer.
      this.#refused(saps, 'gateway', error);
      return undefined;
    }
  }

  async #answer(route: Route, apdu: Uint8Array, devices: readonly LogicalDevice[]): Promise<Answer> {
    const { key, saps } = route;
    let association = this.#associations.get(key);
    if (association === undefined) {
      if (apdu[0] !== apduTags.aarq) {
        this.#refused(saps, `apdu ${apdu[0] ?? 'empty'}`, raiseServer('not-associated'));
        return { apdus: [refusalApdu], afterSend: [] };
      }
      if (!this.#hasRoom()) {
        this.#refused(saps, 'aarq', raiseServer('associations'));
        return { apdus: [rejection('logical-name')], afterSend: [] };
      }
      association = this.#make(route, devices);
    }
    this.#remember(route, association);
    const answer = await association.handle(apdu);
    // An association that made way for a new one of the same client on this channel was forgotten on its way.
    if (association.isUp) this.#remember(route, association);
    else this.#forget(key);
    // The channel may have closed while the request was served, after which nobody would end the association.
    if (this.#gone) association.end();
    return answer;
  }

  #hasRoom(): boolean {
    const { bounds } = this.#server;
    return (
      this.#associations.size < bounds.maxAssociationsPerChannel &&
      this.#server.associations < bounds.maxAssociations
    );
  }

  #make({ saps, key }: Route, devices: readonly LogicalDevice[]): ServerAssociation {
    const { bounds, options, nowMs } = this.#server;
    const maxApduSize = Math.min(bounds.maxApduSize, this.#options.maxApduSize ?? bounds.maxApduSize);
    return new ServerAssociation({
      device: devices.find(({ sap }) => sap === saps.server),
      saps,
      remote: this.#options.remote ?? '',
      bounds: { ...bounds, maxApduSize },
      audit: options.audit,
      challenge: options.challenge,
      nowMs,
      onEnd: () => this.#forget(key),
    });
  }

  #refused(saps: Saps, what: string, error: unknown): void {
    const who = { saps, clientTitle: undefined, remote: this.#options.remote ?? '' };
    tell(this.#server.options.audit, { type: 'refused', who, what, error });
  }
}
