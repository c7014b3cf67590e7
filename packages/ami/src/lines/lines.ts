/**
 * The lines of one process: everything it may send leaves through the outbox, everything it may receive comes through
 * its listener and the gate. One `Lines` a process; its store is the component's own.
 */

import { messageById } from '@wattward/profile';
import type { Configured } from '../audit/limits.ts';
import type { AuditEvent, AuditPort } from '../audit/port.ts';
import type { Pool, PoolClient } from '../store/database.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { BodySeal } from './body-seal.ts';
import { ChainCache } from './chain-cache.ts';
import {
  type DeadLetter,
  type DeathReason,
  giveUpEarlierEpochs,
  listDeadLetters,
  pruneDeadLetters,
  reissue,
} from './dead-letters.ts';
import type { EnvelopeFacts } from './envelope.ts';
import { Figures, type LineMetric, lineMetrics } from './figures.ts';
import { namesOf, principalOf } from './flow-rules.ts';
import { judgeMessage } from './gate.ts';
import { type Effects, Inbox } from './inbox.ts';
import type { IntakeContext } from './intake.ts';
import { type LineLimits, lineLimits } from './limits.ts';
import { LineListener } from './listener.ts';
import { GroupWriter, Outbox, type OutgoingMessage, outboxHolds } from './outbox.ts';
import type { ChainJudge, CredentialPort, PayloadPort, RoutePort, SecurityClock } from './ports.ts';
import { profilePayloads } from './profile-payloads.ts';
import { Pusher } from './pusher.ts';
import { Refusals } from './refusals.ts';
import { type LinesStatus, lineStatuses } from './status.ts';
import { Turnstile } from './turnstile.ts';
import { Watch } from './watch.ts';

export interface LinesOptions {
  readonly pool: Pool;
  /** Epoch of this component's store. */
  readonly epoch: number;
  readonly keys: KeyPort;
  readonly audit: AuditPort;
  readonly credentials: CredentialPort;
  readonly judge: ChainJudge;
  readonly routes: RoutePort;
  /** What received messages do, by message id. */
  readonly effects?: Effects;
  /** Where to listen; nothing is received without. */
  readonly listen?: { readonly host: string; readonly port: number };
  /** Configured values of the profile's parameters. */
  readonly configured?: Configured;
  readonly payloads?: PayloadPort;
  readonly now?: SecurityClock;
  /** Told after each commit what was consumed, for whoever waits for it. */
  readonly onConsumed?: (facts: readonly EnvelopeFacts[]) => void;
  readonly onLog?: (what: string, detail: Readonly<Record<string, unknown>>) => void;
  /** Replaced only to show what the listener refuses without the gate. */
  readonly gate?: IntakeContext['judge'];
}

/** The key under which bodies rest; made at the first start. */
export const restKeyName = 'line-bodies';
/** Transactions of received messages at once, one of them for alarms and control alone. */
const receivingSlots = 3;

export class Lines {
  readonly #options: LinesOptions;
  readonly #limits: LineLimits;
  readonly #now: SecurityClock;
  readonly #seal: BodySeal;
  readonly #figures: Figures;
  readonly #outbox: Outbox;
  readonly #writer: GroupWriter;
  readonly #pusher: Pusher;
  readonly #inbox: Inbox;
  readonly #watch: Watch;
  readonly #refusals: Refusals;
  readonly #listener: LineListener | undefined;
  readonly #timers: NodeJS.Timeout[] = [];
  readonly principal: string;

  private constructor(options: LinesOptions) {
    this.#options = options;
    this.#limits = lineLimits(options.configured);
    this.#now = options.now ?? Date.now;
    const { identity } = options.credentials.current();
    const names = namesOf(identity);
    this.principal = principalOf(identity);
    this.#seal = new BodySeal(options.keys, restKeyName);
    this.#figures = new Figures(names);
    const payloads = options.payloads ?? profilePayloads(options.configured);
    const { pool, epoch, routes, audit } = options;
    const shared = { pool, epoch, seal: this.#seal, limits: this.#limits, now: this.#now };
    this.#outbox = new Outbox({
      ...shared,
      names,
      payloads,
      routes,
      principal: this.principal,
      onFull: () => this.#record({ type: 'line.outbox.full', outcome: 'failure' }),
    });
    this.#pusher = new Pusher(this.#pusherContext(shared), this.#outbox);
    this.#writer = new GroupWriter(pool, this.#outbox, (keys) => {
      for (const { peer, priority } of keys) this.#pusher.wake(peer, priority);
    });
    this.#inbox = new Inbox(pool, this.#seal, options.effects ?? new Map());
    const onError = (error: Error) => this.#log('a record could not be written', { why: error.message });
    this.#refusals = new Refusals({
      audit,
      figures: this.#figures,
      perMinute: this.#limits.refusalsPerMinute,
      onAuditError: onError,
    });
    const figures = this.#figures;
    this.#watch = new Watch({ pool, inbox: this.#inbox, audit, figures, limits: this.#limits, onError });
    if (options.listen !== undefined) this.#listener = this.#makeListener(names, payloads);
  }

  #pusherContext(
    shared: Pick<LinesOptions, 'pool' | 'epoch'> & { seal: BodySeal; limits: LineLimits; now: SecurityClock },
  ) {
    const { credentials, judge, routes } = this.#options;
    return {
      ...shared,
      credentials,
      judge,
      routes,
      figures: this.#figures,
      onWrongPeer: (who: string, address: string, why: string) => this.#refusals.peer(who, address, why),
      onDead: (...about: [string, string, string | undefined, number, DeathReason]) => this.#onDead(...about),
      onLog: (what: string, detail: Readonly<Record<string, unknown>>) => this.#log(what, detail),
    };
  }

  #makeListener(names: ReadonlySet<string>, payloads: PayloadPort): LineListener {
    const { credentials, judge, audit, epoch, gate } = this.#options;
    const context: IntakeContext = {
      me: names,
      epoch,
      limits: this.#limits,
      now: this.#now,
      chains: new ChainCache(judge),
      payloads,
      inbox: this.#inbox,
      turnstile: new Turnstile(receivingSlots, this.#limits.bulkSharePercent),
      refusals: this.#refusals,
      watch: this.#watch,
      judge: gate ?? judgeMessage,
      onConsumed: this.#options.onConsumed ?? (() => undefined),
    };
    return new LineListener({
      context,
      credentials,
      judge,
      audit,
      onLog: (what, detail) => this.#log(what, detail),
    });
  }

  /** Opens outbox, inbox and listener and begins to push. Errors: those of the store, the key port and the socket. */
  static async open(options: LinesOptions): Promise<Lines> {
    const known = await options.keys.list();
    if (!known.some(({ name }) => name === restKeyName)) await options.keys.generate(restKeyName, 'derive');
    const lines = new Lines(options);
    await lines.#open();
    return lines;
  }

  async #open(): Promise<void> {
    const { pool, epoch, listen } = this.#options;
    const voided = await giveUpEarlierEpochs(pool, epoch);
    if (voided > 0) {
      this.#record({
        type: 'line.dead-letter',
        outcome: 'failure',
        detail: { reason: 'restored', messages: voided },
      });
    }
    await this.#outbox.open();
    if (listen !== undefined) await this.#listener!.listen(listen.port, listen.host);
    await this.#pusher.start();
    const everyMs = Math.max(100, this.#limits.gapReportMs / 4);
    this.#timers.push(setInterval(() => void this.#lookAround(), everyMs));
    this.#timers.push(setInterval(() => void this.#prune(), Math.min(3_600_000, this.#limits.deadLetterMs)));
  }

  get port(): number | undefined {
    return this.#listener?.port;
  }

  /**
   * Sends messages that belong to no other state; resolves when they are in the outbox for good. Those asked for
   * together share a commit. Errors: `lines/not-permitted`, `lines/payload`, `lines/no-route`, `lines/outbox-full`.
   */
  send(...messages: OutgoingMessage[]): Promise<void> {
    try {
      return this.#writer.send(messages);
    } catch (error) {
      return Promise.reject(error as Error);
    }
  }

  /**
   * Checks messages that will be sent in a transaction of the caller's and makes room for their streams. Call it
   * before the transaction begins. Errors: as `send`.
   */
  async prepare(...messages: OutgoingMessage[]): Promise<PreparedMessages> {
    const prepared = this.#outbox.prepare(messages);
    await this.#outbox.ensureStreams(prepared);
    return { writeIn: (client) => this.#outbox.write(client, prepared, true) };
  }

  async deadLetters(): Promise<DeadLetter[]> {
    return listDeadLetters(this.#options.pool);
  }

  /** Issues a dead letter of this process again. Errors: `lines/no-dead-letter`, `lines/command-expired`. */
  async reissue(id: number): Promise<void> {
    const { pool, audit } = this.#options;
    const about = {
      actor: { kind: 'operator', id: 'local-administrator' },
      object: `dead letter ${id}`,
    } as const;
    const type = 'line.dead-letter.reissued';
    await audit.record({ type, phase: 'intent', outcome: 'pending', ...about });
    try {
      const message = await reissue(pool, this.#outbox, this.#seal, id, this.#now());
      await audit.record({ type, phase: 'outcome', outcome: 'success', ...about, detail: { message } });
    } catch (error) {
      const why = (error as Error).message.slice(0, 200);
      await audit.record({ type, phase: 'outcome', outcome: 'failure', ...about, detail: { why } });
      throw error;
    }
  }

  async status(): Promise<LinesStatus> {
    const { pool, epoch } = this.#options;
    return {
      principal: this.principal,
      epoch,
      port: this.port,
      outbox: await outboxHolds(pool as unknown as PoolClient),
      peersRefused: this.#figures.peersRefused,
      channels: this.#pusher.channels(),
      lines: await lineStatuses(pool, this.#figures),
    };
  }

  metrics(): LineMetric[] {
    return lineMetrics(this.#figures);
  }

  /** Looks at once for what is late or missing, instead of at the next turn of the clock. */
  async #lookAround(): Promise<void> {
    this.#refusals.flush();
    await this.#watch.report();
  }

  async #prune(): Promise<void> {
    try {
      await pruneDeadLetters(this.#options.pool, this.#limits.deadLetterMs);
      await this.#inbox.prune(this.#limits.inboxMs);
    } catch (error) {
      this.#log('old messages could not be removed', { why: (error as Error).message });
    }
  }

  /** Ends connections in order; what is not acknowledged stays in the outbox. */
  async close(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    await this.#listener?.close();
    await this.#pusher.stop();
  }

  #onDead(
    peer: string,
    line: string,
    message: string | undefined,
    sequence: number,
    reason: DeathReason,
  ): void {
    const isCommand = message !== undefined && messageById(message).kind === 'command';
    const type = reason === 'expired' && isCommand ? 'line.command.expired' : 'line.dead-letter';
    const detail = { line, sequence, reason, ...(message === undefined ? {} : { message }) };
    this.#record({ type, outcome: 'failure', object: peer, detail });
  }

  #record(event: Pick<AuditEvent, 'type' | 'outcome' | 'object' | 'detail'>): void {
    const actor = { kind: 'component', id: this.principal } as const;
    this.#options.audit
      .record({ phase: 'outcome', actor, source: 'local', ...event })
      .catch((error: Error) => this.#log('a record could not be written', { why: error.message }));
  }

  #log(what: string, detail: Readonly<Record<string, unknown>>): void {
    this.#options.onLog?.(what, detail);
  }
}

export interface PreparedMessages {
  /** Writes them in a transaction that has begun; they leave when it commits. Errors: `lines/outbox-full`. */
  writeIn(client: PoolClient): Promise<void>;
}
