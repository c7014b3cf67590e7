/** The options by which a command reaches a meter, and the association that they make. */
import { existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MechanismName } from '../apdu/names.ts';
import { fromHex } from '../base/bytes.ts';
import { type CosemClient, connect } from '../client/client.ts';
import type { AssociationOptions, ClientSecurity } from '../client/options.ts';
import { hdlcAddress } from '../link/hdlc-address.ts';
import { dlmsPort } from '../link/node/tcp.ts';
import { FileCounters } from '../security/file-counters.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { checkSystemTitle, type SecuritySuite } from '../security/suite.ts';
import { hdlcTcpTransport, tcpTransport, udpTransport } from '../session/node-transports.ts';
import type { ApduTransport } from '../session/transport.ts';
import { integerOption } from './arguments.ts';
import { raiseCli } from './errors.ts';
import { readKey, readPassword } from './secrets.ts';
import type { Terminal } from './terminal.ts';

export const connectionHelp = `  --link tcp|udp|hdlc             wrapper over TCP (default), wrapper over UDP, HDLC over TCP
  --client N  --server N          service access points; 16 (public client) and 1 unless given
  --physical N                    physical address of the meter, with --link hdlc
  --auth none|low|sha256|gmac     
                                  how the client proves itself; none unless given, gmac with --key
  --secret FILE | env:NAME        the password of low, the secret of sha256
  --key FILE | env:NAME           encryption key; makes the association ciphered
  --auth-key FILE | env:NAME      authentication key
  --suite 0|1|2                   security suite (0 unless given)
  --title HEX  --meter-title HEX  system titles, eight octets each, of client and meter
  --counters FILE                 where invocation counters are kept, so that none is used twice
  --timeout-ms N                  how long an answer may take`;

export const connectionOptions = {
  link: { type: 'string' },
  client: { type: 'string' },
  server: { type: 'string' },
  physical: { type: 'string' },
  auth: { type: 'string' },
  secret: { type: 'string' },
  key: { type: 'string' },
  'auth-key': { type: 'string' },
  suite: { type: 'string' },
  title: { type: 'string' },
  'meter-title': { type: 'string' },
  counters: { type: 'string' },
  'timeout-ms': { type: 'string' },
  json: { type: 'boolean' },
} as const;

export type ConnectionValues = {
  readonly [K in keyof typeof connectionOptions]?: string | boolean | undefined;
} & {
  readonly json?: boolean | undefined;
};

const mechanisms: Readonly<Record<string, MechanismName>> = {
  none: 'lowest',
  low: 'low',
  sha256: 'high-sha256',
  gmac: 'high-gmac',
};

const text = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);

/** Opens the association that the options describe; the caller closes it. */
export async function connectByOptions(
  host: string,
  values: ConnectionValues,
  terminal: Terminal,
): Promise<CosemClient> {
  const key = text(values.key);
  const auth = text(values.auth) ?? (key === undefined ? 'none' : 'gmac');
  const mechanism = Object.hasOwn(mechanisms, auth) ? mechanisms[auth]! : undefined;
  if (mechanism === undefined) throw raiseCli('usage', `--auth takes ${Object.keys(mechanisms).join(', ')}`);
  const secret = text(values.secret);
  if ((mechanism === 'low' || mechanism === 'high-sha256') && secret === undefined) {
    throw raiseCli('usage', `--auth ${auth} needs --secret`);
  }
  if (mechanism === 'high-gmac' && key === undefined) throw raiseCli('usage', '--auth gmac needs --key');
  const responseTimeoutMs = integerOption('--timeout-ms', text(values['timeout-ms']), 10_000, 100, 600_000);
  const security = key === undefined ? undefined : clientSecurity(key, values, terminal);
  const options: Omit<AssociationOptions, 'transport'> = {
    mechanism,
    responseTimeoutMs,
    signal: terminal.signal,
    ...(secret === undefined ? {} : { secret: readPassword('--secret', secret, terminal) }),
    ...(security === undefined ? {} : { security }),
  };
  return connect({ ...options, transport: await openTransport(host, values) });
}

function clientSecurity(key: string, values: ConnectionValues, terminal: Terminal): ClientSecurity {
  const meterTitle = titleOption('--meter-title', values['meter-title']);
  const suite = integerOption('--suite', text(values.suite), 0, 0, 2) as SecuritySuite;
  const authKey = text(values['auth-key']);
  const keys = new SoftwareKeys().put(
    keyName(meterTitle, 'unicast-encryption'),
    readKey('--key', key, terminal),
  );
  if (authKey !== undefined)
    keys.put(keyName(meterTitle, 'authentication'), readKey('--auth-key', authKey, terminal));
  return {
    suite,
    systemTitle: titleOption('--title', values.title),
    serverTitle: meterTitle,
    keys,
    counters: openCounters(text(values.counters), terminal),
    ...(authKey === undefined ? { authenticationKey: false } : {}),
  };
}

export function titleOption(option: string, value: string | boolean | undefined): Uint8Array {
  const given = text(value);
  if (given === undefined || !/^[0-9a-fA-F]{16}$/.test(given)) {
    throw raiseCli('usage', `with --key, ${option} is needed: a system title of 16 hexadecimal digits`);
  }
  return checkSystemTitle(fromHex(given));
}

/** A counter that starts anew under an old key would repeat a nonce, so the file outlives the command. */
function openCounters(given: string | undefined, terminal: Terminal): FileCounters {
  const home = terminal.env['XDG_STATE_HOME'] ?? join(terminal.env['HOME'] ?? '.', '.local', 'state');
  const path = given ?? join(home, 'cosem', 'counters.json');
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  return existsSync(path) ? FileCounters.open(path) : FileCounters.create(path);
}

/** `host`, `host:port` or `[address]:port`. */
export function splitHost(given: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(given);
  if (match === null) throw raiseCli('usage', 'the host is a name or an address, with :PORT if need be');
  const port = match[3] === undefined ? dlmsPort : integerOption('the port', match[3], dlmsPort, 1, 65_535);
  return { host: match[1] ?? match[2]!, port };
}

async function openTransport(given: string, values: ConnectionValues): Promise<ApduTransport> {
  const { host, port } = splitHost(given);
  const client = integerOption('--client', text(values.client), 16, 1, 0xffff);
  const server = integerOption('--server', text(values.server), 1, 0, 0x3fff);
  switch (text(values.link) ?? 'tcp') {
    case 'tcp':
      return tcpTransport({ host, port, saps: { client, server } });
    case 'udp':
      return udpTransport({ host, port, saps: { client, server } });
    case 'hdlc': {
      const physical = text(values.physical);
      const lower = physical === undefined ? undefined : integerOption('--physical', physical, 0, 0, 0x3fff);
      return hdlcTcpTransport({
        host,
        port,
        client: hdlcAddress(client),
        server: hdlcAddress(server, lower),
      });
    }
    default:
      throw raiseCli('usage', '--link takes tcp, udp or hdlc');
  }
}
