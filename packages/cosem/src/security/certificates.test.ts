import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { createCertificateRequest, readCertificate, readCertificateRequest } from './certificates.ts';
import { der, derElement, derElements, derTags, derUnsigned } from './der.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';

const meter = fromHex('4d4d4d0000bc614e');

test('a certificate request reads back, on both curves and for both kinds of keys', async () => {
  for (const curve of ['P-256', 'P-384'] as const) {
    for (const purpose of ['signing', 'agreement'] as const) {
      const keys = new SoftwareKeys();
      const publicKey = keys.generatePair(keyName(meter, purpose, 'next'), curve);
      const request = await createCertificateRequest(keys, keyName(meter, purpose, 'next'), meter);
      const contents = readCertificateRequest(request);
      assert.deepEqual(
        [contents.curve, toHex(contents.publicKey), toHex(contents.systemTitle!)],
        [curve, toHex(publicKey), toHex(meter)],
      );
    }
  }
});

/** Whether there is an openssl command to ask for a second opinion. */
function openssl(args: string[], input: Uint8Array): string | undefined {
  try {
    return execFileSync('openssl', args, { input, encoding: 'utf8', stdio: ['pipe', 'pipe', 'pipe'] });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

test('openssl accepts the request', async (t) => {
  const keys = new SoftwareKeys();
  keys.generatePair(keyName(meter, 'signing'), 'P-384');
  const request = await createCertificateRequest(keys, keyName(meter, 'signing'), meter);
  const text = openssl(['req', '-inform', 'DER', '-noout', '-verify', '-subject'], request);
  if (text === undefined) return t.skip('there is no openssl command');
  assert.match(text, /CN ?= ?4D4D4D0000BC614E/);
});

test('a changed request is refused wherever the change is', async () => {
  const keys = new SoftwareKeys();
  keys.generatePair(keyName(meter, 'signing'), 'P-256');
  const request = await createCertificateRequest(keys, keyName(meter, 'signing'), meter);
  const [, algorithm] = derElements(derElement(request).content);
  const unchecked = request.length - algorithm!.whole.length;
  let refused = 0;
  for (let at = 0; at < request.length; at++) {
    const altered = Uint8Array.from(request);
    altered[at]! ^= 0x01;
    try {
      readCertificateRequest(altered);
    } catch (error) {
      assert.ok(error instanceof CosemError, String(error));
      refused++;
    }
  }
  // Only the outer algorithm identifier and the count of unused bits are not looked at: the key says both.
  assert.ok(refused >= unchecked - 2, `${refused} of ${request.length}`);
});

test('a certificate with the title as its common name, from openssl', (t) => {
  const pem = openssl(
    [
      ...[
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:secp384r1',
        '-nodes',
        '-keyout',
        '/dev/null',
      ],
      ...['-days', '30', '-subj', '/O=x/CN=4D4D4D0000BC614E', '-addext', 'keyUsage=critical,keyAgreement'],
    ],
    new Uint8Array(0),
  );
  if (pem === undefined) return t.skip('there is no openssl command');
  const contents = readCertificate(pem);
  assert.equal(contents.curve, 'P-384');
  assert.equal(contents.publicKey.length, 96);
  assert.equal(toHex(contents.systemTitle!), toHex(meter));
  assert.deepEqual([contents.forSigning, contents.forAgreement], [false, true]);
  assert.equal(toHex(readCertificate(contents.der).serialNumber), toHex(contents.serialNumber));
  assert.deepEqual(contents.issuer, contents.subject);
});

test('what is no certificate or request is refused, whatever it is', () => {
  for (const input of [
    '',
    'x',
    '-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----',
    'x'.repeat(100_000),
  ]) {
    assert.throws(() => readCertificate(input), { code: 'security/certificate' });
  }
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      assert.throws(() => readCertificate(bytes), CosemError);
      assert.throws(() => readCertificateRequest(bytes), CosemError);
    }),
    { numRuns: 500 },
  );
});

test('DER: elements, their bound, and the sign of integers', () => {
  const many = Buffer.concat(Array.from({ length: 257 }, () => Uint8Array.of(5, 0)));
  assert.throws(() => derElements(many), { code: 'security/certificate' });
  assert.equal(derElements(many.subarray(2)).length, 256);
  assert.throws(() => derElement(fromHex('05000500')), { code: 'security/certificate' });
  assert.throws(() => derElement(fromHex('0501')), { code: 'security/certificate' });
  for (const [value, expected] of [
    ['00', '020100'],
    ['', '020100'],
    ['007f', '02017f'],
    ['80', '02020080'],
    ['0000ff', '020200ff'],
  ] as const) {
    assert.equal(toHex(derUnsigned(fromHex(value))), expected);
  }
  assert.equal(toHex(der(derTags.sequence, fromHex('01'), fromHex('02'))), '30020102');
});
