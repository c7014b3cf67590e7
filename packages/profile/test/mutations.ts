/** Ways to spoil a valid payload, one at a time: what a schema test feeds to every message. Not a test itself. */
import type { ListShape, ObjectShape, Shape } from '../src/schemas/model.ts';

/** One way to spoil a value. `apply` changes it in place and returns what undoes the change. */
export interface Mutation {
  readonly family: string;
  /** Where the check must see it: a JSON Pointer. */
  readonly path: string;
  /** Whether JSON Schema can tell, too: relations, prototypes and lengths of octets are beyond it. */
  readonly inJson: boolean;
  readonly apply: () => () => void;
}

type Holder = Record<string | number, unknown>;

function replaced(holder: Holder, key: string | number, wrong: unknown): () => () => void {
  return () => {
    const before = holder[key];
    holder[key] = wrong;
    return () => {
      holder[key] = before;
    };
  };
}

/** Lists deep enough to break whoever walks them by calling himself. */
function deepList(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = [value];
  return value;
}
const deep = deepList(20_000);
const deepObject = JSON.parse(`${'{"a":'.repeat(2000)}1${'}'.repeat(2000)}`) as unknown;

interface Wrong {
  readonly family: string;
  readonly value: unknown;
  readonly inJson?: boolean;
}

const wrongTypes: Readonly<Record<string, readonly unknown[]>> = {
  text: [1, true, null, ['x'], {}, new Uint8Array(3)],
  choice: [1, null, 'no such word', ['x'], 'constructor', '__proto__'],
  integer: ['1', null, true, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, 2n ** 64n, {}],
  boolean: [1, 0, 'true', null],
  bytes: ['AA==', [1, 2], null, { length: 4 }, new ArrayBuffer(4)],
  list: [{}, 'list', null, { length: 1, 0: 1 }],
  object: [[], 'object', null, 1, new Map(), new Date(0)],
  variant: [[], 'object', null, 1],
};

/** Values of the wrong type that JSON has as well, so that a JSON Schema must refuse them too. */
function isJson(value: unknown): boolean {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return true;
  if (typeof value === 'number') return Number.isFinite(value) && value !== 2 ** 53;
  return Array.isArray(value);
}

/** Longer lists tell nothing that the keyword does not, and take another validator long. */
const longestJsonList = 512;

function* wrongValues(shape: Shape, value: unknown): Generator<Wrong> {
  for (const wrong of wrongTypes[shape.kind] ?? []) {
    // Base64 is text: what is no octets in CBOR may well be octets in JSON.
    yield { family: 'wrong type', value: wrong, inJson: isJson(wrong) && shape.kind !== 'bytes' };
  }
  yield { family: 'deep nesting', value: shape.kind === 'list' ? deepObject : deep };
  switch (shape.kind) {
    case 'text':
      yield { family: 'too long', value: 'a'.repeat(shape.maxLength + 1), inJson: true };
      yield { family: 'empty', value: '', inJson: true };
      for (const unseen of ['\u0000', '\u202e', '\ud800']) {
        yield {
          family: 'wrong format',
          value: `${String(value).slice(0, shape.maxLength - 1)}${unseen}`,
          inJson: true,
        };
      }
      return;
    case 'integer':
      yield {
        family: 'out of range',
        value: shape.minimum - 1,
        inJson: Number.isSafeInteger(shape.minimum - 1),
      };
      yield {
        family: 'out of range',
        value: shape.maximum + 1,
        inJson: Number.isSafeInteger(shape.maximum + 1),
      };
      yield { family: 'out of range', value: BigInt(shape.maximum) + 1n };
      return;
    case 'bytes':
      yield { family: 'too long', value: new Uint8Array(shape.maxOctets + 1) };
      if (shape.minOctets > 0) yield { family: 'too short', value: new Uint8Array(shape.minOctets - 1) };
      return;
    case 'list': {
      const items = value as readonly unknown[];
      const filler = items[0] ?? 0;
      yield {
        family: 'too many items',
        value: new Array(shape.maxItems + 1).fill(filler),
        inJson: shape.maxItems <= longestJsonList,
      };
      if (shape.minItems > 0)
        yield { family: 'too few items', value: items.slice(0, shape.minItems - 1), inJson: true };
      return;
    }
    default:
  }
}

function repeatedItem(shape: ListShape, items: unknown[], path: string): Mutation[] {
  if (shape.unique === false || items.length === 0 || items.length >= shape.maxItems) return [];
  return [
    {
      family: 'repeated item',
      path: `${path}/${items.length}`,
      inJson: true,
      apply: () => {
        items.push(items[0]);
        return () => items.pop();
      },
    },
  ];
}

const foreignNames = ['surplus', '__proto__', 'constructor', 'toString', 'hasOwnProperty', 'a/b~c', '\u202e'];

function* fieldMutations(shape: ObjectShape, fields: Holder, path: string): Generator<Mutation> {
  for (const [name, { required }] of Object.entries(shape.fields)) {
    if (!required) continue;
    yield {
      family: 'missing field',
      path: `${path}/${name}`,
      inJson: true,
      apply: () => {
        const before = fields[name];
        delete fields[name];
        return () => {
          fields[name] = before;
        };
      },
    };
  }
  for (const name of foreignNames) {
    yield {
      family: 'extra field',
      path,
      inJson: name !== '__proto__',
      apply: () => {
        // What a careful decoder does with a key of this name; assigning would change the prototype instead.
        Object.defineProperty(fields, name, {
          value: 1,
          enumerable: true,
          configurable: true,
          writable: true,
        });
        return () => {
          delete fields[name];
        };
      },
    };
  }
  yield {
    family: 'changed prototype',
    path,
    inJson: false,
    apply: () => {
      Object.setPrototypeOf(fields, { lent: 1 });
      return () => {
        Object.setPrototypeOf(fields, Object.prototype);
      };
    },
  };
}

function* relationMutations(shape: ObjectShape, fields: Holder, path: string): Generator<Mutation> {
  for (const relation of shape.relations) {
    if (relation.kind === 'packed-day') {
      const octets = fields[relation.octets] as Uint8Array;
      const shorter = octets.subarray(0, octets.length - relation.octetsEach);
      yield {
        family: 'relation',
        path: `${path}/${relation.octets}`,
        inJson: false,
        apply: replaced(fields, relation.octets, shorter),
      };
    }
    if (relation.kind !== 'not-after' && relation.kind !== 'not-above') continue;
    const second = fields[relation.second];
    if (fields[relation.first] === undefined || second === undefined) continue;
    const later =
      typeof second === 'number'
        ? second + 1
        : `2999${String(second).slice(4, 8)}01${String(second).slice(10)}`;
    const { shape: wide } = shape.fields[relation.first]!;
    const range = wide.kind === 'type' ? wide.of : wide;
    if (range.kind === 'integer' && (later as number) > range.maximum) continue;
    yield {
      family: 'relation',
      path: `${path}/${relation.first}`,
      inJson: false,
      apply: replaced(fields, relation.first, later),
    };
  }
}

/** Every mutation of the value at `holder[key]` and of all that lies in it. */
export function* mutations(
  shape: Shape,
  holder: Holder,
  key: string | number,
  path: string,
): Generator<Mutation> {
  if (shape.kind === 'type') {
    yield* mutations(shape.of, holder, key, path);
    return;
  }
  const value = holder[key];
  for (const { family, value: wrong, inJson = false } of wrongValues(shape, value)) {
    // A variant tells first that it cannot read its tag.
    const noTag =
      shape.kind === 'variant' && typeof wrong === 'object' && wrong !== null && !Array.isArray(wrong);
    yield {
      family,
      path: noTag ? `${path}/${shape.tag}` : path,
      inJson,
      apply: replaced(holder, key, wrong),
    };
  }
  if (shape.kind === 'list') {
    const items = value as unknown[];
    yield* repeatedItem(shape, items, path);
    for (let index = 0; index < items.length; index += 1) {
      yield* mutations(shape.of, items as unknown as Holder, index, `${path}/${index}`);
    }
  }
  const body = shape.kind === 'variant' ? shape.cases[String((value as Holder)[shape.tag])]! : shape;
  if (body.kind !== 'object') return;
  const fields = value as Holder;
  yield* fieldMutations(body, fields, path);
  yield* relationMutations(body, fields, path);
  for (const [name, field] of Object.entries(body.fields)) {
    if (fields[name] !== undefined) yield* mutations(field.shape, fields, name, `${path}/${name}`);
  }
}

/** The value as JSON has it: octets in base64. */
export function asJson(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString('base64');
  if (Array.isArray(value)) return value.map(asJson);
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(([name, part]): [string, unknown] => [name, asJson(part)]);
    return Object.fromEntries(fields);
  }
  return value;
}
