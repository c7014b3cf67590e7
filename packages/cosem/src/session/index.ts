/** What client, server and push listener share: protection of messages, block transfers, the port to the links. */
export * from './association-context.ts';
export * from './block-transfer.ts';
export { associationReservation, type CounterKey, receiveCounterName, sendCounterName } from './counters.ts';
export * from './gbt.ts';
export * from './hls.ts';
export * from './node-transports.ts';
export * from './protection.ts';
export * from './security-settings.ts';
export * from './transport.ts';
