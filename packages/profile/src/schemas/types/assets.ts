/** Data table: meters as assets and the work on them: orders, stock, deliveries. */
import { choice, flag, integer, list, notAfter, optional, record, set, text } from '../build.ts';
import {
  accountId,
  address,
  commandId,
  day,
  deviceId,
  documentId,
  eventCode,
  meterId,
  meters,
  orderId,
  outcome,
  reason,
  requestId,
  servicePointId,
  setting,
  sha256,
  systemTitle,
  timestamp,
  userId,
  version,
} from './identity.ts';

const orderKind = choice(
  'install',
  'remove',
  'exchange',
  'inspect',
  'test',
  'read',
  'repair',
  'connect',
  'disconnect',
  'network',
  'other',
);

export const serviceOrder = record(
  'ServiceOrder',
  'Work on a meter or on the network that somebody shall do.',
  {
    orderId,
    kind: [orderKind, 'What shall be done.'],
    device: optional(deviceId, 'At which device.'),
    servicePoint: optional(servicePointId),
    address: optional(address),
    urgency: [choice('routine', 'soon', 'emergency'), 'How urgent it is.'],
    dueBefore: optional(day, 'The last day for it.'),
    instructions: optional(text('prose', 1000), 'What to look out for.'),
    issued: [timestamp, 'When it was issued.'],
  },
);

export const serviceOrderRequest = record(
  'ServiceOrderRequest',
  'Asks for work on a meter or on the network.',
  {
    requestId,
    kind: [orderKind, 'What shall be done.'],
    device: optional(deviceId, 'At which device.'),
    servicePoint: optional(servicePointId),
    account: optional(accountId),
    code: optional(eventCode, 'The event that gave rise to it.'),
    urgency: [choice('routine', 'soon', 'emergency'), 'How urgent it is.'],
    finding: [text('prose', 400), 'What was found.'],
  },
);

export const orderResult = record('OrderResult', 'How an order ended, or how it stands.', {
  orderId,
  status: [choice('done', 'partly-done', 'not-possible', 'cancelled', 'open'), 'How it stands.'],
  device: optional(deviceId, 'The device that it was about.'),
  replacedBy: optional(deviceId, 'The device that stands there now.'),
  closed: [timestamp, 'When it was closed or looked at.'],
  closedBy: optional(userId, 'Who closed it.'),
  remarks: optional(text('prose', 400), 'What else there is to say.'),
});

export const workOrderAlert = record('WorkOrderAlert', 'Tells a field person of an order.', {
  orderId,
  device: optional(deviceId, 'At which device.'),
  text: [text('line', 160), 'What it is about.'],
  time: timestamp,
});

const wanted = record('WantedMeters', 'A kind of meter and how many.', {
  model: [text('line', 40), 'The kind.'],
  quantity: [integer('count', 1, 10_000_000), 'How many.'],
  neededBy: [day, 'The day by which they are needed.'],
});

export const meterOrder = record('MeterOrder', 'How many meters of which kind shall be ordered.', {
  orderId,
  items: [list(wanted, 200), 'The kinds.'],
  issued: [timestamp, 'When.'],
});

const change = record('PlannedChange', 'A change of one meter.', {
  servicePoint: servicePointId,
  account: optional(accountId),
  removes: optional(meterId, 'The meter that goes.'),
  installs: optional(meterId, 'The meter that comes.'),
  plannedOn: [day, 'The day.'],
});

export const meterChangeInformation = record('MeterChangeInformation', 'Which meters are to be changed.', {
  noticeId: documentId,
  changes: [list(change, 2000), 'The changes.'],
});

const asset = record(
  'MeterAsset',
  'A meter as its maker delivers it; keys come wrapped and by another way.',
  {
    meter: meterId,
    systemTitle,
    model: [text('line', 40), 'What it is.'],
    firmwareVersion: [version, 'The firmware that it comes with.'],
    publicKeySha256: optional(sha256, 'SHA-256 of the public key of its certificate.'),
  },
);

export const addMeterAssets = record('AddMeterAssets', 'Asks for new meters to be entered in the register.', {
  requestId,
  manufacturer: [text('line', 40), 'Who made them.'],
  shipment: [orderId, 'The delivery.'],
  assets: [set(asset, 5000, 1, 'meter'), 'The meters.'],
});

export const meterAssetResult = record('MeterAssetResult', 'Which new meters were entered.', {
  requestId,
  entered: [integer('count', 0, 5000), 'How many were.'],
  refused: optional(set(meterId, 5000), 'Those that were not.'),
  outcome,
  time: timestamp,
});

export const expectedArrival = record('ExpectedArrival', 'Meters that are to arrive at a warehouse.', {
  noticeId: documentId,
  shipment: [orderId, 'The delivery.'],
  expectedOn: [day, 'The day.'],
  meters,
});

export const meterReceipt = record('MeterReceipt', 'Meters that have arrived.', {
  noticeId: documentId,
  shipment: [orderId, 'The delivery.'],
  received: meters,
  damaged: optional(set(meterId, 10_000), 'Those that are damaged.'),
  time: timestamp,
});

export const readyForDeployment = record('ReadyForDeployment', 'Meters that may be set.', {
  noticeId: documentId,
  meters,
  time: timestamp,
});

export const dispatch = record('Dispatch', 'Meters and network devices that are handed out.', {
  noticeId: documentId,
  devices: [set(deviceId, 10_000), 'The devices.'],
  to: [text('line', 80), 'Who gets them.'],
  time: timestamp,
});

export const inventoryRequest = record('InventoryRequest', 'Asks how many meters are in stock.', {
  requestId,
  models: optional(list(text('line', 40), 200), 'The kinds; all when left out.'),
});

const stock = record('MeterStock', 'How many of one kind there are.', {
  model: [text('line', 40), 'The kind.'],
  inStock: [integer('count', 0, 10_000_000), 'In stock.'],
  ready: [integer('count', 0, 10_000_000), 'Tested and ready.'],
  expected: [integer('count', 0, 10_000_000), 'On their way.'],
});

export const inventoryResponse = record('InventoryResponse', 'How many meters are in stock.', {
  requestId,
  asOf: [timestamp, 'When it stood so.'],
  stock: [set(stock, 200, 1, 'model'), 'By kind.'],
});

export const meterStatus = record('MeterStatus', 'Where a meter stands in its life.', {
  reportId: documentId,
  meter: meterId,
  state: [choice('registered', 'active', 'inactive', 'unreachable', 'quarantined', 'removed'), 'Its state.'],
  firmwareVersion: optional(version, 'What it runs.'),
  time: timestamp,
});

export const reconfiguration = record('Reconfiguration', 'Changes settings of meters.', {
  requestId,
  meters: optional(meters, 'The meters; left out on the way to one meter.'),
  configurationVersion: [version, 'What they have afterwards.'],
  settings: [set(setting, 12, 1, 'key'), 'The settings.'],
});

export const meterConfiguration = record(
  'MeterConfiguration',
  'Settings that a field person brings to a meter.',
  {
    requestId,
    meter: meterId,
    order: optional(orderId, 'The order under which it is done.'),
    configurationVersion: [version, 'What it has afterwards.'],
    settings: [set(setting, 12, 1, 'key'), 'The settings.'],
  },
);

export const scheduleUpgrade = record(
  'ScheduleUpgrade',
  'Plans a firmware upgrade.',
  {
    commandId,
    imageSha256: [sha256, 'The image.'],
    meters,
    from: [timestamp, 'Not before this.'],
    to: [timestamp, 'Not after this.'],
    batchMeters: [integer('count', 1, 10_000), 'How many at once.'],
  },
  notAfter('from', 'to'),
);

export const meterIdentification = record('MeterIdentification', 'Which meter it is that one stands at.', {
  documentId,
  meter: meterId,
  systemTitle: optional(systemTitle),
  servicePoint: optional(servicePointId),
  time: timestamp,
});

export const meterIdMatch = record('MeterIdMatch', 'Whether the meter is the one of the order.', {
  of: [documentId, 'The identification that is answered.'],
  meter: meterId,
  matches: [flag, 'Whether it is.'],
  order: optional(orderId, 'The order.'),
});

export const registrationResult = record(
  'RegistrationResult',
  'Whether a meter is part of the AMI system now.',
  {
    meter: meterId,
    outcome,
    time: timestamp,
    reason: optional(reason, 'Why it failed or was refused.'),
  },
);

export const toolConnected = record('ToolConnected', 'A field tool has been put to a meter.', {
  sessionId: documentId,
  user: userId,
  meter: optional(meterId, 'The meter, where it is known already.'),
  time: timestamp,
});

export const marginalCoverage = record(
  'MarginalCoverage',
  'A meter is reached badly, or registered only locally.',
  {
    reportId: documentId,
    meter: meterId,
    softRegistered: [flag, 'Whether it is registered only locally for now.'],
    signalDecibelMilliwatts: optional(
      integer('decibelMilliwatts', -150, 30),
      'Strength of the radio signal.',
    ),
    latitudeMicrodegrees: optional(integer('microdegrees', -90_000_000, 90_000_000), 'Where: north.'),
    longitudeMicrodegrees: optional(integer('microdegrees', -180_000_000, 180_000_000), 'Where: east.'),
    time: timestamp,
  },
);
