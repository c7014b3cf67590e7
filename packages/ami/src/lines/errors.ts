import { errorTable } from '../base/errors.ts';

export const raiseLines = errorTable('lines', {
  cbor: {
    kind: 'decode',
    meaning: 'These octets are not deterministic CBOR within the bounds.',
    remedy: 'Encode with RFC 8949 section 4.2: shortest forms, sorted unique keys, definite lengths.',
  },
  value: {
    kind: 'usage',
    meaning: 'This value has no form in an envelope.',
    remedy: 'Use maps with text keys, arrays, text, octets, integers below 2^64, numbers, booleans and null.',
  },
  envelope: {
    kind: 'decode',
    meaning: 'These octets are not a signed envelope.',
    remedy: 'An envelope is a COSE_Sign1 (RFC 9052) with the headers and the payload of docs/lines.md.',
  },
  'not-permitted': {
    kind: 'policy',
    meaning: 'The profile has no line that lets this component send this message there.',
    remedy: 'See `wattward profile component COMPONENT`: it lists who may send what to whom.',
  },
  payload: {
    kind: 'usage',
    meaning: 'The payload does not fit the schema of its message.',
    remedy: 'See `wattward profile message ID` for what the message carries.',
  },
  'outbox-full': {
    kind: 'overload',
    meaning: 'The outbox holds as many messages as it may; nothing older is dropped.',
    remedy:
      'See `wattward lines`: a receiver is away or slow. Slow down, or raise lines.outboxMaximumMessages.',
  },
  'no-route': {
    kind: 'usage',
    meaning: 'There is no address for the receiver.',
    remedy: 'Give its host and port in the configuration.',
  },
  peer: {
    kind: 'peer',
    meaning: 'The other end of the line does not answer as it must.',
    remedy: 'See the log and `wattward lines` on both sides.',
  },
  frame: {
    kind: 'protocol',
    meaning: 'The other end of the line sent a frame that has no place there.',
    remedy: 'Check that both ends run versions that speak the same line protocol.',
  },
  'at-rest': {
    kind: 'security',
    meaning: 'A stored message was altered, or its key is another.',
    remedy: 'Whoever can write to the store wrote there; see docs/lines.md for what to do.',
  },
  'no-dead-letter': {
    kind: 'decode',
    meaning: 'There is no such dead letter here, or it was re-issued already.',
    remedy: 'List them with `wattward lines dead`.',
  },
  'command-expired': {
    kind: 'policy',
    meaning: 'A command that has expired is never sent again.',
    remedy: 'Ask for the command anew, with new approvals.',
  },
});
