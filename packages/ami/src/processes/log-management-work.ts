/** Log management's work on its ground: the service, its routes and its figures. */

import { addLogRoutes, logMetrics } from '../log-management/management.ts';
import { LogManagement } from '../log-management/service.ts';
import { alertLevel } from './alert-level.ts';
import type { Ground, Work, WorkBuilder } from './ground.ts';

interface LogWork extends Work {
  readonly log: LogManagement;
}

export const logManagementWork: WorkBuilder = {
  async begin({ start, store, keys, log: lines }: Ground): Promise<LogWork> {
    const told = start.logManagement!;
    const log = await LogManagement.start({
      connection: start.connection!,
      components: told.components,
      keys,
      keyName: told.keyName,
      formerKeys: told.formerKeys,
      logName: told.logName,
      epoch: store!.epoch.number,
      audit: store!.audit,
      witness: told.witness,
      configured: start.parameters,
      capacityOctets: told.capacityOctets,
      acceptedLosses: told.acceptedLosses,
      onAlert: ({ type, detail }) => lines[alertLevel(type)]({ type, ...detail }, 'audit alert'),
    });
    return {
      log,
      waitsFor: () => (log.status.reading ? undefined : 'the inboxes'),
      metrics: () => logMetrics(log),
      stop: () => log.close(),
    };
  },
  routes(app, ground, work) {
    addLogRoutes(app, () => {
      const log = (work() as LogWork | undefined)?.log;
      const audit = ground()?.store?.audit;
      return log === undefined || audit === undefined ? undefined : { log, audit };
    });
  },
};
