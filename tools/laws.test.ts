import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { check, type Exception, laws, readTree } from './laws.ts';

const root = join(import.meta.dirname, '..');
const exceptions = JSON.parse(readFileSync(join(root, 'tools/laws-exceptions.json'), 'utf8')) as Exception[];
/** The number of exceptions there have ever been leave to have; lower it whenever one goes. */
const mostExceptions = 0;

test('the house keeps its rules', () => {
  const violations = check(readTree(root), exceptions);
  assert.deepEqual(
    violations.map(({ law, file, what }) => `${law}: ${file}: ${what}`),
    [],
  );
});

test('the list of exceptions only shrinks', () => {
  assert.ok(
    exceptions.length <= mostExceptions,
    `${exceptions.length} exceptions, ${mostExceptions} allowed`,
  );
});

/** For each law a small tree that breaks it and one that keeps it. */
const broken: Record<string, { bad: Record<string, string>; good: Record<string, string> }> = {
  imports: {
    bad: { 'packages/cosem/src/data/a.ts': "import { b } from '../apdu/b.ts';" },
    good: { 'packages/cosem/src/apdu/a.ts': "import { b } from '../data/b.ts';" },
  },
  circles: {
    bad: {
      'packages/profile/src/a.ts': "import { b } from './b.ts'; export const a = b;",
      'packages/profile/src/b.ts': "import { a } from './a.ts'; export const b = a;",
    },
    good: {
      'packages/profile/src/a.ts': "import { b } from './b.ts'; export const a = b;",
      'packages/profile/src/b.ts': "import type { a } from './a.ts'; export const b = 1;",
    },
  },
  process: {
    bad: { 'packages/ami/src/store/a.ts': 'export const a = process.env.A;' },
    good: { 'packages/ami/src/processes/a.ts': 'export const a = process.env.A;' },
  },
  policy: {
    bad: { 'packages/ami/src/access/a.ts': 'const idleTimeoutMinutes = 10;' },
    good: { 'packages/ami/src/access/a.ts': 'const idleTimeoutMinutes = parameters.sessionLock;' },
  },
  size: {
    bad: { 'packages/ami/src/base/a.ts': `function f() {\n${'f();\n'.repeat(80)}}` },
    good: { 'packages/ami/src/base/a.ts': `/** Data table */\nexport const a = [\n${'1,\n'.repeat(700)}];` },
  },
  names: {
    bad: { 'packages/ami/src/base/string-utils.ts': '' },
    good: { 'packages/ami/src/base/text.ts': '' },
  },
  unfinished: {
    bad: { 'packages/ami/src/base/a.ts': `// TO${'DO'} later` },
    good: { 'packages/ami/src/base/a.ts': '// done' },
  },
  scripts: {
    bad: { 'package.json': '{"scripts":{"start":"node a.js"}}' },
    good: { 'package.json': '{"scripts":{"start":"exec node a.js"}}' },
  },
  readme: {
    bad: { 'packages/ami/src/base/a.ts': '' },
    good: { 'packages/ami/src/base/a.ts': '', 'packages/ami/src/base/README.md': 'x' },
  },
  workplace: {
    bad: { 'docs/a.md': 'see /work/main' },
    good: { 'docs/a.md': 'see the work in docs/' },
  },
};

for (const name of Object.keys(laws)) {
  test(`law "${name}" finds what breaks it and lets pass what keeps it`, () => {
    const { bad, good } = broken[name] ?? assert.fail(`no example for law ${name}`);
    assert.notDeepEqual([...laws[name]!(new Map(Object.entries(bad)))], []);
    assert.deepEqual([...laws[name]!(new Map(Object.entries(good)))], []);
  });
}

test('an exception that nobody needs is itself a violation', () => {
  const tree = new Map([['docs/a.md', 'clean']]);
  const found = check(tree, [{ law: 'workplace', file: 'docs/a.md', reason: 'none' }]);
  assert.deepEqual(
    found.map(({ law }) => law),
    ['exceptions'],
  );
});
