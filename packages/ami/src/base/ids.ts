/** Identifiers that mean nothing and repeat never. */
import { randomUUID } from 'node:crypto';

/** What intent, act and outcome of one action share in the audit (2.16.3). */
export function newCorrelation(): string {
  return randomUUID();
}
