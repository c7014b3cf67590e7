/**
 * Pushes what the outbox holds for one receiver with one priority: in order within each stream, as far as the
 * receiver's credit goes, signed at the moment of sending. Connects when there is something to send, and again after
 * a failure; settles what was acknowledged; gives up what expired or was refused too often.
 */
import type { Priority } from '@wattward/profile';
import { messageById } from '@wattward/profile';
import { backOffMs, pause } from '../base/back-off.ts';
import { WattwardError } from '../base/errors.ts';
import { type DeathReason, giveUp } from './dead-letters.ts';
import { assemble, encodePayload, protectedHeader, signatureStructure } from './envelope.ts';
import { encodeWritten } from './frames.ts';
import type { Outbox, Stream } from './outbox.ts';
import { restContext } from './outbox.ts';
import { countAttempt, type OutboxRow, readOutbox, settle, streamEnds } from './outbox-reading.ts';
import type { LineCredential } from './ports.ts';
import type { PusherContext } from './pusher.ts';
import { Session, type UnderWay } from './session.ts';

const readMessages = 256;
const readOctets = 32 * 1024 * 1024;
/** Messages between two looks at what came back. */
const burst = 64;

interface Blocked {
  readonly untilMs: number;
}

export class PushChannel {
  readonly peer: string;
  readonly priority: Priority;
  readonly #context: PusherContext;
  readonly #outbox: Outbox;
  readonly #ending = new AbortController();
  readonly #blocked = new Map<number, Blocked>();
  /** Up to where each stream was sent on this connection, and what the receiver has before that. */
  readonly #cursors = new Map<number, number>();
  readonly #previous = new Map<number, number>();
  readonly #delivered = new Map<number, number>();
  readonly #settling = new Map<number, number>();
  #settled: Promise<void> | undefined;
  #header: { of: LineCredential; octets: Buffer } | undefined;
  #session: Session | undefined;
  #news: (() => void) | undefined;
  #isNews = true;
  #failures = 0;
  #toldAtMs = Number.NEGATIVE_INFINITY;
  #mayHaveMore = true;
  lastError: string | undefined;

  constructor(peer: string, priority: Priority, context: PusherContext, outbox: Outbox) {
    this.peer = peer;
    this.priority = priority;
    this.#context = context;
    this.#outbox = outbox;
    void this.#run();
  }

  get isConnected(): boolean {
    return this.#session !== undefined && !this.#session.isClosed;
  }

  /** There is something new in the outbox, or something came back. */
  wake(isWork = true): void {
    this.#isNews = true;
    if (isWork) this.#mayHaveMore = true;
    this.#news?.();
  }

  async stop(): Promise<void> {
    this.#ending.abort();
    this.#session?.close('stopped');
    this.wake();
    await this.#settled;
  }

  get #stopping(): boolean {
    return this.#ending.signal.aborted;
  }

  async #run(): Promise<void> {
    while (!this.#stopping) {
      try {
        if (await this.#hasWork()) await this.#connection();
        else await this.#wait(this.#context.limits.retryMaximumMs);
        continue;
      } catch (error) {
        this.lastError = (error as Error).message;
        this.#context.onLog('a line could not be served', { peer: this.peer, why: this.lastError });
      } finally {
        this.#session?.close('over');
        this.#session = undefined;
      }
      const { retryFirstMs: firstMs, retryMaximumMs: maximumMs } = this.#context.limits;
      await pause(backOffMs(this.#failures++, { firstMs, maximumMs }), this.#ending.signal);
    }
  }

  async #hasWork(): Promise<boolean> {
    if (!this.#mayHaveMore) return false;
    this.#mayHaveMore = false;
    const streams = this.#streams();
    const cursors = new Map(streams.map((each) => [each.id, this.#delivered.get(each.id) ?? 0]));
    const found = (await readOutbox(this.#context.pool, cursors, 1, 1)).length > 0;
    this.#mayHaveMore = found;
    return found;
  }

  #streams(): Stream[] {
    return this.#outbox.streamsTo(this.peer, this.priority);
  }

  /** Waits for news, at most so long. */
  async #wait(ms: number): Promise<void> {
    if (!this.#isNews && !this.#stopping) {
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.#news = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      this.#news = undefined;
    }
    this.#isNews = false;
  }

  async #connection(): Promise<void> {
    const { context } = { context: this.#context };
    const address = context.routes.addressOf(this.peer);
    if (address === undefined) throw new Error(`no address for ${this.peer}`);
    this.#session = await Session.open({
      peer: this.peer,
      address,
      priority: this.priority,
      epoch: context.epoch,
      handshakeMs: context.limits.handshakeMs,
      idleMs: context.limits.idleMs,
      credentials: context.credentials,
      judge: context.judge,
      now: context.now,
      onWrongPeer: context.onWrongPeer,
      onNews: () => this.wake(false),
    });
    await this.#begin(this.#session);
    this.#failures = 0;
    this.lastError = undefined;
    await this.#serve(this.#session);
  }

  /** What the receiver has already is settled; everything else is sent from there on. */
  async #begin(session: Session): Promise<void> {
    // Acknowledgements of the last connection that are not settled yet would be sent again.
    await this.#settled;
    const ends = await streamEnds(this.#context.pool, this.#streams());
    this.#cursors.clear();
    this.#previous.clear();
    for (const stream of this.#streams()) {
      const mark = session.hello.marks.find(
        (each) => each.source === stream.source && each.line === stream.line,
      );
      const consumed = mark?.epoch === stream.epoch ? mark.sequence : 0;
      const delivered = Math.max(ends.get(stream.id)?.delivered ?? 0, this.#delivered.get(stream.id) ?? 0);
      if (consumed > delivered) this.#settling.set(stream.id, consumed);
      this.#delivered.set(stream.id, Math.max(consumed, delivered));
    }
    await this.#settleNow();
    this.#rewind();
    this.#mayHaveMore = true;
    this.#toldAtMs = Number.NEGATIVE_INFINITY;
  }

  #rewind(): void {
    this.#cursors.clear();
    this.#previous.clear();
    for (const [stream, sequence] of this.#delivered) {
      this.#cursors.set(stream, sequence);
      this.#previous.set(stream, sequence);
    }
  }

  async #serve(session: Session): Promise<void> {
    const { limits } = this.#context;
    const idleAtMs = () => performance.now() + limits.idleMs / 2;
    let closeAtMs = idleAtMs();
    while (!this.#stopping && !session.isClosed) {
      this.#takeBack(session);
      if (await this.#handleRefusal(session)) continue;
      await this.#tellWritten(session);
      const sent = await this.#push(session);
      if (sent > 0) {
        closeAtMs = idleAtMs();
        continue;
      }
      if (session.waitedMs > limits.acknowledgementMs) throw new Error('no acknowledgement in time');
      if (session.isIdle && this.#blocked.size === 0 && performance.now() > closeAtMs) return;
      await this.#wait(this.#pauseMs());
    }
    this.#takeBack(session);
    if (!this.#stopping) throw new Error(session.why);
  }

  /** Until the next blocked stream may go on, or the next look at the clock. */
  #pauseMs(): number {
    const { acknowledgementMs, idleMs } = this.#context.limits;
    const next = Math.min(...[...this.#blocked.values()].map((each) => each.untilMs - performance.now()));
    return Math.max(1, Math.min(next, acknowledgementMs / 3, idleMs / 2));
  }

  #takeBack(session: Session): void {
    const acknowledged = session.takeAcknowledged();
    if (acknowledged.length === 0) return;
    const now = this.#context.now();
    for (const each of acknowledged) {
      this.#delivered.set(each.stream, each.sequence);
      this.#settling.set(each.stream, each.sequence);
      const figures = this.#context.figures.of(each.line);
      figures.sent++;
      figures.rate.add(1);
      figures.lagMs = Math.max(0, now - each.atMs);
    }
    void this.#settleNow();
  }

  /** Takes acknowledged messages out of the outbox; what is acknowledged meanwhile goes with the next. */
  #settleNow(): Promise<void> {
    this.#settled ??= this.#settleAll().finally(() => {
      this.#settled = undefined;
    });
    return this.#settled;
  }

  async #settleAll(): Promise<void> {
    while (this.#settling.size > 0) {
      const upTo = new Map(this.#settling);
      this.#settling.clear();
      try {
        await settle(this.#context.pool, upTo);
      } catch (error) {
        // They stay in the outbox; the receiver's greeting settles them after the next connection.
        this.#context.onLog('acknowledged messages could not be settled', { why: (error as Error).message });
        return;
      }
    }
  }

  async #handleRefusal(session: Session): Promise<boolean> {
    const refused = session.takeRefused();
    if (refused === undefined) return false;
    const { pool, limits, figures } = this.#context;
    figures.of(refused.line).refusedByPeer++;
    const attempts = await countAttempt(pool, refused.stream, refused.sequence);
    if (attempts >= limits.deliveryAttempts) await this.#bury(refused, 'refused');
    else {
      const bounds = { firstMs: limits.retryFirstMs, maximumMs: limits.retryMaximumMs };
      this.#blocked.set(refused.stream, { untilMs: performance.now() + backOffMs(attempts - 1, bounds) });
    }
    this.#rewind();
    this.#mayHaveMore = true;
    session.resume(refused.number);
    return true;
  }

  async #bury(
    message: Pick<UnderWay, 'stream' | 'sequence' | 'line'> & { type?: string },
    reason: DeathReason,
  ): Promise<void> {
    const { pool, figures, onDead } = this.#context;
    await giveUp(pool, message.stream, message.sequence, reason);
    figures.of(message.line).dead++;
    onDead(this.peer, message.line, message.type, message.sequence, reason);
  }

  async #tellWritten(session: Session): Promise<void> {
    const { limits, pool } = this.#context;
    if (performance.now() - this.#toldAtMs < limits.acknowledgementMs / 3) return;
    this.#toldAtMs = performance.now();
    const streams = this.#streams();
    const ends = await streamEnds(pool, streams);
    session.tellWritten(
      encodeWritten(
        streams.map(({ id, source, line }) => ({ source, line, sequence: ends.get(id)?.written ?? 0 })),
      ),
    );
  }

  /** Sends what there is, as far as the credit goes; how many. */
  async #push(session: Session): Promise<number> {
    const rows = await this.#read(session);
    if (rows.length === 0) return 0;
    const credential = this.#context.credentials.current();
    session.show(credential);
    const streams = new Map(this.#streams().map((each) => [each.id, each]));
    let sent = 0;
    session.cork();
    try {
      for (const row of rows) {
        if (session.hasRefused || session.isClosed) break;
        sent++;
        if (await this.#dies(row, streams.get(row.stream)!)) continue;
        if (!(await this.#sendOne(session, credential, row, streams.get(row.stream)!))) continue;
        if (sent % burst === 0) {
          await session.uncork();
          this.#takeBack(session);
          session.cork();
        }
      }
    } finally {
      await session.uncork();
    }
    return sent;
  }

  async #read(session: Session): Promise<OutboxRow[]> {
    const nowMs = performance.now();
    for (const [stream, { untilMs }] of this.#blocked) {
      if (untilMs > nowMs) continue;
      this.#blocked.delete(stream);
      this.#mayHaveMore = true;
    }
    const room = session.room;
    if (!this.#mayHaveMore || room.messages <= 0 || (room.octets <= 0 && !session.isIdle)) return [];
    // Reading a handful for each handful that is acknowledged would cost a query for every few messages.
    const worthwhile = Math.min(readMessages, Math.ceil(session.hello.messages / 4));
    if (room.messages < worthwhile && !session.isIdle) return [];
    const cursors = new Map<number, number>();
    for (const { id } of this.#streams()) {
      if (!this.#blocked.has(id)) cursors.set(id, this.#cursors.get(id) ?? this.#delivered.get(id) ?? 0);
    }
    this.#mayHaveMore = false;
    const limit = Math.min(readMessages, room.messages);
    const rows = await readOutbox(
      this.#context.pool,
      cursors,
      limit,
      Math.max(1, Math.min(readOctets, room.octets)),
    );
    if (rows.length > 0) this.#mayHaveMore = true;
    // Several streams may give more than the credit; what is left over is read again.
    return rows.slice(0, room.messages);
  }

  /** Gives up a message that has expired. */
  async #dies(row: OutboxRow, stream: Stream): Promise<boolean> {
    if (row.expiresMs === undefined || row.expiresMs >= this.#context.now()) return false;
    await this.#bury({ ...row, line: stream.line }, 'expired');
    this.#cursors.set(row.stream, row.sequence);
    return true;
  }

  async #sendOne(
    session: Session,
    credential: LineCredential,
    row: OutboxRow,
    stream: Stream,
  ): Promise<boolean> {
    const { seal, epoch } = this.#context;
    let body: Buffer;
    try {
      body = await seal.open(row.body, restContext(stream, row.type, row.sequence));
    } catch (error) {
      if (!(error instanceof WattwardError)) throw error;
      // Somebody has written to the store past this component; such a message is never signed.
      await this.#bury({ ...row, line: stream.line }, 'altered');
      this.#cursors.set(row.stream, row.sequence);
      return false;
    }
    const facts = {
      line: stream.line,
      type: row.type,
      source: stream.source,
      destination: stream.destination,
      label: row.label,
      priority: messageById(row.type).priority,
      epoch,
      receiverEpoch: session.hello.epoch,
      sequence: row.sequence,
      previous: this.#previous.get(row.stream) ?? this.#delivered.get(row.stream) ?? 0,
      atMs: row.atMs,
      expiresMs: row.expiresMs,
    };
    const header = this.#headerOf(credential);
    const payload = encodePayload(facts, body);
    const signing = credential.sign(signatureStructure(header, payload));
    const signature = signing instanceof Uint8Array ? signing : await signing;
    if (session.hasRefused || session.isClosed) return false;
    const { sequence, atMs } = row;
    session.send(assemble(header, payload, signature), {
      stream: row.stream,
      line: stream.line,
      sequence,
      atMs,
    });
    this.#cursors.set(row.stream, sequence);
    this.#previous.set(row.stream, sequence);
    return true;
  }

  #headerOf(credential: LineCredential): Buffer {
    if (this.#header?.of !== credential)
      this.#header = { of: credential, octets: protectedHeader(credential.algorithm, credential.chain) };
    return this.#header.octets;
  }
}
