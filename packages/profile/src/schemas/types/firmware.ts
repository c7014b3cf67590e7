/** Data table: firmware images, by reference and by blocks, and what devices make of them (2.14.3, 2.14.7). */
import { bytes, choice, integer, notAbove, object, optional, record, text, type, variant } from '../build.ts';
import {
  commandId,
  deviceId,
  documentId,
  meterId,
  meters,
  outcome,
  reason,
  requestId,
  sha256,
  signature,
  timestamp,
  version,
} from './identity.ts';
import { approvalsHash, frozenMeters } from './switching.ts';

const imageOctets = integer('octets', 1, 268_435_456);
const blockCount = integer('count', 1, 1_000_000);
const blockNumber = integer('count', 1, 1_000_000);

export const firmwareImageReference = object({
  imageSha256: [sha256, 'SHA-256 of the whole image; its name everywhere.'],
  version,
  manufacturer: [text('line', 40), 'Whose devices it is for.'],
  model: [text('line', 40), 'Which devices it is for.'],
  imageOctets: [imageOctets, 'Its length.'],
  blockCount: [blockCount, 'In how many blocks it comes.'],
  imageSignature: [signature, 'Of its maker, over the image.'],
  devices: optional(meters, 'Who shall get it; left out on the way to one device.'),
});

function firmwareBlock(maxOctets: number): ReturnType<typeof object> {
  return object(
    {
      imageSha256: [sha256, 'The image that it is a block of.'],
      blockNumber: [blockNumber, 'Its number, counted from 1.'],
      blockCount: [blockCount, 'How many there are.'],
      data: [bytes(maxOctets), 'The octets.'],
    },
    notAbove('blockNumber', 'blockCount'),
  );
}

export const firmwareTransfer = type(
  'FirmwareTransfer',
  'An image on its way between central systems: what it is, then its blocks.',
  variant('part', { reference: firmwareImageReference, block: firmwareBlock(65_536) }),
);

export const deviceFirmwareTransfer = type(
  'DeviceFirmwareTransfer',
  'An image on its way to a device: what it is, then its blocks.',
  variant('part', { reference: firmwareImageReference, block: firmwareBlock(1024) }),
);

export const executeFirmware = record(
  'ExecuteFirmware',
  'Starts an image that meters have loaded and checked.',
  {
    commandId,
    imageSha256: [sha256, 'The image.'],
    meters: frozenMeters,
    latestExecution: [timestamp, 'After this the command is void.'],
    approvalsHash,
  },
);

export const meterExecuteFirmware = record(
  'MeterExecuteFirmware',
  'Starts an image that a meter has loaded and checked.',
  {
    commandId,
    meter: meterId,
    imageSha256: [sha256, 'The image.'],
    latestExecution: [timestamp, 'After this the command is void.'],
    approvalsHash,
    signature: [signature, 'Of the switching authority, over all the other fields.'],
  },
);

function firmwareOutcome(name: string, description: string, stage: string): ReturnType<typeof record> {
  return record(name, description, {
    imageSha256: [sha256, 'The image.'],
    device: deviceId,
    stage: [choice(stage), 'Which step is answered.'],
    outcome,
    version: optional(version, 'What the device runs now.'),
    time: timestamp,
    reason: optional(reason, 'Why it failed or was refused.'),
  });
}

export const firmwareDownloaded = firmwareOutcome(
  'FirmwareDownloaded',
  'A device has an image whole, or not.',
  'download',
);
export const firmwareActivated = firmwareOutcome(
  'FirmwareActivated',
  'A device runs an image, or not.',
  'activation',
);

export const firmwareWindow = record(
  'FirmwareWindow',
  'When network devices may let firmware pass.',
  {
    requestId,
    windowId: documentId,
    from: [timestamp, 'Opens.'],
    to: [timestamp, 'Closes.'],
    imageSha256: optional(sha256, 'Only this image; any when left out.'),
  },
  { kind: 'not-after', first: 'from', second: 'to' },
);
