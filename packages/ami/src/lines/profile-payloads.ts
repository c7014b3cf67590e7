/** Schemas, sizes and expiry of the messages, as the profile states them. */
import { boundsOf, checkPayload, type MessageBounds } from '@wattward/profile';
import { type Configured, parameterValue } from '../audit/limits.ts';
import type { PayloadPort } from './ports.ts';

/** The profile's payloads, with the operator's configuration of its parameters. */
export function profilePayloads(configured: Configured = {}): PayloadPort {
  const bounds = new Map<string, MessageBounds>();
  const boundsFor = (type: string): MessageBounds => {
    let found = bounds.get(type);
    if (found === undefined) {
      found = boundsOf(type, (id) => parameterValue(id, configured));
      bounds.set(type, found);
    }
    return found;
  };
  return {
    problem(type, body) {
      const found = checkPayload(type, body);
      return found === undefined
        ? undefined
        : `${found.path === '' ? 'the payload' : found.path} ${found.problem}`;
    },
    maxOctets: (type) => boundsFor(type).maxOctets,
    expiresAfterMs(type) {
      const seconds = boundsFor(type).expiresAfterSeconds;
      return seconds === undefined ? undefined : seconds * 1000;
    },
  };
}
