import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fromHex, toHex } from '../base/bytes.ts';
import { type Data, data } from '../data/types.ts';
import {
  type AgreementSide,
  acceptTransfer,
  type CertificateInfo,
  type CertificateReference,
  decodeCertificateInfos,
  decodeCertificateReference,
  decodeKeyMaterial,
  encodeCertificateInfos,
  encodeCertificateReference,
  encodeKeyMaterial,
  finishAgreement,
  offerAgreement,
  stageTransfer,
  wrapStaged,
} from './key-change.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';

const client = fromHex('4d4d4d0000000001');
const meter = fromHex('4d4d4d0000bc614e');
const owner = toHex(meter);
const refused = { code: 'security/key-data' };

function stores(size: number) {
  return [new SoftwareKeys(), new SoftwareKeys()].map((keys) =>
    keys.put(keyName(meter, 'master'), new Uint8Array(size).fill(9)),
  ) as [SoftwareKeys, SoftwareKeys];
}

test('key_transfer: both sides hold the same new keys afterwards, and a repetition sends the same', () => {
  for (const suite of [0, 2] as const) {
    const [head, device] = stores(suite === 2 ? 32 : 16);
    const purposes = ['unicast-encryption', 'authentication', 'master'] as const;
    const sent = stageTransfer(head, owner, suite, purposes);
    assert.deepEqual(wrapStaged(head, owner, purposes), sent);
    const received = decodeKeyMaterial(encodeKeyMaterial(sent));
    assert.deepEqual(
      received.map(({ purpose }) => purpose),
      purposes,
    );
    const names = acceptTransfer(device, owner, suite, received);
    assert.ok(!device.has(keyName(meter, 'unicast-encryption')));
    device.activate(names);
    head.activate(names);
    const check = (keys: SoftwareKeys) =>
      purposes
        .map((purpose) => toHex(keys.wrap(keys.importSecret(new Uint8Array(16)), { owner, purpose })))
        .join();
    assert.equal(check(device), check(head));
  }
});

test('key_transfer: one unsound key and nothing is staged', () => {
  const [head, device] = stores(16);
  const sent = stageTransfer(head, owner, 0, ['unicast-encryption', 'authentication']);
  const damaged = Uint8Array.from(sent[1]!.material);
  damaged[0]! ^= 1;
  assert.throws(() => acceptTransfer(device, owner, 0, [sent[0]!, { ...sent[1]!, material: damaged }]), {
    code: 'security/key-unwrap',
  });
  assert.ok(!device.has(keyName(meter, 'unicast-encryption', 'next')));
  const long = stageTransfer(head, owner, 2, ['unicast-encryption']);
  assert.throws(() => acceptTransfer(device, owner, 0, long), { code: 'security/key-size' });
});

test('malformed parameters of key methods are refused', () => {
  const key = (id: number) => data('structure', [data('enum', id), data('octet-string', new Uint8Array(24))]);
  const cases: Data[] = [
    data('null-data', null),
    data('array', []),
    data('array', [key(0), key(1), key(2), key(3), key(0)]),
    data('array', [key(0), key(0)]),
    data('array', [key(4)]),
    data('array', [data('structure', [data('enum', 0)])]),
    data('array', [data('structure', [data('unsigned', 0), data('octet-string', new Uint8Array(24))])]),
    data('array', [data('structure', [data('enum', 0), data('visible-string', 'x')])]),
    data('array', [data('enum', 0)]),
  ];
  for (const value of cases) assert.throws(() => decodeKeyMaterial(value), refused);
  assert.equal(decodeKeyMaterial(data('array', [key(3)]))[0]!.purpose, 'master');
});

/** Both sides of an agreement, with each other's signing keys. */
function sides(suite: 1 | 2, purpose: AgreementSide['purpose']): [AgreementSide, AgreementSide] {
  const curve = suite === 1 ? 'P-256' : 'P-384';
  const [clientKeys, meterKeys] = [new SoftwareKeys(), new SoftwareKeys()];
  const clientKey = clientKeys.generatePair(keyName(client, 'signing'), curve);
  const meterKey = meterKeys.generatePair(keyName(meter, 'signing'), curve);
  const shared = { suite, purpose, clientTitle: client, serverTitle: meter };
  return [
    { ...shared, keys: clientKeys, signing: keyName(client, 'signing'), peerSigningKey: meterKey },
    { ...shared, keys: meterKeys, signing: keyName(meter, 'signing'), peerSigningKey: clientKey },
  ];
}

test('key_agreement: both sides derive the same key in suites 1 and 2', async () => {
  for (const suite of [1, 2] as const) {
    for (const purpose of ['unicast-encryption', 'master'] as const) {
      const [head, device] = sides(suite, purpose);
      const asked = await offerAgreement(head);
      const answered = await offerAgreement(device);
      const ours = await finishAgreement(head, asked.ephemeral, answered.material);
      const theirs = await finishAgreement(device, answered.ephemeral, asked.material);
      const show = ({ keys }: AgreementSide, key: typeof ours) =>
        toHex((keys as SoftwareKeys).wrap(keys.importSecret(new Uint8Array(16)), key));
      assert.equal(show(head, ours), show(device, theirs));
      assert.equal(ours.size, suite === 1 ? 16 : 32);
    }
  }
});

test('key_agreement: halves for another key, unsigned, damaged or from another signer are refused', async () => {
  const [head, device] = sides(1, 'unicast-encryption');
  const { ephemeral } = await offerAgreement(head);
  const { material } = await offerAgreement(device);
  const finish = (change: Partial<typeof material>, side = head) =>
    finishAgreement(side, ephemeral, { ...material, ...change });
  await assert.rejects(finish({ purpose: 'authentication' }), { code: 'security/key-agreement' });
  await assert.rejects(finish({ material: material.material.subarray(0, 64) }), {
    code: 'security/key-agreement',
  });
  const damaged = Uint8Array.from(material.material);
  damaged[3]! ^= 1;
  await assert.rejects(finish({ material: damaged }), { code: 'security/signature' });
  const other = sides(1, 'unicast-encryption')[0].peerSigningKey;
  await assert.rejects(finish({}, { ...head, peerSigningKey: other }), { code: 'security/signature' });
  // A signature made for another key id does not serve for this one.
  const forOther = await offerAgreement({ ...device, purpose: 'authentication' });
  await assert.rejects(finish({ material: forOther.material.material }), { code: 'security/signature' });
  await finish({});
});

test('certificate references and lines survive a round trip; malformed ones are refused', () => {
  const references: CertificateReference[] = [
    { by: 'entity', entity: 'server', type: 'key-agreement', systemTitle: meter },
    { by: 'serial', serialNumber: fromHex('01'), issuer: fromHex('3000') },
  ];
  for (const reference of references) {
    assert.deepEqual(decodeCertificateReference(encodeCertificateReference(reference)), reference);
  }
  const infos: CertificateInfo[] = [
    {
      entity: 'certification-authority',
      type: 'tls',
      serialNumber: fromHex('02'),
      issuer: fromHex('3000'),
      subject: fromHex('3001'),
      subjectAlternativeName: new Uint8Array(0),
    },
  ];
  assert.deepEqual(decodeCertificateInfos(encodeCertificateInfos(infos)), infos);
  const empty = data('structure', []);
  for (const value of [
    data('null-data', null),
    empty,
    data('structure', [data('enum', 2), empty]),
    data('structure', [data('enum', 0), empty]),
    data('structure', [
      data('enum', 0),
      data('structure', [data('enum', 9), data('enum', 0), data('octet-string', meter)]),
    ]),
    data('structure', [data('enum', 1), data('structure', [data('enum', 9), data('enum', 0)])]),
  ]) {
    assert.throws(() => decodeCertificateReference(value), refused);
  }
  for (const value of [
    empty,
    data('array', [empty]),
    data('array', [data('structure', Array(6).fill(data('enum', 0)))]),
  ]) {
    assert.throws(() => decodeCertificateInfos(value), refused);
  }
});
