/**
 * The life of a component's process: told what it is, tested, connected, at work, stopped. It answers on its management
 * socket throughout, says every few seconds how it is, and ends when the supervisor does.
 */
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { AuditEvent, AuditPort } from '../audit/port.ts';
import { newCorrelation } from '../base/ids.ts';
import type { Pool } from '../store/database.ts';
import { currentEpoch } from '../store/epoch.ts';
import { runSelfTest, type SelfTestResult } from '../trust/self-test.ts';
import {
  componentLog,
  type Ground,
  type GroundStore,
  openAudit,
  openComponentPool,
  openKeys,
  type Work,
  type WorkBuilder,
  waitForEpoch,
} from './ground.ts';
import { openManagement } from './management.ts';
import type { FromComponent, Health, StartMessage, WorkState } from './messages.ts';
import { type Metric, ProcessFigures } from './metrics.ts';

/** The answer that a drill adds: it shows that a failing self-test has its effect. */
const drillAnswer: SelfTestResult = { name: 'drill', source: 'asked for by the operator', passed: false };

export class ComponentProcess {
  readonly #start: StartMessage;
  readonly #log: Logger;
  readonly #builder: WorkBuilder;
  readonly #send: (message: FromComponent) => void;
  readonly #figures = new ProcessFigures();
  readonly #ending = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  #state: WorkState = 'starting';
  #since = new Date();
  #waitsFor: string | undefined;
  #awaySince: Date | undefined;
  #selfTest: { at: string; passed: boolean } | undefined;
  #management: FastifyInstance | undefined;
  #pool: Pool | undefined;
  #ground: Ground | undefined;
  #work: Work | undefined;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(start: StartMessage, builder: WorkBuilder, send: (message: FromComponent) => void) {
    this.#start = start;
    this.#builder = builder;
    this.#send = send;
    this.#log = componentLog(start.component, start.logLevel);
  }

  get log(): Logger {
    return this.#log;
  }

  /** Resolves when the component works, is in its safe state, or was told to stop meanwhile. */
  async run(): Promise<void> {
    this.#every('process.healthSeconds', 1, () => this.#beat());
    this.#beat();
    this.#management = await openManagement({
      socket: this.#start.managementSocket,
      audit: () => this.#audit,
      health: () => ({ healthy: this.#state === 'running', ...this.#health() }),
      metrics: () => this.#metrics(),
      routes: (app) => {
        app.post<{ Body: { drill?: boolean } | null }>('/self-test', async (request) => ({
          results: await this.selfTest(request.body?.drill === true),
        }));
        this.#builder.routes?.(
          app,
          () => this.#ground,
          () => this.#work,
        );
      },
    });
    const results = runSelfTest();
    await this.#connect();
    if (this.#ending.signal.aborted) return;
    await this.#tell('process.started', 'success', { pid: process.pid });
    await this.#inTurn(() => this.#judge(results));
    this.#every('process.healthSeconds', 1, () => void this.#inTurn(() => this.#checkStore()));
    this.#every('process.selfTestHours', 3600, () => void this.selfTest(false));
    this.#every('audit.heartbeatSeconds', 1, () => void this.#tell('audit.heartbeat', 'success'));
  }

  /** Tests the security functions and enters or leaves the safe state accordingly (2.14.6.3). */
  selfTest(drill: boolean): Promise<readonly SelfTestResult[]> {
    return this.#inTurn(async () => {
      const results = [...runSelfTest(), ...(drill ? [drillAnswer] : [])];
      await this.#judge(results);
      return results;
    });
  }

  /** Ends the work, says so in the audit and lets go of everything. */
  async stop(): Promise<void> {
    this.#ending.abort();
    this.#enter('stopping');
    for (const timer of this.#timers) clearInterval(timer);
    await this.#turn.catch(() => undefined);
    await this.#endWork();
    await this.#tell('process.stopped', 'success');
    await this.#ground?.store?.audit.close();
    await this.#pool?.end();
    await this.#management?.close();
    this.#log.info('stopped');
  }

  get #audit(): AuditPort | undefined {
    return this.#ground?.store?.audit;
  }

  #every(parameter: string, secondsPerUnit: number, work: () => void): void {
    this.#timers.push(setInterval(work, this.#start.parameters[parameter]! * secondsPerUnit * 1000));
  }

  /** One change of state at a time, whoever asks for it. */
  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.catch(() => undefined).then(work);
    this.#turn = next.catch((error) =>
      this.#log.error({ reason: (error as Error).message }, 'a change of state failed'),
    );
    return next;
  }

  #enter(state: WorkState, waitsFor?: string): void {
    if (this.#state === state && this.#waitsFor === waitsFor) return;
    this.#state = state;
    this.#waitsFor = waitsFor;
    this.#since = new Date();
    this.#beat();
  }

  #beat(): void {
    this.#send({ type: 'heartbeat', health: this.#health() });
    this.#figures.reset();
  }

  #health(): Health {
    const waitsFor = this.#waitsFor ?? (this.#state === 'running' ? this.#work?.waitsFor() : undefined);
    return {
      state: this.#state,
      since: this.#since.toISOString(),
      waitsFor,
      memoryOctets: this.#figures.memoryOctets,
      eventLoopDelayMs: this.#figures.eventLoopDelayMs,
      epoch: this.#ground?.store?.epoch.number,
      selfTest: this.#selfTest,
    };
  }

  async #connect(): Promise<void> {
    const keys = openKeys(this.#start);
    let store: GroundStore | undefined;
    if (this.#start.connection !== undefined) {
      this.#pool = openComponentPool(this.#start, this.#log);
      const epoch = await waitForEpoch(
        this.#pool,
        this.#start,
        (why) => this.#onAway(why),
        this.#ending.signal,
      );
      if (epoch === undefined) return;
      this.#onBack();
      const audit = await openAudit(this.#start, keys, this.#log, epoch.number);
      // A store that cannot be written is not yet one to work with; the writer goes on trying by itself.
      await audit
        .start()
        .catch((error: Error) => this.#log.error({ reason: error.message }, 'the audit cannot be written'));
      store = { pool: this.#pool, epoch, audit };
    }
    this.#ground = { start: this.#start, log: this.#log, keys, store };
  }

  async #judge(results: readonly SelfTestResult[]): Promise<void> {
    const failed = results.filter(({ passed }) => !passed).map(({ name }) => name);
    this.#selfTest = { at: new Date().toISOString(), passed: failed.length === 0 };
    const correlation = newCorrelation();
    if (failed.length > 0) {
      const detail = { failed: failed.join(', ') };
      this.#log.error(detail, 'the self-test failed: safe state');
      await this.#endWork();
      const wasSafe = this.#state === 'safe';
      this.#enter('safe');
      await this.#tell('self-test.failed', 'failure', detail, correlation);
      if (!wasSafe) await this.#tell('safe-state.entered', 'success', detail, correlation);
      return;
    }
    await this.#tell('self-test.passed', 'success', { tests: results.length }, correlation);
    if (this.#state === 'safe') await this.#tell('safe-state.left', 'success', {}, correlation);
    if (this.#work === undefined && this.#ground !== undefined && !this.#ending.signal.aborted) {
      this.#work = await this.#builder.begin(this.#ground);
      this.#log.info({ epoch: this.#ground.store?.epoch.number }, 'running');
    }
    this.#enter('running');
  }

  async #endWork(): Promise<void> {
    const work = this.#work;
    this.#work = undefined;
    await work?.stop();
  }

  async #checkStore(): Promise<void> {
    const store = this.#ground?.store;
    if (store === undefined || this.#ending.signal.aborted) return;
    try {
      await currentEpoch(store.pool as never);
      if (store.audit.status.away) this.#onAway('the audit cannot be written');
      else this.#onBack();
    } catch (error) {
      this.#onAway((error as Error).message);
    }
  }

  #onAway(reason: string): void {
    if (this.#awaySince === undefined) {
      this.#awaySince = new Date();
      this.#log.warn({ reason }, 'waiting for the database');
    }
    if (this.#state !== 'safe' && this.#state !== 'stopping') this.#enter('waiting', 'database');
  }

  #onBack(): void {
    if (this.#awaySince === undefined) return;
    const awaySeconds = Math.round((Date.now() - this.#awaySince.getTime()) / 1000);
    this.#awaySince = undefined;
    this.#log.info({ awaySeconds }, 'the database is back');
    void this.#tell('store.available', 'success', { awaySeconds });
    if (this.#state === 'waiting') this.#enter(this.#work === undefined ? 'starting' : 'running');
  }

  /** A record about this component itself. What it says has happened already, so a missing record stops nothing. */
  async #tell(
    type: string,
    outcome: AuditEvent['outcome'],
    detail: NonNullable<AuditEvent['detail']> = {},
    correlation = newCorrelation(),
  ): Promise<void> {
    const actor = { kind: 'component', id: this.#start.component } as const;
    const event: AuditEvent = {
      type,
      phase: 'outcome',
      outcome,
      actor,
      source: 'local',
      correlation,
      detail,
    };
    try {
      // Entering a safe state makes things safer: it is journaled when the store is away.
      if (type.startsWith('safe-state') || type === 'self-test.failed') await this.#audit?.recordSafe(event);
      else await this.#audit?.record(event);
    } catch (error) {
      this.#log.error({ type, reason: (error as Error).message }, 'a record could not be written');
    }
  }

  #metrics(): Metric[] {
    const { component } = this.#start;
    const metrics = [...this.#figures.metrics()];
    const gauge = (name: string, help: string, value: number) =>
      metrics.push({ name, help, type: 'gauge', values: [{ labels: { component }, value }] });
    gauge('wattward_component_running', 'Whether the component works.', this.#state === 'running' ? 1 : 0);
    gauge('wattward_component_safe_state', 'Whether the self-test failed.', this.#state === 'safe' ? 1 : 0);
    const store = this.#ground?.store;
    if (store !== undefined) {
      const { away, queued, journaled, refused } = store.audit.status;
      gauge('wattward_store_epoch', 'Epoch of the store.', store.epoch.number);
      gauge('wattward_audit_away', 'Whether the audit cannot be written.', away ? 1 : 0);
      gauge('wattward_audit_queued_records', 'Records that wait for their commit.', queued);
      gauge('wattward_audit_journaled_records', 'Records in the local journal.', journaled);
      gauge('wattward_audit_refused_records', 'Records refused since the store went away.', refused);
      gauge('wattward_database_connections', 'Open connections of the pool.', store.pool.totalCount);
    }
    return [...metrics, ...(this.#work?.metrics() ?? [])];
  }
}
