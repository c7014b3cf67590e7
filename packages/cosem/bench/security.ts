/**
 * How many messages of 3.6 kB are sealed and opened in a second on one core, beside the cipher alone.
 * Run: `tools/node packages/cosem/bench/security.ts [seconds]`.
 */
import { createCipheriv, createDecipheriv, createSecretKey, randomBytes } from 'node:crypto';
import {
  MemoryCounters,
  Opener,
  ReceiveCounter,
  Sealer,
  SendCounter,
  SoftwareKeys,
} from '../src/security/index.ts';

const seconds = Number(process.argv[2] ?? 2);
const size = 3600;
/** Few enough to stay in the cache, as a message that has just arrived is. */
const poolSize = 256;
const title = Buffer.from('4d4d4d0000bc614e', 'hex');
const plain = Buffer.concat([Buffer.from([0xc4]), randomBytes(size - 1)]);
const both = { authenticated: true, encrypted: true };

/** By the clock, and by the processor time that was used, which other programs on the machine disturb less. */
function rate(name: string, step: (index: number) => void): void {
  for (let i = 0; i < poolSize * 20; i++) step(i);
  const start = performance.now();
  const cpuStart = process.cpuUsage();
  let count = 0;
  while (performance.now() - start < seconds * 1000) {
    for (let i = 0; i < 256; i++) step(count++);
  }
  const wall = (performance.now() - start) * 1000;
  const { user, system } = process.cpuUsage(cpuStart);
  const show = (micros: number): string =>
    `${Math.round((count / micros) * 1e6).toLocaleString('en')}/s (${(micros / count).toFixed(2)} µs)`;
  console.log(`${name.padEnd(34)} clock ${show(wall).padEnd(22)} processor ${show(user + system)}`);
}

for (const [suite, keySize] of [
  [0, 16],
  [2, 32],
] as const) {
  const keys = new SoftwareKeys();
  const cipher = keys.cipher(keys.generate(keySize), keys.generate(keySize));
  const counter = new SendCounter(new MemoryCounters(), 's', 1 << 20);
  const sealer = new Sealer({ suite, systemTitle: title, scope: 'global', cipher, counter });
  const seal = (): Uint8Array => {
    counter.reserve();
    return sealer.seal(plain, both, 'general');
  };
  rate(`suite ${suite}: seal ${size} octets`, seal);

  const pool = Array.from({ length: poolSize }, seal);
  const opener = (): Opener => {
    const received = new ReceiveCounter(new MemoryCounters(), 'r', undefined);
    return new Opener({ suite, systemTitle: title, scope: 'global', unicast: { cipher, counter: received } });
  };
  let current = opener();
  rate(`suite ${suite}: open ${size} octets`, (index) => {
    // A new opener for each round of the pool, because the counters of a round are used up by then.
    if (index % poolSize === 0) current = opener();
    current.open(pool[index % poolSize]!);
  });

  const name = keySize === 16 ? 'aes-128-gcm' : 'aes-256-gcm';
  const key = createSecretKey(randomBytes(keySize));
  const [iv, associated] = [randomBytes(12), randomBytes(17)];
  let [text, tag] = [plain, Buffer.alloc(12)];
  rate(`suite ${suite}: cipher alone, encrypting`, () => {
    const raw = createCipheriv(name, key, iv, { authTagLength: 12 });
    raw.setAAD(associated);
    text = raw.update(plain);
    raw.final();
    tag = raw.getAuthTag();
  });
  rate(`suite ${suite}: cipher alone, decrypting`, () => {
    const raw = createDecipheriv(name, key, iv, { authTagLength: 12 });
    raw.setAAD(associated).setAuthTag(tag);
    raw.update(text);
    raw.final();
  });
}
