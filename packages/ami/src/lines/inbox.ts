/**
 * The inbox: sequence number, inbox row and effect in one transaction of the receiver's schema. What was consumed once
 * is never consumed again, whatever dies in between.
 */
import type { Label } from '@wattward/profile';
import type { Pool, PoolClient } from '../store/database.ts';
import type { BodySeal } from './body-seal.ts';
import { type CborValue, encodeCbor } from './cbor-encode.ts';
import type { EnvelopeFacts } from './envelope.ts';
import { raiseLines } from './errors.ts';
import type { Accepted, Mark } from './gate.ts';
import { inTransaction } from './with-client.ts';

/** A message as its effect gets it: signed, permitted, fresh and fitting its schema. */
export interface ReceivedMessage {
  readonly facts: EnvelopeFacts;
  readonly body: CborValue;
}

/**
 * What a message does, in the transaction that consumes its number. It may use the connection for its own tables and
 * for sending; it must not commit. Messages of one sender, line and priority come in order.
 */
export type Effect = (client: PoolClient, messages: readonly ReceivedMessage[]) => Promise<void>;

/** Effects by message id; what has none keeps its body in the inbox. */
export type Effects = ReadonlyMap<string, Effect>;

interface Source extends Mark {
  readonly id: number;
}

const sourceKey = (facts: Pick<EnvelopeFacts, 'source' | 'line' | 'priority'>) =>
  `${facts.source}|${facts.line}|${facts.priority}`;

/** What a body kept in the inbox is bound to. */
export function inboxContext(facts: EnvelopeFacts): string {
  return ['inbox', facts.source, facts.line, facts.type, facts.epoch, facts.sequence].join('|');
}

export class Inbox {
  readonly #pool: Pool;
  readonly #seal: BodySeal;
  readonly #effects: Effects;
  readonly #sources = new Map<string, Source>();

  constructor(pool: Pool, seal: BodySeal, effects: Effects) {
    this.#pool = pool;
    this.#seal = seal;
    this.#effects = effects;
  }

  /** What was consumed last of each line of a sender with a priority, from the store. */
  async marksOf(
    names: ReadonlySet<string>,
    priority: string,
  ): Promise<readonly ({ readonly source: string; readonly line: string } & Mark)[]> {
    const { rows } = await this.#pool.query<Source & { source: string; line: string }>(
      'SELECT id, source, line, epoch, sequence FROM line_source WHERE source = ANY($1) AND priority = $2',
      [[...names], priority],
    );
    for (const row of rows) this.#sources.set(sourceKey({ ...row, priority: priority as never }), row);
    return rows;
  }

  /** What was consumed last, as far as this process knows. */
  markOf(facts: Pick<EnvelopeFacts, 'source' | 'line' | 'priority'>): Mark {
    return this.#sources.get(sourceKey(facts)) ?? { epoch: 0, sequence: 0 };
  }

  async #ensureSource(facts: EnvelopeFacts): Promise<number> {
    const known = this.#sources.get(sourceKey(facts));
    if (known !== undefined) return known.id;
    const values = [facts.source, facts.line, facts.priority];
    await this.#pool.query(
      'INSERT INTO line_source (source, line, priority) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      values,
    );
    const { rows } = await this.#pool.query<Source>(
      'SELECT id, epoch, sequence FROM line_source WHERE (source, line, priority) = ($1, $2, $3)',
      values,
    );
    this.#sources.set(sourceKey(facts), rows[0]!);
    return rows[0]!.id;
  }

  /**
   * Consumes accepted messages, in their order: marks, inbox rows, gaps and effects, all or nothing. `hashes` are
   * SHA-256 of the envelopes. Errors: whatever an effect or the store throws.
   */
  async consume(
    accepted: readonly Accepted[],
    hashes: readonly Uint8Array[],
    receivedMs: number,
  ): Promise<void> {
    const ids: number[] = [];
    for (const each of accepted) ids.push(await this.#ensureSource(each.parsed.envelope));
    const bodies = await this.#keptBodies(accepted, receivedMs);
    await inTransaction(this.#pool, async (client) => {
      await this.#advance(client, accepted, ids);
      await insertRows(client, accepted, ids, hashes, bodies);
      await insertGaps(client, accepted, ids);
      await this.#applyEffects(client, accepted);
    });
    accepted.forEach(({ parsed: { envelope } }, i) => {
      const { epoch, sequence } = envelope;
      this.#sources.set(sourceKey(envelope), { id: ids[i]!, epoch, sequence });
    });
  }

  async #keptBodies(accepted: readonly Accepted[], receivedMs: number): Promise<(Buffer | null)[]> {
    const day = await this.#seal.prepare(receivedMs);
    return accepted.map(({ parsed: { envelope } }) =>
      this.#effects.has(envelope.type)
        ? null
        : this.#seal.seal(encodeCbor(envelope.body), envelope.label, inboxContext(envelope), day),
    );
  }

  /** Moves the marks on; a mark that has moved meanwhile means that somebody else consumes the same stream. */
  async #advance(client: PoolClient, accepted: readonly Accepted[], ids: readonly number[]): Promise<void> {
    const last = new Map<number, { facts: EnvelopeFacts; count: number }>();
    accepted.forEach(({ parsed: { envelope } }, i) => {
      const before = last.get(ids[i]!);
      last.set(ids[i]!, { facts: envelope, count: (before?.count ?? 0) + 1 });
    });
    const rows = [...last].sort(([a], [b]) => a - b);
    const { rowCount } = await client.query({
      name: 'line-advance',
      text: `UPDATE line_source s
                SET epoch = n.epoch, sequence = n.sequence, messages = s.messages + n.count, at_ms = n.at_ms,
                    received_at = now()
               FROM unnest($1::int[], $2::int[], $3::bigint[], $4::bigint[], $5::bigint[])
                    AS n (id, epoch, sequence, count, at_ms)
              WHERE s.id = n.id AND (s.epoch, s.sequence) < (n.epoch, n.sequence)`,
      values: [
        rows.map(([id]) => id),
        rows.map(([, { facts }]) => facts.epoch),
        rows.map(([, { facts }]) => facts.sequence),
        rows.map(([, { count }]) => count),
        rows.map(([, { facts }]) => facts.atMs),
      ],
    });
    if (rowCount !== rows.length)
      throw raiseLines('peer', 'a message was consumed by somebody else meanwhile');
  }

  /** Runs of messages of one type go to their effect together. */
  async #applyEffects(client: PoolClient, accepted: readonly Accepted[]): Promise<void> {
    let at = 0;
    while (at < accepted.length) {
      const { type } = accepted[at]!.parsed.envelope;
      let end = at + 1;
      while (end < accepted.length && accepted[end]!.parsed.envelope.type === type) end++;
      const effect = this.#effects.get(type);
      if (effect !== undefined) {
        await effect(
          client,
          accepted
            .slice(at, end)
            .map(({ parsed: { envelope } }) => ({ facts: envelope, body: envelope.body })),
        );
      }
      at = end;
    }
  }

  /** A body that the inbox kept, opened. Errors: `lines/at-rest`. */
  async keptBody(facts: EnvelopeFacts, stored: Uint8Array): Promise<Buffer> {
    return this.#seal.open(stored, inboxContext(facts));
  }

  async prune(keptMs: number): Promise<void> {
    await this.#pool.query('DELETE FROM line_inbox WHERE received_at < now() - make_interval(secs => $1)', [
      keptMs / 1000,
    ]);
    await this.#pool.query('DELETE FROM line_gap WHERE found_at < now() - make_interval(secs => $1)', [
      keptMs / 1000,
    ]);
  }
}

async function insertRows(
  client: PoolClient,
  accepted: readonly Accepted[],
  ids: readonly number[],
  hashes: readonly Uint8Array[],
  bodies: readonly (Buffer | null)[],
): Promise<void> {
  const facts = accepted.map(({ parsed }) => parsed.envelope);
  await client.query({
    name: 'line-inbox-insert',
    text: `INSERT INTO line_inbox (source, epoch, sequence, type, label, sha256, at_ms, body)
           SELECT * FROM unnest($1::int[], $2::int[], $3::bigint[], $4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::bytea[])`,
    values: [
      ids,
      facts.map((each) => each.epoch),
      facts.map((each) => each.sequence),
      facts.map((each) => each.type),
      facts.map((each): Label => each.label),
      hashes,
      facts.map((each) => each.atMs),
      bodies,
    ],
  });
}

async function insertGaps(
  client: PoolClient,
  accepted: readonly Accepted[],
  ids: readonly number[],
): Promise<void> {
  for (const [i, { missing, parsed }] of accepted.entries()) {
    if (missing === undefined) continue;
    await client.query('INSERT INTO line_gap (source, epoch, first, last) VALUES ($1, $2, $3, $4)', [
      ids[i],
      parsed.envelope.epoch,
      missing.first,
      missing.last,
    ]);
  }
}
