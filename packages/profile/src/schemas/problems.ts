/** Checks the schemas themselves: that every message has one, that all types are used and that each makes sense. */
import type { Message } from '../model.ts';
import type { Profile } from '../profile.ts';
import { formats } from './formats.ts';
import type { ListShape, ObjectShape, Relation, Shape, SharedType } from './model.ts';
import { payloadByKey, payloadKey, payloadOf, repeatedKeys } from './payloads.ts';
import * as access from './types/access.ts';
import * as answers from './types/answers.ts';
import * as assets from './types/assets.ts';
import * as customer from './types/customer.ts';
import * as demand from './types/demand-response.ts';
import * as events from './types/events.ts';
import * as firmware from './types/firmware.ts';
import * as gateway from './types/gateway.ts';
import * as identity from './types/identity.ts';
import * as management from './types/management.ts';
import * as metering from './types/metering.ts';
import * as network from './types/network.ts';
import * as records from './types/records.ts';
import * as switching from './types/switching.ts';
import * as trust from './types/trust.ts';

const tables: readonly Readonly<Record<string, unknown>>[] = [
  access,
  answers,
  assets,
  customer,
  demand,
  events,
  firmware,
  gateway,
  identity,
  management,
  metering,
  network,
  records,
  switching,
  trust,
];

function isType(value: unknown): value is SharedType {
  return typeof value === 'object' && value !== null && 'kind' in value && value.kind === 'type';
}

/** Every type that a table under `types/` exports, whether a message uses it or not. */
export const sharedTypes: readonly SharedType[] = tables.flatMap((table) =>
  Object.values(table).filter(isType),
);

/** The shapes directly inside a shape. */
export function insideOf(shape: Shape): readonly Shape[] {
  switch (shape.kind) {
    case 'list':
    case 'type':
      return [shape.of];
    case 'object':
      return Object.values(shape.fields).map((field) => field.shape);
    case 'variant':
      return Object.values(shape.cases);
    default:
      return [];
  }
}

/** The shape and all shapes in it, each once. */
export function allShapes(roots: Iterable<Shape>): ReadonlySet<Shape> {
  const found = new Set<Shape>();
  const open = [...roots];
  for (let shape = open.pop(); shape !== undefined; shape = open.pop()) {
    if (found.has(shape)) continue;
    found.add(shape);
    open.push(...insideOf(shape));
  }
  return found;
}

/** How deep values of a shape are nested: a text is 0, an object of texts 1. */
export function depthOf(shape: Shape): number {
  const inside = Math.max(0, ...insideOf(shape).map(depthOf));
  const counts = shape.kind === 'list' || shape.kind === 'object';
  return counts ? inside + 1 : inside;
}

function relationFields(relation: Relation): readonly string[] {
  switch (relation.kind) {
    case 'not-after':
    case 'not-above':
      return [relation.first, relation.second];
    case 'packed-day':
      return [relation.octets, relation.intervalMinutes];
    case 'any-of':
      return relation.fields;
  }
}

function bare(shape: Shape): Shape {
  return shape.kind === 'type' ? bare(shape.of) : shape;
}

/** Two fields can only be compared when they have the same form: format, or unit and range. */
function comparable(one: Shape, other: Shape): boolean {
  const first = bare(one);
  const second = bare(other);
  if (first.kind === 'text' && second.kind === 'text') return first.format === second.format;
  if (first.kind !== 'integer' || second.kind !== 'integer') return false;
  return first.unit === second.unit && first.minimum === second.minimum && first.maximum === second.maximum;
}

/** Names that every object inherits: a field of that name would be read where it is not. */
const inherited: ReadonlySet<string> = new Set(Object.getOwnPropertyNames(Object.prototype));

function objectProblems(shape: ObjectShape): string[] {
  const problems: string[] = [];
  for (const [name, field] of Object.entries(shape.fields)) {
    if (!/^[a-z][A-Za-z0-9]{0,39}$/u.test(name) || inherited.has(name)) {
      problems.push(`the field ${name} has no name in camel case that is its own`);
    }
    if (field.description === '') problems.push(`the field ${name} is not described`);
  }
  for (const relation of shape.relations) {
    const fields = relationFields(relation).map((name) => shape.fields[name]);
    if (fields.some((field) => field === undefined)) {
      problems.push(`a relation names a field that is not there: ${relationFields(relation).join(', ')}`);
    } else if (relation.kind === 'not-after' || relation.kind === 'not-above') {
      const [first, second] = fields;
      if (!comparable(first!.shape, second!.shape)) {
        problems.push(`${relation.first} and ${relation.second} cannot be compared`);
      }
    } else if (relation.kind === 'packed-day' && fields.some((field) => !field!.required)) {
      problems.push(`${relation.octets} is packed by fields that may be absent`);
    }
  }
  return problems;
}

function listProblems(shape: ListShape): string[] {
  const problems: string[] = [];
  if (shape.minItems > shape.maxItems || shape.maxItems < 1) problems.push('a list has no room');
  if (typeof shape.unique === 'string') {
    const item = bare(shape.of);
    const key = item.kind === 'object' ? item.fields[shape.unique] : undefined;
    if (key?.required !== true)
      problems.push(`a list is told apart by ${shape.unique}, which its items lack`);
  } else if (shape.unique && !['text', 'choice', 'integer'].includes(bare(shape.of).kind)) {
    problems.push('a list of what cannot be compared forbids repeats');
  }
  return problems;
}

function shapeProblems(shape: Shape): string[] {
  switch (shape.kind) {
    case 'text':
      return shape.maxLength > formats[shape.format].maxLength || shape.maxLength < shape.minLength
        ? [`a text of format ${shape.format} may be ${shape.maxLength} long`]
        : [];
    case 'integer': {
      const { minimum, maximum, values = [] } = shape;
      const whole = Number.isSafeInteger(minimum) && Number.isSafeInteger(maximum) && minimum <= maximum;
      const listed = values.every((value) => value >= minimum && value <= maximum);
      return whole && listed ? [] : [`an integer has the range ${minimum} to ${maximum}`];
    }
    case 'choice':
      return shape.values.length === 0 || new Set(shape.values).size !== shape.values.length
        ? [`a choice is empty or names something twice: ${shape.values.join(', ')}`]
        : [];
    case 'bytes':
      return shape.minOctets > shape.maxOctets || shape.minOctets < 0
        ? [`octets from ${shape.minOctets} to ${shape.maxOctets}`]
        : [];
    case 'list':
      return listProblems(shape);
    case 'object':
      return objectProblems(shape);
    case 'variant':
      return Object.keys(shape.cases).length === 0 ? ['a variant has no case'] : [];
    case 'boolean':
      return [];
    case 'type':
      return shapeProblems(shape.of).map((problem) => `type ${shape.name}: ${problem}`);
  }
}

/** The messages that a gate may let pass. `flow.ts` says the same of the profile once it is loaded. */
function gatedMessages(profile: Profile): readonly Message[] {
  return [
    ...[...profile.lines, ...profile.extensionLines].flatMap((line) =>
      line.directions.flatMap((direction) => direction.messages),
    ),
    ...profile.extensionMessages,
  ].filter((message) => message.scope !== 'outside');
}

function nameProblems(shapes: ReadonlySet<Shape>): string[] {
  const problems: string[] = [];
  const byName = new Map<string, SharedType>();
  for (const shape of shapes) {
    if (shape.kind !== 'type') continue;
    if (!/^[A-Z][A-Za-z0-9]*$/u.test(shape.name))
      problems.push(`type ${shape.name} has no name in PascalCase`);
    if (shape.description === '') problems.push(`type ${shape.name} is not described`);
    const known = byName.get(shape.name);
    if (known !== undefined && known !== shape) problems.push(`two types are called ${shape.name}`);
    byName.set(shape.name, shape);
  }
  return problems;
}

/**
 * Everything that is wrong with the schemas of a profile's messages, one sentence each: a message that a gate may let
 * pass without a schema, a row for no message, a type that no message uses, two of one name, a field without a
 * description, a range without room, a relation between what cannot be compared.
 */
export function schemaProblems(
  profile: Profile,
  types: readonly SharedType[] = sharedTypes,
): readonly string[] {
  const problems: string[] = repeatedKeys.map((key) => `two payloads are given for ${key}`);
  const messages = gatedMessages(profile);
  for (const message of messages) {
    if (payloadOf(message) === undefined) problems.push(`message ${message.id} has no schema`);
  }
  const keys = new Set(messages.map(payloadKey));
  for (const key of payloadByKey.keys()) {
    if (!keys.has(key)) problems.push(`a schema is given for ${key}, which no gate lets pass`);
  }
  const used = allShapes(payloadByKey.values());
  for (const each of types) if (!used.has(each)) problems.push(`type ${each.name} is used by no message`);
  for (const payload of new Set(payloadByKey.values())) {
    const body = payload.of.kind;
    if (body !== 'object' && body !== 'variant') problems.push(`payload ${payload.name} is no object`);
  }
  const all = allShapes([...payloadByKey.values(), ...types]);
  // What a type names is looked at as that type, so that its problems carry the name.
  const named = new Set([...all].flatMap((shape) => (shape.kind === 'type' ? [shape.of] : [])));
  const apart = [...all].filter((shape) => !named.has(shape));
  problems.push(...nameProblems(all), ...apart.flatMap(shapeProblems));
  return [...new Set(problems)];
}
