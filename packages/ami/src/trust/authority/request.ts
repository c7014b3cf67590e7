/** The holder's side: a new key and the PKCS#10 request for it. */
import { createPublicKey, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { type CertificateAlgorithm, es256 } from '../algorithms.ts';
import { encodeRequestInfo, signedWhole } from './encode.ts';
import { domainOfHolder } from './kinds.ts';
import { type Holder, holderUris, subjectOf } from './names.ts';

export interface NewRequest {
  readonly privateKey: KeyObject;
  readonly request: Buffer;
}

export interface RequestWish {
  readonly holder: Holder;
  readonly hosts?: readonly string[];
  readonly algorithm?: CertificateAlgorithm;
  /** From the connection that the request travels on; see `enrolment/binding.ts`. */
  readonly challengePassword?: string;
}

/** Makes a key pair and the request that its other half signs. */
export function newRequest(wish: RequestWish): NewRequest {
  const { curve } = wish.algorithm ?? es256;
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  return { privateKey, request: requestWith(privateKey, wish) };
}

/** The request for a key that exists already. */
export function requestWith(privateKey: KeyObject, wish: RequestWish): Buffer {
  const algorithm = wish.algorithm ?? es256;
  const info = encodeRequestInfo({
    subject: subjectOf(wish.holder, domainOfHolder(wish.holder.component)!),
    publicKey: publicInfo(privateKey),
    uris: holderUris(wish.holder),
    hosts: wish.hosts ?? [],
    ...(wish.challengePassword === undefined ? {} : { challengePassword: wish.challengePassword }),
  });
  return signedWhole(
    info,
    algorithm,
    sign(algorithm.hash, info, { key: privateKey, dsaEncoding: 'ieee-p1363' }),
  );
}

function publicInfo(privateKey: KeyObject): Buffer {
  return createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
}
