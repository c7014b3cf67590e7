/** Exact decimal numbers: what a register times ten to its scaler is, without the rounding of binary floating point. */
import { errorTable } from './errors.ts';

const raiseDecimal = errorTable('decimal', {
  text: {
    kind: 'decode',
    meaning: 'The text is not a decimal number.',
    remedy: 'Write digits with one point and an optional exponent, as 12.50 or -3e-2.',
  },
  exponent: {
    kind: 'overload',
    meaning: 'An exponent is beyond the bound.',
    remedy: 'Scalers are one octet; check where the number comes from.',
  },
});

/** Largest exponent, either way; a scaler is one octet, and numbers are multiplied a few times at most. */
export const maxExponent = 1200;

/** `coefficient` × 10^`exponent`. The exponent is part of the value: 1.50 is 150 × 10^-2, and prints as 1.50. */
export interface Decimal {
  readonly coefficient: bigint;
  readonly exponent: number;
}

/** Makes a decimal. Throws `decimal/exponent`. */
export function decimal(coefficient: bigint | number, exponent = 0): Decimal {
  if (!Number.isInteger(exponent) || Math.abs(exponent) > maxExponent) {
    throw raiseDecimal('exponent', `exponent ${exponent}`);
  }
  return { coefficient: BigInt(coefficient), exponent };
}

/** Reads `12.50`, `-3e-2`. Throws `decimal/text`, `decimal/exponent`. */
export function parseDecimal(text: string): Decimal {
  const found = /^([+-]?)(\d{1,400})(?:\.(\d{1,400}))?(?:[eE]([+-]?\d{1,5}))?$/.exec(text);
  if (found === null)
    throw raiseDecimal('text', `not a decimal number: ${JSON.stringify(text.slice(0, 60))}`);
  const [, sign, whole, fraction = '', power = '0'] = found;
  const size = BigInt(`${whole}${fraction}`);
  return decimal(sign === '-' ? -size : size, Number(power) - fraction.length);
}

/** The exact decimal that a binary floating point number prints as. Throws `decimal/text` for NaN and infinities. */
export function decimalFromNumber(value: number): Decimal {
  return parseDecimal(String(value));
}

/** Plain digits without an exponent: 261927 × 10^-1 is `26192.7`. */
export function formatDecimal(value: Decimal): string {
  const { coefficient, exponent } = value;
  const sign = coefficient < 0n ? '-' : '';
  const digits = String(coefficient < 0n ? -coefficient : coefficient);
  if (exponent >= 0) return coefficient === 0n ? '0' : sign + digits + '0'.repeat(exponent);
  const padded = digits.padStart(1 - exponent, '0');
  return `${sign}${padded.slice(0, exponent)}.${padded.slice(exponent)}`;
}

/** The nearest binary floating point number. */
export function decimalToNumber(value: Decimal): number {
  return Number(`${value.coefficient}e${value.exponent}`);
}

/** Both coefficients at the smaller of the two exponents. */
function aligned(a: Decimal, b: Decimal): [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [
    a.coefficient * 10n ** BigInt(a.exponent - exponent),
    b.coefficient * 10n ** BigInt(b.exponent - exponent),
    exponent,
  ];
}

/** The exact sum, with the smaller exponent of the two. */
export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y, exponent] = aligned(a, b);
  return { coefficient: x + y, exponent };
}

/** The exact difference, with the smaller exponent of the two. */
export function subtractDecimals(a: Decimal, b: Decimal): Decimal {
  const [x, y, exponent] = aligned(a, b);
  return { coefficient: x - y, exponent };
}

/** The exact product. Throws `decimal/exponent`. */
export function multiplyDecimals(a: Decimal, b: Decimal): Decimal {
  return decimal(a.coefficient * b.coefficient, a.exponent + b.exponent);
}

/** Times ten to a power. Throws `decimal/exponent`. */
export function scaleDecimal(value: Decimal, power: number): Decimal {
  return decimal(value.coefficient, value.exponent + power);
}

/** -1, 0 or 1; 1.50 and 1.5 are equal. */
export function compareDecimals(a: Decimal, b: Decimal): -1 | 0 | 1 {
  const [x, y] = aligned(a, b);
  return x < y ? -1 : x > y ? 1 : 0;
}
