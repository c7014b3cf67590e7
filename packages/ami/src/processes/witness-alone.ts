/** The witness as a program of its own, on a host that holds nothing else of the system. */
import { join } from 'node:path';
import { takePidLock } from '../base/pid-lock.ts';
import type { Output } from '../cli/output.ts';
import { raiseStore } from '../store/errors.ts';
import { FileKeys, masterKeyFile } from '../trust/file-keys.ts';
import { runSelfTest } from '../trust/self-test.ts';
import { startWitness } from '../witness/witness.ts';
import { witnessId } from './catalogue.ts';
import { raiseProcesses } from './errors.ts';
import { asStateError, prepareState, type StateLayout } from './state.ts';

export interface WitnessAloneOptions {
  readonly layout: StateLayout;
  readonly name: string;
  readonly listen: { readonly host: string; readonly port: number };
  readonly log: { readonly name: string; readonly verifierKeys: readonly string[] };
}

/** Runs until a signal. Errors: `store/running`, `processes/state-unusable`, `processes/self-test`, `witness/…`. */
export async function runWitness(options: WitnessAloneOptions, output: Output): Promise<void> {
  const { layout, name, listen, log } = options;
  process.umask(0o077);
  if (runSelfTest().some(({ passed }) => !passed)) throw raiseProcesses('self-test');
  const lock = lockFor(layout);
  try {
    const folders = layout.folders(witnessId);
    const keys = new FileKeys(folders.keys, masterKeyFile(join(layout.secrets, `master-${witnessId}`)));
    const ended = Promise.withResolvers<void>();
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => ended.resolve());
    const witness = await startWitness({
      ...{ name, keys, keyName: 'cosign', folder: folders.own, listen, logs: [log] },
      onRefusal: (refusal) => output.remark(`refused: ${JSON.stringify(refusal)}`),
    });
    output.answer(
      { verifierKey: witness.verifierKey, address: witness.address },
      ({ verifierKey, address }) =>
        [
          `The witness ${name} listens at ${'url' in address ? address.url : address.socketPath}.`,
          'In the configuration of the system that it watches:',
          '',
          'witness:',
          `  name: ${name}`,
          `  url: ${'url' in address ? address.url : ''}`,
          `  verifierKey: ${verifierKey}`,
        ].join('\n'),
    );
    await ended.promise;
    await witness.close();
  } finally {
    lock.release();
  }
}

function lockFor(layout: StateLayout): { release(): void } {
  try {
    prepareState(layout, [], false);
    const lock = takePidLock(layout.lock);
    if ('heldBy' in lock)
      throw raiseStore('running', `process ${lock.heldBy} runs on ${layout.root} already`);
    return lock;
  } catch (error) {
    throw asStateError(error, layout.root);
  }
}
