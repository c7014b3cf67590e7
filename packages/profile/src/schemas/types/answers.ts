/** Data table: acknowledgements and receipts, for whatever is answered without data. */
import { choice, integer, optional, record, text } from '../build.ts';
import { deviceId, documentId, outcome, reason, timestamp } from './identity.ts';

export const acknowledgement = record('Acknowledgement', 'Says what has become of one earlier message.', {
  of: [text('uuid'), 'The id inside the message that is answered: its request, command, notice or document.'],
  outcome,
  time: timestamp,
  reason: optional(reason, 'Why it failed or was refused.'),
});

export const deviceAcknowledgement = record(
  'DeviceAcknowledgement',
  'Says what one device has made of one earlier message.',
  {
    of: [text('uuid'), 'The id inside the message that is answered.'],
    device: [deviceId, 'The device that answers, or that the answer is about.'],
    outcome,
    time: timestamp,
    reason: optional(reason, 'Why it failed or was refused.'),
  },
);

export const displayAcknowledgement = record(
  'DisplayAcknowledgement',
  'Says that a device has received a text, and whether a person has seen it.',
  {
    of: [text('uuid'), 'The message that is acknowledged.'],
    device: [deviceId, 'The device that shows the text.'],
    stage: [choice('received', 'displayed', 'confirmed-by-person', 'failed'), 'How far the text has come.'],
    time: timestamp,
  },
);

export const dataReceipt = record('DataReceipt', 'Says how much of a transfer has been stored durably.', {
  of: [documentId, 'The transfer.'],
  storedThroughPart: [integer('count', 0, 100_000), 'Every part up to this one is stored.'],
  time: timestamp,
});
