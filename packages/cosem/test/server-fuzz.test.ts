/**
 * Random and damaged APDUs at a server with a live association, outside the ciphering and inside it: it never crashes,
 * never grants, and serves the next honest client. The seed of a failure is printed; FUZZ_SEED replays it.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { type Apdu, decodeApdu, encodeApdu } from '../src/apdu/index.ts';
import { CosemError } from '../src/base/errors.ts';
import { classes } from '../src/classes/index.ts';
import { data } from '../src/data/index.ts';
import { CosemServer, defineObject, demoMeter, demoNames, type ServerEvent } from '../src/server/index.ts';
import { apdu as anyApdu } from './arbitraries.ts';
import { fuzzSeed, mutate, randomFrom, randomOctets } from './fuzz.ts';
import { both, makeParties } from './parties.ts';
import { actionRequest, getRequest, invoke, RawClient, resultIn, setRequest } from './raw-client.ts';

const forbidden = '0.0.96.99.0.255';
const rounds = 1500;

/** A meter with one object that nothing may ever be done with; touching it is what the fuzzing looks for. */
function makeScene() {
  const parties = makeParties(0);
  const events: ServerEvent[] = [];
  let touched = 0;
  const touch = () => {
    touched += 1;
    return data('unsigned', 1);
  };
  const secret = defineObject(classes.data, {
    obis: forbidden,
    attributes: { value: { get: touch, set: () => void touch() } },
  });
  const meter = demoMeter({
    security: parties.security,
    objects: [secret],
    associations: [
      {
        clientSap: 1,
        mechanism: 'lowest',
        contexts: ['logical-name-ciphered'],
        rights: [
          { obis: forbidden },
          { classId: 70, attributes: { default: 'r' } },
          { attributes: { default: 'rw' }, methods: { default: true } },
        ],
      },
      { clientSap: 2, mechanism: 'high-gmac', contexts: ['logical-name-ciphered'], rights: [] },
    ],
  });
  const server = new CosemServer({ devices: [meter.device], audit: (event) => events.push(event) });
  return { parties, server, events, meter, touched: () => touched };
}

type Scene = ReturnType<typeof makeScene>;

/** Reasons of refusals are all ours: anything else is a defect that was caught by luck. */
function checkReasons({ events }: Scene, seed: number): void {
  for (const event of events) {
    if (event.type !== 'refused') continue;
    assert.ok(event.error instanceof CosemError, `seed ${seed}: ${event.what}: ${String(event.error)}`);
  }
}

const honest: readonly Apdu[] = [
  getRequest(1, '0.0.42.0.0.255', 2),
  getRequest(7, demoNames.loadProfile, 2),
  getRequest(15, '0.0.40.0.0.255', 2),
  getRequest(1, forbidden, 2),
  setRequest(1, demoNames.note, 2, data('octet-string', new Uint8Array(9))),
  actionRequest(70, demoNames.disconnector, 1),
  actionRequest(7, demoNames.loadProfile, 2),
  { type: 'get-request', choice: 'next', invoke, blockNumber: 1 },
  {
    type: 'access-request',
    invoke: {
      invokeId: 1,
      selfDescriptive: false,
      breakOnError: false,
      confirmed: true,
      highPriority: false,
    },
    dateTime: new Uint8Array(0),
    specification: [
      {
        choice: 'get',
        descriptor: { classId: 8, instance: Uint8Array.of(0, 0, 1, 0, 0, 255), attribute: 2 },
      },
    ],
    data: [data('null-data', null)],
  },
];

async function usable({ server, parties, meter }: Scene): Promise<void> {
  const client = new RawClient(server, parties);
  assert.equal((await client.associate()).result, 'accepted');
  assert.equal(resultIn(await client.request(getRequest(1, '0.0.42.0.0.255', 2))), 'success');
  assert.equal(meter.disconnector.state, 'connected');
}

test('octets of chance and damaged messages outside the ciphering', async () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const scene = makeScene();
  const client = new RawClient(scene.server, scene.parties);
  await client.associate();
  const { protection } = client;
  for (let i = 0; i < rounds; i++) {
    const original = honest[random(honest.length)]!;
    const sealed = await protection!.protect(encodeApdu(original), { protection: both });
    const sources = [
      () => randomOctets(random, 80),
      () => mutate(random, sealed),
      () => mutate(random, encodeApdu(original)),
      () =>
        Uint8Array.from([
          [0xc0, 0xc8, 0xd0, 0xdb, 0xdd, 0xdf, 0xe0, 0x62][random(8)]!,
          ...randomOctets(random, 40),
        ]),
    ];
    const sent = sources[random(sources.length)]!();
    if (Buffer.compare(sent, sealed) === 0) continue;
    for (const answer of await client.send(sent)) {
      const { type } = decodeApdu(answer);
      assert.ok(
        ['exception-response', 'aare', 'general-block-transfer'].includes(type),
        `seed ${seed}: ${type}`,
      );
    }
  }
  assert.equal(scene.touched(), 0, `seed ${seed}`);
  assert.ok(!scene.events.some((event) => event.type === 'served'), `seed ${seed}`);
  assert.equal(scene.server.associations, 1, `seed ${seed}: the association stays`);
  checkReasons(scene, seed);
  await usable(scene);
});

test('damaged and invented messages inside the ciphering', async () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const scene = makeScene();
  let client = new RawClient(scene.server, scene.parties);
  await client.associate();
  const invented = fc.sample(anyApdu, { numRuns: 400, seed: seed | 0 });
  for (let i = 0; i < rounds; i++) {
    let plain: Uint8Array;
    try {
      plain =
        random(2) === 0
          ? encodeApdu(invented[random(invented.length)]!)
          : encodeApdu(honest[random(honest.length)]!);
    } catch {
      continue;
    }
    if (random(3) > 0) plain = mutate(random, plain);
    if (plain.length === 0) continue;
    const form = random(2) === 0 ? 'general' : 'service-specific';
    const sealed = await client.protection!.protect(plain, { protection: both, form }).catch(() => undefined);
    if (sealed === undefined) continue;
    for (const answer of await client.send(sealed)) {
      const opened = await client.protection!.unprotect(answer);
      decodeApdu(opened.plain);
    }
    // The last profile reset or release may have ended it: an honest client comes back.
    if (scene.server.associations === 0) {
      client = new RawClient(scene.server, scene.parties);
      await client.associate();
    }
  }
  assert.equal(scene.touched(), 0, `seed ${seed}`);
  checkReasons(scene, seed);
  await usable(scene);
});

test('before the proof nothing is granted, whatever comes', async () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const scene = makeScene();
  const client = new RawClient(scene.server, scene.parties, { mechanism: 'high-gmac', clientSap: 2 });
  await client.send(await client.aarq(new Uint8Array(32).fill(3)));
  for (let i = 0; i < rounds / 3; i++) {
    const plain = encodeApdu(honest[random(honest.length)]!);
    const inside = random(2) === 0 ? plain : mutate(random, plain);
    const sealed = await client.protection!.protect(inside, { protection: both }).catch(() => undefined);
    if (sealed !== undefined) await client.send(sealed);
    else await client.send(inside);
  }
  assert.equal(scene.touched(), 0, `seed ${seed}`);
  assert.ok(
    !scene.events.some((event) => event.type === 'served' || event.type === 'associated'),
    `seed ${seed}`,
  );
  checkReasons(scene, seed);
  await usable(scene);
});

test('damaged AARQs never associate', async () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const scene = makeScene();
  for (let i = 0; i < rounds / 3; i++) {
    const client = new RawClient(scene.server, scene.parties);
    const aarq = await client.aarq();
    const sent = mutate(random, aarq);
    for (const answer of await client.send(sent)) {
      const apdu = decodeApdu(answer);
      // A change in a field that nobody reads leaves the message a good one.
      if (apdu.type === 'aare' && apdu.result === 'accepted') await client.link.close();
    }
    await client.link.close();
  }
  assert.equal(scene.server.associations, 0);
  assert.ok(!scene.events.some((event) => event.type === 'served'), `seed ${seed}`);
  checkReasons(scene, seed);
  await usable(scene);
});
