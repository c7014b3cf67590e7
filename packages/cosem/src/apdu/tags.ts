/** Data table: the tag of every xDLMS and ACSE APDU (IEC 62056-5-3, `COSEMpdu` and the ACSE APDUs). */

/** APDUs that travel plain. Short-name services are named so that they can be refused by name. */
export const plainTags = {
  'initiate-request': 0x01,
  'read-request': 0x05,
  'write-request': 0x06,
  'initiate-response': 0x08,
  'read-response': 0x0c,
  'write-response': 0x0d,
  'confirmed-service-error': 0x0e,
  'data-notification': 0x0f,
  'unconfirmed-write-request': 0x16,
  'information-report-request': 0x18,
  aarq: 0x60,
  aare: 0x61,
  rlrq: 0x62,
  rlre: 0x63,
  'get-request': 0xc0,
  'set-request': 0xc1,
  'event-notification-request': 0xc2,
  'action-request': 0xc3,
  'get-response': 0xc4,
  'set-response': 0xc5,
  'action-response': 0xc7,
  'exception-response': 0xd8,
  'access-request': 0xd9,
  'access-response': 0xda,
  'general-block-transfer': 0xe0,
} as const;

/** APDUs that carry another one ciphered or signed; their envelope is in `ciphered.ts`. */
export const cipheredTags = {
  'glo-initiate-request': 0x21,
  'glo-read-request': 0x25,
  'glo-write-request': 0x26,
  'glo-initiate-response': 0x28,
  'glo-read-response': 0x2c,
  'glo-write-response': 0x2d,
  'glo-confirmed-service-error': 0x2e,
  'glo-unconfirmed-write-request': 0x36,
  'glo-information-report-request': 0x38,
  'ded-initiate-request': 0x41,
  'ded-read-request': 0x45,
  'ded-write-request': 0x46,
  'ded-initiate-response': 0x48,
  'ded-read-response': 0x4c,
  'ded-write-response': 0x4d,
  'ded-confirmed-service-error': 0x4e,
  'ded-unconfirmed-write-request': 0x56,
  'ded-information-report-request': 0x58,
  'glo-get-request': 0xc8,
  'glo-set-request': 0xc9,
  'glo-event-notification-request': 0xca,
  'glo-action-request': 0xcb,
  'glo-get-response': 0xcc,
  'glo-set-response': 0xcd,
  'glo-action-response': 0xcf,
  'ded-get-request': 0xd0,
  'ded-set-request': 0xd1,
  'ded-event-notification-request': 0xd2,
  'ded-action-request': 0xd3,
  'ded-get-response': 0xd4,
  'ded-set-response': 0xd5,
  'ded-action-response': 0xd7,
  'general-glo-ciphering': 0xdb,
  'general-ded-ciphering': 0xdc,
  'general-ciphering': 0xdd,
  'general-signing': 0xdf,
} as const;

/** Every APDU tag by name. */
export const apduTags = { ...plainTags, ...cipheredTags } as const;

/** Name of an APDU that travels plain. */
export type PlainApduName = keyof typeof plainTags;
/** Name of an APDU that carries another one ciphered or signed. */
export type CipheredApduName = keyof typeof cipheredTags;
/** Name of any APDU. */
export type ApduName = keyof typeof apduTags;

/** The name of each tag; holes where the standard has none. */
export const apduNameOfTag: readonly (ApduName | undefined)[] = Array.from({ length: 256 }, (_, tag) =>
  (Object.keys(apduTags) as ApduName[]).find((name) => apduTags[name] === tag),
);
