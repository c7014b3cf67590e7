/** The trust center's work on its ground: its books in its own schema, its routes on the management listener. */
import { trustRoutes } from '../trust/routes.ts';
import { TrustCenter } from '../trust/service.ts';
import type { Ground, Work, WorkBuilder } from './ground.ts';

interface TrustWork extends Work {
  readonly center: TrustCenter;
}

export const trustWork: WorkBuilder = {
  async begin({ start, store, keys, log }: Ground): Promise<TrustWork> {
    const est = start.trust?.est;
    const center = await TrustCenter.start({
      db: store!.pool,
      keys,
      audit: store!.audit,
      folder: start.folders.own,
      ...(est === undefined ? {} : { est }),
      configured: start.parameters,
      onError: (error) => log.error({ reason: error.message }, 'the trust center could not do something'),
    });
    return {
      center,
      waitsFor: () => center.waitsFor(),
      metrics: () => [],
      stop: () => center.stop(),
    };
  },
  routes(app, _ground, work) {
    trustRoutes(app, () => (work() as TrustWork | undefined)?.center);
  },
};
