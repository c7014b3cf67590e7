import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { test } from 'node:test';
import { fromHex, toHex } from '../../base/bytes.ts';
import type { ApduChannel } from '../channel.ts';
import { connectUdp, listenUdp } from './udp.ts';

const host = '127.0.0.1';
const saps = { client: 16, server: 1 };

function firstApdu(channel: ApduChannel): Promise<string> {
  return new Promise((resolve) => channel.listen({ apdu: (apdu) => resolve(toHex(apdu)), closed: () => {} }));
}

test('a client and a server exchange datagrams; bad ones are dropped and reported', async () => {
  const dropped = Promise.withResolvers<string>();
  let channels = 0;
  const listener = await listenUdp({
    host,
    port: 0,
    role: 'server',
    onDropped: (error) => dropped.resolve(error.code),
    onChannel: (channel) => {
      channels += 1;
      channel.listen({
        apdu: (apdu, between) => {
          assert.deepEqual(between, saps);
          void channel.send(Uint8Array.from(apdu, (octet) => octet ^ 0xff));
        },
        closed: () => {},
      });
    },
  });
  const stray = createSocket('udp4');
  stray.send(fromHex('0001000100100002c0'), listener.port, host);
  assert.equal(await dropped.promise, 'link/wrapper-length');
  stray.close();
  const channel = await connectUdp({ host, port: listener.port, saps });
  const answer = firstApdu(channel);
  await channel.send(fromHex('c001'));
  assert.equal(await answer, '3ffe');
  assert.equal(channels, 1);
  await channel.close();
  await assert.rejects(channel.send(fromHex('c0')), { code: 'link/closed' });
  await listener.close();
});

test('what fits no datagram is refused before it is sent', async () => {
  const channel = await connectUdp({ host, port: 9, saps });
  channel.listen({ apdu: () => {}, closed: () => {} });
  await assert.rejects(channel.send(new Uint8Array(65_535)), { code: 'link/wrapper-length' });
  await channel.close();
});

test('a port that is taken', async () => {
  const options = { host, role: 'server', onChannel: () => {} } as const;
  const first = await listenUdp({ ...options, port: 0 });
  await assert.rejects(listenUdp({ ...options, port: first.port }), { code: 'link/connect' });
  await first.close();
});
