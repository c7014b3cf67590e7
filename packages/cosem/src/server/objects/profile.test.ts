import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dateTime } from '../../classes/typed/codec.ts';
import {
  clockColumn,
  selectEntries,
  selectRange,
  selectTimes,
} from '../../classes/typed/selective-access.ts';
import { type Data, data, fromDate, unspecifiedDateTime } from '../../data/index.ts';
import { deviceItself, readAttribute } from '../object.ts';
import { compareValues } from './compare.ts';
import { MemoryProfileStore, type ProfileOptions, profileObject } from './profile.ts';

const valueColumn = { classId: 3, logicalName: '1.0.1.8.0.255', attributeIndex: 2, dataIndex: 0 };
const start = Date.UTC(2026, 0, 1);
const time = (hour: number) => fromDate(new Date(start + hour * 3_600_000));

function makeProfile(extra: Partial<ProfileOptions> = {}) {
  const store = new MemoryProfileStore();
  let hour = 0;
  const values = [5, 1, 4, 2, 3];
  const profile = profileObject({
    obis: '1.0.99.1.0.255',
    columns: [clockColumn, valueColumn],
    store,
    read: (column) =>
      column === clockColumn ? dateTime.encode(time(hour)) : data('unsigned', values[hour++ % 5]!),
    capturePeriodSeconds: 3600,
    maxRows: 100,
    ...extra,
  });
  const buffer = profile.object.attributes.get(2)!;
  const rows = async (selection?: { selector: number; parameters: Data }): Promise<number[][]> => {
    const value = await readAttribute(profile.object, buffer, { caller: deviceItself, selection });
    return (value.value as Data[]).map((row) => (row.value as Data[]).map(numberOf));
  };
  const fill = async (count: number) => {
    for (let i = 0; i < count; i++) await profile.capture();
  };
  return { profile, store, rows, fill };
}

/** Times become the hour, values themselves. */
function numberOf(value: Data): number {
  return value.type === 'octet-string' ? value.value[5]! : Number(value.value);
}

test('rows come in the order of capture, and the oldest go first', async () => {
  const { rows, fill } = makeProfile({ maxRows: 3 });
  await fill(5);
  assert.deepEqual(await rows(), [
    [2, 4],
    [3, 2],
    [4, 3],
  ]);
});

test('selection by range of time, ends included', async () => {
  const { rows, fill } = makeProfile();
  await fill(5);
  assert.deepEqual(await rows(selectTimes(time(1), time(3))), [
    [1, 1],
    [2, 4],
    [3, 2],
  ]);
  assert.deepEqual(await rows(selectTimes(time(9), time(10))), []);
  const open = { ...unspecifiedDateTime };
  assert.equal((await rows(selectTimes(open, time(1)))).length, 2);
  assert.equal((await rows(selectTimes(time(3), open))).length, 2);
});

test('selection by range of a value, and of columns', async () => {
  const { rows, fill } = makeProfile();
  await fill(5);
  const range = { restrictingObject: valueColumn, from: data('unsigned', 3), to: data('unsigned', 5) };
  assert.deepEqual(await rows(selectRange({ ...range, columns: [valueColumn] })), [[5], [4], [3]]);
  assert.deepEqual(await rows(selectRange({ ...range, columns: [valueColumn, clockColumn] })), [
    [5, 0],
    [4, 2],
    [3, 4],
  ]);
});

test('selection by entry and column, from 1, 0 for the last', async () => {
  const { rows, fill } = makeProfile();
  await fill(5);
  assert.deepEqual(await rows(selectEntries(4)), [
    [3, 2],
    [4, 3],
  ]);
  assert.deepEqual(await rows(selectEntries(1, 2, 2)), [[5], [1]]);
  assert.deepEqual(await rows(selectEntries(2, 2, 1, 1)), [[1]]);
  assert.deepEqual(await rows(selectEntries(0)), await rows());
  assert.deepEqual(await rows(selectEntries(6)), []);
});

test('a selection that makes no sense is refused', async () => {
  const { rows, fill } = makeProfile();
  await fill(2);
  const refused = { code: 'server/type-unmatched' };
  await assert.rejects(() => rows({ selector: 1, parameters: data('unsigned', 1) }), refused);
  await assert.rejects(() => rows({ selector: 2, parameters: data('structure', []) }), refused);
  const stranger = { ...valueColumn, logicalName: '1.0.9.9.9.255' };
  const range = { from: data('unsigned', 0), to: data('unsigned', 9) };
  await assert.rejects(
    () => rows(selectRange({ restrictingObject: stranger, ...range, columns: [] })),
    refused,
  );
  await assert.rejects(
    () => rows(selectRange({ restrictingObject: valueColumn, ...range, columns: [stranger] })),
    refused,
  );
});

test('every sort method', async () => {
  const expected = {
    fifo: [5, 1, 4, 2, 3],
    lifo: [3, 2, 4, 1, 5],
    largest: [5, 4, 3, 2, 1],
    smallest: [1, 2, 3, 4, 5],
    nearestToZero: [1, 2, 3, 4, 5],
    farthestFromZero: [5, 4, 3, 2, 1],
  } as const;
  for (const [sort, values] of Object.entries(expected)) {
    const { rows, fill } = makeProfile({ sort: sort as keyof typeof expected, sortColumn: 1 });
    await fill(5);
    assert.deepEqual(
      (await rows()).map(([, value]) => value),
      values,
      sort,
    );
  }
});

test('a full sorted buffer loses what is last in its order', async () => {
  const { rows, fill } = makeProfile({ sort: 'largest', sortColumn: 1, maxRows: 2 });
  await fill(5);
  assert.deepEqual(
    (await rows()).map(([, value]) => value),
    [5, 4],
  );
});

test('methods are there only where they are asked for', async () => {
  assert.equal(makeProfile().profile.object.methods.size, 0);
  const { profile, rows } = makeProfile({ methods: { reset: true, capture: true } });
  const change = { caller: deviceItself, afterResponse: () => {} };
  await profile.object.methods.get(2)!.code(data('integer', 0), change);
  assert.equal((await rows()).length, 1);
  await profile.object.methods.get(1)!.code(data('integer', 0), change);
  assert.equal((await rows()).length, 0);
});

test('values compare by what they stand for', () => {
  assert.ok(compareValues(data('unsigned', 2), data('double-long', 10)) < 0);
  assert.ok(compareValues(data('long64', -1n), data('unsigned', 0)) < 0);
  const utc = fromDate(new Date(start));
  const local = fromDate(new Date(start), { deviationMinutes: -60 });
  assert.equal(compareValues(data('date-time', utc), dateTime.encode(local)), 0);
  assert.ok(compareValues(data('visible-string', 'a'), data('visible-string', 'b')) < 0);
  assert.ok(compareValues(data('boolean', false), data('boolean', true)) < 0);
});
