/**
 * The audit measured: durable appends into the inbox and on into the tree, verification, look-ups by each field.
 * `npm run bench -w packages/ami -- audit [--records N]`. Writers, ordering and PostgreSQL are processes of their own,
 * as in the system.
 */
import { fork } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { auditInboxMigration, grantInboxReading } from '../src/audit/inbox.ts';
import { writerLimits } from '../src/audit/limits.ts';
import { parseVerifierKey } from '../src/audit/note.ts';
import type { AuditEvent } from '../src/audit/port.ts';
import { AuditWriter } from '../src/audit/writer.ts';
import { logManagementMigrations } from '../src/log-management/migrations.ts';
import { type SearchQuery, search } from '../src/log-management/search.ts';
import { verifyLog } from '../src/log-management/verify.ts';
import { connect, openPool, type Pool } from '../src/store/database.ts';
import { type Connection, startPostgres } from '../src/store/postgres-server.ts';
import { openStore, readyStore } from '../src/store/store.ts';

const writing = ['head-end', 'mdms', 'meter-management'] as const;
const logName = 'bench.test/audit';
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const lookups = 200;
const outstanding = 6000;

const types = [
  ...[
    'meter.read',
    'meter.read',
    'meter.read',
    'meter.read',
    'line.opened',
    'line.closed',
    'access.login.succeeded',
  ],
  ...[
    'access.login.failed',
    'switching.requested',
    'switching.executed',
    'configuration.changed',
    'key.rotation.finished',
  ],
];
const outcomes = [
  'success',
  'success',
  'success',
  'success',
  'success',
  'success',
  'refused',
  'failure',
] as const;

function eventOf(i: number): AuditEvent {
  return {
    type: types[(i * 7) % types.length]!,
    phase: 'outcome',
    outcome: outcomes[(i * 11) % outcomes.length]!,
    actor: { kind: i % 3 === 0 ? 'user' : 'component', id: `actor-${(i * 7919) % 10_000}` },
    object: `meter-${(i * 104_729) % 1_000_000}`,
    source: `192.0.2.${i % 250}`,
    correlation: `0189c2b4-1111-7000-8000-${String(Math.floor(i / 3)).padStart(12, '0')}`,
    detail: { attempt: i % 4, duration: (i % 97) / 10, message: 'L2.mdms.meter-readings' },
  };
}

/** Seconds of processor used: by this program, and by the server's processes that have ended. */
function processorSeconds(serverPid: number): { readonly node: number; readonly postgres: number } {
  const { user, system } = process.cpuUsage();
  const stat = readFileSync(`/proc/${serverPid}/stat`, 'utf8');
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // cutime and cstime, in hundredths: the connections of a phase are closed when it ends.
  return { node: (user + system) / 1e6, postgres: (Number(fields[13]) + Number(fields[14])) / 100 };
}

const perSecond = (count: number, ms: number) => `${Math.round((count / ms) * 1000).toLocaleString('en')}/s`;
const say = (what: string, figure: string) => console.log(`${what.padEnd(52)} ${figure}`);

export async function run(args: readonly string[]): Promise<void> {
  const { values } = parseArgs({
    args: [...args],
    options: { records: { type: 'string', default: '1000000' } },
  });
  const records = Number(values.records);
  const state = mkdtempSync(join(tmpdir(), 'wattward-bench-'));
  chmodSync(state, 0o711);
  const server = await startPostgres({ state });
  try {
    console.log(
      `PostgreSQL ${server.binary.major}, ${cpus().length} cores (${cpus()[0]?.model}), load before ${loadavg()[0]!.toFixed(1)}\n`,
    );
    await measure(server.administrator, server.pid, state, records);
  } finally {
    await server.stop(10_000);
    rmSync(state, { recursive: true, force: true });
  }
}

async function measure(
  administrator: Connection,
  serverPid: number,
  state: string,
  records: number,
): Promise<void> {
  const components = [...writing, 'log-management'];
  const schemas = components.map((component) => ({
    component,
    migrations: component === 'log-management' ? logManagementMigrations : [auditInboxMigration(1)],
  }));
  const { connections } = await readyStore(administrator, schemas);
  const client = await openStore(administrator);
  for (const component of components) await grantInboxReading(client, component);
  const log = connections.get('log-management')!;
  const ordering = fork(join(import.meta.dirname, 'audit-ordering.ts'), [], { stdio: 'inherit' });
  const told = (kind: string) =>
    new Promise<{ verifierKey: string; seconds: number }>((resolve) => {
      const listen = (message: { kind: string; verifierKey: string; seconds: number }) => {
        if (message.kind !== kind) return;
        ordering.off('message', listen);
        resolve(message);
      };
      ordering.on('message', listen);
    });
  const ready = told('ready');
  ordering.send({ connection: log, components, logName, state });
  const { verifierKey } = await ready;
  const before = processorSeconds(serverPid);
  await measureAppends(connections, state, records, async (size) => {
    const reached = told('reached');
    ordering.send({ size });
    await reached;
  });
  const ended = new Promise((resolve) => ordering.once('exit', resolve));
  const stopped = told('stopped');
  ordering.send({ stop: true });
  const { seconds } = await stopped;
  await ended;
  await pause(500);
  const after = processorSeconds(serverPid);
  const each = (spent: number) => `${((spent / records) * 1e6).toFixed(1)} µs`;
  say(
    '  processor a record',
    `writing ${each(after.node - before.node)}, ordering ${each(seconds)}, PostgreSQL ${each(after.postgres - before.postgres)}`,
  );
  const verification = async () => {
    const begunWith = processorSeconds(serverPid);
    const begun = performance.now();
    const result = await verifyLog({
      open: () => connect(log),
      logName,
      logKeys: [parseVerifierKey(verifierKey)],
      witnessKeys: [],
      witnessNotes: undefined,
    });
    if (!result.ok)
      throw new Error(`the log does not verify: ${JSON.stringify(result.findings.slice(0, 5))}`);
    say(
      `verify ${result.records.toLocaleString('en')} records`,
      perSecond(result.records, performance.now() - begun),
    );
    await pause(500);
    const endedWith = processorSeconds(serverPid);
    const each = (spent: number) => `${((spent / result.records) * 1e6).toFixed(1)} µs`;
    say(
      '  processor a record',
      `Node ${each(endedWith.node - begunWith.node)}, PostgreSQL ${each(endedWith.postgres - begunWith.postgres)}`,
    );
  };
  await verification();
  await client.query('VACUUM (ANALYZE) log_management.leaf');
  await client.end();
  const pool = openPool(log, { size: 1, applicationName: 'bench' }, () => undefined);
  await measureLookups(pool, records);
  await pool.end();
}

async function measureAppends(
  connections: ReadonlyMap<string, Connection>,
  state: string,
  records: number,
  inTree: (size: number) => Promise<void>,
): Promise<void> {
  const writers = writing.map(
    (component) =>
      new AuditWriter({
        component,
        connection: connections.get(component)!,
        epoch: 1,
        journalFolder: join(state, 'journal', component),
        timeSource: 'system:bench',
        limits: writerLimits(),
      }),
  );
  const singles: number[] = [];
  for (let i = 0; i < lookups; i++) {
    const begun = performance.now();
    await writers[0]!.record(eventOf(i));
    singles.push(performance.now() - begun);
  }
  say('one record, alone, durable', percentiles(singles));
  const begun = performance.now();
  let next = 0;
  const lane = async () => {
    while (next < records) {
      const i = next++;
      await writers[i % writers.length]!.record(eventOf(i));
    }
  };
  await Promise.all(Array.from({ length: outstanding }, lane));
  say(
    `append ${records.toLocaleString('en')} records, durable in the inboxes`,
    perSecond(records, performance.now() - begun),
  );
  await inTree(records + lookups);
  say('the same, until all are in the tree', perSecond(records, performance.now() - begun));
  for (const writer of writers) await writer.close();
}

function percentiles(times: number[]): string {
  times.sort((a, b) => a - b);
  const at = (share: number) =>
    times[Math.min(times.length - 1, Math.floor(times.length * share))]!.toFixed(1);
  return `median ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}

async function measureLookups(pool: Pool, records: number): Promise<void> {
  const { rows } = await pool.query<{ first: Date; last: Date }>(
    'SELECT min(at) AS first, max(at) AS last FROM leaf',
  );
  const { first, last } = rows[0]!;
  const moment = (i: number) =>
    new Date(
      first.getTime() + (((i * 7919) % 1000) / 1000) * (last.getTime() - first.getTime()),
    ).toISOString();
  const event = (i: number) => eventOf((i * 48_271) % records);
  const queries: Readonly<Record<string, (i: number) => SearchQuery>> = {
    'time (since and until)': (i) => ({
      since: moment(i),
      until: new Date(Date.parse(moment(i)) + 1000).toISOString(),
    }),
    actor: (i) => ({ actor: event(i).actor.id }),
    component: (i) => ({ component: writing[i % writing.length]! }),
    event: (i) => ({ event: event(i).type }),
    'event (access.*)': () => ({ event: 'access.*' }),
    outcome: (i) => ({ outcome: event(i).outcome }),
    correlation: (i) => ({ correlation: event(i).correlation! }),
    object: (i) => ({ object: event(i).object! }),
    'actor, outcome and time': (i) => ({ actor: event(i).actor.id, outcome: 'refused', since: moment(i) }),
    'actor that does not exist': (i) => ({ actor: `nobody-${i}` }),
  };
  for (const [name, query] of Object.entries(queries)) {
    const times: number[] = [];
    for (let i = 0; i < lookups; i++) {
      const begun = performance.now();
      await search(pool, query(i));
      times.push(performance.now() - begun);
    }
    say(`look-up by ${name}, ${lookups} times, 100 records`, percentiles(times));
  }
}
