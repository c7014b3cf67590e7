import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientTitle,
  type ScriptedOptions,
  ScriptedServer,
  serverTitle,
  testKeys,
} from '../../test/scripted-server.ts';
import { encodeApdu } from '../apdu/index.ts';
import type { DataBlock, PlainApdu } from '../apdu/types.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { decodeData, encodeData } from '../data/codec.ts';
import { type Data, data, nullData } from '../data/types.ts';
import { MemoryCounters } from '../security/counters.ts';
import {
  BlockAssembler,
  BlockCutter,
  decodeDataList,
  encodeGetResults,
  encodeReplies,
} from '../session/block-transfer.ts';
import { type CosemClient, connect } from './client.ts';
import { accessFailureOf } from './failures.ts';
import type { AssociationOptions } from './options.ts';

const name = '1.0.1.8.0.255';
const value = data('double-long-unsigned', 123_456);
/** Larger than any PDU of these tests. */
const large = data(
  'array',
  Array.from({ length: 60 }, (_, i) => data('octet-string', new Uint8Array(9).fill(i))),
);

async function open(
  answer: NonNullable<ScriptedOptions['answer']>,
  server: ScriptedOptions = {},
  client: Partial<AssociationOptions> = {},
): Promise<{ client: CosemClient; server: ScriptedServer }> {
  const scripted = new ScriptedServer({ answer, ...server });
  const options = { transport: scripted.transport, responseTimeoutMs: 100, readRetries: 0, ...client };
  return { client: await connect(options), server: scripted };
}

/** The options of both sides for a ciphered association. */
function ciphered(): { server: ScriptedOptions; client: Partial<AssociationOptions> } {
  const { keys, publicKeys } = testKeys(0);
  const counters = new MemoryCounters();
  return {
    server: { suite: 0, keys, publicKeys, mechanism: 'high-gmac' },
    client: {
      mechanism: 'high-gmac',
      security: { suite: 0, keys, counters, systemTitle: clientTitle, serverTitle },
    },
  };
}

const answerGet =
  (result: Data) =>
  (request: PlainApdu): PlainApdu | undefined =>
    request.type === 'get-request'
      ? {
          type: 'get-response',
          choice: 'normal',
          invoke: request.invoke,
          result: { choice: 'data', data: result },
        }
      : undefined;

/** Answers Get in blocks of 50 octets. */
function answerInBlocks(raw: Uint8Array, spoil: (block: DataBlock) => DataBlock = (block) => block) {
  let cutter = new BlockCutter(raw);
  return (request: PlainApdu): PlainApdu | undefined => {
    if (request.type !== 'get-request') return undefined;
    if (request.choice === 'next') assert.equal(request.blockNumber, cutter.lastNumber);
    else cutter = new BlockCutter(raw);
    const { lastBlock, blockNumber, rawData } = spoil(cutter.next(50));
    const block = { lastBlock, blockNumber, result: { choice: 'raw-data', rawData } } as const;
    return { type: 'get-response', choice: 'with-datablock', invoke: request.invoke, block };
  };
}

test('a value is read, whole and in blocks', async () => {
  const { client, server } = await open(answerGet(value));
  assert.deepEqual(await client.read(3, name, 2), value);
  const [request] = server.requests;
  assert.ok(request?.type === 'get-request' && request.choice === 'normal');
  assert.deepEqual(request.descriptor, {
    classId: 3,
    instance: Uint8Array.of(1, 0, 1, 8, 0, 255),
    attribute: 2,
  });
  const inBlocks = await open(answerInBlocks(encodeData(large)));
  assert.deepEqual(await inBlocks.client.read(7, name, 2), large);
});

test('blocks out of order, and blocks without end, end the read', async () => {
  const skipping = answerInBlocks(encodeData(large), (block) => ({
    ...block,
    blockNumber: block.blockNumber * 2,
  }));
  const first = await open(skipping);
  await assert.rejects(first.client.read(7, name, 2), { code: 'session/block-number' });
  let number = 0;
  const endless = await open(
    (request) => {
      if (request.type !== 'get-request') return undefined;
      number += 1;
      const block = {
        lastBlock: false,
        blockNumber: number,
        result: { choice: 'raw-data', rawData: new Uint8Array(100) },
      } as const;
      return { type: 'get-response', choice: 'with-datablock', invoke: request.invoke, block };
    },
    {},
    { maxValueSize: 3000 },
  );
  await assert.rejects(endless.client.read(7, name, 2), { code: 'session/block-size' });
  assert.equal(number, 31);
});

test('what the server refuses is an error that names the attribute and has the result', async () => {
  const { client } = await open((request) =>
    request.type === 'get-request'
      ? {
          type: 'get-response',
          choice: 'normal',
          invoke: request.invoke,
          result: { choice: 'data-access-result', result: 'read-write-denied' },
        }
      : undefined,
  );
  await assert.rejects(client.read(3, name, 2), (error: { code: string; path: string; detail: string }) => {
    assert.equal(error.code, 'client/access');
    assert.equal(error.path, 'Register 1.0.1.8.0.255 value');
    assert.equal(error.detail, 'read-write-denied');
    assert.equal(accessFailureOf(error)?.result, 'read-write-denied');
    return true;
  });
});

test('lists are read in one request, in blocks too, with the error of each item beside the others', async () => {
  const results = [
    { choice: 'data', data: value },
    { choice: 'data-access-result', result: 'object-undefined' },
  ] as const;
  const items = [
    { classId: 3, obis: name, attribute: 2 },
    { classId: 3, obis: '1.0.2.8.0.255', attribute: 2 },
  ];
  const whole = await open((request) =>
    request.type === 'get-request' && request.choice === 'with-list'
      ? { type: 'get-response', choice: 'with-list', invoke: request.invoke, results }
      : undefined,
  );
  const blocks = await open(answerInBlocks(encodeGetResults(results)));
  for (const { client } of [whole, blocks]) {
    const [first, second] = await client.readMany(items);
    assert.deepEqual(first, { ok: true, value });
    assert.ok(second?.ok === false);
    assert.equal(accessFailureOf(second.error)?.result, 'object-undefined');
  }
  const one = await open(answerGet(value), { conformance: ['get'] });
  assert.deepEqual(await one.client.readMany([items[0]!, items[1]!]), [
    { ok: true, value },
    { ok: true, value },
  ]);
  assert.equal(one.server.requests.length, 2);
});

/** Takes Set and Action requests in blocks, and says what it got. */
function collector(got: (raw: Uint8Array) => void) {
  const assembler = new BlockAssembler();
  return (request: PlainApdu): PlainApdu | undefined => {
    if (request.type === 'set-request' && 'block' in request) {
      const { invoke, block } = request;
      const raw = assembler.add(block);
      const blockNumber = block.blockNumber;
      if (raw === undefined) return { type: 'set-response', choice: 'datablock', invoke, blockNumber };
      got(raw);
      return { type: 'set-response', choice: 'last-datablock', invoke, result: 'success', blockNumber };
    }
    if (request.type === 'action-request' && 'block' in request) {
      const { invoke, block } = request;
      const raw = assembler.add(block);
      if (raw === undefined) {
        return { type: 'action-response', choice: 'next-pblock', invoke, blockNumber: block.blockNumber };
      }
      got(raw);
      return { type: 'action-response', choice: 'normal', invoke, reply: { result: 'success' } };
    }
    return undefined;
  };
}

test('values and parameters that do not fit go out in blocks, each within the size', async () => {
  for (const protection of ['plain', 'ciphered']) {
    for (const service of ['set', 'action'] as const) {
      const setup = protection === 'plain' ? { server: {}, client: {} } : ciphered();
      let got: Uint8Array | undefined;
      const { client, server } = await open(
        collector((raw) => {
          got = raw;
        }),
        { ...setup.server, maxPduSize: 128 },
        setup.client,
      );
      if (service === 'set') await client.write(7, name, 3, large);
      else assert.equal(await client.invoke(64, name, 2, large), undefined);
      assert.deepEqual(decodeData(got!), large);
      assert.ok(server.seen.slice(1).every((wire) => wire.length <= 128));
      assert.ok(server.requests.length >= 6);
      await client.close();
    }
  }
});

test('a list of values that does not fit goes out in blocks', async () => {
  let got: Uint8Array | undefined;
  const taken = collector((raw) => {
    got = raw;
  });
  const { client } = await open(
    (request) => {
      const answer = taken(request);
      if (answer?.type !== 'set-response' || answer.choice !== 'last-datablock') return answer;
      const { result: _, ...rest } = answer;
      return { ...rest, choice: 'last-datablock-with-list', results: ['success', 'type-unmatched'] };
    },
    { maxPduSize: 100 },
  );
  const requests = [1, 2].map((attribute) => ({ classId: 1, obis: name, attribute, value: large }));
  const outcomes = await client.writeMany(requests);
  assert.deepEqual(decodeDataList(got!), [large, large]);
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, false],
  );
});

test('what a method returns is read, whole and in blocks; what it refuses is an error', async () => {
  const reply = { result: 'success', returned: { choice: 'data', data: large } } as const;
  const whole = await open((request) =>
    request.type === 'action-request'
      ? { type: 'action-response', choice: 'normal', invoke: request.invoke, reply }
      : undefined,
  );
  assert.deepEqual(await whole.client.invoke(64, name, 7), large);
  const cutter = new BlockCutter(encodeReplies([reply], false));
  const blocks = await open((request) =>
    request.type === 'action-request'
      ? { type: 'action-response', choice: 'with-pblock', invoke: request.invoke, block: cutter.next(70) }
      : undefined,
  );
  assert.deepEqual(await blocks.client.invoke(64, name, 7), large);
  const refused = await open((request) =>
    request.type === 'action-request'
      ? {
          type: 'action-response',
          choice: 'normal',
          invoke: request.invoke,
          reply: { result: 'temporary-failure' },
        }
      : undefined,
  );
  await assert.rejects(refused.client.invoke(18, name, 3), {
    code: 'client/temporary',
    path: 'Image transfer 1.0.1.8.0.255 image_verify',
  });
});

test('general block transfer carries what does not fit, both ways', async () => {
  for (const setup of [{ server: {}, client: {} }, ciphered()]) {
    const { client, server } = await open(
      (request) => {
        if (request.type === 'set-request' && request.choice === 'normal') {
          assert.deepEqual(request.value, large);
          return { type: 'set-response', choice: 'normal', invoke: request.invoke, result: 'success' };
        }
        return answerGet(large)(request);
      },
      { ...setup.server, maxPduSize: 100 },
      { ...setup.client, blockTransfer: 'general', maxReceivePduSize: 90 },
    );
    await client.write(7, name, 2, large);
    assert.deepEqual(await client.read(7, name, 2), large);
    assert.deepEqual(server.refused, []);
    assert.ok(server.seen.slice(1).every((wire) => wire.length <= 100));
    await client.close();
  }
});

test('a block that nobody negotiated is refused', async () => {
  const { client } = await open(answerGet(value), {
    conformance: ['get'],
    tamper: (wire, plain) => (plain?.type === 'get-response' ? [fromHex('e0 01 0001 0000 02 c401')] : [wire]),
  });
  await assert.rejects(client.read(3, name, 2), { code: 'session/gbt-unexpected' });
});

test('several services in one Access request', async () => {
  const { client, server } = await open((request) =>
    request.type === 'access-request'
      ? {
          type: 'access-response',
          invoke: request.invoke,
          dateTime: new Uint8Array(0),
          data: [value, nullData, nullData],
          specification: [
            { choice: 'get', result: 'success' },
            { choice: 'set', result: 'read-write-denied' },
            { choice: 'action', result: 'success' },
          ],
        }
      : undefined,
  );
  const outcomes = await client.access([
    { service: 'get', classId: 3, obis: name, attribute: 2 },
    { service: 'set', classId: 1, obis: name, attribute: 2, value },
    { service: 'action', classId: 70, obis: '0.0.96.3.10.255', method: 1 },
  ]);
  assert.deepEqual(outcomes[0], { ok: true, value });
  assert.equal(outcomes[1]?.ok === false && accessFailureOf(outcomes[1].error)?.result, 'read-write-denied');
  assert.deepEqual(outcomes[2], { ok: true, value: nullData });
  const [request] = server.requests;
  assert.ok(request?.type === 'access-request');
  assert.deepEqual(request.data, [nullData, value, nullData]);
});

test('reads are tried again after silence; writes and methods never are', async () => {
  let silent = 1;
  const { client, server } = await open(
    (request) => {
      silent -= 1;
      return silent >= 0 ? undefined : answerGet(value)(request);
    },
    {},
    { readRetries: 1, responseTimeoutMs: 30 },
  );
  assert.deepEqual(await client.read(3, name, 2), value);
  silent = 100;
  await assert.rejects(client.write(3, name, 2, value), { code: 'session/timeout' });
  await assert.rejects(client.invoke(70, name, 1), { code: 'session/timeout' });
  const kinds = server.requests.map(({ type }) => type);
  assert.deepEqual(kinds, ['get-request', 'get-request', 'set-request', 'action-request']);
});

test('a late answer is not taken for the answer to the next request', async () => {
  const { client, server } = await open(() => undefined, {}, { responseTimeoutMs: 30 });
  await assert.rejects(client.read(3, name, 2), { code: 'session/timeout' });
  const [lost] = server.requests;
  const pending = client.read(3, name, 2);
  await new Promise((resolve) => setTimeout(resolve, 5));
  const late = answerGet(nullData)(lost!)!;
  const right = answerGet(value)(server.requests[1]!)!;
  server.emit(encodeApdu(late));
  server.emit(encodeApdu(right));
  assert.deepEqual(await pending, value);
});

test('one request at a time, and not more than the bound in line', async () => {
  let open1 = 0;
  const { client } = await open(
    async (request) => {
      open1 += 1;
      assert.equal(open1, 1);
      await new Promise((resolve) => setTimeout(resolve, 2));
      open1 -= 1;
      return answerGet(value)(request);
    },
    {},
    { maxQueuedRequests: 5 },
  );
  const reads = Array.from({ length: 9 }, () => client.read(3, name, 2));
  const settled = await Promise.allSettled(reads);
  const codes = settled.filter((one) => one.status === 'rejected').map((one) => one.reason.code);
  assert.ok(codes.length >= 3 && codes.every((code) => code === 'session/queue'), codes.join());
  assert.ok(settled.filter((one) => one.status === 'fulfilled').length >= 5);
});

test('an abort signal ends the wait, also in line', async () => {
  const { client } = await open(() => undefined, {}, { responseTimeoutMs: 10_000 });
  const controller = new AbortController();
  const first = client.read(3, name, 2, undefined, { signal: controller.signal });
  const second = client.read(3, name, 2, undefined, { signal: controller.signal });
  setTimeout(() => controller.abort(), 5);
  await assert.rejects(first, { code: 'session/aborted' });
  await assert.rejects(second, { code: 'session/aborted' });
});

test('attacks on a ciphered association are refused by name', async () => {
  const plainAnswer = encodeApdu({
    type: 'get-response',
    choice: 'normal',
    invoke: { invokeId: 1, confirmed: true, highPriority: true },
    result: { choice: 'data', data: value },
  });
  const previous: Uint8Array[] = [];
  const attacks: readonly (readonly [string, (wire: Uint8Array) => readonly Uint8Array[]])[] = [
    ['session/unprotected', () => [plainAnswer]],
    ['security/replay', () => [previous[0]!]],
    ['security/tag', (wire) => [wire.with(wire.length - 1, wire.at(-1)! ^ 1)]],
    ['security/suite', (wire) => [wire.with(2, 0x31)]],
    ['security/scope', (wire) => [wire.with(0, 0xd4)]],
    ['security/inner-tag', (wire) => [wire.with(0, 0xcf)]],
    ['session/unprotected', () => [Uint8Array.of(0xaa, 1, 2)]],
    ['session/exception', () => [fromHex('d80103')]],
    ['session/gbt-number', () => [fromHex('e0 01 0001 0009 02 c401')]],
    ['session/timeout', () => []],
  ];
  for (const [code, attack] of attacks) {
    const setup = ciphered();
    let armed = false;
    const { client } = await open(
      answerGet(value),
      {
        ...setup.server,
        tamper: (wire, plain) => {
          if (plain?.type !== 'get-response') return [wire];
          if (armed) return attack(wire);
          previous[0] = wire.slice();
          return [wire];
        },
      },
      { ...setup.client, responseTimeoutMs: 40 },
    );
    assert.deepEqual(await client.read(3, name, 2), value);
    armed = true;
    await assert.rejects(client.read(3, name, 2), { code }, code);
    armed = false;
    // The association is not poisoned: the next honest answer is taken.
    assert.deepEqual(await client.read(3, name, 2), value, code);
    await client.close();
  }
});

test('an unknown kind of APDU is refused', async () => {
  const { client } = await open(answerGet(value), {
    tamper: (wire, plain) => (plain?.type === 'get-response' ? [Uint8Array.of(0xaa, 1, 2)] : [wire]),
  });
  await assert.rejects(client.read(3, name, 2), { code: 'apdu/tag' });
});

test('answers that are larger than the bound are refused before they are decoded', async () => {
  const setup = ciphered();
  const { client } = await open(answerGet(large), setup.server, { ...setup.client, maxValueSize: 500 });
  await assert.rejects(client.read(7, name, 2), { code: 'bytes/length' });
  const plain = await open(answerGet(large), {}, { maxValueSize: 500 });
  await assert.rejects(plain.client.read(7, name, 2), { code: 'apdu/size' });
});

test('notifications between answers reach their handler', async () => {
  const seen: string[] = [];
  const notification = fromHex('0f 40000001 00 11 05');
  const { client } = await open(
    answerGet(value),
    { tamper: (wire, plain) => (plain?.type === 'get-response' ? [notification, wire] : [wire]) },
    { onNotification: ({ type }) => seen.push(type) },
  );
  assert.deepEqual(await client.read(3, name, 2), value);
  assert.deepEqual(seen, ['data-notification']);
});

test('after the end nothing is sent any more, and closing twice is fine', async () => {
  const { client, server } = await open(answerGet(value));
  await client.close();
  await client.close();
  await assert.rejects(client.read(3, name, 2), { code: 'session/closed' });
  assert.equal(toHex(server.seen.at(-1)!), '6203800100');
});

test('answers with any octets changed are refused or understood, and the association goes on', async () => {
  let state = 20_261_122;
  const random = (below: number) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state >>> 8) % below;
  };
  for (const protection of ['plain', 'ciphered']) {
    const setup = protection === 'plain' ? { server: {}, client: {} } : ciphered();
    let armed = true;
    const spoil = (wire: Uint8Array): Uint8Array => {
      const changed = wire.slice(0, wire.length - (random(4) === 0 ? random(wire.length) : 0));
      for (let i = 0; i <= random(3) && changed.length > 0; i++)
        changed[random(changed.length)]! ^= 1 << random(8);
      return changed;
    };
    const { client } = await open(
      answerGet(large),
      {
        ...setup.server,
        tamper: (wire, plain) => [plain?.type === 'get-response' && armed ? spoil(wire) : wire],
      },
      { ...setup.client, responseTimeoutMs: 4 },
    );
    for (let i = 0; i < 300; i++) {
      await client.read(7, name, 2).catch((error: unknown) => {
        assert.ok(error instanceof CosemError, `seed 20261122, ${protection}, round ${i}: ${String(error)}`);
      });
    }
    armed = false;
    assert.deepEqual(await client.read(7, name, 2), large);
  }
});
