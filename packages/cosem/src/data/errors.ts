/** The error codes of the data types and their encoding. */
import { errorTable } from '../base/errors.ts';

export const raiseData = errorTable('data', {
  truncated: {
    kind: 'decode',
    meaning: 'The input ends before the value does.',
    remedy: 'Hand in the whole value; check that no block was lost.',
  },
  tag: {
    kind: 'decode',
    meaning: 'The tag is not one of the data types of the standard.',
    remedy: 'Check that the octets before it were read as the peer wrote them.',
  },
  length: {
    kind: 'decode',
    meaning: 'A length or a count is malformed or larger than the input can hold.',
    remedy: 'Check the sender.',
  },
  depth: {
    kind: 'overload',
    meaning: 'Arrays and structures are nested deeper than the bound.',
    remedy: 'Raise maxDepth only if the data are really nested that deep.',
  },
  elements: {
    kind: 'overload',
    meaning: 'The value has more elements than the bound, expanded compact arrays included.',
    remedy: 'Raise maxElements only if the data really have that many.',
  },
  trailing: {
    kind: 'decode',
    meaning: 'Octets are left over after the value.',
    remedy: 'Use readData for values inside other octets.',
  },
  text: {
    kind: 'decode',
    meaning: 'A UTF-8 string is not well formed, or a visible string has characters over 255.',
    remedy: 'Send the text as an octet string.',
  },
  description: {
    kind: 'decode',
    meaning: 'The description of a compact array is malformed, or its items take no octets.',
    remedy: 'Check the sender.',
  },
  range: {
    kind: 'protocol',
    meaning: 'The value does not fit its type.',
    remedy: 'Choose the type by the range of the value.',
  },
  mismatch: {
    kind: 'protocol',
    meaning: 'An item of a compact array does not match the description.',
    remedy: 'Give every item the same types as the description.',
  },
  'date-time': {
    kind: 'decode',
    meaning: 'The text or the octets are not a date, time or date-time of the standard.',
    remedy: 'See the table of wildcards in data/date-time.ts.',
  },
  'not-a-moment': {
    kind: 'protocol',
    meaning: 'A date-time with wildcards or without a deviation is not one moment in time.',
    remedy: 'Say which deviation to assume, or handle the fields one by one.',
  },
  'not-a-number': {
    kind: 'protocol',
    meaning: 'The value is not a number that a scaler can apply to.',
    remedy: 'Check the type of the value and of the scaler_unit attribute.',
  },
});
