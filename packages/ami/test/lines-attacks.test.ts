import assert from 'node:assert/strict';
import { generateKeyPairSync } from 'node:crypto';
import { after, before, beforeEach, describe, test } from 'node:test';
import { connect as connectTls } from 'node:tls';
import { exampleOf } from '@wattward/profile';
import { type CborValue, encodeCbor } from '../src/lines/cbor-encode.ts';
import { assemble, encodePayload, protectedHeader } from '../src/lines/envelope.ts';
import { frameKind, framePieces } from '../src/lines/frames.ts';
import type { ReceivedMessage } from '../src/lines/inbox.ts';
import { Routes } from '../src/lines/routes.ts';
import { es384 } from '../src/trust/algorithms.ts';
import { LineAuthority, type TestCredentials } from './line-authority.ts';
import { type LineNode, lineNode, lineSchemas, until } from './line-node.ts';
import { type TestServer, testServer } from './postgres.ts';
import { envelopeOf, factsOf, honestSender, RawSender } from './raw-sender.ts';

const event = 'L2.mdms.meter-event';
const body = exampleOf(event, 1) as CborValue;
const hour = 3_600_000;

let running: TestServer;
let authority: LineAuthority;
let mdms: LineNode;
let headEnd: TestCredentials;
let sequence = 0;
const seen: ReceivedMessage[] = [];

before(async () => {
  running = await testServer();
  authority = new LineAuthority();
  const schemas = await lineSchemas(running.server.administrator, ['mdms'], 'attacks');
  headEnd = authority.credentials({ component: 'head-end' });
  mdms = await lineNode({
    authority,
    routes: new Routes({}),
    identity: { component: 'mdms' },
    connection: schemas.get('mdms')!,
    effects: new Map([[event, async (_client, messages) => void seen.push(...messages)]]),
    configured: {
      'lines.refusalAlarmPerMinute': 1000,
      'lines.messageMaximumOctets': 65_536,
      'lines.batchMaximumOctets': 262_144,
    },
  });
});
after(async () => {
  await mdms[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
});
beforeEach(() => {
  mdms.audit.events.length = 0;
});

const port = () => mdms.lines.port!;
const next = () => ++sequence;

async function attacker(credentials = headEnd): Promise<RawSender> {
  const sender = await honestSender(authority, credentials, port(), 'normal');
  assert.ok(sender.hello, 'the listener lets a component with a line in');
  sender.show(credentials.current().chain);
  return sender;
}

/** What the attack's message comes to, and that the audit has the exact reason and the sender none. */
async function refused(octets: Uint8Array, reason: string, credentials = headEnd): Promise<void> {
  const sender = await attacker(credentials);
  const before = seen.length;
  assert.equal(await sender.send(octets), 'refused');
  assert.deepEqual(
    mdms.audit.events.map(({ type }) => type).filter((type) => type.startsWith('line.refused')),
    [`line.refused.${reason}`],
  );
  assert.equal(seen.length, before, 'no effect');
  // Seven octets, whatever the reason: the kind of answer and the number of the frame.
  assert.equal(sender.answers.at(-1)!.toString('hex'), `0${frameKind.refused}00000001`);
  sender.close();
}

/** That the honest sender's next message still arrives. */
async function arrives(): Promise<void> {
  const sender = await attacker();
  assert.equal(await sender.send(envelopeOf(headEnd, factsOf(event, next()), body)), 'acknowledged');
  sender.close();
}

describe('the listener, before any gate', () => {
  const refusedPeer = async (options: Parameters<typeof RawSender.open>[0]) => {
    const sender = await RawSender.open(options);
    await sender.untilClosed();
    assert.equal(sender.hello, undefined, 'no answer');
    await until('recorded', () => mdms.audit.of('line.peer.refused').length > 0);
  };
  const of = (credentials: TestCredentials, ca = authority.anchors) => ({
    port: port(),
    priority: 'normal' as const,
    tls: credentials.current().tls,
    ca,
  });

  test('no certificate', () => refusedPeer({ ...of(headEnd), tls: undefined }));
  test('a certificate of a wrong authority', async () => {
    const other = new LineAuthority();
    await refusedPeer(of(other.credentials({ component: 'head-end' })));
  });
  test('an expired one', () =>
    refusedPeer(
      of(authority.credentials({ component: 'head-end' }, { notAfter: new Date(Date.now() - hour) })),
    ));
  test('one that is not valid yet', () =>
    refusedPeer(
      of(authority.credentials({ component: 'head-end' }, { notBefore: new Date(Date.now() + hour) })),
    ));
  test('a revoked one', async () => {
    const revoked = authority.credentials({ component: 'head-end' });
    authority.revoke(revoked.issued().tls);
    await refusedPeer(of(revoked));
  });
  test('one for signing messages, not for connections', async () => {
    const { message } = headEnd.issued();
    await refusedPeer({ ...of(headEnd), tls: { ...message.pem, issuers: message.chain.slice(1) } });
  });
  test('a component from which no line leads here', async () => {
    await refusedPeer(of(authority.credentials({ component: 'forecasting' })));
    assert.deepEqual(mdms.audit.of('line.peer.refused')[0]!.actor.id, 'forecasting');
  });
  test('TLS 1.2', async () => {
    const { tls } = headEnd.current();
    const socket = connectTls({
      port: port(),
      host: '127.0.0.1',
      ...tls,
      ca: [...tls.ca],
      maxVersion: 'TLSv1.2',
    });
    const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
    assert.match(error.message, /protocol version|alert/);
  });
  test('more connections than a peer may hold', async () => {
    const open: RawSender[] = [];
    for (let i = 0; i < 12; i++) {
      // Each priority once: a second connection of one priority takes the place of the first.
      const priority = (['alarm', 'control', 'normal', 'bulk'] as const)[i % 4]!;
      open.push(await honestSender(authority, headEnd, port(), priority));
    }
    await until('older ones gone', () => open.filter((each) => !each.isClosed).length <= 4);
    for (const each of open) each.close();
  });
});

describe('the gate, over a real connection', () => {
  test('too large for the line', () =>
    refused(envelopeOf(headEnd, factsOf(event, next()), 'x'.repeat(100_000)), 'size').finally(
      () => sequence--,
    ));
  test('too large for any line: not even kept', async () => {
    const sender = await attacker();
    sender.raw([Buffer.from([0x7f, 0, 0, 0, frameKind.message])]);
    await sender.untilClosed();
    assert.equal(mdms.audit.of('line.refused.size').length, 1);
  });
  test('octets that are no CBOR', () => refused(Buffer.from('hello, mdms'), 'parse'));
  test('a duplicate key in the payload', async () => {
    const payload = encodePayload(factsOf(event, 1), encodeCbor(body));
    // Key 2 (the line) becomes a second key 1 (the version).
    const doubled = Buffer.from(payload);
    doubled[3] = 0x01;
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { payload: doubled }), 'parse');
  });
  test('a duplicate key in the body', async () => {
    const payload = Buffer.concat([
      encodePayload(factsOf(event, 1), new Uint8Array(0)),
      Buffer.from('a2616101616102', 'hex'),
    ]);
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { payload }), 'parse');
  });
  test('an indefinite length, octets after the end, a field too many', async () => {
    const good = envelopeOf(headEnd, factsOf(event, 1), body);
    await refused(Buffer.concat([good, Buffer.from([0])]), 'parse');
    mdms.audit.events.length = 0;
    const indefinite = Buffer.concat([
      encodePayload(factsOf(event, 1), new Uint8Array(0)),
      Buffer.from('bfff', 'hex'),
    ]);
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { payload: indefinite }), 'parse');
  });
  test('an unprotected header', async () => {
    const good = envelopeOf(headEnd, factsOf(event, 1), body);
    const at = good.indexOf(Buffer.from([0xa0]), 40);
    const smuggled = Buffer.concat([
      good.subarray(0, at),
      Buffer.from([0xa1, 0x01, 0x26]),
      good.subarray(at + 1),
    ]);
    await refused(smuggled, 'parse');
  });
  test('a certificate that was never shown', async () => {
    const stranger = authority.credentials({ component: 'head-end' });
    const header = protectedHeader('ES256', stranger.current().chain);
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { header }), 'certificate');
  });
  test('an expired signer, a signer of a wrong authority', async () => {
    const expired = authority.credentials(
      { component: 'head-end' },
      { notAfter: new Date(Date.now() - hour) },
    );
    const header = protectedHeader('ES256', expired.current().chain, 'chain');
    const { key } = expired.issued().message;
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { header, key }), 'certificate');
    mdms.audit.events.length = 0;
    const foreign = new LineAuthority().credentials({ component: 'head-end' });
    const { chain, key: foreignKey } = foreign.issued().message;
    const foreignHeader = protectedHeader('ES256', chain, 'chain');
    await refused(
      envelopeOf(headEnd, factsOf(event, 1), body, { header: foreignHeader, key: foreignKey }),
      'certificate',
    );
  });
  test('a signer revoked a moment ago, on a connection that stands', async () => {
    const soon = authority.credentials({ component: 'head-end' });
    const sender = await attacker(soon);
    assert.equal(await sender.send(envelopeOf(soon, factsOf(event, next()), body)), 'acknowledged');
    authority.revoke(soon.issued().message);
    assert.equal(await sender.send(envelopeOf(soon, factsOf(event, sequence + 1), body)), 'refused');
    assert.equal(mdms.audit.of('line.refused.revoked').length, 1);
    sender.close();
  });
  test('a connection whose own certificate is revoked ends with its next message', async () => {
    const soon = authority.credentials({ component: 'head-end' });
    const sender = await attacker(soon);
    authority.revoke(soon.issued().tls);
    assert.equal(await sender.send(envelopeOf(soon, factsOf(event, sequence + 1), body)), 'closed');
  });
  test('a changed octet, a foreign key, a signature that is all zeros', async () => {
    const good = envelopeOf(headEnd, factsOf(event, 1), body);
    const changed = Buffer.from(good);
    changed[changed.length - 1]! ^= 1;
    await refused(changed, 'signature');
    mdms.audit.events.length = 0;
    const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'prime256v1' });
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { key: privateKey }), 'signature');
    mdms.audit.events.length = 0;
    const header = protectedHeader('ES256', headEnd.current().chain);
    const payload = encodePayload(factsOf(event, 1), encodeCbor(body));
    await refused(assemble(header, payload, Buffer.alloc(64)), 'signature');
  });
  test('an algorithm swapped for another', async () => {
    const header = protectedHeader('ES384', headEnd.current().chain);
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { header }), 'signature');
    mdms.audit.events.length = 0;
    // A number for no algorithm that is ours, such as HMAC with SHA-256.
    const mac = encodeCbor(
      new Map<number, CborValue>([
        [1, 5],
        [34, [-16, Buffer.alloc(32)]],
      ]),
    );
    await refused(envelopeOf(headEnd, factsOf(event, 1), body, { header: mac }), 'parse');
  });
  test('ES384 is what a P-384 certificate signs with, and nothing else', async () => {
    const strong = authority.credentials({ component: 'head-end' }, { algorithm: es384 });
    const sender = await attacker(strong);
    assert.equal(await sender.send(envelopeOf(strong, factsOf(event, next()), body)), 'acknowledged');
    sender.close();
  });
  test('another component’s certificate: its signature, its name, its connection', async () => {
    const draacs = authority.credentials({ component: 'draacs' });
    // A line leads from the DRAACS to the MDMS, so it may connect; the head end's name it may not use.
    await refused(envelopeOf(draacs, factsOf(event, 1), body), 'source', draacs);
    mdms.audit.events.length = 0;
    const { chain, key } = headEnd.issued().message;
    const stolen = envelopeOf(draacs, factsOf(event, 1), body, {
      header: protectedHeader('ES256', chain, 'chain'),
      key,
    });
    await refused(stolen, 'source', draacs);
  });
  test('a message meant for another destination', () =>
    refused(
      envelopeOf(headEnd, factsOf(event, 1, { destination: 'meter-management' }), body),
      'destination',
    ));
  test('the right component on the wrong line, with the wrong type, with a wrong priority', async () => {
    await refused(envelopeOf(headEnd, factsOf(event, 1, { line: '3' }), body), 'line');
    mdms.audit.events.length = 0;
    await refused(
      envelopeOf(headEnd, factsOf(event, 1, { type: 'L24.mdms.load-shed-control-notification' }), body),
      'line',
    );
    mdms.audit.events.length = 0;
    await refused(envelopeOf(headEnd, factsOf(event, 1, { priority: 'alarm' }), body), 'line');
    mdms.audit.events.length = 0;
    await refused(envelopeOf(headEnd, factsOf('L2.mdms.power-outage-notification', 1), body), 'line');
  });
  test('a label too low', () =>
    refused(envelopeOf(headEnd, factsOf(event, 1, { label: 'public' }), body), 'label'));
  test('a clock that is off, both ways, and a message that has expired', async () => {
    await refused(envelopeOf(headEnd, factsOf(event, 99_999, { atMs: Date.now() + hour }), body), 'stale');
    mdms.audit.events.length = 0;
    await refused(
      envelopeOf(headEnd, factsOf(event, 99_999, { atMs: Date.now() - 200 * hour }), body),
      'stale',
    );
    mdms.audit.events.length = 0;
    await refused(envelopeOf(headEnd, factsOf(event, 99_999, { expiresMs: Date.now() - 1 }), body), 'stale');
  });
  test('a replay, and one of an earlier epoch of the sender', async () => {
    const sender = await attacker();
    const once = envelopeOf(headEnd, factsOf(event, next()), body);
    assert.equal(await sender.send(once), 'acknowledged');
    sender.close();
    await refused(once, 'replay');
    mdms.audit.events.length = 0;
    await refused(envelopeOf(headEnd, factsOf(event, 99_999, { epoch: 0 }), body), 'stale');
    const line = (await mdms.lines.status()).lines.find((each) => each.line === '2')!;
    assert.ok(line.repeated > 0);
    assert.equal(line.lastRefusal?.reason, 'stale');
  });
  test('meant for another life of the receiver', () =>
    refused(envelopeOf(headEnd, factsOf(event, 99_999, { receiverEpoch: 2 }), body), 'stale'));
  test('out of order: the later one shows the gap, the earlier one is refused', async () => {
    const sender = await attacker();
    const first = envelopeOf(headEnd, factsOf(event, next()), body);
    const second = envelopeOf(headEnd, factsOf(event, next()), body);
    assert.equal(await sender.send(second), 'acknowledged');
    assert.equal(await sender.send(first), 'refused');
    assert.equal(mdms.audit.of('line.refused.replay').length, 1);
    const { rows } = await mdms.pool.query('SELECT first, last FROM line_gap ORDER BY id DESC LIMIT 1');
    assert.deepEqual(rows, [{ first: sequence - 1, last: sequence - 1 }]);
    sender.close();
  });
  test('a payload that does not fit its schema', async () => {
    await refused(envelopeOf(headEnd, factsOf(event, sequence + 1), { no: 'such field' }), 'schema');
    mdms.audit.events.length = 0;
    await refused(envelopeOf(headEnd, factsOf(event, sequence + 1), null), 'schema');
  });
  test('nothing behind a refused message is looked at until the sender begins anew', async () => {
    const sender = await attacker();
    const bad = sender.post(Buffer.from([0xd2]));
    const good = envelopeOf(headEnd, factsOf(event, next()), body);
    sender.post(good);
    assert.equal(await sender.outcome(bad), 'refused');
    sender.resume(bad);
    assert.equal(await sender.send(good), 'acknowledged');
    sender.close();
  });
  test('frames that have no place end the connection', async () => {
    for (const piece of [
      framePieces(frameKind.acknowledged, Buffer.alloc(4)),
      framePieces(frameKind.chain, Buffer.from([0xff])),
    ]) {
      const sender = await attacker();
      sender.raw(piece);
      await sender.untilClosed();
    }
  });
  test('more than the credit', async () => {
    const sender = await attacker();
    for (let i = 0; i < 3_000; i++) sender.post(Buffer.from([0xd2]));
    await sender.untilClosed();
    assert.equal(mdms.audit.of('line.refused.rate').length, 1);
  });
  test('a flood on one line does not starve another', async () => {
    const draacs = authority.credentials({ component: 'draacs' });
    const flood = await attacker(draacs);
    let flooding = true;
    let floods = 0;
    const bad = envelopeOf(draacs, factsOf(event, 1), body);
    const pouring = (async () => {
      while (flooding) {
        // A window full of messages, all of which have to be verified before they can be refused.
        const numbers = Array.from({ length: 500 }, () => flood.post(bad));
        await flood.outcome(numbers[0]!);
        flood.resume(numbers[0]!);
        floods++;
      }
    })();
    const sender = await attacker();
    for (let i = 0; i < 20; i++)
      assert.equal(await sender.send(envelopeOf(headEnd, factsOf(event, next()), body)), 'acknowledged');
    flooding = false;
    await pouring;
    assert.ok(floods > 0 && !flood.isClosed, 'the flood went on meanwhile');
    sender.close();
    flood.close();
  });
  test('after all of it the honest sender is served', arrives);
});
