import assert from 'node:assert/strict';
import { once } from 'node:events';
import { type AddressInfo, createConnection, createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { fromHex, toHex } from '../../base/bytes.ts';
import type { ApduChannel, Saps } from '../channel.ts';
import { hdlcAddress } from '../hdlc-address.ts';
import { ModeEClient, type ModeEEvent, ModeEServer } from '../mode-e.ts';
import { connectHdlc, openModeE, serveHdlc } from './duplex.ts';

const client = hdlcAddress(16);
const server = hdlcAddress(1, 17);

/** Two ends of a real TCP connection, as a serial server gives them. */
async function pair(): Promise<{ near: Socket; far: Socket; done(): void }> {
  const listener = createServer().listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const near = createConnection((listener.address() as AddressInfo).port, '127.0.0.1');
  const [far] = (await once(listener, 'connection')) as [Socket];
  const done = () => {
    near.destroy();
    far.destroy();
    listener.close();
  };
  return { near, far, done };
}

function nextApdu(channel: ApduChannel): Promise<{ hex: string; saps: Saps; confirmed: boolean }> {
  return new Promise((resolve) =>
    channel.listen({
      apdu: (apdu, saps, confirmed) => resolve({ hex: toHex(apdu), saps, confirmed }),
      closed: () => {},
    }),
  );
}

test('an HDLC link over a socket: connect, exchange in segments, push, disconnect', async () => {
  const { near, far, done } = await pair();
  const links: boolean[] = [];
  const meter = serveHdlc(far, {
    server,
    windowTransmit: 3,
    windowReceive: 3,
    onLink: (up) => links.push(up),
  });
  meter.listen({
    apdu: (apdu, saps) => {
      assert.deepEqual(saps, { client: 16, server: 1 });
      void meter.send(Uint8Array.from(apdu, (octet) => octet ^ 0xff));
    },
    closed: () => {},
  });
  const channel = await connectHdlc(near, { client, server, windowTransmit: 3, windowReceive: 3 });
  const first = nextApdu(channel);
  await channel.send(new Uint8Array(1000).fill(0x0f));
  assert.deepEqual(await first, { hex: 'f0'.repeat(1000), saps: { client: 16, server: 1 }, confirmed: true });
  const pushed = nextApdu(channel);
  await meter.send(fromHex('0f40'), { unnumbered: true });
  assert.deepEqual(await pushed, { hex: '0f40', saps: { client: 16, server: 1 }, confirmed: false });
  await channel.close();
  assert.deepEqual(links, [true, false]);
  assert.ok(!near.destroyed, 'the stream is the caller’s');
  const again = await connectHdlc(near, { client, server });
  await again.close();
  assert.deepEqual(links, [true, false, true, false]);
  done();
});

test('a request without an answer settles once the server releases the turn', async () => {
  const { near, far, done } = await pair();
  const meter = serveHdlc(far, { server, responseHoldMs: 60_000 });
  meter.listen({ apdu: () => meter.noReply(), closed: () => {} });
  const channel = await connectHdlc(near, { client, server });
  await channel.send(fromHex('c001'), { awaitReply: false });
  await channel.close();
  done();
});

test('nobody answers, somebody refuses, the stream breaks', async () => {
  const silent = await pair();
  await assert.rejects(connectHdlc(silent.near, { client, server, responseTimeoutMs: 5, retries: 1 }), {
    code: 'link/hdlc-timeout',
  });
  silent.done();
  const refusing = await pair();
  serveHdlc(refusing.far, { server, accepts: () => false });
  await assert.rejects(connectHdlc(refusing.near, { client, server }), { code: 'link/hdlc-refused' });
  refusing.done();
  const broken = await pair();
  serveHdlc(broken.far, { server });
  const channel = await connectHdlc(broken.near, { client, server });
  const closed = new Promise((resolve) => channel.listen({ apdu: () => {}, closed: resolve }));
  broken.far.destroy();
  assert.equal(((await closed) as { code: string }).code, 'link/closed');
  await assert.rejects(channel.send(fromHex('c0')), { code: 'link/closed' });
  broken.done();
});

test('mode E opens and HDLC goes on over the same stream', async () => {
  const { near, far, done } = await pair();
  const lines: string[] = [];
  const optical = new ModeEServer({ manufacturer: 'WTW', identification: 'DEMO', baudRate: 19200 });
  const opened = new Promise<void>((resolve) => {
    const onData = (chunk: Uint8Array) => {
      const events: ModeEEvent[] = optical.push(chunk, 0);
      for (const event of events) {
        if (event.type === 'send') far.write(event.bytes);
        if (event.type !== 'opened') continue;
        far.removeListener('data', onData);
        serveHdlc(far, { server });
        resolve();
      }
    };
    far.on('data', onData);
  });
  const identification = await openModeE(
    near,
    { setLine: ({ baudRate, format }) => void lines.push(`${baudRate} ${format}`) },
    new ModeEClient(),
  );
  assert.equal(identification.manufacturer, 'WTW');
  assert.deepEqual(lines, ['300 7E1', '19200 7E1', '19200 8N1']);
  await opened;
  const channel = await connectHdlc(near, { client, server });
  await channel.close();
  done();
});

test('mode E fails with typed errors', async () => {
  const { near, far, done } = await pair();
  const line = { setLine: () => {} };
  await assert.rejects(openModeE(near, line, new ModeEClient({ responseTimeoutMs: 5 })), {
    code: 'link/mode-e-timeout',
  });
  far.destroy();
  await assert.rejects(openModeE(near, line, new ModeEClient()), { code: 'link/closed' });
  done();
});
