import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { oscalProblems } from '@wattward/profile';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { columns, scopeColumn } from './columns.ts';
import { requestCsv } from './csv.ts';
import { escapeHtml, requestHtml } from './html.ts';
import { requestDocument } from './json.ts';
import { escapeMarkdown, requestMarkdown } from './markdown.ts';
import { requestOscal } from './oscal.ts';
import { itemsOf, requestForProposals } from './request.ts';
import { parseCsv } from './table.ts';

const hostile = '=HYPERLINK("x") <script>alert(1)</script> | `code` & \'more\'';
const request = requestForProposals({
  components: ['head-end', 'meter'],
  title: hostile,
  utility: '<b>Utility</b>',
  date: '2026-01-31',
});
const asked = itemsOf(...request.sections);

test('Markdown: a row for every requirement, each as wide as its heading', () => {
  const text = requestMarkdown(request);
  let width = 0;
  const numbers: string[] = [];
  for (const line of text.split('\n')) {
    if (!line.startsWith('|')) {
      width = 0;
      continue;
    }
    const cells = line.replaceAll('\\|', '').split('|').length;
    width ||= cells;
    assert.equal(cells, width, line);
    const number = /^\| ([ABC]\d+) \|/.exec(line)?.[1];
    if (number !== undefined) numbers.push(number);
  }
  assert.deepEqual(
    numbers,
    [...asked, ...itemsOf(request.annex)].map(({ number }) => number),
  );
});

test('Markdown and HTML: text from outside stays text', () => {
  assert.doesNotMatch(requestMarkdown(request), /<script|<b>/);
  assert.equal(escapeMarkdown('a|b\nc <d> `e`'), 'a\\|b c &lt;d&gt; \\`e\\`');
  const html = requestHtml(request);
  assert.doesNotMatch(html, /<script|<b>Utility|alert\(1\)<\/script>/);
  assert.match(html, /&lt;script&gt;/);
  assert.equal(escapeHtml(`<a href="x">'&`), '&lt;a href=&quot;x&quot;&gt;&#39;&amp;');
});

test('HTML: one page that loads nothing, well nested, with a row for every requirement', () => {
  const html = requestHtml(request);
  assert.match(html, /Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/);
  assert.doesNotMatch(html, /\ssrc=|<link|<iframe|@import|url\(|https?:/);
  assert.match(html, /@page \{ size: A4 landscape/);
  const open: string[] = [];
  const single = new Set(['meta', '!doctype']);
  for (const [, close, name] of html
    .replace(/<style>.*?<\/style>/s, '')
    .matchAll(/<(\/?)([!a-z0-9]+)[^<>]*>/g)) {
    if (single.has(name!)) continue;
    if (close === '/') assert.equal(open.pop(), name);
    else open.push(name!);
  }
  assert.deepEqual(open, []);
  for (const { number } of [...asked, ...itemsOf(request.annex)]) {
    assert.match(html, new RegExp(`<tr id="${number}">`));
  }
  for (const [, target] of html.matchAll(/href="#([^"]+)"/g))
    assert.match(html, new RegExp(`id="${target}"`));
});

test('every format carries the mark of classification and the version of the profile', () => {
  const marked = requestForProposals({
    components: ['mdms'],
    classification: 'confidential',
    date: '2026-01-31',
  });
  for (const text of [requestMarkdown(marked), requestHtml(marked)]) {
    assert.match(text, /CONFIDENTIAL\. Once answered/);
    assert.match(text, /0\.48/);
  }
});

test('CSV: the columns, a row for every requirement, nothing that a spreadsheet would compute', () => {
  const { rows } = parseCsv('request.csv', requestCsv(request));
  assert.deepEqual(rows[0]!.cells, [...columns.map(({ title }) => title), scopeColumn]);
  assert.deepEqual(
    rows.slice(1).map(({ cells }) => cells[1]),
    asked.map(({ requirement }) => requirement.id),
  );
  for (const { cells } of rows) {
    assert.equal(cells.length, columns.length + 1);
    for (const cell of cells) assert.doesNotMatch(cell, /^\s*[=+\-@]/);
  }
});

test('JSON: a plain value with every requirement', () => {
  const document = JSON.parse(JSON.stringify(requestDocument(request))) as ReturnType<typeof requestDocument>;
  assert.equal(document.format, 'wattward-rfp');
  const ids = document.sections.flatMap(({ families }) =>
    families.flatMap(({ requirements }) => requirements.map(({ id }) => id)),
  );
  assert.deepEqual(
    ids,
    asked.map(({ requirement }) => requirement.id),
  );
});

test(
  'OSCAL: a valid catalog with exactly what is asked, ids unique, references resolved',
  needsShared('data/oscal/oscal_catalog_schema.json'),
  () => {
    const require = createRequire(import.meta.url);
    const { default: Ajv } = require('ajv') as {
      default: new (
        options: object,
      ) => { compile(schema: object): ((value: unknown) => boolean) & { errors?: unknown } };
    };
    const ajv = new Ajv({ strict: false, unicodeRegExp: true });
    (require('ajv-formats') as { default: (instance: unknown) => void }).default(ajv);
    const validate = ajv.compile(sharedJson<object>('data/oscal/oscal_catalog_schema.json'));
    const document = requestOscal(request, '2026-01-31T00:00:00Z');
    assert.ok(validate(document), JSON.stringify(validate.errors));
    assert.deepEqual(oscalProblems(document), []);
    const text = JSON.stringify(document);
    const numbers = [...text.matchAll(/"name":"request-number","ns":"[^"]+","value":"([AB]\d+)"/g)].map(
      ([, number]) => number,
    );
    assert.deepEqual(numbers.sort(), asked.map(({ number }) => number).sort());
  },
);
