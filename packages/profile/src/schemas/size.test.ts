import assert from 'node:assert/strict';
import { test } from 'node:test';
import { bytes, choice, flag, integer, list, object, optional, text, variant } from './build.ts';
import type { Shape } from './model.ts';
import { encodedOctets, largestOctets } from './size.ts';

test('sizes are those of the examples of RFC 8949, appendix A', () => {
  const examples: [unknown, number][] = [
    [0, 1],
    [23, 1],
    [24, 2],
    [100, 2],
    [1000, 3],
    [1000000, 5],
    [1000000000000, 9],
    [-1, 1],
    [-100, 2],
    [-1000, 3],
    [1000n, 3],
    [true, 1],
    [new Uint8Array(4), 5],
    ['', 1],
    ['IETF', 5],
    ['ü', 3],
    ['水', 4],
    ['𐅑', 5],
    [[], 1],
    [[1, [2, 3], [4, 5]], 8],
    [Array.from({ length: 25 }, (_each, index) => index + 1), 29],
    [{ a: 1, b: [2, 3] }, 9],
  ];
  for (const [value, octets] of examples) assert.equal(encodedOctets(value), octets, String(value));
});

test('nothing that fits is larger than the largest, and the largest is reached', () => {
  const cases: [Shape, unknown][] = [
    [text('identifier', 30), 'a'.repeat(30)],
    [text('line', 10), '水'.repeat(10)],
    [integer('none', -1000, 5), -1000],
    [integer('none', -5, 70_000), 70_000],
    [flag, true],
    [choice('a', 'abc'), 'abc'],
    [bytes(300), new Uint8Array(300)],
    [list(flag, 30), Array.from({ length: 30 }, () => true)],
    [object({ one: [flag, 'a'], two: optional(bytes(24), 'b') }), { one: true, two: new Uint8Array(24) }],
    [variant('kind', { a: object({}), b: object({ one: [flag, 'a'] }) }), { kind: 'b', one: true }],
  ];
  for (const [shape, value] of cases) assert.equal(encodedOctets(value), largestOctets(shape), shape.kind);
});
