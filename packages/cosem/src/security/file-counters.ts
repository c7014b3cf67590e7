/**
 * Counters in one file: an example of a durable {@link CounterPort}, good for a command line tool or a single device.
 * Every change writes a new file, syncs it, renames it over the old one and syncs the folder, so that a crash leaves
 * either the old state or the new one. One process at a time may use a file.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { type CounterPort, firstCounter, maxCounter, type ReceivedState } from './counters.ts';
import { raiseSecurity } from './errors.ts';

/** Largest file that is read, in octets. */
export const maxCounterFileSize = 0x100_0000;

interface Stored {
  version: 1;
  sent: [name: string, next: number][];
  received: [name: string, highest: number, mask: number][];
}

export class FileCounters implements CounterPort {
  readonly #path: string;
  readonly #sent: Map<string, number>;
  readonly #received: Map<string, ReceivedState>;

  private constructor(path: string, stored: Stored) {
    this.#path = path;
    this.#sent = new Map(stored.sent);
    this.#received = new Map(stored.received.map(([name, highest, mask]) => [name, { highest, mask }]));
  }

  /** Starts a new file. Throws `security/counter-storage` where there is one: counters never start anew by accident. */
  static create(path: string): FileCounters {
    if (existsSync(path)) throw raiseSecurity('counter-storage', 'the file exists already');
    const counters = new FileCounters(path, { version: 1, sent: [], received: [] });
    counters.#write();
    return counters;
  }

  /** Opens a file. Throws `security/counter-storage` where it is missing or damaged: never taken for empty. */
  static open(path: string): FileCounters {
    try {
      if (statSync(path).size > maxCounterFileSize) throw new RangeError('the file is too large');
      return new FileCounters(path, checkStored(JSON.parse(readFileSync(path, 'utf8'))));
    } catch (cause) {
      throw raiseSecurity('counter-storage', 'the counter file cannot be read', { cause });
    }
  }

  reserve(name: string, count: number): number {
    const before = this.#sent.get(name);
    const first = before ?? firstCounter;
    this.#sent.set(name, Math.min(first + count, maxCounter + 1));
    this.#writeOr(() => (before === undefined ? this.#sent.delete(name) : this.#sent.set(name, before)));
    return first;
  }

  loadReceived(name: string): ReceivedState | undefined {
    return this.#received.get(name);
  }

  saveReceived(name: string, state: ReceivedState): void {
    const before = this.#received.get(name);
    this.#received.set(name, state);
    this.#writeOr(() =>
      before === undefined ? this.#received.delete(name) : this.#received.set(name, before),
    );
  }

  #writeOr(undo: () => void): void {
    try {
      this.#write();
    } catch (cause) {
      undo();
      throw raiseSecurity('counter-storage', 'the counter file cannot be written', { cause });
    }
  }

  #write(): void {
    const stored: Stored = {
      version: 1,
      sent: [...this.#sent],
      received: [...this.#received].map(([name, { highest, mask }]) => [name, highest, mask]),
    };
    const draft = `${this.#path}.new`;
    const file = openSync(draft, 'w', 0o600);
    try {
      writeFileSync(file, `${JSON.stringify(stored)}\n`);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(draft, this.#path);
    const folder = openSync(dirname(this.#path), 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }
}

function checkStored(value: unknown): Stored {
  const stored = value as Stored;
  const isCount = (number: unknown, limit: number): boolean =>
    typeof number === 'number' && Number.isInteger(number) && number >= 0 && number <= limit;
  const sound =
    stored?.version === 1 &&
    Array.isArray(stored.sent) &&
    Array.isArray(stored.received) &&
    stored.sent.every((row) => typeof row?.[0] === 'string' && isCount(row[1], maxCounter + 1)) &&
    stored.received.every(
      (row) => typeof row?.[0] === 'string' && isCount(row[1], maxCounter) && isCount(row[2], maxCounter),
    );
  if (!sound) throw new TypeError('the file does not hold counters');
  return stored;
}
