/** A process's lines for the tests: real store, real certificates, real connections, in this process. */
import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import type { AuditEvent, AuditPort } from '../src/audit/port.ts';
import { type PeerIdentity, principalOf } from '../src/lines/flow-rules.ts';
import type { Effects } from '../src/lines/inbox.ts';
import { Lines, type LinesOptions } from '../src/lines/lines.ts';
import { lineMigration } from '../src/lines/migrations.ts';
import type { Routes } from '../src/lines/routes.ts';
import { openPool, type Pool } from '../src/store/database.ts';
import type { Migration } from '../src/store/migrate.ts';
import type { Connection } from '../src/store/postgres-server.ts';
import { readyStore } from '../src/store/store.ts';
import type { KeyPort } from '../src/trust/key-port.ts';
import { auditEventIds } from './line-audit.ts';
import type { LineAuthority, TestCredentials } from './line-authority.ts';

/** Keeps records in memory and refuses types that the profile's catalogue does not have. */
export class MemoryAudit implements AuditPort {
  readonly events: AuditEvent[] = [];
  async record(event: AuditEvent): Promise<void> {
    assert.ok(auditEventIds.has(event.type), `no such type of record: ${event.type}`);
    this.events.push(event);
  }
  recordSafe(event: AuditEvent): Promise<void> {
    return this.record(event);
  }
  of(type: string): AuditEvent[] {
    return this.events.filter((each) => each.type === type);
  }
}

/** Derives keys from a constant; everything that lines ask of a key port. */
export const testKeys = {
  list: async () => [],
  generate: async () => undefined,
  derive: async (name: string, label: string) => createHmac('sha256', name).update(label).digest(),
} as unknown as KeyPort;

/** The schema that a principal's store has in the tests. */
export function schemaName(principal: string): string {
  return principal.toLowerCase().replaceAll(/[./]/g, '-');
}

/** Makes the schemas of principals in one database and tells how each is reached. */
export async function lineSchemas(
  administrator: Connection,
  principals: readonly string[],
  database: string,
  more: readonly Migration[] = [],
): Promise<ReadonlyMap<string, Connection>> {
  const migrations = [lineMigration(1), ...more];
  const schemas = principals.map((each) => ({ component: schemaName(each), migrations }));
  const { connections } = await readyStore(administrator, schemas, database);
  return new Map(principals.map((each) => [each, connections.get(schemaName(each))!]));
}

export interface NodeOptions {
  readonly authority: LineAuthority;
  readonly identity: PeerIdentity;
  readonly connection: Connection;
  readonly routes: Routes;
  readonly effects?: Effects;
  readonly epoch?: number;
  readonly configured?: Readonly<Record<string, number>>;
  readonly credentials?: TestCredentials;
  readonly lines?: Partial<LinesOptions>;
  readonly poolSize?: number;
}

export interface LineNode extends AsyncDisposable {
  readonly principal: string;
  readonly lines: Lines;
  readonly pool: Pool;
  readonly audit: MemoryAudit;
  readonly credentials: TestCredentials;
  readonly log: string[];
}

/** Short waits, so that what is tried again is tried within a test. */
export const quick: Readonly<Record<string, number>> = {
  'lines.retryFirstSeconds': 0.05,
  'lines.retryMaximumSeconds': 0.3,
};

/** Opens lines, listening on a free port that is entered into the routes. */
export async function lineNode(options: NodeOptions): Promise<LineNode> {
  const { authority, identity, connection, routes } = options;
  const principal = principalOf(identity);
  const log: string[] = [];
  const pool = openPool(connection, { size: options.poolSize ?? 6, applicationName: principal }, (error) =>
    log.push(`pool: ${error.message}`),
  );
  const audit = new MemoryAudit();
  const credentials = options.credentials ?? authority.credentials(identity);
  const lines = await Lines.open({
    pool,
    audit,
    credentials,
    routes,
    epoch: options.epoch ?? 1,
    keys: testKeys,
    judge: authority.judge,
    listen: { host: '127.0.0.1', port: routes.addressOf(principal)?.port ?? 0 },
    configured: { ...quick, ...options.configured },
    ...(options.effects === undefined ? {} : { effects: options.effects }),
    onLog: (what, detail) => log.push(`${what} ${JSON.stringify(detail)}`),
    ...options.lines,
  });
  if (lines.port !== undefined) routes.set(principal, { host: '127.0.0.1', port: lines.port });
  return {
    principal,
    lines,
    pool,
    audit,
    credentials,
    log,
    async [Symbol.asyncDispose]() {
      await lines.close();
      await pool.end();
    },
  };
}

/** Waits until something holds; says what when it does not in time. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  withinMs = 15_000,
): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) assert.fail(`not within ${withinMs} ms: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
