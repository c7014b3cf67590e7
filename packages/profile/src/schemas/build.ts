/** Makers of shapes, so that the tables of types read as tables. All of them are pure. */
import { parameters } from '../data/parameters.ts';
import { profileError } from '../errors.ts';
import { formats } from './formats.ts';
import type {
  BooleanShape,
  BytesShape,
  ChoiceShape,
  Field,
  FormatId,
  IntegerShape,
  IntegerUnit,
  ListShape,
  ObjectShape,
  Relation,
  Shape,
  SharedType,
  TextShape,
  VariantShape,
} from './model.ts';

/** Text of a format; `maxLength` where the format leaves it open or something shorter is wanted. */
export function text(format: FormatId, maxLength: number = formats[format].maxLength): TextShape {
  return { kind: 'text', format, minLength: 1, maxLength };
}

/** An integer between two bounds, both included. */
export function integer(unit: IntegerUnit, minimum: number, maximum: number): IntegerShape {
  return { kind: 'integer', unit, minimum, maximum };
}

/** One of a few integers, given in rising order. */
export function integerOf(unit: IntegerUnit, values: readonly number[]): IntegerShape {
  return { kind: 'integer', unit, minimum: values[0]!, maximum: values.at(-1)!, values };
}

export const flag: BooleanShape = { kind: 'boolean' };

/** One of a few words. */
export function choice(...values: readonly string[]): ChoiceShape {
  return { kind: 'choice', values };
}

/** Octets, at most `maxOctets`; the length is exact where only one is given as both. */
export function bytes(maxOctets: number, minOctets = 1): BytesShape {
  return { kind: 'bytes', minOctets, maxOctets };
}

/** A list of at least one item, or of `minItems`. */
export function list(of: Shape, maxItems: number, minItems = 1): ListShape {
  return { kind: 'list', of, minItems, maxItems, unique: false };
}

/** A list in which nothing stands twice; `by` names the field that tells its objects apart. */
export function set(of: Shape, maxItems: number, minItems = 1, by?: string): ListShape {
  return { kind: 'list', of, minItems, maxItems, unique: by ?? true };
}

/** A field is a shared type, which brings its description, or a shape with one of its own. */
export type FieldSource = SharedType | readonly [shape: Shape, description: string] | Field;

function fieldOf(source: FieldSource): Field {
  if ('required' in source) return source;
  if ('kind' in source) return { shape: source, description: source.description, required: true };
  return { shape: source[0], description: source[1], required: true };
}

/** A field that may be left out. */
export function optional(shape: Shape, description?: string): Field {
  const own = description ?? (shape.kind === 'type' ? shape.description : '');
  return { shape, description: own, required: false };
}

/** An object with exactly these fields. */
export function object(
  fields: Readonly<Record<string, FieldSource>>,
  ...relations: readonly Relation[]
): ObjectShape {
  return {
    kind: 'object',
    fields: Object.fromEntries(Object.entries(fields).map(([name, source]) => [name, fieldOf(source)])),
    relations,
  };
}

/** One of several objects; each gets the tag as its first field. */
export function variant(tag: string, cases: Readonly<Record<string, ObjectShape>>): VariantShape {
  const tagged = Object.entries(cases).map(([value, shape]): [string, ObjectShape] => [
    value,
    {
      ...shape,
      fields: {
        [tag]: { shape: choice(value), description: 'Which of the variants this is.', required: true },
        ...shape.fields,
      },
    },
  ]);
  return { kind: 'variant', tag, cases: Object.fromEntries(tagged) };
}

/** Freezes a shape with all that it holds; what is frozen has been visited. */
function frozen<T extends object>(value: T): T {
  Object.freeze(value);
  for (const part of Object.values(value)) {
    if (typeof part === 'object' && part !== null && !Object.isFrozen(part)) frozen(part);
  }
  return value;
}

/** Gives a shape a name, and fixes it: whatever a message uses lies inside one of these. */
export function type(name: string, description: string, of: Shape): SharedType {
  return frozen({ kind: 'type', name, description, of });
}

/** A shared type whose shape is an object. */
export function record(
  name: string,
  description: string,
  fields: Readonly<Record<string, FieldSource>>,
  ...relations: readonly Relation[]
): SharedType {
  return type(name, description, object(fields, ...relations));
}

/** `first` is not after `second`: instants or days. */
export function notAfter(first: string, second: string): Relation {
  return { kind: 'not-after', first, second };
}

/** `first` is not above `second`: integers. */
export function notAbove(first: string, second: string): Relation {
  return { kind: 'not-above', first, second };
}

/** At least one of the fields is present. */
export function anyOf(...fields: readonly string[]): Relation {
  return { kind: 'any-of', fields };
}

/**
 * The highest value to which a parameter may be configured. A schema is the outermost wall: it holds for every
 * configuration, and the component applies the configured value inside it.
 *
 * Throws `profile/invalid-data` for an id that is no parameter.
 */
export function highest(parameterId: string): number {
  const found = parameters.find(({ id }) => id === parameterId);
  if (found === undefined) throw profileError('invalid-data', `no parameter is called ${parameterId}`);
  return found.maximum;
}
