import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import type { ComponentSpecification } from './catalogue.ts';
import { readFromComponent, type StartMessage } from './messages.ts';
import { Supervised, type SupervisedEvent } from './supervised.ts';

const root = mkdtempSync(join(tmpdir(), 'wattward-supervised-'));
after(() => rmSync(root, { recursive: true }));

/** A component whose main is a given script. */
function supervise(
  name: string,
  script: string,
  options: { silenceMs?: number; restartsPerHour?: number } = {},
) {
  const code = join(root, name);
  mkdirSync(join(code, 'packages/ami/src/processes'), { recursive: true });
  writeFileSync(join(code, 'packages/ami/src/processes/component.ts'), script);
  const own = join(code, 'own');
  mkdirSync(own);
  const events: SupervisedEvent[] = [];
  let wake = () => {};
  let output = '';
  const one = new Supervised({
    specification: { id: name, main: 'component.ts' } as ComponentSpecification,
    start: { type: 'start', folders: { own, keys: own, run: own } } as unknown as StartMessage,
    code: { root: code, node: process.execPath, copied: false },
    user: undefined,
    backOff: { firstMs: 20, maximumMs: 40 },
    silenceMs: options.silenceMs ?? 60_000,
    restartsPerHour: options.restartsPerHour ?? 1000,
    onLine: (octets) => {
      output += octets;
    },
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
  const until = async (holds: () => boolean) => {
    while (!holds())
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
  };
  return { one, events, until, output: () => output };
}

test('a process that keeps ending is started again with bounded waits, and a person is called', async () => {
  const { one, events, until } = supervise('ending', 'process.exit(3);', { restartsPerHour: 4 });
  one.start();
  await until(() => events.filter(({ what }) => what === 'ended').length >= 5);
  await one.stop(1000);
  const waits = events.flatMap((event) => (event.what === 'ended' ? [event.restartInMs] : []));
  assert.ok(
    waits.every((ms) => ms >= 10 && ms <= 40),
    `${waits}`,
  );
  assert.ok(events.every((event) => event.what !== 'ended' || event.how === 'code 3'));
  assert.equal(events.filter(({ what }) => what === 'often').length, 1);
  assert.equal(one.status().state, 'stopped');
});

test('a process that says nothing is ended', async () => {
  const { one, events, until } = supervise('silent', 'setInterval(() => {}, 1000);', { silenceMs: 200 });
  one.start();
  await until(() => events.some(({ what }) => what === 'ended'));
  await one.stop(1000);
  assert.ok(events.some(({ what }) => what === 'silent'));
});

test('a process that does not stop when asked is ended after the time', async () => {
  const { one } = supervise('stubborn', "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);");
  one.start();
  await one.stop(100);
  assert.equal(one.status().pid, null);
});

test('whatever a component sends, the supervisor stands', async () => {
  const script = `
    for (const message of [null, 7, 'x', [], {}, { type: 'heartbeat' }, { type: 'heartbeat', health: { state: 'king' } },
      { type: 'self-test', id: 1 }, { type: 'self-test', id: 99, results: [null, {}] }]) process.send(message);
    process.send({ type: 'heartbeat', health: { state: 'running', since: 'never', waitsFor: 'x'.repeat(5000), memoryOctets: 'much', selfTest: 3 } });
    process.on('message', (message) => { if (message.type === 'stop') process.exit(0); });`;
  const { one } = supervise('hostile', script);
  one.start();
  while (!one.isRunning) await new Promise((resolve) => setTimeout(resolve, 10));
  const { state, since, memoryOctets, waitsFor } = one.status();
  assert.deepEqual([state, since, memoryOctets], ['running', '1970-01-01T00:00:00.000Z', 0]);
  assert.equal(waitsFor!.length, 200);
  await one.stop(1000);
});

test('any message is read or refused, never a crash', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (message) => {
      const wrapped = [
        message,
        { type: 'heartbeat', health: message },
        { type: 'self-test', id: 1, results: message },
      ];
      for (const each of wrapped) {
        const read = readFromComponent(each);
        assert.ok(read === undefined || read.type === 'heartbeat' || read.type === 'self-test');
      }
    }),
  );
});
