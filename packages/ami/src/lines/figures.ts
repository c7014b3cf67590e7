/** What a line has carried and refused: counted here, shown by `wattward lines` and by the metrics. */
import { linesOf } from '@wattward/profile';
import { endOf } from './flow-rules.ts';
import { type RefusalReason, refusalReasons } from './gate.ts';

const bucketMs = 5_000;
const buckets = 12;

/** Events a second over the last minute. */
export class Rate {
  readonly #counts = new Float64Array(buckets);
  readonly #startedMs = performance.now();
  #at = Math.floor(performance.now() / bucketMs);

  add(count: number): void {
    this.#turn();
    this.#counts[this.#at % buckets]! += count;
  }

  perSecond(): number {
    this.#turn();
    const seconds = Math.min((buckets * bucketMs) / 1000, (performance.now() - this.#startedMs) / 1000);
    return this.#counts.reduce((sum, each) => sum + each, 0) / Math.max(1, seconds);
  }

  #turn(): void {
    const now = Math.floor(performance.now() / bucketMs);
    for (let at = Math.max(this.#at + 1, now - buckets + 1); at <= now; at++) this.#counts[at % buckets] = 0;
    this.#at = Math.max(this.#at, now);
  }
}

export interface LastRefusal {
  readonly reason: RefusalReason;
  readonly detail: string;
  readonly peer: string;
  readonly at: string;
}

/** Figures of one line at one end. */
export class LineFigures {
  sent = 0;
  received = 0;
  refusedByPeer = 0;
  dead = 0;
  late = 0;
  repeated = 0;
  missing = 0;
  /** From being written to being consumed or acknowledged, of the last message. */
  lagMs: number | undefined;
  lastRefusal: LastRefusal | undefined;
  readonly refused = new Map<RefusalReason, number>();
  readonly rate = new Rate();

  get refusals(): number {
    return [...this.refused.values()].reduce((sum, each) => sum + each, 0);
  }
}

/** Where refusals are counted whose line is not known, or is none of ours. */
export const unknownLine = '-';

export class Figures {
  readonly #lines = new Map<string, LineFigures>();
  peersRefused = 0;

  constructor(names: ReadonlySet<string>) {
    for (const name of names)
      for (const line of linesOf(endOf(name))) this.#lines.set(line.id, new LineFigures());
    this.#lines.set(unknownLine, new LineFigures());
  }

  /** The figures of a line; those of unknown lines are one, so that nobody fills the memory with names. */
  of(line: string | undefined): LineFigures {
    return this.#lines.get(line ?? unknownLine) ?? this.#lines.get(unknownLine)!;
  }

  isOwn(line: string): boolean {
    return line !== unknownLine && this.#lines.has(line);
  }

  entries(): IterableIterator<[string, LineFigures]> {
    return this.#lines.entries();
  }
}

/** A metric in the shape that the management listener renders. */
export interface LineMetric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly values: readonly { readonly labels: Readonly<Record<string, string>>; readonly value: number }[];
}

export function lineMetrics(figures: Figures): LineMetric[] {
  const lines = [...figures.entries()];
  const counter = (name: string, help: string, value: (each: LineFigures) => number): LineMetric => ({
    name,
    help,
    type: 'counter',
    values: lines.map(([line, each]) => ({ labels: { line }, value: value(each) })),
  });
  return [
    counter('wattward_line_sent_total', 'Messages acknowledged by their receiver.', (each) => each.sent),
    counter('wattward_line_received_total', 'Messages consumed.', (each) => each.received),
    counter('wattward_line_dead_letters_total', 'Messages given up.', (each) => each.dead),
    counter('wattward_line_late_total', 'Messages that came late.', (each) => each.late),
    counter('wattward_line_missing_total', 'Messages that never came.', (each) => each.missing),
    {
      name: 'wattward_line_refused_total',
      help: 'Messages refused by the flow gate.',
      type: 'counter',
      values: lines.flatMap(([line, each]) =>
        refusalReasons
          .filter((reason) => each.refused.has(reason))
          .map((reason) => ({ labels: { line, reason }, value: each.refused.get(reason)! })),
      ),
    },
    {
      name: 'wattward_line_lag_seconds',
      help: 'Age of the last message when it was consumed or acknowledged.',
      type: 'gauge',
      values: lines
        .filter(([, each]) => each.lagMs !== undefined)
        .map(([line, each]) => ({ labels: { line }, value: each.lagMs! / 1000 })),
    },
  ];
}
