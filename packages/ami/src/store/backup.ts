/**
 * Backup and restore (2.10.4). A backup is one sealed file: a manifest, then every table of every schema as
 * PostgreSQL's binary COPY, all read in one snapshot. Restoring builds the schemas by the program's own migrations,
 * fills them, and begins a new epoch. No pg_dump: npm's server comes without one.
 *
 * Stream inside the seal: frames of one type octet, four octets of length (big endian) and the content. `M` manifest
 * (JSON), `T` table header (JSON), `D` table data, `E` end of table, `Z` end of backup.
 */
import { pipeline } from 'node:stream/promises';
import { from as copyFrom, to as copyTo } from 'pg-copy-streams';
import { type Client, identifier, transaction } from './database.ts';
import { beginRestoredEpoch, currentEpoch, type Epoch } from './epoch.ts';
import { raiseStore } from './errors.ts';
import { type Migration, migrate } from './migrate.ts';
import { schemaOf } from './schemas.ts';

export interface ManifestSchema {
  readonly component: string;
  readonly migration: number;
}

export interface Manifest {
  readonly format: 1;
  readonly madeAt: string;
  readonly epoch: number;
  readonly serverMajor: number;
  readonly schemas: readonly ManifestSchema[];
}

interface TableHeader {
  readonly schema: string;
  readonly table: string;
  readonly columns: readonly string[];
  /** For a partition that the program made as it ran: whose it is, and `FOR VALUES …`. */
  readonly partition: { readonly parent: string; readonly bound: string } | null;
  /** Values of the sequences that its columns own. */
  readonly sequences: readonly { readonly name: string; readonly value: number }[];
}

const maxFrameOctets = 1024 * 1024;

function frame(type: string, content: Uint8Array): Buffer {
  const head = Buffer.alloc(5);
  head.write(type, 'latin1');
  head.writeUInt32BE(content.length, 1);
  return Buffer.concat([head, content]);
}

const jsonFrame = (type: string, value: unknown) => frame(type, Buffer.from(JSON.stringify(value)));

/** Reads the whole store in one snapshot. The client must not be used until the stream has ended. */
export async function* backup(client: Client, components: readonly string[]): AsyncGenerator<Uint8Array> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  try {
    yield jsonFrame('M', await describeStore(client, components));
    for (const component of components) {
      for (const table of await tablesOf(client, schemaOf(component))) {
        yield jsonFrame('T', table);
        const columns = table.columns.map(quoted).join(', ');
        const rows = client.query(copyTo(`COPY ${place(table)} (${columns}) TO STDOUT (FORMAT binary)`));
        for await (const part of rows as AsyncIterable<Buffer>) {
          for (let at = 0; at < part.length; at += maxFrameOctets)
            yield frame('D', part.subarray(at, at + maxFrameOctets));
        }
        yield frame('E', Buffer.alloc(0));
      }
    }
    yield frame('Z', Buffer.alloc(0));
  } finally {
    await client.query('ROLLBACK');
  }
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;
const place = (table: { schema: string; table: string }) => `${quoted(table.schema)}.${quoted(table.table)}`;

async function describeStore(client: Client, components: readonly string[]): Promise<Manifest> {
  const schemas: ManifestSchema[] = [];
  for (const component of components) {
    const { rows } = await client.query<{ newest: number }>(
      `SELECT coalesce(max(number), 0) AS newest FROM ${identifier(schemaOf(component))}.migration`,
    );
    schemas.push({ component, migration: rows[0]!.newest });
  }
  const { rows } = await client.query<{ major: number }>(
    "SELECT current_setting('server_version_num')::int / 10000 AS major",
  );
  const { number } = await currentEpoch(client);
  return { format: 1, madeAt: new Date().toISOString(), epoch: number, serverMajor: rows[0]!.major, schemas };
}

/** Ordinary tables and the leaves of partitioned ones, parents of foreign keys first. */
async function tablesOf(client: Client, schema: string): Promise<TableHeader[]> {
  const { rows } = await client.query<{
    table: string;
    columns: string[];
    parent: string | null;
    bound: string | null;
  }>(
    `SELECT c.relname AS table, array_agg(a.attname::text ORDER BY a.attnum) AS columns,
            (SELECT p.relname FROM pg_inherits i JOIN pg_class p ON p.oid = i.inhparent WHERE i.inhrelid = c.oid) AS parent,
            pg_get_expr(c.relpartbound, c.oid) AS bound
       FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = ''
      WHERE c.relnamespace = $1::regnamespace AND c.relkind = 'r' AND c.relname <> 'migration'
      GROUP BY c.oid, c.relname ORDER BY c.relname`,
    [schema],
  );
  const headers: TableHeader[] = [];
  for (const { table, columns, parent, bound } of rows) {
    const { rows: owned } = await client.query<{ name: string; value: number | null }>(
      `SELECT s.relname AS name, pg_sequence_last_value(s.oid) AS value
         FROM pg_class s JOIN pg_depend d ON d.objid = s.oid AND d.deptype IN ('a', 'i')
        WHERE s.relkind = 'S' AND d.refobjid = ($1 || '.' || $2)::regclass`,
      [quoted(schema), quoted(table)],
    );
    const sequences = owned.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }]));
    const partition = parent !== null && bound !== null ? { parent, bound } : null;
    headers.push({ schema, table, columns, partition, sequences });
  }
  return headers;
}

/**
 * Fills an empty store from a backup and begins a new epoch. `migrationsOf` are the program's own; a backup from an
 * older version is filled at its version and brought forward after. All or nothing: one transaction.
 * Errors: `store/backup-file`, `store/restore-target`, `store/migration-newer`.
 */
export async function restore(
  client: Client,
  stream: AsyncIterable<Uint8Array>,
  migrationsOf: (component: string) => readonly Migration[],
): Promise<Epoch> {
  const frames = readFrames(stream);
  const manifest = await readManifest(frames);
  for (const { component, migration } of manifest.schemas) {
    const known = migrationsOf(component);
    if (known.length < migration)
      throw raiseStore('migration-newer', `${component}: the backup is at migration ${migration}`);
    const { rows } = await client.query<{ there: string | null }>('SELECT to_regclass($1)::text AS there', [
      `${identifier(schemaOf(component))}.migration`,
    ]);
    if (rows[0]!.there !== null) throw raiseStore('restore-target', `the store already holds ${component}`);
    await migrate(client, component, known.slice(0, migration));
  }
  const epoch = await transaction(client, async () => {
    // Foreign keys and triggers speak of rows that may come later; the rows were consistent when they were read.
    await client.query("SET LOCAL session_replication_role = 'replica'");
    await fillTables(client, frames);
    return beginRestoredEpoch(client, new Date(manifest.madeAt), manifest.epoch);
  });
  for (const { component } of manifest.schemas) await migrate(client, component, migrationsOf(component));
  return epoch;
}

interface Frame {
  readonly type: string;
  readonly content: Buffer;
}

async function readManifest(frames: AsyncGenerator<Frame>): Promise<Manifest> {
  const first = (await frames.next()).value as Frame | undefined;
  if (first?.type !== 'M') throw raiseStore('backup-file', 'the backup does not begin with its manifest');
  const manifest = JSON.parse(first.content.toString('utf8')) as Manifest;
  if (manifest.format !== 1)
    throw raiseStore('backup-file', `the backup’s format ${manifest.format} is not known`);
  return manifest;
}

async function fillTables(client: Client, frames: AsyncGenerator<Frame>): Promise<void> {
  for (;;) {
    const next = (await frames.next()).value as Frame | undefined;
    if (next?.type === 'Z') return;
    if (next?.type !== 'T') throw raiseStore('backup-file', 'the backup ends before its end mark');
    const table = JSON.parse(next.content.toString('utf8')) as TableHeader;
    if (table.partition) {
      const parent = place({ schema: table.schema, table: table.partition.parent });
      // A partition belongs to whom its parent belongs, or its owner could not drop it when its time is over.
      await client.query(`SET LOCAL ROLE ${quoted(`wattward_${table.schema}_owner`)}`);
      await client.query(
        `CREATE TABLE IF NOT EXISTS ${place(table)} PARTITION OF ${parent} ${table.partition.bound}`,
      );
      await client.query('RESET ROLE');
    }
    // What the migrations themselves put in, such as the first epoch, is in the backup too.
    await client.query(`DELETE FROM ${place(table)}`);
    const columns = table.columns.map(quoted).join(', ');
    const sink = client.query(copyFrom(`COPY ${place(table)} (${columns}) FROM STDIN (FORMAT binary)`));
    await pipeline(tableData(frames), sink);
    for (const { name, value } of table.sequences) {
      await client.query('SELECT setval($1::regclass, $2)', [
        `${quoted(table.schema)}.${quoted(name)}`,
        value,
      ]);
    }
  }
}

async function* tableData(frames: AsyncGenerator<Frame>): AsyncGenerator<Buffer> {
  for (;;) {
    const next = (await frames.next()).value as Frame | undefined;
    if (next?.type === 'E') return;
    if (next?.type !== 'D') throw raiseStore('backup-file', 'the backup ends inside a table');
    yield next.content;
  }
}

async function* readFrames(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Frame> {
  let held: Buffer = Buffer.alloc(0);
  for await (const part of stream) {
    held = held.length === 0 ? Buffer.from(part) : Buffer.concat([held, part]);
    while (held.length >= 5) {
      const length = held.readUInt32BE(1);
      if (length > maxFrameOctets) throw raiseStore('backup-file', 'the backup holds an impossible frame');
      if (held.length < 5 + length) break;
      yield { type: held.toString('latin1', 0, 1), content: held.subarray(5, 5 + length) };
      held = held.subarray(5 + length);
    }
  }
  if (held.length > 0) throw raiseStore('backup-file', 'the backup ends inside a frame');
}
