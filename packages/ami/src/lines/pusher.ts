/**
 * The sending side of all lines of a process: one channel for each receiver and priority that has something to be
 * sent. Channels are woken by commits of this process, by PostgreSQL's notifications, and by a timer that makes up for
 * a notification that was lost.
 */
import type { Priority } from '@wattward/profile';
import type { Pool, PoolClient } from '../store/database.ts';
import type { BodySeal } from './body-seal.ts';
import type { DeathReason } from './dead-letters.ts';
import type { Figures } from './figures.ts';
import type { LineLimits } from './limits.ts';
import { type Outbox, outboxChannel } from './outbox.ts';
import { waitingPeers } from './outbox-reading.ts';
import type { ChainJudge, CredentialPort, RoutePort, SecurityClock } from './ports.ts';
import { PushChannel } from './push-channel.ts';

export interface PusherContext {
  readonly pool: Pool;
  readonly epoch: number;
  readonly seal: BodySeal;
  readonly limits: LineLimits;
  readonly figures: Figures;
  readonly credentials: CredentialPort;
  readonly judge: ChainJudge;
  readonly routes: RoutePort;
  readonly now: SecurityClock;
  readonly onWrongPeer: (who: string, address: string, why: string) => void;
  readonly onDead: (
    peer: string,
    line: string,
    type: string | undefined,
    sequence: number,
    reason: DeathReason,
  ) => void;
  readonly onLog: (what: string, detail: Readonly<Record<string, unknown>>) => void;
}

export class Pusher {
  readonly #context: PusherContext;
  readonly #outbox: Outbox;
  readonly #channels = new Map<string, PushChannel>();
  #poll: NodeJS.Timeout | undefined;
  #listening: PoolClient | undefined;
  #stopped = false;
  #looking: Promise<void> | undefined;
  #lookAgain = false;

  constructor(context: PusherContext, outbox: Outbox) {
    this.#context = context;
    this.#outbox = outbox;
  }

  async start(): Promise<void> {
    this.#poll = setInterval(() => {
      void this.look();
      void this.#listen();
    }, this.#context.limits.retryMaximumMs);
    await this.#listen();
    await this.look();
  }

  /** Wakes the channels for which something waits. */
  look(): Promise<void> {
    this.#lookAgain = true;
    this.#looking ??= this.#lookUntilDone().finally(() => {
      this.#looking = undefined;
    });
    return this.#looking;
  }

  async #lookUntilDone(): Promise<void> {
    while (this.#lookAgain && !this.#stopped) {
      this.#lookAgain = false;
      try {
        // Another process of this component cannot exist, so the streams known here are all there are.
        for (const { peer, priority } of await waitingPeers(this.#context.pool, this.#context.epoch))
          this.#channel(peer, priority).wake();
      } catch (error) {
        this.#context.onLog('the outbox cannot be read', { why: (error as Error).message });
        return;
      }
    }
  }

  /** Wakes one channel, for messages that this process has just committed. */
  wake(peer: string, priority: Priority): void {
    if (!this.#stopped) this.#channel(peer, priority).wake();
  }

  #channel(peer: string, priority: Priority): PushChannel {
    const key = `${peer}|${priority}`;
    let channel = this.#channels.get(key);
    if (channel === undefined) {
      channel = new PushChannel(peer, priority, this.#context, this.#outbox);
      this.#channels.set(key, channel);
    }
    return channel;
  }

  async #listen(): Promise<void> {
    if (this.#listening !== undefined || this.#stopped) return;
    try {
      const client = await this.#context.pool.connect();
      this.#listening = client;
      const gone = () => {
        if (this.#listening !== client) return;
        this.#listening = undefined;
        client.release(true);
      };
      client.on('error', gone);
      client.on('end', gone);
      client.on('notification', () => void this.look());
      await client.query(`LISTEN ${outboxChannel}`);
    } catch (error) {
      const client = this.#listening;
      this.#listening = undefined;
      client?.release(true);
      this.#context.onLog('notifications cannot be heard', { why: (error as Error).message });
    }
  }

  /** What each channel does, for `wattward lines`. */
  channels(): { peer: string; priority: Priority; connected: boolean; lastError: string | undefined }[] {
    return [...this.#channels.values()].map(({ peer, priority, isConnected, lastError }) => ({
      peer,
      priority,
      connected: isConnected,
      lastError,
    }));
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    clearInterval(this.#poll);
    const client = this.#listening;
    this.#listening = undefined;
    client?.release(true);
    await Promise.all([...this.#channels.values()].map((each) => each.stop()));
    await this.#looking;
  }
}
