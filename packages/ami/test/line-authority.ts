/** Certificates for the tests of lines: real ones of the profile's kinds, made in memory without a store. */
import { createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';
import type { PeerIdentity } from '../src/lines/flow-rules.ts';
import type { ChainJudge, CredentialPort, LineCredential } from '../src/lines/ports.ts';
import { trustedChains } from '../src/lines/trusted-chains.ts';
import { type CertificateAlgorithm, es256, es384 } from '../src/trust/algorithms.ts';
import { encodeListToBeSigned, encodeToBeSigned, signedWhole } from '../src/trust/authority/encode.ts';
import { authorityPlaces, domainOfHolder, type KindId, kindOf } from '../src/trust/authority/kinds.ts';
import { authoritySubject, holderUris, type Subject, subjectOf } from '../src/trust/authority/names.ts';
import { readCertificate, toPem } from '../src/trust/authority/read.ts';
import { RevocationLists } from '../src/trust/revocation.ts';
import { ChainVerifier } from '../src/trust/verify-chain.ts';

interface Pair {
  readonly key: KeyObject;
  readonly publicKey: Buffer;
}

interface Authority extends Pair {
  readonly subject: Subject;
  readonly certificate: Buffer;
  readonly algorithm: CertificateAlgorithm;
}

export interface IssueOptions {
  readonly notBefore?: Date;
  readonly notAfter?: Date;
  readonly algorithm?: CertificateAlgorithm;
}

export interface Issued {
  readonly chain: readonly Buffer[];
  readonly key: KeyObject;
  readonly pem: { readonly cert: string; readonly key: string };
}

const dayMs = 86_400_000;

function pairOf(algorithm: CertificateAlgorithm): Pair {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: algorithm.curve });
  return { key: privateKey, publicKey: publicKey.export({ format: 'der', type: 'spki' }) };
}

const signature = (octets: Uint8Array, algorithm: CertificateAlgorithm, key: KeyObject) =>
  sign(algorithm.hash, octets, { key, dsaEncoding: 'ieee-p1363' });

export class LineAuthority {
  readonly #root: Authority;
  readonly #issuing = new Map<string, Authority>();
  readonly revocation = new RevocationLists();
  readonly judge: ChainJudge;
  #listNumber = 0;

  constructor() {
    const pair = pairOf(es256);
    const subject = authoritySubject('root', 1);
    const root = { ...pair, subject, algorithm: es256 };
    this.#root = { ...root, certificate: this.#sign(root, 'root', subject, [], pair.publicKey, {}) };
    for (const place of authorityPlaces()) {
      const algorithm = place.suite === 2 ? es384 : es256;
      const own = pairOf(algorithm);
      const name = authoritySubject(place.id, 1);
      const certificate = this.#sign(this.#root, 'issuing', name, [], own.publicKey, {});
      this.#issuing.set(place.id, { ...own, subject: name, certificate, algorithm });
    }
    this.publishLists();
    this.judge = trustedChains(new ChainVerifier([this.#root.certificate]), this.revocation);
  }

  get anchors(): readonly string[] {
    return [toPem('CERTIFICATE', this.#root.certificate)];
  }

  get authorityCertificates(): readonly Buffer[] {
    return [...this.#issuing.values()].map(({ certificate }) => certificate);
  }

  get rootCertificate(): Buffer {
    return this.#root.certificate;
  }

  /** Signed lists of all authorities, DER, the root's first. */
  publishLists(
    thisUpdate = new Date(Date.now() - 60_000),
    nextUpdate = new Date(Date.now() + 30 * dayMs),
  ): Buffer[] {
    const all = [this.#root, ...this.#issuing.values()];
    this.#listNumber++;
    return all.map((issuer) => {
      const { algorithm, subject, publicKey } = issuer;
      const plan = {
        algorithm,
        issuer: subject,
        issuerPublicKey: publicKey,
        thisUpdate,
        nextUpdate,
        revoked: [],
      };
      const toBeSigned = encodeListToBeSigned({ ...plan, number: this.#listNumber });
      const list = signedWhole(toBeSigned, algorithm, signature(toBeSigned, algorithm, issuer.key));
      this.revocation.accept(list, [readCertificate(issuer.certificate)]);
      return list;
    });
  }

  issue(holder: PeerIdentity, kind: KindId, options: IssueOptions = {}): Issued {
    const pair = pairOf(options.algorithm ?? es256);
    const named = {
      component: holder.component,
      ...(holder.device === undefined ? {} : { device: holder.device }),
      ...(holder.actor === undefined ? {} : { actor: holder.actor }),
    };
    const domain = domainOfHolder(holder.component)!;
    const issuer = this.#issuing.get(options.algorithm === es384 ? `${domain}-suite-2` : domain)!;
    const certificate = this.#sign(
      issuer,
      kind,
      subjectOf(named, domain),
      holderUris(named),
      pair.publicKey,
      options,
    );
    const chain = [certificate, issuer.certificate];
    const pem = {
      cert: chain.map((each) => toPem('CERTIFICATE', each)).join(''),
      key: pair.key.export({ format: 'pem', type: 'pkcs8' }) as string,
    };
    return { chain, key: pair.key, pem };
  }

  #sign(
    issuer: Pick<Authority, 'key' | 'publicKey' | 'subject' | 'algorithm'>,
    kind: KindId,
    subject: Subject,
    uris: readonly string[],
    publicKey: Buffer,
    options: IssueOptions,
  ): Buffer {
    const { algorithm } = issuer;
    const toBeSigned = encodeToBeSigned({
      kind: kindOf(kind),
      algorithm,
      serial: randomBytes(16).fill(0x11, 0, 1),
      issuer: issuer.subject,
      subject,
      notBefore: options.notBefore ?? new Date(Date.now() - 300 * dayMs),
      notAfter: options.notAfter ?? new Date(Date.now() + 300 * dayMs),
      publicKey,
      issuerPublicKey: issuer.publicKey,
      uris,
      hosts: [],
      listAddress: undefined,
    });
    return signedWhole(toBeSigned, algorithm, signature(toBeSigned, algorithm, issuer.key));
  }

  revoke({ chain }: Issued): void {
    const read = readCertificate(chain[0]!);
    this.revocation.push(readCertificate(chain[1]!).subjectKeyIdentifier!, read.serial, {
      revokedAt: new Date(),
      reason: 'key-compromise',
    });
  }

  /** Credentials of a holder: one for envelopes, one for connections; `renew` changes both while in use. */
  credentials(
    identity: PeerIdentity,
    options: IssueOptions & { readonly anchors?: readonly string[] } = {},
  ): TestCredentials {
    const make = (): LineCredential & { readonly issued: { message: Issued; tls: Issued } } => {
      const algorithm = options.algorithm ?? es256;
      const message = this.issue(identity, 'message', options);
      const tls = this.issue(identity, 'tls', { ...options, algorithm: es256 });
      return {
        identity,
        chain: message.chain,
        algorithm: algorithm.id,
        sign: (octets) => signature(octets, algorithm, message.key),
        tls: { ...tls.pem, ca: options.anchors ?? this.anchors, issuers: tls.chain.slice(1) },
        issued: { message, tls },
      };
    };
    let current = make();
    const listeners = new Set<() => void>();
    return {
      current: () => current,
      issued: () => current.issued,
      onChange(listener) {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
      renew() {
        current = make();
        for (const listener of listeners) listener();
      },
    };
  }
}

export interface TestCredentials extends CredentialPort {
  readonly issued: () => { readonly message: Issued; readonly tls: Issued };
  readonly renew: () => void;
}

/** A private key in PEM as an object. */
export function keyOf(pem: string): KeyObject {
  return createPrivateKey(pem);
}
