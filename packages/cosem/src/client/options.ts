/** The options of a client's association: bounds with their reasons, and what a caller decides about security. */
import type { ConformanceBit, MechanismName } from '../apdu/names.ts';
import type { DataNotification, EventNotificationRequest } from '../apdu/types.ts';
import type { Protection, SecurityPolicy } from '../security/policy.ts';
import type { HlsExchange, SecretSource } from '../session/hls.ts';
import type { CipheringForm, SecuritySettings } from '../session/security-settings.ts';
import type { ApduTransport } from '../session/transport.ts';

/** Bounds of a client, each of which an option may change. */
export const clientDefaults = {
  /** How long an answer may take: meters on slow networks need seconds to fetch a value. */
  responseTimeoutMs: 10_000,
  /** How often a read is tried again after silence. Writes and methods are never sent again. */
  readRetries: 1,
  /** Requests that wait for their turn on one association, which answers one at a time. */
  maxQueuedRequests: 64,
  /** The largest APDU that this side takes. */
  maxReceivePduSize: 0xffff,
  /** Octets that one value may come to over all blocks. */
  maxValueSize: 0x100_0000,
  /** Attributes in one request with a list; more are asked for in several requests. */
  maxListItems: 16,
  /** Blocks that the peer may stream before it waits for an acknowledgement. */
  gbtWindow: 8,
  /** Late answers to earlier requests that are passed over while one is awaited. */
  maxStaleAnswers: 8,
} as const;

/** What this client can do, and proposes unless an option says less. */
export const clientConformance: readonly ConformanceBit[] = [
  'general-protection',
  'general-block-transfer',
  'priority-mgmt-supported',
  'attribute0-supported-with-get',
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'data-notification',
  'access',
  'get',
  'set',
  'selective-access',
  'event-notification',
  'action',
];

/** Both: what a ciphered association does unless it is told otherwise. */
export const authenticatedEncryption: Protection = { authenticated: true, encrypted: true, signed: false };

/** Security of an association (IEC 62056-5-3, security context). */
export interface ClientSecurity
  extends Pick<
    SecuritySettings,
    | 'suite'
    | 'keys'
    | 'counters'
    | 'generation'
    | 'staged'
    | 'authenticationKey'
    | 'signing'
    | 'general'
    | 'acceptFresh'
    | 'allowUnauthenticated'
    | 'reservation'
  > {
  /** The client's own system title, eight octets. */
  readonly systemTitle: Uint8Array;
  /** The server's; an answer from another is refused. Without it `keyOwner` must be given, and any is accepted. */
  readonly serverTitle?: Uint8Array;
  /** Whose keys apply; the server's title in hexadecimal unless it is given. */
  readonly keyOwner?: string;
  /** How requests are protected; authenticated and encrypted unless it is given. */
  readonly protection?: Protection;
  /** The least that is accepted of responses; as `protection` (without a signature) unless it is given. */
  readonly responseProtection?: Protection;
  /** How the ciphering is written; service-specific where such a form exists unless it is given. */
  readonly form?: CipheringForm;
  /** Accepts responses that are protected more than asked for. */
  readonly allowStrongerResponses?: boolean;
  /** Under which key reply_to_HLS_authentication travels where there is a dedicated one. `global` by default. */
  readonly hlsKey?: 'global' | 'dedicated';
}

/** How an association is opened and used. */
export interface AssociationOptions {
  readonly transport: ApduTransport;
  /** `lowest` by default. */
  readonly mechanism?: MechanismName;
  /** MD5 and SHA-1 where they are to be allowed at all. */
  readonly weakMechanisms?: readonly MechanismName[];
  /** The password of LLS, the secret of mechanisms 3, 4 and 6. */
  readonly secret?: SecretSource;
  readonly security?: ClientSecurity;
  /** Whether APDUs are ciphered; true where `security` is given. False leaves its keys to the mechanism alone. */
  readonly ciphered?: boolean;
  /** A key for this association only: true for a new random one, or its octets. */
  readonly dedicatedKey?: boolean | Uint8Array;
  readonly conformance?: readonly ConformanceBit[];
  readonly maxReceivePduSize?: number;
  /** The client user (IEC 62056-6-2, Association LN, current_user). */
  readonly userId?: number;
  /** CtoS; random unless it is given. */
  readonly challenge?: Uint8Array;
  /** Makes the proof of pass 3 elsewhere: a manufacturer's mechanism, or a recorded exchange. */
  readonly prove?: (exchange: HlsExchange) => Uint8Array | Promise<Uint8Array>;
  readonly responseTimeoutMs?: number;
  readonly readRetries?: number;
  readonly maxQueuedRequests?: number;
  readonly maxValueSize?: number;
  readonly maxListItems?: number;
  readonly gbtWindow?: number;
  /** Which block transfer is used for what does not fit one APDU; service specific unless only the other was agreed. */
  readonly blockTransfer?: 'service' | 'general';
  /** The invoke id of every request; they count up unless it is given. */
  readonly invokeId?: number;
  readonly highPriority?: boolean;
  readonly signal?: AbortSignal;
  /** Called for notifications that arrive between answers. */
  readonly onNotification?: (notification: DataNotification | EventNotificationRequest) => void;
}

/** What one request may have different from its association. */
export interface RequestOptions {
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal | undefined;
  /** For example signed, where the object asks for it. */
  readonly protection?: Protection;
  readonly form?: CipheringForm;
}

/** The policy that the client holds both directions to. */
export function clientPolicy(security: ClientSecurity | undefined, ciphered: boolean): SecurityPolicy {
  if (security === undefined || !ciphered) return { request: noProtection, response: noProtection };
  const request = security.protection ?? authenticatedEncryption;
  return { request, response: security.responseProtection ?? { ...request, signed: false } };
}

const noProtection: Protection = { authenticated: false, encrypted: false, signed: false };
