/** What a system is while it runs: processes, users, secrets, fences; and how it starts and stops. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { after, before, test } from 'node:test';
import { catalogue } from '../src/processes/catalogue.ts';
import { call, callStream } from '../src/processes/management-client.ts';
import type { SystemStatus } from '../src/processes/supervisor-view.ts';
import {
  gone,
  isRoot,
  newState,
  pidOf,
  processesOf,
  quick,
  run,
  startSystem,
  type TestSystem,
} from './system.ts';

let system: TestSystem;
before(async () => {
  system = await startSystem({
    configuration: quick,
    environment: { SECRET_OF_MINE: 'hunter2-in-the-environment' },
  });
});
after(() => system[Symbol.asyncDispose]());

const wattward = (...words: string[]) => run([...words, '--state', system.state]);

test('every component of the catalogue is a process of its own, and status shows it', async () => {
  const { status, stdout } = wattward('status', '--json');
  assert.equal(status, 0);
  const { components, supervisor, store, healthy } = JSON.parse(stdout) as SystemStatus;
  assert.ok(healthy);
  assert.deepEqual(components.map(({ component }) => component).sort(), catalogue.map(({ id }) => id).sort());
  const pids = components.map(({ pid }) => pid);
  assert.equal(new Set([...pids, supervisor.pid, store.pid]).size, components.length + 2);
  for (const { component, epoch, memoryOctets, selfTest } of components) {
    if (component !== 'witness') assert.equal(epoch, 1, component);
    assert.ok(memoryOctets! > 1e6 && selfTest!.passed, component);
  }
  const shown = wattward('status').stdout;
  assert.match(shown, /head-end +running .*ground only/);
  assert.match(shown, /log-management +running/);
});

test('as root each component has a user of its own', { skip: !isRoot && 'needs root' }, async () => {
  const { components } = await system.status();
  const uids = components.map(({ pid }) => statSync(`/proc/${pid}`).uid);
  assert.equal(new Set(uids).size, components.length);
  assert.ok(!uids.includes(0));
  assert.deepEqual(
    uids,
    components.map(({ uid }) => uid),
  );
  for (const { pid } of components) {
    assert.match(readFileSync(`/proc/${pid}/status`, 'utf8'), /^Groups:\s*$/m, 'no supplementary groups');
  }
});

test('no secret stands in a command line or an environment', async () => {
  const { components } = await system.status();
  const secrets = ['postgres-administrator', 'master-supervisor', 'master-mdms'].map((name) =>
    readFileSync(join(system.layout.secrets, name), 'utf8').trim(),
  );
  for (const { pid, component } of components) {
    const environment = readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').filter(Boolean);
    // Node itself adds where the IPC channel is.
    const own = environment.filter((entry) => !entry.startsWith('NODE_CHANNEL_'));
    assert.deepEqual(own, ['TZ=UTC'], component);
  }
  for (const pid of processesOf(system.state)) {
    const shown = readFileSync(`/proc/${pid}/cmdline`, 'utf8') + readFileSync(`/proc/${pid}/environ`, 'utf8');
    for (const secret of secrets) assert.ok(!shown.includes(secret), `process ${pid}`);
  }
  const logs = readFileSync(join(system.layout.log, 'supervisor.log'), 'utf8');
  for (const secret of secrets) assert.ok(!logs.includes(secret));
});

test('the permission model keeps a component’s code to its own folders', async () => {
  const { components } = await system.status();
  const pid = components.find(({ component }) => component === 'mdms')!.pid;
  const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
  const script = `
    const fs = require('node:fs');
    const tried = {};
    const attempt = (name, work) => { try { work(); tried[name] = 'allowed'; } catch (error) { tried[name] = error.code; } };
    attempt('own', () => fs.readdirSync(${JSON.stringify(system.layout.folders('mdms').own)}));
    attempt('other', () => fs.readdirSync(${JSON.stringify(system.layout.folders('head-end').own)}));
    attempt('secrets', () => fs.readdirSync(${JSON.stringify(system.layout.secrets)}));
    attempt('passwd', () => fs.readFileSync('/etc/passwd'));
    attempt('code', () => fs.writeFileSync(${JSON.stringify(join(import.meta.dirname, 'x'))}, 'x'));
    attempt('child', () => require('node:child_process').spawnSync('/bin/true'));
    attempt('worker', () => new (require('node:worker_threads').Worker)('0', { eval: true }));
    console.log(JSON.stringify(tried));`;
  // The same flags as the component's own process; only the program differs.
  const flags = words.slice(
    1,
    words.findIndex((word) => word.endsWith('.ts')),
  );
  assert.ok(flags.includes('--permission'));
  const { stdout } = spawnSync(words[0]!, [...flags, '-e', script], { encoding: 'utf8', cwd: '/' });
  const denied = 'ERR_ACCESS_DENIED';
  assert.deepEqual(JSON.parse(stdout), {
    ...{
      own: 'allowed',
      other: denied,
      secrets: denied,
      passwd: denied,
      code: denied,
      child: denied,
      worker: denied,
    },
  });
});

test('as root another component’s user cannot enter its folders or sockets', {
  skip: !isRoot && 'needs root',
}, async () => {
  const { components } = await system.status();
  const { uid } = components.find(({ component }) => component === 'head-end')!;
  const mine = system.layout.folders('mdms');
  for (const path of [mine.own, mine.keys, mine.run, system.layout.secrets, system.layout.log]) {
    const tried = spawnSync('ls', [path], { uid: uid!, gid: uid! });
    assert.notEqual(tried.status, 0, path);
  }
});

test('management sockets answer health and metrics, and nobody else may connect', async () => {
  for (const component of ['supervisor', 'mdms', 'log-management', 'witness']) {
    const socket = system.layout.componentSocket(component);
    const file = component === 'supervisor' ? socket : system.layout.managementSocket(component);
    assert.equal(statSync(file).mode & 0o777, 0o600, component);
    const health = await call<{ healthy: boolean }>(socket, '/health', { withinMs: 5000 });
    assert.equal(health.healthy, true, component);
    const metrics = await text(await callStream(socket, '/metrics', { withinMs: 5000 }));
    assert.match(metrics, /^process_resident_memory_bytes \d+$/m, component);
    for (const line of metrics.trimEnd().split('\n')) {
      assert.match(
        line,
        /^(# (HELP|TYPE) \w+ .+|\w+(\{\w+="[^"]*"(,\w+="[^"]*")*\})? [-+.\de]+)$/,
        component,
      );
    }
  }
});

test('a drill puts one component into its safe state; a passed self-test lets it out', async () => {
  const drill = wattward('self-test', 'draacs', '--drill', '--json');
  assert.equal(drill.status, 1);
  const safe = await system.until('safe state', ({ components }) =>
    components.some(({ component, state }) => component === 'draacs' && state === 'safe'),
  );
  assert.equal(safe.healthy, false);
  assert.equal(wattward('status').status, 3);
  assert.equal(wattward('self-test').status, 0);
  await system.settled();
  assert.equal(wattward('self-test', 'nonsense').status, 1);
});

test('a second start on the same state directory says so and harms nothing', async () => {
  const before = await system.status();
  const second = wattward('up');
  assert.equal(second.status, 69);
  assert.match(second.stderr, /runs a wattward on/);
  const restore = wattward('restore', '/etc/hostname');
  assert.equal(restore.status, 69);
  const afterwards = await system.status();
  assert.deepEqual(
    afterwards.components.map(({ pid }) => pid),
    before.components.map(({ pid }) => pid),
  );
});

test('a wrong configuration stops the start with line and permitted range', async () => {
  const state = newState();
  const wrong = await startSystem({
    state,
    configuration: '# mine\nprocess:\n  logFiles: 0\n',
    unsettled: true,
  });
  assert.equal((await wrong.ended).code, 2);
  await wrong.shows(/line 3, column 13: process\.logFiles: 0 is not permitted: 1 to 1000/);
  assert.ok(!existsSync(join(state, 'postgres')), 'nothing was started');
  await wrong[Symbol.asyncDispose]();
});

test('without a system status says so', async () => {
  const nothing = run(['status', '--state', join(system.state, 'nowhere')]);
  assert.equal(nothing.status, 69);
  assert.match(nothing.stderr, /no wattward answers/);
});

test('stop takes everything down in order, PostgreSQL included, and the exit code is 0', async () => {
  const status = await system.status();
  const stopped = wattward('stop');
  assert.equal(stopped.status, 0, stopped.stderr);
  assert.deepEqual(await system.ended, { code: 0, signal: null });
  await gone(system.state);
  assert.ok(!existsSync(`/proc/${pidOf(status, 'mdms')}`));
  assert.ok(
    !existsSync(join(system.state, 'postgres', 'data', 'postmaster.pid')),
    'PostgreSQL ended in order',
  );
  assert.match(readFileSync(join(system.layout.log, 'mdms.log'), 'utf8'), /"msg":"stopped"/);
  assert.equal(run(['status', '--state', system.state]).status, 69);
});
