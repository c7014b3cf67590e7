import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, test } from 'node:test';
import fc from 'fast-check';
import { originOf, publicNoteKey, signCheckpoint } from '../audit/checkpoint.ts';
import { leafHash } from '../audit/merkle.ts';
import { formatVerifierKey, type NoteKey, parseNote, parseVerifierKey, verifyNote } from '../audit/note.ts';
import { consistencyProof, type ReadTile, TileBuilder } from '../audit/tiles.ts';
import { WattwardError } from '../base/errors.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import { parseAddRequest } from './add-checkpoint.ts';
import { startWitness, type Witness, type WitnessOptions } from './witness.ts';

const logName = 'ami.test/audit';
const origin = originOf(logName, 1);

let folder: string;
let keys: FileKeys;
let logKey: NoteKey;
let witness: Witness | undefined;
let refusals: string[] = [];

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wattward-witness-'));
  keys = new FileKeys(join(folder, 'keys'), masterKeyFile(join(folder, 'master')));
  await keys.generate('log', 'sign-log');
  await keys.generate('stranger', 'sign-log');
  logKey = await publicNoteKey(keys, 'log', logName, 1);
});
afterEach(async () => {
  await witness?.close();
  witness = undefined;
  refusals = [];
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function start(name: string, more: Partial<WitnessOptions> = {}): Promise<Witness> {
  witness = await startWitness({
    name: 'witness.test/w1',
    keys,
    keyName: 'witness',
    folder: join(folder, name),
    listen: { socketPath: join(folder, `${name}.sock`) },
    logs: [{ name: logName, verifierKeys: [formatVerifierKey(logKey)] }],
    onRefusal: ({ why }) => refusals.push(why),
    nowSeconds: () => 1_800_000_000,
    ...more,
  });
  return witness;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string;
}

function send(at: Witness['address'], path: string, method: string, body = ''): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const place =
      'socketPath' in at ? { socketPath: at.socketPath } : { host: '127.0.0.1', port: new URL(at.url).port };
    const sent = request({ ...place, path, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
      });
      response.on('end', () =>
        resolve({ status: response.statusCode!, type: response.headers['content-type'] ?? '', body: text }),
      );
    });
    sent.on('error', reject);
    sent.end(body);
  });
}

/** A log of so many records; another `kind` is another history. */
function treeOf(size: number, kind = 'record'): { root: Buffer; read: ReadTile } {
  const builder = new TileBuilder();
  for (let i = 0; i < size; i++) builder.push(leafHash(Buffer.from(`${kind} ${i}`)));
  const tiles = new Map(
    [...builder.takeFull(), ...builder.takePartial()].map((tile) => [
      `${tile.level}/${tile.number}`,
      tile.hashes,
    ]),
  );
  return { root: builder.root(), read: async (level, number) => tiles.get(`${level}/${number}`) };
}

interface Submission {
  readonly old: number;
  readonly size: number;
  readonly kind?: string;
  readonly signer?: string;
  readonly proof?: readonly Buffer[];
  readonly origin?: string;
}

async function bodyOf({
  old,
  size,
  kind,
  signer = 'log',
  proof,
  origin: name = origin,
}: Submission): Promise<string> {
  const { root, read } = treeOf(size, kind);
  const hashes = proof ?? (old <= size ? await consistencyProof(read, old, size) : []);
  const note = await signCheckpoint(keys, signer, logKey, { origin: name, size, root });
  return `old ${old}\n${hashes.map((each) => `${each.toString('base64')}\n`).join('')}\n${note}`;
}

const submit = async (to: Witness, submission: Submission) =>
  send(to.address, '/add-checkpoint', 'POST', await bodyOf(submission));

test('consistent checkpoints are cosigned, across restarts; a step back and a fork are not', async () => {
  let running = await start('history');
  const first = await submit(running, { old: 0, size: 10 });
  assert.equal(first.status, 200);
  const { root } = treeOf(10);
  const note = parseNote(`${origin}\n10\n${root.toString('base64')}\n\n${first.body}`);
  assert.deepEqual(verifyNote(note, parseVerifierKey(running.verifierKey)), { seconds: 1_800_000_000 });
  assert.equal((await submit(running, { old: 10, size: 700 })).status, 200);
  assert.equal((await submit(running, { old: 700, size: 700 })).status, 200, 'the same again is no change');
  await running.close();
  running = await start('history');
  const stale = await submit(running, { old: 10, size: 800 });
  assert.deepEqual([stale.status, stale.type, stale.body], [409, 'text/x.tlog.size', '700\n']);
  const wrongs: [string, Submission, number][] = [
    ['a step back', { old: 10, size: 600 }, 409],
    ['begun anew', { old: 0, size: 5 }, 409],
    ['another tree of the same size', { old: 700, size: 700, kind: 'other' }, 409],
    ['another history', { old: 700, size: 900, kind: 'other' }, 422],
    ['no proof', { old: 700, size: 900, proof: [] }, 422],
    ['too much proof', { old: 700, size: 700, proof: [root] }, 422],
    ['old beyond new', { old: 700, size: 600 }, 400],
    ['another signer', { old: 700, size: 900, signer: 'stranger' }, 403],
    ['another log', { old: 0, size: 9, origin: 'other.test/audit/epoch-1' }, 404],
    ['no epoch', { old: 0, size: 9, origin: logName }, 404],
  ];
  for (const [what, submission, status] of wrongs)
    assert.equal((await submit(running, submission)).status, status, what);
  assert.equal(refusals.length, wrongs.length + 1);
  assert.equal((await submit(running, { old: 700, size: 900 })).status, 200, 'none of that was remembered');
  const remembered = JSON.parse((await send(running.address, '/checkpoints', 'GET')).body) as {
    notes: string[];
  };
  assert.equal(remembered.notes.length, 1);
  assert.match(remembered.notes[0]!, /^ami\.test\/audit\/epoch-1\n900\n/);
  assert.match((await send(running.address, '/metrics', 'GET')).body, /refused_total\{why="fork"\} 1/);
});

test('a first checkpoint needs no proof, and may have none', async () => {
  const running = await start('first');
  assert.equal((await submit(running, { old: 0, size: 8, proof: [Buffer.alloc(32)] })).status, 422);
  assert.equal((await submit(running, { old: 0, size: 8 })).status, 200);
});

test('of many that come at once only a chain of consistent ones is cosigned', async () => {
  const running = await start('race');
  assert.equal((await submit(running, { old: 0, size: 10 })).status, 200);
  const answers = await Promise.all(
    [20, 30, 40, 50].map((size) =>
      submit(running, { old: 10, size, kind: size === 30 ? 'other' : 'record' }),
    ),
  );
  const cosigned = answers.filter(({ status }) => status === 200);
  assert.equal(cosigned.length, 1);
});

test('its state is private, whole, and never replaced by an empty one', async () => {
  let running = await start('state');
  await submit(running, { old: 0, size: 10 });
  const path = join(folder, 'state', 'witness.json');
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.equal(statSync(join(folder, 'state.sock')).mode & 0o777, 0o600);
  await running.close();
  const good = readFileSync(path, 'utf8');
  for (const text of ['', '{}', good.slice(0, 50), good.replace('epoch-1"', 'epoch-2"')]) {
    writeFileSync(path, text);
    await assert.rejects(
      start('state'),
      (error) => error instanceof WattwardError && error.code === 'witness/state',
      JSON.stringify(text.slice(0, 20)),
    );
  }
  writeFileSync(path, good);
  running = await start('state');
  assert.equal((await submit(running, { old: 10, size: 11 })).status, 200);
});

test('it also listens on loopback, and a taken address is told', async () => {
  const running = await start('loopback', { listen: { host: '127.0.0.1', port: 0 } });
  assert.ok('url' in running.address);
  assert.equal((await submit(running, { old: 0, size: 3 })).status, 200);
  const port = Number(new URL((running.address as { url: string }).url).port);
  await assert.rejects(
    startWitness({
      name: 'witness.test/w2',
      keys,
      keyName: 'witness',
      folder: join(folder, 'taken'),
      listen: { host: '127.0.0.1', port },
      logs: [],
    }),
    (error) => error instanceof WattwardError && error.code === 'witness/listen',
  );
});

test('requests that are no requests are refused, whatever they hold', async () => {
  const running = await start('noise');
  const good = await bodyOf({ old: 0, size: 10 });
  const bad = [
    '',
    'old\n\n',
    good.replace('old 0', 'old 00'),
    good.replace('old 0', 'old -1'),
    good.replace('old 0\n', 'old 0\nAAAA\n'),
    `old 0\n${`${Buffer.alloc(32).toString('base64')}\n`.repeat(64)}\n${good.split('\n\n').slice(1).join('\n\n')}`,
    good.slice(0, 40),
  ];
  for (const body of bad) {
    assert.equal(
      (await send(running.address, '/add-checkpoint', 'POST', body)).status,
      400,
      JSON.stringify(body.slice(0, 40)),
    );
  }
  assert.equal((await send(running.address, '/add-checkpoint', 'POST', 'x'.repeat(100_000))).status, 413);
  assert.equal((await send(running.address, '/add-checkpoint', 'GET')).status, 404);
  fc.assert(
    fc.property(fc.string({ maxLength: 200 }), fc.nat(good.length - 1), (noise, at) => {
      assert.equal(parseAddRequest(noise), undefined);
      // Never throws, whatever is cut in.
      parseAddRequest(good.slice(0, at) + noise + good.slice(at));
    }),
    { numRuns: 300 },
  );
});
