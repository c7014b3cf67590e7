/**
 * Data table: connecting, disconnecting and limiting, and what has to be shown before anybody may (2.17.1, 2.15.7).
 * The action of a command is fixed by its message type: a message that turns on can carry nothing that turns off.
 * Numbers of meters are the outermost bounds; the governor holds every command to the configured ones.
 */

import { governedClasses } from '../../data/governor-limits.ts';
import type { FieldSource } from '../build.ts';
import {
  bytes,
  choice,
  highest,
  integer,
  list,
  object,
  optional,
  record,
  set,
  text,
  type,
  variant,
} from '../build.ts';
import type { SharedType } from '../model.ts';
import {
  collectorId,
  commandId,
  componentId,
  deviceId,
  documentId,
  feederId,
  meterId,
  outcome,
  reason,
  requestId,
  roleId,
  sha256,
  signature,
  timestamp,
  userId,
} from './identity.ts';

/** Signed once, so that what two people approved is what happens: the hash covers meters, action and time. */
export const approvalsHash = type(
  'ApprovalsHash',
  'SHA-256 over what was approved: action, frozen list of meters, latest execution.',
  sha256.of,
);
const latestExecution = type('LatestExecution', 'After this the command is void.', timestamp);

/** The frozen list: no command names more meters than a request ever may. */
export const frozenMeters = type(
  'FrozenMeters',
  'The meters, none twice; nobody adds to them after the approval.',
  set(meterId, highest('switching.requestMaximumMeters')),
);

const limitW = integer('powerW', 0, 1_000_000);
export const governedClass = type('GovernedClass', 'What the governor counts.', choice(...governedClasses));

function fleetCommand(
  name: string,
  description: string,
  fields: Readonly<Record<string, FieldSource>>,
): SharedType {
  return record(name, description, {
    commandId,
    ...fields,
    meters: frozenMeters,
    latestExecution,
    approvalsHash,
  });
}

/** The same for the one meter that receives it, with the signature that alone makes it act. */
function meterCommand(
  name: string,
  description: string,
  fields: Readonly<Record<string, FieldSource>>,
): SharedType {
  return record(name, description, {
    commandId,
    ...fields,
    meter: meterId,
    latestExecution,
    approvalsHash,
    signature: [signature, 'Of the switching authority, over all the other fields.'],
  });
}

const disconnect = { action: [choice('disconnect'), 'Opens the switch.'] } as const;
const connect = { action: [choice('connect'), 'Closes the switch, or lets the customer close it.'] } as const;
const limit = {
  limitW: [limitW, 'The most that may be drawn.'],
  forMinutes: optional(
    integer('minutes', 1, 44_640),
    'How long; without it until another limit or a cancel.',
  ),
} as const;

export const disconnectCommand = fleetCommand('DisconnectCommand', 'Turns supply off.', disconnect);
export const connectCommand = fleetCommand('ConnectCommand', 'Turns supply on.', connect);
export const loadLimitCommand = fleetCommand('LoadLimitCommand', 'Limits what may be drawn.', limit);
export const meterDisconnectCommand = meterCommand(
  'MeterDisconnectCommand',
  'Turns one meter off.',
  disconnect,
);
export const meterConnectCommand = meterCommand('MeterConnectCommand', 'Turns one meter on.', connect);
export const meterLoadLimitCommand = meterCommand('MeterLoadLimitCommand', 'Limits one meter.', limit);

/** On site the field person stands at the meter, so either way is one message; it needs the signature all the same. */
export const fieldSwitchCommand = meterCommand('FieldSwitchCommand', 'Turns the meter on site on or off.', {
  action: [choice('connect', 'disconnect'), 'Which way.'],
});

export const toggleServiceCommand = record(
  'ToggleServiceCommand',
  'A field person chooses on or off at the tool.',
  {
    commandId,
    meter: meterId,
    action: [choice('connect', 'disconnect'), 'Which way.'],
    user: userId,
  },
);

export const cancelCommand = record('CancelCommand', 'Takes back one command that has not been executed.', {
  cancelId: [commandId, 'Names the cancel.'],
  commandId: [commandId, 'The command that is taken back.'],
  meters: optional(frozenMeters, 'Only for these; all of the command when left out.'),
  reason: optional(reason),
});

export const meterCancelCommand = record(
  'MeterCancelCommand',
  'Takes back a command that is pending in one meter.',
  {
    cancelId: [commandId, 'Names the cancel.'],
    commandId: [commandId, 'The command that is taken back.'],
    signature: [signature, 'Of the switching authority, over the other fields.'],
  },
);

const cancelScope = variant('scope', {
  system: object({}),
  feeder: object({ feeder: feederId }),
  collector: object({ collector: collectorId }),
});

export const massCancel = record('MassCancel', 'Takes back everything pending of some classes.', {
  cancelId: [commandId, 'Names the cancel.'],
  classes: [set(governedClass, governedClasses.length), 'What is taken back.'],
  where: [cancelScope, 'How far it reaches.'],
  issuedBefore: [timestamp, 'Commands issued later stay.'],
  reason: optional(reason),
});

export const meterMassCancel = record(
  'MeterMassCancel',
  'Takes back everything that is pending in a meter.',
  {
    cancelId: [commandId, 'Names the cancel.'],
    classes: [set(governedClass, governedClasses.length), 'What is taken back.'],
    issuedBefore: [timestamp, 'Commands issued later stay.'],
    signature: [signature, 'Of the switching authority, over the other fields.'],
  },
);

const switchState = choice('connected', 'disconnected', 'ready-for-reconnection');

/** An answer about a command at one meter, with the outcomes that its message type may report. */
function switchOutcome(name: string, description: string, ...possible: readonly string[]): SharedType {
  return record(name, description, {
    commandId,
    meter: meterId,
    outcome: [choice(...possible), 'What the command has come to.'],
    time: timestamp,
    switchState: optional(switchState, 'Where the switch stands.'),
    reason: optional(reason, 'Why, where it failed or was refused.'),
  });
}

export const switchExecuted = switchOutcome('SwitchExecuted', 'The switch has moved.', 'executed');
export const switchAccepted = switchOutcome(
  'SwitchAccepted',
  'The command waits in the delay unit.',
  'accepted',
  'pending',
);
export const switchFailed = switchOutcome(
  'SwitchFailed',
  'The command came to nothing.',
  'failed',
  'refused',
);
export const fieldSwitchOutcome = switchOutcome(
  'FieldSwitchOutcome',
  'How switching on site ended.',
  'accepted',
  'pending',
  'executed',
  'failed',
  'refused',
);
export const loadLimitOutcome = switchOutcome(
  'LoadLimitOutcome',
  'How limiting ended.',
  'accepted',
  'pending',
  'executed',
  'failed',
  'refused',
);

export const cancelOutcome = record('CancelOutcome', 'Whether a cancel came in time.', {
  cancelId: [commandId, 'The cancel that is answered.'],
  commandId: optional(commandId, 'The command that was taken back; left out for a mass cancel.'),
  meter: meterId,
  outcome: [choice('executed', 'failed', 'refused'), 'executed: nothing is pending any more.'],
  tooLate: optional(choice('executed-before', 'unknown-command'), 'Why there was nothing left to cancel.'),
  time: timestamp,
});

export const energizedStatusRequest = record(
  'EnergizedStatusRequest',
  'Asks whether meters have supply behind the switch.',
  {
    requestId,
    meters: frozenMeters,
  },
);

export const energizedStatus = record('EnergizedStatus', 'Whether a meter supplies its customer.', {
  requestId,
  meter: meterId,
  switchState: [switchState, 'Where the switch stands.'],
  loadSideVoltage: [choice('present', 'absent', 'unknown'), 'Whether there is voltage behind it.'],
  time: timestamp,
});

export const turnOffNotice = record('TurnOffNotice', 'Tells in advance that supply will be turned off.', {
  noticeId: documentId,
  meter: meterId,
  from: [timestamp, 'Not before this.'],
  text: [text('prose', 400), 'What to tell the customer.'],
});

// ---------------------------------------------------------------- what has to be shown before

export const approval = record('Approval', "One person's decision on one exact request (2.15.7).", {
  approvalId: documentId,
  requestHash: [sha256, 'SHA-256 over everything that is decided on.'],
  approver: [userId, 'Who decided.'],
  role: [roleId, 'The role that allows it.'],
  decision: [choice('approve', 'reject'), 'What was decided.'],
  time: timestamp,
  expires: [timestamp, 'After this the decision is void.'],
  signature: [signature, 'Of the identity service or of the person, over the other fields.'],
});

export const approvals = type(
  'Approvals',
  'The decisions, each by another person.',
  set(approval, highest('access.approvalsNeeded'), 1, 'approver'),
);

export const permit = record('Permit', 'The governor lets one exact command pass (2.17.1).', {
  permitId: documentId,
  commandId,
  requestHash: [sha256, 'SHA-256 over the command that is permitted.'],
  class: governedClass,
  meters: [integer('count', 1, highest('switching.requestMaximumMeters')), 'How many meters.'],
  expires: [timestamp, 'After this the permit is void.'],
  signature: [signature, 'Of the governor, over the other fields.'],
});

const switchedCommand = type(
  'SwitchedCommand',
  'What is to be done, in the words that were approved.',
  variant('action', {
    connect: object({}),
    disconnect: object({}),
    limit: object({ limitW: [limitW, 'The most that may be drawn.'] }),
    shed: object({ limitW: [limitW, 'The most that may be drawn while load is shed.'] }),
    'activate-firmware': object({ imageSha256: [sha256, 'The image.'] }),
  }),
);

export const signingRequest = record(
  'SigningRequest',
  'Asks the switching authority to sign one command for its meters.',
  {
    requestId,
    commandId,
    command: switchedCommand,
    meters: frozenMeters,
    latestExecution,
    approvals,
    permit,
  },
);

const signedRequest = record('SignedRequest', 'A request that one meter will accept.', {
  meter: meterId,
  apdu: [
    bytes(highest('lines.fieldMessageMaximumOctets'), 16),
    'The DLMS request with its digital signature (general-signing).',
  ],
});

export const signedDeviceRequest = record(
  'SignedDeviceRequests',
  'What the switching authority has signed.',
  {
    requestId,
    commandId,
    part: [integer('count', 1, 100_000), 'Which part this is, counted from 1.'],
    parts: [integer('count', 1, 100_000), 'How many parts there are.'],
    requests: [set(signedRequest, 400, 1, 'meter'), 'One for each meter.'],
  },
);

export const signedCancel = record('SignedCancels', 'Cancels that the switching authority has signed.', {
  cancelId: [commandId, 'The cancel.'],
  requests: [set(signedRequest, 400, 1, 'meter'), 'One for each meter.'],
});

export const signingRefusal = record('SigningRefusal', 'The switching authority does not sign.', {
  requestId,
  commandId,
  cause: [
    choice(
      'approvals',
      'same-person',
      'permit',
      'expired',
      'hash-mismatch',
      'suspended',
      'unavailable',
      'bounds',
    ),
    'What is missing or wrong.',
  ],
  time: timestamp,
});

const load = record('GovernedLoad', 'What of a command falls on one part of the network.', {
  feeder: feederId,
  collector: optional(collectorId, 'The network device behind which the meters are.'),
  meters: [integer('count', 1, highest('switching.requestMaximumMeters')), 'Meters.'],
  powerKw: [integer('powerKw', 0, 1_000_000), 'The power that they draw or would draw.'],
});

export const permitRequest = record('PermitRequest', 'Asks the governor to let a command pass.', {
  requestId,
  commandId,
  requestHash: [sha256, 'SHA-256 over the command.'],
  class: governedClass,
  loads: [list(load, 2000), 'Where it falls.'],
  latestExecution,
});

export const permitRefusal = record('PermitRefusal', 'The governor holds a command.', {
  requestId,
  commandId,
  class: governedClass,
  cause: [
    choice('meters', 'kilowatts', 'suspended', 'expired', 'unavailable'),
    'Which limit it would break.',
  ],
  scope: [choice('feeder', 'collector', 'system'), 'Where.'],
  time: timestamp,
});

export const executionOutcome = record('ExecutionOutcome', 'What meters have made of a command.', {
  commandId,
  outcomes: [
    set(
      record('MeterOutcome', 'What one meter has made of it.', {
        meter: meterId,
        outcome,
        time: timestamp,
        cancelled: optional(choice('cancelled'), 'Present where it was taken back.'),
      }),
      5000,
      1,
      'meter',
    ),
    'By meter.',
  ],
});

export const classSuspended = record('ClassSuspended', 'The governor has stopped a class of commands.', {
  noticeId: documentId,
  class: governedClass,
  scope: [choice('feeder', 'collector', 'system'), 'Where.'],
  place: optional(deviceId, 'The feeder or the network device.'),
  cause: [choice('meters', 'kilowatts', 'order', 'fault'), 'Why.'],
  time: timestamp,
});

export const classResumed = record('ClassResumed', 'A class of commands may pass again.', {
  noticeId: documentId,
  class: governedClass,
  scope: [choice('feeder', 'collector', 'system'), 'Where.'],
  place: optional(deviceId, 'The feeder or the network device.'),
  time: timestamp,
  resumedBy: [userId, 'Who decided it.'],
});

export const signingReport = record('SigningReport', 'What the switching authority has signed or refused.', {
  reportId: documentId,
  commandId,
  permitId: optional(documentId, 'The permit that it used.'),
  class: governedClass,
  signed: [integer('count', 0, highest('switching.requestMaximumMeters')), 'Requests signed.'],
  refused: [integer('count', 0, highest('switching.requestMaximumMeters')), 'Requests refused.'],
  time: timestamp,
});

export const changeOfStateCommand = record(
  'ChangeOfStateCommand',
  'Switches equipment of distribution automation.',
  {
    commandId,
    node: [deviceId, 'The node.'],
    state: [choice('on', 'off'), 'Which way.'],
    latestExecution,
    approvalsHash,
    orderedBy: [componentId, 'The system that orders it.'],
  },
);
