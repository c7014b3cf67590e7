import assert from 'node:assert/strict';
import test from 'node:test';
import type { AuditEvent } from '../audit/port.ts';
import { Figures } from './figures.ts';
import { Refusals } from './refusals.ts';

function refusals(perMinute: number, fails = false) {
  const events: AuditEvent[] = [];
  const errors: Error[] = [];
  const figures = new Figures(new Set(['mdms']));
  const audit = {
    record: async (event: AuditEvent) => {
      if (fails) throw new Error('the audit is away');
      events.push(event);
    },
  };
  const made = new Refusals({ audit, figures, perMinute, onAuditError: (error) => errors.push(error) });
  return { made, events, errors, figures };
}

test('a flood of refusals is counted in full and recorded in part, with one alarm', () => {
  const { made, events, figures } = refusals(20);
  for (let i = 0; i < 1000; i++)
    made.message('head-end', '192.0.2.1:5', { reason: 'parse', detail: 'x'.repeat(5000), facts: undefined });
  assert.equal(figures.of(undefined).refusals, 1000);
  assert.equal(events.length, 21);
  assert.equal(events.at(-1)!.type, 'line.refusals.many');
  assert.ok(JSON.stringify(events[0]).length < 1000, 'what an attacker sends does not fill the records');
  // Another peer is recorded all the same.
  made.message('draacs', '192.0.2.2:5', { reason: 'parse', detail: '', facts: undefined });
  assert.equal(events.length, 22);
});

test('lines that are none of ours share one entry', () => {
  const { made, figures } = refusals(1);
  const entries = [...figures.entries()].length;
  for (let i = 0; i < 100; i++) {
    const facts = { line: `no-${i}` } as never;
    made.message('head-end', '', { reason: 'line', detail: '', facts });
  }
  assert.equal([...figures.entries()].length, entries);
  assert.equal(figures.of('-').refusals, 100);
});

test('a record that cannot be written is told, and the refusal stands', async () => {
  const { made, errors, figures } = refusals(20, true);
  made.peer('unknown', '192.0.2.1:5', 'no certificate');
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(errors.length, 1);
  assert.equal(figures.peersRefused, 1);
});
