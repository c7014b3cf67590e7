import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import readWorkbook from 'read-excel-file/node';
import { answeredWorkbook, fullYes } from '../../test/answered.ts';
import { cellsOf, columns } from './columns.ts';
import { readAnswers } from './read.ts';
import { itemsOf, requestForProposals } from './request.ts';
import { scoreAnswers } from './score.ts';
import { parseCsv } from './table.ts';
import { requestWorkbook, sheetNames } from './xlsx.ts';

const request = requestForProposals({
  components: ['meter', 'head-end'],
  title: '=1+1',
  utility: '@SUM(1)',
  date: '2026-01-31',
});
const asked = itemsOf(...request.sections);

test('the workbook has its four sheets, and text that looks like a formula is text', async () => {
  const sheets = await readWorkbook(Buffer.from(await requestWorkbook(request)));
  assert.deepEqual(
    sheets.map(({ sheet }) => sheet),
    Object.values(sheetNames),
  );
  const cover = sheets[0]!.data.map(([first]) => first);
  assert.ok(cover.includes('=1+1'));
  assert.ok(cover.some((cell) => String(cell).startsWith('@SUM(1)')));
  const rows = sheets[1]!.data;
  assert.equal(rows.length, asked.length + 1);
  assert.deepEqual(
    rows[0],
    columns.map(({ title }) => title),
  );
});

function hasOffice(): boolean {
  try {
    execFileSync('soffice', ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

const needsOffice = { skip: hasOffice() ? false : 'needs Debian package libreoffice-calc-nogui' };

/** What LibreOffice makes of a workbook: the files that it writes, by name. */
function converted(workbook: Uint8Array, to: string): ReadonlyMap<string, Buffer> {
  const folder = mkdtempSync(join(tmpdir(), 'wattward-rfp-'));
  try {
    const source = join(folder, 'request.xlsx');
    const target = join(folder, 'out');
    writeFileSync(source, workbook);
    const profile = pathToFileURL(join(folder, 'office')).href;
    execFileSync(
      'soffice',
      [`-env:UserInstallation=${profile}`, '--headless', '--convert-to', to, '--outdir', target, source],
      { stdio: 'ignore', timeout: 300_000 },
    );
    return new Map(readdirSync(target).map((name) => [name, readFileSync(join(target, name))]));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

test(
  'LibreOffice opens the workbook: every requirement cell for cell, and its formulas count',
  needsOffice,
  async () => {
    // Commas, double quotes, UTF-8, from the first line, every sheet as a file of its own.
    const csv = 'csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true,false,false,false,-1';
    const files = converted(await requestWorkbook(request), csv);
    const sheet = (name: string) =>
      parseCsv(name, files.get(`request-${name}.csv`)!.toString('utf8')).rows.map(({ cells }) => cells);
    assert.deepEqual(sheet('Requirements'), [
      columns.map(({ title }) => title),
      ...asked.map((item) => {
        const cells = cellsOf(item);
        return columns.map(({ key }) => cells[key]);
      }),
    ]);
    assert.equal(sheet('Annex').length, itemsOf(request.annex).length + 1);
    const shall = asked.filter(({ requirement }) => requirement.obligation === 'shall').length;
    const row = sheet('Summary').find(([first]) => first === 'shall')!;
    assert.deepEqual(row.slice(0, 7), ['shall', String(shall), '0', '0', '0', '0', String(shall)]);
    assert.ok(sheet('Cover').some(([first]) => first === '=1+1'));
  },
);

test('a workbook that LibreOffice has saved again scores the same', needsOffice, async () => {
  const answered = await answeredWorkbook(request, {
    answer: (id) => (id === '2.8.3/R.1' ? { complies: 'partly', comment: 'größer – später' } : fullYes),
  });
  const saved = converted(answered, 'xlsx:Calc MS Excel 2007 XML').get('request.xlsx')!;
  const [direct, again] = await Promise.all(
    [answered, saved].map(async (octets) => scoreAnswers(await readAnswers(octets, { name: 'a.xlsx' }))),
  );
  assert.deepEqual(again, direct);
  assert.deepEqual(
    again!.gaps.map(({ id, comment }) => [id, comment]),
    [['2.8.3/R.1', 'größer – später']],
  );
});
