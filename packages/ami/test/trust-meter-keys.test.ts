import assert from 'node:assert/strict';
import { createDecipheriv } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { backup } from '../src/store/backup.ts';
import { openStore } from '../src/store/store.ts';
import { type DeliveredKey, KeyRotations, type MeterKeyDelivery } from '../src/trust/key-rotation.ts';
import { type MeterKeyPurpose, meterPurposes } from '../src/trust/meter-key-purposes.ts';
import { MeterKeys } from '../src/trust/meter-keys.ts';
import { code, officer, type TrustFixture, trustFixture } from './trust-fixture.ts';

let trust: TrustFixture;
let meters: MeterKeys;
const clock = { offsetMs: 0 };

const openMeterKeys = async () => {
  const made = new MeterKeys({
    db: trust.db,
    keys: trust.keys,
    audit: trust.audit,
    now: () => new Date(Date.now() + clock.offsetMs),
  });
  await made.ready();
  return made;
};

before(async () => {
  trust = await trustFixture({ authorities: false });
  meters = await openMeterKeys();
});
after(async () => {
  await trust?.[Symbol.asyncDispose]();
});

const secretOf = (device: string, purpose: MeterKeyPurpose, from = meters) =>
  from.withKey(device, purpose, (key) => key.export());

/** A meter that has a master key and takes what is wrapped under it, and forgets its old keys when it does. */
class Meter implements MeterKeyDelivery {
  readonly keys = new Map<string, string>();
  previous = new Map<string, string>();
  readonly delivered = new Set<string>();
  master: Buffer;
  reachable = true;
  deliveries = 0;

  constructor(master: Buffer) {
    this.master = master;
  }

  async deliver(_device: string, keys: readonly DeliveredKey[], rotation: string): Promise<void> {
    if (!this.reachable) throw new Error('no answer');
    this.deliveries++;
    for (const { purpose, wrapped } of keys) {
      const decipher = createDecipheriv(
        `id-aes${this.master.length * 8}-wrap`,
        this.master,
        Buffer.alloc(8, 0xa6),
      );
      this.keys.set(purpose, Buffer.concat([decipher.update(wrapped), decipher.final()]).toString('hex'));
    }
    const master = this.keys.get('master');
    if (master !== undefined) this.master = Buffer.from(master, 'hex');
    this.delivered.add(rotation);
  }

  async confirm(_device: string, rotation: string): Promise<'new' | 'old' | 'unknown'> {
    if (!this.reachable) return 'unknown';
    return this.delivered.has(rotation) ? 'new' : 'old';
  }
}

test('a meter gets one key for each purpose, of its suite’s length, and no two are the same', async () => {
  await meters.generate('4D4D4D0000000001', 0, officer);
  await meters.generate('4D4D4D0000000002', 2, officer);
  const seen = new Set<string>();
  for (const [device, octets] of [
    ['4D4D4D0000000001', 16],
    ['4D4D4D0000000002', 32],
  ] as const) {
    for (const purpose of meterPurposes) {
      const secret = await secretOf(device, purpose);
      assert.equal(secret.length, octets);
      seen.add(secret.toString('hex'));
    }
  }
  assert.equal(seen.size, 2 * meterPurposes.length);
  await assert.rejects(meters.generate('4D4D4D0000000001', 0, officer), code('trust/meter-key-exists'));
  await assert.rejects(meters.generate('meter 1', 0, officer), code('trust/no-meter-key'));
  await assert.rejects(secretOf('4D4D4D00000000FF', 'master'), code('trust/no-meter-key'));
  await meters.generate('group/feeder-7', 0, officer, ['broadcast']);
  await assert.rejects(
    meters.generate('4D4D4D0000000003', 0, officer, ['broadcast']),
    code('trust/no-meter-key'),
  );
});

test('what is listed says everything but the key, and when it is due', async () => {
  const rows = await meters.list({ device: '4D4D4D0000000001', limit: 100 });
  assert.equal(rows.length, meterPurposes.length);
  for (const row of rows) {
    assert.deepEqual(Object.keys(row).sort(), [
      'createdAt',
      'currentSince',
      'destroyedAt',
      'device',
      'dueAt',
      'generation',
      'id',
      'purpose',
      'state',
      'suite',
    ]);
    assert.ok(row.dueAt! > row.currentSince!);
  }
  assert.deepEqual(await meters.list({ dueOnly: true, limit: 100 }), []);
  clock.offsetMs = 400 * 86_400_000;
  const due = await meters.list({ device: '4D4D4D0000000001', dueOnly: true, limit: 100 });
  clock.offsetMs = 0;
  assert.equal(due.length, meterPurposes.length - 1, 'all but the master key, which lives longer');
  assert.equal((await meters.summary()).find(({ purpose }) => purpose === 'master')?.current, 2);
});

test('no key stands in clear in a record, a dump, a backup or the server’s files', async () => {
  const secrets: Buffer[] = [];
  for (const device of ['4D4D4D0000000001', '4D4D4D0000000002'])
    for (const purpose of meterPurposes) secrets.push(await secretOf(device, purpose));
  const places: [string, Buffer][] = [['audit', Buffer.from(JSON.stringify(trust.audit.events))]];
  const client = await openStore(trust.server.server.administrator);
  try {
    await client.query('CHECKPOINT');
    const parts: Uint8Array[] = [];
    for await (const part of backup(client, ['store', 'trust'])) parts.push(part);
    places.push(['backup before it is sealed', Buffer.concat(parts)]);
    const { rows } = await client.query<{ text: string }>('SELECT m::text AS text FROM trust.meter_key m');
    assert.equal(rows.length, 2 * meterPurposes.length + 1);
    places.push(['rows as text', Buffer.from(rows.map(({ text }) => text).join('\n'))]);
  } finally {
    await client.end();
  }
  for (const path of filesBelow(trust.server.state)) places.push([path, readFileSync(path)]);
  for (const path of filesBelow(trust.folder)) places.push([path, readFileSync(path)]);
  // The search must be able to find: what is stored in wrapped form is there.
  const { rows } = await trust.db.query<{ wrapped: Buffer }>('SELECT wrapped FROM meter_key LIMIT 1');
  assert.ok(places.some(([, octets]) => octets.includes(rows[0]!.wrapped)));
  for (const [name, octets] of places) {
    for (const secret of secrets) {
      for (const form of [
        secret,
        Buffer.from(secret.toString('hex')),
        Buffer.from(secret.toString('base64').slice(0, 20)),
      ])
        assert.equal(octets.includes(form), false, name);
    }
  }
});

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => existsSync(path) && statSync(path).isFile());
}

test('a row that was moved to another meter or altered opens nothing, and the scan names it', async () => {
  const admin = await openStore(trust.server.server.administrator);
  try {
    assert.deepEqual((await meters.scanUniqueness()).problems, []);
    const wrappedOf = async (device: string) =>
      (
        await admin.query<{ wrapped: Buffer }>(
          `SELECT wrapped FROM trust.meter_key WHERE device = $1 AND purpose = 'master'`,
          [device],
        )
      ).rows[0]!.wrapped;
    const [one, two] = ['4D4D4D0000000011', '4D4D4D0000000012'];
    for (const device of [one, two]) await meters.generate(device, 1, officer);
    const put = (device: string, wrapped: Buffer) =>
      admin.query(`UPDATE trust.meter_key SET wrapped = $2 WHERE device = $1 AND purpose = 'master'`, [
        device,
        wrapped,
      ]);
    const own = await wrappedOf(one);
    await put(one, await wrappedOf(two));
    await assert.rejects(secretOf(one, 'master'), code('trust/wrong-key'));
    assert.deepEqual((await meters.scanUniqueness()).problems, [`${one} master 1: does not open`]);
    const altered = Buffer.from(own);
    altered[3]! ^= 1;
    await put(one, altered);
    await assert.rejects(secretOf(one, 'master'), code('trust/wrong-key'));
    await put(one, own);
    assert.deepEqual((await meters.scanUniqueness()).problems, []);
  } finally {
    await admin.end();
  }
});

test('a key that was made twice is found by the scan', async () => {
  const device = '4D4D4D0000000021';
  await meters.generate(device, 1, officer);
  const rows = await meters.stored(trust.db, device, 'encryption.reading');
  const secret = await meters.openStored(rows[0]!);
  const { createHash } = await import('node:crypto');
  const purpose = 'encryption.alarm';
  const binding = createHash('sha256').update(`${device}\n${purpose}\n1`).digest().subarray(0, 16);
  const wrapped = await trust.keys.wrap('meter-keys-1', Buffer.concat([secret, binding]));
  const admin = await openStore(trust.server.server.administrator);
  try {
    await admin.query('UPDATE trust.meter_key SET wrapped = $3 WHERE device = $1 AND purpose = $2', [
      device,
      purpose,
      wrapped,
    ]);
    const { problems } = await meters.scanUniqueness();
    assert.equal(problems.length, 1);
    assert.match(problems[0]!, /the same key as 4D4D4D0000000021/);
  } finally {
    await admin.end();
  }
  assert.equal(await meters.destroy(device, officer, 'test'), meterPurposes.length);
});

test('a rotation gives the meter new keys and destroys the old ones', async () => {
  const device = '4D4D4D0000000001';
  const meter = new Meter(await secretOf(device, 'master'));
  const rotations = new KeyRotations(meters, meter);
  const before = await secretOf(device, 'encryption.reading');
  const done = await rotations.rotate(device, ['encryption.reading', 'authentication.reading'], officer);
  assert.equal(done.state, 'committed');
  const current = await secretOf(device, 'encryption.reading');
  assert.notDeepEqual(current, before);
  assert.equal(meter.keys.get('encryption.reading'), current.toString('hex'));
  const rows = await meters.list({ device, purpose: 'encryption.reading', limit: 10 });
  assert.deepEqual(
    rows.map(({ generation, state }) => [generation, state]),
    [
      [2, 'current'],
      [1, 'destroyed'],
    ],
  );
  const { rows: octets } = await trust.db.query(
    `SELECT 1 FROM meter_key WHERE state = 'destroyed' AND wrapped IS NOT NULL`,
  );
  assert.equal(octets.length, 0);
  // The master key itself travels under its predecessor.
  await rotations.rotate(device, ['master'], officer);
  assert.deepEqual(meter.master, await secretOf(device, 'master'));
  await assert.rejects(rotations.rotate('4D4D4D00000000FF', ['master'], officer), code('trust/no-meter-key'));
});

test('a meter that cannot be reached keeps its old keys until it can', async () => {
  const device = '4D4D4D0000000002';
  const meter = new Meter(await secretOf(device, 'master'));
  const rotations = new KeyRotations(meters, meter);
  const before = await secretOf(device, 'encryption.alarm');
  meter.reachable = false;
  await assert.rejects(rotations.rotate(device, ['encryption.alarm'], officer), code('trust/rotation-open'));
  assert.deepEqual(await secretOf(device, 'encryption.alarm'), before);
  await assert.rejects(rotations.rotate(device, ['encryption.alarm'], officer), code('trust/rotation-busy'));
  const [open] = await rotations.open();
  assert.deepEqual([...(await rotations.resumeAll(officer)).values()], ['open']);
  meter.reachable = true;
  assert.deepEqual([...(await rotations.resumeAll(officer)).entries()], [[open!.id, 'committed']]);
  assert.notDeepEqual(await secretOf(device, 'encryption.alarm'), before);
  assert.equal(meter.deliveries, 1);
});

test('killed at any moment, a rotation is resumed by the next process and meter and store agree', async () => {
  const device = '4D4D4D0000000012';
  // Every query and every word to the meter is a moment; the process dies before or after the one that is its turn.
  for (let moment = 1; ; moment++) {
    const meter = new Meter(await secretOf(device, 'master'));
    let left = moment;
    const dies = async <T>(work: () => Promise<T>): Promise<T> => {
      if (left <= 0) throw new Error('dead');
      const isLast = --left === 0;
      const result = await work();
      if (isLast) throw new Error('killed');
      return result;
    };
    const dying: MeterKeyDelivery = {
      deliver: (...args) => dies(() => meter.deliver(...args)),
      confirm: (...args) => dies(() => meter.confirm(...args)),
    };
    const db = new Proxy(trust.db, {
      get: (target, name: keyof typeof trust.db) =>
        name === 'query'
          ? (...args: Parameters<typeof target.query>) => dies(() => target.query(...args) as never)
          : bound(target, name),
    });
    const mortal = new MeterKeys({ db, keys: trust.keys, audit: trust.audit });
    await mortal.ready();
    const outcome = await new KeyRotations(mortal, dying)
      .rotate(device, ['encryption.reading', 'master'], officer)
      .then(
        () => 'finished',
        () => 'died',
      );
    const next = new KeyRotations(await openMeterKeys(), meter);
    for (const end of (await next.resumeAll(officer)).values())
      assert.equal(end, 'committed', `moment ${moment}`);
    assert.deepEqual(await next.open(), []);
    assert.deepEqual(await secretOf(device, 'master'), meter.master, `moment ${moment}`);
    const held = meter.keys.get('encryption.reading');
    if (held !== undefined)
      assert.equal((await secretOf(device, 'encryption.reading')).toString('hex'), held, `moment ${moment}`);
    assert.ok(meter.deliveries <= 1, `moment ${moment}: delivered ${meter.deliveries} times`);
    if (outcome === 'finished') {
      assert.ok(moment > 8, `only ${moment} moments`);
      break;
    }
  }
  const states = (await meters.list({ device, limit: 1000 })).filter(
    ({ state }) => state === 'candidate' || state === 'superseded',
  );
  assert.deepEqual(states, []);
});

function bound<T extends object>(target: T, name: keyof T): unknown {
  const found = target[name];
  return typeof found === 'function' ? found.bind(target) : found;
}

test('two rotations of one meter at once: one works, the other is told', async () => {
  const device = '4D4D4D0000000011';
  const meter = new Meter(await secretOf(device, 'master'));
  const [a, b] = [new KeyRotations(meters, meter), new KeyRotations(await openMeterKeys(), meter)];
  const ends = await Promise.allSettled([
    a.rotate(device, ['encryption.reading'], officer),
    b.rotate(device, ['encryption.reading'], officer),
  ]);
  const refused = ends.filter((end) => end.status === 'rejected');
  assert.ok(refused.length <= 1);
  for (const { reason } of refused) code('trust/rotation-busy')(reason);
  await a.resumeAll(officer);
  assert.equal(
    (await secretOf(device, 'encryption.reading')).toString('hex'),
    meter.keys.get('encryption.reading'),
  );
});

test('a new wrapping key takes over every key, and the old one is gone', async () => {
  const device = '4D4D4D0000000001';
  const before = await secretOf(device, 'encryption.reading');
  const moved = await meters.rewrap(officer);
  assert.ok(moved > meterPurposes.length);
  assert.deepEqual(await secretOf(device, 'encryption.reading'), before);
  assert.deepEqual(
    (await trust.keys.list()).map(({ name }) => name).filter((name) => /^meter-keys/.test(name)),
    ['meter-keys-2'],
  );
  assert.deepEqual(await secretOf(device, 'encryption.reading', await openMeterKeys()), before);
  assert.deepEqual((await meters.scanUniqueness()).problems, []);
});

test('destroyed keys are gone, and their record stays', async () => {
  const device = '4D4D4D0000000002';
  const mark = trust.audit.events.length;
  assert.equal(await meters.destroy(device, officer, 'meter scrapped'), meterPurposes.length);
  await assert.rejects(secretOf(device, 'master'), code('trust/no-meter-key'));
  await assert.rejects(meters.destroy(device, officer, 'again'), code('trust/no-meter-key'));
  assert.ok(
    (await meters.list({ device, limit: 100 })).every(
      ({ state, destroyedAt }) => state === 'destroyed' && destroyedAt,
    ),
  );
  assert.ok(trust.audit.since(mark).includes('key.destroyed act success'));
});
