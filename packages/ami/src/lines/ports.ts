/** What a line needs of others: who a certificate speaks for, what to sign with, what a payload must look like. */
import type { KeyObject } from 'node:crypto';
import type { CborValue } from './cbor-encode.ts';
import type { EnvelopeAlgorithm } from './envelope.ts';
import type { PeerIdentity } from './flow-rules.ts';

/** Whose chain it is: one that leads to the trust anchor, is in its time, not revoked, and made for this use. */
export interface VerifiedPeer {
  readonly identity: PeerIdentity;
  readonly publicKey: KeyObject;
  /** Fixed by the certificate's key; an envelope cannot choose another. */
  readonly algorithm: EnvelopeAlgorithm;
}

export type ChainVerdict =
  | { readonly verified: VerifiedPeer }
  | { readonly refused: 'certificate' | 'revoked'; readonly detail: string };

export type ChainUse = 'tls-client' | 'tls-server' | 'message';

/** Judges certificate chains, leaf first, DER. Asked for every message, so that a revocation counts at once. */
export interface ChainJudge {
  judge(chain: readonly Uint8Array[], use: ChainUse, atMs: number): ChainVerdict;
}

/** What this process signs and shows itself with: one key for envelopes, another for connections. */
export interface LineCredential {
  readonly identity: PeerIdentity;
  /** Of the key that signs envelopes; leaf first, DER, without the trust anchor. */
  readonly chain: readonly Uint8Array[];
  readonly algorithm: EnvelopeAlgorithm;
  /** Signature r ‖ s over these octets. */
  sign(octets: Uint8Array): Uint8Array | Promise<Uint8Array>;
  /** For connections: chain with the leaf first, private key and trust anchors in PEM; the issuers in DER. */
  readonly tls: {
    readonly cert: string;
    readonly key: string;
    readonly ca: readonly string[];
    readonly issuers: readonly Uint8Array[];
  };
}

export interface CredentialPort {
  current(): LineCredential;
  /** Calls back after a renewal; returns how to stop that. */
  onChange(listener: () => void): () => void;
}

/** Schemas and bounds of the message types. */
export interface PayloadPort {
  /** What is wrong with this payload, with its path; undefined when nothing is. */
  problem(type: string, body: CborValue): string | undefined;
  maxOctets(type: string): number;
  expiresAfterMs(type: string): number | undefined;
}

/** Where the receivers are. */
export interface RoutePort {
  /** The process that receives for a name: `head-end`, `gateway/cis` for the actor `cis`. */
  principalFor(destination: string): string | undefined;
  addressOf(principal: string): { readonly host: string; readonly port: number } | undefined;
}

/** Security time, always real. */
export type SecurityClock = () => number;
