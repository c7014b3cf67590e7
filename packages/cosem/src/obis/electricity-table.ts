/**
 * Data table: value groups C, D and E of electricity (A = 1). IEC 62056-6-1, electricity related objects.
 */
import type { ObisRule } from './rules.ts';

/** A quantity of group C: what its time integral is called and what its other values are called. */
export interface ElectricityQuantity {
  readonly energy: string;
  readonly power: string;
  /** Group E of values that are not integrals is the harmonic (IEC 62056-6-1, harmonics). */
  readonly harmonics?: true;
}

/** C = 1..20 for the sum of the phases; 21..40 are the same for L1, 41..60 for L2, 61..80 for L3. */
export const phaseQuantities: Readonly<Record<number, ElectricityQuantity>> = {
  1: { energy: 'Active energy import (+A)', power: 'Active power import (+P)' },
  2: { energy: 'Active energy export (-A)', power: 'Active power export (-P)' },
  3: { energy: 'Reactive energy import (+R)', power: 'Reactive power import (+Q)' },
  4: { energy: 'Reactive energy export (-R)', power: 'Reactive power export (-Q)' },
  5: { energy: 'Reactive energy, quadrant I', power: 'Reactive power, quadrant I' },
  6: { energy: 'Reactive energy, quadrant II', power: 'Reactive power, quadrant II' },
  7: { energy: 'Reactive energy, quadrant III', power: 'Reactive power, quadrant III' },
  8: { energy: 'Reactive energy, quadrant IV', power: 'Reactive power, quadrant IV' },
  9: { energy: 'Apparent energy import (+VA)', power: 'Apparent power import (+S)' },
  10: { energy: 'Apparent energy export (-VA)', power: 'Apparent power export (-S)' },
  11: { energy: 'Ampere-hours', power: 'Current', harmonics: true },
  12: { energy: 'Volt-hours', power: 'Voltage', harmonics: true },
  13: { energy: 'Power factor', power: 'Power factor' },
  14: { energy: 'Supply frequency', power: 'Supply frequency' },
  15: { energy: 'Active energy (|+A|+|-A|)', power: 'Active power (|+P|+|-P|)', harmonics: true },
  16: { energy: 'Active energy (|+A|-|-A|)', power: 'Active power (|+P|-|-P|)' },
  17: { energy: 'Active energy, quadrant I', power: 'Active power, quadrant I' },
  18: { energy: 'Active energy, quadrant II', power: 'Active power, quadrant II' },
  19: { energy: 'Active energy, quadrant III', power: 'Active power, quadrant III' },
  20: { energy: 'Active energy, quadrant IV', power: 'Active power, quadrant IV' },
};

/** C = 81..92, which have no phases to count through. */
export const otherQuantities: Readonly<Record<number, ElectricityQuantity>> = {
  81: { energy: 'Angle', power: 'Angle' },
  82: { energy: 'Unitless quantity (pulses or pieces)', power: 'Unitless quantity (pulses or pieces)' },
  83: { energy: 'Transformer and line losses', power: 'Transformer and line losses' },
  84: { energy: 'Power factor (-)', power: 'Power factor (-)' },
  85: { energy: 'Power factor (-) L1', power: 'Power factor (-) L1' },
  86: { energy: 'Power factor (-) L2', power: 'Power factor (-) L2' },
  87: { energy: 'Power factor (-) L3', power: 'Power factor (-) L3' },
  88: { energy: 'Ampere-squared hours', power: 'Ampere-squared' },
  89: { energy: 'Volt-squared hours', power: 'Volt-squared' },
  90: { energy: 'Ampere-hours, sum over all phases', power: 'Current, sum over all phases', harmonics: true },
  91: { energy: 'Ampere-hours, neutral', power: 'Current, neutral', harmonics: true },
  92: { energy: 'Volt-hours, neutral', power: 'Voltage, neutral', harmonics: true },
};

/** Group D of a measured value. */
export interface Processing {
  readonly text: string;
  /** A time integral: an energy, and group E is a tariff rate. */
  readonly integral?: true;
}

/** Group D: how the quantity was processed. An empty text is the plain meter reading. */
export const processings: Readonly<Record<number, Processing>> = {
  0: { text: 'billing period average' },
  1: { text: 'cumulative minimum' },
  2: { text: 'cumulative maximum' },
  3: { text: 'minimum' },
  4: { text: 'current average' },
  5: { text: 'last average' },
  6: { text: 'maximum' },
  7: { text: 'instantaneous value' },
  8: { text: '', integral: true },
  9: { text: 'since the start of the billing period', integral: true },
  10: { text: 'excess over the threshold', integral: true },
  11: { text: 'cumulative minimum (averaging scheme 2)' },
  12: { text: 'cumulative maximum (averaging scheme 2)' },
  13: { text: 'minimum (averaging scheme 2)' },
  14: { text: 'current average (averaging scheme 2)' },
  15: { text: 'last average (averaging scheme 2)' },
  16: { text: 'maximum (averaging scheme 2)' },
  17: { text: 'time integral 7', integral: true },
  18: { text: 'time integral 8', integral: true },
  19: { text: 'time integral 9', integral: true },
  20: { text: 'time integral 10', integral: true },
  21: { text: 'cumulative minimum (averaging scheme 3)' },
  22: { text: 'cumulative maximum (averaging scheme 3)' },
  23: { text: 'minimum (averaging scheme 3)' },
  24: { text: 'current average (averaging scheme 3)' },
  25: { text: 'last average (averaging scheme 3)' },
  26: { text: 'maximum (averaging scheme 3)' },
  27: { text: 'current average for recording interval 1' },
  28: { text: 'current average for recording interval 2' },
  29: { text: 'in recording interval 1', integral: true },
  30: { text: 'in recording interval 2', integral: true },
  31: { text: 'under limit threshold' },
  32: { text: 'under limit occurrence counter' },
  33: { text: 'under limit duration' },
  34: { text: 'under limit magnitude' },
  35: { text: 'over limit threshold' },
  36: { text: 'over limit occurrence counter' },
  37: { text: 'over limit duration' },
  38: { text: 'over limit magnitude' },
  39: { text: 'missing threshold' },
  40: { text: 'missing occurrence counter' },
  41: { text: 'missing duration' },
  42: { text: 'missing magnitude' },
  43: { text: 'time threshold for under limit' },
  44: { text: 'time threshold for over limit' },
  45: { text: 'time threshold for missing magnitude' },
  46: { text: 'contracted value' },
  49: { text: 'average for recording interval 1' },
  50: { text: 'average for recording interval 2' },
  51: { text: 'minimum for recording interval 1' },
  52: { text: 'minimum for recording interval 2' },
  53: { text: 'maximum for recording interval 1' },
  54: { text: 'maximum for recording interval 2' },
  55: { text: 'test average' },
  56: { text: 'current average for harmonics' },
  58: { text: 'test time integral', integral: true },
};

/** Group E of angles: tens and units name the two phasors (C = 81). */
export const anglePhasors: Readonly<Record<number, string>> = {
  0: 'U(L1)',
  1: 'U(L2)',
  2: 'U(L3)',
  4: 'I(L1)',
  5: 'I(L2)',
  6: 'I(L3)',
  7: 'I(neutral)',
};

/** Group E of losses (C = 83). */
export const losses: Readonly<Record<number, string>> = {
  1: 'Active line losses (+)',
  2: 'Active line losses (-)',
  3: 'Active line losses',
  4: 'Active transformer losses (+)',
  5: 'Active transformer losses (-)',
  6: 'Active transformer losses',
  7: 'Active losses (+)',
  8: 'Active losses (-)',
  9: 'Active losses',
  10: 'Reactive line losses (+)',
  11: 'Reactive line losses (-)',
  12: 'Reactive line losses',
  13: 'Reactive transformer losses (+)',
  14: 'Reactive transformer losses (-)',
  15: 'Reactive transformer losses',
  16: 'Reactive losses (+)',
  17: 'Reactive losses (-)',
  18: 'Reactive losses',
};

/** General purpose and service entries where electricity has its own. */
export const electricityRules: readonly ObisRule[] = [
  ['0.0.0-9', 'Electricity ID {e+1}'],
  ['0.0.255', 'Electricity ID, all parts combined'],
  ['0.3.0', 'Pulse constant of the metrological LED, active energy'],
  ['0.3.1', 'Pulse constant of the metrological LED, reactive energy'],
  ['0.3.2', 'Pulse constant of the metrological LED, apparent energy'],
  ['0.3.3', 'Pulse constant of the output, active energy'],
  ['0.3.4', 'Pulse constant of the output, reactive energy'],
  ['0.3.5', 'Pulse constant of the output, apparent energy'],
  ['0.3.x', 'Output pulse constant, entry {e}'],
  ['0.4.0', 'Reading factor for power'],
  ['0.4.1', 'Reading factor for energy'],
  ['0.4.2', 'Current transformer ratio, numerator'],
  ['0.4.3', 'Voltage transformer ratio, numerator'],
  ['0.4.4', 'Overall transformer ratio, numerator'],
  ['0.4.5', 'Current transformer ratio, denominator'],
  ['0.4.6', 'Voltage transformer ratio, denominator'],
  ['0.4.7', 'Overall transformer ratio, denominator'],
  ['0.4.x', 'Ratio entry {e}'],
  ['0.5.x', 'Demand limit entry {e}'],
  ['0.6.0', 'Nominal voltage'],
  ['0.6.1', 'Basic or nominal current'],
  ['0.6.2', 'Nominal frequency'],
  ['0.6.3', 'Maximum current'],
  ['0.6.4', 'Reference voltage for power quality measurement'],
  ['0.6.5', 'Reference voltage for the auxiliary supply'],
  ['0.6.x', 'Nominal value entry {e}'],
  ['0.7.0', 'Input pulse value, active energy'],
  ['0.7.1', 'Input pulse value, reactive energy'],
  ['0.7.2', 'Input pulse value, apparent energy'],
  ['0.7.x', 'Input pulse value, entry {e}'],
  ['0.8.0-2', 'Measurement period of averaging scheme {e+1}'],
  ['0.8.3', 'Measurement period of instantaneous values'],
  ['0.8.4', 'Recording interval 1 of the load profile'],
  ['0.8.5', 'Recording interval 2 of the load profile'],
  ['0.8.6', 'Billing period'],
  ['0.8.x', 'Measurement period entry {e}'],
  ['0.10.x', 'Coefficient {e} of transformer and line losses'],
  ['0.11.1', 'Measurement method of active power'],
  ['0.11.2', 'Measurement method of active energy'],
  ['0.11.3', 'Measurement method of reactive power'],
  ['0.11.4', 'Measurement method of reactive energy'],
  ['0.11.5', 'Measurement method of apparent power'],
  ['0.11.6', 'Measurement method of apparent energy'],
  ['0.11.7', 'Measurement method of the power factor'],
  ['96.1.0-9', 'Metering point ID {e+1}'],
  ['96.1.255', 'Metering point ID, all parts combined'],
  ['99.11.x', 'Voltage harmonics profile {e}'],
  ['99.12.x', 'Current harmonics profile {e}'],
  ['99.13.x', 'Voltage unbalance profile {e}'],
];
