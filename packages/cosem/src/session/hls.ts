/**
 * Proofs of both sides of an association with high level security (IEC 62056-5-3, HLS authentication, passes 3 and 4;
 * IEC 62056-6-2, Association LN, reply_to_HLS_authentication): the same in client and server.
 */
import type { MechanismName } from '../apdu/names.ts';
import {
  digestProof,
  ecdsaProof,
  gmacProof,
  type ProofContext,
  verifyDigestProof,
  verifyEcdsaProof,
  verifyGmacProof,
} from '../security/authentication.ts';
import { readCounter } from '../security/suite.ts';
import { volatileCounter } from './counters.ts';
import { raiseSession } from './errors.ts';
import type { ApduProtection } from './protection.ts';

/** Where a password or HLS secret comes from: octets, or a function that fetches them when they are needed. */
export type SecretSource = Uint8Array | (() => Uint8Array | Promise<Uint8Array>);

/** Fetches a secret. Throws `session/options` where there is none. */
export async function fetchSecret(source: SecretSource | undefined): Promise<Uint8Array> {
  if (source === undefined) throw raiseSession('options', 'the mechanism needs a secret');
  return typeof source === 'function' ? source() : source;
}

/** What one side knows when the challenges were exchanged. */
export interface HlsExchange {
  readonly mechanism: MechanismName;
  readonly ownTitle: Uint8Array;
  readonly peerTitle: Uint8Array;
  readonly ownChallenge: Uint8Array;
  readonly peerChallenge: Uint8Array;
  /** For mechanisms 3, 4 and 6. */
  readonly secret?: SecretSource | undefined;
  /** For mechanisms 5 and 7: keys, counters and the parties' signing keys. */
  readonly protection?: ApduProtection | undefined;
}

/** Whether a mechanism has the four passes of high level security. */
export function isHighLevel(mechanism: MechanismName): boolean {
  return mechanism !== 'lowest' && mechanism !== 'low';
}

function contextOf(exchange: HlsExchange, prover: 'own' | 'peer'): ProofContext {
  const { ownTitle, peerTitle, ownChallenge, peerChallenge } = exchange;
  return prover === 'own'
    ? {
        proverTitle: ownTitle,
        verifierTitle: peerTitle,
        challenge: peerChallenge,
        proverChallenge: ownChallenge,
      }
    : {
        proverTitle: peerTitle,
        verifierTitle: ownTitle,
        challenge: ownChallenge,
        proverChallenge: peerChallenge,
      };
}

function protectionOf(exchange: HlsExchange): ApduProtection {
  if (exchange.protection === undefined) throw raiseSession('options', 'the mechanism needs keys');
  return exchange.protection;
}

/**
 * This side's proof over the peer's challenge: f(StoC) of the client, f(CtoS) of the server.
 * Throws `session/options`, `security/key-missing`, `security/counter-*`.
 */
export async function createHlsProof(exchange: HlsExchange): Promise<Uint8Array> {
  const { mechanism } = exchange;
  const context = contextOf(exchange, 'own');
  switch (mechanism) {
    case 'high-md5':
    case 'high-sha1':
    case 'high-sha256':
      return digestProof(mechanism, await fetchSecret(exchange.secret), context);
    case 'high-gmac': {
      const protection = protectionOf(exchange);
      const { send } = protection.global;
      await send.reserve();
      return gmacProof(protection.gmac('own', exchange.peerChallenge), send.take());
    }
    case 'high-ecdsa': {
      const { keys, signing } = protectionOf(exchange).settings;
      if (signing?.own === undefined) throw raiseSession('options', 'there is no signing key');
      return ecdsaProof(keys, signing.own, context);
    }
    default:
      throw raiseSession('options', `${mechanism} has no proof`);
  }
}

/** Throws `security/authentication` unless the proof is the peer's over this side's challenge. */
export async function verifyHlsProof(exchange: HlsExchange, proof: Uint8Array): Promise<void> {
  const { mechanism } = exchange;
  const context = contextOf(exchange, 'peer');
  switch (mechanism) {
    case 'high-md5':
    case 'high-sha1':
    case 'high-sha256':
      verifyDigestProof(mechanism, await fetchSecret(exchange.secret), context, proof);
      return;
    case 'high-gmac': {
      const protection = protectionOf(exchange);
      // The challenge makes the proof fresh. Its counter is below that of the message that carries it, and known
      // peers even write the same one; but where it is the newest, nothing older may come after it.
      await verifyGmacProof(protection.gmac('peer', exchange.ownChallenge), volatileCounter(), proof);
      const { receive } = protection.global;
      const counter = readCounter(proof, 1);
      if (counter > (receive.highest ?? -1)) await receive.commit(counter);
      return;
    }
    case 'high-ecdsa': {
      const { suite, signing } = protectionOf(exchange).settings;
      if (signing?.peerKey === undefined)
        throw raiseSession('options', "the peer's signing key is not known");
      verifyEcdsaProof(suite, signing.peerKey, context, proof);
      return;
    }
    default:
      throw raiseSession('options', `${mechanism} has no proof`);
  }
}
