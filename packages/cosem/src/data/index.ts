/** The data types of COSEM, their encoding, dates, and scaled numbers. */
export * from './codec.ts';
export * from './date-text.ts';
export * from './date-time.ts';
export * from './scaler-unit.ts';
export * from './types.ts';
export * from './units.ts';
