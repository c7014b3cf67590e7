import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCli } from './program.ts';

let folder = '';
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'wattward-rfp-cli-'));
});
after(() => rmSync(folder, { recursive: true, force: true }));

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

const inFolder = (name: string) => join(folder, name);

test('every format is written, named by the ending of the file, and never over another file unasked', async () => {
  for (const ending of ['md', 'html', 'csv', 'xlsx', 'json']) {
    const file = inFolder(`meter.${ending}`);
    const first = await run('rfp', '--component', 'meter', '--component', 'head-end', '--out', file);
    assert.equal(first.code, 0, first.err);
    assert.match(first.out, /on components\s+on the system/);
    const again = await run('rfp', '--component', 'meter', '--out', file);
    assert.equal(again.code, 69);
    assert.match(again.err, /exists already\n.*--force/);
    assert.equal((await run('rfp', '--component', 'meter', '--out', file, '--force')).code, 0);
  }
  assert.ok(JSON.parse(readFileSync(inFolder('meter.json'), 'utf8')).catalog.groups.length > 5);
  assert.equal(readFileSync(inFolder('meter.xlsx')).subarray(0, 2).toString(), 'PK');
});

test('standard output gets Markdown, and with --json the request as data', async () => {
  const text = await run('rfp', '--component', 'mdms,draacs', '--obligation', 'shall', '--parts', 'r,e');
  assert.equal(text.code, 0);
  assert.match(text.out, /^# Security requirements for Meter Data Management System/);
  const { out } = await run('rfp', '--component', 'mdms', '--json');
  const request = JSON.parse(out);
  assert.equal(request.format, 'wattward-rfp');
  assert.equal(request.components[0].id, 'mdms');
  const written = await run('rfp', '--component', 'mdms', '--out', inFolder('mdms.md'), '--json');
  assert.deepEqual(JSON.parse(written.out).components, ['mdms']);
});

test('what was typed wrong is a matter of usage and says what there is', async () => {
  for (const [args, message] of [
    [['rfp'], /--component ID/],
    [['rfp', '--component', 'cis'], /cis is no component/],
    [['rfp', '--component', 'meter', '--obligation', 'must'], /there are shall, should, may/],
    [['rfp', '--component', 'meter', '--parts', 'Q'], /there are R, E, G/],
    [['rfp', '--component', 'meter', '--format', 'pdf'], /there are md, html, csv, xlsx, oscal/],
    [['rfp', '--component', 'meter', '--format', 'xlsx'], /--out FILE\.xlsx/],
    [['rfp', '--component', 'meter', '--out', 'x.pdf'], /names no format/],
    [['rfp', '--component', 'meter', '--classification', 'secret'], /there are public, internal/],
    [['rfp', 'score'], /missing required argument/],
  ] as const) {
    const { code, err } = await run(...args);
    assert.equal(code, 2, args.join(' '));
    assert.match(err, message);
  }
});

/** The CSV request with an answer in every row. */
async function answered(name: string, answerOf: (row: number) => string): Promise<string> {
  const { out } = await run('rfp', '--component', 'meter.han', '--format', 'csv');
  let row = 1;
  const file = inFolder(name);
  writeFileSync(
    file,
    out.replaceAll(/,,,,(wattward-rfp [^\r]*)/g, (_, scope: string) => `,${answerOf(++row)},${scope}`),
  );
  return file;
}

test('score: 0 without a gap, 1 with one, 3 when the file is another request', async () => {
  const complete = await run('rfp', 'score', await answered('complete.csv', () => 'yes,,Manual 1.2'));
  assert.equal(complete.code, 0, complete.err);
  assert.match(complete.out, /^No gap/);
  const gaps = await run(
    'rfp',
    'score',
    await answered('gaps.csv', (row) => (row === 2 ? 'no,,' : 'yes,,x')),
  );
  assert.equal(gaps.code, 1);
  assert.match(gaps.out, /Gaps: binding, and not met \(1\)[\s\S]*\n\s+2\s+2\.8\.2\/R\.1\s+no/);
  assert.match(gaps.out, /without a reason \(1\)/);
  const file = await answered('other.csv', () => 'yes,,x');
  writeFileSync(file, readFileSync(file, 'utf8').replaceAll('profile 0.48', 'profile 0.47'));
  const other = await run('rfp', 'score', file, '--json');
  assert.equal(other.code, 3);
  const score = JSON.parse(other.out);
  assert.equal(score.verdict, 'mismatch');
  assert.deepEqual(score.profileVersion, { file: '0.47', current: '0.48', match: false });
});

test('score: a malformed file is refused with sheet and row, and one that is not there with its name', async () => {
  const file = await answered('odd.csv', (row) => (row === 4 ? 'perhaps,,' : 'yes,,x'));
  const odd = await run('rfp', 'score', file, '--json');
  assert.equal(odd.code, 1);
  assert.equal(odd.out, '');
  const { error } = JSON.parse(odd.err);
  assert.equal(error.code, 'rfp/malformed');
  assert.match(error.detail, /^odd\.csv, row 4, column L: "perhaps" is none of/);
  const none = await run('rfp', 'score', inFolder('nothing.xlsx'));
  assert.equal(none.code, 69);
  assert.match(none.err, /nothing\.xlsx/);
  writeFileSync(inFolder('text.xlsx'), 'no workbook');
  assert.match((await run('rfp', 'score', inFolder('text.xlsx'))).err, /no ZIP archive/);
});
