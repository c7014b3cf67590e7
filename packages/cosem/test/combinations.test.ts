/**
 * Client against server over real sockets, in every combination of suite, mechanism, link, transfer and PDU size that
 * means something. Each one reads an identity, a list and a profile, writes, invokes and releases.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ConformanceBit, MechanismName } from '../src/apdu/index.ts';
import {
  type AssociationOptions,
  type CosemClient,
  clientConformance,
  connect,
} from '../src/client/index.ts';
import { data } from '../src/data/index.ts';
import { hdlcAddress } from '../src/link/hdlc-address.ts';
import type { LinkListener } from '../src/link/node/tcp.ts';
import type { SecuritySuite } from '../src/security/index.ts';
import {
  type AccessRule,
  anyUpperAddress,
  CosemServer,
  demoMeter,
  demoNames,
  demoRights,
  type LogicalDevice,
  serveHdlcTcp,
  serveTcp,
  serveUdp,
} from '../src/server/index.ts';
import {
  type ApduTransport,
  gatewayTransport,
  hdlcTcpTransport,
  tcpTransport,
  udpTransport,
} from '../src/session/index.ts';
import { makeParties, type Parties, secretOf, weakMechanisms } from './parties.ts';

const host = '127.0.0.1';
const pduSizes = [64, 256, 1024, 65535] as const;
const links = ['tcp', 'udp', 'hdlc', 'gateway'] as const;
type Link = (typeof links)[number];
const transfers = ['none', 'service', 'general'] as const;
type Transfer = (typeof transfers)[number];

const mechanisms: readonly MechanismName[] = [
  'lowest',
  'low',
  'high-md5',
  'high-sha1',
  'high-gmac',
  'high-sha256',
  'high-ecdsa',
];
const profileRows = 12;
const deviceBehindGateway = Uint8Array.of(0xde, 0x01);

const serviceBits: readonly ConformanceBit[] = [
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
];

function conformanceOf(transfer: Transfer): readonly ConformanceBit[] {
  return clientConformance.filter(
    (bit) =>
      (transfer === 'service' || !serviceBits.includes(bit)) &&
      (transfer === 'general' || bit !== 'general-block-transfer'),
  );
}

/** `plain` has no ciphering; its mechanisms 5 to 7 may still use keys. */
type Security = 'plain' | SecuritySuite;

function mechanismsOf(security: Security): readonly MechanismName[] {
  if (security === 1 || security === 2) return mechanisms;
  return mechanisms.filter((mechanism) => mechanism !== 'high-ecdsa');
}

/** One logical device for each PDU size that the server takes, with one client for each mechanism. */
function makeDevices(security: Security, parties: Parties): LogicalDevice[] {
  const rights: readonly AccessRule[] =
    security === 'plain'
      ? [{ attributes: { default: 'rw' }, methods: { default: true } }]
      : demoRights.management;
  return pduSizes.map((maxPduSize, i) => {
    const associations = mechanismsOf(security).map((mechanism, m) => ({
      clientSap: m + 1,
      mechanism,
      weakMechanisms,
      contexts: [security === 'plain' ? ('logical-name' as const) : ('logical-name-ciphered' as const)],
      rights,
      maxPduSize,
      ...secretOf(mechanism),
    }));
    return demoMeter({ sap: i + 1, rows: profileRows, security: parties.security, associations }).device;
  });
}

interface Site {
  readonly parties: Parties;
  readonly server: CosemServer;
  readonly ports: Record<'tcp' | 'udp' | 'hdlc', number>;
}

const open: { close(): Promise<void> }[] = [];
after(async () => {
  for (const one of open.reverse()) await one.close();
});

async function startSite(security: Security): Promise<Site> {
  const parties = makeParties(security === 'plain' ? 0 : security);
  const devices = makeDevices(security, parties);
  const server = new CosemServer({
    devices,
    gateway: ({ deviceAddress }) =>
      Buffer.compare(deviceAddress, deviceBehindGateway) === 0 ? devices : undefined,
  });
  const address = anyUpperAddress(devices.map(({ sap }) => sap));
  const listeners: LinkListener[] = [
    await serveTcp(server, { host, port: 0 }),
    await serveUdp(server, { host, port: 0 }),
    await serveHdlcTcp(server, { host, port: 0, server: address, maxInfoTransmit: 512, maxInfoReceive: 512 }),
  ];
  open.push(...listeners, server);
  const [tcp, udp, hdlc] = listeners.map(({ port }) => port) as [number, number, number];
  return { parties, server, ports: { tcp, udp, hdlc } };
}

async function transportFor(
  { ports }: Site,
  link: Link,
  client: number,
  server: number,
): Promise<ApduTransport> {
  const saps = { client, server };
  switch (link) {
    case 'tcp':
      return tcpTransport({ host, port: ports.tcp, saps });
    case 'udp':
      return udpTransport({ host, port: ports.udp, saps });
    case 'hdlc':
      return hdlcTcpTransport({
        host,
        port: ports.hdlc,
        client: hdlcAddress(client),
        server: hdlcAddress(server),
        maxInfoTransmit: 512,
        maxInfoReceive: 512,
      });
    case 'gateway': {
      const inner = await tcpTransport({ host, port: ports.tcp, saps });
      return gatewayTransport(inner, { networkId: 0, deviceAddress: deviceBehindGateway });
    }
  }
}

interface Combination {
  readonly security: Security;
  readonly mechanism: MechanismName;
  readonly link: Link;
  readonly transfer: Transfer;
  readonly pduSize: (typeof pduSizes)[number];
}

/**
 * Proofs that do not fit a PDU of 64 octets: the client sends reply_to_HLS_authentication whole or in general block
 * transfer.
 */
function proofFits({ mechanism, security, transfer, pduSize }: Combination): boolean {
  if (pduSize > 64 || transfer !== 'service') return true;
  if (mechanism === 'high-ecdsa') return false;
  return security === 'plain' || mechanism !== 'high-sha256';
}

/** Without blocks everything has to fit one APDU. */
function* combinations(security: Security, link: Link): Generator<Combination> {
  for (const mechanism of mechanismsOf(security)) {
    for (const transfer of transfers) {
      for (const pduSize of pduSizes) {
        if (transfer === 'none' && pduSize < 1024) continue;
        const combination: Combination = { security, mechanism, link, transfer, pduSize };
        if (proofFits(combination)) yield combination;
      }
    }
  }
}

async function open1(site: Site, combination: Combination): Promise<CosemClient> {
  const { security, mechanism, link, transfer, pduSize } = combination;
  const clientSap = mechanisms.indexOf(mechanism) + 1;
  const serverSap = pduSizes.indexOf(pduSize) + 1;
  const titled = security !== 'plain' || mechanism === 'high-gmac' || mechanism === 'high-sha256';
  const options: AssociationOptions = {
    transport: await transportFor(site, link, clientSap, serverSap),
    mechanism,
    weakMechanisms,
    conformance: conformanceOf(transfer),
    maxReceivePduSize: pduSize,
    ...secretOf(mechanism),
    ...(titled ? { security: site.parties.clientSecurity(), ciphered: security !== 'plain' } : {}),
  };
  return connect(options);
}

/** What every combination does. */
async function exercise(client: CosemClient, { transfer, pduSize }: Combination): Promise<void> {
  const name = await client.read(1, '0.0.42.0.0.255', 2);
  assert.equal(Buffer.from(name.value as Uint8Array).toString(), 'WWD0000000000001');

  let rows = 0;
  let lastTime = 0;
  for await (const { cells, time } of client.readProfile(demoNames.loadProfile, { entries: { from: 1 } })) {
    assert.equal(cells.length, 6);
    const minutes = time!.hour! * 60 + time!.minute! + Number(time!.dayOfMonth) * 1440;
    if (rows > 0) assert.notEqual(minutes, lastTime);
    lastTime = minutes;
    rows += 1;
  }
  assert.equal(rows, profileRows);

  const note = Uint8Array.from(
    { length: transfer === 'none' ? 100 : 300 },
    (_, i) => (i * 31 + pduSize) & 0xff,
  );
  await client.write(1, demoNames.note, 2, data('octet-string', note));
  const written = await client.read(1, demoNames.note, 2);
  assert.deepEqual(Buffer.from(written.value as Uint8Array), Buffer.from(note));

  const many = await client.readMany([
    { classId: 3, obis: demoNames.activeImport, attribute: 3 },
    { classId: 3, obis: '9.9.9.9.9.9', attribute: 2 },
    { classId: 3, obis: demoNames.voltage, attribute: 3 },
  ]);
  assert.deepEqual(
    many.map(({ ok }) => ok),
    [true, false, true],
  );

  await client.invoke(70, demoNames.disconnector, 1);
  assert.equal((await client.read(70, demoNames.disconnector, 2)).value, false);
  await client.invoke(70, demoNames.disconnector, 2);
  assert.equal((await client.read(70, demoNames.disconnector, 2)).value, true);

  if (transfer === 'service' && pduSize < 1024) return;
  const outcomes = await client.access([
    { service: 'set', classId: 1, obis: demoNames.note, attribute: 2, value: data('octet-string', note) },
    { service: 'get', classId: 1, obis: demoNames.note, attribute: 2 },
    { service: 'action', classId: 70, obis: demoNames.disconnector, method: 2 },
  ]);
  assert.deepEqual(
    outcomes.map(({ ok }) => ok),
    [true, true, true],
  );
}

for (const security of ['plain', 0, 1, 2] as const) {
  const site = startSite(security);
  for (const link of links) {
    test(`suite ${security} over ${link}: every mechanism, transfer and PDU size`, async () => {
      const ready = await site;
      let done = 0;
      for (const combination of combinations(security, link)) {
        try {
          const client = await open1(ready, combination);
          assert.equal(client.association.mechanism, combination.mechanism);
          assert.equal(client.association.maxSendPduSize <= combination.pduSize, true);
          await exercise(client, combination);
          await client.close();
          done += 1;
        } catch (error) {
          throw new Error(`in ${JSON.stringify(combination)}`, { cause: error });
        }
      }
      assert.ok(done >= 54, `${done} combinations`);
    });
  }
}
