/**
 * A proof that anybody can check without this system: the record's octets, its path, and a checkpoint signed by the
 * log and cosigned by the witness. The same content also in the C2SP tlog-proof text form.
 */
import { parseCheckpoint } from './checkpoint.ts';
import { raiseAudit } from './errors.ts';
import { leafHash, verifyInclusion } from './merkle.ts';
import { type NoteKey, verifyNote } from './note.ts';
import { type AuditRecord, decodeRecord } from './record.ts';

export interface ProofFile {
  readonly format: 'wattward-audit-proof/1';
  readonly index: number;
  /** The record's octets in base64: these are hashed, `record` is for reading. */
  readonly octets: string;
  readonly record: AuditRecord;
  /** Hashes in base64, from the leaf upwards. */
  readonly path: readonly string[];
  /** A signed note. */
  readonly checkpoint: string;
}

export interface CheckedProof {
  readonly record: AuditRecord;
  readonly index: number;
  readonly origin: string;
  readonly size: number;
  /** When the witness cosigned, or undefined when no witness key was given or none had cosigned. */
  readonly cosignedAt: Date | undefined;
}

/**
 * Checks a proof against public keys alone. With a witness key, its cosignature is required.
 * Errors: `audit/record`, `audit/note`, `audit/signature`, `audit/proof`.
 */
export function checkProof(file: ProofFile, logKey: NoteKey, witnessKey?: NoteKey): CheckedProof {
  if (
    file.format !== 'wattward-audit-proof/1' ||
    typeof file.checkpoint !== 'string' ||
    !Array.isArray(file.path)
  )
    throw raiseAudit('proof', 'this is not a proof file');
  const octets = Buffer.from(String(file.octets), 'base64');
  const record = decodeRecord(octets);
  const { checkpoint, note } = parseCheckpoint(file.checkpoint);
  // A witness signs more than checkpoints of this log: its key proves nothing in the log's place.
  if (logKey.algorithm !== 1 || verifyNote(note, logKey) === undefined)
    throw raiseAudit('signature', 'the log did not sign this checkpoint');
  const cosigned = witnessKey && verifyNote(note, witnessKey);
  if (witnessKey !== undefined && cosigned === undefined)
    throw raiseAudit('signature', 'the witness did not cosign this checkpoint');
  const path = file.path.map((each) => Buffer.from(String(each), 'base64'));
  if (!verifyInclusion(file.index, checkpoint.size, leafHash(octets), path, checkpoint.root))
    throw raiseAudit('proof');
  const seconds = cosigned?.seconds;
  const cosignedAt = seconds === undefined ? undefined : new Date(seconds * 1000);
  return { record, index: file.index, origin: checkpoint.origin, size: checkpoint.size, cosignedAt };
}

/** The proof as a C2SP tlog-proof; the record's octets are the extra data. */
export function formatTlogProof(file: ProofFile): string {
  const path = file.path.map((each) => `${each}\n`).join('');
  return `c2sp.org/tlog-proof@v1\nextra ${file.octets}\nindex ${file.index}\n${path}\n${file.checkpoint}`;
}
