/** A store made ready: database, schemas, roles, migrations, epoch. What the supervisor and the commands begin with. */
import { alone, type Client, connect } from './database.ts';
import { currentEpoch, type Epoch, grantEpoch, storeComponent, storeMigrations } from './epoch.ts';
import { type Migration, migrate } from './migrate.ts';
import type { Connection } from './postgres-server.ts';
import { databaseName, ensureDatabase, ensureSchema, loginOf } from './schemas.ts';

export interface ComponentSchema {
  readonly component: string;
  readonly migrations: readonly Migration[];
}

export interface ReadyStore {
  readonly epoch: Epoch;
  /** How a component's process reaches its schema; the password lives as long as this start. */
  readonly connections: ReadonlyMap<string, Connection>;
}

/** Connects as administrator to the database of the schemas, making it first if it is missing. */
export async function openStore(administrator: Connection, database = databaseName): Promise<Client> {
  const outer = await connect(administrator, 'wattward store');
  try {
    await ensureDatabase(outer, database);
  } finally {
    await outer.end();
  }
  return connect({ ...administrator, database }, 'wattward store');
}

/** Makes roles and schemas, migrates them and hands out their connections. Safe to repeat, safe to kill. */
export async function readyStore(
  administrator: Connection,
  schemas: readonly ComponentSchema[],
  database = databaseName,
): Promise<ReadyStore> {
  const client = await openStore(administrator, database);
  try {
    return await alone(client, async () => {
      await ensureSchema(client, storeComponent, database);
      await migrate(client, storeComponent, storeMigrations);
      const connections = new Map<string, Connection>();
      for (const { component, migrations } of schemas) {
        const password = await ensureSchema(client, component, database);
        await migrate(client, component, migrations);
        await grantEpoch(client, component);
        connections.set(component, { ...administrator, database, user: loginOf(component), password });
      }
      return { epoch: await currentEpoch(client), connections };
    });
  } finally {
    await client.end();
  }
}
