/** What protects the messages of one association: suite, keys, counters, parties and what is asked of messages. */
import type { CounterPort } from '../security/counters.ts';
import type { KeyPlan } from '../security/general.ts';
import type { FreshnessClaim, Originator } from '../security/general-open.ts';
import type { KeyName, KeyPort, SymmetricPurpose } from '../security/keys.ts';
import type { Protection } from '../security/policy.ts';
import type { SecuritySuite } from '../security/suite.ts';

/** How the layer of ciphering is written (IEC 62056-5-3, cryptographic protection of xDLMS APDUs). */
export type CipheringForm = 'service-specific' | 'general' | 'general-ciphering';

/** Keys of the signatures (IEC 62056-5-3, General-Signing). */
export interface SigningSettings {
  /** This side's key; without it nothing can be signed. */
  readonly own?: KeyName<'signing'>;
  /** The peer's public key, raw, from a certificate that the caller has checked; without it no signature is accepted. */
  readonly peerKey?: Uint8Array;
}

/** General-ciphering with identified, wrapped or agreed keys (IEC 62056-5-3, General-Ciphering). */
export interface GeneralSettings {
  /** How messages are sent; without it none are sent this way. */
  readonly plan?: KeyPlan;
  /** The peer's public keys, for messages under agreed keys. */
  readonly originator?: Omit<Originator, 'systemTitle'>;
  readonly algorithmId?: Uint8Array;
}

/** Everything that protection of an association needs. */
export interface SecuritySettings {
  readonly suite: SecuritySuite;
  readonly keys: KeyPort;
  readonly counters: CounterPort;
  /** Whose global keys apply: the server's system title in hexadecimal, in the client too. */
  readonly keyOwner: string;
  /** Rises with every change of the unicast key, because a new key starts new counters. 0 by default. */
  readonly generation?: number;
  /** The same for the broadcast key. */
  readonly broadcastGeneration?: number;
  /** Keys that a key change has staged and that are to be used already: to find out whether the device took them. */
  readonly staged?: readonly SymmetricPurpose[];
  /** False where the security setup has no authentication key. */
  readonly authenticationKey?: boolean;
  /** Eight octets. */
  readonly ownTitle: Uint8Array;
  /** Eight octets. */
  readonly peerTitle: Uint8Array;
  /** Accepts messages under the broadcast key too (a server that takes broadcasts). */
  readonly broadcast?: boolean;
  readonly signing?: SigningSettings;
  readonly general?: GeneralSettings;
  /**
   * Whether a message is new that no counter covers: one that is only signed, or under a wrapped or agreed key.
   * Without it such messages are refused. It must remember across restarts.
   */
  readonly acceptFresh?: (claim: FreshnessClaim) => boolean | Promise<boolean>;
  /** Accepts messages that are encrypted only, which prove nothing. Off by default. */
  readonly allowUnauthenticated?: boolean;
  /** Messages up to this far behind the newest are accepted once: for pushes. 1 (strict) by default. */
  readonly replayWindow?: number;
  /** Counter values that are reserved at a time. */
  readonly reservation?: number;
  /** Octets. */
  readonly maxApduSize?: number;
}

/** How one message is to be protected. */
export interface ProtectOptions {
  readonly protection: Protection;
  readonly form?: CipheringForm;
  /** Of general-signing and general-ciphering; a rising number of eight octets where it is left out. */
  readonly transactionId?: Uint8Array;
}

/** A message without its protection, and what that was. */
export interface Unprotected {
  /** May be a view on the input. */
  readonly plain: Uint8Array;
  readonly protection: Protection;
  readonly scope: 'none' | 'global' | 'dedicated' | 'message';
  readonly keySet: 'unicast' | 'broadcast';
  readonly form: CipheringForm | undefined;
  /** Of the general-signing or general-ciphering layer: a response repeats it. */
  readonly transactionId: Uint8Array | undefined;
}

/** The name of a global key of the association: the staged one where a key change asks for it. */
export function globalKeyOf<P extends SymmetricPurpose>(settings: SecuritySettings, purpose: P): KeyName<P> {
  const slot = settings.staged?.includes(purpose) === true ? 'next' : 'current';
  return { owner: settings.keyOwner, purpose, slot };
}

/** The authentication key of the security setup, undefined where it has none. */
export function authenticationKeyOf(settings: SecuritySettings): KeyName<'authentication'> | undefined {
  return settings.authenticationKey === false ? undefined : globalKeyOf(settings, 'authentication');
}
