/**
 * The supervisor: takes the state directory, brings up the store, gives each component its process, watches over all of
 * them and takes them down in order, PostgreSQL last. It does no component's work.
 */

import { statfsSync } from 'node:fs';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { detectTimeSource } from '../audit/clock.ts';
import { logManagement } from '../audit/inbox.ts';
import { writerLimits } from '../audit/limits.ts';
import type { AuditEvent } from '../audit/port.ts';
import { AuditWriter } from '../audit/writer.ts';
import { pause } from '../base/back-off.ts';
import { newCorrelation } from '../base/ids.ts';
import { type PidLock, takePidLock } from '../base/pid-lock.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { raiseStore } from '../store/errors.ts';
import type { Connection } from '../store/postgres-server.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import { alertLevel } from './alert-level.ts';
import { type AuditStarts, auditStarts } from './audit-keys.ts';
import {
  type ComponentSpecification,
  catalogue,
  inboxOnly,
  supervisorId,
  trustId,
  witnessId,
} from './catalogue.ts';
import { type Code, codeFor } from './code.ts';
import { raiseProcesses } from './errors.ts';
import { FillWatch } from './fill.ts';
import { LineSplitter, LogFiles } from './log-files.ts';
import { type LogLevel, type LogRecord, readLogLine } from './log-lines.ts';
import { openManagement } from './management.ts';
import { ProcessFigures } from './metrics.ts';
import {
  asStateError,
  prepareComponent,
  prepareSharedFolder,
  prepareState,
  type StateLayout,
  type User,
} from './state.ts';
import { StoreKeeper } from './store-keeper.ts';
import { Supervised, type SupervisedEvent } from './supervised.ts';
import {
  type SupervisorView,
  type SystemStatus,
  supervisorMetrics,
  supervisorRoutes,
} from './supervisor-view.ts';
import { componentUsers } from './users.ts';

export interface SupervisorOptions {
  readonly layout: StateLayout;
  readonly configuration: Configuration;
  /** Every line of every log, for the terminal. */
  readonly onLog: (record: LogRecord) => void;
  /** Somebody asked over the management socket to stop. */
  readonly onStopAsked: () => void;
}

export class Supervisor implements SupervisorView {
  readonly layout: StateLayout;
  readonly configuration: Configuration;
  readonly keeper: StoreKeeper;
  readonly figures = new ProcessFigures();
  readonly fill: FillWatch;
  readonly logs: LogFiles;
  readonly startedAt = new Date();
  readonly #options: SupervisorOptions;
  readonly #specifications: readonly ComponentSpecification[];
  readonly #isolated = process.getuid?.() === 0;
  readonly #supervised: Supervised[] = [];
  readonly #ending = new AbortController();
  #lock: PidLock | undefined;
  #audit: AuditWriter | undefined;
  #keys: FileKeys | undefined;
  #management: FastifyInstance | undefined;
  #watch: NodeJS.Timeout | undefined;
  #stopped: Promise<void> | undefined;

  constructor(options: SupervisorOptions) {
    const { configuration, layout } = options;
    this.#options = options;
    this.layout = layout;
    this.configuration = configuration;
    const isElsewhere = configuration.text('witness.url') !== undefined;
    this.#specifications = catalogue.filter(({ id }) => !(isElsewhere && id === witnessId));
    this.logs = new LogFiles(layout.log, {
      fileOctets: configuration.number('process.logFileOctets'),
      files: configuration.number('process.logFiles'),
    });
    this.fill = new FillWatch(layout.root, {
      warningPercent: configuration.number('store.fillWarningPercent'),
      alarmPercent: configuration.number('store.fillAlarmPercent'),
    });
    this.keeper = new StoreKeeper({
      state: layout.root,
      configuration,
      backOff: this.#backOff,
      onEvent: (what, detail) => {
        this.say(what === 'ended' || what === 'failed' ? 'error' : 'info', detail);
        if (what === 'back')
          void this.tell('store.available', 'success', undefined, { what: 'PostgreSQL started again' });
      },
    });
  }

  get supervised(): readonly Supervised[] {
    return this.#supervised;
  }

  get audit(): AuditWriter | undefined {
    return this.#audit;
  }

  /** The supervisor's keys: the one that backups are sealed under. */
  get keys(): FileKeys {
    return this.#keys!;
  }

  get isolated(): boolean {
    return this.#isolated;
  }

  get #backOff() {
    return {
      firstMs: this.configuration.number('process.restartFirstSeconds') * 1000,
      maximumMs: this.configuration.number('process.restartMaximumSeconds') * 1000,
    };
  }

  /**
   * Brings everything up and resolves when every process is started, which is before all of them run.
   * Errors: `store/…`, `processes/…`, `configuration/secret`; what was started until then is stopped again.
   */
  async start(): Promise<void> {
    try {
      prepareState(
        this.layout,
        this.#specifications.map(({ id }) => id),
        this.#isolated,
      );
      const lock = takePidLock(this.layout.lock);
      if ('heldBy' in lock) {
        throw raiseStore('running', `process ${lock.heldBy} runs a wattward on ${this.layout.root} already`);
      }
      this.#lock = lock;
      await this.#bringUp();
    } catch (error) {
      if (this.#lock !== undefined) await this.stop();
      throw asStateError(error, this.layout.root);
    }
  }

  async #bringUp(): Promise<void> {
    // Users are numbered over the whole catalogue, so that they stay the same whatever is configured.
    const ids = catalogue.map(({ id }) => id);
    const users = this.#isolated
      ? componentUsers(ids, this.configuration.number('process.firstUserId'))
      : undefined;
    const code = codeFor(this.layout.code, this.#isolated);
    this.#keys = this.#keysOf(supervisorId);
    await this.keeper.start();
    const schemas = this.#specifications.flatMap(({ id, migrations }) =>
      migrations === undefined ? [] : [{ component: id, migrations }],
    );
    const all = [{ component: supervisorId, migrations: inboxOnly }, ...schemas];
    const connections = await this.keeper.ready(all);
    await this.#openAudit(connections.get(supervisorId)!);
    this.#management = await openManagement({
      socket: this.layout.supervisorSocket,
      audit: () => this.#audit,
      health: () => ({ healthy: this.status().healthy }),
      metrics: () => supervisorMetrics(this),
      routes: (app) => supervisorRoutes(app, this),
    });
    const starts = await auditStarts({
      configuration: this.configuration,
      keysOf: (id) => this.#keysOf(id),
      witnessSocket: join(this.layout.witnessFolder, 'witness.sock'),
      components: all.map(({ component }) => component),
      capacityOctets: this.#auditCapacity(),
    });
    prepareSharedFolder(this.layout.witnessFolder, users?.get(witnessId), users?.get(logManagement));
    for (const specification of [...this.#specifications].sort((a, b) => Number(b.first) - Number(a.first))) {
      const { id } = specification;
      this.#supervised.push(this.#prepare(specification, users?.get(id), code, connections.get(id), starts));
    }
    if (!this.#isolated) await this.tell('process.isolation.missing', 'failure', undefined, {});
    for (const one of this.#supervised) one.start();
    this.#watch = setInterval(
      () => this.#lookAround(),
      this.configuration.number('process.healthSeconds') * 1000,
    );
    this.#lookAround();
  }

  #keysOf(component: string): FileKeys {
    return new FileKeys(this.layout.folders(component).keys, masterKeyFile(this.#masterKeyPath(component)));
  }

  /** What is configured, else the volume of a store of our own; an external store's size is not known here. */
  #auditCapacity(): number | undefined {
    const configured = this.configuration.settings.get('audit.capacityOctets')?.value;
    if (configured !== undefined) return Number(configured);
    if (this.keeper.status().kind === 'external') return undefined;
    const { blocks, bsize } = statfsSync(this.layout.root);
    return blocks * bsize;
  }

  /** Devices can enrol where the names are known under which they reach this host. */
  #enrolmentAddress(): { host: string; port: number; names: readonly string[] } | undefined {
    const names = this.configuration.text('trust.estNames')?.split(/\s+/).filter(Boolean) ?? [];
    if (names.length === 0) return undefined;
    const host = this.configuration.text('trust.estHost')!;
    return { host, port: this.configuration.number('trust.estPort'), names };
  }

  #masterKeyPath(component: string): string {
    return join(this.layout.secrets, `master-${component}`);
  }

  async #openAudit(connection: Connection): Promise<void> {
    const parameters = this.configuration.parameters();
    const epoch = this.keeper.status().epoch!;
    const name = 'audit-journal';
    if (!(await this.keys.list()).some((key) => key.name === name)) await this.keys.generate(name, 'derive');
    this.#audit = new AuditWriter({
      component: supervisorId,
      connection,
      epoch,
      journalFolder: join(this.layout.folders(supervisorId).own, 'journal'),
      journalKey: await this.keys.derive(name, 'audit journal chain'),
      timeSource: detectTimeSource(),
      limits: writerLimits(parameters),
      onAlert: ({ type, detail }) => this.say(alertLevel(type), 'audit alert', { type, ...detail }),
    });
    await this.#audit.start().catch((error: Error) => this.say('error', error.message));
    await this.tell('process.started', 'success', supervisorId, { pid: process.pid });
  }

  #prepare(
    specification: ComponentSpecification,
    user: User | undefined,
    code: Code,
    connection: Connection | undefined,
    starts: AuditStarts,
  ): Supervised {
    const { id } = specification;
    prepareComponent(this.layout, id, user);
    const healthMs = this.configuration.number('process.healthSeconds') * 1000;
    return new Supervised({
      specification,
      code,
      user,
      backOff: this.#backOff,
      // A hung process is noticed within two health checks, and a check of its own for the jitter of a busy machine.
      silenceMs: 3 * healthMs,
      restartsPerHour: this.configuration.number('process.restartsPerHour'),
      start: {
        type: 'start',
        component: id,
        folders: this.layout.folders(id),
        managementSocket: this.layout.managementSocket(id),
        connection,
        masterKey: masterKeyFile(this.#masterKeyPath(id)).export().toString('hex'),
        parameters: this.configuration.parameters(),
        logLevel: this.configuration.text('log.level')!,
        timeSource: detectTimeSource(),
        logManagement: id === logManagement ? starts.logManagement : undefined,
        witness: id === witnessId ? starts.witness : undefined,
        trust: id === trustId ? { est: this.#enrolmentAddress() } : undefined,
      },
      onLine: this.#lineReader(id),
      onEvent: (event) => this.#onComponent(id, event),
    });
  }

  #lineReader(component: string): (octets: Buffer, from: 'stdout' | 'stderr') => void {
    const splitter = (level: LogLevel) =>
      new LineSplitter((line) => this.#keepLog(readLogLine(line, component, level, new Date())));
    const splitters = { stdout: splitter('info'), stderr: splitter('error') };
    return (octets, from) => splitters[from].push(octets);
  }

  #keepLog(record: LogRecord): void {
    this.logs.write(record.component, JSON.stringify(record));
    this.#options.onLog(record);
  }

  /** A line of the supervisor's own log. */
  say(level: LogLevel, msg: string, more: Readonly<Record<string, unknown>> = {}): void {
    this.#keepLog({ time: new Date().toISOString(), level, component: supervisorId, msg, ...more });
  }

  /** A record about what happened; it has happened, so a missing record stops nothing. */
  async tell(
    type: string,
    outcome: AuditEvent['outcome'],
    object: string | undefined,
    detail: NonNullable<AuditEvent['detail']>,
  ): Promise<void> {
    const actor = { kind: 'component', id: supervisorId } as const;
    const rest = { correlation: newCorrelation(), source: 'local', ...(object ? { object } : {}) };
    try {
      await this.#audit?.record({ type, phase: 'outcome', outcome, actor, detail, ...rest });
    } catch (error) {
      this.say('error', 'a record could not be written', { type, reason: (error as Error).message });
    }
  }

  #onComponent(id: string, event: SupervisedEvent): void {
    switch (event.what) {
      case 'started':
        this.say('debug', `${id} started`, { pid: event.pid });
        return;
      case 'ended':
        this.say('error', `${id} ended`, { how: event.how, restartInMs: event.restartInMs });
        void this.tell('process.crashed', 'failure', id, { how: event.how, restartInMs: event.restartInMs });
        return;
      case 'silent':
        this.say('error', `${id} gives no sign of life and is ended`, { forMs: event.forMs });
        void this.tell('process.unhealthy', 'failure', id, { silentMs: event.forMs });
        return;
      case 'often':
        this.say('error', `${id} restarts too often: a person should look at it`, {
          restarts: event.restarts,
        });
        void this.tell('process.restarting-often', 'failure', id, { restartsInAnHour: event.restarts });
    }
  }

  #lookAround(): void {
    try {
      const level = this.fill.look();
      if (level !== undefined) {
        this.say(
          level === 'normal' ? 'info' : 'error',
          `the state directory is ${this.fill.percent} % full`,
          { fill: level },
        );
        if (level !== 'normal')
          void this.tell(`store.fill.${level}`, 'success', undefined, { percent: this.fill.percent });
      }
      this.keeper.rotateLog(this.layout.log, this.configuration.number('process.logFileOctets'));
    } catch (error) {
      this.say('warn', 'the state directory cannot be looked at', { reason: (error as Error).message });
    }
  }

  status(): SystemStatus {
    const components = this.#supervised.map((one) => one.status());
    const store = this.keeper.status();
    const storeUp = store.state === 'running' || store.state === 'external';
    return {
      state: this.layout.root,
      healthy: storeUp && components.length > 0 && components.every(({ state }) => state === 'running'),
      supervisor: {
        pid: process.pid,
        since: this.startedAt.toISOString(),
        memoryOctets: this.figures.memoryOctets,
        isolation: this.#isolated ? 'a user for each component' : 'one user for all components',
        auditAway: this.#audit?.status.away ?? true,
      },
      store,
      volumePercent: this.fill.percent,
      components,
    };
  }

  /** Resolves when every component runs, or gives those that do not after the time. */
  async settled(withinMs: number): Promise<readonly string[]> {
    const until = performance.now() + withinMs;
    const pollMs = 50;
    while (performance.now() < until && !this.#ending.signal.aborted) {
      if (this.#supervised.every((one) => one.isRunning)) return [];
      await pause(pollMs, this.#ending.signal);
    }
    return this.#supervised.filter((one) => !one.isRunning).map((one) => one.id);
  }

  askToStop(): void {
    this.#options.onStopAsked();
  }

  /** Stops the components, then the listener, then PostgreSQL, all within `process.stopSeconds`. */
  stop(): Promise<void> {
    this.#stopped ??= this.#takeDown();
    return this.#stopped;
  }

  async #takeDown(): Promise<void> {
    this.#ending.abort();
    clearInterval(this.#watch);
    const wholeMs = this.configuration.number('process.stopSeconds') * 1000;
    // Those who do the work first, so that their last records can still be ordered; half of the time for components.
    await Promise.all(this.#supervised.filter((one) => !one.isFirst).map((one) => one.stop(wholeMs * 0.4)));
    await this.tell('process.stopped', 'success', supervisorId, {});
    await this.#audit?.close().catch(() => undefined);
    await Promise.all(this.#supervised.filter((one) => one.isFirst).map((one) => one.stop(wholeMs * 0.2)));
    await this.#management?.close();
    await this.keeper.stop(wholeMs * 0.3);
    this.say('info', 'stopped');
    this.logs.close();
    this.#lock?.release();
  }

  /** The second Ctrl-C: everything ends now; nothing that was acknowledged is lost. */
  kill(): void {
    for (const one of this.#supervised) one.kill();
    this.keeper.kill();
    this.#lock?.release();
  }

  /** A component by its id. Errors: `processes/no-component`. */
  component(id: string): Supervised {
    const found = this.#supervised.find((one) => one.id === id);
    if (found === undefined) throw raiseProcesses('no-component', `there is no component process ${id}`);
    return found;
  }
}
