import assert from 'node:assert/strict';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedJsonLines } from '../../../../tools/shared.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import type { Data } from '../data/types.ts';
import { decodeApdu, encodeApdu } from './index.ts';

const messagesFile = 'data/dlms/messages.jsonl';
const gbcsFile = 'data/dlms/gbcs-reference-messages.jsonl';
const vectorsFile = 'data/dlms/greenbook-vectors.json';

/** A value as the collection writes it down. */
interface Noted {
  readonly t: string;
  readonly v?: unknown;
}

interface Message {
  readonly id: string;
  readonly apdu?: string;
  readonly decoded?: {
    invoke_id: string;
    date_time: string | null;
    body: Noted;
    quirk?: string;
    trailing?: string;
  };
}

/** Our value in the collection's notation. */
function noted(value: Data): Noted {
  switch (value.type) {
    case 'null-data':
      return { t: 'null' };
    case 'array':
    case 'structure':
      return { t: value.type, v: value.value.map(noted) };
    case 'octet-string':
      return { t: value.type, v: toHex(value.value) };
    case 'boolean':
      return { t: value.type, v: value.value ? 1 : 0 };
    case 'long64':
    case 'long64-unsigned':
      return { t: value.type, v: String(value.value) };
    default:
      return { t: value.type, v: value.value };
  }
}

test('every recorded push decodes to its values and encodes to its octets', needsShared(messagesFile), () => {
  let count = 0;
  for (const message of sharedJsonLines<Message>(messagesFile)) {
    if (message.apdu === undefined || message.decoded === undefined) continue;
    const { invoke_id, date_time, body, quirk, trailing } = message.decoded;
    if (trailing !== undefined) {
      // A piece from the middle of a segmented frame that its source took for a message.
      assert.throws(() => decodeApdu(fromHex(message.apdu!)), { kind: 'decode' });
      continue;
    }
    const apdu = decodeApdu(fromHex(message.apdu));
    assert.equal(apdu.type, 'data-notification', message.id);
    assert.deepEqual(noted(apdu.body), body, message.id);
    assert.equal(toHex(apdu.dateTime), date_time ?? '', message.id);
    assert.equal(apdu.quirk, quirk === undefined ? undefined : 'octet-string-tag', message.id);
    assert.equal(toHex(fromHex(message.apdu).subarray(1, 5)), invoke_id, message.id);
    assert.equal(toHex(encodeApdu(apdu)), message.apdu, message.id);
    count++;
  }
  assert.ok(count >= 40, `${count} messages`);
});

interface Gbcs {
  readonly file: string;
  readonly hex: string;
  readonly form?: string;
  readonly content_tag: string;
}

/** The DLMS APDU in a GBCS message, or undefined where it is encrypted. */
function content({ hex, form }: Gbcs): Uint8Array | undefined {
  // Pre-commands end where the length of the signature would be.
  let octets = fromHex(form === undefined ? `${hex}00` : hex);
  // At most a MAC around a signature around the content.
  for (let layer = 0; layer < 2; layer++) {
    if (octets[0] !== 0xdd && octets[0] !== 0xdf) break;
    const envelope = decodeApdu(octets);
    if (envelope.type === 'general-signing') octets = envelope.content;
    else if (envelope.type === 'general-ciphering') {
      if ((envelope.service[0]! & 0x20) !== 0) return undefined;
      octets = envelope.service.subarray(5, -12);
    }
  }
  return octets;
}

test(
  'every DLMS content of the GBCS messages decodes, and encodes to its octets',
  needsShared(gbcsFile),
  () => {
    const counts = new Map<string, number>();
    // The other content tags are not DLMS: they carry ZigBee commands and certificates.
    const messages = sharedJsonLines<Gbcs>(gbcsFile).filter((m) => ['d9', 'da', 'f'].includes(m.content_tag));
    for (const message of messages) {
      const octets = content(message);
      if (octets === undefined) continue;
      const apdu = decodeApdu(octets);
      const ours = encodeApdu(apdu);
      assert.equal(ours.length, octets.length, message.file);
      ours.forEach((octet, i) => {
        // GBCS writes true as FF, this package as 01; a decoder takes both.
        const isTrue = octets[i - 1] === 0x03 && octets[i] === 0xff && octet === 0x01;
        assert.ok(octet === octets[i] || isTrue, `${message.file} at ${i}`);
      });
      counts.set(apdu.type, (counts.get(apdu.type) ?? 0) + 1);
    }
    for (const type of ['access-request', 'access-response', 'data-notification']) {
      assert.ok(counts.get(type)! > 20, `${type}: ${counts.get(type)}`);
    }
  },
);

test('the published Access request decodes', needsShared(vectorsFile), () => {
  const vectors = sharedJson<{ general_ciphering_access_request: { plain: string } }>(vectorsFile);
  const { plain } = vectors.general_ciphering_access_request;
  const apdu = decodeApdu(fromHex(plain));
  assert.equal(apdu.type, 'access-request');
  assert.deepEqual(
    apdu.specification.map(({ choice }) => choice),
    ['get', 'get', 'set', 'set'],
  );
  assert.equal(toHex(encodeApdu(apdu)), plain);
});
