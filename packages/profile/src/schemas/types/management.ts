/** Data table: what the operators' console asks of components, and their answers. */
import { governedClasses } from '../../data/governor-limits.ts';
import { choice, flag, integer, list, notAbove, optional, record, set, text } from '../build.ts';
import {
  commandId,
  componentId,
  documentId,
  operationId,
  outcome,
  part,
  parts,
  reason,
  requestId,
  setting,
  settingValue,
  severity,
  timestamp,
  userId,
} from './identity.ts';
import { approval, approvals, cancelCommand, governedClass } from './switching.ts';

const sessionId = documentId;

export const managementQuery = record('ManagementQuery', 'Asks a component for something to show.', {
  requestId,
  session: sessionId,
  operation: operationId,
  arguments: optional(set(setting, 32, 1, 'key'), 'What it depends on.'),
});

const row = list(settingValue, 64);

export const managementAnswer = record(
  'ManagementAnswer',
  'A table to show.',
  {
    requestId,
    part,
    parts,
    columns: [set(text('dotted'), 64), 'Names of the columns.'],
    rows: [list(row, 5000, 0), 'The rows, each with a value for every column.'],
  },
  notAbove('part', 'parts'),
);

export const managementCommand = record(
  'ManagementCommand',
  'Has a component do something that a person wants.',
  {
    commandId,
    session: sessionId,
    user: userId,
    operation: operationId,
    arguments: optional(set(setting, 32, 1, 'key'), 'With what.'),
    approvals: optional(approvals),
    latestExecution: [timestamp, 'After this the command is void.'],
  },
);

export const managementOutcome = record(
  'ManagementOutcome',
  'What has become of a command, a cancel or a proposal.',
  {
    of: [requestId, 'What is answered.'],
    outcome,
    time: timestamp,
    detail: optional(text('prose', 1000), 'More, for the person who waits.'),
  },
);

export const configurationProposal = record(
  'ConfigurationProposal',
  'Changes of settings that a person proposes (2.15.7).',
  {
    proposalId: documentId,
    session: sessionId,
    proposedBy: userId,
    settings: [set(setting, 64, 1, 'key'), 'The settings with their new values.'],
    approvals: optional(approvals),
    reason,
  },
);

export const alarm = record('Alarm', 'Something that an operator should see now.', {
  alarmId: documentId,
  component: componentId,
  severity,
  kind: [text('dotted'), 'Which sort of alarm.'],
  time: timestamp,
  cleared: [flag, 'Whether it is over.'],
  summary: [text('line', 240), 'What has happened.'],
});

export const cancelOrder = record('CancelOrder', 'A person takes a command back; one person is enough.', {
  session: sessionId,
  user: userId,
  cancel: cancelCommand,
});

export const suspendOrder = record(
  'SuspendOrder',
  'A person stops classes of commands; one person is enough.',
  {
    orderId: documentId,
    session: sessionId,
    user: userId,
    classes: [set(governedClass, governedClasses.length), 'What is stopped.'],
    reason,
  },
);

export const resumeOrder = record(
  'ResumeOrder',
  'Lets classes of commands pass again, which takes two people.',
  {
    orderId: documentId,
    session: sessionId,
    user: userId,
    classes: [set(governedClass, governedClasses.length), 'What may pass again.'],
    approvals,
    reason,
    scope: [choice('feeder', 'collector', 'system'), 'Where.'],
    settledMeters: optional(integer('count', 0, 100_000), 'Open commands that were looked at.'),
  },
);

export const signedApproval = record(
  'SignedApproval',
  'An approval brought past the identity service, signed by the person.',
  {
    session: sessionId,
    commandId,
    approval,
  },
);
