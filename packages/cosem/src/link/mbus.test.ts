import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { decodeMbusFrame, encodeMbusApdu, encodeMbusFrame, MbusAssembler, mbusPush } from './mbus.ts';

test('a long frame reads and writes', () => {
  const bytes = fromHex('680d0d6853ff1101674033cdd8c8d1dab50b16');
  const frame = decodeMbusFrame(bytes);
  assert.equal(frame.ci, 0x11);
  assert.equal(frame.address, 0xff);
  assert.equal(toHex(frame.data), '01674033cdd8c8d1dab5');
  assert.equal(toHex(encodeMbusFrame(frame)), toHex(bytes));
});

test('damage is told apart, with the offset', () => {
  const good = '680d0d6853ff1101674033cdd8c8d1dab50b16';
  const damaged = (at: number, octet: string) =>
    fromHex(good.slice(0, at * 2) + octet + good.slice(at * 2 + 2));
  assert.throws(() => decodeMbusFrame(damaged(0, '69')), { code: 'link/mbus-frame', offset: 0 });
  assert.throws(() => decodeMbusFrame(damaged(1, '02')), { code: 'link/mbus-frame', offset: 1 });
  assert.throws(() => decodeMbusFrame(damaged(2, '0e')), { code: 'link/mbus-frame', offset: 2 });
  assert.throws(() => decodeMbusFrame(damaged(3, '00')), { code: 'link/mbus-frame', offset: 3 });
  assert.throws(() => decodeMbusFrame(damaged(9, '00')), { code: 'link/mbus-checksum', offset: 17 });
  assert.throws(() => decodeMbusFrame(damaged(18, '17')), { code: 'link/mbus-frame', offset: 18 });
  assert.throws(() => decodeMbusFrame(fromHex(`${good}00`)), { code: 'link/mbus-frame' });
  assert.throws(() => decodeMbusFrame(fromHex(good.slice(0, -2))), { code: 'link/mbus-frame' });
});

test('any APDU of up to 4000 octets survives its segments', () => {
  fc.assert(
    fc.property(fc.uint8Array({ minLength: 1, maxLength: 4000, size: 'max' }), (apdu) => {
      const assembler = new MbusAssembler();
      const frames = encodeMbusApdu(apdu);
      const results = frames.map((bytes) => assembler.add(decodeMbusFrame(bytes)));
      const last = results.pop();
      assert.ok(results.every((result) => result === undefined));
      assert.equal(toHex(last!.apdu), toHex(apdu));
      assert.deepEqual(last!.addressing, mbusPush);
      assert.equal(last!.frames, frames.length);
    }),
  );
});

test('a gap, a repetition and a missing beginning cost the APDU; the next one is whole', () => {
  const apdu = new Uint8Array(700).fill(1);
  const [first, second, third] = encodeMbusApdu(apdu).map(decodeMbusFrame);
  const assembler = new MbusAssembler();
  assembler.add(first!);
  assert.throws(() => assembler.add(third!), { code: 'link/segment-lost' });
  assert.throws(() => assembler.add(second!), { code: 'link/segment-lost' });
  assembler.add(first!);
  assembler.add(first!);
  assembler.add(second!);
  assert.throws(() => assembler.add(second!), { code: 'link/segment-lost' });
  assembler.add(first!);
  assembler.add(second!);
  assert.equal(assembler.add(third!)?.apdu.length, 700);
  assert.ok(!assembler.open);
});

test('endless segmentation, foreign content and missing addresses are refused', () => {
  const assembler = new MbusAssembler();
  const part = (number: number) => ({
    control: 0x53,
    address: 0xff,
    ci: number,
    data: fromHex('016700'),
  });
  for (let number = 0; number < 15; number++) assert.equal(assembler.add(part(number)), undefined);
  assert.throws(() => assembler.add(part(15)), { code: 'link/segments' });
  assert.ok(!assembler.open);
  assert.throws(() => assembler.add(part(0x5b)), { code: 'link/mbus-not-dlms' });
  assert.throws(() => assembler.add({ ...part(0x10), data: fromHex('01') }), { code: 'link/mbus-frame' });
  assert.throws(() => encodeMbusApdu(new Uint8Array(4001)), { code: 'link/segments' });
  assert.throws(() => encodeMbusFrame({ ...part(0), data: new Uint8Array(253) }), {
    code: 'link/mbus-frame',
  });
});

test('recorded frames read and write back byte by byte', needsShared('data/dlms/mbus-frames.jsonl'), () => {
  const rows = sharedJsonLines<{ hex: string; c: string; a: string; ci: string }>(
    'data/dlms/mbus-frames.jsonl',
  );
  assert.equal(rows.length, 16);
  for (const { hex, c, a, ci } of rows) {
    const frame = decodeMbusFrame(fromHex(hex));
    assert.deepEqual(
      [frame.control, frame.address, frame.ci],
      [c, a, ci].map((text) => Number.parseInt(text, 16)),
    );
    assert.equal(toHex(encodeMbusFrame(frame)), hex);
  }
});
