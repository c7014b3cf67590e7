import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeCiphered,
  encodeCiphered,
  type GeneralCiphering,
  type GeneralSigning,
} from '../apdu/ciphered.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { MemoryCounters, ReceiveCounter, SendCounter } from './counters.ts';
import { type GeneralSealOptions, type KeyPlan, sealGeneral } from './general.ts';
import { type GeneralOpenOptions, openGeneral, RisingTransactions } from './general-open.ts';
import { emptyHeader, signApdu, verifySignedApdu } from './signing.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';
import { type SecuritySuite, suiteParameters } from './suite.ts';

const client = fromHex('4d4d4d0000000001');
const meter = fromHex('4d4d4d0000bc614e');
const request = fromHex('d9400000000004');
const header = {
  transactionId: fromHex('0000000000000001'),
  originatorSystemTitle: client,
  recipientSystemTitle: meter,
  dateTime: new Uint8Array(0),
  otherInformation: fromHex('0102'),
};

/** Two key stores: the client's with its keys and the shared ones, the meter's with its own. */
function parties(suite: SecuritySuite) {
  const { keySize, curve = 'P-256' } = suiteParameters(suite);
  const [clientKeys, meterKeys] = [new SoftwareKeys(), new SoftwareKeys()];
  for (const keys of [clientKeys, meterKeys]) {
    for (const [fill, purpose] of (
      ['unicast-encryption', 'broadcast-encryption', 'authentication', 'master'] as const
    ).entries()) {
      keys.put(keyName(meter, purpose), new Uint8Array(keySize).fill(fill + 1));
    }
  }
  const signingKey = clientKeys.generatePair(keyName(client, 'signing'), curve);
  const agreementKey = clientKeys.generatePair(keyName(client, 'agreement'), curve);
  const recipientKey = meterKeys.generatePair(keyName(meter, 'agreement'), curve);
  const unicast = new ReceiveCounter(new MemoryCounters(), 'u', undefined);
  const broadcast = new ReceiveCounter(new MemoryCounters(), 'b', undefined);
  const counter = new SendCounter(new MemoryCounters(), 's');
  counter.reserve();
  const plans: Record<string, KeyPlan> = {
    unicast: { choice: 'identified', key: keyName(meter, 'unicast-encryption') },
    broadcast: { choice: 'identified', key: keyName(meter, 'broadcast-encryption') },
    wrapped: { choice: 'wrapped', kek: keyName(meter, 'master') },
    'one-pass': { choice: 'one-pass', recipientKey, signing: keyName(client, 'signing') },
    'static-unified': { choice: 'static-unified', recipientKey, own: keyName(client, 'agreement') },
  };
  const transactions = new RisingTransactions();
  const opening: GeneralOpenOptions = {
    suite,
    keys: meterKeys,
    systemTitle: meter,
    originator: { systemTitle: client, signingKey, agreementKey },
    authenticationKey: keyName(meter, 'authentication'),
    counters: { unicast, broadcast },
    acceptFresh: transactions.accept,
  };
  const seal = (plan: KeyPlan, more: Partial<GeneralSealOptions> = {}) =>
    sealGeneral(request, {
      suite,
      keys: clientKeys,
      header,
      plan,
      authenticationKey: keyName(meter, 'authentication'),
      protection: { authenticated: true, encrypted: true },
      counter,
      ...more,
    });
  return { plans, opening, seal, clientKeys, meterKeys, signingKey, unicast };
}

test('every key choice in every suite that has it: sealed, encoded, opened, not opened twice', async () => {
  for (const suite of [0, 1, 2] as const) {
    for (const name of ['unicast', 'broadcast', 'wrapped', 'one-pass', 'static-unified']) {
      const { plans, opening, seal } = parties(suite);
      const plan = plans[name]!;
      if (suite === 0 && (plan.choice === 'one-pass' || plan.choice === 'static-unified')) {
        await assert.rejects(seal(plan), { code: 'security/suite' });
        continue;
      }
      const bytes = encodeCiphered(await seal(plan));
      const apdu = decodeCiphered(bytes) as GeneralCiphering;
      const opened = await openGeneral(apdu, opening);
      assert.equal(toHex(opened.plain), toHex(request), `suite ${suite}, ${name}`);
      assert.equal(
        opened.keyInfo.choice.split('-')[0],
        plan.choice === 'identified' ? 'identified' : opened.keyInfo.choice.split('-')[0],
      );
      await assert.rejects(openGeneral(apdu, opening), {
        code: plan.choice === 'identified' ? 'security/replay' : 'security/fresh',
      });
    }
  }
});

test('the header is authenticated: changing any field of it is refused', async () => {
  const { plans, opening, seal } = parties(1);
  const apdu = await seal(plans['unicast']!);
  const changes: [Partial<GeneralCiphering>, string][] = [
    [{ transactionId: fromHex('0000000000000002') }, 'security/tag'],
    [{ dateTime: fromHex('00') }, 'security/tag'],
    [{ otherInformation: new Uint8Array(0) }, 'security/tag'],
    [{ originatorSystemTitle: meter }, 'security/system-title'],
    [{ recipientSystemTitle: client }, 'security/system-title'],
    [{ recipientSystemTitle: new Uint8Array(0) }, 'security/system-title'],
    [{ keyInfo: undefined }, 'security/key-agreement'],
    [{ keyInfo: { choice: 'identified-key', keyId: 1 } }, 'security/tag'],
    [{ keyInfo: { choice: 'identified-key', keyId: 2 } }, 'security/key-missing'],
    [
      { keyInfo: { choice: 'wrapped-key', kekId: 1, keyCipheredData: new Uint8Array(24) } },
      'security/key-missing',
    ],
    [
      { keyInfo: { choice: 'wrapped-key', kekId: 0, keyCipheredData: new Uint8Array(24) } },
      'security/key-unwrap',
    ],
    [{ keyInfo: agreed('03', '') }, 'security/key-agreement'],
    [{ keyInfo: agreed('', '') }, 'security/key-agreement'],
    [{ keyInfo: agreed('02', '00') }, 'security/key-agreement'],
    [{ keyInfo: agreed('01', '00'.repeat(127)) }, 'security/key-agreement'],
    [{ keyInfo: agreed('01', '00'.repeat(128)) }, 'security/signature'],
    [{ service: apdu.service.subarray(0, 16) }, 'security/short'],
    [{ service: withControl(apdu.service, 0x30) }, 'security/suite'],
    [{ service: withControl(apdu.service, 0x71) }, 'security/key-set'],
    [{ service: withControl(apdu.service, 0xb1) }, 'security/compression'],
    [{ service: withControl(apdu.service, 0x21) }, 'security/policy'],
    [{ service: withControl(apdu.service, 0x11) }, 'security/tag'],
  ];
  for (const [change, code] of changes) {
    await assert.rejects(openGeneral({ ...apdu, ...change }, opening), { code }, JSON.stringify(change));
  }
  assert.equal(opening.counters?.unicast?.highest, undefined);
  await openGeneral(apdu, opening);
});

function agreed(scheme: string, hex: string) {
  return { choice: 'agreed-key', keyParameters: fromHex(scheme), keyCipheredData: fromHex(hex) } as const;
}

function withControl(service: Uint8Array, octet: number): Uint8Array {
  const altered = Uint8Array.from(service);
  altered[0] = octet;
  return altered;
}

test('an ephemeral key signed by somebody else is refused', async () => {
  const { plans, opening, seal, clientKeys } = parties(1);
  const apdu = await seal(plans['one-pass']!);
  const signingKey = clientKeys.generatePair(keyName(client, 'signing'), 'P-256');
  await assert.rejects(openGeneral(apdu, { ...opening, originator: { ...opening.originator, signingKey } }), {
    code: 'security/signature',
  });
  await assert.rejects(openGeneral(apdu, { ...opening, originator: { systemTitle: client } }), {
    code: 'security/key-missing',
  });
  await openGeneral(apdu, opening);
});

test('C(0e,2s): the transaction id goes into the key, the AlgorithmID too', async () => {
  const { plans, opening, seal } = parties(2);
  const apdu = await seal(plans['static-unified']!);
  await assert.rejects(openGeneral(apdu, { ...opening, algorithmId: fromHex('60857406080300') }), {
    code: 'security/tag',
  });
  await assert.rejects(openGeneral(apdu, { ...opening, originator: { systemTitle: client } }), {
    code: 'security/key-missing',
  });
});

test('a counter is demanded where the key is not made for the message', async () => {
  const { plans, seal } = parties(1);
  const refused = { code: 'security/counter-unreserved' };
  await assert.rejects(seal(plans['unicast']!, { counter: 'zero' }), refused);
  const { counter: _, ...without } = { counter: 0 };
  await assert.rejects(seal(plans['static-unified']!, { ...without, counter: undefined as never }), refused);
  assert.equal((await seal(plans['wrapped']!, { counter: undefined as never })).service[4], 0);
});

test('an identified key without a receive counter is refused', async () => {
  const { plans, opening, seal } = parties(0);
  const { counters: _, ...without } = opening;
  await assert.rejects(
    seal(plans['unicast']!).then((apdu) => openGeneral(apdu, without)),
    {
      code: 'security/key-set',
    },
  );
});

test('transactions rise for each originator', () => {
  const { accept } = new RisingTransactions();
  const claim = (originator: Uint8Array, id: string) => ({
    originator,
    transactionId: fromHex(id),
    dateTime: new Uint8Array(0),
  });
  assert.deepEqual(
    [
      [client, '05'],
      [client, '05'],
      [client, '04'],
      [meter, '04'],
      [client, '0006'],
      [client, ''],
    ].map(([title, id]) => accept(claim(title as Uint8Array, id as string))),
    [true, false, false, true, true, false],
  );
});

test('general-signing: sign, encode, verify; any change and any other key are refused', async () => {
  for (const suite of [1, 2] as const) {
    const { clientKeys, signingKey } = parties(suite);
    const signed = await signApdu(clientKeys, keyName(client, 'signing'), header, request);
    const bytes = encodeCiphered(signed);
    const apdu = decodeCiphered(bytes) as GeneralSigning;
    verifySignedApdu(suite, apdu, signingKey);
    const refused = { code: 'security/signature' };
    for (const change of [
      { content: fromHex('d94000') },
      { ...emptyHeader },
      { signature: new Uint8Array(0) },
      { signature: new Uint8Array(signed.signature.length) },
      { signature: signed.signature.subarray(1) },
    ]) {
      assert.throws(() => verifySignedApdu(suite, { ...apdu, ...change }, signingKey), refused);
    }
    const other = clientKeys.generatePair(keyName(client, 'signing'), suite === 1 ? 'P-256' : 'P-384');
    assert.throws(() => verifySignedApdu(suite, apdu, other), refused);
  }
  assert.throws(
    () =>
      verifySignedApdu(
        0,
        { type: 'general-signing', ...emptyHeader, content: request, signature: request },
        request,
      ),
    {
      code: 'security/suite',
    },
  );
});
