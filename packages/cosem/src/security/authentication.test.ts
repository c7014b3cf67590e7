import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import { mechanismNames } from '../apdu/names.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import {
  checkPeerChallenge,
  createChallenge,
  digestProof,
  ecdsaProof,
  equalOctets,
  gmacProof,
  type ProofContext,
  requireMechanism,
  verifyDigestProof,
  verifyEcdsaProof,
  verifyGmacProof,
  verifyPassword,
} from './authentication.ts';
import { MemoryCounters, ReceiveCounter } from './counters.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';

const clientTitle = fromHex('4d4d4d0000000001');
const serverTitle = fromHex('4d4d4d0000bc614e');
const cToS = fromHex('000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f');
const sToC = fromHex('202122232425262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f');
const client: ProofContext = {
  proverTitle: clientTitle,
  verifierTitle: serverTitle,
  challenge: sToC,
  proverChallenge: cToS,
};
const server: ProofContext = {
  proverTitle: serverTitle,
  verifierTitle: clientTitle,
  challenge: cToS,
  proverChallenge: sToC,
};
const secret = fromHex('73656372657420736563726574');
const hash = (name: string, ...parts: Uint8Array[]) =>
  createHash(name).update(Buffer.concat(parts)).digest('hex');

test('digest proofs cover what the standard says, in its order', () => {
  const proof = (mechanism: 'high-md5' | 'high-sha1' | 'high-sha256', context: ProofContext) =>
    toHex(digestProof(mechanism, secret, context));
  assert.equal(proof('high-md5', client), hash('md5', sToC, secret));
  assert.equal(proof('high-sha1', server), hash('sha1', cToS, secret));
  assert.equal(proof('high-sha256', client), hash('sha256', secret, clientTitle, serverTitle, sToC, cToS));
  assert.equal(proof('high-sha256', server), hash('sha256', secret, serverTitle, clientTitle, cToS, sToC));
});

test('digest proofs of another side, secret or length are refused', () => {
  for (const mechanism of ['high-md5', 'high-sha1', 'high-sha256'] as const) {
    const proof = digestProof(mechanism, secret, client);
    verifyDigestProof(mechanism, secret, client, proof);
    const refused = (context: ProofContext, key: Uint8Array, given: Uint8Array) =>
      assert.throws(() => verifyDigestProof(mechanism, key, context, given), {
        code: 'security/authentication',
      });
    refused(server, secret, proof);
    refused(client, secret.subarray(1), proof);
    refused(client, secret, proof.subarray(1));
    refused(client, secret, new Uint8Array(0));
  }
});

test('ECDSA proofs on both curves; the other side, another key and another length are refused', async () => {
  for (const [suite, curve] of [
    [1, 'P-256'],
    [2, 'P-384'],
  ] as const) {
    const keys = new SoftwareKeys();
    const publicKey = keys.generatePair(keyName(clientTitle, 'signing'), curve);
    const other = keys.generatePair(keyName(serverTitle, 'signing'), curve);
    const proof = await ecdsaProof(keys, keyName(clientTitle, 'signing'), client);
    verifyEcdsaProof(suite, publicKey, client, proof);
    const refused = { code: 'security/authentication' };
    assert.throws(() => verifyEcdsaProof(suite, publicKey, server, proof), refused);
    assert.throws(() => verifyEcdsaProof(suite, other, client, proof), refused);
    assert.throws(() => verifyEcdsaProof(suite, publicKey, client, proof.subarray(1)), refused);
    assert.throws(() => verifyEcdsaProof(suite, publicKey.subarray(1), client, proof), {
      code: 'security/public-key',
    });
    assert.throws(() => verifyEcdsaProof(0, publicKey, client, proof), { code: 'security/suite' });
  }
});

test('GMAC proofs: one changed bit, another challenge and a used counter are refused', () => {
  const keys = new SoftwareKeys();
  const cipher = keys.cipher(keys.generate(32), keys.generate(32));
  const context = { suite: 2, cipher, proverTitle: clientTitle, challenge: sToC } as const;
  const counter = new ReceiveCounter(new MemoryCounters(), 'r', undefined);
  const proof = gmacProof(context, 9);
  assert.equal(toHex(proof.subarray(0, 5)), '1200000009');
  for (let bit = 0; bit < proof.length * 8; bit++) {
    const altered = Uint8Array.from(proof);
    altered[bit >> 3]! ^= 1 << (bit & 7);
    assert.throws(() => verifyGmacProof(context, counter, altered), { code: 'security/authentication' });
  }
  const other = { ...context, challenge: cToS };
  assert.throws(() => verifyGmacProof(other, counter, proof), { code: 'security/authentication' });
  assert.throws(() => verifyGmacProof(context, counter, proof.subarray(1)), {
    code: 'security/authentication',
  });
  assert.equal(counter.highest, undefined);
  verifyGmacProof(context, counter, proof);
  assert.throws(() => verifyGmacProof(context, counter, proof), { code: 'security/replay' });
  assert.throws(() => verifyGmacProof(context, counter, gmacProof(context, 8)), { code: 'security/replay' });
});

test('challenges: random, of an allowed length, and never our own', () => {
  assert.notEqual(toHex(createChallenge('high-gmac')), toHex(createChallenge('high-gmac')));
  assert.equal(createChallenge('high-gmac', 8).length, 8);
  assert.equal(createChallenge('high-ecdsa').length, 32);
  for (const [mechanism, size] of [
    ['high-gmac', 7],
    ['high-gmac', 65],
    ['high-ecdsa', 31],
  ] as const) {
    assert.throws(() => createChallenge(mechanism, size), { code: 'security/challenge-length' });
    assert.throws(() => checkPeerChallenge(mechanism, cToS, new Uint8Array(size)), {
      code: 'security/challenge-length',
    });
  }
  checkPeerChallenge('high-gmac', cToS, sToC);
  assert.throws(() => checkPeerChallenge('high-gmac', cToS, Uint8Array.from(cToS)), {
    code: 'security/challenge-reflected',
  });
});

test('weak mechanisms run only where they are switched on, the manufacturer one never', () => {
  for (const mechanism of Object.keys(mechanismNames) as (keyof typeof mechanismNames)[]) {
    const weak = mechanism === 'high-md5' || mechanism === 'high-sha1';
    const refused = { code: 'security/mechanism-disabled' };
    if (weak || mechanism === 'high') assert.throws(() => requireMechanism(mechanism), refused);
    else requireMechanism(mechanism);
    if (weak) {
      requireMechanism(mechanism, [mechanism]);
      const other = mechanism === 'high-md5' ? 'high-sha1' : 'high-md5';
      assert.throws(() => requireMechanism(mechanism, [other]), refused);
    }
  }
  assert.throws(() => requireMechanism('high', ['high']), { code: 'security/mechanism-disabled' });
});

test('passwords compare whole', () => {
  verifyPassword(secret, Uint8Array.from(secret));
  for (const wrong of [new Uint8Array(0), secret.subarray(1), Uint8Array.of(...secret, 0)]) {
    assert.throws(() => verifyPassword(secret, wrong), { code: 'security/authentication' });
    assert.ok(!equalOctets(secret, wrong));
  }
});
