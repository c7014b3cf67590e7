import assert from 'node:assert/strict';
import { createPublicKey, randomBytes, verify } from 'node:crypto';
import { chmodSync, cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { WattwardError } from '../base/errors.ts';
import { FileKeys, masterKeyFile } from './file-keys.ts';
import { open, seal } from './sealed-file.ts';
import { runSelfTest } from './self-test.ts';

function keysIn(folder: string): FileKeys {
  return new FileKeys(join(folder, 'keys'), masterKeyFile(join(folder, 'master')));
}

async function scratch(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'wattward-trust-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function* inParts(octets: Buffer, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
}

test('the self-test passes here, and a wrong answer or an exception fails it', () => {
  assert.deepEqual(
    runSelfTest().filter((result) => !result.passed),
    [],
  );
  assert.ok(runSelfTest().length >= 6);
  const broken = runSelfTest([
    { name: 'wrong', source: '', holds: () => false },
    {
      name: 'absent',
      source: '',
      holds: () => {
        throw new Error('no such algorithm');
      },
    },
  ]);
  assert.deepEqual(
    broken.map((result) => result.passed),
    [false, false],
  );
});

test('keys sign, survive a restart, and do only what they are for', () =>
  scratch(async (folder) => {
    const { publicKey } = await keysIn(folder).generate('log', 'sign-log');
    await keysIn(folder).generate('kek', 'wrap');
    const again = keysIn(folder);
    const message = randomBytes(100);
    const key = createPublicKey({ key: Buffer.from(publicKey!), format: 'der', type: 'spki' });
    assert.ok(verify(null, message, key, await again.sign('log', message)));
    assert.deepEqual(
      (await again.list()).map(({ name }) => name),
      ['kek', 'log'],
    );
    await assert.rejects(again.sign('kek', message), code('trust/no-key'));
    await assert.rejects(again.wrap('log', randomBytes(16)), code('trust/no-key'));
    await assert.rejects(again.sign('other', message), code('trust/no-key'));
    await assert.rejects(again.sign('../../etc/passwd', message), code('trust/no-key'));
    await assert.rejects(again.generate('log', 'sign-log'), code('trust/key-exists'));
    await again.destroy('log');
    await assert.rejects(again.sign('log', message), code('trust/no-key'));
  }));

test('a copied key folder opens nothing without its master key', () =>
  scratch(async (folder) => {
    await keysIn(folder).generate('kek', 'wrap');
    const stolen = join(folder, 'elsewhere');
    cpSync(join(folder, 'keys'), join(stolen, 'keys'), { recursive: true });
    await assert.rejects(keysIn(stolen).wrap('kek', randomBytes(16)), code('trust/wrong-key'));
  }));

test('key files are private, and one that others may read is refused', () =>
  scratch(async (folder) => {
    await keysIn(folder).generate('kek', 'wrap');
    const file = join(folder, 'keys', 'kek.json');
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.equal(statSync(join(folder, 'master')).mode & 0o777, 0o600);
    chmodSync(file, 0o640);
    await assert.rejects(keysIn(folder).wrap('kek', randomBytes(16)), code('trust/key-file'));
    assert.equal(readdirSync(join(folder, 'keys')).length, 1);
    assert.doesNotMatch(readFileSync(file, 'utf8'), /PRIVATE/);
  }));

test('a sealed file comes back whole, whatever its size and however it is cut', () =>
  scratch(async (folder) => {
    const keys = keysIn(folder);
    await keys.generate('backup', 'wrap');
    for (const size of [0, 1, 65_535, 65_536, 65_537, 131_072, 300_001]) {
      const plain = randomBytes(size);
      const sealed = await collect(seal(inParts(plain, 10_007), keys, 'backup', 'test'));
      assert.deepEqual(
        await collect(open(inParts(sealed, 4_099), keys, 'backup', 'test')),
        plain,
        `${size} octets`,
      );
    }
  }));

test('a sealed file that was altered, cut, reordered or opened in another context is refused', () =>
  scratch(async (folder) => {
    const keys = keysIn(folder);
    await keys.generate('backup', 'wrap');
    await keys.generate('other', 'wrap');
    const plain = randomBytes(200_000);
    const sealed = await collect(seal(inParts(plain, 65_536), keys, 'backup', 'test'));
    const chunk = 65_536 + 16;
    const head = sealed.length - (3 * chunk + 200_000 - 3 * 65_536 + 16);
    const opening = (octets: Buffer, key = 'backup', context = 'test') =>
      collect(open(inParts(octets, 8_192), keys, key, context));
    assert.equal((await opening(sealed)).length, 200_000);
    for (const at of [0, 20, head - 1, head, head + chunk, sealed.length - 1]) {
      const altered = Buffer.from(sealed);
      altered[at]! ^= 1;
      await assert.rejects(opening(altered), code('trust/wrong-key'), `octet ${at}`);
    }
    for (const length of [0, 10, head, head + chunk, head + 2 * chunk, sealed.length - 1]) {
      await assert.rejects(opening(sealed.subarray(0, length)), code('trust/wrong-key'), `cut to ${length}`);
    }
    const swapped = Buffer.concat([
      sealed.subarray(0, head),
      sealed.subarray(head + chunk, head + 2 * chunk),
      sealed.subarray(head, head + chunk),
      sealed.subarray(head + 2 * chunk),
    ]);
    await assert.rejects(opening(swapped), code('trust/wrong-key'));
    await assert.rejects(
      opening(Buffer.concat([sealed, sealed.subarray(head, head + chunk)])),
      code('trust/wrong-key'),
    );
    await assert.rejects(opening(sealed, 'other'), code('trust/wrong-key'));
    await assert.rejects(opening(sealed, 'backup', 'another store'), code('trust/wrong-key'));
  }));
