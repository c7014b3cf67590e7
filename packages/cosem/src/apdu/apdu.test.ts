import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apdu as anyApdu } from '../../test/arbitraries.ts';
import { fuzzSeed, mutate, randomFrom, randomOctets } from '../../test/fuzz.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { data } from '../data/types.ts';
import { type Apdu, apduTags, decodeApdu, encodeApdu } from './index.ts';

const clock = fromHex('0000010000ff');
const attribute = { classId: 8, instance: clock, attribute: 2 };
const invoke = { invokeId: 1, confirmed: true, highPriority: true };
const longInvoke = {
  invokeId: 1,
  selfDescriptive: false,
  breakOnError: false,
  confirmed: true,
  highPriority: false,
};
const block = { lastBlock: true, blockNumber: 2, rawData: Uint8Array.of(1, 2) };

/** Octets laid out by hand from the abstract syntax, and what they are. */
const vectors: readonly (readonly [string, Apdu])[] = [
  [
    'c001c1 0008 0000010000ff 02 00',
    { type: 'get-request', choice: 'normal', invoke, descriptor: attribute },
  ],
  [
    'c001c1 0008 0000010000ff 02 01 02 1105',
    {
      type: 'get-request',
      choice: 'normal',
      invoke,
      descriptor: attribute,
      selection: { selector: 2, parameters: data('unsigned', 5) },
    },
  ],
  ['c002c1 00000007', { type: 'get-request', choice: 'next', invoke, blockNumber: 7 }],
  [
    'c401c1 01 04',
    {
      type: 'get-response',
      choice: 'normal',
      invoke,
      result: { choice: 'data-access-result', result: 'object-undefined' },
    },
  ],
  [
    'c402c1 00 00000001 00 02 0102',
    {
      type: 'get-response',
      choice: 'with-datablock',
      invoke,
      block: {
        lastBlock: false,
        blockNumber: 1,
        result: { choice: 'raw-data', rawData: Uint8Array.of(1, 2) },
      },
    },
  ],
  [
    'c403c1 02 00 1105 01 fa',
    {
      type: 'get-response',
      choice: 'with-list',
      invoke,
      results: [
        { choice: 'data', data: data('unsigned', 5) },
        { choice: 'data-access-result', result: 'other-reason' },
      ],
    },
  ],
  [
    'c101c1 0008 0000010000ff 02 00 1105',
    { type: 'set-request', choice: 'normal', invoke, descriptor: attribute, value: data('unsigned', 5) },
  ],
  ['c103c1 01 00000002 02 0102', { type: 'set-request', choice: 'with-datablock', invoke, block }],
  ['c501c1 03', { type: 'set-response', choice: 'normal', invoke, result: 'read-write-denied' }],
  [
    'c504c1 02 00 03 00000009',
    {
      type: 'set-response',
      choice: 'last-datablock-with-list',
      invoke,
      results: ['success', 'read-write-denied'],
      blockNumber: 9,
    },
  ],
  [
    'c301c1 0046 0000600300ff 01 01 0f00',
    {
      type: 'action-request',
      choice: 'normal',
      invoke,
      descriptor: { classId: 70, instance: fromHex('0000600300ff'), method: 1 },
      parameters: data('integer', 0),
    },
  ],
  ['c306c1 01 00000002 02 0102', { type: 'action-request', choice: 'with-pblock', invoke, block }],
  [
    'c701c1 00 01 00 0901aa',
    {
      type: 'action-response',
      choice: 'normal',
      invoke,
      reply: {
        result: 'success',
        returned: { choice: 'data', data: data('octet-string', Uint8Array.of(0xaa)) },
      },
    },
  ],
  [
    'c701c1 0c 00',
    { type: 'action-response', choice: 'normal', invoke, reply: { result: 'type-unmatched' } },
  ],
  ['c704c1 00000003', { type: 'action-response', choice: 'next-pblock', invoke, blockNumber: 3 }],
  [
    'c2 01 0c 07e90904040a000a00ff8880 0008 0000010000ff 02 00',
    {
      type: 'event-notification-request',
      dateTime: fromHex('07e90904040a000a00ff8880'),
      descriptor: attribute,
      value: data('null-data', null),
    },
  ],
  [
    '0f 40000001 00 1105',
    { type: 'data-notification', invoke: longInvoke, dateTime: new Uint8Array(0), body: data('unsigned', 5) },
  ],
  [
    'd9 40000001 00 02 01 0008 0000010000ff 02 03 0008 0000010000ff 01 02 00 0f01',
    {
      type: 'access-request',
      invoke: longInvoke,
      dateTime: new Uint8Array(0),
      specification: [
        { choice: 'get', descriptor: attribute },
        { choice: 'action', descriptor: { classId: 8, instance: clock, method: 1 } },
      ],
      data: [data('null-data', null), data('integer', 1)],
    },
  ],
  [
    'da 40000001 00 00 02 1105 00 02 01 00 03 fa',
    {
      type: 'access-response',
      invoke: longInvoke,
      dateTime: new Uint8Array(0),
      data: [data('unsigned', 5), data('null-data', null)],
      specification: [
        { choice: 'get', result: 'success' },
        { choice: 'action', result: 'other-reason' },
      ],
    },
  ],
  [
    'd8 01 06 00000102',
    {
      type: 'exception-response',
      stateError: 'service-not-allowed',
      serviceError: 'invocation-counter-error',
      invocationCounter: 258,
    },
  ],
  [
    'e0 c3 0001 0002 02 c401',
    {
      type: 'general-block-transfer',
      lastBlock: true,
      streaming: true,
      window: 3,
      blockNumber: 1,
      blockNumberAck: 2,
      blockData: fromHex('c401'),
    },
  ],
  [
    '0e 01 06 02',
    {
      type: 'confirmed-service-error',
      service: 'initiate-error',
      error: { choice: 'initiate', value: 'incompatible-conformance' },
    },
  ],
  [
    '08 00 06 5f1f0400 001e1d 04c8 0007',
    {
      type: 'initiate-response',
      dlmsVersion: 6,
      conformance: [
        'block-transfer-with-get-or-read',
        'block-transfer-with-set-or-write',
        'block-transfer-with-action',
        'multiple-references',
        'get',
        'set',
        'selective-access',
        'action',
      ],
      serverMaxReceivePduSize: 1224,
      vaaName: 7,
    },
  ],
  ['62 03 80 01 00', { type: 'rlrq', reason: 'normal' }],
  [
    'db 08 0102030405060708 02 aabb',
    { type: 'general-glo-ciphering', systemTitle: fromHex('0102030405060708'), service: fromHex('aabb') },
  ],
];

test('APDUs decode and encode as the standard lays them out', () => {
  for (const [hex, apdu] of vectors) {
    assert.deepEqual(decodeApdu(fromHex(hex)), apdu, hex);
    assert.equal(toHex(encodeApdu(apdu)), hex.replaceAll(' ', ''));
  }
});

test('any APDU comes back from its octets', () => {
  fc.assert(
    fc.property(anyApdu, (apdu) => {
      assert.deepEqual(decodeApdu(encodeApdu(apdu)), apdu);
    }),
    { numRuns: 1500 },
  );
});

test('deviations of known peers are understood and not repeated', () => {
  const short = decodeApdu(fromHex('c701c100'));
  assert.deepEqual(short, {
    type: 'action-response',
    choice: 'normal',
    invoke,
    reply: { result: 'success' },
  });
  assert.equal(toHex(encodeApdu(short)), 'c701c10000');

  const time = '07e90904040a000a00ff8880';
  const rest = '0008 0000010000ff 02 00';
  const expected = decodeApdu(fromHex(`c2 01 0c ${time} ${rest}`));
  assert.deepEqual(decodeApdu(fromHex(`c2 01 ${time} ${rest}`)), expected);
  assert.deepEqual(decodeApdu(fromHex(`c2 0c ${time} ${rest}`)), expected);
});

test('a date-time that a meter tags is read, and written as it came', () => {
  for (const [hex, quirk] of [
    ['0f 40000000 090c07e1090f05052128ff800000 1105', 'octet-string-tag'],
    ['0f 40000000 1907e1090f05052128ff800000 1105', 'date-time-tag'],
  ] as const) {
    const apdu = decodeApdu(fromHex(hex));
    assert.equal(apdu.type, 'data-notification');
    assert.equal(apdu.quirk, quirk);
    assert.equal(toHex(apdu.dateTime), '07e1090f05052128ff800000');
    assert.deepEqual(apdu.body, data('unsigned', 5));
    assert.equal(toHex(encodeApdu(apdu)), hex.replaceAll(' ', ''));
  }
});

/** Octets, the code they must be refused with, and where. */
const bad: readonly (readonly [string, string, string | undefined, number])[] = [
  ['', 'apdu/empty', undefined, 0],
  ['99', 'apdu/tag', undefined, 0],
  ['05', 'apdu/unsupported', undefined, 0],
  ['0c 00', 'apdu/unsupported', undefined, 0],
  ['c0', 'bytes/truncated', 'get-request', 1],
  ['c004c1', 'apdu/choice', 'get-request', 1],
  ['c001c1 0008 0000010000', 'bytes/truncated', 'get-request.descriptor', 5],
  ['c001c1 0008 0000010000ff 02 02', 'apdu/field', 'get-request.descriptor', 12],
  ['c001c1 0008 0000010000ff 02 00 00', 'bytes/trailing', 'get-request', 13],
  ['c003c1 84ffffffff', 'apdu/field', 'get-request.list', 3],
  ['c401c1 00 0202 00 0b', 'data/tag', 'get-response.result[1]', 7],
  ['0f 40000000 05 0102030405 00', 'apdu/field', 'data-notification.date-time', 5],
  ['d9 40000001 00 01 06', 'apdu/field', 'access-request.specification', 6],
  ['d9 40000001 00 01 06 0008 0000010000ff 02', 'apdu/choice', 'access-request.specification[0]', 7],
  ['d8 01', 'bytes/truncated', 'exception-response.service-error', 2],
  ['e0 01 0001 0000 05 01', 'bytes/length', 'general-block-transfer.block-data', 6],
  ['0e 01 08 00', 'apdu/choice', 'confirmed-service-error', 2],
  ['01 00 00 00 06 5f1f0300 7e1f 04b0', 'apdu/field', 'initiate-request.conformance', 5],
];

test('bad APDUs are refused with code, path and offset', () => {
  for (const [hex, code, path, offset] of bad) {
    assert.throws(
      () => decodeApdu(fromHex(hex)),
      (error: unknown) => {
        assert.ok(error instanceof CosemError, hex);
        assert.deepEqual([error.code, error.path, error.offset], [code, path, offset], hex);
        return true;
      },
    );
  }
});

test('an APDU over the bound is refused before it is read', () => {
  assert.throws(() => decodeApdu(new Uint8Array(100), { maxSize: 99 }), { code: 'apdu/size' });
});

test('all values in an APDU share one bound on elements', () => {
  const list = fromHex('c403c1 02 00 0102 00 00 00 0102 00 00');
  assert.equal(decodeApdu(list, { maxElements: 6 }).type, 'get-response');
  assert.throws(() => decodeApdu(list, { maxElements: 5 }), { code: 'data/elements' });
});

test('fields that do not fit are not encoded', () => {
  const refused: readonly Apdu[] = [
    { type: 'get-request', choice: 'next', invoke: { ...invoke, invokeId: 16 }, blockNumber: 1 },
    { type: 'get-request', choice: 'next', invoke, blockNumber: 2 ** 32 },
    {
      type: 'get-request',
      choice: 'normal',
      invoke,
      descriptor: { ...attribute, instance: new Uint8Array(5) },
    },
    { type: 'set-response', choice: 'normal', invoke, result: 'unknown-256' },
    {
      type: 'exception-response',
      stateError: 'service-unknown',
      serviceError: 'other-reason',
      invocationCounter: 1,
    },
    { type: 'exception-response', stateError: 'service-unknown', serviceError: 'invocation-counter-error' },
  ];
  for (const apdu of refused) assert.throws(() => encodeApdu(apdu), { code: 'apdu/range' });
});

test('nothing but a CosemError comes out of decoding random and damaged APDUs', () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const tags = Object.values(apduTags);
  const sample = fc.sample(anyApdu, { numRuns: 300, seed: seed | 0 }).map((apdu) => encodeApdu(apdu));
  for (let i = 0; i < 40_000; i++) {
    let octets: Uint8Array;
    if (i % 2 === 0) {
      octets = randomOctets(random, 80);
      if (octets.length > 0) octets[0] = tags[random(tags.length)]!;
    } else {
      octets = mutate(random, sample[random(sample.length)]!);
    }
    try {
      decodeApdu(octets, { maxElements: 10_000 });
    } catch (error) {
      assert.ok(error instanceof CosemError, `FUZZ_SEED=${seed} ${toHex(octets)}: ${String(error)}`);
    }
  }
});
