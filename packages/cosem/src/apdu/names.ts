/** Data table: names of the enumerated values inside APDUs (IEC 62056-5-3, abstract syntax; ISO/IEC 8650-1 for ACSE). */

/** A value the standard gives no name, kept so that it can be shown and written again. */
export type Unknown = `unknown-${number}`;

/** Data-Access-Result. */
export const dataAccessResults = {
  success: 0,
  'hardware-fault': 1,
  'temporary-failure': 2,
  'read-write-denied': 3,
  'object-undefined': 4,
  'object-class-inconsistent': 9,
  'object-unavailable': 11,
  'type-unmatched': 12,
  'scope-of-access-violated': 13,
  'data-block-unavailable': 14,
  'long-get-aborted': 15,
  'no-long-get-in-progress': 16,
  'long-set-aborted': 17,
  'no-long-set-in-progress': 18,
  'data-block-number-invalid': 19,
  'other-reason': 250,
} as const;
/** Name of a Data-Access-Result. */
export type DataAccessResult = keyof typeof dataAccessResults | Unknown;

/** Action-Result. */
export const actionResults = {
  success: 0,
  'hardware-fault': 1,
  'temporary-failure': 2,
  'read-write-denied': 3,
  'object-undefined': 4,
  'object-class-inconsistent': 9,
  'object-unavailable': 11,
  'type-unmatched': 12,
  'scope-of-access-violated': 13,
  'data-block-unavailable': 14,
  'long-action-aborted': 15,
  'no-long-action-in-progress': 16,
  'other-reason': 250,
} as const;
/** Name of an Action-Result. */
export type ActionResult = keyof typeof actionResults | Unknown;

/** State-error of ExceptionResponse. */
export const exceptionStateErrors = { 'service-not-allowed': 1, 'service-unknown': 2 } as const;
/** Name of the state-error of an ExceptionResponse. */
export type ExceptionStateError = keyof typeof exceptionStateErrors | Unknown;

/** Service-error of ExceptionResponse; the last one carries a counter. */
export const exceptionServiceErrors = {
  'operation-not-possible': 1,
  'service-not-supported': 2,
  'other-reason': 3,
  'pdu-too-long': 4,
  'deciphering-error': 5,
  'invocation-counter-error': 6,
} as const;
/** Name of the service-error of an ExceptionResponse. */
export type ExceptionServiceError = keyof typeof exceptionServiceErrors | Unknown;

/** Conformance block, bit 0 first; the names are the number of the bit in the bit string. */
export const conformanceBits = [
  'reserved-zero',
  'general-protection',
  'general-block-transfer',
  'read',
  'write',
  'unconfirmed-write',
  'delta-value-encoding',
  'reserved-seven',
  'attribute0-supported-with-set',
  'priority-mgmt-supported',
  'attribute0-supported-with-get',
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'information-report',
  'data-notification',
  'access',
  'parameterized-access',
  'get',
  'set',
  'selective-access',
  'event-notification',
  'action',
] as const;
/** Name of a bit of the conformance block. */
export type ConformanceBit = (typeof conformanceBits)[number];

/** Alternatives of ConfirmedServiceError. */
export const serviceErrorNames = {
  'initiate-error': 1,
  'get-status': 2,
  'get-name-list': 3,
  'get-variable-attribute': 4,
  read: 5,
  write: 6,
  'get-data-set-attribute': 7,
  'get-ti-attribute': 8,
  'change-scope': 9,
  start: 10,
  stop: 11,
  resume: 12,
  'make-usable': 13,
  'initiate-load': 14,
  'load-segment': 15,
  'terminate-load': 16,
  'initiate-up-load': 17,
  'up-load-segment': 18,
  'terminate-up-load': 19,
} as const;
/** Name of a service error of a ConfirmedServiceError. */
export type ServiceErrorName = keyof typeof serviceErrorNames | Unknown;

/** ServiceError: the alternatives with their tags, and the values of each. */
export const serviceErrors = {
  'application-reference': {
    tag: 0,
    values: {
      other: 0,
      'time-elapsed': 1,
      'application-unreachable': 2,
      'application-reference-invalid': 3,
      'application-context-unsupported': 4,
      'provider-communication-error': 5,
      'deciphering-error': 6,
    },
  },
  'hardware-resource': {
    tag: 1,
    values: {
      other: 0,
      'memory-unavailable': 1,
      'processor-resource-unavailable': 2,
      'mass-storage-unavailable': 3,
      'other-resource-unavailable': 4,
    },
  },
  'vde-state-error': {
    tag: 2,
    values: {
      other: 0,
      'no-dlms-context': 1,
      'loading-data-set': 2,
      'status-nochange': 3,
      'status-inoperable': 4,
    },
  },
  service: { tag: 3, values: { other: 0, 'pdu-size': 1, 'service-unsupported': 2 } },
  definition: {
    tag: 4,
    values: {
      other: 0,
      'object-undefined': 1,
      'object-class-inconsistent': 2,
      'object-attribute-inconsistent': 3,
    },
  },
  access: {
    tag: 5,
    values: {
      other: 0,
      'scope-of-access-violated': 1,
      'object-access-invalid': 2,
      'hardware-fault': 3,
      'object-unavailable': 4,
    },
  },
  initiate: {
    tag: 6,
    values: {
      other: 0,
      'dlms-version-too-low': 1,
      'incompatible-conformance': 2,
      'pdu-size-too-short': 3,
      'refused-by-the-vde-handler': 4,
    },
  },
  'load-data-set': {
    tag: 7,
    values: {
      other: 0,
      'primitive-out-of-sequence': 1,
      'not-loadable': 2,
      'dataset-size-too-large': 3,
      'not-awaited-segment': 4,
      'interpretation-failure': 5,
      'storage-failure': 6,
      'data-set-not-ready': 7,
    },
  },
  task: {
    tag: 9,
    values: { other: 0, 'no-remote-control': 1, 'ti-stopped': 2, 'ti-running': 3, 'ti-unusable': 4 },
  },
} as const;
/** The alternative of ServiceError and its value. */
export type AccessServiceError = {
  [K in keyof typeof serviceErrors]: {
    readonly choice: K;
    readonly value: keyof (typeof serviceErrors)[K]['values'] | Unknown;
  };
}[keyof typeof serviceErrors];

/** Authentication mechanisms, by the last arc of their object identifier. */
export const mechanismNames = {
  lowest: 0,
  low: 1,
  high: 2,
  'high-md5': 3,
  'high-sha1': 4,
  'high-gmac': 5,
  'high-sha256': 6,
  'high-ecdsa': 7,
} as const;
/** Name of a registered authentication mechanism. */
export type MechanismName = keyof typeof mechanismNames;

/** Application contexts, by the last arc of their object identifier. */
export const applicationContextNames = {
  'logical-name': 1,
  'short-name': 2,
  'logical-name-ciphered': 3,
  'short-name-ciphered': 4,
} as const;

/** Association-result. */
export const associationResults = { accepted: 0, 'rejected-permanent': 1, 'rejected-transient': 2 } as const;
/** Name of the result of an AARE. */
export type AssociationResult = keyof typeof associationResults | Unknown;

/** Associate-source-diagnostic, acse-service-user. */
export const userDiagnostics = {
  null: 0,
  'no-reason-given': 1,
  'application-context-name-not-supported': 2,
  'calling-ap-title-not-recognized': 3,
  'calling-ap-invocation-identifier-not-recognized': 4,
  'calling-ae-qualifier-not-recognized': 5,
  'calling-ae-invocation-identifier-not-recognized': 6,
  'called-ap-title-not-recognized': 7,
  'called-ap-invocation-identifier-not-recognized': 8,
  'called-ae-qualifier-not-recognized': 9,
  'called-ae-invocation-identifier-not-recognized': 10,
  'authentication-mechanism-name-not-recognised': 11,
  'authentication-mechanism-name-required': 12,
  'authentication-failure': 13,
  'authentication-required': 14,
} as const;
/** Associate-source-diagnostic, acse-service-provider. */
export const providerDiagnostics = { null: 0, 'no-reason-given': 1, 'no-common-acse-version': 2 } as const;
/** The diagnostic of an AARE, and who gives it. */
export type Diagnostic =
  | { readonly source: 'acse-service-user'; readonly value: keyof typeof userDiagnostics | Unknown }
  | { readonly source: 'acse-service-provider'; readonly value: keyof typeof providerDiagnostics | Unknown };

/** Release-request-reason and Release-response-reason share one table; `urgent` asks, `not-finished` answers. */
export const requestReasons = { normal: 0, urgent: 1, 'user-defined': 30 } as const;
export const responseReasons = { normal: 0, 'not-finished': 1, 'user-defined': 30 } as const;
/** Name of the reason of an RLRQ. */
export type ReleaseReason = keyof typeof requestReasons | keyof typeof responseReasons | Unknown;
