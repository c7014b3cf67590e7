import assert from 'node:assert/strict';
import { createServer, type Socket } from 'node:net';
import { test } from 'node:test';
import { fromHex, toHex } from '../base/bytes.ts';
import type { ApduChannel } from '../link/channel.ts';
import { decodeGateway, encodeGateway, gatewayReply, hasGatewayPrefix } from '../link/gateway.ts';
import { serveHdlc } from '../link/node/duplex.ts';
import { listenTcp } from '../link/node/tcp.ts';
import { listenUdp } from '../link/node/udp.ts';
import { hdlcTcpTransport, tcpTransport, udpTransport } from './node-transports.ts';
import { type ApduTransport, channelTransport, gatewayTransport, maxWaitingApdus } from './transport.ts';

const saps = { client: 16, server: 1 };
const host = '127.0.0.1';

/** Answers every APDU with itself and one octet more; behind a gateway prefix too. */
function echo(channel: ApduChannel): void {
  channel.listen({
    apdu: (apdu) => {
      const answer = (inner: Uint8Array) => Uint8Array.of(...inner, 0xee);
      if (!hasGatewayPrefix(apdu)) {
        void channel.send(answer(apdu));
        return;
      }
      const message = decodeGateway(apdu);
      // First an answer of somebody else behind the same gateway.
      const other = { ...gatewayReply(message), deviceAddress: Uint8Array.of(9) };
      void channel.send(encodeGateway(other, Uint8Array.of(1)));
      void channel.send(encodeGateway(gatewayReply(message), answer(message.apdu)));
    },
    closed: () => {},
  });
}

async function ask(transport: ApduTransport, octets: string): Promise<string> {
  await transport.send(fromHex(octets));
  return toHex(await transport.receive(2000));
}

test('whole APDUs over the wrapper on TCP and UDP, and to a device behind a gateway', async () => {
  const tcp = await listenTcp({ host, port: 0, role: 'server', onChannel: echo });
  const udp = await listenUdp({ host, port: 0, role: 'server', onChannel: echo });
  const overTcp = await tcpTransport({ host, port: tcp.port, saps });
  assert.equal(await ask(overTcp, 'c001c1'), 'c001c1ee');
  const target = { networkId: 2, deviceAddress: fromHex('0a0b') };
  assert.equal(await ask(gatewayTransport(overTcp, target), 'c0'), 'c0ee');
  const overUdp = await udpTransport({ host, port: udp.port, saps });
  assert.equal(await ask(overUdp, 'c002'), 'c002ee');
  await overTcp.close();
  await assert.rejects(overTcp.send(fromHex('c0')), { code: 'session/closed' });
  await overUdp.close();
  await tcp.close();
  await udp.close();
});

test('whole APDUs over HDLC on TCP, larger than a frame, and several for one request', async () => {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    const channel = serveHdlc(socket, { server: { upper: 1, size: 1 } });
    channel.listen({
      apdu: (apdu) => {
        void channel.send(Uint8Array.of(...apdu, 1));
        void channel.send(Uint8Array.of(2));
      },
      closed: () => {},
    });
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as { port: number };
  const transport = await hdlcTcpTransport({
    host,
    port,
    client: { upper: 16, size: 1 },
    server: { upper: 1, size: 1 },
  });
  const large = new Uint8Array(700).fill(5);
  await transport.send(large);
  assert.equal((await transport.receive(2000)).length, 701);
  assert.deepEqual(await transport.receive(2000, { further: true }), Uint8Array.of(2));
  await transport.close();
  for (const socket of sockets) socket.destroy();
  await new Promise((resolve) => server.close(resolve));
});

/** A channel that a test drives by hand. */
function driven() {
  let handlers: Parameters<ApduChannel['listen']>[0] | undefined;
  let closed = false;
  const channel: ApduChannel = {
    listen: (given) => {
      handlers = given;
    },
    send: async () => {},
    noReply: () => {},
    close: async () => {
      closed = true;
    },
  };
  const transport = channelTransport(channel, saps);
  const put = (octets: string) => handlers!.apdu(fromHex(octets), saps, true);
  return { transport, put, end: () => handlers!.closed(), isClosed: () => closed };
}

test('APDUs wait for their receiver, in order and within a bound', async () => {
  const { transport, put, isClosed } = driven();
  put('01');
  put('02');
  assert.deepEqual(await transport.receive(10), Uint8Array.of(1));
  transport.flush();
  const waiting = transport.receive(1000);
  await assert.rejects(transport.receive(10), { code: 'session/queue' });
  put('03');
  assert.deepEqual(await waiting, Uint8Array.of(3));
  for (let i = 0; i <= maxWaitingApdus; i++) put('04');
  assert.ok(isClosed());
  await assert.rejects(transport.send(fromHex('05')), { code: 'session/queue' });
});

test('silence, an abort and the end of the link end the wait', async () => {
  const { transport, end } = driven();
  await assert.rejects(transport.receive(5), { code: 'session/timeout' });
  const controller = new AbortController();
  const aborted = transport.receive(5000, { signal: controller.signal });
  controller.abort();
  await assert.rejects(aborted, { code: 'session/aborted' });
  await assert.rejects(transport.receive(5000, { signal: controller.signal }), { code: 'session/aborted' });
  const waiting = transport.receive(5000);
  end();
  await assert.rejects(waiting, { code: 'session/closed' });
  await assert.rejects(transport.receive(5), { code: 'session/closed' });
});
