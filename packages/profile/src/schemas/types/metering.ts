/**
 * Data table: readings and the requests for them. Energy in Wh, power in W; a generic value is an integer in the unit
 * and with the multiplier that its reading type names. Whole days travel as day blocks: one signature and one check
 * for thousands of meter-days, and the values packed as the store keeps them.
 */
import {
  anyOf,
  bytes,
  choice,
  flag,
  integer,
  list,
  notAbove,
  notAfter,
  optional,
  record,
  set,
  text,
} from '../build.ts';
import type { Relation } from '../model.ts';
import { endDeviceEvent } from './events.ts';
import {
  accountId,
  collectorId,
  day,
  documentId,
  intervalMinutes,
  meterId,
  meters,
  obis,
  orderId,
  part,
  parts,
  qualityCode,
  readingType,
  reason,
  requestId,
  servicePointId,
  timestamp,
} from './identity.ts';

const wholeRange = integer('none', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER);
const readingTypes = set(readingType, 32);
const period = notAfter('from', 'to');
const partOfAll = notAbove('part', 'parts');

export const reading = record('Reading', 'One value at one instant.', {
  readingType,
  time: timestamp,
  value: [wholeRange, 'The value, in unit and multiplier of its reading type.'],
  quality: optional(qualityCode, 'How good it is; left out for a value as the device gave it.'),
  obis: optional(obis, 'The object that it was read from, where a meter says so.'),
});

const packed: readonly Relation[] = [
  { kind: 'packed-day', octets: 'values', octetsEach: 4, intervalMinutes: 'intervalMinutes' },
  { kind: 'packed-day', octets: 'qualities', octetsEach: 1, intervalMinutes: 'intervalMinutes' },
];

export const dayBlock = record(
  'DayBlock',
  'The values of one channel of one meter on one UTC day.',
  {
    meter: meterId,
    readingType,
    day,
    intervalMinutes,
    values: [
      bytes(5760, 96),
      'Signed 32-bit integers, most significant octet first, one for each interval of the day.',
    ],
    qualities: [
      bytes(1440, 24),
      'For each interval the place of its code in qualityCodes, from 0; 255 means missing.',
    ],
    qualityCodes: [set(qualityCode, 64), 'The codes that occur.'],
    origin: [choice('received', 'validated', 'edited'), 'Which version of the day this is.'],
    version: [integer('count', 1, 100_000), 'Number of the version; a higher one replaces a lower.'],
  },
  ...packed,
);

export const meterReadings = record(
  'MeterReadings',
  'Values that one meter gives, asked for or not.',
  {
    meter: meterId,
    requestId: optional(requestId, 'The request that this answers.'),
    readings: optional(list(reading, 64), 'Values at instants.'),
    blocks: optional(list(dayBlock, 4), 'Whole days.'),
  },
  anyOf('readings', 'blocks'),
);

export const readingBatch = record(
  'ReadingBatch',
  'Readings of many meters under one signature.',
  {
    batchId: [documentId, 'Names the batch; a repeat carries the same name and changes nothing.'],
    requestId: optional(requestId, 'The request that this answers.'),
    collector: optional(collectorId, 'The network device that they came through.'),
    readings: optional(list(meterReadings, 20_000), 'Values at instants, by meter.'),
    blocks: optional(list(dayBlock, 50_000), 'Whole days.'),
  },
  anyOf('readings', 'blocks'),
);

export const onDemandReadRequest = record('OnDemandReadRequest', 'Asks for values now.', {
  requestId,
  meters,
  readingTypes: [readingTypes, 'What is wanted.'],
  answerBefore: optional(timestamp, 'After this nobody waits for the answer.'),
});

export const meterReadRequest = record(
  'MeterReadRequest',
  'Asks the meter that receives it for values, now or of a period.',
  {
    requestId,
    readingTypes: [readingTypes, 'What is wanted.'],
    from: optional(timestamp, 'Begin of the period; without it the present value is meant.'),
    to: optional(timestamp, 'End of the period.'),
  },
  period,
);

export const readSchedule = record('ReadSchedule', 'When a meter reads itself and reports.', {
  requestId,
  readingTypes: [readingTypes, 'What it captures.'],
  intervalMinutes,
  reportMinutes: [integer('minutes', 1, 10_080), 'How often it reports.'],
  effective: [timestamp, 'From when the schedule holds.'],
});

export const failedRead = record('FailedRead', 'Says that an asked-for reading did not come.', {
  requestId,
  meter: meterId,
  failedAt: [timestamp, 'When the last attempt ended.'],
  attempts: [integer('count', 1, 100), 'How often it was tried.'],
  cause: [
    choice('no-answer', 'refused', 'unknown-meter', 'no-such-reading', 'expired', 'communication'),
    'Why.',
  ],
});

export const dataRequest = record(
  'DataRequest',
  'Asks for stored data of meters or service points over a period.',
  {
    requestId,
    meters: optional(meters),
    servicePoints: optional(set(servicePointId, 10_000), 'The service points.'),
    readingTypes: [readingTypes, 'What is wanted.'],
    from: [timestamp, 'Begin of the period.'],
    to: [timestamp, 'End of the period.'],
    authorization: optional(
      text('identifier', 64),
      'The consent under which a third party asks, where one does.',
    ),
  },
  anyOf('meters', 'servicePoints'),
  period,
);

export const dataAnswer = record(
  'DataAnswer',
  'Stored data in answer to a request, in as many parts as it takes.',
  {
    requestId,
    part,
    parts,
    readings: optional(list(meterReadings, 20_000), 'Values at instants, by meter.'),
    blocks: optional(list(dayBlock, 50_000), 'Whole days.'),
    incomplete: optional(flag, 'Whether something that was asked for is missing.'),
  },
  partOfAll,
);

export const customerEnergyDataRequest = record(
  'CustomerEnergyDataRequest',
  "Asks for a customer's own energy data (ESPI).",
  {
    requestId,
    account: accountId,
    servicePoints: [set(servicePointId, 100), 'The service points.'],
    authorization: [text('identifier', 64), 'The consent of the customer.'],
    from: [timestamp, 'Begin of the period.'],
    to: [timestamp, 'End of the period.'],
  },
  period,
);

export const billingDeterminantRequest = record(
  'BillingDeterminantRequest',
  'Asks for what a bill is computed from.',
  {
    requestId,
    servicePoints: [set(servicePointId, 50_000), 'The service points.'],
    from: [day, 'First day.'],
    to: [day, 'Last day.'],
    kinds: [
      set(choice('total-energy', 'tou-energy', 'maximum-demand', 'reactive-energy'), 4),
      'What is wanted.',
    ],
  },
  period,
);

const billingDeterminant = record(
  'BillingDeterminantValue',
  'One value that goes into a bill.',
  {
    servicePoint: servicePointId,
    meter: meterId,
    readingType,
    from: [timestamp, 'Begin of what it covers.'],
    to: [timestamp, 'End of what it covers.'],
    touBucket: optional(integer('none', 0, 63), 'The time-of-use bucket; 0 is all of them.'),
    value: [wholeRange, 'The value, in unit and multiplier of its reading type.'],
    quality: qualityCode,
  },
  period,
);

export const billingDeterminants = record(
  'BillingDeterminants',
  'What a bill is computed from.',
  {
    requestId,
    part,
    parts,
    determinants: [list(billingDeterminant, 50_000), 'The values.'],
  },
  partOfAll,
);

export const storedDataRequest = record('StoredDataRequest', 'Asks a meter for all that it has stored.', {
  requestId,
  order: optional(orderId, 'The order under which the field person works.'),
  logs: [flag, 'Whether its logs are wanted too.'],
  fromPart: optional(part, 'Where to go on after an interruption.'),
});

export const storedMeterData = record(
  'StoredMeterData',
  'What a meter had stored, as read at the meter.',
  {
    transferId: [documentId, 'Names the transfer; all its parts carry the same name.'],
    meter: meterId,
    readAt: [timestamp, 'When it was read.'],
    order: optional(orderId, 'The order under which it was read.'),
    part,
    parts,
    readings: optional(list(reading, 1024), 'Values at instants.'),
    blocks: optional(list(dayBlock, 512), 'Whole days.'),
    events: optional(list(endDeviceEvent, 1024), 'Entries of its logs.'),
  },
  partOfAll,
);

export const meterDataAnomaly = record('MeterDataAnomaly', 'Says that data of a meter look wrong.', {
  noticeId: documentId,
  meter: meterId,
  readingType: optional(readingType),
  day,
  finding: [text('line', 160), 'What looks wrong.'],
});

const silentMeter = record('SilentMeter', 'A meter with a problem.', {
  meter: meterId,
  condition: [
    choice('no-answer', 'no-data', 'partial-data', 'suspect-data', 'clock', 'unreachable'),
    'What is wrong.',
  ],
  lastHeard: optional(timestamp, 'When it last answered.'),
});

export const problemMetersReport = record(
  'ProblemMetersReport',
  'Lists meters that do not answer or give no data.',
  {
    reportId: documentId,
    asOf: [timestamp, 'The state at this time.'],
    meters: [set(silentMeter, 10_000, 1, 'meter'), 'The meters.'],
  },
);

export const missingDataNotice = record(
  'MissingDataNotice',
  'Lists meters of another utility from which no data has come.',
  {
    noticeId: documentId,
    from: [timestamp, 'Begin of the period.'],
    to: [timestamp, 'End of the period.'],
    meters,
  },
  period,
);

export const pickupReadRequest = record('PickupReadRequest', 'Asks a field person to read meters on site.', {
  requestId,
  meters,
  dueBefore: [day, 'The last day for it.'],
  reason: optional(reason),
});

export const energyConsumption = record('EnergyConsumption', 'What the home uses, for a display.', {
  time: timestamp,
  energyWh: [integer('energyWh', 0, Number.MAX_SAFE_INTEGER), 'Energy delivered, as the register stands.'],
  receivedEnergyWh: optional(
    integer('energyWh', 0, Number.MAX_SAFE_INTEGER),
    'Energy fed in, as the register stands.',
  ),
  powerW: optional(integer('powerW', -10_000_000, 10_000_000), 'Power now; negative when feeding in.'),
});

const phase = choice('total', 'a', 'b', 'c', 'n');
const quantity = choice('voltage', 'current', 'active-power', 'reactive-power', 'power-factor', 'frequency');

/** Real measurements, and still no fractions: each is an integer in a unit below the accuracy of any meter. */
const powerQualitySample = record('PowerQualitySample', 'What the supply was like at one instant.', {
  time: timestamp,
  phase: [phase, 'The conductor.'],
  voltageMillivolts: optional(integer('millivolts', 0, 1_000_000_000), 'Voltage.'),
  currentMilliamperes: optional(integer('milliamperes', -100_000_000, 100_000_000), 'Current.'),
  powerW: optional(integer('powerW', -1_000_000_000, 1_000_000_000), 'Active power.'),
  reactivePowerVar: optional(integer('reactivePowerVar', -1_000_000_000, 1_000_000_000), 'Reactive power.'),
  powerFactorThousandths: optional(integer('thousandths', -1000, 1000), 'Power factor.'),
  frequencyMillihertz: optional(integer('millihertz', 0, 100_000), 'Frequency.'),
  distortionThousandths: optional(integer('thousandths', 0, 10_000), 'Total harmonic distortion.'),
});

export const powerQualityRequest = record(
  'PowerQualityRequest',
  'Asks for what the supply was like over a period.',
  {
    requestId,
    meter: meterId,
    from: [timestamp, 'Begin of the period.'],
    to: [timestamp, 'End of the period.'],
    quantities: [set(quantity, 6), 'What is wanted.'],
  },
  period,
);

export const realTimeDataRequest = record('RealTimeDataRequest', 'Asks for what the supply is like now.', {
  requestId,
  meter: meterId,
  quantities: [set(quantity, 6), 'What is wanted.'],
});

export const powerQualityData = record('PowerQualityData', 'What the supply was or is like at one meter.', {
  requestId,
  meter: meterId,
  samples: [list(powerQualitySample, 1000), 'The samples.'],
});
