/** Makes valid payloads from a seed: for tests, for documentation, for trying a line out. */
import { type Draw, formats } from './formats.ts';
import type { IntegerShape, ListShape, ObjectShape, Relation, Shape } from './model.ts';
import { isAfter } from './relations.ts';

/** Items that an example puts into a list at most, so that it stays readable. */
const exampleItems = 3;
/** Octets that an example puts into a byte string at most, unless the shape wants more. */
const exampleOctets = 48;

/** FNV-1a of a text, to start the generator with. */
function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  return state >>> 0;
}

/** A small generator (mulberry32). It repeats from its seed, which is what examples need; it is no source of secrets. */
export function drawFrom(seed: string): Draw {
  let state = hash(seed);
  return (below) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % below;
  };
}

function exampleInteger(shape: IntegerShape, draw: Draw): number {
  if (shape.values !== undefined) return shape.values[draw(shape.values.length)]!;
  // Mostly small, sometimes an end of the range.
  const kind = draw(10);
  if (kind === 0) return shape.minimum;
  if (kind === 1) return shape.maximum;
  return shape.minimum + draw(Math.min(shape.maximum - shape.minimum, 9999) + 1);
}

function exampleList(shape: ListShape, draw: Draw): unknown[] {
  const most = Math.max(shape.minItems, Math.min(shape.maxItems, exampleItems));
  const wanted = shape.minItems + draw(most - shape.minItems + 1);
  const items: unknown[] = [];
  const seen = new Set<unknown>();
  // A choice may hold few values, so an item that repeats is left out as long as enough remain.
  for (let tries = 0; items.length < wanted && tries < 200; tries += 1) {
    const item = exampleOf(shape.of, draw);
    const key = typeof shape.unique === 'string' ? (item as Record<string, unknown>)[shape.unique] : item;
    if (shape.unique !== false && seen.has(key)) continue;
    seen.add(key);
    items.push(item);
  }
  return items;
}

function exampleBytes(length: number, draw: Draw): Uint8Array {
  return Uint8Array.from({ length }, () => draw(256));
}

/** Changes what was drawn so that a relation holds. */
function settle(fields: Record<string, unknown>, relation: Relation, shape: ObjectShape, draw: Draw): void {
  switch (relation.kind) {
    case 'not-after':
    case 'not-above': {
      const first = fields[relation.first];
      const second = fields[relation.second];
      if (first === undefined || second === undefined) return;
      // The second for both always fits: the two share a shape, and equal is neither after nor above.
      const wrong =
        typeof first === 'string' ? isAfter(first, second as string) : Number(first) > Number(second);
      if (wrong) fields[relation.first] = second;
      return;
    }
    case 'packed-day': {
      const intervals = 1440 / Number(fields[relation.intervalMinutes]);
      fields[relation.octets] = exampleBytes(intervals * relation.octetsEach, draw);
      return;
    }
    case 'any-of': {
      const name = relation.fields[0]!;
      if (relation.fields.some((each) => fields[each] !== undefined)) return;
      fields[name] = exampleOf(shape.fields[name]!.shape, draw);
    }
  }
}

function exampleObject(shape: ObjectShape, draw: Draw): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(shape.fields)) {
    if (field.required || draw(2) === 0) fields[name] = exampleOf(field.shape, draw);
  }
  for (const relation of shape.relations) settle(fields, relation, shape, draw);
  return fields;
}

/** A value that fits the shape. */
export function exampleOf(shape: Shape, draw: Draw): unknown {
  switch (shape.kind) {
    case 'text':
      return formats[shape.format].example(draw, shape.maxLength);
    case 'integer':
      return exampleInteger(shape, draw);
    case 'boolean':
      return draw(2) === 0;
    case 'choice':
      return shape.values[draw(shape.values.length)];
    case 'bytes': {
      const most = Math.max(shape.minOctets, Math.min(shape.maxOctets, exampleOctets));
      return exampleBytes(shape.minOctets + draw(most - shape.minOctets + 1), draw);
    }
    case 'list':
      return exampleList(shape, draw);
    case 'object':
      return exampleObject(shape, draw);
    case 'variant': {
      const cases = Object.values(shape.cases);
      return exampleObject(cases[draw(cases.length)]!, draw);
    }
    case 'type':
      return exampleOf(shape.of, draw);
  }
}
