/**
 * Date, time and date-time (IEC 62056-6-2, formats for date and time).
 *
 * Decoding is lenient on purpose: any octets become fields and the same octets come out again, since meters do send
 * a month 0 or a second 60. {@link checkDateTime} says whether the fields are ones the standard allows.
 *
 * | field | octets that are not a number |
 * |---|---|
 * | year | FFFF not specified |
 * | month | FD daylight saving time ends, FE begins, FF not specified |
 * | day of month | FD second last, FE last, FF not specified |
 * | day of week, hour, minute, second, hundredths, status | FF not specified |
 * | deviation | 8000 not specified |
 */
import { raiseData } from './errors.ts';
import type { ClockStatus, CosemDate, CosemDateTime, CosemTime } from './types.ts';

const notSpecified = 0xff;
const yearNotSpecified = 0xffff;
const deviationNotSpecified = 0x8000;

/** Nothing specified: what a field-wise copy can start from. */
export const unspecifiedDateTime: CosemDateTime = {
  year: undefined,
  month: undefined,
  dayOfMonth: undefined,
  dayOfWeek: undefined,
  hour: undefined,
  minute: undefined,
  second: undefined,
  hundredths: undefined,
  deviationMinutes: undefined,
  status: undefined,
};

/** Reads five octets (IEC 62056-6-2, date). Throws `data/date-time` unless there are five. */
export function decodeDate(octets: Uint8Array): CosemDate {
  expectLength(octets, 5, 'date');
  return readDate(octets);
}

/** Reads four octets (IEC 62056-6-2, time). Throws `data/date-time` unless there are four. */
export function decodeTime(octets: Uint8Array): CosemTime {
  expectLength(octets, 4, 'time');
  return readTime(octets, 0);
}

/** Reads twelve octets (IEC 62056-6-2, date-time). Throws `data/date-time` unless there are twelve. */
export function decodeDateTime(octets: Uint8Array): CosemDateTime {
  expectLength(octets, 12, 'date-time');
  const deviation = (octets[9]! << 8) | octets[10]!;
  return {
    ...readDate(octets),
    ...readTime(octets, 5),
    deviationMinutes: deviation === deviationNotSpecified ? undefined : (deviation << 16) >> 16,
    status: octets[11] === notSpecified ? undefined : statusOf(octets[11]!),
  };
}

function expectLength(octets: Uint8Array, length: number, what: string): void {
  if (octets.length !== length) {
    throw raiseData('date-time', `a ${what} has ${length} octets, not ${octets.length}`);
  }
}

function readDate(octets: Uint8Array): CosemDate {
  const year = (octets[0]! << 8) | octets[1]!;
  const month = octets[2]!;
  const day = octets[3]!;
  return {
    year: year === yearNotSpecified ? undefined : year,
    month:
      month === 0xfd ? 'dst-end' : month === 0xfe ? 'dst-begin' : month === notSpecified ? undefined : month,
    dayOfMonth: day === 0xfd ? 'second-last' : day === 0xfe ? 'last' : day === notSpecified ? undefined : day,
    dayOfWeek: optional(octets[4]!),
  };
}

function readTime(octets: Uint8Array, at: number): CosemTime {
  return {
    hour: optional(octets[at]!),
    minute: optional(octets[at + 1]!),
    second: optional(octets[at + 2]!),
    hundredths: optional(octets[at + 3]!),
  };
}

function optional(octet: number): number | undefined {
  return octet === notSpecified ? undefined : octet;
}

/** Reads the clock status octet (IEC 62056-6-2, clock_status). */
export function statusOf(octet: number): ClockStatus {
  return {
    invalidValue: (octet & 0x01) !== 0,
    doubtfulValue: (octet & 0x02) !== 0,
    differentClockBase: (octet & 0x04) !== 0,
    invalidClockStatus: (octet & 0x08) !== 0,
    daylightSavingActive: (octet & 0x80) !== 0,
    reserved: (octet >> 4) & 7,
  };
}

/** Writes the clock status octet; `undefined` is FF. */
export function statusOctet(status: ClockStatus | undefined): number {
  if (status === undefined) return notSpecified;
  return (
    (status.invalidValue ? 0x01 : 0) |
    (status.doubtfulValue ? 0x02 : 0) |
    (status.differentClockBase ? 0x04 : 0) |
    (status.invalidClockStatus ? 0x08 : 0) |
    ((status.reserved & 7) << 4) |
    (status.daylightSavingActive ? 0x80 : 0)
  );
}

/** Writes five octets (IEC 62056-6-2, date). Throws `data/range` where a field does not fit. */
export function encodeDate(date: CosemDate): Uint8Array {
  const out = new Uint8Array(5);
  writeDate(out, date);
  return out;
}

/** Writes four octets (IEC 62056-6-2, time). Throws `data/range` where a field does not fit. */
export function encodeTime(time: CosemTime): Uint8Array {
  const out = new Uint8Array(4);
  writeTime(out, 0, time);
  return out;
}

/** Writes twelve octets (IEC 62056-6-2, date-time). Throws `data/range` where a field does not fit. */
export function encodeDateTime(value: CosemDateTime): Uint8Array {
  const out = new Uint8Array(12);
  writeDate(out, value);
  writeTime(out, 5, value);
  const deviation = value.deviationMinutes ?? -deviationNotSpecified;
  if (!Number.isInteger(deviation) || deviation < -0x8000 || deviation > 0x7fff) {
    throw raiseData('range', `deviation ${deviation}`);
  }
  out[9] = deviation >> 8;
  out[10] = deviation;
  out[11] = statusOctet(value.status);
  return out;
}

function writeDate(out: Uint8Array, date: CosemDate): void {
  const year = date.year ?? yearNotSpecified;
  if (!Number.isInteger(year) || year < 0 || year > 0xffff) throw raiseData('range', `year ${year}`);
  out[0] = year >> 8;
  out[1] = year;
  out[2] = date.month === 'dst-end' ? 0xfd : date.month === 'dst-begin' ? 0xfe : octetOf(date.month, 'month');
  const day = date.dayOfMonth;
  out[3] = day === 'second-last' ? 0xfd : day === 'last' ? 0xfe : octetOf(day, 'day of month');
  out[4] = octetOf(date.dayOfWeek, 'day of week');
}

function writeTime(out: Uint8Array, at: number, time: CosemTime): void {
  out[at] = octetOf(time.hour, 'hour');
  out[at + 1] = octetOf(time.minute, 'minute');
  out[at + 2] = octetOf(time.second, 'second');
  out[at + 3] = octetOf(time.hundredths, 'hundredths');
}

function octetOf(value: number | undefined, field: string): number {
  if (value === undefined) return notSpecified;
  if (!Number.isInteger(value) || value < 0 || value > 0xff) throw raiseData('range', `${field} ${value}`);
  return value;
}

/**
 * Says what in a date-time the standard does not allow (IEC 62056-6-2, formats for date and time).
 * Out: one short sentence a field; empty where all are allowed.
 */
export function checkDateTime(value: CosemDateTime): string[] {
  const wrong: string[] = [];
  const check = (field: string, n: unknown, low: number, high: number) => {
    if (typeof n === 'number' && (!Number.isInteger(n) || n < low || n > high)) {
      wrong.push(`${field} ${n} is not in ${low}..${high}`);
    }
  };
  check('month', value.month, 1, 12);
  check('day of month', value.dayOfMonth, 1, daysIn(value.year, value.month));
  check('day of week', value.dayOfWeek, 1, 7);
  check('hour', value.hour, 0, 23);
  check('minute', value.minute, 0, 59);
  check('second', value.second, 0, 59);
  check('hundredths', value.hundredths, 0, 99);
  check('deviation', value.deviationMinutes, -720, 840);
  if (value.status !== undefined && value.status.reserved !== 0) wrong.push('reserved status bits are set');
  const weekday = weekdayOf(value);
  if (weekday !== undefined && value.dayOfWeek !== undefined && value.dayOfWeek !== weekday) {
    wrong.push(`day of week ${value.dayOfWeek} is not that of the date, ${weekday}`);
  }
  return wrong;
}

function daysIn(year: number | undefined, month: CosemDate['month']): number {
  if (typeof month !== 'number' || month < 1 || month > 12) return 31;
  // A year that is not specified may be a leap year.
  return new Date(Date.UTC(year ?? 2000, month, 0)).getUTCDate();
}

function weekdayOf(value: CosemDate): number | undefined {
  const { year, month, dayOfMonth } = value;
  if (year === undefined || typeof month !== 'number' || typeof dayOfMonth !== 'number') return undefined;
  if (month < 1 || month > 12 || dayOfMonth < 1 || dayOfMonth > daysIn(year, month)) return undefined;
  return isoWeekday(utc(year, month, dayOfMonth, 0, 0, 0, 0));
}

function isoWeekday(date: Date): number {
  return date.getUTCDay() === 0 ? 7 : date.getUTCDay();
}

/** As `Date.UTC`, which takes years below 100 for those of the 20th century. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
  ms: number,
): Date {
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  date.setUTCHours(hour, minute, second, ms);
  return date;
}

/** How {@link toDate} reads what a date-time leaves open. */
export interface ToDateOptions {
  /** Minutes to take for a deviation that is not specified (0: the time is UTC); without it that is an error. */
  readonly assumeDeviationMinutes?: number;
}

/**
 * The moment a date-time stands for. In: date-time. Out: a `Date`; UTC is local time plus the deviation
 * (IEC 62056-6-2, deviation). Hour, minute, second and hundredths that are not specified count as 0.
 * Throws `data/not-a-moment` where the date has wildcards, a field is out of range, or the deviation is open.
 */
export function toDate(value: CosemDateTime, options: ToDateOptions = {}): Date {
  const { year, month, dayOfMonth } = value;
  if (year === undefined || typeof month !== 'number' || typeof dayOfMonth !== 'number') {
    throw raiseData('not-a-moment', 'the date has wildcards');
  }
  const deviation = value.deviationMinutes ?? options.assumeDeviationMinutes;
  if (deviation === undefined) throw raiseData('not-a-moment', 'the deviation is not specified');
  const wrong = checkDateTime({ ...value, dayOfWeek: undefined, status: undefined });
  if (wrong.length > 0) throw raiseData('not-a-moment', wrong.join('; '));
  const hundredths = value.hundredths ?? 0;
  const local = utc(
    year,
    month,
    dayOfMonth,
    value.hour ?? 0,
    value.minute ?? 0,
    value.second ?? 0,
    hundredths * 10,
  );
  return new Date(local.getTime() + deviation * 60_000);
}

/** How {@link fromDate} writes local time. */
export interface FromDateOptions {
  /** Minutes from local time to UTC: -60 for Central European winter time. 0 by default, which is UTC. */
  readonly deviationMinutes?: number;
  readonly daylightSavingActive?: boolean;
}

/**
 * The date-time of a moment. In: a `Date` (milliseconds are cut to hundredths). Out: all fields specified.
 * Throws `data/date-time` for an invalid `Date` or a year outside 0..65534.
 */
export function fromDate(date: Date, options: FromDateOptions = {}): CosemDateTime {
  const deviationMinutes = options.deviationMinutes ?? 0;
  const local = new Date(date.getTime() - deviationMinutes * 60_000);
  const year = local.getUTCFullYear();
  if (!(year >= 0 && year < yearNotSpecified)) throw raiseData('date-time', 'the Date is out of range');
  return {
    year,
    month: local.getUTCMonth() + 1,
    dayOfMonth: local.getUTCDate(),
    dayOfWeek: isoWeekday(local),
    hour: local.getUTCHours(),
    minute: local.getUTCMinutes(),
    second: local.getUTCSeconds(),
    hundredths: Math.floor(local.getUTCMilliseconds() / 10),
    deviationMinutes,
    status: statusOf(options.daylightSavingActive === true ? 0x80 : 0),
  };
}
