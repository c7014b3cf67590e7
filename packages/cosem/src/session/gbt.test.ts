import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { decodeApdu, encodeApdu } from '../apdu/index.ts';
import type { GeneralBlockTransfer } from '../apdu/types.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { type GbtEvent, GbtExchange, type GbtOptions, opensGbtExchange, unconfirmedGbt } from './gbt.ts';

/** Octets that tell their own place, so that a swap shows. */
function numbered(size: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (i * 31 + (i >> 8)) & 0xff);
}

interface Run {
  readonly request: Uint8Array | undefined;
  readonly response: Uint8Array;
  readonly requestReceived: Uint8Array | undefined;
  readonly responseReceived: Uint8Array;
  readonly apdus: number;
}

interface Settings {
  readonly requestSize: number;
  readonly responseSize: number;
  readonly blockSize: number;
  readonly clientWindow: number;
  readonly serverWindow: number;
  /** Numbers of transmissions, over both directions, that get lost. */
  readonly lost?: ReadonlySet<number>;
}

/** A client and a server with a line between them that loses what it is told to lose. */
function run(settings: Settings): Run {
  const { blockSize, requestSize, lost = new Set() } = settings;
  const byBlocks = requestSize > 0;
  const common: Omit<GbtOptions, 'role' | 'expects' | 'window'> = { blockSize, blockTimeoutMs: 100 };
  const client = new GbtExchange({ ...common, role: 'client', expects: true, window: settings.clientWindow });
  const server = new GbtExchange({
    ...common,
    role: 'server',
    expects: byBlocks,
    window: settings.serverWindow,
  });
  const request = byBlocks ? numbered(requestSize) : undefined;
  const response = numbered(settings.responseSize);
  const toClient: GeneralBlockTransfer[] = [];
  const toServer: GeneralBlockTransfer[] = [];
  let requestReceived: Uint8Array | undefined;
  let responseReceived: Uint8Array | undefined;
  let count = 0;
  let now = 0;
  const carry = (events: readonly GbtEvent[], side: 'client' | 'server'): void => {
    for (const event of events) {
      if (event.type === 'failed') throw event.error;
      if (event.type === 'received') {
        if (side === 'client') responseReceived = event.apdu;
        else {
          requestReceived = event.apdu;
          carry(server.send(response, now), 'server');
        }
        continue;
      }
      const apdu = decodeApdu(encodeApdu(event.apdu)) as GeneralBlockTransfer;
      assert.ok(apdu.blockData.length <= blockSize);
      count += 1;
      if (!lost.has(count)) (side === 'client' ? toServer : toClient).push(apdu);
    }
  };
  if (request === undefined) carry(server.send(response, now), 'server');
  else carry(client.send(request, now), 'client');
  for (let step = 0; responseReceived === undefined; step++) {
    assert.ok(step < 20_000, 'the exchange does not end');
    const forServer = toServer.shift();
    if (forServer !== undefined) carry(server.receive(forServer, now), 'server');
    const forClient = toClient.shift();
    if (forClient !== undefined) carry(client.receive(forClient, now), 'client');
    if (forServer === undefined && forClient === undefined) {
      // Silence: only the client may break it.
      assert.ok(client.deadlineMs !== undefined, 'everybody waits for ever');
      now = client.deadlineMs;
      carry(client.tick(now), 'client');
    }
  }
  return { request, response, requestReceived, responseReceived, apdus: count };
}

test('an APDU in each direction, whatever the sizes and windows', () => {
  const sizes = fc.record({
    requestSize: fc.integer({ min: 0, max: 400 }),
    responseSize: fc.integer({ min: 1, max: 400 }),
    blockSize: fc.integer({ min: 1, max: 60 }),
    clientWindow: fc.integer({ min: 1, max: 63 }),
    serverWindow: fc.integer({ min: 1, max: 63 }),
  });
  fc.assert(
    fc.property(sizes, (settings) => {
      const { request, response, requestReceived, responseReceived } = run(settings);
      assert.equal(toHex(responseReceived), toHex(response));
      if (request !== undefined) assert.equal(toHex(requestReceived!), toHex(request));
    }),
  );
});

test('lost blocks and lost acknowledgements are recovered', () => {
  const settings = fc.record({
    // The first block of an answer to a plain request has nobody who knows of it: that is the request's timeout.
    requestSize: fc.integer({ min: 1, max: 300 }),
    responseSize: fc.integer({ min: 1, max: 300 }),
    blockSize: fc.integer({ min: 5, max: 40 }),
    clientWindow: fc.integer({ min: 1, max: 10 }),
    serverWindow: fc.integer({ min: 1, max: 10 }),
    losses: fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 6 }),
  });
  fc.assert(
    fc.property(settings, ({ losses, ...rest }) => {
      const { request, response, requestReceived, responseReceived } = run({
        ...rest,
        lost: new Set(losses),
      });
      assert.equal(toHex(requestReceived!), toHex(request!));
      assert.equal(toHex(responseReceived), toHex(response));
    }),
  );
});

test('a wide window takes fewer turns than a narrow one', () => {
  const base = { requestSize: 0, responseSize: 4000, blockSize: 20, serverWindow: 1 };
  const narrow = run({ ...base, clientWindow: 1 }).apdus;
  const wide = run({ ...base, clientWindow: 50 }).apdus;
  assert.ok(wide < narrow * 0.6, `${wide} against ${narrow}`);
});

test('acknowledgements are written as a recorded client writes them', () => {
  const client = new GbtExchange({ role: 'client', expects: true, blockSize: 2000, window: 1 });
  const first = decodeApdu(fromHex('e0 01 0001 0000 02 db08')) as GeneralBlockTransfer;
  const events = client.receive(first, 0);
  assert.deepEqual(
    events.map((event) => (event.type === 'send' ? toHex(encodeApdu(event.apdu)) : event.type)),
    ['e0810001000100'],
  );
  const last = decodeApdu(fromHex('e0 81 0002 0001 01 ff')) as GeneralBlockTransfer;
  assert.deepEqual(client.receive(last, 1), [{ type: 'received', apdu: fromHex('db08ff') }]);
  assert.equal(client.deadlineMs, undefined);
});

const block = (fields: Partial<GeneralBlockTransfer>): GeneralBlockTransfer => ({
  type: 'general-block-transfer',
  lastBlock: false,
  streaming: false,
  window: 1,
  blockNumber: 1,
  blockNumberAck: 0,
  blockData: Uint8Array.of(1),
  ...fields,
});

function failureOf(events: readonly GbtEvent[]): string | undefined {
  for (const event of events) if (event.type === 'failed') return event.error.code;
  return undefined;
}

test('acknowledgements of what was never sent, and blocks outside the window, end the exchange', () => {
  const make = () => new GbtExchange({ role: 'client', expects: true, blockSize: 10, window: 2 });
  assert.equal(failureOf(make().receive(block({ blockNumberAck: 3 }), 0)), 'session/gbt-number');
  assert.equal(failureOf(make().receive(block({ blockNumber: 9 }), 0)), 'session/gbt-number');
  const server = new GbtExchange({ role: 'server', expects: false, blockSize: 10 });
  server.send(new Uint8Array(30), 0);
  assert.equal(failureOf(server.receive(block({ blockNumber: 5 }), 0)), 'session/gbt-number');
});

test('an endless transfer ends at the bound on size, an idle one at the bound on turns', () => {
  const fat = new GbtExchange({ role: 'client', expects: true, blockSize: 10, maxSize: 5000 });
  let code: string | undefined;
  for (let n = 1; n < 1000 && code === undefined; n++) {
    code = failureOf(
      fat.receive(block({ blockNumber: n, blockNumberAck: n - 1, blockData: new Uint8Array(100) }), n),
    );
  }
  assert.equal(code, 'session/block-size');
  const idle = new GbtExchange({ role: 'server', expects: true, blockSize: 10 });
  let turns = 0;
  for (code = undefined; turns < 1000 && code === undefined; turns++) {
    code = failureOf(idle.receive(block({ blockData: new Uint8Array(0), blockNumber: turns + 1 }), turns));
  }
  assert.equal(code, 'session/gbt-stalled');
  assert.ok(turns < 20, `${turns} turns`);
});

test('a silent peer is asked again a few times and then given up', () => {
  const client = new GbtExchange({ role: 'client', expects: true, blockSize: 10, blockTimeoutMs: 50 });
  client.send(new Uint8Array(15), 0);
  let code: string | undefined;
  let repeats = 0;
  while (code === undefined && repeats < 1000) {
    const events = client.tick(client.deadlineMs!);
    code = failureOf(events);
    if (code === undefined) {
      assert.equal(events.length, 1);
      repeats += 1;
    }
  }
  assert.equal(code, 'session/gbt-stalled');
  assert.ok(repeats >= 2 && repeats < 20, `${repeats} repetitions`);
});

test('a new exchange is told from the blocks of the one in progress', () => {
  assert.equal(opensGbtExchange(block({})), true);
  assert.equal(opensGbtExchange(block({ blockNumberAck: 4 })), false);
  assert.equal(opensGbtExchange(block({ blockData: new Uint8Array(0) })), false);
});

test('unconfirmed blocks stream without a window', () => {
  const blocks = unconfirmedGbt(numbered(25), 10).map((apdu) => toHex(encodeApdu(apdu)).slice(0, 12));
  assert.deepEqual(blocks, ['e04000010000', 'e04000020000', 'e0c000030000']);
});
