/**
 * Whether a certificate may be used, and whose it is: the third step of the flow gate and of every connection. What
 * never changes (signatures, shape, names, domain) is remembered by the certificates' own octets; time and revocation
 * are asked anew each time.
 */
import { createHash, type KeyObject } from 'node:crypto';
import type { DomainId } from '@wattward/profile';
import type { CertificateAlgorithm } from './algorithms.ts';
import {
  authorityPlaces,
  domainOfHolder,
  kindOf,
  kindsForUsage,
  type LeafKindId,
  leafKindWith,
  type Usage,
} from './authority/kinds.ts';
import {
  authoritySubject,
  encodeSubject,
  type Holder,
  holderLabel,
  holderOfUris,
  subjectOf,
} from './authority/names.ts';
import { type ReadCertificate, readCertificate, signedBy } from './authority/read.ts';
import { raiseTrust } from './errors.ts';
import type { RevocationView } from './revocation.ts';

/** Whose certificate it is, and what it can be used for. */
export interface Identity extends Holder {
  /** `head-end`, `meter.fan/4D4D4D0000BC614E`, `gateway/cis`, `person/ida`. */
  readonly label: string;
  readonly domain: DomainId;
  readonly kind: LeafKindId;
  /** Fixed by the key of the certificate; nothing else may be used with it. */
  readonly algorithm: CertificateAlgorithm;
  readonly publicKey: KeyObject;
  readonly serial: string;
  /** Key identifier of the issuing authority. */
  readonly authority: string;
  /** SHA-256 of the certificate, hexadecimal. */
  readonly fingerprint: string;
  readonly notAfter: Date;
}

export interface VerifyOptions {
  readonly at: Date;
  readonly usage: Usage;
  readonly revocation: RevocationView;
}

interface Proven {
  readonly identity: Identity;
  /** The certificate, its issuer: everything whose time and revocation count, with the key of who signed it. */
  readonly links: readonly { readonly read: ReadCertificate; readonly signer: string }[];
}

const maxChain = 4;
const maxRemembered = 65_536;

/** Verifies chains up to a fixed set of roots. */
export class ChainVerifier {
  readonly #roots: readonly ReadCertificate[];
  readonly #remembered = new Map<string, Proven>();

  /** Errors: `trust/der`, `trust/chain` when a root is not a root. */
  constructor(roots: readonly Uint8Array[]) {
    this.#roots = roots.map((each) => readRoot(each));
  }

  /** The roots, for who has to check their lists. */
  get roots(): readonly ReadCertificate[] {
    return this.#roots;
  }

  /**
   * Verifies a chain (DER, the certificate first; a root at its end is permitted and not trusted for it).
   * Errors: `trust/chain`, `trust/chain-time`, `trust/chain-revoked`, `trust/chain-stale`, `trust/chain-usage`,
   * `trust/chain-identity`, `trust/der`, `trust/algorithm`.
   */
  verify(chain: readonly Uint8Array[], { at, usage, revocation }: VerifyOptions): Identity {
    if (chain.length === 0 || chain.length > maxChain)
      throw raiseTrust('chain', `the chain has ${chain.length} certificates`);
    const hash = createHash('sha256');
    for (const each of chain) hash.update(each);
    const name = hash.digest('base64');
    let proven = this.#remembered.get(name);
    if (!proven) {
      proven = this.#prove(chain);
      if (this.#remembered.size >= maxRemembered)
        this.#remembered.delete(this.#remembered.keys().next().value!);
      this.#remembered.set(name, proven);
    }
    if (!kindsForUsage[usage].includes(proven.identity.kind))
      throw raiseTrust(
        'chain-usage',
        `a certificate for ${kindOf(proven.identity.kind).title} is no ${usage}`,
      );
    for (const { read, signer } of proven.links) checkNow(read, signer, at, revocation);
    return proven.identity;
  }

  #prove(chain: readonly Uint8Array[]): Proven {
    const [leaf, issuer] = chain.map((each) => readCertificate(each));
    if (leaf === undefined || issuer === undefined)
      throw raiseTrust('chain', 'the chain lacks the issuing authority');
    const root = this.#roots.find(
      (each) => each.subject.equals(issuer.issuer) && signedBy(issuer, each.publicKey),
    );
    if (!root) throw raiseTrust('chain', 'the issuing authority is not signed by a root of this system');
    checkAuthority(issuer, 0);
    if (!leaf.issuer.equals(issuer.subject) || !signedBy(leaf, issuer.publicKey))
      throw raiseTrust('chain', 'the certificate is not signed by its issuing authority');
    if (leaf.isAuthority) throw raiseTrust('chain-usage', 'an authority’s certificate speaks for nobody');
    return {
      identity: identityOf(leaf, issuer),
      links: [
        { read: leaf, signer: issuer.subjectKeyIdentifier! },
        { read: issuer, signer: root.subjectKeyIdentifier! },
        { read: root, signer: '' },
      ],
    };
  }
}

function readRoot(der: Uint8Array): ReadCertificate {
  const root = readCertificate(der);
  checkAuthority(root, 1);
  if (!root.issuer.equals(root.subject) || !signedBy(root, root.publicKey))
    throw raiseTrust('chain', 'a root signs itself; this certificate does not');
  return root;
}

function checkAuthority(read: ReadCertificate, pathLength: number): void {
  const { keyUsage } = kindOf('issuing');
  const fits =
    read.version === 3 &&
    read.isAuthority &&
    read.pathLength === pathLength &&
    read.keyUsage.length === keyUsage.length &&
    keyUsage.every((usage) => read.keyUsage.includes(usage)) &&
    read.subjectKeyIdentifier !== undefined;
  if (!fits) throw raiseTrust('chain', 'the issuer is not an authority of the form this system makes');
}

/** The name that a leaf bears, and whether its issuer may give it: only the authority of the holder's own domain. */
function identityOf(leaf: ReadCertificate, issuer: ReadCertificate): Identity {
  const kind = leafKindWith(leaf.keyUsage, leaf.extendedKeyUsage);
  if (kind === undefined) throw raiseTrust('chain-usage', 'the certificate’s uses are those of no kind');
  let holder: Holder;
  try {
    holder = holderOfUris(leaf.names.uris);
  } catch (cause) {
    throw raiseTrust('chain-identity', (cause as { detail?: string }).detail ?? 'no holder', { cause });
  }
  if ((holder.person !== undefined) !== (kind === 'person'))
    throw raiseTrust('chain-identity', 'persons and components have different kinds of certificates');
  const domain = domainOfHolder(holder.component)!;
  if (!leaf.subject.equals(encodeSubject(subjectOf(holder, domain))))
    throw raiseTrust('chain-identity', 'the subject and the alternative name speak of two different holders');
  const suite = leaf.publicKey.algorithm.id === 'ES384' ? 2 : 1;
  const place = authorityPlaces().find((each) => each.domain === domain && each.suite === suite);
  if (!place || !isAuthorityOf(issuer, place.id))
    throw raiseTrust('chain-identity', `the issuer is not the authority of ${domain}`);
  return {
    ...holder,
    label: holderLabel(holder),
    domain,
    kind,
    algorithm: leaf.publicKey.algorithm,
    publicKey: leaf.publicKey.key,
    serial: leaf.serial,
    authority: issuer.subjectKeyIdentifier!,
    fingerprint: createHash('sha256').update(leaf.der).digest('hex'),
    notAfter: leaf.notAfter,
  };
}

/** The generation of an authority stands at the end of its common name and is any number. */
function isAuthorityOf(issuer: ReadCertificate, id: string): boolean {
  const generation = /([0-9]{1,6})$/.exec(issuer.subject.toString('latin1'))?.[1];
  return (
    generation !== undefined && issuer.subject.equals(encodeSubject(authoritySubject(id, Number(generation))))
  );
}

function checkNow(read: ReadCertificate, signer: string, at: Date, revocation: RevocationView): void {
  const time = at.getTime();
  if (time < read.notBefore.getTime())
    throw raiseTrust('chain-time', 'a certificate of the chain is not valid yet');
  if (time > read.notAfter.getTime())
    throw raiseTrust('chain-time', 'a certificate of the chain has expired');
  // A root is withdrawn by taking it out of the anchors; nobody stands above it who could revoke it.
  if (signer === '') return;
  const found = revocation.revoked(signer, read.serial);
  if (found)
    throw raiseTrust('chain-revoked', `revoked since ${found.revokedAt.toISOString()}: ${found.reason}`);
  const freshUntil = revocation.freshUntil(signer);
  if (freshUntil === undefined || freshUntil.getTime() < time)
    throw raiseTrust(
      'chain-stale',
      'the revocation list of an authority of the chain is missing or out of date',
    );
}

const verifiers = new WeakMap<readonly Uint8Array[], ChainVerifier>();

/** `ChainVerifier.verify` for callers that hold their anchors as one unchanging list; the verifier is remembered with it. */
export function verifyChain(
  chain: readonly Uint8Array[],
  options: VerifyOptions & { readonly anchors: readonly Uint8Array[] },
): Identity {
  let verifier = verifiers.get(options.anchors);
  if (!verifier) {
    verifier = new ChainVerifier(options.anchors);
    verifiers.set(options.anchors, verifier);
  }
  return verifier.verify(chain, options);
}
