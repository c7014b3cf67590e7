/**
 * Whole sessions of another implementation, with our client in place of the recorded one: what it sends is the recorded
 * octets. Challenges, counters and proofs come in through the ports; nothing else is given.
 */
import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import type { ConformanceBit, MechanismName } from '../apdu/names.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { selectEntries } from '../classes/typed/selective-access.ts';
import type { ApduChannel, ApduHandlers } from '../link/channel.ts';
import { HdlcDeframer } from '../link/hdlc-deframer.ts';
import { type CounterPort, MemoryCounters } from '../security/counters.ts';
import { rawPublicKey } from '../security/curves.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import type { SecuritySuite } from '../security/suite.ts';
import { channelTransport } from '../session/transport.ts';
import { connect } from './client.ts';

const file = 'data/dlms/peer-sessions.jsonl';

interface Session {
  readonly id: string;
  readonly transport: string;
  readonly mechanism: string;
  readonly security_suite: SecuritySuite;
  readonly client_system_title: string;
  readonly server_system_title: string;
  readonly guek: string;
  readonly gak: string;
  readonly frames: readonly { readonly dir: 'c2s' | 's2c'; readonly hex: string }[];
  readonly keys?: Record<'client_sign' | 'server_sign', { readonly spki: string; readonly pkcs8: string }>;
}

interface Recorded {
  readonly dir: 'c2s' | 's2c';
  readonly apdu: Uint8Array;
}

function apdusOf(session: Session): Recorded[] {
  if (session.transport === 'WRAPPER') {
    return session.frames.map(({ dir, hex }) => ({ dir, apdu: fromHex(hex).subarray(8) }));
  }
  const found: Recorded[] = [];
  const deframers = { c2s: new HdlcDeframer(), s2c: new HdlcDeframer() };
  let segments: number[] = [];
  for (const { dir, hex } of session.frames) {
    for (const event of deframers[dir].push(fromHex(hex))) {
      if (event.type !== 'frame' || event.frame.control.kind !== 'I') continue;
      segments.push(...event.frame.information);
      if (event.frame.segmented) continue;
      // Three octets of LLC header come before the APDU.
      found.push({ dir, apdu: Uint8Array.from(segments).subarray(3) });
      segments = [];
    }
  }
  return found;
}

/** A channel that expects the recorded octets and answers with the recorded ones. */
function replay(apdus: readonly Recorded[]): { channel: ApduChannel; left: () => number } {
  let at = 0;
  let handlers: ApduHandlers | undefined;
  const channel: ApduChannel = {
    listen(given) {
      handlers = given;
    },
    async send(apdu) {
      const expected = apdus[at];
      assert.equal(expected?.dir, 'c2s', 'the client sends when it is not its turn');
      assert.equal(toHex(apdu), toHex(expected!.apdu), `APDU ${at}`);
      at += 1;
      queueMicrotask(() => {
        for (; apdus[at]?.dir === 's2c'; at++)
          handlers?.apdu(apdus[at]!.apdu.slice(), { client: 1, server: 1 }, true);
      });
    },
    noReply() {},
    async close() {},
  };
  return { channel, left: () => apdus.length - at };
}

/** The challenge in an AARQ: tag AC, and 80 with its length inside. */
function challengeOf(aarq: Uint8Array): Uint8Array {
  const at = aarq.findIndex((octet, i) => octet === 0xac && aarq[i + 2] === 0x80);
  return aarq.slice(at + 4, at + 4 + aarq[at + 3]!);
}

const conformance: readonly ConformanceBit[] = [
  'general-protection',
  'general-block-transfer',
  'delta-value-encoding',
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'access',
  'get',
  'set',
  'selective-access',
  'action',
];

/** Counters that start at the recorded value. */
function countersAt(first: number): CounterPort {
  const memory = new MemoryCounters();
  let next = first;
  return {
    reserve: (name, count) => {
      if (name.includes('transaction')) return memory.reserve(name, count);
      const value = next;
      next += count;
      return value;
    },
    loadReceived: (name) => memory.loadReceived(name),
    saveReceived: (name, state) => memory.saveReceived(name, state),
  };
}

function keysOf(session: Session, clientTitle: Uint8Array, serverTitle: Uint8Array) {
  const keys = new SoftwareKeys();
  keys.put(keyName(serverTitle, 'unicast-encryption'), fromHex(session.guek));
  keys.put(keyName(serverTitle, 'authentication'), fromHex(session.gak));
  if (session.keys === undefined) return { keys, signing: {} };
  const der = (side: 'client_sign' | 'server_sign') =>
    createPrivateKey({ key: Buffer.from(session.keys![side].pkcs8, 'hex'), format: 'der', type: 'pkcs8' });
  keys.putPrivate(keyName(clientTitle, 'signing'), der('client_sign'));
  const peerKey = rawPublicKey(createPublicKey(der('server_sign') as never));
  return { keys, signing: { signing: { own: keyName(clientTitle, 'signing'), peerKey } } };
}

test(
  'the client sends the recorded octets and understands the recorded answers',
  needsShared(file),
  async () => {
    const sessions = sharedJsonLines<Session>(file);
    const mechanisms: Record<string, MechanismName> = { HighGMac: 'high-gmac', HighECDSA: 'high-ecdsa' };
    for (const session of sessions) {
      const apdus = apdusOf(session);
      const clientTitle = fromHex(session.client_system_title);
      const serverTitle = fromHex(session.server_system_title);
      const { keys, signing } = keysOf(session, clientTitle, serverTitle);
      const { channel, left } = replay(apdus);
      const aarq = apdus[0]!.apdu;
      // The ciphered Initiate stands at the end: 21, length, control octet, counter.
      const header = aarq.length - 30;
      const firstCounter = Buffer.from(aarq.subarray(header, header + 4)).readUInt32BE();
      const request = apdus[2]!.apdu;
      const client = await connect({
        transport: channelTransport(channel, { client: 1, server: 1 }),
        mechanism: mechanisms[session.mechanism]!,
        challenge: challengeOf(aarq),
        conformance,
        gbtWindow: 1,
        invokeId: 1,
        responseTimeoutMs: 200,
        readRetries: 0,
        // The recorded client wrote the counter of the message into its proof as well, and a signature is random.
        prove: () => recordedProof(session, keys, request),
        security: {
          suite: session.security_suite,
          keys,
          counters: countersAt(firstCounter),
          systemTitle: clientTitle,
          serverTitle,
          form: 'general',
          ...signing,
        },
      });
      assert.equal(
        toHex(((await client.read(1, '0.0.42.0.0.255', 2)) as { value: Uint8Array }).value),
        '475258313233343536',
      );
      const columns = await client.read(7, '1.0.99.1.0.255', 3);
      assert.equal((columns.value as unknown[]).length, 2);
      const rows = await client.read(7, '1.0.99.1.0.255', 2, selectEntries(1, 96));
      assert.equal((rows.value as unknown[]).length, 96, session.id);
      await client.close();
      assert.equal(left(), 0, session.id);
    }
    assert.equal(sessions.length, 4);
  },
);

/** The proof inside the recorded reply_to_HLS_authentication request. */
function recordedProof(session: Session, keys: SoftwareKeys, request: Uint8Array): Uint8Array {
  const owner = fromHex(session.server_system_title);
  const cipher = keys.cipher(keyName(owner, 'unicast-encryption'), keyName(owner, 'authentication'));
  // CB, length, control octet, counter, text, tag.
  const service = request.subarray(2);
  const iv = Buffer.concat([fromHex(session.client_system_title), service.subarray(1, 5)]);
  const plain = cipher.open(
    service[0]!,
    iv,
    new Uint8Array(0),
    service.subarray(5, -12),
    service.subarray(-12),
  );
  return plain.slice(session.keys === undefined ? -17 : -64);
}
