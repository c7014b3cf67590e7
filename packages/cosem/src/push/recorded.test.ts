import assert from 'node:assert/strict';
import { PassThrough } from 'node:stream';
import { test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { encodeApdu } from '../apdu/index.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { MemoryCounters } from '../security/counters.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { PushListener } from './listener.ts';
import type { PushDevice, PushEvent } from './receiver.ts';

const messagesFile = 'data/dlms/messages.jsonl';
const edgeFile = 'data/dlms/edge.jsonl';

interface Message {
  readonly id: string;
  readonly transport: string;
  readonly frames: readonly string[];
  readonly key?: string;
  readonly authentication_key?: string;
  readonly encrypted: boolean;
  readonly security?: { readonly system_title: string; readonly security_control: string };
  readonly apdu?: string;
}

/** A listener that knows the published keys. */
function listen(messages: readonly Message[]): { listener: PushListener; events: PushEvent[] } {
  const keys = new SoftwareKeys();
  const devices = new Map<string, PushDevice>();
  for (const { key, authentication_key: second, security } of messages) {
    if (key === undefined || security === undefined) continue;
    const title = fromHex(security.system_title);
    keys.put(keyName(title, 'unicast-encryption'), fromHex(key));
    if (second !== undefined) keys.put(keyName(title, 'authentication'), fromHex(second));
    const bare = second === undefined;
    devices.set(security.system_title, { authenticationKey: !bare, allowUnauthenticated: bare });
  }
  const events: PushEvent[] = [];
  const listener = new PushListener({
    keys,
    counters: new MemoryCounters(),
    device: (title) => devices.get(title),
    acceptPlain: true,
    onEvent: (event) => events.push(event),
  });
  return { listener, events };
}

/** Waits until the line is quiet: events come in the microtasks and timers behind the data. */
async function settle(events: readonly PushEvent[]): Promise<void> {
  let before = -1;
  for (let quiet = 0; quiet < 3; quiet = events.length === before ? quiet + 1 : 0) {
    before = events.length;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

function octetsOf(event: PushEvent): string {
  return event.type === 'refused' ? event.error.code : toHex(encodeApdu(event.apdu));
}

test(
  'every recorded stream gives its message, and without its key a refusal',
  needsShared(messagesFile),
  async () => {
    const messages = sharedJsonLines<Message>(messagesFile).filter(({ frames }) => frames.length > 0);
    const counts = { opened: 0, unknown: 0 };
    for (const message of messages) {
      const { listener, events } = listen(messages);
      const stream = new PassThrough();
      listener.listenStream(stream, { name: message.id });
      // In pieces that have nothing to do with the frames.
      const line = Buffer.from(message.frames.join(''), 'hex');
      for (let at = 0; at < line.length; at += 50) stream.write(line.subarray(at, at + 50));
      stream.end();
      await settle(events);
      assert.equal(events.length, 1, message.id);
      const [event] = events;
      if (message.encrypted && message.key === undefined) {
        assert.equal(octetsOf(event!), 'push/unknown', message.id);
        counts.unknown += 1;
      } else {
        assert.equal(octetsOf(event!), message.apdu, message.id);
        counts.opened += 1;
      }
      await listener.close();
    }
    assert.ok(counts.opened >= 28 && counts.unknown >= 2, JSON.stringify(counts));
  },
);

test(
  'all streams behind each other on one line, and everything twice: repetitions are refused',
  needsShared(messagesFile),
  async () => {
    const messages = sharedJsonLines<Message>(messagesFile).filter(
      ({ frames, key, encrypted }) => frames.length > 0 && (!encrypted || key !== undefined),
    );
    const { listener, events } = listen(messages);
    const stream = new PassThrough();
    listener.listenStream(stream);
    for (let round = 0; round < 2; round++) {
      for (const { frames } of messages) for (const frame of frames) stream.write(Buffer.from(frame, 'hex'));
    }
    stream.end();
    await settle(events);
    const expected = messages.map(({ apdu }) => apdu!);
    const first = events.slice(0, messages.length).map(octetsOf);
    assert.deepEqual(first, expected);
    const second = events.slice(messages.length).map(octetsOf);
    assert.deepEqual(
      second,
      messages.map(({ apdu, encrypted }) => (encrypted ? 'security/replay' : apdu)),
    );
    await listener.close();
  },
);

test('values of self-describing messages have names and units', needsShared(messagesFile), async () => {
  const messages = sharedJsonLines<Message>(messagesFile);
  const { listener, events } = listen(messages);
  const byId = (id: string) => messages.find((message) => message.id === id)!;
  const pushes = ['c91ef7fb5c1d0bdb', '1e863e6054462f85', '4464e13e332a1d85'].map(byId);
  const stream = new PassThrough();
  listener.listenStream(stream);
  for (const { frames } of pushes) for (const frame of frames) stream.write(Buffer.from(frame, 'hex'));
  stream.end();
  await settle(events);
  const named = events.map((event) => (event.type === 'data-notification' ? event.values : []));
  assert.equal(named.length, pushes.length);
  // Pairs of OBIS code and value with scaler and unit: 0x552 W.
  const power = named[0]!.find(({ obis }) => obis === '1.0.1.7.0.255');
  assert.match(power!.name, /power/i);
  assert.equal(power!.quantity?.unit.symbol, 'W');
  // A push_object_list before the values.
  assert.equal(named[1]!.length, 14);
  assert.deepEqual([named[1]![0]!.classId, named[1]![2]!.obis], [40, '1.1.1.8.0.255']);
  assert.ok(named[2]!.filter(({ obis }) => obis !== undefined).length > 5);
  await listener.close();
});

test('damaged and partial lines cost only themselves', needsShared(messagesFile, edgeFile), async () => {
  interface Edge {
    readonly frames?: readonly string[];
    readonly hex?: string;
  }
  const messages = sharedJsonLines<Message>(messagesFile).filter(
    ({ frames, encrypted }) => frames.length > 0 && !encrypted,
  );
  let good = 0;
  for (const edge of sharedJsonLines<Edge>(edgeFile)) {
    for (const message of messages) {
      const { listener, events } = listen(messages);
      const stream = new PassThrough();
      listener.listenStream(stream);
      for (const frame of edge.frames ?? [edge.hex!]) stream.write(Buffer.from(frame, 'hex'));
      for (const frame of message.frames) stream.write(Buffer.from(frame, 'hex'));
      // The next message ends what the damage may still be waiting for.
      for (const frame of message.frames) stream.write(Buffer.from(frame, 'hex'));
      stream.end();
      await settle(events);
      const whole = events.filter((event) => octetsOf(event) === message.apdu).length;
      assert.ok(whole >= 1, message.id);
      good += whole;
      await listener.close();
    }
  }
  assert.ok(good > 40);
});
