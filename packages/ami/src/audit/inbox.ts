/**
 * A component's audit inbox: a table that its login role may only insert into. The commit is the acknowledgement. A
 * record's number is given by the writer before the insert, and the primary key makes sure that numbers become visible
 * in order: a number can be used only by one who has seen the one before it committed.
 */
import { createHash } from 'node:crypto';
import { type Client, identifier } from '../store/database.ts';
import type { Migration } from '../store/migrate.ts';
import { loginOf, schemaOf } from '../store/schemas.ts';

/** Of the largest record that the profile's parameter may allow. */
const hardMaximumOctets = 65_536;

/** The migration that gives a component its inbox; `number` is its place among the component's own migrations. */
export function auditInboxMigration(number: number): Migration {
  return { number, name: 'audit-inbox', sql: inboxSql };
}

const inboxSql = `
  CREATE TABLE audit_inbox (
    epoch integer NOT NULL CHECK (epoch > 0),
    seq bigint NOT NULL CHECK (seq > 0),
    record bytea NOT NULL CHECK (octet_length(record) BETWEEN 1 AND ${hardMaximumOctets}),
    written_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Tells a reader whether an earlier number can still turn up.
    xid xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (epoch, seq)
  );
  GRANT INSERT (epoch, seq, record) ON audit_inbox TO :login;

  -- Which lines of which local journal were merged, so that each is merged once.
  CREATE TABLE audit_journal (
    journal text NOT NULL CHECK (journal ~ '^[0-9a-f]{16}$'),
    upto bigint NOT NULL CHECK (upto > 0),
    merged_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (journal, upto)
  );
  GRANT SELECT, INSERT (journal, upto) ON audit_journal TO :login;

  -- Grants keep the component from changing what it wrote; this keeps the owner from doing it by mistake.
  CREATE FUNCTION audit_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
  BEGIN
    IF TG_OP = 'DELETE' AND current_setting('wattward.audit_trim', true) = 'on' THEN
      RETURN NULL;
    END IF;
    RAISE EXCEPTION 'the audit is append only' USING ERRCODE = 'insufficient_privilege';
  END $$;
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_inbox
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_journal
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();

  -- The writer may not read records; it may ask where it stands, and whether a record is the one it sent.
  CREATE FUNCTION audit_inbox_last(of_epoch integer) RETURNS bigint
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = :schema, pg_temp
    AS 'SELECT coalesce(max(seq), 0) FROM audit_inbox WHERE epoch = of_epoch';
  CREATE FUNCTION audit_inbox_digest(of_epoch integer, of_seq bigint) RETURNS bytea
    LANGUAGE sql STABLE SECURITY DEFINER SET search_path = :schema, pg_temp
    AS 'SELECT sha256(record) FROM audit_inbox WHERE epoch = of_epoch AND seq = of_seq';
  REVOKE EXECUTE ON FUNCTION audit_inbox_last(integer), audit_inbox_digest(integer, bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION audit_inbox_last(integer), audit_inbox_digest(integer, bigint) TO :login;
`;

/** The component that alone reads the inboxes. */
export const logManagement = 'log-management';

/** Lets log management read a component's inbox, and nothing else of its schema. As administrator; repeatable. */
export async function grantInboxReading(client: Pick<Client, 'query'>, component: string): Promise<void> {
  const reader = identifier(loginOf(logManagement));
  const schema = identifier(schemaOf(component));
  await client.query(`GRANT USAGE ON SCHEMA ${schema} TO ${reader}`);
  await client.query(`GRANT SELECT ON ${schema}.audit_inbox TO ${reader}`);
}

/**
 * Removes what log management has ordered and what is older than servers must keep it (`audit.serverStorageMonths`,
 * 2.16.4.1 item 2). As administrator. Returns how many records.
 */
export async function trimInbox(
  client: Client,
  component: string,
  ordered: { readonly epoch: number; readonly seq: number },
  before: Date,
): Promise<number> {
  await client.query('BEGIN');
  try {
    await client.query("SET LOCAL wattward.audit_trim = 'on'");
    const { rowCount } = await client.query(
      `DELETE FROM ${identifier(schemaOf(component))}.audit_inbox
        WHERE (epoch, seq) <= ($1, $2) AND written_at < $3
          AND (epoch, seq) < (SELECT epoch, max(seq) FROM ${identifier(schemaOf(component))}.audit_inbox
                               GROUP BY epoch ORDER BY epoch DESC LIMIT 1)`,
      [ordered.epoch, ordered.seq, before],
    );
    await client.query('COMMIT');
    return rowCount ?? 0;
  } catch (error) {
    await client.query('ROLLBACK').catch(() => undefined);
    throw error;
  }
}

/** The newest number of an epoch, 0 when there is none. As the component. */
export async function lastSeq(client: Client, epoch: number): Promise<number> {
  const { rows } = await client.query<{ last: number }>('SELECT audit_inbox_last($1) AS last', [epoch]);
  return rows[0]!.last;
}

/** Whether the inbox holds exactly this record under that number. As the component. */
export async function holdsRecord(
  client: Client,
  epoch: number,
  seq: number,
  sha256: Uint8Array,
): Promise<boolean> {
  const { rows } = await client.query<{ digest: Buffer | null }>(
    'SELECT audit_inbox_digest($1, $2) AS digest',
    [epoch, seq],
  );
  return rows[0]!.digest !== null && Buffer.compare(rows[0]!.digest, sha256) === 0;
}

export const sha256 = (octets: Uint8Array): Buffer => createHash('sha256').update(octets).digest();

/**
 * Inserts records under the numbers that follow `last`, in one statement. All of them go over as one value, which
 * costs a fraction of an array of octet strings.
 */
export async function insertRecords(
  client: Client,
  epoch: number,
  last: number,
  records: readonly Buffer[],
): Promise<void> {
  const starts: number[] = [];
  let at = 1;
  for (const record of records) {
    starts.push(at);
    at += record.length;
  }
  await client.query({
    name: 'audit-insert',
    text: `INSERT INTO audit_inbox (epoch, seq, record)
           SELECT $1::integer, $2::bigint + ord, substring($3::bytea FROM starts FOR octets)
             FROM unnest($4::integer[], $5::integer[]) WITH ORDINALITY AS part(starts, octets, ord)`,
    values: [
      epoch,
      last,
      Buffer.concat(records),
      `{${starts.join(',')}}`,
      `{${records.map((record) => record.length).join(',')}}`,
    ],
  });
}
