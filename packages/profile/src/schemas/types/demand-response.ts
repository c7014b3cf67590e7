/** Data table: load control and load shed, from the grid control centre to the device in the home and back. */
import { anyOf, choice, flag, integer, list, notAfter, optional, record, set, text } from '../build.ts';
import type { SharedType } from '../model.ts';
import {
  commandId,
  deviceId,
  documentId,
  eventId,
  feederId,
  hanDeviceId,
  meterId,
  outcome,
  reason,
  signature,
  timestamp,
} from './identity.ts';
import { approvalsHash, frozenMeters } from './switching.ts';

const window = notAfter('from', 'to');
const reductionKw = integer('powerKw', 1, 10_000_000);

export const loadControlRequest = record(
  'LoadControlRequest',
  'Asks for load to be taken off the grid for a while.',
  {
    commandId,
    eventId,
    feeders: optional(set(feederId, 1000), 'Where; everywhere when left out.'),
    reductionKw: [reductionKw, 'How much.'],
    from: [timestamp, 'When it begins.'],
    to: [timestamp, 'When it ends.'],
    emergency: [flag, 'Whether customers may not opt out.'],
    approvalsHash,
  },
  window,
);

export const loadShedNotification = record(
  'LoadShedNotification',
  'Orders load to be shed at chosen meters.',
  {
    commandId,
    eventId,
    reductionKw: [reductionKw, 'How much all of them together shall give.'],
    from: [timestamp, 'When it begins.'],
    to: [timestamp, 'When it ends.'],
    emergency: [flag, 'Whether customers may not opt out.'],
    meters: frozenMeters,
    approvalsHash,
  },
  window,
);

export const loadShedCommand = record(
  'LoadShedCommand',
  'Limits meters while load is shed.',
  {
    commandId,
    eventId,
    limitW: [integer('powerW', 0, 1_000_000), 'The most that a meter may draw meanwhile.'],
    from: [timestamp, 'When it begins.'],
    to: [timestamp, 'When it ends.'],
    meters: frozenMeters,
    latestExecution: [timestamp, 'After this the command is void.'],
    approvalsHash,
  },
  window,
);

export const meterLoadShedCommand = record(
  'MeterLoadShedCommand',
  'Limits one meter while load is shed.',
  {
    commandId,
    eventId,
    meter: meterId,
    limitW: [integer('powerW', 0, 1_000_000), 'The most that it may draw meanwhile.'],
    from: [timestamp, 'When it begins.'],
    to: [timestamp, 'When it ends.'],
    mandatory: [flag, 'Whether the customer may not opt out.'],
    latestExecution: [timestamp, 'After this the command is void.'],
    approvalsHash,
    signature: [signature, 'Of the switching authority, over all the other fields.'],
  },
  window,
);

/** Answers of one device to one event; the stage is fixed by the message type. */
function stageConfirmation(name: string, description: string, stage: string): SharedType {
  return record(name, description, {
    eventId,
    device: [deviceId, 'The meter, or the device in the home.'],
    stage: [choice(stage), 'Which moment of the event is confirmed.'],
    outcome,
    time: timestamp,
    reason: optional(reason, 'Why it failed or was refused.'),
  });
}

export const eventNotified = stageConfirmation('EventNotified', 'A device knows of an event.', 'notified');
export const eventStarted = stageConfirmation('EventStarted', 'A device has begun with an event.', 'started');
export const eventEnded = stageConfirmation('EventEnded', 'A device is done with an event.', 'ended');

function fleetConfirmation(name: string, description: string, stage: string): SharedType {
  const device = record(`${name}Device`, 'What one device has answered.', {
    device: [deviceId, 'The meter.'],
    outcome,
    time: timestamp,
  });
  return record(name, description, {
    eventId,
    stage: [choice(stage), 'Which moment of the event is confirmed.'],
    devices: [set(device, 5000, 1, 'device'), 'By device.'],
  });
}

export const loadShedNotified = fleetConfirmation(
  'LoadShedNotified',
  'Who knows of a load shed.',
  'notified',
);
export const loadShedStarted = fleetConfirmation('LoadShedStarted', 'Who has begun to shed.', 'started');
export const loadShedEnded = fleetConfirmation('LoadShedEnded', 'Who is done with shedding.', 'ended');

export const demandResponseFailure = record(
  'DemandResponseFailure',
  'Which devices have not confirmed an event.',
  {
    eventId,
    devices: [set(deviceId, 5000), 'The devices.'],
    cause: [choice('no-answer', 'refused', 'failed', 'opted-out'), 'Why.'],
    time: timestamp,
  },
);

export const loadShedEventEnd = record('LoadShedEventEnd', 'A load shed is over.', {
  eventId,
  time: timestamp,
  achievedKw: optional(integer('powerKw', 0, 10_000_000), 'What was taken off, as measured.'),
});

const feederReduction = record('FeederReduction', 'What one feeder gave.', {
  feeder: feederId,
  achievedKw: [integer('powerKw', 0, 10_000_000), 'What was taken off.'],
  meters: [integer('count', 0, 1_000_000), 'Meters that took part.'],
});

export const loadShedReport = record('LoadShedReport', 'What a load shed has brought.', {
  reportId: documentId,
  eventId,
  requestedKw: [integer('powerKw', 0, 10_000_000), 'What was asked for.'],
  achievedKw: [integer('powerKw', 0, 10_000_000), 'What was taken off.'],
  feeders: optional(set(feederReduction, 1000, 1, 'feeder'), 'By feeder.'),
  time: timestamp,
});

export const loadControlEvent = record(
  'LoadControlEvent',
  'Tells a device in the home of an event to come.',
  {
    eventId,
    from: [timestamp, 'When it begins.'],
    to: [timestamp, 'When it ends.'],
    mandatory: [flag, 'Whether it may not be opted out of.'],
    criticality: [integer('none', 1, 9), 'How urgent, 9 most.'],
    dutyCyclePercent: optional(integer('percent', 0, 100), 'How much of the time a device may run.'),
    temperatureOffsetThousandths: optional(
      integer('thousandths', -20_000, 20_000),
      'By how many thousandths of a degree a set point moves.',
    ),
    text: optional(text('prose', 240), 'What to show.'),
  },
  window,
);

/** What a device in the home is told as an event goes on; the stage is fixed by the message type. */
function eventStage(name: string, description: string, stage: string): SharedType {
  return record(name, description, {
    eventId,
    stage: [choice(stage), 'What happens now.'],
    time: timestamp,
  });
}

export const eventStart = eventStage('EventStart', 'An event begins.', 'start');
export const eventEnd = eventStage('EventEnd', 'An event ends.', 'end');
export const eventCancelled = eventStage(
  'EventCancelled',
  'An event does not take place, or ends early.',
  'cancelled',
);

export const optOut = record(
  'OptOut',
  'A customer does not take part in an event.',
  {
    eventId,
    hanDevice: optional(hanDeviceId, 'The device in the home.'),
    meter: optional(meterId, 'The meter of the home; added where the message leaves it.'),
    time: timestamp,
  },
  anyOf('hanDevice', 'meter'),
);

const hanAction = choice('turn-on', 'turn-off', 'set-point', 'duty-cycle', 'status');

export const customerHanCommand = record(
  'CustomerHanCommand',
  "Acts on a customer's own device, at the customer's wish.",
  {
    commandId,
    meter: meterId,
    hanDevice: hanDeviceId,
    action: [hanAction, 'What it shall do.'],
    valueThousandths: optional(
      integer('thousandths', -1_000_000, 1_000_000),
      'Set point in thousandths of a degree, or duty cycle in thousandths.',
    ),
    authorization: [text('identifier', 64), 'The consent of the customer.'],
    latestExecution: [timestamp, 'After this the command is void.'],
  },
);

export const customerHanResponse = record(
  'CustomerHanResponse',
  "What a customer's own device has made of a command.",
  {
    commandId,
    hanDevice: hanDeviceId,
    outcome,
    state: optional(list(text('line', 40), 8), 'What the device says of itself.'),
    time: timestamp,
  },
);
