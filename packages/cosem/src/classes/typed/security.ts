/** Structures of Security setup and Data protection. IEC 62056-6-2. */
import type { Data } from '../../data/types.ts';
import { raiseClasses } from '../errors.ts';
import * as t from '../type-language.ts';
import { type Codec, enumeration, listOf, octets, openEnumeration, record, wrongType } from './codec.ts';

/** Which key is meant. */
export const keyId = enumeration({
  0: 'global_unicast_encryption_key',
  1: 'global_broadcast_encryption_key',
  2: 'authentication_key',
  3: 'master_key',
});

export type KeyId =
  | 'global_unicast_encryption_key'
  | 'global_broadcast_encryption_key'
  | 'authentication_key'
  | 'master_key';

/** key_transfer_data (version 1) and key_data (version 0): a key, wrapped with the master key. */
export interface KeyTransfer {
  readonly key: KeyId;
  readonly wrapped: Uint8Array;
}

export const keyTransfer: Codec<KeyTransfer> = record<KeyTransfer>('key_transfer_data', {
  key: ['key_id', keyId],
  wrapped: ['key_wrapped', octets()],
});

/** key_agreement_data: an ephemeral public key and its signature. */
export interface KeyAgreement {
  readonly key: KeyId;
  readonly data: Uint8Array;
}

export const keyAgreement: Codec<KeyAgreement> = record<KeyAgreement>('key_agreement_data', {
  key: ['key_id', keyId],
  data: ['key_data', octets()],
});

/** certificate_entity: whose certificate. */
export const certificateEntity = enumeration({
  0: 'server',
  1: 'client',
  2: 'certification_authority',
  3: 'other',
});

/** certificate_type: what its key is for. */
export const certificateType = enumeration({
  0: 'digital_signature',
  1: 'key_agreement',
  2: 'tls',
  3: 'other',
});

/** certificate_info: what `certificates` tells of a certificate. Names are DER-encoded. */
export interface CertificateInfo {
  readonly entity: 'server' | 'client' | 'certification_authority' | 'other';
  readonly use: 'digital_signature' | 'key_agreement' | 'tls' | 'other';
  readonly serialNumber: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly subjectAltName: Uint8Array;
}

export const certificateInfo: Codec<CertificateInfo> = record<CertificateInfo>('certificate_info', {
  entity: ['certificate_entity', certificateEntity],
  use: ['certificate_type', certificateType],
  serialNumber: ['serial_number', octets()],
  issuer: ['issuer', octets()],
  subject: ['subject', octets()],
  subjectAltName: ['subject_alt_name', octets()],
});

/** certificate_identification: by whose it is, or by its serial number. */
export type CertificateIdentification =
  | {
      readonly by: 'entity';
      readonly entity: CertificateInfo['entity'];
      readonly use: CertificateInfo['use'];
      readonly systemTitle: Uint8Array;
    }
  | { readonly by: 'serial'; readonly serialNumber: Uint8Array; readonly issuer: Uint8Array };

type ByEntity = Omit<Extract<CertificateIdentification, { by: 'entity' }>, 'by'>;
type BySerial = Omit<Extract<CertificateIdentification, { by: 'serial' }>, 'by'>;

const byEntity = record<ByEntity>('certificate_identification_by_entity', {
  entity: ['certificate_entity', certificateEntity],
  use: ['certificate_type', certificateType],
  systemTitle: ['system_title', octets()],
});
const bySerial = record<BySerial>('certificate_identification_by_serial', {
  serialNumber: ['serial_number', octets()],
  issuer: ['issuer', octets()],
});
const identificationType = enumeration({
  0: 'certificate_identification_entity',
  1: 'certificate_identification_serial',
});

/** Parts of a structure of two: what kind, and the value of that kind. */
export function pairOf(value: Data, label: string, path: string): readonly [Data, Data] {
  if (value.type !== 'structure') return wrongType(value, 'structure', path);
  const [kind, content] = value.value;
  if (value.value.length !== 2 || kind === undefined || content === undefined) {
    throw raiseClasses('type', `${value.value.length} fields instead of 2 in ${label}`, { path });
  }
  return [kind, content];
}

/** Parameter of export_certificate and remove_certificate. */
export const certificateIdentification: Codec<CertificateIdentification> = {
  type: t.structureOf('certificate_identification', {
    certificate_identification_type: identificationType.type,
    certification_identification_options: t.choiceOf(byEntity.type, bySerial.type),
  }),
  decode: (value, path = '') => {
    const [kind, content] = pairOf(value, 'certificate_identification', path);
    const inside = `${path}.certification_identification_options`;
    return identificationType.decode(kind, path) === 'certificate_identification_entity'
      ? { by: 'entity', ...byEntity.decode(content, inside) }
      : { by: 'serial', ...bySerial.decode(content, inside) };
  },
  encode: (value, path) => ({
    type: 'structure',
    value:
      value.by === 'entity'
        ? [identificationType.encode('certificate_identification_entity'), byEntity.encode(value, path)]
        : [identificationType.encode('certificate_identification_serial'), bySerial.encode(value, path)],
  }),
};

/** key_info of protection parameters. */
export type KeyInfo =
  | {
      readonly by: 'identified';
      readonly key: 'global_unicast_encryption_key' | 'global_broadcast_encryption_key';
    }
  | { readonly by: 'wrapped'; readonly kek: 'master_key'; readonly ciphered: Uint8Array }
  | { readonly by: 'agreed'; readonly parameters: Uint8Array; readonly ciphered: Uint8Array };

const keyInfoType = enumeration({ 0: 'identified_key', 1: 'wrapped_key', 2: 'agreed_key' });
const identified = enumeration({
  0: 'global_unicast_encryption_key',
  1: 'global_broadcast_encryption_key',
});
const wrapped = record<{ kek: 'master_key'; ciphered: Uint8Array }>('wrapped_key_info_options', {
  kek: ['kek_id', enumeration({ 0: 'master_key' })],
  ciphered: ['key_ciphered_data', octets()],
});
const agreed = record<{ parameters: Uint8Array; ciphered: Uint8Array }>('agreed_key_info_options', {
  parameters: ['key_parameters', octets()],
  ciphered: ['key_ciphered_data', octets()],
});

export const keyInfo: Codec<KeyInfo> = {
  type: t.structureOf('key_info_element', {
    key_info_type: keyInfoType.type,
    key_info_options: t.choiceOf(identified.type, wrapped.type, agreed.type),
  }),
  decode: (value, path = '') => {
    const [kind, content] = pairOf(value, 'key_info_element', path);
    const inside = `${path}.key_info_options`;
    switch (keyInfoType.decode(kind, path)) {
      case 'identified_key':
        return { by: 'identified', key: identified.decode(content, inside) };
      case 'wrapped_key':
        return { by: 'wrapped', ...wrapped.decode(content, inside) };
      case 'agreed_key':
        return { by: 'agreed', ...agreed.decode(content, inside) };
    }
  },
  encode: (value, path) => {
    switch (value.by) {
      case 'identified':
        return pair(keyInfoType.encode('identified_key'), identified.encode(value.key, path));
      case 'wrapped':
        return pair(keyInfoType.encode('wrapped_key'), wrapped.encode(value, path));
      case 'agreed':
        return pair(keyInfoType.encode('agreed_key'), agreed.encode(value, path));
    }
  },
};

function pair(kind: Data, content: Data): Data {
  return { type: 'structure', value: [kind, content] };
}

/** protection_options. */
export interface ProtectionOptions {
  readonly transactionId: Uint8Array;
  readonly originatorSystemTitle: Uint8Array;
  readonly recipientSystemTitle: Uint8Array;
  readonly otherInformation: Uint8Array;
  readonly keyInfo: KeyInfo;
}

/** protection_parameters_element (Data protection, Push setup from version 1). */
export interface ProtectionParameters {
  readonly protection:
    | 'authentication'
    | 'encryption'
    | 'authentication_and_encryption'
    | 'digital_signature'
    | number;
  readonly options: ProtectionOptions;
}

export const protectionParameters: Codec<ProtectionParameters> = record<ProtectionParameters>(
  'protection_parameters_element',
  {
    protection: [
      'protection_type',
      openEnumeration({
        0: 'authentication',
        1: 'encryption',
        2: 'authentication_and_encryption',
        3: 'digital_signature',
      }),
    ],
    options: [
      'protection_options',
      record<ProtectionOptions>('protection_options', {
        transactionId: ['transaction_id', octets()],
        originatorSystemTitle: ['originator_system_title', octets()],
        recipientSystemTitle: ['recipient_system_title', octets()],
        otherInformation: ['other_information', octets()],
        keyInfo: ['key_info', keyInfo],
      }),
    ],
  },
);

export const protectionParameterList: Codec<readonly ProtectionParameters[]> = listOf(protectionParameters);
