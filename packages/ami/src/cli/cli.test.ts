import assert from 'node:assert/strict';
import test from 'node:test';
import { runCli } from './program.ts';
import { printable, renderFields, renderTable, wrapText } from './table.ts';

async function run(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  let out = '';
  let err = '';
  const code = await runCli(args, {
    stdout: { write: (text) => (out += text), columns: 100 },
    stderr: { write: (text) => (err += text) },
    env: {},
  });
  return { code, out, err };
}

const json = async (...args: string[]) => {
  const { code, out, err } = await run(...args, '--json');
  assert.equal(err, '');
  assert.equal(code, 0);
  return JSON.parse(out);
};

test('help teaches: every command of every group says what it does, with examples', async () => {
  const { code, out } = await run('--help');
  assert.equal(code, 0);
  assert.match(out, /Examples:/);
  assert.match(out, /Exit codes:/);
  const groups = await run('profile', '--help');
  assert.equal(groups.code, 0);
  for (const name of [
    'summary',
    'components',
    'component',
    'domains',
    'lines',
    'line',
    'message',
    'scenarios',
    'scenario',
  ]) {
    assert.match(groups.out, new RegExp(`\\b${name}\\b.*\\s{2,}\\w`), name);
  }
  for (const name of [
    'controls',
    'control',
    'matrix',
    'parameters',
    'errata',
    'extensions',
    'diagram',
    'export',
  ]) {
    assert.match(groups.out, new RegExp(`\\b${name}\\b.*\\s{2,}\\w`), name);
  }
  assert.equal((await run('help', 'profile')).out, groups.out);
});

test('every list answers for people and as JSON, with the same number of things', async () => {
  const sizes = { components: 12, domains: 6, lines: 59, scenarios: 59, controls: 105, matrix: 191 };
  for (const [name, size] of Object.entries(sizes)) {
    assert.equal((await json('profile', name)).length, size, name);
    const { code, out } = await run('profile', name);
    assert.equal(code, 0);
    assert.ok(out.split('\n').length > size, name);
    const widest = Math.max(...out.split('\n').map((line) => line.length));
    assert.ok(widest <= 100, `${name} is ${widest} wide`);
  }
  for (const name of ['parameters', 'errata', 'actors', 'roles', 'events']) {
    assert.ok((await json('profile', name)).length >= 20, name);
    assert.equal((await run('profile', name)).code, 0);
  }
  const extensions = await json('profile', 'extensions');
  assert.deepEqual(Object.keys(extensions), ['texts', 'components', 'lines', 'messages']);
});

test('the shapes that others build on are stable', async () => {
  const lines = await json('profile', 'lines');
  const first = lines[0];
  assert.deepEqual(Object.keys(first), ['line', 'ends', 'scope', 'directions']);
  assert.equal(first.line, '1');
  const message = first.directions[0].messages[0];
  assert.deepEqual(Object.keys(message).slice(0, 3), ['id', 'name', 'references']);
  const count = (line: { directions: { messages: unknown[] }[] }) =>
    line.directions.reduce((sum, direction) => sum + direction.messages.length, 0);
  assert.equal(
    lines.reduce((sum: number, line: never) => sum + count(line), 0),
    289,
  );
  const [control] = await json('profile', 'controls');
  for (const key of ['id', 'origin', 'title', 'family', 'class', 'requirements'])
    assert.ok(key in control, key);
});

test('one thing at a time: component, part, actor, line, message, scenario, control', async () => {
  assert.equal((await json('profile', 'component', 'head-end')).component.id, 'head-end');
  assert.equal((await json('profile', 'component', 'AMI Head End')).component.id, 'head-end');
  assert.equal((await json('profile', 'component', 'meter.han')).part.domain, 'premise-edge');
  assert.equal((await json('profile', 'component', 'cis')).actor.kind, 'system');
  assert.equal((await json('profile', 'line', '1')).line, '1');
  assert.equal((await json('profile', 'scenario', 'B2-Sc3')).scenario.id, 'B2-Sc3');
  assert.equal((await json('profile', 'control', 'DHS-2.14.3')).id, '2.14.3');
  const { message, controls } = await json('profile', 'message', 'L1.meter.on-demand-turn-off-command');
  assert.equal(message.destination, 'meter');
  assert.ok(controls.length > 5);
  assert.match((await run('profile', 'control', '2.17.1')).out, /Rationale/);
});

test('a filter narrows, and an unknown one is said', async () => {
  assert.equal((await json('profile', 'controls', '--family', '2.12')).length, 6);
  assert.equal((await json('profile', 'controls', '--class', 'hardware')).length, 1);
  const wrong = await run('profile', 'controls', '--family', '9.9');
  assert.equal(wrong.code, 1);
  assert.match(wrong.err, /2\.8, 2\.9/);
});

test('what is not there is answered with exit code 1 and a way on', async () => {
  for (const args of [
    ['component', 'toaster'],
    ['line', '99'],
    ['message', 'L1.x'],
    ['scenario', 'Z9'],
    ['control', '9.9.9'],
    ['find', 'xyzzyxyzzy'],
  ]) {
    const { code } = await run('profile', ...args);
    assert.equal(code, 1, args.join(' '));
  }
  assert.match((await run('profile', 'component', 'head end system')).err, /head-end/);
  const { err } = await run('profile', 'line', '99', '--json');
  const { error } = JSON.parse(err);
  assert.deepEqual(Object.keys(error), ['code', 'kind', 'detail']);
});

test('a wrong call is exit code 2, for people and as JSON', async () => {
  for (const args of [
    ['nonsense'],
    ['profile', 'nonsense'],
    ['profile', 'line'],
    ['profile', 'lines', '--wrong'],
    ['profile'],
  ]) {
    const { code, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.notEqual(err, '');
    const asJson = await run(...args, '--json');
    assert.equal(asJson.code, 2);
    assert.equal(JSON.parse(asJson.err).error.kind, 'usage');
  }
});

test('text from outside cannot move the cursor, and wide text is wrapped by words', () => {
  const style = { width: 40, colour: false };
  assert.equal(printable('a\u001b[2Jb\u202ec\nd'), 'a�[2Jb�c\nd');
  assert.deepEqual(wrapText('one two three', 7), ['one two', 'three']);
  assert.deepEqual(wrapText('abcdefghij k', 4), ['abcd', 'efgh', 'ij k']);
  const table = renderTable(
    [
      { title: 'n', align: 'right' },
      { title: 'text', wrap: true },
    ],
    [
      [1, 'x '.repeat(60)],
      [22, 'y'],
    ],
    style,
  );
  assert.ok(table.split('\n').every((line) => line.length <= 40));
  assert.match(table, /^ 1 {2}x/m);
  assert.match(renderFields([['name', 'a\u0007b']], style), /a�b/);
});
