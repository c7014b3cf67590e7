/**
 * Epochs: a store counts how often it was restored. Whoever keeps counters, approvals or pending commands writes the
 * epoch beside them and treats what bears an older one as void: after a restore an old counter under an old key would
 * repeat a nonce.
 */
import { type Client, identifier } from './database.ts';
import type { Migration } from './migrate.ts';
import { loginOf, schemaOf } from './schemas.ts';

/** The store's own schema; every component may read the epoch and nobody but the administrator writes it. */
export const storeComponent = 'store';

export const storeMigrations: readonly Migration[] = [
  {
    number: 1,
    name: 'epoch',
    sql: `CREATE TABLE epoch (
            number integer PRIMARY KEY CHECK (number > 0),
            began_at timestamptz NOT NULL DEFAULT now(),
            reason text NOT NULL CHECK (reason IN ('created', 'restored')),
            backup_made_at timestamptz
          );
          INSERT INTO epoch (number, reason) VALUES (1, 'created');`,
  },
];

export interface Epoch {
  readonly number: number;
  readonly beganAt: Date;
  readonly reason: 'created' | 'restored';
  /** When the backup was made that this epoch began with. */
  readonly backupMadeAt: Date | null;
}

/** Lets a component's login role read the epoch. */
export async function grantEpoch(client: Client, component: string): Promise<void> {
  const login = identifier(loginOf(component));
  await client.query(`GRANT USAGE ON SCHEMA ${identifier(schemaOf(storeComponent))} TO ${login}`);
  await client.query(`GRANT SELECT ON ${identifier(schemaOf(storeComponent))}.epoch TO ${login}`);
}

/** The epoch that the store is in. */
export async function currentEpoch(client: Pick<Client, 'query'>): Promise<Epoch> {
  const { rows } = await client.query<Epoch>(
    `SELECT number, began_at AS "beganAt", reason, backup_made_at AS "backupMadeAt"
       FROM ${identifier(schemaOf(storeComponent))}.epoch ORDER BY number DESC LIMIT 1`,
  );
  return rows[0]!;
}

/** Begins a new epoch after a restore; `number` rises above every epoch that was ever known. */
export async function beginRestoredEpoch(
  client: Client,
  backupMadeAt: Date,
  atLeast: number,
): Promise<Epoch> {
  await client.query(
    `INSERT INTO ${identifier(schemaOf(storeComponent))}.epoch (number, reason, backup_made_at)
     SELECT greatest(max(number), $2) + 1, 'restored', $1 FROM ${identifier(schemaOf(storeComponent))}.epoch`,
    [backupMadeAt, atLeast],
  );
  return currentEpoch(client);
}
