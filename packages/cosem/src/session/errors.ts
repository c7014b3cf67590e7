/** Data table: the error codes of associations and transfers, shared by client, server and push listener. */
import { errorTable } from '../base/errors.ts';

export const raiseSession = errorTable('session', {
  options: {
    kind: 'protocol',
    meaning: 'The options of the association contradict each other or lack something.',
    remedy: 'The detail names the option.',
  },
  unprotected: {
    kind: 'security',
    meaning: 'A message came without any protection where the policy asks for some.',
    remedy: 'Somebody is bypassing the ciphering, or the peer is not configured for it.',
  },
  downgrade: {
    kind: 'security',
    meaning: 'A message came with less protection than the policy or the request asked for.',
    remedy: 'Compare the security policy of the peer with the one configured here.',
  },
  stronger: {
    kind: 'policy',
    meaning: 'A response is protected more than was asked for, and this was not allowed.',
    remedy: 'State the policy of the server, or allow stronger responses.',
  },
  layers: {
    kind: 'security',
    meaning: 'A message is ciphered or signed more than once.',
    remedy: 'At most one layer of ciphering and one of signing are accepted.',
  },
  'block-number': {
    kind: 'protocol',
    meaning: 'A block has another number than the next one.',
    remedy: 'A block was lost or repeated; begin the transfer again.',
  },
  'block-size': {
    kind: 'overload',
    meaning: 'The blocks of one transfer are larger together than the bound.',
    remedy: 'Raise the named bound only if the value is really that large.',
  },
  'block-count': {
    kind: 'overload',
    meaning: 'A transfer has more blocks than the bound, or blocks without content.',
    remedy: 'The peer may be sending without end; raise the bound only if the value is really that large.',
  },
  'gbt-unexpected': {
    kind: 'protocol',
    meaning: 'A general block transfer APDU came where none is in progress.',
    remedy: 'Check whether both sides negotiated general block transfer.',
  },
  'gbt-number': {
    kind: 'protocol',
    meaning: 'A general block transfer block number or acknowledgement is outside the window.',
    remedy: 'Check the peer.',
  },
  'gbt-stalled': {
    kind: 'peer',
    meaning: 'A general block transfer makes no progress any more.',
    remedy: 'Check the link; begin again.',
  },
  timeout: {
    kind: 'peer',
    meaning: 'No answer came in time.',
    remedy: 'Check the link, the addresses and whether the peer is reachable.',
  },
  closed: {
    kind: 'peer',
    meaning: 'The association or its link has ended.',
    remedy: 'Connect again.',
  },
  aborted: {
    kind: 'peer',
    meaning: 'The caller gave the request up.',
    remedy: 'Nothing: the abort signal asked for it.',
  },
  queue: {
    kind: 'overload',
    meaning: 'More waits here than the bound allows.',
    remedy: 'Wait for earlier requests, or slow the peer down.',
  },
  'unexpected-apdu': {
    kind: 'protocol',
    meaning: 'The peer answered with another kind of APDU than was asked for.',
    remedy: 'Check the peer.',
  },
  rejected: {
    kind: 'peer',
    meaning: 'The server refused the association.',
    remedy: 'The detail has the result and the diagnostic of the AARE.',
  },
  negotiation: {
    kind: 'protocol',
    meaning: 'The server answered the association request with something that was not proposed.',
    remedy: 'Check the server; it may speak short names only.',
  },
  exception: {
    kind: 'peer',
    meaning: 'The peer answered with an exception response.',
    remedy: 'The detail has its state and service error; it may come from anybody where it is not protected.',
  },
  'service-error': {
    kind: 'peer',
    meaning: 'The peer answered with a confirmed service error.',
    remedy: 'The detail has the error; it may come from anybody where it is not protected.',
  },
  conformance: {
    kind: 'protocol',
    meaning: 'The service was not negotiated for this association.',
    remedy: 'Propose it, or use another service.',
  },
  'pdu-size': {
    kind: 'protocol',
    meaning: 'An APDU is larger than the receiver takes, and it cannot be cut into blocks.',
    remedy: 'Negotiate block transfer, or a larger size.',
  },
});
