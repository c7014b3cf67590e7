/** Security policies (IEC 62056-6-2, Security setup, class 64, security_policy) and whether a message meets one. */
import { raiseSecurity } from './errors.ts';

/** How a message is, or has to be, protected. */
export interface Protection {
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  readonly signed: boolean;
}

/** What a policy asks of each direction. */
export interface SecurityPolicy {
  readonly request: Protection;
  readonly response: Protection;
}

export const unprotected: Protection = { authenticated: false, encrypted: false, signed: false };

/** Version 1: bits 0 and 1 are reserved; requests in bits 2 to 4, responses in bits 5 to 7. */
const requestShift = 2;
const responseShift = 5;
const reservedBits = 0x03;

/**
 * Reads attribute security_policy (IEC 62056-6-2, class 64). Version 0 counts: 0 nothing, 1 authenticated, 2 encrypted,
 * 3 both, in either direction. Version 1 has a bit for each kind of protection and direction.
 * Throws `security/policy-value`.
 */
export function decodePolicy(version: number, value: number): SecurityPolicy {
  if (version === 0 && value >= 0 && value <= 3) {
    const both = { authenticated: (value & 1) !== 0, encrypted: (value & 2) !== 0, signed: false };
    return { request: both, response: both };
  }
  if (version === 1 && value >= 0 && value <= 0xff && (value & reservedBits) === 0) {
    return {
      request: fromBits(value >>> requestShift),
      response: fromBits(value >>> responseShift),
    };
  }
  throw raiseSecurity('policy-value', `version ${version}, value ${value}`);
}

/** Writes attribute security_policy. Throws `security/policy-value` where the version cannot say it. */
export function encodePolicy(version: number, policy: SecurityPolicy): number {
  const request = toBits(policy.request);
  const response = toBits(policy.response);
  if (version === 1) return (request << requestShift) | (response << responseShift);
  if (version === 0 && request === response && !policy.request.signed) return request;
  throw raiseSecurity('policy-value', `version ${version}`);
}

function fromBits(bits: number): Protection {
  return { authenticated: (bits & 1) !== 0, encrypted: (bits & 2) !== 0, signed: (bits & 4) !== 0 };
}

function toBits(protection: Protection): number {
  return (protection.authenticated ? 1 : 0) | (protection.encrypted ? 2 : 0) | (protection.signed ? 4 : 0);
}

/** Whether a message has at least the protection that is required; more is always enough. */
export function satisfies(required: Protection, actual: Protection): boolean {
  return (toBits(required) & ~toBits(actual)) === 0;
}

/** Throws `security/policy`, naming what is missing, unless the message has at least the required protection. */
export function requireProtection(required: Protection, actual: Protection): void {
  if (satisfies(required, actual)) return;
  const missing = (['authenticated', 'encrypted', 'signed'] as const).filter(
    (kind) => required[kind] && !actual[kind],
  );
  throw raiseSecurity('policy', `not ${missing.join(', not ')}`);
}

/** The protection that keeps both: a response is at least protected as the policy and the request are. */
export function combineProtection(first: Protection, second: Protection): Protection {
  return fromBits(toBits(first) | toBits(second));
}
