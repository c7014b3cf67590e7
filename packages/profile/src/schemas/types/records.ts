/** Data table: audit records, syslog and what is said about them (2.16). */
import {
  bytes,
  choice,
  flag,
  highest,
  integer,
  list,
  notAbove,
  optional,
  record,
  set,
  text,
} from '../build.ts';
import { componentId, deviceId, documentId, severity, sha256, timestamp } from './identity.ts';

/** A record is kept as the octets that were hashed, so that nobody on the way can change it by encoding it again. */
const recordOctets = bytes(highest('audit.recordMaximumOctets'));
const sequence = integer('count', 0, Number.MAX_SAFE_INTEGER);
const inOrder = notAbove('firstSequence', 'lastSequence');

export const auditRecordBatch = record(
  'AuditRecordBatch',
  'Audit records of one component, without a gap between them.',
  {
    batchId: documentId,
    firstSequence: [sequence, 'Number of the first record.'],
    lastSequence: [sequence, 'Number of the last record.'],
    previousHash: [sha256, 'Hash of the chain before the first record.'],
    records: [list(recordOctets, 4096), 'The records as they were hashed.'],
  },
  inOrder,
);

export const deviceAuditRecords = record(
  'DeviceAuditRecords',
  'Audit records of one device in the field.',
  {
    batchId: documentId,
    device: deviceId,
    firstSequence: [sequence, 'Number of the first record.'],
    lastSequence: [sequence, 'Number of the last record.'],
    previousHash: optional(sha256, 'Hash of the chain before the first record, where the device keeps one.'),
    records: [list(bytes(1024), 64), 'The records as the device wrote them.'],
  },
  inOrder,
);

export const forwardedDeviceRecords = record(
  'ForwardedDeviceRecords',
  'Audit records of devices, passed on unchanged.',
  {
    forwardId: documentId,
    batches: [list(deviceAuditRecords, 1024), 'By device.'],
  },
);

export const syslogBatch = record(
  'SyslogBatch',
  'Syslog messages (RFC 5424, RFC 3164) as they came.',
  {
    batchId: documentId,
    firstSequence: [sequence, 'Number of the first message.'],
    lastSequence: [sequence, 'Number of the last message.'],
    messages: [list(bytes(8192), 4096), 'The messages, each without its frame.'],
  },
  inOrder,
);

export const securityAlert = record('SecurityAlert', 'Something that somebody should look at now.', {
  alertId: documentId,
  eventType: [text('dotted'), 'The type of audit record.'],
  severity,
  time: timestamp,
  about: optional(componentId, 'The component that it is about.'),
  summary: [text('line', 240), 'What has happened.'],
  sequence: optional(sequence, 'The audit record that has the details.'),
});

export const logHeartbeat = record('LogHeartbeat', 'Says that records still come, and how many there are.', {
  time: timestamp,
  lastSequence: [sequence, 'Number of the last record written.'],
  waiting: [integer('count', 0, 100_000_000), 'Records that wait to be sent.'],
  lost: [integer('count', 0, 100_000_000), 'Records known to be lost since the last time.'],
});

export const auditReceipt = record(
  'AuditReceipt',
  'Says up to which record everything is stored and in the tree.',
  {
    throughSequence: [sequence, 'Everything up to this number.'],
    treeSize: [sequence, 'Leaves of the tree.'],
    rootHash: [sha256, 'Root of the tree (RFC 6962).'],
    time: timestamp,
  },
);

export const auditEventSelection = record(
  'AuditEventSelection',
  'Which types of events are recorded (2.16.2).',
  {
    selectionId: documentId,
    selected: [set(text('dotted'), 2000), 'Types that are recorded; what must be recorded is, named or not.'],
    effective: [timestamp, 'From when.'],
  },
);

export const auditStorageWarning = record('AuditStorageWarning', 'The store of records fills up (2.16.5).', {
  noticeId: documentId,
  level: [choice('notice', 'warning', 'alarm'), 'Which mark was passed.'],
  fillPercent: [integer('percent', 0, 100), 'How full it is.'],
  slowDown: [flag, 'Whether senders shall hold back what can wait.'],
  time: timestamp,
});

export const signedCheckpoint = record(
  'SignedCheckpoint',
  'The state of the tree, signed (C2SP tlog-checkpoint).',
  {
    checkpointId: documentId,
    note: [bytes(4096), 'The signed note as it stands.'],
    consistencyProof: [
      list(sha256, 64, 0),
      'Hashes that lead here from the last checkpoint that was cosigned.',
    ],
    oldSize: [sequence, 'Leaves of that last checkpoint.'],
  },
);

export const cosignedCheckpoint = record(
  'CosignedCheckpoint',
  'A witness has seen that nothing was taken back.',
  {
    of: [documentId, 'The checkpoint.'],
    cosigned: [flag, 'Whether it was cosigned.'],
    signatureLine: optional(bytes(512), 'The line of the witness for the note.'),
    cause: optional(choice('inconsistent', 'bad-signature', 'stale', 'unknown-origin'), 'Why it was not.'),
    time: timestamp,
  },
);
