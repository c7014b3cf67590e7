/**
 * How fast the package is: `npm run bench -w packages/cosem [-- seconds]`. Every figure is the median of seven rounds after
 * a warm-up, in one process.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import { decodeApdu, encodeApdu } from '../src/apdu/index.ts';
import { fromHex } from '../src/base/bytes.ts';
import { connect } from '../src/client/index.ts';
import { PushReceiver } from '../src/push/index.ts';
import {
  keyName,
  MemoryCounters,
  Opener,
  ReceiveCounter,
  Sealer,
  SendCounter,
  SoftwareKeys,
} from '../src/security/index.ts';
import {
  CosemServer,
  DeviceSecurity,
  demoMeter,
  demoNames,
  demoRights,
  serveTcp,
} from '../src/server/index.ts';
import { tcpTransport } from '../src/session/index.ts';
import { machine, measure, measureAsync, report } from './measure.ts';
import { profileOctets, profileResponse, pushOctets } from './profile-messages.ts';

const roundMs = Number(process.argv[2] ?? 1) * 1000;
const serverTitle = fromHex('4752580000000001');
const clientTitle = fromHex('4d4d4d0000bc614e');
const both = { authenticated: true, encrypted: true, signed: false };
/** Messages that are sealed beforehand: an opener takes each of them once. */
const poolSize = 8192;
/** Clients at a time: they keep both sides busy while octets are on their way. */
const lanes = 4;

function keyStore(octets: readonly Uint8Array[]): SoftwareKeys {
  return new SoftwareKeys()
    .put(keyName(serverTitle, 'unicast-encryption'), octets[0]!)
    .put(keyName(serverTitle, 'authentication'), octets[1]!);
}

/** 1: opens and decodes ciphered profiles, beside the cipher alone. */
function benchOpen(): void {
  const keys = keyStore([randomBytes(16), randomBytes(16)]);
  const cipher = keys.cipher(
    keyName(serverTitle, 'unicast-encryption'),
    keyName(serverTitle, 'authentication'),
  );
  const sealer = profileSealer(keys);
  const plain = profileOctets();
  const pool = Array.from({ length: poolSize }, () => sealer(plain));
  let opener = new Opener(openerOptions());
  let next = 0;
  function openerOptions() {
    const counter = new ReceiveCounter(new MemoryCounters(), 'received', undefined);
    return { suite: 0, systemTitle: serverTitle, scope: 'global', unicast: { cipher, counter } } as const;
  }
  const opened = measure(() => {
    // A new opener for each round of the pool, because the counters of a round are used up by then.
    if (next === poolSize) {
      opener = new Opener(openerOptions());
      next = 0;
    }
    decodeApdu(opener.open(pool[next++]!).plain);
  }, roundMs);
  const decoded = measure(() => void decodeApdu(plain), roundMs);
  const aes = measure(decryptAlone(plain), roundMs);
  console.log(`message: ${plain.length} octets plain, ${pool[0]!.length} ciphered`);
  report('open and decode a profile of 96 × 6', opened, 40_000);
  report('  of which: decoding alone', decoded);
  report('  of which: AES-GCM alone, decrypting', aes);
  console.log(`  share of AES itself: ${share(opened.median, aes.median)}`);
}

/** 2: encodes and seals the same. */
function benchSeal(): void {
  const keys = keyStore([randomBytes(16), randomBytes(16)]);
  const seal = profileSealer(keys);
  const response = profileResponse();
  const sealed = measure(() => void seal(encodeApdu(response)), roundMs);
  const encoded = measure(() => void encodeApdu(response), roundMs);
  const aes = measure(encryptAlone(profileOctets()), roundMs);
  report('encode and seal a profile of 96 × 6', sealed, 30_000);
  report('  of which: encoding alone', encoded);
  report('  of which: AES-GCM alone, encrypting', aes);
  console.log(`  share of AES itself: ${share(sealed.median, aes.median)}`);
}

function profileSealer(keys: SoftwareKeys): (plain: Uint8Array) => Uint8Array {
  const counter = new SendCounter(new MemoryCounters(), 'sent', 1 << 16);
  const cipher = keys.cipher(
    keyName(serverTitle, 'unicast-encryption'),
    keyName(serverTitle, 'authentication'),
  );
  const sealer = new Sealer({ suite: 0, systemTitle: serverTitle, scope: 'global', cipher, counter });
  return (plain) => {
    counter.reserve();
    return sealer.seal(plain, both, 'general');
  };
}

/** The cipher as Node has it, with the same sizes: what no code around it can be faster than. */
function decryptAlone(plain: Uint8Array): () => void {
  const key = createSecretKey(randomBytes(16));
  const [iv, associated] = [randomBytes(12), randomBytes(17)];
  const cipher = createCipheriv('aes-128-gcm', key, iv, { authTagLength: 12 });
  cipher.setAAD(associated);
  const text = cipher.update(plain);
  cipher.final();
  const tag = cipher.getAuthTag();
  return () => {
    const raw = createDecipheriv('aes-128-gcm', key, iv, { authTagLength: 12 });
    raw.setAAD(associated).setAuthTag(tag);
    raw.update(text);
    raw.final();
  };
}

function encryptAlone(plain: Uint8Array): () => void {
  const key = createSecretKey(randomBytes(16));
  const [iv, associated] = [randomBytes(12), randomBytes(17)];
  return () => {
    const raw = createCipheriv('aes-128-gcm', key, iv, { authTagLength: 12 });
    raw.setAAD(associated);
    raw.update(plain);
    raw.final();
    raw.getAuthTag();
  };
}

function share(whole: number, part: number): string {
  return `${Math.round((whole / part) * 100)} %`;
}

/** 3: associates with HLS-GMAC, reads one register, releases; client and server in this process over loopback TCP. */
async function benchAssociation(): Promise<void> {
  const octets = [randomBytes(16), randomBytes(16)];
  const security = new DeviceSecurity({
    suite: 0,
    systemTitle: serverTitle,
    keys: keyStore(octets),
    counters: new MemoryCounters(),
    policy: { request: both, response: both },
  });
  const meter = demoMeter({
    security,
    associations: Array.from({ length: lanes }, (_, lane) => ({
      clientSap: lane + 1,
      mechanism: 'high-gmac' as const,
      contexts: ['logical-name-ciphered' as const],
      rights: demoRights.management,
    })),
  });
  const server = new CosemServer({ devices: [meter.device] });
  const listener = await serveTcp(server, { host: '127.0.0.1', port: 0 });
  const [keys, counters] = [keyStore(octets), new MemoryCounters()];
  const once = async (_: unknown, lane: number): Promise<void> => {
    // Each lane is a client of its own: counters of one client must arrive in order.
    const systemTitle = Uint8Array.from([...clientTitle.subarray(0, 7), lane]);

    const client = await connect({
      transport: await tcpTransport({
        host: '127.0.0.1',
        port: listener.port,
        saps: { client: lane + 1, server: 1 },
      }),
      mechanism: 'high-gmac',
      security: { suite: 0, keys, counters, systemTitle, serverTitle },
    });
    await client.read(3, demoNames.activeImport, 2);
    await client.close();
  };
  const measured = await measureAsync(async () => {
    await Promise.all(Array.from({ length: lanes }, once));
  }, roundMs);
  const rate = (value: number): number => value * lanes;
  report(
    'HLS-GMAC association, one read, release, with TCP',
    {
      median: rate(measured.median),
      lowest: rate(measured.lowest),
      highest: rate(measured.highest),
      perCpuSecond: rate(measured.perCpuSecond),
    },
    2000,
  );
  await server.close();
  await listener.close();
}

/** 4: opens, decodes and names pushes of twelve values, as a listener does it between socket and event. */
async function benchPush(): Promise<void> {
  const keys = keyStore([randomBytes(16), randomBytes(16)]);
  const seal = profileSealer(keys);
  const plain = pushOctets();
  const pool = Array.from({ length: poolSize }, () => seal(plain));
  const source = { link: 'tcp', sender: 'a meter' } as const;
  const fresh = () => new PushReceiver({ keys, counters: new MemoryCounters(), device: () => ({}) });
  let [receiver, next] = [fresh(), 0];
  const measured = await measureAsync(async () => {
    if (next === poolSize) [receiver, next] = [fresh(), 0];
    const [event] = await receiver.receive(pool[next++]!, source);
    if (event?.type !== 'data-notification') throw new Error('the push was not taken');
  }, roundMs);
  report(`open, decode and name a push of ${plain.length} octets`, measured);
}

console.log(machine());
benchOpen();
benchSeal();
await benchAssociation();
await benchPush();
