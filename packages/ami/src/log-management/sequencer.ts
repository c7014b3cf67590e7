/**
 * From the inboxes into the tree: reads what is committed, gives each record its index, and stores leaf, hashes and
 * position in one transaction. Whatever is killed when, every committed record gets into the tree exactly once.
 */

import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { from as copyFrom } from 'pg-copy-streams';
import { leafHash } from '../audit/merkle.ts';
import { type AuditRecord, decodeRecord, microsecondsOf } from '../audit/record.ts';
import { TileBuilder } from '../audit/tiles.ts';
import { type Client, identifier, transaction } from '../store/database.ts';
import { schemaOf } from '../store/schemas.ts';
import { raiseLog } from './errors.ts';
import { LeafRows, leafColumnList } from './leaf-rows.ts';
import { partitionLeaves } from './migrations.ts';
import { tileReader, writeTiles } from './tile-store.ts';

/** Something about an inbox that the audit itself has to say. */
export interface InboxFinding {
  readonly type: 'audit.records.missing' | 'audit.source.forged';
  readonly component: string;
  readonly epoch: number;
  readonly fromSeq: number;
  readonly toSeq: number;
}

interface Position {
  epoch: number;
  seq: number;
}

interface Incoming {
  readonly component: string;
  readonly epoch: number;
  readonly seq: number;
  readonly octets: Buffer;
  readonly record: AuditRecord;
  readonly atMicroseconds: number;
}

interface Batch {
  readonly records: readonly Incoming[];
  readonly moved: ReadonlyMap<string, Position>;
  readonly findings: readonly InboxFinding[];
  /** An inbox had as many as may be read at once. */
  readonly more: boolean;
}

interface InboxRow {
  readonly epoch: number;
  readonly seq: number;
  readonly record: Buffer;
  readonly settled: boolean;
}

/** Read from one inbox at a time; bounds the memory and the length of a transaction. */
const batchRecords = 4096;
// Any number will do as long as all versions of this program agree on it.
const lockKey = 7_381_920_157;

export class Sequencer {
  readonly #client: Client;
  readonly #reader: Client;
  readonly #components: readonly string[];
  readonly #onFinding: (finding: InboxFinding) => void;
  readonly #positions = new Map<string, Position>();
  readonly #rows = new LeafRows();
  #builder: TileBuilder | undefined;
  #partitionsTo = 0;
  #ahead: Promise<Batch> | undefined;

  /** The clients are used by nobody else. `onFinding` is told after what it speaks of is stored. */
  constructor(
    client: Client,
    reader: Client,
    components: readonly string[],
    onFinding: (finding: InboxFinding) => void,
  ) {
    this.#client = client;
    this.#reader = reader;
    this.#components = components;
    this.#onFinding = onFinding;
  }

  /** Takes the log for this process. Errors: `log-management/second-writer`, `log-management/state`. */
  async start(): Promise<void> {
    const { rows } = await this.#client.query<{ got: boolean }>('SELECT pg_try_advisory_lock($1) AS got', [
      lockKey,
    ]);
    if (!rows[0]!.got) throw raiseLog('second-writer');
    await this.#load();
  }

  get size(): number {
    return this.#builder?.size ?? 0;
  }

  /** The root of what is committed. */
  root(): Buffer {
    return this.#builder!.root();
  }

  position(component: string): Readonly<Position> {
    return this.#positions.get(component) ?? { epoch: 0, seq: 0 };
  }

  async #load(): Promise<TileBuilder> {
    const { rows } = await this.#client.query<{ size: number }>('SELECT size FROM tree');
    const { rows: positions } = await this.#client.query<{ component: string; epoch: number; seq: number }>(
      'SELECT DISTINCT ON (component) component, epoch, seq FROM position ORDER BY component, epoch DESC',
    );
    this.#positions.clear();
    this.#ahead = undefined;
    for (const { component, epoch, seq } of positions) this.#positions.set(component, { epoch, seq });
    try {
      this.#builder = await TileBuilder.load(tileReader(this.#client), rows[0]!.size);
    } catch (cause) {
      throw raiseLog('state', (cause as Error).message, { cause });
    }
    this.#partitionsTo = 0;
    return this.#builder;
  }

  /** Brings in what there is, up to a bound for each inbox; returns how many records. */
  async run(): Promise<number> {
    const builder = this.#builder ?? (await this.#load());
    const batch = await (this.#ahead ?? this.#prepare(this.#positions));
    this.#ahead = undefined;
    if (batch.moved.size === 0) return 0;
    const positions = new Map([...this.#positions, ...batch.moved]);
    // The next batch is read and checked while this one is stored.
    const ahead = batch.more ? this.#prepare(positions) : undefined;
    ahead?.catch(() => undefined);
    try {
      await this.#commit(builder, batch.records, batch.moved);
    } catch (error) {
      // The tree in memory has grown and the stored one has not: it is read anew before the next run.
      this.#builder = undefined;
      await ahead?.catch(() => undefined);
      throw error;
    }
    for (const [component, position] of batch.moved) this.#positions.set(component, position);
    this.#ahead = ahead;
    for (const finding of batch.findings) this.#onFinding(finding);
    return batch.records.length;
  }

  async #prepare(from: ReadonlyMap<string, Position>): Promise<Batch> {
    const findings: InboxFinding[] = [];
    const moved = new Map<string, Position>();
    const queues: Incoming[][] = [];
    let more = false;
    for (const component of this.#components) {
      const position = { ...(from.get(component) ?? { epoch: 0, seq: 0 }) };
      const { epoch, seq } = position;
      const rows = await this.#readInbox(component, position);
      const incoming = this.#take(component, position, rows, findings);
      if (position.epoch !== epoch || position.seq !== seq) moved.set(component, position);
      if (incoming.length > 0) queues.push(incoming);
      more ||= rows.length === batchRecords;
    }
    return { records: mergeByTime(queues), moved, findings, more };
  }

  async #readInbox(component: string, { epoch, seq }: Position): Promise<InboxRow[]> {
    // A row from before a restore bears a transaction number that this server has not reached: it is settled too.
    const { rows } = await this.#reader.query<InboxRow>(
      `SELECT epoch, seq, record,
                    (xid < pg_snapshot_xmin(pg_current_snapshot()) OR xid >= pg_snapshot_xmax(pg_current_snapshot())) AS settled
               FROM ${identifier(schemaOf(component))}.audit_inbox
              WHERE (epoch, seq) > ($1, $2) ORDER BY epoch, seq LIMIT ${batchRecords}`,
      [epoch, seq],
    );
    return rows;
  }

  /** The rows that may be ordered now; moves the position along. */
  #take(
    component: string,
    position: Position,
    rows: readonly InboxRow[],
    findings: InboxFinding[],
  ): Incoming[] {
    const incoming: Incoming[] = [];
    for (const row of rows) {
      const { seq } = row;
      const next = row.epoch === position.epoch ? position.seq + 1 : 1;
      if (seq !== next || row.epoch !== position.epoch) {
        // An earlier number may still be in a transaction that has not ended; only when none can be is it missing.
        if (!row.settled) break;
        if (seq !== next)
          findings.push({
            type: 'audit.records.missing',
            component,
            epoch: row.epoch,
            fromSeq: next,
            toSeq: seq - 1,
          });
      }
      position.epoch = row.epoch;
      position.seq = seq;
      const record = genuine(row.record, component, row.epoch, seq);
      if (record === undefined) {
        findings.push({ type: 'audit.source.forged', component, epoch: row.epoch, fromSeq: seq, toSeq: seq });
        continue;
      }
      const atMicroseconds = microsecondsOf(record.at);
      incoming.push({ component, epoch: row.epoch, seq, octets: row.record, record, atMicroseconds });
    }
    return incoming;
  }

  async #commit(builder: TileBuilder, records: readonly Incoming[], moved: ReadonlyMap<string, Position>) {
    const first = builder.size;
    this.#rows.clear();
    this.#rows.begin();
    for (const { octets, record } of records) {
      this.#rows.add(builder.size, record, octets);
      builder.push(leafHash(octets));
    }
    this.#rows.finish();
    await this.#ensurePartitions(builder.size);
    await transaction(this.#client, async () => {
      const { rowCount } = await this.#client.query('UPDATE tree SET size = $1 WHERE size = $2', [
        builder.size,
        first,
      ]);
      if (rowCount !== 1) throw raiseLog('second-writer', 'the stored tree has another size than was left');
      if (records.length > 0) {
        const sink = this.#client.query(copyFrom(`COPY leaf (${leafColumnList}) FROM STDIN (FORMAT binary)`));
        await pipeline(Readable.from([Buffer.from(this.#rows.octets)]), sink);
        await writeTiles(this.#client, [...builder.takeFull(), ...builder.takePartial(true)]);
      }
      for (const [component, { epoch, seq }] of moved) {
        await this.#client.query(
          `INSERT INTO position (component, epoch, seq) VALUES ($1, $2, $3)
           ON CONFLICT (component, epoch) DO UPDATE SET seq = EXCLUDED.seq, heard_at = clock_timestamp()`,
          [component, epoch, seq],
        );
      }
    });
  }

  async #ensurePartitions(size: number): Promise<void> {
    // One ahead, so that no batch waits for the lock that making a partition takes.
    while (this.#partitionsTo < size + partitionLeaves / 2) {
      const start =
        this.#partitionsTo === 0
          ? Math.max(0, this.size - batchRecords * this.#components.length)
          : this.#partitionsTo;
      await this.#client.query('SELECT audit_leaf_partition($1)', [start]);
      this.#partitionsTo = (Math.floor(start / partitionLeaves) + 1) * partitionLeaves;
    }
  }
}

/** A record that its component can have written: well formed, and about itself. */
function genuine(octets: Buffer, component: string, epoch: number, seq: number): AuditRecord | undefined {
  try {
    const record = decodeRecord(octets);
    return record.component === component && record.epoch === epoch && record.seq === seq
      ? record
      : undefined;
  } catch {
    return undefined;
  }
}

/** One list in order of time in which each inbox keeps its own order, whatever its clock did. */
function mergeByTime(queues: readonly Incoming[][]): Incoming[] {
  if (queues.length <= 1) return queues[0] ?? [];
  const heads = queues.map(() => 0);
  const merged: Incoming[] = [];
  const total = queues.reduce((sum, queue) => sum + queue.length, 0);
  while (merged.length < total) {
    let earliest = -1;
    for (const [i, queue] of queues.entries()) {
      const head = queue[heads[i]!];
      if (head === undefined) continue;
      const best = earliest < 0 ? undefined : queues[earliest]![heads[earliest]!];
      if (best === undefined || head.atMicroseconds < best.atMicroseconds) earliest = i;
    }
    merged.push(queues[earliest]![heads[earliest]!++]!);
  }
  return merged;
}
