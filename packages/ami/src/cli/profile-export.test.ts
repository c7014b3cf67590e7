import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { csvTables, oscalProblems } from '@wattward/profile';
import { runCli } from './program.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattward-export-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(['profile', ...args], {
    stdout: { write: (text) => (out += text), columns: 100 },
    stderr: { write: (text) => (err += text) },
    env: {},
  });
  return { code, out, err };
}

test('JSON and one CSV table go to standard output', async () => {
  assert.equal(JSON.parse((await run('export')).out).format, 'wattward-profile');
  const { code, out } = await run('export', '--format', 'csv', '--table', 'parameters');
  assert.equal(code, 0);
  assert.match(out, /^id,title,clause,unit,/);
});

test('a folder gets every table, or the catalog and a profile of each component and part', async () => {
  const tables = join(folder, 'tables/');
  const answer = await run('export', '--format', 'csv', '--out', tables, '--json');
  assert.equal(answer.code, 0, answer.err);
  assert.deepEqual(readdirSync(tables).sort(), csvTables.map((name) => `${name}.csv`).sort());
  assert.equal(JSON.parse(answer.out).files.length, csvTables.length);
  const oscal = join(folder, 'oscal/');
  assert.equal((await run('export', '--format', 'oscal', '--out', oscal)).code, 0);
  const read = (name: string) => JSON.parse(readFileSync(join(oscal, name), 'utf8'));
  const catalog = read('catalog.json');
  assert.deepEqual(oscalProblems(catalog), []);
  const profiles = readdirSync(oscal).filter((name) => name.startsWith('profile-'));
  assert.equal(profiles.length, 15);
  for (const name of profiles) assert.deepEqual(oscalProblems(read(name), catalog), [], name);
});

test('one OSCAL profile by name', async () => {
  const { out } = await run('export', '--format', 'oscal', '--component', 'AMI Head End');
  assert.match(JSON.parse(out).profile.metadata.title, /^AMI Head End:/);
});

test('the drawing goes to standard output or to a file', async () => {
  assert.match((await run('diagram')).out, /^<svg /);
  const file = join(folder, 'full.svg');
  const { code, out } = await run('diagram', '--perspective', 'full', '--out', file, '--json');
  assert.equal(code, 0);
  const text = readFileSync(file, 'utf8');
  assert.match(text, /<g id="badge-59">/);
  assert.deepEqual(JSON.parse(out), { file, octets: Buffer.byteLength(text) });
  assert.match((await run('diagram', '--extensions')).out, /box-log-management/);
});

test('what was typed wrong says what there is', async () => {
  for (const [args, code, message] of [
    [['export', '--format', 'xml'], 2, /there are json, csv, oscal and nftables/],
    [['export', '--format', 'csv'], 2, /--table/],
    [['export', '--format', 'csv', '--table', 'nothing'], 1, /There are components, actors/],
    [['export', '--format', 'oscal', '--component', 'cis'], 1, /cis is no component/],
    [['export', '--out', join(folder, 'none', 'x.json')], 69, /cannot write/],
    [['diagram', '--perspective', 'side'], 2, /internal and full/],
    [['diagram', '--perspective', 'full', '--extensions'], 2, /goes with --perspective internal/],
  ] as const) {
    const result = await run(...args);
    assert.equal(result.code, code, `${args.join(' ')}: ${result.err}`);
    assert.match(result.err, message);
  }
});
