import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  combineProtection,
  decodePolicy,
  encodePolicy,
  type Protection,
  requireProtection,
  satisfies,
  unprotected,
} from './policy.ts';

const kinds = ['authenticated', 'encrypted', 'signed'] as const;
const every: Protection[] = Array.from({ length: 8 }, (_, bits) => ({
  authenticated: (bits & 1) !== 0,
  encrypted: (bits & 2) !== 0,
  signed: (bits & 4) !== 0,
}));

test('version 0 counts, for both directions alike', () => {
  assert.deepEqual(
    [0, 1, 2, 3].map((value) => decodePolicy(0, value).request),
    every.slice(0, 4),
  );
  for (const value of [0, 1, 2, 3]) {
    const policy = decodePolicy(0, value);
    assert.deepEqual(policy.request, policy.response);
    assert.equal(encodePolicy(0, policy), value);
  }
  for (const value of [-1, 4, 255])
    assert.throws(() => decodePolicy(0, value), { code: 'security/policy-value' });
});

test('version 1 has bits 2 to 4 for requests and 5 to 7 for responses', () => {
  assert.deepEqual(decodePolicy(1, 0x04).request, { ...unprotected, authenticated: true });
  assert.deepEqual(decodePolicy(1, 0x08).request, { ...unprotected, encrypted: true });
  assert.deepEqual(decodePolicy(1, 0x10).request, { ...unprotected, signed: true });
  assert.deepEqual(decodePolicy(1, 0x20).response, { ...unprotected, authenticated: true });
  assert.deepEqual(decodePolicy(1, 0x40).response, { ...unprotected, encrypted: true });
  assert.deepEqual(decodePolicy(1, 0x80).response, { ...unprotected, signed: true });
  for (let value = 0; value < 256; value++) {
    if ((value & 3) === 0) assert.equal(encodePolicy(1, decodePolicy(1, value)), value);
    else assert.throws(() => decodePolicy(1, value), { code: 'security/policy-value' });
  }
  for (const value of [-4, 256])
    assert.throws(() => decodePolicy(1, value), { code: 'security/policy-value' });
  assert.throws(() => decodePolicy(2, 0), { code: 'security/policy-value' });
});

test('version 0 cannot say signatures or different directions', () => {
  const refused = { code: 'security/policy-value' };
  assert.throws(() => encodePolicy(0, decodePolicy(1, 0x90)), refused);
  assert.throws(() => encodePolicy(0, decodePolicy(1, 0x04)), refused);
});

test('a message satisfies a policy exactly when nothing asked for is missing', () => {
  for (const required of every) {
    for (const actual of every) {
      const missing = kinds.filter((kind) => required[kind] && !actual[kind]);
      assert.equal(satisfies(required, actual), missing.length === 0);
      if (missing.length === 0) requireProtection(required, actual);
      else {
        assert.throws(() => requireProtection(required, actual), {
          code: 'security/policy',
          detail: `not ${missing.join(', not ')}`,
        });
      }
      assert.ok(satisfies(required, combineProtection(required, actual)));
      assert.ok(satisfies(actual, combineProtection(required, actual)));
    }
  }
});

test('an unciphered message fails every policy that asks for anything', () => {
  for (const required of every.slice(1)) {
    assert.throws(() => requireProtection(required, unprotected), { kind: 'policy' });
  }
  requireProtection(unprotected, unprotected);
});
