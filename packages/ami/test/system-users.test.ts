/** The same start as an ordinary user, under npm, and from a clone that the components' users cannot read. */
import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { cloneRoot } from '../src/processes/code.ts';
import { gone, isRoot, newState, pidOf, quick, run, startSystem } from './system.ts';

const nobody = { uid: 65_534, gid: 65_534 };

test('as an ordinary user everything runs as that user, and status says what is missing', {
  skip: !isRoot && 'needs root',
}, async () => {
  await using system = await startSystem({ user: nobody, configuration: quick });
  const status = await system.status();
  assert.match(status.supervisor.isolation, /one user for all/);
  for (const { component } of status.components) {
    assert.equal(statSync(`/proc/${pidOf(status, component)}`).uid, nobody.uid, component);
  }
  assert.equal(statSync(`/proc/${status.store.pid}`).uid, nobody.uid);
  assert.equal(run(['status', '--state', system.state], { user: nobody }).status, 0);
  const stranger = run(['status', '--state', system.state], { user: { uid: 60_001, gid: 60_001 } });
  assert.equal(stranger.status, 69);
  assert.match(stranger.stderr, /only its owner and root/);
  assert.equal(await system.stop('SIGTERM'), 0);
  await gone(system.state);
});

test('from a closed clone components run from a copy below the state directory', {
  skip: !isRoot && 'needs root',
}, async () => {
  const closed = mkdtempSync(join(tmpdir(), 'wattward-clone-'));
  try {
    // As npm left it, but for the packages of others, which are reached by a link.
    mkdirSync(join(closed, 'packages'));
    for (const name of ['ami', 'profile', 'cosem']) {
      const [from, to] = [join(cloneRoot, 'packages', name), join(closed, 'packages', name)];
      mkdirSync(to);
      for (const part of ['package.json', 'src', ...(name === 'ami' ? ['bin'] : [])])
        cpSync(join(from, part), join(to, part), { recursive: true });
    }
    for (const part of ['tools', 'package.json', 'package-lock.json'])
      cpSync(join(cloneRoot, part), join(closed, part), { recursive: true });
    symlinkSync(join(cloneRoot, 'node_modules'), join(closed, 'node_modules'));
    const state = newState();
    const commandLine = [join(closed, 'packages/ami/bin/wattward'), 'up', '--state', state];
    await using system = await startSystem({ state, configuration: quick, commandLine });
    const status = await system.status();
    const words = readFileSync(`/proc/${pidOf(status, 'mdms')}/cmdline`, 'utf8');
    assert.ok(words.includes(join(state, 'code')), words);
    assert.ok(!words.includes(closed));
    assert.equal(await system.stop(), 0);
  } finally {
    rmSync(closed, { recursive: true });
  }
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  test(`${signal} to npm alone leaves nothing running`, async () => {
    const state = newState();
    // Without prestart, which would install into the clone that this test runs from.
    const commandLine = ['npm', 'start', '--ignore-scripts', '--', '--state', state];
    const environment = { npm_config_update_notifier: 'false', npm_config_cache: join(state, 'npm') };
    await using system = await startSystem({ state, configuration: quick, commandLine, environment });
    await system.shows(/PostgreSQL/);
    await system.stop(signal);
    await gone(state);
    assert.match(
      readFileSync(join(system.layout.log, 'supervisor.log'), 'utf8').trimEnd(),
      /"msg":"stopped"}$/,
    );
  });
}
