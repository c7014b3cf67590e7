import assert from 'node:assert/strict';
import { createPrivateKey } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedJsonLines } from '../../../../tools/shared.ts';
import {
  decodeCiphered,
  encodeCiphered,
  type GeneralCiphering,
  type GeneralSigning,
} from '../apdu/ciphered.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { gbcsAlgorithmId } from './agreement.ts';
import { readCertificate } from './certificates.ts';
import { curveOf, rawPublicKey } from './curves.ts';
import { sealGeneral } from './general.ts';
import { impliedByGbcs, openGeneral } from './general-open.ts';
import { emptyHeader, verifySignedApdu } from './signing.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';

const messageFile = 'data/dlms/gbcs-reference-messages.jsonl';
const keyFile = 'data/dlms/gbcs-reference-keys.json';

interface Message {
  readonly file: string;
  readonly hex: string;
  readonly form?: string;
  readonly originator: string;
  readonly recipient: string;
  /** The titles whose agreement keys made the MAC; the first one's private key is published. */
  readonly mac_key_pair?: string;
  readonly signature_ok?: boolean;
}

const files = () => sharedJson<{ files: Record<string, string> }>(keyFile).files;

test(
  'every reference message with keys verifies, and none does when one bit is changed',
  needsShared(messageFile, keyFile),
  async () => {
    const pems = files();
    const seen = { macs: 0, signatures: 0, withoutKey: 0, drafts: 0 };
    for (const message of sharedJsonLines<Message>(messageFile)) {
      const bytes = fromHex(message.hex);
      if (message.form === undefined) {
        // Pre-commands wait for a signature: there is nothing to verify in them.
        const draft = decodeCiphered(bytes, { allowMissingSignature: true }) as GeneralSigning;
        assert.throws(() => verifySignedApdu(1, draft, signingKey(pems, '90b3d51f30010000')), {
          code: 'security/signature',
        });
        seen.drafts++;
        continue;
      }
      const outer = decodeCiphered(bytes);
      if (outer.type === 'general-ciphering') {
        if (message.mac_key_pair === undefined) seen.withoutKey++;
        else {
          await checkMac(pems, message, outer);
          seen.macs++;
        }
      }
      if (message.signature_ok === true) {
        checkSignature(pems, message, outer as GeneralCiphering | GeneralSigning);
        seen.signatures++;
      }
    }
    // Device-to-device messages have no published key; they are counted, not verified.
    assert.deepEqual(seen, { macs: 373, signatures: 218, withoutKey: 3, drafts: 91 });
  },
);

function signingKey(pems: Record<string, string>, title: string): Uint8Array {
  const found = readCertificate(pems[`${title}-ds.pem`]!);
  assert.ok(found.forSigning && !found.forAgreement);
  assert.equal(toHex(found.systemTitle!), title);
  return found.publicKey;
}

/** The raw public agreement key of the one and a store with the private key of the other. */
async function checkMac(
  pems: Record<string, string>,
  message: Message,
  outer: GeneralCiphering,
): Promise<void> {
  const [own, other] = message.mac_key_pair!.split(' x ') as [string, string];
  const candidates = Object.keys(pems).filter((name) => name.startsWith(other) && /-ka\.pem$/.test(name));
  assert.ok(candidates.length > 0, other);
  const implied = impliedByGbcs(outer);
  const keys = new SoftwareKeys().putPrivate(
    { owner: message.recipient, purpose: 'agreement' },
    createPrivateKey(pems[`${own}-ka.key`]!),
  );
  const open = (apdu: GeneralCiphering, agreementKey: Uint8Array) =>
    openGeneral(apdu, {
      suite: 1,
      keys,
      systemTitle: fromHex(message.recipient),
      originator: { systemTitle: fromHex(message.originator), agreementKey },
      algorithmId: gbcsAlgorithmId,
      implied,
      acceptFresh: ({ transactionId }) => transactionId.length === 9,
    });
  const agreementKey = readCertificate(pems[candidates[0]!]!).publicKey;
  const opened = await open(outer, agreementKey);
  assert.equal(opened.plain[0], 0xdf);
  assert.deepEqual(
    [opened.control.authenticated, opened.control.encrypted, opened.counter],
    [true, false, 0],
  );
  const altered = { ...outer, service: Uint8Array.from(outer.service) };
  altered.service[altered.service.length - 20]! ^= 1;
  await assert.rejects(open(altered, agreementKey), { code: 'security/tag' }, message.file);
}

function checkSignature(
  pems: Record<string, string>,
  message: Message,
  outer: GeneralCiphering | GeneralSigning,
): void {
  const apdu =
    outer.type === 'general-signing'
      ? outer
      : (decodeCiphered(outer.service.subarray(5, -12)) as GeneralSigning);
  const key = signingKey(pems, message.originator);
  verifySignedApdu(1, apdu, key);
  const altered = { ...apdu, dateTime: Uint8Array.of(1) };
  assert.throws(() => verifySignedApdu(1, altered, key), { code: 'security/signature' }, message.file);
}

test(
  'sealing a reference command again gives the same octets',
  needsShared(messageFile, keyFile),
  async () => {
    const pems = files();
    let sealed = 0;
    for (const message of sharedJsonLines<Message>(messageFile)) {
      if (message.mac_key_pair === undefined || sealed === 20) continue;
      const [own, other] = message.mac_key_pair.split(' x ') as [string, string];
      const outer = decodeCiphered(fromHex(message.hex)) as GeneralCiphering;
      const originator = fromHex(message.originator);
      const name = keyName(originator, 'agreement');
      const keys = new SoftwareKeys().putPrivate(name, createPrivateKey(pems[`${own}-ka.key`]!));
      const { keyInfo: _, ...known } = impliedByGbcs(outer);
      // The envelope is sealed with the full header for the derivation, but GBCS authenticates and sends an empty one.
      const again = await sealGeneral(outer.service.subarray(5, -12), {
        suite: 1,
        keys,
        header: emptyHeader,
        implied: known,
        plan: {
          choice: 'static-unified',
          own: name,
          recipientKey: readCertificate(pems[`${other}-ka.pem`]!).publicKey,
        },
        protection: { authenticated: true, encrypted: false },
        counter: 'zero',
        algorithmId: gbcsAlgorithmId,
        omitKeyInfo: true,
      });
      assert.equal(toHex(encodeCiphered(again)), message.hex, message.file);
      sealed++;
    }
    assert.equal(sealed, 20);
  },
);

test(
  'every published certificate reads, and its private key is the one of its public key',
  needsShared(keyFile),
  () => {
    const pems = files();
    const otherTitles: string[] = [];
    const seen = { certificates: 0, titles: 0, keys: 0, alone: 0 };
    for (const [name, pem] of Object.entries(pems)) {
      if (name.endsWith('.key')) {
        const key = createPrivateKey(pem);
        const certificatePem = pems[name.replace(/key$/, 'pem')];
        if (certificatePem?.includes('CERTIFICATE') !== true) {
          seen.alone++;
          continue;
        }
        const certificate = readCertificate(certificatePem);
        assert.equal(curveOf(key), certificate.curve);
        assert.equal(toHex(rawPublicKey(key)), toHex(certificate.publicKey), name);
        seen.keys++;
      } else if (pem.includes('BEGIN PUBLIC KEY')) {
        seen.alone++;
      } else {
        const { systemTitle, publicKey, validFrom, validTo } = readCertificate(pem);
        assert.equal(publicKey.length, 64);
        assert.ok(validFrom.getTime() < validTo.getTime());
        if (systemTitle !== undefined && toHex(systemTitle) === name.slice(0, 16)) seen.titles++;
        else otherTitles.push(name);
        seen.certificates++;
      }
    }
    assert.equal(seen.certificates + seen.keys + seen.alone, Object.keys(pems).length);
    assert.deepEqual({ ...seen, titles: 0 }, { certificates: 416, titles: 0, keys: 16, alone: 3 });
    // One published certificate carries another title than its file name.
    assert.deepEqual(otherTitles, ['90b3d51f30000007-ka.pem']);
  },
);
