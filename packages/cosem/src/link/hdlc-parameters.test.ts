import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/bytes.ts';
import {
  decodeHdlcParameters,
  defaultHdlcParameters,
  encodeHdlcParameters,
  hdlcParameters,
  negotiateHdlc,
} from './hdlc-parameters.ts';

test('the defaults are written as in the recorded UA frame', () => {
  assert.equal(
    toHex(encodeHdlcParameters(defaultHdlcParameters)),
    '818012050180060180070400000001080400000001',
  );
});

test('lengths come in one or two octets and absent values have their default', () => {
  assert.deepEqual(
    decodeHdlcParameters(fromHex('8180140502008006020080070400000001080400000001')),
    defaultHdlcParameters,
  );
  assert.deepEqual(decodeHdlcParameters(new Uint8Array(0)), defaultHdlcParameters);
  assert.deepEqual(decodeHdlcParameters(fromHex('8180040502019a')), {
    ...defaultHdlcParameters,
    maxInfoTransmit: 0x19a,
  });
  assert.equal(decodeHdlcParameters(fromHex('818003070103')).windowTransmit, 3);
  assert.deepEqual(decodeHdlcParameters(fromHex('818003990107')), defaultHdlcParameters);
});

test('values over the maximum are read as the maximum', () => {
  assert.equal(decodeHdlcParameters(fromHex('818003070109')).windowTransmit, 7);
  assert.equal(decodeHdlcParameters(fromHex('8180040502ffff')).maxInfoTransmit, 2030);
});

test('any parameters survive', () => {
  const length = fc.integer({ min: 1, max: 2030 });
  const window = fc.integer({ min: 1, max: 7 });
  const any = fc.record({
    maxInfoTransmit: length,
    maxInfoReceive: length,
    windowTransmit: window,
    windowReceive: window,
  });
  fc.assert(
    fc.property(any, any, (a, b) => {
      assert.deepEqual(decodeHdlcParameters(encodeHdlcParameters(a)), { ...a });
      const one = negotiateHdlc(a, b);
      const other = negotiateHdlc(b, a);
      assert.equal(one.maxInfoTransmit, other.maxInfoReceive);
      assert.equal(one.windowReceive, other.windowTransmit);
      assert.equal(one.maxInfoTransmit, Math.min(a.maxInfoTransmit, b.maxInfoReceive));
    }),
  );
});

test('malformed parameters are refused', () => {
  const code = { code: 'link/hdlc-parameters' };
  assert.throws(() => decodeHdlcParameters(fromHex('828000')), code);
  assert.throws(() => decodeHdlcParameters(fromHex('81800405018006')), { code: 'bytes/truncated' });
  assert.throws(() => decodeHdlcParameters(fromHex('818003050100')), code);
  assert.throws(() => decodeHdlcParameters(fromHex('8180020500')), code);
  assert.throws(() => decodeHdlcParameters(fromHex('81800705050000000080')), code);
  assert.throws(() => decodeHdlcParameters(fromHex('818002050280')), { kind: 'decode' });
  assert.throws(() => hdlcParameters({ windowTransmit: 8 }), code);
  assert.throws(() => hdlcParameters({ maxInfoReceive: 2031 }), code);
  assert.throws(() => hdlcParameters({ maxInfoReceive: 0 }), code);
});
