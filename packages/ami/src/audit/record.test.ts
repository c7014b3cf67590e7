import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profile } from '@wattward/profile';
import fc from 'fast-check';
import { WattwardError } from '../base/errors.ts';
import { canonicalJson } from './canonical.ts';
import { SecurityClock } from './clock.ts';
import type { AuditEvent } from './port.ts';
import {
  decodeRecord,
  draftRecord,
  faultOfEvent,
  microsecondsOf,
  numberRecord,
  type RecordStamp,
  timeOfMicroseconds,
} from './record.ts';
import { findLeak, withheld, withholdSecrets } from './secrets.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

const stamp: RecordStamp = {
  at: '2026-11-22T10:00:00.000001Z',
  timeSource: 'system:chrony',
  component: 'head-end',
  epoch: 1,
};
const event: AuditEvent = {
  type: 'access.login.failed',
  phase: 'outcome',
  outcome: 'refused',
  actor: { kind: 'user', id: 'zoë' },
  object: 'console',
  source: '192.0.2.7',
  correlation: '0189c2b4-1111-7000-8000-000000000001',
  detail: { reason: 'unknown user', attempt: 3, locked: false },
};
const encode = (given: AuditEvent, seq = 7, more: Partial<RecordStamp> = {}) =>
  numberRecord(draftRecord(given, { ...stamp, ...more }), seq);

test('a record is canonical JSON, and comes back as it was', () => {
  const octets = encode(event, 7, {
    meteringAt: '2030-01-01T00:00:00.000000Z',
    journal: { id: '0123456789abcdef', line: 3 },
  });
  const text = octets.toString('utf8');
  assert.equal(
    text,
    '{"actor":{"id":"zoë","kind":"user"},"at":"2026-11-22T10:00:00.000001Z","component":"head-end",' +
      '"correlation":"0189c2b4-1111-7000-8000-000000000001","detail":{"attempt":3,"locked":false,"reason":"unknown user"},' +
      '"epoch":1,"journal":{"id":"0123456789abcdef","line":3},"meteringAt":"2030-01-01T00:00:00.000000Z","object":"console",' +
      '"outcome":"refused","phase":"outcome","seq":7,"source":"192.0.2.7","timeSource":"system:chrony",' +
      '"type":"access.login.failed","v":1}',
  );
  const record = decodeRecord(octets);
  assert.deepEqual(record.detail, event.detail);
  assert.equal(canonicalJson(record as never), text);
});

test('whatever a well-formed event holds, its octets decode to the same, canonically', () => {
  const text = fc
    .string({ unit: 'binary', minLength: 1, maxLength: 60 })
    .filter((each) => each.isWellFormed());
  const key = fc.stringMatching(/^[a-z][A-Za-z0-9]{0,10}$/);
  const value = fc.oneof(
    text,
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.boolean(),
    fc.integer(),
  );
  fc.assert(
    fc.property(
      text,
      text,
      fc.dictionary(key, value, { maxKeys: 10 }),
      fc.nat(),
      (id, object, detail, seq) => {
        const given: AuditEvent = { ...event, actor: { kind: 'device', id }, object, detail };
        assert.equal(faultOfEvent(given), undefined);
        const record = decodeRecord(encode(given, seq + 1));
        assert.equal(record.actor.id, id);
        assert.equal(record.object, object);
        assert.equal(record.seq, seq + 1);
        // JSON knows one zero only.
        const plain = Object.fromEntries(
          Object.entries(detail).map(([name, each]) => [name, Object.is(each, -0) ? 0 : each]),
        );
        assert.deepEqual({ ...record.detail }, plain);
      },
    ),
    { numRuns: 100 },
  );
});

test('octets that are not a record are refused with a code, whatever they are', () => {
  const good = encode(event).toString('utf8');
  const bad = [
    '',
    '{}',
    '[]',
    'null',
    good.slice(1),
    ` ${good}`,
    good.replace('"v":1', '"v":2'),
    good.replace('"seq":7', '"seq":0'),
    good.replace('"seq":7', '"seq":7.5'),
    good.replace('"seq":7,', '"seq":7,"seq":8,'),
    good.replace('"object":"console"', '"other":"console"'),
    good.replace('10:00:00.000001Z', '10:00:00Z'),
    good.replace('2026-11-22', '2026-13-22'),
    good.replace('"outcome":"refused"', '"outcome":"good"'),
    good.replace('"attempt":3', '"attempt":[3]'),
    good.replace('"attempt":3', '"__proto__":3'),
    good.replace('zoë', '\\u007aoë'),
    good.replace('zoë', '\\ud800'),
  ];
  for (const text of bad)
    assert.throws(() => decodeRecord(Buffer.from(text)), code('audit/record'), text.slice(0, 200));
  assert.throws(() => decodeRecord(Buffer.from([0x22, 0xff, 0x22])), code('audit/record'));
  fc.assert(
    fc.property(
      fc.uint8Array({ maxLength: 300 }),
      fc.nat(good.length - 1),
      fc.nat(255),
      (noise, at, octet) => {
        assert.throws(() => decodeRecord(noise), code('audit/record'));
        const flipped = Buffer.from(good);
        if (flipped[at] === octet) return;
        flipped[at] = octet;
        try {
          assert.equal(canonicalJson(decodeRecord(flipped) as never), flipped.toString('utf8'));
        } catch (error) {
          assert.ok(code('audit/record')(error));
        }
      },
    ),
    { numRuns: 200 },
  );
});

test('events that may not be written are told from those that may', () => {
  const bad: [Partial<Record<keyof AuditEvent, unknown>>, RegExp][] = [
    [{ type: 'access.login.imagined' }, /^type/],
    [{ phase: 'before' }, /^phase/],
    [{ outcome: 'maybe' }, /^outcome/],
    [{ actor: { kind: 'ghost', id: 'x' } }, /^actor/],
    [{ actor: { kind: 'user', id: '' } }, /^actor/],
    [{ actor: { kind: 'user', id: 'x'.repeat(257) } }, /^actor/],
    [{ object: 'x'.repeat(257) }, /^object/],
    [{ source: 7 }, /^source/],
    [{ correlation: 'with space' }, /^correlation/],
    [{ correlation: 'quote"' }, /^correlation/],
    [{ detail: { Key: 1 } }, /^detail/],
    [{ detail: { key: Number.NaN } }, /^detail/],
    [{ detail: { key: ['x'] } }, /^detail/],
    [{ detail: { key: 'x'.repeat(1025) } }, /^detail/],
    [{ detail: { key: '\ud800' } }, /^detail/],
    [{ detail: Object.fromEntries(Array.from({ length: 33 }, (_, i) => [`k${i}`, i])) }, /^detail/],
  ];
  for (const [change, fault] of bad)
    assert.match(String(faultOfEvent({ ...event, ...change } as AuditEvent)), fault);
  assert.equal(faultOfEvent(event), undefined);
  for (const { id } of profile().auditEvents)
    assert.equal(faultOfEvent({ ...event, type: id }), undefined, id);
});

test('what looks like a secret is found wherever it is put', () => {
  const key = '000102030405060708090A0B0C0D0E0F';
  const jwt = `eyJhbGciOiJFUzI1NiJ9.${'eyJzdWIiOiIxIn0'}.c2lnbmF0dXJl`;
  const leaks: [string, Partial<AuditEvent>][] = [
    ['detail.globalKey', { detail: { globalKey: key } }],
    ['detail.value', { detail: { value: `the key is ${key.toLowerCase()}` } }],
    ['detail.value', { detail: { value: key.match(/../g)!.join(' ') } }],
    ['detail.password', { detail: { password: 'hunter2' } }],
    ['detail.newPassword', { detail: { newPassword: 'x' } }],
    ['detail.sharedSecret', { detail: { sharedSecret: 'abc' } }],
    ['detail.token', { detail: { token: '123456' } }],
    ['detail.reason', { detail: { reason: 'login with password=hunter2 failed' } }],
    ['detail.header', { detail: { header: `Bearer ${jwt}` } }],
    ['detail.value', { detail: { value: jwt } }],
    ['detail.value', { detail: { value: '-----BEGIN PRIVATE KEY-----\nMIGH' } }],
    ['detail.value', { detail: { value: Buffer.from(key.repeat(2), 'hex').toString('base64') } }],
    ['detail.database', { detail: { database: 'postgresql://wattward:geheim@db/x' } }],
    ['detail.stored', { detail: { stored: '$argon2id$v=19$m=65536,t=3,p=4$c2FsdA$aGFzaA' } }],
    ['object', { object: `key ${key}` }],
    ['source', { source: 'https://user:pass@host/' }],
    ['actor.id', { actor: { kind: 'user', id: jwt } }],
  ];
  for (const [field, change] of leaks) {
    const found = findLeak({ ...event, ...change });
    assert.equal(found?.field, field, JSON.stringify(change));
    const clean = withholdSecrets({ ...event, ...change });
    assert.equal(findLeak(clean), undefined);
    assert.equal(faultOfEvent(clean), undefined);
    assert.ok(!JSON.stringify(clean).includes(key) && !JSON.stringify(clean).includes('hunter2'));
  }
  assert.equal(withholdSecrets({ ...event, object: key }).object, withheld);
});

test('what is public is not taken for a secret', () => {
  const digest = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';
  const innocent: Partial<AuditEvent>[] = [
    {},
    { detail: { imageHash: digest, certificateFingerprint: digest, serial: digest.slice(0, 32) } },
    { detail: { keyName: 'head-end.sign', keyAgeMonths: 12, attemptsLeft: 2, passwordAgeDays: 90 } },
    {
      detail: {
        approved: '1.0.1.8.0.255',
        message: 'L2.mdms.meter-readings',
        note: 'a plain sentence of some length',
      },
    },
    { object: 'meter WWD0000123456789', correlation: digest.slice(0, 32), source: '[2001:db8::1]:4059' },
    { object: `certificate sha256:${digest}` },
    { detail: { image: '0189c2b4-1111-7000-8000-000000000001' } },
  ];
  for (const change of innocent)
    assert.equal(findLeak({ ...event, ...change }), undefined, JSON.stringify(change));
});

test('times keep their microseconds', () => {
  for (const microseconds of [0, 1, 999_999, 1_000_000, 1_795_000_000_123_456, 4_102_444_800_000_001])
    assert.equal(microsecondsOf(timeOfMicroseconds(microseconds)), microseconds);
  assert.equal(timeOfMicroseconds(1_000_001), '1970-01-01T00:00:01.000001Z');
});

test('a step of the clock is told, slewing is not', () => {
  let [wallMs, monotonicMs] = [1_700_000_000_000, 5_000];
  const jumps: number[] = [];
  const clock = new SecurityClock(2, ({ jumpSeconds }) => jumps.push(jumpSeconds), {
    wallMs: () => Math.floor(wallMs),
    monotonicMs: () => monotonicMs,
  });
  const pass = (ms: number, extraMs = 0) => {
    monotonicMs += ms;
    wallMs += ms + extraMs;
    return clock.nowMicroseconds();
  };
  assert.equal(pass(0.5), 1_700_000_000_000_500, 'between two milliseconds');
  for (let i = 0; i < 5000; i++) pass(10, 0.5);
  assert.deepEqual(jumps, [], 'slewed by two and a half seconds in small steps');
  pass(10, 3_600_000);
  pass(10, -7_200_000);
  pass(10, 1_900);
  assert.deepEqual(
    jumps.map((each) => Math.round(each)),
    [3600, -7200],
  );
  assert.ok(Math.abs(clock.nowMicroseconds() / 1000 - wallMs) <= 3, 'and the time after it is the new one');
});
