import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/bytes.ts';
import { hdlcAddress } from './hdlc-address.ts';
import { HdlcDeframer, type HdlcDeframerEvent } from './hdlc-deframer.ts';
import { encodeHdlcFrame, maxHdlcFrameLength } from './hdlc-frame.ts';

function ui(information: Uint8Array): Uint8Array {
  return encodeHdlcFrame({
    destination: hdlcAddress(103),
    source: hdlcAddress(1, 17),
    segmented: false,
    control: { kind: 'UI', pollFinal: true },
    information,
  });
}

function payloads(events: readonly HdlcDeframerEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'frame' ? [toHex(event.frame.information)] : []));
}

function skipped(events: readonly HdlcDeframerEvent[]): number {
  return events.reduce((sum, event) => sum + (event.type === 'skipped' ? event.octets : 0), 0);
}

test('frames with shared, double and single flags come out, and flags are no noise', () => {
  const one = ui(fromHex('01'));
  const two = ui(fromHex('02'));
  const stream = Buffer.concat([one, two.subarray(1), fromHex('7e7e7e'), one]);
  for (const size of [1, 2, 7, stream.length]) {
    const deframer = new HdlcDeframer();
    const events: HdlcDeframerEvent[] = [];
    for (let at = 0; at < stream.length; at += size)
      events.push(...deframer.push(stream.subarray(at, at + size)));
    events.push(...deframer.idle());
    assert.deepEqual(payloads(events), ['01', '02', '01']);
    assert.equal(skipped(events), 0);
  }
});

test('a damaged frame costs that frame only, wherever the damage is', () => {
  const before = ui(fromHex('0a0b0c'));
  const victim = ui(fromHex('7e7ea0080102037e'));
  const after = ui(fromHex('0d0e0f'));
  for (let at = 0; at < victim.length; at++) {
    for (const damage of ['flip', 'drop', 'insert'] as const) {
      const hurt = [...victim];
      if (damage === 'flip') hurt[at]! ^= 0x55;
      if (damage === 'drop') hurt.splice(at, 1);
      if (damage === 'insert') hurt.splice(at, 0, 0x42);
      const deframer = new HdlcDeframer();
      const events = deframer.push(Buffer.concat([before, Uint8Array.from(hurt), after]));
      events.push(...deframer.idle());
      const got = payloads(events).filter((payload) => payload !== '7e7ea0080102037e');
      assert.deepEqual(got, ['0a0b0c', '0d0e0f'], `${damage} at ${at}`);
    }
  }
});

test('silence frees what is hidden behind a frame that broke off', () => {
  const deframer = new HdlcDeframer();
  const broken = ui(new Uint8Array(200)).subarray(0, 20);
  const good = ui(fromHex('0102'));
  assert.deepEqual(payloads(deframer.push(Buffer.concat([broken, good]))), []);
  const events = deframer.idle();
  assert.deepEqual(payloads(events), ['0102']);
  assert.equal(deframer.pending, 0);
  assert.equal(events[0]?.type, 'skipped');
});

test('noise is reported once with its place and length', () => {
  const deframer = new HdlcDeframer();
  deframer.push(fromHex('000102'));
  const events = deframer.push(Buffer.concat([fromHex('0304'), ui(fromHex('05'))]));
  const [noise] = events;
  assert.ok(noise?.type === 'skipped');
  assert.equal(noise.octets, 5);
  assert.equal(noise.offset, 0);
  assert.equal(noise.error.code, 'link/stream-noise');
});

test('what was handed out is not overwritten by what comes later', () => {
  const deframer = new HdlcDeframer();
  const one = ui(new Uint8Array(64).fill(0x11));
  deframer.push(one.subarray(0, 10));
  const first = deframer.push(Buffer.concat([one.subarray(10), one.subarray(0, 5)]));
  deframer.push(ui(new Uint8Array(64).fill(0x22)));
  assert.deepEqual(payloads(first), ['11'.repeat(64)]);
});

test('any octets: no throw, every octet accounted for, bounded memory', () => {
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 60 }),
    fc.constant(fromHex('7e')),
    fc.constant(fromHex('7ea0')),
    fc.constant(fromHex('7ea7ff')),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map(ui),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const deframer = new HdlcDeframer();
      const events: HdlcDeframerEvent[] = [];
      for (const octets of pieces) {
        events.push(...deframer.push(octets));
        assert.ok(deframer.pending <= maxHdlcFrameLength + 2);
      }
      events.push(...deframer.idle());
      assert.equal(deframer.pending, 0);
      const total = pieces.reduce((sum, octets) => sum + octets.length, 0);
      assert.ok(skipped(events) <= total);
    }),
    { numRuns: 300 },
  );
});
