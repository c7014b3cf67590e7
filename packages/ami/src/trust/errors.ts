import { errorTable } from '../base/errors.ts';

export const raiseTrust = errorTable('trust', {
  'no-key': {
    kind: 'security',
    meaning: 'There is no key of that name.',
    remedy: 'Check the name; a store that was moved needs its keys moved with it.',
  },
  'key-exists': {
    kind: 'policy',
    meaning: 'A key of that name exists already; keys are never overwritten.',
    remedy: 'Choose another name, or destroy the old key first.',
  },
  'key-file': {
    kind: 'security',
    meaning: 'A key file is damaged, or its mode lets others read it.',
    remedy: 'Restore it from where its custodian keeps the copy; its mode must be 0600.',
  },
  'wrong-key': {
    kind: 'security',
    meaning: 'The data was not made with this key, or was altered.',
    remedy: 'Use the key that was current when the data was made, and an unaltered copy.',
  },
  'self-test': {
    kind: 'security',
    meaning: 'A cryptographic self-test gave a wrong answer.',
    remedy: 'Do not use this machine’s cryptography: check Node, its OpenSSL and the hardware.',
  },
  'module-unavailable': {
    kind: 'peer',
    meaning: 'The cryptographic module does not answer, so nothing is signed, wrapped or opened.',
    remedy: 'Check the module, its token and its PIN; it is tried again by itself after a pause.',
  },
  'module-unsupported': {
    kind: 'policy',
    meaning: 'The cryptographic module cannot do what was asked of it.',
    remedy: 'Keep this key in files, or use a module that has the mechanism.',
  },
  algorithm: {
    kind: 'policy',
    meaning: 'The algorithm or curve is not one of those this system permits.',
    remedy: 'Use ECDSA with P-256 and SHA-256, or P-384 and SHA-384.',
  },
  der: {
    kind: 'decode',
    meaning: 'These octets are not what they should be in DER.',
    remedy: 'Make the request or the certificate anew with a tool that writes DER, such as OpenSSL.',
  },
  request: {
    kind: 'security',
    meaning: 'The certificate request is not acceptable.',
    remedy: 'Ask for the name and use that the profile gives this component or device, with a new key.',
  },
  lint: {
    kind: 'security',
    meaning: 'The certificate broke a rule of its profile when it was checked before signing.',
    remedy: 'Nothing was signed. See the audit for the rule; the request or the authority must change.',
  },
  'no-authority': {
    kind: 'policy',
    meaning: 'There is no issuing authority for this domain and suite.',
    remedy: 'Make one: `wattward certificates issue-ca`.',
  },
  'authority-ends': {
    kind: 'policy',
    meaning: 'The issuing authority ends before the certificate would.',
    remedy: 'Issue a new authority for the domain: `wattward certificates issue-ca`.',
  },
  'root-exists': {
    kind: 'policy',
    meaning: 'The folder holds a root already.',
    remedy: 'Name an empty folder; a root is never overwritten.',
  },
  root: {
    kind: 'security',
    meaning: 'The offline root could not be opened.',
    remedy: 'Check the folder and the passphrase.',
  },
  'no-certificate': {
    kind: 'policy',
    meaning: 'There is no such certificate.',
    remedy: 'List them: `wattward certificates list`.',
  },
  chain: {
    kind: 'security',
    meaning: 'The certificate does not lead to a trust anchor of this system.',
    remedy: 'Enrol with this system’s authority.',
  },
  'chain-time': {
    kind: 'security',
    meaning: 'The certificate has expired or is not valid yet.',
    remedy: 'Renew it, and check both clocks.',
  },
  'chain-revoked': {
    kind: 'security',
    meaning: 'The certificate is revoked.',
    remedy: 'Enrol anew with a new key, if the officer agrees.',
  },
  'chain-stale': {
    kind: 'security',
    meaning: 'The revocation list of the certificate’s issuer is missing or out of date.',
    remedy: 'Bring the trust center back, or deliver its newest list.',
  },
  'chain-usage': {
    kind: 'security',
    meaning: 'The certificate is not for this use.',
    remedy: 'Use the certificate that was issued for it.',
  },
  'chain-identity': {
    kind: 'security',
    meaning: 'The certificate’s name is not one that its issuer may give.',
    remedy: 'Revoke the issuing authority: it has signed outside its domain.',
  },
  'no-enrolment': {
    kind: 'policy',
    meaning: 'There is no such enrolment, or it is decided already.',
    remedy: 'List them: `wattward enrol list`.',
  },
  'enrolment-full': {
    kind: 'overload',
    meaning: 'As many enrolments wait for a decision as may.',
    remedy: 'Decide on those that wait: `wattward enrol list`.',
  },
  shipment: {
    kind: 'security',
    meaning: 'The shipment file is not signed by a manufacturer that is trusted, or is malformed.',
    remedy: 'Trust the manufacturer’s certificate first, and use the file as it was delivered.',
  },
  'no-meter-key': {
    kind: 'policy',
    meaning: 'The meter has no such key.',
    remedy: 'Generate it: a meter gets its keys when it is registered.',
  },
  'meter-key-exists': {
    kind: 'policy',
    meaning: 'The meter has such a key already; keys change only by rotation.',
    remedy: 'Rotate the key instead.',
  },
  'rotation-busy': {
    kind: 'policy',
    meaning: 'Another rotation of this meter’s keys is under way.',
    remedy: 'Wait for it, or resume it.',
  },
  'rotation-open': {
    kind: 'peer',
    meaning: 'The meter has not confirmed its new keys; the old ones are kept.',
    remedy: 'Resume the rotation when the meter can be reached.',
  },
});
