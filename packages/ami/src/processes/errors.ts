import { errorTable } from '../base/errors.ts';

export const raiseProcesses = errorTable('processes', {
  'no-supervisor': {
    kind: 'peer',
    meaning: 'No wattward runs on this state directory.',
    remedy: 'Start it with `wattward up`, or name the right one with --state.',
  },
  'no-component': {
    kind: 'decode',
    meaning: 'There is no component process of that name.',
    remedy: 'See `wattward status`.',
  },
  'not-answering': {
    kind: 'peer',
    meaning: 'A management socket did not answer in time.',
    remedy: 'See `wattward status` and the logs under <state>/log.',
  },
  refused: {
    kind: 'policy',
    meaning: 'The running system refused the command.',
    remedy: 'Read the reason above; `wattward status` shows what is missing.',
  },
  'user-taken': {
    kind: 'policy',
    meaning: 'A user id for a component belongs to somebody.',
    remedy: 'Set process.firstUserId to the beginning of a range of ids that nobody has.',
  },
  'state-closed': {
    kind: 'storage',
    meaning: 'The users of the components cannot pass through to the state directory.',
    remedy: 'Choose a state directory whose parents everyone may enter, such as /var/lib/wattward.',
  },
  'state-unusable': {
    kind: 'storage',
    meaning: 'The state directory cannot be used.',
    remedy: 'Free space on its volume, make it writable, or choose another with --state.',
  },
  'state-path': {
    kind: 'usage',
    meaning: 'The state directory’s path is too long for the sockets in it.',
    remedy: 'Choose a shorter --state.',
  },
  'self-test': {
    kind: 'security',
    meaning: 'A cryptographic self-test gave a wrong answer; nothing was started.',
    remedy: 'Do not use this machine’s cryptography: check Node, its OpenSSL and the hardware.',
  },
  'witness-key': {
    kind: 'usage',
    meaning: 'The configuration names a witness on another host without its verifier key.',
    remedy: 'Set witness.verifierKey to what the witness prints when it starts.',
  },
});
