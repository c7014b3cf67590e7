/** Data table: every error code of this folder. From outside these look alike; the audit keeps them exact. */
import { errorTable } from '../base/errors.ts';

export const raiseSecurity = errorTable('security', {
  suite: {
    kind: 'security',
    meaning: 'The message names another security suite than the one agreed.',
    remedy: 'Check the security suite of the association and of the security setup.',
  },
  control: {
    kind: 'security',
    meaning: 'The security control octet asks for no protection or for a combination that does not exist.',
    remedy: 'Ask for authentication, encryption or both.',
  },
  compression: {
    kind: 'security',
    meaning: 'The message is compressed (V.44), which this library does not do.',
    remedy: 'Switch compression off in the peer.',
  },
  'key-set': {
    kind: 'security',
    meaning: 'The message is under a key set (unicast or broadcast) that is not expected here.',
    remedy: 'Check the key set bit, and whether a broadcast key is configured.',
  },
  scope: {
    kind: 'security',
    meaning: 'The message is under a global key where the dedicated one is expected, or the other way round.',
    remedy: 'Check whether the association agreed on a dedicated key.',
  },
  'system-title': {
    kind: 'security',
    meaning: 'The system title is malformed or not that of the peer.',
    remedy: 'A system title has eight octets; check which device is speaking.',
  },
  tag: {
    kind: 'security',
    meaning: 'The authentication tag is not the one of this message under this key.',
    remedy: 'Check the keys, the system title and whether the message was altered.',
  },
  replay: {
    kind: 'security',
    meaning: 'The invocation counter has been used before or is lower than one that has.',
    remedy: 'The message is a repetition, or the peer lost its counter: change the key.',
  },
  'counter-exhausted': {
    kind: 'security',
    meaning: 'The invocation counter has reached its end; the key must not be used any more.',
    remedy: 'Change the key; the counter starts anew with the new key.',
  },
  'counter-unreserved': {
    kind: 'security',
    meaning: 'A counter value was taken before it had been reserved durably.',
    remedy: 'Await reserve() before sealing.',
  },
  'counter-storage': {
    kind: 'storage',
    meaning: 'The stored invocation counters cannot be read or written.',
    remedy: 'Restore the file, or change all keys: starting from nothing would reuse counters.',
  },
  'key-missing': {
    kind: 'security',
    meaning: 'The key is not in the key store.',
    remedy: 'Put the key in place for this system title and purpose.',
  },
  'key-size': {
    kind: 'security',
    meaning: 'The key or key material has the wrong size.',
    remedy: 'Suites 0 and 1 use keys of 16 octets, suite 2 of 32.',
  },
  'key-unwrap': {
    kind: 'security',
    meaning: 'The wrapped key fails its integrity check.',
    remedy: 'Check the key-encrypting key.',
  },
  'key-agreement': {
    kind: 'security',
    meaning: 'The key agreement data are malformed or name a scheme that is not supported here.',
    remedy: 'The schemes are C(2e,0s), C(1e,1s) and C(0e,2s) on the curve of the suite.',
  },
  'public-key': {
    kind: 'security',
    meaning: 'The public key is not a point of the expected curve.',
    remedy: 'Check the key and the security suite.',
  },
  signature: {
    kind: 'security',
    meaning: 'The signature is missing or not valid.',
    remedy: 'Check the signing key and whether the message was altered.',
  },
  short: {
    kind: 'decode',
    meaning: 'The protected text is shorter than its security header and tag.',
    remedy: 'Check that the whole APDU was handed in.',
  },
  'inner-tag': {
    kind: 'security',
    meaning: 'The APDU inside is not of the kind that the ciphered tag outside names.',
    remedy: 'Check the peer; the two tags belong together.',
  },
  policy: {
    kind: 'policy',
    meaning: 'The message is protected less than the security policy asks for.',
    remedy: 'Protect it as the policy says.',
  },
  'policy-value': {
    kind: 'decode',
    meaning: 'The value is not a security policy of this version of the class.',
    remedy: 'Check the class version of the security setup object.',
  },
  fresh: {
    kind: 'security',
    meaning: 'The message was not accepted as fresh.',
    remedy: 'Its transaction identifier has been seen, or is older than one that has.',
  },
  'challenge-length': {
    kind: 'security',
    meaning: 'The challenge is not 8 to 64 octets long (32 to 64 with ECDSA).',
    remedy: 'Check the association request or response.',
  },
  'challenge-reflected': {
    kind: 'security',
    meaning: 'The peer sent our own challenge back as its own.',
    remedy: 'Somebody is reflecting messages: end the association.',
  },
  'mechanism-disabled': {
    kind: 'policy',
    meaning: 'The authentication mechanism is not switched on.',
    remedy: 'Use GMAC, SHA-256 or ECDSA; MD5 and SHA-1 must be switched on explicitly.',
  },
  authentication: {
    kind: 'security',
    meaning: 'The proof of the peer is not the one expected.',
    remedy: 'Check the secret or key of the peer.',
  },
  'key-data': {
    kind: 'decode',
    meaning: 'The data of a key transfer, key agreement or certificate method are malformed.',
    remedy: 'Compare with the method of the security setup class.',
  },
  certificate: {
    kind: 'decode',
    meaning: 'The certificate or certificate request is malformed.',
    remedy: 'Hand in one X.509 certificate, PEM or DER, with an elliptic curve key.',
  },
});
