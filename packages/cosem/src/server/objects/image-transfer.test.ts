import assert from 'node:assert/strict';
import { test } from 'node:test';
import { imageBlock, imageInitiate } from '../../classes/typed/references.ts';
import { type Data, data } from '../../data/index.ts';
import { deviceItself, invokeMethod, readAttribute, writeAttribute } from '../object.ts';
import { type ImagePort, imageStatus, imageTransferObject, MemoryImage } from './image-transfer.ts';

const change = { caller: deviceItself, afterResponse: () => {} };
const image = Uint8Array.from({ length: 25 }, (_, i) => i);
const identifier = Buffer.from('firmware 1');
const signature = Uint8Array.of(1, 2, 3);

function drive(port: ImagePort, patienceMs = 500) {
  const object = imageTransferObject({ port, blockSize: 10, maxImageSize: 100, patienceMs });
  const invoke = (method: number, parameter: Data = data('integer', 0)) =>
    invokeMethod(object, object.methods.get(method)!, parameter, change);
  const read = async (attribute: number) =>
    (
      await readAttribute(object, object.attributes.get(attribute)!, {
        caller: deviceItself,
        selection: undefined,
      })
    ).value;
  return {
    invoke,
    read,
    enable: (on = true) => writeAttribute(object.attributes.get(5)!, data('boolean', on), change),
    initiate: (size = image.length, name: Uint8Array = identifier) =>
      invoke(1, imageInitiate.encode({ identifier: name, size })),
    block: (number: number, value = image.subarray(number * 10, number * 10 + 10)) =>
      invoke(2, imageBlock.encode({ number, value })),
    status: async () => {
      const value = await read(6);
      return Object.entries(imageStatus).find(([, code]) => code === value)?.[0];
    },
  };
}

const sound = () =>
  new MemoryImage(
    (octets) => (Buffer.compare(octets, image) === 0 ? signature : fail()),
    () => {},
  );
function fail(): never {
  throw new Error('not this image');
}
const unavailable = { code: 'server/object-unavailable' };

test('blocks in any order, verified and activated', async () => {
  const port = sound();
  const meter = drive(port);
  await assert.rejects(() => meter.initiate(), unavailable);
  await meter.enable();
  await meter.initiate();
  assert.equal(await meter.read(3), '000');
  await meter.block(2);
  await meter.block(0);
  assert.deepEqual([await meter.read(3), await meter.read(4)], ['101', 1]);
  await assert.rejects(() => meter.invoke(3), unavailable);
  await meter.block(1);
  assert.equal(await meter.read(4), 3);
  await assert.rejects(() => meter.invoke(4), unavailable, 'not verified');
  await meter.invoke(3);
  assert.equal(await meter.status(), 'verificationSuccessful');
  assert.equal(((await meter.read(7)) as Data[]).length, 1);
  await meter.invoke(4);
  assert.equal(await meter.status(), 'activationSuccessful');
  await assert.rejects(() => meter.initiate(), unavailable, 'disabled again');
});

test('a transfer goes on after a restart and after the same initiate', async () => {
  const port = sound();
  const before = drive(port);
  await before.enable();
  await before.initiate();
  await before.block(0);
  const after = drive(port);
  assert.equal(await after.read(4), 1);
  await after.initiate();
  assert.equal(await after.read(4), 1, 'the same image keeps its blocks');
  await after.initiate(image.length, Buffer.from('another'));
  assert.equal(await after.read(4), 0, 'another begins anew');
});

test('wrong sizes, wrong blocks and a wrong image are refused', async () => {
  const meter = drive(sound());
  await meter.enable();
  const wrong = { code: 'server/type-unmatched' };
  await assert.rejects(() => meter.initiate(0), wrong);
  await assert.rejects(() => meter.initiate(101), wrong);
  await meter.initiate();
  await assert.rejects(() => meter.block(3, new Uint8Array(10)), wrong);
  await assert.rejects(() => meter.block(0, new Uint8Array(9)), wrong);
  await assert.rejects(() => meter.block(2, new Uint8Array(10)), wrong);
  for (const number of [0, 1, 2]) await meter.block(number, new Uint8Array(number === 2 ? 5 : 10));
  await assert.rejects(() => meter.invoke(3), { code: 'server/other-reason' });
  assert.equal(await meter.status(), 'verificationFailed');
  await assert.rejects(() => meter.invoke(4), unavailable);
  assert.equal(((await meter.read(7)) as Data[]).length, 0);
  await meter.initiate();
  assert.equal(await meter.read(3), '000', 'a failed image begins anew');
});

test('a verification that takes its time is asked for again', async () => {
  let finish: (found: Uint8Array) => void = () => {};
  const found = new Promise<Uint8Array>((resolve) => {
    finish = resolve;
  });
  const meter = drive(new MemoryImage(() => found, fail), 0);
  await meter.enable();
  await meter.initiate();
  for (const number of [0, 1, 2]) await meter.block(number);
  const later = { code: 'server/temporary-failure' };
  await assert.rejects(() => meter.invoke(3), later);
  assert.equal(await meter.status(), 'verificationInitiated');
  await assert.rejects(() => meter.invoke(3), later);
  await assert.rejects(() => meter.initiate(), unavailable, 'busy');
  finish(signature);
  await new Promise((resolve) => setImmediate(resolve));
  await meter.invoke(3);
  assert.equal(await meter.status(), 'verificationSuccessful');
  await meter.invoke(4).catch(() => {});
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(await meter.status(), 'activationFailed');
});

test('what was going on when the device stopped has failed', async () => {
  const port = new MemoryImage(
    () => new Promise<Uint8Array>(() => {}),
    () => {},
  );
  const before = drive(port, 0);
  await before.enable();
  await before.initiate();
  for (const number of [0, 1, 2]) await before.block(number);
  await assert.rejects(() => before.invoke(3));
  assert.equal(await drive(port).status(), 'verificationFailed');
});
