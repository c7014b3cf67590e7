/** Log lines as records and as people read them: time, component, level, message, the rest as name=value. */
import { printable } from '../cli/table.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;
export type LogLevel = (typeof logLevels)[number];

export interface LogRecord {
  readonly time: string;
  readonly level: LogLevel;
  readonly component: string;
  readonly msg: string;
  readonly [more: string]: unknown;
}

const maxMessageCharacters = 500;
const maxMoreCharacters = 300;

/**
 * Reads a line that a component printed. What is no JSON of ours, such as the last words of a crashing process, becomes
 * the message of a record. The component is the one whose pipe it came from, whatever the line says.
 */
export function readLogLine(line: string, component: string, fallback: LogLevel, now: Date): LogRecord {
  try {
    const found = JSON.parse(line) as Record<string, unknown>;
    if (typeof found['msg'] === 'string' && logLevels.includes(found['level'] as LogLevel)) {
      const time = typeof found['time'] === 'string' ? found['time'] : now.toISOString();
      return { ...found, time, level: found['level'] as LogLevel, component, msg: found['msg'] };
    }
  } catch {
    // Told as text below.
  }
  return { time: now.toISOString(), level: fallback, component, msg: line };
}

export function isShown(level: LogLevel, least: string): boolean {
  return least !== 'none' && logLevels.indexOf(level) >= logLevels.indexOf(least as LogLevel);
}

/** One line for the terminal, without anything that could move its cursor. */
export function showLogRecord(record: LogRecord): string {
  const { time, level, component, msg, ...more } = record;
  const rest = Object.entries(more)
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const text = `${cut(msg, maxMessageCharacters)}${rest === '' ? '' : `  ${cut(rest, maxMoreCharacters)}`}`;
  return printable(`${time.slice(11, 19)}  ${component.padEnd(18)}  ${level.padEnd(5)}  ${text}`).replaceAll(
    '\n',
    ' ⏎ ',
  );
}

function cut(text: string, characters: number): string {
  return text.length <= characters ? text : `${text.slice(0, characters)}…`;
}
