import assert from 'node:assert/strict';
import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import test from 'node:test';
import { renderErrorsPage } from './errors-page.ts';

const root = join(import.meta.dirname, '..');

test('docs/errors.md says what the code declares, all of it and nothing else', async () => {
  assert.equal(
    readFileSync(join(root, 'docs/errors.md'), 'utf8'),
    await renderErrorsPage(root),
    'run `npm run docs`',
  );
});

test('every link between the pages leads somewhere', () => {
  const pages = globSync(['*.md', 'docs/**/*.md', 'packages/*/*.md', 'packages/*/src/**/*.md'], {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'api',
  });
  assert.ok(pages.length > 10);
  const broken: string[] = [];
  for (const page of pages) {
    for (const [, target] of readFileSync(join(root, page), 'utf8').matchAll(/\]\(([^)#\s]+)[^)]*\)/g)) {
      if (/^[a-z]+:/.test(target!)) continue;
      if (!existsSync(join(root, dirname(page), target!))) broken.push(`${page}: ${target}`);
    }
  }
  assert.deepEqual(broken, []);
});
