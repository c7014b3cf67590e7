import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CosemError } from '../base/errors.ts';
import { formatObis, matchObis, type Obis, obisMatcher, obisToBytes, parseObis, sameObis } from './index.ts';

const octet = fc.integer({ min: 0, max: 255 });
const anyObis: fc.Arbitrary<Obis> = fc.tuple(octet, octet, octet, octet, octet, octet);

test('every written form of a code is read', () => {
  const cases: readonly (readonly [string, readonly number[]])[] = [
    ['1-0:1.8.0*255', [1, 0, 1, 8, 0, 255]],
    ['1-0:1.8.0&01', [1, 0, 1, 8, 0, 1]],
    ['1.0.1.8.0.255', [1, 0, 1, 8, 0, 255]],
    ['1.0.1.8.0', [1, 0, 1, 8, 0, 255]],
    ['1-0:1.8.0', [1, 0, 1, 8, 0, 255]],
    ['1.8.0', [1, 0, 1, 8, 0, 255]],
    ['1.8.0*03', [1, 0, 1, 8, 0, 3]],
    ['1.7', [1, 0, 1, 7, 0, 255]],
    ['2:1.8.0', [1, 2, 1, 8, 0, 255]],
    ['C.1.0', [0, 0, 96, 1, 0, 255]],
    ['F.F', [0, 0, 97, 97, 0, 255]],
    ['P.98.1', [0, 0, 99, 98, 1, 255]],
    ['0100010800FF', [1, 0, 1, 8, 0, 255]],
    [' 7-1:3.0.0 ', [7, 1, 3, 0, 0, 255]],
  ];
  for (const [text, groups] of cases) assert.deepEqual([...parseObis(text)], groups, text);
  assert.deepEqual([...parseObis('3.1.0', { medium: 7, channel: 4 })], [7, 4, 3, 1, 0, 255]);
});

test('what is not a code is refused with a typed error', () => {
  const refused: readonly (readonly [string, string])[] = [
    ['', 'obis/syntax'],
    ['1', 'obis/syntax'],
    ['1.0.1.8.0.255.3', 'obis/syntax'],
    ['1.0.1.8.0.256', 'obis/range'],
    ['300.8.0', 'obis/range'],
    ['-1.0.1.8.0.255', 'obis/syntax'],
    ['1.0.1.8.x.255', 'obis/syntax'],
    ['0100010800F', 'obis/syntax'],
    ['1'.repeat(10_000), 'obis/syntax'],
  ];
  for (const [text, code] of refused) {
    assert.throws(
      () => parseObis(text),
      (error) => error instanceof CosemError && error.code === code,
      text,
    );
  }
  assert.throws(() => parseObis(new Uint8Array(5)), { code: 'obis/length' });
  assert.throws(() => parseObis([1, 2, 3] as unknown as Obis), { code: 'obis/length' });
});

test('round trip through every style and through octets', () => {
  fc.assert(
    fc.property(anyObis, (obis) => {
      for (const style of ['dotted', 'standard', 'short', 'hex'] as const) {
        assert.deepEqual(parseObis(formatObis(obis, style)), obis, style);
      }
      assert.deepEqual(parseObis(obisToBytes(obis)), obis);
      assert.ok(sameObis(obis, formatObis(obis)));
    }),
  );
});

test('any text gives a code or a CosemError', () => {
  const texts = fc.oneof(
    fc.string({ maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...'0123456789.-:*&CFLP'), maxLength: 24 }),
  );
  fc.assert(
    fc.property(texts, (text) => {
      try {
        assert.equal(parseObis(text).length, 6);
      } catch (error) {
        assert.ok(error instanceof CosemError, String(error));
      }
    }),
    { numRuns: 2000 },
  );
});

test('patterns: wildcards, ranges and lists', () => {
  assert.ok(matchObis('1.0.x.8.0-4.255', '1-0:2.8.3'));
  assert.ok(!matchObis('1.0.x.8.0-4.255', '1-0:2.8.5'));
  assert.ok(matchObis('0.*.24.1.0.255', '0.3.24.1.0.255'));
  assert.ok(matchObis('1.?.1,2,21-22.8.x.x', '1.1.22.8.9.101'));
  assert.ok(!matchObis('1.?.1,2,21-22.8.x.x', '1.1.23.8.9.101'));
  for (const bad of ['1.0.1.8.0', '1.0.1.8.0.256', '1.0.4-1.8.0.255', '1.0..8.0.255', 'a.b.c.d.e.f']) {
    assert.throws(() => obisMatcher(bad), CosemError, bad);
  }
});

test('a code matches itself as a pattern and the pattern of wildcards', () => {
  fc.assert(
    fc.property(anyObis, anyObis, (obis, other) => {
      const itself = obisMatcher(formatObis(obis));
      assert.ok(itself(obis));
      assert.ok(matchObis('x.x.x.x.x.x', obis));
      assert.equal(itself(other), sameObis(obis, other));
    }),
  );
});
