/**
 * Data table: every algorithm and curve in use, what for, and its strength in bits (NIST SP 800-57 part 1, table 2).
 * What is not in it is refused wherever keys, requests, certificates or signatures come in (2.8.11.1, 2.8.12).
 */

export interface Algorithm {
  readonly id: string;
  readonly use: string;
  readonly strengthBits: number;
  /** Whether FIPS 140-3 approves it, so that a validated module has it. */
  readonly approved: boolean;
}

/** A signature algorithm that certificates use: the curve fixes the hash and the encoding, so nothing is negotiated. */
export interface CertificateAlgorithm extends Algorithm {
  readonly id: 'ES256' | 'ES384';
  /** OpenSSL's name of the curve. */
  readonly curve: 'prime256v1' | 'secp384r1';
  readonly curveOid: string;
  readonly hash: 'sha256' | 'sha384';
  readonly signatureOid: string;
  /** Octets of r and of s. */
  readonly scalarOctets: number;
  /** Purpose of a key of the key port. */
  readonly keyPurpose: 'sign' | 'sign-384';
}

export const es256: CertificateAlgorithm = {
  id: 'ES256',
  use: 'certificates, envelopes, TLS, DLMS suite 1',
  strengthBits: 128,
  approved: true,
  curve: 'prime256v1',
  curveOid: '1.2.840.10045.3.1.7',
  hash: 'sha256',
  signatureOid: '1.2.840.10045.4.3.2',
  scalarOctets: 32,
  keyPurpose: 'sign',
};

export const es384: CertificateAlgorithm = {
  id: 'ES384',
  use: 'certificates of DLMS suite 2',
  strengthBits: 192,
  approved: true,
  curve: 'secp384r1',
  curveOid: '1.3.132.0.34',
  hash: 'sha384',
  signatureOid: '1.2.840.10045.4.3.3',
  scalarOctets: 48,
  keyPurpose: 'sign-384',
};

export const certificateAlgorithms: readonly CertificateAlgorithm[] = [es256, es384];

/** All of them; the first two are those of certificates. */
export const algorithms: readonly Algorithm[] = [
  ...certificateAlgorithms,
  { id: 'Ed25519', use: 'audit checkpoints and cosignatures', strengthBits: 128, approved: true },
  { id: 'SHA-256', use: 'hash trees, fingerprints, signatures', strengthBits: 128, approved: true },
  { id: 'SHA-384', use: 'signatures of suite 2', strengthBits: 192, approved: true },
  { id: 'HMAC-SHA-256', use: 'derived secrets, fingerprints of keys', strengthBits: 256, approved: true },
  { id: 'AES-128-GCM', use: 'DLMS suites 0 and 1', strengthBits: 128, approved: true },
  { id: 'AES-256-GCM', use: 'backups, credentials at rest, DLMS suite 2', strengthBits: 256, approved: true },
  {
    id: 'AES-128-KW',
    use: 'keys under the master key of a meter (suites 0, 1)',
    strengthBits: 128,
    approved: true,
  },
  { id: 'AES-256-KW', use: 'keys at rest, suite 2', strengthBits: 256, approved: true },
  {
    id: 'PBKDF2-HMAC-SHA-256',
    use: 'the passphrase of the offline root',
    strengthBits: 128,
    approved: true,
  },
];

/** TLS: version 1.3 only, the AEAD suites of it that a validated module has, and the two curves. */
export const tlsPins = {
  minVersion: 'TLSv1.3',
  maxVersion: 'TLSv1.3',
  ciphers: 'TLS_AES_256_GCM_SHA384:TLS_AES_128_GCM_SHA256',
  ecdhCurve: 'P-256:P-384',
  sigalgs: 'ecdsa_secp256r1_sha256:ecdsa_secp384r1_sha384',
} as const;

export function algorithmOfCurve(curveOid: string): CertificateAlgorithm | undefined {
  return certificateAlgorithms.find((each) => each.curveOid === curveOid);
}

export function algorithmOfSignature(signatureOid: string): CertificateAlgorithm | undefined {
  return certificateAlgorithms.find((each) => each.signatureOid === signatureOid);
}
