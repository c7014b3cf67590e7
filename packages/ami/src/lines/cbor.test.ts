import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import fc from 'fast-check';
import { WattwardError } from '../base/errors.ts';
import { decodeCbor } from './cbor-decode.ts';
import { type CborValue, encodeCbor } from './cbor-encode.ts';

const hex = (text: string) => Buffer.from(text.replaceAll(' ', ''), 'hex');
const refused = (octets: Uint8Array, about: RegExp) =>
  assert.throws(
    () => decodeCbor(octets),
    (error) => error instanceof WattwardError && error.code === 'lines/cbor' && about.test(error.detail),
  );

// RFC 8949 appendix A, those of the values that an envelope may hold.
const published: readonly (readonly [CborValue, string])[] = [
  [0, '00'],
  [10, '0a'],
  [23, '17'],
  [24, '1818'],
  [100, '1864'],
  [1000, '1903e8'],
  [1_000_000, '1a000f4240'],
  [1_000_000_000_000, '1b000000e8d4a51000'],
  [18_446_744_073_709_551_615n, '1bffffffffffffffff'],
  [-1, '20'],
  [-100, '3863'],
  [-1000, '3903e7'],
  [-18_446_744_073_709_551_616n, '3bffffffffffffffff'],
  [-0, 'f98000'],
  [1.1, 'fb3ff199999999999a'],
  [1.5, 'f93e00'],
  [2 ** -24, 'f90001'],
  [0.000_061_035_156_25, 'f90400'],
  [-4.1, 'fbc010666666666666'],
  [false, 'f4'],
  [true, 'f5'],
  [null, 'f6'],
  ['', '60'],
  ['IETF', '6449455446'],
  ['ü', '62c3bc'],
  ['水', '63e6b0b4'],
  ['𐅑', '64f0908591'],
  [[], '80'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [{ a: 1, b: [2, 3] }, 'a26161016162820203'],
  [['a', { b: 'c' }], '826161a161626163'],
  [
    new Map<number, CborValue>([
      [1, 2],
      [3, 4],
    ]),
    'a201020304',
  ],
];

describe('deterministic CBOR', () => {
  test('writes and reads the published examples', () => {
    for (const [value, octets] of published) {
      assert.equal(encodeCbor(value).toString('hex'), octets);
      assert.deepEqual(decodeCbor(hex(octets)), value);
    }
    assert.deepEqual(Buffer.from(decodeCbor(hex('4401020304')) as Uint8Array), hex('01020304'));
  });

  test('sorts keys by their encoded octets, whatever order they are given in', () => {
    const given = { zz: 1, b: 2, aaa: 3, a: 4, ä: 5 };
    assert.equal(
      encodeCbor(given).toString('hex'),
      'a5616104616202627a7a0162c3a40563616161 03'.replace(' ', ''),
    );
    const numbered = new Map([
      [-1, 1],
      [34, 2],
      [1, 3],
      [-2, 4],
    ]);
    assert.equal(encodeCbor(numbered).toString('hex'), 'a40103182202200121 04'.replace(' ', ''));
  });

  const bad: readonly (readonly [string, string, RegExp])[] = [
    ['nothing', '', /cut off at octet 0/],
    ['trailing octets', '0000', /after the end at octet 1/],
    ['a duplicate key', 'a2616101616102', /out of order or twice at octet 4/],
    ['keys out of order', 'a2616201616102', /out of order or twice/],
    ['an indefinite array', '9f01ff', /indefinite/],
    ['an indefinite map', 'bf616101ff', /indefinite/],
    ['indefinite text', '7f6161ff', /indefinite/],
    ['indefinite octets', '5f4101ff', /indefinite/],
    ['5 in two octets', '1805', /longer form/],
    ['5 in three octets', '190005', /longer form/],
    ['5 in five octets', '1a00000005', /longer form/],
    ['5 in nine octets', '1b0000000000000005', /longer form/],
    ['a long length of text', '78016 1'.replace(' ', ''), /longer form/],
    ['1.5 as a double', 'fb3ff8000000000000', /longer form/],
    ['1.5 as a single', 'fa3fc00000', /longer form/],
    ['2^53 as a single', 'fa5a000000', /integer written as a fraction/],
    ['1 as a half', 'f93c00', /integer written as a fraction/],
    ['not a number', 'f97e00', /not finite/],
    ['infinity', 'f97c00', /not finite/],
    ['undefined', 'f7', /simple value/],
    ['a simple value', 'f820', /simple value/],
    ['a tag', 'c100', /a tag at octet 0/],
    ['text that is no UTF-8', '62c328', /UTF-8/],
    ['a surrogate in UTF-8', '63eda080', /UTF-8/],
    ['a cut text', '6361', /cut off/],
    ['a cut array', '8201', /too many items|cut off/],
    ['an array of 2^32 - 1 items', '9affffffff', /too many items/],
    ['a map of 2^53 pairs', 'bb0020000000000000', /too many items/],
    ['octets of 2^63', '5b8000000000000000', /cut off/],
    ['an octet string as a key', 'a1410100', /key of another type/],
    ['keys of two types', 'a2010161 6101'.replace(' ', ''), /key of another type/],
    ['a key that sets a prototype', `a1695f5f70726f746f5f5f${'a0'}`, /not allowed/],
    ['too deep', `${'81'.repeat(40)}00`, /too deep/],
  ];
  for (const [name, octets, about] of bad) test(`refuses ${name}`, () => refused(hex(octets), about));

  test('refuses to write what has no form', () => {
    const cyclic: Record<string, CborValue> = {};
    cyclic['self'] = cyclic;
    for (const value of [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      2 ** 60,
      1n << 64n,
      '\ud800',
      cyclic,
      undefined,
    ]) {
      assert.throws(() => encodeCbor(value as CborValue), { code: 'lines/value' });
    }
  });

  test('round trips: the same octets for the same value, and one way only to write it', () => {
    const value: fc.Arbitrary<CborValue> = fc.letrec<{ value: CborValue }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 4 },
        fc.integer(),
        fc.maxSafeInteger(),
        fc.bigInt({ min: 1n << 53n, max: (1n << 64n) - 1n }),
        fc
          .double({ noNaN: true, noDefaultInfinity: true })
          .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
        fc
          .float({ noNaN: true, noDefaultInfinity: true })
          .filter((n) => !Number.isInteger(n) || Number.isSafeInteger(n)),
        fc.boolean(),
        fc.constant(null),
        fc.string({ unit: 'grapheme' }),
        fc.array(tie('value'), { maxLength: 5 }),
        fc.dictionary(
          fc.string().filter((key) => key !== '__proto__'),
          tie('value'),
          { maxKeys: 5, noNullPrototype: true },
        ),
      ),
    })).value;
    fc.assert(
      fc.property(value, (given) => {
        const octets = encodeCbor(given);
        const read = decodeCbor(octets);
        assert.deepEqual(read, given);
        assert.ok(encodeCbor(read).equals(octets));
      }),
      { numRuns: 500 },
    );
  });

  test('any octets: a value that is written the same way, or a typed error', () => {
    const check = (octets: Uint8Array) => {
      let read: CborValue;
      try {
        read = decodeCbor(octets);
      } catch (error) {
        assert.ok(error instanceof WattwardError && error.code === 'lines/cbor', String(error));
        return;
      }
      assert.ok(encodeCbor(read).equals(octets));
    };
    fc.assert(fc.property(fc.uint8Array({ maxLength: 64 }), check), { numRuns: 5_000 });
    const good = encodeCbor({ list: [1, 2.5, 'three', new Uint8Array(9)], map: { a: null, b: true } });
    fc.assert(
      fc.property(fc.nat(good.length - 1), fc.integer({ min: 0, max: 255 }), (at, octet) => {
        const changed = Buffer.from(good);
        changed[at] = octet;
        check(changed);
      }),
      { numRuns: 2_000 },
    );
  });
});
