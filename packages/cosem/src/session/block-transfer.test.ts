import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../base/bytes.ts';
import { data } from '../data/types.ts';
import {
  BlockAssembler,
  BlockCutter,
  BlockSequence,
  decodeDataList,
  decodeGetResults,
  decodeReplies,
  encodeDataList,
  encodeGetResults,
  encodeReplies,
} from './block-transfer.ts';

test('what is cut into blocks comes together again, whatever the sizes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 8, max: 90 }), (raw, size) => {
      const cutter = new BlockCutter(raw);
      const assembler = new BlockAssembler();
      let whole: Uint8Array | undefined;
      do {
        assert.equal(whole, undefined);
        const block = cutter.next(size);
        assert.ok(block.rawData.length <= size);
        whole = assembler.add(block);
      } while (!cutter.done);
      assert.equal(toHex(whole!), toHex(raw));
    }),
  );
});

const block = (blockNumber: number, size = 1, lastBlock = false) => ({
  blockNumber,
  lastBlock,
  rawData: new Uint8Array(size),
});

test('blocks out of order, repeated, after the end or without content are refused', () => {
  const wrong: readonly (readonly [ReturnType<typeof block>[], string])[] = [
    [[block(2)], 'session/block-number'],
    [[block(0)], 'session/block-number'],
    [[block(1), block(1)], 'session/block-number'],
    [[block(1), block(3)], 'session/block-number'],
    [[block(1, 1, true), block(2)], 'session/block-number'],
    [[block(1, 0)], 'session/block-count'],
  ];
  for (const [blocks, code] of wrong) {
    const sequence = new BlockSequence();
    for (const one of blocks.slice(0, -1)) sequence.accept(one);
    assert.throws(() => sequence.accept(blocks.at(-1)!), { code });
  }
});

test('endless blocks end at the bound on size and at the bound on number', () => {
  const bySize = new BlockAssembler({ maxSize: 1000 });
  assert.throws(
    () => {
      for (let n = 1; n < 10_000; n++) bySize.add(block(n, 100));
    },
    { code: 'session/block-size' },
  );
  const byCount = new BlockAssembler({ maxBlocks: 50 });
  let accepted = 0;
  assert.throws(
    () => {
      for (let n = 1; n < 10_000; n++, accepted++) byCount.add(block(n));
    },
    { code: 'session/block-count' },
  );
  assert.equal(accepted, 50);
});

test('a block that would have no room is refused', () => {
  assert.throws(() => new BlockCutter(new Uint8Array(9)).next(3), { code: 'session/pdu-size' });
});

test('what the blocks of lists and replies carry is read back', () => {
  const value = data('long-unsigned', 230);
  const results = [
    { choice: 'data', data: value },
    { choice: 'data-access-result', result: 'object-undefined' },
  ] as const;
  assert.deepEqual(decodeGetResults(encodeGetResults(results)), results);
  assert.deepEqual(decodeDataList(encodeDataList([value, value])), [value, value]);
  const replies = [{ result: 'success', returned: results[0] }, { result: 'other-reason' }] as const;
  assert.deepEqual(decodeReplies(encodeReplies(replies, true), true), replies);
  assert.deepEqual(decodeReplies(encodeReplies(replies.slice(0, 1), false), false), replies.slice(0, 1));
  assert.throws(() => decodeGetResults(Uint8Array.of(0x82, 0xff, 0xff, 0)), { kind: 'decode' });
});
