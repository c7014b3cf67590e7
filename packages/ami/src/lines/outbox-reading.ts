/** What a pusher reads from the outbox and what it settles there. */
import type { Label, Priority } from '@wattward/profile';
import { to as copyTo } from 'pg-copy-streams';
import type { Pool } from '../store/database.ts';
import type { Stream } from './outbox.ts';
import { withClient } from './with-client.ts';

export interface OutboxRow {
  readonly stream: number;
  readonly sequence: number;
  readonly type: string;
  readonly label: Label;
  readonly atMs: number;
  readonly expiresMs: number | undefined;
  readonly attempts: number;
  readonly body: Buffer;
}

interface RawRow {
  readonly stream: number;
  readonly sequence: number;
  readonly type: string;
  readonly label: Label;
  readonly at_ms: number;
  readonly expires_ms: number | null;
  readonly attempts: number;
  readonly body: Buffer | null;
}

/** Above this a body is read by binary COPY: the text form of a query's answer doubles its octets. */
export const largeOctets = 64 * 1024;

/**
 * The next messages of each stream after its cursor, in order within a stream; at most `messages` a stream, and as
 * many as fit `octets` but at least one.
 */
export async function readOutbox(
  pool: Pool,
  cursors: ReadonlyMap<number, number>,
  messages: number,
  octets: number,
): Promise<OutboxRow[]> {
  if (cursors.size === 0) return [];
  const { rows } = await pool.query<RawRow>({
    name: 'line-outbox-read',
    text: `SELECT o.stream, o.sequence, o.type, o.label, o.at_ms, o.expires_ms, o.attempts,
                  CASE WHEN o.octets <= ${largeOctets} THEN o.body END AS body
             FROM unnest($1::int[], $2::bigint[]) AS c (stream, after)
            CROSS JOIN LATERAL (
              SELECT * FROM (
                SELECT b.*, sum(b.octets) OVER (ORDER BY b.sequence) AS total FROM (
                  SELECT * FROM line_outbox i WHERE i.stream = c.stream AND i.sequence > c.after
                   ORDER BY i.sequence LIMIT $3) b
              ) t WHERE t.total - t.octets < $4 ORDER BY t.sequence) o`,
    values: [[...cursors.keys()], [...cursors.values()], messages, octets],
  });
  const found: OutboxRow[] = [];
  for (const row of rows) {
    const body = row.body ?? (await readLargeBody(pool, row.stream, row.sequence));
    // Settled between the two reads.
    if (body === undefined) continue;
    const { stream, sequence, type, label, at_ms: atMs, attempts } = row;
    found.push({
      stream,
      sequence,
      type,
      label,
      atMs,
      attempts,
      body,
      expiresMs: row.expires_ms ?? undefined,
    });
  }
  return found;
}

// Signature, flags and length of the header's extension (PostgreSQL, "COPY", binary format).
const copyHeadOctets = 11 + 4 + 4;

function readLargeBody(pool: Pool, stream: number, sequence: number): Promise<Buffer | undefined> {
  return withClient(pool, async (client) => {
    // COPY takes no parameters; both are numbers.
    const text = `COPY (SELECT body FROM line_outbox WHERE stream = ${Number(stream)} AND sequence = ${Number(sequence)})
                  TO STDOUT (FORMAT binary)`;
    const parts: Buffer[] = [];
    for await (const part of client.query(copyTo(text))) parts.push(part as Buffer);
    const octets = Buffer.concat(parts);
    if (octets.readInt16BE(copyHeadOctets) !== 1) return undefined;
    const start = copyHeadOctets + 2 + 4;
    return octets.subarray(start, start + octets.readInt32BE(copyHeadOctets + 2));
  });
}

/** Takes away what was acknowledged, up to a sequence number in each stream. */
export async function settle(pool: Pool, upTo: ReadonlyMap<number, number>): Promise<void> {
  if (upTo.size === 0) return;
  await pool.query({
    name: 'line-settle',
    text: `WITH upto AS (SELECT * FROM unnest($1::int[], $2::bigint[]) AS u (stream, sequence)),
                gone AS (DELETE FROM line_outbox o USING upto u
                          WHERE o.stream = u.stream AND o.sequence <= u.sequence RETURNING o.stream, o.octets),
                sums AS (SELECT stream, count(*) AS messages, sum(octets) AS octets FROM gone GROUP BY stream)
           UPDATE line_settled d
              SET delivered = greatest(d.delivered, u.sequence), at = now(),
                  messages = d.messages + coalesce(s.messages, 0), octets = d.octets + coalesce(s.octets, 0)
             FROM upto u LEFT JOIN sums s ON s.stream = u.stream WHERE d.stream = u.stream`,
    values: [[...upTo.keys()], [...upTo.values()]],
  });
}

/** The last sequence number that each receiver is known to have, and how many were ever written. */
export async function streamEnds(
  pool: Pool,
  streams: readonly Stream[],
): Promise<Map<number, { delivered: number; written: number }>> {
  const { rows } = await pool.query<{ id: number; delivered: number; written: number }>(
    `SELECT s.id, d.delivered, s.next_sequence - 1 AS written
       FROM line_stream s JOIN line_settled d ON d.stream = s.id WHERE s.id = ANY($1)`,
    [streams.map((each) => each.id)],
  );
  return new Map(rows.map((row) => [row.id, row]));
}

export async function countAttempt(pool: Pool, stream: number, sequence: number): Promise<number> {
  const { rows } = await pool.query<{ attempts: number }>(
    'UPDATE line_outbox SET attempts = attempts + 1 WHERE stream = $1 AND sequence = $2 RETURNING attempts',
    [stream, sequence],
  );
  return rows[0]?.attempts ?? 0;
}

/** Receivers and priorities for which something waits. */
export async function waitingPeers(
  pool: Pool,
  epoch: number,
): Promise<readonly { readonly peer: string; readonly priority: Priority }[]> {
  const { rows } = await pool.query<{ peer: string; priority: Priority }>({
    name: 'line-waiting-peers',
    text: `SELECT DISTINCT s.peer, s.priority FROM line_stream s JOIN line_settled d ON d.stream = s.id
            WHERE s.epoch = $1 AND s.next_sequence - 1 > d.messages`,
    values: [epoch],
  });
  return rows;
}
