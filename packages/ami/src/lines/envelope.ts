/**
 * The signed envelope of a message: COSE_Sign1 (RFC 9052 section 4.2) over a CBOR map. The protected header names the
 * algorithm and the signer's certificate: by its thumbprint (x5t, RFC 9360) when the connection has shown the chain,
 * by the chain itself (x5chain) when the envelope stands alone. There is no unprotected header.
 */
import { createHash, type KeyObject, sign, verify } from 'node:crypto';
import type { Label, Priority } from '@wattward/profile';
import { labelOrder } from '@wattward/profile';
import { decodeCbor } from './cbor-decode.ts';
import { type CborValue, encodeCbor } from './cbor-encode.ts';
import { raiseLines } from './errors.ts';

/** ECDSA with P-256 and SHA-256, or P-384 and SHA-384 (RFC 9053 section 2.1). */
export type EnvelopeAlgorithm = 'ES256' | 'ES384';

const algorithmNumbers: Readonly<Record<EnvelopeAlgorithm, number>> = { ES256: -7, ES384: -35 };
const digests: Readonly<Record<EnvelopeAlgorithm, string>> = { ES256: 'sha256', ES384: 'sha384' };
const signatureOctets: Readonly<Record<EnvelopeAlgorithm, number>> = { ES256: 64, ES384: 96 };

// Header labels (RFC 9052 section 3.1, RFC 9360 section 2) and the number of SHA-256 (RFC 9054).
const headerAlgorithm = 1;
const headerChain = 33;
const headerThumbprint = 34;
const sha256 = -16;
/** A leaf, an issuing and a root certificate, and one to spare. */
const maxChain = 4;

export const priorities: readonly Priority[] = ['alarm', 'control', 'normal', 'bulk'];

/** What is signed, besides the body. Names of ends are ids of the profile, with `/instance` where there are many. */
export interface EnvelopeFacts {
  readonly line: string;
  /** Message id of the profile. */
  readonly type: string;
  readonly source: string;
  readonly destination: string;
  readonly label: Label;
  readonly priority: Priority;
  /** Epoch of the sender's store. */
  readonly epoch: number;
  /** Epoch of the receiver's store, as the receiver told it: what was meant for an earlier one is void. */
  readonly receiverEpoch: number;
  /** 1, 2 … within sender, line, priority and epoch. */
  readonly sequence: number;
  /** The sequence number that the receiver has before this one, as the sender knows it; 0 at the beginning. */
  readonly previous: number;
  /** Security time at which the message was written, milliseconds since 1970. */
  readonly atMs: number;
  /** Security time after which it must not be delivered. */
  readonly expiresMs: number | undefined;
}

export interface Envelope extends EnvelopeFacts {
  readonly body: CborValue;
}

/** An envelope taken apart, nothing of it checked but its form. */
export interface ParsedEnvelope {
  readonly algorithm: EnvelopeAlgorithm;
  /** SHA-256 of the signer's certificate. */
  readonly thumbprint: Uint8Array;
  /** The chain, leaf first, when the envelope carries it. */
  readonly chain: readonly Uint8Array[] | undefined;
  readonly envelope: Envelope;
  /** The Sig_structure (RFC 9052 section 4.4), which the signature covers. */
  readonly signed: Uint8Array;
  readonly signature: Uint8Array;
}

const version = 1;
/** Keys of the payload map; part of the format, never renumbered. */
const key = {
  version: 1,
  line: 2,
  type: 3,
  source: 4,
  destination: 5,
  label: 6,
  priority: 7,
  epoch: 8,
  receiverEpoch: 9,
  sequence: 10,
  previous: 11,
  atMs: 12,
  voidAfter: 13,
  body: 14,
} as const;

export function thumbprintOf(certificate: Uint8Array): Buffer {
  return createHash('sha256').update(certificate).digest();
}

/** The protected header for a signer, made once and used for every envelope. */
export function protectedHeader(
  algorithm: EnvelopeAlgorithm,
  chain: readonly Uint8Array[],
  carry: 'thumbprint' | 'chain' = 'thumbprint',
): Buffer {
  const header = new Map<number, CborValue>([[headerAlgorithm, algorithmNumbers[algorithm]]]);
  // RFC 9360: one certificate stands alone, several make an array.
  if (carry === 'chain') header.set(headerChain, chain.length === 1 ? chain[0]! : [...chain]);
  else header.set(headerThumbprint, [sha256, thumbprintOf(chain[0]!)]);
  return encodeCbor(header);
}

/** The payload as it is signed, with a body that is encoded already. Errors: `lines/value`. */
export function encodePayload(facts: EnvelopeFacts, encodedBody: Uint8Array): Buffer {
  const payload = new Map<number, CborValue>([
    [key.version, version],
    [key.line, facts.line],
    [key.type, facts.type],
    [key.source, facts.source],
    [key.destination, facts.destination],
    [key.label, labelOrder.indexOf(facts.label)],
    [key.priority, priorities.indexOf(facts.priority)],
    [key.epoch, facts.epoch],
    [key.receiverEpoch, facts.receiverEpoch],
    [key.sequence, facts.sequence],
    [key.previous, facts.previous],
    [key.atMs, facts.atMs],
  ]);
  if (facts.expiresMs !== undefined) payload.set(key.voidAfter, facts.expiresMs);
  const head = encodeCbor(payload);
  // The body has the highest key, so it follows the rest; the head's first octet holds the number of entries.
  head[0]! += 1;
  return Buffer.concat([head, Buffer.from([key.body]), encodedBody]);
}

const contextOctets = encodeCbor('Signature1');
const noOctets = encodeCbor(new Uint8Array(0));

function octetHead(length: number): Buffer {
  if (length < 24) return Buffer.from([0x40 | length]);
  if (length < 0x100) return Buffer.from([0x58, length]);
  const head = Buffer.alloc(length < 0x1_0000 ? 3 : 5);
  head[0] = length < 0x1_0000 ? 0x59 : 0x5a;
  if (length < 0x1_0000) head.writeUInt16BE(length, 1);
  else head.writeUInt32BE(length, 1);
  return head;
}

/** `["Signature1", protected, external, payload]`, put together of encoded parts so that nothing large is copied twice. */
export function signatureStructure(header: Uint8Array, payload: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([0x84]),
    contextOctets,
    octetHead(header.length),
    header,
    noOctets,
    octetHead(payload.length),
    payload,
  ]);
}

/** Puts header, payload and signature (r ‖ s) together: tag 18, four items. */
export function assemble(header: Uint8Array, payload: Uint8Array, signature: Uint8Array): Buffer {
  return Buffer.concat([
    Buffer.from([0xd2, 0x84]),
    octetHead(header.length),
    header,
    Buffer.from([0xa0]),
    octetHead(payload.length),
    payload,
    octetHead(signature.length),
    signature,
  ]);
}

/** Signs and assembles with a key at hand. */
export function signEnvelope(
  header: Uint8Array,
  payload: Uint8Array,
  algorithm: EnvelopeAlgorithm,
  privateKey: KeyObject,
): Buffer {
  const signature = sign(digests[algorithm], signatureStructure(header, payload), {
    key: privateKey,
    dsaEncoding: 'ieee-p1363',
  });
  return assemble(header, payload, signature);
}

/** Whether the signature holds under this public key and algorithm; the envelope has no say in the choice. */
export function signatureHolds(
  parsed: ParsedEnvelope,
  algorithm: EnvelopeAlgorithm,
  publicKey: KeyObject,
): boolean {
  if (parsed.signature.length !== signatureOctets[algorithm]) return false;
  return verify(
    digests[algorithm],
    parsed.signed,
    { key: publicKey, dsaEncoding: 'ieee-p1363' },
    parsed.signature,
  );
}

const bad = (what: string) => raiseLines('envelope', what);

/** Takes an envelope apart, strictly. Errors: `lines/cbor`, `lines/envelope`. */
export function parseEnvelope(octets: Uint8Array): ParsedEnvelope {
  // The one tag of the format is read here, so that the codec needs none.
  if (octets[0] !== 0xd2) throw bad('not tagged as a COSE_Sign1');
  const outer = decodeCbor(octets.subarray(1));
  if (!Array.isArray(outer) || outer.length !== 4) throw bad('a COSE_Sign1 has four parts');
  const [header, unprotected, payload, signature] = outer as readonly CborValue[];
  if (
    !(header instanceof Uint8Array) ||
    !(payload instanceof Uint8Array) ||
    !(signature instanceof Uint8Array)
  )
    throw bad('header, payload and signature are octet strings');
  if (!isObject(unprotected) || Object.keys(unprotected).length > 0)
    throw bad('an unprotected header has no place here');
  return {
    ...parseHeader(header),
    envelope: parsePayload(payload),
    signed: signatureStructure(header, payload),
    signature,
  };
}

function isObject(value: CborValue | undefined): value is Record<string, CborValue> {
  return (
    typeof value === 'object' &&
    value !== null &&
    !Array.isArray(value) &&
    !(value instanceof Map) &&
    !(value instanceof Uint8Array)
  );
}

function parseHeader(octets: Uint8Array): Pick<ParsedEnvelope, 'algorithm' | 'thumbprint' | 'chain'> {
  const header = decodeCbor(octets);
  if (!(header instanceof Map) || header.size !== 2) throw bad('the protected header has two entries');
  const number = header.get(headerAlgorithm);
  const algorithm = number === -7 ? 'ES256' : number === -35 ? 'ES384' : undefined;
  if (algorithm === undefined) throw bad('an algorithm that has no place here');
  const chain = parseChain(header.get(headerChain));
  if (chain !== undefined) return { algorithm, chain, thumbprint: thumbprintOf(chain[0]!) };
  const named = header.get(headerThumbprint);
  if (!Array.isArray(named) || named.length !== 2 || named[0] !== sha256)
    throw bad('no certificate is named');
  const thumbprint = named[1];
  if (!(thumbprint instanceof Uint8Array) || thumbprint.length !== 32) throw bad('no certificate is named');
  return { algorithm, chain, thumbprint };
}

function parseChain(value: CborValue | undefined): readonly Uint8Array[] | undefined {
  if (value === undefined) return undefined;
  const chain = value instanceof Uint8Array ? [value] : value;
  if (!Array.isArray(chain) || chain.length === 0 || chain.length > maxChain)
    throw bad('the chain is empty or too long');
  if (!chain.every((each) => each instanceof Uint8Array)) throw bad('the chain is not one of certificates');
  return chain as readonly Uint8Array[];
}

const maxNameCharacters = 128;

function parsePayload(octets: Uint8Array): Envelope {
  const map = decodeCbor(octets);
  if (!(map instanceof Map)) throw bad('the payload is not a map of numbers');
  if (map.get(key.version) !== version) throw bad('another version of the format');
  const hasExpiry = map.has(key.voidAfter);
  if (map.size !== (hasExpiry ? 14 : 13) || !map.has(key.body)) throw bad('fields are missing or unknown');
  const text = (field: number): string => {
    const value = map.get(field);
    if (typeof value !== 'string' || value === '' || value.length > maxNameCharacters)
      throw bad(`field ${field} is not a name`);
    return value;
  };
  const count = (field: number): number => {
    const value = map.get(field);
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0)
      throw bad(`field ${field} is not a count`);
    return value;
  };
  const label = labelOrder[count(key.label)];
  const priority = priorities[count(key.priority)];
  if (label === undefined || priority === undefined) throw bad('an unknown label or priority');
  const sequence = count(key.sequence);
  const previous = count(key.previous);
  if (previous >= sequence) throw bad('a message that comes before what precedes it');
  return {
    line: text(key.line),
    type: text(key.type),
    source: text(key.source),
    destination: text(key.destination),
    label,
    priority,
    epoch: count(key.epoch),
    receiverEpoch: count(key.receiverEpoch),
    sequence,
    previous,
    atMs: count(key.atMs),
    expiresMs: hasExpiry ? count(key.voidAfter) : undefined,
    body: map.get(key.body)!,
  };
}
