import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { ByteReader, ByteWriter, fromHex, toHex } from './bytes.ts';
import { CosemError } from './errors.ts';

test('numbers and octets come back as they were written', () => {
  const written = new ByteWriter(1).u8(1).u16(0xfffe).u32(0xffff_fffd).octets(Uint8Array.of(7, 8)).finish();
  assert.equal(toHex(written), '01fffefffffffd020708');
  const reader = new ByteReader(written);
  assert.deepEqual([reader.u8(), reader.u16(), reader.u32()], [1, 0xfffe, 0xffff_fffd]);
  assert.equal(toHex(reader.take(reader.length(10))), '0708');
  reader.finish();
});

test('lengths are written in the shortest form and read back', () => {
  const cases = [
    [0, '00'],
    [127, '7f'],
    [128, '8180'],
    [255, '81ff'],
    [256, '820100'],
    [65536, '83010000'],
    [0xffff_ffff, '84ffffffff'],
  ] as const;
  for (const [value, hex] of cases) {
    assert.equal(toHex(new ByteWriter().length(value).finish()), hex);
    assert.equal(new ByteReader(fromHex(hex)).length(value), value);
    if (value > 0)
      assert.throws(() => new ByteReader(fromHex(hex)).length(value - 1), { code: 'bytes/length' });
  }
});

test('a reader stops at its end and says where', () => {
  const refused: readonly (readonly [(r: ByteReader) => unknown, string, number])[] = [
    [(r) => r.u32('p'), 'bytes/truncated', 1],
    [(r) => r.take(4, 'p'), 'bytes/truncated', 1],
    [(r) => r.finish('p'), 'bytes/trailing', 1],
    [(r) => r.length(9, 'p'), 'bytes/length', 1],
  ];
  for (const [read, code, offset] of refused) {
    // The last octet is outside the reader.
    const reader = new ByteReader(fromHex('00 80 02 03 04'), 1, 4);
    assert.throws(
      () => read(reader),
      (error: unknown) => {
        assert.ok(error instanceof CosemError);
        assert.deepEqual([error.code, error.path, error.offset], [code, 'p', offset]);
        return true;
      },
    );
  }
});

test('a writer grows without losing anything, and lends room to write in', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 40 }), { maxLength: 20 }), (parts) => {
      const writer = new ByteWriter(1);
      for (const part of parts) {
        const at = writer.reserve(part.length);
        writer.buffer.set(part, at);
      }
      assert.equal(toHex(writer.finish()), parts.map(toHex).join(''));
    }),
  );
});

test('hexadecimal text', () => {
  assert.deepEqual(fromHex(' 0A ff\n'), Uint8Array.of(10, 255));
  for (const text of ['0', '0g', '0x00']) assert.throws(() => fromHex(text), { code: 'bytes/hex' });
});
