import assert from 'node:assert/strict';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as connectSocket, createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { inboxOnly } from '../../test/audit-log.ts';
import { type TestServer, testServer } from '../../test/postgres.ts';
import { WattwardError } from '../base/errors.ts';
import { type Client, connect } from '../store/database.ts';
import type { Connection } from '../store/postgres-server.ts';
import { openStore, readyStore } from '../store/store.ts';
import { trimInbox } from './inbox.ts';
import { Journal } from './journal.ts';
import { writerLimits } from './limits.ts';
import type { AuditEvent } from './port.ts';
import { type AuditRecord, decodeRecord } from './record.ts';
import { type AuditAlert, AuditWriter, type WriterOptions } from './writer.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

const event = (object: string, more: Partial<AuditEvent> = {}): AuditEvent => ({
  type: 'switching.cancel.requested',
  phase: 'intent',
  outcome: 'pending',
  actor: { kind: 'user', id: 'ada' },
  object,
  ...more,
});

let running: TestServer;
let administrator: Client;
let connection: Connection;
const writers: AuditWriter[] = [];
const alerts: AuditAlert[] = [];
let folders = 0;

before(async () => {
  running = await testServer();
  const schemas = [{ component: 'head-end', migrations: inboxOnly }];
  const ready = await readyStore(running.server.administrator, schemas, 'writing');
  connection = ready.connections.get('head-end')!;
  administrator = await openStore(running.server.administrator, 'writing');
});
after(async () => {
  for (const writer of writers) await writer.close();
  await administrator.end();
  await running[Symbol.asyncDispose]();
});

const limits = { ...writerLimits(), writeMs: 3000, safeRecordMs: 300 };

function newWriter(more: Partial<WriterOptions> = {}): AuditWriter {
  const writer = new AuditWriter({
    component: 'head-end',
    connection,
    epoch: 1,
    journalFolder: join(running.state, `journal-${++folders}`),
    timeSource: 'system:test',
    limits,
    onAlert: (alert) => alerts.push(alert),
    ...more,
  });
  writers.push(writer);
  return writer;
}

async function records(): Promise<AuditRecord[]> {
  const { rows } = await administrator.query<{ record: Buffer }>(
    'SELECT record FROM head_end.audit_inbox ORDER BY epoch, seq',
  );
  return rows.map(({ record }) => decodeRecord(record));
}

const objects = async (beginning: string) =>
  (await records()).flatMap(({ object }) => (object?.startsWith(beginning) ? [object] : []));

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
}

/** A server's socket with somebody in between who can lose answers or hold everything up. */
class Between {
  readonly folder: string;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  mode: 'through' | 'lose-answers' | 'hold' | 'closed' = 'through';
  /** When losing answers, only from the moment a request holds this. */
  trigger = 'audit_inbox';

  constructor() {
    this.folder = join(running.state, `between-${++folders}`);
    mkdirSync(this.folder);
    this.#server = createServer((near) => {
      if (this.mode === 'closed') return void near.destroy();
      const far = connectSocket(join(connection.host, '.s.PGSQL.5432'));
      let losing = false;
      for (const socket of [near, far]) this.#sockets.add(socket.on('error', () => undefined));
      near.on('data', (part) => {
        if (this.mode === 'hold') return;
        losing ||= this.mode === 'lose-answers' && part.includes(this.trigger);
        far.write(part);
      });
      far.on('data', (part) => {
        if (losing) near.destroy();
        else if (this.mode !== 'hold') near.write(part);
      });
      near.on('close', () => far.end());
      far.on('close', () => near.destroy());
    }).listen(join(this.folder, '.s.PGSQL.5432'));
  }

  get connection(): Connection {
    return { ...connection, host: this.folder };
  }

  cut(mode: Between['mode']): void {
    this.mode = mode;
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  close(): void {
    this.cut('closed');
    this.#server.close();
  }
}

test('records written at the same time are numbered without a gap and share commits', async () => {
  const writer = newWriter();
  await writer.start();
  await Promise.all(Array.from({ length: 3000 }, (_, i) => writer.record(event(`together-${i}`))));
  assert.equal((await objects('together-')).length, 3000);
  const all = await records();
  assert.deepEqual(
    all.map(({ seq }) => seq),
    all.map((_, i) => i + 1),
  );
  const { rows } = await administrator.query<{ n: number }>(
    'SELECT count(DISTINCT xid::text) AS n FROM head_end.audit_inbox',
  );
  assert.ok(rows[0]!.n < 20, `${rows[0]!.n} transactions`);
  assert.equal(all[0]!.type, 'audit.started');
  // A second writer of the same component finds its place behind the first.
  const second = newWriter();
  await Promise.all([
    second.record(event('second-1')),
    writer.record(event('first-1')),
    second.record(event('second-2')),
  ]);
  const numbers = (await records()).map(({ seq }) => seq);
  assert.deepEqual(
    numbers,
    numbers.map((_, i) => i + 1),
  );
});

test('a record that cannot be committed is refused, and safer ones are journaled and merged once, in order', async () => {
  const between = new Between();
  const writer = newWriter({ connection: between.connection });
  await writer.record(event('away-before'));
  between.cut('closed');
  await assert.rejects(writer.record(event('away-refused')), code('audit/unavailable'));
  for (let i = 0; i < 5; i++) await writer.recordSafe(event(`away-safe-${i}`));
  assert.equal(writer.status.away, true);
  assert.equal(writer.status.journaled, 5);
  assert.deepEqual(await objects('away-'), ['away-before']);
  between.mode = 'through';
  await until(() => writer.status.journaled === 0 && !writer.status.away);
  await writer.record(event('away-after'));
  assert.deepEqual(await objects('away-'), [
    'away-before',
    ...[0, 1, 2, 3, 4].map((i) => `away-safe-${i}`),
    'away-after',
  ]);
  const merged = (await records()).filter(({ type }) => type === 'audit.journal.merged').at(-1)!;
  assert.deepEqual(
    [merged.detail?.['records'], merged.detail?.['upto'], merged.detail?.['alreadyThere']],
    [5, 5, 0],
  );
  const safe = (await records()).find(({ object }) => object === 'away-safe-3')!;
  assert.equal(safe.journal?.line, 4);
  assert.ok(safe.at < merged.at, 'it keeps the time at which it happened');
  const told = alerts.map(({ type }) => type);
  for (const type of ['audit.write.failed', 'audit.write.recovered', 'audit.journal.written'])
    assert.ok(told.includes(type), type);
  between.close();
});

test('a commit whose answer is lost counts once, whether the caller hears of it or not', async () => {
  const between = new Between();
  const writer = newWriter({ connection: between.connection });
  await writer.record(event('lost-0'));
  between.mode = 'lose-answers';
  // The first try is committed and its answer lost; the later ones find it there, or cannot tell.
  const results = await Promise.allSettled([
    writer.record(event('lost-1')),
    writer.recordSafe(event('lost-safe')),
  ]);
  assert.equal(results[1]!.status, 'fulfilled');
  between.mode = 'through';
  await until(() => writer.status.journaled === 0 && !writer.status.away);
  assert.equal((await objects('lost-safe')).length, 1);
  const there = (await objects('lost-1')).length;
  assert.ok(results[0]!.status === 'fulfilled' ? there === 1 : there <= 1);
  between.close();
});

test('a safer record does not wait for a store that hangs, and is not doubled when it answers late', async () => {
  const between = new Between();
  const writer = newWriter({ connection: between.connection, limits: { ...limits, writeMs: 1500 } });
  await writer.record(event('hang-0'));
  between.mode = 'hold';
  const refused = assert.rejects(writer.record(event('hang-refused')), code('audit/unavailable'));
  await writer.recordSafe(event('hang-safe'));
  assert.equal(writer.status.journaled, 1, 'written down before the store was given up');
  await refused;
  between.cut('through');
  await until(() => writer.status.journaled === 0 && !writer.status.away);
  assert.equal((await objects('hang-safe')).length, 1);
  between.close();
});

test('a full or read-only store is an answer, not a hang', async () => {
  await administrator.query('ALTER ROLE wattward_head_end SET default_transaction_read_only = on');
  const writer = newWriter();
  await assert.rejects(writer.record(event('readonly')), code('audit/unavailable'));
  await writer.recordSafe(event('readonly-safe'));
  await administrator.query('ALTER ROLE wattward_head_end RESET default_transaction_read_only');
  await administrator.query(
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'wattward_head_end'",
  );
  await until(() => writer.status.journaled === 0 && !writer.status.away);
  assert.deepEqual(await objects('readonly'), ['readonly-safe']);
});

test('a killed process’s journal is merged by the next one, also when it was killed between commit and clean-up', async () => {
  const folder = join(running.state, 'journal-killed');
  const between = new Between();
  between.mode = 'closed';
  const killed = newWriter({ connection: between.connection, journalFolder: folder });
  for (let i = 0; i < 3; i++) await killed.recordSafe(event(`killed-${i}`));
  const left = readFileSync(join(folder, 'audit-journal.jsonl'));
  const next = newWriter({ journalFolder: folder });
  await next.start();
  await until(() => next.status.journaled === 0);
  assert.equal((await objects('killed-')).length, 3);
  // The file comes back as if it had never been removed.
  writeFileSync(join(folder, 'audit-journal.jsonl'), left);
  const third = newWriter({ journalFolder: folder });
  await third.start();
  await until(() => third.status.journaled === 0);
  assert.equal((await objects('killed-')).length, 3);
  between.close();
});

test('secrets are refused, what is safer is written without them, and both are told', async () => {
  const writer = newWriter();
  const secret = '000102030405060708090a0b0c0d0e0f';
  await assert.rejects(writer.record(event('leak', { detail: { newKey: secret } })), code('audit/secret'));
  await assert.rejects(
    writer.record(event('leak', { detail: { password: 'hunter2' } })),
    code('audit/secret'),
  );
  await writer.recordSafe(event('leak-safe', { detail: { newKey: secret, reason: 'alarm' } }));
  await assert.rejects(writer.record(event('wrong', { type: 'no.such.type' })), code('audit/event'));
  await assert.rejects(writer.recordSafe(event('wrong', { type: 'no.such.type' })), code('audit/event'));
  const large = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`part${i}`, 'x '.repeat(400)]));
  await assert.rejects(writer.record(event('large', { detail: large })), code('audit/event'));
  await writer.record(event('leak-end'));
  const { rows } = await administrator.query<{ all: string }>(
    `SELECT string_agg(convert_from(record, 'UTF8'), ' ') AS all FROM head_end.audit_inbox`,
  );
  assert.ok(!rows[0]!.all.includes(secret) && !rows[0]!.all.includes('hunter2'));
  const prevented = (await records()).filter(({ type }) => type === 'audit.leak.prevented');
  assert.deepEqual(
    prevented.map(({ detail }) => detail?.['field']),
    ['detail.newKey', 'detail.password', 'detail.newKey'],
  );
  assert.deepEqual((await records()).find(({ object }) => object === 'leak-safe')?.detail, {
    reason: 'alarm',
  });
});

test('a queue that is full says so, and a jump of the clock is a record', async () => {
  let offsetMs = 0;
  const clock = { wallMs: () => Date.now() + offsetMs, monotonicMs: () => performance.now() };
  const writer = newWriter({ limits: { ...limits, queuedRecords: 5 }, clock });
  const results = await Promise.allSettled(
    Array.from({ length: 9 }, (_, i) => writer.record(event(`queue-${i}`))),
  );
  const refused = results.filter(({ status }) => status === 'rejected') as PromiseRejectedResult[];
  assert.equal(refused.length, 4);
  assert.ok(refused.every(({ reason }) => code('audit/overload')(reason)));
  offsetMs = -3_600_000;
  await writer.record(event('jump'));
  await writer.record(event('after-jump'));
  const jump = (await records()).find(({ type }) => type === 'clock.jumped')!;
  assert.equal(Math.round(Number(jump.detail?.['jumpSeconds'])), -3600);
});

test('a journal that was altered, cut or mixed is told, and what is good of it is kept', async () => {
  const folder = join(running.state, 'journal-tampered');
  const macKey = Buffer.alloc(32, 7);
  const options = { folder, maximumRecords: 20, macKey };
  const path = join(folder, 'audit-journal.jsonl');
  const entry = (object: string) => ({
    event: event(object),
    at: '2026-11-22T10:00:00.000001Z',
    timeSource: 'system:test',
  });
  const journal = new Journal(options);
  await Promise.all(Array.from({ length: 10 }, (_, i) => journal.append(entry(`line-${i}`))));
  const good = readFileSync(path, 'utf8');
  const lines = good.split('\n').slice(0, -1);
  const reopened = new Journal(options);
  assert.deepEqual([reopened.lines.length, reopened.damage], [10, undefined]);
  const tampered: [string, string, string, number][] = [
    ['an altered line', good.replace('line-4', 'line-X'), 'altered', 5],
    ['a removed line', [...lines.slice(0, 3), ...lines.slice(4), ''].join('\n'), 'chain', 4],
    [
      'swapped lines',
      [...lines.slice(0, 6), lines[7], lines[6], ...lines.slice(8), ''].join('\n'),
      'chain',
      7,
    ],
    ['noise', `${lines[0]}\nnoise\n`, 'form', 2],
  ];
  for (const [what, text, kind, line] of tampered) {
    writeFileSync(path, text);
    const damaged = new Journal(options);
    assert.deepEqual(
      [damaged.damage?.what, damaged.damage?.line, damaged.lines.length],
      [kind, line, line - 1],
      what,
    );
    assert.equal(readFileSync(damaged.damage!.kept, 'utf8'), text, 'kept as evidence');
  }
  // A chain made anew by somebody without the key.
  writeFileSync(path, '');
  const forger = new Journal({ ...options, macKey: undefined });
  await forger.append(entry('forged'));
  assert.deepEqual(new Journal(options).damage?.what, 'altered');
  // A line that was being written when the power went is nobody's.
  writeFileSync(path, good.slice(0, -30));
  const torn = new Journal(options);
  assert.deepEqual([torn.lines.length, torn.damage], [9, undefined]);
  await torn.append(entry('line-9 again'));
  assert.equal(new Journal(options).lines.length, 10);
  // Cut while the process runs.
  writeFileSync(path, `${lines[0]}\n`);
  assert.equal(torn.verify()?.what, 'short');
  await assert.rejects(
    Promise.all(Array.from({ length: 20 }, (_, i) => torn.append(entry(`more-${i}`)))),
    code('audit/journal-full'),
  );
  for (const each of [journal, reopened, forger, torn]) await each.close();
});

test('a damaged journal is merged as far as it is good, with a record about the rest', async () => {
  const folder = join(running.state, 'journal-merged-damaged');
  const between = new Between();
  between.mode = 'closed';
  const before = newWriter({ connection: between.connection, journalFolder: folder });
  for (let i = 0; i < 4; i++) await before.recordSafe(event(`damage-${i}`));
  const path = join(folder, 'audit-journal.jsonl');
  writeFileSync(path, readFileSync(path, 'utf8').replace('damage-2', 'damage-9'));
  const next = newWriter({ journalFolder: folder });
  await next.start();
  await until(() => next.status.journaled === 0);
  assert.deepEqual(await objects('damage-'), ['damage-0', 'damage-1']);
  const told = (await records()).filter(({ type }) => type === 'audit.journal.damaged').at(-1)!;
  assert.deepEqual([told.detail?.['line'], told.detail?.['what']], [3, 'altered']);
  assert.equal(readdirSync(folder).filter((name) => name.startsWith('audit-journal.damaged-')).length, 1);
  between.close();
});

test('an inbox is trimmed of what was ordered and is old, by the administrator only', async () => {
  const all = await records();
  const future = new Date(Date.now() + 3_600_000);
  assert.equal(await trimInbox(administrator, 'head-end', { epoch: 1, seq: 100 }, new Date(0)), 0);
  assert.equal(await trimInbox(administrator, 'head-end', { epoch: 1, seq: 100 }, future), 100);
  assert.equal((await records()).length, all.length - 100);
  await trimInbox(administrator, 'head-end', { epoch: 1, seq: 1e9 }, future);
  assert.equal((await records()).length, 1, 'the newest stays: numbers go on after it');
  const component = await connect(connection);
  await assert.rejects(
    component.query("SET wattward.audit_trim = 'on'; DELETE FROM audit_inbox"),
    /permission denied/,
  );
  await component.end();
});
