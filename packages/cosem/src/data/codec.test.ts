import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { data as anyData } from '../../test/arbitraries.ts';
import { fuzzSeed, mutate, randomFrom, randomOctets } from '../../test/fuzz.ts';
import { ByteReader, fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { decodeData, encodeData, maxDepth, readData } from './codec.ts';
import { type Data, type DataType, data, dataTags } from './types.ts';

/** One line for every type: octets, and the value they are. */
const vectors: readonly (readonly [string, Data])[] = [
  ['00', data('null-data', null)],
  ['0100', data('array', [])],
  ['0102 1105 1106', data('array', [data('unsigned', 5), data('unsigned', 6)])],
  ['0202 00 0301', data('structure', [data('null-data', null), data('boolean', true)])],
  ['0300', data('boolean', false)],
  ['040b a540', data('bit-string', '10100101010')],
  ['05 fffffffe', data('double-long', -2)],
  ['06 fffffffe', data('double-long-unsigned', 4294967294)],
  ['0903 010203', data('octet-string', Uint8Array.of(1, 2, 3))],
  ['0a04 74e97374', data('visible-string', 'tést')],
  ['0c05 74c3a97374', data('utf8-string', 'tést')],
  ['0d 99', data('bcd', -103)],
  ['0f 80', data('integer', -128)],
  ['10 8000', data('long', -32768)],
  ['11 ff', data('unsigned', 255)],
  ['12 ffff', data('long-unsigned', 65535)],
  ['14 ffffffffffffffff', data('long64', -1n)],
  ['15 ffffffffffffffff', data('long64-unsigned', 18446744073709551615n)],
  ['16 1b', data('enum', 27)],
  ['17 3fc00000', data('float32', 1.5)],
  ['18 c004000000000000', data('float64', -2.5)],
  ['1b 0a1e00ff', data('time', { hour: 10, minute: 30, second: 0, hundredths: undefined })],
  [
    '1a 07e9fefdff',
    data('date', { year: 2025, month: 'dst-begin', dayOfMonth: 'second-last', dayOfWeek: undefined }),
  ],
  [
    '19 07e90904040a000a00ff8880',
    data('date-time', {
      year: 2025,
      month: 9,
      dayOfMonth: 4,
      dayOfWeek: 4,
      hour: 10,
      minute: 0,
      second: 10,
      hundredths: 0,
      deviationMinutes: -120,
      status: {
        invalidValue: false,
        doubtfulValue: false,
        differentClockBase: false,
        invalidClockStatus: false,
        daylightSavingActive: true,
        reserved: 0,
      },
    }),
  ],
  ['1c ff', data('delta-integer', -1)],
  ['1d ffff', data('delta-long', -1)],
  ['1e ffffffff', data('delta-double-long', -1)],
  ['1f ff', data('delta-unsigned', 255)],
  ['20 ffff', data('delta-long-unsigned', 65535)],
  ['21 ffffffff', data('delta-double-long-unsigned', 4294967295)],
  ['ff', data('dont-care', null)],
  [
    '13 02 02 12 11 06 0001 05 0002 06',
    data('compact-array', {
      description: { type: 'structure', elements: [{ type: 'long-unsigned' }, { type: 'unsigned' }] },
      items: [
        data('structure', [data('long-unsigned', 1), data('unsigned', 5)]),
        data('structure', [data('long-unsigned', 2), data('unsigned', 6)]),
      ],
    }),
  ],
];

test('every type decodes and encodes as the standard writes it', () => {
  for (const [hex, value] of vectors) {
    assert.deepEqual(decodeData(fromHex(hex)), value, hex);
    assert.equal(toHex(encodeData(value)), hex.replaceAll(' ', ''));
  }
  const seen = new Set(vectors.map(([, value]) => value.type));
  assert.deepEqual([...seen].sort(), (Object.keys(dataTags) as DataType[]).sort());
});

test('a Buffer and a view inside a larger buffer decode like plain octets', () => {
  const large = new Uint8Array(64);
  large.set(fromHex('0202 0903 010203 06 00000539'), 30);
  const expected = decodeData(large.slice(30, 42));
  assert.deepEqual(decodeData(large.subarray(30, 42)), expected);
  assert.deepEqual(decodeData(Buffer.from(large.buffer, 30, 12)), expected);
});

test('octet strings are views on the input', () => {
  const input = fromHex('0903 010203');
  const decoded = decodeData(input);
  input[2] = 9;
  assert.deepEqual(decoded, data('octet-string', Uint8Array.of(9, 2, 3)));
});

test('any value comes back from its octets', () => {
  fc.assert(
    fc.property(anyData, (value) => {
      assert.deepEqual(decodeData(encodeData(value)), value);
    }),
    { numRuns: 1500 },
  );
});

/** Octets, the code they must be refused with, and where. */
const bad: readonly (readonly [string, string, string | undefined, number])[] = [
  ['', 'data/truncated', 'data', 0],
  ['07', 'data/tag', 'data', 0],
  ['0202 00 0b', 'data/tag', 'data[1]', 3],
  ['06 000000', 'data/truncated', 'data', 1],
  ['0201 0201 12 00', 'data/truncated', 'data[0][0]', 5],
  ['0905 0102', 'data/truncated', 'data', 2],
  ['0980', 'data/length', 'data', 1],
  ['0985 0000000001', 'data/length', 'data', 1],
  ['0984 ffffffff', 'data/truncated', 'data', 6],
  ['01 84 ffffffff 00', 'data/length', 'data', 1],
  ['0c02 c328', 'data/text', 'data', 2],
  ['0000', 'data/trailing', undefined, 1],
  ['13 13', 'data/description', 'data', 1],
  ['13 00 01 00', 'data/description', 'data', 3],
  ['13 12 03 000102', 'data/truncated', 'data[1]', 5],
  ['13 01 ffff 00 01 00', 'data/description', 'data', 1],
];

test('bad octets are refused with code, path and offset', () => {
  for (const [hex, code, path, offset] of bad) {
    assert.throws(
      () => decodeData(fromHex(hex)),
      (error: unknown) => {
        assert.ok(error instanceof CosemError, hex);
        assert.deepEqual([error.code, error.path, error.offset], [code, path, offset], hex);
        return true;
      },
    );
  }
});

test('depth and elements are bounded', () => {
  const nested = (depth: number) => fromHex(`${'0101'.repeat(depth)}00`);
  assert.equal(decodeData(nested(maxDepth)).type, 'array');
  assert.throws(() => decodeData(nested(maxDepth + 1)), { code: 'data/depth' });
  assert.throws(() => decodeData(nested(100_000)), { code: 'data/depth' });
  assert.throws(() => decodeData(nested(3), { maxDepth: 2 }), { code: 'data/depth' });
  assert.throws(() => decodeData(fromHex('0103 00 00 00'), { maxElements: 3 }), { code: 'data/elements' });
});

test('a small compact array cannot unfold into a large value', () => {
  // 65535 × 65535 elements asked for by eleven octets.
  assert.throws(() => decodeData(fromHex('13 01ffff 01ffff 00 01 00')), { code: 'data/description' });
  // One octet of contents an item, a thousand null-data beside it: the bound on elements holds.
  const wide = `13 02 82 03e9 11 ${'00'.repeat(1000)} 82 07d0 ${'05'.repeat(2000)}`;
  assert.throws(() => decodeData(fromHex(wide)), { code: 'data/elements' });
});

test('values in one input share a budget', () => {
  const reader = new ByteReader(fromHex('0102 00 00 0102 00 00'));
  const budget = { maxElements: 5 };
  readData(reader, 'first', budget);
  assert.equal(budget.maxElements, 2);
  assert.throws(() => readData(reader, 'second', budget), { code: 'data/elements', path: 'second' });
});

test('what does not fit its type is not encoded', () => {
  const refused: readonly (readonly [Data, string])[] = [
    [data('unsigned', 256), 'data/range'],
    [data('unsigned', 1.5), 'data/range'],
    [data('double-long-unsigned', -1), 'data/range'],
    [data('double-long-unsigned', 2 ** 32), 'data/range'],
    [data('integer', 128), 'data/range'],
    [data('long64', 2n ** 63n), 'data/range'],
    [data('long64-unsigned', -1n), 'data/range'],
    [data('bit-string', '012'), 'data/range'],
    [data('visible-string', 'Ω'), 'data/text'],
    [data('utf8-string', '\ud800'), 'data/text'],
    [data('compact-array', { description: { type: 'unsigned' }, items: [data('enum', 1)] }), 'data/mismatch'],
    [
      data('compact-array', { description: { type: 'null-data' }, items: [data('null-data', null)] }),
      'data/description',
    ],
  ];
  for (const [value, code] of refused) assert.throws(() => encodeData(value), { code }, code);
  let deep: Data = data('null-data', null);
  for (let i = 0; i <= maxDepth; i++) deep = data('array', [deep]);
  assert.throws(() => encodeData(deep), { code: 'data/depth' });
});

test('nothing but a CosemError comes out of decoding random and damaged octets', () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const sample = fc.sample(anyData, { numRuns: 200, seed: seed | 0 }).map((value) => encodeData(value));
  for (let i = 0; i < 40_000; i++) {
    const octets = i % 2 === 0 ? randomOctets(random, 64) : mutate(random, sample[random(sample.length)]!);
    try {
      decodeData(octets, { maxElements: 10_000 });
    } catch (error) {
      assert.ok(error instanceof CosemError, `FUZZ_SEED=${seed} ${toHex(octets)}: ${String(error)}`);
    }
  }
});
