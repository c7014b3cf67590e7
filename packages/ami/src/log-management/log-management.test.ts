import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { AuditLog, components } from '../../test/audit-log.ts';
import { type TestServer, testServer } from '../../test/postgres.ts';
import { parseVerifierKey } from '../audit/note.ts';
import { checkProof, formatTlogProof } from '../audit/proof-file.ts';
import { WattwardError } from '../base/errors.ts';
import { connect } from '../store/database.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

let running: TestServer;
before(async () => {
  running = await testServer();
});
after(async () => {
  await running[Symbol.asyncDispose]();
});

test('records of all components get into one tree, cosigned, and verify', async () => {
  await using audit = await AuditLog.start(running, { database: 'ordering' });
  await audit.fill(1500);
  assert.equal(audit.log.status.size, 1500);
  assert.equal((await audit.log.checkpoint()).kind, 'cosigned');
  assert.equal((await audit.log.checkpoint()).kind, 'nothing-new');
  await audit.fill(700);
  assert.equal((await audit.log.checkpoint()).kind, 'cosigned');
  const result = await audit.log.verify();
  assert.deepEqual(result.findings, []);
  assert.ok(result.ok);
  assert.deepEqual(
    { size: result.size, records: result.records, checkpoints: result.checkpoints, witness: result.witness },
    { size: 2200, records: 2200, checkpoints: { signed: 2, cosigned: 2, met: 3 }, witness: 'consistent' },
  );
  const { rows } = await audit.administrator.query(
    'SELECT component, min(seq) AS first, max(seq) AS last, count(*) AS n FROM log_management.leaf GROUP BY 1 ORDER BY 1',
  );
  for (const { first, last, n } of rows) assert.deepEqual([first, last], [1, n]);
  // What verification says is itself in the log.
  await audit.log.order();
  const { records } = await audit.log.search({ event: 'audit.verification.*' });
  assert.equal(records[0]!.record.type, 'audit.verification.passed');
});

test('a proof can be checked with public keys alone, and by nothing else', async () => {
  await using audit = await AuditLog.start(running, { database: 'proofs' });
  await audit.fill(600);
  await audit.log.checkpoint();
  await audit.fill(20);
  const logKey = parseVerifierKey(audit.log.verifierKey);
  const witnessKey = parseVerifierKey(audit.witness!.verifierKey);
  for (const index of [0, 255, 256, 599]) {
    const proof = await audit.log.proof(index);
    const checked = checkProof(JSON.parse(JSON.stringify(proof)), logKey, witnessKey);
    assert.equal(checked.index, index);
    assert.equal(checked.size, 600);
    assert.ok(checked.cosignedAt instanceof Date);
    assert.match(formatTlogProof(proof), /^c2sp\.org\/tlog-proof@v1\nextra [A-Za-z0-9+/=]+\nindex \d+\n/);
    const octets = Buffer.from(proof.octets, 'base64');
    const altered = Buffer.from(octets.toString('utf8').replace('"attempt":', '"attempt":1'), 'utf8');
    assert.notDeepEqual(altered, octets);
    const wrongs = [
      { ...proof, octets: altered.toString('base64') },
      { ...proof, index: (index + 1) % 600 },
      { ...proof, path: proof.path.slice(1) },
    ];
    for (const wrong of wrongs)
      assert.throws(() => checkProof(wrong, logKey, witnessKey), code('audit/proof'));
    const unsigned = { ...proof, checkpoint: proof.checkpoint.replace('\n600\n', '\n601\n') };
    assert.throws(() => checkProof(unsigned, logKey), code('audit/signature'));
    assert.throws(() => checkProof(proof, witnessKey), code('audit/signature'));
  }
  await assert.rejects(audit.log.proof(605), code('log-management/no-checkpoint'));
  await assert.rejects(audit.log.proof(9999), code('log-management/no-record'));
});

test('search by every field, in pages, newest first; the report counts the same', async () => {
  await using audit = await AuditLog.start(running, { database: 'searching' });
  const before = new Date(Date.now() - 60_000).toISOString();
  await audit.fill(200);
  const { log } = audit;
  const count = async (query: Parameters<typeof log.search>[0]) =>
    (await log.search({ limit: 1000, ...query })).records.length;
  assert.equal(await count({}), 200);
  assert.equal(await count({ since: before }), 200);
  assert.equal(await count({ until: before }), 0);
  assert.equal(await count({ actor: 'user-3' }), 29);
  assert.equal(await count({ component: 'mdms' }), 67);
  assert.equal(await count({ event: 'access.login.failed' }), 20);
  assert.equal(await count({ event: 'access.*' }), 20);
  assert.equal(await count({ outcome: 'refused', component: 'mdms' }), 7);
  assert.equal(await count({ correlation: 'action-40' }), 2);
  assert.equal(await count({ object: 'meter-17' }), 1);
  const seen: number[] = [];
  let after: string | undefined;
  do {
    const page = await log.search({ limit: 33, ...(after ? { after } : {}) });
    seen.push(...page.records.map(({ index }) => index));
    after = page.next;
  } while (after !== undefined);
  assert.equal(new Set(seen).size, 200);
  const times = (await log.search({ limit: 200 })).records.map(({ record }) => record.at);
  assert.deepEqual(times, [...times].sort().reverse());
  for (const bad of [
    { since: 'yesterday' },
    { limit: 0 },
    { limit: 1e6 },
    { after: 'x' },
    { event: 'nothing.*' },
  ])
    await assert.rejects(log.search(bad), code('log-management/query'), JSON.stringify(bad));
  await audit.log.checkpoint();
  const report = await log.report(before);
  assert.equal(report.records, 200);
  assert.deepEqual(report.byOutcome, [
    { name: 'success', records: 180 },
    { name: 'refused', records: 20 },
  ]);
  assert.deepEqual(report.refusedByType, [{ name: 'access.login.failed', records: 20 }]);
  assert.equal(report.topActors.length, 7);
  assert.deepEqual([report.checkpoints.signed, report.checkpoints.cosigned], [1, 1]);
});

test('the inbox can only be appended to, and only log management reads it', async () => {
  await using audit = await AuditLog.start(running, { database: 'grants' });
  await audit.fill(10);
  const attempts = async (component: string, statements: readonly string[]) => {
    const client = await connect(audit.connections.get(component)!);
    for (const statement of statements)
      await assert.rejects(
        client.query(statement),
        /permission denied|append only/,
        `${component}: ${statement}`,
      );
    await client.end();
  };
  await attempts('head-end', [
    'SELECT * FROM audit_inbox',
    'UPDATE audit_inbox SET record = record',
    'DELETE FROM audit_inbox',
    'TRUNCATE audit_inbox',
    'INSERT INTO audit_inbox (epoch, seq, record, written_at) VALUES (1, 99, $$x$$, now())',
    'UPDATE audit_journal SET upto = 9',
    'SELECT * FROM mdms.audit_inbox',
    'INSERT INTO mdms.audit_inbox (epoch, seq, record) VALUES (1, 99, $$x$$)',
    'SELECT * FROM log_management.leaf',
    "SET wattward.audit_trim = 'on'; DELETE FROM audit_inbox",
  ]);
  await attempts('log-management', [
    'INSERT INTO head_end.audit_inbox (epoch, seq, record) VALUES (1, 99, $$x$$)',
    'DELETE FROM head_end.audit_inbox',
    'SELECT * FROM head_end.audit_journal',
    'DELETE FROM leaf',
    'UPDATE leaf SET actor = actor',
    'DELETE FROM checkpoint',
    'UPDATE checkpoint SET root = root',
    'TRUNCATE tile',
  ]);
  const owner = 'SET ROLE wattward_head_end_owner';
  await audit.administrator.query(owner);
  for (const statement of ['DELETE', 'UPDATE', 'TRUNCATE'].map((verb) =>
    verb === 'DELETE'
      ? 'DELETE FROM head_end.audit_inbox'
      : verb === 'UPDATE'
        ? 'UPDATE head_end.audit_inbox SET seq = 1'
        : 'TRUNCATE head_end.audit_inbox',
  ))
    await assert.rejects(audit.administrator.query(statement), /append only/);
  await audit.administrator.query('RESET ROLE');
});

test('an earlier number that commits later is waited for, and one that never comes is named', async () => {
  await using audit = await AuditLog.start(running, { database: 'late' });
  await audit.fill(6);
  const size = audit.log.status.size;
  // Somebody with the component's credentials writes by hand, in two connections.
  const [slow, fast] = [
    await connect(audit.connections.get('mdms')!),
    await connect(audit.connections.get('mdms')!),
  ];
  const last = audit.log.status.positions['mdms']!.seq;
  const { rows } = await audit.administrator.query<{ record: Buffer }>(
    'SELECT record FROM mdms.audit_inbox ORDER BY seq DESC LIMIT 1',
  );
  const numbered = (seq: number) =>
    Buffer.from(rows[0]!.record.toString('utf8').replace(/"seq":\d+/, `"seq":${seq}`));
  const insert = 'INSERT INTO audit_inbox (epoch, seq, record) VALUES (1, $1, $2)';
  await slow.query('BEGIN');
  await slow.query(insert, [last + 1, numbered(last + 1)]);
  await fast.query(insert, [last + 2, numbered(last + 2)]);
  await audit.log.order();
  assert.equal(audit.log.status.size, size, 'the later number waits for the earlier one');
  await slow.query('COMMIT');
  await audit.log.order();
  assert.equal(audit.log.status.size, size + 2);
  // Now one that is left out for good, and one that is not the component's own.
  await fast.query(insert, [last + 5, numbered(last + 5)]);
  await fast.query(insert, [last + 6, Buffer.from('{"not":"a record"}')]);
  await fast.query(insert, [last + 7, numbered(last + 8)]);
  await audit.log.order();
  await audit.log.order();
  const gaps = audit.alerts.filter(
    ({ type }) => type === 'audit.records.missing' || type === 'audit.source.forged',
  );
  assert.deepEqual(
    gaps.map(({ type, detail }) => [type, detail['component'], detail['fromSeq'], detail['toSeq']]),
    [
      ['audit.records.missing', 'mdms', last + 3, last + 4],
      ['audit.source.forged', 'mdms', last + 6, last + 6],
      ['audit.source.forged', 'mdms', last + 7, last + 7],
    ],
  );
  await Promise.all([slow.end(), fast.end()]);
  await audit.writer('mdms').record({
    type: 'meter.read',
    phase: 'outcome',
    outcome: 'success',
    actor: { kind: 'component', id: 'mdms' },
  });
  await audit.log.order();
  const result = await audit.log.verify();
  assert.ok(result.ok, JSON.stringify(result.findings));
  assert.equal(result.notices.length, 2, 'the gaps are known and shown');
});

test('an ordering process that is replaced goes on where the other ended, and two do not work at once', async () => {
  await using audit = await AuditLog.start(running, { database: 'replaced' });
  await audit.fill(300);
  await assert.rejects(audit.startLog(), code('log-management/second-writer'));
  await audit.log.close();
  await audit.startLog();
  await audit.fill(300);
  await audit.log.checkpoint();
  assert.equal(await audit.count('log_management.leaf'), 600);
  assert.ok((await audit.log.verify()).ok);
});

test('a component that is silent and a store that fills are told once', async () => {
  await using audit = await AuditLog.start(running, {
    database: 'levels',
    log: {
      capacityOctets: 2_000_000,
      configured: {
        'audit.centralSilenceMinutes': 0,
        'audit.orderingSeconds': 3600,
        'audit.cosignSeconds': 3600,
      },
    },
  });
  await audit.log.watch();
  await audit.log.watch();
  const silent = () =>
    audit.alerts
      .filter(({ type }) => type === 'audit.component.silent')
      .map(({ detail }) => detail['object']);
  assert.deepEqual(silent().sort(), [...components].sort());
  await audit.fill(30);
  const heard = audit.alerts
    .filter(({ type }) => type === 'audit.component.heard')
    .map(({ detail }) => detail['object']);
  assert.deepEqual(heard.sort(), [...components].sort());
  const fills = () =>
    audit.alerts.filter(({ type }) => type.startsWith('audit.fill')).map(({ type }) => type);
  assert.deepEqual(fills(), []);
  for (let i = 0; fills().length === 0 && i < 20; i++) {
    await audit.fill(500);
    await audit.log.watch();
  }
  const first = fills();
  assert.equal(first.length, 1);
  await audit.log.watch();
  assert.deepEqual(fills(), first, 'told once');
});
