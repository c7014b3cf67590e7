import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  type CounterPort,
  counterName,
  firstCounter,
  MemoryCounters,
  maxCounter,
  openReceiveCounter,
  ReceiveCounter,
  SendCounter,
} from './counters.ts';
import { FileCounters } from './file-counters.ts';

function take(counter: SendCounter, count: number): number[] {
  return Array.from({ length: count }, () => {
    counter.reserve();
    return counter.take();
  });
}

test('values rise by one, and start at the first one', () => {
  const counter = new SendCounter(new MemoryCounters(), 'a', 4);
  assert.throws(() => counter.take(), { code: 'security/counter-unreserved' });
  assert.deepEqual(
    take(counter, 10),
    Array.from({ length: 10 }, (_, i) => firstCounter + i),
  );
});

test('after a crash at any moment no value comes again', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(20), { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (runs, block) => {
      const port = new MemoryCounters();
      const used = new Set<number>();
      let last = 0;
      for (const run of runs) {
        // A new SendCounter on the same port is what a restart looks like.
        for (const value of take(new SendCounter(port, 'a', block), run)) {
          assert.ok(!used.has(value) && value > last);
          used.add(value);
          last = value;
        }
      }
    }),
  );
});

test('the end of the counter is refused, and nothing wraps', () => {
  const port = new MemoryCounters().startAt('a', maxCounter - 3);
  const counter = new SendCounter(port, 'a', 16);
  assert.deepEqual(take(counter, 3), [maxCounter - 3, maxCounter - 2, maxCounter - 1]);
  assert.throws(() => counter.take(), { code: 'security/counter-exhausted' });
  assert.throws(() => counter.reserve(), { code: 'security/counter-exhausted' });
  assert.throws(() => new SendCounter(port, 'a').reserve(), { code: 'security/counter-exhausted' });
});

test('asynchronous ports: callers that wait together get different values', async () => {
  const inner = new MemoryCounters();
  let calls = 0;
  const port: CounterPort = {
    reserve: (name, count) => {
      calls++;
      return new Promise((resolve) => setImmediate(() => resolve(inner.reserve(name, count))));
    },
    loadReceived: () => undefined,
    saveReceived: () => undefined,
  };
  const counter = new SendCounter(port, 'a', 2);
  const values = await Promise.all(
    Array.from({ length: 9 }, async () => {
      // Another caller may have taken what was reserved for this one: look again, as a session does.
      for (;;) {
        await counter.reserve();
        if (counter.left > 0) return counter.take();
      }
    }),
  );
  assert.equal(new Set(values).size, 9);
  assert.ok(calls >= 5);
});

test('a port that gives a value twice is noticed', () => {
  const counter = new SendCounter({ ...new MemoryCounters(), reserve: () => 5 } as never, 'a', 1);
  assert.deepEqual(take(counter, 1), [5]);
  assert.throws(() => counter.reserve(), { code: 'security/counter-storage' });
});

test('a failed reservation leaves nothing to take', async () => {
  const port = { reserve: () => Promise.reject(new Error('disk')) } as unknown as CounterPort;
  const counter = new SendCounter(port, 'a');
  await assert.rejects(async () => counter.reserve(), /disk/);
  assert.throws(() => counter.take(), { code: 'security/counter-unreserved' });
});

/** The plain meaning of a window: not seen, and less than `window` below the highest. */
function model(window: number) {
  const seen = new Set<number>();
  let highest = -1;
  return (value: number): boolean => {
    if (seen.has(value) || value <= highest - window) return false;
    seen.add(value);
    highest = Math.max(highest, value);
    return true;
  };
}

test('receive counters behave as the plain meaning of their window', () => {
  const near = fc.array(fc.nat(80), { maxLength: 60 });
  const far = fc.array(fc.integer({ min: 0, max: maxCounter }), { maxLength: 30 });
  fc.assert(
    fc.property(fc.oneof(near, far), fc.integer({ min: 1, max: 32 }), (values, window) => {
      const counter = new ReceiveCounter(new MemoryCounters(), 'r', undefined, window);
      const accepts = model(window);
      for (const value of values) {
        const expected = accepts(value);
        if (expected) counter.commit(value);
        else assert.throws(() => counter.commit(value), { code: 'security/replay' });
      }
    }),
    { numRuns: 500 },
  );
});

test('checking alone remembers nothing; committed values survive a restart', async () => {
  const port = new MemoryCounters();
  const counter = await openReceiveCounter(port, 'r', 8);
  counter.check(5);
  counter.check(5);
  counter.commit(5);
  counter.commit(3);
  const again = await openReceiveCounter(port, 'r', 8);
  assert.equal(again.highest, 5);
  for (const value of [5, 3]) assert.throws(() => again.check(value), { code: 'security/replay' });
  again.commit(4);
  for (const window of [0, 33, 1.5]) {
    assert.throws(() => new ReceiveCounter(port, 'r', undefined, window), RangeError);
  }
});

test('names keep keys, generations and directions apart', () => {
  const names = [
    counterName('a', 'unicast-encryption', 1, 'sent'),
    counterName('a', 'unicast-encryption', 1, 'received'),
    counterName('a', 'unicast-encryption', 2, 'sent'),
    counterName('b', 'unicast-encryption', 1, 'sent'),
  ];
  assert.equal(new Set(names).size, 4);
});

test('counters in a file survive, and are never taken for empty', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'counters-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'counters.json');
  assert.throws(() => FileCounters.open(path), { code: 'security/counter-storage' });
  const first = FileCounters.create(path);
  assert.deepEqual(take(new SendCounter(first, 'a', 10), 3), [1, 2, 3]);
  first.saveReceived('r', { highest: 7, mask: 5 });
  assert.throws(() => FileCounters.create(path), { code: 'security/counter-storage' });

  const second = FileCounters.open(path);
  assert.deepEqual(take(new SendCounter(second, 'a', 10), 2), [11, 12]);
  assert.deepEqual(second.loadReceived('r'), { highest: 7, mask: 5 });

  const good = readFileSync(path, 'utf8');
  for (const bad of ['', '{', 'null', '{"version":2}', good.replace('21', '-1'), good.slice(0, -3)]) {
    writeFileSync(path, bad);
    assert.throws(() => FileCounters.open(path), { code: 'security/counter-storage' }, bad);
  }
});

test('a file that cannot be written refuses, and gives nothing out', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'counters-'));
  const counters = FileCounters.create(join(folder, 'counters.json'));
  rmSync(folder, { recursive: true });
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const counter = new SendCounter(counters, 'a');
  assert.throws(() => counter.reserve(), { code: 'security/counter-storage' });
  assert.throws(() => counter.take(), { code: 'security/counter-unreserved' });
  assert.throws(() => counters.saveReceived('r', { highest: 1, mask: 1 }), {
    code: 'security/counter-storage',
  });
  assert.equal(counters.loadReceived('r'), undefined);
});

test('an exhausted counter stays exhausted in its file', (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'counters-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'counters.json');
  FileCounters.create(path);
  writeFileSync(path, JSON.stringify({ version: 1, sent: [['a', maxCounter - 1]], received: [] }));
  assert.deepEqual(take(new SendCounter(FileCounters.open(path), 'a'), 1), [maxCounter - 1]);
  assert.throws(() => new SendCounter(FileCounters.open(path), 'a').reserve(), {
    code: 'security/counter-exhausted',
  });
});
