import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { test } from 'node:test';
import { inspect } from 'node:util';
import { fromHex, toHex } from '../base/bytes.ts';
import type { KeyName, KeyPurpose } from './keys.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';

const title = fromHex('4d4d4d0000bc614e');
const other = fromHex('4d4d4d0000bc614f');
const secretHex = 'c0ffee00c0ffee11c0ffee22c0ffee33';
const secret = () => fromHex(secretHex);

test('a key belongs to one system title, purpose and slot', () => {
  const keys = new SoftwareKeys().put(keyName(title, 'unicast-encryption'), secret());
  assert.ok(keys.has(keyName(title, 'unicast-encryption')));
  const absent: KeyName<KeyPurpose>[] = [
    keyName(other, 'unicast-encryption'),
    keyName(title, 'broadcast-encryption'),
    keyName(title, 'unicast-encryption', 'next'),
    keyName(title, 'signing'),
  ];
  for (const name of absent) assert.ok(!keys.has(name), name.purpose);
  assert.throws(() => keys.cipher(keyName(title, 'dedicated'), undefined), {
    code: 'security/key-missing',
    detail: 'no dedicated key of 4d4d4d0000bc614e',
  });
  assert.throws(() => keys.publicKey(keyName(title, 'signing')), { code: 'security/key-missing' });
  assert.throws(() => keyName(title.subarray(1), 'signing'), { code: 'security/system-title' });
});

test('keys show neither in inspect nor in JSON nor in errors', async () => {
  const keys = new SoftwareKeys()
    .put(keyName(title, 'unicast-encryption'), secret())
    .put(keyName(title, 'authentication'), secret())
    .put(keyName(title, 'master'), secret());
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  keys.putPrivate(keyName(title, 'signing'), privateKey);
  const d = Buffer.from(privateKey.export({ format: 'jwk' }).d!, 'base64url').toString('hex');
  const handle = keys.importSecret(secret());
  const cipher = keys.cipher(keyName(title, 'unicast-encryption'), keyName(title, 'authentication'));
  const errors: unknown[] = [];
  for (const attempt of [
    () => keys.unwrap(keyName(title, 'master'), new Uint8Array(24)),
    () => keys.unwrap(keyName(title, 'master'), secret()),
    () => keys.put(keyName(title, 'master'), Uint8Array.of(...secret(), 1)),
    () => cipher.open(0x30, new Uint8Array(12), new Uint8Array(0), secret(), new Uint8Array(12)),
    () => keys.cipher(handle, keys.generate(32)),
    () => keys.agree(keys.ephemeral('P-256'), new Uint8Array(64), { keySize: 16, otherInfo: secret() }),
  ]) {
    assert.throws(attempt, (error) => errors.push(error) > 0);
  }
  assert.equal(errors.length, 6);
  const shown = [keys, handle, cipher, keys.ephemeral('P-256'), privateKey, ...errors]
    .map((value) => inspect(value, { depth: 9, showHidden: true }) + JSON.stringify(value))
    .join('\n');
  const forms = [secretHex, d].flatMap((hex) => {
    const octets = Buffer.from(hex, 'hex');
    return [
      hex,
      hex.toUpperCase(),
      octets.toString('base64'),
      octets.toString('base64url'),
      [...octets].join(','),
      [...octets].join(', '),
    ];
  });
  for (const form of forms) assert.ok(!shown.includes(form.slice(0, 20)), form);
  assert.match(inspect(handle), /size: 16/);
});

test('the store keeps its own copy of a key', () => {
  const octets = secret();
  const keys = new SoftwareKeys().put(keyName(title, 'master'), octets);
  const before = toHex(keys.wrap(keyName(title, 'master'), keys.importSecret(secret())));
  octets.fill(0);
  assert.equal(toHex(keys.wrap(keyName(title, 'master'), keys.importSecret(secret()))), before);
});

test('staged keys are activated together or not at all', () => {
  const names = [keyName(title, 'unicast-encryption'), keyName(title, 'authentication')] as const;
  const keys = new SoftwareKeys();
  for (const name of names) keys.put(name, secret());
  const fingerprint = () => {
    const kek = keys.importSecret(new Uint8Array(16));
    return names.map((name) => toHex(keys.wrap(kek, name))).join();
  };
  const before = fingerprint();
  keys.stage(names[0], keys.generate(16));
  assert.throws(() => keys.activate(names), { code: 'security/key-missing' });
  assert.equal(fingerprint(), before);
  keys.stage(names[1], keys.generate(16));
  keys.activate(names);
  assert.notEqual(fingerprint(), before);
  assert.ok(!keys.has({ ...names[0], slot: 'next' }));
  keys.stage(names[0], keys.generate(16));
  keys.discard(names);
  assert.throws(() => keys.activate(names), { code: 'security/key-missing' });
});

test('a staged key pair takes the place of the current one', () => {
  const keys = new SoftwareKeys();
  const current = keys.generatePair(keyName(title, 'signing'), 'P-256');
  const next = keys.generatePair(keyName(title, 'signing', 'next'), 'P-256');
  assert.equal(toHex(keys.publicKey(keyName(title, 'signing'))), toHex(current));
  keys.activate([keyName(title, 'signing')]);
  assert.equal(toHex(keys.publicKey(keyName(title, 'signing'))), toHex(next));
});

test('handles of another store and wrong kinds of keys are refused', () => {
  const keys = new SoftwareKeys();
  const foreign = { kind: 'secret', size: 16 } as const;
  assert.throws(() => keys.cipher(foreign, undefined), { code: 'security/key-missing' });
  const pair = { kind: 'ephemeral', curve: 'P-256', publicKey: new Uint8Array(64) } as const;
  assert.throws(() => keys.agree(pair, new Uint8Array(64), { keySize: 16, otherInfo: secret() }), {
    code: 'security/key-missing',
  });
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  assert.throws(() => keys.putPrivate(keyName(title, 'signing'), publicKey), {
    code: 'security/key-missing',
  });
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'secp521r1' });
  assert.throws(() => keys.putPrivate(keyName(title, 'signing'), privateKey), {
    code: 'security/public-key',
  });
  assert.throws(() => keys.importSecret(new Uint8Array(24)), { code: 'security/key-size' });
});
