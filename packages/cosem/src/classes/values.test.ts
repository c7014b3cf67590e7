import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { CosemError } from '../base/errors.ts';
import { decodeData, encodeData } from '../data/codec.ts';
import type { Data, SimpleDataType } from '../data/types.ts';
import { checkType, classVersions, formatType, typed } from './index.ts';
import { type CosemType, simpleTypes } from './type-language.ts';

const integers: Readonly<Record<string, readonly [number, number]>> = {
  bcd: [-128, 127],
  integer: [-128, 127],
  long: [-32768, 32767],
  'double-long': [-(2 ** 31), 2 ** 31 - 1],
  unsigned: [0, 255],
  'long-unsigned': [0, 65535],
  'double-long-unsigned': [0, 2 ** 32 - 1],
  enum: [0, 255],
};
const date = { year: 2026, month: 11, dayOfMonth: 22, dayOfWeek: 7 };
const time = { hour: 1, minute: 2, second: 3, hundredths: 0 };
const dateTime = { ...date, ...time, deviationMinutes: -60, status: undefined };

function simpleValue(
  type: SimpleDataType,
  bounds: Partial<Extract<CosemType, { kind: 'simple' }>>,
): fc.Arbitrary<Data> {
  const minLength = bounds.minLength ?? 0;
  const maxLength = bounds.maxLength ?? minLength + 12;
  const range = integers[type];
  const wrap = (value: fc.Arbitrary<unknown>) =>
    value.map((one) => ({ type, value: one }) as unknown as Data);
  if (range !== undefined)
    return wrap(fc.integer({ min: bounds.min ?? range[0], max: bounds.max ?? range[1] }));
  switch (type) {
    case 'boolean':
      return wrap(fc.boolean());
    case 'bit-string':
      return wrap(fc.string({ unit: fc.constantFrom('0', '1'), minLength, maxLength }));
    case 'octet-string':
      return wrap(fc.uint8Array({ minLength, maxLength }));
    case 'visible-string':
    case 'utf8-string':
      return wrap(fc.string({ unit: fc.constantFrom(...'abc 123-XYZ'), minLength, maxLength }));
    case 'long64':
      return wrap(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }));
    case 'long64-unsigned':
      return wrap(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
    case 'float32':
    case 'float64':
      return wrap(fc.float({ noNaN: true }));
    case 'date-time':
      return wrap(fc.constant(dateTime));
    case 'date':
      return wrap(fc.constant(date));
    case 'time':
      return wrap(fc.constant(time));
    default:
      return wrap(fc.constant(null));
  }
}

const anySimple = fc.constantFrom(...simpleTypes).chain((type) => simpleValue(type, {}));

/** Values of a type. */
function valuesOf(type: CosemType): fc.Arbitrary<Data> {
  switch (type.kind) {
    case 'any':
      return fc.oneof(
        anySimple,
        fc.array(anySimple, { maxLength: 3 }).map((value): Data => ({ type: 'structure', value })),
      );
    case 'simple':
      return simpleValue(type.type, type);
    case 'enum': {
      const values = Object.keys(type.names).map(Number);
      const chosen =
        values.length === 0 || type.open === true
          ? fc.integer({ min: 0, max: 255 })
          : fc.constantFrom(...values);
      return chosen.map((value) => ({ type: 'enum', value }));
    }
    case 'flags':
      return simpleValue('bit-string', { minLength: type.bits.length, maxLength: type.bits.length });
    case 'structure':
      return fc
        .tuple(...type.fields.map((field) => valuesOf(field.type)))
        .map((value) => ({ type: 'structure', value }));
    case 'array':
      return fc.array(valuesOf(type.of), { maxLength: 3 }).map((value) => ({ type: 'array', value }));
    case 'choice':
      return fc.oneof(...type.of.map(valuesOf));
  }
}

/** No attribute has this type, so it is wrong wherever it is put, except where anything goes. */
const stray: Data = { type: 'dont-care', value: null };

/** Ways to spoil a value, with the path that the checker must name. */
function spoiled(type: CosemType, value: Data, path = ''): readonly (readonly [Data, string])[] {
  if (type.kind === 'any') return [];
  const found: (readonly [Data, string])[] = [[stray, path]];
  if (type.kind === 'enum' && type.open !== true) found.push([{ type: 'enum', value: 254 }, path]);
  if (type.kind === 'simple' && type.maxLength !== undefined && value.type === 'octet-string')
    found.push([{ type: 'octet-string', value: new Uint8Array(type.maxLength + 1) }, path]);
  if (type.kind === 'structure' && value.type === 'structure') {
    const required = type.fields.filter((field) => field.optional !== true).length;
    found.push([{ type: 'structure', value: value.value.slice(0, required - 1) }, path]);
    found.push([{ type: 'structure', value: [...value.value, stray] }, path]);
    type.fields.forEach((field, i) => {
      const inside = path === '' ? field.name : `${path}.${field.name}`;
      for (const [part, at] of spoiled(field.type, value.value[i]!, inside)) {
        found.push([{ type: 'structure', value: value.value.with(i, part) }, at]);
      }
    });
  }
  if (type.kind === 'array' && value.type === 'array') {
    value.value.forEach((item, i) => {
      for (const [part, at] of spoiled(type.of, item, `${path}[${i}]`)) {
        found.push([{ type: 'array', value: value.value.with(i, part) }, at]);
      }
    });
  }
  return found;
}

for (const one of classVersions) {
  test(`${one.title} version ${one.version}: generated values fit, spoiled ones do not`, () => {
    const types = [
      ...one.attributeList.map((attribute) => [attribute.name, attribute.type] as const),
      ...one.methodList.map((method) => [method.name, method.parameter] as const),
    ];
    for (const [name, type] of types) {
      fc.assert(
        fc.property(valuesOf(type), (value) => {
          assert.deepEqual(checkType(type, value), { ok: true }, `${name}: ${formatType(type, true)}`);
          for (const [bad, path] of spoiled(type, value)) {
            const result = checkType(type, bad);
            assert.equal(result.ok, false, `${name}: ${JSON.stringify(bad, printable)}`);
            if (!result.ok) assert.equal(result.path, path, name);
          }
        }),
        { numRuns: 15 },
      );
    }
  });
}

function printable(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? String(value) : value;
}

const dependent = new Set([
  'certificateIdentification',
  'keyInfo',
  'protectionParameters',
  'protectionParameterList',
  'restriction',
  'pushObject',
  'pushObjectList',
]);

/** Codecs of one form; those whose second field depends on the first are in typed.test.ts. */
const codecs: Readonly<Record<string, typed.Codec<unknown>>> = Object.fromEntries(
  Object.entries({
    ...typed,
    objectListV0: typed.objectList(0),
    objectListV1: typed.objectList(1),
    objectListV2: typed.objectList(2),
    objectListV3: typed.objectList(3),
  }).filter(
    ([name, codec]) =>
      typeof codec === 'object' && 'decode' in codec && !dependent.has(name) && name !== 'anyData',
  ),
) as Record<string, typed.Codec<unknown>>;

test('every codec: decode, encode and decode again gives the same value, in a type that fits', () => {
  assert.ok(Object.keys(codecs).length > 50, Object.keys(codecs).join());
  for (const [name, codec] of Object.entries(codecs)) {
    fc.assert(
      fc.property(valuesOf(codec.type), (value) => {
        const once = codec.decode(value);
        const written = codec.encode(once);
        assert.deepEqual(codec.decode(written), once, name);
        assert.deepEqual(checkType(codec.type, written), { ok: true }, name);
        assert.deepEqual(codec.decode(decodeData(encodeData(written))), once, `${name} over the wire`);
      }),
      { numRuns: 25 },
    );
  }
});

test('every codec refuses spoiled values with the path', () => {
  for (const [name, codec] of Object.entries(codecs)) {
    fc.assert(
      fc.property(valuesOf(codec.type), (value) => {
        for (const [bad, path] of spoiled(codec.type, value)) {
          assert.throws(
            () => codec.decode(bad),
            (error) => error instanceof CosemError && error.code === 'classes/type' && error.path === path,
            `${name} at ${path}: ${JSON.stringify(bad, printable)}`,
          );
        }
      }),
      { numRuns: 10 },
    );
  }
});

const anything: fc.Arbitrary<Data> = fc.letrec<{ data: Data }>((tie) => ({
  data: fc.oneof(
    { depthSize: 'small' },
    anySimple,
    fc.array(tie('data'), { maxLength: 7 }).map((value): Data => ({ type: 'structure', value })),
    fc.array(tie('data'), { maxLength: 4 }).map((value): Data => ({ type: 'array', value })),
  ),
})).data;

test('whatever is handed to a codec: a value that can be written again, or a CosemError', () => {
  const all = Object.entries(typed as unknown as Record<string, typed.Codec<unknown>>).filter(
    ([, codec]) => typeof codec === 'object' && 'decode' in codec,
  );
  fc.assert(
    fc.property(anything, (value) => {
      for (const [name, codec] of all) {
        try {
          codec.encode(codec.decode(value));
        } catch (error) {
          assert.ok(error instanceof CosemError, `${name}: ${String(error)}`);
        }
      }
    }),
    { numRuns: 300 },
  );
});
