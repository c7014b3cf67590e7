/**
 * Signs checkpoints of the tree and has them cosigned (2.16.9). What came after the last cosigned checkpoint could be
 * lost unseen; the interval bounds that.
 */
import { type Checkpoint, originOf, signCheckpoint } from '../audit/checkpoint.ts';
import { type NoteKey, parseNote, verifyNote } from '../audit/note.ts';
import { consistencyProof, type ReadTile } from '../audit/tiles.ts';
import type { Pool } from '../store/database.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { addCheckpoint, type CosignAnswer, type WitnessAddress } from './witness-client.ts';

export interface WitnessPeer {
  readonly address: WitnessAddress;
  readonly key: NoteKey;
  readonly withinMs: number;
}

export interface CheckpointOptions {
  readonly pool: Pool;
  readonly readTile: ReadTile;
  readonly keys: KeyPort;
  readonly keyName: string;
  readonly key: NoteKey;
  readonly logName: string;
  readonly epoch: number;
  readonly witness: WitnessPeer | undefined;
}

export type CosignResult =
  | { readonly kind: 'nothing-new' | 'signed' | 'cosigned'; readonly size: number }
  | { readonly kind: 'unreachable' | 'refused'; readonly size: number; readonly reason: string }
  /** The witness remembers what this tree does not have: it was rolled back or replaced. */
  | {
      readonly kind: 'inconsistent';
      readonly size: number;
      readonly knownSize: number;
      readonly reason: string;
    };

interface Stored {
  readonly size: number;
  readonly note: string;
  readonly cosigned: boolean;
}

export class Checkpoints {
  readonly #options: CheckpointOptions;
  readonly #origin: string;
  #last: Stored | undefined;
  #witnessSize: number | undefined;

  constructor(options: CheckpointOptions) {
    this.#options = options;
    this.#origin = originOf(options.logName, options.epoch);
  }

  get origin(): string {
    return this.#origin;
  }

  /** The last size that the witness has cosigned, as far as this process knows. */
  get cosignedSize(): number {
    return this.#witnessSize ?? 0;
  }

  async load(): Promise<void> {
    const { rows } = await this.#options.pool.query<Stored>(
      `SELECT size, note, cosignature IS NOT NULL AS cosigned FROM checkpoint
        WHERE origin = $1 ORDER BY size DESC LIMIT 1`,
      [this.#origin],
    );
    this.#last = rows[0];
    const { rows: cosigned } = await this.#options.pool.query<{ size: number | null }>(
      'SELECT max(size) AS size FROM checkpoint WHERE origin = $1 AND cosignature IS NOT NULL',
      [this.#origin],
    );
    this.#witnessSize = cosigned[0]!.size ?? undefined;
  }

  /** Signs what the tree is now if it has grown, stores it, and asks the witness for whatever it has not cosigned. */
  async run(size: number, root: Buffer): Promise<CosignResult> {
    const isNew = size > (this.#last?.size ?? 0);
    if (isNew) await this.#sign({ origin: this.#origin, size, root });
    const last = this.#last;
    const { witness } = this.#options;
    if (last === undefined || (!isNew && (last.cosigned || witness === undefined)))
      return { kind: 'nothing-new', size };
    return witness === undefined ? { kind: 'signed', size: last.size } : this.#cosign(last, witness);
  }

  async #sign(checkpoint: Checkpoint): Promise<void> {
    const { pool, keys, keyName, key } = this.#options;
    const note = await signCheckpoint(keys, keyName, key, checkpoint);
    await pool.query('INSERT INTO checkpoint (origin, size, root, note) VALUES ($1, $2, $3, $4)', [
      checkpoint.origin,
      checkpoint.size,
      checkpoint.root,
      note,
    ]);
    this.#last = { size: checkpoint.size, note, cosigned: false };
  }

  async #cosign(last: Stored, witness: WitnessPeer): Promise<CosignResult> {
    const { size, note } = last;
    try {
      let answer = await this.#submit(last, witness, this.#witnessSize ?? 0);
      // After a crash between its answer and our note of it the witness is ahead of what we know.
      if (answer.kind === 'conflict' && answer.knownSize < size)
        answer = await this.#submit(last, witness, answer.knownSize);
      if (answer.kind === 'cosigned') {
        await this.#options.pool.query(
          'UPDATE checkpoint SET cosignature = $3, cosigned_at = to_timestamp($4) WHERE origin = $1 AND size = $2',
          [this.#origin, size, answer.line, answer.seconds],
        );
        this.#witnessSize = size;
        this.#last = { size, note, cosigned: true };
        return { kind: 'cosigned', size };
      }
      if (answer.kind === 'refused') return { kind: 'refused', size, reason: `status ${answer.status}` };
      const knownSize = answer.kind === 'conflict' ? answer.knownSize : (this.#witnessSize ?? 0);
      return { kind: 'inconsistent', size, knownSize, reason: answer.kind };
    } catch (error) {
      return { kind: 'unreachable', size, reason: (error as Error).message };
    }
  }

  async #submit({ size, note }: Stored, witness: WitnessPeer, oldSize: number): Promise<CosignAnswer> {
    const proof = await consistencyProof(this.#options.readTile, oldSize, size);
    return addCheckpoint(witness.address, witness.key, oldSize, proof, note, witness.withinMs);
  }

  /** The smallest checkpoint that covers a record: one that the witness cosigned, else one that the log signed. */
  async covering(index: number): Promise<{ readonly size: number; readonly note: string } | undefined> {
    const { rows } = await this.#options.pool.query<{
      size: number;
      note: string;
      cosignature: string | null;
    }>(
      `SELECT size, note, cosignature FROM checkpoint WHERE size > $1
        ORDER BY (cosignature IS NULL), size LIMIT 1`,
      [index],
    );
    const row = rows[0];
    return row && { size: row.size, note: row.note + (row.cosignature ?? '') };
  }
}

/** Whether a note bears a valid signature of one of the keys. */
export function signedByOne(note: string, keys: readonly NoteKey[]): boolean {
  try {
    const parsed = parseNote(note);
    return keys.some((key) => verifyNote(parsed, key) !== undefined);
  } catch {
    return false;
  }
}
