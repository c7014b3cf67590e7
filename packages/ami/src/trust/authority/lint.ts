/**
 * The check before signing: the very octets that are to be signed are signed with a throw-away key first, read back by
 * two readers (ours and OpenSSL's), and held against the plan and the kind. Only what passes is signed for real.
 */
import { generateKeyPairSync, type KeyObject, sign, X509Certificate } from 'node:crypto';
import type { CertificateAlgorithm } from '../algorithms.ts';
import { raiseTrust } from '../errors.ts';
import { afterLife, type Configured, policyValue } from '../policy.ts';
import {
  type CertificatePlan,
  encodeToBeSigned,
  extensionOid,
  keyIdentifier,
  signedWhole,
} from './encode.ts';
import { extendedKeyUsageOid, lifeParameter } from './kinds.ts';
import { encodeSubject, holderOfUris } from './names.ts';
import { type ReadCertificate, readCertificate } from './read.ts';

const throwAway = new Map<string, KeyObject>();
const minSerialBits = 64;

function throwAwayKey(algorithm: CertificateAlgorithm): KeyObject {
  let key = throwAway.get(algorithm.id);
  if (!key) {
    key = generateKeyPairSync('ec', { namedCurve: algorithm.curve }).privateKey;
    throwAway.set(algorithm.id, key);
  }
  return key;
}

export interface LintContext {
  readonly issuerNotAfter: Date;
  readonly configured?: Configured;
  /** Difference of clocks that the start may lie back. */
  readonly now: Date;
}

/** A rule that a certificate must keep; `undefined`: it does. */
interface Rule {
  readonly id: string;
  readonly broken: (read: ReadCertificate, plan: CertificatePlan, context: LintContext) => boolean;
}

const sameList = (a: readonly string[], b: readonly string[]) => a.join('\n') === b.join('\n');

const rules: readonly Rule[] = [
  { id: 'version is 3', broken: (read) => read.version !== 3 },
  {
    id: 'serial is random and at most 20 octets',
    broken: (read) => BigInt(`0x${read.serial}`) < 2n ** BigInt(minSerialBits),
  },
  { id: 'issuer is the authority', broken: (read, plan) => !read.issuer.equals(encodeSubject(plan.issuer)) },
  { id: 'subject is the holder', broken: (read, plan) => !read.subject.equals(encodeSubject(plan.subject)) },
  {
    id: 'key is the holder’s',
    broken: (read, plan) => !read.publicKey.info.equals(Buffer.from(plan.publicKey)),
  },
  {
    id: 'key is not the authority’s own',
    broken: (read, plan) =>
      plan.kind.id !== 'root' && read.publicKey.info.equals(Buffer.from(plan.issuerPublicKey)),
  },
  {
    id: 'curve is the authority’s',
    broken: (read, plan) => read.publicKey.algorithm !== plan.algorithm,
  },
  {
    id: 'strength is enough',
    broken: (read, _plan, { configured }) =>
      read.publicKey.algorithm.strengthBits < policyValue('trust.minimumStrengthBits', configured),
  },
  { id: 'begins before it ends', broken: (read) => read.notBefore >= read.notAfter },
  { id: 'has not ended', broken: (read, _plan, { now }) => read.notAfter <= now },
  {
    id: 'life is no longer than its parameter',
    broken: (read, plan, { configured }) => read.notAfter > longestLife(read, plan, configured),
  },
  {
    id: 'ends no later than its authority',
    broken: (read, _plan, { issuerNotAfter }) => read.notAfter > issuerNotAfter,
  },
  {
    id: 'does not begin in the future or long ago',
    broken: (read, _plan, { now, configured }) => {
      const skewMs = policyValue('lines.clockSkewSeconds', configured) * 1000;
      // Times in certificates are whole seconds, cut off.
      return read.notBefore > now || now.getTime() - read.notBefore.getTime() > skewMs + 2000;
    },
  },
  {
    id: 'key usage is that of its kind',
    broken: (read, plan) => !sameList(read.keyUsage, plan.kind.keyUsage),
  },
  {
    id: 'extended key usage is that of its kind',
    broken: (read, plan) =>
      !sameList(
        read.extendedKeyUsage,
        plan.kind.extendedKeyUsage.map((usage) => extendedKeyUsageOid[usage]),
      ),
  },
  {
    id: 'is an authority only if its kind is',
    broken: (read, plan) =>
      read.isAuthority !== (plan.kind.pathLength !== undefined) || read.pathLength !== plan.kind.pathLength,
  },
  {
    id: 'key identifiers are those of the keys',
    broken: (read, plan) =>
      read.subjectKeyIdentifier !== keyIdentifier(plan.publicKey).toString('hex') ||
      read.authorityKeyIdentifier !== keyIdentifier(plan.issuerPublicKey).toString('hex'),
  },
  {
    id: 'alternative names are the holder’s',
    broken: (read, plan) =>
      read.names.others !== 0 ||
      !sameList(read.names.uris, plan.uris) ||
      !sameList(read.names.hosts, plan.hosts),
  },
  { id: 'names somebody of the profile', broken: (read, plan) => namesNobody(read, plan) },
  {
    id: 'hosts only where its kind has them',
    broken: (read, plan) => !plan.kind.hosts && read.names.hosts.length > 0,
  },
  {
    id: 'address of the list is the authority’s',
    broken: (read, plan) => read.listAddress !== plan.listAddress,
  },
  {
    id: 'extensions are those of its kind',
    broken: (read, plan) => !sameList(extensionsOf(read), expected(plan)),
  },
];

function longestLife(read: ReadCertificate, plan: CertificatePlan, configured?: Configured): Date {
  const component = plan.uris[0]?.replace('urn:wattward:component:', '');
  return afterLife(read.notBefore, lifeParameter(plan.kind.id, component), configured);
}

function namesNobody(read: ReadCertificate, plan: CertificatePlan): boolean {
  if (plan.kind.pathLength !== undefined) return read.names.uris.length > 0;
  try {
    const holder = holderOfUris(read.names.uris);
    return (holder.person !== undefined) !== (plan.kind.id === 'person');
  } catch {
    return true;
  }
}

const extensionsOf = (read: ReadCertificate) =>
  read.extensions.map(({ id, critical }) => `${id}${critical ? '!' : ''}`);

function expected({ kind, uris, hosts, listAddress }: CertificatePlan): string[] {
  return [
    `${extensionOid.basicConstraints}!`,
    `${extensionOid.keyUsage}!`,
    extensionOid.subjectKeyIdentifier,
    extensionOid.authorityKeyIdentifier,
    ...(kind.extendedKeyUsage.length > 0 ? [extensionOid.extendedKeyUsage] : []),
    ...(uris.length + hosts.length > 0 ? [extensionOid.subjectAlternativeName] : []),
    ...(listAddress !== undefined ? [extensionOid.crlDistributionPoints] : []),
  ];
}

/** What OpenSSL reads must be the same; two readers seldom make one mistake. */
function disagreement(read: ReadCertificate): string | undefined {
  const other = new X509Certificate(read.der);
  const serial = BigInt(`0x${other.serialNumber}`);
  if (serial !== BigInt(`0x${read.serial}`)) return 'serial';
  if (other.ca !== read.isAuthority) return 'authority';
  if (Date.parse(other.validTo) !== read.notAfter.getTime()) return 'end';
  if (Date.parse(other.validFrom) !== read.notBefore.getTime()) return 'beginning';
  const names = [
    ...read.names.uris.map((uri) => `URI:${uri}`),
    ...read.names.hosts.map((host) => `DNS:${host}`),
  ].join(', ');
  if ((other.subjectAltName ?? '') !== names) return 'names';
  if (!other.publicKey.equals(read.publicKey.key)) return 'key';
  return undefined;
}

/**
 * Checks a plan by its throw-away-signed twin and gives the octets that are to be signed.
 * Errors: `trust/lint` naming the rule that is broken.
 */
export function lint(plan: CertificatePlan, context: LintContext): Buffer {
  const toBeSigned = encodeToBeSigned(plan);
  checkToBeSigned(toBeSigned, plan, context);
  return toBeSigned;
}

/** The check alone, for octets that come from elsewhere (a test breaks each rule through it). */
export function checkToBeSigned(toBeSigned: Buffer, plan: CertificatePlan, context: LintContext): void {
  const signature = sign(plan.algorithm.hash, toBeSigned, {
    key: throwAwayKey(plan.algorithm),
    dsaEncoding: 'ieee-p1363',
  });
  let read: ReadCertificate;
  try {
    read = readCertificate(signedWhole(toBeSigned, plan.algorithm, signature));
  } catch (cause) {
    throw raiseTrust('lint', `the certificate cannot be read back: ${(cause as Error).message}`, { cause });
  }
  for (const rule of rules)
    if (rule.broken(read, plan, context)) throw raiseTrust('lint', `broken: ${rule.id}`);
  const differs = disagreement(read);
  if (differs !== undefined) throw raiseTrust('lint', `broken: OpenSSL reads another ${differs}`);
}

export const lintRuleIds: readonly string[] = rules.map(({ id }) => id);
