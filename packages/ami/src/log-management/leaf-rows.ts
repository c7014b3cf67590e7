/**
 * A leaf as a row: the columns that a record is searched by, and PostgreSQL's binary COPY in both directions. A row is
 * made from the record's octets alone, so that a stored row can be compared with the one its record makes.
 */
import { type AuditRecord, microsecondsOf } from '../audit/record.ts';
import { raiseLog } from './errors.ts';

/** In the order of the COPY. */
export const leafColumns = [
  ...['idx', 'at', 'component', 'epoch', 'seq', 'type', 'phase', 'outcome'],
  ...['actor_kind', 'actor', 'object', 'source', 'correlation', 'record'],
] as const;
export const leafColumnList = leafColumns.join(', ');

const copyHead = Buffer.concat([Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1'), Buffer.alloc(8)]);
const copyTail = Buffer.from([0xff, 0xff]);
// PostgreSQL counts microseconds from 2000-01-01.
const postgresEpochMicroseconds = 946_684_800_000_000;

/** Writes rows one after the other into one buffer. */
export class LeafRows {
  #buffer = Buffer.allocUnsafe(1024 * 1024);
  #end = 0;

  get octets(): Buffer {
    return this.#buffer.subarray(0, this.#end);
  }

  clear(): void {
    this.#end = 0;
  }

  begin(): void {
    this.#room(copyHead.length);
    this.#end += copyHead.copy(this.#buffer, this.#end);
  }

  finish(): void {
    this.#room(copyTail.length);
    this.#end += copyTail.copy(this.#buffer, this.#end);
  }

  #room(octets: number): void {
    if (this.#end + octets <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(Math.max(this.#buffer.length * 2, this.#end + octets));
    this.#buffer.copy(larger, 0, 0, this.#end);
    this.#buffer = larger;
  }

  #int8(value: number): void {
    this.#end = this.#buffer.writeInt32BE(8, this.#end);
    // Two halves: a BigInt for each number would cost more than the rest of the row.
    this.#end = this.#buffer.writeInt32BE(Math.floor(value / 2 ** 32), this.#end);
    this.#end = this.#buffer.writeUInt32BE(((value % 2 ** 32) + 2 ** 32) % 2 ** 32, this.#end);
  }

  #text(value: string | undefined): void {
    if (value === undefined) {
      this.#end = this.#buffer.writeInt32BE(-1, this.#end);
      return;
    }
    const octets = this.#buffer.write(value, this.#end + 4, 'utf8');
    this.#buffer.writeInt32BE(octets, this.#end);
    this.#end += 4 + octets;
  }

  add(idx: number, record: AuditRecord, octets: Uint8Array): void {
    // Every text of a record is part of its octets, each at most three times as long as there.
    this.#room(octets.length * 4 + 256);
    this.#end = this.#buffer.writeInt16BE(leafColumns.length, this.#end);
    this.#int8(idx);
    this.#int8(microsecondsOf(record.at) - postgresEpochMicroseconds);
    this.#text(record.component);
    this.#end = this.#buffer.writeInt32BE(4, this.#end);
    this.#end = this.#buffer.writeInt32BE(record.epoch, this.#end);
    this.#int8(record.seq);
    this.#text(record.type);
    this.#text(record.phase);
    this.#text(record.outcome);
    this.#text(record.actor.kind);
    this.#text(record.actor.id);
    this.#text(record.object);
    this.#text(record.source);
    this.#text(record.correlation);
    this.#end = this.#buffer.writeInt32BE(octets.length, this.#end);
    this.#buffer.set(octets, this.#end);
    this.#end += octets.length;
  }
}

export interface StoredRow {
  readonly idx: number;
  /** The whole row as it came, to be compared with the one its record makes. */
  readonly row: Buffer;
  readonly record: Buffer;
}

const maxRowOctets = 1024 * 1024;

/** Reads rows out of a binary COPY of `leafColumns`. Errors: `log-management/state`. */
export async function* readRows(stream: AsyncIterable<Buffer>): AsyncGenerator<StoredRow[]> {
  let held: Buffer = Buffer.alloc(0);
  let started = false;
  for await (const part of stream) {
    held = held.length === 0 ? part : Buffer.concat([held, part]);
    let at = 0;
    if (!started) {
      if (held.length < copyHead.length) continue;
      at = copyHead.length;
      started = true;
    }
    const rows: StoredRow[] = [];
    for (let end = rowEnd(held, at); end > 0; end = rowEnd(held, at)) {
      rows.push(rowOf(held.subarray(at, end)));
      at = end;
    }
    if (rows.length > 0) yield rows;
    held = held.subarray(at);
    if (held.length > maxRowOctets) throw raiseLog('state', 'a stored row is impossibly long');
  }
}

/** Where the row that begins at `at` ends, or 0 when it is not all there; also at the end mark. */
function rowEnd(octets: Buffer, at: number): number {
  if (at + 2 > octets.length) return 0;
  const columns = octets.readInt16BE(at);
  let end = at + 2;
  for (let i = 0; i < columns; i++) {
    if (end + 4 > octets.length) return 0;
    end += 4 + Math.max(0, octets.readInt32BE(end));
  }
  return columns > 0 && end <= octets.length ? end : 0;
}

function rowOf(row: Buffer): StoredRow {
  let at = 2;
  for (let i = 0; i < leafColumns.length - 1; i++) at += 4 + Math.max(0, row.readInt32BE(at));
  const idx = row.readInt32BE(6) * 2 ** 32 + row.readUInt32BE(10);
  return { idx, row, record: row.subarray(at + 4, at + 4 + Math.max(0, row.readInt32BE(at))) };
}

/** The names of the columns in which two rows differ. */
export function differingColumns(stored: Buffer, made: Buffer): string[] {
  const differing: string[] = [];
  let [a, b] = [2, 2];
  for (const column of leafColumns) {
    const [lengthA, lengthB] = [stored.readInt32BE(a), made.readInt32BE(b)];
    const endA = a + 4 + Math.max(0, lengthA);
    const endB = b + 4 + Math.max(0, lengthB);
    if (Buffer.compare(stored.subarray(a, endA), made.subarray(b, endB)) !== 0) differing.push(column);
    [a, b] = [endA, endB];
  }
  return differing;
}
