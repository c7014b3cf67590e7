import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { AuditLog } from '../../test/audit-log.ts';
import { type TestServer, testServer } from '../../test/postgres.ts';
import { addLogRoutes } from '../log-management/management.ts';
import { openManagement } from '../processes/management.ts';
import { runCli } from './program.ts';

let running: TestServer;
let audit: AuditLog;
let management: FastifyInstance;
let ready = false;
let files: string;

before(async () => {
  running = await testServer();
  audit = await AuditLog.start(running, { database: 'commands' });
  const run = join(running.state, 'run');
  mkdirSync(run, { recursive: true });
  const writer = audit.writer('log-management');
  management = await openManagement({
    socket: join(run, 'log-management.sock'),
    audit: () => undefined,
    health: () => ({ healthy: true }),
    metrics: () => [],
    routes: (app) => addLogRoutes(app, () => (ready ? { log: audit.log, audit: writer } : undefined)),
  });
  files = mkdtempSync(join(tmpdir(), 'wattward-audit-'));
});
after(async () => {
  await management.close();
  await audit[Symbol.asyncDispose]();
  await running[Symbol.asyncDispose]();
  rmSync(files, { recursive: true });
});

async function wattward(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: '', err: '' };
  const sink = (name: 'out' | 'err') => ({
    write: (text: string) => {
      written[name] += text;
    },
    columns: 120,
  });
  const place = args[1] === 'check' ? [] : ['--state', running.state];
  const code = await runCli([...args, ...place], { stdout: sink('out'), stderr: sink('err'), env: {} });
  return { code, ...written };
}

test('before log management works its commands say what is missing', async () => {
  const early = await wattward('audit', 'search');
  assert.equal(early.code, 69);
  assert.match(early.err, /does not work yet/);
  ready = true;
});

test('search, show, proof, check, report and verify, for people and as JSON', async () => {
  await audit.fill(300);
  await audit.log.checkpoint();
  const found = await wattward('audit', 'search', '--event', 'access.*', '--limit', '5');
  assert.equal(found.code, 0);
  assert.match(found.out, /index {2}time \(UTC\)/);
  assert.equal(
    found.out
      .trimEnd()
      .split('\n')
      .filter((line) => /access\.login/.test(line)).length,
    5,
  );
  assert.match(found.err, /there are more: --after/);
  const none = await wattward('audit', 'search', '--actor', 'nobody', '--json');
  assert.deepEqual([none.code, JSON.parse(none.out)], [1, { records: [] }]);
  const show = await wattward('audit', 'show', '20');
  assert.equal(show.code, 0);
  assert.match(
    show.out,
    /proof +holds: in the checkpoint of 300 records of ami\.test\/audit\/epoch-1, cosigned 20/,
  );
  const proof = await wattward('audit', 'proof', '20');
  const file = join(files, 'proof.json');
  writeFileSync(file, proof.out);
  const keys = ['--log-key', audit.log.verifierKey, '--witness-key', audit.witness!.verifierKey];
  const checked = await wattward('audit', 'check', file, ...keys);
  assert.equal(checked.code, 0);
  assert.match(checked.out, /proof +holds/);
  writeFileSync(file, proof.out.replace('"index": 20', '"index": 21'));
  const refused = await wattward('audit', 'check', file, ...keys);
  assert.deepEqual([refused.code, refused.out], [77, '']);
  const tlog = await wattward('audit', 'proof', '20', '--tlog');
  assert.match(tlog.out, /^c2sp\.org\/tlog-proof@v1\n/);
  const report = await wattward('audit', 'report', '--since', '2020-01-01');
  assert.match(report.out, /records +30\d/);
  assert.match(report.out, /refused\n +30 {2}access\.login\.failed/);
  const verified = await wattward('audit', 'verify');
  assert.equal(verified.code, 0);
  assert.match(verified.out, /^The audit is whole\./);
  assert.match(verified.out, /witness +agrees/);
});

test('what is asked wrongly is told, with the exit code that belongs to it', async () => {
  for (const [args, code] of [
    [['search', '--since', 'yesterday'], 2],
    [['search', '--limit', '0'], 2],
    [['show', 'twenty'], 2],
    [['show', '99999'], 1],
    [['check', join(files, 'absent.json'), '--log-key', 'x'], 69],
  ] as const) {
    const answer = await wattward('audit', ...args);
    assert.equal(answer.code, code, `${args.join(' ')}: ${answer.err}`);
    assert.equal(answer.out, '');
  }
});

test('an altered record makes verification answer no, and every use of the audit is in it', async () => {
  await audit.log.order();
  const used = await wattward('audit', 'search', '--event', 'audit.searched', '--json');
  const { records } = JSON.parse(used.out) as { records: { record: { actor: unknown } }[] };
  assert.ok(records.length > 0);
  assert.deepEqual(records[0]!.record.actor, { id: 'local-administrator', kind: 'operator' });
  await audit.administrator.query("SET session_replication_role = 'replica'");
  await audit.administrator.query("UPDATE log_management.leaf SET actor = 'innocent' WHERE idx = 20");
  const verified = await wattward('audit', 'verify');
  assert.equal(verified.code, 1);
  assert.match(verified.out, /20 +columns +the record is whole, but its columns say something else: actor/);
  const json = await wattward('audit', 'verify', '--json');
  assert.deepEqual(
    (JSON.parse(json.out) as { findings: { kind: string }[] }).findings.map(({ kind }) => kind),
    ['columns'],
  );
});
