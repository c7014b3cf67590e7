/** What the supervisor tells and takes over its management socket: status, figures, self-tests, backups, its end. */
import { Readable } from 'node:stream';
import type { FastifyInstance } from 'fastify';
import type { AuditWriter } from '../audit/writer.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { sealedBackup } from './backup-file.ts';
import type { FillWatch } from './fill.ts';
import type { LogFiles } from './log-files.ts';
import type { Metric, ProcessFigures } from './metrics.ts';
import type { StoreKeeper, StoreStatus } from './store-keeper.ts';
import type { ComponentStatus, Supervised } from './supervised.ts';

export interface SystemStatus {
  readonly state: string;
  /** Everything that should run does. */
  readonly healthy: boolean;
  readonly supervisor: {
    readonly pid: number;
    readonly since: string;
    readonly memoryOctets: number;
    readonly isolation: string;
    readonly auditAway: boolean;
  };
  readonly store: StoreStatus;
  readonly volumePercent: number;
  readonly components: readonly ComponentStatus[];
}

/** The part of the supervisor that its listener needs. */
export interface SupervisorView {
  readonly configuration: Configuration;
  readonly keeper: StoreKeeper;
  readonly figures: ProcessFigures;
  readonly fill: FillWatch;
  readonly logs: LogFiles;
  readonly supervised: readonly Supervised[];
  readonly audit: AuditWriter | undefined;
  readonly keys: KeyPort;
  status(): SystemStatus;
  component(id: string): Supervised;
  askToStop(): void;
  tell: (
    type: string,
    outcome: 'success' | 'failure',
    object: string | undefined,
    detail: Readonly<Record<string, string | number | boolean>>,
  ) => Promise<void>;
}

export function supervisorRoutes(app: FastifyInstance, view: SupervisorView): void {
  app.get('/status', async () => view.status());
  app.post('/stop', async () => {
    // After the answer is on its way.
    setImmediate(() => view.askToStop());
    return { stopping: true, withinSeconds: view.configuration.number('process.stopSeconds') };
  });
  app.post<{ Body: { component?: string; drill?: boolean } | null }>('/self-test', async (request) => {
    const { component, drill = false } = request.body ?? {};
    const asked = component === undefined ? view.supervised : [view.component(component)];
    const withinMs = view.configuration.number('process.healthSeconds') * 1000;
    return {
      components: await Promise.all(
        asked.map(async (one) => ({
          component: one.id,
          results: (await one.selfTest(drill, withinMs)) ?? null,
        })),
      ),
    };
  });
  app.post('/backup', async (_request, reply) => {
    const backup = await sealedBackup(view.keeper.place, view.keys);
    const told = tellWhenDone(backup, view);
    return reply.type('application/octet-stream').send(Readable.from(told));
  });
}

/** A backup that was cut off is told as such; the file without its last chunk opens nowhere. */
async function* tellWhenDone(
  backup: AsyncIterable<Uint8Array>,
  view: SupervisorView,
): AsyncGenerator<Uint8Array> {
  let octets = 0;
  let done = false;
  try {
    for await (const part of backup) {
      octets += part.length;
      yield part;
    }
    done = true;
  } finally {
    await view.tell(done ? 'backup.made' : 'backup.failed', done ? 'success' : 'failure', undefined, {
      octets,
    });
  }
}

export function supervisorMetrics(view: SupervisorView): Metric[] {
  const components = view.supervised.map((one) => one.status());
  const each = (
    name: string,
    help: string,
    type: Metric['type'],
    value: (status: ComponentStatus) => number,
  ): Metric => ({
    ...{ name, help, type },
    values: components.map((status) => ({ labels: { component: status.component }, value: value(status) })),
  });
  const one = (name: string, help: string, type: Metric['type'], value: number): Metric => ({
    ...{ name, help, type, values: [{ value }] },
  });
  const store = view.keeper.status();
  const audit = view.audit?.status;
  return [
    ...view.figures.metrics(),
    each('wattward_component_up', 'Whether the component runs.', 'gauge', ({ state }) =>
      state === 'running' ? 1 : 0,
    ),
    each(
      'wattward_component_restarts_total',
      'Restarts since the start.',
      'counter',
      ({ restarts }) => restarts,
    ),
    each(
      'wattward_component_memory_bytes',
      'Resident memory.',
      'gauge',
      ({ memoryOctets }) => memoryOctets ?? 0,
    ),
    one('wattward_store_up', 'Whether PostgreSQL runs, or is external.', 'gauge', isUp(store) ? 1 : 0),
    one(
      'wattward_store_restarts_total',
      'Restarts of PostgreSQL since the start.',
      'counter',
      store.restarts,
    ),
    one('wattward_store_epoch', 'Epoch of the store.', 'gauge', store.epoch ?? 0),
    one('wattward_volume_used_percent', 'Fill level of the state directory.', 'gauge', view.fill.percent),
    one(
      'wattward_log_lines_dropped_total',
      'Log lines that could not be written.',
      'counter',
      view.logs.dropped,
    ),
    one(
      'wattward_audit_away',
      'Whether the supervisor’s audit cannot be written.',
      'gauge',
      audit?.away ? 1 : 0,
    ),
    one('wattward_audit_queued_records', 'Records that wait for their commit.', 'gauge', audit?.queued ?? 0),
  ];
}

const isUp = ({ state }: StoreStatus) => state === 'running' || state === 'external';
