import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { dateTime } from '../../test/arbitraries.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { formatDate, formatDateTime, formatTime, parseDate, parseDateTime, parseTime } from './date-text.ts';
import {
  checkDateTime,
  decodeDate,
  decodeDateTime,
  decodeTime,
  encodeDate,
  encodeDateTime,
  encodeTime,
  fromDate,
  toDate,
  unspecifiedDateTime,
} from './date-time.ts';

/** Octets, text, moment. The first is a recorded push of a Slovenian meter in summer. */
const vectors = [
  ['07e90904040a000a00ff8880', '2025-09-04w4T10:00:10.00+02:00[dst]', '2025-09-04T08:00:10.000Z'],
  ['07e30c1001073b28ff8000ff', '2019-12-16w1T07:59:40', undefined],
  ['07e60b03ff0f2619ffff4cff', '2022-11-03T15:38:25+03:00', '2022-11-03T12:38:25.000Z'],
  ['07e7021c021737163200b400', '2023-02-28w2T23:55:22.50-03:00[]', '2023-03-01T02:55:22.500Z'],
  ['07e8021d0400000000000000', '2024-02-29w4T00:00:00.00Z[]', '2024-02-29T00:00:00.000Z'],
  ['fffffffeffffffffff8000ff', '****-**-l1T**:**:**', undefined],
  ['fffffdfd07020000ff800008', '****-de-l2w7T02:00:00[invalid-status]', undefined],
  ['fffffe0107ffffffff8000ff', '****-db-01w7T**:**:**', undefined],
] as const;

test('octets, fields, text and moments agree', () => {
  for (const [hex, text, moment] of vectors) {
    const value = decodeDateTime(fromHex(hex));
    assert.equal(toHex(encodeDateTime(value)), hex);
    assert.equal(formatDateTime(value), text);
    assert.deepEqual(parseDateTime(text), value);
    assert.deepEqual(checkDateTime(value), [], hex);
    if (moment === undefined) assert.throws(() => toDate(value), { code: 'data/not-a-moment' });
    else assert.equal(toDate(value).toISOString(), moment);
  }
});

test('every wildcard is a field that is not specified', () => {
  assert.deepEqual(decodeDateTime(fromHex('ffffffffffffffffff8000ff')), unspecifiedDateTime);
  assert.equal(toHex(encodeDateTime(unspecifiedDateTime)), 'ffffffffffffffffff8000ff');
});

test('any octets come back from the fields they become', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 12, maxLength: 12 }), (octets) => {
      assert.equal(toHex(encodeDateTime(decodeDateTime(octets))), toHex(octets));
      assert.equal(toHex(encodeDate(decodeDate(octets.subarray(0, 5)))), toHex(octets.subarray(0, 5)));
      assert.equal(toHex(encodeTime(decodeTime(octets.subarray(5, 9)))), toHex(octets.subarray(5, 9)));
    }),
    { numRuns: 2000 },
  );
});

test('any fields come back from their text', () => {
  fc.assert(
    fc.property(dateTime, (value) => {
      assert.deepEqual(parseDateTime(formatDateTime(value), { lenient: true }), value);
      const { year, month, dayOfMonth, dayOfWeek, hour, minute, second, hundredths } = value;
      const date = { year, month, dayOfMonth, dayOfWeek };
      assert.deepEqual(parseDate(formatDate(date)), date);
      const time = { hour, minute, second, hundredths };
      assert.deepEqual(parseTime(formatTime(time)), time);
    }),
    { numRuns: 2000 },
  );
});

test('a Date becomes a date-time in any deviation and comes back', () => {
  fc.assert(
    fc.property(
      fc.date({ min: new Date('0001-01-02'), max: new Date('9998-12-30'), noInvalidDate: true }),
      fc.integer({ min: -720, max: 840 }),
      (date, deviationMinutes) => {
        const value = fromDate(date, { deviationMinutes });
        assert.deepEqual(checkDateTime(value), []);
        assert.equal(toDate(value).getTime(), Math.floor(date.getTime() / 10) * 10);
      },
    ),
  );
  const summer = fromDate(new Date('2025-07-01T10:00:00Z'), {
    deviationMinutes: -120,
    daylightSavingActive: true,
  });
  assert.equal(formatDateTime(summer), '2025-07-01w2T12:00:00.00+02:00[dst]');
});

test('an unspecified deviation is only read as the caller says', () => {
  const value = decodeDateTime(fromHex('07e30c1001073b28ff8000ff'));
  assert.equal(toDate(value, { assumeDeviationMinutes: 0 }).toISOString(), '2019-12-16T07:59:40.000Z');
  assert.equal(toDate(value, { assumeDeviationMinutes: -60 }).toISOString(), '2019-12-16T06:59:40.000Z');
});

test('fields the standard does not allow are said, and are no moment', () => {
  const cases = [
    ['07e90d04ff0a000a00000000', /month 13/],
    ['07e9021dff0a000a00000000', /day of month 29/],
    ['07e90904050a000a00000000', /day of week 5/],
    ['07e90904ff18000a00000000', /hour 24/],
    ['07e90904ff0a3c0a00000000', /minute 60/],
    ['07e90904ff0a003c00000000', /second 60/],
    ['07e90904ff0a000a64000000', /hundredths 100/],
    ['07e90904ff0a000a00040000', /deviation 1024/],
    ['07e90904ff0a000a00000010', /reserved/],
  ] as const;
  for (const [hex, wrong] of cases) {
    const value = decodeDateTime(fromHex(hex));
    assert.match(checkDateTime(value).join(), wrong);
    assert.throws(() => parseDateTime(formatDateTime(value)), { code: 'data/date-time' });
    assert.deepEqual(parseDateTime(formatDateTime(value), { lenient: true }), value);
  }
  assert.throws(() => toDate(decodeDateTime(fromHex('07e9021dff0a000a00000000'))), {
    code: 'data/not-a-moment',
  });
});

test('text and octets that are no date-time are refused', () => {
  for (const text of [
    '',
    '2025',
    '2025-01-01',
    '2025-01-01T',
    '2025-1-1T00:00',
    '2025-01-01T00:00[x]',
    'T'.repeat(999),
  ]) {
    assert.throws(
      () => parseDateTime(text),
      (error: unknown) => error instanceof CosemError && error.code === 'data/date-time',
      text,
    );
  }
  assert.throws(() => decodeDateTime(new Uint8Array(11)), { code: 'data/date-time' });
  assert.throws(() => decodeDate(new Uint8Array(4)), { code: 'data/date-time' });
  assert.throws(() => decodeTime(new Uint8Array(5)), { code: 'data/date-time' });
  assert.throws(() => fromDate(new Date(Number.NaN)), { code: 'data/date-time' });
  assert.throws(() => encodeDateTime({ ...unspecifiedDateTime, hour: 256 }), { code: 'data/range' });
  assert.throws(() => encodeDateTime({ ...unspecifiedDateTime, year: -1 }), { code: 'data/range' });
});
