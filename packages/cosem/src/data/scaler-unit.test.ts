import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex } from '../base/bytes.ts';
import { formatDecimal } from '../base/decimal.ts';
import { decodeData } from './codec.ts';
import { applyScaler, formatQuantity, scalerUnitFromData, scalerUnitToData } from './scaler-unit.ts';
import { data } from './types.ts';
import { unitOf, units } from './units.ts';

test('a register of a recorded push: 93 × 10^-1 A', () => {
  const row = decodeData(fromHex('0203 0906 01001f0700ff 10005d 0202 0fff 1621'));
  assert.equal(row.type, 'structure');
  const [, value, scalerUnit] = row.value;
  const quantity = applyScaler(value!, scalerUnitFromData(scalerUnit!));
  assert.equal(formatQuantity(quantity), '9.3 A');
  assert.deepEqual(scalerUnitToData(scalerUnitFromData(scalerUnit!)), scalerUnit);
});

test('scalers apply exactly to every kind of number', () => {
  const wh = { scaler: -3, unit: 30 };
  assert.equal(
    formatQuantity(applyScaler(data('long64-unsigned', 2n ** 64n - 1n), wh)),
    '18446744073709551.615 Wh',
  );
  assert.equal(formatQuantity(applyScaler(data('double-long', -1), { scaler: 3, unit: 27 })), '-1000 W');
  assert.equal(
    formatQuantity(applyScaler(data('float32', Math.fround(0.1)), { scaler: 0, unit: 35 })),
    '0.1 V',
  );
  assert.equal(formatQuantity(applyScaler(data('float64', 0.1), { scaler: 1, unit: 255 })), '1');
  assert.equal(formatDecimal(applyScaler(data('integer', 1), { scaler: -128, unit: 30 }).value).length, 130);
});

test('what is no number has no scaler', () => {
  const none = { scaler: 0, unit: 255 };
  for (const value of [
    data('null-data', null),
    data('octet-string', new Uint8Array(4)),
    data('float64', Number.NaN),
  ]) {
    assert.throws(() => applyScaler(value, none), { code: 'data/not-a-number' });
  }
  assert.throws(() => scalerUnitFromData(data('structure', [data('integer', 0)])), {
    code: 'data/not-a-number',
  });
  assert.throws(() => scalerUnitFromData(data('integer', 0)), { code: 'data/not-a-number' });
});

test('unit codes are the standard’s and their own', () => {
  assert.deepEqual(unitOf(30), { code: 30, symbol: 'Wh', quantity: 'active energy' });
  assert.deepEqual(unitOf(32), { code: 32, symbol: 'varh', quantity: 'reactive energy' });
  assert.deepEqual(unitOf(255), { code: 255, symbol: '', quantity: 'no unit, count' });
  assert.equal(unitOf(200).quantity, 'unit 200, reserved');
  for (const [code, unit] of units) assert.equal(unit.code, code);
  // 1..57, 60..67, 70..72, 128..174 and 253..255.
  assert.equal(units.size, 57 + 8 + 3 + 47 + 3);
});
