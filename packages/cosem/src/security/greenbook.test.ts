import assert from 'node:assert/strict';
import { createSecretKey } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { algorithmIds, gbcsAlgorithmId, otherInfo } from './agreement.ts';
import { gmacProof, verifyGmacProof } from './authentication.ts';
import { MemoryCounters, ReceiveCounter, SendCounter } from './counters.ts';
import { privateKeyFromRaw, publicKeyFromRaw, rawPublicKey, sharedSecret, verifyRaw } from './curves.ts';
import { type AgreementSide, finishAgreement, offerAgreement } from './key-change.ts';
import type { KeyName } from './keys.ts';
import { deriveKey, gcmName, gcmStream } from './primitives.ts';
import { Opener, Sealer } from './sealing.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';
import { parseSecurityControl, writeCounter } from './suite.ts';

const file = 'data/dlms/greenbook-vectors.json';
type Row = Record<string, string>;
interface Vectors {
  common: { EK: string; AK: string };
  gcm: Row[];
  aarq_ciphered_lls: string;
  hls5_gmac: Row;
  ecdh_ephemeral_unified_C2e0s: Row;
  ecdh_one_pass_C1e1s: Row[];
  general_ciphering_access_request: { plain: string } & Record<
    'one_pass' | 'static_unified',
    { key: string; ct_and_tag: string }
  >;
  key_wrap: Row[];
}
const vectors = () => sharedJson<Vectors>(file);
const meter = fromHex('4d4d4d0000bc614e');

function ciphers(common: Vectors['common']) {
  const keys = new SoftwareKeys()
    .put(keyName(meter, 'unicast-encryption'), fromHex(common.EK))
    .put(keyName(meter, 'authentication'), fromHex(common.AK));
  return keys.cipher(keyName(meter, 'unicast-encryption'), keyName(meter, 'authentication'));
}

test('sealing and opening give the published octets', needsShared(file), () => {
  const { common, gcm } = vectors();
  for (const row of gcm) {
    const ports = new MemoryCounters().startAt('s', Number.parseInt(row['ic']!, 16));
    const counter = new SendCounter(ports, 's');
    counter.reserve();
    const systemTitle = fromHex(row['system_title']!);
    const cipher = ciphers(common);
    const sealer = new Sealer({ suite: 0, systemTitle, scope: 'global', cipher, counter });
    const protection = parseSecurityControl(Number.parseInt(row['sc']!, 16));
    const apdu = sealer.seal(fromHex(row['plain']!), protection, 'service-specific');
    assert.equal(toHex(apdu), row['apdu'], row['name']);
    const received = new ReceiveCounter(ports, 'r', undefined);
    const opener = new Opener({
      suite: 0,
      systemTitle,
      scope: 'global',
      unicast: { cipher, counter: received },
      allowUnauthenticated: !protection.authenticated,
    });
    const opened = opener.open(apdu);
    assert.equal(toHex(opened.plain), row['plain']);
    assert.equal(opened.counter, Number.parseInt(row['ic']!, 16));
    assert.equal(received.highest, opened.counter);
  }
  assert.equal(gcm.length, 4);
});

test('the ciphered initiate request of the published AARQ opens', needsShared(file), () => {
  const { common, aarq_ciphered_lls: aarq, gcm } = vectors();
  const initiate = fromHex(aarq).subarray(-0x32);
  const opener = new Opener({
    suite: 0,
    systemTitle: meter,
    scope: 'global',
    unicast: {
      cipher: ciphers(common),
      counter: new ReceiveCounter(new MemoryCounters(), 'r', undefined),
    },
  });
  assert.equal(toHex(opener.open(initiate).plain), gcm[3]!['plain']);
});

test('GMAC proofs of both sides', needsShared(file), () => {
  const { common, hls5_gmac: row } = vectors();
  for (const [title, ic, challenge, proof] of [
    ['client_system_title', 'client_ic', 'StoC', 'f_StoC'],
    ['server_system_title', 'server_ic', 'CtoS', 'f_CtoS'],
  ] as const) {
    const context = {
      suite: 0,
      cipher: ciphers(common),
      proverTitle: fromHex(row[title]!),
      challenge: fromHex(row[challenge]!),
    } as const;
    const made = gmacProof(context, Number.parseInt(row[ic]!, 16));
    assert.equal(toHex(made), row[proof]);
    const counter = new ReceiveCounter(new MemoryCounters(), 'r', undefined);
    verifyGmacProof(context, counter, made);
    assert.throws(() => verifyGmacProof(context, counter, made), { code: 'security/replay' });
  }
});

test('C(1e,1s): shared secret, derivation with either AlgorithmID', needsShared(file), () => {
  for (const row of vectors().ecdh_one_pass_C1e1s) {
    const own = privateKeyFromRaw('P-256', fromHex(row['recipient_static_private']!));
    const z = sharedSecret(own, fromHex(row['ephemeral_public']!));
    assert.equal(toHex(z), row['Z']);
    const parties = { originator: fromHex(row['originator']!), recipient: fromHex(row['recipient']!) };
    const derive = (algorithmId: Uint8Array) =>
      toHex(deriveKey(z, otherInfo({ algorithmId, ...parties }), 16));
    assert.equal(derive(algorithmIds['aes-gcm-128']), row['key']);
    const old = row['key_with_old_algorithm_id_60857406080300'];
    if (old !== undefined) assert.equal(derive(gbcsAlgorithmId), old);
    if (row['ephemeral_private'] !== undefined) {
      const ephemeral = privateKeyFromRaw('P-256', fromHex(row['ephemeral_private']));
      assert.equal(toHex(rawPublicKey(ephemeral)), row['ephemeral_public']);
      assert.equal(toHex(sharedSecret(ephemeral, fromHex(row['recipient_static_public']!))), row['Z']);
    }
  }
});

test(
  'C(2e,0s): the published signature verifies and the agreed key is the published one',
  needsShared(file),
  async () => {
    const row = vectors().ecdh_ephemeral_unified_C2e0s;
    const octets = (name: string) => fromHex(row[name]!);
    const signed = Buffer.concat([Uint8Array.of(0), octets('client_ephemeral_public')]);
    assert.ok(
      verifyRaw(publicKeyFromRaw('P-256', octets('client_signing_public')), signed, octets('signature')),
    );

    const keys = new SoftwareKeys();
    const signing: KeyName<'signing'> = { owner: 'aaaaaaaaaaaaaaaa', purpose: 'signing' };
    keys.generatePair(signing, 'P-256');
    const serverEphemeral = keys.ephemeralFrom(
      privateKeyFromRaw('P-256', octets('server_ephemeral_private')),
    );
    assert.equal(toHex(serverEphemeral.publicKey), row['server_ephemeral_public']);
    for (const [algorithmId, expected] of [
      [algorithmIds['aes-gcm-128'], 'guek_with_algorithm_id_60857405080300'],
      [gbcsAlgorithmId, 'guek_with_algorithm_id_60857406080300'],
    ] as const) {
      const side: AgreementSide = {
        suite: 1,
        keys,
        purpose: 'unicast-encryption',
        signing,
        peerSigningKey: octets('client_signing_public'),
        clientTitle: fromHex('4d4d4d0000bc614e'),
        serverTitle: fromHex('4d4d4d0000000001'),
        algorithmId,
      };
      await offerAgreement(side, serverEphemeral);
      const secret = await finishAgreement(side, serverEphemeral, {
        purpose: 'unicast-encryption',
        material: Buffer.concat([octets('client_ephemeral_public'), octets('signature')]),
      });
      assert.ok(holds(keys, secret, octets(expected)), expected);
    }
  },
);

/** Whether a handle is this key: the port shows no octets, so it has to wrap it, and the same is done with the key. */
function holds(
  keys: SoftwareKeys,
  secret: ReturnType<SoftwareKeys['generate']>,
  octets: Uint8Array,
): boolean {
  const kek = keys.generate(16);
  return toHex(keys.wrap(kek, secret)) === toHex(keys.wrap(kek, keys.importSecret(octets)));
}

test('general-ciphering: both published texts decipher', needsShared(file), () => {
  const { plain, one_pass, static_unified } = vectors().general_ciphering_access_request;
  // The source leaves out the header that the tag covers, so that only the text can be checked.
  for (const { key, ct_and_tag } of [one_pass, static_unified]) {
    const text = fromHex(ct_and_tag).subarray(0, -12);
    const iv = new Uint8Array(12);
    iv.set(meter);
    writeCounter(iv, 8, 0);
    assert.equal(toHex(gcmStream(gcmName(16), createSecretKey(fromHex(key)), iv, text)), plain);
  }
});

test('key wrap of suites 0 and 2', needsShared(file), () => {
  const keys = new SoftwareKeys();
  for (const row of vectors().key_wrap) {
    const [kek, key] = [keys.importSecret(fromHex(row['kek']!)), keys.importSecret(fromHex(row['key']!))];
    assert.equal(toHex(keys.wrap(kek, key)), row['wrapped']);
    assert.equal(toHex(keys.wrap(kek, keys.unwrap(kek, fromHex(row['wrapped']!)))), row['wrapped']);
  }
});
