/** How large a payload can become in CBOR (RFC 8949), so that a message gets no more room than its schema can fill. */
import { formats } from './formats.ts';
import type { ObjectShape, Shape } from './model.ts';

/** Octets of the head of an item with this argument, encoded as short as it can be (RFC 8949, 3 and 4.2.1). */
function headOctets(argument: number): number {
  if (argument < 24) return 1;
  if (argument < 0x100) return 2;
  if (argument < 0x1_0000) return 3;
  return argument < 0x1_0000_0000 ? 5 : 9;
}

function lengthWithHead(octets: number): number {
  return headOctets(octets) + octets;
}

function largestObject(shape: ObjectShape): number {
  const fields = Object.entries(shape.fields);
  return fields.reduce(
    // Names are ASCII, which `problems.ts` sees to.
    (sum, [name, field]) => sum + lengthWithHead(name.length) + largestOctets(field.shape),
    headOctets(fields.length),
  );
}

/** Sizes of types that were asked for; a gate asks for every message. */
const known = new WeakMap<Shape, number>();

/** Octets of the largest value that fits the shape, in preferred CBOR encoding. */
export function largestOctets(shape: Shape): number {
  switch (shape.kind) {
    case 'text':
      return lengthWithHead(shape.maxLength * formats[shape.format].octetsEach);
    case 'integer': {
      // A negative number n is written as -1 - n.
      const below = shape.minimum < 0 ? -1 - shape.minimum : 0;
      return headOctets(Math.max(below, shape.maximum < 0 ? 0 : shape.maximum));
    }
    case 'boolean':
      return 1;
    case 'choice':
      return Math.max(...shape.values.map((value) => lengthWithHead(value.length)));
    case 'bytes':
      return lengthWithHead(shape.maxOctets);
    case 'list':
      return headOctets(shape.maxItems) + shape.maxItems * largestOctets(shape.of);
    case 'object':
      return largestObject(shape);
    case 'variant':
      return Math.max(...Object.values(shape.cases).map(largestObject));
    case 'type': {
      const octets = known.get(shape) ?? largestOctets(shape.of);
      known.set(shape, octets);
      return octets;
    }
  }
}

/** Octets of a payload in preferred CBOR encoding; for values that a schema has accepted. */
export function encodedOctets(value: unknown): number {
  if (typeof value === 'string') return lengthWithHead(utf8Octets(value));
  if (typeof value === 'number' || typeof value === 'bigint') {
    const whole = Number(value);
    return headOctets(whole < 0 ? -1 - whole : whole);
  }
  if (value instanceof Uint8Array) return lengthWithHead(value.length);
  if (Array.isArray(value)) {
    return value.reduce((sum: number, item) => sum + encodedOctets(item), headOctets(value.length));
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value);
    return fields.reduce(
      (sum, [name, part]) => sum + encodedOctets(name) + encodedOctets(part),
      headOctets(fields.length),
    );
  }
  return 1;
}

function utf8Octets(text: string): number {
  let octets = 0;
  for (const character of text) {
    const point = character.codePointAt(0)!;
    octets += point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x1_0000 ? 3 : 4;
  }
  return octets;
}
