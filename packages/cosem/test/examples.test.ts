/** The examples run as README shows them, against each other. */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { cosem } from './command.ts';

const folder = join(import.meta.dirname, '..', 'examples');
const password = 'a password of the test';

interface Run {
  readonly child: ChildProcess;
  readonly out: () => string;
  readonly ended: Promise<number | null>;
}

function start(file: string, args: readonly string[] = [], env: Record<string, string> = {}): Run {
  const child = spawn(process.execPath, ['-C', 'source', join(folder, file), ...args], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let out = '';
  child.stdout!.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.on('close', resolve));
  return { child, out: () => out, ended };
}

async function portOf({ out, child }: Run): Promise<string> {
  while (child.exitCode === null) {
    const port = /listening[^\n]*:(\d+)\n/.exec(out())?.[1];
    if (port !== undefined) return port;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`it ended before it listened: ${out()}`);
}

test('decode a telegram', async () => {
  const { out, ended } = start('decode-a-telegram.ts');
  assert.equal(await ended, 0);
  assert.match(out(), /^skipped 6 octets: link\//m);
  assert.match(out(), /^1\.0\.1\.7\.0\.255 Active power import .* 1362 W$/m);
  assert.match(out(), /^1\.0\.32\.7\.0\.255 .* 231\.2 V$/m);
});

test('read a meter', async () => {
  const ending = new AbortController();
  const port = Promise.withResolvers<string>();
  const served = cosem(['serve', '--port', '0', '--open'], {
    signal: ending.signal,
    onOut: (text) => port.resolve(/:(\d+)\n/.exec(text)![1]!),
  });
  const { out, ended } = start('read-a-meter.ts', ['127.0.0.1', await port.promise]);
  assert.equal(await ended, 0);
  assert.match(out(), /^import: \d+ Wh$/m);
  assert.match(out(), /^\d{4}-\d\d-\d\dw\dT.* - - \d+ Wh \d+ Wh \d+ varh \d+\.\d V$/m);
  ending.abort();
  assert.equal((await served).code, 0);
});

test('be a meter', async () => {
  const meter = start('be-a-meter.ts', ['0'], { METER_PASSWORD: password });
  try {
    const address = `127.0.0.1:${await portOf(meter)}`;
    const codes = ['1.0.1.8.0.255', '0.0.96.1.0.255', '0.0.1.0.0.255'];
    const words = ['read', address, ...codes, '--client', '1', '--auth', 'low', '--secret'];
    const { code, out, err } = await cosem([...words, 'env:PW'], { env: { PW: password } });
    assert.equal(code, 0, err);
    assert.match(out, /: \d+ Wh\n/);
    assert.match(out, /"EXAMPLE-1"/);
    assert.equal((await cosem([...words, 'env:PW'], { env: { PW: 'another' } })).code, 77);
  } finally {
    meter.child.kill('SIGINT');
  }
  assert.equal(await meter.ended, 0);
});

test('README names only what is exported', async () => {
  const readme = readFileSync(join(folder, '..', 'README.md'), 'utf8');
  const table = readme.slice(readme.indexOf('## API'));
  const exported: Readonly<Record<string, unknown>> = await import('../src/index.ts');
  const rows = table.split('\n').filter((line) => line.startsWith('| '));
  const names = rows.flatMap((row) => [...row.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
  assert.ok(names.length > 30);
  for (const name of names) assert.ok(name in exported, name);
});
