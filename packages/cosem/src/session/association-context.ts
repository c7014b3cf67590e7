/**
 * What two sides have agreed on when an application association is up (IEC 62056-5-3, application association
 * establishment): one object that the engines of client and server carry with them. It holds no secrets.
 */
import type { ConformanceBit, MechanismName } from '../apdu/names.ts';
import type { InitiateRequest, InitiateResponse } from '../apdu/types.ts';
import type { Saps } from '../link/channel.ts';
import type { SecurityPolicy } from '../security/policy.ts';
import { unprotected } from '../security/policy.ts';
import type { SecuritySuite } from '../security/suite.ts';

/** What stands for "no limit" (0) in xDLMS Initiate; no link of DLMS carries a larger APDU. */
export const unlimitedPduSize = 0xffff;
/** Smallest PDU size that leaves room for a protected block; xDLMS Initiate refuses less (IEC 62056-5-3). */
export const minPduSize = 64;

/** Nothing asked for, either way. */
export const openPolicy: SecurityPolicy = { request: unprotected, response: unprotected };

/** The negotiated state of one association. */
export interface AssociationContext {
  readonly role: 'client' | 'server';
  readonly saps: Saps;
  /** Whether the application context has ciphering. */
  readonly ciphered: boolean;
  readonly mechanism: MechanismName;
  readonly suite: SecuritySuite | undefined;
  /** Eight octets each; empty where an unciphered association did not exchange them. */
  readonly ownTitle: Uint8Array;
  readonly peerTitle: Uint8Array;
  readonly conformance: ReadonlySet<ConformanceBit>;
  /** Largest APDU in octets that the peer takes, and that this side takes; both include the ciphering. */
  readonly maxSendPduSize: number;
  readonly maxReceivePduSize: number;
  readonly hasDedicatedKey: boolean;
  /** The least protection of either direction. */
  readonly policy: SecurityPolicy;
}

/** A PDU size as xDLMS Initiate gives it, with 0 resolved. */
export function effectivePduSize(size: number): number {
  return size === 0 ? unlimitedPduSize : size;
}

/** What both sides of the negotiation come to, from either side's point of view. */
export function negotiatedSizes(
  role: 'client' | 'server',
  request: Pick<InitiateRequest, 'clientMaxReceivePduSize'>,
  response: Pick<InitiateResponse, 'serverMaxReceivePduSize'>,
): Pick<AssociationContext, 'maxSendPduSize' | 'maxReceivePduSize'> {
  const client = effectivePduSize(request.clientMaxReceivePduSize);
  const server = effectivePduSize(response.serverMaxReceivePduSize);
  return role === 'client'
    ? { maxSendPduSize: server, maxReceivePduSize: client }
    : { maxSendPduSize: client, maxReceivePduSize: server };
}
