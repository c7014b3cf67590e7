/** Octets out of text: what people paste, log and dump. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { toHex } from '../base/bytes.ts';
import { capturesOf, capturesOfLine, isBinary } from './capture.ts';

const shown = (line: string) => capturesOfLine(line).map(({ octets }) => toHex(octets));

test('digits alone, in every usual spelling', () => {
  for (const line of [
    'c001c1000100',
    'C0 01 C1 00 01 00',
    'c0:01:c1:00:01:00',
    'c0-01-c1-00-01-00',
    '0xC0, 0x01, 0xC1, 0x00, 0x01, 0x00',
    '0xC001C1000100',
    'c001 c100 0100',
    '  c0 01 c1 00  01 00 ',
  ]) {
    assert.deepEqual(shown(line), ['c001c1000100'], line);
    assert.equal(capturesOfLine(line)[0]!.alone, true, line);
  }
});

test('the last octets of a wrapped dump are kept, however few', () => {
  assert.deepEqual(shown('c47e'), ['c47e']);
  assert.deepEqual(shown('7e'), ['7e']);
});

test('offsets and characters of hex dumps are no octets', () => {
  assert.deepEqual(shown('00000000  7e a0 d2 41 08 83 13 82  d6 e6 e7 00 0f 40 00 00  |~..A.........@..|'), [
    '7ea0d24108831382d6e6e7000f400000',
  ]);
  assert.deepEqual(shown('00000010: 7ea0 d241 0883 1382 d6e6 e700 0f40 0000  ~..A.........@..'), [
    '7ea0d24108831382d6e6e7000f400000',
  ]);
});

test('dates and times of logs are no octets', () => {
  assert.deepEqual(shown('2026-01-02 12:00:00 rx c001c10001'), ['c001c10001']);
  assert.deepEqual(shown('2026-01-02T12:00:00.123456Z [D] rx: C0 01 C1 00 01'), ['c001c10001']);
  assert.deepEqual(shown('[12:00:00] nothing was read'), []);
  assert.deepEqual(shown('12:00:00:01:02:03'), ['120000010203'], 'a row of pairs is a row of octets');
});

test('words are no octets', () => {
  assert.deepEqual(shown('the facade of a decade'), []);
  assert.deepEqual(shown(''), []);
});

test('chunks may break anywhere', async () => {
  const text = Buffer.from('rx c001c10001 ok\nrx 7ea0d241\n');
  for (let at = 0; at <= text.length; at++) {
    const found: string[] = [];
    async function* stream(): AsyncGenerator<Uint8Array> {
      if (at > 0) yield text.subarray(0, at);
      yield text.subarray(at);
    }
    for await (const { octets } of capturesOf(stream())) found.push(toHex(octets));
    assert.deepEqual(found, ['c001c10001', '7ea0d241'], `broken at ${at}`);
  }
});

test('binary is told from text, also from text that is not ASCII', () => {
  assert.equal(isBinary(Uint8Array.of(0x7e, 0xa0, 0x00)), true);
  assert.equal(isBinary(Buffer.from('Zähler → 7ea0\r\n\t')), false);
});

test('a line of digits without spaces takes time in proportion to its length', () => {
  const digits = '7'.repeat(200_001);
  assert.deepEqual(shown(`x ${digits}`), []);
  assert.equal(shown(`rx ${digits.slice(1)} end`)[0]!.length, 200_000);
});
