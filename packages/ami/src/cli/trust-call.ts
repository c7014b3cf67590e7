/** How the groups `certificates`, `keys` and `enrol` speak to the trust center. */
import { readFileSync } from 'node:fs';
import { type CallOptions, call } from '../processes/management-client.ts';
import { raiseCli } from './errors.ts';
import { layoutOf, type PlaceOptions } from './place.ts';
import type { CliContext } from './program.ts';

const answerWithinMs = 60_000;

export function callTrust<T>(
  options: PlaceOptions,
  context: CliContext,
  path: string,
  how: Omit<CallOptions, 'withinMs'> = {},
): Promise<T> {
  return call<T>(layoutOf(options, context).componentSocket('trust'), path, {
    withinMs: answerWithinMs,
    ...how,
  });
}

/** Errors: `cli/file`. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw raiseCli('file', `${path} cannot be read`, { cause });
  }
}

/** `?a=1&b=2` of what is given. */
export function queryOf(values: Readonly<Record<string, string | boolean | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values))
    if (value !== undefined && value !== false) query.set(name, String(value));
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

/** Days and hours between now and a time, for columns. */
export function untilText(time: string | Date, now = new Date()): string {
  const hours = Math.round((new Date(time).getTime() - now.getTime()) / 3_600_000);
  const [amount, word] =
    Math.abs(hours) < 48 ? [Math.abs(hours), 'h'] : [Math.round(Math.abs(hours) / 24), 'd'];
  return hours < 0 ? `${amount} ${word} ago` : `in ${amount} ${word}`;
}

export const dayOf = (time: string | Date): string => new Date(time).toISOString().slice(0, 10);
