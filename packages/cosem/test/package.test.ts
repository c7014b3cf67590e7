/**
 * What npm would publish: built, packed, installed without a network into an empty project, and used there from
 * JavaScript, from TypeScript and as a command, under the Node that the machine has.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { temporaryFolder } from './command.ts';

const packageFolder = join(import.meta.dirname, '..');
const compiler = join(packageFolder, '..', '..', 'node_modules', '@typescript', 'native', 'bin', 'tsc');
const typeRoots = join(packageFolder, '..', '..', 'node_modules', '@types');
const folder = temporaryFolder();
const project = join(folder.path, 'project');
let packed: readonly string[] = [];

/** Runs a program of the machine, without what npm tells the scripts that it starts. */
function run(command: string, args: readonly string[], cwd: string, input = ''): string {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_/i.test(name)));
  const { status, stdout, stderr, error } = spawnSync(command, args, { cwd, env, input, encoding: 'utf8' });
  assert.equal(error, undefined, `${command}: ${error?.message}`);
  assert.equal(status, 0, `${command} ${args.join(' ')}\n${stdout}\n${stderr}`);
  return stdout;
}

before(() => {
  const [report] = JSON.parse(
    run('npm', ['pack', '--json', '--pack-destination', folder.path], packageFolder),
  ) as [{ filename: string; files: { path: string }[] }];
  packed = report.files.map(({ path }) => path);
  mkdirSync(project);
  writeFileSync(join(project, 'package.json'), '{ "name": "empty", "private": true, "type": "module" }\n');
  const tarball = join(folder.path, report.filename);
  run('npm', ['install', '--offline', '--no-audit', '--no-fund', tarball], project);
});

after(() => {
  folder.remove();
  rmSync(join(packageFolder, 'dist'), { recursive: true, force: true });
});

test('the package holds program, types, licence and README, and nothing of the tests', () => {
  for (const wanted of [
    'dist/index.js',
    'dist/index.d.ts',
    'dist/cli/main.js',
    'bin/cosem.js',
    'LICENSE',
    'README.md',
  ]) {
    assert.ok(packed.includes(wanted), wanted);
  }
  const unwanted = packed.filter((path) => /\.test\.|^(?:src|test|bench)\//.test(path));
  assert.deepEqual(unwanted, []);
  const installed = join(project, 'node_modules', '@wattward', 'cosem');
  const manifest = JSON.parse(readFileSync(join(installed, 'package.json'), 'utf8')) as object;
  assert.ok(!('dependencies' in manifest), 'no runtime dependency');
  assert.deepEqual(existsSync(join(project, 'node_modules', 'fast-check')), false);
});

test('JavaScript uses it', () => {
  const script = `
    import { connect, CosemServer, decodeApdu, demoMeter, demoRights, encodeApdu, fromHex, serveTcp, tcpTransport, toHex } from '@wattward/cosem';
    const octets = fromHex('c001c1000100002a0000ff0200');
    if (toHex(encodeApdu(decodeApdu(octets))) !== toHex(octets)) throw new Error('round trip');
    const associations = [{ clientSap: 16, mechanism: 'lowest', contexts: ['logical-name'], rights: demoRights.reading }];
    const server = new CosemServer({ devices: [demoMeter({ associations }).device] });
    const listener = await serveTcp(server, { host: '127.0.0.1', port: 0 });
    const transport = await tcpTransport({ host: '127.0.0.1', port: listener.port, saps: { client: 16, server: 1 } });
    const client = await connect({ transport });
    const value = await client.read(3, '1.0.1.8.0.255', 2);
    await client.close();
    await listener.close();
    console.log(process.version, value.type);
  `;
  writeFileSync(join(project, 'use.js'), script);
  assert.match(run('node', ['use.js'], project), /^v\d+\.\d+\.\d+ double-long-unsigned\n$/);
});

test('TypeScript understands its types', () => {
  const source = `
    import { type Apdu, type CosemClient, type Data, decodeApdu, fromHex } from '@wattward/cosem';
    const apdu: Apdu = decodeApdu(fromHex('c001c1000100002a0000ff0200'));
    if (apdu.type === 'get-request' && apdu.choice === 'normal') console.log(apdu.descriptor.classId.toFixed());
    export const read = async (client: CosemClient): Promise<Data> => client.read(3, '1.0.1.8.0.255', 2);
    // @ts-expect-error a class is a number
    export const wrong = (client: CosemClient) => client.read('3', '1.0.1.8.0.255', 2);
  `;
  writeFileSync(join(project, 'use.ts'), source);
  const options = ['--noEmit', '--strict', '--module', 'nodenext', '--target', 'es2022', '--lib', 'es2024'];
  run(
    process.execPath,
    [compiler, ...options, '--typeRoots', typeRoots, '--types', 'node', 'use.ts'],
    project,
  );
});

test('the command decodes a telegram', () => {
  const command = join(project, 'node_modules', '.bin', 'cosem');
  const request = 'c001c1000100002a0000ff0200';
  assert.match(run(command, ['decode', request], project), /0\.0\.42\.0\.0\.255:2 COSEM logical device name/);
  const log = run(command, ['decode', '--json'], project, `12:00:00 rx ${request}\n`);
  assert.equal((JSON.parse(log) as { apdu: { type: string } }).apdu.type, 'get-request');
  assert.match(run(command, ['--help'], project), /cosem read/);
});
