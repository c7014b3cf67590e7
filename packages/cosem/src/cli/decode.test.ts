/** `cosem decode` on everything that was recorded, and on what is wrong. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { needsShared, sharedJsonLines } from '../../../../tools/shared.ts';
import { cosem, temporaryFolder } from '../../test/command.ts';
import { fuzzSeed, mutate, randomFrom } from '../../test/fuzz.ts';
import { toHex } from '../base/bytes.ts';

interface RecordedMessage {
  readonly id: string;
  readonly transport: string;
  readonly frames: readonly string[];
  readonly apdu?: string;
  readonly ciphered_apdu?: string;
  readonly encrypted: boolean;
  readonly key?: string;
  readonly authentication_key?: string;
  readonly amshan?: Readonly<Record<string, unknown>>;
  readonly decoded?: { readonly trailing?: string };
}

interface RecordedSession {
  readonly id: string;
  readonly guek: string;
  readonly gak: string;
  readonly frames: readonly { readonly dir: string; readonly hex: string }[];
}

interface JsonMessage {
  readonly apdu?: { readonly type: string };
  readonly inner?: JsonMessage;
  readonly error?: { readonly code: string };
}

const folder = temporaryFolder();
after(() => folder.remove());

/** One recording is cut out of the middle of a message: a lenient decoder took its octets and had some left. */
const isFragment = ({ decoded }: RecordedMessage) => decoded?.trailing !== undefined;

const linesOf = (out: string): JsonMessage[] =>
  out
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JsonMessage);

/** The input of a recorded message: its frames, or the APDU where the source has none. */
const inputOf = ({ frames, apdu, ciphered_apdu: ciphered }: RecordedMessage): readonly string[] =>
  frames.length > 0 ? frames : [ciphered ?? apdu ?? ''];

const innermost = (message: JsonMessage): JsonMessage =>
  message.inner === undefined ? message : innermost(message.inner);

const gbcsFile = 'data/dlms/gbcs-reference-messages.jsonl';
const messagesFile = 'data/dlms/messages.jsonl';

test(
  'every recorded message decodes, with keys from files and the environment',
  needsShared(messagesFile),
  async () => {
    let opened = 0;
    for (const message of sharedJsonLines<RecordedMessage>(messagesFile)) {
      const { id, key, authentication_key: authKey } = message;
      const args = ['decode', '--json', '--allow-unauthenticated'];
      if (key !== undefined) args.push('--key', folder.file('key', key));
      if (authKey !== undefined) args.push('--auth-key', 'env:AK');
      const env = authKey === undefined ? {} : { AK: authKey };
      const { code, out, err } = await cosem(args, { stdin: [inputOf(message).join('\n')], env });
      assert.equal(err, '', id);
      if (isFragment(message)) {
        assert.equal(code, 1, id);
        continue;
      }
      assert.equal(code, 0, `${id}: ${out}`);
      const last = linesOf(out).at(-1)!;
      if (key !== undefined || !message.encrypted) {
        assert.equal(innermost(last).apdu?.type, 'data-notification', id);
        if (key !== undefined) opened += 1;
      } else {
        assert.equal(last.apdu?.type, 'general-glo-ciphering', id);
      }
      for (const secret of [key, authKey]) {
        if (secret !== undefined) assert.ok(!out.toLowerCase().includes(secret.toLowerCase()), id);
      }
    }
    assert.ok(opened >= 7, `${opened} opened`);
  },
);

test('a whole log gives the same messages as its frames alone', needsShared(messagesFile), async () => {
  const messages = sharedJsonLines<RecordedMessage>(messagesFile).filter(
    (message) => !message.encrypted && !isFragment(message),
  );
  const log = messages
    .flatMap((message) => [
      `2026-01-01 12:00:00.123 [D][meter:123]: message ${message.id} begins`,
      ...inputOf(message).map((hex) => `2026-01-01T12:00:00Z DEBUG rx: ${hex}`),
    ])
    .join('\r\n');
  const whole = await cosem(['decode', '--json'], { stdin: [log] });
  assert.equal(whole.code, 0, whole.out.slice(0, 2000));
  const found = linesOf(whole.out).filter((message) => message.apdu?.type === 'data-notification');
  assert.equal(found.length, messages.length);
  // The same as one binary capture, for those that came in frames.
  const framed = messages.filter(({ frames }) => frames.length > 0);
  const binary = Buffer.from(framed.flatMap(({ frames }) => frames).join(''), 'hex');
  const chunks = [binary.subarray(0, 1000), binary.subarray(1000)];
  const raw = await cosem(['decode', '--json'], { stdin: chunks });
  assert.equal(raw.code, 0);
  const inBinary = linesOf(raw.out).filter((message) => message.apdu?.type === 'data-notification');
  assert.equal(inBinary.length, framed.length);
});

test('values stand in the tree with names and units', needsShared(messagesFile), async () => {
  const [aidon] = sharedJsonLines<RecordedMessage>(messagesFile).filter(
    ({ amshan }) => amshan?.['current_l1'] === 9.3,
  );
  const { code, out } = await cosem(['decode', ...aidon!.frames]);
  assert.equal(code, 0);
  assert.match(out, /1\.0\.1\.7\.0\.255 Active power import.*: 1362 W/);
  assert.match(out, /1\.0\.31\.7\.0\.255 Current L1.*: 9\.3 A/);
  assert.match(out, /^HDLC .* 1 frame$/m);
});

test(
  'whole recorded sessions open, dates and names for people',
  needsShared('data/dlms/peer-sessions.jsonl'),
  async () => {
    for (const { id, guek, gak, frames } of sharedJsonLines<RecordedSession>(
      'data/dlms/peer-sessions.jsonl',
    )) {
      const log = frames.map(({ dir, hex }) => `${dir} ${hex}`).join('\n');
      const args = ['decode', '--key', 'env:K', '--auth-key', 'env:A'];
      const { out } = await cosem(args, { stdin: [log], env: { K: guek, A: gak } });
      assert.ok(!out.includes('not opened'), id);
      assert.match(out, /aarq[\s\S]*aare[\s\S]*reply_to_HLS_authentication[\s\S]*get-response/, id);
      assert.ok(!out.includes(guek) && !out.includes(gak), id);
    }
  },
);

test(
  'damaged input is told with its code and costs itself only',
  needsShared('data/dlms/edge.jsonl'),
  async () => {
    for (const entry of sharedJsonLines<{ id?: string; frames?: string[]; hex?: string }>(
      'data/dlms/edge.jsonl',
    )) {
      const good = 'c401c1000102';
      const input = [...(entry.frames ?? [entry.hex!]), good].join('\n');
      const { code, out } = await cosem(['decode', '--json'], { stdin: [input] });
      assert.equal(code, 1, entry.id ?? 'torn');
      assert.ok(
        linesOf(out).some(({ error }) => error !== undefined),
        out.slice(0, 500),
      );
    }
  },
);

test('every reference message of GBCS that is whole decodes', needsShared(gbcsFile), async () => {
  const messages = sharedJsonLines<{ hex: string; form?: string }>(gbcsFile);
  const { out } = await cosem(['decode', '--json'], { stdin: [messages.map(({ hex }) => hex).join('\n')] });
  const found = linesOf(out);
  assert.equal(found.length, messages.length);
  found.forEach((message, i) => {
    // Without a form they are drafts for a signer, which end before their signature.
    const isDraft = messages[i]!.form === undefined;
    assert.equal(message.error?.code, isDraft ? 'bytes/truncated' : undefined, messages[i]!.hex);
  });
});

test('any octets and any text end with 0 or 1', async () => {
  const seed = fuzzSeed();
  const random = randomFrom(seed);
  const good = [
    '7ea068410223132b18e6e7000f40000000000104020209060000600100ff0a0a31323334353637383930020309060100010700ff060000',
    '000100100001000dc001c1000100002a0000ff0200',
    'db084d4d4d0000bc614e1330000000010102030405060708090a0b0c0d0e',
    'e0c0000100000dc001c1000100002a0000ff0200',
  ];
  for (let round = 0; round < 400; round++) {
    const octets = mutate(random, Buffer.from(good[random(good.length)]!, 'hex'));
    const head = ['', 'rx: ', '12:00:00 '][random(3)];
    const input = random(2) === 0 ? octets : `${head}${toHex(octets)}\n`;
    const shown = ['--json', '--xml'][random(3)];
    const args = ['decode', '--key', 'env:K', ...(shown === undefined ? [] : [shown])];
    const { code } = await cosem(args, { stdin: [input], env: { K: '00'.repeat(16) } });
    assert.ok(code === 0 || code === 1, `seed ${seed}, round ${round}: ${toHex(octets)}`);
  }
});

test('a ciphered message without a key shows its envelope', async () => {
  const message = 'db084d4d4d0000bc614e1330000000010102030405060708090a0b0c0d0e';
  const { code, out } = await cosem(['decode', message]);
  assert.equal(code, 0);
  assert.match(out, /system title: 4d4d4d0000bc614e {2}MMM/);
  assert.match(out, /suite 0, authenticated and encrypted, counter 1/);
  assert.match(out, /no key was given/);
});

test('what is authenticated only is shown with the remark that nothing was checked', async () => {
  const inner = 'c001c1000100002a0000ff0200';
  const service = `1000000001${inner}${'00'.repeat(12)}`;
  const length = (service.length / 2).toString(16).padStart(2, '0');
  const { code, out } = await cosem(['decode', `c8${length}${service}`]);
  assert.equal(code, 0);
  assert.match(out, /glo-get-request \(not encrypted; its tag was not checked\)/);
  assert.match(out, /0\.0\.42\.0\.0\.255:2 COSEM logical device name, value/);
});

test('the wrong key is refused by name and the message stays closed', async () => {
  const message = 'db084d4d4d0000bc614e1330000000010102030405060708090a0b0c0d0e';
  const { code, out } = await cosem(['decode', '--key', 'env:K', message], { env: { K: '00'.repeat(16) } });
  assert.equal(code, 1);
  assert.match(out, /not opened: .*\[security\/tag\]/);
});

test('XML is one document and JSON one message a line', async () => {
  const request = 'c001c1000100002a0000ff0200';
  const xml = await cosem(['decode', '--xml'], { stdin: [`${request}\n${request}\nc0ff`] });
  assert.equal(xml.code, 1);
  assert.match(xml.out, /^<messages>\n[\s\S]*<\/messages>\n$/);
  assert.equal(xml.out.match(/<message>/g)!.length, 3);
  assert.equal(xml.out.match(/<get-request /g)!.length, 2);
  assert.match(xml.out, /<error code="[a-z/-]+" detail="[^"<]+"\/>/);
  const json = await cosem(['decode', '--json', request]);
  assert.equal(linesOf(json.out)[0]!.apdu?.type, 'get-request');
});

test('a bad APDU is told with path and offset', async () => {
  const { code, out } = await cosem(['decode', 'c001c1000100002a']);
  assert.equal(code, 1);
  assert.match(out, /not decoded: .* in get-request.* at octet \d+ \[bytes\/truncated\]/);
});

test('bad usage and missing files end with their exit codes', async () => {
  const cases: readonly (readonly [readonly string[], number, RegExp])[] = [
    [['decode', '--bogus'], 2, /cli\/usage/],
    [['decode', 'a', 'file'], 2, /one file at a time/],
    [['decode', '--system-title', 'zz', 'c0'], 2, /16 hexadecimal digits/],
    [['decode', folder.path], 69, /cli\/file/],
    [['decode', 'no-such-file.txt'], 69, /cli\/file/],
    [['decode', '-'], 1, /cli\/input/],
    [['nonsense'], 2, /no such command/],
    [['obis', 'nonsense'], 2, /OBIS/],
    [[], 2, /^$/],
  ];
  for (const [args, code, err] of cases) {
    const result = await cosem(args);
    assert.equal(result.code, code, args.join(' '));
    assert.match(result.err, err);
  }
  const noise = await cosem(['decode'], { stdin: ['there are only words here, and 7ea00001'] });
  assert.equal(noise.code, 1);
});

test('errors are JSON on standard error where JSON was asked for', async () => {
  const { code, out, err } = await cosem(['decode', '--json', 'no-such-file.txt']);
  assert.equal(code, 69);
  assert.equal(out, '');
  const { error } = JSON.parse(err) as { error: { code: string; kind: string; detail: string } };
  assert.equal(error.code, 'cli/file');
  assert.equal(error.kind, 'storage');
});

test('text from a meter cannot move the cursor', async () => {
  const text = Buffer.from('\u001b[2Jx').toString('hex');
  const { out } = await cosem([
    'decode',
    `c401c1000a${(text.length / 2).toString(16).padStart(2, '0')}${text}`,
  ]);
  assert.ok(!out.includes('\u001b'));
  assert.match(out, /visible-string/);
});
