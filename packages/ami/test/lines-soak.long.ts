import assert from 'node:assert/strict';
import test from 'node:test';
import { soakLine } from './line-soak.ts';

test('the soak of a line for some minutes, round by round', { timeout: 900_000 }, async (t) => {
  for (let round = 0; round < 10; round++) {
    const seed = Number(process.env['WATTWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 31)) + round;
    t.diagnostic(`seed ${seed}`);
    const { acknowledged, kills } = await soakLine(seed, 30);
    t.diagnostic(`${acknowledged} messages, ${kills} kills`);
    assert.ok(acknowledged > 0);
  }
});
