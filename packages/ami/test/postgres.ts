/** A real PostgreSQL server for the tests of one file, on a state directory of its own. */
import { chmodSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type PostgresServer, type ServerOptions, startPostgres } from '../src/store/postgres-server.ts';

export interface TestServer extends AsyncDisposable {
  readonly state: string;
  readonly server: PostgresServer;
}

/** A state directory that the server's own user can pass through. */
export function temporaryState(): string {
  const state = mkdtempSync(join(tmpdir(), 'wattward-state-'));
  chmodSync(state, 0o711);
  return state;
}

/** Starts a server; `await using` stops it and removes its state. */
export async function testServer(options: Partial<ServerOptions> = {}): Promise<TestServer> {
  const state = options.state ?? temporaryState();
  const server = await startPostgres({ ...options, state });
  return {
    state,
    server,
    async [Symbol.asyncDispose]() {
      await server.stop(5_000);
      rmSync(state, { recursive: true, force: true });
    },
  };
}

/** For `test(name, needsSystemPostgres(), …)`. */
export function needsSystemPostgres(): { skip: string | false } {
  return {
    skip: existsSync('/usr/lib/postgresql') ? false : 'Debian package postgresql-15 is not installed',
  };
}
