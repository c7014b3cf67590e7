import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { profile } from '@wattward/profile';
import fc from 'fast-check';
import { WattwardError } from '../base/errors.ts';
import { buildConfiguration, configurationFaults, loadConfiguration } from './configuration.ts';
import { commentedFile, explainKey } from './explain.ts';
import { parseConfiguration } from './parse.ts';
import { keys } from './schema.ts';
import { resolveSecret } from './secrets.ts';

const build = (text: string, environment = {}) => buildConfiguration(text, undefined, environment);
const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

test('without a file every parameter has the default of the profile', () => {
  const configuration = build('');
  for (const parameter of profile().parameters) {
    assert.equal(configuration.number(parameter.id), parameter.default, parameter.id);
    assert.equal(configuration.settings.get(parameter.id)!.origin, 'profile');
  }
  assert.deepEqual(build('# nothing\n').parameters(), configuration.parameters());
});

test('a value of the file takes effect and remembers its place', () => {
  const configuration = build('process:\n  logFiles: 7\nlog:\n  level: warn\n');
  assert.equal(configuration.number('process.logFiles'), 7);
  assert.equal(configuration.text('log.level'), 'warn');
  const setting = configuration.settings.get('process.logFiles')!;
  assert.deepEqual([setting.origin, setting.place], ['file', { line: 2, column: 13 }]);
});

test('a value out of range is told with line, column, key and what is permitted', () => {
  const [fault] = configurationFaults('# x\nprocess:\n  logFiles: 0\n');
  assert.deepEqual(
    { ...fault },
    { line: 3, column: 13, key: 'process.logFiles', text: '0 is not permitted: 1 to 1000 count' },
  );
  assert.throws(
    () => build('process:\n  logFiles: 0\n'),
    (error: WattwardError) => {
      assert.equal(error.code, 'configuration/invalid');
      assert.match(error.detail, /line 2, column 13: process\.logFiles: 0 is not permitted: 1 to 1000/);
      return true;
    },
  );
});

test('every parameter refuses what is just outside its range and takes its ends', () => {
  for (const { id, minimum, maximum } of profile().parameters) {
    const [group, name] = id.split('.');
    const faults = (value: unknown) =>
      parseConfiguration(`${group}:\n  ${name}: ${value}\n`).faults.map((fault) => fault.key);
    assert.deepEqual(faults(minimum), [], id);
    assert.deepEqual(faults(maximum), [], id);
    assert.deepEqual(faults(minimum - 1), [id], id);
    assert.deepEqual(faults(maximum + 1), [id], id);
    assert.deepEqual(faults('"5"'), [id], `${id}: text is no number`);
    assert.deepEqual(faults('1.5'), [id], `${id}: no fractions`);
  }
});

test('an unknown key is told with the nearest one', () => {
  const [fault] = configurationFaults('process:\n  logFile: 3\n');
  assert.equal(fault!.key, 'process.logFile');
  assert.match(fault!.text, /nearest is process\.logFiles/);
  assert.match(configurationFaults('stores:\n  binaries: /x\n')[0]!.text, /no such key/);
});

test('two values that contradict each other are told', () => {
  const [fault] = configurationFaults('process:\n  restartFirstSeconds: 60\n  restartMaximumSeconds: 5\n');
  assert.equal(fault!.key, 'process.restartFirstSeconds');
  assert.equal(fault!.line, 2);
  assert.match(fault!.text, /may not exceed process\.restartMaximumSeconds \(5 seconds\)/);
});

for (const [what, text, expected] of [
  ['an alias', 'process: &a\n  logFiles: 3\nlog: *a\n', /anchors|aliases/],
  ['a tag', 'process:\n  logFiles: !!int 3\n', /tags/],
  ['a list', 'process:\n  logFiles: [3]\n', /no lists/],
  ['a key twice', 'process:\n  logFiles: 3\n  logFiles: 4\n', /unique|duplicate/i],
  ['two documents', 'process:\n  logFiles: 3\n---\nlog:\n  level: warn\n', /document/],
  ['a value alone', 'hello', /must hold keys/],
  ['a missing value', 'process:\n  logFiles:\n', /missing/],
  ['brackets without end', '['.repeat(100_000), /deeper/],
  ['dashes without end', `${'- '.repeat(5_000)}x`, /deeper/],
  ['a merge key', 'process:\n  <<: {logFiles: 3}\n', /no such key/],
  ['too much text', '#'.repeat(300_000), /larger than/],
] as const) {
  test(`refused: ${what}`, () => {
    const faults = configurationFaults(text);
    assert.ok(faults.length > 0);
    assert.match(faults.map((fault) => fault.text).join('\n'), expected);
    assert.ok(faults.every((fault) => fault.line >= 1 && fault.column >= 1));
  });
}

test('any text is read or refused, never a crash', () => {
  const words = fc.constantFrom(
    'process',
    ':',
    ' ',
    '\n',
    '  ',
    '-',
    '[',
    '{',
    '}',
    '&a',
    '*a',
    '!!x',
    '"',
    '|',
    '3',
  );
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string({ maxLength: 300 }),
        fc.array(words).map((parts) => parts.join('')),
      ),
      (text) => {
        const { faults } = parseConfiguration(text);
        assert.ok(Array.isArray(faults));
      },
    ),
    { numRuns: 2000 },
  );
});

test('a secret is given by reference only, and its text is never repeated', () => {
  const [fault] = configurationFaults('store:\n  databaseUrl: postgresql://u:hunter2@h/x\n');
  assert.match(fault!.text, /a reference: file:\/path or env:NAME/);
  assert.doesNotMatch(fault!.text, /hunter2/);
  const configuration = build('store:\n  databaseUrl: env:MY_URL\n', { MY_URL: 'postgresql://x' });
  assert.equal(configuration.secret('store.databaseUrl'), 'postgresql://x');
  assert.equal(configuration.text('store.databaseUrl'), 'env:MY_URL');
  assert.throws(
    () => build('store:\n  databaseUrl: env:MY_URL\n').secret('store.databaseUrl'),
    code('configuration/secret'),
  );
});

test('DATABASE_URL of the environment counts where the file says nothing', () => {
  const fromEnvironment = build('', { DATABASE_URL: 'postgresql://a' });
  assert.equal(fromEnvironment.secret('store.databaseUrl'), 'postgresql://a');
  assert.equal(fromEnvironment.settings.get('store.databaseUrl')!.origin, 'environment');
  const both = build('store:\n  databaseUrl: env:B\n', {
    DATABASE_URL: 'postgresql://a',
    B: 'postgresql://b',
  });
  assert.equal(both.secret('store.databaseUrl'), 'postgresql://b');
});

test('secret files and the configuration file itself must be private enough', () => {
  const folder = mkdtempSync(join(tmpdir(), 'wattward-configuration-'));
  try {
    const secret = join(folder, 'secret');
    writeFileSync(secret, 'deep\n', { mode: 0o600 });
    assert.equal(resolveSecret(`file:${secret}`, {}), 'deep');
    chmodSync(secret, 0o644);
    assert.throws(() => resolveSecret(`file:${secret}`, {}), code('configuration/secret'));
    assert.throws(() => resolveSecret(`file:${folder}/absent`, {}), code('configuration/secret'));
    const file = join(folder, 'wattward.yaml');
    writeFileSync(file, 'process:\n  logFiles: 9\n', { mode: 0o644 });
    assert.equal(loadConfiguration(file, {}).number('process.logFiles'), 9);
    chmodSync(file, 0o666);
    assert.throws(() => loadConfiguration(file, {}), code('configuration/file-mode'));
    assert.throws(() => loadConfiguration(join(folder, 'absent'), {}), code('configuration/unreadable'));
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('the result is frozen', () => {
  const configuration = build('');
  assert.ok(Object.isFrozen(configuration));
  assert.ok(Object.isFrozen(configuration.parameters()));
  assert.ok([...configuration.settings.values()].every((setting) => Object.isFrozen(setting)));
});

test('every key is explained, with a clause; the commented file is valid, also with every key uncommented', () => {
  for (const id of keys().keys()) {
    const explained = explainKey(id);
    assert.ok(explained.title.length > 5 && explained.description.length > 10, id);
    assert.match(explained.clause, /\d/, id);
  }
  assert.throws(() => explainKey('process.logfile'), /nearest is process\.logFiles/);
  const text = commentedFile();
  assert.deepEqual(configurationFaults(text), []);
  // Keys without a default stay comments.
  const uncommented = text
    .split('\n')
    .filter((line) => !/^#\s+# |^# [A-Z]|databases:|: *$(?<!^# \w+:)/.test(line))
    .map((line) => line.replace(/^# /, ''))
    .join('\n');
  assert.deepEqual(configurationFaults(uncommented), []);
  assert.ok(parseConfiguration(uncommented).values.size >= profile().parameters.length);
});
