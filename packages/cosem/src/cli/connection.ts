/** The options by which a command reaches a meter, and the association that they make. */
import { type KeyObject, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { MechanismName } from '../apdu/names.ts';
import { fromHex } from '../base/bytes.ts';
import { type CosemClient, connect } from '../client/client.ts';
import type { AssociationOptions, ClientSecurity } from '../client/options.ts';
import { hdlcAddress } from '../link/hdlc-address.ts';
import { dlmsPort } from '../link/node/tcp.ts';
import { type CertificateContents, readCertificate } from '../security/certificates.ts';
import { FileCounters } from '../security/file-counters.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { checkSystemTitle, type SecuritySuite, suiteParameters } from '../security/suite.ts';
import { hdlcTcpTransport, tcpTransport, udpTransport } from '../session/node-transports.ts';
import { type ApduTransport, gatewayTransport } from '../session/transport.ts';
import { integerOption } from './arguments.ts';
import { raiseCli } from './errors.ts';
import { readKey, readPassword, readPrivateKey } from './secrets.ts';
import type { Terminal } from './terminal.ts';

export const connectionHelp = `  --link tcp|udp|hdlc             wrapper over TCP (default), wrapper over UDP, HDLC over TCP
  --client N  --server N          service access points; 16 (public client) and 1 unless given
  --physical N                    physical address of the meter, with --link hdlc
  --gateway NETWORK:ADDRESS       behind a gateway: number of the network, address in hexadecimal
  --auth none|low|sha256|gmac|ecdsa
                                  how the client proves itself; none unless given, gmac with --key
  --secret FILE | env:NAME        the password of low, the secret of sha256
  --key FILE | env:NAME           encryption key; makes the association ciphered
  --auth-key FILE | env:NAME      authentication key
  --dedicated                     a new key for this association only
  --suite 0|1|2                   security suite (0 unless given)
  --title HEX  --meter-title HEX  system titles, eight octets each, of client and meter
  --private-key FILE              for ecdsa: the client's signing key, PEM
  --meter-certificate FILE        for ecdsa: the meter's certificate for signing, PEM or DER, trusted as it is given
  --counters FILE                 where invocation counters are kept, so that none is used twice
  --timeout-ms N                  how long an answer may take`;

export const connectionOptions = {
  link: { type: 'string' },
  client: { type: 'string' },
  server: { type: 'string' },
  physical: { type: 'string' },
  gateway: { type: 'string' },
  auth: { type: 'string' },
  secret: { type: 'string' },
  key: { type: 'string' },
  'auth-key': { type: 'string' },
  dedicated: { type: 'boolean' },
  'private-key': { type: 'string' },
  'meter-certificate': { type: 'string' },
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
  ecdsa: 'high-ecdsa',
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
  if (values.dedicated === true && key === undefined) throw raiseCli('usage', '--dedicated needs --key');
  const responseTimeoutMs = integerOption('--timeout-ms', text(values['timeout-ms']), 10_000, 100, 600_000);
  const needsKeys = key !== undefined || mechanism === 'high-ecdsa';
  const security = needsKeys ? clientSecurity(key, mechanism, values, terminal) : undefined;
  const options: Omit<AssociationOptions, 'transport'> = {
    mechanism,
    responseTimeoutMs,
    signal: terminal.signal,
    ciphered: key !== undefined,
    dedicatedKey: values.dedicated === true,
    ...(secret === undefined ? {} : { secret: readPassword('--secret', secret, terminal) }),
    ...(security === undefined ? {} : { security }),
  };
  return connect({ ...options, transport: await openTransport(host, values) });
}

function clientSecurity(
  key: string | undefined,
  mechanism: MechanismName,
  values: ConnectionValues,
  terminal: Terminal,
): ClientSecurity {
  const isEcdsa = mechanism === 'high-ecdsa';
  const suite = integerOption('--suite', text(values.suite), isEcdsa ? 1 : 0, 0, 2) as SecuritySuite;
  const authKey = text(values['auth-key']);
  // Before anything else is found wrong: a key among the arguments is to be told of in any case.
  const encryption = key === undefined ? undefined : readKey('--key', key, terminal);
  const authentication = authKey === undefined ? undefined : readKey('--auth-key', authKey, terminal);
  const title = titleOption('--title', values.title);
  const certificate = isEcdsa ? meterCertificate(text(values['meter-certificate'])) : undefined;
  const given = values['meter-title'];
  const meterTitle =
    given === undefined && certificate?.systemTitle !== undefined
      ? certificate.systemTitle
      : titleOption('--meter-title', given);
  const keys = new SoftwareKeys();
  // An association that is signed only has no use for a key, but protection is set up with one: nobody knows this one.
  const unicast = encryption ?? new Uint8Array(randomBytes(suiteParameters(suite).keySize));
  keys.put(keyName(meterTitle, 'unicast-encryption'), unicast);
  if (authentication !== undefined) keys.put(keyName(meterTitle, 'authentication'), authentication);
  if (isEcdsa) keys.putPrivate(keyName(title, 'signing'), clientPrivateKey(text(values['private-key'])));
  const signing = certificate && { own: keyName(title, 'signing'), peerKey: certificate.publicKey };
  return {
    suite,
    systemTitle: title,
    serverTitle: meterTitle,
    keys,
    counters: openCounters(text(values.counters), terminal),
    ...(authentication === undefined ? { authenticationKey: false } : {}),
    ...(signing === undefined ? {} : { signing }),
  };
}

function clientPrivateKey(path: string | undefined): KeyObject {
  if (path === undefined) throw raiseCli('usage', '--auth ecdsa needs --private-key');
  return readPrivateKey('--private-key', path);
}

function meterCertificate(path: string | undefined): CertificateContents {
  if (path === undefined) throw raiseCli('usage', '--auth ecdsa needs --meter-certificate');
  let octets: Uint8Array;
  try {
    octets = readFileSync(path);
  } catch {
    throw raiseCli('file', '--meter-certificate: there is no such file that can be read');
  }
  return readCertificate(octets);
}

/** A system title of an option. Errors: `cli/usage`. */
export function titleOption(option: string, value: string | boolean | undefined): Uint8Array {
  const given = text(value);
  if (given === undefined || !/^[0-9a-fA-F]{16}$/.test(given)) {
    throw raiseCli('usage', `with keys, ${option} is needed: a system title of 16 hexadecimal digits`);
  }
  return checkSystemTitle(fromHex(given));
}

/** A counter that starts anew under an old key would repeat a nonce, so the file outlives the command. */
function openCounters(given: string | undefined, terminal: Terminal): FileCounters {
  const home = terminal.env['XDG_STATE_HOME'] ?? join(terminal.env['HOME'] ?? '.', '.local', 'state');
  const path = given ?? join(home, 'cosem', 'counters.json');
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  } catch (cause) {
    throw raiseCli('file', 'the folder for the invocation counters cannot be made; see --counters', {
      cause,
    });
  }
  return existsSync(path) ? FileCounters.open(path) : FileCounters.create(path);
}

/** `host`, `host:port` or `[address]:port`. */
export function splitHost(given: string): { readonly host: string; readonly port: number } {
  const match = /^(?:\[([^\]]+)\]|([^:]+))(?::(\d{1,5}))?$/.exec(given);
  if (match === null) throw raiseCli('usage', 'the host is a name or an address, with :PORT if need be');
  const port = match[3] === undefined ? dlmsPort : integerOption('the port', match[3], dlmsPort, 1, 65_535);
  return { host: match[1] ?? match[2]!, port };
}

/** `NETWORK:ADDRESS` of a device behind a gateway. */
function gatewayOption(given: string): { readonly networkId: number; readonly deviceAddress: Uint8Array } {
  const [, network, address] = /^(\d{1,3}):((?:[0-9a-fA-F]{2}){1,64})$/.exec(given) ?? [];
  if (address === undefined || Number(network) > 255) {
    throw raiseCli('usage', '--gateway takes the number of a network and an address: 0:0a1b2c');
  }
  return { networkId: Number(network), deviceAddress: fromHex(address) };
}

async function openTransport(given: string, values: ConnectionValues): Promise<ApduTransport> {
  const gateway = text(values.gateway);
  const target = gateway === undefined ? undefined : gatewayOption(gateway);
  const direct = await openDirect(given, values);
  return target === undefined ? direct : gatewayTransport(direct, target);
}

async function openDirect(given: string, values: ConnectionValues): Promise<ApduTransport> {
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
