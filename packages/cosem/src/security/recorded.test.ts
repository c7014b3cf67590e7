import assert from 'node:assert/strict';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { verifyEcdsaProof, verifyGmacProof } from './authentication.ts';
import { MemoryCounters, ReceiveCounter, SendCounter } from './counters.ts';
import { rawPublicKey } from './curves.ts';
import { Opener, Sealer } from './sealing.ts';
import { SoftwareKeys } from './software-keys.ts';
import type { SecuritySuite } from './suite.ts';

const sessionFile = 'data/dlms/peer-sessions.jsonl';
const messageFile = 'data/dlms/messages.jsonl';

interface Session {
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

type Direction = 'c2s' | 's2c';
interface Recorded {
  readonly dir: Direction;
  readonly apdu: Uint8Array;
}

/** What the frames carry, put together from segments and blocks. The links have tests of their own. */
function apdusOf(session: Session): Recorded[] {
  const blocks: number[] = [];
  const apdus: Recorded[] = [];
  for (const { dir, apdu } of session.transport === 'WRAPPER' ? unwrapped(session) : unframed(session)) {
    if (apdu[0] !== 0xe0) {
      apdus.push({ dir, apdu });
      continue;
    }
    const [start, size] = apdu[6] === 0x82 ? [9, apdu[7]! * 256 + apdu[8]!] : [7, apdu[6]!];
    blocks.push(...apdu.subarray(start, start + size));
    if ((apdu[1]! & 0x80) !== 0 && size > 0) apdus.push({ dir, apdu: Uint8Array.from(blocks.splice(0)) });
  }
  return apdus;
}

function unwrapped(session: Session): Recorded[] {
  return session.frames.map(({ dir, hex }) => ({ dir, apdu: fromHex(hex).subarray(8) }));
}

/** One-octet addresses are all that the recording has; the segmentation bit stands in the format field. */
function unframed(session: Session): Recorded[] {
  const segments: number[] = [];
  const apdus: Recorded[] = [];
  for (const { dir, hex } of session.frames) {
    const frame = fromHex(hex);
    if (frame.length < 12 || !isInformation(frame)) continue;
    segments.push(...frame.subarray(8, -3));
    // The three octets of the LLC header come before the APDU.
    if ((frame[1]! & 0x08) === 0) apdus.push({ dir, apdu: Uint8Array.from(segments.splice(0)).subarray(3) });
  }
  return apdus;
}

function isInformation(frame: Uint8Array): boolean {
  return (frame[5]! & 1) === 0;
}

/** The ciphered APDU itself, or the one in the user information at the end of an ACSE APDU. */
function cipheredPart(apdu: Uint8Array): Uint8Array | undefined {
  if (apdu[0]! < 0x60 || apdu[0]! > 0x63) return apdu;
  for (let at = 2; at + 4 < apdu.length; at++) {
    if (apdu[at] === 0xbe && at + 2 + apdu[at + 1]! === apdu.length && apdu[at + 2] === 4) {
      return apdu.subarray(at + 4);
    }
  }
  return undefined;
}

/** The challenge in an AARQ (tag AC) or AARE (tag AA): 80, length, octets inside. */
function challengeOf(apdu: Uint8Array, tag: number): Uint8Array {
  const at = apdu.findIndex(
    (octet, i) => octet === tag && apdu[i + 2] === 0x80 && apdu[i + 1] === apdu[i + 3]! + 2,
  );
  return apdu.subarray(at + 4, at + 4 + apdu[at + 3]!);
}

function cipherOf(session: { guek: string; gak: string }) {
  const keys = new SoftwareKeys();
  return keys.cipher(keys.importSecret(fromHex(session.guek)), keys.importSecret(fromHex(session.gak)));
}

test('recorded sessions of another implementation open, in both directions', needsShared(sessionFile), () => {
  const sessions = sharedJsonLines<Session>(sessionFile);
  let opened = 0;
  for (const session of sessions) {
    const cipher = cipherOf(session);
    const counters = new MemoryCounters();
    const openers = Object.fromEntries(
      (['c2s', 's2c'] as const).map((dir) => {
        const title = dir === 'c2s' ? session.client_system_title : session.server_system_title;
        const unicast = { cipher, counter: new ReceiveCounter(counters, dir, undefined) };
        const systemTitle = fromHex(title);
        return [dir, new Opener({ suite: session.security_suite, systemTitle, scope: 'global', unicast })];
      }),
    ) as Record<Direction, Opener>;
    const plains: { dir: Direction; plain: Uint8Array }[] = [];
    const apdus = apdusOf(session);
    for (const { dir, apdu } of apdus) {
      const ciphered = cipheredPart(apdu);
      if (ciphered === undefined) continue;
      const result = openers[dir].open(ciphered);
      plains.push({ dir, plain: result.plain });
      checkSealing(session, dir, ciphered, result);
      assert.throws(() => openers[dir].open(ciphered), { code: 'security/replay' });
      opened++;
    }
    assert.deepEqual([plains[0]!.plain[0], plains[1]!.plain[0]], [0x01, 0x08]);
    checkProofs(session, apdus, plains);
  }
  assert.equal(sessions.length, 4);
  assert.ok(opened >= 48, `${opened} opened`);
});

/** With the same counter and keys our octets are the recorded ones. */
function checkSealing(
  session: Session,
  dir: Direction,
  recorded: Uint8Array,
  result: ReturnType<Opener['open']>,
): void {
  const counter = new SendCounter(new MemoryCounters().startAt('s', result.counter), 's');
  counter.reserve();
  const sealer = new Sealer({
    suite: session.security_suite,
    systemTitle: fromHex(dir === 'c2s' ? session.client_system_title : session.server_system_title),
    scope: 'global',
    cipher: cipherOf(session),
    counter,
  });
  assert.equal(toHex(sealer.seal(result.plain, result.control, result.form)), toHex(recorded));
}

/** The octet string at the end of the reply_to_HLS_authentication request and of its response. */
function checkProofs(
  session: Session,
  apdus: Recorded[],
  plains: { dir: Direction; plain: Uint8Array }[],
): void {
  const clientTitle = fromHex(session.client_system_title);
  const serverTitle = fromHex(session.server_system_title);
  const cToS = challengeOf(apdus[0]!.apdu, 0xac);
  const sToC = challengeOf(apdus[1]!.apdu, 0xaa);
  const [request, response] = [plains[2]!.plain, plains[3]!.plain];
  assert.deepEqual([request[0], response[0]], [0xc3, 0xc7]);
  if (session.keys === undefined) {
    const context = { suite: session.security_suite, cipher: cipherOf(session) };
    const counter = () => new ReceiveCounter(new MemoryCounters(), 'h', undefined);
    verifyGmacProof(
      { ...context, proverTitle: clientTitle, challenge: sToC },
      counter(),
      request.subarray(-17),
    );
    verifyGmacProof(
      { ...context, proverTitle: serverTitle, challenge: cToS },
      counter(),
      response.subarray(-17),
    );
    assert.throws(
      () =>
        verifyGmacProof(
          { ...context, proverTitle: serverTitle, challenge: sToC },
          counter(),
          response.subarray(-17),
        ),
      { code: 'security/authentication' },
    );
    return;
  }
  const key = (side: 'client_sign' | 'server_sign') =>
    rawPublicKey(
      createPublicKey(
        createPrivateKey({
          key: Buffer.from(session.keys![side].pkcs8, 'hex'),
          format: 'der',
          type: 'pkcs8',
        }) as never,
      ),
    );
  const client = {
    proverTitle: clientTitle,
    verifierTitle: serverTitle,
    challenge: sToC,
    proverChallenge: cToS,
  };
  const server = {
    proverTitle: serverTitle,
    verifierTitle: clientTitle,
    challenge: cToS,
    proverChallenge: sToC,
  };
  verifyEcdsaProof(1, key('client_sign'), client, request.subarray(-64));
  verifyEcdsaProof(1, key('server_sign'), server, response.subarray(-64));
  assert.throws(() => verifyEcdsaProof(1, key('client_sign'), server, request.subarray(-64)), {
    code: 'security/authentication',
  });
}

test('recorded pushes with published keys open to the recorded plain text', needsShared(messageFile), () => {
  interface Push {
    readonly id: string;
    readonly key?: string;
    readonly authentication_key?: string;
    readonly ciphered_apdu: string;
    readonly apdu: string;
    readonly security: { readonly system_title: string; readonly security_control: string };
  }
  const seen = { authenticated: 0, encryptedOnly: 0 };
  for (const push of sharedJsonLines<Push>(messageFile)) {
    if (push.key === undefined) continue;
    const keys = new SoftwareKeys();
    const secondKey = push.authentication_key;
    const cipher = keys.cipher(
      keys.importSecret(fromHex(push.key)),
      secondKey === undefined ? undefined : keys.importSecret(fromHex(secondKey)),
    );
    const opener = new Opener({
      suite: (Number.parseInt(push.security.security_control, 16) & 0xf) as SecuritySuite,
      systemTitle: fromHex(push.security.system_title),
      scope: 'global',
      unicast: { cipher, counter: new ReceiveCounter(new MemoryCounters(), 'p', undefined, 32) },
      allowUnauthenticated: secondKey === undefined,
    });
    const opened = opener.open(fromHex(push.ciphered_apdu));
    assert.equal(toHex(opened.plain), push.apdu, push.id);
    seen[opened.control.authenticated ? 'authenticated' : 'encryptedOnly']++;
  }
  assert.deepEqual(seen, { authenticated: 2, encryptedOnly: 5 });
});
