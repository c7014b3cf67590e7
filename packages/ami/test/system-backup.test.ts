/** Backup of a running system, restore into a new state directory, and what a restored system says (2.10.4). */
import assert from 'node:assert/strict';
import { cpSync, existsSync, mkdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gone, newState, quick, run, runJson, startSystem, type TestSystem } from './system.ts';

let system: TestSystem;
let file: string;
before(async () => {
  system = await startSystem({ configuration: quick });
  file = join(system.state, 'monday.wattward');
});
after(() => system[Symbol.asyncDispose]());

/** A new state directory with the keys that a custodian kept. */
function stateWithKeys(): string {
  const state = newState();
  for (const folder of ['secrets', 'keys']) {
    mkdirSync(join(state, folder), { mode: 0o700 });
    cpSync(join(system.state, folder), join(state, folder), { recursive: true });
  }
  return state;
}

test('a running system is backed up to a closed, encrypted file that is never overwritten', () => {
  const made = runJson<{ octets: number }>(['backup', file, '--state', system.state]);
  assert.equal(statSync(file).size, made.octets);
  assert.equal(statSync(file).mode & 0o077, 0);
  assert.equal(readFileSync(file).indexOf('audit_inbox'), -1);
  const again = run(['backup', file, '--state', system.state]);
  assert.equal(again.status, 69);
  assert.equal(statSync(file).size, made.octets);
});

test('restore refuses a running system and a store that is not empty', async () => {
  const running = run(['restore', file, '--state', system.state]);
  assert.equal(running.status, 69);
  assert.match(running.stderr, /runs a wattward/);
  assert.equal(await system.stop(), 0);
  const full = run(['restore', file, '--state', system.state]);
  assert.equal(full.status, 77);
  assert.match(full.stderr, /already holds/);
});

test('a stopped system can be backed up too', async () => {
  const stopped = join(system.state, 'stopped.wattward');
  assert.equal(run(['backup', stopped, '--state', system.state]).status, 0);
  assert.ok(statSync(stopped).size > 0);
  await gone(system.state);
});

test('without the keys nothing opens, and the attempt leaves an empty store', async () => {
  const state = newState();
  const refused = run(['restore', file, '--state', state]);
  assert.equal(refused.status, 77, refused.stderr);
  assert.ok(!existsSync(join(state, 'postgres', 'data', 'postmaster.pid')));
  const damaged = run(['restore', '/etc/hostname', '--state', stateWithKeys()]);
  assert.equal(damaged.status, 77);
  assert.match(damaged.stderr, /not a sealed file/);
});

test('a restored system runs in a new epoch and says what is void', async () => {
  const state = stateWithKeys();
  const answer = runJson<{ epoch: number; void: string[] }>(['restore', file, '--state', state]);
  assert.equal(answer.epoch, 2);
  assert.ok(answer.void.some((what) => /counters/.test(what)));
  await using restored = await startSystem({ state, configuration: quick });
  const { store, components } = await restored.status();
  assert.equal(store.epoch, 2);
  for (const { component, epoch } of components)
    if (component !== 'witness') assert.equal(epoch, 2, component);
});
