/** Client against server over a line that loses, damages and delays, on a clock of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { toHex } from '../base/bytes.ts';
import { hdlcAddress } from './hdlc-address.ts';
import type { HdlcEvent } from './hdlc-connection.ts';
import { HdlcDeframer } from './hdlc-deframer.ts';
import type { HdlcParameters } from './hdlc-parameters.ts';
import { HdlcPrimary } from './hdlc-primary.ts';
import { HdlcSecondary } from './hdlc-secondary.ts';

/** Mulberry32: small, seeded, good enough to lose frames by. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

interface Line {
  readonly seed: number;
  readonly lossShare: number;
  readonly damageShare: number;
  readonly slowShare: number;
}

const responseTimeoutMs = 100;
const longestStepCount = 200_000;

/** One direction: keeps order, loses or damages whole bursts frame by frame. */
class Direction {
  readonly deframer = new HdlcDeframer();
  readonly queue: { readonly dueMs: number; readonly bytes: Uint8Array }[] = [];
  private lastMs = 0;
  private readonly line: Line;
  private readonly draw: () => number;

  constructor(line: Line, draw: () => number) {
    this.line = line;
    this.draw = draw;
  }

  put(bytes: Uint8Array, nowMs: number): void {
    const { lossShare, damageShare, slowShare } = this.line;
    const delayMs = this.draw() < slowShare ? 90 : 5;
    this.lastMs = Math.max(this.lastMs, nowMs + delayMs);
    if (this.draw() < lossShare) return;
    const copy = bytes.slice();
    if (this.draw() < damageShare)
      copy[Math.floor(this.draw() * copy.length)]! ^= 1 + Math.floor(this.draw() * 255);
    this.queue.push({ dueMs: this.lastMs, bytes: copy });
  }
}

/** Runs requests one by one with an echo of each; returns what each side got. */
function run(
  requests: readonly Uint8Array[],
  answers: readonly Uint8Array[],
  client: Partial<HdlcParameters>,
  server: Partial<HdlcParameters>,
  line: Line,
): { readonly atServer: string[]; readonly atClient: string[]; readonly delivered: number } {
  const draw = random(line.seed);
  const address = { client: hdlcAddress(16), server: hdlcAddress(1, 17) };
  const primary = new HdlcPrimary({
    ...address,
    ...client,
    retries: 200,
    responseTimeoutMs,
    pollIntervalMs: 20,
  });
  const secondary = new HdlcSecondary({ server: address.server, ...server, responseHoldMs: 30 });
  const up = new Direction(line, draw);
  const down = new Direction(line, draw);
  const atServer: string[] = [];
  const atClient: string[] = [];
  let delivered = 0;
  let next = 0;
  let nowMs = 0;
  const clientEvents = (events: readonly HdlcEvent[]): void => {
    for (const event of events) {
      if (event.type === 'send') up.put(event.bytes, nowMs);
      if (event.type === 'delivered') delivered += event.apdus;
      if (event.type === 'disconnected') throw event.error ?? new Error('disconnected');
      if (event.type === 'apdu') atClient.push(toHex(event.apdu));
      const idle = event.type === 'connected' || event.type === 'apdu';
      if (idle && next < requests.length) clientEvents(primary.send(requests[next++]!, nowMs));
    }
  };
  const serverEvents = (events: readonly HdlcEvent[]): void => {
    for (const event of events) {
      if (event.type === 'send') down.put(event.bytes, nowMs);
      if (event.type !== 'apdu') continue;
      atServer.push(toHex(event.apdu));
      serverEvents(secondary.send(answers[atServer.length - 1]!, nowMs));
    }
  };
  clientEvents(primary.connect(nowMs));
  for (let step = 0; atClient.length < requests.length; step++) {
    assert.ok(step < longestStepCount, 'the exchange does not end');
    const due = [primary.deadlineMs, secondary.deadlineMs, up.queue[0]?.dueMs, down.queue[0]?.dueMs];
    nowMs = Math.max(nowMs, Math.min(...due.map((at) => at ?? Number.POSITIVE_INFINITY)));
    assert.ok(Number.isFinite(nowMs), 'both sides wait for each other');
    while (up.queue[0] !== undefined && up.queue[0].dueMs <= nowMs) {
      for (const event of up.deframer.push(up.queue.shift()!.bytes))
        if (event.type === 'frame') serverEvents(secondary.receive(event.frame, nowMs));
    }
    while (down.queue[0] !== undefined && down.queue[0].dueMs <= nowMs) {
      for (const event of down.deframer.push(down.queue.shift()!.bytes))
        if (event.type === 'frame') clientEvents(primary.receive(event.frame, nowMs));
    }
    clientEvents(primary.tick(nowMs));
    serverEvents(secondary.tick(nowMs));
  }
  return { atServer, atClient, delivered };
}

const parameters = fc.record({
  maxInfoTransmit: fc.integer({ min: 1, max: 200 }),
  maxInfoReceive: fc.integer({ min: 1, max: 200 }),
  windowTransmit: fc.integer({ min: 1, max: 7 }),
  windowReceive: fc.integer({ min: 1, max: 7 }),
});
const octets = fc.uint8Array({ minLength: 1, maxLength: 600, size: 'max' });
const payloads = fc.array(fc.tuple(octets, octets), {
  minLength: 1,
  maxLength: 5,
});
/** Evenly spread, for the arbitrary itself prefers the ends and most lines would be good ones. */
const share = (percent: number) =>
  fc.noBias(fc.integer({ min: 0, max: percent })).map((value) => value / 100);
const badLine = fc.record({
  seed: fc.integer({ min: 0, max: 0xffffffff }),
  lossShare: share(30),
  damageShare: share(15),
  slowShare: share(50),
});

test('every payload arrives once and in order, whatever the sizes, windows and losses', () => {
  fc.assert(
    fc.property(payloads, parameters, parameters, badLine, (pairs, client, server, line) => {
      const requests = pairs.map(([request]) => request);
      const answers = pairs.map(([, answer]) => answer);
      const got = run(requests, answers, client, server, line);
      assert.deepEqual(got.atServer, requests.map(toHex));
      assert.deepEqual(got.atClient, answers.map(toHex));
    }),
    { numRuns: 300 },
  );
});

test('over a good line nothing is sent twice', () => {
  const good = { seed: 1, lossShare: 0, damageShare: 0, slowShare: 0 };
  const request = new Uint8Array(1000).fill(7);
  const got = run([request, request], [request, request], { windowTransmit: 4 }, { windowReceive: 4 }, good);
  assert.deepEqual(got.atServer, [toHex(request), toHex(request)]);
  assert.equal(got.delivered, 2);
});
