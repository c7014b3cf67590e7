import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { WattwardError } from '../base/errors.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import {
  cosign,
  epochOfOrigin,
  originOf,
  parseCheckpoint,
  publicNoteKey,
  signCheckpoint,
} from './checkpoint.ts';
import {
  formatNote,
  formatVerifierKey,
  type NoteKey,
  parseNote,
  parseVerifierKey,
  verifyNote,
} from './note.ts';

const code = (expected: string) => (error: unknown) =>
  error instanceof WattwardError && error.code === expected;

let folder: string;
let keys: FileKeys;
let logKey: NoteKey;
let witnessKey: NoteKey;
before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'wattward-note-'));
  keys = new FileKeys(join(folder, 'keys'), masterKeyFile(join(folder, 'master')));
  await keys.generate('log', 'sign-log');
  await keys.generate('witness', 'sign-log');
  logKey = await publicNoteKey(keys, 'log', 'ami.test/audit', 1);
  witnessKey = await publicNoteKey(keys, 'witness', 'witness.test/w1', 4);
});
after(() => rmSync(folder, { recursive: true, force: true }));

test('the note published with the format verifies under its published key, and no other note does', () => {
  const key = parseVerifierKey('PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
  const text =
    'If you think cryptography is the answer to your problem,\nthen you don’t know what your problem is.\n'.replace(
      '’',
      "'",
    );
  const line =
    '— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n';
  assert.deepEqual(verifyNote(parseNote(formatNote(text, line)), key), { seconds: undefined });
  assert.equal(verifyNote(parseNote(formatNote(text.replace('answer', 'Answer'), line)), key), undefined);
  assert.equal(formatVerifierKey(key), 'PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW');
});

test('a checkpoint is signed, cosigned, and both verify under their own key only', async () => {
  const checkpoint = { origin: originOf('ami.test/audit', 1), size: 20_852_163, root: randomBytes(32) };
  const note = await signCheckpoint(keys, 'log', logKey, checkpoint);
  const line = await cosign(keys, 'witness', witnessKey, parseNote(note).text, 1_679_315_147);
  const whole = parseCheckpoint(note + line);
  assert.deepEqual(whole.checkpoint, checkpoint);
  assert.deepEqual(verifyNote(whole.note, logKey), { seconds: undefined });
  assert.deepEqual(verifyNote(whole.note, witnessKey), { seconds: 1_679_315_147 });
  const other = parseCheckpoint((note + line).replace('20852163', '20852164'));
  assert.equal(verifyNote(other.note, logKey), undefined);
  assert.equal(verifyNote(other.note, witnessKey), undefined);
  assert.equal(verifyNote(parseNote(note), witnessKey), undefined);
  // The same key under another name is another key.
  const renamed = await publicNoteKey(keys, 'log', 'ami.test/other', 1);
  assert.equal(verifyNote(whole.note, renamed), undefined);
});

test('a cosignature’s time is part of what is signed', async () => {
  const note = await signCheckpoint(keys, 'log', logKey, { origin: 'o', size: 1, root: randomBytes(32) });
  const line = await cosign(keys, 'witness', witnessKey, parseNote(note).text, 1000);
  const octets = Buffer.from(line.split(' ')[2]!, 'base64');
  octets.writeBigUInt64BE(2000n, 4);
  const later = `— ${witnessKey.name} ${octets.toString('base64')}\n`;
  assert.equal(verifyNote(parseNote(note + later), witnessKey), undefined);
});

test('malformed notes, checkpoints and keys are refused', async () => {
  const good = await signCheckpoint(keys, 'log', logKey, { origin: 'o', size: 7, root: randomBytes(32) });
  const bad = [
    '',
    'text',
    good.slice(0, -1),
    good.replace('— ', '- '),
    good.replace('\n\n', '\n'),
    `${good}\u0001\n`,
    good.replace(/ [A-Za-z0-9+/=]+\n$/, ' AAA\n'),
    `${good}${'— a AAAAAAAA\n'.repeat(40)}`,
    'x'.repeat(70_000),
  ];
  for (const text of bad)
    assert.throws(() => parseNote(text), code('audit/note'), JSON.stringify(text.slice(0, 60)));
  for (const size of ['07', '-1', '1.5', '99999999999999999'])
    assert.throws(() => parseCheckpoint(good.replace('\n7\n', `\n${size}\n`)), code('audit/note'), size);
  const key = formatVerifierKey(logKey);
  const [, id = ''] = /\+([0-9a-f]{8})\+/.exec(key) ?? [];
  const otherId = `${id.startsWith('0') ? '1' : '0'}${id.slice(1)}`;
  for (const text of ['', 'name', key.replace(`+${id}+`, `+${otherId}+`), key.slice(0, -4)])
    assert.throws(() => parseVerifierKey(text), code('audit/note'), text);
});

test('an origin names its log and epoch', () => {
  assert.equal(epochOfOrigin('a.test/audit', originOf('a.test/audit', 12)), 12);
  for (const origin of [
    'a.test/audit',
    'a.test/audit/epoch-0',
    'a.test/audit/epoch-1x',
    'b.test/audit/epoch-1',
    'a.test/auditx/epoch-1',
  ])
    assert.equal(epochOfOrigin('a.test/audit', origin), undefined, origin);
});
