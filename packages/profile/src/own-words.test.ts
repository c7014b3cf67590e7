/** Prose here is our own: no field of the data shares nine or more words in a row with the text of v0.48. */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { needsShared, sharedPath } from '../../../tools/shared.ts';

const seed = 'seeds/security-profile-for-ami-v0.48.txt';
const runLength = 9;

/**
 * Names, titles and ids are facts and may agree with the seed, as may lists of the profile's own other spellings.
 * `rows` hold tuples of ends, message names and scenario ids; strings without a space are ids wherever they stand.
 */
const factualFields: ReadonlySet<string> = new Set([
  'id',
  'name',
  'title',
  'aliases',
  'clause',
  'printed',
  'heading',
  'rows',
]);

/** Words in lower case, without punctuation, mark-up or apostrophes. */
function words(text: string): string[] {
  return text
    .replace(/<[^>]*>/g, ' ')
    .toLowerCase()
    .replace(/['\u2019]/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Every run of `runLength` words of a text. */
function runsOf(text: string): Set<string> {
  const all = words(text);
  const runs = new Set<string>();
  for (let at = 0; at + runLength <= all.length; at += 1) runs.add(all.slice(at, at + runLength).join(' '));
  return runs;
}

/** The longest run of words of `text` that stand in a row in the seed, or undefined where none has nine. */
function sharedRun(text: string, seedRuns: ReadonlySet<string>): string | undefined {
  const all = words(text);
  let longest: string[] = [];
  let start = -1;
  for (let at = 0; at <= all.length; at += 1) {
    const hit = at + runLength <= all.length && seedRuns.has(all.slice(at, at + runLength).join(' '));
    if (hit && start < 0) start = at;
    if (!hit && start >= 0) {
      const run = all.slice(start, at - 1 + runLength);
      if (run.length > longest.length) longest = run;
      start = -1;
    }
  }
  return longest.length === 0 ? undefined : longest.join(' ');
}

/** Every prose string inside a value with the path that leads to it. */
function* prose(
  value: unknown,
  path: string,
  field: string,
): Generator<readonly [path: string, text: string]> {
  if (factualFields.has(field)) return;
  if (typeof value === 'string') {
    if (/\s/.test(value)) yield [path, value];
  } else if (Array.isArray(value)) {
    for (const [index, part] of value.entries()) {
      const id = typeof part === 'object' && part !== null && 'id' in part ? String(part.id) : String(index);
      yield* prose(part, `${path}[${id}]`, field);
    }
  } else if (typeof value === 'object' && value !== null) {
    for (const [key, part] of Object.entries(value)) yield* prose(part, `${path}.${key}`, key);
  }
}

/** Every data module beneath `src/data`, tests aside. */
function dataFiles(): string[] {
  return ['data', 'schemas/types']
    .flatMap((folder) => {
      const root = join(import.meta.dirname, folder);
      return readdirSync(root, { recursive: true, encoding: 'utf8' }).map((name) => join(root, name));
    })
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort();
}

test('no prose field shares nine words in a row with v0.48', needsShared(seed), async () => {
  const seedRuns = runsOf(readFileSync(sharedPath(seed)!, 'utf8'));
  const found: string[] = [];
  let fields = 0;
  for (const file of dataFiles()) {
    const module: Record<string, unknown> = await import(pathToFileURL(file).href);
    const name = relative(import.meta.dirname, file);
    for (const [key, value] of Object.entries(module)) {
      if (typeof value === 'function') continue;
      for (const [path, text] of prose(value, key, key)) {
        fields += 1;
        const run = sharedRun(text, seedRuns);
        if (run !== undefined) found.push(`${name} ${path}: "${run}"`);
      }
    }
  }
  assert.ok(fields > 1000, `only ${fields} fields were looked at`);
  assert.deepEqual(found, []);
});

test(
  'a copied sentence is found, eight words are not, and case and punctuation do not hide it',
  needsShared(seed),
  () => {
    const text = readFileSync(sharedPath(seed)!, 'utf8');
    const seedRuns = runsOf(text);
    const all = words(text);
    const copied = all.slice(5000, 5012);
    assert.equal(sharedRun(`ours, ${copied.join(' -- ').toUpperCase()}; ours`, seedRuns), copied.join(' '));
    assert.equal(
      sharedRun(copied.slice(0, runLength).join(' '), seedRuns),
      copied.slice(0, runLength).join(' '),
    );
    assert.equal(sharedRun(copied.slice(0, runLength - 1).join(' '), seedRuns), undefined);
    const broken = [...copied.slice(0, 6), 'zyzzyva', ...copied.slice(6)];
    assert.equal(sharedRun(broken.join(' '), seedRuns), undefined);
  },
);

test('prose is found in nested fields, and names, titles and ids are left alone', () => {
  const value = [
    {
      id: 'a',
      title: 't',
      deep: { text: 'it is one', list: ['two of it', 'L1.an-id', { reason: 'for three', clause: 'c d' }] },
    },
  ];
  assert.deepEqual(
    [...prose(value, 'v', 'v')],
    [
      ['v[a].deep.text', 'it is one'],
      ['v[a].deep.list[0]', 'two of it'],
      ['v[a].deep.list[2].reason', 'for three'],
    ],
  );
});
