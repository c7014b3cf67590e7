/** What a server refuses, each with a message that sends it; outside all of it looks the same. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Aare, decodeApdu, encodeApdu, type InitiateRequest } from '../src/apdu/index.ts';
import type { CosemError } from '../src/base/errors.ts';
import { data } from '../src/data/index.ts';
import { keyName } from '../src/security/index.ts';
import {
  type AssociationDefinition,
  CosemServer,
  demoMeter,
  demoNames,
  demoRights,
  refusalApdu,
  type ServerBounds,
  type ServerEvent,
} from '../src/server/index.ts';
import { both, hlsSecret, makeParties, none, type Parties, password, serverTitle } from './parties.ts';
import { getRequest, invoke, RawClient, replyToHls, resultIn, setRequest } from './raw-client.ts';

interface Scene {
  readonly parties: Parties;
  readonly server: CosemServer;
  readonly events: ServerEvent[];
  /** The exact reason of the last refusal, which only the audit has. */
  reason(): string;
}

function scene(
  extra: Partial<AssociationDefinition> = {},
  bounds: Partial<ServerBounds> = {},
  parties = makeParties(0),
): Scene {
  const events: ServerEvent[] = [];
  const meter = demoMeter({
    security: parties.security,
    associations: [
      {
        clientSap: 1,
        mechanism: 'lowest',
        contexts: ['logical-name-ciphered'],
        rights: demoRights.management,
        ...extra,
      },
      { clientSap: 16, mechanism: 'lowest', contexts: ['logical-name'], rights: demoRights.anybody },
    ],
  });
  const server = new CosemServer({
    devices: [meter.device],
    bounds,
    audit: (event) => events.push(event),
  });
  const reason = (): string => {
    const refused = events.filter((event) => event.type === 'refused').at(-1);
    return refused === undefined ? 'nothing' : (refused.error as CosemError).code;
  };
  return { parties, server, events, reason };
}

const name = getRequest(1, '0.0.42.0.0.255', 2);

async function refused({ reason }: Scene, sent: Promise<Uint8Array[]>, code: string): Promise<void> {
  const answers = await sent;
  assert.equal(answers.length, 1, code);
  assert.deepEqual(Buffer.from(answers[0]!), Buffer.from(refusalApdu), code);
  assert.equal(reason(), code);
}

test('outside an association there is nothing', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  await refused(here, client.send(encodeApdu(name)), 'server/not-associated');
  await refused(here, client.send(encodeApdu({ type: 'rlrq' })), 'server/not-associated');
  await refused(here, client.send(Uint8Array.of(0xe0, 0x80, 0, 1, 0, 0, 1, 0xc0)), 'server/not-associated');
  await refused(here, client.send(new Uint8Array(0)), 'server/not-associated');
  assert.equal(here.server.associations, 0);
});

test('a ciphered request is refused for a wrong tag, a replay, another title, another key, no ciphering', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  await client.associate();
  const { protection } = client;
  const seal = (form: 'service-specific' | 'general' = 'service-specific') =>
    protection!.protect(encodeApdu(name), { protection: both, form });
  const good = await seal();
  const damaged = Uint8Array.from(good);
  damaged[damaged.length - 1]! ^= 1;
  await refused(here, client.send(damaged), 'security/tag');
  assert.equal((await client.send(good)).length, 1);
  await refused(here, client.send(good), 'security/replay');
  const older = await seal();
  await client.send(await seal());
  await refused(here, client.send(older), 'security/replay');
  const foreign = await seal('general');
  foreign[5]! ^= 1;
  await refused(here, client.send(foreign), 'security/system-title');
  await refused(here, client.send(encodeApdu(name)), 'session/unprotected');
  const authenticated = await protection!.protect(encodeApdu(name), {
    protection: { ...none, authenticated: true },
  });
  await refused(here, client.send(authenticated), 'session/downgrade');
  const other = makeParties(0);
  other.clientKeys.put(keyName(serverTitle, 'unicast-encryption'), new Uint8Array(16).fill(9));
  const impostor = new RawClient(here.server, other);
  await impostor.aarq();
  const forged = await impostor.protection!.protect(encodeApdu(name), { protection: both });
  await refused(here, client.send(forged), 'security/tag');
  assert.equal(resultIn(await client.request(name)), 'success');
});

test('an association is refused the same for every reason', async () => {
  const reasons: [string, Partial<AssociationDefinition>, (client: RawClient) => Promise<Uint8Array>][] = [
    ['security/tag', {}, async (client) => alter(await client.aarq(), -1)],
    ['server/mechanism', { mechanism: 'high-gmac' }, (client) => client.aarq()],
    [
      'security/authentication',
      { mechanism: 'low', secret: Buffer.from('another') },
      (client) => client.aarq(),
    ],
    ['server/unknown-sap', { clientTitles: [serverTitle] }, (client) => client.aarq()],
    ['server/application-context', { contexts: ['logical-name'] }, (client) => client.aarq()],
  ];
  const answers = new Set<string>();
  for (const [code, extra, make] of reasons) {
    const here = scene(extra);
    const mechanism = extra.mechanism === 'low' ? 'low' : 'lowest';
    const client = new RawClient(here.server, here.parties, { mechanism });
    const [bytes] = await client.send(await make(client));
    assert.equal((decodeApdu(bytes!) as Aare).result, 'rejected-permanent', code);
    assert.equal(here.reason(), code);
    answers.add(Buffer.from(bytes!).toString('hex'));
    assert.equal(here.server.associations, 0);
  }
  const unknown = scene();
  for (const saps of [{ clientSap: 77 }, { serverSap: 9 }]) {
    const client = new RawClient(unknown.server, unknown.parties, saps);
    answers.add(Buffer.from((await client.send(await client.aarq()))[0]!).toString('hex'));
  }
  assert.equal(answers.size, 1, [...answers].join('\n'));
});

function alter(apdu: Uint8Array, at: number): Uint8Array {
  const out = Uint8Array.from(apdu);
  out[at < 0 ? out.length + at : at]! ^= 1;
  return out;
}

test('an AARQ cannot be replayed', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  const aarq = await client.aarq();
  assert.equal((decodeApdu((await client.send(aarq))[0]!) as Aare).result, 'accepted');
  const again = new RawClient(here.server, here.parties);
  assert.equal((decodeApdu((await again.send(aarq))[0]!) as Aare).result, 'rejected-permanent');
  assert.equal(here.reason(), 'security/replay');
  assert.equal(here.server.associations, 1, 'the first association stays');
});

test('an unciphered Initiate does not open a ciphered association', async () => {
  const here = scene({}, {}, makeParties(0, { policy: { request: none, response: none } }));
  const client = new RawClient(here.server, here.parties, { ciphered: false });
  const plain = decodeApdu(await client.aarq());
  const aarq = encodeApdu({ ...plain, applicationContext: 'logical-name-ciphered' } as never);
  assert.equal((decodeApdu((await client.send(aarq))[0]!) as Aare).result, 'rejected-permanent');
  assert.equal(here.reason(), 'session/unprotected');
});

test('Initiate that cannot be agreed on is refused', async () => {
  const wrong: Partial<InitiateRequest>[] = [
    { dlmsVersion: 5 },
    { clientMaxReceivePduSize: 12 },
    { conformance: ['read', 'write'] },
    { responseAllowed: false },
    { dedicatedKey: new Uint8Array(16) },
  ];
  for (const initiate of wrong) {
    const here = scene({ dedicatedKeys: false });
    const client = new RawClient(here.server, here.parties, { initiate });
    assert.equal((await client.associate()).result, 'rejected-permanent', JSON.stringify(initiate));
    assert.equal(here.reason(), 'server/initiate');
  }
});

test('a wrong proof ends the association, and there is no second attempt', async () => {
  for (const mechanism of ['high-gmac', 'high-sha256'] as const) {
    const here = scene({ mechanism, secret: hlsSecret });
    const client = new RawClient(here.server, here.parties, { mechanism });
    const challenge = new Uint8Array(32).fill(5);
    const aare = decodeApdu((await client.send(await client.aarq(challenge)))[0]!) as Aare;
    assert.equal(aare.diagnostic.value, 'authentication-required');
    assert.equal(here.server.associations, 1);
    // Before the proof nothing else is served, and asking does not cost the association.
    const early = await client.request(name);
    assert.equal(early.apdu!.type, 'exception-response');
    const answer = await client.request(replyToHls(new Uint8Array(mechanism === 'high-gmac' ? 17 : 32)));
    assert.equal(resultIn(answer), 'other-reason');
    assert.equal(here.reason(), 'security/authentication');
    assert.equal(here.server.associations, 0);
    const after = await client.request(name).catch((error: CosemError) => error);
    assert.equal((after as { apdu?: { type: string } }).apdu?.type, 'exception-response');
    assert.ok(!here.events.some((event) => event.type === 'associated'));
  }
});

test('a reflected challenge is refused', async () => {
  const parties = makeParties(0);
  const own = new Uint8Array(32).fill(7);
  const { device } = demoMeter({
    security: parties.security,
    associations: [{ clientSap: 1, mechanism: 'high-gmac', contexts: ['logical-name-ciphered'], rights: [] }],
  });
  const server = new CosemServer({ devices: [device], challenge: () => own });
  const client = new RawClient(server, parties, { mechanism: 'high-gmac' });
  assert.equal(
    (decodeApdu((await client.send(await client.aarq(own)))[0]!) as Aare).result,
    'rejected-permanent',
  );
});

test('what was not agreed on is refused: services, lists, blocks, general ciphering', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties, { initiate: { conformance: ['get'] } });
  await client.associate();
  const refusedOne = async (apdu: Parameters<RawClient['request']>[0], form?: 'general') => {
    const { bytes } = await client.request(apdu, both, form ?? 'service-specific');
    assert.deepEqual(Buffer.from(bytes!), Buffer.from(refusalApdu));
    assert.equal(here.reason(), 'server/conformance');
  };
  const { descriptor } = name as Extract<typeof name, { type: 'get-request'; choice: 'normal' }>;
  await refusedOne(setRequest(1, demoNames.note, 2, data('octet-string', new Uint8Array(1))));
  await refusedOne({ type: 'get-request', choice: 'with-list', invoke, list: [{ descriptor }] });
  await refusedOne({ type: 'get-request', choice: 'next', invoke, blockNumber: 1 });
  await refusedOne(name, 'general');
  await refused(here, client.send(Uint8Array.of(0xe0, 0x80, 0, 1, 0, 0, 1, 0xc0)), 'server/conformance');
  assert.equal(resultIn(await client.request(name)), 'success');
});

test('oversize APDUs, long lists and endless blocks are refused', async () => {
  const here = scene({ maxPduSize: 256 }, { maxListSize: 2, maxRequestSize: 200 });
  const client = new RawClient(here.server, here.parties);
  await client.associate();
  await refused(here, client.send(new Uint8Array(257).fill(0xc8)), 'server/pdu-size');
  const { descriptor } = name as Extract<typeof name, { type: 'get-request'; choice: 'normal' }>;
  const list = [{ descriptor }, { descriptor }, { descriptor }];
  await client.request({ type: 'get-request', choice: 'with-list', invoke, list });
  assert.equal(here.reason(), 'server/list-size');
  const note = { classId: 1, instance: Uint8Array.of(0, 0, 96, 13, 0, 255), attribute: 2 };
  let blockNumber = 1;
  const block = () => ({ lastBlock: false, blockNumber: blockNumber++, rawData: new Uint8Array(90) });
  const first = { type: 'set-request', choice: 'with-first-datablock', invoke, descriptor: note } as const;
  const types: string[] = [];
  let answer = await client.request({ ...first, block: block() });
  for (let i = 0; i < 3; i++) {
    types.push((answer.apdu as { choice: string }).choice);
    answer = await client.request({ type: 'set-request', choice: 'with-datablock', invoke, block: block() });
  }
  assert.deepEqual(types, ['datablock', 'datablock', 'last-datablock']);
  assert.equal((answer.apdu as { result: string }).result, 'no-long-set-in-progress');
});

test('blocks out of order and from nowhere are refused', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties, { initiate: noGbt(200) });
  await client.associate();
  const profile = getRequest(7, demoNames.loadProfile, 2);
  const started = await client.request(profile);
  assert.equal((started.apdu as { choice: string }).choice, 'with-datablock');
  const next = (blockNumber: number) =>
    client.request({ type: 'get-request', choice: 'next', invoke, blockNumber });
  const resultOf = async (blockNumber: number) =>
    ((await next(blockNumber)).apdu as { block: { result: { result?: string; choice: string } } }).block
      .result;
  assert.equal((await resultOf(1)).choice, 'raw-data');
  assert.equal((await resultOf(7)).result, 'data-block-number-invalid');
  assert.equal((await resultOf(2)).result, 'no-long-get-in-progress');
});

function noGbt(clientMaxReceivePduSize: number): Partial<InitiateRequest> {
  return {
    clientMaxReceivePduSize,
    conformance: [
      'block-transfer-with-get-or-read',
      'block-transfer-with-set-or-write',
      'get',
      'set',
      'action',
    ],
  };
}

test('a later block must be protected as the first was', async () => {
  const here = scene({}, {}, makeParties(0, { policy: { request: none, response: none } }));
  const client = new RawClient(here.server, here.parties, { initiate: noGbt(200) });
  await client.associate();
  await client.request(getRequest(7, demoNames.loadProfile, 2));
  const { bytes } = await client.request(
    { type: 'get-request', choice: 'next', invoke, blockNumber: 1 },
    none,
  );
  assert.deepEqual(Buffer.from(bytes!), Buffer.from(refusalApdu));
  assert.equal(here.reason(), 'server/scope-of-access-violated');
});

test('a block of general block transfer from nowhere is refused', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  await client.associate();
  const stray = { lastBlock: false, streaming: false, window: 1, blockNumber: 4, blockNumberAck: 3 };
  const bytes = encodeApdu({ type: 'general-block-transfer', ...stray, blockData: new Uint8Array(3) });
  await refused(here, client.send(bytes), 'server/unexpected-apdu');
});

test('APDUs of a server, unknown tags and broken ones are refused', async () => {
  const here = scene(
    { contexts: ['logical-name'] },
    {},
    makeParties(0, { policy: { request: none, response: none } }),
  );
  const client = new RawClient(here.server, here.parties, { ciphered: false });
  await client.associate();
  const response = { type: 'get-response', choice: 'normal', invoke } as const;
  const answer = { ...response, result: { choice: 'data', data: data('unsigned', 1) } } as const;
  await refused(here, client.send(encodeApdu(answer)), 'server/unexpected-apdu');
  await refused(here, client.send(Uint8Array.of(0x77, 1, 2)), 'apdu/tag');
  await refused(here, client.send(encodeApdu(name).subarray(0, 6)), 'bytes/truncated');
  await refused(here, client.send(Uint8Array.of(0xc8, 3, 1, 2, 3)), 'server/unexpected-apdu');
  assert.equal(here.server.associations, 1);
});

test('one association a client: a new one ends the old, which gets nothing more', async () => {
  const here = scene({ mechanism: 'low', secret: password });
  const first = new RawClient(here.server, here.parties, { mechanism: 'low' });
  await first.associate();
  const second = new RawClient(here.server, here.parties, { mechanism: 'low' });
  // Both sides of the test share counters, as one client with two connections would.
  await second.associate();
  assert.equal(here.server.associations, 1);
  assert.equal((await first.request(name)).apdu!.type, 'exception-response');
  assert.equal(resultIn(await second.request(name)), 'success');
});

test('associations have a bound, and room again after a release', async () => {
  const here = scene({}, { maxAssociations: 1 });
  const publicClient = new RawClient(here.server, here.parties, { clientSap: 16, ciphered: false });
  assert.equal((await publicClient.associate()).result, 'accepted');
  const client = new RawClient(here.server, here.parties);
  assert.equal((await client.associate()).result, 'rejected-permanent');
  assert.equal(here.reason(), 'server/associations');
  const [rlre] = await publicClient.send(encodeApdu({ type: 'rlrq', reason: 'normal' }));
  assert.equal(decodeApdu(rlre!).type, 'rlre');
  assert.equal((await client.associate()).result, 'accepted');
});

test('a release has to be ciphered where the association is, unless the definition says otherwise', async () => {
  for (const plainRelease of [false, true]) {
    const here = scene({ plainRelease });
    const client = new RawClient(here.server, here.parties);
    await client.associate();
    const [answer] = await client.send(encodeApdu({ type: 'rlrq', reason: 'normal' }));
    assert.equal(decodeApdu(answer!).type, plainRelease ? 'rlre' : 'exception-response');
    assert.equal(here.server.associations, plainRelease ? 0 : 1);
  }
});

test('unconfirmed requests are served and not answered', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  await client.associate();
  const value = data('octet-string', Uint8Array.of(1, 2, 3));
  const set = { ...setRequest(1, demoNames.note, 2, value), invoke: { ...invoke, confirmed: false } };
  assert.equal(resultIn(await client.request(set as never)), 'silence');
  const read = await client.request(getRequest(1, demoNames.note, 2));
  assert.deepEqual((read.apdu as { result: { data: unknown } }).result.data, {
    type: 'octet-string',
    value: Uint8Array.of(1, 2, 3),
  });
});

test('the queue of a channel has a bound', async () => {
  const here = scene({}, { maxQueuedApdus: 2 });
  const client = new RawClient(here.server, here.parties);
  const saps = { client: 1, server: 1 };
  for (let i = 0; i < 5; i++) client.link.handlers!.apdu(encodeApdu(name), saps, true);
  await client.send(encodeApdu(name));
  const full = here.events.filter(
    (event) => event.type === 'refused' && (event.error as CosemError).code === 'server/queue',
  );
  assert.equal(full.length, 4);
});

test('silence ends an association, and its channel is closed', async () => {
  const parties = makeParties(0);
  const ended = Promise.withResolvers<CosemError | undefined>();
  const { device } = demoMeter({
    security: parties.security,
    associations: [{ clientSap: 1, mechanism: 'lowest', contexts: ['logical-name-ciphered'], rights: [] }],
  });
  const server = new CosemServer({
    devices: [device],
    bounds: { idleTimeoutMs: 50 },
    audit: (event) => {
      if (event.type === 'ended') ended.resolve(event.error);
    },
  });
  const client = new RawClient(server, parties);
  await client.associate();
  // The server's own timer does not keep a process alive.
  const awake = setInterval(() => {}, 1000);
  assert.equal((await ended.promise)?.code, 'server/idle');
  clearInterval(awake);
  assert.equal(server.associations, 0);
  assert.equal(client.link.handlers, undefined);
});

test('a gateway answers for the devices behind it and for nobody else', async () => {
  const here = scene();
  const client = new RawClient(here.server, here.parties);
  const request = Uint8Array.from([0xe6, 0, 1, 0x55, ...(await client.aarq())]);
  assert.deepEqual(await client.send(request), []);
  assert.equal(here.reason(), 'server/unknown-sap');
  assert.deepEqual(await client.send(Uint8Array.of(0xe6, 0, 9, 1)), []);
  assert.equal(here.reason(), 'bytes/truncated');
});
