/**
 * `npm test`: format and lint, types, then every test in one run of node:test with one summary.
 * `--long` adds the long soaks and fuzzing (`*.long.ts`). Further arguments pick test files by a part of their path.
 */
import { spawnSync } from 'node:child_process';
import { globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const args = process.argv.slice(2);
const long = args.includes('--long');
const wanted = args.filter((arg) => !arg.startsWith('--'));
const root = join(import.meta.dirname, '..');
process.chdir(root);

const patterns = ['tools/*.test.ts', 'packages/*/src/**/*.test.ts', 'packages/*/test/**/*.test.ts'];
if (long) patterns.push('packages/*/test/**/*.long.ts');
const files = globSync(patterns)
  .filter((file) => wanted.length === 0 || wanted.some((part) => file.includes(part)))
  .sort();
if (files.length === 0) {
  console.error(`wattward: no test matches ${wanted.join(', ') || patterns.join(', ')}`);
  process.exit(2);
}

function run(title: string, command: string, commandArgs: string[]): void {
  console.log(`wattward: ${title}`);
  const done = spawnSync(command, commandArgs, { stdio: 'inherit' });
  if (done.status !== 0) process.exit(done.status ?? 1);
}

if (wanted.length === 0) {
  run('format and lint', process.execPath, [
    'node_modules/@biomejs/biome/bin/biome',
    'ci',
    '--reporter=summary',
    '.',
  ]);
  run('types', process.execPath, ['node_modules/@typescript/native/bin/tsc', '-p', 'tsconfig.json']);
}

const scratch = mkdtempSync(join(tmpdir(), 'wattward-test-'));
const skipLog = join(scratch, 'skips');
console.log(`wattward: ${files.length} test files`);
const tests = spawnSync(
  process.execPath,
  [
    '-C',
    'source',
    '--test',
    '--test-concurrency=2',
    '--test-timeout=600000',
    '--test-reporter=spec',
    '--test-reporter-destination=stdout',
    '--test-reporter=./tools/skip-reporter.ts',
    `--test-reporter-destination=${skipLog}`,
    ...files,
  ],
  { stdio: 'inherit', env: { ...process.env, WATTWARD_TEST_LONG: long ? '1' : '' } },
);
const skips = readFileSync(skipLog, 'utf8').split('\n').filter(Boolean);
rmSync(scratch, { recursive: true, force: true });

// On a developer's machine a missing Debian program is a line to read; in CI it is a hole in the evidence.
const unexcused = skips.filter((line) => !line.includes('hardware:'));
if (process.env['CI'] === 'true' && unexcused.length > 0) {
  console.error(`wattward: CI accepts no skipped test but for hardware:\n  ${unexcused.join('\n  ')}`);
  process.exit(1);
}
process.exit(tests.status ?? 1);
