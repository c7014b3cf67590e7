/**
 * Reads certificates, requests and revocation lists that come from anywhere, strictly: what the pinned algorithms and
 * RFC 5280 do not permit, or what this system never issues, is refused with the place where it stands.
 */
import { createPublicKey, type KeyObject, verify } from 'node:crypto';
import { algorithmOfCurve, algorithmOfSignature, type CertificateAlgorithm } from '../algorithms.ts';
import { DerReader, type DerValue, readWhole, tags } from '../der.ts';
import { raiseTrust } from '../errors.ts';
import { extensionOid, type RevocationReason, requestOid, revocationReasons } from './encode.ts';
import { type KeyUsage, keyUsageBit } from './kinds.ts';

/** Largest certificate and request that is looked at; ours have about 700 octets. */
export const maxCertificateOctets = 8 * 1024;
const maxListOctets = 64 * 1024 * 1024;
const maxNames = 32;
const maxExtensions = 16;
const maxSerialOctets = 20;

export interface ReadNames {
  readonly uris: readonly string[];
  readonly hosts: readonly string[];
  /** Names of other forms; ours have none. */
  readonly others: number;
}

export interface ReadPublicKey {
  /** SubjectPublicKeyInfo, DER. */
  readonly info: Buffer;
  readonly algorithm: CertificateAlgorithm;
  readonly key: KeyObject;
}

export interface ReadCertificate {
  readonly der: Buffer;
  readonly version: number;
  /** Hexadecimal, small letters, without leading zeros of the encoding. */
  readonly serial: string;
  readonly signatureAlgorithm: CertificateAlgorithm;
  readonly issuer: Buffer;
  readonly subject: Buffer;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly publicKey: ReadPublicKey;
  readonly keyUsage: readonly KeyUsage[];
  readonly extendedKeyUsage: readonly string[];
  readonly isAuthority: boolean;
  readonly pathLength: number | undefined;
  readonly subjectKeyIdentifier: string | undefined;
  readonly authorityKeyIdentifier: string | undefined;
  readonly names: ReadNames;
  readonly listAddress: string | undefined;
  /** In their order, with criticality. */
  readonly extensions: readonly { readonly id: string; readonly critical: boolean }[];
  readonly toBeSigned: Buffer;
  /** Ecdsa-Sig-Value, DER. */
  readonly signature: Buffer;
}

/** SubjectPublicKeyInfo of a pinned curve; the point is on the curve. Errors: `trust/algorithm`, `trust/der`. */
export function readPublicKey(info: Buffer, path = 'key'): ReadPublicKey {
  const { reader } = readWhole(info, path);
  const kind = reader.enter(tags.sequence, 'algorithm');
  const id = kind.oid('algorithm');
  if (id !== '1.2.840.10045.2.1') throw raiseTrust('algorithm', `the key’s algorithm ${id} is not permitted`);
  const curve = kind.oid('curve');
  kind.end();
  const algorithm = algorithmOfCurve(curve);
  if (!algorithm) throw raiseTrust('algorithm', `the key’s curve ${curve} is not permitted`);
  const point = reader.bits('point');
  reader.end();
  if (point.length !== 1 + 2 * algorithm.scalarOctets || point[0] !== 4)
    throw raiseTrust('algorithm', 'the key is not an uncompressed point of its curve');
  let key: KeyObject;
  try {
    key = createPublicKey({ key: info, format: 'der', type: 'spki' });
  } catch (cause) {
    throw raiseTrust('algorithm', 'the key is not a point of its curve', { cause });
  }
  return { info: Buffer.from(info), algorithm, key };
}

function readAlgorithm(reader: DerReader, name: string): CertificateAlgorithm {
  const inner = reader.enter(tags.sequence, name);
  const id = inner.oid(name);
  inner.end();
  const algorithm = algorithmOfSignature(id);
  if (!algorithm) throw raiseTrust('algorithm', `the signature’s algorithm ${id} is not permitted`);
  return algorithm;
}

/** The outer shell that certificates, requests and lists share. */
function readSigned(
  octets: Uint8Array,
  path: string,
): {
  inner: DerReader;
  toBeSigned: Buffer;
  algorithm: CertificateAlgorithm;
  signature: Buffer;
} {
  const { reader } = readWhole(octets, path);
  const held = reader.next(tags.sequence, 'what is signed');
  const algorithm = readAlgorithm(reader, 'signatureAlgorithm');
  const signature = reader.bits('signature');
  reader.end();
  return { inner: reader.into(held, 'signed'), toBeSigned: held.whole, algorithm, signature };
}

/** Reads one certificate. Errors: `trust/der`, `trust/algorithm`. */
export function readCertificate(octets: Uint8Array): ReadCertificate {
  if (octets.length > maxCertificateOctets)
    throw raiseTrust('der', `certificate at octet 0 is larger than ${maxCertificateOctets} octets`);
  const der = Buffer.from(octets);
  const { inner, toBeSigned, algorithm, signature } = readSigned(der, 'certificate');
  const versionReader = inner.enter(0xa0, 'version');
  const version = versionReader.small('version') + 1;
  versionReader.end();
  const serial = inner.unsigned('serial');
  if (serial.length > maxSerialOctets) throw inner.fail('serial is longer than 20 octets');
  if (readAlgorithm(inner, 'signature') !== algorithm)
    throw inner.fail('names two different signature algorithms');
  const issuer = Buffer.from(inner.next(tags.sequence, 'issuer').whole);
  const validity = inner.enter(tags.sequence, 'validity');
  const notBefore = validity.time('notBefore');
  const notAfter = validity.time('notAfter');
  validity.end();
  const subject = Buffer.from(inner.next(tags.sequence, 'subject').whole);
  const publicKey = readPublicKey(inner.next(tags.sequence, 'key').whole);
  const extensions = inner.optional(0xa3, 'extensions');
  inner.end();
  return {
    der,
    version,
    serial: serial.toString('hex'),
    signatureAlgorithm: algorithm,
    issuer,
    subject,
    notBefore,
    notAfter,
    publicKey,
    toBeSigned: Buffer.from(toBeSigned),
    signature: Buffer.from(signature),
    ...readExtensions(extensions === undefined ? undefined : inner.into(extensions, 'extensions')),
  };
}

type ExtensionFields = Pick<
  ReadCertificate,
  | 'keyUsage'
  | 'extendedKeyUsage'
  | 'isAuthority'
  | 'pathLength'
  | 'subjectKeyIdentifier'
  | 'authorityKeyIdentifier'
  | 'names'
  | 'listAddress'
  | 'extensions'
>;
type Mutable<T> = { -readonly [K in keyof T]: T[K] };

function readExtensions(holder: DerReader | undefined): ExtensionFields {
  const fields: Mutable<ExtensionFields> = {
    keyUsage: [],
    extendedKeyUsage: [],
    isAuthority: false,
    pathLength: undefined,
    subjectKeyIdentifier: undefined,
    authorityKeyIdentifier: undefined,
    names: { uris: [], hosts: [], others: 0 },
    listAddress: undefined,
    extensions: [],
  };
  if (holder === undefined) return fields;
  const seen: { id: string; critical: boolean }[] = [];
  for (const { id, critical, content } of eachExtension(holder)) {
    if (seen.some((each) => each.id === id)) throw holder.fail(`has the extension ${id} twice`);
    seen.push({ id, critical });
    extensionReaders[id]?.(new DerReader(content.content, `extension ${id}`, content.offset), fields);
  }
  fields.extensions = seen;
  return fields;
}

function* eachExtension(holder: DerReader): Iterable<{ id: string; critical: boolean; content: DerValue }> {
  const list = holder.enter(tags.sequence, 'list');
  holder.end();
  for (let count = 0; !list.atEnd; count++) {
    if (count >= maxExtensions) throw list.fail('has too many extensions');
    const one = list.enter(tags.sequence, 'extension');
    const id = one.oid('id');
    const critical = one.peekTag() === tags.boolean ? one.boolean('critical') : false;
    const content = one.next(tags.octetString, 'content');
    one.end();
    yield { id, critical, content };
  }
}

const extensionReaders: Readonly<
  Record<string, (reader: DerReader, fields: Mutable<ExtensionFields>) => void>
> = {
  [extensionOid.basicConstraints]: (reader, fields) => {
    const inner = reader.enter(tags.sequence, 'basicConstraints');
    reader.end();
    if (inner.peekTag() === tags.boolean) fields.isAuthority = inner.boolean('authority');
    if (!inner.atEnd) fields.pathLength = inner.small('pathLength');
    inner.end();
  },
  [extensionOid.keyUsage]: (reader, fields) => {
    const { content } = reader.next(tags.bitString, 'keyUsage');
    reader.end();
    const bits = content.subarray(1);
    if (bits.length < 1 || bits.length > 2) throw reader.fail('key usage has no bits');
    const isSet = (bit: number) => (((bits[bit >> 3] ?? 0) << (bit & 7)) & 0x80) !== 0;
    const known = Object.entries(keyUsageBit) as [KeyUsage, number][];
    fields.keyUsage = known.filter(([, bit]) => isSet(bit)).map(([name]) => name);
    const unknown = Array.from({ length: bits.length * 8 }, (_, bit) => bit).some(
      (bit) => isSet(bit) && !known.some(([, knownBit]) => knownBit === bit),
    );
    if (unknown) throw reader.fail('key usage has a bit that this system never sets');
  },
  [extensionOid.extendedKeyUsage]: (reader, fields) => {
    const inner = reader.enter(tags.sequence, 'extendedKeyUsage');
    reader.end();
    const found: string[] = [];
    while (!inner.atEnd && found.length < maxNames) found.push(inner.oid('usage'));
    inner.end();
    fields.extendedKeyUsage = found;
  },
  [extensionOid.subjectKeyIdentifier]: (reader, fields) => {
    fields.subjectKeyIdentifier = reader.next(tags.octetString, 'identifier').content.toString('hex');
    reader.end();
  },
  [extensionOid.authorityKeyIdentifier]: (reader, fields) => {
    const inner = reader.enter(tags.sequence, 'identifier');
    reader.end();
    fields.authorityKeyIdentifier = inner.next(0x80, 'keyIdentifier').content.toString('hex');
    inner.end();
  },
  [extensionOid.subjectAlternativeName]: (reader, fields) => {
    fields.names = readNames(reader);
  },
  [extensionOid.crlDistributionPoints]: (reader, fields) => {
    const points = reader.enter(tags.sequence, 'points');
    reader.end();
    const name = points.enter(tags.sequence, 'point').enter(0xa0, 'name').enter(0xa0, 'fullName');
    fields.listAddress = name.next(0x86, 'uri').content.toString('latin1');
    name.end();
    points.end();
  },
};

function readNames(reader: DerReader): ReadNames {
  const inner = reader.enter(tags.sequence, 'names');
  reader.end();
  const names = { uris: [] as string[], hosts: [] as string[], others: 0 };
  for (let count = 0; !inner.atEnd; count++) {
    if (count >= maxNames) throw inner.fail('has too many names');
    const { tag, content } = inner.next(undefined, 'name');
    const text = content.toString('latin1');
    if (tag === 0x86) names.uris.push(text);
    else if (tag === 0x82) names.hosts.push(text);
    else names.others++;
  }
  return names;
}

/** Whether the signature over something read here is that of a key. */
export function signedBy(
  read: { toBeSigned: Buffer; signature: Buffer; signatureAlgorithm: CertificateAlgorithm },
  key: ReadPublicKey,
): boolean {
  // The signer's curve fixes the algorithm; a certificate that claims another is not its signer's.
  if (read.signatureAlgorithm !== key.algorithm) return false;
  return verify(key.algorithm.hash, read.toBeSigned, { key: key.key, dsaEncoding: 'der' }, read.signature);
}

// ------------------------------------------------------------------ requests

export interface ReadRequest {
  readonly der: Buffer;
  readonly subject: Buffer;
  readonly publicKey: ReadPublicKey;
  readonly names: ReadNames;
  readonly challengePassword: string | undefined;
}

const maxAttributes = 8;

/**
 * Reads a PKCS#10 request and checks that it is signed with the key it is for (RFC 2986; proof of possession).
 * Errors: `trust/der`, `trust/algorithm`, `trust/request`.
 */
export function readRequest(octets: Uint8Array): ReadRequest {
  if (octets.length > maxCertificateOctets)
    throw raiseTrust('der', `request at octet 0 is larger than ${maxCertificateOctets} octets`);
  const der = Buffer.from(octets);
  const { inner, toBeSigned, algorithm, signature } = readSigned(der, 'request');
  if (inner.small('version') !== 0) throw inner.fail('has a version other than 1');
  const subject = Buffer.from(inner.next(tags.sequence, 'subject').whole);
  const publicKey = readPublicKey(inner.next(tags.sequence, 'key').whole);
  const attributes = inner.optional(0xa0, 'attributes');
  inner.end();
  let names: ReadNames = { uris: [], hosts: [], others: 0 };
  let challengePassword: string | undefined;
  const list = attributes && inner.into(attributes, 'attributes');
  for (let count = 0; list && !list.atEnd; count++) {
    if (count >= maxAttributes) throw list.fail('has too many attributes');
    const one = list.enter(tags.sequence, 'attribute');
    const id = one.oid('id');
    const values = one.enter(tags.set, 'values');
    one.end();
    if (id === requestOid.challengePassword) {
      challengePassword = values.next(undefined, 'challengePassword').content.toString('latin1');
    } else if (id === requestOid.extensionRequest) names = requestedNames(values);
  }
  if (!signedBy({ toBeSigned, signature, signatureAlgorithm: algorithm }, publicKey))
    throw raiseTrust('request', 'the request is not signed with the key that it is for');
  return { der, subject, publicKey, names, challengePassword };
}

function requestedNames(values: DerReader): ReadNames {
  for (const { id, content } of eachExtension(values)) {
    // What else a tool asks for (OpenSSL likes basic constraints) is not given; the kind decides.
    if (id === extensionOid.subjectAlternativeName)
      return readNames(new DerReader(content.content, 'requested names', content.offset));
  }
  return { uris: [], hosts: [], others: 0 };
}

// ------------------------------------------------------------------ revocation lists

export interface ReadList {
  readonly issuer: Buffer;
  readonly authorityKeyIdentifier: string;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly signatureAlgorithm: CertificateAlgorithm;
  readonly revoked: ReadonlyMap<string, { readonly revokedAt: Date; readonly reason: RevocationReason }>;
  readonly toBeSigned: Buffer;
  readonly signature: Buffer;
}

/** Reads a revocation list; its signature is checked by who knows the issuer. Errors: `trust/der`, `trust/algorithm`. */
export function readList(octets: Uint8Array): ReadList {
  if (octets.length > maxListOctets)
    throw raiseTrust('der', `list at octet 0 is larger than ${maxListOctets} octets`);
  const { inner, toBeSigned, algorithm, signature } = readSigned(octets, 'list');
  if (inner.small('version') !== 1) throw inner.fail('has a version other than 2');
  if (readAlgorithm(inner, 'signature') !== algorithm)
    throw inner.fail('names two different signature algorithms');
  const issuer = Buffer.from(inner.next(tags.sequence, 'issuer').whole);
  const thisUpdate = inner.time('thisUpdate');
  const nextUpdate = inner.time('nextUpdate');
  const entries = inner.optional(tags.sequence, 'revoked');
  const revoked = entries ? readEntries(inner.into(entries, 'revoked')) : new Map();
  const holder = inner.enter(0xa0, 'extensions');
  inner.end();
  let authorityKeyIdentifier: string | undefined;
  let number: number | undefined;
  for (const { id, critical, content } of eachExtension(holder)) {
    const reader = new DerReader(content.content, `extension ${id}`, content.offset);
    if (id === extensionOid.authorityKeyIdentifier)
      authorityKeyIdentifier = reader.enter(tags.sequence, 'id').next(0x80).content.toString('hex');
    else if (id === extensionOid.crlNumber) number = reader.small('number');
    else if (critical) throw inner.fail(`has the unknown critical extension ${id}`);
  }
  if (authorityKeyIdentifier === undefined || number === undefined)
    throw inner.fail('lacks its number or its issuer’s key');
  return {
    issuer,
    authorityKeyIdentifier,
    number,
    thisUpdate,
    nextUpdate,
    signatureAlgorithm: algorithm,
    revoked,
    toBeSigned: Buffer.from(toBeSigned),
    signature: Buffer.from(signature),
  };
}

function readEntries(reader: DerReader): Map<string, { revokedAt: Date; reason: RevocationReason }> {
  const found = new Map<string, { revokedAt: Date; reason: RevocationReason }>();
  while (!reader.atEnd) {
    const entry = reader.enter(tags.sequence, 'entry');
    const serial = entry.unsigned('serial').toString('hex');
    const revokedAt = entry.time('revokedAt');
    let reason: RevocationReason = 'unspecified';
    if (!entry.atEnd) {
      const list = entry.enter(tags.sequence, 'extensions');
      entry.end();
      while (!list.atEnd) {
        const one = list.enter(tags.sequence, 'extension');
        if (one.oid('id') !== extensionOid.crlReason) throw one.fail('is not known');
        const content = one.next(tags.octetString, 'content');
        const octet = new DerReader(content.content, 'reason', content.offset).next(tags.enumerated).content;
        const known = Object.entries(revocationReasons).find(([, number]) => number === octet[0]);
        if (!known || octet.length !== 1) throw one.fail('has a reason that is not known');
        reason = known[0] as RevocationReason;
      }
    }
    found.set(serial, { revokedAt, reason });
  }
  return found;
}

/** Certificates of a PEM text, in their order; anything between them is ignored. Errors: `trust/der`. */
export function pemBlocks(text: string, label: string): Buffer[] {
  const pattern = new RegExp(`-----BEGIN ${label}-----([A-Za-z0-9+/=\\s]+)-----END ${label}-----`, 'g');
  return [...text.matchAll(pattern)].map((match) => Buffer.from(match[1]!.replace(/\s/g, ''), 'base64'));
}

export function toPem(label: string, der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
