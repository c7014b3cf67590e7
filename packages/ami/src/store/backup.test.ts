import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { type TestServer, temporaryState, testServer } from '../../test/postgres.ts';
import { WattwardError } from '../base/errors.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import { open, seal } from '../trust/sealed-file.ts';
import { backup, restore } from './backup.ts';
import { currentEpoch, storeComponent, storeMigrations } from './epoch.ts';
import type { Migration } from './migrate.ts';
import { ensureSchema } from './schemas.ts';
import { openStore, readyStore } from './store.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

const migrations: readonly Migration[] = [
  {
    number: 1,
    name: 'everything',
    sql: `CREATE TABLE counter (id bigserial PRIMARY KEY, "odd ""name" text, octets bytea, at timestamptz, exact numeric);
          CREATE TABLE child (parent bigint REFERENCES counter (id));
          CREATE TABLE day (on_day date, n int) PARTITION BY RANGE (on_day);
          CREATE FUNCTION never() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RAISE EXCEPTION ''append only''; END';
          CREATE TRIGGER keep BEFORE UPDATE OR DELETE ON counter FOR EACH ROW EXECUTE FUNCTION never();`,
  },
];
const newer: readonly Migration[] = [
  ...migrations,
  { number: 2, name: 'more', sql: 'ALTER TABLE child ADD note text;' },
];
const knownTo = (known: readonly Migration[]) => (component: string) =>
  component === storeComponent ? storeMigrations : known;
const components = [storeComponent, 'mdms'];

let running: TestServer;
let keyFolder: string;
let keys: FileKeys;
let sealed: Buffer;
const octets = randomBytes(2_500_000);

before(async () => {
  running = await testServer();
  keyFolder = temporaryState();
  keys = new FileKeys(join(keyFolder, 'keys'), masterKeyFile(join(keyFolder, 'master')));
  await keys.generate('backup', 'wrap');
  await readyStore(running.server.administrator, [{ component: 'mdms', migrations }], 'original');
  const client = await openStore(running.server.administrator, 'original');
  await client.query(
    `INSERT INTO mdms.counter ("odd ""name", octets, at, exact)
     VALUES ('ä\n☂', $1, '2026-10-25 00:30:00+00', 12345678901234567890.123), (NULL, NULL, NULL, NULL)`,
    [octets],
  );
  await client.query('INSERT INTO mdms.child VALUES (1), (2)');
  await client.query(
    "CREATE TABLE mdms.day_1 PARTITION OF mdms.day FOR VALUES FROM ('2026-01-01') TO ('2026-01-02')",
  );
  await client.query("INSERT INTO mdms.day VALUES ('2026-01-01', 7)");
  sealed = await collect(seal(backup(client, components), keys, 'backup', 'wattward backup'));
  await client.end();
});
after(async () => {
  await running[Symbol.asyncDispose]();
  rmSync(keyFolder, { recursive: true });
});

async function collect(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}

async function* inParts(bytes: Buffer): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += 50_000) yield bytes.subarray(at, at + 50_000);
}

async function restoreInto(database: string, file: Buffer, known: readonly Migration[]) {
  const client = await openStore(running.server.administrator, database);
  try {
    for (const component of components) await ensureSchema(client, component, database);
    return await restore(client, open(inParts(file), keys, 'backup', 'wattward backup'), knownTo(known));
  } finally {
    await client.end();
  }
}

test('a restored store holds what was backed up, knows it, and goes on counting', async () => {
  const epoch = await restoreInto('restored', sealed, newer);
  assert.equal(epoch.number, 2);
  assert.equal(epoch.reason, 'restored');
  assert.ok(epoch.backupMadeAt instanceof Date);
  const client = await openStore(running.server.administrator, 'restored');
  const { rows } = await client.query('SELECT *, exact::text AS exact FROM mdms.counter ORDER BY id');
  assert.equal(rows.length, 2);
  assert.equal(rows[0]['odd "name'], 'ä\n☂');
  assert.ok(octets.equals(rows[0].octets));
  assert.equal(rows[0].exact, '12345678901234567890.123');
  assert.equal(rows[0].at.toISOString(), '2026-10-25T00:30:00.000Z');
  assert.equal((await client.query('SELECT n FROM mdms.day')).rows[0].n, 7);
  const owners = await client.query("SELECT tableowner FROM pg_tables WHERE tablename = 'day_1'");
  assert.equal(owners.rows[0].tableowner, 'wattward_mdms_owner', 'a partition belongs to its schema’s owner');
  const next = await client.query('INSERT INTO mdms.counter (exact) VALUES (1) RETURNING id');
  assert.equal(next.rows[0].id, 3, 'a sequence does not repeat what was given out');
  await assert.rejects(client.query('DELETE FROM mdms.counter'), /append only/, 'triggers are back');
  await client.query("INSERT INTO mdms.child (parent, note) VALUES (1, 'newer column')");
  assert.equal((await currentEpoch(client)).number, 2);
  await client.end();
});

test('each further restore begins a further epoch', async () => {
  const client = await openStore(running.server.administrator, 'restored');
  const second = await collect(seal(backup(client, components), keys, 'backup', 'wattward backup'));
  await client.end();
  assert.equal((await restoreInto('twice', second, newer)).number, 3);
});

test('the file shows nothing of what it holds', () => {
  assert.equal(sealed.indexOf(octets.subarray(1000, 1016)), -1);
  assert.equal(sealed.indexOf('counter'), -1);
});

test('an altered or cut file, a store in use and an older program are refused, and nothing is left half-filled', async () => {
  const altered = Buffer.from(sealed);
  altered[altered.length - 100]! ^= 1;
  await assert.rejects(restoreInto('altered', altered, migrations), code('trust/wrong-key'));
  await assert.rejects(
    restoreInto('cut', sealed.subarray(0, 1_000_000), migrations),
    code('trust/wrong-key'),
  );
  const client = await openStore(running.server.administrator, 'altered');
  assert.equal((await client.query('SELECT count(*)::int AS n FROM mdms.counter')).rows[0].n, 0);
  await client.end();
  await assert.rejects(restoreInto('restored', sealed, newer), code('store/restore-target'));
  await assert.rejects(restoreInto('older', sealed, []), code('store/migration-newer'));
});
