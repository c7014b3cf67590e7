/** Options of a command line; a wrong one is a `cli/usage` error that names it and never repeats its value. */
import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { formatObis, parseObis } from '../obis/obis.ts';
import { raiseCli } from './errors.ts';

/** As `parseArgs` of Node, strict, with positionals. */
export function parseArguments<const T extends ParseArgsOptionsConfig>(args: readonly string[], options: T) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    const detail = (error as Error).message.split('.')[0]!.split('. ')[0]!;
    throw raiseCli('usage', detail);
  }
}

/** A whole number inside its bounds. */
export function integerOption(
  option: string,
  text: string | undefined,
  fallback: number,
  least: number,
  most: number,
): number {
  if (text === undefined) return fallback;
  const value = /^\d{1,9}$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    throw raiseCli('usage', `${option} takes a whole number from ${least} to ${most}`);
  return value;
}

/** An OBIS code, however it is written, as `A.B.C.D.E.F`. */
export function obisOption(given: string): string {
  try {
    return formatObis(parseObis(given));
  } catch (cause) {
    const detail = `${JSON.stringify(given.slice(0, 40))} is not an OBIS code such as 1.0.1.8.0.255`;
    throw raiseCli('usage', detail, { cause });
  }
}
