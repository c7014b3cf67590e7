/** Checkpoints (C2SP tlog-checkpoint): origin, size and root of the tree as a signed note, and their cosignatures. */
import type { KeyPort } from '../trust/key-port.ts';
import { raiseAudit } from './errors.ts';
import { hashOctets } from './merkle.ts';
import {
  cosignedMessage,
  formatNote,
  formatSignature,
  type Note,
  type NoteKey,
  noteKey,
  parseNote,
} from './note.ts';

export interface Checkpoint {
  /** Names the log: `name/epoch-1`. */
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

/** The three lines that are signed. */
export function checkpointText({ origin, size, root }: Checkpoint): string {
  return `${origin}\n${size}\n${root.toString('base64')}\n`;
}

/** Reads the first three lines; extension lines are passed over. Errors: `audit/note`. */
export function parseCheckpointText(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const octets = Buffer.from(root, 'base64');
  const isRoot = octets.length === hashOctets && octets.toString('base64') === root;
  const count = Number(size);
  if (origin === '' || !/^(0|[1-9]\d{0,15})$/.test(size) || !Number.isSafeInteger(count) || !isRoot)
    throw raiseAudit('note', 'the checkpoint’s origin, size or root is malformed');
  return { origin, size: count, root: octets };
}

export interface SignedCheckpoint {
  readonly checkpoint: Checkpoint;
  readonly note: Note;
}

/** Errors: `audit/note`. */
export function parseCheckpoint(whole: string): SignedCheckpoint {
  const note = parseNote(whole);
  return { checkpoint: parseCheckpointText(note.text), note };
}

/** The public half of a `sign-log` key as a note's key. Errors: `trust/no-key`, `audit/note`. */
export async function publicNoteKey(
  keys: KeyPort,
  keyName: string,
  name: string,
  algorithm: 1 | 4,
): Promise<NoteKey> {
  const { publicKey } = await keys.describe(keyName);
  if (publicKey === undefined) throw raiseAudit('note', `the key ${keyName} does not sign`);
  return noteKey(name, publicKey, algorithm);
}

/** Signs a checkpoint as the log; the whole note. */
export async function signCheckpoint(
  keys: KeyPort,
  keyName: string,
  key: NoteKey,
  checkpoint: Checkpoint,
): Promise<string> {
  const text = checkpointText(checkpoint);
  const signature = await keys.sign(keyName, Buffer.from(text, 'utf8'));
  return formatNote(text, formatSignature(key, signature));
}

/** Cosigns a checkpoint's text as a witness (C2SP tlog-cosignature, Ed25519); the signature line. */
export async function cosign(
  keys: KeyPort,
  keyName: string,
  key: NoteKey,
  text: string,
  seconds: number,
): Promise<string> {
  const time = Buffer.alloc(8);
  time.writeBigUInt64BE(BigInt(seconds));
  const signature = await keys.sign(keyName, cosignedMessage(text, seconds));
  return formatSignature(key, Buffer.concat([time, signature]));
}

/** The origin of the log's tree in an epoch: after a restore the tree may not go on under the old name. */
export function originOf(logName: string, epoch: number): string {
  return `${logName}/epoch-${epoch}`;
}

/** The epoch in an origin of this log, or undefined when it is another log's. */
export function epochOfOrigin(logName: string, origin: string): number | undefined {
  const match = origin.startsWith(`${logName}/`)
    ? /^epoch-([1-9]\d{0,8})$/.exec(origin.slice(logName.length + 1))
    : null;
  return match ? Number(match[1]) : undefined;
}
