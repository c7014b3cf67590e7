import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import test, { after, before } from 'node:test';
import { fileURLToPath } from 'node:url';
import { readRequest } from '../src/trust/authority/read.ts';
import { newRequest } from '../src/trust/authority/request.ts';
import { GuardedKeys } from '../src/trust/guarded-keys.ts';
import { Pkcs11Keys } from '../src/trust/pkcs11-keys.ts';
import { code, installAll, officer, trustFixture } from './trust-fixture.ts';

const library = '/usr/lib/softhsm/libsofthsm2.so';
const pin = '90210417';
const builder = fileURLToPath(new URL('../../../tools/build-pkcs11.mjs', import.meta.url));

/** The folder of pkcs11js: installed, or named for a try of another version. */
function packageFolder(): string | undefined {
  const named = process.env['WATTWARD_PKCS11JS'];
  if (named !== undefined) return named;
  try {
    return dirname(createRequire(import.meta.url).resolve('pkcs11js/package.json'));
  } catch {
    return undefined;
  }
}

function missing(): string | false {
  if (packageFolder() === undefined) return 'the npm package pkcs11js is not installed';
  const lacks = [
    [library, 'softhsm2'],
    ['/usr/bin/softhsm2-util', 'softhsm2'],
    ['/usr/bin/g++', 'g++'],
  ].filter(([path]) => !existsSync(path!));
  return lacks.length === 0
    ? false
    : `Debian packages are not installed: ${[...new Set(lacks.map(([, name]) => name))].join(' ')}`;
}

const skip = missing();
let folder = '';
let keys: Pkcs11Keys;

function openModule(more: Partial<ConstructorParameters<typeof Pkcs11Keys>[0]> = {}): Pkcs11Keys {
  return new Pkcs11Keys({
    library,
    token: 'wattward-test',
    pin,
    environment: { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') },
    addon: packageFolder()!,
    ...more,
  });
}

before(() => {
  if (skip !== false) return;
  execFileSync(process.execPath, [builder, packageFolder()!], { stdio: ['ignore', 'ignore', 'inherit'] });
  folder = mkdtempSync(join(tmpdir(), 'wattward-hsm-'));
  mkdirSync(join(folder, 'tokens'));
  writeFileSync(
    join(folder, 'softhsm2.conf'),
    `directories.tokendir = ${join(folder, 'tokens')}\nobjectstore.backend = file\nlog.level = ERROR\n`,
  );
  execFileSync(
    'softhsm2-util',
    ['--init-token', '--free', '--label', 'wattward-test', '--pin', pin, '--so-pin', pin],
    {
      env: { SOFTHSM2_CONF: join(folder, 'softhsm2.conf') },
      stdio: 'ignore',
    },
  );
  keys = openModule();
});
after(async () => {
  await keys?.close();
  if (folder !== '') rmSync(folder, { recursive: true, force: true });
});

test('keys in a token sign, wrap and derive as those in files do', { skip }, async () => {
  const message = Buffer.from('message');
  for (const [name, purpose, hash] of [
    ['small', 'sign', 'sha256'],
    ['large', 'sign-384', 'sha384'],
  ] as const) {
    const made = await keys.generate(name, purpose);
    const key = createPublicKey({ key: Buffer.from(made.publicKey!), format: 'der', type: 'spki' });
    const signature = await keys.sign(name, message);
    assert.equal(verify(hash, message, { key, dsaEncoding: 'ieee-p1363' }, signature), true);
    assert.equal(verify(hash, Buffer.from('other'), { key, dsaEncoding: 'ieee-p1363' }, signature), false);
  }
  await keys.generate('kek', 'wrap');
  for (const octets of [16, 24, 32, 48]) {
    const secret = randomBytes(octets);
    const wrapped = await keys.wrap('kek', secret);
    assert.equal(wrapped.length, octets + 8);
    assert.deepEqual(Buffer.from(await keys.unwrap('kek', wrapped)), secret);
    wrapped[2]! ^= 1;
    await assert.rejects(keys.unwrap('kek', wrapped), code('trust/wrong-key'));
  }
  await keys.generate('drv', 'derive');
  const one = Buffer.from(await keys.derive('drv', 'a'));
  assert.equal(one.length, 32);
  assert.deepEqual(Buffer.from(await keys.derive('drv', 'a')), one);
  assert.notDeepEqual(Buffer.from(await keys.derive('drv', 'b')), one);
});

test('Ed25519 works or is said to be missing', { skip }, async () => {
  try {
    const made = await keys.generate('log', 'sign-log');
    const key = createPublicKey({ key: Buffer.from(made.publicKey!), format: 'der', type: 'spki' });
    assert.equal(verify(null, Buffer.from('x'), key, await keys.sign('log', Buffer.from('x'))), true);
  } catch (error) {
    code('trust/module-unsupported')(error);
  }
});

test('a key does only what it is for, has its name alone, and is gone when destroyed', { skip }, async () => {
  await assert.rejects(keys.generate('small', 'sign'), code('trust/key-exists'));
  await assert.rejects(keys.sign('kek', Buffer.alloc(1)), code('trust/no-key'));
  await assert.rejects(keys.wrap('small', Buffer.alloc(16)), code('trust/no-key'));
  await assert.rejects(keys.derive('kek', 'x'), code('trust/no-key'));
  await assert.rejects(keys.describe('nobody'), code('trust/no-key'));
  await assert.rejects(keys.describe('../x'), code('trust/no-key'));
  await keys.generate('brief', 'sign');
  await keys.destroy('brief');
  await assert.rejects(keys.sign('brief', Buffer.alloc(1)), code('trust/no-key'));
  const listed = await keys.list();
  for (const name of ['drv', 'kek', 'large', 'small'])
    assert.ok(
      listed.some((each) => each.name === name),
      name,
    );
  assert.ok(listed.every(({ createdAt }) => Math.abs(createdAt.getTime() - Date.now()) < 60_000));
});

test('keys are there for the next process, and only with the PIN', { skip }, async () => {
  const again = openModule();
  assert.equal((await again.describe('small')).purpose, 'sign');
  await again.close();
  await assert.rejects(openModule({ pin: '00000000' }).list(), code('trust/module-unavailable'));
  await assert.rejects(openModule({ token: 'other' }).list(), code('trust/module-unavailable'));
  await assert.rejects(openModule({ library: '/nonexistent.so' }).list(), code('trust/module-unavailable'));
});

test('a module that dies or hangs takes nobody with it, and comes back', { skip }, async () => {
  const module = openModule({ configured: { 'trust.moduleAnswerSeconds': 3 } });
  const guarded = new GuardedKeys(module);
  await guarded.sign('small', Buffer.from('x'));
  process.kill(module.hostPid!, 'SIGSTOP');
  await assert.rejects(guarded.sign('small', Buffer.from('x')), code('trust/module-unavailable'));
  assert.equal((await guarded.sign('small', Buffer.from('x'))).length, 64);
  const lost = guarded.sign('small', Buffer.from('x'));
  process.kill(module.hostPid!, 'SIGKILL');
  await lost.catch(code('trust/module-unavailable'));
  assert.equal((await guarded.sign('small', Buffer.from('x'))).length, 64);
  await module.close();
});

test('the authorities work with their keys in a token', { skip }, async () => {
  await using trust = await trustFixture({ authorities: false, keys: new GuardedKeys(keys) });
  await installAll(trust.authority, trust.root);
  const { request } = newRequest({ holder: { component: 'head-end' } });
  const { info } = readRequest(request).publicKey;
  const issued = await trust.authority.issue({
    kind: 'tls',
    holder: { component: 'head-end' },
    publicKey: info,
    actor: officer,
  });
  await trust.authority.revoke(issued.serial, 'superseded', officer);
});
