/** Signed notes (C2SP signed-note): a text, an empty line, and lines of signatures. Ed25519 and cosignature/v1 keys. */
import { createPublicKey, hash, type KeyObject, verify } from 'node:crypto';
import { raiseAudit } from './errors.ts';

/** 1: Ed25519 over the text; 4: Ed25519 over a timestamped cosignature (C2SP tlog-cosignature). */
export type NoteAlgorithm = 1 | 4;

export interface NoteKey {
  readonly name: string;
  readonly algorithm: NoteAlgorithm;
  /** The 32 octets of the public key. */
  readonly octets: Buffer;
  readonly id: number;
  readonly publicKey: KeyObject;
}

export interface NoteSignature {
  readonly name: string;
  readonly keyId: number;
  readonly signature: Buffer;
}

export interface Note {
  /** With its last line feed, without the empty line. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

const maxSignatures = 32;
const maxNoteCharacters = 64 * 1024;
const nameForm = /^[^\s+]{1,128}$/u;
// RFC 8410: the fixed beginning of an Ed25519 subject public key info.
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex');
const keyOctets = 32;

function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text);
}

/** Makes a key from its name and 32 octets, or from a subject public key info in DER. Errors: `audit/note`. */
export function noteKey(name: string, publicKey: Uint8Array, algorithm: NoteAlgorithm): NoteKey {
  if (!nameForm.test(name)) throw raiseAudit('note', 'a key’s name has no spaces and no plus sign');
  const isDer = publicKey.length === spkiHead.length + keyOctets;
  const octets = Buffer.from(isDer ? publicKey.subarray(spkiHead.length) : publicKey);
  if (octets.length !== keyOctets || (isDer && !spkiHead.equals(publicKey.subarray(0, spkiHead.length))))
    throw raiseAudit('note', 'the key is not an Ed25519 public key');
  const material = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([algorithm]), octets]);
  return {
    name,
    algorithm,
    octets,
    id: hash('sha256', material, 'buffer').readUInt32BE(0),
    publicKey: createPublicKey({ key: Buffer.concat([spkiHead, octets]), format: 'der', type: 'spki' }),
  };
}

const hexId = (id: number) => id.toString(16).padStart(8, '0');

/** `name+id+base64(algorithm ‖ key)`, the form in which such keys are handed around. */
export function formatVerifierKey(key: NoteKey): string {
  const material = Buffer.concat([Buffer.from([key.algorithm]), key.octets]);
  return `${key.name}+${hexId(key.id)}+${material.toString('base64')}`;
}

/** Errors: `audit/note`. */
export function parseVerifierKey(text: string): NoteKey {
  const [, name = '', id = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(text.trim()) ?? [];
  const material = isBase64(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  const algorithm = material[0];
  if (material.length !== 1 + keyOctets || (algorithm !== 1 && algorithm !== 4))
    throw raiseAudit('note', 'this is not a verifier key of the form name+id+base64');
  const key = noteKey(name, material.subarray(1), algorithm);
  if (hexId(key.id) !== id) throw raiseAudit('note', 'the verifier key’s id does not belong to its key');
  return key;
}

/** Errors: `audit/note`. */
export function parseNote(whole: string): Note {
  if (whole.length > maxNoteCharacters) throw raiseAudit('note', 'the note is too long');
  const end = whole.lastIndexOf('\n\n');
  if (end < 0 || !whole.endsWith('\n') || /(?!\n)\p{Cc}/u.test(whole)) throw raiseAudit('note');
  const lines = whole.slice(end + 2, -1).split('\n');
  if (lines.length > maxSignatures) throw raiseAudit('note', 'the note has too many signatures');
  return { text: whole.slice(0, end + 1), signatures: lines.map(parseSignatureLine) };
}

/** Errors: `audit/note`. */
export function parseSignatureLine(line: string): NoteSignature {
  const [, name = '', encoded = ''] = /^— (\S+) (\S+)$/u.exec(line) ?? [];
  const octets = isBase64(encoded) ? Buffer.from(encoded, 'base64') : Buffer.alloc(0);
  if (!nameForm.test(name) || octets.length < 5) throw raiseAudit('note', 'a signature line is malformed');
  return { name, keyId: octets.readUInt32BE(0), signature: octets.subarray(4) };
}

/** `— name base64(id ‖ signature)` and a line feed. */
export function formatSignature(key: Pick<NoteKey, 'name' | 'id'>, signature: Uint8Array): string {
  const id = Buffer.alloc(4);
  id.writeUInt32BE(key.id);
  return `— ${key.name} ${Buffer.concat([id, signature]).toString('base64')}\n`;
}

/** The note's text and signature lines as one text. */
export function formatNote(text: string, signatureLines: string): string {
  return `${text}\n${signatureLines}`;
}

const timeOctets = 8;
const signatureOctets = 64;

/** The octets that a cosignature signs. */
export function cosignedMessage(text: string, seconds: number): Buffer {
  return Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`, 'utf8');
}

export interface VerifiedSignature {
  /** Of a cosignature, POSIX seconds. */
  readonly seconds: number | undefined;
}

/** The key's signature on a note if it is there and verifies, else undefined. Other keys' signatures are passed over. */
export function verifyNote(note: Note, key: NoteKey): VerifiedSignature | undefined {
  for (const { name, keyId, signature } of note.signatures) {
    if (name !== key.name || keyId !== key.id) continue;
    if (key.algorithm === 1) {
      const good =
        signature.length === signatureOctets &&
        verify(null, Buffer.from(note.text), key.publicKey, signature);
      return good ? { seconds: undefined } : undefined;
    }
    if (signature.length !== timeOctets + signatureOctets) return undefined;
    const seconds = Number(signature.readBigUInt64BE(0));
    const message = cosignedMessage(note.text, seconds);
    return verify(null, message, key.publicKey, signature.subarray(timeOctets)) ? { seconds } : undefined;
  }
  return undefined;
}
