/** An external database that comes and goes; a volume that is full or read-only: what stops, what is said, what recovers. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { closeSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { connect } from '../src/store/database.ts';
import { startPostgres } from '../src/store/postgres-server.ts';
import { testServer } from './postgres.ts';
import { isRoot, newState, quick, run, startSystem } from './system.ts';

test('the same start against an external DATABASE_URL, which goes away and comes back', async () => {
  await using external = await testServer();
  const { administrator } = external.server;
  const client = await connect(administrator);
  await client.query('CREATE DATABASE ami');
  await client.end();
  const { host, user, password } = administrator;
  const url = `postgresql://${user}:${password}@localhost/ami?host=${encodeURIComponent(host)}`;
  await using system = await startSystem({ configuration: quick, environment: { DATABASE_URL: url } });
  const before = await system.status();
  assert.equal(before.store.kind, 'external');
  assert.equal(before.store.pid, null);
  for (const { pid } of before.components) assert.ok(pid);
  await external.server.stop(5_000);
  const away = await system.until('components wait for the database', ({ components }) =>
    components.every(
      ({ component, state, waitsFor }) =>
        component === 'witness' || (state === 'waiting' && waitsFor === 'database'),
    ),
  );
  assert.equal(away.healthy, false);
  assert.equal(run(['status', '--state', system.state]).status, 3);
  const backup = run(['backup', join(system.state, 'x.wattward'), '--state', system.state]);
  assert.equal(backup.status, 69, 'what needs a record or the store is refused');
  assert.equal(
    run(['self-test', 'mdms', '--state', system.state]).status,
    0,
    'what makes things safer is not',
  );
  const again = await startPostgres({ state: external.state });
  const afterwards = await system.settled();
  assert.deepEqual(
    afterwards.components.map(({ pid }) => pid),
    before.components.map(({ pid }) => pid),
  );
  assert.equal(await system.stop(), 0);
  await (await connect(administrator)).end();
  await again.stop(5_000);
});

test('a DATABASE_URL that leads nowhere stops the start, and its password is not repeated', async () => {
  const url = 'postgresql://someone:hunter2@localhost/ami?host=%2Fnowhere';
  await using system = await startSystem({ environment: { DATABASE_URL: url }, unsettled: true });
  assert.equal((await system.ended).code, 69);
  assert.match(system.output, /cannot be reached/);
  assert.doesNotMatch(system.output, /hunter2/);
});

/** A small file system of its own at the state directory, or why there can be none. */
function smallVolume(state: string, size: string): string | undefined {
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size},mode=711`, 'tmpfs', state], {
    encoding: 'utf8',
  });
  return mounted.status === 0
    ? undefined
    : `hardware: no tmpfs can be mounted on this machine: ${mounted.stderr?.trim()}`;
}

test('a full volume: audit stops and says so, nothing is torn, and with room everything goes on', {
  skip: !isRoot && 'needs root',
}, async (t) => {
  const state = newState();
  const hindrance = smallVolume(state, '192m');
  if (hindrance !== undefined) return t.skip(hindrance);
  try {
    const system = await startSystem({ state, configuration: quick });
    try {
      const ballast = join(state, 'ballast');
      fill(ballast);
      // Each look at the status is itself a record: looked at often enough, the store must grow and cannot.
      await system.until('the audit cannot be written', ({ supervisor }) => supervisor.auditAway);
      const backup = run(['backup', '/tmp/never.wattward', '--state', state]);
      assert.equal(backup.status, 69);
      assert.match(backup.stderr, /No space left|could not be committed|cannot be reached/);
      await system.shows(/audit alert/);
      await system.shows(/state directory is \d+ % full/);
      rmSync(ballast);
      await system.until(
        'with room everything runs',
        ({ healthy, supervisor }) => healthy && !supervisor.auditAway,
      );
      assert.equal(await system.stop(), 0);
    } finally {
      if (system.child.exitCode === null) await system.stop('SIGKILL');
    }
    spawnSync('mount', ['-o', 'remount,ro', state]);
    const refused = run(['up', '--state', state]);
    assert.equal(refused.status, 69, refused.stderr);
    assert.match(refused.stderr, /cannot be used: EROFS/);
  } finally {
    spawnSync('umount', ['-l', state]);
    rmSync(state, { recursive: true, force: true });
  }
});

function fill(path: string): void {
  const file = openSync(path, 'w');
  const block = Buffer.alloc(65_536, 1);
  try {
    for (;;) writeSync(file, block);
  } catch (error) {
    assert.equal((error as NodeJS.ErrnoException).code, 'ENOSPC');
  } finally {
    closeSync(file);
  }
}
