import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes } from '../classes/index.ts';
import { type Data, data } from '../data/index.ts';
import { raiseServer } from './errors.ts';
import {
  type CosemObject,
  defineObject,
  deviceItself,
  invokeMethod,
  readAttribute,
  resultOf,
  writeAttribute,
} from './object.ts';

const request = { caller: deviceItself, selection: undefined };
const change = { caller: deviceItself, afterResponse: () => {} };
const obis = '1.0.1.8.0.255';

function attributeOf(object: CosemObject, index: number) {
  const found = object.attributes.get(index);
  assert.ok(found !== undefined);
  return found;
}

test('an object has its logical name, its constants and its code', async () => {
  const object = defineObject(classes.register, {
    obis,
    attributes: {
      value: { get: () => data('double-long-unsigned', 42) },
      scalerUnit: data('structure', [data('integer', -1), data('enum', 30)]),
    },
  });
  assert.equal(object.logicalName, obis);
  const name = await readAttribute(object, attributeOf(object, 1), request);
  assert.deepEqual(name, data('octet-string', Uint8Array.of(1, 0, 1, 8, 0, 255)));
  assert.deepEqual(
    await readAttribute(object, attributeOf(object, 2), request),
    data('double-long-unsigned', 42),
  );
  assert.equal(object.methods.size, 0);
});

test('a declaration that contradicts its class is refused', () => {
  const declare = (declaration: object) => () =>
    defineObject(classes.register, { obis, ...declaration } as never);
  const refused = { code: 'server/declaration' };
  assert.throws(declare({ attributes: { scalerUnit: data('unsigned', 1) } }), refused);
  assert.throws(declare({ attributes: { colour: data('unsigned', 1) } }), refused);
  assert.throws(declare({ attributes: { logicalName: data('unsigned', 1) } }), refused);
  assert.throws(declare({ methods: { explode: () => {} } }), refused);
});

test('a value of another type neither leaves nor reaches the code', async () => {
  let written: Data | undefined;
  const object = defineObject(classes.disconnectControl, {
    obis,
    attributes: {
      outputState: { get: () => data('unsigned', 1) },
      controlMode: {
        get: () => data('enum', 9),
        set: (value) => {
          written = value;
        },
      },
    },
    methods: { remoteDisconnect: () => data('unsigned', 1) },
  });
  const wrong = { code: 'server/value-type' };
  await assert.rejects(() => readAttribute(object, attributeOf(object, 2), request), wrong);
  await assert.rejects(() => readAttribute(object, attributeOf(object, 4), request), wrong);
  const mode = attributeOf(object, 4);
  for (const value of [data('unsigned', 1), data('enum', 9), data('null-data', null)])
    await assert.rejects(() => writeAttribute(mode, value, change), { code: 'server/type-unmatched' });
  assert.equal(written, undefined);
  await writeAttribute(mode, data('enum', 4), change);
  assert.deepEqual(written, data('enum', 4));
  const method = object.methods.get(1)!;
  await assert.rejects(() => invokeMethod(object, method, data('integer', 0), change), wrong);
  await assert.rejects(() => invokeMethod(object, method, data('integer', 1), change), {
    code: 'server/type-unmatched',
  });
});

test('bounds of the class apply to what is written', async () => {
  const object = defineObject(classes.clock, {
    obis,
    attributes: { daylightSavingsDeviation: { set: () => {} } },
  });
  const deviation = attributeOf(object, 7);
  await writeAttribute(deviation, data('integer', 60), change);
  await assert.rejects(() => writeAttribute(deviation, data('integer', 121), change), {
    code: 'server/type-unmatched',
  });
});

test('without code nothing can be read or written', async () => {
  const object = defineObject(classes.data, { obis, attributes: { value: {} } });
  const refused = { code: 'server/read-write-denied' };
  await assert.rejects(() => readAttribute(object, attributeOf(object, 2), request), refused);
  await assert.rejects(() => writeAttribute(attributeOf(object, 2), data('unsigned', 1), change), refused);
});

test('results that a client is told', () => {
  assert.equal(resultOf(raiseServer('temporary-failure')), 'temporary-failure');
  assert.equal(resultOf(raiseServer('key-change')), 'other-reason');
  assert.equal(resultOf(new TypeError('a defect')), 'other-reason');
});
