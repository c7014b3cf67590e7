import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { needsSystemPostgres, temporaryState, testServer } from '../../test/postgres.ts';
import { WattwardError } from '../base/errors.ts';
import { connect, connectionFromUrl } from './database.ts';
import { findPostgres } from './postgres-binary.ts';
import { startPostgres, unprivilegedUser } from './postgres-server.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

for (const { source, without } of [
  { source: 'system', without: ['npm'] },
  { source: 'npm', without: ['system'] },
] as const) {
  const need = source === 'system' ? needsSystemPostgres() : {};
  test(`a server from ${source}: private, with passwords and checksums, no network`, need, async () => {
    await using running = await testServer({ without });
    assert.equal(running.server.binary.source, source);
    const client = await connect(running.server.administrator);
    const show = async (name: string) => (await client.query(`SHOW ${name}`)).rows[0][name];
    assert.equal(await show('data_checksums'), 'on');
    assert.equal(await show('fsync'), 'on');
    assert.equal(await show('listen_addresses'), '');
    assert.equal(await show('password_encryption'), 'scram-sha-256');
    await client.end();
    const data = join(running.state, 'postgres', 'data');
    assert.equal(statSync(data).mode & 0o077, 0, 'only its owner enters the data directory');
    assert.equal(statSync(join(running.state, 'secrets')).mode & 0o077, 0);
    assert.match(readFileSync(join(data, 'pg_hba.conf'), 'utf8'), /scram-sha-256/);
    assert.doesNotMatch(readFileSync(join(data, 'pg_hba.conf'), 'utf8'), /^[^#]*\btrust\b/m);
    const stranger = { ...running.server.administrator, password: 'password' };
    await assert.rejects(connect(stranger), code('store/unreachable'));
  });
}

test('what was committed survives kill -9 of the server; the next start recovers it', async () => {
  await using running = await testServer();
  const client = await connect(running.server.administrator);
  await client.query('CREATE TABLE kept (n int)');
  await client.query('INSERT INTO kept SELECT generate_series(1, 1000)');
  client.on('error', () => undefined);
  process.kill(running.server.pid, 'SIGKILL');
  await running.server.ended;
  const again = await startPostgres({ state: running.state });
  const reader = await connect(again.administrator);
  assert.equal((await reader.query('SELECT count(*)::int AS n FROM kept')).rows[0].n, 1000);
  await reader.end();
  await again.stop(5_000);
});

test('a server that a killed program left is adopted, not doubled', async () => {
  await using running = await testServer();
  const second = await startPostgres({ state: running.state });
  assert.equal(second.adopted, true);
  assert.equal(second.pid, running.server.pid);
  const client = await connect(second.administrator);
  await client.end();
});

test('an initdb that was killed half-way does not hinder the next start', async () => {
  const state = temporaryState();
  mkdirSync(join(state, 'postgres', 'data'), { recursive: true });
  writeFileSync(join(state, 'postgres', 'data', 'half'), 'x');
  await using running = await testServer({ state });
  assert.ok(running.server.pid > 1);
});

test('a data directory of another major version is named, and so is one that is foreign', async () => {
  const state = temporaryState();
  const data = join(state, 'postgres', 'data');
  mkdirSync(data, { recursive: true });
  writeFileSync(join(data, 'PG_VERSION'), '9\n');
  await assert.rejects(startPostgres({ state }), (error: WattwardError) => {
    assert.equal(error.code, 'store/data-version');
    assert.match(error.detail, /PostgreSQL 9/);
    assert.match(error.remedy, /backup/);
    return true;
  });
  rmSync(join(data, 'PG_VERSION'));
  mkdirSync(join(data, 'base'));
  await assert.rejects(startPostgres({ state }), code('store/data-foreign'));
  rmSync(state, { recursive: true });
});

test('no programs, wrong programs: said, with the way on', () => {
  const copyTo = temporaryState();
  assert.throws(() => findPostgres({ configured: '/nowhere', copyTo }), code('store/no-binary'));
  assert.throws(() => findPostgres({ without: ['system', 'npm'], copyTo }), code('store/no-binary'));
  rmSync(copyTo, { recursive: true });
});

test('as root the server gets the first unprivileged user there is', () => {
  const passwd =
    'root:x:0:0::/:/bin/sh\nnobody:x:65534:65534::/:/bin/false\npostgres:x:101:102::/:/bin/false\n';
  assert.deepEqual(unprivilegedUser(passwd), { uid: 101, gid: 102 });
  assert.deepEqual(unprivilegedUser(`${passwd}wattward:x:7:8::/:/bin/false\n`), { uid: 7, gid: 8 });
  assert.throws(() => unprivilegedUser('root:x:0:0::/:/bin/sh\n'), code('store/as-root'));
});

test('DATABASE_URL is read as libpq reads it', () => {
  assert.deepEqual(connectionFromUrl('postgresql://u%40x:p%2Fw@db.example:6000/ami'), {
    ...{ host: 'db.example', port: 6000, database: 'ami', user: 'u@x', password: 'p/w' },
  });
  assert.equal(connectionFromUrl('postgres:///x?host=/run/postgresql').host, '/run/postgresql');
  assert.throws(() => connectionFromUrl('mysql://x'), code('store/unreachable'));
  assert.throws(() => connectionFromUrl('not an address'), code('store/unreachable'));
});
