/** Data table: network devices, what they relay, and meters that are reached over other protocols. */
import { bytes, choice, flag, highest, integer, list, optional, record, set, text } from '../build.ts';
import {
  collectorId,
  deviceId,
  documentId,
  meterId,
  requestId,
  setting,
  sha256,
  systemTitle,
  timestamp,
  version,
} from './identity.ts';

/** Sealed between head end and meter: whoever relays it sees how long it is, and for whom. */
const sealedApdu = bytes(highest('lines.fieldMessageMaximumOctets'), 8);

export const relayedRequest = record('RelayedRequest', 'A sealed request on its way to a meter.', {
  relayId: documentId,
  meter: systemTitle,
  channel: [
    choice('reading', 'switching', 'firmware', 'alarm'),
    'Which client of the meter it is for, so that it can be counted.',
  ],
  apdu: [sealedApdu, 'The APDU, sealed end to end.'],
});

export const relayedAnswer = record('RelayedAnswer', 'A sealed answer on its way from a meter.', {
  relayId: optional(documentId, 'The request that is answered; left out for what a meter pushes.'),
  meter: systemTitle,
  channel: [choice('reading', 'switching', 'firmware', 'alarm'), 'Which client of the meter it is for.'],
  apdu: [sealedApdu, 'The APDU, sealed end to end.'],
});

export const deviceConfiguration = record('DeviceConfiguration', 'Settings of a network device.', {
  requestId,
  configurationVersion: [version, 'What it has afterwards.'],
  settings: [set(setting, 64, 1, 'key'), 'The settings.'],
});

const admitted = record('AdmittedMeter', 'A meter that a network device lets speak.', {
  systemTitle,
  meter: meterId,
  channels: [set(choice('reading', 'switching', 'firmware', 'alarm'), 4), 'What may pass to it.'],
});

export const accessList = record('AccessList', 'All meters that a network device lets speak.', {
  requestId,
  listVersion: [integer('count', 1, Number.MAX_SAFE_INTEGER), 'A lower one is refused.'],
  meters: [set(admitted, 5000, 0, 'systemTitle'), 'The meters; nobody else may.'],
});

export const statusRequest = record('StatusRequest', 'Asks a network device how it is.', { requestId });

export const deviceStatus = record('DeviceStatus', 'How a network device is.', {
  requestId: optional(requestId, 'The request, where it was asked for.'),
  device: deviceId,
  time: timestamp,
  firmwareVersion: version,
  configurationVersion: version,
  meters: [integer('count', 0, 100_000), 'Meters that speak through it.'],
  uptimeSeconds: [integer('seconds', 0, 4_294_967_295), 'Since its start.'],
  onBattery: [flag, 'Whether it runs on its battery.'],
  firmwareSha256: optional(sha256, 'SHA-256 of what it runs.'),
  storePercent: optional(integer('percent', 0, 100), 'How full its store is.'),
});

export const intrusionEvent = record(
  'NetworkIntrusion',
  'A network device has seen what should not be (2.15.30).',
  {
    reportId: documentId,
    collector: collectorId,
    condition: [
      choice(
        'unknown-meter',
        'not-permitted',
        'flood',
        'replay',
        'malformed',
        'bad-signature',
        'scan',
        'housing',
      ),
      'What it has seen.',
    ],
    about: optional(deviceId, 'Which device it was.'),
    count: [integer('count', 1, 4_294_967_295), 'How often since the last report.'],
    time: timestamp,
    evidence: optional(list(bytes(256), 4), 'The first octets of what was refused.'),
  },
);

export const clockSet = record('ClockSet', 'Sets the clock of a meter (2.16.8).', {
  requestId,
  time: [timestamp, 'The time at the moment of sending.'],
  source: [text('line', 40), 'Where the time comes from.'],
});

export const establishConnection = record(
  'EstablishConnection',
  'Asks a meter of another kind to begin to speak.',
  {
    requestId,
    device: deviceId,
    protocol: [choice('wm-bus', 'm-bus', 'dlms'), 'In what.'],
  },
);

export const connectionEstablished = record(
  'ConnectionEstablished',
  'A meter of another kind speaks, or not.',
  {
    requestId,
    device: deviceId,
    connected: [flag, 'Whether it speaks.'],
    time: timestamp,
  },
);

export const fieldTestRequest = record(
  'FieldTestRequest',
  'Asks a meter on site for its self-test and a test of its communication.',
  {
    requestId,
    communication: [flag, 'Whether it shall reach its head end too.'],
  },
);
