/**
 * Least privilege in the database (2.15.9): a component has a schema, a role that owns it and never logs in, and a
 * role that logs in and may only do what its tables grant. No role of one component is granted to another.
 */
import { randomBytes } from 'node:crypto';
import { alone, type Client, identifier } from './database.ts';

/** The database that holds all schemas in the evaluation default. */
export const databaseName = 'wattward';

/** `head-end` → `head_end`: the schema; the roles carry a prefix, since roles belong to the whole server. */
export function schemaOf(component: string): string {
  return component.replaceAll('-', '_');
}

export const ownerOf = (component: string) => `wattward_${schemaOf(component)}_owner`;
export const loginOf = (component: string) => `wattward_${schemaOf(component)}`;

/** Makes the database if need be. The client is connected to another database of the server, as administrator. */
export function ensureDatabase(client: Client, database = databaseName): Promise<void> {
  return alone(client, async () => {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [database]);
    if (rowCount === 0) {
      await client.query(`CREATE DATABASE ${identifier(database)} ENCODING 'UTF8' TEMPLATE template0`);
    }
    await client.query(`REVOKE ALL ON DATABASE ${identifier(database)} FROM PUBLIC`);
  });
}

async function ensureRole(client: Client, role: string, attributes: 'LOGIN' | 'NOLOGIN'): Promise<void> {
  const { rows } = await client.query<{ grand: boolean }>(
    `SELECT rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS grand
       FROM pg_roles WHERE rolname = $1`,
    [role],
  );
  const least = 'NOSUPERUSER NOCREATEDB NOCREATEROLE NOINHERIT NOREPLICATION NOBYPASSRLS';
  if (rows.length === 0) await client.query(`CREATE ROLE ${identifier(role)} ${attributes} ${least}`);
  // Naming these attributes at all needs a superuser, so they are named only where somebody has widened them.
  else if (rows[0]!.grand) await client.query(`ALTER ROLE ${identifier(role)} ${attributes} ${least}`);
}

/**
 * Makes a component's schema and roles, idempotently, and gives its login role a new password, which is returned and
 * stored nowhere: a component gets it when it is started and loses it when it ends.
 */
export async function ensureSchema(
  client: Client,
  component: string,
  database = databaseName,
): Promise<string> {
  const [schema, owner, login] = [schemaOf(component), ownerOf(component), loginOf(component)];
  await ensureRole(client, owner, 'NOLOGIN');
  await ensureRole(client, login, 'LOGIN');
  const password = randomBytes(24).toString('base64url');
  await client.query(`ALTER ROLE ${identifier(login)} PASSWORD '${password}'`);
  await client.query(
    `ALTER ROLE ${identifier(login)} IN DATABASE ${identifier(database)} SET search_path TO ${identifier(schema)}`,
  );
  // An administrator that is no superuser must be a member to act for the owner.
  await client.query(`GRANT ${identifier(owner)} TO CURRENT_USER`);
  await client.query(`CREATE SCHEMA IF NOT EXISTS ${identifier(schema)} AUTHORIZATION ${identifier(owner)}`);
  await client.query(`GRANT CONNECT ON DATABASE ${identifier(database)} TO ${identifier(login)}`);
  await client.query(`GRANT USAGE ON SCHEMA ${identifier(schema)} TO ${identifier(login)}`);
  await client.query('REVOKE ALL ON SCHEMA public FROM PUBLIC');
  return password;
}
