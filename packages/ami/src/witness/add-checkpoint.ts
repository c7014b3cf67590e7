/** The request `add-checkpoint` of C2SP tlog-witness: its form, and the witness's decision about it. */
import { cosign, epochOfOrigin, parseCheckpoint, type SignedCheckpoint } from '../audit/checkpoint.ts';
import { hashOctets, maxProofHashes, verifyConsistency } from '../audit/merkle.ts';
import { formatNote, type NoteKey, verifyNote } from '../audit/note.ts';
import type { KeyPort } from '../trust/key-port.ts';
import type { WitnessState } from './witness-state.ts';

export interface AddRequest {
  readonly oldSize: number;
  readonly proof: readonly Buffer[];
  readonly signed: SignedCheckpoint;
  /** The checkpoint as it was sent. */
  readonly note: string;
}

/** Reads a request; undefined when it is malformed. */
export function parseAddRequest(body: string): AddRequest | undefined {
  const end = body.indexOf('\n\n');
  if (end < 0) return undefined;
  const [first = '', ...hashes] = body.slice(0, end).split('\n');
  const size = /^old (0|[1-9]\d{0,15})$/.exec(first)?.[1];
  const oldSize = Number(size);
  if (size === undefined || !Number.isSafeInteger(oldSize) || hashes.length > maxProofHashes)
    return undefined;
  const proof = hashes.map((each) => Buffer.from(each, 'base64'));
  const whole = proof.every((each, i) => each.length === hashOctets && each.toString('base64') === hashes[i]);
  if (!whole) return undefined;
  try {
    const note = body.slice(end + 2);
    return { oldSize, proof, signed: parseCheckpoint(note), note };
  } catch {
    return undefined;
  }
}

/** A log whose checkpoints may be cosigned: its name, under which the origins of its epochs stand, and its keys. */
export interface TrustedLog {
  readonly name: string;
  readonly keys: readonly NoteKey[];
}

export interface WitnessIdentity {
  readonly keys: KeyPort;
  readonly keyName: string;
  readonly key: NoteKey;
}

export type Refusal = 'malformed' | 'unknown-log' | 'signature' | 'size' | 'stale' | 'fork' | 'proof';

export type Decision =
  | { readonly status: 200; readonly line: string }
  | { readonly status: 400 | 403 | 404 | 409 | 422; readonly why: Refusal; readonly knownSize?: number };

/** Decides one request and, when it is consistent, remembers and cosigns it. Errors: `witness/state`. */
export async function decide(
  request: AddRequest,
  logs: readonly TrustedLog[],
  state: WitnessState,
  identity: WitnessIdentity,
  seconds: number,
): Promise<Decision> {
  const { checkpoint, note } = request.signed;
  const log = logs.find(({ name }) => epochOfOrigin(name, checkpoint.origin) !== undefined);
  if (log === undefined) return { status: 404, why: 'unknown-log' };
  if (!log.keys.some((key) => verifyNote(note, key) !== undefined)) return { status: 403, why: 'signature' };
  if (request.oldSize > checkpoint.size) return { status: 400, why: 'size' };
  return state.inTurn(async () => {
    const known = state.last(checkpoint.origin);
    const knownSize = known?.size ?? 0;
    if (request.oldSize !== knownSize) return { status: 409, why: 'stale', knownSize };
    if (known !== undefined) {
      if (checkpoint.size === knownSize && !checkpoint.root.equals(known.root))
        return { status: 409, why: 'fork', knownSize };
      if (!verifyConsistency(knownSize, checkpoint.size, known.root, checkpoint.root, request.proof))
        return { status: 422, why: 'proof', knownSize };
    } else if (request.proof.length > 0) {
      return { status: 422, why: 'proof', knownSize };
    }
    const line = await cosign(identity.keys, identity.keyName, identity.key, note.text, seconds);
    const log = request.note.slice(note.text.length + 1);
    await state.remember(checkpoint, formatNote(note.text, log + line));
    return { status: 200, line };
  });
}
