import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  addDecimals,
  compareDecimals,
  type Decimal,
  decimal,
  decimalFromNumber,
  decimalToNumber,
  formatDecimal,
  maxExponent,
  multiplyDecimals,
  parseDecimal,
  scaleDecimal,
  subtractDecimals,
} from './decimal.ts';

test('decimals print in full and are read back', () => {
  const cases: readonly (readonly [Decimal, string])[] = [
    [decimal(261927, -1), '26192.7'],
    [decimal(150, -2), '1.50'],
    [decimal(-5, -3), '-0.005'],
    [decimal(7, 3), '7000'],
    [decimal(0, 3), '0'],
    [decimal(0, -2), '0.00'],
    [decimal(2n ** 64n - 1n, -6), '18446744073709.551615'],
  ];
  for (const [value, text] of cases) {
    assert.equal(formatDecimal(value), text);
    assert.equal(compareDecimals(parseDecimal(text), value), 0);
  }
  assert.deepEqual(parseDecimal('-3e-2'), decimal(-3, -2));
  assert.deepEqual(parseDecimal('+1.50E3'), decimal(150, 1));
});

test('arithmetic is exact', () => {
  assert.equal(formatDecimal(addDecimals(parseDecimal('0.1'), parseDecimal('0.2'))), '0.3');
  assert.equal(formatDecimal(subtractDecimals(parseDecimal('1'), parseDecimal('0.01'))), '0.99');
  assert.equal(formatDecimal(multiplyDecimals(parseDecimal('1.1'), parseDecimal('1.1'))), '1.21');
  assert.equal(formatDecimal(scaleDecimal(decimal(25), -1)), '2.5');
  assert.equal(decimalToNumber(parseDecimal('0.1')), 0.1);
});

const anyDecimal = fc
  .tuple(fc.bigInt({ min: -(2n ** 64n), max: 2n ** 64n }), fc.integer({ min: -128, max: 127 }))
  .map(([coefficient, exponent]) => decimal(coefficient, exponent));

test('sums, differences and text hold for any decimals', () => {
  fc.assert(
    fc.property(anyDecimal, anyDecimal, (a, b) => {
      assert.equal(compareDecimals(subtractDecimals(addDecimals(a, b), b), a), 0);
      assert.equal(compareDecimals(parseDecimal(formatDecimal(a)), a), 0);
      assert.equal(compareDecimals(a, b), -compareDecimals(b, a) + 0);
    }),
  );
});

test('a number becomes the decimal it prints as', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.equal(decimalToNumber(decimalFromNumber(value)), value + 0);
    }),
  );
});

test('what is no decimal is refused', () => {
  for (const text of ['', '.', '1.', '.5', '1e', 'NaN', '0x10', '1 000', '1'.repeat(1000)]) {
    assert.throws(() => parseDecimal(text), { code: 'decimal/text' }, text);
  }
  assert.throws(() => decimalFromNumber(Number.POSITIVE_INFINITY), { code: 'decimal/text' });
  assert.throws(() => decimal(1, maxExponent + 1), { code: 'decimal/exponent' });
  assert.throws(() => parseDecimal('1e99999'), { code: 'decimal/exponent' });
});
