/**
 * What the witness remembers: for each origin the last checkpoint it cosigned. One file, replaced whole and on the
 * disk before anybody is answered; one change at a time, so that what is compared is what is replaced.
 */
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Checkpoint, parseCheckpoint } from '../audit/checkpoint.ts';
import { writeDurably } from '../base/durable-file.ts';
import { raiseWitness } from './errors.ts';

/** Far more than a log has epochs; a bound against a log key in the wrong hands. */
const maxOrigins = 10_000;
const fileMode = 0o600;

interface StateFile {
  readonly format: 1;
  /** Origin to the note as it was cosigned, cosignature included. */
  readonly logs: Record<string, string>;
}

export class WitnessState {
  readonly #path: string;
  readonly #notes = new Map<string, { note: string; checkpoint: Checkpoint }>();
  #turn: Promise<unknown> = Promise.resolve();

  /** Errors: `witness/state`. */
  constructor(folder: string) {
    this.#path = join(folder, 'witness.json');
    try {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
      if (!existsSync(this.#path)) return;
      const file = JSON.parse(readFileSync(this.#path, 'utf8')) as StateFile;
      if (file.format !== 1) throw new Error('its format is not known');
      for (const [origin, note] of Object.entries(file.logs)) {
        const { checkpoint } = parseCheckpoint(note);
        if (checkpoint.origin !== origin) throw new Error('a checkpoint stands under another origin');
        this.#notes.set(origin, { note, checkpoint });
      }
    } catch (cause) {
      // Going on with an empty memory would cosign whatever comes: better not at all.
      throw raiseWitness('state', `${this.#path}: ${(cause as Error).message}`, { cause });
    }
  }

  last(origin: string): Checkpoint | undefined {
    return this.#notes.get(origin)?.checkpoint;
  }

  /** Every origin's last note. */
  notes(): string[] {
    return [...this.#notes.values()].map(({ note }) => note);
  }

  /** Runs `work` alone: nothing it has seen changes before it ends. */
  inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  /** Remembers a cosigned note; resolves when it is on the disk. Only within `inTurn`. Errors: `witness/state`. */
  async remember(checkpoint: Checkpoint, note: string): Promise<void> {
    if (!this.#notes.has(checkpoint.origin) && this.#notes.size >= maxOrigins)
      throw raiseWitness('state', `the witness knows ${maxOrigins} origins already`);
    const logs = Object.fromEntries([...this.#notes].map(([origin, known]) => [origin, known.note]));
    logs[checkpoint.origin] = note;
    const file: StateFile = { format: 1, logs };
    try {
      await writeDurably(this.#path, Buffer.from(`${JSON.stringify(file, null, 2)}\n`), fileMode);
    } catch (cause) {
      throw raiseWitness('state', `${this.#path}: ${(cause as Error).message}`, { cause });
    }
    this.#notes.set(checkpoint.origin, { note, checkpoint });
  }
}
