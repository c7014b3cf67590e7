/** Data table: documents of other systems in their own standards, before or after a gateway has translated them. */
import { bytes, choice, highest, optional, record, text } from '../build.ts';
import { componentId, documentId, outcome, reason, timestamp } from './identity.ts';

export const document = record(
  'GatewayDocument',
  'A document in the standard of the system that it comes from or goes to.',
  {
    documentId,
    standard: [choice('IEC-61968-9', 'ESPI', 'OpenADR', 'MultiSpeak', 'CSV', 'other'), 'Which standard.'],
    mediaType: [
      choice('application/xml', 'application/atom+xml', 'application/json', 'text/csv'),
      'How it is written.',
    ],
    verb: optional(
      choice('create', 'change', 'cancel', 'close', 'delete', 'get', 'reply', 'execute'),
      'What shall be done.',
    ),
    noun: optional(
      text('identifier', 64),
      'With what, as the standard names it: MeterReadings, EndDeviceControls.',
    ),
    answers: optional(documentId, 'The document that it answers.'),
    system: [componentId, 'The system outside.'],
    body: [bytes(highest('lines.messageMaximumOctets')), 'The document.'],
    time: timestamp,
  },
);

export const documentReceipt = record('DocumentReceipt', 'What has become of a document.', {
  of: [documentId, 'The document.'],
  outcome,
  time: timestamp,
  reason: optional(reason, 'Why it failed or was refused.'),
});
