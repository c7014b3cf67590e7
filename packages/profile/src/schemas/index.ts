/** What a message may carry, how large it may be and when it expires: the last steps of the flow gate, as data. */

import { profileError } from '../errors.ts';
import { permittedMessages } from '../flow.ts';
import { messageById } from '../lookup.ts';
import type { Message } from '../model.ts';
import { boundsFor, defaultValue, type MessageBounds, type ParameterValue } from './bounds.ts';
import { compile } from './compile.ts';
import { drawFrom, exampleOf as exampleOfShape } from './example.ts';
import { type JsonSchema, jsonSchemaDocument } from './json-schema.ts';
import type { Check, PayloadProblem, SharedType } from './model.ts';
import { payloadOf } from './payloads.ts';
import { encodedOctets } from './size.ts';

export type { MessageBounds, ParameterValue } from './bounds.ts';
export type { JsonSchema } from './json-schema.ts';
export type {
  BooleanShape,
  BytesShape,
  ChoiceShape,
  Field,
  FormatId,
  IntegerShape,
  IntegerUnit,
  ListShape,
  ObjectShape,
  PayloadProblem,
  Relation,
  Shape,
  SharedType,
  TextShape,
  VariantShape,
} from './model.ts';

interface Schema {
  readonly message: Message;
  readonly payload: SharedType;
  readonly check: Check;
}

let schemas: ReadonlyMap<string, Schema> | undefined;

function build(): ReadonlyMap<string, Schema> {
  const built = new Map<string, Schema>();
  for (const message of permittedMessages()) {
    // Validation of the profile has seen to it that there is one for each.
    const payload = payloadOf(message)!;
    built.set(message.id, { message, payload, check: compile(payload) });
  }
  return built;
}

function schema(messageId: string): Schema {
  schemas ??= build();
  const found = schemas.get(messageId);
  if (found !== undefined) return found;
  const message = messageById(messageId);
  throw profileError('unknown-message', `${message.id} passes between two actors and has no schema`);
}

/**
 * The payload of a message that a gate may let pass (2.14.10: what comes in is checked for form and sense).
 *
 * Throws `profile/unknown-message`, for a message between two actors too.
 */
export function schemaOf(messageId: string): SharedType {
  return schema(messageId).payload;
}

const unknownMessage: PayloadProblem = Object.freeze({ path: '', problem: 'is of no permitted message' });

/**
 * Checks a payload against the schema of its message (2.14.10). The value is what a CBOR decoder makes of it: plain
 * objects, arrays, text, `Uint8Array`, booleans, and integers as number or bigint in the safe range; there are no
 * fractions. Returns undefined when it fits, else the first problem with its place as a JSON Pointer. Neither place
 * nor problem repeats a value. Never throws: a message that no gate lets pass has a problem too. Time and memory are
 * bounded by the size of the value.
 */
export function checkPayload(messageId: string, value: unknown): PayloadProblem | undefined {
  schemas ??= build();
  const found = schemas.get(messageId);
  return found === undefined ? unknownMessage : found.check(value);
}

/**
 * How large a message may be and when it expires (2.14.10.2, 2.8.20), from the parameters `lines.*`; `configured`
 * gives their values where a configuration departs from the defaults. Commands, and what makes one possible, expire;
 * readings, events, records and whatever takes a command back never do.
 *
 * Throws `profile/unknown-message`, for a message between two actors too.
 */
export function boundsOf(messageId: string, configured: ParameterValue = defaultValue): MessageBounds {
  const { message, payload } = schema(messageId);
  return boundsFor(message, payload, configured);
}

/** Attempts at an example that is small enough; of those that end here every second one or so is. */
const exampleAttempts = 200;

/**
 * A payload that fits the schema of a message and its bounds with the profile's defaults. The same message and seed
 * give the same payload.
 *
 * Throws `profile/unknown-message`, for a message between two actors too.
 */
export function exampleOf(messageId: string, seed: number | string = 0): unknown {
  const { payload } = schema(messageId);
  const { maxOctets } = boundsOf(messageId);
  let example: unknown;
  for (let attempt = 0; attempt < exampleAttempts; attempt += 1) {
    example = exampleOfShape(payload, drawFrom(`${messageId}#${seed}#${attempt}`));
    if (encodedOctets(example) <= maxOctets) return example;
  }
  return example;
}

/**
 * The schema of a message in JSON Schema 2020-12, with octets in base64. It says the same as {@link checkPayload} but
 * for relations between fields and lists told apart by one field, which stand in its comments.
 *
 * Throws `profile/unknown-message`, for a message between two actors too.
 */
export function jsonSchemaOf(messageId: string): JsonSchema {
  const { message, payload } = schema(messageId);
  const head = {
    id: `urn:wattward:message:${message.id}`,
    title: message.name,
    comment: `line ${message.line}, from ${message.source} to ${message.destination}`,
  };
  return jsonSchemaDocument(head, payload);
}
