/** Attacks by somebody with every right on the database: each is found and named. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuditLog, components, inboxOnly, logName } from '../../test/audit-log.ts';
import { type TestServer, testServer } from '../../test/postgres.ts';
import { originOf, publicNoteKey, signCheckpoint } from '../audit/checkpoint.ts';
import { hashOctets, leafHash } from '../audit/merkle.ts';
import { type NoteKey, parseVerifierKey } from '../audit/note.ts';
import { TileBuilder } from '../audit/tiles.ts';
import { backup, restore } from '../store/backup.ts';
import { type Client, connect } from '../store/database.ts';
import { storeComponent, storeMigrations } from '../store/epoch.ts';
import { ensureSchema } from '../store/schemas.ts';
import { openStore } from '../store/store.ts';
import type { FindingKind } from './findings.ts';
import { logManagementMigrations } from './migrations.ts';
import { writeTiles } from './tile-store.ts';
import { type Verification, verifyLog } from './verify.ts';
import { witnessNotes } from './witness-client.ts';

const firstSize = 1000;

let running: TestServer;
let audit: AuditLog;
let notes: string[];
let keys: { log: NoteKey; witness: NoteKey };
let attacked = 0;
/** 1300 and what the writers say when they stop. */
let size = 0;
const open: AuditLog[] = [];

/** The audit as it was, in databases to be copied: `base` today, `yesterday` before the last 300 records. */
before(async () => {
  running = await testServer();
  audit = await AuditLog.start(running, { database: 'base' });
  await audit.fill(firstSize);
  assert.equal((await audit.log.checkpoint()).kind, 'cosigned');
  await audit.stopStore();
  await audit.administrator.end();
  await copyDatabase('base', 'yesterday');
  audit.administrator = await openStore(running.server.administrator, 'base');
  await audit.startStore();
  await audit.fill(300);
  size = audit.log.status.size;
  assert.equal((await audit.log.checkpoint()).kind, 'cosigned');
  keys = {
    log: parseVerifierKey(audit.log.verifierKey),
    witness: parseVerifierKey(audit.witness!.verifierKey),
  };
  await audit.stopStore();
  await audit.administrator.end();
  notes = await witnessNotes(audit.witness!.address, 5_000);
});
after(async () => {
  for (const each of open) {
    await each.stopStore();
    await each.administrator.end();
  }
  await audit.witness?.close();
  await running[Symbol.asyncDispose]();
});

async function copyDatabase(from: string, to: string): Promise<void> {
  const client = await connect(running.server.administrator);
  await client.query(`CREATE DATABASE ${to} TEMPLATE ${from}`);
  await client.end();
}

async function verify(
  database: string,
  more: Partial<Parameters<typeof verifyLog>[0]> = {},
): Promise<Verification> {
  return verifyLog({
    open: () => connect({ ...running.server.administrator, database }),
    logName,
    logKeys: [keys.log],
    witnessKeys: [keys.witness],
    witnessNotes: notes,
    ...more,
  });
}

/** Runs the attack as superuser, triggers off, on a copy of its own; returns what verification says. */
async function attack(work: (client: Client) => Promise<unknown>, from = 'base'): Promise<Verification> {
  const database = `attacked_${++attacked}`;
  await copyDatabase(from, database);
  const client = await connect({ ...running.server.administrator, database });
  await client.query("SET session_replication_role = 'replica'; SET search_path TO log_management");
  await work(client);
  await client.end();
  return verify(database);
}

/** What an attacker does who knows the format: makes every hash anew from the records as they are now. */
async function rebuildHashes(client: Client): Promise<void> {
  const { rows } = await client.query<{ record: Buffer }>('SELECT record FROM leaf ORDER BY idx');
  const builder = new TileBuilder();
  for (const { record } of rows) builder.push(leafHash(record));
  await client.query('DELETE FROM tile');
  await writeTiles(client, [...builder.takeFull(), ...builder.takePartial()]);
  await client.query('UPDATE tree SET size = $1', [builder.size]);
}

const shift = (client: Client, from: number, by: number) =>
  client
    .query('UPDATE leaf SET idx = idx + 1000000 WHERE idx >= $1', [from])
    .then(() => client.query('UPDATE leaf SET idx = idx - 1000000 + $1 WHERE idx >= 1000000', [by]));

const alterSql = `UPDATE leaf SET record = convert_to(replace(convert_from(record, 'UTF8'), 'meter-', 'house-'), 'UTF8'),
                                  object = replace(object, 'meter-', 'house-') WHERE idx = $1`;

function expect(result: Verification, wanted: readonly [FindingKind, number, number][]): void {
  assert.equal(result.ok, false);
  const found = result.findings.map(({ kind, from, to }) => [kind, from, to]);
  for (const each of wanted)
    assert.ok(
      found.some((one) => JSON.stringify(one) === JSON.stringify(each)),
      `${JSON.stringify(each)} is not among ${JSON.stringify(result.findings, null, 1)}`,
    );
  const kinds = new Set(wanted.map(([kind]) => kind));
  assert.deepEqual(
    found.filter(([kind]) => !kinds.has(kind as FindingKind)),
    [],
    'nothing else is blamed',
  );
}

test('left alone, the log verifies', async () => {
  const result = await attack(async () => undefined);
  assert.deepEqual(result.findings, []);
  assert.deepEqual([result.ok, result.size, result.witness], [true, size, 'consistent']);
});

test('an altered record is named, in a full tile and at the edge', async () => {
  expect(await attack((client) => client.query(alterSql, [401])), [['altered', 401, 401]]);
  const edge = await attack((client) => client.query(alterSql, [1297]));
  expect(edge, [['altered', 1297, 1297]]);
  assert.match(edge.findings[0]!.what, /now reads (head-end|mdms) 1\/\d+ meter\.read at 2/);
});

test('a deleted record is named, whether or not the others close the gap', async () => {
  const plain = await attack((client) => client.query('DELETE FROM leaf WHERE idx = 500'));
  expect(plain, [['deleted', 500, 500]]);
  const closed = await attack(async (client) => {
    await client.query('DELETE FROM leaf WHERE idx = 500');
    await shift(client, 501, -1);
  });
  expect(closed, [
    ['deleted', 500, 500],
    ['moved', 500, size - 2],
  ]);
});

test('reordered records are named', async () => {
  const result = await attack((client) =>
    client
      .query('UPDATE leaf SET idx = CASE idx WHEN 100 THEN 2000000 ELSE 2000001 END WHERE idx IN (100, 900)')
      .then(() =>
        client.query(
          'UPDATE leaf SET idx = CASE idx WHEN 2000000 THEN 900 ELSE 100 END WHERE idx >= 2000000',
        ),
      ),
  );
  expect(result, [
    ['moved', 100, 100],
    ['moved', 900, 900],
  ]);
});

test('an inserted record is named, at the end and in the middle', async () => {
  const insert = (client: Client, at: number) =>
    client.query(
      `INSERT INTO leaf SELECT $1, at, component, epoch, 9999, type, phase, outcome, actor_kind, actor, object, source,
                               correlation, convert_to(regexp_replace(convert_from(record, 'UTF8'), '"seq":\\d+', '"seq":9999'), 'UTF8')
         FROM leaf WHERE idx = 7`,
      [at],
    );
  const end = await attack((client) => insert(client, size));
  expect(end, [
    ['inserted', size, size],
    ['tree-size', undefined as never, undefined as never],
  ]);
  const middle = await attack(async (client) => {
    await shift(client, 640, 1);
    await insert(client, 640);
  });
  expect(middle, [
    ['inserted', 640, 640],
    ['moved', 641, size],
    ['tree-size', undefined as never, undefined as never],
  ]);
  const absurd = await attack((client) => insert(client, 4_000_000));
  assert.ok(absurd.findings.some(({ kind, from }) => kind === 'inserted' && from === 4_000_000));
});

test('truncation is named by record while hashes survive, by range when they do not', async () => {
  expect(await attack((client) => client.query('DELETE FROM leaf WHERE idx >= 1200')), [
    ['deleted', 1200, size - 1],
  ]);
  const hashesToo = await attack(async (client) => {
    await client.query('DELETE FROM leaf WHERE idx >= 1200');
    await rebuildHashes(client);
  });
  expect(hashesToo, [
    ['truncated', 1200, size - 1],
    ['rolled-back', 1200, size - 1],
  ]);
});

test('an alteration with all hashes made anew is named by the range between checkpoints', async () => {
  const late = await attack(async (client) => {
    await client.query(alterSql, [1111]);
    await rebuildHashes(client);
  });
  expect(late, [
    ['root', firstSize, size - 1],
    ['forked', firstSize, size - 1],
  ]);
  const early = await attack(async (client) => {
    await client.query(alterSql, [3]);
    await rebuildHashes(client);
  });
  assert.ok(
    early.findings.some(({ kind, from, to }) => kind === 'root' && from === 0 && to === firstSize - 1),
  );
});

test('columns that say something else than the record are named', async () => {
  const result = await attack((client) =>
    client.query("UPDATE leaf SET actor = 'innocent', at = at + interval '1 microsecond' WHERE idx = 77"),
  );
  expect(result, [['columns', 77, 77]]);
  assert.match(result.findings[0]!.what, /: at, actor$/);
});

test('altered and missing hashes are named, the records are not blamed', async () => {
  const flip =
    'UPDATE tile SET hashes = set_byte(hashes, 40, 255 - get_byte(hashes, 40)) WHERE level = $1 AND number = $2';
  expect(await attack((client) => client.query(flip, [0, 2])), [['tile', 512, 767]]);
  expect(await attack((client) => client.query(flip, [0, 5])), [['tile', 1280, size - 1]]);
  expect(await attack((client) => client.query(flip, [1, 0])), [['tile', 0, size - 1]]);
  const gone = await attack((client) => client.query('DELETE FROM tile WHERE level = 0 AND number = 1'));
  assert.ok(gone.findings.some(({ kind, from, to }) => kind === 'tile' && from === 256 && to === 511));
  const all = await attack((client) => client.query('DELETE FROM tile'));
  assert.ok(!all.findings.some(({ kind }) => kind === 'altered' || kind === 'deleted' || kind === 'root'));
});

test('a forged checkpoint and a forged cosignature are named', async () => {
  await audit.keys.generate('forger', 'sign-log').catch(() => undefined);
  const forger = await publicNoteKey(audit.keys, 'forger', logName, 1);
  const checkpoint = { origin: originOf(logName, 1), size: 1234, root: Buffer.alloc(hashOctets, 7) };
  const note = await signCheckpoint(audit.keys, 'forger', forger, checkpoint);
  const forged = await attack((client) =>
    client.query('INSERT INTO checkpoint (origin, size, root, note) VALUES ($1, $2, $3, $4)', [
      checkpoint.origin,
      checkpoint.size,
      checkpoint.root,
      note,
    ]),
  );
  expect(forged, [['checkpoint-forged', 0, 1233]]);
  const root = await attack((client) =>
    client.query("UPDATE checkpoint SET root = sha256('x') WHERE size = 1000"),
  );
  expect(root, [['checkpoint-forged', 0, firstSize - 1]]);
  const cosignature = await attack((client) =>
    client.query(
      'UPDATE checkpoint SET cosignature = (SELECT max(cosignature) FROM checkpoint WHERE size > 1000) WHERE size = 1000',
    ),
  );
  expect(cosignature, [['cosignature-forged', 0, firstSize - 1]]);
  // With the log's own key stolen the signature holds; what was signed still is not this tree.
  const stolen = await signCheckpoint(audit.keys, 'log', keys.log, checkpoint);
  const signed = await attack((client) =>
    client.query('INSERT INTO checkpoint (origin, size, root, note) VALUES ($1, $2, $3, $4)', [
      checkpoint.origin,
      checkpoint.size,
      checkpoint.root,
      stolen,
    ]),
  );
  expect(signed, [['root', firstSize, 1233]]);
});

test('a store put back to yesterday is consistent in itself, and the witness remembers more', async () => {
  const withoutWitness = await verify('yesterday', { witnessNotes: undefined, witnessKeys: [] });
  assert.ok(withoutWitness.ok, 'nothing inside it shows that it is old');
  expect(await verify('yesterday'), [['rolled-back', firstSize, size - 1]]);
  const unreachable = await verify('base', { witnessNotes: 'unreachable' });
  assert.deepEqual(
    unreachable.findings.map(({ kind }) => kind),
    ['witness-unreachable'],
    'what could not be seen is not passed',
  );
});

test('a log that goes on from yesterday gets no cosignature, however long it grows', async () => {
  await copyDatabase('yesterday', 'resumed');
  const resumed = await resumeOn('resumed');
  await resumed.fill(100);
  const shorter = await resumed.log.checkpoint();
  assert.deepEqual([shorter.kind, 'knownSize' in shorter && shorter.knownSize], ['inconsistent', size]);
  await resumed.fill(400);
  assert.equal((await resumed.log.checkpoint()).kind, 'inconsistent');
  assert.deepEqual(audit.refusals.splice(0), ['stale', 'stale', 'proof']);
  const alert = resumed.alerts.find(({ type }) => type === 'audit.checkpoint.inconsistent');
  assert.equal(alert?.detail['knownSize'], size);
  const result = await resumed.log.verify();
  assert.ok(result.findings.some(({ kind }) => kind === 'forked'));
});

/** The same log, keys and witness on another database. */
async function resumeOn(database: string): Promise<AuditLog> {
  const resumed = await AuditLog.start(running, {
    database,
    witnessed: false,
    log: {
      keys: audit.keys,
      witness: { address: audit.witness!.address, verifierKey: audit.witness!.verifierKey },
    },
  });
  open.push(resumed);
  return resumed;
}

test('a restore from backup begins a new epoch, and what it lost is named until it is accepted', async () => {
  const source = await connect({ ...running.server.administrator, database: 'yesterday' });
  const parts: Uint8Array[] = [];
  for await (const part of backup(source, [storeComponent, ...components])) parts.push(part);
  await source.end();
  const target = await openStore(running.server.administrator, 'restored');
  for (const component of [storeComponent, ...components]) await ensureSchema(target, component, 'restored');
  const migrationsOf = (component: string) =>
    component === storeComponent
      ? storeMigrations
      : component === 'log-management'
        ? logManagementMigrations
        : inboxOnly;
  await restore(
    target,
    (async function* () {
      yield* parts;
    })(),
    migrationsOf,
  );
  await target.end();
  const restored = await resumeOn('restored');
  assert.equal(restored.epoch, 2);
  await restored.fill(600);
  assert.equal((await restored.log.checkpoint()).kind, 'cosigned', 'under the new epoch’s name');
  const result = await restored.log.verify();
  assert.deepEqual(
    result.findings.map(({ kind }) => kind),
    ['forked'],
    'the old epoch went on where this one now says something else',
  );
  const name = /cosigned (\S+),/.exec(result.findings[0]!.what)?.[1] ?? '';
  assert.equal(name, `${originOf(logName, 1)}@${size}`);
  const accepted = await verify('restored', {
    acceptedLosses: [name],
    witnessNotes: await witnessNotes(audit.witness!.address, 5_000),
  });
  assert.deepEqual([accepted.ok, accepted.notices.map(({ kind }) => kind)], [true, ['forked']]);
  notes = await witnessNotes(audit.witness!.address, 5_000);
});
