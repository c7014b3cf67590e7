import assert from 'node:assert/strict';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import test from 'node:test';
import { WattwardError } from '../../base/errors.ts';
import { es256, es384 } from '../algorithms.ts';
import { DerReader, explicit, octetString, oid, sequence, tags } from '../der.ts';
import { type CertificatePlan, encodeToBeSigned } from './encode.ts';
import { kindOf } from './kinds.ts';
import { checkToBeSigned, type LintContext, lint, lintRuleIds } from './lint.ts';
import { authoritySubject, subjectOf } from './names.ts';

const info = (curve = 'prime256v1') =>
  generateKeyPairSync('ec', { namedCurve: curve }).publicKey.export({ format: 'der', type: 'spki' });
const now = new Date(Math.floor(Date.now() / 1000) * 1000);
const after = (days: number) => new Date(now.getTime() + days * 86_400_000);

const good: CertificatePlan = {
  kind: kindOf('tls'),
  algorithm: es256,
  serial: Buffer.concat([Buffer.from([0x7f]), randomBytes(15)]),
  issuer: authoritySubject('utility-enterprise', 1),
  subject: subjectOf({ component: 'mdms' }, 'utility-enterprise'),
  notBefore: now,
  notAfter: after(90),
  publicKey: info(),
  issuerPublicKey: info(),
  uris: ['urn:wattward:component:mdms'],
  hosts: ['mdms.example'],
  listAddress: undefined,
};
const context: LintContext = { issuerNotAfter: after(4000), now };

/** Takes what is to be signed apart and puts one more extension in. */
function withExtension(toBeSigned: Buffer): Buffer {
  const reader = new DerReader(toBeSigned, 'tbs').enter(tags.sequence, 'tbs');
  const parts: Buffer[] = [];
  while (reader.peekTag() !== 0xa3) parts.push(reader.next().whole);
  const list = reader.enter(0xa3, 'extensions').enter(tags.sequence, 'list');
  const extensions: Buffer[] = [];
  while (!list.atEnd) extensions.push(list.next().whole);
  extensions.push(sequence(oid('1.2.3.4'), octetString(Buffer.from([5, 0]))));
  return sequence(...parts, explicit(3, sequence(...extensions)));
}

function versionOne(toBeSigned: Buffer): Buffer {
  const octets = Buffer.from(toBeSigned);
  const at = octets.indexOf(Buffer.from('a003020102', 'hex'));
  octets[at + 4] = 1;
  return octets;
}

interface Broken {
  /** What the authority meant. */
  readonly meant?: Partial<CertificatePlan>;
  /** What the octets say instead. */
  readonly said?: Partial<CertificatePlan>;
  readonly octets?: (toBeSigned: Buffer) => Buffer;
  readonly context?: Partial<LintContext>;
}

const otherKey = info();
const broken: Readonly<Record<string, Broken>> = {
  'version is 3': { octets: versionOne },
  'serial is random and at most 20 octets': { meant: { serial: Buffer.from([1]) } },
  'issuer is the authority': { said: { issuer: authoritySubject('utility-edge', 1) } },
  'subject is the holder': { said: { subject: subjectOf({ component: 'draacs' }, 'utility-enterprise') } },
  'key is the holder’s': { said: { publicKey: otherKey } },
  'key is not the authority’s own': { meant: { publicKey: otherKey, issuerPublicKey: otherKey } },
  'curve is the authority’s': { meant: { publicKey: info('secp384r1') } },
  'strength is enough': { context: { configured: { 'trust.minimumStrengthBits': 192 } } },
  'begins before it ends': { meant: { notBefore: after(90), notAfter: after(89) } },
  'has not ended': { meant: { notBefore: after(-10), notAfter: after(-1) } },
  'life is no longer than its parameter': { meant: { notAfter: after(91) } },
  'ends no later than its authority': { context: { issuerNotAfter: after(89) } },
  'does not begin in the future or long ago': { meant: { notBefore: after(1) } },
  'key usage is that of its kind': { said: { kind: { ...kindOf('tls'), keyUsage: ['keyAgreement'] } } },
  'extended key usage is that of its kind': {
    said: { kind: { ...kindOf('tls'), extendedKeyUsage: ['clientAuth'] } },
  },
  'is an authority only if its kind is': { said: { kind: { ...kindOf('tls'), pathLength: 0 } } },
  'key identifiers are those of the keys': { said: { issuerPublicKey: otherKey } },
  'alternative names are the holder’s': { said: { hosts: ['head-end.example'] } },
  'names somebody of the profile': { meant: { uris: ['urn:wattward:component:nobody'] } },
  'hosts only where its kind has them': { meant: { kind: kindOf('message') } },
  'address of the list is the authority’s': { said: { listAddress: 'https://elsewhere.example/x.crl' } },
  'extensions are those of its kind': { octets: withExtension },
};

test('a certificate that keeps every rule passes, and what is to be signed comes back', () => {
  assert.deepEqual(lint(good, context), encodeToBeSigned(good));
});

test('each rule is broken here once, and refuses by its name', () => {
  assert.deepEqual(Object.keys(broken).sort(), [...lintRuleIds].sort());
  for (const [rule, { meant, said, octets, context: more }] of Object.entries(broken)) {
    const plan = { ...good, ...meant };
    const encoded = encodeToBeSigned({ ...plan, ...said });
    assert.throws(
      () => checkToBeSigned(octets ? octets(encoded) : encoded, plan, { ...context, ...more }),
      (error) => {
        assert.ok(error instanceof WattwardError, String(error));
        assert.equal(error.code, 'trust/lint');
        assert.equal(error.detail, `broken: ${rule}`);
        return true;
      },
    );
  }
});

test('octets that cannot be read back are refused', () => {
  const encoded = encodeToBeSigned({ ...good, algorithm: es384 });
  assert.throws(() => checkToBeSigned(encoded, good, context), /cannot be read back/);
  assert.throws(() => checkToBeSigned(encoded.subarray(0, 100), good, context), /cannot be read back/);
});
