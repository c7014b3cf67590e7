/**
 * Over real connections: every message that the profile permits arrives; and for every line and direction somebody who
 * has no such line is refused, by the gate where a connection exists, and by the listener alone with the gate off.
 */
import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import {
  actorById,
  allMessages,
  componentById,
  exampleOf,
  permittedMessages,
  profile,
} from '@wattward/profile';
import type { CborValue } from '../src/lines/cbor-encode.ts';
import type { PeerIdentity } from '../src/lines/flow-rules.ts';
import { namesOf, principalOf } from '../src/lines/flow-rules.ts';
import { Routes } from '../src/lines/routes.ts';
import { LineAuthority, type TestCredentials } from './line-authority.ts';
import { type LineNode, lineNode, lineSchemas } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';
import { envelopeOf, factsOf, honestSender, type RawSender } from './raw-sender.ts';

const device = '4D4D4D0000BC614E';

/** Whose certificate speaks for an end on a line. */
function identityOf(end: string, line: string): PeerIdentity {
  const carrier = actorById(end)?.carrier;
  if (carrier === 'gateway') return { component: 'gateway', actor: end };
  const component = carrier ?? (end === 'meter' ? profile().meterPartsByLine[line]!.facing : end);
  if (component === 'gateway') return { component, actor: 'cis' };
  const whole = componentById(component.split('.')[0]!)!;
  return whole.placement === 'field' ? { component, device } : { component };
}

/** The name under which an end stands in an envelope. */
function nameOf(end: string, line: string): string {
  const identity = identityOf(end, line);
  const names = [...namesOf(identity)];
  return names.find((name) => name === end || name.split('/')[0] === end) ?? principalOf(identity);
}

const isServed = (end: string) => actorById(end) === undefined || actorById(end)!.carrier !== undefined;
const messages = permittedMessages().filter(
  ({ source, destination }) => isServed(source) && isServed(destination),
);
const principals = new Map<string, PeerIdentity>();
for (const { source, destination, line } of messages) {
  for (const end of [source, destination]) {
    const identity = identityOf(end, line);
    principals.set(principalOf(identity), identity);
  }
}

let running: TestServer;
let authority: LineAuthority;
const nodes = new Map<string, LineNode>();
const credentials = new Map<string, TestCredentials>();

before(async () => {
  running = await testServer({ settings: { max_connections: '400' } });
  authority = new LineAuthority();
  const schemas = await lineSchemas(running.server.administrator, [...principals.keys()], 'matrix');
  const routes = new Routes({});
  for (const [principal, identity] of principals) {
    const own = authority.credentials(identity);
    credentials.set(principal, own);
    nodes.set(
      principal,
      await lineNode({
        authority,
        identity,
        routes,
        credentials: own,
        connection: schemas.get(principal)!,
        poolSize: 3,
        configured: { 'lines.refusalAlarmPerMinute': 10_000 },
      }),
    );
  }
});
after(async () => {
  await Promise.all([...nodes.values()].map((each) => each[Symbol.asyncDispose]()));
  await running[Symbol.asyncDispose]();
});

const senders = new Map<string, RawSender>();

async function senderTo(
  from: string,
  to: string,
  priority: (typeof messages)[number]['priority'],
): Promise<RawSender> {
  const key = `${from}>${to}|${priority}`;
  let sender = senders.get(key);
  if (sender === undefined || sender.isClosed) {
    sender = await honestSender(authority, credentials.get(from)!, nodes.get(to)!.lines.port!, priority);
    if (sender.hello !== undefined) sender.show(credentials.get(from)!.current().chain);
    senders.set(key, sender);
  }
  return sender;
}

const sequences = new Map<string, number>();

function envelopeFor(
  message: (typeof messages)[number],
  from: string,
  more: Parameters<typeof factsOf>[2] = {},
): Buffer {
  const source = nameOf(message.source, message.line);
  const destination = nameOf(message.destination, message.line);
  const facts = factsOf(message.id, 1, { source, destination, ...more });
  const key = `${facts.source}|${facts.line}|${facts.priority}`;
  const sequence = (sequences.get(key) ?? 0) + 1;
  if (more.source === undefined && more.line === undefined) sequences.set(key, sequence);
  const body = exampleOf(message.id, 3) as CborValue;
  return envelopeOf(credentials.get(from)!, { ...facts, sequence, previous: sequence - 1 }, body);
}

describe('the lines of the profile, over real connections', () => {
  test('every permitted message arrives', async () => {
    assert.ok(messages.length > 400, `${messages.length} messages`);
    assert.equal(messages.length, permittedMessages().length, 'no permitted message is without a carrier');
    // All are sent before the first answer is waited for: the lines keep them in order.
    const posted: { id: string; to: string; sender: RawSender; number: number }[] = [];
    for (const message of messages) {
      const from = principalOf(identityOf(message.source, message.line));
      const to = principalOf(identityOf(message.destination, message.line));
      // A carrier's own side of an actor's line stays inside its process.
      if (from === to) continue;
      const sender = await senderTo(from, to, message.priority);
      posted.push({ id: message.id, to, sender, number: sender.post(envelopeFor(message, from)) });
    }
    for (const { id, to, sender, number } of posted) {
      const outcome = await sender.outcome(number);
      assert.equal(outcome, 'acknowledged', `${id}: ${JSON.stringify(nodes.get(to)!.audit.events.at(-1))}`);
    }
    assert.ok(posted.length > 400, `${posted.length} arrived`);
    for (const sender of senders.values()) sender.close();
    senders.clear();
  });

  test('every line and direction: the gate refuses the message between the wrong ends', async () => {
    const byDirection = new Map(messages.map((each) => [`${each.line}>${each.destination}`, each]));
    let refused = 0;
    for (const message of byDirection.values()) {
      const to = principalOf(identityOf(message.destination, message.line));
      // Somebody else with a line to this receiver, who signs this line's message in the right name and in its own.
      const other = messages.find(
        (each) =>
          principalOf(identityOf(each.destination, each.line)) === to &&
          principalOf(identityOf(each.source, each.line)) !==
            principalOf(identityOf(message.source, message.line)),
      );
      if (other === undefined) continue;
      const from = principalOf(identityOf(other.source, other.line));
      if (from === to) continue;
      const sender = await senderTo(from, to, message.priority);
      const forged = envelopeFor(message, from, { source: nameOf(message.source, message.line), epoch: 1 });
      assert.equal(await sender.send(forged), 'refused', `${message.id} by ${from}`);
      const own = nameOf(other.source, other.line);
      assert.equal(
        await sender.send(envelopeFor(message, from, { source: own })),
        'refused',
        `${message.id} as ${own}`,
      );
      const reasons = nodes
        .get(to)!
        .audit.events.slice(-2)
        .map(({ type }) => type);
      assert.equal(reasons[0], 'line.refused.source');
      assert.match(reasons[1]!, /^line\.refused\.(line|source)$/);
      refused++;
    }
    // Each receiver with lines to two others; the few that have one sender only are refused by the listener below.
    assert.ok(refused > byDirection.size * 0.6, `${refused} of ${byDirection.size}`);
    for (const sender of senders.values()) sender.close();
    senders.clear();
  });
});

describe('with the gate off, the listener alone', () => {
  test('refuses everybody from whom no line leads to it, and nobody else: every ordered pair', async () => {
    const connection = (await lineSchemas(running.server.administrator, ['listener-alone'], 'alone')).get(
      'listener-alone',
    )!;
    let refused = 0;
    let admitted = 0;
    for (const [to, identity] of principals) {
      await using node = await lineNode({
        authority,
        identity,
        connection,
        routes: new Routes({}),
        poolSize: 2,
        credentials: credentials.get(to)!,
        configured: { 'lines.refusalAlarmPerMinute': 10_000 },
        lines: { gate: () => ({ refused: { reason: 'rate', detail: 'the gate is off', facts: undefined } }) },
      });
      let refusedHere = 0;
      const hear = [...namesOf(identity)].map((name) => name.split('/')[0]!);
      for (const [from, sender] of principals) {
        const speak = [...namesOf(sender)].map((name) => name.split('/')[0]!);
        const hasLine = speak.some((a) => hear.some((b) => pairHasLine(a, b)));
        const raw = await honestSender(authority, credentials.get(from)!, node.lines.port!, 'normal');
        assert.equal(raw.hello !== undefined, hasLine, `${from} to ${to}`);
        raw.close();
        if (hasLine) admitted++;
        else refusedHere++;
      }
      assert.equal(node.audit.of('line.peer.refused').length, refusedHere, 'each is recorded');
      refused += refusedHere;
    }
    assert.ok(refused > 500 && admitted > 100, `${refused} refused, ${admitted} admitted`);
  });
});

/** From the tables: whether any message passes from one end to the other, parts of a meter by the lines they stand at. */
function pairHasLine(source: string, destination: string): boolean {
  const all = [...allMessages().values()].filter(({ scope }) => scope !== 'outside');
  const is = (end: string, line: string, name: string) =>
    name === end || (end === 'meter' && profile().meterPartsByLine[line]?.facing === name);
  return all.some(
    (each) => is(each.source, each.line, source) && is(each.destination, each.line, destination),
  );
}
