import assert from 'node:assert/strict';
import { request } from 'node:https';
import { after, before, describe, test } from 'node:test';
import { exampleOf } from '@wattward/profile';
import { Gateway } from '../src/gateway/gateway.ts';
import { gatewayMigration } from '../src/gateway/migrations.ts';
import { StandInSide } from '../src/gateway/stand-in.ts';
import type { CborValue } from '../src/lines/cbor-encode.ts';
import type { ReceivedMessage } from '../src/lines/inbox.ts';
import { Routes } from '../src/lines/routes.ts';
import { openPool, type Pool } from '../src/store/database.ts';
import { LineAuthority } from './line-authority.ts';
import { type LineNode, lineNode, lineSchemas, MemoryAudit, quick, testKeys, until } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';

const inbound = 'L15.head-end.load-limit-command';
const outbound = 'L15.cis.load-limit-confirmation';

describe('a gateway for the CIS, with a stand-in for the CIS itself', () => {
  let running: TestServer;
  let headEnd: LineNode;
  let gateway: Gateway;
  let pool: Pool;
  const audit = new MemoryAudit();
  const authority = new LineAuthority();
  // The actor's own certificates are of somebody else's authority; any one will do for the test.
  const foreign = new LineAuthority();
  const actor = foreign.issue({ component: 'gateway', actor: 'cis' }, 'tls');
  const seen: ReceivedMessage[] = [];
  let side: StandInSide;

  before(async () => {
    running = await testServer();
    const administrator = running.server.administrator;
    const more = [gatewayMigration(2)];
    const schemas = await lineSchemas(administrator, ['gateway/cis', 'head-end'], 'gateway', more);
    const routes = new Routes({});
    headEnd = await lineNode({
      authority,
      routes,
      identity: { component: 'head-end' },
      connection: schemas.get('head-end')!,
      effects: new Map([[inbound, async (_client, messages) => void seen.push(...messages)]]),
    });
    const credentials = authority.credentials({ component: 'gateway', actor: 'cis' });
    const { cert, key } = credentials.current().tls;
    side = new StandInSide({ host: '127.0.0.1', port: 0, cert, key, actorAuthority: foreign.anchors });
    pool = openPool(schemas.get('gateway/cis')!, { size: 4, applicationName: 'gateway' }, () => undefined);
    gateway = await Gateway.open({
      side,
      pool,
      audit,
      credentials,
      routes,
      retryMs: 100,
      epoch: 1,
      keys: testKeys,
      judge: authority.judge,
      listen: { host: '127.0.0.1', port: 0 },
      configured: quick,
    });
    routes.set('gateway/cis', { host: '127.0.0.1', port: gateway.lines.port! });
  });
  after(async () => {
    await gateway.close();
    await pool.end();
    await headEnd[Symbol.asyncDispose]();
    await running[Symbol.asyncDispose]();
  });

  function call(method: string, body?: unknown, tls: { cert: string; key: string } | undefined = actor.pem) {
    return new Promise<{ status: number; value: unknown }>((resolve, reject) => {
      const sent = request(
        {
          host: '127.0.0.1',
          port: side.port,
          path: '/messages',
          method,
          agent: false,
          ca: [...authority.anchors],
          checkServerIdentity: () => undefined,
          ...tls,
        },
        async (response) => {
          let text = '';
          for await (const part of response) text += part;
          resolve({ status: response.statusCode!, value: JSON.parse(text) });
        },
      );
      sent.on('error', reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  /** An example as the stand-in's JSON has it: octets in base64. */
  const plain = (type: string) =>
    JSON.parse(
      JSON.stringify(exampleOf(type, 1), (_key, value) =>
        value instanceof Uint8Array ? { base64: Buffer.from(value).toString('base64') } : value,
      ),
    ) as unknown;

  test('what the actor may send arrives under the actor’s name, signed by its gateway', async () => {
    const answer = await call('POST', { type: inbound, body: plain(inbound) });
    assert.deepEqual(answer, { status: 202, value: { receipt: 'accepted' } }, JSON.stringify(audit.events));
    await until('it arrives', () => seen.length === 1);
    assert.equal(seen[0]!.facts.source, 'cis');
  });

  test('what it may not send, does not fit or does not exist is refused, all alike, and audited', async () => {
    const attempts = [
      { type: 'L2.mdms.meter-event', body: plain('L2.mdms.meter-event') },
      { type: outbound, body: plain(outbound) },
      { type: inbound, body: { no: 'such field' } },
      { type: 'moon', body: {} },
      { type: '__proto__', body: {} },
      [],
      null,
    ];
    for (const attempt of attempts)
      assert.deepEqual(await call('POST', attempt), { status: 403, value: { receipt: 'refused' } });
    assert.equal(audit.events.filter(({ outcome }) => outcome === 'refused').length, 5);
    assert.equal(seen.length, 1);
  });

  test('nobody speaks to it without the actor’s certificate', async () => {
    await assert.rejects(call('POST', { type: inbound, body: {} }, { cert: '', key: '' }));
    const stranger = authority.issue({ component: 'mdms' }, 'tls');
    await assert.rejects(call('POST', { type: inbound, body: {} }, stranger.pem));
  });

  test('what is meant for the actor waits until it is fetched', async () => {
    await headEnd.lines.send({ type: outbound, body: exampleOf(outbound, 1) as CborValue });
    let fetched: unknown[] = [];
    await until('it is fetched', async () => {
      fetched = (await call('GET')).value as unknown[];
      return fetched.length > 0;
    });
    assert.deepEqual(fetched, [{ type: outbound, body: plain(outbound) }]);
    await until('it is gone', async () => {
      const { rows } = await pool.query('SELECT count(*)::int AS n FROM gateway_outbound');
      return rows[0].n === 0;
    });
  });
});
