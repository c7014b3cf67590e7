/**
 * The logs of all processes: whatever they print comes over pipes to the supervisor, which writes one file a component,
 * rotates it by size, and shows lines in a form for people. A log is no audit: it may be lost, and nobody waits for it.
 */
import { closeSync, fstatSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';

/** Longer lines are cut: what a process prints may have any length. */
export const maxLineOctets = 16 * 1024;

export interface LogLimits {
  readonly fileOctets: number;
  /** Rotated files kept beside the current one. */
  readonly files: number;
}

/** One rotated file. Never throws: a full disk costs log lines, counted, and nothing else. */
export class LogFile {
  readonly #path: string;
  readonly #limits: LogLimits;
  #file: number | undefined;
  #octets = 0;
  #dropped = 0;

  constructor(path: string, limits: LogLimits) {
    this.#path = path;
    this.#limits = limits;
  }

  /** Lines that could not be written. */
  get dropped(): number {
    return this.#dropped;
  }

  write(line: string): void {
    try {
      const octets = Buffer.from(`${line}\n`, 'utf8');
      this.#open();
      if (this.#octets > 0 && this.#octets + octets.length > this.#limits.fileOctets) this.#rotate();
      this.#octets += writeSync(this.#file!, octets);
    } catch {
      this.#dropped++;
      this.close();
    }
  }

  close(): void {
    if (this.#file !== undefined) {
      try {
        closeSync(this.#file);
      } catch {
        // It was not usable any more, which is why it is closed.
      }
    }
    this.#file = undefined;
  }

  #open(): void {
    if (this.#file !== undefined) return;
    this.#file = openSync(this.#path, 'a', 0o640);
    this.#octets = fstatSync(this.#file).size;
  }

  #rotate(): void {
    this.close();
    rmSync(`${this.#path}.${this.#limits.files}`, { force: true });
    for (let at = this.#limits.files - 1; at >= 0; at--) {
      const from = at === 0 ? this.#path : `${this.#path}.${at}`;
      try {
        renameSync(from, `${this.#path}.${at + 1}`);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      }
    }
    this.#open();
  }
}

/** Cuts a stream of octets into lines of bounded length. */
export class LineSplitter {
  readonly #onLine: (line: string) => void;
  #held: Buffer[] = [];
  #heldOctets = 0;
  #overlong = false;

  constructor(onLine: (line: string) => void) {
    this.#onLine = onLine;
  }

  push(octets: Buffer): void {
    let rest = octets;
    for (let end = rest.indexOf(0x0a); end >= 0; end = rest.indexOf(0x0a)) {
      this.#hold(rest.subarray(0, end));
      this.end();
      rest = rest.subarray(end + 1);
    }
    this.#hold(rest);
  }

  /** Gives out what is held, as at the end of the stream. */
  end(): void {
    const text = Buffer.concat(this.#held).toString('utf8');
    if (text !== '') this.#onLine(this.#overlong ? `${text} … (cut)` : text);
    this.#held = [];
    this.#heldOctets = 0;
    this.#overlong = false;
  }

  #hold(octets: Buffer): void {
    const room = maxLineOctets - this.#heldOctets;
    if (octets.length > room) this.#overlong = true;
    if (room <= 0 || octets.length === 0) return;
    // A copy, so that one short line does not keep a whole chunk alive.
    this.#held.push(Buffer.from(octets.subarray(0, room)));
    this.#heldOctets += Math.min(room, octets.length);
  }
}

/** All log files of a folder. */
export class LogFiles {
  readonly #folder: string;
  readonly #limits: LogLimits;
  readonly #files = new Map<string, LogFile>();

  constructor(folder: string, limits: LogLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  /** `component` is a name of ours, never from outside. */
  write(component: string, line: string): void {
    let file = this.#files.get(component);
    if (file === undefined) {
      file = new LogFile(join(this.#folder, `${component}.log`), this.#limits);
      this.#files.set(component, file);
    }
    file.write(line);
  }

  get dropped(): number {
    return [...this.#files.values()].reduce((sum, file) => sum + file.dropped, 0);
  }

  close(): void {
    for (const file of this.#files.values()) file.close();
  }
}
