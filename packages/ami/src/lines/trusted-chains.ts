/** The trust folder's answers in the form that lines ask for. */

import { sign } from 'node:crypto';
import { WattwardError } from '../base/errors.ts';
import type { CredentialSource } from '../trust/credential-source.ts';
import type { RevocationView } from '../trust/revocation.ts';
import type { ChainVerifier } from '../trust/verify-chain.ts';
import type { PeerIdentity } from './flow-rules.ts';
import type { ChainJudge, CredentialPort, LineCredential } from './ports.ts';

/** Judges chains by the anchors and the revocations of this system. */
export function trustedChains(verifier: ChainVerifier, revocation: RevocationView): ChainJudge {
  return {
    judge(chain, usage, atMs) {
      try {
        const { component, device, actor, publicKey, algorithm } = verifier.verify(chain, {
          at: new Date(atMs),
          usage,
          revocation,
        });
        if (component === undefined) return { refused: 'certificate', detail: 'it names no component' };
        return { verified: { identity: { component, device, actor }, publicKey, algorithm: algorithm.id } };
      } catch (error) {
        if (!(error instanceof WattwardError)) throw error;
        return {
          refused: error.code === 'trust/chain-revoked' ? 'revoked' : 'certificate',
          detail: error.detail,
        };
      }
    },
  };
}

export interface CredentialSources {
  readonly identity: PeerIdentity;
  /** For connections. */
  readonly tls: CredentialSource;
  /** For envelopes. */
  readonly message: CredentialSource;
  readonly algorithm: LineCredential['algorithm'];
  /** Trust anchors in PEM. */
  readonly anchors: readonly string[];
}

const digests = { ES256: 'sha256', ES384: 'sha384' } as const;

/** Follows two renewed credentials, one for envelopes and one for connections. */
export function renewedCredentials(sources: CredentialSources): CredentialPort {
  const { identity, tls, message, algorithm, anchors } = sources;
  let current: LineCredential | undefined;
  let madeOf: readonly unknown[] = [];
  return {
    current() {
      if (current !== undefined && madeOf[0] === tls.current && madeOf[1] === message.current) return current;
      madeOf = [tls.current, message.current];
      const { key, chain } = message.current;
      current = {
        identity,
        chain,
        algorithm,
        sign: (octets) => sign(digests[algorithm], octets, { key, dsaEncoding: 'ieee-p1363' }),
        tls: { ...tls.tlsOptions(), ca: anchors, issuers: tls.current.chain.slice(1) },
      };
      return current;
    },
    // The source calls whoever has a listener; a line's listener takes its options from here instead.
    onChange: (listener) => tls.attach({ setSecureContext: listener }),
  };
}
