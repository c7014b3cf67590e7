/**
 * OBIS codes: six value groups A to F that name what a COSEM object stands for (IEC 62056-6-1).
 * Parsing of every written form in use, formatting and conversion to and from the six octets of a logical name.
 */
import { errorTable } from '../base/errors.ts';

export const raiseObis = errorTable('obis', {
  syntax: {
    kind: 'decode',
    meaning: 'The text is not an OBIS code.',
    remedy: 'Write A.B.C.D.E.F, A-B:C.D.E*F, C.D.E or twelve hexadecimal digits.',
  },
  range: {
    kind: 'decode',
    meaning: 'A value group of an OBIS code is not in 0..255.',
    remedy: 'Check the code against the list of objects of the meter.',
  },
  length: {
    kind: 'decode',
    meaning: 'A logical name is not six octets long.',
    remedy: 'Hand in the six octets of the logical name and nothing else.',
  },
});

/** The six value groups, A first. */
export type Obis = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

/** Anything that names an object: the groups, a text in any written form, or the six octets of a logical name. */
export type ObisLike = Obis | string | Uint8Array;

/** What the reduced forms leave out. */
export interface ObisDefaults {
  /** Group A of codes written without it; electricity (1) unless told otherwise. */
  readonly medium?: number;
  /** Group B of codes written without it; 0 unless told otherwise. */
  readonly channel?: number;
}

/** Texts longer than this are refused before anything is tried on them. */
export const maxObisTextLength = 32;

const full = /^(\d{1,3})[-.](\d{1,3})[:.](\d{1,3})\.(\d{1,3})\.(\d{1,3})(?:[.*&](\d{1,3}))?$/;
const reduced =
  /^(?:(\d{1,3})-(\d{1,3}):|(\d{1,3}):)?([0-9]{1,3}|[CFLP])\.([0-9]{1,3}|F)(?:\.(\d{1,3}))?(?:[*&](\d{1,3}))?$/;
/** Letters that IEC 62056-21 readouts write for group C and D. */
const letters: Readonly<Record<string, number>> = { C: 96, F: 97, L: 98, P: 99 };

/**
 * Reads an OBIS code. Accepts `1-0:1.8.0*255` (also `&`), `1.0.1.8.0.255`, `1.0.1.8.0`, the reduced `1.8.0`,
 * `1.8.0*01`, `C.1.0` and `F.F` of IEC 62056-21 readouts, twelve hexadecimal digits and six octets.
 * Reduced forms take A and B from `defaults` (a code that begins with a letter is abstract, A = 0), F is 255.
 * IEC 62056-6-1, structure of OBIS codes and reduced ID codes.
 *
 * @throws `obis/syntax`, `obis/range`, `obis/length`
 */
export function parseObis(input: ObisLike, defaults: ObisDefaults = {}): Obis {
  if (typeof input !== 'string') return input instanceof Uint8Array ? obisFromBytes(input) : checked(input);
  const text = input.trim();
  if (text.length > maxObisTextLength) throw raiseObis('syntax', `${text.length} characters are too many`);
  const wide = full.exec(text);
  if (wide !== null) return checked(groupsOf(wide.slice(1, 6), wide[6]));
  const short = reduced.exec(text);
  if (short !== null) return fromReduced(short, defaults);
  if (/^[0-9a-fA-F]{12}$/.test(text)) return obisFromBytes(Buffer.from(text, 'hex'));
  throw raiseObis('syntax', `"${text}" is not an OBIS code`);
}

function groupsOf(groups: readonly string[], f: string | undefined): Obis {
  return [...groups.map(Number), f === undefined ? 255 : Number(f)] as unknown as Obis;
}

function fromReduced(match: RegExpExecArray, defaults: ObisDefaults): Obis {
  const [, a, b, bAlone, c = '', d = '', e, f] = match;
  const lettered = letters[c] !== undefined;
  return checked([
    a !== undefined ? Number(a) : lettered ? 0 : (defaults.medium ?? 1),
    b !== undefined ? Number(b) : bAlone !== undefined ? Number(bAlone) : (defaults.channel ?? 0),
    letters[c] ?? Number(c),
    letters[d] ?? Number(d),
    e === undefined ? 0 : Number(e),
    f === undefined ? 255 : Number(f),
  ]);
}

function checked(groups: Obis): Obis {
  if (groups.length !== 6) throw raiseObis('length', `${(groups as readonly number[]).length} value groups`);
  for (const group of groups) {
    if (!Number.isInteger(group) || group < 0 || group > 255)
      throw raiseObis('range', `value group ${group}`);
  }
  return groups;
}

/** The value groups of a logical name. @throws `obis/length` */
export function obisFromBytes(bytes: Uint8Array): Obis {
  if (bytes.length !== 6) throw raiseObis('length', `${bytes.length} octets`);
  return [bytes[0]!, bytes[1]!, bytes[2]!, bytes[3]!, bytes[4]!, bytes[5]!];
}

/** The six octets of the logical name. @throws as {@link parseObis} */
export function obisToBytes(input: ObisLike, defaults?: ObisDefaults): Uint8Array {
  return Uint8Array.from(parseObis(input, defaults));
}

/** How a code is written: `1.0.1.8.0.255`, `1-0:1.8.0*255`, `1-0:1.8.0` (F left out where it is 255), `0100010800ff`. */
export type ObisStyle = 'dotted' | 'standard' | 'short' | 'hex';

/** Writes a code; `dotted` is the canonical form of this package. @throws as {@link parseObis} */
export function formatObis(input: ObisLike, style: ObisStyle = 'dotted'): string {
  const obis = parseObis(input);
  const [a, b, c, d, e, f] = obis;
  switch (style) {
    case 'dotted':
      return `${a}.${b}.${c}.${d}.${e}.${f}`;
    case 'standard':
      return `${a}-${b}:${c}.${d}.${e}*${f}`;
    case 'short':
      return `${a}-${b}:${c}.${d}.${e}${f === 255 ? '' : `*${f}`}`;
    case 'hex':
      return Buffer.from(obis).toString('hex');
  }
}

/** Whether both name the same object. @throws as {@link parseObis} */
export function sameObis(left: ObisLike, right: ObisLike): boolean {
  const one = parseObis(left);
  const other = parseObis(right);
  return one.every((group, i) => group === other[i]);
}
