import assert from 'node:assert/strict';
import test from 'node:test';
import { soakLine } from './line-soak.ts';

test('kill -9 of sender, receiver and PostgreSQL: nothing acknowledged is lost, nothing has its effect twice', async (t) => {
  const seed = Number(process.env['WATTWARD_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
  t.diagnostic(`seed ${seed} (WATTWARD_SEED repeats it)`);
  const { acknowledged } = await soakLine(seed, 4);
  t.diagnostic(`${acknowledged} acknowledged messages`);
  assert.ok(acknowledged > 0);
});
