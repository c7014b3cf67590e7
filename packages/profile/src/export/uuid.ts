/**
 * Names to UUIDs of version 5 (RFC 9562, 5.5), so that the same profile always exports the same identifiers. SHA-1 is
 * written out here because this package runs where there is no `node:crypto`; it identifies, it protects nothing.
 */

/** The namespace for object identifiers of RFC 9562 (6.6); the prefix makes a space of our own inside it. */
const namespace = '6ba7b812-9dad-11d1-80b4-00c04fd430c8';
const prefix = 'wattward-ami-security-profile:';

const rotate = (word: number, by: number): number => (word << by) | (word >>> (32 - by));

/** The 80 words that one block of 64 octets is stretched to (FIPS 180-4, 6.1.2 step 1). */
function schedule(view: DataView, offset: number): Int32Array {
  const words = new Int32Array(80);
  for (let t = 0; t < 16; t++) words[t] = view.getInt32(offset + 4 * t);
  for (let t = 16; t < 80; t++) {
    words[t] = rotate(words[t - 3]! ^ words[t - 8]! ^ words[t - 14]! ^ words[t - 16]!, 1);
  }
  return words;
}

/** What a round mixes of its three words, with the round's constant (FIPS 180-4, 4.1.1 and 4.2.1). */
function mixed(t: number, b: number, c: number, d: number): number {
  if (t < 20) return ((b & c) | (~b & d)) + 0x5a827999;
  if (t < 40) return (b ^ c ^ d) + 0x6ed9eba1;
  if (t < 60) return ((b & c) | (b & d) | (c & d)) + 0x8f1bbcdc;
  return (b ^ c ^ d) + 0xca62c1d6;
}

/** SHA-1 (FIPS 180-4, 6.1) of octets: 20 octets. For identifiers only. */
export function sha1(message: Uint8Array): Uint8Array {
  const padded = new Uint8Array(Math.ceil((message.length + 9) / 64) * 64);
  padded.set(message);
  padded[message.length] = 0x80;
  const view = new DataView(padded.buffer);
  view.setBigUint64(padded.length - 8, BigInt(message.length) * 8n);
  const state = new Int32Array([0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]);
  for (let offset = 0; offset < padded.length; offset += 64) {
    const words = schedule(view, offset);
    let [a, b, c, d, e] = state as unknown as [number, number, number, number, number];
    for (let t = 0; t < 80; t++) {
      const next = (rotate(a, 5) + mixed(t, b, c, d) + e + words[t]!) | 0;
      [a, b, c, d, e] = [next, a, rotate(b, 30), c, d];
    }
    for (const [at, word] of [a, b, c, d, e].entries()) state[at] = (state[at]! + word) | 0;
  }
  const digest = new Uint8Array(20);
  const out = new DataView(digest.buffer);
  for (const [at, word] of state.entries()) out.setInt32(4 * at, word);
  return digest;
}

const hex = (octets: Uint8Array): string =>
  Array.from(octets, (each) => each.toString(16).padStart(2, '0')).join('');

/** The version 5 UUID of a name within this project's own space: the same name, the same UUID, for ever. */
export function uuidOf(name: string): string {
  const space = Uint8Array.from(namespace.replaceAll('-', '').match(/../g)!, (pair) =>
    Number.parseInt(pair, 16),
  );
  const text = new TextEncoder().encode(prefix + name);
  const input = new Uint8Array(space.length + text.length);
  input.set(space);
  input.set(text, space.length);
  const digest = sha1(input).slice(0, 16);
  digest[6] = (digest[6]! & 0x0f) | 0x50;
  digest[8] = (digest[8]! & 0x3f) | 0x80;
  return hex(digest).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
