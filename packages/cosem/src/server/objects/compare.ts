/** The order of COSEM values, for ranges and sorting (IEC 62056-6-2, class 7, sort_method and range_descriptor). */
import { decodeDateTime, toDate } from '../../data/date-time.ts';
import type { CosemDateTime, Data } from '../../data/types.ts';

/**
 * Below 0, 0 or above 0 as the first value is before, equal to or after the second. Numbers compare by value, date-times
 * (also as twelve octets) by the moment they stand for, texts and octets from their beginning. A date-time with an open
 * year is equal to everything, so that it leaves an end of a range open. Values of different kinds compare by kind.
 */
export function compareValues(first: Data, second: Data): number {
  const a = keyOf(first);
  const b = keyOf(second);
  if (a === anyMoment || b === anyMoment) return 0;
  if (typeof a === 'string' || typeof b === 'string') {
    const [left, right] = [String(a), String(b)];
    return left < right ? -1 : left > right ? 1 : 0;
  }
  return a < b ? -1 : a > b ? 1 : 0;
}

const anyMoment = Symbol('any moment');
type Key = number | bigint | string | typeof anyMoment;

function keyOf(value: Data): Key {
  const content: unknown = value.value;
  if (value.type === 'date-time') return momentKey(value.value);
  if (typeof content === 'number' || typeof content === 'bigint' || typeof content === 'string')
    return content;
  if (content instanceof Uint8Array) {
    if (content.length === 12) return momentKey(decodeDateTime(content));
    return Buffer.from(content).toString('latin1');
  }
  if (typeof content === 'boolean') return content ? 1 : 0;
  return '';
}

/** Times without a deviation count as UTC: within one profile all of them have the same. */
function momentKey(value: CosemDateTime): Key {
  if (value.year === undefined) return anyMoment;
  try {
    return toDate(value, { assumeDeviationMinutes: 0 }).getTime();
  } catch {
    return anyMoment;
  }
}
