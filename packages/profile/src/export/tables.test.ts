import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profile, profileMessages } from '../profile.ts';
import { csvField, csvTables, exportCsv, inertText } from './csv.ts';
import { exportJson, profileDocument } from './json.ts';

/** A reader of RFC 4180 written apart from the writer. */
function parse(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  const token = /("(?:[^"]|"")*"|[^,"\r\n]*)(,|\r\n)/y;
  while (token.lastIndex < text.length) {
    const match = token.exec(text);
    assert.ok(match, 'malformed CSV');
    const [, field, end] = match as unknown as [string, string, string];
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === '\r\n') {
      rows.push(row);
      row = [];
    }
  }
  assert.deepEqual(row, []);
  return rows;
}

test('every table reads back with rows as wide as its heading', () => {
  for (const table of csvTables) {
    const [heading, ...rows] = parse(exportCsv(table)!);
    assert.ok(rows.length > 0, table);
    for (const row of rows) assert.equal(row.length, heading!.length, `${table}: ${row[0]}`);
  }
});

test('the tables hold what the profile holds', () => {
  const from = profile();
  const rowsOf = (table: string) => parse(exportCsv(table)!).slice(1);
  assert.equal(rowsOf('controls').length, from.controls.length);
  assert.equal(rowsOf('requirements').length, from.controls.flatMap((each) => each.requirements).length);
  assert.equal(rowsOf('matrix').length, from.matrix.length);
  assert.equal(rowsOf('parameters').length, from.parameters.length);
  assert.equal(rowsOf('lines').filter(([line]) => !line!.startsWith('X')).length, 118);
  const messages = new Map(rowsOf('messages').map((row) => [row[0]!, row]));
  for (const message of profileMessages()) assert.equal(messages.get(message.id)![4], message.name);
});

test('no table of that name', () => {
  assert.equal(exportCsv('nothing'), undefined);
  assert.equal(exportCsv('constructor'), undefined);
});

test('text that a spreadsheet would compute becomes text', () => {
  for (const text of ['=1+1', '+1', '-1', '@SUM(A1)', ' =1', '\t=1', '\r=1']) {
    assert.equal(inertText(text), `'${text}`);
  }
  assert.equal(inertText('a=b'), 'a=b');
  assert.equal(csvField(-5), '-5');
  assert.equal(csvField('say "yes", or no'), '"say ""yes"", or no"');
});

test('the JSON document is what the README says', () => {
  const document = JSON.parse(exportJson()) as Record<string, unknown> & {
    lines: { line: string; directions: { messages: unknown[] }[] }[];
    controls: { id: string; requirements: { id: string }[] }[];
    components: { id: string; domain: string | null }[];
  };
  assert.equal(document['format'], 'wattward-profile');
  assert.equal(document['formatVersion'], 1);
  assert.deepEqual(document, JSON.parse(JSON.stringify(profileDocument())));
  assert.equal(document.lines.length, 59);
  const messages = document.lines.flatMap((line) => line.directions.flatMap((each) => each.messages));
  assert.equal(messages.length, 289);
  assert.equal(document.controls.length, 105);
  assert.equal(document.components.find(({ id }) => id === 'meter')!.domain, null);
  assert.doesNotMatch(exportJson(), /undefined/);
});
