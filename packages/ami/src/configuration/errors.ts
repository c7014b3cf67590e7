import { errorTable } from '../base/errors.ts';

export const raiseConfiguration = errorTable('configuration', {
  invalid: {
    kind: 'usage',
    meaning: 'The configuration is not valid.',
    remedy: 'Correct the lines named; `wattward config explain KEY` says what a key means and permits.',
  },
  unreadable: {
    kind: 'storage',
    meaning: 'The configuration file cannot be read.',
    remedy: 'Check the path given by --config and its permissions.',
  },
  'file-mode': {
    kind: 'security',
    meaning: 'Others may change the configuration file.',
    remedy: 'Make it belong to the user that starts wattward and take write permission from everyone else.',
  },
  'unknown-key': {
    kind: 'decode',
    meaning: 'There is no such key.',
    remedy: 'See `wattward config list`.',
  },
  secret: {
    kind: 'security',
    meaning: 'A secret that the configuration refers to cannot be had.',
    remedy: 'Check the file’s path and mode (0600), or that the environment variable is set.',
  },
});
