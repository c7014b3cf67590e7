/**
 * Data table: the kinds of certificates and the authorities that issue them, with everything RFC 5280 leaves open
 * fixed. Lives are parameters of the profile; domains and components are its own. The issuing, the check before
 * signing and the verification of chains all read this one table.
 */
import { componentById, type DomainId, domainOf, profile } from '@wattward/profile';

export type KeyUsage = 'digitalSignature' | 'keyAgreement' | 'keyCertSign' | 'cRLSign';

/** Bits of the extension (RFC 5280 section 4.2.1.3). */
export const keyUsageBit: Readonly<Record<KeyUsage, number>> = {
  digitalSignature: 0,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
};

/** Number of this project's own identifiers: made from a UUID (ITU-T X.667), so it needs no register. */
const ownArc = '2.25.152671344748099342443767059462179257145';

export const extendedKeyUsageOid = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
  /** Signs envelopes between components; ours. */
  message: `${ownArc}.1`,
} as const;

export type ExtendedKeyUsage = keyof typeof extendedKeyUsageOid;

export type KindId = 'root' | 'issuing' | 'tls' | 'message' | 'dlms-sign' | 'dlms-agree' | 'person';
export type LeafKindId = Exclude<KindId, 'root' | 'issuing'>;

export interface CertificateKind {
  readonly id: KindId;
  readonly title: string;
  readonly keyUsage: readonly KeyUsage[];
  /** None: the extension is absent. */
  readonly extendedKeyUsage: readonly ExtendedKeyUsage[];
  /** For an authority: how many authorities may stand below it. */
  readonly pathLength: number | undefined;
  /** Whether names of hosts may stand in it. */
  readonly hosts: boolean;
}

export const kinds: readonly CertificateKind[] = [
  {
    id: 'root',
    title: 'offline root',
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    pathLength: 1,
    hosts: false,
  },
  {
    id: 'issuing',
    title: 'issuing authority of a domain',
    keyUsage: ['keyCertSign', 'cRLSign'],
    extendedKeyUsage: [],
    pathLength: 0,
    hosts: false,
  },
  {
    id: 'tls',
    title: 'connections',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['serverAuth', 'clientAuth'],
    pathLength: undefined,
    hosts: true,
  },
  {
    id: 'message',
    title: 'envelopes between components',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['message'],
    pathLength: undefined,
    hosts: false,
  },
  {
    id: 'dlms-sign',
    title: 'DLMS signatures (suites 1 and 2)',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: [],
    pathLength: undefined,
    hosts: false,
  },
  {
    id: 'dlms-agree',
    title: 'DLMS key agreement (suites 1 and 2)',
    keyUsage: ['keyAgreement'],
    extendedKeyUsage: [],
    pathLength: undefined,
    hosts: false,
  },
  {
    id: 'person',
    title: 'a person',
    keyUsage: ['digitalSignature'],
    extendedKeyUsage: ['clientAuth'],
    pathLength: undefined,
    hosts: false,
  },
];

export function kindOf(id: KindId): CertificateKind {
  return kinds.find((each) => each.id === id)!;
}

/** The kind that has exactly these usages, or undefined. */
export function leafKindWith(usages: readonly string[], extended: readonly string[]): LeafKindId | undefined {
  const same = (a: readonly string[], b: readonly string[]) =>
    a.length === b.length && a.every((each) => b.includes(each));
  const found = kinds.find(
    (each) =>
      each.pathLength === undefined &&
      same(each.keyUsage, usages) &&
      same(
        each.extendedKeyUsage.map((name) => extendedKeyUsageOid[name]),
        extended,
      ),
  );
  return found?.id as LeafKindId | undefined;
}

/** What a verifier wants to use a certificate for. */
export type Usage = 'tls-client' | 'tls-server' | 'message' | 'dlms-sign' | 'dlms-agree' | 'person';

export const kindsForUsage: Readonly<Record<Usage, readonly LeafKindId[]>> = {
  'tls-client': ['tls'],
  'tls-server': ['tls'],
  message: ['message'],
  'dlms-sign': ['dlms-sign'],
  'dlms-agree': ['dlms-agree'],
  person: ['person'],
};

/** The parameter that limits the life of a certificate of this kind for this holder. */
export function lifeParameter(kind: KindId, component: string | undefined): string {
  if (kind === 'root') return 'trust.rootCertificateYears';
  if (kind === 'issuing') return 'trust.issuingCertificateYears';
  if (kind === 'person') return 'trust.personCertificateDays';
  if (component === 'field-tool') return 'trust.fieldToolCertificateHours';
  const whole = componentById((component ?? '').split('.')[0]!);
  return whole?.placement === 'field' ? 'trust.deviceCertificateYears' : 'trust.componentCertificateDays';
}

/** DLMS suite 2 needs P-384 from the root down; everything else is P-256. */
export type Suite = 1 | 2;

export interface AuthorityPlace {
  /** `utility-edge`, `utility-edge-suite-2`. */
  readonly id: string;
  readonly domain: DomainId;
  readonly suite: Suite;
}

/** Domains whose components take part in DLMS suite 2: who calls, who authorizes, who is called. */
const suiteTwoDomains: readonly DomainId[] = ['automated-network', 'managed-network', 'utility-edge'];

/** The issuing authorities: one a domain, and a second one for suite 2 where that is spoken. */
export function authorityPlaces(): readonly AuthorityPlace[] {
  const domains = profile().domains.map((each) => each.id);
  return [
    ...domains.map((domain) => ({ id: domain, domain, suite: 1 as const })),
    ...domains
      .filter((domain) => suiteTwoDomains.includes(domain))
      .map((domain) => ({ id: `${domain}-suite-2`, domain, suite: 2 as const })),
  ];
}

export function authorityPlace(id: string): AuthorityPlace | undefined {
  return authorityPlaces().find((each) => each.id === id);
}

/** The domain whose authority answers for a component or a part of one; persons stand with the managed network. */
export function domainOfHolder(component: string | undefined): DomainId | undefined {
  return component === undefined ? 'managed-network' : domainOf(component);
}
