/** What `wattward lines` shows of one process. */
import type { Priority } from '@wattward/profile';
import type { Pool } from '../store/database.ts';
import type { Figures, LastRefusal } from './figures.ts';

export interface LineStatus {
  readonly line: string;
  /** Since the store was made. */
  readonly sent: number;
  readonly received: number;
  /** In the outbox. */
  readonly waiting: number;
  readonly dead: number;
  /** Messages a second over the last minute, both ways. */
  readonly rate: number;
  readonly lagMs: number | undefined;
  readonly late: number;
  readonly repeated: number;
  readonly missing: number;
  /** Refused here, since the start. */
  readonly refused: number;
  /** Refused by the other end, which does not say why. */
  readonly refusedByPeer: number;
  readonly lastRefusal: LastRefusal | undefined;
}

export interface LinesStatus {
  readonly principal: string;
  readonly epoch: number;
  readonly port: number | undefined;
  readonly outbox: { readonly messages: number; readonly octets: number };
  readonly peersRefused: number;
  readonly channels: readonly {
    readonly peer: string;
    readonly priority: Priority;
    readonly connected: boolean;
    readonly lastError: string | undefined;
  }[];
  readonly lines: readonly LineStatus[];
}

interface Totals {
  line: string;
  sent?: number;
  waiting?: number;
  received?: number;
  dead?: number;
}

/** Totals of each line, from the store. */
async function totals(pool: Pool): Promise<Map<string, Totals>> {
  const byLine = new Map<string, Totals>();
  const take = (rows: readonly Totals[]) => {
    for (const row of rows) byLine.set(row.line, { ...byLine.get(row.line), ...row });
  };
  const written = await pool.query<Totals>(
    `SELECT s.line, sum(s.next_sequence - 1 - d.messages)::bigint AS waiting,
            (sum(d.messages) - (SELECT count(*) FROM line_dead x JOIN line_stream y ON y.id = x.stream
                                 WHERE y.line = s.line))::bigint AS sent
       FROM line_stream s JOIN line_settled d ON d.stream = s.id GROUP BY s.line`,
  );
  take(written.rows);
  take(
    (
      await pool.query<Totals>(
        `SELECT s.line, count(*)::bigint AS dead FROM line_dead d JOIN line_stream s ON s.id = d.stream
          WHERE d.reissued_at IS NULL GROUP BY s.line`,
      )
    ).rows,
  );
  take(
    (
      await pool.query<Totals>(
        'SELECT line, sum(messages)::bigint AS received FROM line_source GROUP BY line',
      )
    ).rows,
  );
  return byLine;
}

export async function lineStatuses(pool: Pool, figures: Figures): Promise<LineStatus[]> {
  const stored = await totals(pool);
  return [...figures.entries()].map(([line, each]) => {
    const { sent = 0, waiting = 0, received = 0, dead = 0 } = stored.get(line) ?? {};
    return {
      line,
      sent,
      received,
      waiting,
      dead,
      rate: Math.round(each.rate.perSecond() * 10) / 10,
      lagMs: each.lagMs,
      late: each.late,
      repeated: each.repeated,
      missing: each.missing,
      refused: each.refusals,
      refusedByPeer: each.refusedByPeer,
      lastRefusal: each.lastRefusal,
    };
  });
}
