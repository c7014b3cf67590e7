/**
 * Keeps the store there: its own PostgreSQL, started, adopted, restarted when it ends and stopped last; or an external
 * one, which is only used. Makes the schemas ready and hands out each component's connection.
 */
import {
  closeSync,
  constants,
  existsSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { grantInboxReading, logManagement } from '../audit/inbox.ts';
import { type BackOff, backOffMs, pause } from '../base/back-off.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { connect, connectionFromUrl } from '../store/database.ts';
import type { Epoch } from '../store/epoch.ts';
import { type Connection, type PostgresServer, startPostgres } from '../store/postgres-server.ts';
import { databaseName } from '../store/schemas.ts';
import { type ComponentSchema, openStore, readyStore } from '../store/store.ts';

/** A database, and the login that administers it. */
export interface StorePlace {
  readonly administrator: Connection;
  readonly database: string;
}

export interface StoreStatus {
  readonly kind: 'embedded' | 'external';
  readonly state: 'running' | 'restarting' | 'stopped' | 'external';
  readonly since: string;
  readonly pid: number | null;
  readonly binaries: string | null;
  readonly forEvaluationOnly: boolean;
  readonly restarts: number;
  readonly epoch: number | null;
}

export interface KeeperOptions {
  readonly state: string;
  readonly configuration: Configuration;
  readonly backOff: BackOff;
  readonly onEvent: (what: 'adopted' | 'started' | 'ended' | 'back' | 'failed', detail: string) => void;
}

export class StoreKeeper {
  readonly #options: KeeperOptions;
  #server: PostgresServer | undefined;
  #external: Connection | undefined;
  #epoch: Epoch | undefined;
  #since = new Date();
  #restarts = 0;
  #state: StoreStatus['state'] = 'stopped';
  readonly #stopping = new AbortController();

  constructor(options: KeeperOptions) {
    this.#options = options;
  }

  /** Starts or finds the server. Errors: `store/…`, `configuration/secret`. */
  async start(): Promise<void> {
    const url = this.#options.configuration.secret('store.databaseUrl');
    if (url !== undefined) {
      this.#external = connectionFromUrl(url);
      this.#state = 'external';
      // Tried at once, so that a wrong address stops the start instead of leaving everybody waiting.
      await (await connect(this.#external, 'wattward supervisor')).end();
      return;
    }
    await this.#startServer();
    this.#options.onEvent(
      this.#server!.adopted ? 'adopted' : 'started',
      `PostgreSQL, process ${this.#server!.pid}`,
    );
  }

  async #startServer(): Promise<void> {
    const { state, configuration } = this.#options;
    const server = await startPostgres({ state, binaries: configuration.text('store.binaries') });
    this.#server = server;
    this.#state = 'running';
    this.#since = new Date();
    void server.ended.then(() => this.#bringBack(server));
  }

  /** A server that ended by itself is started again for as long as it takes. */
  async #bringBack(ended: PostgresServer): Promise<void> {
    if (this.#stopping.signal.aborted || this.#server !== ended) return;
    this.#state = 'restarting';
    this.#since = new Date();
    this.#options.onEvent('ended', 'PostgreSQL ended; it is started again');
    for (let attempt = 0; !this.#stopping.signal.aborted; attempt++) {
      await pause(
        backOffMs(attempt, { ...this.#options.backOff, firstMs: this.#options.backOff.firstMs / 4 }),
        this.#stopping.signal,
      );
      if (this.#stopping.signal.aborted) return;
      this.#restarts++;
      try {
        await this.#startServer();
        this.#options.onEvent('back', `PostgreSQL, process ${this.#server!.pid}`);
        return;
      } catch (error) {
        this.#options.onEvent('failed', (error as Error).message);
      }
    }
  }

  /** Where the schemas are, and who may make them. Only after `start`. */
  get place(): StorePlace {
    if (this.#external) return { administrator: this.#external, database: this.#external.database };
    if (this.#server === undefined) throw new Error('the store is not started');
    // An administrator connects to the database that is always there; the one of the schemas is made by it.
    return { administrator: this.#server.administrator, database: databaseName };
  }

  /** Makes every schema ready, lets log management read the inboxes, and gives each component's connection. */
  async ready(schemas: readonly ComponentSchema[]): Promise<ReadonlyMap<string, Connection>> {
    const { administrator, database } = this.place;
    const ready = await readyStore(administrator, schemas, database);
    this.#epoch = ready.epoch;
    if (ready.connections.has(logManagement)) {
      const client = await openStore(administrator, database);
      try {
        for (const { component } of schemas) await grantInboxReading(client, component);
      } finally {
        await client.end();
      }
    }
    return ready.connections;
  }

  status(): StoreStatus {
    return {
      kind: this.#external ? 'external' : 'embedded',
      state: this.#state,
      since: this.#since.toISOString(),
      pid: this.#state === 'running' ? (this.#server?.pid ?? null) : null,
      binaries: this.#server?.binary.folder ?? null,
      forEvaluationOnly: this.#server?.binary.source === 'npm',
      restarts: this.#restarts,
      epoch: this.#epoch?.number ?? null,
    };
  }

  /**
   * Rotates PostgreSQL's own log, which the server keeps open, by copying it to `folder` and emptying it. Its folder
   * belongs to the server's user, so no link there is followed.
   */
  rotateLog(folder: string, limitOctets: number): void {
    const { O_RDWR, O_NOFOLLOW } = constants;
    const log = join(this.#options.state, 'postgres', 'postgres.log');
    if (!existsSync(log)) return;
    const file = openSync(log, O_RDWR | O_NOFOLLOW);
    try {
      const found = fstatSync(file);
      if (!found.isFile() || found.nlink !== 1 || found.size <= limitOctets) return;
      const copy = openSync(join(folder, 'postgres.log.1'), 'w', 0o640);
      try {
        const part = Buffer.alloc(1024 * 1024);
        for (let got = readSync(file, part); got > 0; got = readSync(file, part))
          writeSync(copy, part, 0, got);
      } finally {
        closeSync(copy);
      }
      ftruncateSync(file);
    } finally {
      closeSync(file);
    }
  }

  /** Stops our own server; an external one is left alone. */
  async stop(withinMs: number): Promise<void> {
    this.#stopping.abort();
    this.#state = 'stopped';
    await this.#server?.stop(withinMs);
  }

  /** For a forced end: at once, without losing anything that was committed. */
  kill(): void {
    this.#stopping.abort();
    if (this.#server) {
      try {
        process.kill(this.#server.pid, 'SIGQUIT');
      } catch {
        // It is gone already.
      }
    }
  }
}
