import assert from 'node:assert/strict';
import { test } from 'node:test';
import { deflateRawSync } from 'node:zlib';
import { answeredWorkbook, type Variation } from '../../test/answered.ts';
import { ConformanceError } from '../base/errors.ts';
import { requestCsv } from './csv.ts';
import { readAnswers } from './read.ts';
import { itemsOf, requestForProposals } from './request.ts';
import { columnLetter, mostColumns, mostRows, parseCsv } from './table.ts';
import { mostFileOctets, mostUnpackedOctets } from './workbook-bounds.ts';
import { requestWorkbook } from './xlsx.ts';

const request = requestForProposals({
  components: ['meter.han'],
  obligations: ['may', 'should'],
  parts: ['R', 'E'],
  date: '2026-01-31',
});

const octetsOf = (text: string) => new TextEncoder().encode(text);
const read = async (variation: Variation) =>
  readAnswers(await answeredWorkbook(request, variation), { name: 'offer.xlsx' });

async function refused(work: Promise<unknown>, code: string, detail: RegExp): Promise<void> {
  await assert.rejects(work, (error: unknown) => {
    assert.ok(error instanceof ConformanceError, String(error));
    assert.equal(error.code, code, error.detail);
    assert.match(error.detail, detail);
    return true;
  });
}

test('what the writer hands out reads back: scope, ids, no answers', async () => {
  const back = await readAnswers(await requestWorkbook(request), { name: 'request.xlsx' });
  assert.equal(back.profileVersion, '0.48');
  assert.deepEqual(back.scope, {
    components: ['meter.han'],
    obligations: ['should', 'may'],
    parts: ['R', 'E'],
  });
  assert.deepEqual(
    back.rows.map(({ id, number }) => [id, number]),
    itemsOf(...request.sections).map(({ requirement, number }) => [requirement.id, number]),
  );
  for (const row of back.rows) assert.deepEqual([row.answer, row.comment, row.evidence], [undefined, '', '']);
});

test('an answer that is none is refused with sheet, row and column', async () => {
  await refused(
    read({ answer: (_, at) => ({ complies: at === 1 ? 'perhaps' : 'yes' }) }),
    'rfp/malformed',
    /^Requirements, row 3, column D: "perhaps" is none of yes, partly, no, not applicable$/,
  );
});

test('a row without an id is refused with its place, and only so many problems are told', async () => {
  await refused(read({ more: [{ complies: 'yes' }] }), 'rfp/malformed', /column B: no requirement id/);
  const many = Array.from({ length: 50 }, () => ({ complies: 'maybe' }));
  await refused(read({ more: many }), 'rfp/malformed', /; and \d+ more$/);
});

test('a missing, doubled or renamed column or sheet is refused by name', async () => {
  await refused(
    read({ heading: ['No.', 'Requirement', 'Obligation', 'Complies', 'Comment', 'Proof'] }),
    'rfp/malformed',
    /^Requirements, row 1: no column "Evidence reference"$/,
  );
  await refused(
    read({ heading: ['No.', 'Requirement', 'Complies', 'complies ', 'Comment', 'Evidence reference'] }),
    'rfp/malformed',
    /^Requirements, row 1, column D: a second column "complies"$/,
  );
  await refused(
    read({ sheets: { requirements: 'Sheet1' } }),
    'rfp/malformed',
    /no sheet "Requirements"; it has Cover, Sheet1/,
  );
  await refused(read({ sheets: { cover: 'Front' } }), 'rfp/malformed', /no sheet "Cover"/);
});

test('a cover without a fact, with an empty one, or of another format is refused with its place', async () => {
  await refused(
    read({ facts: { 'Profile version': undefined } }),
    'rfp/malformed',
    /^Cover: no row "Profile version"/,
  );
  await refused(
    read({ facts: { Parts: '' } }),
    'rfp/malformed',
    /^Cover, row 5, column B: no value for "Parts"$/,
  );
  await refused(read({ facts: { 'Wattward RFP format': '2' } }), 'rfp/malformed', /format "2"; .* format 1/);
});

test('CSV: errors name file, row and column', async () => {
  const csv = requestCsv(request);
  const readCsv = (text: string) => readAnswers(octetsOf(text), { name: 'dir/offer.csv' });
  await refused(
    readCsv('\ufeffRequirement,Complies\r\n'),
    'rfp/malformed',
    /^offer\.csv, row 1: no column "Comment"$/,
  );
  await refused(readCsv(''), 'rfp/malformed', /^offer\.csv is empty$/);
  await refused(readCsv(csv.slice(0, csv.indexOf('\r\n') + 2)), 'rfp/malformed', /holds no requirement/);
  await refused(
    readCsv(csv.replace(/wattward-rfp 1; profile 0\.48/, 'wattward-rfp 1; edition 0.48')),
    'rfp/malformed',
    /^offer\.csv, row 2, column O: not what the request put there$/,
  );
  const last = csv.lastIndexOf('profile 0.48');
  await refused(
    readCsv(`${csv.slice(0, last)}profile 0.49${csv.slice(last + 12)}`),
    'rfp/malformed',
    /another scope than in row 2/,
  );
  await refused(readCsv('a,"b\r\nc'), 'rfp/unreadable', /^offer\.csv, row 1: a quote never closes$/);
  await refused(readCsv('a\r\nb,"c"d'), 'rfp/unreadable', /^offer\.csv, row 2, column B: text follows/);
  await refused(
    readAnswers(Uint8Array.of(0x61, 0xff, 0xfe), { name: 'x.CSV' }),
    'rfp/unreadable',
    /is not UTF-8/,
  );
});

test('CSV: semicolons, bare line feeds, quoted line ends and guards against formulas are understood', () => {
  assert.deepEqual(parseCsv('x', 'a;b;c\n1;"two\nlines";\n\n4;5;6').rows, [
    { row: 1, cells: ['a', 'b', 'c'] },
    { row: 2, cells: ['1', 'two\nlines', ''] },
    { row: 5, cells: ['4', '5', '6'] },
  ]);
  assert.deepEqual(parseCsv('x', 'a,"say ""yes"""\r\n').rows, [{ row: 1, cells: ['a', 'say "yes"'] }]);
});

test('a guarded comment loses its guard', async () => {
  const text = requestCsv(request).replace(/,,,,(wattward-rfp)/, ",no,'=1+1,'quoted',$1");
  const { rows } = await readAnswers(octetsOf(text), { name: 'offer.csv' });
  assert.equal(rows[0]!.comment, '=1+1');
  assert.equal(rows[0]!.evidence, "'quoted'");
});

test('columns have the letters of a spreadsheet', () => {
  assert.deepEqual([0, 25, 26, 51, 52, 701, 702].map(columnLetter), [
    'A',
    'Z',
    'AA',
    'AZ',
    'BA',
    'ZZ',
    'AAA',
  ]);
});

test('files, tables and archives beyond the bounds are refused', async () => {
  const big = new Uint8Array(mostFileOctets + 1);
  await refused(readAnswers(big, { name: 'a.xlsx' }), 'rfp/too-large', /octets; at most/);
  await refused(readAnswers(big, { name: 'a.csv' }), 'rfp/too-large', /octets; at most/);
  const long = 'a\n'.repeat(mostRows + 2);
  assert.throws(() => parseCsv('x', long), { code: 'rfp/too-large' });
  assert.throws(() => parseCsv('x', ','.repeat(mostColumns + 1)), { code: 'rfp/too-large' });
  await refused(
    readAnswers(archive(Buffer.alloc(mostUnpackedOctets + 1)), { name: 'a.xlsx' }),
    'rfp/too-large',
    /unpacks to more than/,
  );
});

/** An archive of one entry that says it is small, whatever it is. */
function archive(content: Uint8Array): Uint8Array {
  const packed = deflateRawSync(content);
  const name = Buffer.from('xl/workbook.xml');
  const local = Buffer.alloc(30);
  local.writeUInt32LE(0x04034b50, 0);
  local.writeUInt16LE(8, 8);
  local.writeUInt32LE(packed.length, 18);
  local.writeUInt32LE(10, 22);
  local.writeUInt16LE(name.length, 26);
  const entry = Buffer.alloc(46);
  entry.writeUInt32LE(0x02014b50, 0);
  entry.writeUInt16LE(8, 10);
  entry.writeUInt32LE(packed.length, 20);
  entry.writeUInt32LE(10, 24);
  entry.writeUInt16LE(name.length, 28);
  const end = Buffer.alloc(22);
  end.writeUInt32LE(0x06054b50, 0);
  end.writeUInt16LE(1, 8);
  end.writeUInt16LE(1, 10);
  end.writeUInt32LE(entry.length + name.length, 12);
  end.writeUInt32LE(local.length + name.length + packed.length, 16);
  return Buffer.concat([local, name, packed, entry, name, end]);
}

test('a cell or row that claims a place far away, and a host of sheets, are refused before anything is read', async () => {
  for (const tag of [
    '<row r="99999999999"/>',
    `<row\n spans="1:2" x=">" r = '1e9'>`,
    '<row r="Infinity">',
    '<x:row r="&#57;99999999">',
    '<c r="ZZZ1"/>',
    '<c s="1" r="A1048576">',
    '<c r="AAAAAAAAAA1">',
  ]) {
    const work = readAnswers(archive(octetsOf(`<sheetData>${tag}`)), { name: 'a.xlsx' });
    await refused(work, 'rfp/too-large', /^a sheet has something at/);
  }
  const sheets = octetsOf('<sheet name="a"/>'.repeat(51));
  await refused(readAnswers(archive(sheets), { name: 'a.xlsx' }), 'rfp/too-large', /51 sheets/);
  const harmless = octetsOf('<row r="10000"><c r="CV1"/><c:row/><fillToRect r="50000"/>');
  await refused(readAnswers(archive(harmless), { name: 'a.xlsx' }), 'rfp/unreadable', /cannot be read/);
});

test('what is no workbook is refused', async () => {
  for (const octets of [new Uint8Array(0), octetsOf('PK'), octetsOf('<html>'.repeat(100))]) {
    await refused(readAnswers(octets, { name: 'a.xlsx' }), 'rfp/unreadable', /no ZIP archive/);
  }
});

/** mulberry32: enough chance for a fuzz, and the same for the same seed. */
function chance(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

test('damaged workbooks and tables end in an error of this package or in answers, never otherwise', async () => {
  const seed = Date.now() & 0xffff;
  const random = chance(seed);
  const below = (limit: number) => Math.floor(random() * limit);
  const workbook = await answeredWorkbook(request);
  const table = octetsOf(requestCsv(request).slice(0, 4000));
  for (let round = 0; round < 300; round++) {
    const isTable = round % 2 === 0;
    const source = isTable ? table : workbook;
    const octets = Uint8Array.from(source.subarray(0, random() < 0.2 ? below(source.length) : source.length));
    for (let hits = below(8); hits >= 0 && octets.length > 0; hits--)
      octets[below(octets.length)] = below(256);
    try {
      await readAnswers(octets, { name: isTable ? 'a.csv' : 'a.xlsx' });
    } catch (error) {
      assert.ok(error instanceof ConformanceError, `seed ${seed}, round ${round}: ${(error as Error).stack}`);
    }
  }
});
