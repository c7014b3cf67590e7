/** `cosem decode`: from captured octets to something one can read. */
import { createReadStream } from 'node:fs';
import { apduToXml, toJson } from '../apdu/xml.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { parseArguments } from './arguments.ts';
import { raiseCli } from './errors.ts';
import { readKey } from './secrets.ts';
import { exitCodes, printable, type Terminal } from './terminal.ts';
import { isBinary, linkText, type Message, octetsOfLine, TrafficDecoder } from './traffic.ts';
import { apduTree, renderTree, type Tree } from './tree.ts';

export const decodeHelp = `cosem decode [HEX | FILE | -] [options]

Decodes frames (HDLC, wrapper, M-Bus, found by themselves), blocks and APDUs, plain or ciphered. Text around the
hexadecimal digits, as logs have it, does not matter. Without an argument, or with -, it reads standard input.

  --key FILE | env:NAME           encryption key (GUEK), 32 or 64 hexadecimal digits
  --auth-key FILE | env:NAME      authentication key (GAK)
  --system-title HEX              of the sender, for messages that carry none; may be repeated
  --allow-unauthenticated         open messages that are encrypted only
  --xml | --json                  instead of the tree

A key in the arguments themselves is taken with a warning: other users of the machine can read it there.

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
  const key =
    values.key === undefined ? undefined : readKey('--key', values.key, terminal, { allowInline: true });
  const authKey = values['auth-key'];
  const authentication =
    authKey === undefined ? undefined : readKey('--auth-key', authKey, terminal, { allowInline: true });
  const decoder = new TrafficDecoder({
    ...(key ? { encryption: key } : {}),
    ...(authentication ? { authentication } : {}),
    systemTitles: (values['system-title'] ?? []).map((text) => fromHex(text)),
    allowUnauthenticated: values['allow-unauthenticated'] === true,
  });
  let count = 0;
  let failures = 0;
  const show = (messages: readonly Message[]) => {
    for (const message of messages) {
      count += 1;
      if (hasFailed(message)) failures += 1;
      terminal.out(format(message, values.json === true ? 'json' : values.xml === true ? 'xml' : 'tree'));
    }
  };
  let octetsSeen = 0;
  for await (const octets of inputOctets(positionals, terminal)) {
    octetsSeen += octets.length;
    show(decoder.push(octets));
  }
  show(decoder.end());
  if (octetsSeen === 0) throw raiseCli('input');
  if (count === 0) terminal.err('cosem: no message was found in the octets; is the capture whole?\n');
  return count === 0 || failures > 0 ? exitCodes.no : exitCodes.done;
}

const hasFailed = (message: Message): boolean =>
  message.error !== undefined || (message.inner !== undefined && hasFailed(message.inner));

async function* inputOctets(positionals: readonly string[], terminal: Terminal): AsyncGenerator<Uint8Array> {
  const joined = positionals.join('');
  if (positionals.length > 0 && /^[0-9a-fA-F\s:]+$/.test(joined) && joined.length >= 2) {
    yield fromHex(joined.replaceAll(/[\s:]/g, ''));
    return;
  }
  if (positionals.length > 1) throw raiseCli('usage', 'one file at a time');
  const [file = '-'] = positionals;
  const stream = file === '-' ? terminal.stdin : createReadStream(file);
  try {
    yield* octetsOfStream(stream as AsyncIterable<Uint8Array>);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EACCES' || code === 'EISDIR')
      throw raiseCli('file', `${file}: ${code}`);
    throw error;
  }
}

/** Text line by line, or binary as it comes. */
async function* octetsOfStream(stream: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  const text = new TextDecoder('latin1');
  let binary: boolean | undefined;
  let held = '';
  for await (const chunk of stream) {
    binary ??= isBinary(chunk);
    if (binary) {
      yield chunk;
      continue;
    }
    const lines = (held + text.decode(chunk, { stream: true })).split('\n');
    held = lines.pop()!;
    for (const line of lines) yield* octetsOfLine(line);
  }
  yield* octetsOfLine(held);
}

function format(message: Message, form: 'tree' | 'xml' | 'json'): string {
  if (form === 'json') return `${JSON.stringify(messageJson(message))}\n`;
  if (form === 'xml') return `${innermost(message)}\n`;
  return `${renderTree(messageTree(message))}\n\n`;
}

function messageJson(message: Message): object {
  const { link, octets, apdu, inner, error, gateway } = message;
  return {
    ...(link ? { link } : {}),
    ...(gateway ? { gateway: toJson(gateway) } : {}),
    octets: toHex(octets),
    ...(apdu ? { apdu: toJson(apdu) } : {}),
    ...(inner ? { inner: messageJson(inner) } : {}),
    ...(error
      ? {
          error: {
            code: error.code,
            kind: error.kind,
            detail: error.detail,
            path: error.path,
            offset: error.offset,
          },
        }
      : {}),
  };
}

function innermost(message: Message): string {
  if (message.inner !== undefined) return innermost(message.inner);
  const remark =
    message.error === undefined ? '' : `<!-- ${errorText(message).replaceAll('--', '- -')} -->\n`;
  return `${remark}${message.apdu === undefined ? `<octets>${toHex(message.octets)}</octets>` : apduToXml(message.apdu)}`;
}

function errorText({ error }: Message): string {
  if (error === undefined) return '';
  const where = [error.path && `in ${error.path}`, error.offset !== undefined && `at octet ${error.offset}`];
  return printable(`${error.detail} ${where.filter(Boolean).join(' ')} [${error.code}]`);
}

function messageTree(message: Message): Tree {
  const { link, octets, apdu, inner, gateway } = message;
  const innerTree = inner === undefined ? undefined : messageTree(inner);
  const body = apdu === undefined ? undefined : apduTree(apdu, innerTree);
  const failure: Tree[] = message.error === undefined ? [] : [{ text: `not opened: ${errorText(message)}` }];
  if (body === undefined) {
    const text = `not decoded: ${errorText(message)}`;
    return {
      text: link ? linkText(link) : 'octets',
      children: [{ text }, { text: `octets: ${toHex(octets)}` }],
    };
  }
  const shown: Tree = { text: body.text, children: [...(body.children ?? []), ...failure] };
  const behind =
    gateway === undefined
      ? []
      : [{ text: `gateway: network ${gateway.networkId}, device ${toHex(gateway.deviceAddress)}` }];
  return link === undefined && behind.length === 0
    ? shown
    : { text: link ? linkText(link) : 'APDU', children: [...behind, shown] };
}
