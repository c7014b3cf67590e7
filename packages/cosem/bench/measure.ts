/** Measuring: rounds of a fixed time, their median and spread, by the clock and by the processor time that was used. */
import { cpus } from 'node:os';

/** What several rounds came to. */
export interface Measured {
  /** A second, by the clock: the middle of all rounds, and the lowest and highest. */
  readonly median: number;
  readonly lowest: number;
  readonly highest: number;
  /** A second of processor time, which other programs on the machine disturb less. */
  readonly perCpuSecond: number;
}

const rounds = 7;

/** Runs a step over and over. `steps` says how many a call does. */
export function measure(step: () => void, roundMs: number): Measured {
  const warmUpUntil = performance.now() + roundMs;
  while (performance.now() < warmUpUntil) step();
  const results: { wall: number; cpu: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    let count = 0;
    while (performance.now() - start < roundMs) {
      for (let i = 0; i < 32; i++) step();
      count += 32;
    }
    results.push(rates(count, performance.now() - start, process.cpuUsage(cpuStart)));
  }
  return summary(results);
}

/** As {@link measure}, for a step that waits. */
export async function measureAsync(step: () => Promise<void>, roundMs: number): Promise<Measured> {
  const warmUpUntil = performance.now() + 2 * roundMs;
  while (performance.now() < warmUpUntil) await step();
  const results: { wall: number; cpu: number }[] = [];
  for (let round = 0; round < rounds; round++) {
    const start = performance.now();
    const cpuStart = process.cpuUsage();
    let count = 0;
    while (performance.now() - start < roundMs) {
      await step();
      count += 1;
    }
    results.push(rates(count, performance.now() - start, process.cpuUsage(cpuStart)));
  }
  return summary(results);
}

function rates(count: number, ms: number, { user, system }: NodeJS.CpuUsage): { wall: number; cpu: number } {
  return { wall: (count / ms) * 1000, cpu: (count / (user + system)) * 1e6 };
}

function summary(results: readonly { wall: number; cpu: number }[]): Measured {
  const walls = results.map(({ wall }) => wall).sort((a, b) => a - b);
  const cpuRates = results.map(({ cpu }) => cpu).sort((a, b) => a - b);
  return {
    median: walls[rounds >> 1]!,
    lowest: walls[0]!,
    highest: walls[rounds - 1]!,
    perCpuSecond: cpuRates[rounds >> 1]!,
  };
}

/** What it ran on. */
export function machine(): string {
  const [first] = cpus();
  return `Node ${process.versions.node}, ${cpus().length} × ${first?.model.trim() ?? 'an unknown processor'}`;
}

/** On a busy machine the clock counts what others do; processor time does not. */
function verdict({ median, perCpuSecond }: Measured, target: number): string {
  if (median >= target) return 'met';
  return perCpuSecond >= target ? 'met by processor time, missed by the clock' : 'MISSED';
}

/** One line of the report. */
export function report(name: string, measured: Measured, target?: number): void {
  const show = (rate: number): string => Math.round(rate).toLocaleString('en');
  const { median, lowest, highest, perCpuSecond } = measured;
  const against = target === undefined ? '' : `  target ${show(target)}: ${verdict(measured, target)}`;
  console.log(
    `${name.padEnd(52)} ${show(median).padStart(8)}/s  (${show(lowest)} to ${show(highest)}; ` +
      `${show(perCpuSecond)} a second of processor time)${against}`,
  );
}
