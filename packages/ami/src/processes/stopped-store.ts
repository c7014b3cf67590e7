/** The store of a system that does not run: started for one command alone, under the lock, and stopped again. */

import { join } from 'node:path';
import { takePidLock } from '../base/pid-lock.ts';
import type { Configuration } from '../configuration/configuration.ts';
import type { Epoch } from '../store/epoch.ts';
import { raiseStore } from '../store/errors.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import { restoreBackup, sealedBackup } from './backup-file.ts';
import { supervisorId } from './catalogue.ts';
import { asStateError, prepareState, type StateLayout } from './state.ts';
import { StoreKeeper } from './store-keeper.ts';

interface Opened {
  readonly keeper: StoreKeeper;
  readonly keys: FileKeys;
  close(): Promise<void>;
}

function prepareAndLock(layout: StateLayout): ReturnType<typeof takePidLock> {
  try {
    prepareState(layout, [], process.getuid?.() === 0);
    return takePidLock(layout.lock);
  } catch (error) {
    throw asStateError(error, layout.root);
  }
}

/** Errors: `store/running` when a system runs on the state directory. */
async function openStopped(layout: StateLayout, configuration: Configuration): Promise<Opened> {
  const lock = prepareAndLock(layout);
  if ('heldBy' in lock)
    throw raiseStore('running', `process ${lock.heldBy} runs a wattward on ${layout.root}`);
  const seconds = (id: string) => configuration.number(id) * 1000;
  const keeper = new StoreKeeper({
    state: layout.root,
    configuration,
    backOff: {
      firstMs: seconds('process.restartFirstSeconds'),
      maximumMs: seconds('process.restartMaximumSeconds'),
    },
    onEvent: () => undefined,
  });
  try {
    await keeper.start();
    const master = masterKeyFile(join(layout.secrets, `master-${supervisorId}`));
    return {
      keeper,
      keys: new FileKeys(layout.folders(supervisorId).keys, master),
      async close() {
        await keeper.stop(seconds('process.stopSeconds'));
        lock.release();
      },
    };
  } catch (error) {
    await keeper.stop(seconds('process.stopSeconds'));
    lock.release();
    throw error;
  }
}

/** A sealed backup of a system that does not run. Errors: `store/…`. */
export async function* backupStopped(
  layout: StateLayout,
  configuration: Configuration,
): AsyncGenerator<Uint8Array> {
  const opened = await openStopped(layout, configuration);
  try {
    yield* await sealedBackup(opened.keeper.place, opened.keys);
  } finally {
    await opened.close();
  }
}

/** Restores a backup and gives the new epoch. Errors: `store/…`, `trust/…`. */
export async function restoreStopped(
  layout: StateLayout,
  configuration: Configuration,
  file: string,
): Promise<Epoch> {
  const opened = await openStopped(layout, configuration);
  try {
    return await restoreBackup(opened.keeper.place, file, opened.keys);
  } finally {
    await opened.close();
  }
}
