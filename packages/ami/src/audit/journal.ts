/**
 * The local journal of safer actions (2.16.5): when the store cannot take a record, cancelling, suspending and
 * break-glass write it here, one line each, on the disk before they are acknowledged. Every line carries the digest of
 * the one before; with a key the digests are HMACs, so that whoever may write the file still cannot rebuild the chain.
 * What the chain cannot show is a cut at its very end while the process was down.
 */
import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { join } from 'node:path';
import { syncFolder, writeDurably, writeWholeNow } from '../base/durable-file.ts';
import { canonicalJson } from './canonical.ts';
import { raiseAudit } from './errors.ts';
import type { AuditEvent } from './port.ts';

export interface JournalEntry {
  readonly event: AuditEvent;
  /** As in the record: when it happened, not when it is merged. */
  readonly at: string;
  readonly meteringAt?: string | undefined;
  readonly timeSource: string;
  /** Where the same record may have been committed already: the answer of the store never came. */
  readonly maybe?: { readonly epoch: number; readonly seq: number; readonly sha256: string } | undefined;
}

export interface JournalLine extends JournalEntry {
  readonly line: number;
}

export interface JournalDamage {
  /** The first line that is not as it was written. */
  readonly line: number;
  readonly what: 'altered' | 'chain' | 'form' | 'short';
  /** Where the damaged file is kept. */
  readonly kept: string;
}

export interface JournalOptions {
  readonly folder: string;
  readonly maximumRecords: number;
  /** 32 octets, for example derived by the component's key port; without it the chain is plain SHA-256. */
  readonly macKey?: Uint8Array | undefined;
}

const firstPrevious = '0'.repeat(64);
const fileMode = 0o600;
const lineForm = /^([0-9a-f]{64}) (\{.*\})$/;

interface Body {
  readonly entry: JournalEntry;
  readonly id: string;
  readonly line: number;
  readonly prev: string;
}

export class Journal {
  readonly #path: string;
  readonly #options: JournalOptions;
  #id = randomBytes(8).toString('hex');
  #previous = firstPrevious;
  #lines: JournalLine[] = [];
  #octets = 0;
  #damage: JournalDamage | undefined;
  #file: FileHandle | undefined;
  #waiting: { entry: JournalEntry; resolve: () => void; reject: (error: unknown) => void }[] = [];
  #turn: Promise<void> = Promise.resolve();

  /** Reads what an earlier process left. Errors: `audit/journal`. */
  constructor(options: JournalOptions) {
    this.#options = options;
    this.#path = join(options.folder, 'audit-journal.jsonl');
    try {
      mkdirSync(options.folder, { recursive: true, mode: 0o700 });
      this.#read();
    } catch (cause) {
      throw raiseAudit('journal', `the journal in ${options.folder} cannot be read`, { cause });
    }
  }

  get id(): string {
    return this.#id;
  }

  /** Every line that waits to be merged. */
  get lines(): readonly JournalLine[] {
    return this.#lines;
  }

  get damage(): JournalDamage | undefined {
    return this.#damage;
  }

  /** Whether there is something to merge or to tell. */
  get pending(): boolean {
    return this.#lines.length > 0 || this.#damage !== undefined;
  }

  #digest(text: string): string {
    const { macKey } = this.#options;
    const digest = macKey === undefined ? createHash('sha256') : createHmac('sha256', macKey);
    return digest.update(text, 'utf8').digest('hex');
  }

  #read(): void {
    if (!existsSync(this.#path)) return;
    const octets = readFileSync(this.#path);
    // A last line without its end was being written when the process was killed: nobody was told that it is there.
    const whole = octets.subarray(0, octets.lastIndexOf(0x0a) + 1);
    const texts = whole.toString('utf8').split('\n').slice(0, -1);
    for (const [i, text] of texts.entries()) {
      const read = this.#readLine(text, i + 1);
      if (typeof read === 'string') {
        this.#setAside(i + 1, read);
        return;
      }
      if (i === 0) this.#id = read.id;
      this.#lines.push({ ...read.entry, line: read.line });
      this.#previous = text.slice(0, 64);
    }
    this.#octets = whole.length;
  }

  #readLine(text: string, line: number): Body | JournalDamage['what'] {
    const [, digest = '', content = ''] = lineForm.exec(text) ?? [];
    if (digest === '') return 'form';
    if (!timingSafeEqual(Buffer.from(digest), Buffer.from(this.#digest(content)))) return 'altered';
    const body = JSON.parse(content) as Body;
    if (body.line !== line || body.prev !== this.#previous || (line > 1 && body.id !== this.#id))
      return 'chain';
    return body;
  }

  /** A damaged file is evidence: it is kept, and what is good at its beginning is still merged. */
  #setAside(line: number, what: JournalDamage['what']): void {
    const kept = join(this.#options.folder, `audit-journal.damaged-${randomBytes(4).toString('hex')}.jsonl`);
    renameSync(this.#path, kept);
    const good = readFileSync(kept, 'utf8')
      .split('\n')
      .slice(0, line - 1);
    const octets = Buffer.from(good.map((each) => `${each}\n`).join(''));
    if (octets.length > 0) writeWholeNow(this.#path, octets, fileMode);
    this.#octets = octets.length;
    this.#damage = { line, what, kept };
  }

  /**
   * Resolves when the entry is on the disk. Calls made at the same time share one fsync.
   * Errors: `audit/journal`, `audit/journal-full`.
   */
  append(entry: JournalEntry): Promise<void> {
    if (this.#lines.length + this.#waiting.length >= this.#options.maximumRecords)
      return Promise.reject(raiseAudit('journal-full'));
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, resolve, reject });
      // One at a time: whoever comes while a line is being written shares the next fsync.
      if (this.#waiting.length === 1) void this.#inTurn(() => this.#drain());
    });
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => undefined);
    return done;
  }

  async #drain(): Promise<void> {
    const batch = this.#waiting.splice(0);
    try {
      await this.#write(batch.map(({ entry }) => entry));
      for (const { resolve } of batch) resolve();
    } catch (cause) {
      for (const { reject } of batch) reject(raiseAudit('journal', undefined, { cause }));
    }
  }

  #compose(entries: readonly JournalEntry[], first: number, id: string, before: string) {
    const made: JournalLine[] = [];
    let previous = before;
    let text = '';
    for (const entry of entries) {
      const line = first + made.length;
      const body = canonicalJson({ entry, id, line, prev: previous } as never);
      previous = this.#digest(body);
      text += `${previous} ${body}\n`;
      made.push({ ...entry, line });
    }
    return { made, previous, octets: Buffer.from(text, 'utf8') };
  }

  async #write(entries: readonly JournalEntry[]): Promise<void> {
    const { made, previous, octets } = this.#compose(
      entries,
      this.#lines.length + 1,
      this.#id,
      this.#previous,
    );
    const file = await this.#opened();
    const { size } = await file.stat();
    if (size < this.#octets) this.#damage ??= { line: this.#lines.length, what: 'short', kept: this.#path };
    // What a failed write left half-done is written over; nobody was told that it is there.
    await file.write(octets, 0, octets.length, this.#octets);
    await file.truncate(this.#octets + octets.length);
    await file.datasync();
    this.#octets += octets.length;
    this.#previous = previous;
    this.#lines.push(...made);
  }

  async #opened(): Promise<FileHandle> {
    if (this.#file === undefined) {
      if (!existsSync(this.#path)) await writeDurably(this.#path, Buffer.alloc(0), fileMode);
      this.#file = await open(this.#path, 'r+');
    }
    return this.#file;
  }

  /** Whether the file still holds every line that was written; a cut or an edit since then is damage. */
  verify(): JournalDamage | undefined {
    if (this.#lines.length === 0) return this.#damage;
    let texts: string[] = [];
    try {
      texts = readFileSync(this.#path, 'utf8').split('\n').slice(0, -1);
    } catch {
      // Gone: as short as can be.
    }
    const last = texts.at(this.#lines.length - 1);
    if (last === undefined) this.#damage ??= { line: texts.length + 1, what: 'short', kept: this.#path };
    else if (last.slice(0, 64) !== this.#previous || !texts.every((text) => this.#isIntact(text)))
      this.#damage ??= { line: this.#firstAltered(texts), what: 'altered', kept: this.#path };
    return this.#damage;
  }

  #isIntact(text: string): boolean {
    const [, digest = '', content = ''] = lineForm.exec(text) ?? [];
    return digest !== '' && digest === this.#digest(content);
  }

  #firstAltered(texts: readonly string[]): number {
    const at = texts.findIndex((text) => !this.#isIntact(text));
    return at < 0 ? texts.length : at + 1;
  }

  /** After the merge was committed: those lines are in the inbox, and a new journal begins with what came since. */
  retire(upto: number): Promise<void> {
    return this.#inTurn(async () => {
      await this.#file?.close();
      this.#file = undefined;
      const rest = this.#lines.filter(({ line }) => line > upto).map(({ line: _, ...entry }) => entry);
      const id = randomBytes(8).toString('hex');
      const { made, previous, octets } = this.#compose(rest, 1, id, firstPrevious);
      // In one step, so that no moment knows neither the old lines nor the new ones.
      if (made.length > 0) {
        await writeDurably(this.#path, octets, fileMode);
      } else {
        rmSync(this.#path, { force: true });
        await syncFolder(this.#options.folder);
      }
      this.#id = id;
      this.#previous = previous;
      this.#lines = made;
      this.#octets = octets.length;
      this.#damage = undefined;
    });
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
