import { errorTable } from '../base/errors.ts';

export const raiseCli = errorTable('cli', {
  usage: {
    kind: 'usage',
    meaning: 'The command was not understood.',
    remedy: 'See `wattward --help`, or `wattward COMMAND --help` with examples.',
  },
  'not-found': {
    kind: 'decode',
    meaning: 'There is no such thing by that name.',
    remedy: 'List what there is with the command’s plural.',
  },
  file: {
    kind: 'storage',
    meaning: 'A file could not be read or written.',
    remedy: 'Check the path and its permissions.',
  },
});
