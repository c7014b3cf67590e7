/**
 * Known answers for every algorithm in use (2.14.6): published vectors, computed anew at start, on command and
 * periodically. A wrong answer means that nothing this process signs, seals or checks can be trusted.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  randomBytes,
  sign,
  verify,
} from 'node:crypto';
import { wrapSecret } from './file-keys.ts';
import { keyWrap } from './key-wrap.ts';

export interface SelfTestResult {
  readonly name: string;
  readonly source: string;
  readonly passed: boolean;
}

interface KnownAnswer {
  readonly name: string;
  readonly source: string;
  readonly holds: () => boolean;
}

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

const knownAnswers: readonly KnownAnswer[] = [
  {
    name: 'SHA-256',
    source: 'FIPS 180-2 appendix B.1',
    holds: () =>
      createHash('sha256').update('abc').digest('hex') ===
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
  },
  {
    name: 'HMAC-SHA-256',
    source: 'RFC 4231 section 4.2',
    holds: () =>
      createHmac('sha256', Buffer.alloc(20, 0x0b)).update('Hi There').digest('hex') ===
      'b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7',
  },
  { name: 'AES-256-GCM', source: 'GCM specification, test case 14', holds: gcmHolds },
  {
    name: 'AES-256 key wrap',
    source: 'RFC 3394 section 4.6',
    holds: () =>
      wrapSecret(
        createSecretKey(hex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f')),
        hex('00112233445566778899aabbccddeeff000102030405060708090a0b0c0d0e0f'),
      ).toString('hex') ===
      '28c9f404c4b810f4cbccb35cfb87f8263f5786e2d80ed326cbc7f0e71a99f43bfb988b9b7a02dd21',
  },
  {
    name: 'AES-128 key wrap',
    source: 'RFC 3394 section 4.1',
    holds: () =>
      keyWrap(
        createSecretKey(hex('000102030405060708090a0b0c0d0e0f')),
        hex('00112233445566778899aabbccddeeff'),
      ).toString('hex') === '1fa68b0a8112b447aef34bd8fb5a7b829d3e862371d2cfe5',
  },
  {
    name: 'ECDSA P-384',
    source: 'RFC 6979 appendix A.2.6 (verify); a fresh pair (sign)',
    holds: largeEcdsaHolds,
  },
  { name: 'ECDSA P-256', source: 'RFC 6979 appendix A.2.5 (verify); a fresh pair (sign)', holds: ecdsaHolds },
  { name: 'Ed25519', source: 'RFC 8032 section 7.1, test 2', holds: ed25519Holds },
  {
    name: 'random source',
    source: 'two draws of 32 octets differ',
    holds: () => !randomBytes(32).equals(randomBytes(32)),
  },
];

function gcmHolds(): boolean {
  const key = createSecretKey(Buffer.alloc(32));
  const iv = Buffer.alloc(12);
  const cipher = createCipheriv('aes-256-gcm', key, iv, { authTagLength: 16 });
  const sealed = Buffer.concat([cipher.update(Buffer.alloc(16)), cipher.final()]);
  const tag = cipher.getAuthTag();
  if (sealed.toString('hex') !== 'cea7403d4d606b6e074ec5d3baf39d18') return false;
  if (tag.toString('hex') !== 'd0d1c8a799996bf0265b98b5d48ab919') return false;
  // An altered tag must be refused: a module that accepts everything would pass the rest.
  tag[0]! ^= 1;
  const decipher = createDecipheriv('aes-256-gcm', key, iv, { authTagLength: 16 }).setAuthTag(tag);
  decipher.update(sealed);
  try {
    decipher.final();
    return false;
  } catch {
    return true;
  }
}

function ecdsaHolds(): boolean {
  return curveHolds({
    curve: 'prime256v1',
    jwkCurve: 'P-256',
    hash: 'sha256',
    x: '60fed4ba255a9d31c961eb74c6356d68c049b8923b61fa6ce669622e60f29fb6',
    y: '7903fe1008b8bc99a41ae9e95628bc64f2f1b20c2d7e9f5177a3c294d4462299',
    signature: `efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716
      f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8`,
  });
}

function largeEcdsaHolds(): boolean {
  return curveHolds({
    curve: 'secp384r1',
    jwkCurve: 'P-384',
    hash: 'sha384',
    x: `ec3a4e415b4e19a4568618029f427fa5da9a8bc4ae92e02e
      06aae5286b300c64def8f0ea9055866064a254515480bc13`,
    y: `8015d9b72d7d57244ea8ef9ac0c621896708a59367f9dfb9
      f54ca84b3f1c9db1288b231c3ae0d4fe7344fd2533264720`,
    signature: `94edbb92a5ecb8aad4736e56c691916b3f88140666ce9fa7
      3d64c4ea95ad133c81a648152e44acf96e36dd1e80fabe46
      99ef4aeb15f178cea1fe40db2603138f130e740a19624526
      203b6351d0a3a94fa329c145786e679e7b82c71a38628ac8`,
  });
}

interface CurveAnswer {
  readonly curve: string;
  readonly jwkCurve: string;
  readonly hash: string;
  readonly x: string;
  readonly y: string;
  /** Over the text "sample". */
  readonly signature: string;
}

function curveHolds({ curve, jwkCurve, hash, x, y, signature }: CurveAnswer): boolean {
  const coordinate = (text: string) => hex(text).toString('base64url');
  const jwk = { kty: 'EC', crv: jwkCurve, x: coordinate(x), y: coordinate(y) };
  const key = createPublicKey({ format: 'jwk', key: jwk });
  const options = { dsaEncoding: 'ieee-p1363' } as const;
  const right = verify(hash, Buffer.from('sample'), { key, ...options }, hex(signature));
  const wrong = verify(hash, Buffer.from('sampled'), { key, ...options }, hex(signature));
  const fresh = generateKeyPairSync('ec', { namedCurve: curve });
  const message = randomBytes(32);
  const made = sign(hash, message, { key: fresh.privateKey, ...options });
  return right && !wrong && verify(hash, message, { key: fresh.publicKey, ...options }, made);
}

function ed25519Holds(): boolean {
  const seed = hex('4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb');
  // PKCS#8 has a fixed head for Ed25519 (RFC 8410 section 7).
  const der = Buffer.concat([hex('302e020100300506032b657004220420'), seed]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const expected = `92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da
    085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00`;
  return sign(null, hex('72'), key).equals(hex(expected));
}

/** Computes every known answer; never throws, a test that throws has failed. */
export function runSelfTest(answers: readonly KnownAnswer[] = knownAnswers): SelfTestResult[] {
  return answers.map(({ name, source, holds }) => {
    let passed = false;
    try {
      passed = holds();
    } catch {
      // An algorithm that is not there has failed its test.
    }
    return { name, source, passed };
  });
}
