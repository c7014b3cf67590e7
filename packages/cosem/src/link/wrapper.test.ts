import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { decodeWrapper, encodeWrapper, WrapperDeframer } from './wrapper.ts';

const code = (name: string) => ({ code: `link/${name}` });

test('a frame has version, ports, length and APDU', () => {
  const bytes = encodeWrapper({ source: 1, destination: 16, apdu: fromHex('c001c1') });
  assert.equal(toHex(bytes), '0001000100100003c001c1');
  assert.deepEqual(decodeWrapper(bytes), { source: 1, destination: 16, apdu: fromHex('c001c1') });
});

test('what does not fit is refused', () => {
  const apdu = Uint8Array.of(1);
  assert.throws(() => encodeWrapper({ source: -1, destination: 1, apdu }), code('wrapper-port'));
  assert.throws(() => encodeWrapper({ source: 1, destination: 65_536, apdu }), code('wrapper-port'));
  assert.throws(
    () => encodeWrapper({ source: 1, destination: 1, apdu: new Uint8Array(0) }),
    code('wrapper-length'),
  );
  assert.throws(
    () => encodeWrapper({ source: 1, destination: 1, apdu: new Uint8Array(65_536) }),
    code('wrapper-length'),
  );
  assert.throws(() => decodeWrapper(fromHex('0002000100100001c0')), code('wrapper-version'));
  assert.throws(() => decodeWrapper(fromHex('0001000100100000')), code('wrapper-length'));
  assert.throws(() => decodeWrapper(fromHex('0001000100100002c0')), code('wrapper-length'));
  assert.throws(() => decodeWrapper(fromHex('0001000100100001c0c1')), code('wrapper-length'));
});

test('any frames in any chunks come out of a stream in order', () => {
  const frames = fc.array(
    fc.record({
      source: fc.nat(65_535),
      destination: fc.nat(65_535),
      apdu: fc.uint8Array({ minLength: 1, maxLength: 300 }),
    }),
    { maxLength: 8 },
  );
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }), (sent, cuts) => {
      const stream = Buffer.concat(sent.map(encodeWrapper));
      const deframer = new WrapperDeframer();
      const got: unknown[] = [];
      for (let at = 0, turn = 0; at < stream.length; turn++) {
        const size = cuts[turn % cuts.length]!;
        for (const frame of deframer.push(stream.subarray(at, at + size)))
          got.push({ ...frame, apdu: [...frame.apdu] });
        at += size;
      }
      assert.deepEqual(
        got,
        sent.map((frame) => ({ ...frame, apdu: [...frame.apdu] })),
      );
      assert.equal(deframer.pending, 0);
    }),
  );
});

test('a stream with a wrong header or a length over the bound is given up with the offset', () => {
  const deframer = new WrapperDeframer({ maxApduLength: 4 });
  assert.equal(deframer.push(fromHex('0001000100100004c0010203')).length, 1);
  assert.throws(() => deframer.push(fromHex('0001000100100005')), {
    code: 'link/wrapper-length',
    offset: 18,
  });
  assert.throws(() => new WrapperDeframer().push(fromHex('7e')), code('wrapper-version'));
});

test('recorded wrapper sessions re-encode byte by byte', needsShared('data/dlms/peer-sessions.jsonl'), () => {
  interface Session {
    transport: string;
    frames: { hex: string }[];
  }
  const sessions = sharedJsonLines<Session>('data/dlms/peer-sessions.jsonl').filter(
    ({ transport }) => transport === 'WRAPPER',
  );
  assert.equal(sessions.length, 3);
  for (const { hex } of sessions.flatMap(({ frames }) => frames))
    assert.equal(toHex(encodeWrapper(decodeWrapper(fromHex(hex)))), hex);
});
