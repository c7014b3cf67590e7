import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { connect as connectSocket } from 'node:net';
import { test } from 'node:test';
import { encodeApdu } from '../apdu/index.ts';
import type { DataNotification, GeneralBlockTransfer } from '../apdu/types.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { data } from '../data/types.ts';
import { encodeGateway } from '../link/gateway.ts';
import { encodeWrapper } from '../link/wrapper.ts';
import { MemoryCounters } from '../security/counters.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { unconfirmedGbt } from '../session/gbt.ts';
import { openProtection } from '../session/protection.ts';
import { GbtStreams, maxOpenStreams } from './gbt-streams.ts';
import { PushListener } from './listener.ts';
import { namePushValues } from './naming.ts';
import { type PushEvent, type PushOptions, PushReceiver, type PushSource } from './receiver.ts';

const title = fromHex('4752580000000001');
const source: PushSource = { link: 'other', sender: 'a test' };
const both = { authenticated: true, encrypted: true, signed: false } as const;

const notification = (value: number): DataNotification => ({
  type: 'data-notification',
  invoke: {
    invokeId: value,
    selfDescriptive: false,
    breakOnError: false,
    confirmed: false,
    highPriority: false,
  },
  dateTime: new Uint8Array(0),
  body: data('structure', [
    data('octet-string', fromHex('0100010800ff')),
    data('double-long-unsigned', value),
  ]),
});

/** A meter that seals, and the options of a receiver that knows it. */
async function meter(change: Partial<PushOptions> = {}) {
  const keys = new SoftwareKeys();
  keys.put(keyName(title, 'unicast-encryption'), new Uint8Array(16).fill(1));
  keys.put(keyName(title, 'authentication'), new Uint8Array(16).fill(2));
  const protection = await openProtection({
    suite: 0,
    keys,
    counters: new MemoryCounters(),
    keyOwner: toHex(title),
    ownTitle: title,
    peerTitle: new Uint8Array(8),
  });
  const seal = (
    apdu: DataNotification,
    how: { authenticated: boolean; encrypted: boolean; signed: boolean } = both,
  ) => protection.protect(encodeApdu(apdu), { protection: how });
  const options: PushOptions = {
    keys,
    counters: new MemoryCounters(),
    device: (asked) => (asked === toHex(title) ? { suite: 0 } : undefined),
    ...change,
  };
  return { seal, options, receiver: new PushReceiver(options) };
}

function codes(events: readonly PushEvent[]): string[] {
  return events.map((event) => (event.type === 'refused' ? event.error.code : event.type));
}

test('a ciphered push is opened and named, and its repetition is refused', async () => {
  const { seal, receiver } = await meter();
  const wire = await seal(notification(7));
  const [event] = await receiver.receive(wire, source);
  assert.ok(event?.type === 'data-notification');
  assert.equal(event.systemTitle, toHex(title));
  assert.deepEqual(event.protection, both);
  assert.equal(event.values[0]?.obis, '1.0.1.8.0.255');
  assert.deepEqual(codes(await receiver.receive(wire, source)), ['security/replay']);
});

test('pushes may come out of order within the window, each once, and not behind it', async () => {
  const { seal, receiver } = await meter({ replayWindow: 4 });
  const wires: Uint8Array[] = [];
  for (let i = 0; i < 8; i++) wires.push(await seal(notification(i)));
  const order = [0, 2, 1, 1, 7, 5, 3, 4];
  const results: string[] = [];
  for (const i of order) results.push(...codes(await receiver.receive(wires[i]!, source)));
  const ok = 'data-notification';
  const no = 'security/replay';
  assert.deepEqual(results, [ok, ok, ok, no, ok, ok, no, ok]);
});

test('the window survives the receiver, because the counters are behind a port', async () => {
  const { seal, options } = await meter();
  const wire = await seal(notification(1));
  const first = new PushReceiver(options);
  assert.deepEqual(codes(await first.receive(wire, source)), ['data-notification']);
  first.close();
  assert.deepEqual(codes(await new PushReceiver(options).receive(wire, source)), ['security/replay']);
});

test('what is plain, weak, changed, of unknown senders or no notification is refused by name', async () => {
  const { seal, receiver } = await meter();
  const plain = encodeApdu(notification(1));
  const wire = await seal(notification(2));
  const cases: readonly (readonly [string, Uint8Array])[] = [
    ['push/plain', plain],
    ['session/downgrade', await seal(notification(3), { ...both, encrypted: false })],
    ['security/policy', await seal(notification(4), { ...both, authenticated: false })],
    ['security/tag', wire.with(wire.length - 1, wire.at(-1)! ^ 1)],
    ['push/unknown', wire.with(9, 0x77)],
    ['push/untitled', fromHex('ca 05 30 00000001')],
    ['push/plain', fromHex('c001c100080000010000ff0200')],
    ['push/plain', Uint8Array.of(0xaa)],
    ['bytes/truncated', wire.subarray(0, 20)],
  ];
  for (const [code, bytes] of cases)
    assert.deepEqual(codes(await receiver.receive(bytes, source)), [code], code);
  const open = (await meter({ acceptPlain: true })).receiver;
  assert.deepEqual(codes(await open.receive(plain, source)), ['data-notification']);
  assert.deepEqual(codes(await open.receive(fromHex('c001c100080000010000ff0200'), source)), ['push/kind']);
  assert.deepEqual(codes(await open.receive(new Uint8Array(0), source)), ['apdu/empty']);
  // After all of that an honest message goes through.
  assert.deepEqual(codes(await receiver.receive(wire, source)), ['data-notification']);
});

test('an event notification names its attribute', async () => {
  const { receiver } = await meter({ acceptPlain: true });
  const apdu = fromHex('c2 01 0c 07e90a0103080000ff000000 0046 0000600b01ff 02 16 03');
  // The date-time is optional: presence, length, twelve octets.
  const [event] = await receiver.receive(apdu, source);
  assert.ok(event?.type === 'event-notification');
  assert.deepEqual([event.classId, event.obis, event.attribute], [70, '0.0.96.11.1.255', 2]);
  assert.equal(event.time?.year, 2025);
});

test('a gateway tells which device behind it pushed', async () => {
  const { seal, receiver } = await meter();
  const prefix = { direction: 'response', networkId: 1, deviceAddress: fromHex('0a0b') } as const;
  const [event] = await receiver.receive(encodeGateway(prefix, await seal(notification(1))), source);
  assert.equal(toHex(event!.source.gateway!.deviceAddress), '0a0b');
});

test('a port that fails costs the message, and the next one is served', async () => {
  let fails = true;
  const { seal, receiver } = await meter({
    device: () => {
      if (fails) throw new Error('the database is away');
      return { suite: 0 };
    },
  });
  const wire = await seal(notification(1));
  assert.deepEqual(codes(await receiver.receive(wire, source)), ['push/ports']);
  fails = false;
  assert.deepEqual(codes(await receiver.receive(wire, source)), ['data-notification']);
});

test('blocks: lost ones, strays, new beginnings and endless ones', () => {
  const whole = encodeApdu(notification(5));
  const blocks = unconfirmedGbt(whole, 6);
  const streams = new GbtStreams(1000);
  const take = (block: GeneralBlockTransfer, sender = 'a') => {
    const { apdu, error } = streams.add(sender, block);
    return apdu === undefined ? error?.code : toHex(apdu);
  };
  assert.equal(blocks.map((block) => take(block)).at(-1), toHex(whole));
  assert.equal(take(blocks[1]!), 'session/gbt-unexpected');
  take(blocks[0]!);
  assert.equal(take(blocks[0]!), 'push/gbt-lost');
  assert.equal(take(blocks[2]!), 'push/gbt-lost');
  assert.equal(take(blocks[3]!), 'session/gbt-unexpected');
  take(blocks[0]!);
  take(blocks[0]!, 'b');
  assert.equal(take(blocks[1]!), undefined);
  assert.equal(take(blocks[1]!), undefined);
  const endless = new GbtStreams(1000);
  let code: string | undefined;
  for (let n = 1; n < 1000 && code === undefined; n++) {
    const error = endless.add('a', { ...blocks[0]!, blockNumber: n, blockData: new Uint8Array(50) }).error;
    code = error?.code;
  }
  assert.equal(code, 'session/block-size');
  for (let i = 0; i < maxOpenStreams + 50; i++) endless.add(`sender ${i}`, blocks[0]!);
  assert.equal(endless.open, maxOpenStreams);
});

test('lists and pairs are told from values that only look like them', () => {
  const obis = data('octet-string', fromHex('0100010800ff'));
  const number = data('long-unsigned', 230);
  const unit = data('structure', [data('integer', -1), data('enum', 35)]);
  const named = namePushValues(data('structure', [number, obis, number, unit, obis]));
  assert.deepEqual(
    named.map(({ obis: code, quantity }) => [code, quantity?.unit.symbol]),
    [
      [undefined, undefined],
      ['1.0.1.8.0.255', 'V'],
      [undefined, undefined],
    ],
  );
  assert.deepEqual(
    namePushValues(number).map(({ value }) => value),
    [number],
  );
  const columns = [{ classId: 3, logicalName: '1.0.32.7.0.255', attributeIndex: 2 }];
  assert.match(
    namePushValues(data('structure', [number]), columns)[0]!.name,
    /^Register, .*voltage.*, value$/i,
  );
  assert.deepEqual(namePushValues(data('array', [])), []);
});

test('meters push over TCP and UDP; a broken peer costs its connection only', async () => {
  const { seal, options } = await meter();
  const events: PushEvent[] = [];
  let wake = () => {};
  const listener = new PushListener({
    ...options,
    onEvent: (event) => {
      events.push(event);
      wake();
    },
  });
  const expectEvents = async (count: number) => {
    while (events.length < count) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
  };
  const tcp = await listener.listenTcp({ host: '127.0.0.1', port: 0 });
  const udp = await listener.listenUdp({ host: '127.0.0.1', port: 0 });
  const frame = async (value: number) =>
    encodeWrapper({ source: 1, destination: 16, apdu: await seal(notification(value)) });
  const bad = connectSocket(tcp.port, '127.0.0.1');
  bad.on('error', () => {});
  bad.write(Buffer.from('this is no wrapper at all'));
  await expectEvents(1);
  const good = connectSocket(tcp.port, '127.0.0.1');
  const first = await frame(1);
  good.write(first.subarray(0, 11));
  good.write(Buffer.concat([first.subarray(11), await frame(2)]));
  await expectEvents(3);
  const socket = createSocket('udp4');
  socket.send(Buffer.from('noise'), udp.port, '127.0.0.1');
  await expectEvents(4);
  socket.send(await frame(3), udp.port, '127.0.0.1');
  await expectEvents(5);
  good.destroy();
  bad.destroy();
  socket.close();
  await listener.close();
  assert.deepEqual(codes(events), [
    'link/wrapper-version',
    'data-notification',
    'data-notification',
    'link/wrapper-version',
    'data-notification',
  ]);
  assert.deepEqual(
    events.map(({ source: { link } }) => link),
    ['tcp', 'tcp', 'tcp', 'udp', 'udp'],
  );
});

test('any octets are refused without harm', async () => {
  const { receiver } = await meter({ acceptPlain: true });
  let state = 12_345;
  const random = () => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return state >>> 16;
  };
  const starts = [0x0f, 0xc2, 0xdb, 0xdd, 0xdf, 0xe0, 0xe6, 0xe7, 0xca, 0x00];
  for (let i = 0; i < 3000; i++) {
    const bytes = Uint8Array.from({ length: 1 + (random() % 60) }, () => random() & 0xff);
    bytes[0] = starts[random() % starts.length]!;
    for (const event of await receiver.receive(bytes, source)) {
      if (event.type === 'refused')
        assert.notEqual(event.error.code, 'push/ports', `seed 12345, message ${i}`);
    }
  }
});
