import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { soak } from './soak.ts';

test('kill -9 of components and PostgreSQL for 20 seconds loses nothing acknowledged', async (t) => {
  const seed = Number(process.env['WATTWARD_SEED'] ?? randomInt(2 ** 31));
  t.diagnostic(`seed ${seed} (WATTWARD_SEED repeats it)`);
  const result = await soak({ seed, forMs: 20_000, supervisorToo: false });
  t.diagnostic(JSON.stringify(result));
  assert.ok(result.acknowledged > 0);
  assert.ok(Object.keys(result.kills).length > 0);
});
