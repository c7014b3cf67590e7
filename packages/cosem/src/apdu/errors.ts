/** The error codes of the plain APDUs. */
import { errorTable } from '../base/errors.ts';

export const raiseApdu = errorTable('apdu', {
  empty: {
    kind: 'decode',
    meaning: 'There are no octets.',
    remedy: 'Hand in one whole APDU.',
  },
  size: {
    kind: 'overload',
    meaning: 'The APDU is larger than the bound.',
    remedy: 'Raise maxSize only if the peer was allowed APDUs of that size.',
  },
  tag: {
    kind: 'decode',
    meaning: 'The first octet is not the tag of an APDU.',
    remedy: 'Check the framing, and whether a gateway header or an LLC header is still there.',
  },
  unsupported: {
    kind: 'protocol',
    meaning: 'The APDU belongs to short name referencing, which this package does not speak.',
    remedy: 'Associate with logical name referencing.',
  },
  choice: {
    kind: 'decode',
    meaning: 'The octet that chooses between alternatives has a value the standard does not know.',
    remedy: 'Check the sender.',
  },
  field: {
    kind: 'decode',
    meaning: 'A field is malformed.',
    remedy: 'Check the sender.',
  },
  duplicate: {
    kind: 'decode',
    meaning: 'A field of an ACSE APDU comes twice.',
    remedy: 'Check the sender.',
  },
  missing: {
    kind: 'decode',
    meaning: 'A field that must be there is not.',
    remedy: 'Check the sender.',
  },
  range: {
    kind: 'protocol',
    meaning: 'A field of the APDU to encode does not fit.',
    remedy: 'See the type of the APDU for what its fields may hold.',
  },
});
