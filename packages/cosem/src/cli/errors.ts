import { errorTable } from '../base/errors.ts';

export const raiseCli = errorTable('cli', {
  usage: {
    kind: 'protocol',
    meaning: 'The command was not understood.',
    remedy: 'See `cosem --help`, or `cosem COMMAND --help`.',
  },
  input: {
    kind: 'decode',
    meaning: 'The input holds no octets.',
    remedy: 'Give hexadecimal digits, a file, or - for standard input.',
  },
  'nothing-found': {
    kind: 'decode',
    meaning: 'The octets hold no message.',
    remedy: 'Is the capture whole? A message is a frame, or an APDU from its first octet.',
  },
  file: {
    kind: 'storage',
    meaning: 'A file could not be read.',
    remedy: 'Check the path and its permissions.',
  },
  secret: {
    kind: 'security',
    meaning: 'A key or password was not given in a form that is accepted.',
    remedy: 'Put it into a file that only you may read and give the path, or give env:NAME.',
  },
  'key-kind': {
    kind: 'security',
    meaning: 'A captured message is under a key that the command cannot be given.',
    remedy: 'Wrapped and agreed keys need the library: openGeneral with a key port.',
  },
});
