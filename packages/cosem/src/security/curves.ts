/**
 * Elliptic curve keys and signatures in the raw forms of DLMS: a public key is x and y, a signature is r and s,
 * each of the size of the curve and nothing around them (IEC 62056-5-3, elliptic curve cryptography).
 */
import {
  createECDH,
  createPrivateKey,
  createPublicKey,
  diffieHellman,
  type KeyObject,
  sign,
  verify,
} from 'node:crypto';
import { raiseSecurity } from './errors.ts';
import type { CurveName } from './suite.ts';

interface Curve {
  /** Octets of one coordinate. */
  readonly size: number;
  readonly openssl: string;
  readonly hash: 'sha256' | 'sha384';
  /** The SubjectPublicKeyInfo (RFC 5480) up to and with the octet that says "uncompressed point". */
  readonly spkiPrefix: Uint8Array;
}

const curves: Record<CurveName, Curve> = {
  'P-256': {
    size: 32,
    openssl: 'prime256v1',
    hash: 'sha256',
    spkiPrefix: Buffer.from('3059301306072a8648ce3d020106082a8648ce3d03010703420004', 'hex'),
  },
  'P-384': {
    size: 48,
    openssl: 'secp384r1',
    hash: 'sha384',
    spkiPrefix: Buffer.from('3076301006072a8648ce3d020106052b8104002203620004', 'hex'),
  },
};

/** Octets of a raw public key, and of a raw signature, on a curve. */
export function pointSize(curve: CurveName): number {
  return curves[curve].size * 2;
}

/** The curve of a key object. Throws `security/public-key` for any other kind of key. */
export function curveOf(key: KeyObject): CurveName {
  const named = key.asymmetricKeyDetails?.namedCurve;
  if (named === 'prime256v1') return 'P-256';
  if (named === 'secp384r1') return 'P-384';
  throw raiseSecurity('public-key', 'a key on neither P-256 nor P-384');
}

/** A raw public key as a key object; the point is checked to be on the curve. Throws `security/public-key`. */
export function publicKeyFromRaw(curve: CurveName, raw: Uint8Array): KeyObject {
  const { spkiPrefix, size } = curves[curve];
  if (raw.length !== size * 2) throw raiseSecurity('public-key', `${raw.length} octets for ${curve}`);
  try {
    return createPublicKey({ key: Buffer.concat([spkiPrefix, raw]), format: 'der', type: 'spki' });
  } catch {
    throw raiseSecurity('public-key', `not a point of ${curve}`);
  }
}

/** The raw public key of a public or private key object. */
export function rawPublicKey(key: KeyObject): Uint8Array {
  const spki = spkiOf(key);
  return new Uint8Array(spki.subarray(curves[curveOf(key)].spkiPrefix.length));
}

/** The SubjectPublicKeyInfo, DER, of a public or private key object. */
export function spkiOf(key: KeyObject): Uint8Array {
  // createPublicKey takes a private KeyObject at run time; its types know only keys in other forms.
  const publicKey = key.type === 'public' ? key : createPublicKey(key as never);
  return publicKey.export({ format: 'der', type: 'spki' });
}

/** A private key from its raw scalar. Throws `security/key-size` unless it is one of the curve. */
export function privateKeyFromRaw(curve: CurveName, scalar: Uint8Array): KeyObject {
  const { size, openssl } = curves[curve];
  const text = (octets: Uint8Array): string => Buffer.from(octets).toString('base64url');
  try {
    if (scalar.length !== size) throw new Error('size');
    const ecdh = createECDH(openssl);
    ecdh.setPrivateKey(scalar);
    const point = ecdh.getPublicKey().subarray(1);
    const jwk = {
      kty: 'EC',
      crv: curve,
      d: text(scalar),
      x: text(point.subarray(0, size)),
      y: text(point.subarray(size)),
    };
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch {
    throw raiseSecurity('key-size', `not a private key of ${curve}`);
  }
}

/** The shared secret Z (NIST SP 800-56A, 5.7.1.2): the x coordinate. Both keys on one curve. */
export function sharedSecret(privateKey: KeyObject, peer: Uint8Array): Uint8Array {
  return diffieHellman({ privateKey, publicKey: publicKeyFromRaw(curveOf(privateKey), peer) });
}

/** An ECDSA signature (FIPS 186-4) with the curve's hash; r and s raw. Runs on the thread pool. */
export function signRaw(privateKey: KeyObject, message: Uint8Array): Promise<Uint8Array> {
  const { hash } = curves[curveOf(privateKey)];
  return new Promise((resolve, reject) => {
    sign(hash, message, { key: privateKey, dsaEncoding: 'ieee-p1363' }, (error, signature) => {
      if (error) reject(raiseSecurity('signature', 'signing failed', { cause: error }));
      else resolve(signature);
    });
  });
}

/** Whether a raw ECDSA signature is valid for the message; wrong sizes are simply not valid. */
export function verifyRaw(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  const { hash, size } = curves[curveOf(publicKey)];
  if (signature.length !== size * 2) return false;
  return verify(hash, message, { key: publicKey, dsaEncoding: 'ieee-p1363' }, signature);
}

/** Whether a DER-coded ECDSA signature, as certificates and their requests have it, is valid for the message. */
export function verifyDer(publicKey: KeyObject, message: Uint8Array, signature: Uint8Array): boolean {
  return verify(curves[curveOf(publicKey)].hash, message, { key: publicKey, dsaEncoding: 'der' }, signature);
}
