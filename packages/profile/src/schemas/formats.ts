/**
 * Data table: formats of text, each with a pattern that is anchored and without nested repetition, so that checking is
 * linear in the length, and an example maker for tests and documentation.
 */
import type { FormatId } from './model.ts';

/** Draws an integer from 0 up to, and without, `below`. */
export type Draw = (below: number) => number;

export interface Format {
  readonly description: string;
  readonly pattern: RegExp;
  readonly maxLength: number;
  /** Octets that one UTF-16 code unit may take in UTF-8. */
  readonly octetsEach: 1 | 3;
  /** What a pattern cannot say. */
  readonly accepts?: (text: string) => boolean;
  readonly example: (draw: Draw, maxLength: number) => string;
}

function from(alphabet: string, length: number, draw: Draw): string {
  let made = '';
  for (let at = 0; at < length; at += 1) made += alphabet.charAt(draw(alphabet.length));
  return made;
}

const upper = 'ABCDEFGHJKLMNPQRSTUVWXYZ';
const hexDigits = '0123456789ABCDEF';
const digits = '0123456789';
const two = (value: number): string => String(value).padStart(2, '0');
const dots = (count: number, below: number, draw: Draw): string =>
  Array.from({ length: count }, () => String(draw(below))).join('.');

function daysInMonth(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Whether the day of a text that begins with YYYY-MM-DD exists; the pattern has seen to the digits. */
function dayExists(value: string): boolean {
  const day = (value.charCodeAt(8) - 48) * 10 + value.charCodeAt(9) - 48;
  if (day <= 28) return true;
  return day <= daysInMonth(Number(value.slice(0, 4)), Number(value.slice(5, 7)));
}

const datePattern = '(?:19[7-9]\\d|2\\d{3})-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\\d|3[01])';
const exampleDay = (draw: Draw): string =>
  `20${two(20 + draw(60))}-${two(1 + draw(12))}-${two(1 + draw(28))}`;

/**
 * Characters that people cannot see but programs act on: controls, surrogates without a partner, line separators and
 * what turns the direction of writing round. A log or a screen that shows a text without them shows what was sent.
 */
const unseen =
  '\\u0000-\\u001F\\u007F-\\u009F\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u2069\\uFEFF\\uD800-\\uDFFF';
const unseenButNewline =
  '\\u0000-\\u0009\\u000B-\\u001F\\u007F-\\u009F\\u200B\\u200E\\u200F\\u2028-\\u202E\\u2060-\\u2069\\uFEFF\\uD800-\\uDFFF';

const exampleWords = ['meter', 'feeder', 'Zähler', 'order', 'north', 'valve', 'on site', 'spare', 'checked'];
function exampleWordsUpTo(draw: Draw, maxLength: number, glue: string): string {
  let made = exampleWords[draw(exampleWords.length)]!;
  for (let more = draw(4); more > 0; more -= 1) made += glue + exampleWords[draw(exampleWords.length)]!;
  return made.slice(0, maxLength).trim();
}

export const formats: Readonly<Record<FormatId, Format>> = {
  line: {
    description: 'One line of text that a person reads; no controls, no unseen characters.',
    pattern: new RegExp(`^[^${unseen}]*$`, 'u'),
    maxLength: 1024,
    octetsEach: 3,
    example: (draw, maxLength) => exampleWordsUpTo(draw, maxLength, ' '),
  },
  prose: {
    description: 'Text that a person reads, with line feeds; no other controls, no unseen characters.',
    pattern: new RegExp(`^[^${unseenButNewline}]*$`, 'u'),
    maxLength: 4096,
    octetsEach: 3,
    example: (draw, maxLength) => exampleWordsUpTo(draw, maxLength, '\n'),
  },
  identifier: {
    description:
      'An id from a register of the utility or of a manufacturer: letters, digits, dots, dashes, colons.',
    pattern: /^[A-Za-z0-9][A-Za-z0-9._:-]*$/u,
    maxLength: 64,
    octetsEach: 1,
    example: (draw, maxLength) => `${from(upper, 3, draw)}-${from(digits, 8, draw)}`.slice(0, maxLength),
  },
  name: {
    description: 'The name under which a person signs in, or of a role.',
    pattern: /^[a-z][a-z0-9._-]*$/u,
    maxLength: 64,
    octetsEach: 1,
    example: (draw) => `${from('abcdefghij', 5, draw)}.${from('klmnopqrst', 4, draw)}`,
  },
  uuid: {
    description: 'A UUID (RFC 9562) in lower case.',
    pattern: /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/u,
    maxLength: 36,
    octetsEach: 1,
    example: (draw) => {
      const hex = (length: number): string => from('0123456789abcdef', length, draw);
      return `${hex(8)}-${hex(4)}-4${hex(3)}-${from('89ab', 1, draw)}${hex(3)}-${hex(12)}`;
    },
  },
  timestamp: {
    description:
      'An instant in UTC (RFC 3339), ending in Z, without leap seconds, to the nanosecond at most.',
    pattern: new RegExp(`^${datePattern}T(?:[01]\\d|2[0-3]):[0-5]\\d:[0-5]\\d(?:\\.\\d{1,9})?Z$`, 'u'),
    maxLength: 30,
    octetsEach: 1,
    accepts: dayExists,
    example: (draw) =>
      `${exampleDay(draw)}T${two(draw(24))}:${two(draw(60))}:${two(draw(60))}${draw(2) === 0 ? '' : '.250'}Z`,
  },
  day: {
    description: 'A calendar day in UTC: YYYY-MM-DD.',
    pattern: new RegExp(`^${datePattern}$`, 'u'),
    maxLength: 10,
    octetsEach: 1,
    accepts: dayExists,
    example: exampleDay,
  },
  'system-title': {
    description: 'A DLMS system title: eight octets as sixteen hexadecimal digits in upper case.',
    pattern: /^[0-9A-F]{16}$/u,
    maxLength: 16,
    octetsEach: 1,
    example: (draw) => from(hexDigits, 16, draw),
  },
  'eui-64': {
    description: 'The EUI-64 of a device in the home, sixteen hexadecimal digits in upper case.',
    pattern: /^[0-9A-F]{16}$/u,
    maxLength: 16,
    octetsEach: 1,
    example: (draw) => from(hexDigits, 16, draw),
  },
  obis: {
    description: 'An OBIS code (IEC 62056-6-1) as six decimal numbers: 1.0.1.8.0.255.',
    pattern: /^(?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){5}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)$/u,
    maxLength: 23,
    octetsEach: 1,
    example: (draw) => dots(6, 256, draw),
  },
  'reading-type': {
    description:
      'A reading type (IEC 61968-9): eighteen numbers with dots between; only the multiplier may be negative.',
    pattern: /^(?:(?:0|[1-9]\d{0,4})\.){15}(?:0|-?[1-9]\d{0,2})\.(?:0|[1-9]\d{0,4})\.(?:0|[1-9]\d{0,4})$/u,
    maxLength: 107,
    octetsEach: 1,
    example: (draw) => `0.0.${draw(8)}.4.${1 + draw(20)}.1.12.0.0.0.0.0.0.0.0.0.72.0`,
  },
  'quality-code': {
    description: 'A reading quality (IEC 61968-9): system, category and index with dots between.',
    pattern: /^[1-5]\.(?:0|[1-9]\d?)\.(?:0|[1-9]\d{0,3})$/u,
    maxLength: 9,
    octetsEach: 1,
    example: (draw) => `${1 + draw(5)}.${draw(13)}.${draw(260)}`,
  },
  'event-code': {
    description: 'An end device event (IEC 61968-9): type, domain, sub-domain and event or action.',
    pattern: /^(?:(?:0|[1-9]\d{0,3})\.){3}(?:0|[1-9]\d{0,3})$/u,
    maxLength: 19,
    octetsEach: 1,
    example: (draw) => `3.${draw(44)}.${draw(140)}.${draw(300)}`,
  },
  component: {
    description: 'The id of a component or of an actor: head-end, outage-management-system.',
    pattern: /^[a-z][a-z0-9-]*(?:\.[a-z]{2,16})?$/u,
    maxLength: 48,
    octetsEach: 1,
    example: (draw) => ['head-end', 'mdms', 'collector', 'meter.fan'][draw(4)]!,
  },
  operation: {
    description: 'The id of an operation of the profile, or of a query of a component.',
    pattern: /^[a-z][a-z0-9-]*(?:\.[a-z0-9-]+)*$/u,
    maxLength: 80,
    octetsEach: 1,
    example: (draw) => `head-end.${from('abcdefgh', 6, draw)}`,
  },
  dotted: {
    description: 'A key of dotted words: the id of an audit event type, of a parameter or of a setting.',
    pattern: /^[A-Za-z][A-Za-z0-9-]*(?:\.[A-Za-z0-9-]+)*$/u,
    maxLength: 80,
    octetsEach: 1,
    example: (draw) => `access.${from('abcdefgh', 6, draw)}`,
  },
  version: {
    description: 'A version as its maker writes it.',
    pattern: /^[A-Za-z0-9][A-Za-z0-9.+_-]*$/u,
    maxLength: 32,
    octetsEach: 1,
    example: (draw) => dots(3, 20, draw),
  },
  currency: {
    description: 'A currency (ISO 4217): three capital letters.',
    pattern: /^[A-Z]{3}$/u,
    maxLength: 3,
    octetsEach: 1,
    example: (draw) => ['EUR', 'USD', 'CHF', 'AUD'][draw(4)]!,
  },
  language: {
    description: 'A language (BCP 47): en, de-CH.',
    pattern: /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}$/u,
    maxLength: 30,
    octetsEach: 1,
    example: (draw) => ['en', 'de-CH', 'fr', 'es-419'][draw(4)]!,
  },
};
