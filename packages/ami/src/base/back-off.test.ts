import assert from 'node:assert/strict';
import test from 'node:test';
import { backOffMs, pause } from './back-off.ts';

const bounds = { firstMs: 1000, maximumMs: 60_000 };

test('waits double, stay within half and whole, and never exceed the bound', () => {
  for (let attempt = 0; attempt < 100; attempt++) {
    const whole = Math.min(60_000, 1000 * 2 ** attempt);
    assert.equal(
      backOffMs(attempt, bounds, () => 0),
      whole / 2,
    );
    assert.ok(backOffMs(attempt, bounds, () => 0.999_999) <= whole);
  }
});

test('a pause ends early when it is aborted, also when it was before', async () => {
  const controller = new AbortController();
  const waiting = pause(1_000_000, controller.signal);
  controller.abort();
  await waiting;
  await pause(1_000_000, controller.signal);
});
