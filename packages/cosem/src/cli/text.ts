/** Values as people write them. The exact forms are in `../data/date-text.ts` and stay in JSON and XML. */
import { toHex } from '../base/bytes.ts';
import { formatDateTime } from '../data/date-text.ts';
import { decodeDateTime } from '../data/date-time.ts';
import type { ClockStatus, CosemDateTime } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';

const statusWords = [
  ['daylightSavingActive', 'summer time'],
  ['invalidValue', 'invalid'],
  ['doubtfulValue', 'doubtful'],
  ['differentClockBase', 'other clock base'],
  ['invalidClockStatus', 'status invalid'],
] as const satisfies readonly (readonly [keyof ClockStatus, string])[];

const two = (value: number) => String(value).padStart(2, '0');

interface Moment {
  readonly date: string;
  readonly time: string;
  /** Undefined where the clock does not say it; `Z` or `+02:00`. */
  readonly offset: string | undefined;
}

/** Undefined where a field is a wildcard, so that it is no moment. */
function momentOf(value: CosemDateTime): Moment | undefined {
  const { year, month, dayOfMonth, hour, minute, second, hundredths, deviationMinutes } = value;
  if (year === undefined || typeof month !== 'number' || typeof dayOfMonth !== 'number') return undefined;
  if (hour === undefined || minute === undefined) return undefined;
  const seconds = second === undefined ? '' : `:${two(second)}`;
  const fraction = hundredths === undefined || hundredths === 0 ? '' : `.${two(hundredths)}`;
  const ahead = deviationMinutes === undefined ? undefined : -deviationMinutes;
  const size = Math.abs(ahead ?? 0);
  const sign = (ahead ?? 0) < 0 ? '-' : '+';
  return {
    date: `${String(year).padStart(4, '0')}-${two(month)}-${two(dayOfMonth)}`,
    time: `${two(hour)}:${two(minute)}${seconds}${seconds === '' ? '' : fraction}`,
    offset:
      ahead === undefined
        ? undefined
        : ahead === 0
          ? 'Z'
          : `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`,
  };
}

/** `2026-11-22 02:00:00 +01:00, summer time`; with wildcards the exact form. */
export function dateTimeText(value: CosemDateTime): string {
  const moment = momentOf(value);
  if (moment === undefined) return formatDateTime(value);
  const { date, time, offset } = moment;
  const zone = offset === undefined ? '' : offset === 'Z' ? ' UTC' : ` ${offset}`;
  const { status } = value;
  const words: string[] =
    status === undefined ? [] : statusWords.filter(([field]) => status[field]).map(([, word]) => word);
  return [`${date} ${time}${zone}`, ...words].join(', ');
}

/** `2026-11-22T02:00:00+01:00` (ISO 8601), for machines and spreadsheets; with wildcards the exact form. */
export function isoText(value: CosemDateTime): string {
  const moment = momentOf(value);
  return moment === undefined ? formatDateTime(value) : `${moment.date}T${moment.time}${moment.offset ?? ''}`;
}

/** The date-time in twelve octets, undefined where they are none. */
export function dateTimeOf(octets: Uint8Array): CosemDateTime | undefined {
  if (octets.length !== 12) return undefined;
  try {
    return decodeDateTime(octets);
  } catch {
    return undefined;
  }
}

/** Octets as what they most probably are, and always as octets too. */
export function octetsText(octets: Uint8Array): string {
  if (octets.length === 0) return '(empty)';
  const hex = toHex(octets);
  if (octets.length === 6 && octets[5] === 255)
    return `${hex}  ${formatObis(octets)} ${describeObis(octets)}`;
  const moment = dateTimeOf(octets);
  if (moment !== undefined) return `${hex}  ${dateTimeText(moment)}`;
  const isText = octets.length > 2 && octets.every((octet) => octet >= 0x20 && octet < 0x7f);
  return isText ? `${hex}  "${new TextDecoder('latin1').decode(octets)}"` : hex;
}

/** A system title with the maker's three letters (IEC 62056-21, FLAG id), where they are letters. */
export function titleText(title: Uint8Array): string {
  const maker = title.subarray(0, 3);
  const isMaker = title.length === 8 && maker.every((octet) => octet >= 0x41 && octet <= 0x5a);
  return isMaker ? `${toHex(title)}  ${new TextDecoder('latin1').decode(maker)}` : octetsText(title);
}

/** Octets of a line before they go on in the next. */
const lineOctets = 32;
/** Longer octet strings stand in lines of their own. */
export const maxOctetsInLine = 64;

/** Long octets in lines. */
export function octetLines(octets: Uint8Array): string[] {
  const lines: string[] = [];
  for (let at = 0; at < octets.length; at += lineOctets)
    lines.push(toHex(octets.subarray(at, at + lineOctets)));
  return lines;
}
