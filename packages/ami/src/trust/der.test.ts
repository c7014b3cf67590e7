import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { WattwardError } from '../base/errors.ts';
import { readCertificate, readList, readRequest } from './authority/read.ts';
import { newRequest } from './authority/request.ts';
import { DerReader, integer, oid, readWhole, sequence, time, value } from './der.ts';

const refused = (octets: string, read: (reader: DerReader) => unknown) =>
  assert.throws(
    () => read(new DerReader(Buffer.from(octets, 'hex'), 'test')),
    (error) => error instanceof WattwardError && error.code === 'trust/der' && /octet \d+/.test(error.detail),
    octets,
  );

test('forms that DER does not permit are refused with the place', () => {
  refused('', (reader) => reader.next());
  refused('30', (reader) => reader.next());
  refused('3080', (reader) => reader.next());
  refused('308100', (reader) => reader.next());
  refused('30820001ff', (reader) => reader.next());
  refused('3003020100ff', (reader) => {
    reader.next();
    reader.end();
  });
  refused('3004020100', (reader) => reader.next());
  refused('1f8101', (reader) => reader.next());
  refused('0200', (reader) => reader.unsigned('n'));
  refused('020180', (reader) => reader.unsigned('n'));
  refused('02020001', (reader) => reader.unsigned('n'));
  refused('010101', (reader) => reader.boolean('b'));
  refused('06022a80', (reader) => reader.oid('o'));
  refused('06028001', (reader) => reader.oid('o'));
  refused('170b3236303130313030303030', (reader) => reader.time('t'));
  refused(`${'30'.repeat(1)}${'82ffff'}`, (reader) => reader.next());
});

test('identifiers, integers and times come back as they were', () => {
  for (const text of [
    '1.2.840.10045.2.1',
    '2.5.29.15',
    '0.9',
    '2.25.152671344748099342443767059462179257145',
  ])
    assert.equal(new DerReader(oid(text), 'o').oid('o'), text);
  fc.assert(
    fc.property(fc.nat(), (number) => new DerReader(integer(number), 'n').small('n') === number),
    { numRuns: 300 },
  );
  for (const text of ['1999-12-31T23:59:59Z', '2049-12-31T23:59:59Z', '2050-01-01T00:00:00Z'])
    assert.equal(
      new DerReader(time(new Date(text)), 't').time('t').toISOString(),
      text.replace('Z', '.000Z'),
    );
});

test('nesting is bounded', () => {
  let octets: Buffer = Buffer.alloc(0);
  for (let depth = 0; depth < 200; depth++) octets = sequence(octets);
  const dive = (reader: DerReader): void => {
    while (!reader.atEnd) dive(reader.enter(0x30, 'x'));
  };
  assert.throws(() => dive(new DerReader(octets, 'deep')), /nested too deeply/);
  assert.throws(() => readWhole(Buffer.concat([sequence(), value(5)]), 'two'), /left over/);
});

test('damaged and random octets raise typed errors and nothing else', () => {
  const { request } = newRequest({ holder: { component: 'head-end' } });
  const seed = Date.now();
  const readers = [readCertificate, readRequest, readList];
  const permitted = /^trust\/(der|algorithm|request|chain)$/;
  const attempt = (octets: Buffer) => {
    for (const read of readers) {
      try {
        read(octets);
      } catch (error) {
        if (!(error instanceof WattwardError) || !permitted.test(error.code))
          throw new Error(`seed ${seed}: ${octets.toString('hex')}: ${String(error)}`);
      }
    }
  };
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.nat(request.length - 1), fc.nat(255)), { minLength: 1, maxLength: 4 }),
      fc.nat(request.length),
      (changes, length) => {
        const octets = Buffer.from(request);
        for (const [at, octet] of changes) octets[at] = octet;
        attempt(octets);
        attempt(octets.subarray(0, length));
      },
    ),
    { numRuns: 1500, seed },
  );
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), (octets) => attempt(Buffer.from(octets))),
    { numRuns: 500, seed },
  );
});
