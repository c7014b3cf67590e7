/** The report of a period (2.16.7): what happened, what was refused, what failed, and how well it is proven. */
import type { Pool } from '../store/database.ts';
import { conditionOf } from './search.ts';

export interface Count {
  readonly name: string;
  readonly records: number;
}

export interface AuditReport {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly records: number;
  readonly byType: readonly Count[];
  readonly byComponent: readonly Count[];
  readonly byOutcome: readonly Count[];
  readonly refusedByType: readonly Count[];
  readonly failedByType: readonly Count[];
  readonly topActors: readonly Count[];
  readonly checkpoints: {
    readonly signed: number;
    readonly cosigned: number;
    readonly longestWaitSeconds: number | undefined;
  };
  /** Records that are known to be missing or that were forged, as the log noted when it met them. */
  readonly gaps: readonly { readonly at: string; readonly type: string; readonly what: string }[];
}

/** Actors and gaps shown: what fits on a page. */
const shownRows = 20;

interface GroupRow {
  readonly type: string;
  readonly component: string;
  readonly outcome: string;
  readonly records: number;
}

function countBy(rows: readonly GroupRow[], key: (row: GroupRow) => string): Count[] {
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(key(row), (counts.get(key(row)) ?? 0) + row.records);
  return [...counts]
    .map(([name, records]) => ({ name, records }))
    .sort((a, b) => b.records - a.records || (a.name < b.name ? -1 : 1));
}

/** Errors: `log-management/query`. */
export async function report(
  pool: Pick<Pool, 'query'>,
  since?: string,
  until?: string,
): Promise<AuditReport> {
  const period = { ...(since === undefined ? {} : { since }), ...(until === undefined ? {} : { until }) };
  const { clauses, values } = conditionOf(period);
  const where = clauses.length === 0 ? '' : `WHERE ${clauses.join(' AND ')}`;
  const and = clauses.length === 0 ? 'WHERE' : `${where} AND`;
  const { rows } = await pool.query<GroupRow>(
    `SELECT type, component, outcome, count(*) AS records FROM leaf ${where} GROUP BY type, component, outcome`,
    values,
  );
  const { rows: topActors } = await pool.query<Count>(
    `SELECT actor AS name, count(*) AS records FROM leaf ${where}
      GROUP BY actor ORDER BY records DESC, actor LIMIT ${shownRows}`,
    values,
  );
  const { rows: gaps } = await pool.query<{ record: Buffer }>(
    `SELECT record FROM leaf ${and} type IN ('audit.records.missing', 'audit.source.forged', 'audit.journal.damaged')
      ORDER BY at DESC LIMIT ${shownRows}`,
    values,
  );
  const signedWithin = where.replaceAll(/\bat\b/g, 'signed_at');
  const { rows: checkpoints } = await pool.query<{ signed: number; cosigned: number; wait: number | null }>(
    `SELECT count(*) AS signed, count(cosignature) AS cosigned,
            max(extract(epoch FROM cosigned_at - signed_at))::float8 AS wait FROM checkpoint ${signedWithin}`,
    values,
  );
  const { signed, cosigned, wait } = checkpoints[0]!;
  return {
    since,
    until,
    records: rows.reduce((sum, row) => sum + row.records, 0),
    byType: countBy(rows, (row) => row.type),
    byComponent: countBy(rows, (row) => row.component),
    byOutcome: countBy(rows, (row) => row.outcome),
    refusedByType: countBy(
      rows.filter((row) => row.outcome === 'refused'),
      (row) => row.type,
    ),
    failedByType: countBy(
      rows.filter((row) => row.outcome === 'failure'),
      (row) => row.type,
    ),
    topActors,
    checkpoints: { signed, cosigned, longestWaitSeconds: wait === null ? undefined : Math.max(0, wait) },
    gaps: gaps.map(({ record }) => gapOf(record)),
  };
}

function gapOf(octets: Buffer): AuditReport['gaps'][number] {
  const {
    at,
    type,
    detail = {},
  } = JSON.parse(octets.toString('utf8')) as {
    at: string;
    type: string;
    detail?: Record<string, unknown>;
  };
  const what = Object.entries(detail).map(([name, value]) => `${name} ${String(value)}`);
  return { at, type, what: what.join(', ') };
}
