/** Key change, key agreement, policy, certificates and pushes between our client and our server. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, sign } from 'node:crypto';
import { type TestContext, test } from 'node:test';
import { toHex } from '../src/base/bytes.ts';
import { classes } from '../src/classes/index.ts';
import {
  type AssociationOptions,
  activateSecurity,
  changeKeys,
  connect,
  MemoryKeyChangeJournal,
} from '../src/client/index.ts';
import { data } from '../src/data/index.ts';
import { connectTcp } from '../src/link/node/tcp.ts';
import { type PushEvent, PushListener } from '../src/push/index.ts';
import { publicKeyFromRaw, spkiOf } from '../src/security/curves.ts';
import { der, derOid, derTags, derUnsigned } from '../src/security/der.ts';
import {
  decodeKeyMaterial,
  encodeKeyMaterial,
  finishAgreement,
  keyName,
  offerAgreement,
  readCertificateRequest,
  type SecuritySuite,
} from '../src/security/index.ts';
import {
  CosemServer,
  columnReader,
  DeviceSecurity,
  demoMeter,
  demoNames,
  demoRights,
  MemoryCertificates,
  pushOver,
  pushSetup,
  type SecurityState,
  type SecurityStatePort,
  type ServerEvent,
  serveTcp,
} from '../src/server/index.ts';
import { tcpTransport } from '../src/session/index.ts';
import { clientTitle, makeParties, none, type Parties, serverTitle } from './parties.ts';

const host = '127.0.0.1';
const securitySetup = demoNames.securitySetup;

class MemoryState implements SecurityStatePort {
  state: SecurityState | undefined;
  load(): SecurityState | undefined {
    return this.state;
  }
  save(state: SecurityState): void {
    this.state = state;
  }
}

async function site(t: TestContext, parties: Parties) {
  const events: ServerEvent[] = [];
  const meter = demoMeter({
    security: parties.security,
    associations: [1, 2].map((clientSap) => ({
      clientSap,
      mechanism: 'high-gmac' as const,
      contexts: ['logical-name-ciphered' as const],
      rights: demoRights.management,
    })),
  });
  const server = new CosemServer({ devices: [meter.device], audit: (event) => events.push(event) });
  const listener = await serveTcp(server, { host, port: 0 });
  t.after(async () => {
    await server.close();
    await listener.close();
  });
  const open = async (client = 1, extra: Partial<AssociationOptions['security']> = {}) =>
    connect({
      transport: await tcpTransport({ host, port: listener.port, saps: { client, server: 1 } }),
      mechanism: 'high-gmac',
      security: { ...parties.clientSecurity(), ...extra },
    });
  const reason = () => {
    const last = events.filter((event) => event.type === 'refused').at(-1);
    return last === undefined ? undefined : (last.error as Error).message;
  };
  return { server, meter, events, open, reason };
}

test('keys change as one transaction, and only the new ones work then', async (t) => {
  for (const suite of [0, 1, 2] as const) {
    const state = new MemoryState();
    const parties = makeParties(suite, { state });
    const { open } = await site(t, parties);
    const journal = new MemoryKeyChangeJournal();
    // A client that sticks to what it began with.
    const other = await open(2, { systemTitle: Uint8Array.from([...clientTitle.subarray(0, 7), 9]) });
    const result = await changeKeys({
      keys: parties.clientKeys,
      keyOwner: toHex(serverTitle),
      suite,
      purposes: ['unicast-encryption', 'authentication', 'master'],
      generation: 0,
      journal,
      connect: (choice) => open(1, choice),
    });
    assert.deepEqual(result, { changed: true, generation: 1 });
    assert.equal(parties.security.generation, 1);
    assert.equal(state.state?.pending, undefined);
    await assert.rejects(() => other.read(1, '0.0.42.0.0.255', 2), 'its association has ended');
    await other.close();
    const client = await open(1);
    assert.equal((await client.read(64, securitySetup, 3)).value, suite);
    await client.close();
    await assert.rejects(() => open(1, { keys: makeParties(suite).clientKeys }), {
      code: 'session/rejected',
    });
  }
});

test('wrapped keys that are not sound are refused, and nothing is staged', async (t) => {
  const parties = makeParties(0);
  const { open, reason } = await site(t, parties);
  const client = await open();
  const material = encodeKeyMaterial([{ purpose: 'authentication', material: new Uint8Array(24) }]);
  await assert.rejects(() => client.invoke(64, securitySetup, 2, material), { code: 'client/access' });
  assert.match(reason()!, /security\/key-unwrap/);
  assert.equal(parties.serverKeys.has(keyName(serverTitle, 'authentication', 'next')), false);
  assert.equal((await client.read(64, securitySetup, 3)).value, 0);
  await client.close();
});

test('a promised change of keys is finished after a crash, and only once', async () => {
  const state = new MemoryState();
  const parties = makeParties(0, { state });
  const { serverKeys, security } = parties;
  serverKeys.stage(keyName(serverTitle, 'unicast-encryption'), serverKeys.generate(16));
  await security.promiseKeys(['unicast-encryption']);
  // The device stops here; what it wakes up with is what was kept.
  const awake = new DeviceSecurity({ ...security.options, state });
  await awake.settled();
  assert.equal(awake.generation, 1);
  assert.equal(serverKeys.has(keyName(serverTitle, 'unicast-encryption', 'next')), false);
  const again = new DeviceSecurity({ ...security.options, state });
  await again.settled();
  assert.equal(again.generation, 1);
});

test('a policy gets stronger and never weaker', async (t) => {
  const open0 = { request: none, response: none };
  const parties = makeParties(0, { policy: open0 });
  const { open } = await site(t, parties);
  const client = await open();
  await activateSecurity(client, 0b0110_1100);
  assert.equal((await client.read(64, securitySetup, 2)).value, 0b0110_1100);
  await assert.rejects(() => activateSecurity(client, 0b0010_0100), { code: 'client/access' });
  await assert.rejects(() => activateSecurity(client, 1), { code: 'client/access' });
  await client.close();
});

test('keys are agreed on by C(2e,0s)', async (t) => {
  for (const suite of [1, 2] as const) {
    const parties = makeParties(suite);
    const { open } = await site(t, parties);
    const client = await open();
    const side = {
      suite: suite as SecuritySuite,
      keys: parties.clientKeys,
      purpose: 'authentication' as const,
      signing: keyName(clientTitle, 'signing'),
      peerSigningKey: parties.serverKeys.publicKey(keyName(serverTitle, 'signing')),
      clientTitle,
      serverTitle,
    };
    const offer = await offerAgreement(side);
    const returned = await client.invoke(64, securitySetup, 3, encodeKeyMaterial([offer.material]));
    const [theirs] = decodeKeyMaterial(returned!);
    const key = await finishAgreement(side, offer.ephemeral, theirs!);
    parties.clientKeys.stage(keyName(serverTitle, 'authentication'), key);
    await client.close();
    parties.clientKeys.activate([keyName(serverTitle, 'authentication')]);
    const after = await open();
    assert.equal((await after.read(64, securitySetup, 3)).value, suite);
    await after.close();
    const forged = { ...offer.material, material: Uint8Array.from(offer.material.material).fill(1, 80) };
    const last = await open();
    await assert.rejects(() => last.invoke(64, securitySetup, 3, encodeKeyMaterial([forged])), {
      code: 'client/access',
    });
    await last.close();
  }
});

const oids = {
  commonName: '550403',
  keyUsage: '551d0f',
  ecdsaWithSha256: '2a8648ce3d040302',
} as const;

/** A certificate of P-256 for signing, signed by a key that the device is told to trust or not. */
function certificate(title: Uint8Array, publicKey: Uint8Array): Uint8Array {
  const issuer = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
  const algorithm = der(derTags.sequence, derOid(oids.ecdsaWithSha256));
  const nameOf = (text: string): Uint8Array =>
    der(
      derTags.sequence,
      der(
        derTags.set,
        der(derTags.sequence, derOid(oids.commonName), der(derTags.utf8String, Buffer.from(text))),
      ),
    );
  const utcTime = (text: string): Uint8Array => der(0x17, Buffer.from(text));
  const usage = der(derTags.octetString, der(derTags.bitString, Uint8Array.of(7, 0x80)));
  const extension = der(derTags.sequence, derOid(oids.keyUsage), usage);
  const body = der(
    derTags.sequence,
    der(0xa0, derUnsigned(Uint8Array.of(2))),
    derUnsigned(Uint8Array.of(77)),
    algorithm,
    nameOf('Test CA'),
    der(derTags.sequence, utcTime('260101000000Z'), utcTime('360101000000Z')),
    nameOf(toHex(title).toUpperCase()),
    spkiOf(publicKeyFromRaw('P-256', publicKey)),
    der(0xa3, der(derTags.sequence, extension)),
  );
  const signature = sign('sha256', body, issuer);
  return der(derTags.sequence, body, algorithm, der(derTags.bitString, Uint8Array.of(0), signature));
}

test('a new key pair, its request, its certificate; and certificates of clients', async (t) => {
  const trusted = new Set<string>();
  const certificates = new MemoryCertificates(({ contents }) => trusted.has(toHex(contents.der)));
  const parties = makeParties(1, { certificates });
  const { open, reason } = await site(t, parties);
  const before = toHex(parties.serverKeys.publicKey(keyName(serverTitle, 'signing')));
  const client = await open();
  const signing = data('enum', 0);
  await client.invoke(64, securitySetup, 4, signing);
  const request = await client.invoke(64, securitySetup, 5, signing);
  const wanted = readCertificateRequest(request!.value as Uint8Array);
  assert.notEqual(toHex(wanted.publicKey), before);
  assert.equal(toHex(wanted.systemTitle!), toHex(serverTitle));
  const own = certificate(serverTitle, wanted.publicKey);
  const importOf = (one: Uint8Array) => client.invoke(64, securitySetup, 6, data('octet-string', one));
  await assert.rejects(() => importOf(own), { code: 'client/access' });
  assert.match(reason()!, /not trusted/);
  assert.equal(toHex(parties.serverKeys.publicKey(keyName(serverTitle, 'signing'))), before);
  trusted.add(toHex(own));
  await importOf(own);
  assert.equal(toHex(parties.serverKeys.publicKey(keyName(serverTitle, 'signing'))), toHex(wanted.publicKey));
  const strange = certificate(serverTitle, parties.clientKeys.publicKey(keyName(clientTitle, 'signing')));
  trusted.add(toHex(strange));
  await assert.rejects(() => importOf(strange), { code: 'client/access' });
  assert.match(reason()!, /another key/);
  const theirs = certificate(clientTitle, parties.clientKeys.publicKey(keyName(clientTitle, 'signing')));
  trusted.add(toHex(theirs));
  await importOf(theirs);
  assert.equal(((await client.read(64, securitySetup, 6)).value as unknown[]).length, 2);
  assert.ok(certificates.peerKey(clientTitle, 'signing') !== undefined);
  const reference = data('structure', [
    data('enum', 0),
    data('structure', [data('enum', 1), data('enum', 0), data('octet-string', clientTitle)]),
  ]);
  const exported = await client.invoke(64, securitySetup, 7, reference);
  assert.equal(toHex(exported!.value as Uint8Array), toHex(theirs));
  await client.invoke(64, securitySetup, 8, reference);
  await assert.rejects(() => client.invoke(64, securitySetup, 7, reference), { code: 'client/access' });
  await assert.rejects(() => importOf(Uint8Array.of(0x30, 3, 1, 2, 3)), { code: 'client/access' });
  await client.close();
});

test('dedicated keys, the general form and signatures', async (t) => {
  const parties = makeParties(1, { acceptFresh: () => true });
  const { meter, server } = await site(t, parties);
  const listener = await serveTcp(server, { host, port: 0 });
  t.after(() => listener.close());
  const forms: Partial<AssociationOptions>[] = [
    { dedicatedKey: true },
    { dedicatedKey: true, security: { ...parties.clientSecurity(), hlsKey: 'dedicated' } },
    { dedicatedKey: true, security: { ...parties.clientSecurity(), form: 'general' } },
    { security: { ...parties.clientSecurity(), form: 'general' } },
    {
      security: {
        ...parties.clientSecurity(),
        protection: { authenticated: true, encrypted: true, signed: true },
      },
    },
  ];
  for (const form of forms) {
    const client = await connect({
      transport: await tcpTransport({ host, port: listener.port, saps: { client: 1, server: 1 } }),
      mechanism: 'high-gmac',
      security: parties.clientSecurity(),
      ...form,
    });
    assert.equal((await client.read(1, '0.0.42.0.0.255', 2)).type, 'octet-string');
    await client.invoke(70, demoNames.disconnector, 1);
    assert.equal(meter.disconnector.state, 'disconnected');
    await client.invoke(70, demoNames.disconnector, 2);
    await client.close();
  }
});

test('a push of the meter reaches a listener, sealed', async (t) => {
  const parties = makeParties(0);
  const received: PushEvent[] = [];
  const arrived = Promise.withResolvers<void>();
  const listener = new PushListener({
    keys: parties.clientKeys,
    counters: parties.clientCounters,
    systemTitle: clientTitle,
    device: (title) => (title === toHex(serverTitle) ? {} : undefined),
    onEvent: (event) => {
      received.push(event);
      arrived.resolve();
    },
  });
  const { port } = await listener.listenTcp({ host, port: 0 });
  t.after(() => listener.close());
  const saps = { client: 1, server: 1 };
  const channel = await connectTcp({ host, port, saps });
  t.after(() => channel.close());
  const { device } = demoMeter({ security: parties.security, associations: [] });
  const setup = pushSetup({
    objects: [
      { classId: 40, logicalName: '0.0.25.9.0.255', attributeIndex: 2, dataIndex: 0 },
      { classId: 3, logicalName: demoNames.activeImport, attributeIndex: 2, dataIndex: 0 },
    ],
    destination: {
      transport: 'tcp',
      destination: Buffer.from('head end'),
      message: 'a_xdr_encoded_xdlms_apdu',
    },
    read: columnReader(() => [...device.objects, setup.object]),
    send: pushOver(channel, { client: 1, server: 1 }, parties.security, clientTitle),
    nowMs: () => Date.UTC(2026, 5, 1),
  });
  assert.equal(setup.object.definition.classId, classes.pushSetup.classId);
  await setup.push();
  await arrived.promise;
  const [event] = received;
  assert.ok(event !== undefined);
  assert.ok(event.type === 'data-notification');
  assert.equal(event.systemTitle, toHex(serverTitle));
  const energy = event.values[1];
  assert.equal(energy?.value.type, 'double-long-unsigned');
  assert.ok(JSON.stringify(energy).includes('1.8.0'), 'named by the push object list in front');
});
