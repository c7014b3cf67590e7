/** Data table: the error codes of pushes. */
import { errorTable } from '../base/errors.ts';

export const raisePush = errorTable('push', {
  plain: {
    kind: 'policy',
    meaning: 'A push came without ciphering, and plain pushes are not accepted.',
    remedy: 'Configure the keys of the meter, or accept plain pushes where the line itself is trusted.',
  },
  unknown: {
    kind: 'security',
    meaning: 'A push came from a system title that is not known here.',
    remedy: 'Register the device with its keys.',
  },
  untitled: {
    kind: 'protocol',
    meaning: 'A ciphered push does not say whose it is.',
    remedy: 'Name the device that is at the other end of this line.',
  },
  kind: {
    kind: 'protocol',
    meaning: 'Something else than a notification was pushed.',
    remedy: 'Check what is connected to this port.',
  },
  'gbt-lost': {
    kind: 'protocol',
    meaning: 'A block of a pushed message is missing, so the message is given up.',
    remedy: 'Nothing can be asked again for a push; check the line if this happens often.',
  },
  ports: {
    kind: 'storage',
    meaning: 'The device, its keys or its counters could not be looked up.',
    remedy: 'The cause has the error of the port; the message is lost, the next one is tried again.',
  },
  queue: {
    kind: 'overload',
    meaning: 'More messages wait to be opened than the bound allows.',
    remedy: 'Slow the senders down, or raise the bound.',
  },
});
