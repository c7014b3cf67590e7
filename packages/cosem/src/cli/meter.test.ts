/** `cosem serve`, `read`, `discover` and `profile` against each other over loopback, and where secrets may show. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { type CommandResult, cosem, temporaryFolder } from '../../test/command.ts';
import { keyName, MemoryCounters, rawPublicKey, readCertificate, SoftwareKeys } from '../security/index.ts';
import { CosemServer, DeviceSecurity, demoMeter, demoRights, serveTcp } from '../server/index.ts';

const key = '000102030405060708090a0b0c0d0e0f';
const authKey = 'd0d1d2d3d4d5d6d7d8d9dadbdcdddedf';
const password = 'sesame-of-the-test';
const meterTitle = '5757440000000001';
const env = { KEY: key, AK: authKey, PW: password };
const folder = temporaryFolder();
const ending = new AbortController();

let tcp = '';
let hdlc = '';
let served: Promise<CommandResult>;

before(async () => {
  const keys = ['--key', 'env:KEY', '--auth-key', 'env:AK', '--title', meterTitle, '--secret', 'env:PW'];
  const ports = ['--port', '0', '--hdlc-port', '0', '--json'];
  await new Promise<void>((resolve, reject) => {
    const onOut = (out: string) => {
      const { listening } = JSON.parse(out) as { listening: { link: string; address: string }[] };
      tcp = listening.find(({ link }) => link === 'tcp')!.address;
      hdlc = listening.find(({ link }) => link === 'hdlc')!.address;
      resolve();
    };
    served = cosem(['serve', ...ports, ...keys], { env, signal: ending.signal, onOut });
    served.catch(reject);
  });
});

after(async () => {
  ending.abort();
  assert.equal((await served).code, 0);
  folder.remove();
});

/** Nothing that a command prints may hold a secret. */
async function run(...args: string[]): Promise<CommandResult> {
  const result = await cosem(args, { env });
  for (const secret of [key, authKey, password, Buffer.from(password).toString('hex')]) {
    assert.ok(!`${result.out}${result.err}`.toLowerCase().includes(secret), args.join(' '));
  }
  return result;
}

const reading = ['--client', '2', '--auth', 'low', '--secret', 'env:PW'];
const management = [
  ...['--client', '1', '--key', 'env:KEY', '--auth-key', 'env:AK'],
  ...['--title', '4d4d4d0000000001', '--meter-title', meterTitle],
  ...['--counters', join(folder.path, 'counters.json')],
];

test('the public client reads the clock and is refused the register', async () => {
  const clock = await run('read', tcp, '0.0.1.0.0.255');
  assert.equal(clock.code, 0, clock.err);
  assert.match(clock.out, /Clock, time \(Clock\): .* {2}\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d\d)? UTC\n/);
  const register = await run('read', tcp, '1.0.1.8.0.255');
  assert.equal(register.code, 1);
  assert.match(register.err, /does not offer it/);
  const named = await run('read', tcp, '1.0.1.8.0.255', '--class', '3');
  assert.equal(named.code, 1);
});

test('with a password, over both links, values come with their units', async () => {
  for (const [address, link] of [
    [tcp, 'tcp'],
    [hdlc, 'hdlc'],
  ] as const) {
    const both = ['1.0.1.8.0.255', '1.0.1.8.0.255:3'];
    const { code, out, err } = await run('read', address, ...both, '--link', link, ...reading);
    assert.equal(code, 0, err);
    assert.match(
      out,
      /^1\.0\.1\.8\.0\.255 Active energy import \(\+A\), total, value \(Register\): \d+ Wh\n/,
    );
    assert.match(out, /scaler_unit \(Register\): structure of 2/);
  }
  const { out } = await run('read', tcp, '1.0.32.7.0.255', ...reading, '--json');
  const answer = JSON.parse(out) as { obis: string; value: { type: string }; quantity: string };
  assert.equal(answer.value.type, 'long-unsigned');
  assert.match(answer.quantity, /^\d{3}\.\d V$/);
});

test('with keys, everything is listed with names and rights; also under a dedicated key', async () => {
  const { code, out, err } = await run('discover', tcp, ...management);
  assert.equal(code, 0, err);
  assert.match(out, /^1\.0\.99\.1\.0\.255 +Profile generic \(7\.1\) +Load profile .*\[r 1,2,3/m);
  assert.match(out, /^0\.0\.96\.3\.10\.255 .*x 1,2\]$/m);
  const json = await run('discover', tcp, ...management, '--json', '--dedicated');
  assert.equal(json.code, 0, json.err);
  assert.ok((JSON.parse(json.out) as unknown[]).length > 10);
  assert.equal(existsSync(join(folder.path, 'counters.json')), true);
});

test('a profile comes as CSV with ISO times, plain numbers and units in its head', async () => {
  const { code, out, err } = await run('profile', tcp, '1.0.99.1.0.255', '--last', '3', ...reading);
  assert.equal(code, 0, err);
  const [head, ...rows] = out.trimEnd().split('\n');
  assert.match(head!, /^"0\.0\.1\.0\.0\.255:2 Clock, time",.*total, value \[Wh\]"/);
  assert.equal(rows.length, 3);
  for (const row of rows) assert.match(row, /^\d{4}-\d\d-\d\dT\d\d:\d\d:00Z,0,\d+,\d+,\d+,\d+\.\d$/);
  const time = rows[1]!.split(',')[0]!;
  const range = ['--from', time, '--to', time, '--json'];
  const one = await run('profile', tcp, '1.0.99.1.0.255', ...range, ...reading);
  assert.equal(one.code, 0, one.err);
  const cells = JSON.parse(one.out) as { time?: string; quantity?: string }[];
  assert.equal(cells[0]!.time, time);
  assert.match(cells[2]!.quantity!, /^\d+ Wh$/);
});

test('wrong secrets are refused with 77 and nothing is said about them', async () => {
  const wrong = folder.file('wrong', '00'.repeat(16));
  const low = await run('read', tcp, '0.0.1.0.0.255', '--client', '2', '--auth', 'low', '--secret', wrong);
  assert.equal(low.code, 77, low.err);
  const ciphered = management.map((word) => (word === 'env:KEY' ? wrong : word));
  const gmac = await run('read', tcp, '0.0.1.0.0.255', ...ciphered);
  assert.notEqual(gmac.code, 0);
  assert.match(gmac.err, /^cosem: /);
});

test('keys in the arguments, in open files, or malformed are refused and never repeated', async () => {
  const open = folder.file('open', key, 0o644);
  const short = folder.file('short', '0011');
  for (const [option, given] of [
    ['--key', key],
    ['--key', open],
    ['--key', short],
    ['--key', 'env:NOT_SET'],
    ['--auth-key', authKey],
    ['--secret', '/no/such/file/1234'],
  ] as const) {
    const rest =
      option === '--auth-key' ? ['--key', 'env:KEY'] : option === '--secret' ? ['--auth', 'low'] : [];
    const { code, err, out } = await run('read', tcp, '0.0.1.0.0.255', option, given, ...rest);
    assert.equal(code, 77, `${option}: ${err}`);
    assert.match(err, /\[cli\/secret\]/);
    assert.ok(!`${out}${err}`.includes('1234'));
  }
  // Decoding talks to nobody: there a key is taken, and the danger told.
  const { code, err } = await run('decode', '--key', key, 'c001c1000100002a0000ff0200');
  assert.equal(code, 0);
  assert.match(err, /every user of this machine can read it/);
});

test('usage is 2, an unreachable meter 69', async () => {
  for (const args of [
    ['read'],
    ['read', tcp],
    ['read', tcp, 'nonsense'],
    ['read', tcp, '0.0.1.0.0.255', '--link', 'pigeon'],
    ['read', tcp, '0.0.1.0.0.255', '--auth', 'constructor'],
    ['read', tcp, '0.0.1.0.0.255', '--auth', 'gmac'],
    ['read', tcp, '0.0.1.0.0.255', '--timeout-ms', 'soon'],
    ['read', tcp, '0.0.1.0.0.255', '--key', 'env:KEY'],
    ['read', tcp, '0.0.1.0.0.255', '--gateway', 'x'],
    ['profile', tcp, '1.0.99.1.0.255', '--from', 'yesterday', '--to', 'today'],
    ['profile', tcp, '1.0.99.1.0.255', '--last', '3', '--from', '2026-01-01'],
    ['serve', '--key', 'env:KEY'],
    ['serve', 'now'],
  ]) {
    assert.equal((await run(...args)).code, 2, args.join(' '));
  }
  const closed = await run('read', '127.0.0.1:1', '0.0.1.0.0.255', '--json');
  assert.equal(closed.code, 69);
  assert.equal((JSON.parse(closed.err) as { error: { code: string } }).error.code, 'link/connect');
});

const keyOf = (certificateName: string) => certificateName.replace('.pem', '.key');
const keyFile = 'data/dlms/gbcs-reference-keys.json';

test('a port that is taken ends the demonstration with 69, and nothing stays open', async () => {
  const taken = hdlc.split(':')[1]!;
  for (const ports of [
    ['--port', taken],
    ['--port', '0', '--hdlc-port', taken],
  ]) {
    const { code, err } = await run('serve', ...ports);
    assert.equal(code, 69, err);
    assert.match(err, /link\//);
  }
});

test('a meter with a certificate is read with a private key', needsShared(keyFile), async () => {
  const { files } = sharedJson<{ files: Record<string, string> }>(keyFile);
  const name = Object.keys(files).find((file) => file.endsWith('-ds.pem') && keyOf(file) in files)!;
  const certificate = readCertificate(files[name]!);
  const title = certificate.systemTitle!;
  const keys = new SoftwareKeys();
  keys.putPrivate(keyName(title, 'signing'), createPrivateKey(files[keyOf(name)]!));
  keys.put(keyName(title, 'unicast-encryption'), new Uint8Array(16));
  keys.put(keyName(title, 'authentication'), new Uint8Array(16));
  const client = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const security = new DeviceSecurity({
    suite: 1,
    systemTitle: title,
    keys,
    counters: new MemoryCounters(),
    peerKey: () => rawPublicKey(client.publicKey),
  });
  const rights = demoRights.reading;
  const contexts = ['logical-name'] as const;
  const associations = [{ clientSap: 3, mechanism: 'high-ecdsa', contexts, rights }] as const;
  const meter = demoMeter({ associations, security });
  const server = new CosemServer({ devices: [meter.device] });
  const listener = await serveTcp(server, { host: '127.0.0.1', port: 0 });
  try {
    const pem = client.privateKey.export({ type: 'pkcs8', format: 'pem' });
    const words = (privateKey: string, meterCertificate: string) => [
      ...['read', `127.0.0.1:${listener.port}`, '1.0.1.8.0.255', '--client', '3', '--auth', 'ecdsa'],
      ...['--title', '5757480000000002', '--private-key', privateKey],
      ...['--counters', join(folder.path, 'ecdsa.json'), '--meter-certificate', meterCertificate],
    ];
    const own = folder.file('client.pem', pem);
    const trusted = folder.file('meter.pem', files[name]!);
    const read = await run(...words(own, trusted));
    assert.equal(read.code, 0, read.err);
    assert.match(read.out, /\d+ Wh/);
    const stranger = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;
    const wrong = folder.file('wrong.pem', stranger.export({ type: 'pkcs8', format: 'pem' }));
    assert.equal((await run(...words(wrong, trusted))).code, 77);
    assert.match((await run(...words(own, wrong))).err, /security\/certificate/);
    assert.match((await run(...words(trusted, trusted))).err, /not a private key/);
  } finally {
    await listener.close();
  }
});

test('the installed command ends on SIGINT and SIGTERM, and its meter with it', async () => {
  const program = join(import.meta.dirname, '..', '..', 'bin', 'cosem.js');
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const child = spawn(process.execPath, [program, 'serve', '--port', '0'], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    const closed = once(child, 'close');
    const [chunk] = (await once(child.stdout, 'data')) as [Buffer];
    const [, host, port] = /tcp ([\d.]+):(\d+)/.exec(chunk.toString())!;
    child.kill(signal);
    assert.deepEqual(await closed, [0, null], signal);
    const { code } = await run('read', `${host}:${port}`, '0.0.1.0.0.255');
    assert.equal(code, 69, 'nobody listens any more');
  }
});

test('help is there for every command, and leads people on', async () => {
  const overview = await run('--help');
  assert.equal(overview.code, 0);
  for (const name of ['decode', 'read', 'profile', 'discover', 'serve', 'obis']) {
    assert.match(overview.out, new RegExp(`cosem ${name}`));
    const help = await run(name, '--help');
    assert.equal(help.code, 0);
    assert.match(help.out, /Examples?:/);
    assert.equal((await run('help', name)).out, help.out);
    for (const line of help.out.split('\n')) assert.ok(line.length <= 120, line);
  }
});
