import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { type CipheredApdu, decodeCiphered, encodeCiphered, isCipheredTag } from './ciphered.ts';
import { apduTags, cipheredTags, plainTags } from './tags.ts';

/** Records with the prototype that decoded objects have. */
const record = <T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> =>
  fc.record(model, { noNullPrototype: true }) as fc.Arbitrary<T>;
const bytesUpTo = (maxLength: number) => fc.uint8Array({ maxLength });

const keyInfos = fc.oneof(
  fc.constant(undefined),
  record({ choice: fc.constant('identified-key' as const), keyId: fc.nat(255) }),
  record({
    choice: fc.constant('wrapped-key' as const),
    kekId: fc.nat(255),
    keyCipheredData: bytesUpTo(40),
  }),
  record({
    choice: fc.constant('agreed-key' as const),
    keyParameters: bytesUpTo(2),
    keyCipheredData: bytesUpTo(200),
  }),
);
const header = {
  transactionId: bytesUpTo(10),
  originatorSystemTitle: bytesUpTo(8),
  recipientSystemTitle: bytesUpTo(8),
  dateTime: bytesUpTo(12),
  otherInformation: bytesUpTo(20),
};
const services = Object.keys(cipheredTags).filter((name) => !name.startsWith('general-'));
const anyEnvelope = fc.oneof(
  record({ type: fc.constantFrom(...services), service: bytesUpTo(400) }),
  record({
    type: fc.constantFrom('general-glo-ciphering', 'general-ded-ciphering'),
    systemTitle: bytesUpTo(8),
    service: bytesUpTo(400),
  }),
  record({
    type: fc.constant('general-ciphering'),
    ...header,
    keyInfo: keyInfos,
    service: bytesUpTo(200),
  }),
  record({
    type: fc.constant('general-signing'),
    ...header,
    content: bytesUpTo(200),
    signature: bytesUpTo(96),
  }),
) as fc.Arbitrary<CipheredApdu>;

test('every envelope survives a round trip, and no shortening of it decodes', () => {
  fc.assert(
    fc.property(anyEnvelope, fc.nat(), (apdu, cut) => {
      const bytes = encodeCiphered(apdu);
      assert.equal(bytes[0], apduTags[apdu.type]);
      assert.deepEqual(encodeCiphered(decodeCiphered(bytes)), bytes);
      assert.deepEqual(decodeCiphered(bytes), apdu);
      assert.throws(() => decodeCiphered(bytes.subarray(0, cut % bytes.length)), CosemError);
    }),
  );
});

test('any bytes end in an envelope or a typed error', () => {
  const tags = Object.values(cipheredTags);
  fc.assert(
    fc.property(fc.constantFrom(...tags), bytesUpTo(80), (tag, tail) => {
      try {
        decodeCiphered(Uint8Array.of(tag, ...tail));
      } catch (error) {
        assert.ok(error instanceof CosemError, String(error));
        assert.ok(error.offset !== undefined);
      }
    }),
    { numRuns: 2000 },
  );
});

test('malformed envelopes are refused by code and offset', () => {
  const cases: [hex: string, code: string, offset: number][] = [
    ['', 'bytes/truncated', 0],
    ['c0010000', 'apdu/tag', 0],
    ['e0800000', 'apdu/tag', 0],
    ['ff', 'apdu/tag', 0],
    ['c805300000000100', 'bytes/trailing', 7],
    ['c88530', 'bytes/length', 1],
    ['c880', 'bytes/length', 1],
    ['c884ffffffff', 'bytes/length', 1],
    ['dd000000000002', 'apdu/choice', 6],
    ['dd00000000000103', 'apdu/choice', 7],
  ];
  for (const [hex, code, offset] of cases) {
    assert.throws(
      () => decodeCiphered(fromHex(hex)),
      (error) => error instanceof CosemError && error.code === code && error.offset === offset,
      `${hex} → ${code} at ${offset}`,
    );
  }
  assert.throws(() => decodeCiphered(fromHex('c80401020304'), { maxSize: 3 }), { code: 'bytes/length' });
});

test('tags: ciphered ones are told from plain ones', () => {
  for (const tag of Object.values(cipheredTags)) assert.ok(isCipheredTag(tag));
  for (const tag of Object.values(plainTags)) assert.ok(!isCipheredTag(tag));
});

test(
  'reference messages re-encode to the same octets',
  needsShared('data/dlms/gbcs-reference-messages.jsonl'),
  () => {
    const messages = sharedJsonLines<{ hex: string; form?: string }>(
      'data/dlms/gbcs-reference-messages.jsonl',
    );
    let whole = 0;
    let drafts = 0;
    for (const { hex, form } of messages) {
      const bytes = fromHex(hex);
      if (form === undefined) {
        // A pre-command stops before its signature field: only read where the caller says so.
        assert.throws(() => decodeCiphered(bytes), { code: 'bytes/truncated' });
        const draft = decodeCiphered(bytes, { allowMissingSignature: true });
        assert.equal(toHex(encodeCiphered(draft)), `${hex}00`);
        drafts++;
      } else {
        assert.equal(toHex(encodeCiphered(decodeCiphered(bytes))), hex);
        whole++;
      }
    }
    assert.deepEqual({ whole, drafts }, { whole: 510, drafts: 91 });
  },
);
