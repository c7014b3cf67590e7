-- The certificate authority's books (2.8.15): what was issued and revoked is only ever added to.

CREATE TABLE authority (
  id text NOT NULL,
  generation integer NOT NULL CHECK (generation > 0),
  domain text,
  suite smallint NOT NULL CHECK (suite IN (1, 2)),
  -- Name of the key in the key port; a root's key is not here.
  key_name text,
  key_identifier text NOT NULL UNIQUE,
  certificate bytea NOT NULL,
  installed_at timestamptz NOT NULL DEFAULT now(),
  retired_at timestamptz,
  PRIMARY KEY (id, generation)
);

-- An issuing key that waits for the offline root.
CREATE TABLE authority_request (
  id text NOT NULL,
  generation integer NOT NULL,
  key_name text NOT NULL,
  request bytea NOT NULL,
  correlation text NOT NULL,
  asked_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (id, generation)
);

CREATE TABLE issued (
  authority text NOT NULL REFERENCES authority (key_identifier),
  serial text NOT NULL,
  kind text NOT NULL,
  holder text NOT NULL,
  component text,
  domain text NOT NULL,
  key_sha256 text NOT NULL,
  not_before timestamptz NOT NULL,
  not_after timestamptz NOT NULL,
  -- Null between the decision to sign and the signature: a serial that may exist can be revoked too.
  certificate bytea,
  replaces text,
  issued_at timestamptz NOT NULL DEFAULT now(),
  correlation text NOT NULL,
  PRIMARY KEY (authority, serial)
);
CREATE INDEX issued_holder ON issued (holder, kind, issued_at DESC);
CREATE INDEX issued_end ON issued (not_after);
-- One key speaks for one holder and one kind. A signature that never came does not use a key up.
CREATE UNIQUE INDEX issued_key ON issued (key_sha256) WHERE certificate IS NOT NULL;

CREATE TABLE revoked (
  authority text NOT NULL,
  serial text NOT NULL,
  revoked_at timestamptz NOT NULL DEFAULT now(),
  reason text NOT NULL,
  revoked_by text NOT NULL,
  correlation text NOT NULL,
  PRIMARY KEY (authority, serial),
  FOREIGN KEY (authority, serial) REFERENCES issued (authority, serial)
);

CREATE TABLE revocation_list (
  authority text NOT NULL REFERENCES authority (key_identifier),
  number bigint NOT NULL,
  this_update timestamptz NOT NULL,
  next_update timestamptz NOT NULL,
  list bytea NOT NULL,
  PRIMARY KEY (authority, number)
);

CREATE TABLE enrolment (
  id text PRIMARY KEY,
  kind text NOT NULL,
  holder text NOT NULL,
  names jsonb NOT NULL,
  key_sha256 text NOT NULL,
  request bytea NOT NULL,
  state text NOT NULL CHECK (state IN ('waiting', 'approved', 'refused', 'issued', 'lapsed')),
  asked_at timestamptz NOT NULL DEFAULT now(),
  asked_from text NOT NULL,
  decided_at timestamptz,
  decided_by text,
  reason text,
  authority text,
  serial text,
  correlation text NOT NULL
);
CREATE UNIQUE INDEX enrolment_open ON enrolment (key_sha256, kind) WHERE state IN ('waiting', 'approved', 'issued');
CREATE INDEX enrolment_waiting ON enrolment (asked_at) WHERE state = 'waiting';

CREATE TABLE manufacturer (
  fingerprint text PRIMARY KEY,
  name text NOT NULL,
  certificate bytea NOT NULL,
  trusted_at timestamptz NOT NULL DEFAULT now(),
  trusted_by text NOT NULL,
  withdrawn_at timestamptz
);

CREATE TABLE shipment (
  device text NOT NULL,
  component text NOT NULL,
  key_sha256 text NOT NULL,
  manufacturer text NOT NULL REFERENCES manufacturer (fingerprint),
  file_sha256 text NOT NULL,
  added_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (device, component, key_sha256)
);

GRANT SELECT, INSERT ON authority, authority_request, issued, revoked, revocation_list, enrolment, manufacturer, shipment TO :login;
GRANT UPDATE (retired_at) ON authority TO :login;
GRANT DELETE ON authority_request, revocation_list TO :login;
GRANT UPDATE (certificate) ON issued TO :login;
GRANT UPDATE (state, decided_at, decided_by, reason, authority, serial) ON enrolment TO :login;
GRANT UPDATE (withdrawn_at) ON manufacturer TO :login;
