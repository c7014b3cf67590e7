/** Schemas in JSON Schema 2020-12, for documentation and for other languages. */
import { formats } from './formats.ts';
import type {
  BytesShape,
  IntegerShape,
  ListShape,
  ObjectShape,
  Shape,
  SharedType,
  TextShape,
} from './model.ts';
import { describeRelation } from './relations.ts';

/** A JSON Schema, or a part of one. */
export type JsonSchema = { readonly [keyword: string]: unknown };

type Definitions = Record<string, JsonSchema>;

function textSchema(shape: TextShape): JsonSchema {
  const format = formats[shape.format];
  return {
    type: 'string',
    minLength: shape.minLength,
    maxLength: shape.maxLength,
    pattern: format.pattern.source,
    ...(shape.format === 'timestamp' ? { format: 'date-time' } : {}),
    ...(shape.format === 'day' ? { format: 'date' } : {}),
    $comment: format.description,
  };
}

function integerSchema(shape: IntegerShape): JsonSchema {
  return {
    type: 'integer',
    ...(shape.values === undefined
      ? { minimum: shape.minimum, maximum: shape.maximum }
      : { enum: shape.values }),
    ...(shape.unit === 'none' ? {} : { $comment: `unit: ${shape.unit}` }),
  };
}

/** JSON has no octets: they are written in base64 (RFC 4648, 4) with padding, four characters for three octets. */
function bytesSchema(shape: BytesShape): JsonSchema {
  const characters = (octets: number): number => 4 * Math.ceil(octets / 3);
  return {
    type: 'string',
    contentEncoding: 'base64',
    pattern: '^[A-Za-z0-9+/]*={0,2}$',
    minLength: characters(shape.minOctets),
    maxLength: characters(shape.maxOctets),
    $comment: `${shape.minOctets} to ${shape.maxOctets} octets, as a byte string in CBOR`,
  };
}

function listSchema(shape: ListShape, definitions: Definitions): JsonSchema {
  return {
    type: 'array',
    minItems: shape.minItems,
    maxItems: shape.maxItems,
    items: schemaOf(shape.of, definitions),
    ...(shape.unique === false ? {} : { uniqueItems: true }),
    ...(typeof shape.unique === 'string' ? { $comment: `no two items have the same ${shape.unique}` } : {}),
  };
}

function objectSchema(shape: ObjectShape, definitions: Definitions): JsonSchema {
  const fields = Object.entries(shape.fields);
  const anyOf = shape.relations.flatMap((relation) =>
    relation.kind === 'any-of' ? [{ anyOf: relation.fields.map((name) => ({ required: [name] })) }] : [],
  );
  return {
    type: 'object',
    additionalProperties: false,
    required: fields.filter(([, field]) => field.required).map(([name]) => name),
    properties: Object.fromEntries(
      fields.map(([name, field]) => [
        name,
        { description: field.description, ...schemaOf(field.shape, definitions) },
      ]),
    ),
    ...(anyOf.length === 0 ? {} : { allOf: anyOf }),
    ...(shape.relations.length === 0 ? {} : { $comment: shape.relations.map(describeRelation).join('; ') }),
  };
}

function schemaOf(shape: Shape, definitions: Definitions): JsonSchema {
  switch (shape.kind) {
    case 'text':
      return textSchema(shape);
    case 'integer':
      return integerSchema(shape);
    case 'boolean':
      return { type: 'boolean' };
    case 'choice':
      return { type: 'string', enum: shape.values };
    case 'bytes':
      return bytesSchema(shape);
    case 'list':
      return listSchema(shape, definitions);
    case 'object':
      return objectSchema(shape, definitions);
    case 'variant':
      return {
        type: 'object',
        required: [shape.tag],
        oneOf: Object.values(shape.cases).map((body) => objectSchema(body, definitions)),
      };
    case 'type': {
      if (definitions[shape.name] === undefined) {
        const body = schemaOf(shape.of, definitions);
        definitions[shape.name] = { title: shape.name, description: shape.description, ...body };
      }
      return { $ref: `#/$defs/${shape.name}` };
    }
  }
}

/** The whole document for one payload; every shared type stands once under `$defs`. */
export function jsonSchemaDocument(
  head: { readonly id: string; readonly title: string; readonly comment: string },
  payload: SharedType,
): JsonSchema {
  const definitions: Definitions = {};
  const root = schemaOf(payload, definitions);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: head.id,
    title: head.title,
    $comment: head.comment,
    ...root,
    $defs: definitions,
  };
}
