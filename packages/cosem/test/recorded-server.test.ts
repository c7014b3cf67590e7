/**
 * Whole sessions that an independent implementation's client had with an independent server, played to ours: the recorded
 * requests go in as they are. What comes out is compared octet by octet where it is deterministic; a proof, a signature and
 * the counter behind a proof are not. The recorded server used one counter value for its proof and for the message around
 * it; ours never uses a value twice, so that from there on responses are sealed again under the recorded counter.
 */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../tools/shared.ts';
import { type Aare, type Aarq, type Apdu, decodeApdu, type GeneralBlockTransfer } from '../src/apdu/index.ts';
import { fromHex, toHex } from '../src/base/bytes.ts';
import { classes } from '../src/classes/index.ts';
import { captureObjects } from '../src/classes/typed/references.ts';
import { type Data, decodeData } from '../src/data/index.ts';
import { HdlcDeframer } from '../src/link/hdlc-deframer.ts';
import {
  keyName,
  MemoryCounters,
  Opener,
  ReceiveCounter,
  rawPublicKey,
  Sealer,
  type SecuritySuite,
  SendCounter,
  SoftwareKeys,
} from '../src/security/index.ts';
import {
  CosemServer,
  DeviceSecurity,
  dataObject,
  defineObject,
  LogicalDevice,
  readEverything,
} from '../src/server/index.ts';
import { sendCounterName } from '../src/session/index.ts';
import { MemoryLink } from './raw-client.ts';

const file = 'data/dlms/peer-sessions.jsonl';

interface Session {
  readonly id: string;
  readonly transport: string;
  readonly client_sap: number;
  readonly server_sap: number;
  readonly mechanism: 'HighGMac' | 'HighECDSA';
  readonly security_suite: SecuritySuite;
  readonly client_system_title: string;
  readonly server_system_title: string;
  readonly guek: string;
  readonly gak: string;
  readonly frames: readonly { readonly dir: 'c2s' | 's2c'; readonly hex: string }[];
  readonly keys?: Record<'client_sign' | 'server_sign', { readonly pkcs8: string }>;
}

interface Recorded {
  readonly dir: 'c2s' | 's2c';
  readonly apdu: Uint8Array;
}

/** The APDUs of a session; the links have tests of their own. */
function apdusOf(session: Session): Recorded[] {
  if (session.transport === 'WRAPPER')
    return session.frames.map(({ dir, hex }) => ({ dir, apdu: fromHex(hex).subarray(8) }));
  const apdus: Recorded[] = [];
  const parts: number[] = [];
  for (const { dir, hex } of session.frames) {
    for (const event of new HdlcDeframer().push(fromHex(hex))) {
      if (event.type !== 'frame' || event.frame.control.kind !== 'I') continue;
      parts.push(...event.frame.information);
      // The three octets of the LLC header come before the APDU.
      if (!event.frame.segmented) apdus.push({ dir, apdu: Uint8Array.from(parts.splice(0).slice(3)) });
    }
  }
  return apdus;
}

function cipherOf({ guek, gak }: Session) {
  const keys = new SoftwareKeys();
  return keys.cipher(keys.importSecret(fromHex(guek)), keys.importSecret(fromHex(gak)));
}

/** Opens what one side sent, in order. */
function openerOf(session: Session, title: string): Opener {
  const counter = new ReceiveCounter(new MemoryCounters(), 'r', undefined);
  return new Opener({
    suite: session.security_suite,
    systemTitle: fromHex(title),
    scope: 'global',
    unicast: { cipher: cipherOf(session), counter },
  });
}

interface Opened {
  readonly apdu: Apdu;
  readonly plain: Uint8Array;
  readonly sealed: Uint8Array;
  readonly counter: number;
  readonly form: 'general' | 'service-specific';
}

/** What the recorded server sent under ciphering, put together from blocks. */
function openRecorded(session: Session, apdus: readonly Recorded[]): { opened: Opened[]; blocks: number } {
  const opener = openerOf(session, session.server_system_title);
  const opened: Opened[] = [];
  const parts: number[] = [];
  let blocks = 0;
  for (const { apdu } of apdus.filter(({ dir }) => dir === 's2c')) {
    const decoded = decodeApdu(apdu);
    let sealed = apdu;
    if (decoded.type === 'aare' || decoded.type === 'rlre') sealed = decoded.userInformation!;
    if (decoded.type === 'general-block-transfer') {
      blocks += 1;
      parts.push(...decoded.blockData);
      if (!decoded.lastBlock) continue;
      sealed = Uint8Array.from(parts.splice(0));
    }
    const { plain, counter, form } = opener.open(sealed);
    opened.push({ apdu: decodeApdu(plain), plain, sealed, counter, form });
  }
  return { opened, blocks };
}

/** The objects that the recorded server showed, with the values that it gave. */
function deviceOf(session: Session, recorded: readonly Opened[], security: DeviceSecurity): LogicalDevice {
  const responses = recorded.flatMap(({ apdu }) => (apdu.type === 'get-response' ? [apdu] : []));
  const values = responses.flatMap((apdu): Data[] =>
    apdu.choice === 'normal' && apdu.result.choice === 'data' ? [apdu.result.data] : [],
  );
  const parts = responses.flatMap((apdu) =>
    apdu.choice === 'with-datablock' && apdu.block.result.choice === 'raw-data'
      ? [...apdu.block.result.rawData]
      : [],
  );
  const [name, columns] = values;
  const buffer = parts.length > 0 ? decodeData(Uint8Array.from(parts)) : values[2]!;
  const initiate = recorded[0]!.apdu as Extract<Apdu, { type: 'initiate-response' }>;
  assert.equal(captureObjects.decode(columns!).length, 2);
  const profile = defineObject(classes.profileGeneric, {
    obis: '1.0.99.1.0.255',
    attributes: { buffer: { get: () => buffer, selectors: [2] }, captureObjects: columns! },
  });
  return new LogicalDevice({
    sap: session.server_sap,
    name: 'GRX123456',
    security,
    objects: [dataObject('0.0.42.0.0.255', name!), profile],
    associations: [
      {
        clientSap: session.client_sap,
        mechanism: session.mechanism === 'HighGMac' ? 'high-gmac' : 'high-ecdsa',
        contexts: ['logical-name-ciphered'],
        rights: [readEverything],
        conformance: initiate.conformance,
        maxPduSize: initiate.serverMaxReceivePduSize,
        // What the recorded server filled its blocks of general block transfer up to.
        maxSendPduSize: 2050,
      },
    ],
  });
}

function signingKeys(session: Session, keys: SoftwareKeys): (() => Uint8Array) | undefined {
  if (session.keys === undefined) return undefined;
  const read = (side: 'client_sign' | 'server_sign') =>
    createPrivateKey({ key: Buffer.from(session.keys![side].pkcs8, 'hex'), format: 'der', type: 'pkcs8' });
  keys.putPrivate(keyName(fromHex(session.server_system_title), 'signing'), read('server_sign'));
  const own = rawPublicKey(createPublicKey(read('client_sign') as never));
  return () => own;
}

function startServer(session: Session, apdus: readonly Recorded[], recorded: readonly Opened[]) {
  const title = fromHex(session.server_system_title);
  const keys = new SoftwareKeys()
    .put(keyName(title, 'unicast-encryption'), fromHex(session.guek))
    .put(keyName(title, 'authentication'), fromHex(session.gak));
  const peerKey = signingKeys(session, keys);
  const counterKey = {
    keyOwner: session.server_system_title,
    purpose: 'unicast-encryption',
    generation: 0,
    sender: session.server_system_title,
  };
  const security = new DeviceSecurity({
    suite: session.security_suite,
    systemTitle: title,
    keys,
    counters: new MemoryCounters().startAt(sendCounterName(counterKey), recorded[0]!.counter),
    policy: {
      request: { authenticated: true, encrypted: true, signed: false },
      response: { authenticated: true, encrypted: true, signed: false },
    },
    ...(peerKey === undefined ? {} : { peerKey }),
  });
  const aare = decodeApdu(apdus[1]!.apdu) as Aare;
  return new CosemServer({
    devices: [deviceOf(session, recorded, security)],
    challenge: () => aare.authenticationValue!.value,
    bounds: { gbtWindow: 1 },
  });
}

/** Seals a plain APDU as the recorded server did: the same octets if and only if the plain ones are the same. */
function sealAgain(session: Session, { counter, form }: Opened, plain: Uint8Array): string {
  const send = new SendCounter(new MemoryCounters().startAt('s', counter), 's');
  send.reserve();
  const sealer = new Sealer({
    suite: session.security_suite,
    systemTitle: fromHex(session.server_system_title),
    scope: 'global',
    cipher: cipherOf(session),
    counter: send,
  });
  return toHex(sealer.seal(plain, { authenticated: true, encrypted: true }, form));
}

test('recorded sessions, played to our server', needsShared(file), async (t) => {
  const sessions = sharedJsonLines<Session>(file);
  assert.equal(sessions.length, 4);
  for (const session of sessions) {
    await t.test(session.id, () => replay(session));
  }
});

async function replay(session: Session): Promise<void> {
  const apdus = apdusOf(session);
  const { opened: recorded, blocks } = openRecorded(session, apdus);
  const link = new MemoryLink();
  startServer(session, apdus, recorded).attach(link);
  const saps = { client: session.client_sap, server: session.server_sap };
  const opener = openerOf(session, session.server_system_title);
  const parts: number[] = [];
  const raw: { own: number[]; recorded: number[] } = { own: [], recorded: [] };
  let [next, sentBlocks] = [0, 0];
  for (const [i, { dir, apdu }] of apdus.entries()) {
    if (dir !== 'c2s') continue;
    const [answer] = await link.exchange(apdu, saps);
    assert.ok(answer !== undefined, `answer to frame ${i}`);
    const decoded = decodeApdu(answer);
    const request = decodeApdu(apdu);
    if (request.type === 'aarq') checkAare(answer, apdus[i + 1]!.apdu, request);
    let sealed = answer;
    if (decoded.type === 'aare' || decoded.type === 'rlre') sealed = decoded.userInformation!;
    if (decoded.type === 'general-block-transfer') {
      sentBlocks += 1;
      checkBlock(decoded, decodeApdu(apdus[i + 1]!.apdu) as GeneralBlockTransfer);
      parts.push(...decoded.blockData);
      if (!decoded.lastBlock) continue;
      sealed = Uint8Array.from(parts.splice(0));
    }
    const expected = recorded[next++]!;
    const { plain, form } = opener.open(sealed);
    assert.equal(form, expected.form);
    const [own, theirs] = [blockOf(decodeApdu(plain)), blockOf(expected.apdu)];
    if (own !== undefined && theirs !== undefined) {
      // Where a value is cut is each server's own affair; what is cut is not.
      assert.deepEqual([own.lastBlock, own.blockNumber], [theirs.lastBlock, theirs.blockNumber]);
      raw.own.push(...own.data);
      raw.recorded.push(...theirs.data);
      if (own.lastBlock) assert.deepEqual(raw.own, raw.recorded);
      continue;
    }
    // The proof is new every time; everything around it is the same.
    if (expected.apdu.type === 'action-response')
      assert.equal(toHex(plain.subarray(0, 8)), toHex(expected.plain.subarray(0, 8)));
    else assert.equal(sealAgain(session, expected, plain), toHex(expected.sealed), `answer to frame ${i}`);
  }
  assert.equal(next, recorded.length);
  assert.equal(sentBlocks, blocks);
}

function blockOf(apdu: Apdu) {
  if (apdu.type !== 'get-response' || apdu.choice !== 'with-datablock') return undefined;
  const { lastBlock, blockNumber, result } = apdu.block;
  return { lastBlock, blockNumber, data: result.choice === 'raw-data' ? result.rawData : [] };
}

/** Nothing in an AARE is left to chance once challenge and counter are given. */
function checkAare(answer: Uint8Array, expected: Uint8Array, request: Aarq): void {
  assert.equal(request.type, 'aarq');
  assert.equal(toHex(answer), toHex(expected));
}

function checkBlock(own: GeneralBlockTransfer, expected: GeneralBlockTransfer): void {
  const { blockData: a, ...header } = own;
  const { blockData: b, ...expectedHeader } = expected;
  assert.deepEqual(header, expectedHeader);
  assert.equal(a.length, b.length);
}
