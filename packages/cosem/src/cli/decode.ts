/** `cosem decode`: from captured octets to something one can read. */
import { createReadStream } from 'node:fs';
import { fromHex } from '../base/bytes.ts';
import { parseArguments } from './arguments.ts';
import { type Capture, capturesOf } from './capture.ts';
import { raiseCli } from './errors.ts';
import { messageJson, messageTree, messageXml } from './message.ts';
import { readKey } from './secrets.ts';
import { exitCodes, type Terminal } from './terminal.ts';
import { hasFailed, type Message, TrafficDecoder } from './traffic.ts';
import { renderTree } from './tree.ts';

export const decodeHelp = `cosem decode [HEX | FILE | -] [options]

Decodes frames (HDLC, wrapper, M-Bus, found by themselves), segments, blocks and APDUs, plain or ciphered. The input is
hexadecimal digits, a hex dump, a binary capture, or a whole log: text around the digits does not matter. Without an
argument, or with -, it reads standard input.

  --key FILE | env:NAME           encryption key (GUEK), 32 or 64 hexadecimal digits
  --auth-key FILE | env:NAME      authentication key (GAK)
  --system-title HEX              of the sender, for messages that carry none; may be repeated
  --allow-unauthenticated         open messages that are encrypted only
  --xml | --json                  instead of the tree; JSON is one message a line

A key file must be private (chmod 600). A key in the arguments themselves is taken with a warning, here only: other
users of the machine can read it there.

Examples:
  cosem decode c001c1000100002a0000ff0200
  cosem decode --key ~/meter.key --auth-key ~/meter.ak < han-port.log
  KEY=… cosem decode --key env:KEY telegram.txt --json

Exit codes: 0 everything was decoded, 1 something was not, 2 usage, 69 a file cannot be read, 77 a key was refused.
`;

const options = {
  key: { type: 'string' },
  'auth-key': { type: 'string' },
  'system-title': { type: 'string', multiple: true },
  'allow-unauthenticated': { type: 'boolean' },
  xml: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

/** Runs the command; returns the exit code. */
export async function decodeCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  const inline = { allowInline: true };
  const { key, 'auth-key': authKey } = values;
  const encryption = key === undefined ? undefined : readKey('--key', key, terminal, inline);
  const authentication = authKey === undefined ? undefined : readKey('--auth-key', authKey, terminal, inline);
  const decoder = new TrafficDecoder({
    ...(encryption ? { encryption } : {}),
    ...(authentication ? { authentication } : {}),
    systemTitles: (values['system-title'] ?? []).map(titleOf),
    allowUnauthenticated: values['allow-unauthenticated'] === true,
  });
  const form = values.json === true ? 'json' : values.xml === true ? 'xml' : 'tree';
  let count = 0;
  let failures = 0;
  const show = (messages: readonly Message[]) => {
    for (const message of messages) {
      if (count === 0 && form === 'xml') terminal.out('<messages>\n');
      count += 1;
      if (hasFailed(message)) failures += 1;
      terminal.out(format(message, form));
    }
  };
  let octetsSeen = 0;
  for await (const capture of inputCaptures(positionals, terminal)) {
    octetsSeen += capture.octets.length;
    show(decoder.push(capture));
  }
  show(decoder.end());
  if (octetsSeen === 0) throw raiseCli('input');
  if (count > 0 && form === 'xml') terminal.out('</messages>\n');
  if (count === 0) throw raiseCli('nothing-found', `${octetsSeen} octets`);
  return failures > 0 ? exitCodes.no : exitCodes.done;
}

function titleOf(text: string): Uint8Array {
  if (/^[0-9a-fA-F]{16}$/.test(text)) return fromHex(text);
  throw raiseCli('usage', '--system-title takes 16 hexadecimal digits');
}

async function* inputCaptures(positionals: readonly string[], terminal: Terminal): AsyncGenerator<Capture> {
  const digits = positionals.join('').replaceAll(/[\s:,-]/g, '');
  if (digits.length >= 2 && digits.length % 2 === 0 && /^[0-9a-fA-F]+$/.test(digits)) {
    yield { octets: fromHex(digits), alone: true };
    return;
  }
  if (positionals.length > 1) throw raiseCli('usage', 'one file at a time');
  const [file = '-'] = positionals;
  const stream = file === '-' ? terminal.stdin : createReadStream(file);
  try {
    yield* capturesOf(stream as AsyncIterable<Uint8Array>);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw raiseCli('file', 'neither hexadecimal digits nor a file that is there');
    if (code === 'EACCES' || code === 'EISDIR') throw raiseCli('file', `the file: ${code}`);
    throw error;
  }
}

function format(message: Message, form: 'tree' | 'xml' | 'json'): string {
  if (form === 'json') return `${JSON.stringify(messageJson(message))}\n`;
  if (form === 'xml') return `${messageXml(message, 1)}\n`;
  return `${renderTree(messageTree(message))}\n\n`;
}
