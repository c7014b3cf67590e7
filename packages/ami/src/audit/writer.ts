/**
 * The way records come into being: `AuditWriter` numbers events, gathers those that come at the same time into one
 * commit, and resolves each when it is durable. When the store cannot take them, what needs a record stops (2.16.5);
 * what makes things safer goes to the local journal and is merged when the store is back.
 */
import type { Connection } from '../store/postgres-server.ts';
import { type ClockJump, type ClockSource, SecurityClock } from './clock.ts';
import { raiseAudit } from './errors.ts';
import { holdsRecord, sha256 } from './inbox.ts';
import { InboxSession } from './inbox-session.ts';
import { Journal, type JournalEntry } from './journal.ts';
import type { WriterLimits } from './limits.ts';
import type { AuditEvent, AuditPort } from './port.ts';
import {
  draftRecord,
  faultOfEvent,
  numberRecord,
  type RecordStamp,
  timeOfMicroseconds,
  type UnnumberedRecord,
} from './record.ts';
import { findLeak, type Leak, withholdSecrets } from './secrets.ts';

/** What the operator is told at once, besides the record that follows when one can be written. */
export interface AuditAlert {
  /** A type of the catalogue. */
  readonly type: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

export interface WriterOptions {
  readonly component: string;
  /** The component's own login. */
  readonly connection: Connection;
  readonly epoch: number;
  readonly journalFolder: string;
  readonly journalKey?: Uint8Array | undefined;
  /** Names what sets the clock (2.16.8): see `detectTimeSource`. */
  readonly timeSource: string;
  readonly limits: WriterLimits;
  readonly onAlert?: (alert: AuditAlert) => void;
  readonly clock?: ClockSource;
  /** Metering time, for components that live by it. */
  readonly meteringTime?: () => Date;
}

interface Waiting {
  readonly event: AuditEvent;
  readonly stamp: RecordStamp;
  readonly draft: UnnumberedRecord;
  readonly octets: number;
  state: 'queued' | 'sent' | 'done';
  /** The number under which it was sent last. */
  seq?: number;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

// One statement's worth: large enough that a commit is shared by many, small enough to be quick to repeat.
const batchRecords = 2000;
const batchOctets = 1024 * 1024;
/** How often a store that is away is tried when nobody writes. */
const retryMs = 500;
const longestSeqDigits = 16;

export class AuditWriter implements AuditPort {
  readonly #options: WriterOptions;
  readonly #session: InboxSession;
  readonly #journal: Journal;
  readonly #clock: SecurityClock;
  readonly #queue: Waiting[] = [];
  #pumping: Promise<void> | undefined;
  #away = false;
  #refused = 0;
  #retry: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(options: WriterOptions) {
    const { connection, component, epoch, limits } = options;
    this.#options = options;
    this.#session = new InboxSession(connection, component, epoch, limits.writeMs);
    this.#journal = new Journal({
      folder: options.journalFolder,
      maximumRecords: limits.journalRecords,
      macKey: options.journalKey,
    });
    this.#clock = new SecurityClock(limits.clockJumpSeconds, (jump) => this.#onJump(jump), options.clock);
  }

  /**
   * Connects, merges what an earlier process left in the journal, and writes `audit.started`.
   * Errors: `audit/unavailable`; the writer then goes on trying.
   */
  async start(): Promise<void> {
    if (this.#journal.pending) this.#scheduleRetry();
    await this.record(this.#own('audit.started', 'success', { timeSource: this.#options.timeSource }));
  }

  get status(): {
    readonly away: boolean;
    readonly queued: number;
    readonly journaled: number;
    readonly refused: number;
  } {
    return {
      away: this.#away,
      queued: this.#queue.length,
      journaled: this.#journal.lines.length,
      refused: this.#refused,
    };
  }

  /**
   * Resolves when the record is committed (2.16.2). Errors: `audit/unavailable`, `audit/overload`: the action must not
   * happen; `audit/event`, `audit/secret`: the event is not one that may be written.
   */
  async record(event: AuditEvent): Promise<void> {
    this.#check(event);
    const leak = findLeak(event);
    if (leak !== undefined) {
      this.#tellLeak(event, leak);
      throw raiseAudit('secret', `${event.type}: ${leak.field} holds ${leak.what}`);
    }
    return this.#enqueue(this.#stamp(event));
  }

  /** See `AuditPort`. Errors: `audit/event`, `audit/journal`, `audit/journal-full`. */
  async recordSafe(given: AuditEvent): Promise<void> {
    this.#check(given);
    const leak = findLeak(given);
    // What makes things safer is never held up by how it is described.
    const event = leak === undefined ? given : withholdSecrets(given);
    if (leak !== undefined) this.#tellLeak(given, leak);
    const stamped = this.#stamp(event);
    if (this.#octetsOf(draftRecord(event, stamped.stamp)) > this.#options.limits.recordOctets)
      throw raiseAudit('event', `${event.type}: the record would be too large`);
    if (this.#away || this.#closed) return this.#toJournal(stamped, undefined);
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<'late'>((resolve) => {
      timer = setTimeout(resolve, this.#options.limits.safeRecordMs, 'late');
    });
    const committed = this.#enqueue(stamped, (waiting) => {
      stamped.waiting = waiting;
    }).then(
      () => 'committed' as const,
      () => 'failed' as const,
    );
    const result = await Promise.race([committed, late]);
    clearTimeout(timer);
    if (result === 'committed') return;
    await this.#toJournal(stamped, stamped.waiting);
  }

  /** Lets what waits be committed, writes `audit.stopped` and disconnects. */
  async close(): Promise<void> {
    await this.record(this.#own('audit.stopped', 'success')).catch(() => undefined);
    this.#closed = true;
    clearTimeout(this.#retry);
    await this.#pumping;
    await this.#session.close();
    await this.#journal.close();
  }

  #own(type: string, outcome: AuditEvent['outcome'], detail?: AuditEvent['detail']): AuditEvent {
    const actor = { kind: 'component', id: this.#options.component } as const;
    return { type, phase: 'outcome', outcome, actor, source: 'local', ...(detail ? { detail } : {}) };
  }

  #check(event: AuditEvent): void {
    const fault = faultOfEvent(event);
    if (fault !== undefined) throw raiseAudit('event', fault);
  }

  #tellLeak(event: AuditEvent, leak: Leak): void {
    const detail = { eventType: event.type, field: leak.field, what: leak.what };
    this.#alert({ type: 'audit.leak.prevented', detail });
    void this.#enqueue(this.#stamp(this.#own('audit.leak.prevented', 'refused', detail))).catch(
      () => undefined,
    );
  }

  #onJump({ jumpSeconds }: ClockJump): void {
    this.#alert({ type: 'clock.jumped', detail: { jumpSeconds } });
    // The clock is asked from within the stamping of another record; this one comes right after.
    queueMicrotask(() => {
      const detail = { jumpSeconds, timeSource: this.#options.timeSource };
      void this.#enqueue(this.#stamp(this.#own('clock.jumped', 'success', detail))).catch(() => undefined);
    });
  }

  #alert(alert: AuditAlert): void {
    this.#options.onAlert?.(alert);
  }

  #stamp(event: AuditEvent): { event: AuditEvent; stamp: RecordStamp; waiting?: Waiting } {
    const { component, epoch, timeSource, meteringTime } = this.#options;
    const metering = meteringTime?.();
    return {
      event,
      stamp: {
        at: this.#clock.now(),
        meteringAt: metering === undefined ? undefined : timeOfMicroseconds(metering.getTime() * 1000),
        timeSource,
        component,
        epoch,
      },
    };
  }

  #enqueue(
    { event, stamp }: { event: AuditEvent; stamp: RecordStamp },
    whenQueued?: (waiting: Waiting) => void,
  ): Promise<void> {
    const { recordOctets, queuedRecords } = this.#options.limits;
    const draft = draftRecord(event, stamp);
    const octets = this.#octetsOf(draft);
    if (octets > recordOctets)
      return Promise.reject(raiseAudit('event', `${event.type}: the record would have ${octets} octets`));
    if (this.#closed) return Promise.reject(raiseAudit('unavailable', 'the audit is stopped'));
    if (this.#queue.length >= queuedRecords) return Promise.reject(raiseAudit('overload'));
    return new Promise((resolve, reject) => {
      const waiting: Waiting = { event, stamp, draft, octets, state: 'queued', resolve, reject };
      this.#queue.push(waiting);
      whenQueued?.(waiting);
      this.#wake();
    });
  }

  #octetsOf({ head, tail }: UnnumberedRecord): number {
    return Buffer.byteLength(head) + Buffer.byteLength(tail) + longestSeqDigits;
  }

  #wake(): void {
    this.#pumping ??= this.#pump().finally(() => {
      this.#pumping = undefined;
      if (this.#queue.length > 0) this.#wake();
    });
  }

  async #pump(): Promise<void> {
    // Those who call in the same turn of the event loop share the first commit already.
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#queue.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#session.write(
          batch.map(({ draft }) => draft),
          {
            onSend: (last) => {
              for (const [i, waiting] of batch.entries()) waiting.seq = last + 1 + i;
            },
          },
        );
        for (const waiting of batch) {
          waiting.state = 'done';
          waiting.resolve();
        }
        if (this.#away) {
          void this.#enqueue(this.#stamp(this.#recovered())).catch(() => undefined);
          this.#comeBack();
        }
      } catch (error) {
        this.#goAway(error);
        // What queued behind would meet the same end; told now, it need not wait for a time-out of its own.
        const behind = this.#queue.splice(0);
        this.#refused += batch.length + behind.length;
        for (const waiting of batch) waiting.reject(error);
        for (const waiting of behind) waiting.reject(raiseAudit('unavailable', undefined, { cause: error }));
      }
    }
  }

  #takeBatch(): Waiting[] {
    let octets = 0;
    let count = 0;
    for (const waiting of this.#queue) {
      if (count > 0 && (count === batchRecords || octets + waiting.octets > batchOctets)) break;
      octets += waiting.octets;
      count += 1;
    }
    const batch = this.#queue.splice(0, count);
    for (const waiting of batch) waiting.state = 'sent';
    return batch;
  }

  #goAway(error: unknown): void {
    if (!this.#away) {
      this.#away = true;
      const cause = (error as { cause?: Error }).cause?.message ?? (error as Error).message;
      this.#alert({ type: 'audit.write.failed', detail: { reason: cause.slice(0, 200) } });
    }
    this.#scheduleRetry();
  }

  #comeBack(): void {
    this.#away = false;
    this.#alert({ type: 'audit.write.recovered', detail: { refused: this.#refused } });
    this.#refused = 0;
  }

  #recovered(): AuditEvent {
    return this.#own('audit.write.recovered', 'success', { refused: this.#refused });
  }

  #scheduleRetry(): void {
    if (this.#retry !== undefined || this.#closed) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#recover();
    }, retryMs);
    this.#retry.unref();
  }

  async #recover(): Promise<void> {
    // A pump that ends may have been followed by the next one already. Two at work on one connection would share a
    // transaction, and a record that was acknowledged could be rolled back with the other's.
    while (this.#pumping !== undefined) await this.#pumping;
    if (this.#closed) return;
    // Merging writes through the same session: nothing else may be sent meanwhile.
    this.#pumping = this.#mergeJournal()
      .then(async () => {
        if (!this.#away) return;
        // Whether the store can be written shows only in writing: connecting says nothing about a full disk.
        const { event, stamp } = this.#stamp(this.#recovered());
        await this.#session.write([draftRecord(event, stamp)]);
        this.#comeBack();
      })
      .catch((error) => this.#goAway(error))
      .finally(() => {
        this.#pumping = undefined;
        if (this.#queue.length > 0) this.#wake();
      });
    await this.#pumping;
  }

  async #toJournal(
    { event, stamp }: { event: AuditEvent; stamp: RecordStamp },
    waiting: Waiting | undefined,
  ): Promise<void> {
    if (waiting?.state === 'done') return;
    const maybe = waiting?.state === 'sent' ? this.#whereSent(waiting) : undefined;
    if (waiting?.state === 'queued') {
      const at = this.#queue.indexOf(waiting);
      if (at >= 0) this.#queue.splice(at, 1);
    }
    const entry: JournalEntry = {
      event,
      at: stamp.at,
      timeSource: stamp.timeSource,
      ...(stamp.meteringAt === undefined ? {} : { meteringAt: stamp.meteringAt }),
      ...(maybe === undefined ? {} : { maybe }),
    };
    await this.#journal.append(entry);
    this.#alert({ type: 'audit.journal.written', detail: { eventType: event.type } });
    this.#scheduleRetry();
  }

  /** Where a record that was sent and not answered will be, if it was committed. */
  #whereSent({ seq, stamp, draft }: Waiting): JournalEntry['maybe'] {
    if (seq === undefined) return undefined;
    return { epoch: stamp.epoch, seq, sha256: sha256(numberRecord(draft, seq)).toString('hex') };
  }

  /** Brings the journal into the inbox, in order, each line once, and says so in a record. */
  async #mergeJournal(): Promise<void> {
    const damage = this.#journal.verify();
    if (!this.#journal.pending) {
      await this.#session.run(async () => undefined);
      return;
    }
    const { id } = this.#journal;
    // More may be written while these are merged; they stay for the next time.
    const lines = [...this.#journal.lines];
    const merged = await this.#session.run(async (client) => {
      const { rows } = await client.query<{ upto: number }>(
        'SELECT coalesce(max(upto), 0) AS upto FROM audit_journal WHERE journal = $1',
        [id],
      );
      return rows[0]!.upto;
    });
    const all = lines.filter(({ line }) => line > merged);
    let skipped = 0;
    for (let at = 0; at < all.length; at += batchRecords) {
      const part = all.slice(at, at + batchRecords);
      const drafts: UnnumberedRecord[] = [];
      for (const { line, event, maybe, ...stamp } of part) {
        const { component, epoch } = this.#options;
        const there = maybe !== undefined && (await this.#isThere(maybe));
        if (there) skipped += 1;
        else drafts.push(draftRecord(event, { ...stamp, component, epoch, journal: { id, line } }));
      }
      const upto = part.at(-1)!.line;
      if (at + batchRecords >= all.length)
        drafts.push(this.#mergedRecord(all.length - skipped, skipped, upto));
      await this.#session.write(drafts, {
        more: async (inside) => {
          await inside.query('INSERT INTO audit_journal (journal, upto) VALUES ($1, $2)', [id, upto]);
        },
      });
    }
    if (damage !== undefined) await this.#session.write([this.#damageRecord(damage)]);
    await this.#journal.retire(lines.at(-1)?.line ?? 0);
  }

  #isThere({ epoch, seq, sha256: digest }: NonNullable<JournalEntry['maybe']>): Promise<boolean> {
    return this.#session.run((client) => holdsRecord(client, epoch, seq, Buffer.from(digest, 'hex')));
  }

  #mergedRecord(records: number, alreadyThere: number, upto: number): UnnumberedRecord {
    const detail = { journalId: this.#journal.id, records, alreadyThere, upto };
    const { event, stamp } = this.#stamp(this.#own('audit.journal.merged', 'success', detail));
    return draftRecord(event, stamp);
  }

  #damageRecord({ line, what, kept }: { line: number; what: string; kept: string }): UnnumberedRecord {
    const detail = { line, what, kept: kept.split('/').at(-1)! };
    this.#alert({ type: 'audit.journal.damaged', detail });
    const { event, stamp } = this.#stamp(this.#own('audit.journal.damaged', 'failure', detail));
    return draftRecord(event, stamp);
  }
}
