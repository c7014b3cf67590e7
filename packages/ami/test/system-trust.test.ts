import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { quick, run, startSystem, type TestSystem } from './system.ts';

let system: TestSystem;
let scratch: string;

before(async () => {
  scratch = mkdtempSync(join(tmpdir(), 'wattward-root-'));
  writeFileSync(join(scratch, 'passphrase'), 'long enough for an offline root\n', { mode: 0o600 });
  const enrolment = 'trust:\n  estNames: "localhost 127.0.0.1"\n  estPort: 0\n';
  system = await startSystem({ configuration: `${quick}${enrolment}` });
});
after(async () => {
  await system[Symbol.asyncDispose]();
  rmSync(scratch, { recursive: true, force: true });
});

const wattward = (...words: string[]) => run([...words, '--state', system.state]);
const trustOf = async () =>
  (await system.status()).components.find(({ component }) => component === 'trust')!;

test('without authorities the trust center says what it waits for, and issues nothing', async () => {
  assert.match((await trustOf()).waitsFor ?? '', /certificates init/);
  assert.equal(wattward('certificates', 'authorities').status, 3);
});

test('an offline root makes the authorities of every domain, and the trust center stops waiting', async () => {
  const root = ['--root', join(scratch, 'root'), '--passphrase-file', join(scratch, 'passphrase')];
  const made = run(['certificates', 'init', ...root]);
  assert.equal(made.status, 0, made.stderr);
  const issued = wattward('certificates', 'issue-ca', '--all', ...root);
  assert.equal(issued.status, 0, issued.stderr);
  const authorities = wattward('certificates', 'authorities', '--json');
  assert.equal(authorities.status, 0, authorities.stderr);
  for (const domain of [
    'utility-enterprise',
    'automated-network',
    'communications',
    'utility-edge',
    'premise-edge',
  ]) {
    assert.match(authorities.stdout, new RegExp(`"${domain}"`), domain);
  }
  await system.until('the trust center waits for nothing', ({ components }) =>
    components.some(({ component, waitsFor }) => component === 'trust' && waitsFor === null),
  );
});

test('what the trust center did is in the audit, with intent and outcome, and shows no secret', () => {
  const found = wattward('audit', 'search', '--component', 'trust', '--limit', '200', '--json');
  assert.equal(found.status, 0, found.stderr);
  assert.match(found.stdout, /"intent"/);
  assert.match(found.stdout, /"outcome"/);
  assert.doesNotMatch(found.stdout, /PRIVATE KEY|long enough for an offline root/);
});
