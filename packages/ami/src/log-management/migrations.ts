/** The schema of log management: the leaves of the tree, its hashes, its checkpoints, and how far each inbox was read. */
import { auditInboxMigration } from '../audit/inbox.ts';
import type { Migration } from '../store/migrate.ts';

/** Leaves in a partition: few partitions to look through, each small enough to be dropped when its time is over. */
export const partitionLeaves = 4_194_304;

const treeSql = `
  CREATE TABLE leaf (
    idx bigint NOT NULL,
    at timestamptz NOT NULL,
    -- Identifiers: compared by octets, which costs a fraction of a language's order.
    component text COLLATE "C" NOT NULL,
    epoch integer NOT NULL,
    seq bigint NOT NULL,
    type text COLLATE "C" NOT NULL,
    phase text COLLATE "C" NOT NULL,
    outcome text COLLATE "C" NOT NULL,
    actor_kind text COLLATE "C" NOT NULL,
    actor text COLLATE "C" NOT NULL,
    object text COLLATE "C",
    source text COLLATE "C",
    correlation text COLLATE "C",
    -- What was hashed; the columns before it only repeat what it says, to be searched.
    record bytea NOT NULL,
    PRIMARY KEY (idx)
  ) PARTITION BY RANGE (idx);
  CREATE INDEX leaf_at ON leaf (at);
  CREATE INDEX leaf_component ON leaf (component, at);
  CREATE INDEX leaf_type ON leaf (type, at);
  -- Most records succeed: those are found by time as fast.
  CREATE INDEX leaf_outcome ON leaf (outcome, at) WHERE outcome <> 'success';
  CREATE INDEX leaf_actor ON leaf (actor, at);
  CREATE INDEX leaf_object ON leaf (object, at) WHERE object IS NOT NULL;
  CREATE INDEX leaf_correlation ON leaf (correlation, at) WHERE correlation IS NOT NULL;

  CREATE FUNCTION audit_leaf_partition(first bigint) RETURNS void
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = :schema, pg_temp AS $$
  DECLARE
    number bigint := first / ${partitionLeaves};
  BEGIN
    EXECUTE format('CREATE TABLE IF NOT EXISTS %I PARTITION OF leaf FOR VALUES FROM (%s) TO (%s)',
      'leaf_' || number, number * ${partitionLeaves}, (number + 1) * ${partitionLeaves});
  END $$;
  REVOKE EXECUTE ON FUNCTION audit_leaf_partition(bigint) FROM PUBLIC;
  GRANT EXECUTE ON FUNCTION audit_leaf_partition(bigint) TO :login;

  -- C2SP tlog-tiles: up to 256 hashes of 32 octets. Hashes do not compress.
  CREATE TABLE tile (
    level smallint NOT NULL, number bigint NOT NULL, hashes bytea NOT NULL,
    PRIMARY KEY (level, number)
  );
  ALTER TABLE tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

  CREATE TABLE tree (one boolean PRIMARY KEY DEFAULT true CHECK (one), size bigint NOT NULL);
  INSERT INTO tree (size) VALUES (0);

  CREATE TABLE position (
    component text NOT NULL, epoch integer NOT NULL, seq bigint NOT NULL,
    heard_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (component, epoch)
  );

  CREATE TABLE checkpoint (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    origin text NOT NULL,
    size bigint NOT NULL CHECK (size > 0),
    root bytea NOT NULL CHECK (octet_length(root) = 32),
    signed_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    note text NOT NULL,
    cosignature text,
    cosigned_at timestamptz,
    UNIQUE (size, origin)
  );

  GRANT SELECT, INSERT ON leaf, tile, position, checkpoint TO :login;
  GRANT SELECT ON tree TO :login;
  GRANT UPDATE (hashes) ON tile TO :login;
  GRANT UPDATE (size) ON tree TO :login;
  GRANT UPDATE (seq, heard_at) ON position TO :login;
  GRANT UPDATE (cosignature, cosigned_at) ON checkpoint TO :login;

  CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON leaf
    FOR EACH STATEMENT EXECUTE FUNCTION audit_append_only();
`;

export const logManagementMigrations: readonly Migration[] = [
  auditInboxMigration(1),
  { number: 2, name: 'tree', sql: treeSql },
];
