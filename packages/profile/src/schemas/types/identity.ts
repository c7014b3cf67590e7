/** Data table: what names things in payloads, and the small types that every other table uses. */
import {
  bytes,
  choice,
  flag,
  integer,
  integerOf,
  object,
  record,
  set,
  text,
  type,
  variant,
} from '../build.ts';

export const meterId = type(
  'MeterId',
  'A meter, by its number in the asset register.',
  text('identifier', 32),
);
export const systemTitle = type('SystemTitle', 'A DLMS system title.', text('system-title'));
export const collectorId = type(
  'CollectorId',
  'An AMI Communications Network Device, by its number in the asset register.',
  text('identifier', 32),
);
export const deviceId = type(
  'DeviceId',
  'A device in the field, by its number in the register.',
  text('identifier', 32),
);
export const servicePointId = type('ServicePointId', 'The place that is supplied.', text('identifier', 32));
export const accountId = type(
  'AccountId',
  'A customer account, as the CIS numbers it.',
  text('identifier', 32),
);
export const hanDeviceId = type('HanDeviceId', 'A device of the home area network.', text('eui-64'));
export const feederId = type('FeederId', 'A feeder of the distribution network.', text('identifier', 32));
export const orderId = type(
  'OrderId',
  'An order, as the system that issued it numbers it.',
  text('identifier', 48),
);
export const eventId = type('EventId', 'One demand response or load control event.', text('uuid'));
export const requestId = type(
  'RequestId',
  'Names the request, so that its answer can be told apart.',
  text('uuid'),
);
export const commandId = type(
  'CommandId',
  'Names the command; a repeat carries the same one and does nothing.',
  text('uuid'),
);
export const documentId = type('DocumentId', 'Names this report or notice.', text('uuid'));
export const userId = type(
  'UserId',
  'A person, by the one name under which that person signs in.',
  text('name'),
);
export const roleId = type('RoleId', 'A role of the profile or of the utility.', text('name', 48));
export const componentId = type('ComponentName', 'A component or an actor.', text('component'));
export const operationId = type('OperationId', 'An operation of the profile.', text('operation'));
export const timestamp = type('Timestamp', 'When it happened or was made, in UTC.', text('timestamp'));
export const day = type('Day', 'A calendar day in UTC.', text('day'));
export const readingType = type('ReadingTypeCode', 'What was measured (IEC 61968-9).', text('reading-type'));
export const qualityCode = type('QualityCode', 'How good a value is (IEC 61968-9).', text('quality-code'));
export const eventCode = type(
  'EndDeviceEventCode',
  'What happened at a device (IEC 61968-9).',
  text('event-code'),
);
export const obis = type('ObisCode', 'An object of a meter (IEC 62056-6-1).', text('obis'));
export const reason = type('Reason', 'Why, in a line for a person.', text('line', 160));
export const version = type('Version', 'A version of firmware or of a configuration.', text('version'));
export const sha256 = type('Sha256', 'A SHA-256 hash.', bytes(32, 32));
export const signature = type('Signature', 'An ECDSA signature, P-256 or P-384, as r and s.', bytes(96, 64));
export const keyId = type(
  'KeyId',
  'A key, by its name in the key register; never the key.',
  text('identifier', 64),
);
export const address = type('Address', 'Where it is, in a line for a person.', text('line', 160));
export const currency = type('Currency', 'A currency (ISO 4217).', text('currency'));
export const severity = type(
  'Severity',
  'How urgent it is, as syslog grades it.',
  choice('emergency', 'alert', 'critical', 'error', 'warning', 'notice', 'informational'),
);

/** What a command or a request has come to; each later answer replaces the earlier one. */
export const outcomes = ['accepted', 'pending', 'executed', 'failed', 'refused'] as const;
export const outcome = type('Outcome', 'What it has come to.', choice(...outcomes));

/** Values of settings, arguments and details: typed, and never nested. */
export const settingValue = type(
  'SettingValue',
  'One value of one of four kinds.',
  variant('type', {
    text: object({ value: [text('prose', 256), 'The text.'] }),
    integer: object({
      value: [integer('none', Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER), 'The integer.'],
    }),
    boolean: object({ value: [flag, 'The truth.'] }),
    time: object({ value: [text('timestamp'), 'The instant.'] }),
  }),
);
export const setting = record('Setting', 'A named value.', {
  key: [text('dotted'), 'Its name, in dotted words.'],
  value: settingValue,
});

export const part = type(
  'PartNumber',
  'Which part of the answer this is, counted from 1.',
  integer('count', 1, 100_000),
);
export const parts = type('PartCount', 'How many parts the answer has.', integer('count', 1, 100_000));
export const intervalMinutes = type(
  'IntervalMinutes',
  'Length of an interval; it divides the day.',
  integerOf('minutes', [1, 5, 10, 15, 20, 30, 60]),
);
export const meters = type('Meters', 'The meters, none of them twice.', set(meterId, 10_000));
