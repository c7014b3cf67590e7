import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { PushSplitter, type SplitterEvent } from './auto.ts';
import { hdlcAddress } from './hdlc-address.ts';
import { decodeHdlcFrame, encodeHdlcFrame } from './hdlc-frame.ts';
import { HdlcSecondary } from './hdlc-secondary.ts';
import { encodeMbusApdu } from './mbus.ts';
import { encodeWrapper } from './wrapper.ts';

const client = hdlcAddress(103);
const meter = hdlcAddress(1, 17);

function overHdlc(apdu: Uint8Array, segmentLength = 128): Uint8Array[] {
  const secondary = new HdlcSecondary({ server: meter, segmentLength });
  return secondary
    .sendUnnumbered(apdu, meter, client)
    .flatMap((event) => (event.type === 'send' ? [event.bytes] : []));
}

function overWrapper(apdu: Uint8Array): Uint8Array {
  return encodeWrapper({ source: 1, destination: 103, apdu });
}

function split(stream: Uint8Array, size = stream.length): SplitterEvent[] {
  const splitter = new PushSplitter();
  const events: SplitterEvent[] = [];
  for (let at = 0; at < stream.length; at += size)
    events.push(...splitter.push(stream.subarray(at, at + size)));
  events.push(...splitter.idle());
  assert.equal(splitter.pending, 0);
  return events;
}

function apdus(events: readonly SplitterEvent[]): string[] {
  return events.flatMap((event) => (event.type === 'apdu' ? [toHex(event.apdu)] : []));
}

function codes(events: readonly SplitterEvent[]): string[] {
  return events.flatMap((event) => ('error' in event ? [event.error.code] : []));
}

/** A data-notification that differs by its number. */
function notification(number: number, length: number): Uint8Array {
  const apdu = new Uint8Array(length).fill(number & 0xff);
  apdu[0] = 0x0f;
  return apdu;
}

test('all three links in one stream, in any chunks', () => {
  const sent = [1, 2, 3, 4, 5, 6].map((number) => notification(number, 100 * number));
  const stream = Buffer.concat([
    overWrapper(sent[0]!),
    ...overHdlc(sent[1]!),
    ...encodeMbusApdu(sent[2]!),
    fromHex('1040f03016'),
    ...overHdlc(sent[3]!),
    overWrapper(sent[4]!),
    ...encodeMbusApdu(sent[5]!),
  ]);
  for (const size of [1, 3, 64, stream.length]) {
    const events = split(stream, size);
    assert.deepEqual(apdus(events), sent.map(toHex), `chunks of ${size}`);
    assert.deepEqual(codes(events), []);
  }
  const kinds = split(stream).map((event) => event.type === 'apdu' && event.link.kind);
  assert.deepEqual(kinds, ['wrapper', 'hdlc', 'mbus', 'hdlc', 'wrapper', 'mbus']);
});

test('frames without an APDU are handed out as such', () => {
  const [event] = split(fromHex('7ea00a00020023f193232e7e'));
  assert.ok(event?.type === 'control');
  assert.equal(event.frame.control.kind, 'SNRM');
});

test('one damaged frame costs that frame only, on every link and wherever the damage is', () => {
  const before = notification(0x31, 20);
  const victim = notification(0x32, 24);
  const after = notification(0x33, 20);
  const links = {
    hdlc: (apdu: Uint8Array) => Buffer.concat(overHdlc(apdu)),
    mbus: (apdu: Uint8Array) => Buffer.concat(encodeMbusApdu(apdu)),
  };
  for (const [name, link] of Object.entries(links)) {
    const frame = link(victim);
    for (let at = 0; at < frame.length; at++) {
      for (const damage of ['flip', 'drop', 'insert'] as const) {
        const hurt = [...frame];
        if (damage === 'flip') hurt[at]! ^= 0x55;
        if (damage === 'drop') hurt.splice(at, 1);
        if (damage === 'insert') hurt.splice(at, 0, 0x42);
        const events = split(Buffer.concat([link(before), Uint8Array.from(hurt), link(after)]), 7);
        const got = apdus(events).filter((apdu) => apdu !== toHex(victim));
        assert.deepEqual(got, [toHex(before), toHex(after)], `${name}, ${damage} at ${at}`);
      }
    }
  }
});

test('a wrapper frame that lost octets, or whose length is damaged, costs itself only', () => {
  const before = notification(0x31, 20);
  const victim = notification(0x32, 24);
  const after = notification(0x33, 20);
  const cut = [...overWrapper(victim)];
  cut.splice(15, 3);
  const short = split(Buffer.concat([overWrapper(before), Uint8Array.from(cut), overWrapper(after)]));
  assert.deepEqual(apdus(short), [toHex(before), toHex(after)]);
  const long = overWrapper(victim);
  long[6] = 0x30;
  const events = new PushSplitter().push(
    Buffer.concat([overWrapper(before), long, ...overHdlc(after), overWrapper(before)]),
  );
  assert.deepEqual(
    apdus(events),
    [before, after, before].map(toHex),
    'a checked frame behind the pending one ends the wait',
  );
});

test('a torn push is refused and never handed out in part', () => {
  const apdu = notification(0x35, 300);
  const next = notification(0x36, 50);
  const frames = overHdlc(apdu);
  assert.equal(frames.length, 3);
  for (const lost of [0, 1, 2]) {
    const hurt = frames.map((frame, at) => {
      const copy = frame.slice();
      if (at === lost) copy[20]! ^= 1;
      return copy;
    });
    const events = split(Buffer.concat([...hurt, ...overHdlc(next)]));
    assert.deepEqual(apdus(events), [toHex(next)], `segment ${lost}`);
    assert.ok(codes(events).includes('link/segment-lost'), `segment ${lost}`);
  }
  const gone = split(Buffer.concat([frames[0]!, ...overHdlc(next)]));
  assert.deepEqual(apdus(gone), [toHex(next)]);
  assert.deepEqual(codes(gone), ['link/segment-lost']);
});

test('numbered segments show a gap, and a repeated frame is taken once', () => {
  const frame = (ns: number, information: string, segmented: boolean) =>
    encodeHdlcFrame({
      destination: client,
      source: meter,
      segmented,
      control: { kind: 'I', ns, nr: 0, pollFinal: false },
      information: fromHex(information),
    });
  const first = frame(0, 'e6e7000f01', true);
  const second = frame(1, '02', true);
  const third = frame(2, '03', false);
  assert.deepEqual(apdus(split(Buffer.concat([first, first, second, second, third]))), ['0f010203']);
  const torn = split(Buffer.concat([first, third]));
  assert.deepEqual(apdus(torn), []);
  assert.deepEqual(codes(torn), ['link/segment-lost', 'link/segment-lost']);
});

test('endless segmentation ends at the bound, and open assemblies are few', () => {
  const splitter = new PushSplitter({ maxApduLength: 1000 });
  const segment = (upper: number, head: string) =>
    encodeHdlcFrame({
      destination: client,
      source: hdlcAddress(upper, 17),
      segmented: true,
      control: { kind: 'UI', pollFinal: true },
      information: Buffer.concat([fromHex(head), new Uint8Array(100)]),
    });
  const events = splitter.push(segment(1, 'e6e700'));
  for (let turn = 0; turn < 12; turn++) events.push(...splitter.push(segment(1, '')));
  assert.equal(codes(events)[0], 'link/apdu-length');
  const crowd = new PushSplitter();
  const many = Array.from({ length: 17 }, (_, upper) => crowd.push(segment(upper, 'e6e700'))).flat();
  assert.deepEqual(codes(many), ['link/segments']);
});

test('M-Bus frames of other applications are refused with their place', () => {
  const other = fromHex('680d0d6853ff1101674033cdd8c8d1dab50b16').slice();
  other[6] = 0x5b;
  other[17] = (other[17]! + 0x5b - 0x11) & 0xff;
  const events = split(Buffer.concat([fromHex('aa'), other]));
  assert.deepEqual(codes(events), ['link/stream-noise', 'link/mbus-not-dlms']);
});

test('any octets: no throw, bounded memory, and a good frame after a pause is found', () => {
  const good = notification(0x77, 30);
  const piece = fc.oneof(
    fc.uint8Array({ maxLength: 80 }),
    fc.constantFrom(...['7e', '7ea7ff', '68fafa68', '000100010001', '0001000100013fff0f', '10'].map(fromHex)),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map((apdu) => overHdlc(apdu)[0]!),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map(overWrapper),
    fc.uint8Array({ minLength: 1, maxLength: 20 }).map((apdu) => encodeMbusApdu(apdu)[0]!),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
      const splitter = new PushSplitter();
      for (const octets of pieces) splitter.push(octets);
      assert.ok(splitter.pending <= 16_384 + 8);
      splitter.idle();
      assert.equal(splitter.pending, 0);
      assert.deepEqual(apdus(splitter.push(Buffer.concat(overHdlc(good)))).at(-1), toHex(good));
    }),
    { numRuns: 300 },
  );
});

interface Message {
  id: string;
  transport: string;
  frames: string[];
  apdu?: string;
  ciphered_apdu?: string;
}

/** The blocks of a general-block-transfer put together; for the test only, the session layer does it in earnest. */
function joinBlocks(blocks: readonly string[]): string {
  return blocks
    .map((hex) => {
      const block = fromHex(hex);
      assert.equal(block[0], 0xe0);
      const long = block[6]! > 0x80 ? block[6]! & 0x7f : 0;
      return toHex(block.subarray(7 + long));
    })
    .join('');
}

test(
  'all recorded pushes lead from their frames to their APDU',
  needsShared('data/dlms/messages.jsonl'),
  () => {
    const rows = sharedJsonLines<Message>('data/dlms/messages.jsonl').filter(
      ({ frames }) => frames.length > 0,
    );
    assert.equal(rows.length, 30);
    for (const row of rows) {
      const expected = row.ciphered_apdu ?? row.apdu;
      for (const size of [1, 50, 4096]) {
        const got = apdus(split(fromHex(row.frames.join('')), size));
        if (row.transport === 'hdlc+gbt') assert.equal(joinBlocks(got), expected, row.id);
        else assert.deepEqual(got, [expected], row.id);
      }
    }
    const all = split(fromHex(rows.flatMap(({ frames }) => frames).join('')));
    assert.deepEqual(codes(all), []);
  },
);

test('edge cases yield nothing false and the next push is whole', needsShared('data/dlms/edge.jsonl'), () => {
  const rows = sharedJsonLines<{ frames?: string[]; hex?: string; transport?: string }>(
    'data/dlms/edge.jsonl',
  );
  assert.equal(rows.length, 3);
  const good = notification(0x44, 40);
  for (const { frames, hex } of rows) {
    const octets = fromHex(frames?.join('') ?? hex!);
    for (const tail of [
      overWrapper(good),
      Buffer.concat(overHdlc(good)),
      Buffer.concat(encodeMbusApdu(good)),
    ]) {
      const splitter = new PushSplitter();
      const events = [...splitter.push(octets), ...splitter.idle(), ...splitter.push(tail)];
      assert.equal(apdus(events).at(-1), toHex(good));
      // Two of the cases are good frames with lost or foreign neighbours; only their own blocks may come out.
      for (const apdu of apdus(events).slice(0, -1)) assert.match(apdu, /^e0/);
    }
  }
});

test(
  'recorded HDLC dialogues are taken apart frame by frame',
  needsShared('data/dlms/peer-sessions.jsonl'),
  () => {
    interface Session {
      transport: string;
      frames: { hex: string }[];
    }
    const session = sharedJsonLines<Session>('data/dlms/peer-sessions.jsonl').find(
      ({ transport }) => transport === 'HDLC',
    );
    const frames = session!.frames.map(({ hex }) => fromHex(hex));
    const events = split(Buffer.concat(frames));
    assert.deepEqual(codes(events), []);
    const whole = frames
      .map(decodeHdlcFrame)
      .filter(({ control, segmented }) => control.kind === 'I' && !segmented);
    assert.equal(apdus(events).length, whole.length);
  },
);
