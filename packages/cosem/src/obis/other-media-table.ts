/**
 * Data table: value groups C and D of heat cost allocators, heat and cold, gas and water. IEC 62056-6-1 names the
 * media; the groups themselves stand in EN 13757-1 and in the Blue Book of the DLMS UA.
 */

/** A medium: its name, its quantities (C) and how they are processed (D). */
export interface Medium {
  readonly name: string;
  readonly quantities: Readonly<Record<number, string>>;
  readonly processings: Readonly<Record<number, string>>;
}

const meterProcessings: Readonly<Record<number, string>> = {
  0: 'current value',
  1: 'periodical value',
  2: 'set date value',
  3: 'billing date value',
  4: 'minimum',
  5: 'maximum',
  6: 'test value',
};

const thermal: Readonly<Record<number, string>> = {
  1: 'Energy',
  2: 'Accounted volume',
  3: 'Accounted mass',
  4: 'Flow volume',
  5: 'Flow mass',
  6: 'Return volume',
  7: 'Return mass',
  8: 'Power',
  9: 'Flow rate',
  10: 'Flow temperature',
  11: 'Return temperature',
  12: 'Differential temperature',
  13: 'Media pressure',
};

const water: Readonly<Record<number, string>> = {
  1: 'Accumulated volume',
  2: 'Flow rate',
  3: 'Forward temperature',
};

/** Six directions and conditions that gas volumes, energies and masses are counted in. */
const gasDirections: readonly string[] = [
  'Forward undisturbed',
  'Forward disturbed',
  'Forward absolute',
  'Reverse undisturbed',
  'Reverse disturbed',
  'Reverse absolute',
];

function gasCounters(first: number, what: string): Record<number, string> {
  return Object.fromEntries(gasDirections.map((direction, i) => [first + i, `${direction} ${what}`]));
}

const gas: Readonly<Record<number, string>> = {
  ...gasCounters(1, 'meter volume'),
  7: 'Forward absolute meter volume (encoder)',
  8: 'Reverse absolute meter volume (encoder)',
  ...gasCounters(11, 'converter volume'),
  ...gasCounters(21, 'logger volume'),
  ...gasCounters(31, 'energy'),
  41: 'Absolute temperature',
  42: 'Absolute pressure',
  43: 'Flow rate',
  44: 'Velocity of sound',
  45: 'Density of gas',
  46: 'Relative density',
  47: 'Gauge pressure',
  48: 'Differential pressure',
  49: 'Density of air',
  51: 'Correction factor',
  52: 'Conversion factor',
  53: 'Compressibility factor',
  54: 'Superior calorific value',
  55: 'Gas law deviation coefficient',
  ...gasCounters(61, 'mass'),
};

/** Group D of gas: at which conditions, and as what. */
const gasProcessings: Readonly<Record<number, string>> = {
  0: 'at measuring conditions',
  1: 'corrected',
  2: 'at base conditions (converted)',
  3: 'current redundant value at measuring conditions',
};

/** Media by group A, electricity and abstract objects aside. */
export const otherMedia: Readonly<Record<number, Medium>> = {
  4: {
    name: 'Heat cost allocator',
    quantities: {
      1: 'Unrated integral',
      2: 'Rated integral',
      3: 'Radiator surface temperature',
      4: 'Heating medium temperature',
      5: 'Flow temperature',
      6: 'Return temperature',
      7: 'Room temperature',
    },
    processings: meterProcessings,
  },
  5: { name: 'Cooling', quantities: thermal, processings: meterProcessings },
  6: { name: 'Heat', quantities: thermal, processings: meterProcessings },
  7: { name: 'Gas', quantities: gas, processings: gasProcessings },
  8: { name: 'Cold water', quantities: water, processings: meterProcessings },
  9: { name: 'Hot water', quantities: water, processings: meterProcessings },
};
