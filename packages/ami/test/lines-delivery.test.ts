import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { exampleOf } from '@wattward/profile';
import type { CborValue } from '../src/lines/cbor-encode.ts';
import { raiseLines } from '../src/lines/errors.ts';
import type { Effect, Effects, ReceivedMessage } from '../src/lines/inbox.ts';
import { Routes } from '../src/lines/routes.ts';
import { transaction } from '../src/store/database.ts';
import { LineAuthority } from './line-authority.ts';
import { type LineNode, lineNode, lineSchemas, type NodeOptions, until } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';

const event = 'L2.mdms.meter-event';
const reading = 'L2.mdms.meter-reading';
const alarm = 'L2.mdms.power-outage-notification';
const command = 'L24.mdms.load-shed-control-notification';

const body = (type: string, seed = 1) => exampleOf(type, seed) as CborValue;

let first: TestServer;
let second: TestServer;
const authority = new LineAuthority();
before(async () => {
  [first, second] = await Promise.all([testServer(), testServer()]);
});
after(async () => {
  await Promise.all([first[Symbol.asyncDispose](), second[Symbol.asyncDispose]()]);
});

let database = 0;

interface Pair extends AsyncDisposable {
  readonly sender: LineNode;
  readonly receiver: LineNode;
  readonly seen: ReceivedMessage[];
  /** Ends one side and opens it anew on the same store. */
  reopen(which: 'sender' | 'receiver', more?: Partial<NodeOptions>): Promise<void>;
}

/** A head end and an MDMS, on one server or on one each. */
async function pair(
  more: {
    sender?: Partial<NodeOptions>;
    receiver?: Partial<NodeOptions>;
    servers?: 1 | 2;
    from?: string;
  } = {},
): Promise<Pair> {
  const name = `delivery_${++database}`;
  const from = more.from ?? 'head-end';
  const one = await lineSchemas(first.server.administrator, [from, 'mdms'], name);
  const two = more.servers === 2 ? await lineSchemas(second.server.administrator, ['mdms'], name) : one;
  const routes = new Routes({});
  const seen: ReceivedMessage[] = [];
  const keep = async (_client: unknown, messages: readonly ReceivedMessage[]) => void seen.push(...messages);
  const effects: Effects = new Map([event, reading, alarm, command].map((type) => [type, keep]));
  const base = { authority, routes };
  const open = {
    receiver: (extra: Partial<NodeOptions> = {}) =>
      lineNode({
        ...base,
        identity: { component: 'mdms' },
        connection: two.get('mdms')!,
        effects,
        ...more.receiver,
        ...extra,
      }),
    sender: (extra: Partial<NodeOptions> = {}) =>
      lineNode({
        ...base,
        identity: { component: from },
        connection: one.get(from)!,
        ...more.sender,
        ...extra,
      }),
  };
  const nodes = { receiver: await open.receiver(), sender: await open.sender() };
  return {
    seen,
    get sender() {
      return nodes.sender;
    },
    get receiver() {
      return nodes.receiver;
    },
    async reopen(which, extra = {}) {
      await nodes[which][Symbol.asyncDispose]();
      nodes[which] = await open[which](extra);
    },
    async [Symbol.asyncDispose]() {
      await nodes.sender[Symbol.asyncDispose]();
      await nodes.receiver[Symbol.asyncDispose]();
    },
  };
}

const drained = (node: LineNode) =>
  until('the outbox is empty', async () => (await node.lines.status()).outbox.messages === 0);

describe('delivery', () => {
  test('with a server each: what was sent while the receiver was away arrives when it is back', async () => {
    await using line = await pair({ servers: 2 });
    await line.receiver.lines.close();
    for (let i = 0; i < 20; i++) await line.sender.lines.send({ type: event, body: body(event, i) });
    assert.equal((await line.sender.lines.status()).outbox.messages, 20);
    await line.reopen('receiver');
    await until('all arrive', () => line.seen.length === 20);
    assert.deepEqual(
      line.seen.map(({ facts }) => facts.sequence),
      Array.from({ length: 20 }, (_, i) => i + 1),
    );
    await drained(line.sender);
    assert.ok((await line.sender.lines.status()).outbox.octets === 0, 'nothing is left in the count');
  });

  test('a message belongs to the transaction that it is written in', async () => {
    await using line = await pair();
    const { pool, lines } = line.sender;
    const client = await pool.connect();
    const prepared = await lines.prepare({ type: event, body: body(event) });
    await assert.rejects(
      transaction(client, async () => {
        await prepared.writeIn(client);
        throw new Error('changed its mind');
      }),
      /changed its mind/,
    );
    const again = await lines.prepare({ type: event, body: body(event, 2) });
    await transaction(client, () => again.writeIn(client));
    client.release();
    await until('the second arrives', () => line.seen.length === 1);
    assert.equal(line.seen[0]!.facts.sequence, 1, 'a transaction that failed leaves no hole');
  });

  test('an effect that fails consumes nothing; one that refuses is told like any refusal', async () => {
    let failures = 2;
    const seen: number[] = [];
    const effects: Effects = new Map<string, Effect>([
      [
        event,
        async (client, messages) => {
          await client.query('SELECT 1');
          if (failures-- > 0) throw new Error('the disk is full');
          seen.push(...messages.map(({ facts }) => facts.sequence));
        },
      ],
      [alarm, async () => Promise.reject(raiseLines('payload', 'not in this state'))],
    ]);
    await using line = await pair({
      receiver: { effects },
      sender: { configured: { 'lines.deliveryAttempts': 2 } },
    });
    await line.sender.lines.send({ type: event, body: body(event) });
    await until('it arrives', () => seen.length > 0);
    assert.deepEqual(seen, [1]);
    await line.sender.lines.send({ type: alarm, body: body(alarm) });
    await until('it is given up', async () => (await line.sender.lines.deadLetters()).length === 1);
    assert.equal(line.receiver.audit.of('line.refused.schema').length, 2);
    const [dead] = await line.sender.lines.deadLetters();
    assert.equal(dead!.reason, 'refused');
    assert.equal(dead!.attempts, 2);
  });

  test('dead letters are re-issued by their sender, once; what follows them is not held up', async () => {
    let refuse = true;
    const seen: ReceivedMessage[] = [];
    const effects: Effects = new Map([
      [
        event,
        async (_client, messages) => {
          if (refuse && messages.some(({ facts }) => facts.sequence === 1)) throw raiseLines('payload', 'no');
          seen.push(...messages);
        },
      ],
    ]);
    await using line = await pair({
      receiver: { effects },
      sender: { configured: { 'lines.deliveryAttempts': 1 } },
    });
    await line.sender.lines.send(
      { type: event, body: body(event, 1) },
      { type: event, body: body(event, 2) },
    );
    await until('the second arrives', () => seen.length === 1);
    assert.equal(seen[0]!.facts.sequence, 2);
    assert.equal(seen[0]!.facts.previous, 0, 'the sender says itself that nothing is missing before it');
    const [dead] = await line.sender.lines.deadLetters();
    refuse = false;
    await line.sender.lines.reissue(dead!.id);
    await until('it arrives', () => seen.length === 2);
    assert.deepEqual(seen[1]!.body, body(event, 1));
    assert.equal(seen[1]!.facts.sequence, 3);
    await assert.rejects(line.sender.lines.reissue(dead!.id), { code: 'lines/no-dead-letter' });
    assert.equal(line.sender.audit.of('line.dead-letter.reissued').length, 4, 'intent and outcome, twice');
    assert.equal(line.receiver.audit.of('line.gap.found').length, 0);
  });

  test('a command that expires undelivered is never delivered, and never re-issued', async () => {
    await using line = await pair({ from: 'draacs' });
    await line.receiver.lines.close();
    await line.sender.lines.send({ type: command, body: body(command), expiresMs: Date.now() + 200 });
    await new Promise((resolve) => setTimeout(resolve, 300));
    await line.reopen('receiver');
    await until('given up', async () => (await line.sender.lines.deadLetters()).length === 1);
    const [dead] = await line.sender.lines.deadLetters();
    assert.equal(dead!.reason, 'expired');
    await until('recorded', () => line.sender.audit.of('line.command.expired').length === 1);
    await assert.rejects(line.sender.lines.reissue(dead!.id), { code: 'lines/command-expired' });
    assert.equal(line.seen.length, 0);
  });

  test('a full outbox slows its sender and drops nothing', async () => {
    await using line = await pair({ sender: { configured: { 'lines.outboxMaximumMessages': 5 } } });
    await line.receiver.lines.close();
    for (let i = 0; i < 5; i++) await line.sender.lines.send({ type: event, body: body(event, i) });
    await assert.rejects(line.sender.lines.send({ type: event, body: body(event) }), {
      code: 'lines/outbox-full',
    });
    assert.equal(line.sender.audit.of('line.outbox.full').length, 1);
    await line.reopen('receiver');
    await until('all five arrive', () => line.seen.length === 5);
    await drained(line.sender);
    await line.sender.lines.send({ type: event, body: body(event) });
    await until('there is room again', () => line.seen.length === 6);
  });

  test('what may not be sent never enters the outbox', async () => {
    await using line = await pair();
    const { lines } = line.sender;
    await assert.rejects(lines.send({ type: 'L3.mdms.anything', body: 1 }), { code: 'lines/not-permitted' });
    await assert.rejects(lines.send({ type: command, body: body(command) }), { code: 'lines/not-permitted' });
    await assert.rejects(lines.send({ type: event, body: { no: 1 } }), { code: 'lines/payload' });
    await assert.rejects(lines.send({ type: event, body: body(event), label: 'public' }), {
      code: 'lines/not-permitted',
    });
    await assert.rejects(lines.send({ type: 'L7.cis.any', body: 1 }), { code: 'lines/not-permitted' });
  });

  test('alarms overtake bulk, and bulk goes on', async () => {
    const slow = async (
      client: { query(text: string): Promise<unknown> },
      messages: readonly ReceivedMessage[],
    ) => {
      await client.query('SELECT pg_sleep(0.05)');
      order.push(...messages.map(({ facts }) => facts.type));
    };
    const order: string[] = [];
    const effects = new Map([
      [reading, slow],
      [
        alarm,
        async (_client: unknown, messages: readonly ReceivedMessage[]) =>
          void order.push(...messages.map(({ facts }) => facts.type)),
      ],
    ]) as unknown as Effects;
    await using line = await pair({ receiver: { effects } });
    const bulk = Array.from({ length: 400 }, (_, i) => ({ type: reading, body: body(reading, i % 5) }));
    await line.sender.lines.send(...bulk);
    await until('bulk is under way', () => order.length > 0);
    await line.sender.lines.send({ type: alarm, body: body(alarm) });
    await until('all arrive', () => order.length === 401, 30_000);
    assert.ok(order.indexOf(alarm) < 400, `the alarm came as number ${order.indexOf(alarm)}`);
  });
});

describe('restores and renewals', () => {
  test('what a restored sender had in its outbox is void; its new messages begin a new epoch', async () => {
    await using line = await pair();
    await line.sender.lines.send({ type: event, body: body(event) });
    await until('one arrives', () => line.seen.length === 1);
    await line.receiver.lines.close();
    await line.sender.lines.send({ type: event, body: body(event, 2) });
    await line.reopen('sender', { epoch: 2 });
    assert.equal((await line.sender.lines.deadLetters())[0]!.reason, 'restored');
    await line.reopen('receiver');
    await line.sender.lines.send({ type: event, body: body(event, 3) });
    await until('the new one arrives', () => line.seen.length === 2);
    assert.deepEqual({ ...line.seen[1]!.facts, atMs: 0 }.epoch, 2);
    assert.equal(line.seen[1]!.facts.sequence, 1);
  });

  test('a restored receiver takes nothing that was meant for its earlier life, and shows what it has lost', async () => {
    await using line = await pair();
    for (let i = 0; i < 3; i++) await line.sender.lines.send({ type: event, body: body(event, i) });
    await until('three arrive', () => line.seen.length === 3);
    await drained(line.sender);
    // Back to where one had been consumed, as a backup of then would have it.
    await line.receiver.lines.close();
    const administrator = { ...first.server.administrator, database: `delivery_${database}` };
    const { connect } = await import('../src/store/database.ts');
    const client = await connect(administrator);
    await client.query(
      'DELETE FROM mdms.line_inbox WHERE sequence > 1; UPDATE mdms.line_source SET sequence = 1',
    );
    await client.end();
    await line.reopen('receiver', { epoch: 2, configured: { 'lines.gapReportSeconds': 0.2 } });
    await line.sender.lines.send({ type: event, body: body(event, 9) });
    await until('the next arrives', () => line.seen.length === 4);
    assert.equal(line.seen[3]!.facts.receiverEpoch, 2);
    await until('the loss is reported', () => line.receiver.audit.of('line.gap.found').length > 0);
    const { detail } = line.receiver.audit.of('line.gap.found')[0]!;
    assert.deepEqual([detail!['first'], detail!['last']], [2, 3]);
  });

  test('certificates are renewed on both sides while messages pass', async () => {
    await using line = await pair();
    for (let i = 0; i < 60; i++) {
      if (i % 20 === 10) {
        line.sender.credentials.renew();
        line.receiver.credentials.renew();
      }
      await line.sender.lines.send({ type: event, body: body(event, i) });
    }
    await until('all arrive', () => line.seen.length === 60);
    assert.deepEqual(
      line.receiver.audit.events.filter(({ type }) => type.startsWith('line.refused')),
      [],
    );
  });

  test('a receiver that is somebody else is told nothing', async () => {
    const other = authority.credentials({ component: 'meter-management' });
    await using line = await pair({ receiver: { credentials: other } });
    // The sender believes that this address is the MDMS.
    const port = line.receiver.lines.port!;
    await line.reopen('sender', { routes: new Routes({ mdms: { host: '127.0.0.1', port } }) });
    await line.sender.lines.send({ type: event, body: body(event) });
    await until('recorded', () => line.sender.audit.of('line.peer.refused').length > 0);
    assert.equal(line.sender.audit.of('line.peer.refused')[0]!.actor.id, 'meter-management');
    assert.equal((await line.sender.lines.status()).outbox.messages, 1);
    assert.equal(line.seen.length, 0);
  });
});

describe('at rest', () => {
  test('a confidential body shows neither in the outbox nor in the inbox', async () => {
    await using line = await pair({ receiver: { effects: new Map() } });
    const secret = body(event, 5) as Record<string, CborValue>;
    const word = Object.values(secret).find(
      (value) => typeof value === 'string' && value.length > 8,
    ) as string;
    assert.ok(word, 'the example holds a word to look for');
    await line.receiver.lines.close();
    await line.sender.lines.send({ type: event, body: secret });
    const out = await line.sender.pool.query<{ body: Buffer }>('SELECT body FROM line_outbox');
    assert.equal(out.rows.length, 1);
    assert.equal(out.rows[0]!.body.indexOf(word), -1);
    await line.reopen('receiver');
    await until('it is in the inbox', async () => {
      const { rows } = await line.receiver.pool.query('SELECT body FROM line_inbox');
      if (rows.length === 0) return false;
      assert.equal(rows[0].body.indexOf(word), -1);
      return true;
    });
  });

  test('a body that was changed in the store is never signed', async () => {
    await using line = await pair();
    await line.receiver.lines.close();
    await line.sender.lines.send({ type: alarm, body: body(alarm) }, { type: alarm, body: body(alarm, 2) });
    const { connect } = await import('../src/store/database.ts');
    const client = await connect({ ...first.server.administrator, database: `delivery_${database}` });
    await client.query(
      'UPDATE head_end.line_outbox SET body = set_byte(body, length(body) - 1, 255 - get_byte(body, length(body) - 1)) WHERE sequence = 1',
    );
    await client.end();
    await line.reopen('receiver');
    await until('the other arrives', () => line.seen.length === 1);
    assert.equal(line.seen[0]!.facts.sequence, 2);
    assert.equal((await line.sender.lines.deadLetters())[0]!.reason, 'altered');
  });
});
