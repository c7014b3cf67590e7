-- Symmetric keys of meters (2.8.11): wrapped, never in clear; a destroyed key keeps its line and loses its octets.

CREATE TABLE meter_key (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  device text NOT NULL,
  purpose text NOT NULL,
  generation integer NOT NULL CHECK (generation > 0),
  suite smallint NOT NULL CHECK (suite IN (0, 1, 2)),
  state text NOT NULL CHECK (state IN ('candidate', 'current', 'superseded', 'destroyed')),
  wrapping_key text NOT NULL,
  wrapped bytea,
  -- Keyed hash, under a key that never leaves its holder: finds a key used twice without opening it.
  fingerprint bytea NOT NULL,
  created_at timestamptz NOT NULL DEFAULT now(),
  current_since timestamptz,
  destroyed_at timestamptz,
  UNIQUE (device, purpose, generation),
  CHECK ((wrapped IS NULL) = (state = 'destroyed'))
);
CREATE UNIQUE INDEX meter_key_current ON meter_key (device, purpose) WHERE state = 'current';
CREATE UNIQUE INDEX meter_key_fingerprint ON meter_key (fingerprint);
CREATE INDEX meter_key_age ON meter_key (purpose, current_since) WHERE state = 'current';

CREATE TABLE key_rotation (
  id text PRIMARY KEY,
  device text NOT NULL,
  purposes text[] NOT NULL,
  state text NOT NULL CHECK (state IN ('prepared', 'delivering', 'delivered', 'confirmed', 'committed', 'abandoned')),
  attempts integer NOT NULL DEFAULT 0,
  reason text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT now(),
  changed_at timestamptz NOT NULL DEFAULT now(),
  correlation text NOT NULL
);
CREATE UNIQUE INDEX key_rotation_open ON key_rotation (device) WHERE state NOT IN ('committed', 'abandoned');

GRANT SELECT, INSERT ON meter_key, key_rotation TO :login;
GRANT UPDATE (state, wrapped, wrapping_key, current_since, destroyed_at) ON meter_key TO :login;
GRANT UPDATE (state, attempts, changed_at) ON key_rotation TO :login;
