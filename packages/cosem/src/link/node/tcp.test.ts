import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer } from 'node:net';
import { test } from 'node:test';
import { fromHex, toHex } from '../../base/bytes.ts';
import type { CosemError } from '../../base/errors.ts';
import type { ApduChannel, Saps } from '../channel.ts';
import { encodeWrapper } from '../wrapper.ts';
import { connectTcp, listenTcp } from './tcp.ts';

const host = '127.0.0.1';
const saps = { client: 16, server: 1 };

interface Heard {
  readonly apdus: { readonly hex: string; readonly saps: Saps }[];
  readonly closed: Promise<CosemError | undefined>;
  next(): Promise<string>;
}

/** Listens on a channel and remembers what came. */
function hear(channel: ApduChannel): Heard {
  const apdus: { hex: string; saps: Saps }[] = [];
  let wake: () => void = () => {};
  let read = 0;
  const closed = new Promise<CosemError | undefined>((resolve) => {
    channel.listen({
      apdu: (apdu, between) => {
        apdus.push({ hex: toHex(apdu), saps: between });
        wake();
      },
      closed: resolve,
    });
  });
  const next = async (): Promise<string> => {
    while (apdus.length <= read) await new Promise<void>((resolve) => (wake = resolve));
    return apdus[read++]!.hex;
  };
  return { apdus, closed, next };
}

test('a client and a server exchange APDUs and close in good order', async () => {
  const listener = await listenTcp({
    host,
    port: 0,
    role: 'server',
    onChannel: (channel) => {
      channel.listen({
        apdu: (apdu, between) => {
          assert.deepEqual(between, saps);
          void channel.send(Uint8Array.from(apdu, (octet) => octet ^ 0xff));
        },
        closed: (error) => assert.equal(error?.code, 'link/closed'),
      });
    },
  });
  const channel = await connectTcp({ host, port: listener.port, saps });
  const heard = hear(channel);
  await channel.send(fromHex('c001c1'));
  assert.equal(await heard.next(), '3ffe3e');
  const large = new Uint8Array(60_000).fill(0xa5);
  await Promise.all([channel.send(large), channel.send(large)]);
  assert.equal(await heard.next(), '5a'.repeat(60_000));
  assert.equal(await heard.next(), '5a'.repeat(60_000));
  assert.deepEqual(heard.apdus[0]?.saps, saps);
  await channel.close();
  assert.equal(await heard.closed, undefined);
  await assert.rejects(channel.send(fromHex('c0')), { code: 'link/closed' });
  await listener.close();
});

test('a push listener hears meters that connect to it', async () => {
  const pushed = Promise.withResolvers<{ hex: string; saps: Saps }>();
  const listener = await listenTcp({
    host,
    port: 0,
    role: 'client',
    onChannel: (channel) =>
      channel.listen({
        apdu: (apdu, between) => pushed.resolve({ hex: toHex(apdu), saps: between }),
        closed: () => {},
      }),
  });
  const meter = createConnection(listener.port, host);
  const frame = encodeWrapper({ source: 1, destination: 103, apdu: fromHex('0f40') });
  meter.write(frame.subarray(0, 5));
  await once(meter, 'connect');
  meter.write(frame.subarray(5));
  assert.deepEqual(await pushed.promise, { hex: '0f40', saps: { client: 103, server: 1 } });
  meter.destroy();
  await listener.close();
});

test('a peer that sends no wrapper frames, or too long ones, is cut off with a typed error', async () => {
  for (const [octets, code] of [
    ['7ea0', 'link/wrapper-version'],
    ['0001000100100100', 'link/wrapper-length'],
  ] as const) {
    const ended = Promise.withResolvers<CosemError | undefined>();
    const listener = await listenTcp({
      host,
      port: 0,
      role: 'server',
      maxApduLength: 100,
      onChannel: (channel) => channel.listen({ apdu: () => assert.fail(), closed: ended.resolve }),
    });
    const peer = createConnection(listener.port, host);
    peer.on('error', () => {});
    peer.write(fromHex(octets));
    const gone = once(peer, 'close');
    assert.equal((await ended.promise)?.code, code);
    await gone;
    await listener.close();
  }
});

test('a connection that ends inside a frame says so', async () => {
  const ended = Promise.withResolvers<CosemError | undefined>();
  const listener = await listenTcp({
    host,
    port: 0,
    role: 'server',
    onChannel: (channel) => channel.listen({ apdu: () => assert.fail(), closed: ended.resolve }),
  });
  const peer = createConnection(listener.port, host);
  peer.end(fromHex('000100'));
  assert.match((await ended.promise)?.message ?? '', /inside a frame/);
  await listener.close();
});

test('nobody there, and a port that is taken', async () => {
  const blocker = createServer().listen(0, host);
  await once(blocker, 'listening');
  const { port } = blocker.address() as AddressInfo;
  await assert.rejects(listenTcp({ host, port, role: 'server', onChannel: () => {} }), {
    code: 'link/connect',
  });
  blocker.close();
  await once(blocker, 'close');
  await assert.rejects(connectTcp({ host, port, saps }), { code: 'link/connect', kind: 'peer' });
});

test('a server that was not spoken to does not know whom to answer', async () => {
  const heard = Promise.withResolvers<ApduChannel>();
  const listener = await listenTcp({
    host,
    port: 0,
    role: 'server',
    onChannel: (channel) => {
      channel.listen({ apdu: () => {}, closed: () => {} });
      heard.resolve(channel);
    },
  });
  const channel = await connectTcp({ host, port: listener.port, saps });
  channel.listen({ apdu: () => {}, closed: () => {} });
  await assert.rejects((await heard.promise).send(fromHex('c0')), { code: 'link/wrapper-port' });
  await channel.close();
  await listener.close();
});
