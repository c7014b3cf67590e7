import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { type TestServer, testServer } from '../../test/postgres.ts';
import { WattwardError } from '../base/errors.ts';
import { connect } from './database.ts';
import { currentEpoch } from './epoch.ts';
import { type Migration, migrate } from './migrate.ts';
import type { Connection } from './postgres-server.ts';
import { openStore, readyStore } from './store.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

const table = (number: number, name: string): Migration => ({
  number,
  name,
  sql: `CREATE TABLE ${name} (id int PRIMARY KEY, note text); GRANT SELECT, INSERT ON ${name} TO :login;`,
});

let running: TestServer;
before(async () => {
  running = await testServer();
});
after(async () => {
  await running[Symbol.asyncDispose]();
});

async function as<T>(
  connection: Connection,
  work: (client: Awaited<ReturnType<typeof connect>>) => Promise<T>,
): Promise<T> {
  const client = await connect(connection);
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

test('a component reaches its own schema, and nothing of another’s', async () => {
  const schemas = ['head-end', 'mdms'].map((component) => ({ component, migrations: [table(1, 'reading')] }));
  const { connections } = await readyStore(running.server.administrator, schemas, 'least');
  await as(connections.get('mdms')!, async (client) => {
    await client.query("INSERT INTO reading VALUES (1, 'mine')");
    assert.equal((await client.query('SELECT note FROM reading')).rows[0].note, 'mine');
    const attempts = [
      'SELECT * FROM head_end.reading',
      'INSERT INTO head_end.reading VALUES (1)',
      'UPDATE reading SET note = note',
      'DELETE FROM reading',
      'DROP TABLE reading',
      'CREATE TABLE mdms.other (id int)',
      'CREATE TABLE public.other (id int)',
      'CREATE SCHEMA other',
      'CREATE ROLE other',
      'SET ROLE wattward_mdms_owner',
      'SET ROLE wattward_head_end',
      'SET SESSION AUTHORIZATION wattward',
      'ALTER ROLE wattward_head_end PASSWORD NULL',
      "COPY reading TO PROGRAM 'cat'",
      "SELECT pg_read_file('/etc/passwd')",
      'INSERT INTO store.epoch (number, reason) VALUES (9, $$restored$$)',
    ];
    for (const attempt of attempts) {
      await assert.rejects(client.query(attempt), (error: Error) => {
        assert.match(error.message, /permission denied|must be (owner|superuser|member)/, attempt);
        return true;
      });
    }
    assert.equal((await currentEpoch(client)).number, 1);
  });
});

test('a password lives as long as one start', async () => {
  const schemas = [{ component: 'draacs', migrations: [table(1, 'reading')] }];
  const first = await readyStore(running.server.administrator, schemas, 'passwords');
  const second = await readyStore(running.server.administrator, schemas, 'passwords');
  await assert.rejects(connect(first.connections.get('draacs')!), code('store/unreachable'));
  await (await connect(second.connections.get('draacs')!)).end();
});

test('migrations: in order, once, under a lock, never changed, never back', async () => {
  const administrator = running.server.administrator;
  const steps = [table(1, 'a'), table(2, 'b'), table(3, 'c')];
  const ready = (migrations: Migration[]) =>
    readyStore(administrator, [{ component: 'forecasting', migrations }], 'steps');
  await ready(steps.slice(0, 1));
  // Two programs that start at once: the lock lets one apply and the other see that it is done.
  await ready(steps);
  const clients = await Promise.all([openStore(administrator, 'steps'), openStore(administrator, 'steps')]);
  const more = [...steps, table(4, 'd')];
  const applied = await Promise.all(clients.map((client) => migrate(client, 'forecasting', more)));
  assert.deepEqual(applied.sort(), [0, 1]);
  const client = clients[0];
  await assert.rejects(migrate(client, 'forecasting', steps), code('store/migration-newer'));
  const changed = [{ ...more[0]!, sql: `${more[0]!.sql} ` }, ...more.slice(1)];
  await assert.rejects(migrate(client, 'forecasting', changed), code('store/migration-changed'));
  const broken = [...more, { number: 5, name: 'broken', sql: 'CREATE TABLE half (id int); SELECT 1/0;' }];
  await assert.rejects(migrate(client, 'forecasting', broken), code('store/migration-failed'));
  const { rows } = await client.query(
    "SELECT to_regclass('forecasting.half') AS half, max(number) AS newest FROM forecasting.migration",
  );
  assert.deepEqual(rows, [{ half: null, newest: 4 }]);
  await Promise.all(clients.map((each) => each.end()));
});

test('a migration that was killed half-way leaves nothing and is done next time', async () => {
  const administrator = running.server.administrator;
  await readyStore(administrator, [{ component: 'access', migrations: [table(1, 'a')] }], 'killed');
  const slow: Migration = {
    number: 2,
    name: 'slow',
    sql: 'CREATE TABLE slow (id int); SELECT pg_sleep(30);',
  };
  const client = await openStore(administrator, 'killed');
  client.on('error', () => undefined);
  const migrating = migrate(client, 'access', [table(1, 'a'), slow]);
  const failed = assert.rejects(migrating);
  await as({ ...administrator, database: 'killed' }, async (other) => {
    for (;;) {
      const { rowCount } = await other.query(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%pg_sleep(30)%' AND pid <> pg_backend_pid()",
      );
      if (rowCount! > 0) return;
    }
  });
  await failed;
  const quick: Migration = { number: 2, name: 'slow', sql: 'CREATE TABLE slow (id int);' };
  const next = await openStore(administrator, 'killed');
  assert.equal(await migrate(next, 'access', [table(1, 'a'), quick]), 1);
  await next.end();
});

test('the login role is the only one that a component is given', async () => {
  await as({ ...running.server.administrator, database: 'least' }, async (client) => {
    const { rows } = await client.query(
      `SELECT rolname, rolcanlogin FROM pg_roles WHERE rolname LIKE 'wattward\\_%' AND (rolsuper OR rolcreaterole OR rolcreatedb OR rolbypassrls)`,
    );
    assert.deepEqual(rows, []);
    const memberships = await client.query(
      `SELECT m.rolname FROM pg_auth_members g JOIN pg_roles m ON m.oid = g.member WHERE m.rolname LIKE 'wattward\\_%'`,
    );
    assert.deepEqual(memberships.rows, []);
  });
});

test('programs that start at once ready the same store one after the other', async () => {
  const schemas = ['mdms', 'draacs'].map((component) => ({ component, migrations: [table(1, 'reading')] }));
  const started = [1, 2, 3, 4].map(() => readyStore(running.server.administrator, schemas, 'at_once'));
  assert.deepEqual(
    (await Promise.all(started)).map(({ epoch }) => epoch.number),
    [1, 1, 1, 1],
  );
});

test('an administrator that is no superuser can ready a store, twice', async () => {
  const { administrator } = running.server;
  await as(administrator, async (client) => {
    await client.query("CREATE ROLE tenant LOGIN CREATEDB CREATEROLE PASSWORD 'of-the-test'");
  });
  const tenant = { ...administrator, user: 'tenant', password: 'of-the-test' };
  const schemas = [{ component: 'tenant-mdms', migrations: [table(1, 'reading')] }];
  await readyStore(tenant, schemas, 'tenancy');
  const { connections } = await readyStore(tenant, schemas, 'tenancy');
  await as(connections.get('tenant-mdms')!, async (client) => {
    await client.query("INSERT INTO reading VALUES (1, 'x')");
    await assert.rejects(client.query('DROP TABLE reading'), /must be owner/);
  });
});
