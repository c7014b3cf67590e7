/**
 * Numbered SQL files, applied in order, each in one transaction together with the line that records it, under a lock
 * of the whole database. Killed half-way, the next run goes on where the last committed one ended. There is no way back.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { alone, type Client, identifier, transaction } from './database.ts';
import { raiseStore } from './errors.ts';
import { loginOf, ownerOf, schemaOf } from './schemas.ts';

export interface Migration {
  /** `0001` … rising without a gap. */
  readonly number: number;
  readonly name: string;
  readonly sql: string;
}

const fileName = /^(\d{4})-([a-z0-9-]+)\.sql$/;

/** Reads `0001-name.sql` … of a folder. A file that is named otherwise, or a gap, is a broken invariant. */
export function readMigrations(folder: string): Migration[] {
  const migrations = readdirSync(folder)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file) => {
      const match = fileName.exec(file);
      if (!match) throw new Error(`${join(folder, file)} is not named like 0001-what-it-does.sql`);
      return { number: Number(match[1]), name: match[2]!, sql: readFileSync(join(folder, file), 'utf8') };
    });
  migrations.forEach((migration, i) => {
    if (migration.number !== i + 1) throw new Error(`${folder}: migration ${i + 1} is missing or doubled`);
  });
  return migrations;
}

const digest = (sql: string) => createHash('sha256').update(sql).digest('hex');

/**
 * Brings a component's schema to the newest migration, acting as its owner. In the SQL, `:schema` and `:login` stand
 * for the schema and the login role. Returns how many were applied.
 * Errors: `store/migration-changed`, `store/migration-newer`, `store/migration-failed`.
 */
export async function migrate(
  client: Client,
  component: string,
  migrations: readonly Migration[],
): Promise<number> {
  return alone(client, async () => {
    try {
      return await applyMissing(client, component, migrations);
    } finally {
      await client.query('RESET ROLE');
    }
  });
}

async function applyMissing(
  client: Client,
  component: string,
  migrations: readonly Migration[],
): Promise<number> {
  const schema = identifier(schemaOf(component));
  await client.query(`SET ROLE ${identifier(ownerOf(component))}`);
  await client.query(
    `CREATE TABLE IF NOT EXISTS ${schema}.migration (
      number integer PRIMARY KEY, name text NOT NULL, sha256 text NOT NULL, applied_at timestamptz NOT NULL DEFAULT now())`,
  );
  const { rows } = await client.query<{ number: number; sha256: string }>(
    `SELECT number, sha256 FROM ${schema}.migration ORDER BY number`,
  );
  for (const row of rows) {
    const known = migrations[row.number - 1];
    if (!known)
      throw raiseStore(
        'migration-newer',
        `${component}: the store is at migration ${row.number}, this program knows ${migrations.length}`,
      );
    if (digest(known.sql) !== row.sha256)
      throw raiseStore(
        'migration-changed',
        `${component}: migration ${row.number} (${known.name}) has changed`,
      );
  }
  const missing = migrations.slice(rows.length);
  for (const migration of missing) await apply(client, component, migration);
  return missing.length;
}

async function apply(client: Client, component: string, migration: Migration): Promise<void> {
  const schema = identifier(schemaOf(component));
  const sql = migration.sql
    .replaceAll(':schema', schema)
    .replaceAll(':login', identifier(loginOf(component)));
  try {
    await transaction(client, async () => {
      await client.query(`SET LOCAL search_path TO ${schema}`);
      await client.query(sql);
      await client.query(`INSERT INTO ${schema}.migration (number, name, sha256) VALUES ($1, $2, $3)`, [
        migration.number,
        migration.name,
        digest(migration.sql),
      ]);
    });
  } catch (cause) {
    throw raiseStore(
      'migration-failed',
      `${component}: migration ${migration.number} (${migration.name}): ${(cause as Error).message}`,
      { cause },
    );
  }
}
