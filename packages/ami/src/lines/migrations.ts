/** The tables of outbox and inbox, in the schema of each component that has lines. */
import type { Migration } from '../store/migrate.ts';

const sql = `
-- Sender. One row a stream: to one receiver, on one line, with one priority, within one epoch of this store.
CREATE TABLE line_stream (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  peer text NOT NULL,
  source text NOT NULL,
  destination text NOT NULL,
  line text NOT NULL,
  priority text NOT NULL,
  epoch integer NOT NULL,
  next_sequence bigint NOT NULL DEFAULT 1,
  octets bigint NOT NULL DEFAULT 0,
  UNIQUE (peer, source, destination, line, priority, epoch)
);
-- What has left the outbox, apart from the row that a writer of messages locks.
CREATE TABLE line_settled (
  stream integer PRIMARY KEY REFERENCES line_stream (id),
  delivered bigint NOT NULL DEFAULT 0,
  messages bigint NOT NULL DEFAULT 0,
  octets bigint NOT NULL DEFAULT 0,
  at timestamptz
);
CREATE TABLE line_outbox (
  stream integer NOT NULL REFERENCES line_stream (id),
  sequence bigint NOT NULL,
  type text NOT NULL,
  label text NOT NULL,
  at_ms bigint NOT NULL,
  expires_ms bigint,
  attempts integer NOT NULL DEFAULT 0,
  octets integer NOT NULL,
  body bytea NOT NULL,
  PRIMARY KEY (stream, sequence)
) WITH (autovacuum_vacuum_scale_factor = 0.05);
ALTER TABLE line_outbox ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE TABLE line_dead (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  stream integer NOT NULL REFERENCES line_stream (id),
  sequence bigint NOT NULL,
  type text NOT NULL,
  label text NOT NULL,
  at_ms bigint NOT NULL,
  expires_ms bigint,
  attempts integer NOT NULL,
  body bytea NOT NULL,
  reason text NOT NULL,
  died_at timestamptz NOT NULL DEFAULT now(),
  reissued_at timestamptz
);
ALTER TABLE line_dead ALTER COLUMN body SET STORAGE EXTERNAL;

-- Receiver. One row a sender, line and priority: the last message consumed.
CREATE TABLE line_source (
  id integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source text NOT NULL,
  line text NOT NULL,
  priority text NOT NULL,
  epoch integer NOT NULL DEFAULT 0,
  sequence bigint NOT NULL DEFAULT 0,
  messages bigint NOT NULL DEFAULT 0,
  at_ms bigint NOT NULL DEFAULT 0,
  received_at timestamptz,
  UNIQUE (source, line, priority)
);
-- Hash and sequence of every message; the body only of those that no effect has taken.
CREATE TABLE line_inbox (
  source integer NOT NULL REFERENCES line_source (id),
  epoch integer NOT NULL,
  sequence bigint NOT NULL,
  type text NOT NULL,
  label text NOT NULL,
  sha256 bytea NOT NULL,
  at_ms bigint NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now(),
  body bytea,
  PRIMARY KEY (source, epoch, sequence)
);
ALTER TABLE line_inbox ALTER COLUMN body SET STORAGE EXTERNAL;
CREATE INDEX line_inbox_received ON line_inbox USING brin (received_at);
CREATE TABLE line_gap (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  source integer NOT NULL REFERENCES line_source (id),
  epoch integer NOT NULL,
  first bigint NOT NULL,
  last bigint NOT NULL,
  found_at timestamptz NOT NULL DEFAULT now(),
  reported_at timestamptz
);
GRANT SELECT, INSERT, UPDATE ON line_stream, line_settled, line_source TO :login;
GRANT SELECT, INSERT, DELETE ON line_outbox, line_dead, line_inbox, line_gap TO :login;
GRANT UPDATE (attempts) ON line_outbox TO :login;
GRANT UPDATE (reissued_at) ON line_dead TO :login;
GRANT UPDATE (body) ON line_inbox TO :login;
GRANT UPDATE (reported_at) ON line_gap TO :login;
`;

/** The one migration of the lines, with the number that is its turn in the component's list. */
export function lineMigration(number: number): Migration {
  return { number, name: 'lines', sql };
}
