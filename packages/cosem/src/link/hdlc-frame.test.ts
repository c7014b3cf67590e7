import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { hdlcAddress, isAllStations, sameHdlcAddress, showHdlcAddress } from './hdlc-address.ts';
import {
  decodeHdlcControl,
  decodeHdlcFrame,
  encodeHdlcControl,
  encodeHdlcFrame,
  fcs16,
} from './hdlc-frame.ts';

const snrm = '7ea00a00020023f193232e7e';

test('the check sequence has the published check value of CRC-16/X-25', () => {
  assert.equal(fcs16(Buffer.from('123456789', 'latin1')), 0x906e);
});

test('a SNRM to a four octet address reads and writes', () => {
  const frame = decodeHdlcFrame(fromHex(snrm));
  assert.deepEqual(frame.destination, { upper: 1, lower: 17, size: 4 });
  assert.deepEqual(frame.source, { upper: 0x78, size: 1 });
  assert.deepEqual(frame.control, { kind: 'SNRM', pollFinal: true });
  assert.equal(frame.information.length, 0);
  assert.equal(toHex(encodeHdlcFrame(frame)), snrm);
});

test('addresses take the smallest form and keep their range', () => {
  assert.deepEqual(hdlcAddress(16), { upper: 16, size: 1 });
  assert.deepEqual(hdlcAddress(1, 17), { upper: 1, lower: 17, size: 2 });
  assert.deepEqual(hdlcAddress(1, 1234), { upper: 1, lower: 1234, size: 4 });
  assert.deepEqual(hdlcAddress(200), { upper: 200, lower: 0, size: 4 });
  assert.throws(() => hdlcAddress(0x4000), { code: 'link/hdlc-address' });
  assert.throws(() => hdlcAddress(-1), { code: 'link/hdlc-address' });
  assert.throws(() => hdlcAddress(1, 2, 1), { code: 'link/hdlc-address' });
  assert.ok(isAllStations(hdlcAddress(0x7f)) && isAllStations(hdlcAddress(0x3fff, 0x3fff)));
  assert.ok(!isAllStations(hdlcAddress(0x7f, 1)));
  assert.ok(!sameHdlcAddress(hdlcAddress(1), hdlcAddress(1, 0)));
  assert.equal(showHdlcAddress(hdlcAddress(1, 17)), '1/17');
});

test('every control octet is either a kind that writes back to itself or refused', () => {
  let known = 0;
  for (let octet = 0; octet < 256; octet++) {
    const control = decodeHdlcControl(octet);
    if (control === undefined) continue;
    known += 1;
    assert.equal(encodeHdlcControl(control), octet);
  }
  // 128 I, 16 RR, 16 RNR and six unnumbered kinds with and without P/F.
  assert.equal(known, 128 + 16 + 16 + 12);
});

const address = fc.oneof(
  fc.nat(127).map((upper) => hdlcAddress(upper)),
  fc.tuple(fc.nat(127), fc.nat(127)).map(([upper, lower]) => hdlcAddress(upper, lower, 2)),
  fc.tuple(fc.nat(0x3fff), fc.nat(0x3fff)).map(([upper, lower]) => hdlcAddress(upper, lower, 4)),
);
const anyFrame = fc.record({
  destination: address,
  source: address,
  segmented: fc.boolean(),
  control: fc
    .nat(255)
    .map(decodeHdlcControl)
    .filter((control) => control !== undefined),
  information: fc.uint8Array({ maxLength: 120 }),
});

test('any frame survives, and any bit turned over in it is noticed', () => {
  fc.assert(
    fc.property(anyFrame, fc.nat(), (frame, spot) => {
      const bytes = encodeHdlcFrame(frame);
      const { information, ...rest } = decodeHdlcFrame(bytes);
      assert.equal(toHex(information), toHex(frame.information));
      const { destination, source, segmented, control } = frame;
      assert.deepEqual(rest, { destination, source, segmented, control });
      assert.equal(toHex(encodeHdlcFrame({ ...rest, information })), toHex(bytes));
      const bit = spot % (bytes.length * 8);
      bytes[bit >> 3]! ^= 1 << (bit & 7);
      assert.throws(() => decodeHdlcFrame(bytes), /link\/hdlc-/);
    }),
  );
});

test('damage is told apart, with the offset', () => {
  const good = toHex(
    encodeHdlcFrame({
      destination: hdlcAddress(1),
      source: hdlcAddress(16),
      segmented: false,
      control: { kind: 'UI', pollFinal: true },
      information: fromHex('e6e6000102'),
    }),
  );
  const damaged = (at: number, octet: string) =>
    fromHex(good.slice(0, at * 2) + octet + good.slice(at * 2 + 2));
  const size = good.length / 2;
  assert.throws(() => decodeHdlcFrame(damaged(0, '7f')), { code: 'link/hdlc-flag', offset: 0 });
  assert.throws(() => decodeHdlcFrame(damaged(1, 'b0')), { code: 'link/hdlc-format', offset: 1 });
  assert.throws(() => decodeHdlcFrame(damaged(2, '03')), { code: 'link/hdlc-format' });
  assert.throws(() => decodeHdlcFrame(damaged(5, '03')), { code: 'link/hdlc-hcs', offset: 6 });
  assert.throws(() => decodeHdlcFrame(damaged(9, '00')), { code: 'link/hdlc-fcs', offset: size - 3 });
  assert.throws(() => decodeHdlcFrame(damaged(size - 1, '00')), { code: 'link/hdlc-flag', offset: size - 1 });
  assert.throws(() => decodeHdlcFrame(fromHex(good.slice(0, -2))), { code: 'link/hdlc-format' });
  // An address of three octets: no such form.
  assert.throws(() => decodeHdlcFrame(fromHex('7ea00a020203f193000000007e')), { code: 'link/hdlc-address' });
  assert.throws(() => decodeHdlcFrame(fromHex('7ea00c0202020202f19300007e')), { code: 'link/hdlc-address' });
});

test('a control field outside the profile is refused though its checks are right', () => {
  const body = fromHex('a007032109');
  const check = fcs16(body);
  const bytes = Uint8Array.of(0x7e, ...body, check & 0xff, check >> 8, 0x7e);
  assert.throws(() => decodeHdlcFrame(bytes), { code: 'link/hdlc-control', offset: 5 });
});

test('a frame over 2047 octets is not written', () => {
  const frame = {
    destination: hdlcAddress(1),
    source: hdlcAddress(16),
    segmented: false,
    control: { kind: 'UI', pollFinal: true },
    information: new Uint8Array(2039),
  } as const;
  assert.throws(() => encodeHdlcFrame(frame), { code: 'link/hdlc-format' });
  assert.equal(encodeHdlcFrame({ ...frame, information: new Uint8Array(2038) }).length, 2049);
});

test('recorded frames read and write back byte by byte', needsShared('data/dlms/hdlc-frames.jsonl'), () => {
  interface Row {
    hex: string;
    segmented: boolean;
    dst: string;
    src: string;
    control: string;
    info_len: number;
  }
  const rows = sharedJsonLines<Row>('data/dlms/hdlc-frames.jsonl');
  assert.equal(rows.length, 46);
  for (const row of rows) {
    const frame = decodeHdlcFrame(fromHex(row.hex));
    assert.equal(toHex(encodeHdlcFrame(frame)), row.hex);
    assert.equal(frame.segmented, row.segmented);
    assert.equal(frame.information.length, row.info_len);
    assert.equal(encodeHdlcControl(frame.control), Number.parseInt(row.control, 16));
    assert.equal(frame.destination.size, row.dst.length / 2);
    assert.equal(frame.source.size, row.src.length / 2);
  }
});
