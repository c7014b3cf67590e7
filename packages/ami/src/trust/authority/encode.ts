/** Octets of certificates, requests, revocation lists and PKCS#7 answers: what is to be signed, and what was. */
import { createHash } from 'node:crypto';
import type { CertificateAlgorithm } from '../algorithms.ts';
import {
  bitString,
  boolean,
  explicit,
  ia5,
  implicit,
  integer,
  octetString,
  oid,
  sequence,
  setOf,
  tags,
  time,
  value,
} from '../der.ts';
import { type CertificateKind, extendedKeyUsageOid, keyUsageBit } from './kinds.ts';
import { encodeSubject, type Subject } from './names.ts';

export const extensionOid = {
  subjectKeyIdentifier: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAlternativeName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  crlNumber: '2.5.29.20',
  crlReason: '2.5.29.21',
  crlDistributionPoints: '2.5.29.31',
  authorityKeyIdentifier: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

export const requestOid = {
  extensionRequest: '1.2.840.113549.1.9.14',
  challengePassword: '1.2.840.113549.1.9.7',
} as const;

const signedDataOid = '1.2.840.113549.1.7.2';
const dataOid = '1.2.840.113549.1.7.1';

export const signatureAlgorithm = (algorithm: CertificateAlgorithm): Buffer =>
  sequence(oid(algorithm.signatureOid));

/** Everything a certificate says. */
export interface CertificatePlan {
  readonly kind: CertificateKind;
  readonly algorithm: CertificateAlgorithm;
  /** 16 octets from the random source. */
  readonly serial: Uint8Array;
  readonly issuer: Subject;
  readonly subject: Subject;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** SubjectPublicKeyInfo of the holder and of the issuer, DER. */
  readonly publicKey: Uint8Array;
  readonly issuerPublicKey: Uint8Array;
  readonly uris: readonly string[];
  readonly hosts: readonly string[];
  /** Where the issuer's list can be fetched; none: the extension is absent. */
  readonly listAddress: string | undefined;
}

/** Key identifier: the leftmost 160 bits of SHA-256 of the key info (RFC 7093 section 2, method 4). */
export function keyIdentifier(publicKey: Uint8Array): Buffer {
  return createHash('sha256').update(publicKey).digest().subarray(0, 20);
}

function extension(id: string, critical: boolean, content: Uint8Array): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(content));
}

function keyUsageBits(kind: CertificateKind): Buffer {
  const bits = kind.keyUsage.map((usage) => keyUsageBit[usage]);
  const highest = Math.max(...bits);
  const octet = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return bitString(Buffer.from([octet]), 7 - highest);
}

function extensions(plan: CertificatePlan): Buffer {
  const { kind } = plan;
  const isAuthority = kind.pathLength !== undefined;
  const list = [
    extension(
      extensionOid.basicConstraints,
      true,
      isAuthority ? sequence(boolean(true), integer(kind.pathLength)) : sequence(),
    ),
    extension(extensionOid.keyUsage, true, keyUsageBits(kind)),
    extension(extensionOid.subjectKeyIdentifier, false, octetString(keyIdentifier(plan.publicKey))),
    extension(
      extensionOid.authorityKeyIdentifier,
      false,
      sequence(implicit(0, keyIdentifier(plan.issuerPublicKey))),
    ),
  ];
  if (kind.extendedKeyUsage.length > 0) {
    const usages = kind.extendedKeyUsage.map((usage) => oid(extendedKeyUsageOid[usage]));
    list.push(extension(extensionOid.extendedKeyUsage, false, sequence(...usages)));
  }
  const names = [
    ...plan.uris.map((uri) => implicit(6, Buffer.from(uri, 'latin1'))),
    ...plan.hosts.map((host) => implicit(2, Buffer.from(host, 'latin1'))),
  ];
  if (names.length > 0) list.push(extension(extensionOid.subjectAlternativeName, false, sequence(...names)));
  if (plan.listAddress !== undefined) {
    const point = sequence(explicit(0, explicit(0, implicit(6, Buffer.from(plan.listAddress, 'latin1')))));
    list.push(extension(extensionOid.crlDistributionPoints, false, sequence(point)));
  }
  return explicit(3, sequence(...list));
}

/** TBSCertificate (RFC 5280 section 4.1.2). */
export function encodeToBeSigned(plan: CertificatePlan): Buffer {
  return sequence(
    explicit(0, integer(2)),
    integer(plan.serial),
    signatureAlgorithm(plan.algorithm),
    encodeSubject(plan.issuer),
    sequence(time(plan.notBefore), time(plan.notAfter)),
    encodeSubject(plan.subject),
    plan.publicKey,
    extensions(plan),
  );
}

/** Ecdsa-Sig-Value from r ‖ s (RFC 5480 section 2 and appendix A). */
export function encodeSignature(signature: Uint8Array): Buffer {
  const half = signature.length / 2;
  return sequence(integer(signature.subarray(0, half)), integer(signature.subarray(half)));
}

/** Puts a signature (r ‖ s) to what was signed: a certificate, a request or a revocation list. */
export function signedWhole(
  toBeSigned: Uint8Array,
  algorithm: CertificateAlgorithm,
  signature: Uint8Array,
): Buffer {
  return sequence(toBeSigned, signatureAlgorithm(algorithm), bitString(encodeSignature(signature)));
}

// ------------------------------------------------------------------ requests

export interface RequestPlan {
  readonly subject: Subject;
  readonly publicKey: Uint8Array;
  readonly uris: readonly string[];
  readonly hosts: readonly string[];
  /** Binds the request to a TLS connection; see the enrolment. */
  readonly challengePassword?: string;
}

/** CertificationRequestInfo (RFC 2986 section 4.1). */
export function encodeRequestInfo(plan: RequestPlan): Buffer {
  const attributes: Buffer[] = [];
  const names = [
    ...plan.uris.map((uri) => implicit(6, Buffer.from(uri, 'latin1'))),
    ...plan.hosts.map((host) => implicit(2, Buffer.from(host, 'latin1'))),
  ];
  if (names.length > 0) {
    const wanted = sequence(extension(extensionOid.subjectAlternativeName, false, sequence(...names)));
    attributes.push(sequence(oid(requestOid.extensionRequest), setOf(wanted)));
  }
  if (plan.challengePassword !== undefined)
    attributes.push(sequence(oid(requestOid.challengePassword), setOf(ia5(plan.challengePassword))));
  // [0] IMPLICIT SET OF: the tag of the set is replaced, the order stays.
  const set = setOf(...attributes);
  const inner = set.subarray(set.length - attributes.reduce((sum, each) => sum + each.length, 0));
  return sequence(integer(0), encodeSubject(plan.subject), plan.publicKey, value(0xa0, inner));
}

// ------------------------------------------------------------------ revocation lists

/** Why a certificate was revoked (RFC 5280 section 5.3.1), those that are used. */
export const revocationReasons = {
  unspecified: 0,
  'key-compromise': 1,
  'authority-compromise': 2,
  'affiliation-changed': 3,
  superseded: 4,
  'cessation-of-operation': 5,
} as const;
export type RevocationReason = keyof typeof revocationReasons;

export interface RevokedEntry {
  readonly serial: Uint8Array;
  readonly revokedAt: Date;
  readonly reason: RevocationReason;
}

export interface ListPlan {
  readonly algorithm: CertificateAlgorithm;
  readonly issuer: Subject;
  readonly issuerPublicKey: Uint8Array;
  readonly number: number;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date;
  readonly revoked: readonly RevokedEntry[];
}

/** TBSCertList, version 2 (RFC 5280 section 5.1.2). */
export function encodeListToBeSigned(plan: ListPlan): Buffer {
  const entries = plan.revoked.map(({ serial, revokedAt, reason }) =>
    sequence(
      integer(serial),
      time(revokedAt),
      // RFC 5280 wants "unspecified" expressed by leaving the reason out.
      ...(reason === 'unspecified'
        ? []
        : [
            sequence(
              extension(
                extensionOid.crlReason,
                false,
                value(tags.enumerated, Buffer.from([revocationReasons[reason]])),
              ),
            ),
          ]),
    ),
  );
  const listExtensions = [
    extension(
      extensionOid.authorityKeyIdentifier,
      false,
      sequence(implicit(0, keyIdentifier(plan.issuerPublicKey))),
    ),
    extension(extensionOid.crlNumber, false, integer(plan.number)),
  ];
  return sequence(
    integer(1),
    signatureAlgorithm(plan.algorithm),
    encodeSubject(plan.issuer),
    time(plan.thisUpdate),
    time(plan.nextUpdate),
    ...(entries.length === 0 ? [] : [sequence(...entries)]),
    explicit(0, sequence(...listExtensions)),
  );
}

// ------------------------------------------------------------------ PKCS#7

/** Certificates without a signature: the degenerate SignedData of RFC 5652 section 5 that EST answers with. */
export function encodeCertificatesOnly(certificates: readonly Uint8Array[]): Buffer {
  const set = setOf(...certificates);
  const inner = set.subarray(set.length - certificates.reduce((sum, each) => sum + each.length, 0));
  const signedData = sequence(
    integer(1),
    value(tags.set),
    sequence(oid(dataOid)),
    value(0xa0, inner),
    value(tags.set),
  );
  return sequence(oid(signedDataOid), explicit(0, signedData));
}

/** What an EST client should put into its request (RFC 8951 section 3.3): the curve and the signature wanted. */
export function encodeRequestAttributes(algorithm: CertificateAlgorithm): Buffer {
  const key = sequence(oid('1.2.840.10045.2.1'), setOf(oid(algorithm.curveOid)));
  return sequence(key, oid(algorithm.signatureOid));
}
