/** Every message that a gate may let pass: a schema, examples that fit it, and spoiled ones that do not. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import {
  allMessages,
  boundsOf,
  checkPayload,
  exampleOf,
  jsonSchemaOf,
  permittedMessages,
  schemaOf,
} from '../src/index.ts';
import { drawFrom } from '../src/schemas/example.ts';
import { encodedOctets, largestOctets } from '../src/schemas/size.ts';
import { asJson, mutations } from './mutations.ts';

const messages = permittedMessages();
const seeds = [0, 1, 2, 3, 4];

test('every message that a gate may let pass has a schema that is frozen', () => {
  assert.equal(messages.length, 845);
  const frozen = (value: object): boolean =>
    Object.isFrozen(value) &&
    Object.values(value).every((part) => typeof part !== 'object' || part === null || frozen(part));
  for (const { id } of messages) {
    const payload = schemaOf(id);
    assert.match(payload.name, /^[A-Z]/, id);
    assert.ok(frozen(payload), `${payload.name} can be changed`);
  }
});

test('a message between two actors and an unknown one have no schema and no valid payload', () => {
  const outside = [...allMessages().values()].filter(({ scope }) => scope === 'outside');
  assert.equal(outside.length, 38);
  for (const id of [
    ...outside.map((message) => message.id),
    'L1.meter.nothing',
    'constructor',
    '__proto__',
  ]) {
    assert.throws(() => schemaOf(id), { code: 'profile/unknown-message' });
    assert.deepEqual(checkPayload(id, {}), { path: '', problem: 'is of no permitted message' });
  }
});

test('examples of every message fit schema and bounds, and repeat from their seed', () => {
  for (const { id } of messages) {
    const payload = schemaOf(id);
    for (const seed of seeds) {
      const example = exampleOf(id, seed);
      assert.equal(
        checkPayload(id, example),
        undefined,
        `${id}, seed ${seed}: ${JSON.stringify(asJson(example))}`,
      );
      const octets = encodedOctets(example);
      assert.ok(octets <= boundsOf(id).maxOctets, `${id}, seed ${seed}: ${octets} octets`);
      assert.ok(octets <= largestOctets(payload), `${id}, seed ${seed}: larger than the largest`);
    }
    assert.deepEqual(exampleOf(id, 'again'), exampleOf(id, 'again'));
  }
});

test('an object without a prototype fits as well, and so do integers as bigints', () => {
  const id = 'L39.collector.meter-last-gasp-message';
  const example = exampleOf(id) as Record<string, unknown>;
  assert.equal(checkPayload(id, Object.assign(Object.create(null), example)), undefined);
  assert.equal(checkPayload(id, { ...example, counter: 7n }), undefined);
});

test('every spoiled payload of every message is refused, at its place and without its value', () => {
  const count = new Map<string, number>();
  const families = new Map<string, Set<string>>();
  for (const { id } of messages) {
    for (const seed of [0, 1]) {
      const holder = { payload: exampleOf(id, seed) };
      for (const mutation of mutations(schemaOf(id), holder, 'payload', '')) {
        const undo = mutation.apply();
        const problem = checkPayload(id, holder.payload);
        undo();
        const where = `${id}, seed ${seed}: ${mutation.family} at ${mutation.path || 'the top'}`;
        assert.ok(problem !== undefined, `${where} was accepted`);
        assert.equal(problem.path, mutation.path, where);
        assert.ok(problem.problem.length < 2000 && /^[ -~]+$/.test(problem.problem), where);
        count.set(mutation.family, (count.get(mutation.family) ?? 0) + 1);
        families.set(id, (families.get(id) ?? new Set()).add(mutation.family));
      }
      assert.equal(checkPayload(id, holder.payload), undefined, `${id} was not restored`);
    }
  }
  for (const { id } of messages) {
    for (const family of [
      'missing field',
      'extra field',
      'wrong type',
      'too long',
      'deep nesting',
      'changed prototype',
    ]) {
      assert.ok(families.get(id)?.has(family), `${id}: no ${family} was tried`);
    }
  }
  for (const family of [
    'out of range',
    'too many items',
    'repeated item',
    'relation',
    'too short',
    'too few items',
  ]) {
    assert.ok((count.get(family) ?? 0) > 100, `${family}: ${count.get(family)}`);
  }
});

test('junk is refused and never throws', () => {
  const run = String(process.hrtime.bigint());
  const draw = drawFrom(run);
  const words = ['meter', 'commandId', '__proto__', 'constructor', 'of', 'time', 'requestId', 'records', 'x'];
  const junk = (depth: number): unknown => {
    const kinds = [
      () => draw(1000) - 500,
      () => words[draw(words.length)],
      () => draw(2) === 0,
      () => null,
      () => undefined,
      () => BigInt(draw(1000)) ** 9n,
      () => draw(1000) / 7,
      () => new Uint8Array(draw(64)),
      () => Symbol('x'),
      () => () => 1,
      () => Array.from({ length: draw(4) }, () => junk(depth + 1)),
      () =>
        Object.fromEntries(
          Array.from({ length: draw(5) }, () => [words[draw(words.length)], junk(depth + 1)]),
        ),
    ];
    return kinds[draw(depth > 3 ? kinds.length - 2 : kinds.length)]!();
  };
  for (const { id } of messages) {
    for (let round = 0; round < 20; round += 1) {
      const value = junk(0);
      assert.ok(checkPayload(id, value) !== undefined, `${id} accepts junk, seed ${run}, round ${round}`);
    }
  }
});

interface Validator {
  (document: unknown): boolean;
  errors?: unknown;
}

function jsonSchemaCompiler(): (schema: object) => Validator {
  const require = createRequire(import.meta.url);
  const { default: Ajv } = require('ajv/dist/2020.js') as {
    default: new (options: object) => { compile: (schema: object) => Validator };
  };
  const ajv = new Ajv({ strict: true, strictRequired: false, allowUnionTypes: false, unicodeRegExp: true });
  (require('ajv-formats') as { default: (instance: unknown) => void }).default(ajv);
  return (schema) => ajv.compile(schema);
}

test('JSON Schema says the same: another validator accepts the examples and refuses what JSON can spoil', () => {
  const compile = jsonSchemaCompiler();
  const done = new Set<string>();
  let refused = 0;
  for (const { id, name } of messages) {
    const schema = jsonSchemaOf(id);
    assert.equal(schema['$id'], `urn:wattward:message:${id}`);
    assert.equal(schema['title'], name);
    const payload = schemaOf(id);
    if (done.has(payload.name)) continue;
    done.add(payload.name);
    const validate = compile(schema);
    for (const seed of seeds) {
      const fits = validate(asJson(exampleOf(id, seed)));
      assert.ok(fits, `${id}, seed ${seed}: ${JSON.stringify(validate.errors)}`);
    }
    const holder = { payload: exampleOf(id) };
    for (const mutation of mutations(payload, holder, 'payload', '')) {
      if (!mutation.inJson) continue;
      const undo = mutation.apply();
      const json = asJson(holder.payload);
      undo();
      assert.ok(
        !validate(json),
        `${id}: JSON Schema accepts ${mutation.family} at ${mutation.path || 'the top'}`,
      );
      refused += 1;
    }
  }
  assert.ok(refused > 5000, `only ${refused} were tried`);
});
