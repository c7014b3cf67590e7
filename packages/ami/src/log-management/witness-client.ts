/** Asks a witness for its cosignature (C2SP tlog-witness) and for what it remembers. */
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { formatNote, type NoteKey, parseNote, verifyNote } from '../audit/note.ts';

export type WitnessAddress = { readonly socketPath: string } | { readonly url: string };

interface Answer {
  readonly status: number;
  readonly body: string;
}

/** A cosignature is one line; the list of what is remembered is one note an epoch. */
const maxAnswerOctets = 16 * 1024 * 1024;

function ask(
  address: WitnessAddress,
  method: 'GET' | 'POST',
  path: string,
  body: string,
  withinMs: number,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers =
      method === 'POST' ? { 'content-type': 'text/plain', 'content-length': Buffer.byteLength(body) } : {};
    const options = { method, headers, signal: AbortSignal.timeout(withinMs) };
    const sent =
      'socketPath' in address
        ? httpRequest({ ...options, socketPath: address.socketPath, path })
        : (address.url.startsWith('https:') ? httpsRequest : httpRequest)(
            `${address.url.replace(/\/+$/, '')}${path}`,
            options,
          );
    sent.on('error', reject);
    sent.on('response', (response) => {
      const parts: Buffer[] = [];
      let octets = 0;
      response.on('data', (part: Buffer) => {
        octets += part.length;
        if (octets > maxAnswerOctets) response.destroy(new Error('the witness answers too much'));
        else parts.push(part);
      });
      response.on('error', reject);
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString('utf8') }),
      );
    });
    sent.end(body);
  });
}

export type CosignAnswer =
  | { readonly kind: 'cosigned'; readonly line: string; readonly seconds: number }
  /** The witness is elsewhere: it remembers another size. */
  | { readonly kind: 'conflict'; readonly knownSize: number }
  /** The tree is not a continuation of the one it remembers. */
  | { readonly kind: 'inconsistent' }
  | { readonly kind: 'refused'; readonly status: number };

/** Submits a checkpoint. Throws when the witness cannot be reached or answers without a valid cosignature. */
export async function addCheckpoint(
  address: WitnessAddress,
  key: NoteKey,
  oldSize: number,
  proof: readonly Uint8Array[],
  note: string,
  withinMs: number,
): Promise<CosignAnswer> {
  const hashes = proof.map((each) => `${Buffer.from(each).toString('base64')}\n`).join('');
  const answer = await ask(
    address,
    'POST',
    '/add-checkpoint',
    `old ${oldSize}\n${hashes}\n${note}`,
    withinMs,
  );
  if (answer.status === 409) return { kind: 'conflict', knownSize: Number(answer.body.trim()) };
  if (answer.status === 422) return { kind: 'inconsistent' };
  if (answer.status !== 200) return { kind: 'refused', status: answer.status };
  const cosigned = parseNote(formatNote(parseNote(note).text, answer.body));
  const verified = verifyNote(cosigned, key);
  if (verified?.seconds === undefined)
    throw new Error('the answer holds no valid cosignature of the witness');
  const line = answer.body.split('\n').find((each) => each.startsWith(`— ${key.name} `));
  return { kind: 'cosigned', line: `${line}\n`, seconds: verified.seconds };
}

/** The notes that the witness remembers, one for each origin. Throws when it cannot be reached. */
export async function witnessNotes(address: WitnessAddress, withinMs: number): Promise<string[]> {
  const answer = await ask(address, 'GET', '/checkpoints', '', withinMs);
  const { notes } = JSON.parse(answer.body) as { notes?: unknown };
  if (answer.status !== 200 || !Array.isArray(notes) || !notes.every((note) => typeof note === 'string'))
    throw new Error('the witness does not say what it remembers');
  return notes;
}
