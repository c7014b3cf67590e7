import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import { test } from 'node:test';
import { soak } from './soak.ts';

test('kill -9 of everything, the supervisor included, for minutes loses nothing acknowledged', async (t) => {
  const seed = Number(process.env['WATTWARD_SEED'] ?? randomInt(2 ** 31));
  t.diagnostic(`seed ${seed} (WATTWARD_SEED repeats it)`);
  const result = await soak({ seed, forMs: 240_000, supervisorToo: true });
  t.diagnostic(JSON.stringify(result));
  assert.ok(result.acknowledged > 0);
  assert.ok((result.kills['supervisor'] ?? 0) > 0);
});
