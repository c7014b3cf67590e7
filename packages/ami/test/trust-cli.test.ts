import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import type { Command } from 'commander';
import type { FastifyInstance } from 'fastify';
import { Output, type Terminal } from '../src/cli/output.ts';
import { type CliContext, newCommand, type Register } from '../src/cli/program.ts';
import { openManagement } from '../src/processes/management.ts';
import { StateLayout } from '../src/processes/state.ts';
import { newRequest } from '../src/trust/authority/request.ts';
import { trustRoutes } from '../src/trust/routes.ts';
import { TrustCenter } from '../src/trust/service.ts';
import { code, officer, passphrase, type TrustFixture, trustFixture } from './trust-fixture.ts';

let trust: TrustFixture;
let center: TrustCenter;
let app: FastifyInstance;
const said: string[] = [];

before(async () => {
  trust = await trustFixture({ authorities: false });
  center = await TrustCenter.start({
    db: trust.db,
    keys: trust.keys,
    audit: trust.audit,
    folder: trust.folder,
    est: { host: '127.0.0.1', port: 0, names: ['localhost'] },
    onError: (error) => said.push(error.message),
  });
  const layout = new StateLayout(trust.folder);
  mkdirSync(layout.run, { recursive: true });
  app = await openManagement({
    socket: layout.componentSocket('trust'),
    audit: () => undefined,
    health: () => ({ healthy: true }) as never,
    metrics: () => [],
    routes: (routes) => trustRoutes(routes, () => center),
  });
  writeFileSync(join(trust.folder, 'passphrase'), `${passphrase}\n`);
});
after(async () => {
  await app?.close();
  await center?.stop();
  await trust?.[Symbol.asyncDispose]();
});

/** Runs one command against the socket; gives what it printed and its exit code. */
async function run(...words: string[]): Promise<{ text: string; exit: number }> {
  let text = '';
  let exit = 0;
  const write = (part: string) => {
    text += part;
  };
  const terminal: Terminal = {
    stdout: { write, columns: 200 },
    stderr: { write },
    env: { WATTWARD_STATE: trust.folder },
  };
  const context: CliContext = {
    output: new Output(terminal, words.includes('--json')),
    terminal,
    exit: (given) => {
      exit = given;
    },
  };
  const { register } = (await import(`../src/cli/${words[0]}.ts`)) as { register: Register };
  const program = newCommand('wattward', context);
  register(program, context);
  settle(program, program);
  await program.parseAsync(words, { from: 'user' });
  return { text, exit };
}

function settle(command: Command, parent: Command): void {
  for (const each of command.commands) {
    each.copyInheritedSettings(parent).option('--json', '');
    settle(each, each);
  }
}

const root = () => [
  '--root',
  join(trust.folder, 'cli-root'),
  '--passphrase-file',
  join(trust.folder, 'passphrase'),
];

test('an empty trust center says what it lacks, then the root is made and signs every authority', async () => {
  assert.match(center.waitsFor()!, /certificates init/);
  const empty = await run('certificates', 'authorities');
  assert.equal(empty.exit, 3);
  assert.match(empty.text, /missing: utility-enterprise, automated-network/);
  assert.match((await run('certificates', 'init', ...root())).text, /made the root/);
  await assert.rejects(run('certificates', 'init', ...root()), code('trust/root-exists'));
  await assert.rejects(run('certificates', 'issue-ca', ...root()), code('cli/usage'));
  await assert.rejects(run('certificates', 'issue-ca', 'nowhere', ...root()), code('cli/not-found'));
  const issued = await run('certificates', 'issue-ca', '--all', '--json', ...root());
  assert.equal((JSON.parse(issued.text) as { issued: string[] }).issued.length, 9);
  const full = await run('certificates', 'authorities');
  assert.equal(full.exit, 0);
  assert.match(full.text, /root-suite-2 1\s+P-384/);
  assert.equal(center.waitsFor(), undefined, said.join('; '));
  assert.ok(center.est!.port > 0);
});

test('certificates are listed, shown and revoked', async () => {
  const listed = await run('certificates', 'list');
  assert.match(listed.text, /trust\s+tls\s+managed-network\s+\d{4}-\d\d-\d\d\s+in 90 d\s+in force/);
  const rows = JSON.parse((await run('certificates', 'list', '--json')).text) as { serial: string }[];
  const shown = await run('certificates', 'show', rows[0]!.serial);
  assert.match(shown.text, /BEGIN CERTIFICATE/);
  assert.match(
    (await run('certificates', 'revoke', rows[0]!.serial, '--reason', 'superseded')).text,
    /revoked/,
  );
  assert.match((await run('certificates', 'list', '--revoked')).text, /revoked: superseded/);
  await assert.rejects(run('certificates', 'revoke', rows[0]!.serial), code('trust/no-certificate'));
  await assert.rejects(
    run('certificates', 'revoke', rows[0]!.serial, '--reason', 'dislike'),
    code('trust/request'),
  );
  await assert.rejects(run('certificates', 'show', 'ff'), code('trust/no-certificate'));
  assert.match((await run('certificates', 'crl', 'managed-network')).text, /BEGIN X509 CRL/);
  await run('certificates', 'root-crl', ...root());
  assert.equal((await run('certificates', 'list', '--due')).text, 'none\n');
});

test('an officer decides about enrolments at the command', async () => {
  assert.equal((await run('enrol', 'list')).text, 'none\n');
  const ask = (device: string) =>
    center.enrolment.enrol({
      kind: 'tls',
      request: newRequest({ holder: { component: 'collector', device } }).request,
      from: 'test',
    });
  const [one, two] = [await ask('00000000000000A1'), await ask('00000000000000A2')];
  assert.ok(one.state === 'waiting' && two.state === 'waiting');
  assert.match((await run('enrol', 'list')).text, /collector\/00000000000000A1/);
  assert.match((await run('enrol', 'approve', one.id)).text, /approved/);
  assert.match((await run('enrol', 'refuse', two.id, '--reason', 'not ours')).text, /refused/);
  assert.match((await run('enrol', 'list', '--status', 'all')).text, /refused: not ours/);
  await assert.rejects(run('enrol', 'approve', 'nothing'), code('trust/no-enrolment'));
  const pem = (await run('certificates', 'show', await anySerial())).text.match(
    /-----BEGIN[\s\S]+-----END CERTIFICATE-----/,
  )![0];
  writeFileSync(join(trust.folder, 'maker.pem'), pem);
  assert.match(
    (await run('enrol', 'manufacturer', join(trust.folder, 'maker.pem'))).text,
    /sha256:[0-9a-f]{64}/,
  );
  await assert.rejects(run('enrol', 'shipment', join(trust.folder, 'maker.pem')), code('trust/shipment'));
  await assert.rejects(run('enrol', 'shipment', join(trust.folder, 'missing')), code('cli/file'));
});

async function anySerial(): Promise<string> {
  return (JSON.parse((await run('certificates', 'list', '--json')).text) as { serial: string }[])[0]!.serial;
}

test('keys are shown by name, purpose and age, and never as keys', async () => {
  const device = '4D4D4D0000000001';
  await center.meters.generate(device, 0, officer);
  const secret = await center.meters.withKey(device, 'master', (key) => key.export().toString('hex'));
  const printed = [
    await run('keys', 'list'),
    await run('keys', 'list', '--json'),
    await run('keys', 'meter', device),
    await run('keys', 'meter', device, '--json'),
    await run('keys', 'due'),
    await run('keys', 'scan'),
  ].map(({ text }) => text);
  assert.match(printed[0]!, /meter-keys-1\s+wrap/);
  assert.match(printed[0]!, /not in FIPS mode/);
  assert.match(printed[2]!, /encryption\.reading\s+1\s+0\s+current/);
  assert.match(printed[5]!, /9 keys, each its own/);
  for (const text of printed) {
    assert.equal(text.includes(secret), false);
    assert.doesNotMatch(text, /wrapped|[0-9a-f]{32}/i);
  }
  assert.match((await run('keys', 'rewrap')).text, /wrapped 9 keys/);
  assert.match((await run('keys', 'destroy', device, '--reason', 'test')).text, /destroyed 9 keys/);
  assert.equal((await run('keys', 'meter', 'FFFFFFFFFFFFFFFF')).exit, 1);
  assert.ok(readFileSync(join(trust.folder, 'tls.sealed')).length > 0);
});

test('an authority that the root revokes takes its certificates with it', async () => {
  await run('certificates', 'revoke-ca', 'premise-edge', '1', ...root());
  await assert.rejects(
    run('certificates', 'revoke-ca', 'premise-edge', '1', ...root()),
    code('trust/no-certificate'),
  );
  const { authorities } = JSON.parse((await run('certificates', 'authorities', '--json')).text) as {
    authorities: { id: string; serial: string }[];
  };
  const found = authorities.find(({ id }) => id === 'premise-edge')!;
  const rootRow = center.authority.authorityCertificates[0]!;
  const { readCertificate } = await import('../src/trust/authority/read.ts');
  assert.ok(
    center.authority.revocation.revoked(readCertificate(rootRow).subjectKeyIdentifier!, found.serial),
  );
});
