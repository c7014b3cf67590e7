/** Security of DLMS/COSEM: suites, keys, counters, sealing and opening, authentication, policies, key change. */
export * from './agreement.ts';
export * from './authentication.ts';
export * from './certificates.ts';
export * from './counters.ts';
export * from './curves.ts';
export * from './file-counters.ts';
export * from './general.ts';
export * from './general-open.ts';
export * from './key-change.ts';
export * from './keys.ts';
export * from './policy.ts';
export * from './primitives.ts';
export * from './sealing.ts';
export * from './signing.ts';
export * from './software-keys.ts';
export * from './suite.ts';
