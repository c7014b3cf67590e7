/** Turns a shape into a closure that checks a value. Everything that can be decided beforehand is decided here, once. */
import { formats } from './formats.ts';
import type {
  BytesShape,
  Check,
  ChoiceShape,
  IntegerShape,
  ListShape,
  ObjectShape,
  PayloadProblem,
  Shape,
  TextShape,
  VariantShape,
} from './model.ts';
import { compileRelation } from './relations.ts';

function at(path: string, problem: string): PayloadProblem {
  return Object.freeze({ path, problem });
}

/** The problem of a part, seen from the whole. Names of schemas need no escaping in a JSON Pointer. */
function beneath(step: string | number, inner: PayloadProblem): PayloadProblem {
  return { path: `/${step}${inner.path}`, problem: inner.problem };
}

function compileText(shape: TextShape): Check {
  const { pattern, accepts } = formats[shape.format];
  const { minLength, maxLength, format } = shape;
  const wrong = at('', `is no ${format}`);
  const length = at('', `must have ${minLength} to ${maxLength} characters`);
  const type = at('', 'must be text');
  return (value) => {
    if (typeof value !== 'string') return type;
    // The length comes first: a pattern never sees more than its maximum.
    if (value.length < minLength || value.length > maxLength) return length;
    if (!pattern.test(value)) return wrong;
    return accepts === undefined || accepts(value) ? undefined : wrong;
  };
}

function compileInteger(shape: IntegerShape): Check {
  const { minimum, maximum, values } = shape;
  const type = at('', 'must be an integer');
  const range = at('', `must lie between ${minimum} and ${maximum}`);
  const known = values === undefined ? undefined : new Set(values);
  const listed = at('', `must be one of ${values?.join(', ')}`);
  return (value) => {
    if (typeof value === 'number') {
      if (!Number.isSafeInteger(value)) return type;
    } else if (typeof value !== 'bigint') return type;
    if (value < minimum || value > maximum) return range;
    // Within the range a bigint is a safe integer, so the conversion is exact.
    return known === undefined || known.has(Number(value)) ? undefined : listed;
  };
}

function checkBoolean(value: unknown): PayloadProblem | undefined {
  return typeof value === 'boolean' ? undefined : at('', 'must be true or false');
}

function compileChoice(shape: ChoiceShape): Check {
  const known: ReadonlySet<unknown> = new Set(shape.values);
  const wrong = at('', `must be one of ${shape.values.join(', ')}`);
  return (value) => (known.has(value) ? undefined : wrong);
}

function compileBytes(shape: BytesShape): Check {
  const { minOctets, maxOctets } = shape;
  const type = at('', 'must be octets');
  const length = at('', `must have ${minOctets} to ${maxOctets} octets`);
  return (value) => {
    if (!(value instanceof Uint8Array)) return type;
    return value.length < minOctets || value.length > maxOctets ? length : undefined;
  };
}

/** Up to here comparing each with each is cheaper than a set. */
const comparedPairwise = 8;

function keyOf(item: unknown, by: boolean | string): unknown {
  const raw = typeof by === 'string' ? (item as Record<string, unknown>)[by] : item;
  return typeof raw === 'bigint' ? Number(raw) : raw;
}

/** The first item that repeats an earlier one, by itself or by one of its fields, or -1; the items fit their shape. */
function firstRepeated(items: readonly unknown[], by: boolean | string): number {
  if (items.length <= comparedPairwise) {
    for (let index = 1; index < items.length; index += 1) {
      const key = keyOf(items[index], by);
      for (let earlier = 0; earlier < index; earlier += 1) {
        if (keyOf(items[earlier], by) === key) return index;
      }
    }
    return -1;
  }
  const seen = new Set<unknown>();
  for (let index = 0; index < items.length; index += 1) {
    const key = keyOf(items[index], by);
    if (seen.has(key)) return index;
    seen.add(key);
  }
  return -1;
}

function compileList(shape: ListShape): Check {
  const { minItems, maxItems, unique } = shape;
  const check = compile(shape.of);
  const type = at('', 'must be a list');
  const length = at('', `must have ${minItems} to ${maxItems} items`);
  return (value) => {
    if (!Array.isArray(value)) return type;
    const items: readonly unknown[] = value;
    if (items.length < minItems || items.length > maxItems) return length;
    for (let index = 0; index < items.length; index += 1) {
      const problem = check(items[index]);
      if (problem !== undefined) return beneath(index, problem);
    }
    if (unique === false || items.length < 2) return undefined;
    const repeated = firstRepeated(items, unique);
    return repeated < 0 ? undefined : at(`/${repeated}`, 'repeats an earlier item');
  };
}

/** Longest part of a foreign field name that a problem shows. */
const shownNameLength = 40;

/** A name from outside, made harmless for a log: quoted, escaped to ASCII, cut. */
function shown(name: string): string {
  const quoted = JSON.stringify(name.slice(0, shownNameLength));
  return quoted.replace(/[^ -~]/gu, (character) => `\\u{${character.codePointAt(0)!.toString(16)}}`);
}

function extraField(value: object, names: ReadonlySet<string>): PayloadProblem {
  for (const name in value) if (!names.has(name)) return at('', `has a field too many: ${shown(name)}`);
  return at('', 'has fields that the schema does not name');
}

/** A plain object: what a decoder makes of a map, and nothing that a changed prototype could lend fields to. */
function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function compileObject(shape: ObjectShape): Check {
  const names = Object.keys(shape.fields);
  const known = new Set(names);
  const checks = names.map((name) => compile(shape.fields[name]!.shape));
  const required = names.map((name) => shape.fields[name]!.required);
  const relations = shape.relations.map(compileRelation);
  const type = at('', 'must be an object');
  const foreign = at('', 'must be a plain object');
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return type;
    if (!isPlain(value)) return foreign;
    const fields = value as Readonly<Record<string, unknown>>;
    let present = 0;
    for (let index = 0; index < names.length; index += 1) {
      const name = names[index]!;
      const part = fields[name];
      if (part === undefined) {
        if (required[index]) return at(`/${name}`, 'is missing');
        continue;
      }
      present += 1;
      const problem = checks[index]!(part);
      if (problem !== undefined) return beneath(name, problem);
    }
    // Counting is cheaper than looking up each name. What enumerates is own or, if somebody has tampered with the
    // prototype of all objects, inherited: either way the counts differ and the value is refused.
    let found = 0;
    for (const _name in fields) found += 1;
    if (found !== present) return extraField(fields, known);
    for (const relation of relations) {
      const problem = relation(fields);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

function compileVariant(shape: VariantShape): Check {
  const { tag } = shape;
  const cases = new Map(Object.entries(shape.cases).map(([name, body]) => [name, compileObject(body)]));
  const type = at('', 'must be an object');
  const unknown = at(`/${tag}`, `must be one of ${[...cases.keys()].join(', ')}`);
  return (value) => {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return type;
    const name = (value as Readonly<Record<string, unknown>>)[tag];
    const check = typeof name === 'string' ? cases.get(name) : undefined;
    return check === undefined ? unknown : check(value);
  };
}

/** Compiled named types, so that a type that many messages share is compiled once. */
const compiled = new WeakMap<Shape, Check>();

/** The check of a shape. The value is expected as a CBOR decoder gives it: plain objects, arrays, text, octets. */
export function compile(shape: Shape): Check {
  switch (shape.kind) {
    case 'text':
      return compileText(shape);
    case 'integer':
      return compileInteger(shape);
    case 'boolean':
      return checkBoolean;
    case 'choice':
      return compileChoice(shape);
    case 'bytes':
      return compileBytes(shape);
    case 'list':
      return compileList(shape);
    case 'object':
      return compileObject(shape);
    case 'variant':
      return compileVariant(shape);
    case 'type': {
      const known = compiled.get(shape) ?? compile(shape.of);
      compiled.set(shape, known);
      return known;
    }
  }
}
