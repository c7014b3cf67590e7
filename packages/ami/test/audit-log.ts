/** A whole audit for tests: inboxes, writers, log management and a witness on a real server. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { auditInboxMigration, grantInboxReading } from '../src/audit/inbox.ts';
import { type WriterLimits, writerLimits } from '../src/audit/limits.ts';
import { type AuditAlert, AuditWriter } from '../src/audit/writer.ts';
import { logManagementMigrations } from '../src/log-management/migrations.ts';
import { LogManagement, type LogManagementOptions } from '../src/log-management/service.ts';
import type { Client } from '../src/store/database.ts';
import type { Connection } from '../src/store/postgres-server.ts';
import { openStore, readyStore } from '../src/store/store.ts';
import { FileKeys, masterKeyFile } from '../src/trust/file-keys.ts';
import { startWitness, type Witness, type WitnessOptions } from '../src/witness/witness.ts';
import type { TestServer } from './postgres.ts';

export const logName = 'ami.test/audit';
export const components = ['head-end', 'mdms', 'log-management'] as const;
export const inboxOnly = [auditInboxMigration(1)];

export const schemas = components.map((component) => ({
  component,
  migrations: component === 'log-management' ? logManagementMigrations : inboxOnly,
}));

export interface AuditLogOptions {
  readonly database: string;
  readonly limits?: Partial<WriterLimits>;
  readonly witnessed?: boolean;
  readonly log?: Partial<LogManagementOptions>;
}

/** A store whose loops hardly run by themselves: tests call `order` and `checkpoint` when they want them. */
const slowLoops = { 'audit.orderingSeconds': 3600, 'audit.cosignSeconds': 3600 };

export class AuditLog implements AsyncDisposable {
  readonly server: TestServer;
  readonly options: AuditLogOptions;
  readonly folder: string;
  readonly keys: FileKeys;
  readonly alerts: AuditAlert[] = [];
  readonly refusals: string[] = [];
  readonly writers = new Map<string, AuditWriter>();
  connections: ReadonlyMap<string, Connection> = new Map();
  epoch = 1;
  /** Superuser of the database. */
  administrator!: Client;
  witness: Witness | undefined;
  log!: LogManagement;

  private constructor(server: TestServer, options: AuditLogOptions) {
    this.server = server;
    this.options = options;
    this.folder = join(server.state, options.database);
    mkdirSync(this.folder, { recursive: true });
    this.keys = new FileKeys(join(this.folder, 'keys'), masterKeyFile(join(this.folder, 'master')));
  }

  static async start(server: TestServer, options: AuditLogOptions): Promise<AuditLog> {
    const audit = new AuditLog(server, options);
    audit.administrator = await openStore(server.server.administrator, options.database);
    audit.administrator.on('error', () => undefined);
    if (options.witnessed !== false) await audit.startWitness();
    await audit.startStore();
    return audit;
  }

  async startStore(): Promise<void> {
    const { administrator } = this.server.server;
    const ready = await readyStore(administrator, schemas, this.options.database);
    this.connections = ready.connections;
    this.epoch = ready.epoch.number;
    for (const component of components) await grantInboxReading(this.administrator, component);
    for (const component of components) this.writers.set(component, this.newWriter(component));
    await this.startLog();
  }

  newWriter(
    component: string,
    more: Partial<ConstructorParameters<typeof AuditWriter>[0]> = {},
  ): AuditWriter {
    return new AuditWriter({
      component,
      connection: this.connections.get(component)!,
      epoch: this.epoch,
      journalFolder: join(this.folder, 'journal', component),
      timeSource: 'system:test',
      limits: { ...writerLimits(), ...this.options.limits },
      onAlert: (alert) => this.alerts.push(alert),
      ...more,
    });
  }

  writer(component: string = 'head-end'): AuditWriter {
    return this.writers.get(component)!;
  }

  async startWitness(more: Partial<WitnessOptions> = {}): Promise<void> {
    await this.keys.generate('log', 'sign-log').catch(() => undefined);
    const { formatVerifierKey } = await import('../src/audit/note.ts');
    const { publicNoteKey } = await import('../src/audit/checkpoint.ts');
    const key = formatVerifierKey(await publicNoteKey(this.keys, 'log', logName, 1));
    this.witness = await startWitness({
      name: 'witness.test/w1',
      keys: new FileKeys(
        join(this.folder, 'witness-keys'),
        masterKeyFile(join(this.folder, 'witness-master')),
      ),
      keyName: 'witness',
      folder: join(this.folder, 'witness'),
      listen: { socketPath: join(this.folder, 'witness.sock') },
      logs: [{ name: logName, verifierKeys: [key] }],
      onRefusal: ({ why }) => this.refusals.push(why),
      ...more,
    });
  }

  async startLog(): Promise<void> {
    const { witness } = this;
    this.log = await LogManagement.start({
      connection: this.connections.get('log-management')!,
      components,
      keys: this.keys,
      keyName: 'log',
      logName,
      epoch: this.epoch,
      audit: this.writer('log-management'),
      witness: witness && { address: witness.address, verifierKey: witness.verifierKey },
      configured: slowLoops,
      onAlert: (alert) => this.alerts.push(alert),
      ...this.options.log,
    });
  }

  /** Writes records of several kinds and brings them into the tree. */
  async fill(records: number): Promise<void> {
    const work: Promise<void>[] = [];
    for (let i = 0; i < records; i++) {
      const component = i % 3 === 0 ? 'mdms' : 'head-end';
      work.push(
        this.writer(component).record({
          type: i % 10 === 0 ? 'access.login.failed' : 'meter.read',
          phase: 'outcome',
          outcome: i % 10 === 0 ? 'refused' : 'success',
          actor: { kind: 'user', id: `user-${i % 7}` },
          object: `meter-${i}`,
          source: '192.0.2.1',
          correlation: `action-${Math.floor(i / 2)}`,
          detail: { attempt: i },
        }),
      );
    }
    await Promise.all(work);
    await this.log.order();
  }

  async count(table: string): Promise<number> {
    const { rows } = await this.administrator.query<{ n: number }>(`SELECT count(*) AS n FROM ${table}`);
    return rows[0]!.n;
  }

  async stopStore(): Promise<void> {
    await this.log.close();
    for (const writer of this.writers.values()) await writer.close();
    this.writers.clear();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stopStore();
    await this.witness?.close();
    await this.administrator.end().catch(() => undefined);
  }
}
