/** Structured values as plain TypeScript values, both ways. */
export * from './calendar.ts';
export * from './codec.ts';
export * from './control.ts';
export * from './object-list.ts';
export * from './payment.ts';
export * from './push.ts';
export * from './references.ts';
export * from './security.ts';
export * from './selective-access.ts';
