/** Figures in Prometheus' text form (exposition format 0.0.4), written out by hand: there are few of them. */
import { monitorEventLoopDelay } from 'node:perf_hooks';

export interface Metric {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly values: readonly {
    readonly labels?: Readonly<Record<string, string>>;
    readonly value: number;
  }[];
}

export const metricsContentType = 'text/plain; version=0.0.4; charset=utf-8';

/** Renders metrics as text. */
export function renderMetrics(metrics: readonly Metric[]): string {
  const out: string[] = [];
  for (const { name, help, type, values } of metrics) {
    out.push(
      `# HELP ${name} ${help.replaceAll('\\', '\\\\').replaceAll('\n', '\\n')}`,
      `# TYPE ${name} ${type}`,
    );
    for (const { labels = {}, value } of values) {
      const listed = Object.entries(labels).map(([label, text]) => `${label}="${escapeLabel(text)}"`);
      out.push(`${name}${listed.length > 0 ? `{${listed.join(',')}}` : ''} ${value}`);
    }
  }
  return `${out.join('\n')}\n`;
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}

/** What every process can tell about itself. */
export class ProcessFigures {
  readonly #delay = monitorEventLoopDelay({ resolution: 20 });
  readonly #startedAtMs = Date.now();

  constructor() {
    this.#delay.enable();
  }

  get memoryOctets(): number {
    return process.memoryUsage.rss();
  }

  /** 99th percentile since the last call of `reset`. */
  get eventLoopDelayMs(): number {
    return Math.max(0, Math.round(this.#delay.percentile(99) / 1e4) / 100);
  }

  reset(): void {
    this.#delay.reset();
  }

  metrics(): Metric[] {
    const cpu = process.cpuUsage();
    const gauge = (name: string, help: string, value: number): Metric => ({
      ...{ name, help, type: 'gauge', values: [{ value }] },
    });
    return [
      gauge('process_resident_memory_bytes', 'Resident memory.', this.memoryOctets),
      gauge(
        'process_start_time_seconds',
        'Start, in seconds since 1970.',
        Math.floor(this.#startedAtMs / 1000),
      ),
      gauge('nodejs_eventloop_lag_p99_seconds', 'Delay of the event loop.', this.eventLoopDelayMs / 1000),
      gauge('nodejs_heap_size_used_bytes', 'Heap in use.', process.memoryUsage().heapUsed),
      {
        name: 'process_cpu_seconds_total',
        help: 'Processor time, user and system.',
        type: 'counter',
        values: [{ value: (cpu.user + cpu.system) / 1e6 }],
      },
    ];
  }
}
