import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exampleOf } from '@wattward/profile';
import { type CborValue, encodeCbor } from '../src/lines/cbor-encode.ts';
import type { ReceivedMessage } from '../src/lines/inbox.ts';
import { Routes } from '../src/lines/routes.ts';
import { LineAuthority } from './line-authority.ts';
import { lineNode, lineSchemas, until } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';

const body = (type: string, seed = 0) => exampleOf(type, seed) as CborValue;
const reading = 'L2.mdms.meter-reading';

let running: TestServer;
before(async () => {
  running = await testServer();
});
after(async () => {
  await running[Symbol.asyncDispose]();
});

describe('one line, two processes', () => {
  test('messages arrive once, in order, with their effect in the same transaction', async () => {
    const authority = new LineAuthority();
    const schemas = await lineSchemas(running.server.administrator, ['head-end', 'mdms'], 'first');
    const routes = new Routes({});
    const seen: ReceivedMessage[] = [];
    await using mdms = await lineNode({
      authority,
      routes,
      identity: { component: 'mdms' },
      connection: schemas.get('mdms')!,
      effects: new Map([[reading, async (_client, messages) => void seen.push(...messages)]]),
    });
    await using headEnd = await lineNode({
      authority,
      routes,
      identity: { component: 'head-end' },
      connection: schemas.get('head-end')!,
    });
    const messages = Array.from({ length: 50 }, (_, i) => ({ type: reading, body: body(reading, i) }));
    for (const message of messages) await headEnd.lines.send(message);
    await until('all consumed', () => seen.length === 50);
    assert.deepEqual(
      seen.map(({ facts }) => facts.sequence),
      messages.map((_, i) => i + 1),
    );
    assert.deepEqual(encodeCbor(seen[7]!.body), encodeCbor(messages[7]!.body));
    await until('settled', async () => (await headEnd.lines.status()).outbox.messages === 0);
    assert.deepEqual(
      mdms.audit.events.filter(({ type }) => type !== 'line.opened'),
      [],
    );
    const { rows } = await mdms.pool.query('SELECT messages, sequence FROM line_source');
    assert.deepEqual(rows, [{ messages: 50, sequence: 50 }]);
  });
});
