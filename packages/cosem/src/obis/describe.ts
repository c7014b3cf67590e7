/** OBIS codes in words (IEC 62056-6-1): what a code means, for people. */
import { abstractRules, generalPurposeRules, sharedRules } from './abstract-table.ts';
import {
  anglePhasors,
  type ElectricityQuantity,
  electricityRules,
  losses,
  otherQuantities,
  phaseQuantities,
  processings,
} from './electricity-table.ts';
import { type Obis, type ObisLike, parseObis } from './obis.ts';
import { otherMedia } from './other-media-table.ts';
import { ruleLookup } from './rules.ts';

/** Who gave a code its meaning: IEC 62056-6-1 (ranges of the value groups). */
export type ObisOrigin = 'standard' | 'manufacturer' | 'utility' | 'consortium' | 'country' | 'reserved';

/** A code taken apart. */
export interface ObisDescription {
  /** One line for people. */
  readonly text: string;
  /** Group A in words. */
  readonly medium: string;
  /** Group B: 0 is "no channel". */
  readonly channel: number;
  readonly origin: ObisOrigin;
  /** Group F in words; undefined where it says nothing (255). */
  readonly billingPeriod: string | undefined;
}

const lookUpAbstract = ruleLookup(abstractRules);
const lookUpElectricity = ruleLookup([...electricityRules, ...generalPurposeRules, ...sharedRules]);
const lookUpOther = ruleLookup([...generalPurposeRules, ...sharedRules]);

/**
 * Says what a code means in one line: `1.0.1.8.0.255` is "Active energy import (+A), total".
 * IEC 62056-6-1, value groups A to F. A code that the tables do not know is described by its groups, never refused.
 *
 * @throws as `parseObis` where the input is not a code at all
 */
export function describeObis(input: ObisLike): string {
  return explainObis(input).text;
}

/** As {@link describeObis}, with the parts. */
export function explainObis(input: ObisLike): ObisDescription {
  const obis = parseObis(input);
  const [a, b, c, , , f] = obis;
  const medium = mediumOf(a);
  const billingPeriod = a === 0 && !hasHistory(c) ? undefined : billingPeriodOf(f);
  const parts = [meaningOf(obis, medium)];
  if (b !== 0) parts.push(channelOf(b));
  if (billingPeriod !== undefined) parts.push(billingPeriod);
  else if (f !== 255) parts.push(`instance ${f}`);
  return { text: parts.join(', '), medium, channel: b, origin: originOf(obis), billingPeriod };
}

function mediumOf(a: number): string {
  if (a === 0) return 'Abstract';
  if (a === 1) return 'Electricity';
  if (a === 15) return 'Other media';
  return otherMedia[a]?.name ?? `Medium ${a}`;
}

function channelOf(b: number): string {
  if (b <= 64) return `channel ${b}`;
  if (b <= 127) return `utility specific channel ${b}`;
  return b <= 199 ? `manufacturer specific channel ${b}` : `reserved channel ${b}`;
}

/** Abstract objects use F for history only where they hold data of billing periods. */
function hasHistory(c: number): boolean {
  return c === 0 || c === 98 || c === 99;
}

function billingPeriodOf(f: number): string | undefined {
  if (f === 255) return undefined;
  if (f <= 99) return `billing period ${f}`;
  if (f === 101) return 'last billing period';
  if (f >= 102 && f <= 125) return `last but ${f - 101} billing period`;
  return f === 126 ? 'an unspecified number of last billing periods' : undefined;
}

/** Ranges of the value groups that others than the standard may fill (IEC 62056-6-1). */
function originOf([a, b, c, d, e, f]: Obis): ObisOrigin {
  if (c === 93) return 'consortium';
  if (c === 94) return 'country';
  const special = [d, e, f].some((group) => group >= 128 && group <= 254);
  if ((b >= 128 && b <= 199) || (c >= 128 && c <= 199) || c === 240 || special) return 'manufacturer';
  if (c === 96 && d >= 50 && d <= 99) return 'manufacturer';
  if (b >= 65 && b <= 127) return 'utility';
  const known = a <= 1 || a === 15 || otherMedia[a] !== undefined;
  return known && b <= 64 && c < 128 ? 'standard' : 'reserved';
}

function meaningOf(obis: Obis, medium: string): string {
  const [a, , c, d, e] = obis;
  if (c === 93) return `${medium}, consortium specific (consortium ${d}), entry ${e}`;
  if (c === 94) return `${medium}, country specific (country ${d}), entry ${e}`;
  if ((c >= 128 && c <= 199) || c === 240) return `${medium}, manufacturer specific ${c}.${d}.${e}`;
  if (a === 0) return lookUpAbstract(c, d, e) ?? `Abstract object ${c}.${d}.${e}`;
  if (a === 1) return electricityOf(c, d, e) ?? `Electricity object ${c}.${d}.${e}`;
  return otherOf(a, c, d, e, medium);
}

function electricityOf(c: number, d: number, e: number): string | undefined {
  const ruled = lookUpElectricity(c, d, e);
  if (ruled !== undefined) return ruled;
  if (c === 81 && d === 7) return angleOf(e);
  if (c === 83) return join(losses[e] ?? `Transformer and line losses, quantity ${e}`, processingOf(d)?.text);
  const phase = c >= 1 && c <= 80 ? Math.floor((c - 1) / 20) : 0;
  const quantity = c <= 80 ? phaseQuantities[c - phase * 20] : otherQuantities[c];
  const processing = processingOf(d);
  if (quantity === undefined || processing === undefined) return undefined;
  const name = processing.integral === true ? quantity.energy : quantity.power;
  const withPhase = phase === 0 ? name : `${name} L${phase}`;
  return join(withPhase, processing.text, classificationOf(quantity, d, processing.integral === true, e));
}

function processingOf(d: number): { text: string; integral?: true } | undefined {
  return d >= 128 && d <= 254 ? { text: `manufacturer specific processing ${d}` } : processings[d];
}

/** Group E: a tariff, or a harmonic. */
function classificationOf(
  quantity: ElectricityQuantity,
  d: number,
  integral: boolean,
  e: number,
): string | undefined {
  // Limits of voltages and currents are counted; only their distortion factors (124 and up) are harmonics.
  if (d >= 31 && d <= 46 && e > 0 && e < 124) return `threshold ${e}`;
  if (!integral && quantity.harmonics === true) return harmonicOf(e);
  if (e === 0) return integral ? 'total' : undefined;
  return e <= 63 ? `rate ${e}` : e >= 128 ? `manufacturer specific class ${e}` : `class ${e}`;
}

function harmonicOf(e: number): string | undefined {
  if (e === 0) return undefined;
  if (e === 1) return 'fundamental';
  if (e <= 120) return `harmonic ${e}`;
  const named: Readonly<Record<number, string>> = {
    124: 'total harmonic distortion',
    125: 'total demand distortion',
    126: 'all harmonics',
    127: 'all harmonics to nominal value ratio',
  };
  return named[e] ?? (e >= 128 ? `manufacturer specific class ${e}` : `class ${e}`);
}

function angleOf(e: number): string {
  const one = anglePhasors[Math.floor(e / 10)];
  const other = anglePhasors[e % 10];
  if (one === undefined || other === undefined) return `Angle ${e}, instantaneous value`;
  return one === other ? `Angle of ${one}, instantaneous value` : `Angle between ${one} and ${other}`;
}

function otherOf(a: number, c: number, d: number, e: number, medium: string): string {
  const known = otherMedia[a];
  const quantity = known?.quantities[c];
  if (known === undefined || quantity === undefined) {
    const shared = lookUpOther(c, d, e);
    return shared === undefined ? `${medium} object ${c}.${d}.${e}` : `${medium}: ${shared}`;
  }
  const processing =
    known.processings[d] ??
    (d >= 128 && d <= 254 ? `manufacturer specific processing ${d}` : `processing ${d}`);
  const rate = e === 0 ? undefined : e <= 63 ? `rate ${e}` : `class ${e}`;
  return join(`${medium}: ${lowerFirst(quantity)}`, processing, rate);
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

function join(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined && part !== '').join(', ');
}
