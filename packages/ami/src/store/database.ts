/** Connections: from an address to a pool, with times in UTC and integers that do not lose digits. */
import pg from 'pg';
import { raiseStore } from './errors.ts';
import type { Connection } from './postgres-server.ts';

export type Pool = pg.Pool;
export type PoolClient = pg.PoolClient;
export type Client = pg.Client;

// int8 comes as text by default; ours are counters and epochs in milliseconds, all below 2^53, and checked to be.
const int8 = 20;
pg.types.setTypeParser(int8, (text) => {
  const value = Number(text);
  if (!Number.isSafeInteger(value))
    throw raiseStore('unreachable', `a stored integer is beyond 2^53: ${text}`);
  return value;
});

/** Reads `DATABASE_URL`. Errors: `store/unreachable` when it is not an address. */
export function connectionFromUrl(text: string): Connection {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw raiseStore(
      'unreachable',
      'DATABASE_URL is not an address such as postgresql://user:password@host:5432/name',
    );
  }
  if (!/^postgres(ql)?:$/.test(url.protocol))
    throw raiseStore('unreachable', 'DATABASE_URL does not begin with postgresql:');
  return {
    // A folder of sockets is given as ?host=/path, as libpq has it.
    host: url.searchParams.get('host') ?? decodeURIComponent(url.hostname || 'localhost'),
    port: Number(url.port || url.searchParams.get('port') || 5432),
    database: decodeURIComponent(url.pathname.slice(1)) || 'postgres',
    user: decodeURIComponent(url.username) || 'postgres',
    password: decodeURIComponent(url.password),
  };
}

export interface PoolOptions {
  readonly size: number;
  readonly applicationName: string;
}

/** A pool for one role. Its idle connections' errors are told to `onError` instead of ending the process. */
export function openPool(
  connection: Connection,
  options: PoolOptions,
  onError: (error: Error) => void,
): Pool {
  const pool = new pg.Pool({
    ...connection,
    max: options.size,
    application_name: options.applicationName,
    options: '-c timezone=UTC -c synchronous_commit=on',
  });
  pool.on('error', onError);
  return pool;
}

/** One connection, opened. Errors: `store/unreachable`. */
export async function connect(connection: Connection, applicationName = 'wattward'): Promise<Client> {
  const client = new pg.Client({
    ...connection,
    application_name: applicationName,
    options: '-c timezone=UTC',
  });
  try {
    await client.connect();
  } catch (cause) {
    throw raiseStore('unreachable', `the database at ${connection.host} cannot be reached`, { cause });
  }
  return client;
}

/** Runs `work` in one transaction; any error rolls back and is thrown on. */
export async function transaction<T>(client: Client | PoolClient, work: () => Promise<T>): Promise<T> {
  await client.query('BEGIN');
  try {
    const result = await work();
    await client.query('COMMIT');
    return result;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

// Any number will do as long as all versions of this program agree on it.
const lockKey = 7_381_920_156;

/** Runs `work` while no other program that shares this database makes roles, schemas or migrations. May be nested. */
export async function alone<T>(client: Client, work: () => Promise<T>): Promise<T> {
  await client.query('SELECT pg_advisory_lock($1)', [lockKey]);
  try {
    return await work();
  } finally {
    await client.query('SELECT pg_advisory_unlock($1)', [lockKey]);
  }
}

/** Quotes an identifier that we made ourselves; anything else than our own names is a broken invariant. */
export function identifier(name: string): string {
  if (!/^[a-z][a-z0-9_]{0,62}$/.test(name)) throw new Error(`not an identifier of ours: ${name}`);
  return `"${name}"`;
}
