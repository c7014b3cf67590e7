/** `cosem serve`: the demonstration meter on this machine, until it is told to end. */
import { hdlcAddress } from '../link/hdlc-address.ts';
import { dlmsPort, type LinkListener } from '../link/node/tcp.ts';
import { MemoryCounters } from '../security/counters.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import type { SecuritySuite } from '../security/suite.ts';
import type { AssociationDefinition } from '../server/association-definition.ts';
import { CosemServer } from '../server/cosem-server.ts';
import { demoMeter, demoRights } from '../server/demo-meter.ts';
import { DeviceSecurity } from '../server/device-security.ts';
import { serveHdlcTcp, serveTcp } from '../server/listeners.ts';
import { integerOption, parseArguments } from './arguments.ts';
import { titleOption } from './connection.ts';
import { raiseCli } from './errors.ts';
import { readKey, readPassword } from './secrets.ts';
import { exitCodes, type Terminal } from './terminal.ts';

export const serveHelp = `cosem serve [options]

A small demonstration meter: clock, energy registers, a load profile with a day in it, a disconnector. It listens on
this machine only (127.0.0.1) unless --host says otherwise. Ctrl-C ends it.

  --host ADDRESS                  where to listen
  --port N  --hdlc-port N         wrapper over TCP (4059) and HDLC over TCP (off unless given); 0 chooses a free port
  --secret FILE | env:NAME        opens client 2 (reading) to whoever knows this password
  --key FILE | env:NAME           opens client 1 (management, HLS-GMAC, ciphered); needs --auth-key and --title
  --auth-key FILE | env:NAME
  --title HEX                     system title of the meter
  --suite 0|1|2
  --open                          the public client may read everything, not only name and clock
  --seed N                        another household

Client 16 (public) may always read the meter's name and clock. The consumption is made up.

Examples:
  cosem serve --open &
  cosem read 127.0.0.1 1.0.1.8.0.255
  cosem serve --secret env:PASSWORD &
  cosem read 127.0.0.1 1.0.1.8.0.255 --client 2 --auth low --secret env:PASSWORD
`;

const options = {
  host: { type: 'string' },
  port: { type: 'string' },
  'hdlc-port': { type: 'string' },
  secret: { type: 'string' },
  key: { type: 'string' },
  'auth-key': { type: 'string' },
  title: { type: 'string' },
  suite: { type: 'string' },
  seed: { type: 'string' },
  open: { type: 'boolean' },
  json: { type: 'boolean' },
} as const;

const tickMs = 1000;

export async function serveCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, options);
  if (positionals.length > 0) throw raiseCli('usage', 'serve takes options only');
  const publicRights = values.open === true ? demoRights.reading : demoRights.anybody;
  const associations: AssociationDefinition[] = [
    { clientSap: 16, mechanism: 'lowest', contexts: ['logical-name'], rights: publicRights },
  ];
  if (values.secret !== undefined) {
    const secret = readPassword('--secret', values.secret, terminal);
    associations.push({
      clientSap: 2,
      mechanism: 'low',
      contexts: ['logical-name'],
      rights: demoRights.reading,
      secret,
    });
  }
  const security = values.key === undefined ? undefined : deviceSecurity(values, values.key, terminal);
  if (security !== undefined) {
    associations.push({
      clientSap: 1,
      mechanism: 'high-gmac',
      contexts: ['logical-name-ciphered'],
      rights: demoRights.management,
    });
  }
  const meter = demoMeter({
    associations,
    seed: integerOption('--seed', values.seed, 1, 0, 999_999_999),
    ...(security === undefined ? {} : { security }),
  });
  const server = new CosemServer({ devices: [meter.device] });
  const listeners = await listen(server, values, terminal);
  const timer = setInterval(() => void meter.tick(), tickMs);
  await new Promise<void>((resolve) => {
    if (terminal.signal.aborted) resolve();
    else terminal.signal.addEventListener('abort', () => resolve(), { once: true });
  });
  clearInterval(timer);
  await Promise.all(listeners.map((listener) => listener.close()));
  return exitCodes.done;
}

interface ServeValues {
  readonly host?: string | undefined;
  readonly port?: string | undefined;
  readonly 'hdlc-port'?: string | undefined;
  readonly 'auth-key'?: string | undefined;
  readonly title?: string | undefined;
  readonly suite?: string | undefined;
  readonly json?: boolean | undefined;
}

function deviceSecurity(values: ServeValues, key: string, terminal: Terminal): DeviceSecurity {
  const authKey = values['auth-key'];
  if (authKey === undefined) throw raiseCli('usage', 'with --key, --auth-key is needed');
  const systemTitle = titleOption('--title', values.title);
  const keys = new SoftwareKeys()
    .put(keyName(systemTitle, 'unicast-encryption'), readKey('--key', key, terminal))
    .put(keyName(systemTitle, 'authentication'), readKey('--auth-key', authKey, terminal));
  const suite = integerOption('--suite', values.suite, 0, 0, 2) as SecuritySuite;
  // The meter forgets when it ends, and so do its counters: a demonstration, with keys for demonstrations.
  return new DeviceSecurity({ suite, systemTitle, keys, counters: new MemoryCounters() });
}

async function listen(server: CosemServer, values: ServeValues, terminal: Terminal): Promise<LinkListener[]> {
  const host = values.host ?? '127.0.0.1';
  const port = integerOption('--port', values.port, dlmsPort, 0, 65_535);
  const hdlcPort =
    values['hdlc-port'] === undefined
      ? undefined
      : integerOption('--hdlc-port', values['hdlc-port'], 0, 0, 65_535);
  const tcp = await serveTcp(server, { host, port });
  const listeners = [tcp];
  const addresses = [{ link: 'tcp', address: addressText(host, tcp.port) }];
  if (hdlcPort !== undefined) {
    try {
      const hdlc = await serveHdlcTcp(server, { host, port: hdlcPort, server: hdlcAddress(1) });
      listeners.push(hdlc);
      addresses.push({ link: 'hdlc', address: addressText(host, hdlc.port) });
    } catch (error) {
      await tcp.close();
      throw error;
    }
  }
  if (values.json === true) terminal.out(`${JSON.stringify({ listening: addresses })}\n`);
  else {
    for (const { link, address } of addresses) terminal.out(`listening: ${link} ${address}\n`);
    terminal.out(`try: cosem discover ${addresses[0]!.address}; Ctrl-C ends the meter\n`);
  }
  return listeners;
}

const addressText = (host: string, port: number) =>
  host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
