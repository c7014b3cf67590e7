/**
 * Backup files (2.10.4): each database of the system, sealed under the supervisor's key `backup`. Restoring begins a new
 * epoch; nothing that counted on the old one may be used any more.
 */
import { createReadStream } from 'node:fs';
import { backup, restore } from '../store/backup.ts';
import { type Client, identifier } from '../store/database.ts';
import { type Epoch, storeComponent, storeMigrations } from '../store/epoch.ts';
import { raiseStore } from '../store/errors.ts';
import type { Migration } from '../store/migrate.ts';
import { ensureSchema, schemaOf } from '../store/schemas.ts';
import { openStore } from '../store/store.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { open, seal } from '../trust/sealed-file.ts';
import { catalogue, inboxOnly, supervisorId } from './catalogue.ts';
import type { StorePlace } from './store-keeper.ts';

const backupKey = 'backup';
const backupContext = 'wattward backup 1';

/** Every component with a schema, the supervisor's included. */
export function schemaComponents(): string[] {
  return [
    supervisorId,
    ...catalogue.filter(({ migrations }) => migrations !== undefined).map(({ id }) => id),
  ];
}

export function migrationsOf(component: string): readonly Migration[] {
  if (component === storeComponent) return storeMigrations;
  if (component === supervisorId) return inboxOnly;
  return catalogue.find(({ id }) => id === component)?.migrations ?? [];
}

/** A sealed backup of the whole store as a stream. Errors: `store/unreachable`. */
export async function sealedBackup(
  { administrator, database }: StorePlace,
  keys: KeyPort,
): Promise<AsyncGenerator<Uint8Array>> {
  if (!(await keys.list()).some(({ name }) => name === backupKey)) await keys.generate(backupKey, 'wrap');
  const client = await openStore(administrator, database);
  return closing(
    client,
    seal(backup(client, [storeComponent, ...schemaComponents()]), keys, backupKey, backupContext),
  );
}

async function* closing(client: Client, stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield* stream;
  } finally {
    await client.end();
  }
}

/**
 * Fills the store of a state directory from a file. The store must be empty; what a failed attempt made is removed
 * again. Errors: `store/restore-target`, `store/backup-file`, `trust/wrong-key`, `trust/no-key`.
 */
export async function restoreBackup(
  { administrator, database }: StorePlace,
  file: string,
  keys: KeyPort,
): Promise<Epoch> {
  const client = await openStore(administrator, database);
  const components = [storeComponent, ...schemaComponents()];
  try {
    for (const component of components) {
      const { rows } = await client.query<{ there: string | null }>(
        'SELECT to_regnamespace($1)::text AS there',
        [schemaOf(component)],
      );
      if (rows[0]!.there !== null) throw raiseStore('restore-target', `the store already holds ${component}`);
    }
    try {
      for (const component of components) await ensureSchema(client, component, database);
      return await restore(
        client,
        open(createReadStream(file), keys, backupKey, backupContext),
        migrationsOf,
      );
    } catch (error) {
      for (const component of components) {
        await client.query(`DROP SCHEMA IF EXISTS ${identifier(schemaOf(component))} CASCADE`);
      }
      throw error;
    }
  } finally {
    await client.end();
  }
}
