import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  anyOf,
  bytes,
  choice,
  flag,
  integer,
  integerOf,
  list,
  notAbove,
  notAfter,
  object,
  optional,
  set,
  text,
  type,
  variant,
} from './build.ts';
import { compile } from './compile.ts';

const at = (path: string, problem: string) => ({ path, problem });

test('text: type first, then length, then format', () => {
  const check = compile(text('identifier', 8));
  assert.equal(check('M-1'), undefined);
  assert.equal(check('A1234567'), undefined);
  assert.deepEqual(check(1), at('', 'must be text'));
  assert.deepEqual(check(new String('M-1')), at('', 'must be text'));
  assert.deepEqual(check(''), at('', 'must have 1 to 8 characters'));
  assert.deepEqual(check('A12345678'), at('', 'must have 1 to 8 characters'));
  assert.deepEqual(check('-M'), at('', 'is no identifier'));
  assert.deepEqual(check('M\n1'), at('', 'is no identifier'));
});

test('integers: numbers and bigints of the safe range, no fractions, both ends included', () => {
  const check = compile(integer('count', -2, 5));
  for (const good of [-2, 0, -0, 5, 5n, -2n]) assert.equal(check(good), undefined, String(good));
  for (const bad of [-3, 6, 6n, -3n, 10n ** 40n]) {
    assert.deepEqual(check(bad), at('', 'must lie between -2 and 5'), String(bad));
  }
  for (const bad of [1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, '1', null, true]) {
    assert.deepEqual(check(bad), at('', 'must be an integer'), String(bad));
  }
  const few = compile(integerOf('minutes', [5, 15, 60]));
  assert.equal(few(15n), undefined);
  assert.deepEqual(few(10), at('', 'must be one of 5, 15, 60'));
  assert.deepEqual(few(61), at('', 'must lie between 5 and 60'));
});

test('octets: a Uint8Array of any sort, within its length', () => {
  const check = compile(bytes(4, 2));
  assert.equal(check(new Uint8Array(2)), undefined);
  assert.equal(check(Buffer.from('abcd')), undefined);
  assert.deepEqual(check(new Uint8Array(5)), at('', 'must have 2 to 4 octets'));
  assert.deepEqual(check(new Uint8Array(1)), at('', 'must have 2 to 4 octets'));
  assert.deepEqual(check(new Uint16Array(2)), at('', 'must be octets'));
  assert.deepEqual(check([1, 2]), at('', 'must be octets'));
});

test('choices and booleans', () => {
  assert.equal(compile(choice('on', 'off'))('off'), undefined);
  assert.deepEqual(compile(choice('on', 'off'))('toString'), at('', 'must be one of on, off'));
  assert.equal(compile(flag)(false), undefined);
  assert.deepEqual(compile(flag)(0), at('', 'must be true or false'));
});

test('lists: length before content, the place of the item, no repeats in a short or a long set', () => {
  const check = compile(list(integer('count', 0, 9), 3));
  assert.equal(check([1, 1, 1]), undefined);
  assert.deepEqual(check([]), at('', 'must have 1 to 3 items'));
  assert.deepEqual(check(['x', 'x', 'x', 'x']), at('', 'must have 1 to 3 items'));
  assert.deepEqual(check([1, 10]), at('/1', 'must lie between 0 and 9'));
  assert.deepEqual(check(new Array(2)), at('/0', 'must be an integer'));
  const numbers = compile(set(integer('count', 0, 100), 50));
  assert.deepEqual(numbers([3, 4, 3n]), at('/2', 'repeats an earlier item'));
  const many = Array.from({ length: 20 }, (_each, index) => index);
  assert.equal(numbers(many), undefined);
  assert.deepEqual(numbers([...many, 19]), at('/20', 'repeats an earlier item'));
  const byName = compile(set(object({ name: [text('name'), 'n'], rank: [flag, 'r'] }), 20, 1, 'name'));
  assert.equal(
    byName([
      { name: 'a', rank: true },
      { name: 'b', rank: true },
    ]),
    undefined,
  );
  assert.deepEqual(
    byName([
      { name: 'a', rank: true },
      { name: 'a', rank: false },
    ]),
    at('/1', 'repeats an earlier item'),
  );
});

test('objects: the named fields and nothing else', () => {
  const check = compile(object({ one: [flag, 'a'], two: optional(flag, 'b') }));
  assert.equal(check({ one: true }), undefined);
  assert.equal(check({ one: true, two: false }), undefined);
  assert.deepEqual(check({ two: true }), at('/one', 'is missing'));
  assert.deepEqual(check({ one: 1 }), at('/one', 'must be true or false'));
  assert.deepEqual(check({ one: true, three: 1 }), at('', 'has a field too many: "three"'));
  assert.deepEqual(check({ one: true, two: undefined }), at('', 'has fields that the schema does not name'));
  assert.deepEqual(check([]), at('', 'must be an object'));
  assert.deepEqual(check(new Map([['one', true]])), at('', 'must be a plain object'));
});

test('the name of a foreign field is cut and escaped, and a value is never shown', () => {
  const check = compile(object({ one: [text('identifier', 4), 'a'] }));
  const long = `\u0007\u202e\n"${'x'.repeat(1000)}`;
  const problem = check({ one: 'a', [long]: 'secret' });
  assert.ok(problem !== undefined && problem.problem.length < 120, problem?.problem);
  assert.match(problem.problem, /^[ -~]+$/);
  assert.doesNotMatch(problem.problem, /secret/);
  assert.doesNotMatch(JSON.stringify(check({ one: 'secret!' })), /secret/);
});

test('prototypes lend nothing: own __proto__, inherited fields, a polluted Object.prototype', () => {
  const check = compile(object({ one: [flag, 'a'] }));
  assert.deepEqual(
    check(JSON.parse('{"one":true,"__proto__":{"x":1}}')),
    at('', 'has a field too many: "__proto__"'),
  );
  assert.deepEqual(check(Object.create({ one: true })), at('', 'must be a plain object'));
  assert.deepEqual(check({ one: true, constructor: 1 }), at('', 'has a field too many: "constructor"'));
  try {
    Object.defineProperty(Object.prototype, 'one', { value: true, configurable: true, enumerable: false });
    assert.notEqual(compile(object({ two: [flag, 'a'] }))({}), undefined);
    Object.defineProperty(Object.prototype, 'lent', { value: 1, configurable: true, enumerable: true });
    assert.notEqual(check({ one: true }), undefined);
  } finally {
    delete (Object.prototype as Record<string, unknown>)['one'];
    delete (Object.prototype as Record<string, unknown>)['lent'];
  }
  assert.equal(check({ one: true }), undefined);
});

test('variants: the tag decides, and only its own fields may stand there', () => {
  const check = compile(variant('kind', { a: object({ one: [flag, 'a'] }), b: object({}) }));
  assert.equal(check({ kind: 'a', one: true }), undefined);
  assert.equal(check({ kind: 'b' }), undefined);
  assert.deepEqual(check({ kind: 'b', one: true }), at('', 'has a field too many: "one"'));
  assert.deepEqual(check({ kind: 'c' }), at('/kind', 'must be one of a, b'));
  assert.deepEqual(check({ kind: 'constructor' }), at('/kind', 'must be one of a, b'));
  assert.deepEqual(check({ kind: ['a'], one: true }), at('/kind', 'must be one of a, b'));
  assert.deepEqual(check({ one: true }), at('/kind', 'must be one of a, b'));
  assert.deepEqual(check(null), at('', 'must be an object'));
});

test('a problem deep inside has its whole path', () => {
  const inner = type('Inner', 'i', object({ list: [list(object({ one: [flag, 'a'] }), 3), 'l'] }));
  const check = compile(object({ inner }));
  assert.deepEqual(
    check({ inner: { list: [{ one: true }, { one: 2 }] } }),
    at('/inner/list/1/one', 'must be true or false'),
  );
});

test('relations hold between instants written differently, between numbers, and for absent fields', () => {
  const times = compile(
    object(
      { from: optional(text('timestamp'), 'f'), to: optional(text('timestamp'), 't') },
      notAfter('from', 'to'),
    ),
  );
  const good: (string | undefined)[][] = [
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00.0Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5Z'],
    ['2026-01-01T00:00:00.50Z', '2026-01-01T00:00:00.5Z'],
    ['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00Z'],
    [undefined, '2026-01-01T00:00:00Z'],
    [],
  ];
  const value = (from?: string, to?: string) => ({
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
  });
  for (const [from, to] of good) assert.equal(times(value(from, to)), undefined, `${from} ${to}`);
  const bad: [string, string][] = [
    ['2026-01-01T00:00:01Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00.5Z', '2026-01-01T00:00:00Z'],
    ['2026-01-01T00:00:00.51Z', '2026-01-01T00:00:00.5Z'],
    ['2026-01-01T00:00:00.500Z', '2026-01-01T00:00:00.49Z'],
  ];
  for (const [from, to] of bad) {
    assert.deepEqual(times(value(from, to)), at('/from', 'must not be after to'), `${from} ${to}`);
  }
  const numbers = compile(
    object(
      { low: [integer('count', 0, 9), 'l'], high: [integer('count', 0, 9), 'h'] },
      notAbove('low', 'high'),
    ),
  );
  assert.equal(numbers({ low: 3n, high: 3 }), undefined);
  assert.deepEqual(numbers({ low: 4, high: 3n }), at('/low', 'must not be above high'));
  const some = compile(object({ one: optional(flag, 'a'), two: optional(flag, 'b') }, anyOf('one', 'two')));
  assert.equal(some({ two: false }), undefined);
  assert.deepEqual(some({}), at('', 'must have one of one, two'));
});

test('a packed day has the octets of its intervals', () => {
  const shape = object(
    { minutes: [integerOf('minutes', [15, 30]), 'm'], values: [bytes(5760), 'v'] },
    { kind: 'packed-day', octets: 'values', octetsEach: 4, intervalMinutes: 'minutes' },
  );
  const check = compile(shape);
  assert.equal(check({ minutes: 15, values: new Uint8Array(384) }), undefined);
  assert.equal(check({ minutes: 30n, values: new Uint8Array(192) }), undefined);
  assert.deepEqual(
    check({ minutes: 30, values: new Uint8Array(384) }),
    at('/values', 'must have 4 octets for each interval of the day'),
  );
});
