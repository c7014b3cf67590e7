/** Data table: certificates and keys (2.8.11, 2.8.15). A key travels wrapped or not at all. */
import {
  anyOf,
  bytes,
  choice,
  flag,
  integer,
  list,
  notAfter,
  object,
  optional,
  record,
  set,
  type,
  variant,
} from '../build.ts';
import {
  deviceId,
  documentId,
  keyId,
  outcome,
  reason,
  requestId,
  sha256,
  systemTitle,
  timestamp,
  userId,
} from './identity.ts';

const purpose = choice(
  'tls',
  'envelope',
  'switching',
  'metering',
  'firmware',
  'alarm',
  'reading',
  'audit',
  'backup',
  'optical-port',
  'han',
);
const certificationRequest = bytes(4096, 64);
const certificate = bytes(4096, 64);
const chain = list(certificate, 4);

export const certificateRequest = record('CertificateRequest', 'Asks for a first certificate.', {
  requestId,
  purpose: [purpose, 'What it is for.'],
  certificationRequest: [
    certificationRequest,
    'PKCS #10 in DER (RFC 2986), which proves that the key is held.',
  ],
});

export const certificateRenewalRequest = record(
  'CertificateRenewalRequest',
  'Asks for a certificate in place of one that ends.',
  {
    requestId,
    purpose: [purpose, 'What it is for.'],
    replacesSha256: [sha256, 'SHA-256 of the certificate that it replaces.'],
    certificationRequest: [certificationRequest, 'PKCS #10 in DER (RFC 2986), with a new key.'],
  },
);

export const deviceCertificateRequest = record(
  'DeviceCertificateRequest',
  'Asks for a certificate for a device in the field.',
  {
    requestId,
    device: deviceId,
    systemTitle,
    purpose: [purpose, 'What it is for.'],
    certificationRequest: [certificationRequest, 'PKCS #10 in DER (RFC 2986), made by the device.'],
  },
);

export const certificateDelivery = record('CertificateDelivery', 'A certificate with its chain.', {
  requestId,
  device: optional(deviceId, 'The device that it is for, where it is for one.'),
  chain: [chain, 'Certificates in DER, the own one first, without the root.'],
});

export const enrolmentRefusal = record('EnrolmentRefusal', 'No certificate is issued.', {
  requestId,
  cause: [
    choice(
      'not-approved',
      'waiting',
      'bad-request',
      'weak-key',
      'name-mismatch',
      'unknown-component',
      'revoked',
    ),
    'Why.',
  ],
  time: timestamp,
});

export const revocationList = record('RevocationList', 'Certificates that no longer hold (RFC 5280).', {
  number: [integer('count', 0, Number.MAX_SAFE_INTEGER), 'Number of the list; a lower one is refused.'],
  revocationList: [bytes(524_288, 64), 'The CRL in DER.'],
});

export const trustAnchorUpdate = record(
  'TrustAnchorUpdate',
  'Which roots are trusted from a day on.',
  {
    updateId: documentId,
    anchors: [list(certificate, 8), 'All of them, in DER.'],
    from: [timestamp, 'From when they are trusted.'],
    to: optional(timestamp, 'Until when those that are missing here are trusted still.'),
    signature: [bytes(96, 64), 'By the root that is replaced, over the other fields.'],
  },
  notAfter('from', 'to'),
);

const wrapped = {
  keyId,
  purpose: [purpose, 'What it is for.'],
  wrappedKey: [bytes(72, 24), 'The key under AES key wrap (RFC 3394).'],
  wrappingKey: [keyId, 'The key that wraps it.'],
  from: [timestamp, 'From when it is used.'],
  to: [timestamp, 'Until when it is used.'],
} as const;

export const keyDelivery = record(
  'KeyDelivery',
  'A key for a component, wrapped.',
  { requestId, ...wrapped },
  notAfter('from', 'to'),
);

export const deviceKeyRequest = record('DeviceKeyRequest', 'Asks for a new key of a device.', {
  requestId,
  device: deviceId,
  purpose: [purpose, 'What it is for.'],
  replaces: optional(keyId, 'The key that it replaces.'),
});

export const wrappedDeviceKey = record(
  'WrappedDeviceKey',
  'A key of a device, once for the device and once for who speaks to it.',
  {
    requestId,
    device: deviceId,
    ...wrapped,
    wrappedForDevice: [bytes(72, 24), "The same key under the device's own wrapping key."],
  },
  notAfter('from', 'to'),
);

export const keyDestructionOrder = record(
  'KeyDestructionOrder',
  'Keys that must be destroyed, with a record of it.',
  {
    orderId: documentId,
    keys: [set(keyId, 1000), 'The keys.'],
    reason,
  },
);

export const keyConfirmation = record('KeyConfirmation', 'What has become of keys.', {
  of: [documentId, 'The delivery or the order.'],
  keys: [set(keyId, 1000), 'The keys.'],
  outcome,
  time: timestamp,
  reason: optional(reason, 'Why it failed or was refused.'),
});

export const deviceKeyConfirmation = record(
  'DeviceKeyConfirmation',
  'What a device has made of a key or a certificate.',
  {
    requestId,
    device: deviceId,
    keyId: optional(keyId),
    certificateSha256: optional(sha256, 'SHA-256 of the certificate.'),
    outcome,
    counter: optional(integer('count', 0, 4_294_967_295), 'Invocation counter of the device under the key.'),
    time: timestamp,
  },
  anyOf('keyId', 'certificateSha256'),
);

export const meterCertificateRequest = record('MeterCertificateRequest', 'A meter asks for a certificate.', {
  requestId,
  systemTitle,
  purpose: [purpose, 'What it is for.'],
  certificationRequest: [bytes(1024, 64), 'PKCS #10 in DER (RFC 2986).'],
});

export const meterProvisioning = type(
  'MeterProvisioning',
  'Brings a meter a key, a certificate or an anchor.',
  variant('what', {
    key: object({
      requestId,
      keyId,
      purpose: [purpose, 'What it is for.'],
      wrappedForDevice: [bytes(72, 24), "The key under the device's own wrapping key."],
    }),
    certificate: object({ requestId, certificate: [bytes(1600, 64), 'The certificate in DER.'] }),
    removal: object({ requestId, serial: [bytes(20), 'Serial number of a certificate to forget.'] }),
  }),
);

export const fieldCredential = record(
  'FieldCredential',
  'Shows a meter for how long and for what a field person may speak to it.',
  {
    requestId,
    user: userId,
    certificate: [bytes(1600, 64), 'The short-lived certificate of the tool, in DER.'],
    allowsSwitching: [flag, 'Whether the order includes switching.'],
    from: [timestamp, 'From when.'],
    to: [timestamp, 'Until when.'],
  },
  notAfter('from', 'to'),
);
