/** scaler_unit and its exact application (IEC 62056-6-2, scal_unit_type: value × 10^scaler in the unit). */
import { type Decimal, decimal, decimalFromNumber, formatDecimal, scaleDecimal } from '../base/decimal.ts';
import { raiseData } from './errors.ts';
import type { Data } from './types.ts';
import { type Unit, unitOf } from './units.ts';

/** Attribute scaler_unit of Register and its kin. */
export interface ScalerUnit {
  /** -128..127. */
  readonly scaler: number;
  /** Code of the unit; {@link unitOf} names it. */
  readonly unit: number;
}

/** A number with its unit. */
export interface Quantity {
  readonly value: Decimal;
  readonly unit: Unit;
}

/** Reads attribute scaler_unit: structure { integer, enum }. Throws `data/not-a-number`. */
export function scalerUnitFromData(value: Data): ScalerUnit {
  if (value.type === 'structure' && value.value.length === 2) {
    const [scaler, unit] = value.value;
    if (scaler?.type === 'integer' && unit?.type === 'enum')
      return { scaler: scaler.value, unit: unit.value };
  }
  throw raiseData('not-a-number', 'a scaler_unit is a structure of integer and enum');
}

/** Writes attribute scaler_unit. */
export function scalerUnitToData(value: ScalerUnit): Data {
  return {
    type: 'structure',
    value: [
      { type: 'integer', value: value.scaler },
      { type: 'enum', value: value.unit },
    ],
  };
}

/**
 * Applies a scaler to a value (IEC 62056-6-2, scal_unit_type). In: an integer or floating point value.
 * Out: the exact product. Throws `data/not-a-number` for other types, NaN and infinities.
 */
export function applyScaler(value: Data, scalerUnit: ScalerUnit): Quantity {
  return { value: scaleDecimal(decimalOf(value), scalerUnit.scaler), unit: unitOf(scalerUnit.unit) };
}

/** The number in a value, exactly. Throws `data/not-a-number`. */
export function decimalOf(value: Data): Decimal {
  switch (value.type) {
    case 'integer':
    case 'long':
    case 'double-long':
    case 'unsigned':
    case 'long-unsigned':
    case 'double-long-unsigned':
    case 'delta-integer':
    case 'delta-long':
    case 'delta-double-long':
    case 'delta-unsigned':
    case 'delta-long-unsigned':
    case 'delta-double-long-unsigned':
    case 'long64':
    case 'long64-unsigned':
    case 'enum':
    case 'bcd':
      return decimal(value.value);
    case 'float32':
    case 'float64':
      if (!Number.isFinite(value.value)) throw raiseData('not-a-number', `the value is ${value.value}`);
      return decimalFromNumber(value.type === 'float32' ? shortestFloat32(value.value) : value.value);
    default:
      throw raiseData('not-a-number', `a scaler does not apply to ${value.type}`);
  }
}

/** The shortest decimal that is this float32, so that 0.1 is not 0.10000000149011612. */
function shortestFloat32(value: number): number {
  for (let digits = 1; digits <= 9; digits++) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return shorter;
  }
  return value;
}

/** `26192.7 Wh`. */
export function formatQuantity(quantity: Quantity): string {
  const digits = formatDecimal(quantity.value);
  return quantity.unit.symbol === '' ? digits : `${digits} ${quantity.unit.symbol}`;
}
