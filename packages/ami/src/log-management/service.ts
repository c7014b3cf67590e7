/**
 * Log management (2.16): the one component that reads the audit inboxes. It orders records into the tree within a
 * second, signs checkpoints and has them cosigned, watches fill levels and silence, and answers searches and proofs.
 */
import { type Checkpoint, publicNoteKey } from '../audit/checkpoint.ts';
import { type Configured, parameterValue } from '../audit/limits.ts';
import { formatVerifierKey, type NoteKey, parseVerifierKey } from '../audit/note.ts';
import type { AuditEvent, AuditPort } from '../audit/port.ts';
import type { ProofFile } from '../audit/proof-file.ts';
import { decodeRecord } from '../audit/record.ts';
import { inclusionProof } from '../audit/tiles.ts';
import type { AuditAlert } from '../audit/writer.ts';
import { type Client, connect, openPool, type Pool } from '../store/database.ts';
import type { Connection } from '../store/postgres-server.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { Checkpoints, type CosignResult } from './checkpoints.ts';
import { raiseLog } from './errors.ts';
import { type LevelEvent, Levels, levelLimits } from './levels.ts';
import { type AuditReport, report } from './report.ts';
import { recordAt, type SearchQuery, type SearchResult, search } from './search.ts';
import { type InboxFinding, Sequencer } from './sequencer.ts';
import { tileReader } from './tile-store.ts';
import { type Verification, verifyLog } from './verify.ts';
import { type WitnessAddress, witnessNotes } from './witness-client.ts';

export interface LogManagementOptions {
  /** The login of `log-management`, which was granted every inbox (`grantInboxReading`). */
  readonly connection: Connection;
  /** Whose inboxes are read; its own among them. */
  readonly components: readonly string[];
  readonly keys: KeyPort;
  /** A `sign-log` key; made on the first start. */
  readonly keyName: string;
  /** Keys that the log and the witness signed with before, as verifier keys. */
  readonly formerKeys?: readonly string[];
  /** Names the log in its checkpoints, for example `ami.example/audit`. */
  readonly logName: string;
  readonly epoch: number;
  /** Log management's own writer. */
  readonly audit: AuditPort;
  readonly witness?: { readonly address: WitnessAddress; readonly verifierKey: string } | undefined;
  readonly configured?: Configured;
  /** What the store may grow to, for the fill levels. */
  readonly capacityOctets?: number | undefined;
  readonly acceptedLosses?: readonly string[];
  readonly onAlert?: (alert: AuditAlert) => void;
}

export interface LogStatus {
  readonly origin: string;
  readonly verifierKey: string;
  readonly size: number;
  readonly cosignedSize: number;
  readonly witness: CosignResult['kind'] | 'not-asked';
  readonly reading: boolean;
  readonly silent: readonly string[];
  readonly positions: Readonly<Record<string, { readonly epoch: number; readonly seq: number }>>;
}

// Node's timers, not policy: how often the loops look.
const roundsPerOrdering = 4;
const watchMs = 5_000;
const poolSize = 4;
const keptTiles = 512;

export class LogManagement {
  readonly #options: LogManagementOptions;
  readonly #pool: Pool;
  readonly #levels: Levels;
  readonly #key: NoteKey;
  readonly #witnessKey: NoteKey | undefined;
  readonly #checkpoints: Checkpoints;
  readonly #startedMs = Date.now();
  readonly #timers = new Set<NodeJS.Timeout>();
  #sequencer: Sequencer | undefined;
  #clients: readonly Client[] = [];
  #reading = true;
  #witnessAnswer: LogStatus['witness'] = 'not-asked';
  #lastCosignedMs = Date.now();
  #lateTold = false;
  #inconsistentTold = false;
  #closed = false;
  #running: Promise<unknown> = Promise.resolve();
  /** What this component has to say itself, on its way into its own inbox. */
  #told: Promise<unknown> = Promise.resolve();

  private constructor(options: LogManagementOptions, key: NoteKey) {
    const { connection, configured } = options;
    this.#options = options;
    this.#key = key;
    this.#witnessKey = options.witness && parseVerifierKey(options.witness.verifierKey);
    this.#levels = new Levels(levelLimits(configured));
    this.#pool = openPool(
      connection,
      { size: poolSize, applicationName: 'wattward log-management' },
      () => undefined,
    );
    this.#checkpoints = new Checkpoints({
      pool: this.#pool,
      readTile: tileReader(this.#pool, keptTiles),
      keys: options.keys,
      keyName: options.keyName,
      key,
      logName: options.logName,
      epoch: options.epoch,
      witness: options.witness && {
        address: options.witness.address,
        key: this.#witnessKey!,
        withinMs: this.#seconds('writeSeconds'),
      },
    });
  }

  /** Starts ordering. Errors: `log-management/second-writer`, `log-management/state`, `store/unreachable`, `trust/…`. */
  static async start(options: LogManagementOptions): Promise<LogManagement> {
    const { keys, keyName, logName } = options;
    if (!(await keys.list()).some((key) => key.name === keyName)) await keys.generate(keyName, 'sign-log');
    const log = new LogManagement(options, await publicNoteKey(keys, keyName, logName, 1));
    try {
      await log.#connect();
      await log.#checkpoints.load();
    } catch (error) {
      await log.close();
      throw error;
    }
    log.#every(log.#seconds('orderingSeconds') / roundsPerOrdering, () => log.order());
    log.#every(log.#seconds('cosignSeconds'), () => log.checkpoint());
    log.#every(watchMs, () => log.watch());
    return log;
  }

  #seconds(name: string): number {
    return parameterValue(`audit.${name}`, this.#options.configured) * 1000;
  }

  /** What must be noted outside, by whoever verifies proofs. */
  get verifierKey(): string {
    return formatVerifierKey(this.#key);
  }

  get witnessKey(): string | undefined {
    return this.#options.witness?.verifierKey;
  }

  get status(): LogStatus {
    const { components } = this.#options;
    return {
      origin: this.#checkpoints.origin,
      verifierKey: this.verifierKey,
      size: this.#sequencer?.size ?? 0,
      cosignedSize: this.#checkpoints.cosignedSize,
      witness: this.#witnessAnswer,
      reading: this.#reading,
      silent: this.#levels.silent,
      positions: Object.fromEntries(
        components.map((component) => [
          component,
          { ...(this.#sequencer?.position(component) ?? { epoch: 0, seq: 0 }) },
        ]),
      ),
    };
  }

  async #connect(): Promise<Sequencer> {
    const open = () => connect(this.#options.connection, 'wattward log-management ordering');
    const [client, reader] = [await open(), await open()];
    this.#clients = [client, reader];
    for (const each of this.#clients) each.on('error', () => undefined);
    const sequencer = new Sequencer(client, reader, this.#options.components, (finding) =>
      this.#tellInbox(finding),
    );
    await sequencer.start();
    this.#sequencer = sequencer;
    return sequencer;
  }

  /** One piece of work at a time, again and again; none of them ends the process. */
  #every(ms: number, work: () => Promise<unknown>): void {
    const next = () => {
      if (this.#closed) return;
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        work()
          .catch(() => undefined)
          .finally(next);
      }, ms);
      this.#timers.add(timer);
    };
    next();
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#running.then(work);
    this.#running = done.catch(() => undefined);
    return done;
  }

  /** Brings in everything that waits now; returns how many records. Called by itself, and by tests and benchmarks. */
  async order(): Promise<number> {
    await this.#told;
    let total = 0;
    // A turn for each batch: however much comes in, checkpoints are made in between.
    for (let got = await this.#orderOnce(); got > 0; got = this.#closed ? 0 : await this.#orderOnce())
      total += got;
    return total;
  }

  #orderOnce(): Promise<number> {
    return this.#inTurn(async () => {
      try {
        const sequencer = this.#sequencer ?? (await this.#connect());
        const got = await sequencer.run();
        if (got > 0) this.#heard(sequencer);
        if (!this.#reading) {
          this.#reading = true;
          this.#tell({ type: 'audit.write.recovered', object: 'log-management', detail: {} }, 'success');
        }
        return got;
      } catch (error) {
        this.#disconnect();
        if (this.#reading && !this.#closed) {
          this.#reading = false;
          const reason = (error as Error).message.slice(0, 200);
          this.#tell({ type: 'audit.read.failed', object: 'log-management', detail: { reason } }, 'failure');
        }
        throw error;
      }
    });
  }

  #disconnect(): void {
    this.#sequencer = undefined;
    for (const client of this.#clients) client.end().catch(() => undefined);
    this.#clients = [];
  }

  readonly #lastSeqs = new Map<string, string>();

  #heard(sequencer: Sequencer): void {
    for (const component of this.#options.components) {
      const { epoch, seq } = sequencer.position(component);
      const mark = `${epoch}/${seq}`;
      if (this.#lastSeqs.get(component) === mark) continue;
      this.#lastSeqs.set(component, mark);
      const event = this.#levels.heard(component, Date.now());
      if (event !== undefined) this.#tell(event, 'success');
    }
  }

  /** Signs a checkpoint of the tree as it is and asks the witness; called by itself every `audit.cosignSeconds`. */
  async checkpoint(): Promise<CosignResult> {
    const { size, root } = await this.#inTurn(async () => {
      const sequencer = this.#sequencer;
      if (sequencer === undefined || sequencer.size === 0) return { size: 0, root: undefined };
      return { size: sequencer.size, root: sequencer.root() };
    });
    if (root === undefined) return { kind: 'nothing-new', size: 0 };
    const result = await this.#checkpoints.run(size, root);
    if (result.kind !== 'nothing-new') this.#witnessAnswer = result.kind;
    this.#tellCosigning(result);
    return result;
  }

  #tellCosigning(result: CosignResult): void {
    const object = this.#checkpoints.origin;
    if (result.kind === 'cosigned' || result.kind === 'nothing-new' || result.kind === 'signed') {
      this.#lastCosignedMs = Date.now();
      this.#lateTold = false;
      this.#inconsistentTold = false;
      return;
    }
    const { size } = result;
    const { reason } = result as { reason: string };
    if (result.kind === 'inconsistent' && !this.#inconsistentTold) {
      this.#inconsistentTold = true;
      const detail = { size, knownSize: result.knownSize, reason };
      this.#tell({ type: 'audit.checkpoint.inconsistent', object, detail }, 'refused');
    }
    const lateMs = Date.now() - this.#lastCosignedMs;
    if (!this.#lateTold && lateMs >= this.#seconds('cosignLateSeconds')) {
      this.#lateTold = true;
      const detail = { size, reason, lateSeconds: Math.floor(lateMs / 1000) };
      this.#tell({ type: 'audit.checkpoint.late', object, detail }, 'failure');
    }
  }

  /** Fill levels and silence; called by itself every few seconds. */
  async watch(): Promise<void> {
    const { components, capacityOctets, configured } = this.#options;
    const events: (LevelEvent | undefined)[] = this.#levels.silences(components, Date.now(), this.#startedMs);
    if (capacityOctets !== undefined)
      events.push(this.#levels.fill('store', await this.usedOctets(), capacityOctets));
    const limits = levelLimits(configured);
    for (const [component, waiting] of await this.#backlog())
      events.push(this.#levels.fill(`inbox of ${component}`, waiting, limits.inboxRecords));
    for (const event of events) if (event !== undefined) this.#tell(event, 'pending');
  }

  /** What the log takes on the disk. */
  async usedOctets(): Promise<number> {
    const { rows } = await this.#pool.query<{ used: number }>(
      `SELECT coalesce(sum(pg_total_relation_size(oid)), 0)::bigint AS used FROM pg_class
        WHERE relnamespace = 'log_management'::regnamespace AND relkind = 'r'`,
    );
    return rows[0]!.used;
  }

  async #backlog(): Promise<[string, number][]> {
    const backlog: [string, number][] = [];
    for (const component of this.#options.components) {
      const { epoch, seq } = this.#sequencer?.position(component) ?? { epoch: 0, seq: 0 };
      const { rows } = await this.#pool.query<{ waiting: number }>(
        `SELECT coalesce(max(seq), 0) - $2::bigint AS waiting FROM ${component.replaceAll('-', '_')}.audit_inbox WHERE epoch = $1`,
        [epoch === 0 ? this.#options.epoch : epoch, seq],
      );
      backlog.push([component, Math.max(0, rows[0]!.waiting)]);
    }
    return backlog;
  }

  #tellInbox({ type, component, epoch, fromSeq, toSeq }: InboxFinding): void {
    // Verification looks for these names to tell a gap that was noted from one that was made later.
    this.#tell({ type, object: component, detail: { component, epoch, fromSeq, toSeq } }, 'failure');
  }

  #tell(
    { type, object, detail }: { type: string; object: string; detail: AuditAlert['detail'] },
    outcome: AuditEvent['outcome'],
  ): void {
    this.#options.onAlert?.({ type, detail: { ...detail, object } });
    const actor = { kind: 'component', id: 'log-management' } as const;
    const written = this.#options.audit
      .record({ type, phase: 'outcome', outcome, actor, object, source: 'local', detail })
      .catch(() => undefined);
    this.#told = Promise.all([this.#told, written]);
  }

  /** Errors: `log-management/query`. */
  search(query: SearchQuery): Promise<SearchResult> {
    return search(this.#pool, query);
  }

  /** Errors: `log-management/query`. */
  report(since?: string, until?: string): Promise<AuditReport> {
    return report(this.#pool, since, until);
  }

  /** A record with everything that proves it. Errors: `log-management/no-record`, `log-management/no-checkpoint`. */
  async proof(index: number): Promise<ProofFile> {
    const octets = await recordAt(this.#pool, index);
    const covering = await this.#checkpoints.covering(index);
    if (covering === undefined) throw raiseLog('no-checkpoint');
    const path = await inclusionProof(tileReader(this.#pool), index, covering.size);
    return {
      format: 'wattward-audit-proof/1',
      index,
      octets: octets.toString('base64'),
      record: decodeRecord(octets),
      path: path.map((each) => each.toString('base64')),
      checkpoint: covering.note,
    };
  }

  /** Re-reads and re-hashes everything; writes `audit.verification.passed` or `.failed`. */
  async verify(onProgress?: (records: number, of: number) => void): Promise<Verification> {
    const { connection, logName, formerKeys = [], acceptedLosses = [], witness } = this.#options;
    const former = formerKeys.map(parseVerifierKey);
    const result = await verifyLog({
      open: () => connect(connection, 'wattward audit verify'),
      logName,
      logKeys: [this.#key, ...former.filter(({ algorithm }) => algorithm === 1)],
      witnessKeys:
        this.#witnessKey === undefined
          ? []
          : [this.#witnessKey, ...former.filter(({ algorithm }) => algorithm === 4)],
      witnessNotes:
        witness &&
        (await witnessNotes(witness.address, this.#seconds('writeSeconds')).catch(
          () => 'unreachable' as const,
        )),
      acceptedLosses,
      ...(onProgress ? { onProgress } : {}),
    });
    const detail = {
      size: result.size,
      rootHash: result.root,
      findings: result.findings.length + result.moreFindings,
    };
    const type = result.ok ? 'audit.verification.passed' : 'audit.verification.failed';
    this.#tell({ type, object: this.#checkpoints.origin, detail }, result.ok ? 'success' : 'failure');
    return result;
  }

  /** The newest checkpoint, or undefined in a log that has none. */
  async latestCheckpoint(): Promise<(Checkpoint & { readonly cosigned: boolean }) | undefined> {
    const { rows } = await this.#pool.query<Checkpoint & { cosigned: boolean }>(
      'SELECT origin, size, root, cosignature IS NOT NULL AS cosigned FROM checkpoint ORDER BY id DESC LIMIT 1',
    );
    return rows[0];
  }

  /** Orders and signs what there is, then disconnects. */
  async close(): Promise<void> {
    if (this.#sequencer !== undefined) {
      await this.order().catch(() => undefined);
      await this.checkpoint().catch(() => undefined);
    }
    this.#closed = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await this.#running;
    await Promise.allSettled(this.#clients.map((client) => client.end()));
    await this.#pool.end().catch(() => undefined);
  }
}
