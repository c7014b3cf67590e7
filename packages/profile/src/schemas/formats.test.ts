import assert from 'node:assert/strict';
import { test } from 'node:test';
import { drawFrom } from './example.ts';
import { formats } from './formats.ts';
import type { FormatId } from './model.ts';

function fits(format: FormatId, value: string): boolean {
  const { pattern, accepts } = formats[format];
  return pattern.test(value) && (accepts?.(value) ?? true);
}

/** What each format takes and what it does not; every format stands here. */
const samples: Readonly<
  Record<FormatId, { readonly good: readonly string[]; readonly bad: readonly string[] }>
> = {
  line: {
    good: ['Zähler 5', 'a\u200db', '電表', '😀'],
    bad: ['a\nb', 'a\tb', '\u0000', 'a\u202eb', '\ud83d', '\ufeffa', 'a\u2028b', '\u0085'],
  },
  prose: { good: ['one\ntwo', 'Zähler'], bad: ['a\rb', 'a\tb', 'a\u2066b', '\udc00'] },
  identifier: { good: ['M-1', '0', 'a.b_c:d-e'], bad: ['-a', 'a b', 'ä', 'a/b', 'a\n', '$a'] },
  name: { good: ['ann.b', 'a'], bad: ['Ann', '1a', 'a b', "a'--"] },
  uuid: {
    good: ['c5fce721-6754-406c-89f6-413a1df64470'],
    bad: [
      'C5FCE721-6754-406C-89F6-413A1DF64470',
      'c5fce721675440689f6413a1df64470',
      '{c5fce721-6754-406c-89f6-413a1df64470}',
    ],
  },
  timestamp: {
    good: [
      '2026-02-28T23:59:59Z',
      '2024-02-29T00:00:00Z',
      '2000-02-29T00:00:00Z',
      '2026-12-31T23:59:59.123456789Z',
      '1970-01-01T00:00:00Z',
    ],
    bad: [
      '2026-02-29T00:00:00Z',
      '2100-02-29T00:00:00Z',
      '2026-04-31T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-00-01T00:00:00Z',
      '2026-01-00T00:00:00Z',
      '2026-01-32T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T23:60:00Z',
      '2026-06-30T23:59:60Z',
      '2026-01-01T00:00:00+00:00',
      '2026-01-01T00:00:00',
      '2026-01-01 00:00:00Z',
      '2026-01-01T00:00:00.Z',
      '2026-01-01T00:00:00.1234567890Z',
      '1969-12-31T00:00:00Z',
      '26-01-01T00:00:00Z',
      '2026-01-01T00:00:00Z\n',
    ],
  },
  day: {
    good: ['2026-03-31', '2024-02-29'],
    bad: ['2026-02-30', '2023-02-29', '2026-3-1', '2026-11-31', '2026-03-31Z'],
  },
  'system-title': {
    good: ['4D4D4D0000BC614E'],
    bad: ['4d4d4d0000bc614e', '4D4D4D0000BC614', '4D4D4D0000BC614E0'],
  },
  'eui-64': { good: ['00124B0001020304'], bad: ['00:12:4B:00:01:02:03:04', '00124b0001020304'] },
  obis: {
    good: ['1.0.1.8.0.255', '0.0.0.0.0.0'],
    bad: ['1.0.1.8.0', '1.0.1.8.0.256', '01.0.1.8.0.255', '1-0:1.8.0*255'],
  },
  'reading-type': {
    good: ['0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0', '0.0.0.0.0.1.54.0.0.0.0.0.0.0.128.-3.29.0'],
    bad: [
      '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72',
      '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0.0',
      '-1.0.2.4.1.1.12.0.0.0.0.0.0.0.0.3.72.0',
      '0.0.2.4.1.1.12.0.0.0.0.0.0.0.0.-0.72.0',
    ],
  },
  'quality-code': {
    good: ['3.0.1', '1.4.16', '2.5.259'],
    bad: ['3.0', '0.0.1', '6.0.1', '3.0.01', '3.0.1.1'],
  },
  'event-code': {
    good: ['3.26.0.85', '10.2.22.28'],
    bad: ['3.26.0', '3.26.0.85.1', '3.26.-1.85', '03.26.0.85'],
  },
  component: { good: ['head-end', 'meter.fan'], bad: ['Head', 'meter.', '.fan', 'a.b.c'] },
  operation: { good: ['head-end.read', 'query'], bad: ['head-end.', '.read', 'a b', 'A.b'] },
  dotted: { good: ['access.login.failed', 'lines.commandAgeMinutes'], bad: ['a..b', '.a', 'a.', '1a'] },
  version: { good: ['1.2.3', '2026-03+b1'], bad: ['-1', '1 2', '../x'] },
  currency: { good: ['EUR'], bad: ['eur', 'EURO', 'E1R'] },
  language: { good: ['en', 'de-CH', 'es-419'], bad: ['EN', 'e', 'en-', 'en_US'] },
};

for (const [format, { good, bad }] of Object.entries(samples) as [FormatId, (typeof samples)[FormatId]][]) {
  test(`the format ${format} takes what it names and nothing else`, () => {
    for (const value of good) assert.ok(fits(format, value), JSON.stringify(value));
    for (const value of bad) assert.ok(!fits(format, value), JSON.stringify(value));
    for (const value of good) assert.ok(value.length <= formats[format].maxLength, value);
  });

  test(`examples of ${format} fit it`, () => {
    const { example, maxLength, octetsEach } = formats[format];
    for (let seed = 0; seed < 300; seed += 1) {
      const value = example(drawFrom(String(seed)), maxLength);
      assert.ok(fits(format, value) && value.length > 0 && value.length <= maxLength, JSON.stringify(value));
      assert.ok(Buffer.byteLength(value) <= value.length * octetsEach, value);
    }
  });
}

test('a pattern has no state that a check could leave behind', () => {
  for (const [format, { pattern }] of Object.entries(formats)) {
    assert.equal(pattern.flags, 'u', format);
    assert.match(pattern.source, /^\^.*\$$/, format);
  }
});
