import { errorTable } from '../base/errors.ts';

export const raiseLog = errorTable('log-management', {
  query: {
    kind: 'usage',
    meaning: 'The search was not understood.',
    remedy: 'Give times as RFC 3339, and a limit within its range.',
  },
  'no-record': {
    kind: 'decode',
    meaning: 'The log has no record of that index.',
    remedy: 'Find the index with `wattward audit search`.',
  },
  'no-checkpoint': {
    kind: 'storage',
    meaning: 'No checkpoint covers that record yet.',
    remedy: 'Wait for the next checkpoint; it is made every few seconds.',
  },
  'second-writer': {
    kind: 'storage',
    meaning: 'Another process orders the same log.',
    remedy: 'Stop it: a log has one writer.',
  },
  'not-ready': {
    kind: 'storage',
    meaning: 'Log management does not work yet.',
    remedy: 'See `wattward status` for what it waits for.',
  },
  state: {
    kind: 'storage',
    meaning: 'The stored tree is not whole.',
    remedy: 'Run `wattward audit verify` and restore what it names.',
  },
});
