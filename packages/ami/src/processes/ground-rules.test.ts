import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { WattwardError } from '../base/errors.ts';
import { catalogue } from './catalogue.ts';
import { cloneRoot, codeFor } from './code.ts';
import { FillWatch } from './fill.ts';
import { renderMetrics } from './metrics.ts';
import { everyoneMayEnter, prepareComponent, prepareState, StateLayout, stateDirectory } from './state.ts';
import { componentUsers } from './users.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;
const isRoot = process.getuid?.() === 0;

test('the state directory: option, then environment, then what suits the user', () => {
  const environment = { WATTWARD_STATE: '/var/x', HOME: '/home-of/me' };
  assert.equal(stateDirectory('/tmp/y', environment, 0), '/tmp/y');
  assert.equal(stateDirectory(undefined, environment, 0), '/var/x');
  assert.equal(stateDirectory(undefined, {}, 0), '/var/lib/wattward');
  assert.equal(stateDirectory(undefined, { HOME: '/home-of/me' }, 7), '/home-of/me/.local/state/wattward');
});

test('each component has a user of its own, the same at every start, and never somebody’s', () => {
  const ids = catalogue.map(({ id }) => id);
  const users = componentUsers(ids, 60_710, 'root:x:0:0::/:/bin/sh\n', 'root:x:0:\n');
  assert.equal(new Set([...users.values()].map(({ uid }) => uid)).size, ids.length);
  assert.deepEqual(componentUsers(ids, 60_710, '', ''), users);
  const taken = `someone:x:60712:1::/:/bin/sh\n`;
  assert.throws(() => componentUsers(ids, 60_710, taken, ''), code('processes/user-taken'));
  assert.throws(() => componentUsers(ids, 60_710, '', 'staff:x:60711:\n'), /the group staff/);
});

test('folders are closed to others, and too long a path is told before anything is made', () => {
  const root = mkdtempSync(join(tmpdir(), 'wattward-layout-'));
  chmodSync(root, 0o755);
  try {
    const layout = new StateLayout(root);
    prepareState(layout, ['mdms'], isRoot);
    prepareComponent(layout, 'mdms', isRoot ? { uid: 60_799, gid: 60_799 } : undefined);
    for (const folder of Object.values(layout.folders('mdms')))
      assert.equal(statSync(folder).mode & 0o777, 0o700);
    for (const folder of [layout.secrets, layout.log]) assert.equal(statSync(folder).mode & 0o077, 0);
    assert.ok(lstatSync(layout.componentSocket('mdms')).isSymbolicLink());
    if (isRoot) assert.equal(statSync(layout.folders('mdms').keys).uid, 60_799);
    const long = new StateLayout(join(root, 'x'.repeat(120)));
    assert.throws(() => prepareState(long, ['mdms'], false), code('processes/state-path'));
  } finally {
    rmSync(root, { recursive: true });
  }
});

test('a state directory that the components’ users cannot reach is told', {
  skip: !isRoot && 'needs root',
}, () => {
  const parent = mkdtempSync(join(tmpdir(), 'wattward-closed-'));
  try {
    assert.equal(everyoneMayEnter(parent), false);
    assert.throws(
      () => prepareState(new StateLayout(join(parent, 'state')), [], true),
      code('processes/state-closed'),
    );
  } finally {
    rmSync(parent, { recursive: true });
  }
});

test('code in a closed clone is run from a copy that everyone can read and nobody can change', () => {
  const work = mkdtempSync(join(tmpdir(), 'wattward-code-'));
  try {
    const closed = join(work, 'clone');
    mkdirSync(join(closed, 'packages', 'ami', 'src'), { recursive: true });
    mkdirSync(join(closed, 'node_modules', 'pino'), { recursive: true });
    mkdirSync(join(closed, 'node_modules', 'unneeded'));
    writeFileSync(join(closed, 'package.json'), '{}');
    writeFileSync(join(closed, 'package-lock.json'), '{}');
    writeFileSync(join(closed, 'packages', 'ami', 'package.json'), '{"dependencies":{"pino":"1"}}');
    writeFileSync(join(closed, 'packages', 'ami', 'src', 'main.ts'), 'export const a: number = 1;\n');
    writeFileSync(join(closed, 'node_modules', 'pino', 'package.json'), '{}');
    chmodSync(work, 0o700);
    const copies = join(work, 'code');
    mkdirSync(copies);
    assert.equal(codeFor(copies, false, closed).root, closed, 'without users of their own there is no need');
    const first = codeFor(copies, true, closed);
    assert.ok(first.copied);
    assert.deepEqual(readdirSync(join(first.root, 'node_modules')).sort(), ['@wattward', 'pino']);
    assert.equal(statSync(join(first.root, 'packages/ami/src/main.ts')).mode & 0o777, 0o644);
    assert.equal(execFileSync(first.node, ['-p', '6*7'], { encoding: 'utf8' }).trim(), '42');
    assert.equal(codeFor(copies, true, closed).root, first.root, 'the same code has the same copy');
    writeFileSync(join(closed, 'packages', 'ami', 'src', 'main.ts'), 'export const a: number = 2;\n');
    const second = codeFor(copies, true, closed);
    assert.notEqual(second.root, first.root);
    assert.deepEqual(readdirSync(copies), [second.root.split('/').at(-1)], 'the old copy is removed');
  } finally {
    rmSync(work, { recursive: true });
  }
});

test('this clone names itself', () => {
  assert.ok(statSync(join(cloneRoot, 'packages', 'ami', 'package.json')).isFile());
});

test('fill levels are told when they change, once', () => {
  const at = (warningPercent: number, alarmPercent: number) =>
    new FillWatch(tmpdir(), { warningPercent, alarmPercent });
  const alarm = at(0, 0);
  assert.equal(alarm.look(), 'alarm');
  assert.equal(alarm.look(), undefined);
  assert.equal(at(0, 101).look(), 'warning');
  assert.equal(at(101, 101).look(), undefined);
});

test('metrics are text that Prometheus reads, whatever a label holds', () => {
  const text = renderMetrics([
    { name: 'a_total', help: 'A\nb', type: 'counter', values: [{ labels: { x: 'q"\\\n' }, value: 3 }] },
    { name: 'b', help: 'B', type: 'gauge', values: [{ value: 0.5 }] },
  ]);
  assert.equal(
    text,
    '# HELP a_total A\\nb\n# TYPE a_total counter\na_total{x="q\\"\\\\\\n"} 3\n# HELP b B\n# TYPE b gauge\nb 0.5\n',
  );
});
