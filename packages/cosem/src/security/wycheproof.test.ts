import assert from 'node:assert/strict';
import { createHash, createPublicKey, createSecretKey, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import {
  pointSize,
  privateKeyFromRaw,
  publicKeyFromRaw,
  rawPublicKey,
  sharedSecret,
  signRaw,
  verifyRaw,
} from './curves.ts';
import { deriveKey, gcmName, gcmOpen, gcmSeal, unwrapKey, wrapKey } from './primitives.ts';
import type { CurveName } from './suite.ts';

interface Group<T> {
  readonly ivSize?: number;
  readonly keySize?: number;
  readonly publicKey?: { readonly uncompressed: string; readonly publicKeyDer?: string };
  readonly publicKeyDer?: string;
  readonly tests: readonly (T & { readonly tcId: number; readonly result: string })[];
}

function groups<T>(file: string): readonly Group<T>[] {
  return sharedJson<{ testGroups: readonly Group<T>[] }>(`data/wycheproof/${file}.json`).testGroups;
}

const none = new Uint8Array(0);

/** DLMS cuts tags to 12 octets, so a vector that differs only after them is a valid one here. */
function firstTwelveRight(
  key: KeyObject,
  iv: Uint8Array,
  aad: Uint8Array,
  text: Uint8Array,
  tag: Uint8Array,
) {
  const out = new Uint8Array(text.length + 12);
  gcmSeal(gcmName(key.symmetricKeySize), key, iv, [aad], text, out, 0);
  return { out, same: toHex(out.subarray(text.length)) === toHex(tag.subarray(0, 12)) };
}

test(
  'AES-GCM: 96-bit IVs, keys of suites 0, 1 and 2, tags cut to 96 bits',
  needsShared('data/wycheproof/aes_gcm.json'),
  () => {
    type Vector = { key: string; iv: string; aad: string; msg: string; ct: string; tag: string };
    const seen = { valid: 0, invalid: 0, equalWhenCut: 0 };
    for (const group of groups<Vector>('aes_gcm')) {
      if (group.ivSize !== 96 || group.keySize === 192) continue;
      for (const vector of group.tests) {
        const [key, iv, aad, msg, ct, tag] = [
          createSecretKey(fromHex(vector.key)),
          ...[vector.iv, vector.aad, vector.msg, vector.ct, vector.tag].map(fromHex),
        ] as [KeyObject, Uint8Array, Uint8Array, Uint8Array, Uint8Array, Uint8Array];
        const open = () => gcmOpen(gcmName(key.symmetricKeySize), key, iv, [aad], ct, tag.subarray(0, 12));
        if (vector.result === 'valid') {
          const { out, same } = firstTwelveRight(key, iv, aad, msg, tag);
          assert.ok(same, `tcId ${vector.tcId}`);
          assert.equal(toHex(out.subarray(0, msg.length)), vector.ct);
          assert.equal(toHex(open()), vector.msg);
          seen.valid++;
        } else if (vector.msg !== '' && firstTwelveRight(key, iv, aad, msg, tag).same) {
          assert.equal(toHex(open()), vector.msg);
          seen.equalWhenCut++;
        } else {
          assert.throws(open, { code: 'security/tag' }, `tcId ${vector.tcId}`);
          seen.invalid++;
        }
      }
    }
    assert.deepEqual(seen, { valid: 79, invalid: 40, equalWhenCut: 14 });
  },
);

test('GMAC: the tag over associated data alone', needsShared('data/wycheproof/aes_gmac.json'), () => {
  type Vector = { key: string; iv: string; msg: string; tag: string };
  const seen = { valid: 0, invalid: 0, equalWhenCut: 0 };
  for (const group of groups<Vector>('aes_gmac')) {
    if (group.ivSize !== 96 || group.keySize === 192) continue;
    for (const vector of group.tests) {
      const key = createSecretKey(fromHex(vector.key));
      const [iv, msg, tag] = [vector.iv, vector.msg, vector.tag].map(fromHex) as [
        Uint8Array,
        Uint8Array,
        Uint8Array,
      ];
      const open = () => gcmOpen(gcmName(key.symmetricKeySize), key, iv, [msg], none, tag.subarray(0, 12));
      if (firstTwelveRight(key, iv, msg, none, tag).same) {
        open();
        seen[vector.result === 'valid' ? 'valid' : 'equalWhenCut']++;
      } else {
        assert.equal(vector.result, 'invalid', `tcId ${vector.tcId}`);
        assert.throws(open, { code: 'security/tag' });
        seen.invalid++;
      }
    }
  }
  assert.deepEqual(seen, { valid: 30, invalid: 80, equalWhenCut: 28 });
});

test(
  'AES key wrap: keys of 16 and 32 octets, nothing else',
  needsShared('data/wycheproof/aes_wrap.json'),
  () => {
    type Vector = { key: string; msg: string; ct: string };
    const seen = { valid: 0, refused: 0, otherSize: 0 };
    for (const group of groups<Vector>('aes_wrap')) {
      for (const vector of group.tests) {
        const kek = createSecretKey(fromHex(vector.key));
        const unwrap = () => unwrapKey(kek, fromHex(vector.ct));
        const ourSize = [24, 40].includes(vector.ct.length / 2) && group.keySize !== 192;
        if (vector.result === 'valid' && ourSize) {
          assert.equal(toHex(unwrap()), vector.msg);
          assert.equal(toHex(wrapKey(kek, fromHex(vector.msg))), vector.ct);
          seen.valid++;
        } else {
          assert.throws(unwrap, CosemError, `tcId ${vector.tcId}`);
          seen[vector.result === 'valid' ? 'otherSize' : 'refused']++;
        }
      }
    }
    assert.deepEqual(seen, { valid: 15, refused: 129, otherSize: 21 });
  },
);

for (const [file, curve] of [
  ['ecdh_secp256r1_ecpoint', 'P-256'],
  ['ecdh_secp384r1_ecpoint', 'P-384'],
] as const) {
  test(
    `ECDH on ${curve}: uncompressed points without their prefix`,
    needsShared(`data/wycheproof/${file}.json`),
    () => {
      type Vector = { public: string; private: string; shared: string };
      const seen = { agreed: 0, refused: 0, compressed: 0 };
      for (const vector of groups<Vector>(file)[0]!.tests) {
        const scalar = scalarOf(curve, vector.private);
        const agree = () =>
          sharedSecret(privateKeyFromRaw(curve, scalar), fromHex(vector.public).subarray(1));
        if (vector.result === 'valid') {
          assert.equal(toHex(agree()), vector.shared, `tcId ${vector.tcId}`);
          seen.agreed++;
        } else if (vector.public.startsWith('04') || vector.result === 'invalid') {
          assert.throws(agree, { code: 'security/public-key' }, `tcId ${vector.tcId}`);
          seen.refused++;
        } else {
          assert.throws(agree, CosemError);
          seen.compressed++;
        }
      }
      assert.ok(seen.agreed > 100 && seen.refused > 1, JSON.stringify(seen));
    },
  );
}

/** The vectors write private keys as DER integers; here they are cut or padded to the curve. */
function scalarOf(curve: CurveName, hex: string): Uint8Array {
  const size = pointSize(curve) / 2;
  return fromHex(hex.replace(/^0+/, '').padStart(size * 2, '0'));
}

for (const [file, curve] of [
  ['ecdsa_secp256r1_sha256_p1363', 'P-256'],
  ['ecdsa_secp384r1_sha384_p1363', 'P-384'],
] as const) {
  test(`ECDSA on ${curve}: raw r and s`, needsShared(`data/wycheproof/${file}.json`), () => {
    type Vector = { msg: string; sig: string };
    const seen = { valid: 0, invalid: 0 };
    for (const group of groups<Vector>(file)) {
      const raw = fromHex(group.publicKey!.uncompressed).subarray(1);
      const key = publicKeyFromRaw(curve, raw);
      for (const vector of group.tests) {
        const verdict = verifyRaw(key, fromHex(vector.msg), fromHex(vector.sig));
        assert.equal(verdict, vector.result === 'valid', `tcId ${vector.tcId}`);
        seen[verdict ? 'valid' : 'invalid']++;
      }
    }
    assert.ok(seen.valid > 50 && seen.invalid > 50, JSON.stringify(seen));
  });
}

test('sign then verify on both curves; another message does not verify', async () => {
  for (const curve of ['P-256', 'P-384'] as const) {
    const key = privateKeyFromRaw(curve, new Uint8Array(pointSize(curve) / 2).fill(7));
    const message = fromHex('0102030405');
    const signature = await signRaw(key, message);
    assert.equal(signature.length, pointSize(curve));
    const publicKey = createPublicKey(key as never);
    assert.ok(verifyRaw(publicKey, message, signature));
    assert.ok(!verifyRaw(publicKey, fromHex('0102030406'), signature));
    assert.equal(toHex(rawPublicKey(publicKeyFromRaw(curve, rawPublicKey(key)))), toHex(rawPublicKey(key)));
  }
});

test('keys that are none are refused', () => {
  assert.throws(() => privateKeyFromRaw('P-256', new Uint8Array(32)), { code: 'security/key-size' });
  assert.throws(() => privateKeyFromRaw('P-256', new Uint8Array(31).fill(1)), { code: 'security/key-size' });
  assert.throws(() => publicKeyFromRaw('P-256', new Uint8Array(64)), { code: 'security/public-key' });
  assert.throws(() => publicKeyFromRaw('P-384', new Uint8Array(64)), { code: 'security/public-key' });
  assert.throws(() => gcmName(24), { code: 'security/key-size' });
  assert.throws(() => wrapKey(createSecretKey(new Uint8Array(24)), new Uint8Array(16)), {
    code: 'security/key-size',
  });
});

test('the key derivation is one hash over counter, secret and other information', () => {
  const parts = fromHex('00000001aabbcc');
  const expect = (name: string, size: number) =>
    createHash(name)
      .update(parts)
      .digest('hex')
      .slice(0, size * 2);
  assert.equal(toHex(deriveKey(fromHex('aabb'), fromHex('cc'), 16)), expect('sha256', 16));
  assert.equal(toHex(deriveKey(fromHex('aabb'), fromHex('cc'), 32)), expect('sha384', 32));
});
