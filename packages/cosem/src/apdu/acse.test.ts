import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { decodeApdu, encodeApdu } from './index.ts';
import { conformanceFromBits, conformanceToBits, negotiateConformance } from './initiate.ts';

const vectorsFile = 'data/dlms/greenbook-vectors.json';
const sessionsFile = 'data/dlms/peer-sessions.jsonl';

test('the published AARQ with low level security and a ciphered Initiate', needsShared(vectorsFile), () => {
  const hex = sharedJson<{ aarq_ciphered_lls: string }>(vectorsFile).aarq_ciphered_lls;
  const apdu = decodeApdu(fromHex(hex));
  assert.equal(apdu.type, 'aarq');
  const { userInformation, ...rest } = apdu;
  assert.deepEqual(rest, {
    type: 'aarq',
    applicationContext: 'logical-name-ciphered',
    callingApTitle: fromHex('4d4d4d0000bc614e'),
    acseRequirements: '1',
    mechanism: 'low',
    authenticationValue: { choice: 'charstring', value: fromHex('3132333435363738') },
  });
  assert.equal(decodeApdu(userInformation!).type, 'glo-initiate-request');
  assert.equal(toHex(encodeApdu(apdu)), hex);
});

test('the published InitiateRequest with a dedicated key', needsShared(vectorsFile), () => {
  const gcm = sharedJson<{ gcm: { name: string; plain: string }[] }>(vectorsFile).gcm;
  const { plain } = gcm.find(({ name }) => name.startsWith('glo-initiateRequest'))!;
  const apdu = decodeApdu(fromHex(plain));
  assert.deepEqual(apdu, {
    type: 'initiate-request',
    dedicatedKey: fromHex('00112233445566778899aabbccddeeff'),
    responseAllowed: true,
    dlmsVersion: 6,
    conformance: conformanceFromBits(0x007e1f),
    clientMaxReceivePduSize: 1200,
  });
  assert.equal(toHex(encodeApdu(apdu)), plain);
});

interface Session {
  readonly transport: string;
  readonly mechanism: string;
  readonly client_system_title: string;
  readonly server_system_title: string;
  readonly frames: readonly { readonly dir: string; readonly hex: string }[];
}

test('association and release of the recorded peer', needsShared(sessionsFile), () => {
  const sessions = sharedJsonLines<Session>(sessionsFile).filter(({ transport }) => transport === 'WRAPPER');
  assert.ok(sessions.length > 0);
  for (const session of sessions) {
    const apdus = session.frames.map(({ hex }) => fromHex(hex).subarray(8));
    const [aarq, aare] = apdus;
    const request = decodeApdu(aarq!);
    assert.equal(request.type, 'aarq');
    assert.equal(toHex(request.callingApTitle!), session.client_system_title);
    assert.equal(request.mechanism, session.mechanism === 'HighECDSA' ? 'high-ecdsa' : 'high-gmac');
    assert.equal(toHex(encodeApdu(request)), toHex(aarq!));

    const response = decodeApdu(aare!);
    assert.equal(response.type, 'aare');
    assert.equal(response.result, 'accepted');
    assert.deepEqual(response.diagnostic, { source: 'acse-service-user', value: 'authentication-required' });
    assert.equal(toHex(response.respondingApTitle!), session.server_system_title);
    assert.equal(toHex(encodeApdu(response)), toHex(aare!));

    const rlrq = decodeApdu(apdus.at(-2)!);
    assert.equal(rlrq.type, 'rlrq');
    assert.equal(rlrq.reason, 'normal');
    assert.equal(toHex(encodeApdu(rlrq)), toHex(apdus.at(-2)!));

    // Its lengths are short; what comes out is whole, and is written with the right ones.
    const rlre = decodeApdu(apdus.at(-1)!);
    assert.equal(rlre.type, 'rlre');
    assert.equal(rlre.userInformation!.length, 0x21);
    assert.equal(decodeApdu(rlre.userInformation!).type, 'glo-initiate-response');
    const strict = encodeApdu(rlre);
    assert.equal(toHex(strict), toHex(apdus.at(-1)!).replace('6324', '6328').replace('be22', 'be23'));
  }
});

test('an RLRE with short lengths is read, an AARE, AARQ or RLRQ with them is not', () => {
  const short = '6305 800100 be06 0406 aabbccddeeff';
  const rlre = decodeApdu(fromHex(short));
  assert.deepEqual(rlre, { type: 'rlre', reason: 'normal', userInformation: fromHex('aabbccddeeff') });
  assert.equal(toHex(encodeApdu(rlre)), '630d800100be080406aabbccddeeff');
  assert.throws(() => decodeApdu(fromHex(short.replace('63', '62'))), { code: 'apdu/field' });
});

test('a refusal says who refuses and why', () => {
  const hex = '6120 a109 0607 60857405080101 a203 020101 a305 a203 020102 8802 0780 8903 608574';
  const apdu = decodeApdu(fromHex(hex));
  assert.deepEqual(apdu, {
    type: 'aare',
    applicationContext: 'logical-name',
    result: 'rejected-permanent',
    diagnostic: { source: 'acse-service-provider', value: 'no-common-acse-version' },
    acseRequirements: '1',
    mechanism: { oid: fromHex('608574') },
  });
  assert.equal(toHex(encodeApdu(apdu)), hex.replaceAll(' ', ''));
});

test('a context or mechanism that is not registered keeps its object identifier', () => {
  const apdu = decodeApdu(fromHex('600b a109 0607 60857405080109'));
  assert.deepEqual(apdu, { type: 'aarq', applicationContext: { oid: fromHex('60857405080109') } });
});

test('fields this package does not know are skipped', () => {
  const apdu = decodeApdu(fromHex('600f 9e02 aabb a109 0607 60857405080101'));
  assert.deepEqual(apdu, { type: 'aarq', applicationContext: 'logical-name' });
});

test('malformed ACSE APDUs are refused with code and path', () => {
  const bad: readonly (readonly [string, string, string])[] = [
    ['6000', 'apdu/missing', 'aarq'],
    ['600c a109 0607 60857405080101', 'apdu/field', 'aarq'],
    ['600a a109 0607 60857405080101', 'apdu/field', 'aarq'],
    ['6016 a109 0607 60857405080101 a109 0607 60857405080101', 'apdu/duplicate', 'aarq.applicationContext'],
    ['600b a109 0407 60857405080101', 'apdu/field', 'aarq.applicationContext'],
    ['600b a109 0608 60857405080101', 'bytes/truncated', 'aarq.applicationContext'],
    ['600d a109 0607 60857405080101 ac00', 'bytes/truncated', 'aarq.authenticationValue'],
    ['6011 a109 0607 60857405080101 ac04 a202 aabb', 'apdu/choice', 'aarq.authenticationValue'],
    ['600f a109 0607 60857405080101 8a02 0980', 'apdu/field', 'aarq.acseRequirements'],
    ['600f a109 0607 60857405080101 bf1f 00 00', 'apdu/field', 'aarq'],
    ['6110 a109 0607 60857405080101 a203 020100', 'apdu/missing', 'aare'],
  ];
  for (const [hex, code, path] of bad) {
    assert.throws(
      () => decodeApdu(fromHex(hex)),
      (error: unknown) => {
        assert.ok(error instanceof CosemError, hex);
        assert.deepEqual([error.code, error.path], [code, path], hex);
        return true;
      },
    );
  }
});

test('conformance bits by name', () => {
  assert.equal(conformanceToBits(['action']), 1);
  assert.equal(conformanceToBits(['general-protection']), 1 << 22);
  assert.deepEqual(conformanceFromBits(0x400001), ['general-protection', 'action']);
  assert.deepEqual(negotiateConformance(['action', 'get', 'access'], ['set', 'get', 'action']), [
    'get',
    'action',
  ]);
});
