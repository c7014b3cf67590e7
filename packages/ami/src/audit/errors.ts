import { errorTable } from '../base/errors.ts';

export const raiseAudit = errorTable('audit', {
  unavailable: {
    kind: 'storage',
    meaning: 'The audit record could not be committed, so what it speaks of must not happen.',
    remedy:
      'See `wattward status`: the store is away, full or read-only. Cancelling and suspending work meanwhile.',
  },
  overload: {
    kind: 'overload',
    meaning: 'Too many audit records wait to be committed.',
    remedy: 'Slow down what writes them, or look for what slows the store.',
  },
  event: {
    kind: 'usage',
    meaning: 'The audit event does not have the form it must have.',
    remedy: 'Use a type of the profile’s catalogue and short, named, plain values.',
  },
  secret: {
    kind: 'security',
    meaning: 'The audit event holds what looks like a secret.',
    remedy: 'Name the key or the password’s owner instead of giving the value.',
  },
  record: {
    kind: 'decode',
    meaning: 'These octets are not an audit record.',
    remedy: 'Run `wattward audit verify`.',
  },
  note: {
    kind: 'decode',
    meaning: 'This is not a signed note or checkpoint.',
    remedy: 'Give the whole text, from the origin line to the last signature line.',
  },
  signature: {
    kind: 'security',
    meaning: 'The signature does not verify under the key given.',
    remedy: 'Check that the key is the one that was noted when the system was set up.',
  },
  proof: {
    kind: 'security',
    meaning: 'The proof does not lead to the checkpoint’s root.',
    remedy: 'Ask for the proof again; if it fails again, the log or the proof was altered.',
  },
  journal: {
    kind: 'storage',
    meaning: 'The local journal of safer actions cannot be used.',
    remedy: 'Free space in the state directory and check who may write to it.',
  },
  'journal-full': {
    kind: 'overload',
    meaning: 'The local journal of safer actions holds as many records as it may.',
    remedy: 'Bring the store back: the journal is then merged and begins anew.',
  },
});
