import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex } from '../base/bytes.ts';
import { objectList } from '../classes/typed/object-list.ts';
import { captureObjects } from '../classes/typed/references.ts';
import { encodeData } from '../data/codec.ts';
import { formatDateTime } from '../data/date-text.ts';
import { formatQuantity } from '../data/scaler-unit.ts';
import { type Data, data, nullData } from '../data/types.ts';
import { discoverObjects } from './discover.ts';
import { type ProfileReader, type ProfileSelection, readProfileRows } from './profile.ts';
import { ArrayRows } from './rows.ts';

const obis = '1.0.99.1.0.255';
const columns = [
  { classId: 8, logicalName: '0.0.1.0.0.255', attributeIndex: 2, dataIndex: 0 },
  { classId: 3, logicalName: '1.0.1.8.0.255', attributeIndex: 2, dataIndex: 0 },
];
const first = data('octet-string', fromHex('07e90a01030800 00ff000000'));
const row = (...values: Data[]): Data => data('structure', values);
const count = (value: number): Data => data('double-long-unsigned', value);

/** A meter with one profile; `pieceSize` is how much of the buffer a block has. */
function meter(buffer: Data, pieceSize: number) {
  const asked: { selector: number | undefined }[] = [];
  let pieces = 0;
  const reader: ProfileReader = {
    async read(classId, _obis, attribute) {
      if (classId === 7 && attribute === 3) return captureObjects.encode(columns);
      if (classId === 7 && attribute === 4) return count(900);
      assert.deepEqual([classId, attribute], [3, 3]);
      return row(data('integer', -1), data('enum', 30));
    },
    async *readPieces(request) {
      asked.push({ selector: request.selection?.selector });
      const raw = encodeData(buffer);
      for (let at = 0; at < raw.length; at += pieceSize) {
        pieces += 1;
        yield raw.subarray(at, at + pieceSize);
      }
    },
  };
  return { reader, asked, pieces: () => pieces };
}

async function collect(reader: ProfileReader, selection: ProfileSelection, options = {}) {
  const rows = [];
  for await (const one of readProfileRows(reader, obis, selection, options)) rows.push(one);
  return rows;
}

test('rows come scaled and named, and null-data stands for the period and the value before', async () => {
  const buffer = data('array', [
    row(first, count(1234)),
    row(nullData, count(1250)),
    row(nullData, nullData),
  ]);
  const { reader, asked } = meter(buffer, 7);
  const rows = await collect(reader, { from: new Date(0), to: new Date(1) }, { scaled: true });
  assert.deepEqual(
    rows.map(({ time, cells }) => [formatDateTime(time!).slice(0, 21), formatQuantity(cells[1]!.quantity!)]),
    [
      ['2025-10-01w3T08:00:00', '123.4 Wh'],
      ['2025-10-01w3T08:15:00', '125.0 Wh'],
      ['2025-10-01w3T08:30:00', '125.0 Wh'],
    ],
  );
  assert.match(rows[0]!.cells[1]!.column.name, /value$/);
  assert.deepEqual(asked, [{ selector: 1 }]);
  const plain = await collect(reader, { entries: { from: 1 } }, { expandNulls: false, columns });
  assert.equal(plain[1]!.cells[0]!.value.type, 'null-data');
  assert.equal(plain[0]!.cells[1]!.quantity, undefined);
  assert.equal(asked[1]!.selector, 2);
});

test('rows are handed out before the rest of the buffer is asked for', async () => {
  const buffer = data(
    'array',
    Array.from({ length: 200 }, (_, i) => row(first, count(i))),
  );
  const { reader, pieces } = meter(buffer, 60);
  let rows = 0;
  for await (const _ of readProfileRows(reader, obis, {}, { columns })) {
    rows += 1;
    if (rows === 10) break;
  }
  assert.ok(pieces() < 8, `${pieces()} blocks for ten rows`);
});

test('an array comes apart the same, however it is cut', () => {
  const values = fc.array(
    fc.oneof(
      fc.constant(nullData),
      fc.nat(1000).map(count),
      fc.uint8Array({ maxLength: 20 }).map((v) => data('octet-string', v)),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(
      fc.array(
        values.map((v) => row(...v)),
        { maxLength: 20 },
      ),
      fc.integer({ min: 1, max: 50 }),
      (rows, size) => {
        const raw = encodeData(data('array', rows));
        const reader = new ArrayRows(10_000);
        const found: Data[] = [];
        for (let at = 0; at < raw.length; at += size) found.push(...reader.push(raw.subarray(at, at + size)));
        found.push(...reader.finish());
        assert.deepEqual(found, rows);
      },
    ),
  );
});

test('a compact array is read when it is whole', async () => {
  const description = {
    type: 'structure',
    elements: [{ type: 'octet-string' }, { type: 'double-long-unsigned' }],
  } as const;
  const buffer = data('compact-array', { description, items: [row(first, count(7)), row(first, count(8))] });
  const rows = await collect(meter(buffer, 5).reader, {}, { columns });
  assert.deepEqual(
    rows.map(({ cells }) => cells[1]!.value.value),
    [7, 8],
  );
});

test('buffers that do not fit their columns, break off or go on are refused', async () => {
  const narrow = data('array', [row(first)]);
  await assert.rejects(collect(meter(narrow, 50).reader, {}, { columns }), { code: 'client/profile' });
  await assert.rejects(collect(meter(count(5), 50).reader, {}, { columns }), { code: 'client/profile' });
  const rows = new ArrayRows(1000);
  rows.push(fromHex('01 03 11 05'));
  assert.throws(() => rows.finish(), { code: 'client/profile' });
  assert.throws(() => new ArrayRows(1000).push(fromHex('01 01 11 05 11')), { code: 'client/profile' });
  const endless = new ArrayRows(1000);
  endless.push(fromHex('01 02 09 84 00 ff ff ff'));
  assert.throws(() => endless.push(new Uint8Array(70_000)), { code: 'client/profile' });
  assert.deepEqual(new ArrayRows(10).push(fromHex('00')), []);
});

test('the object list is read in the version that it names itself', async () => {
  for (const version of [0, 1, 2, 3] as const) {
    const protection = {
      authenticatedRequest: version > 0,
      encryptedRequest: version === 3,
      signedRequest: false,
      authenticatedResponse: version > 0,
      encryptedResponse: false,
      signedResponse: false,
    };
    const list = objectList(version).encode([
      {
        classId: 3,
        version: 0,
        logicalName: '1.0.1.8.0.255',
        attributes: [{ attribute: 2, read: true, write: false, protection, selectors: undefined }],
        methods: [],
      },
      { classId: 15, version, logicalName: '0.0.40.0.0.255', attributes: [], methods: [] },
    ]);
    const [register] = await discoverObjects({ read: async () => list });
    assert.equal(register?.className, 'Register');
    assert.match(register!.description, /energy/i);
    assert.deepEqual(register!.attributes[0]!.protection, protection);
  }
});
