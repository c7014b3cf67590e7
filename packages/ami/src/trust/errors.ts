import { errorTable } from '../base/errors.ts';

export const raiseTrust = errorTable('trust', {
  'no-key': {
    kind: 'security',
    meaning: 'There is no key of that name.',
    remedy: 'Check the name; a store that was moved needs its keys moved with it.',
  },
  'key-exists': {
    kind: 'policy',
    meaning: 'A key of that name exists already; keys are never overwritten.',
    remedy: 'Choose another name, or destroy the old key first.',
  },
  'key-file': {
    kind: 'security',
    meaning: 'A key file is damaged, or its mode lets others read it.',
    remedy: 'Restore it from where its custodian keeps the copy; its mode must be 0600.',
  },
  'wrong-key': {
    kind: 'security',
    meaning: 'The data was not made with this key, or was altered.',
    remedy: 'Use the key that was current when the data was made, and an unaltered copy.',
  },
  'self-test': {
    kind: 'security',
    meaning: 'A cryptographic self-test gave a wrong answer.',
    remedy: 'Do not use this machine’s cryptography: check Node, its OpenSSL and the hardware.',
  },
});
