import assert from 'node:assert/strict';
import test from 'node:test';
import type { Priority } from '@wattward/profile';
import { Turnstile } from './turnstile.ts';

/** Fills the turnstile with work that ends when told, and gives the order in which it was let in. */
async function orderOf(wanted: readonly Priority[], share: number): Promise<Priority[]> {
  const turnstile = new Turnstile(2, share);
  const order: Priority[] = [];
  let release: () => void = () => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const first = turnstile.pass('normal', () => gate);
  const rest = wanted.map((priority) =>
    turnstile.pass(priority, async () => {
      order.push(priority);
      await new Promise((resolve) => setImmediate(resolve));
    }),
  );
  release();
  await Promise.all([first, ...rest]);
  return order;
}

test('alarms and control pass while a slot is kept for them, and before anybody else who waits', async () => {
  const turnstile = new Turnstile(2, 20);
  let release: () => void = () => undefined;
  const bulk = turnstile.pass('bulk', () => new Promise<void>((resolve) => (release = resolve)));
  await turnstile.pass('alarm', async () => undefined);
  release();
  await bulk;
  const order = await orderOf(['bulk', 'normal', 'alarm', 'control', 'alarm'], 20);
  assert.deepEqual([...order].slice(0, 3).sort(), ['alarm', 'alarm', 'control']);
});

test('bulk gets its share while others wait, and no more', async () => {
  const wanted: Priority[] = [
    ...Array.from({ length: 80 }, (): Priority => 'normal'),
    ...Array.from({ length: 80 }, (): Priority => 'bulk'),
  ];
  const order = await orderOf(wanted, 20);
  const whileBothWait = order.slice(0, order.lastIndexOf('normal') + 1);
  const share = whileBothWait.filter((each) => each === 'bulk').length / whileBothWait.length;
  assert.ok(share > 0.1 && share < 0.3, `${share}`);
  assert.equal(order.length, 160);
});

test('work that fails gives its slot back', async () => {
  const turnstile = new Turnstile(2, 20);
  for (let i = 0; i < 5; i++)
    await assert.rejects(
      turnstile.pass('bulk', () => Promise.reject(new Error('no'))),
      /no/,
    );
  await turnstile.pass('bulk', async () => undefined);
});
