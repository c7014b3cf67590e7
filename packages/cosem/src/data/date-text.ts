/**
 * Date, time and date-time as text, near ISO 8601: `2025-09-04w4T10:00:10.00+02:00[dst]`.
 *
 * What is not specified is `*` once a digit (`****-**-01`), or left out: hundredths, the weekday `w4`, the offset
 * `+02:00` (the deviation with the sign turned round, as ISO has it) and the status in brackets (`[]` is a status
 * without bits). `db` and `de` as a month are when daylight saving time begins and ends; `l1` and `l2` as a day are
 * the last and the second last.
 */
import { checkDateTime, statusOf } from './date-time.ts';
import { raiseData } from './errors.ts';
import type { ClockStatus, CosemDate, CosemDateTime, CosemTime } from './types.ts';

const statusNames = [
  ['invalidValue', 'invalid'],
  ['doubtfulValue', 'doubtful'],
  ['differentClockBase', 'other-base'],
  ['invalidClockStatus', 'invalid-status'],
  ['daylightSavingActive', 'dst'],
] as const;

/** Text of a date, as the head of this file says. */
export function formatDate(date: CosemDate): string {
  const month = date.month === 'dst-begin' ? 'db' : date.month === 'dst-end' ? 'de' : digits(date.month, 2);
  const day =
    date.dayOfMonth === 'last' ? 'l1' : date.dayOfMonth === 'second-last' ? 'l2' : digits(date.dayOfMonth, 2);
  const weekday = date.dayOfWeek === undefined ? '' : `w${date.dayOfWeek}`;
  return `${digits(date.year, 4)}-${month}-${day}${weekday}`;
}

/** Text of a time, as the head of this file says. */
export function formatTime(time: CosemTime): string {
  const hundredths = time.hundredths === undefined ? '' : `.${digits(time.hundredths, 2)}`;
  return `${digits(time.hour, 2)}:${digits(time.minute, 2)}:${digits(time.second, 2)}${hundredths}`;
}

/** Text of a date-time, as the head of this file says. */
export function formatDateTime(value: CosemDateTime): string {
  const offset = value.deviationMinutes === undefined ? '' : formatOffset(-value.deviationMinutes);
  return `${formatDate(value)}T${formatTime(value)}${offset}${formatStatus(value.status)}`;
}

function digits(value: number | undefined, width: number): string {
  return value === undefined ? '*'.repeat(width) : String(value).padStart(width, '0');
}

function formatOffset(minutes: number): string {
  if (minutes === 0) return 'Z';
  const size = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${digits(Math.floor(size / 60), 2)}:${digits(size % 60, 2)}`;
}

function formatStatus(status: ClockStatus | undefined): string {
  if (status === undefined) return '';
  const names: string[] = statusNames.filter(([field]) => status[field]).map(([, name]) => name);
  if (status.reserved !== 0) names.push(`reserved-${status.reserved}`);
  return `[${names.join(',')}]`;
}

const datePattern = /^(\d{4,5}|\*{4})-(\d{2,3}|\*\*|db|de)-(\d{2,3}|\*\*|l1|l2)(?:w(\d{1,3}))?$/;
const timePattern = /^(\d{2,3}|\*\*):(\d{2,3}|\*\*)(?::(\d{2,3}|\*\*))?(?:\.(\d{2,3}))?$/;
const dateTimePattern = /^([^T]{1,24})T([^Z+[\]-]{1,24})(Z|[+-]\d{2,3}:\d{2})?(?:\[([a-z0-7,-]{0,80})\])?$/;

/** Reads text of a date. Throws `data/date-time` where it is not one. */
export function parseDate(text: string): CosemDate {
  const found = datePattern.exec(text);
  if (found === null) throw notOne('date', text);
  const [, year, month, day, weekday] = found;
  return {
    year: number(year, 0xfffe, 'year'),
    month: month === 'db' ? 'dst-begin' : month === 'de' ? 'dst-end' : number(month, 0xfc, 'month'),
    dayOfMonth: day === 'l1' ? 'last' : day === 'l2' ? 'second-last' : number(day, 0xfc, 'day of month'),
    dayOfWeek: number(weekday, 0xfe, 'day of week'),
  };
}

/** Reads text of a time. Throws `data/date-time` where it is not one. */
export function parseTime(text: string): CosemTime {
  const found = timePattern.exec(text);
  if (found === null) throw notOne('time', text);
  const [, hour, minute, second, hundredths] = found;
  return {
    hour: number(hour, 0xfe, 'hour'),
    minute: number(minute, 0xfe, 'minute'),
    second: number(second, 0xfe, 'second'),
    hundredths: number(hundredths, 0xfe, 'hundredths'),
  };
}

/** How strict {@link parseDateTime} is. */
export interface ParseOptions {
  /** Take fields that the standard does not allow (month 0, second 60), as meters send them. */
  readonly lenient?: boolean;
}

/**
 * Reads text of a date-time. Strict by default: fields out of range and a weekday that is not the date's are errors.
 * Throws `data/date-time`.
 */
export function parseDateTime(text: string, options: ParseOptions = {}): CosemDateTime {
  const found = dateTimePattern.exec(text);
  if (found === null) throw notOne('date-time', text);
  const [, date, time, offset, status] = found;
  const value: CosemDateTime = {
    ...parseDate(date!),
    ...parseTime(time!),
    deviationMinutes: offset === undefined ? undefined : parseDeviation(offset),
    status: status === undefined ? undefined : parseStatus(status),
  };
  const wrong = options.lenient === true ? [] : checkDateTime(value);
  if (wrong.length > 0) throw raiseData('date-time', wrong.join('; '));
  return value;
}

function notOne(what: string, text: string): Error {
  return raiseData('date-time', `not a ${what}: ${JSON.stringify(text.slice(0, 60))}`);
}

function number(text: string | undefined, most: number, field: string): number | undefined {
  if (text === undefined || text.startsWith('*')) return undefined;
  const value = Number(text);
  if (value > most) throw raiseData('date-time', `${field} ${text}`);
  return value;
}

function parseDeviation(offset: string): number {
  if (offset === 'Z') return 0;
  const [hours, minutes] = offset.slice(1).split(':').map(Number);
  const size = hours! * 60 + minutes!;
  const deviation = offset.startsWith('+') ? 0 - size : size;
  if (deviation < -0x7fff || deviation > 0x7fff) throw raiseData('date-time', `offset ${offset}`);
  return deviation;
}

function parseStatus(text: string): ClockStatus {
  let octet = 0;
  for (const name of text === '' ? [] : text.split(',')) {
    const index = statusNames.findIndex(([, known]) => known === name);
    const reserved = /^reserved-([0-7])$/.exec(name);
    if (index >= 0) octet |= index === 4 ? 0x80 : 1 << index;
    else if (reserved !== null) octet |= Number(reserved[1]) << 4;
    else throw raiseData('date-time', `status ${JSON.stringify(name)}`);
  }
  return statusOf(octet);
}
