import { errorTable } from '../base/errors.ts';

export const raiseGateway = errorTable('gateway', {
  document: {
    kind: 'decode',
    meaning: 'The actor’s document is not one that this gateway understands.',
    remedy: 'See docs/lines.md for the form of a document.',
  },
  'not-its': {
    kind: 'policy',
    meaning: 'This actor may not send that message.',
    remedy: 'See `wattward profile actor ACTOR` for what it may send.',
  },
  identity: {
    kind: 'usage',
    meaning: 'The certificate of this process is not that of a gateway for one actor.',
    remedy: 'Have a certificate issued that names the gateway and the actor.',
  },
});
