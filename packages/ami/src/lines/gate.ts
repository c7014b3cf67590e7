/**
 * The flow gate: the single way a message enters a component (2.8.7.2, 2.14.9, 2.14.10, 2.15.15). Its steps stand in
 * one order and the first that fails decides: size → strict parse → chain and revocation → signature → signed source
 * is the signer → signed destination is me → line and message type → label → fresh → schema. Pure: it changes nothing,
 * so what it let through is consumed by whoever delivers it.
 */
import type { Priority } from '@wattward/profile';
import { WattwardError } from '../base/errors.ts';
import type { ChainCache } from './chain-cache.ts';
import { type EnvelopeFacts, type ParsedEnvelope, parseEnvelope, signatureHolds } from './envelope.ts';
import { flowRefusal, namesOf, principalOf } from './flow-rules.ts';
import type { PayloadPort, VerifiedPeer } from './ports.ts';

/** The exact reasons, which only the audit learns; `line.refused.<reason>` is the type of the record. */
export type RefusalReason =
  | 'size'
  | 'parse'
  | 'certificate'
  | 'revoked'
  | 'signature'
  | 'source'
  | 'destination'
  | 'line'
  | 'label'
  | 'replay'
  | 'stale'
  | 'schema'
  | 'rate';

export const refusalReasons: readonly RefusalReason[] = [
  'size',
  'parse',
  'certificate',
  'revoked',
  'signature',
  'source',
  'destination',
  'line',
  'label',
  'replay',
  'stale',
  'schema',
  'rate',
];

/** The last message consumed of a sender, line and priority; zeros before the first. */
export interface Mark {
  readonly epoch: number;
  readonly sequence: number;
}

/** What the gate looks at besides the message. */
export interface GateView {
  /** Names of the receiver. */
  readonly me: ReadonlySet<string>;
  /** Principal of the connection's other end; a message of another signer has no place on it. */
  readonly peer: string | undefined;
  /** Priority of the connection; a message of another would escape the order of its own. */
  readonly priority: Priority | undefined;
  readonly atMs: number;
  /** Epoch of the receiver's store. */
  readonly epoch: number;
  readonly clockSkewMs: number;
  readonly envelopeAgeMs: number;
  readonly maxOctets: number;
  readonly chains: ChainCache;
  readonly payloads: PayloadPort;
  readonly markOf: (facts: EnvelopeFacts) => Mark;
}

export interface Accepted {
  readonly parsed: ParsedEnvelope;
  readonly signer: VerifiedPeer;
  /** Sequence numbers that the sender believes delivered and that never came. */
  readonly missing: { readonly first: number; readonly last: number } | undefined;
}

export interface Refused {
  readonly reason: RefusalReason;
  readonly detail: string;
  /** What the message says of itself; believed only as far as the steps before the failing one went. */
  readonly facts: EnvelopeFacts | undefined;
}

export type GateVerdict = { readonly accepted: Accepted } | { readonly refused: Refused };

/** Room for signature, header and facts around a body. */
export const envelopeOverheadOctets = 8192;

/** Judges one message. Never throws for what a message holds. */
export function judgeMessage(octets: Uint8Array, view: GateView): GateVerdict {
  if (octets.length > view.maxOctets + envelopeOverheadOctets)
    return refuse('size', `${octets.length} octets`, undefined);
  let parsed: ParsedEnvelope;
  try {
    parsed = parseEnvelope(octets);
  } catch (error) {
    if (!(error instanceof WattwardError)) throw error;
    return refuse('parse', error.detail, undefined);
  }
  return judgeParsed(parsed, octets.length, view);
}

function refuse(reason: RefusalReason, detail: string, facts: EnvelopeFacts | undefined): GateVerdict {
  return { refused: { reason, detail, facts } };
}

function judgeParsed(parsed: ParsedEnvelope, octets: number, view: GateView): GateVerdict {
  const facts = parsed.envelope;
  const verdict = parsed.chain
    ? view.chains.learn(parsed.chain, view.atMs)
    : view.chains.verdict(parsed.thumbprint, view.atMs);
  if (verdict === undefined) return refuse('certificate', 'a certificate that was not shown', facts);
  if ('refused' in verdict) return refuse(verdict.refused, verdict.detail, facts);
  const signer = verdict.verified;
  // The algorithm is that of the certificate's key; a header that names another is no choice but a forgery.
  if (parsed.algorithm !== signer.algorithm || !signatureHolds(parsed, signer.algorithm, signer.publicKey))
    return refuse('signature', `${parsed.algorithm} under a key for ${signer.algorithm}`, facts);
  const principal = principalOf(signer.identity);
  if (view.peer !== undefined && principal !== view.peer)
    return refuse('source', `signed by ${principal}, brought by ${view.peer}`, facts);
  const refusal = flowRefusal(facts, namesOf(signer.identity), view.me);
  if (refusal !== undefined) return refuse(refusal, `${facts.source} to ${facts.destination}`, facts);
  if (view.priority !== undefined && facts.priority !== view.priority)
    return refuse('line', `${facts.priority} on a connection for ${view.priority}`, facts);
  const stale = freshnessRefusal(facts, view);
  if (stale !== undefined) return { refused: { ...stale, facts } };
  const maxOctets = view.payloads.maxOctets(facts.type);
  if (octets > maxOctets + envelopeOverheadOctets)
    return refuse('size', `more than ${maxOctets} octets`, facts);
  const problem = view.payloads.problem(facts.type, facts.body);
  if (problem !== undefined) return refuse('schema', problem, facts);
  return { accepted: { parsed, signer, missing: missingBefore(facts, view.markOf(facts)) } };
}

/** Freshness (2.8.8, 2.8.20): meant for this life of the receiver, written lately, not expired, never seen before. */
export function freshnessRefusal(
  facts: EnvelopeFacts,
  view: Pick<GateView, 'atMs' | 'epoch' | 'clockSkewMs' | 'envelopeAgeMs' | 'markOf'>,
): { readonly reason: RefusalReason; readonly detail: string } | undefined {
  const stale = (detail: string) => ({ reason: 'stale', detail }) as const;
  if (facts.receiverEpoch !== view.epoch)
    return stale(`meant for epoch ${facts.receiverEpoch} of the receiver, which is in ${view.epoch}`);
  if (facts.atMs > view.atMs + view.clockSkewMs) return stale('written in the future');
  if (facts.atMs < view.atMs - view.envelopeAgeMs - view.clockSkewMs) return stale('too old');
  if (facts.expiresMs !== undefined && facts.expiresMs < view.atMs) return stale('expired');
  const mark = view.markOf(facts);
  if (facts.epoch < mark.epoch) return stale(`of epoch ${facts.epoch}; the sender is in ${mark.epoch}`);
  if (facts.epoch === mark.epoch && facts.sequence <= mark.sequence)
    return { reason: 'replay', detail: `number ${facts.sequence} after number ${mark.sequence}` };
  return undefined;
}

function missingBefore(facts: EnvelopeFacts, mark: Mark): Accepted['missing'] {
  const seen = facts.epoch === mark.epoch ? mark.sequence : 0;
  return facts.previous > seen ? { first: seen + 1, last: facts.previous } : undefined;
}
