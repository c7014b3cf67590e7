/**
 * What should have come and did not, came twice, or came late (2.14.4): noticed by sequence numbers and by what the
 * senders say they have written, and reported once.
 */
import type { AuditPort } from '../audit/port.ts';
import type { Pool } from '../store/database.ts';
import type { EnvelopeFacts } from './envelope.ts';
import type { Figures } from './figures.ts';
import type { Written } from './frames.ts';
import type { Inbox } from './inbox.ts';
import type { LineLimits } from './limits.ts';

interface Expected {
  readonly source: string;
  readonly line: string;
  readonly priority: EnvelopeFacts['priority'];
  epoch: number;
  written: number;
  sinceMs: number;
  reported: boolean;
}

interface Late {
  readonly source: string;
  readonly line: string;
  count: number;
  worstMs: number;
}

export interface WatchOptions {
  readonly pool: Pool;
  readonly inbox: Inbox;
  readonly audit: Pick<AuditPort, 'record'>;
  readonly figures: Figures;
  readonly limits: LineLimits;
  readonly onError: (error: Error) => void;
}

/** A gap of one sender and line, as an audit record tells it. */
interface Gap {
  readonly source: string;
  readonly line: string;
  readonly first: number;
  readonly last: number;
}

const maxTracked = 65_536;

export class Watch {
  readonly #options: WatchOptions;
  readonly #expected = new Map<string, Expected>();
  readonly #late = new Map<string, Late>();

  constructor(options: WatchOptions) {
    this.#options = options;
  }

  /** A sender has told up to which number it has written. */
  written(
    told: readonly Written[],
    names: ReadonlySet<string>,
    priority: EnvelopeFacts['priority'],
    epoch: number,
  ): void {
    for (const { source, line, sequence } of told) {
      if (!names.has(source) || !this.#options.figures.isOwn(line)) continue;
      const key = `${source}|${line}|${priority}`;
      const known = this.#expected.get(key);
      if (known === undefined || known.epoch !== epoch) {
        if (this.#expected.size >= maxTracked) continue;
        const sinceMs = performance.now();
        this.#expected.set(key, {
          source,
          line,
          priority,
          epoch,
          written: sequence,
          sinceMs,
          reported: false,
        });
      } else if (this.#isMissing(known)) {
        // The oldest of what is missing decides how long it is missing.
        known.written = Math.max(known.written, sequence);
      } else {
        known.written = sequence;
        known.sinceMs = performance.now();
      }
    }
  }

  #isMissing(expected: Expected): boolean {
    const mark = this.#options.inbox.markOf(expected);
    return mark.epoch < expected.epoch || (mark.epoch === expected.epoch && mark.sequence < expected.written);
  }

  /** Messages were consumed; says how late they were. */
  consumed(facts: readonly EnvelopeFacts[], atMs: number): void {
    const { figures, limits } = this.#options;
    for (const each of facts) {
      const line = figures.of(each.line);
      line.received++;
      line.rate.add(1);
      line.lagMs = Math.max(0, atMs - each.atMs);
      if (line.lagMs <= limits.lateMs) continue;
      line.late++;
      const key = `${each.source}|${each.line}`;
      const late = this.#late.get(key) ?? { source: each.source, line: each.line, count: 0, worstMs: 0 };
      late.count++;
      late.worstMs = Math.max(late.worstMs, line.lagMs);
      this.#late.set(key, late);
    }
  }

  /** Reports what there is to report; called now and then. */
  async report(): Promise<void> {
    try {
      for (const late of this.#late.values()) {
        this.#late.delete(`${late.source}|${late.line}`);
        const { source, line, count, worstMs } = late;
        await this.#record('line.late', source, {
          line,
          messages: count,
          worstSeconds: Math.round(worstMs / 1000),
        });
      }
      await this.#reportExpected();
      await this.#reportGaps();
    } catch (error) {
      this.#options.onError(error as Error);
    }
  }

  async #reportExpected(): Promise<void> {
    for (const expected of this.#expected.values()) {
      const { source, line, written } = expected;
      const missing = this.#isMissing(expected);
      const mark = this.#options.inbox.markOf(expected);
      const seen = mark.epoch === expected.epoch ? mark.sequence : 0;
      if (
        missing &&
        !expected.reported &&
        performance.now() - expected.sinceMs >= this.#options.limits.gapReportMs
      ) {
        expected.reported = true;
        await this.#record('line.gap.found', source, {
          line,
          first: seen + 1,
          last: written,
          state: 'not yet come',
        });
      } else if (!missing && expected.reported) {
        expected.reported = false;
        await this.#record('line.gap.closed', source, { line, last: seen });
      }
    }
  }

  /** Gaps that the sequence numbers themselves show are certain; they are reported as soon as they are seen. */
  async #reportGaps(): Promise<void> {
    const { rows } = await this.#options.pool.query<Gap & { id: number }>(
      `SELECT g.id, s.source, s.line, g.first, g.last FROM line_gap g JOIN line_source s ON s.id = g.source
        WHERE g.reported_at IS NULL ORDER BY g.id LIMIT 100`,
    );
    for (const { id, source, line, first, last } of rows) {
      this.#options.figures.of(line).missing += last - first + 1;
      await this.#record('line.gap.found', source, { line, first, last, state: 'lost' });
      await this.#options.pool.query('UPDATE line_gap SET reported_at = now() WHERE id = $1', [id]);
    }
  }

  async #record(type: string, source: string, detail: Record<string, string | number>): Promise<void> {
    await this.#options.audit.record({
      type,
      phase: 'outcome',
      outcome: type === 'line.gap.closed' ? 'success' : 'failure',
      actor: { kind: 'component', id: source },
      source: 'local',
      detail,
    });
  }
}
