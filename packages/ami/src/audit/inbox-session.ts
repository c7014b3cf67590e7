/**
 * One writer's connection to its inbox. After `write` the caller knows for certain whether its records are committed,
 * or that it cannot be known now: a broken connection is opened again and the same records are tried under the same
 * numbers, which either go in or turn out to be there.
 */
import { type Client, connect } from '../store/database.ts';
import type { Connection } from '../store/postgres-server.ts';
import { raiseAudit } from './errors.ts';
import { holdsRecord, insertRecords, lastSeq, sha256 } from './inbox.ts';
import { numberRecord, type UnnumberedRecord } from './record.ts';

const uniqueViolation = '23505';
// The first may find a broken connection, the second another writer; a third failure is the store's.
const maxTries = 3;

/** An error that the server answered with: the statement was rolled back for certain. */
function isAnswer(error: unknown): error is Error & { code: string } {
  const code = (error as { code?: unknown }).code;
  // Class 57P is the server ending the session: it may have ended after the commit.
  return typeof code === 'string' && /^[0-9A-Z]{5}$/.test(code) && !code.startsWith('57P');
}

export interface WriteOptions {
  readonly more?: (client: Client) => Promise<void>;
  readonly onSend?: (last: number) => void;
}

export class InboxSession {
  readonly #connection: Connection;
  readonly #component: string;
  readonly #epoch: number;
  readonly #withinMs: number;
  #client: Client | undefined;
  #last = 0;
  /** When the store counts as away, for what is under way now. */
  #untilMs = 0;

  constructor(connection: Connection, component: string, epoch: number, withinMs: number) {
    this.#connection = connection;
    this.#component = component;
    this.#epoch = epoch;
    this.#withinMs = withinMs;
  }

  /** Runs `work` on the connection, within the time. Errors: `audit/unavailable`. */
  async run<T>(work: (client: Client) => Promise<T>): Promise<T> {
    this.#untilMs = performance.now() + this.#withinMs;
    const client = await this.#open();
    try {
      return await this.#within(work(client));
    } catch (cause) {
      if (!isAnswer(cause)) this.drop(client);
      throw raiseAudit('unavailable', undefined, { cause });
    }
  }

  async #open(): Promise<Client> {
    if (this.#client !== undefined) return this.#client;
    const connecting = connect(this.#connection, `wattward audit ${this.#component}`);
    try {
      const client = await this.#within(connecting);
      client.on('error', () => this.drop(client));
      client.on('end', () => this.drop(client));
      this.#client = client;
      this.#last = await this.#within(lastSeq(client, this.#epoch));
      return client;
    } catch (cause) {
      // One that comes after all is not wanted any more.
      connecting.then((client) => this.drop(client)).catch(() => undefined);
      this.drop();
      throw raiseAudit('unavailable', undefined, { cause });
    }
  }

  /**
   * Commits records under the next numbers. `more` runs in the same transaction; `onSend` is told the number before
   * the first whenever they are sent. Errors: `audit/unavailable`.
   */
  async write(drafts: readonly UnnumberedRecord[], { more, onSend }: WriteOptions = {}): Promise<void> {
    this.#untilMs = performance.now() + this.#withinMs;
    let sent: { last: number; digest: Buffer } | undefined;
    for (let tries = 1; ; tries++) {
      const client = await this.#open();
      if (sent !== undefined && (await this.#arrived(client, sent))) return;
      const last = this.#last;
      const records = drafts.map((draft, i) => numberRecord(draft, last + 1 + i));
      onSend?.(last);
      sent = { last: last + drafts.length, digest: sha256(records.at(-1)!) };
      try {
        await this.#within(this.#insert(client, last, records, more));
        this.#last = sent.last;
        return;
      } catch (error) {
        const conflict = isAnswer(error) && error.code === uniqueViolation;
        if (conflict) this.#last = await this.#within(lastSeq(client, this.#epoch)).catch(() => this.#last);
        else if (isAnswer(error))
          throw raiseAudit('unavailable', `the store refused: ${error.message}`, { cause: error });
        else this.drop(client);
        if (tries === maxTries) throw raiseAudit('unavailable', undefined, { cause: error });
      }
    }
  }

  async #arrived(client: Client, sent: { last: number; digest: Buffer }): Promise<boolean> {
    const there = await this.#within(holdsRecord(client, this.#epoch, sent.last, sent.digest)).catch(
      (cause) => {
        this.drop(client);
        throw raiseAudit('unavailable', undefined, { cause });
      },
    );
    if (there) this.#last = Math.max(this.#last, sent.last);
    return there;
  }

  async #insert(
    client: Client,
    last: number,
    records: readonly Buffer[],
    more: ((client: Client) => Promise<void>) | undefined,
  ): Promise<void> {
    if (more === undefined) return insertRecords(client, this.#epoch, last, records);
    await client.query('BEGIN');
    try {
      await insertRecords(client, this.#epoch, last, records);
      await more(client);
      await client.query('COMMIT');
    } catch (error) {
      await client.query('ROLLBACK').catch(() => undefined);
      throw error;
    }
  }

  /** A store that does not answer in time is away; whatever it still does, the connection is not used again. */
  async #within<T>(work: Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(
        () => reject(new Error(`no answer within ${this.#withinMs} ms`)),
        Math.max(1, this.#untilMs - performance.now()),
      );
    });
    try {
      return await Promise.race([work, late]);
    } finally {
      clearTimeout(timer);
      work.catch(() => undefined);
    }
  }

  /** Forgets the connection, or one that is no longer the current one. */
  drop(client = this.#client): void {
    if (client === undefined) return;
    if (client === this.#client) this.#client = undefined;
    client.removeAllListeners('end');
    client.on('error', () => undefined);
    // `end` would wait for a server that does not answer.
    (client as unknown as { connection?: { stream?: { destroy(): void } } }).connection?.stream?.destroy();
  }

  async close(): Promise<void> {
    const client = this.#client;
    this.#client = undefined;
    client?.removeAllListeners('end');
    await client?.end().catch(() => undefined);
  }
}
