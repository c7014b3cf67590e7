/**
 * Main of the components that have only their ground so far: an own role in the store, keys, self-test, audit, health.
 * Their work (lines, scenarios) follows, and `wattward status` says so.
 */
import { enableCodeCache } from './code-cache.ts';

enableCodeCache();
const { runMain } = await import('./main.ts');

runMain({
  async begin() {
    return { waitsFor: () => undefined, metrics: () => [], stop: async () => undefined };
  },
});
