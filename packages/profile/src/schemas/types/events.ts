/**
 * Data table: events, outages and the health of devices. Each alarm of the profile has a type of its own with the
 * conditions that it may report, so that a message type cannot carry another one's news.
 */
import { anyOf, choice, integer, list, notAfter, optional, record, set, text } from '../build.ts';
import type { SharedType } from '../model.ts';
import {
  address,
  collectorId,
  deviceId,
  documentId,
  eventCode,
  feederId,
  meterId,
  meters,
  part,
  parts,
  requestId,
  setting,
  systemTitle,
  timestamp,
  version,
} from './identity.ts';

const details = set(setting, 8, 1, 'key');

export const endDeviceEvent = record('EndDeviceEvent', 'One event of one device (IEC 61968-9).', {
  device: [deviceId, 'The device.'],
  code: eventCode,
  time: [timestamp, 'When the device saw it, by its own clock.'],
  sequence: optional(integer('count', 0, 4_294_967_295), 'Its number in the log of the device.'),
  details: optional(details, 'What the device says besides.'),
});

export const deviceEvents = record('DeviceEvents', 'Events that one device reports.', {
  reportId: documentId,
  events: [list(endDeviceEvent, 16), 'The events, oldest first.'],
});

export const eventBatch = record('EventBatch', 'Events of many devices.', {
  reportId: documentId,
  events: [list(endDeviceEvent, 2000), 'The events, oldest first.'],
});

/** A report of one meter whose conditions are closed. */
function meterEvent(name: string, description: string, ...conditions: readonly string[]): SharedType {
  return record(name, description, {
    reportId: documentId,
    meter: meterId,
    condition: [choice(...conditions), 'What was found.'],
    code: optional(eventCode, 'The same in the words of IEC 61968-9.'),
    time: [timestamp, 'When the meter saw it, by its own clock.'],
    details: optional(details, 'What the meter says besides.'),
  });
}

export const removalEvent = meterEvent('RemovalEvent', 'A meter was taken out of its socket.', 'removed');
export const reinstallationEvent = meterEvent(
  'ReinstallationEvent',
  'A removed meter is back.',
  'reinstalled',
);
export const inversionEvent = meterEvent(
  'InversionEvent',
  'Energy flows the wrong way through a meter.',
  'inverted',
);
export const customerLoadEvent = meterEvent(
  'CustomerLoadEvent',
  'There is voltage behind a switch that is open.',
  'load-side-voltage',
);
export const intrusionEvent = meterEvent(
  'IntrusionEvent',
  'Somebody has got at the housing.',
  'cover-opened',
  'terminal-cover-opened',
  'seal-broken',
  'magnetic-field',
  'port-probed',
);
export const tamperOrPowerEvent = meterEvent(
  'TamperOrPowerEvent',
  'Tampering was tried, or the supply went or came back.',
  'tampering-attempt',
  'outage',
  'restoration',
);
export const locationEvent = meterEvent(
  'LocationEvent',
  'A meter answers from elsewhere, or no longer answers.',
  'location-changed',
  'network-disconnected',
);
export const powerQualityEvent = meterEvent(
  'PowerQualityEvent',
  'The supply has left its limits.',
  'sag',
  'swell',
  'interruption',
  'unbalance',
  'harmonics',
  'frequency',
  'phase-lost',
);
export const generationEvent = meterEvent(
  'GenerationEvent',
  'Something feeds in that should not.',
  'unexpected-generation',
  'unauthorized-generation',
);
export const restorationEvent = meterEvent(
  'RestorationEvent',
  'The supply of a meter is back.',
  'restoration',
);
export const selfTestFailure = meterEvent(
  'SelfTestFailure',
  'A meter has found a fault in itself.',
  'self-test-failed',
  'memory-error',
  'firmware-hash-mismatch',
  'clock-failure',
  'battery-low',
  'metrology-error',
  'communication-error',
);

export const lastGasp = record('LastGasp', 'A meter says that it loses its supply.', {
  noticeId: documentId,
  meter: meterId,
  time: timestamp,
  counter: [integer('count', 0, 4_294_967_295), 'Counts up with each, so that an old one is recognized.'],
});

export const lastGaspRelay = record('LastGaspRelay', 'Last gasps that a network device has heard.', {
  noticeId: documentId,
  collector: collectorId,
  gasps: [list(lastGasp, 2000), 'As they were heard.'],
});

export const collectorOnBattery = record('CollectorOnBattery', 'A network device runs on its battery.', {
  noticeId: documentId,
  collector: collectorId,
  time: timestamp,
  chargePercent: [integer('percent', 0, 100), 'Charge of the battery.'],
  remainingMinutes: optional(integer('minutes', 0, 10_080), 'How long it expects to last.'),
});

export const collectorPowerRestored = record(
  'CollectorPowerRestored',
  'A network device has its supply back.',
  {
    noticeId: documentId,
    collector: collectorId,
    time: timestamp,
    chargePercent: optional(integer('percent', 0, 100), 'Charge of the battery.'),
  },
);

function powerNotice(name: string, description: string, condition: string): SharedType {
  return record(
    name,
    description,
    {
      noticeId: documentId,
      condition: [choice(condition), 'What the notice says.'],
      time: [timestamp, 'Since when.'],
      meters: optional(meters),
      collectors: optional(set(collectorId, 1000), 'Network devices that are concerned.'),
      feeder: optional(feederId, 'The feeder, where it is known.'),
    },
    anyOf('meters', 'collectors'),
  );
}

export const outageNotice = powerNotice('OutageNotice', 'Says who has no supply.', 'outage');
export const restorationNotice = powerNotice(
  'RestorationNotice',
  'Says who has supply again.',
  'restoration',
);

function outageInformation(name: string, description: string, kind: string): SharedType {
  return record(
    name,
    description,
    {
      outageId: documentId,
      kind: [choice(kind), 'Which sort of outage.'],
      from: [timestamp, 'When it begins or began.'],
      to: optional(timestamp, 'When supply is expected back.'),
      area: optional(address, 'Where, in a line for a person.'),
      meters: optional(meters),
      text: [text('prose', 400), 'What to tell people.'],
    },
    notAfter('from', 'to'),
  );
}

export const plannedOutage = outageInformation(
  'PlannedOutage',
  'Work on the network that will cut supply.',
  'planned',
);
export const unplannedOutage = outageInformation(
  'UnplannedOutage',
  'A fault that has cut supply.',
  'unplanned',
);

export const outageRecordRequest = record(
  'OutageRecordRequest',
  'Asks another system for what it knows of outages.',
  {
    requestId,
    from: [timestamp, 'Begin of the period.'],
    to: [timestamp, 'End of the period.'],
    devices: optional(set(deviceId, 5000), 'The devices; all when left out.'),
  },
  notAfter('from', 'to'),
);

const activity = record('Activity', 'Something that a network device did or suffered.', {
  device: deviceId,
  time: timestamp,
  activity: [
    choice('joined', 'left', 'rerouted', 'restarted', 'outage', 'restoration', 'configured', 'refused'),
    'What it was.',
  ],
  detail: optional(text('line', 160), 'More, for a person.'),
});

export const activityRecord = record('ActivityRecord', 'What happened in the network.', {
  recordId: documentId,
  activities: [list(activity, 10_000), 'The activities, oldest first.'],
});

export const eventLog = record('EventLog', 'The log of one meter, or a part of it.', {
  transferId: documentId,
  meter: meterId,
  part,
  parts,
  entries: [list(endDeviceEvent, 512), 'The entries, oldest first.'],
});

export const eventMonitoringRequest = record(
  'EventMonitoringRequest',
  'Asks for events of meters to be watched and reported.',
  {
    requestId,
    meters,
    codes: [set(eventCode, 64), 'The events.'],
    from: [timestamp, 'Begin of the watch.'],
    to: optional(timestamp, 'End of the watch; without it until taken back.'),
  },
  notAfter('from', 'to'),
);

export const selfRegistration = record('SelfRegistration', 'A meter announces itself.', {
  registrationId: documentId,
  meter: meterId,
  systemTitle,
  manufacturer: [text('line', 40), 'Who made it.'],
  model: [text('line', 40), 'What it is.'],
  firmwareVersion: [version, 'The firmware that it runs.'],
  collector: optional(collectorId, 'The network device through which it speaks.'),
  time: timestamp,
});

export const selfTestRequest = record('SelfTestRequest', 'Asks a device to test itself.', {
  requestId,
  tests: [
    set(choice('firmware', 'memory', 'clock', 'cryptography', 'metrology', 'switch', 'communication'), 7),
    'What it tests.',
  ],
});

const testResult = record('TestResult', 'How one test ended.', {
  test: [
    choice(
      'firmware',
      'memory',
      'clock',
      'cryptography',
      'metrology',
      'switch',
      'communication',
      'visual',
      'seal',
    ),
    'What was tested.',
  ],
  passed: [choice('passed', 'failed', 'skipped'), 'How it ended.'],
  detail: optional(text('line', 80), 'More, for a person.'),
});

export const selfTestResult = record('SelfTestResult', 'How the tests of a device ended.', {
  requestId,
  device: deviceId,
  time: timestamp,
  results: [set(testResult, 9, 1, 'test'), 'Each test with its end.'],
});

export const meterTestResults = record(
  'MeterTestResults',
  'How the tests of meters ended, before or after they are set.',
  {
    reportId: documentId,
    device: deviceId,
    time: timestamp,
    results: [set(testResult, 9, 1, 'test'), 'Each test with its end.'],
    errorThousandths: optional(
      integer('thousandths', -1000, 1000),
      'Error of measurement against the reference.',
    ),
  },
);
