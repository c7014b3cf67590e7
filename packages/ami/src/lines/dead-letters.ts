/**
 * Messages that were given up: expired, refused too often, or void since the store was restored. They stay for a
 * person to look at; only their sender issues one again, and an expired command nobody.
 */
import { messageById } from '@wattward/profile';
import type { Pool } from '../store/database.ts';
import type { BodySeal } from './body-seal.ts';
import { decodeCbor } from './cbor-decode.ts';
import { raiseLines } from './errors.ts';
import { type Outbox, type OutgoingMessage, restContext, type Stream } from './outbox.ts';
import { inTransaction } from './with-client.ts';

export type DeathReason = 'expired' | 'refused' | 'restored' | 'altered';

/** What is shown of a dead letter; never its body. */
export interface DeadLetter {
  readonly id: number;
  readonly line: string;
  readonly type: string;
  readonly destination: string;
  readonly priority: string;
  readonly sequence: number;
  readonly attempts: number;
  readonly reason: DeathReason;
  readonly writtenAt: string;
  readonly expiredAt: string | undefined;
  readonly diedAt: string;
  readonly reissuedAt: string | undefined;
}

const bury = `
  INSERT INTO line_dead (stream, sequence, type, label, at_ms, expires_ms, attempts, body, reason)
  SELECT stream, sequence, type, label, at_ms, expires_ms, attempts, body, `;

/** Moves one message from the outbox to the dead letters. */
export async function giveUp(
  pool: Pool,
  stream: number,
  sequence: number,
  reason: DeathReason,
): Promise<void> {
  await pool.query(
    `WITH gone AS (DELETE FROM line_outbox WHERE stream = $1 AND sequence = $2 RETURNING *),
          dead AS (${bury} $3 FROM gone)
     UPDATE line_settled d SET messages = d.messages + 1, octets = d.octets + gone.octets
       FROM gone WHERE d.stream = gone.stream`,
    [stream, sequence, reason],
  );
}

/** What an earlier epoch left in the outbox is void: some of it may have been delivered after the backup was made. */
export async function giveUpEarlierEpochs(pool: Pool, epoch: number): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `WITH gone AS (DELETE FROM line_outbox o USING line_stream s
                    WHERE s.id = o.stream AND s.epoch < $1 RETURNING o.*),
          dead AS (${bury} 'restored' FROM gone),
          sums AS (SELECT stream, count(*) AS messages, sum(octets) AS octets FROM gone GROUP BY stream),
          told AS (UPDATE line_settled d SET messages = d.messages + s.messages, octets = d.octets + s.octets
                     FROM sums s WHERE d.stream = s.stream)
     SELECT count(*)::int AS count FROM gone`,
    [epoch],
  );
  return rows[0]!.count;
}

const iso = (ms: number) => new Date(ms).toISOString();
/** More than a person reads at once. */
const maxListed = 1000;

export async function listDeadLetters(pool: Pool): Promise<DeadLetter[]> {
  const { rows } = await pool.query(
    `SELECT d.id, s.line, d.type, s.destination, s.priority, d.sequence, d.attempts, d.reason, d.at_ms, d.expires_ms,
            d.died_at, d.reissued_at
       FROM line_dead d JOIN line_stream s ON s.id = d.stream ORDER BY d.id DESC LIMIT $1`,
    [maxListed],
  );
  return rows.map((row) => ({
    id: row.id,
    line: row.line,
    type: row.type,
    destination: row.destination,
    priority: row.priority,
    sequence: row.sequence,
    attempts: row.attempts,
    reason: row.reason,
    writtenAt: iso(row.at_ms),
    expiredAt: row.expires_ms === null ? undefined : iso(row.expires_ms),
    diedAt: row.died_at.toISOString(),
    reissuedAt: row.reissued_at?.toISOString(),
  }));
}

/**
 * Issues a dead letter again, as a new message with a number and a time of its own.
 * Errors: `lines/no-dead-letter`, `lines/command-expired`, `lines/at-rest`, and those of writing.
 */
export async function reissue(
  pool: Pool,
  outbox: Outbox,
  seal: BodySeal,
  id: number,
  nowMs: number,
): Promise<string> {
  const { rows } = await pool.query(
    `SELECT d.sequence, d.type, d.label, d.expires_ms, d.body, d.reissued_at, d.reason, s.peer, s.source,
            s.destination, s.line, s.priority, s.epoch, s.id AS stream
       FROM line_dead d JOIN line_stream s ON s.id = d.stream WHERE d.id = $1`,
    [id],
  );
  const row = rows[0];
  if (row === undefined || row.reissued_at !== null)
    throw raiseLines('no-dead-letter', `no dead letter ${id}`);
  const { kind } = messageById(row.type);
  const expired = row.reason === 'expired' || (row.expires_ms !== null && row.expires_ms < nowMs);
  // A command that waited through a restore may have been carried out: it is asked for anew, never repeated.
  if (kind === 'command' && (expired || row.reason === 'restored')) throw raiseLines('command-expired');
  const stream: Stream = { ...row, id: row.stream };
  const body = await seal.open(row.body, restContext(stream, row.type, row.sequence));
  const message: OutgoingMessage = {
    type: row.type,
    body: decodeCbor(body),
    label: row.label,
    source: row.source,
    destination: row.destination,
  };
  const prepared = outbox.prepare([message]);
  await outbox.ensureStreams(prepared);
  await inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE line_dead SET reissued_at = now() WHERE id = $1 AND reissued_at IS NULL',
      [id],
    );
    if (rowCount !== 1) throw raiseLines('no-dead-letter', `dead letter ${id} was re-issued already`);
    await outbox.write(client, prepared, true);
  });
  return row.type;
}

/** Forgets dead letters older than the time that they are kept for. */
export async function pruneDeadLetters(pool: Pool, keptMs: number): Promise<void> {
  await pool.query(`DELETE FROM line_dead WHERE died_at < now() - make_interval(secs => $1)`, [
    keptMs / 1000,
  ]);
}
