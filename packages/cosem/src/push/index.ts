/** Pushes of meters as typed events. */
export {
  maxPushConnections,
  PushListener,
  type PushListenerOptions,
  pushIdleMs,
  streamPauseMs,
} from './listener.ts';
export { namePushValues, type PushColumn, type PushValue } from './naming.ts';
export {
  type PushDevice,
  type PushEvent,
  type PushOptions,
  PushReceiver,
  type PushSource,
} from './receiver.ts';
