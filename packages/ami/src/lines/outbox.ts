/**
 * The outbox: messages that a component has decided to send, written in the same transaction as the state that they
 * belong to. A stream is one receiver, line and priority within one epoch of the store; its sequence numbers have no
 * holes, because the transaction that takes a number also writes the message.
 */
import type { Label, Message, Priority } from '@wattward/profile';
import type { Pool, PoolClient } from '../store/database.ts';
import type { BodySeal } from './body-seal.ts';
import { type CborValue, encodeCbor } from './cbor-encode.ts';
import { raiseLines } from './errors.ts';
import { flowRefusal, permittedMessage } from './flow-rules.ts';
import type { LineLimits } from './limits.ts';
import { largeOctets } from './outbox-reading.ts';
import type { PayloadPort, RoutePort, SecurityClock } from './ports.ts';
import { inTransaction } from './with-client.ts';

/** What a component asks to be sent. */
export interface OutgoingMessage {
  /** Message id of the profile; it fixes line, priority and the ends. */
  readonly type: string;
  readonly body: CborValue;
  /** Which one, where the receiver is one of many: `collector/4C47…`. */
  readonly destination?: string;
  /** Only for whoever sends under several names. */
  readonly source?: string;
  /** May be higher than the type's, never lower. */
  readonly label?: Label;
  /** May be earlier than the type's, never later. */
  readonly expiresMs?: number;
}

export interface StreamKey {
  readonly peer: string;
  readonly source: string;
  readonly destination: string;
  readonly line: string;
  readonly priority: Priority;
}

export interface Stream extends StreamKey {
  readonly id: number;
  readonly epoch: number;
}

/** What a body at rest is bound to. */
export function restContext(stream: Stream, type: string, sequence: number): string {
  return [stream.peer, stream.source, stream.destination, stream.line, type, stream.epoch, sequence].join(
    '|',
  );
}

interface Prepared {
  readonly key: StreamKey;
  readonly type: string;
  readonly label: Label;
  readonly atMs: number;
  readonly expiresMs: number | undefined;
  readonly body: Buffer;
}

export interface OutboxOptions {
  readonly pool: Pool;
  readonly names: ReadonlySet<string>;
  readonly principal: string;
  readonly epoch: number;
  readonly seal: BodySeal;
  readonly payloads: PayloadPort;
  readonly routes: RoutePort;
  readonly limits: LineLimits;
  readonly now: SecurityClock;
  /** Called once for each time that the outbox is found full. */
  readonly onFull: () => void;
}

/** Name of the notification that wakes the pushers. */
export const outboxChannel = 'wattward_lines';

const keyText = (key: StreamKey) => [key.peer, key.source, key.destination, key.line, key.priority].join('|');

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #streams = new Map<string, Stream>();

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  /** Streams of this epoch to one receiver, with those of a priority only. */
  streamsTo(peer: string, priority: Priority): Stream[] {
    return [...this.#streams.values()].filter((each) => each.peer === peer && each.priority === priority);
  }

  streams(): Stream[] {
    return [...this.#streams.values()];
  }

  /** Reads the streams that there are. */
  async open(): Promise<void> {
    const { rows } = await this.#options.pool.query<Stream>(
      'SELECT id, peer, source, destination, line, priority, epoch FROM line_stream WHERE epoch = $1',
      [this.#options.epoch],
    );
    for (const row of rows) this.#streams.set(keyText(row), row);
  }

  /**
   * Checks and seals messages before their transaction. Errors: `lines/not-permitted`, `lines/payload`,
   * `lines/no-route`, `lines/value`.
   */
  prepare(messages: readonly OutgoingMessage[]): Prepared[] {
    const atMs = this.#options.now();
    return messages.map((message) => this.#prepareOne(message, atMs));
  }

  #prepareOne(message: OutgoingMessage, atMs: number): Prepared {
    const { payloads, routes } = this.#options;
    const known = permittedMessage(message.type);
    if (known === undefined) throw raiseLines('not-permitted', `no line carries ${message.type}`);
    const { source, destination } = this.#ends(known, message);
    const label = message.label ?? known.label;
    const flow = { line: known.line, type: known.id, source, destination, label, priority: known.priority };
    if (flowRefusal(flow, this.#options.names, new Set([destination])) !== undefined)
      throw raiseLines('not-permitted', `${source} may not send ${known.id} as ${label} to ${destination}`);
    const problem = payloads.problem(known.id, message.body);
    if (problem !== undefined) throw raiseLines('payload', `${known.id}: ${problem}`);
    const body = encodeCbor(message.body);
    if (body.length > payloads.maxOctets(known.id))
      throw raiseLines('payload', `${known.id}: ${body.length} octets are too many`);
    const peer = routes.principalFor(destination);
    if (peer === undefined) throw raiseLines('no-route', `no address for ${destination}`);
    const key = { peer, source, destination, line: known.line, priority: known.priority };
    return { key, type: known.id, label, atMs, expiresMs: this.#expiry(known, message, atMs), body };
  }

  #ends(known: Message, message: OutgoingMessage): { source: string; destination: string } {
    const { names, principal } = this.#options;
    const own = names.has(known.source) ? known.source : principal;
    return { source: message.source ?? own, destination: message.destination ?? known.destination };
  }

  #expiry(known: Message, message: OutgoingMessage, atMs: number): number | undefined {
    const after = this.#options.payloads.expiresAfterMs(known.id);
    const latest = after === undefined ? undefined : atMs + after;
    if (message.expiresMs === undefined || latest === undefined) return message.expiresMs ?? latest;
    return Math.min(message.expiresMs, latest);
  }

  /** Makes the streams that prepared messages need; outside their transaction, since streams outlive it. */
  async ensureStreams(prepared: readonly Prepared[]): Promise<void> {
    for (const { key } of prepared) {
      if (this.#streams.has(keyText(key))) continue;
      await this.#ensureStream(key);
    }
  }

  async #ensureStream(key: StreamKey): Promise<void> {
    const { pool, epoch } = this.#options;
    const values = [key.peer, key.source, key.destination, key.line, key.priority, epoch];
    await pool.query(
      `INSERT INTO line_stream (peer, source, destination, line, priority, epoch) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT DO NOTHING`,
      values,
    );
    const { rows } = await pool.query<{ id: number }>(
      `SELECT id FROM line_stream
        WHERE (peer, source, destination, line, priority, epoch) = ($1, $2, $3, $4, $5, $6)`,
      values,
    );
    const { id } = rows[0]!;
    await pool.query('INSERT INTO line_settled (stream) VALUES ($1) ON CONFLICT DO NOTHING', [id]);
    this.#streams.set(keyText(key), { ...key, id, epoch });
  }

  /**
   * Writes prepared messages in the caller's transaction and has the pushers told at its commit.
   * Errors: `lines/outbox-full`.
   */
  async write(client: PoolClient, prepared: readonly Prepared[], notify: boolean): Promise<void> {
    if (prepared.length === 0) return;
    await this.#requireRoom(client, prepared);
    const next = await this.#takeNumbers(client, prepared);
    const day = await this.#options.seal.prepare(this.#options.now());
    const rows = prepared.map((each) => {
      const stream = this.#streams.get(keyText(each.key))!;
      const sequence = next.get(stream.id)!;
      next.set(stream.id, sequence + 1);
      const body = this.#options.seal.seal(
        each.body,
        each.label,
        restContext(stream, each.type, sequence),
        day,
      );
      return { ...each, octets: each.body.length, stream: stream.id, sequence, body };
    });
    await insertRows(
      client,
      rows.filter((row) => row.body.length <= largeOctets),
    );
    for (const row of rows) if (row.body.length > largeOctets) await insertLarge(client, row);
    if (notify) await client.query(`NOTIFY ${outboxChannel}`);
  }

  async #requireRoom(client: PoolClient, prepared: readonly Prepared[]): Promise<void> {
    const { limits, onFull } = this.#options;
    const held = await outboxHolds(client);
    const octets = prepared.reduce((sum, each) => sum + each.body.length, 0);
    if (
      held.messages + prepared.length <= limits.outboxMessages &&
      held.octets + octets <= limits.outboxOctets
    )
      return;
    onFull();
    throw raiseLines('outbox-full', `it holds ${held.messages} messages, ${held.octets} octets`);
  }

  /** Takes the next numbers of each stream; the rows stay locked until the commit, which keeps them in order. */
  async #takeNumbers(client: PoolClient, prepared: readonly Prepared[]): Promise<Map<number, number>> {
    const wanted = new Map<number, { count: number; octets: number }>();
    for (const each of prepared) {
      const { id } = this.#streams.get(keyText(each.key))!;
      const sum = wanted.get(id) ?? { count: 0, octets: 0 };
      wanted.set(id, { count: sum.count + 1, octets: sum.octets + each.body.length });
    }
    const ids = [...wanted.keys()].sort((a, b) => a - b);
    // Locked in one order, whoever asks, so that two writers never wait for each other.
    if (ids.length > 1)
      await client.query('SELECT 1 FROM line_stream WHERE id = ANY($1) ORDER BY id FOR UPDATE', [ids]);
    const { rows } = await client.query<{ id: number; first: number }>({
      name: 'line-take-numbers',
      text: `UPDATE line_stream s SET next_sequence = s.next_sequence + n.count, octets = s.octets + n.octets
               FROM unnest($1::int[], $2::bigint[], $3::bigint[]) AS n (id, count, octets)
              WHERE s.id = n.id RETURNING s.id, s.next_sequence - n.count AS first`,
      values: [ids, ids.map((id) => wanted.get(id)!.count), ids.map((id) => wanted.get(id)!.octets)],
    });
    return new Map(rows.map((row) => [row.id, row.first]));
  }
}

interface NewRow extends Omit<Prepared, 'key'> {
  readonly stream: number;
  readonly sequence: number;
  /** Of the body before it was sealed. */
  readonly octets: number;
}

async function insertRows(client: PoolClient, rows: readonly NewRow[]): Promise<void> {
  if (rows.length === 0) return;
  await client.query({
    name: 'line-outbox-insert',
    text: `INSERT INTO line_outbox (stream, sequence, type, label, at_ms, expires_ms, octets, body)
           SELECT * FROM unnest($1::int[], $2::bigint[], $3::text[], $4::text[], $5::bigint[], $6::bigint[], $7::int[], $8::bytea[])`,
    values: [
      rows.map((row) => row.stream),
      rows.map((row) => row.sequence),
      rows.map((row) => row.type),
      rows.map((row) => row.label),
      rows.map((row) => row.atMs),
      rows.map((row) => row.expiresMs ?? null),
      rows.map((row) => row.octets),
      rows.map((row) => row.body),
    ],
  });
}

/** A large body goes alone, as a parameter in binary form; in an array it would become text. */
async function insertLarge(client: PoolClient, row: NewRow): Promise<void> {
  await client.query({
    name: 'line-outbox-insert-large',
    text: `INSERT INTO line_outbox (stream, sequence, type, label, at_ms, expires_ms, octets, body)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`,
    values: [
      row.stream,
      row.sequence,
      row.type,
      row.label,
      row.atMs,
      row.expiresMs ?? null,
      row.octets,
      row.body,
    ],
  });
}

/** How much waits in the outbox. */
export async function outboxHolds(
  client: Pick<PoolClient, 'query'>,
): Promise<{ messages: number; octets: number }> {
  const { rows } = await client.query<{ messages: number; octets: number }>({
    name: 'line-outbox-holds',
    text: `SELECT coalesce(sum(s.next_sequence - 1 - d.messages), 0)::bigint AS messages,
                  coalesce(sum(s.octets - d.octets), 0)::bigint AS octets
             FROM line_stream s JOIN line_settled d ON d.stream = s.id`,
    values: [],
  });
  return rows[0]!;
}

interface Waiting {
  readonly messages: readonly OutgoingMessage[];
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

const maxGroup = 512;
/** Octets of bodies in one transaction, so that a group of large batches does not hold them all in memory. */
const maxGroupOctets = 32 * 1024 * 1024;

/** Sends messages that belong to no other state: those asked for at the same time share a commit. */
export class GroupWriter {
  readonly #pool: Pool;
  readonly #outbox: Outbox;
  readonly #onCommitted: (keys: Iterable<StreamKey>) => void;
  readonly #waiting: (Waiting & { prepared: Prepared[] })[] = [];
  #writing = false;

  constructor(pool: Pool, outbox: Outbox, onCommitted: (keys: Iterable<StreamKey>) => void) {
    this.#pool = pool;
    this.#outbox = outbox;
    this.#onCommitted = onCommitted;
  }

  send(messages: readonly OutgoingMessage[]): Promise<void> {
    const prepared = this.#outbox.prepare(messages);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ messages, prepared, resolve, reject });
      if (!this.#writing) void this.#write();
    });
  }

  async #write(): Promise<void> {
    this.#writing = true;
    while (this.#waiting.length > 0) {
      let count = 0;
      let octets = 0;
      let taken = 0;
      while (taken < this.#waiting.length && (taken === 0 || (count < maxGroup && octets < maxGroupOctets))) {
        const { prepared } = this.#waiting[taken++]!;
        count += prepared.length;
        octets += prepared.reduce((sum, each) => sum + each.body.length, 0);
      }
      const group = this.#waiting.splice(0, taken);
      await this.#commit(group);
    }
    this.#writing = false;
  }

  async #commit(group: readonly (Waiting & { prepared: Prepared[] })[]): Promise<void> {
    const prepared = group.flatMap((each) => each.prepared);
    try {
      await this.#outbox.ensureStreams(prepared);
      await inTransaction(this.#pool, (client) => this.#outbox.write(client, prepared, false));
      for (const each of group) each.resolve();
      this.#onCommitted(new Map(prepared.map(({ key }) => [keyText(key), key])).values());
    } catch (error) {
      for (const each of group) each.reject(error);
    }
  }
}
