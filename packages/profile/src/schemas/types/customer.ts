/** Data table: prices, texts, prepayment, devices in the home and generation: what concerns the customer. */
import { bytes, choice, flag, integer, list, notAfter, optional, record, set, text } from '../build.ts';
import {
  accountId,
  commandId,
  currency,
  day,
  documentId,
  eventCode,
  hanDeviceId,
  keyId,
  meterId,
  meters,
  outcome,
  reason,
  requestId,
  servicePointId,
  sha256,
  timestamp,
  version,
} from './identity.ts';
import { energyConsumption } from './metering.ts';

const tier = record('PriceTier', 'A price and from when it holds.', {
  from: [timestamp, 'From when.'],
  tier: [integer('none', 0, 15), 'The tier; 0 where there is only one.'],
  priceMicrosPerKwh: [
    integer('microsPerKwh', -100_000_000, 100_000_000),
    'Millionths of the currency for a kWh.',
  ],
});

export const priceSignal = record('PriceSignal', 'What energy costs, now and in the hours to come.', {
  priceId: documentId,
  currency,
  tiers: [list(tier, 24), 'The prices, in the order of time.'],
  until: [timestamp, 'Up to when the last one holds.'],
});

export const rateChange = record('RateChange', 'Another tariff holds from a day on.', {
  noticeId: documentId,
  tariff: [text('identifier', 32), 'The tariff.'],
  effective: [timestamp, 'From when.'],
  text: [text('prose', 240), 'What to tell people.'],
});

export const textMessage = record(
  'TextMessage',
  'A text for the customer, short enough for any display.',
  {
    messageId: documentId,
    text: [text('prose', 240), 'The text.'],
    language: optional(text('language'), 'Its language.'),
    urgency: [choice('low', 'medium', 'high', 'critical'), 'How it is shown.'],
    from: [timestamp, 'Shown from.'],
    to: [timestamp, 'Shown until.'],
    confirmationRequired: [flag, 'Whether a person shall confirm it.'],
    meters: optional(meters),
  },
  notAfter('from', 'to'),
);

export const testMessage = record('TestMessage', 'Shows that a display is reached.', {
  messageId: documentId,
  time: timestamp,
});

const creditMode = choice('credit', 'emergency-credit', 'low-credit', 'exhausted', 'disconnected');
const balance = integer('minorUnits', -1_000_000_000_000, 1_000_000_000_000);

export const prepaymentService = record(
  'PrepaymentService',
  'Starts, stops or tops up prepayment at a meter.',
  {
    messageId: documentId,
    meter: meterId,
    operation: [choice('start', 'stop', 'top-up', 'emergency-credit'), 'What shall happen.'],
    currency,
    amountMinorUnits: optional(
      integer('minorUnits', 0, 1_000_000_000),
      'How much, in the smallest unit of the currency.',
    ),
    creditToken: optional(bytes(64), 'What the meter checks before it credits.'),
  },
);

export const prepaymentStatus = record('PrepaymentStatus', 'How a prepayment account stands.', {
  messageId: documentId,
  meter: meterId,
  currency,
  balanceMinorUnits: [balance, 'The balance, in the smallest unit of the currency.'],
  mode: [creditMode, 'What the account is in.'],
  asOf: [timestamp, 'When it stood so.'],
});

export const prepaymentRequest = record(
  'PrepaymentRequest',
  'Asks for prepayment to be set up, changed or topped up.',
  {
    requestId,
    account: accountId,
    meter: meterId,
    operation: [choice('start', 'stop', 'top-up', 'balance'), 'What is wanted.'],
    currency,
    amountMinorUnits: optional(
      integer('minorUnits', 0, 1_000_000_000),
      'How much, in the smallest unit of the currency.',
    ),
  },
);

export const prepaymentEvent = record('PrepaymentEvent', 'Prepayment at a meter has changed its mode.', {
  reportId: documentId,
  meter: meterId,
  mode: [creditMode, 'What it is in now.'],
  code: optional(eventCode),
  currency: optional(currency),
  balanceMinorUnits: optional(balance, 'The balance, in the smallest unit of the currency.'),
  time: timestamp,
});

export const loadLimitNotice = record(
  'LoadLimitNotice',
  'Tells the home that a limit holds, and what it uses.',
  {
    noticeId: documentId,
    limitW: [integer('powerW', 0, 1_000_000), 'The most that may be drawn.'],
    from: [timestamp, 'Since when.'],
    to: optional(timestamp, 'Until when.'),
    consumption: optional(energyConsumption),
  },
);

export const hanProvisioning = record(
  'HanProvisioning',
  'Admits a device to the home area network of a meter.',
  {
    requestId,
    meter: meterId,
    hanDevice: hanDeviceId,
    deviceKind: [choice('display', 'load-control', 'thermostat', 'generation', 'other'), 'What it is.'],
    operation: [choice('admit', 'remove'), 'What shall happen.'],
    wrappedInstallCode: optional(
      bytes(64, 24),
      'Its install code, wrapped (RFC 3394) for the meter; never in clear.',
    ),
    wrappingKey: optional(keyId, 'The key that wraps it.'),
  },
);

export const hanResult = record('HanResult', 'What has become of a device in the home.', {
  requestId,
  hanDevice: hanDeviceId,
  outcome,
  time: timestamp,
  reason: optional(reason, 'Why it failed or was refused.'),
});

export const hanPing = record('HanPing', 'Asks whether a device in the home answers.', {
  requestId,
  meter: optional(meterId, 'The meter of the home; left out within it.'),
  hanDevice: hanDeviceId,
});

export const hanPingResponse = record('HanPingResponse', 'Whether a device in the home answered.', {
  requestId,
  hanDevice: hanDeviceId,
  reached: [flag, 'Whether it answered.'],
  signalDecibelMilliwatts: optional(integer('decibelMilliwatts', -150, 30), 'Strength of its radio signal.'),
  time: timestamp,
});

export const hanDeviceAsset = record('HanDeviceAsset', 'A device of a customer for the register.', {
  noticeId: documentId,
  account: accountId,
  hanDevice: hanDeviceId,
  meter: optional(meterId, 'The meter that it shall speak to.'),
  operation: [choice('add', 'remove', 'replace'), 'What has happened.'],
});

export const generationEnrollment = record('GenerationEnrollment', 'A customer may feed in from a day on.', {
  noticeId: documentId,
  account: accountId,
  servicePoint: servicePointId,
  meter: meterId,
  capacityW: [integer('powerW', 1, 100_000_000), 'The most that may be fed in.'],
  kind: [choice('solar', 'wind', 'storage', 'combined-heat-power', 'hydro', 'other'), 'What generates.'],
  effective: [day, 'The first day.'],
});

const season = record('TariffSeason', 'Which registers count when, in one season.', {
  name: [text('line', 16), 'Its name.'],
  startsOn: [text('day'), 'A day of the first year; it comes round each year.'],
  switches: [
    list(
      record('TariffSwitch', 'From this minute of the day another register counts.', {
        weekdays: [set(integer('none', 1, 7), 7), 'Days of the week, Monday is 1.'],
        minuteOfDay: [integer('minutes', 0, 1439), 'Minute of the day, local time of the meter.'],
        register: [integer('none', 0, 63), 'The register.'],
      }),
      32,
    ),
    'When registers change.',
  ],
});

export const meterProgram = record('MeterProgram', 'A tariff or another program of a meter.', {
  requestId,
  meters: optional(meters, 'The meters; left out on the way to one meter.'),
  program: [text('identifier', 32), 'The program.'],
  version,
  effective: [timestamp, 'From when it holds.'],
  programSha256: [sha256, 'SHA-256 of the program as it stands in the register.'],
  seasons: optional(list(season, 4), 'The calendar, where it has one.'),
});

export const programConfirmation = record('ProgramConfirmation', 'A meter runs a program.', {
  requestId,
  meter: meterId,
  programSha256: [sha256, 'What it runs.'],
  outcome,
  time: timestamp,
  commandId: optional(commandId, 'The command that started it, where there was one.'),
});

export const meterChangeNotice = record('MeterChangeNotice', 'Tells a customer of a change of the meter.', {
  noticeId: documentId,
  account: accountId,
  servicePoint: servicePointId,
  plannedOn: [day, 'The day of the change.'],
  text: [text('prose', 1000), 'What to tell the customer.'],
});
