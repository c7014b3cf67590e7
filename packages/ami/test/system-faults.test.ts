/** kill -9 of everything, one after the other: what comes back by itself, what ends with what. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { call } from '../src/processes/management-client.ts';
import { gone, pidOf, processesOf, quick, startSystem, type TestSystem } from './system.ts';

let system: TestSystem;
before(async () => {
  system = await startSystem({ configuration: quick });
});
after(() => system[Symbol.asyncDispose]());

test('a killed component is back by itself, as another process, and the others never noticed', async () => {
  const before = await system.status();
  process.kill(pidOf(before, 'mdms'), 'SIGKILL');
  await system.until('its end is noticed', ({ components }) =>
    components.some(({ component, restarts }) => component === 'mdms' && restarts === 1),
  );
  const afterwards = await system.settled();
  assert.notEqual(pidOf(afterwards, 'mdms'), pidOf(before, 'mdms'));
  for (const { component, pid, restarts, lastEnd } of afterwards.components) {
    if (component === 'mdms') assert.equal(lastEnd, 'SIGKILL');
    else assert.deepEqual([pid, restarts], [pidOf(before, component), 0], component);
  }
});

test('a component that hangs gives no sign of life, is ended and comes back', async () => {
  const before = await system.settled();
  const hung = pidOf(before, 'forecasting');
  process.kill(hung, 'SIGSTOP');
  await system.until('it is replaced', (status) =>
    status.components.some(
      ({ component, pid, state }) => component === 'forecasting' && state === 'running' && pid !== hung,
    ),
  );
  assert.ok(!existsSync(`/proc/${hung}`));
});

test('a killed PostgreSQL is started again, and every component finds back without a restart', async () => {
  const before = await system.settled();
  process.kill(before.store.pid!, 'SIGKILL');
  await system.until('its end is noticed', ({ store }) => store.restarts > 0 || store.state === 'restarting');
  const afterwards = await system.until(
    'everything runs on a new server',
    ({ healthy, store }) => healthy && store.restarts > 0,
  );
  assert.notEqual(afterwards.store.pid, before.store.pid);
  for (const { component, pid } of afterwards.components)
    assert.equal(pid, pidOf(before, component), component);
});

test('each of these ends stands in the audit', async () => {
  const socket = system.layout.componentSocket('log-management');
  for (const [type, object] of [
    ['process.crashed', 'mdms'],
    ['process.unhealthy', 'forecasting'],
    ['store.available', undefined],
  ]) {
    const query = `event=${type}${object === undefined ? '' : `&object=${object}`}`;
    const found = await call<{ records: unknown[] }>(socket, `/audit/search?${query}`, { withinMs: 10_000 });
    assert.ok(found.records.length > 0, type);
  }
});

test('when the supervisor is killed its components end; the next start adopts PostgreSQL', async () => {
  const before = await system.settled();
  const { state } = system;
  process.kill(before.supervisor.pid, 'SIGKILL');
  await system.ended;
  const ends = before.components.map(({ pid }) => pid!);
  const end = performance.now() + 30_000;
  while (processesOf(state).some((pid) => ends.includes(pid))) {
    assert.ok(performance.now() < end, 'components outlive their supervisor');
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
  assert.ok(existsSync(`/proc/${before.store.pid}`), 'PostgreSQL is an orphan now');
  const next = await startSystem({ state });
  const adopted = await next.status();
  assert.equal(adopted.store.pid, before.store.pid);
  assert.equal(adopted.store.epoch, before.store.epoch);
  assert.equal(await next.stop('SIGTERM'), 0);
  await gone(state);
  assert.ok(!existsSync(join(state, 'postgres', 'data', 'postmaster.pid')));
  // What the hook disposes of is this last one.
  system = next;
});
