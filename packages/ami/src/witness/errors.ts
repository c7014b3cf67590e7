import { errorTable } from '../base/errors.ts';

export const raiseWitness = errorTable('witness', {
  state: {
    kind: 'storage',
    meaning: 'The witness’s state cannot be read or written.',
    remedy: 'Restore the file from the witness’s own backup; never begin with an empty one for a known log.',
  },
  listen: {
    kind: 'storage',
    meaning: 'The witness cannot listen where it was told to.',
    remedy: 'Choose another socket or port, or stop what holds it.',
  },
});
