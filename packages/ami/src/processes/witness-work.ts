/** The witness's work on its ground. */
import { chmodSync } from 'node:fs';
import { startWitness } from '../witness/witness.ts';
import type { WorkBuilder } from './ground.ts';

export const witnessWork: WorkBuilder = {
  async begin({ start, keys, log }) {
    const { name, keyName, socket, logs } = start.witness!;
    let refused = 0;
    const witness = await startWitness({
      name,
      keys,
      keyName,
      folder: start.folders.own,
      listen: { socketPath: socket },
      logs,
      onRefusal: (refusal) => {
        refused++;
        log.error({ ...refusal }, 'refused to cosign a checkpoint');
      },
    });
    // Log management, which has the group of the folder, may connect too.
    chmodSync(socket, 0o660);
    return {
      waitsFor: () => undefined,
      metrics: () => [
        {
          ...{
            name: 'wattward_witness_refusals_total',
            help: 'Checkpoints refused.',
            type: 'counter' as const,
          },
          values: [{ value: refused }],
        },
      ],
      stop: () => witness.close(),
    };
  },
};
