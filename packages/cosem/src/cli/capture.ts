/**
 * Octets out of what people have: hexadecimal digits, logs with hexadecimal in them, hex dumps, binary captures. Bounded
 * by the length of a line.
 */

/** A run of octets, and whether its line held nothing else: only then it is surely meant to be traffic. */
export interface Capture {
  readonly octets: Uint8Array;
  readonly alone: boolean;
}

/** Longest line that is looked at, in characters; the rest of a longer one is passed over. */
export const maxLine = 4_000_000;

/** Octets in two digits each, apart by nothing, a space, a colon, a dash or a comma. Four of them are no word. */
const hexRun = /(?<![0-9a-zA-Z])((?:[0-9a-fA-F]{2}[ :,-]?){4,})(?![0-9a-zA-Z])/g;
const onlyHex = /^\s*(?:[0-9a-fA-F]{2}[\s:,-]*)+$/;
/** The offset at the head of a line and the characters at its end, as `hexdump -C` and `xxd` write them. */
const dumpOffset = /^\s*[0-9a-fA-F]{4,8}(?::\s|\s{2,})(?=[0-9a-fA-F]{2})/;
const dumpCharacters = /(?:\s\|.{1,16}\|?|\s{2,}\S.{0,15})$/;
const dates = /(?<![0-9a-fA-F])\d{4}[-/]\d{2}[-/]\d{2}(?![0-9a-fA-F])[T_ ]?/g;
/** A time of day, but no part of a longer row of digit pairs. */
const times = /(?<![0-9a-fA-F:])\d{2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:Z|[+-]\d{2}:?\d{2})?(?![0-9a-fA-F:])/g;

/** The octets that a line of text shows, in order; none where it shows none. */
export function capturesOfLine(line: string): Capture[] {
  let text = line.length > maxLine ? line.slice(0, maxLine) : line;
  if (onlyHex.test(text) && !dumpOffset.test(text)) return [{ octets: octetsOf(text), alone: true }];
  if (dumpOffset.test(text)) {
    text = text.replace(dumpOffset, '').replace(dumpCharacters, '');
    if (onlyHex.test(text)) return [{ octets: octetsOf(text), alone: true }];
  }
  text = text
    .replace(dates, ' ')
    .replace(times, ' ')
    .replace(/\b0x([0-9a-fA-F]{2})\b(?:,\s*|\s+|$)?/g, '$1 ')
    .replace(/\b0x(?=[0-9a-fA-F])/g, '');
  if (onlyHex.test(text)) return [{ octets: octetsOf(text), alone: true }];
  return [...text.matchAll(hexRun)].map(([, digits]) => ({ octets: octetsOf(digits!), alone: false }));
}

/** The octets of hexadecimal digits with anything between them. */
function octetsOf(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text.replaceAll(/[^0-9a-fA-F]/g, ''), 'hex'));
}

/** Whether octets look like a capture in binary rather than text with hexadecimal in it. */
export function isBinary(octets: Uint8Array): boolean {
  // Text in UTF-8 has octets above 7e, but no control characters other than white space and the escape of colours.
  return octets.some(
    (octet) => octet < 0x20 && octet !== 0x0a && octet !== 0x0d && octet !== 0x09 && octet !== 0x1b,
  );
}

/** Text line by line, binary as it comes. In: chunks of a file or stream. */
export async function* capturesOf(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Capture> {
  const text = new TextDecoder('latin1');
  let binary: boolean | undefined;
  let held = '';
  for await (const chunk of stream) {
    binary ??= isBinary(chunk);
    if (binary) {
      yield { octets: chunk, alone: true };
      continue;
    }
    const lines = (held + text.decode(chunk, { stream: true })).split('\n');
    held = lines.pop()!.slice(0, maxLine);
    for (const line of lines) yield* capturesOfLine(line.trimEnd());
  }
  yield* capturesOfLine(held.trimEnd());
}
