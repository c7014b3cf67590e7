/** DLMS/COSEM for Node: see README.md for what is supported and where to begin. */
export * from './apdu/index.ts';
export * from './apdu/xml.ts';
export * from './base/bytes.ts';
export * from './base/decimal.ts';
export * from './base/errors.ts';
export * from './classes/index.ts';
export * from './client/index.ts';
export * from './data/index.ts';
export * from './link/index.ts';
export * from './obis/index.ts';
export * from './push/index.ts';
export * from './security/index.ts';
export * from './server/index.ts';
export * from './session/index.ts';
