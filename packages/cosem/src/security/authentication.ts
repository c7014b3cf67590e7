/**
 * Proofs of identity of the authentication mechanisms (IEC 62056-5-3, authentication mechanisms, and IEC 62056-6-2,
 * Association LN, reply_to_HLS_authentication). Nothing here keeps state; the exchange itself is the association's.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { MechanismName } from '../apdu/names.ts';
import type { ReceiveCounter } from './counters.ts';
import { publicKeyFromRaw, verifyRaw } from './curves.ts';
import { raiseSecurity } from './errors.ts';
import type { KeyName, KeyPort, MessageCipher } from './keys.ts';
import {
  checkSystemTitle,
  controlBits,
  readCounter,
  type SecuritySuite,
  securityHeaderSize,
  suiteCurve,
  systemTitleSize,
  tagSize,
  writeCounter,
} from './suite.ts';

/** The mechanisms that hash a shared secret. */
export type DigestMechanism = 'high-md5' | 'high-sha1' | 'high-sha256';

/** Challenge lengths in octets (IEC 62056-5-3, CtoS and StoC). */
export const minChallengeSize = 8;
export const maxChallengeSize = 64;
/** With ECDSA a challenge has at least 32 octets. */
export const minEcdsaChallengeSize = 32;

const none = new Uint8Array(0);

/**
 * Throws `security/mechanism-disabled` for MD5 and SHA-1 unless they are in the list of what is switched on, and always
 * for the manufacturer's own mechanism (2).
 */
export function requireMechanism(mechanism: MechanismName, weakEnabled: readonly MechanismName[] = []): void {
  const weak = mechanism === 'high-md5' || mechanism === 'high-sha1';
  if (mechanism === 'high' || (weak && !weakEnabled.includes(mechanism))) {
    throw raiseSecurity('mechanism-disabled', mechanism);
  }
}

/** A random challenge; 32 octets unless asked otherwise. Throws `security/challenge-length`. */
export function createChallenge(mechanism: MechanismName, size = minEcdsaChallengeSize): Uint8Array {
  checkChallengeSize(mechanism, size);
  if (challengesAt + size > challenges.length) {
    challenges = randomBytes(challengePool);
    challengesAt = 0;
  }
  const challenge = Uint8Array.from(challenges.subarray(challengesAt, challengesAt + size));
  challengesAt += size;
  return challenge;
}

/** Octets of chance that are fetched at a time: a fetch costs the same for 32 octets as for a thousand. */
const challengePool = 1024;
let challenges = new Uint8Array(0);
let challengesAt = 0;

function checkChallengeSize(mechanism: MechanismName, size: number): void {
  const least = mechanism === 'high-ecdsa' ? minEcdsaChallengeSize : minChallengeSize;
  if (size < least || size > maxChallengeSize) {
    throw raiseSecurity('challenge-length', `${size} octets`);
  }
}

/**
 * Looks at the challenge that a peer sent, before anything is answered to it.
 * Throws `security/challenge-length`, and `security/challenge-reflected` where it is our own: answering it would make
 * the very proof that we are waiting for.
 */
export function checkPeerChallenge(mechanism: MechanismName, own: Uint8Array, peer: Uint8Array): void {
  checkChallengeSize(mechanism, peer.length);
  if (equalOctets(own, peer)) throw raiseSecurity('challenge-reflected');
}

/** Compares without telling by its time where the two differ, or how long the expected one is. */
export function equalOctets(expected: Uint8Array, given: Uint8Array): boolean {
  // Where the lengths differ as much is compared, so that the time tells only what the giver knows: how much was given.
  const same = expected.length === given.length;
  return timingSafeEqual(same ? expected : given, given) && same;
}

/** Low level security: throws `security/authentication` unless the password is the expected one. */
export function verifyPassword(expected: Uint8Array, given: Uint8Array): void {
  if (!equalOctets(expected, given)) throw raiseSecurity('authentication');
}

/**
 * Who proves what to whom. The client's f(StoC): the client is the prover, `challenge` is StoC, `proverChallenge` is
 * CtoS. The server's f(CtoS): the server is the prover, `challenge` is CtoS, `proverChallenge` is StoC.
 */
export interface ProofContext {
  readonly proverTitle: Uint8Array;
  readonly verifierTitle: Uint8Array;
  /** Set by the verifier. */
  readonly challenge: Uint8Array;
  /** Set by the prover. */
  readonly proverChallenge: Uint8Array;
}

/**
 * The proof of mechanisms 3, 4 and 6 (IEC 62056-5-3, HLS authentication): MD5 or SHA-1 over challenge ‖ secret,
 * SHA-256 over secret ‖ title of the prover ‖ title of the verifier ‖ challenge ‖ the prover's challenge.
 */
export function digestProof(
  mechanism: DigestMechanism,
  secret: Uint8Array,
  context: ProofContext,
): Uint8Array {
  const { challenge } = context;
  switch (mechanism) {
    case 'high-md5':
      return createHash('md5').update(challenge).update(secret).digest();
    case 'high-sha1':
      return createHash('sha1').update(challenge).update(secret).digest();
    case 'high-sha256':
      return createHash('sha256').update(secret).update(proofText(context)).digest();
  }
}

/** Throws `security/authentication` unless the proof is the one of {@link digestProof}. */
export function verifyDigestProof(
  mechanism: DigestMechanism,
  secret: Uint8Array,
  context: ProofContext,
  proof: Uint8Array,
): void {
  if (!equalOctets(digestProof(mechanism, secret, context), proof)) throw raiseSecurity('authentication');
}

/** Titles and challenges in the order that SHA-256 and ECDSA proofs cover them. */
function proofText(context: ProofContext): Uint8Array {
  checkSystemTitle(context.proverTitle);
  checkSystemTitle(context.verifierTitle);
  return Buffer.concat([
    context.proverTitle,
    context.verifierTitle,
    context.challenge,
    context.proverChallenge,
  ]);
}

/** What a GMAC proof is made with: the global unicast key and the authentication key. */
export interface GmacContext {
  readonly suite: SecuritySuite;
  readonly cipher: MessageCipher;
  readonly proverTitle: Uint8Array;
  /** Set by the verifier. */
  readonly challenge: Uint8Array;
}

/**
 * The proof of mechanism 5 (IEC 62056-5-3, HLS using GMAC): control octet ‖ counter ‖ tag over
 * control octet ‖ AK ‖ challenge. In: a counter value just taken from the prover's send counter. Out: 17 octets.
 */
export function gmacProof(context: GmacContext, counter: number): Uint8Array {
  const { cipher, challenge } = context;
  const control = context.suite | controlBits.authenticated;
  const sealed = new Uint8Array(challenge.length + tagSize);
  const iv = gmacIv(context.proverTitle);
  writeCounter(iv, systemTitleSize, counter);
  cipher.sealInto(control, iv, none, challenge, sealed, 0);
  const proof = new Uint8Array(securityHeaderSize + tagSize);
  proof[0] = control;
  writeCounter(proof, 1, counter);
  proof.set(sealed.subarray(challenge.length), securityHeaderSize);
  return proof;
}

/**
 * Checks a GMAC proof and then its counter, which is remembered; await what is returned, if anything.
 * Throws `security/authentication`, `security/replay`.
 */
export function verifyGmacProof(
  context: GmacContext,
  counter: ReceiveCounter,
  proof: Uint8Array,
): void | Promise<void> {
  const control = context.suite | controlBits.authenticated;
  if (proof.length !== securityHeaderSize + tagSize || proof[0] !== control) {
    throw raiseSecurity('authentication', 'the proof is not control octet, counter and tag');
  }
  const iv = gmacIv(context.proverTitle);
  iv.set(proof.subarray(1, securityHeaderSize), systemTitleSize);
  try {
    context.cipher.open(control, iv, none, context.challenge, proof.subarray(securityHeaderSize));
  } catch (cause) {
    throw raiseSecurity('authentication', 'the tag is not the expected one', { cause });
  }
  return counter.commit(readCounter(proof, 1));
}

function gmacIv(title: Uint8Array): Uint8Array {
  const iv = new Uint8Array(systemTitleSize + 4);
  iv.set(checkSystemTitle(title));
  return iv;
}

/**
 * The proof of mechanism 7 (IEC 62056-5-3, HLS using ECDSA): the prover's signature over title of the prover ‖ title of
 * the verifier ‖ challenge ‖ the prover's challenge. Out: r and s, raw.
 */
export async function ecdsaProof(
  keys: KeyPort,
  signing: KeyName<'signing'>,
  context: ProofContext,
): Promise<Uint8Array> {
  return keys.sign(signing, proofText(context));
}

/** Throws `security/authentication` unless the signature is that of the raw public key. */
export function verifyEcdsaProof(
  suite: SecuritySuite,
  publicKey: Uint8Array,
  context: ProofContext,
  proof: Uint8Array,
): void {
  const key = publicKeyFromRaw(suiteCurve(suite), publicKey);
  if (!verifyRaw(key, proofText(context), proof)) throw raiseSecurity('authentication');
}
