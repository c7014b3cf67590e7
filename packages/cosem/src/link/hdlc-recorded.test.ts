/** A recorded session of an independent implementation, replayed against each of our two state machines. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { hdlcAddress } from './hdlc-address.ts';
import type { HdlcEvent } from './hdlc-connection.ts';
import { decodeHdlcFrame, encodeHdlcFrame } from './hdlc-frame.ts';
import { HdlcPrimary } from './hdlc-primary.ts';
import { HdlcSecondary } from './hdlc-secondary.ts';

interface Session {
  transport: string;
  frames: { dir: 'c2s' | 's2c'; hex: string }[];
}

function recorded(): Session['frames'] {
  const session = sharedJsonLines<Session>('data/dlms/peer-sessions.jsonl').find(
    ({ transport }) => transport === 'HDLC',
  );
  assert.ok(session !== undefined);
  return session.frames;
}

function sent(events: readonly HdlcEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'send' ? [toHex(event.bytes)] : []));
}

/** The APDUs that one side sent, in order. */
function apdus(frames: Session['frames'], dir: 'c2s' | 's2c'): Uint8Array[] {
  const whole: Uint8Array[] = [];
  let parts: Uint8Array[] = [];
  for (const { hex } of frames.filter((frame) => frame.dir === dir)) {
    const { control, information, segmented } = decodeHdlcFrame(fromHex(hex));
    if (control.kind !== 'I') continue;
    parts.push(information);
    if (segmented) continue;
    whole.push(Buffer.concat(parts).subarray(3));
    parts = [];
  }
  return whole;
}

const needs = needsShared('data/dlms/peer-sessions.jsonl');

test('every recorded frame of both roles writes back byte by byte', needs, () => {
  const frames = recorded();
  assert.equal(frames.length, 48);
  for (const { hex } of frames) assert.equal(toHex(encodeHdlcFrame(decodeHdlcFrame(fromHex(hex)))), hex);
});

test('our client sends the recorded frames byte by byte', needs, () => {
  const frames = recorded();
  const requests = apdus(frames, 'c2s');
  const answers = apdus(frames, 's2c').map(toHex);
  const primary = new HdlcPrimary({ client: hdlcAddress(1), server: hdlcAddress(1) });
  const got: string[] = [];
  const out = sent(primary.connect(0));
  for (const { dir, hex } of frames) {
    if (dir === 'c2s') {
      if (out.length === 0) out.push(...sent(primary.send(requests.shift()!, 0)));
      assert.equal(out.shift(), hex);
      continue;
    }
    for (const event of primary.receive(decodeHdlcFrame(fromHex(hex)), 0)) {
      if (event.type === 'apdu') got.push(toHex(event.apdu));
      if (event.type === 'send') out.push(toHex(event.bytes));
    }
  }
  assert.deepEqual(got, answers);
  assert.equal(requests.length, 0);
  assert.equal(out.length, 0);
});

test('our server sends the recorded frames byte by byte', needs, () => {
  const frames = recorded();
  const requests = apdus(frames, 'c2s').map(toHex);
  const answers = apdus(frames, 's2c');
  // The recorded server cuts segments of 125 octets though 128 were agreed.
  const secondary = new HdlcSecondary({ server: hdlcAddress(1), segmentLength: 125 });
  const got: string[] = [];
  const out: string[] = [];
  for (const { dir, hex } of frames) {
    if (dir === 's2c') {
      assert.equal(out.shift(), hex);
      continue;
    }
    for (const event of secondary.receive(decodeHdlcFrame(fromHex(hex)), 0)) {
      if (event.type === 'send') out.push(toHex(event.bytes));
      if (event.type !== 'apdu') continue;
      got.push(toHex(event.apdu));
      out.push(...sent(secondary.send(answers.shift()!, 0)));
    }
  }
  assert.deepEqual(got, requests);
  assert.equal(answers.length, 0);
  assert.equal(out.length, 0);
});
