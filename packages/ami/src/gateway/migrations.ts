/** What waits in a gateway for its actor. */
import type { Migration } from '../store/migrate.ts';

const sql = `
CREATE TABLE gateway_outbound (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  type text NOT NULL,
  body bytea NOT NULL,
  received_at timestamptz NOT NULL DEFAULT now()
);
GRANT SELECT, INSERT, DELETE ON gateway_outbound TO :login;
`;

export function gatewayMigration(number: number): Migration {
  return { number, name: 'gateway', sql };
}
