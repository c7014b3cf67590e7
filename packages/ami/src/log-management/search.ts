/** Searching the audit (2.16.7): by time, actor, component, event, outcome, correlation and object, newest first. */
import { type AuditRecord, decodeRecord, eventTypes } from '../audit/record.ts';
import type { Pool } from '../store/database.ts';
import { raiseLog } from './errors.ts';

export interface SearchQuery {
  /** RFC 3339; from this moment on. */
  readonly since?: string;
  /** RFC 3339; before this moment. */
  readonly until?: string;
  readonly actor?: string;
  readonly component?: string;
  /** A type, or a beginning such as `access.*`. */
  readonly event?: string;
  readonly outcome?: string;
  readonly correlation?: string;
  readonly object?: string;
  readonly limit?: number;
  /** Where the page before ended. */
  readonly after?: string;
}

export interface FoundRecord {
  readonly index: number;
  readonly record: AuditRecord;
}

export interface SearchResult {
  readonly records: readonly FoundRecord[];
  /** For the next page; undefined at the end. */
  readonly next: string | undefined;
}

/** A page on a screen, and the most that one answer may hold. */
export const pageRecords = { normal: 100, maximum: 10_000 };

function timeOf(text: string, name: string): string {
  if (!/^\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?$/.test(text) || Number.isNaN(Date.parse(text)))
    throw raiseLog('query', `--${name} is not a time such as 2026-11-22T10:00:00Z`);
  // Digits behind the milliseconds count: a record's time has microseconds.
  return /[Zz]|[+-]\d{2}:?\d{2}$/.test(text) || text.length === 10 ? text : `${text}Z`;
}

function limitOf(limit: number | undefined): number {
  const value = limit ?? pageRecords.normal;
  if (!Number.isInteger(value) || value < 1 || value > pageRecords.maximum)
    throw raiseLog('query', `--limit is a number from 1 to ${pageRecords.maximum}`);
  return value;
}

interface Condition {
  readonly clauses: string[];
  readonly values: unknown[];
}

/** The SQL of a query without its page. Errors: `log-management/query`. */
export function conditionOf(query: SearchQuery): Condition {
  const clauses: string[] = [];
  const values: unknown[] = [];
  const add = (clause: (place: string) => string, value: unknown) => {
    values.push(value);
    clauses.push(clause(`$${values.length}`));
  };
  if (query.since !== undefined) add((p) => `at >= ${p}::timestamptz`, timeOf(query.since, 'since'));
  if (query.until !== undefined) add((p) => `at < ${p}::timestamptz`, timeOf(query.until, 'until'));
  for (const field of ['actor', 'component', 'outcome', 'correlation', 'object'] as const)
    if (query[field] !== undefined) add((p) => `${field} = ${p}`, query[field]);
  if (query.event?.endsWith('*')) {
    const beginning = query.event.slice(0, -1);
    const types = [...eventTypes()].filter((type) => type.startsWith(beginning));
    if (types.length === 0) throw raiseLog('query', `no event of the catalogue begins with ${beginning}`);
    add((p) => `type = ANY(${p})`, types);
  } else if (query.event !== undefined) {
    add((p) => `type = ${p}`, query.event);
  }
  return { clauses, values };
}

/** Newest first. Errors: `log-management/query`. */
export async function search(pool: Pick<Pool, 'query'>, query: SearchQuery): Promise<SearchResult> {
  const limit = limitOf(query.limit);
  const { clauses, values } = conditionOf(query);
  if (query.after !== undefined) {
    const [, at, idx] = /^(\d{4}-[\d-]+T[\d:.]+Z)~(\d{1,15})$/.exec(query.after) ?? [];
    if (at === undefined) throw raiseLog('query', '--after is what the page before gave as next');
    values.push(at, Number(idx));
    clauses.push(`(at, idx) < ($${values.length - 1}::timestamptz, $${values.length}::bigint)`);
  }
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  const { rows } = await pool.query<{ idx: number; record: Buffer }>(
    `SELECT idx, record FROM leaf ${where} ORDER BY at DESC, idx DESC LIMIT ${limit + 1}`,
    values,
  );
  const records = rows
    .slice(0, limit)
    .map(({ idx, record }) => ({ index: idx, record: decodeRecord(record) }));
  const last = records.at(-1);
  const next = rows.length > limit && last ? `${last.record.at}~${last.index}` : undefined;
  return { records, next };
}

/** One record's octets. Errors: `log-management/no-record`. */
export async function recordAt(pool: Pick<Pool, 'query'>, index: number): Promise<Buffer> {
  if (!Number.isSafeInteger(index) || index < 0) throw raiseLog('query', 'an index is a whole number from 0');
  const { rows } = await pool.query<{ record: Buffer }>('SELECT record FROM leaf WHERE idx = $1', [index]);
  if (rows[0] === undefined) throw raiseLog('no-record', `there is no record ${index}`);
  return rows[0].record;
}
