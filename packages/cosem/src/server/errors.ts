/** Data table: the error codes of the server. What a client is told of them is in `refusals.ts`; the audit gets all. */
import { errorTable } from '../base/errors.ts';

export const raiseServer = errorTable('server', {
  declaration: {
    kind: 'protocol',
    meaning: 'An object, association or device is declared in a way that contradicts itself or its class.',
    remedy: 'Correct the declaration; nothing was served.',
  },
  'value-type': {
    kind: 'protocol',
    meaning: "An object's own code handed out a value of another type than its class says.",
    remedy: 'Correct the getter or method; the value did not leave the server.',
  },
  'type-unmatched': {
    kind: 'peer',
    meaning: 'The client sent a value of another type or range than the attribute or parameter has.',
    remedy: 'Send the type that the class says.',
  },
  'read-write-denied': {
    kind: 'policy',
    meaning: 'The association has no such right to this attribute or method.',
    remedy: 'Use another association, or extend its rights.',
  },
  'object-undefined': {
    kind: 'policy',
    meaning: 'There is no such object, attribute or method for this association.',
    remedy: 'Read object_list of the association to see what there is.',
  },
  'scope-of-access-violated': {
    kind: 'policy',
    meaning:
      'The request is less protected than the access right asks for, or uses a selector it does not allow.',
    remedy: 'Protect the request as the access right says.',
  },
  'object-unavailable': {
    kind: 'peer',
    meaning: 'The object cannot answer in its present state.',
    remedy: 'Bring the object into the state that the service needs.',
  },
  'temporary-failure': {
    kind: 'peer',
    meaning: 'The object is busy with the request or an earlier one.',
    remedy: 'Ask again later.',
  },
  'hardware-fault': {
    kind: 'peer',
    meaning: 'The device cannot do it because of a fault.',
    remedy: 'Look at the device.',
  },
  'other-reason': {
    kind: 'peer',
    meaning: 'The object refused for a reason that it does not tell.',
    remedy: 'Look at the audit of the server.',
  },
  'unknown-sap': {
    kind: 'policy',
    meaning: 'No logical device or no client is declared for the service access point.',
    remedy: 'Check the addresses of the client.',
  },
  'application-context': {
    kind: 'policy',
    meaning: 'The association does not allow the application context that was proposed.',
    remedy: 'Propose one that it allows.',
  },
  mechanism: {
    kind: 'policy',
    meaning: 'The authentication mechanism proposed is not the one that the association asks for.',
    remedy: 'Use the mechanism of the association.',
  },
  initiate: {
    kind: 'protocol',
    meaning: 'The xDLMS initiate request is missing or cannot be agreed on.',
    remedy: 'Check DLMS version, conformance and PDU size.',
  },
  'not-associated': {
    kind: 'policy',
    meaning: 'A service was asked for outside an association, or before the client had proved who it is.',
    remedy: 'Associate first.',
  },
  conformance: {
    kind: 'protocol',
    meaning: 'The service or a feature of it was not agreed on.',
    remedy: 'Propose the conformance bit when associating.',
  },
  'unexpected-apdu': {
    kind: 'protocol',
    meaning: 'The APDU is none that a client sends to a server, or none that fits the present state.',
    remedy: 'Check the client.',
  },
  'pdu-size': {
    kind: 'overload',
    meaning: 'The APDU is larger than was agreed on.',
    remedy: 'Use block transfer.',
  },
  'list-size': {
    kind: 'overload',
    meaning: 'The list of a request has more entries than the bound, or does not match its values.',
    remedy: 'Ask for less at a time.',
  },
  'response-size': {
    kind: 'overload',
    meaning: 'The response is larger than the bound, or does not fit and no block transfer was agreed on.',
    remedy: 'Ask for less at a time, or associate with block transfer.',
  },
  associations: {
    kind: 'overload',
    meaning: 'The server or channel has as many associations as the bound allows.',
    remedy: 'Release associations that are not needed.',
  },
  queue: {
    kind: 'overload',
    meaning: 'A client sent more requests without waiting for answers than the bound allows.',
    remedy: 'Send one request at a time.',
  },
  superseded: {
    kind: 'policy',
    meaning: 'The same client associated anew; the earlier association has ended.',
    remedy: 'Keep one association a client.',
  },
  'keys-changed': {
    kind: 'policy',
    meaning: 'Keys or policy were changed by another client; the association under the old ones has ended.',
    remedy: 'Associate again.',
  },
  idle: {
    kind: 'policy',
    meaning: 'Nothing came for the idle time; the association has ended.',
    remedy: 'Associate again.',
  },
  'image-data': {
    kind: 'peer',
    meaning: 'An image is larger than the store, or a block does not fit the image.',
    remedy: 'Check the size of the image and of its blocks.',
  },
  'key-change': {
    kind: 'security',
    meaning: 'A key transfer, key agreement or certificate method was refused.',
    remedy: 'See the cause.',
  },
});

/** Results that both tables, Data-Access-Result and Action-Result, have: an object's code may throw them. */
export const objectResults = [
  'hardware-fault',
  'temporary-failure',
  'read-write-denied',
  'object-undefined',
  'object-unavailable',
  'type-unmatched',
  'scope-of-access-violated',
  'other-reason',
] as const;

/** One of {@link objectResults}. */
export type ObjectResult = (typeof objectResults)[number];
