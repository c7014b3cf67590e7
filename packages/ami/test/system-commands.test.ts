/** What the commands say to a person and to a program, without a system; and a witness alone. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { command, gone, newState, pidOf, run, runJson, startSystem } from './system.ts';

const folder = mkdtempSync(join(tmpdir(), 'wattward-commands-'));
after(() => rmSync(folder, { recursive: true }));

test('config explain, list and show answer, and point to the nearest key', () => {
  const explained = runJson<{ permitted: string; default: number }>([
    'config',
    'explain',
    'process.logFiles',
  ]);
  assert.deepEqual([explained.permitted, explained.default], ['1 to 1000 count', 20]);
  const unknown = run(['config', 'explain', 'process.logfile']);
  assert.equal(unknown.status, 1);
  assert.match(unknown.stderr, /nearest is process\.logFiles/);
  assert.ok(runJson<unknown[]>(['config', 'list', 'lockout']).length >= 3);
  const file = join(folder, 'changed.yaml');
  writeFileSync(file, 'process:\n  logFiles: 7\nstore:\n  databaseUrl: env:MINE\n');
  const words = ['config', 'show', '--config', file, '--changed', '--json'];
  const shown = run(words, { environment: { MINE: 'postgresql://u:hunter2@h/x' } }).stdout;
  assert.doesNotMatch(shown, /hunter2/);
  const { settings } = JSON.parse(shown) as { settings: { key: string; value: unknown; from: string }[] };
  assert.deepEqual(
    settings.map(({ key, value, from }) => [key, value, from]),
    [
      ['process.logFiles', 7, `${file}, line 2`],
      ['store.databaseUrl', 'env:MINE', `${file}, line 4`],
    ],
  );
});

test('config init makes a file that check accepts, and never overwrites one', () => {
  const file = join(folder, 'wattward.yaml');
  assert.equal(run(['config', 'init', file]).status, 0);
  assert.equal(run(['config', 'check', file]).status, 0);
  assert.equal(run(['config', 'init', file]).status, 69);
  writeFileSync(file, 'audit:\n  heartbeatSeconds: 1\n');
  const wrong = run(['config', 'check', file]);
  assert.equal(wrong.status, 1);
  assert.match(
    wrong.stdout,
    /line 2, column 21: audit\.heartbeatSeconds: 1 is not permitted: 5 to 3600 seconds/,
  );
});

test('a second signal ends everything at once, also what hangs', async () => {
  await using system = await startSystem();
  const status = await system.status();
  // Without the second signal the stop would wait for this one.
  process.kill(pidOf(status, 'mdms'), 'SIGSTOP');
  system.child.kill('SIGINT');
  await system.shows(/stopping/);
  await sleep(1500);
  system.child.kill('SIGINT');
  assert.deepEqual(await system.ended, { code: 3, signal: null });
  await gone(system.state);
});

test('one Ctrl-C that arrives twice, from the terminal and from npm, stops in order', async () => {
  await using system = await startSystem();
  system.child.kill('SIGINT');
  await system.shows(/stopping/);
  system.child.kill('SIGINT');
  assert.deepEqual(await system.ended, { code: 0, signal: null });
  await gone(system.state);
  assert.doesNotMatch(system.output, /could not be written/);
});

test('a witness alone says its key and where it listens', async () => {
  const state = newState();
  const log = 'wattward.invalid/audit+9813a2ab+ATxrgQZ90kVLa6qG+b99gj0hyAvuxsOvg0TH36hIPnlg';
  const words = [
    'witness',
    '--state',
    state,
    '--name',
    'w.example',
    '--listen',
    '127.0.0.1:0',
    '--log',
    'wattward.invalid/audit',
    '--key',
    log,
    '--json',
  ];
  const child = spawn(command, words, { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let output = '';
    for await (const part of child.stdout.setEncoding('utf8')) {
      output += part;
      if (output.trimEnd().endsWith('}')) break;
    }
    const said = JSON.parse(output) as { verifierKey: string; address: { url: string } };
    assert.match(said.verifierKey, /^w\.example\+[0-9a-f]{8}\+/);
    const answer = await fetch(`${said.address.url}/checkpoints`);
    assert.deepEqual(((await answer.json()) as { notes: unknown[] }).notes, []);
    const second = run(words);
    assert.equal(second.status, 69);
  } finally {
    child.kill('SIGTERM');
    await new Promise((resolve) => child.once('exit', resolve));
    rmSync(state, { recursive: true });
  }
});
