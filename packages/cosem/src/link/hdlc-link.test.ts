import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { fromHex, toHex } from '../base/bytes.ts';
import { hdlcAddress } from './hdlc-address.ts';
import { decodeFrameReject, type HdlcEvent } from './hdlc-connection.ts';
import { decodeHdlcControl, decodeHdlcFrame, type HdlcControl, type HdlcFrame } from './hdlc-frame.ts';
import { encodeHdlcParameters } from './hdlc-parameters.ts';
import { HdlcPrimary, type HdlcPrimaryOptions } from './hdlc-primary.ts';
import { HdlcSecondary, type HdlcSecondaryOptions } from './hdlc-secondary.ts';

const client = hdlcAddress(16);
const server = hdlcAddress(1, 17);
const command = fromHex('e6e600');

function frame(
  control: HdlcControl,
  toServer: boolean,
  information: Uint8Array = new Uint8Array(0),
  segmented = false,
): HdlcFrame {
  const [destination, source] = toServer ? [server, client] : [client, server];
  return { destination, source, control, information, segmented };
}

function sent(events: readonly HdlcEvent[]): HdlcFrame[] {
  return events.flatMap((event) => (event.type === 'send' ? [decodeHdlcFrame(event.bytes)] : []));
}

/** Frames as short words: `I0/1 P`, with `+` for the segmentation bit. */
function show(events: readonly HdlcEvent[]): string[] {
  return sent(events).map(({ control, segmented }) => {
    const numbers =
      control.kind === 'I' ? `${control.ns}/${control.nr}` : 'nr' in control ? `${control.nr}` : '';
    return `${control.kind}${numbers}${segmented ? '+' : ''}${control.pollFinal ? ' P' : ''}`;
  });
}

function codes(events: readonly HdlcEvent[]): string[] {
  return events.flatMap((event) =>
    'error' in event && event.error ? [`${event.type} ${event.error.code}`] : [],
  );
}

function connectedPrimary(options: Partial<HdlcPrimaryOptions> = {}): HdlcPrimary {
  const primary = new HdlcPrimary({ client, server, ...options });
  primary.connect(0);
  const ua = encodeHdlcParameters({
    maxInfoTransmit: options.maxInfoReceive ?? 128,
    maxInfoReceive: options.maxInfoTransmit ?? 128,
    windowTransmit: options.windowReceive ?? 1,
    windowReceive: options.windowTransmit ?? 1,
  });
  const events = primary.receive(frame({ kind: 'UA', pollFinal: true }, false, ua), 0);
  assert.equal(events[0]?.type, 'connected');
  return primary;
}

function connectedSecondary(options: Partial<HdlcSecondaryOptions> = {}): HdlcSecondary {
  const secondary = new HdlcSecondary({ server, responseHoldMs: 0, ...options });
  const events = secondary.receive(frame({ kind: 'SNRM', pollFinal: true }, true), 0);
  assert.deepEqual(show(events), ['UA P']);
  return secondary;
}

test('connecting negotiates, sends only what is not default, and is repeated until the retries end', () => {
  const plain = new HdlcPrimary({ client, server });
  assert.equal(sent(plain.connect(0))[0]?.information.length, 0);
  const primary = new HdlcPrimary({
    client,
    server,
    maxInfoTransmit: 512,
    retries: 2,
    responseTimeoutMs: 10,
  });
  assert.ok(sent(primary.connect(0))[0]!.information.length > 0);
  assert.deepEqual(show(primary.tick(9)), []);
  assert.deepEqual(show(primary.tick(10)), ['SNRM P']);
  assert.deepEqual(show(primary.tick(20)), ['SNRM P']);
  assert.deepEqual(codes(primary.tick(30)), ['disconnected link/hdlc-timeout']);
  assert.equal(primary.deadlineMs, undefined);
});

test('DM refuses, FRMR takes the link down and names the reason', () => {
  const primary = new HdlcPrimary({ client, server });
  primary.connect(0);
  assert.deepEqual(codes(primary.receive(frame({ kind: 'DM', pollFinal: true }, false), 1)), [
    'disconnected link/hdlc-refused',
  ]);
  const up = connectedPrimary();
  up.send(fromHex('c001'), 1);
  const [event] = up.receive(frame({ kind: 'FRMR', pollFinal: true }, false, fromHex('100004')), 2);
  assert.ok(event?.type === 'disconnected' && event.error !== undefined);
  assert.equal(event.error.code, 'link/hdlc-rejected');
  assert.match(event.error.message, /too long/);
});

test('a UA that cannot be read ends the attempt', () => {
  const primary = new HdlcPrimary({ client, server });
  primary.connect(0);
  assert.deepEqual(
    codes(primary.receive(frame({ kind: 'UA', pollFinal: true }, false, fromHex('8282')), 1)),
    ['disconnected link/hdlc-parameters'],
  );
});

test('calls that do not fit the state are refused', () => {
  const primary = new HdlcPrimary({ client, server });
  assert.throws(() => primary.send(fromHex('00'), 0), { code: 'link/hdlc-state' });
  assert.throws(() => primary.poll(0), { code: 'link/hdlc-state' });
  primary.connect(0);
  assert.throws(() => primary.connect(0), { code: 'link/hdlc-state' });
  assert.throws(() => new HdlcSecondary({ server }).send(fromHex('00'), 0), { code: 'link/hdlc-state' });
});

test('frames from or to other stations are dropped on both sides', () => {
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 1);
  const foreign = { ...frame({ kind: 'RR', nr: 1, pollFinal: true }, false), source: hdlcAddress(1, 18) };
  assert.deepEqual(codes(primary.receive(foreign, 2)), ['discarded link/hdlc-foreign']);
  const secondary = connectedSecondary();
  const other = { ...frame({ kind: 'SNRM', pollFinal: true }, true), destination: hdlcAddress(1, 18) };
  const events = secondary.receive(other, 2);
  assert.deepEqual(codes(events), ['discarded link/hdlc-foreign']);
  assert.deepEqual(show(events), []);
});

test('a second client gets DM, and so does a frame without a connection; DM itself is never answered', () => {
  const secondary = connectedSecondary();
  const stranger = { ...frame({ kind: 'SNRM', pollFinal: true }, true), source: hdlcAddress(32) };
  assert.deepEqual(show(secondary.receive(stranger, 1)), ['DM P']);
  const idle = new HdlcSecondary({ server, accepts: (who) => who.upper === 16 });
  assert.deepEqual(show(idle.receive(stranger, 1)), ['DM P']);
  assert.deepEqual(show(idle.receive(frame({ kind: 'RR', nr: 0, pollFinal: true }, true), 1)), ['DM P']);
  assert.deepEqual(show(idle.receive(frame({ kind: 'DISC', pollFinal: true }, true), 1)), ['DM P']);
  assert.deepEqual(show(idle.receive(frame({ kind: 'DM', pollFinal: true }, true), 1)), []);
});

test('the wrong N(S) is dropped and asked for again, on both sides', () => {
  const secondary = connectedSecondary();
  const wrong = frame({ kind: 'I', ns: 3, nr: 0, pollFinal: true }, true, fromHex('e6e600c0'));
  const events = secondary.receive(wrong, 1);
  assert.deepEqual(codes(events), ['discarded link/hdlc-sequence']);
  assert.deepEqual(show(events), ['RR0 P']);
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 1);
  const answer = primary.receive(
    frame({ kind: 'I', ns: 5, nr: 1, pollFinal: true }, false, fromHex('e6e700c4')),
    2,
  );
  assert.deepEqual(codes(answer), ['discarded link/hdlc-sequence']);
  assert.deepEqual(show(answer), ['RR0 P']);
});

test('a server that only ever sends the wrong N(S) is given up', () => {
  const primary = connectedPrimary({ retries: 3 });
  primary.send(fromHex('c001'), 1);
  const wrong = frame({ kind: 'I', ns: 5, nr: 1, pollFinal: true }, false, fromHex('e6e700c4'));
  const got: string[] = [];
  for (let turn = 0; turn < 10; turn++) got.push(...codes(primary.receive(wrong, 2)));
  assert.ok(got.includes('disconnected link/hdlc-timeout'));
});

test('an acknowledgement of what was never sent: FRMR from the server, the end from the client', () => {
  const secondary = connectedSecondary();
  const events = secondary.receive(frame({ kind: 'RR', nr: 4, pollFinal: true }, true), 1);
  assert.deepEqual(show(events), ['FRMR P']);
  const reject = decodeFrameReject(sent(events)[0]!.information);
  assert.equal(reject?.invalidAcknowledgement, true);
  assert.equal(reject?.informationTooLong, false);
  assert.equal(reject?.rejectedControl, 0x91);
  // Only SNRM or DISC lead out of the frame reject condition.
  const again = frame({ kind: 'I', ns: 0, nr: 0, pollFinal: true }, true, fromHex('e6e600c0'));
  assert.deepEqual(show(secondary.receive(again, 2)), ['FRMR P']);
  assert.deepEqual(show(secondary.receive(frame({ kind: 'SNRM', pollFinal: true }, true), 3)), ['UA P']);
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 1);
  const end = primary.receive(frame({ kind: 'RR', nr: 4, pollFinal: true }, false), 2);
  assert.deepEqual(codes(end), ['disconnected link/hdlc-acknowledgement']);
  assert.deepEqual(show(end), ['DISC P']);
});

test('information longer than agreed: FRMR from the server, the end from the client', () => {
  const long = new Uint8Array(129).fill(0xe6);
  const secondary = connectedSecondary();
  const events = secondary.receive(frame({ kind: 'I', ns: 0, nr: 0, pollFinal: true }, true, long), 1);
  assert.deepEqual(codes(events), ['discarded link/hdlc-information']);
  assert.equal(decodeFrameReject(sent(events)[0]!.information)?.informationTooLong, true);
  const rr = secondary.receive(frame({ kind: 'SNRM', pollFinal: true }, true), 2);
  assert.deepEqual(show(rr), ['UA P']);
  const noisy = secondary.receive(frame({ kind: 'RR', nr: 0, pollFinal: true }, true, fromHex('01')), 3);
  assert.equal(decodeFrameReject(sent(noisy)[0]!.information)?.informationNotAllowed, true);
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 1);
  const end = primary.receive(frame({ kind: 'I', ns: 0, nr: 1, pollFinal: true }, false, long), 2);
  assert.deepEqual(codes(end), ['disconnected link/hdlc-information']);
});

test('endless segmentation ends at the bounds, on both sides and in UI frames', () => {
  const part = new Uint8Array(100).fill(0x0f);
  const secondary = connectedSecondary({ maxApduLength: 1000 });
  const got: string[] = [];
  for (let turn = 0; turn < 20; turn++) {
    const control = { kind: 'I', ns: turn & 7, nr: 0, pollFinal: true } as const;
    got.push(...codes(secondary.receive(frame(control, true, part, true), turn)));
  }
  assert.equal(got[0], 'discarded link/apdu-length');
  const primary = connectedPrimary({ maxSegments: 5 });
  primary.send(fromHex('c001'), 1);
  const ends: string[] = [];
  for (let turn = 0; turn < 6; turn++) {
    const control = { kind: 'I', ns: turn & 7, nr: 1, pollFinal: true } as const;
    ends.push(...codes(primary.receive(frame(control, false, part, true), 2)));
  }
  assert.deepEqual(ends, ['disconnected link/segments']);
  const listener = new HdlcPrimary({ client, server, maxApduLength: 250 });
  const ui = frame({ kind: 'UI', pollFinal: true }, false, part, true);
  assert.deepEqual(
    [1, 2, 3].flatMap((now) => codes(listener.receive(ui, now))),
    ['discarded link/apdu-length'],
  );
});

test('an APDU without LLC header is refused', () => {
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 1);
  const bare = frame({ kind: 'I', ns: 0, nr: 1, pollFinal: true }, false, fromHex('c401'));
  assert.deepEqual(codes(primary.receive(bare, 2)), ['disconnected link/hdlc-llc']);
  const secondary = connectedSecondary();
  const request = frame({ kind: 'I', ns: 0, nr: 0, pollFinal: true }, true, fromHex('c001'));
  assert.deepEqual(codes(secondary.receive(request, 2)), ['discarded link/hdlc-llc']);
});

test('queues and APDUs have a bound', () => {
  const primary = connectedPrimary({ maxQueuedApdus: 2, maxApduLength: 10 });
  primary.send(fromHex('01'), 0);
  primary.send(fromHex('02'), 0);
  assert.throws(() => primary.send(fromHex('03'), 0), { code: 'link/queue', kind: 'overload' });
  assert.throws(() => connectedSecondary({ maxApduLength: 10 }).send(new Uint8Array(11), 0), {
    code: 'link/apdu-length',
  });
});

test('a lost answer is asked for with RR and sent again; a lost request is sent again', () => {
  const primary = connectedPrimary({ responseTimeoutMs: 10 });
  const secondary = connectedSecondary();
  const [request] = sent(primary.send(fromHex('c001'), 0));
  secondary.receive(request!, 1);
  const asked = primary.tick(10);
  assert.deepEqual(show(asked), ['RR0 P']);
  secondary.send(fromHex('c401'), 2);
  const answers = secondary.receive(sent(asked)[0]!, 11);
  assert.deepEqual(show(answers), ['I0/1 P']);
  assert.deepEqual(
    show(secondary.receive(sent(asked)[0]!, 12)),
    ['I0/1 P'],
    'what RR does not acknowledge comes again',
  );
  const events = primary.receive(sent(answers)[0]!, 13);
  assert.deepEqual(
    events.map((event) => event.type),
    ['delivered', 'apdu'],
  );
  // The next request is lost: N(R) of the answer to RR shows it.
  primary.send(fromHex('c002'), 20);
  const repeated = secondary.receive(sent(primary.tick(30))[0]!, 31);
  assert.deepEqual(show(repeated), ['RR1 P']);
  assert.deepEqual(show(primary.receive(sent(repeated)[0]!, 32)), ['I1/1 P']);
});

test('a poll is held for the answer and released in time, or when there will be none', () => {
  const secondary = connectedSecondary({ responseHoldMs: 50 });
  const request = (ns: number, nr: number) =>
    frame({ kind: 'I', ns, nr, pollFinal: true }, true, Buffer.concat([command, fromHex('c0')]));
  assert.deepEqual(show(secondary.receive(request(0, 0), 0)), []);
  assert.deepEqual(show(secondary.tick(49)), []);
  assert.deepEqual(show(secondary.tick(50)), ['RR1 P']);
  assert.deepEqual(show(secondary.send(fromHex('c4'), 60)), [], 'no word without a poll');
  assert.deepEqual(show(secondary.receive(frame({ kind: 'RR', nr: 0, pollFinal: true }, true), 70)), [
    'I0/1 P',
  ]);
  assert.deepEqual(show(secondary.receive(request(1, 1), 80)), []);
  assert.deepEqual(show(secondary.release(81)), ['RR2 P']);
});

test('a server that has nothing to say is polled, up to a bound', () => {
  const primary = connectedPrimary({ pollIntervalMs: 5, maxPolls: 3 });
  primary.send(fromHex('c001'), 0);
  const nothing = frame({ kind: 'RR', nr: 1, pollFinal: true }, false);
  assert.deepEqual(show(primary.receive(nothing, 1)), []);
  assert.deepEqual(show(primary.tick(6)), ['RR0 P']);
  primary.receive(nothing, 7);
  primary.tick(12);
  primary.receive(nothing, 13);
  primary.tick(18);
  assert.deepEqual(codes(primary.receive(nothing, 19)), ['disconnected link/hdlc-polls']);
});

test('an unconfirmed request is not polled for', () => {
  const primary = connectedPrimary();
  primary.send(fromHex('c001'), 0, false);
  const events = primary.receive(frame({ kind: 'RR', nr: 1, pollFinal: true }, false), 1);
  assert.deepEqual(events, [{ type: 'delivered', apdus: 1 }]);
  assert.equal(primary.deadlineMs, undefined);
});

test('RNR holds the client back until RR, and a busy server takes nothing', () => {
  const primary = connectedPrimary({ pollIntervalMs: 5 });
  const secondary = connectedSecondary();
  secondary.setBusy(true);
  const busy = secondary.receive(sent(primary.send(fromHex('c001'), 0))[0]!, 0);
  assert.deepEqual(show(busy), ['RNR0 P']);
  assert.deepEqual(show(primary.receive(sent(busy)[0]!, 1)), []);
  const asked = primary.tick(6);
  assert.deepEqual(show(asked), ['RR0 P']);
  secondary.setBusy(false);
  const ready = secondary.receive(sent(asked)[0]!, 7);
  assert.deepEqual(show(ready), ['RR0 P']);
  const repeated = primary.receive(sent(ready)[0]!, 8);
  assert.deepEqual(show(repeated), ['I0/0 P']);
  assert.equal(secondary.receive(sent(repeated)[0]!, 9)[0]?.type, 'apdu');
});

test('a client that met RNR asks before it sends again', () => {
  const primary = connectedPrimary();
  primary.poll(0);
  primary.receive(frame({ kind: 'RNR', nr: 0, pollFinal: true }, false), 1);
  assert.deepEqual(show(primary.send(fromHex('c001'), 2)), ['RR0 P']);
  assert.deepEqual(show(primary.receive(frame({ kind: 'RR', nr: 0, pollFinal: true }, false), 3)), [
    'I0/0 P',
  ]);
});

test('the window is used in both directions', () => {
  const options = { windowTransmit: 3, windowReceive: 3, maxInfoTransmit: 10, maxInfoReceive: 10 };
  const primary = connectedPrimary(options);
  const events = primary.send(new Uint8Array(30).fill(1), 0);
  assert.deepEqual(show(events), ['I0/0+', 'I1/0+', 'I2/0+ P']);
  const more = primary.receive(frame({ kind: 'RR', nr: 2, pollFinal: true }, false), 1);
  assert.deepEqual(show(more), ['I2/0+', 'I3/0 P'], 'from the first that is not acknowledged');
});

test('disconnecting: UA or DM or silence end it, and late frames change nothing', () => {
  for (const kind of ['UA', 'DM'] as const) {
    const primary = connectedPrimary();
    assert.deepEqual(show(primary.disconnect(1)), ['DISC P']);
    assert.deepEqual(primary.receive(frame({ kind, pollFinal: true }, false), 2), [{ type: 'disconnected' }]);
    assert.deepEqual(codes(primary.receive(frame({ kind, pollFinal: true }, false), 3)), [
      'discarded link/hdlc-unexpected',
    ]);
  }
  const silent = connectedPrimary({ retries: 1, responseTimeoutMs: 10 });
  silent.disconnect(0);
  silent.tick(10);
  assert.deepEqual(silent.tick(20), [{ type: 'disconnected' }]);
  const secondary = connectedSecondary();
  const events = secondary.receive(frame({ kind: 'DISC', pollFinal: true }, true), 1);
  assert.deepEqual(show(events), ['UA P']);
  assert.equal(events[1]?.type, 'disconnected');
});

test('a silent client loses its link', () => {
  const secondary = connectedSecondary({ inactivityMs: 100 });
  assert.deepEqual(codes(secondary.tick(99)), []);
  assert.deepEqual(codes(secondary.tick(100)), ['disconnected link/hdlc-inactive']);
  assert.ok(!secondary.connected);
});

test('pushes in UI frames are cut and put together, and a new one ends a torn one', () => {
  const secondary = new HdlcSecondary({ server });
  const primary = new HdlcPrimary({ client, server });
  const apdu = new Uint8Array(300).map((_, at) => at);
  const frames = sent(secondary.sendUnnumbered(apdu, server, client));
  assert.deepEqual(
    frames.map(({ segmented }) => segmented),
    [true, true, false],
  );
  const torn = frames.slice(0, 1).flatMap((one) => primary.receive(one, 0));
  assert.deepEqual(torn, []);
  const events = frames.flatMap((one) => primary.receive(one, 1));
  assert.ok(events[0]?.type === 'apdu' && !events[0].confirmed);
  assert.equal(toHex(events[0].apdu), toHex(apdu));
  const broadcast = { ...frame({ kind: 'UI', pollFinal: false }, true, fromHex('e6e60001')) };
  const all = secondary.receive({ ...broadcast, destination: hdlcAddress(0x7f) }, 1);
  assert.equal(all[0]?.type, 'apdu');
});

test('any frames in any order: neither side throws, and what it sends reads back', () => {
  const anyFrame = fc.record({
    octet: fc.nat(255),
    information: fc.oneof(fc.uint8Array({ maxLength: 140 }), fc.constant(fromHex('e6e600c0'))),
    segmented: fc.boolean(),
    now: fc.nat(5000),
  });
  fc.assert(
    fc.property(fc.array(anyFrame, { maxLength: 60 }), (steps) => {
      const primary = connectedPrimary({ maxApduLength: 1000 });
      const secondary = connectedSecondary({ maxApduLength: 1000, responseHoldMs: 20 });
      let nowMs = 0;
      for (const { octet, information, segmented, now } of steps) {
        nowMs += now;
        if (!primary.connected && primary.deadlineMs === undefined) primary.connect(nowMs);
        const control = decodeHdlcControl(octet);
        if (control === undefined) continue;
        show([
          ...primary.receive(frame(control, false, information, segmented), nowMs),
          ...secondary.receive(frame(control, true, information, segmented), nowMs),
          ...primary.tick(nowMs),
          ...secondary.tick(nowMs),
        ]);
      }
    }),
    { numRuns: 500 },
  );
});
