import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/bytes.ts';
import { decodeGateway, encodeGateway, gatewayReply, hasGatewayPrefix } from './gateway.ts';

test('the prefix stands before the APDU, in both directions', () => {
  const request = { direction: 'request', networkId: 0, deviceAddress: fromHex('0102030405060708') } as const;
  const bytes = encodeGateway(request, fromHex('c001'));
  assert.equal(toHex(bytes), 'e600080102030405060708c001');
  assert.ok(hasGatewayPrefix(bytes));
  assert.deepEqual(decodeGateway(bytes), { ...request, apdu: fromHex('c001') });
  assert.equal(toHex(encodeGateway(gatewayReply(request), fromHex('c4'))), 'e700080102030405060708c4');
  assert.ok(!hasGatewayPrefix(fromHex('c001')));
});

test('any prefix survives', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('request' as const, 'response' as const),
      fc.nat(255),
      fc.uint8Array({ maxLength: 255 }),
      fc.uint8Array({ minLength: 1 }),
      (direction, networkId, deviceAddress, apdu) => {
        const got = decodeGateway(encodeGateway({ direction, networkId, deviceAddress }, apdu));
        assert.equal(got.direction, direction);
        assert.equal(got.networkId, networkId);
        assert.equal(toHex(got.deviceAddress), toHex(deviceAddress));
        assert.equal(toHex(got.apdu), toHex(apdu));
      },
    ),
  );
});

test('malformed prefixes are refused with the offset', () => {
  assert.throws(() => decodeGateway(fromHex('c001')), { code: 'link/gateway-header', offset: 0 });
  assert.throws(() => decodeGateway(fromHex('e60004010203')), { code: 'bytes/truncated', offset: 3 });
  assert.throws(() => decodeGateway(fromHex('e6')), { code: 'bytes/truncated' });
  assert.throws(() => decodeGateway(fromHex('e60001aa')), { code: 'link/gateway-header', offset: 4 });
  assert.throws(() => decodeGateway(fromHex('e60009'), 8), { code: 'link/gateway-header', offset: 2 });
  const address = new Uint8Array(256);
  assert.throws(
    () => encodeGateway({ direction: 'request', networkId: 0, deviceAddress: address }, address),
    { code: 'link/gateway-header' },
  );
  assert.throws(
    () => encodeGateway({ direction: 'request', networkId: 256, deviceAddress: fromHex('01') }, address),
    { code: 'link/gateway-header' },
  );
});
