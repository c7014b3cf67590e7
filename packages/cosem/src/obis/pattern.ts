/** Patterns of OBIS codes: which codes a rule, an access list or a search is about. */
import { maxObisTextLength, type Obis, type ObisLike, parseObis, raiseObis } from './obis.ts';

/** Tests a code against a pattern that was read once. */
export type ObisMatcher = (obis: ObisLike) => boolean;

/** What one value group may be: anything, or a value in one of the ranges. */
export type GroupPattern = readonly (readonly [from: number, to: number])[] | undefined;

/** Bound on the ranges of one value group. */
export const maxRangesOfGroup = 16;

/**
 * Reads one group of a pattern: `x`, `*` or `?` for any value, else values and ranges, `1,3,20-29`.
 *
 * @throws `obis/syntax`, `obis/range`
 */
export function parseGroupPattern(text: string): GroupPattern {
  if (text === 'x' || text === '*' || text === '?') return undefined;
  const parts = text.split(',');
  if (parts.length > maxRangesOfGroup) throw raiseObis('syntax', `more than ${maxRangesOfGroup} ranges`);
  return parts.map((part) => {
    const match = /^(\d{1,3})(?:-(\d{1,3}))?$/.exec(part);
    if (match === null) throw raiseObis('syntax', `"${part}" is neither a value nor a range`);
    const from = Number(match[1]);
    const to = match[2] === undefined ? from : Number(match[2]);
    if (from > to || to > 255) throw raiseObis('range', `range ${part}`);
    return [from, to] as const;
  });
}

/** Whether a value of a group fits its pattern. */
export function groupFits(pattern: GroupPattern, value: number): boolean {
  if (pattern === undefined) return true;
  for (const [from, to] of pattern) if (value >= from && value <= to) return true;
  return false;
}

/**
 * Makes a matcher of a pattern of six groups with dots: `1.0.x.8.0-4.255`, `0.*.24.1.0.255`.
 *
 * @throws `obis/syntax`, `obis/range`
 */
export function obisMatcher(pattern: string): ObisMatcher {
  if (pattern.length > maxObisTextLength * 8) throw raiseObis('syntax', 'the pattern is too long');
  const groups = pattern.trim().split('.').map(parseGroupPattern);
  if (groups.length !== 6) throw raiseObis('syntax', `${groups.length} value groups instead of six`);
  return (input) => {
    const obis: Obis = parseObis(input);
    return groups.every((group, i) => groupFits(group, obis[i]!));
  };
}

/** Whether a code fits a pattern; for many codes read the pattern once with {@link obisMatcher}. */
export function matchObis(pattern: string, obis: ObisLike): boolean {
  return obisMatcher(pattern)(obis);
}
