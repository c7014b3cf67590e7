/** One of the two processes of the bench of lines. */
import { createPrivateKey, randomBytes, sign } from 'node:crypto';
import { boundsOf } from '@wattward/profile';
import type { AuditPort } from '../src/audit/port.ts';
import type { CborValue } from '../src/lines/cbor-encode.ts';
import type { Effect } from '../src/lines/inbox.ts';
import { Lines } from '../src/lines/lines.ts';
import { Routes } from '../src/lines/routes.ts';
import { trustedChains } from '../src/lines/trusted-chains.ts';
import { openPool } from '../src/store/database.ts';
import type { Connection } from '../src/store/postgres-server.ts';
import { readCertificate } from '../src/trust/authority/read.ts';
import { RevocationLists } from '../src/trust/revocation.ts';
import { ChainVerifier } from '../src/trust/verify-chain.ts';
import { testKeys } from '../test/line-node.ts';

export interface WorkerStart {
  readonly component: string;
  readonly peer: string;
  readonly connection: Connection;
  /** Of the other one; 0 for the one that only listens. */
  readonly port: number;
  /** Its own, when it is started again. */
  readonly listenPort?: number;
  readonly root: string;
  readonly authorities: readonly string[];
  readonly lists: readonly string[];
  readonly message: { readonly chain: readonly string[]; readonly key: string };
  readonly tls: { readonly chain: readonly string[]; readonly key: string; readonly cert: string };
  readonly anchors: readonly string[];
}

export type ToWorker =
  | { readonly kind: 'expect'; readonly count: number }
  /** Sends numbers as text, one a message, and tells which are in the outbox for good. */
  | { readonly kind: 'number'; readonly first: number; readonly count: number }
  | {
      readonly kind: 'send';
      readonly type: string;
      readonly count: number;
      readonly octets: number;
      /** 0: as fast as it goes. */
      readonly perSecond: number;
    };

export interface FromWorker {
  readonly port?: number | undefined;
  readonly startedAt?: number;
  readonly endedAt?: number;
  readonly p50?: number;
  readonly p99?: number;
  readonly numbers?: readonly number[];
}

const octetsOf = (text: string) => Buffer.from(text, 'base64');
const tell = (message: FromWorker) => process.send!(message);
const silent = { record: async () => undefined, recordSafe: async () => undefined } as AuditPort;

let expected = 0;
let delays: number[] = [];

function onConsumed(facts: readonly { readonly atMs: number }[]): void {
  const now = Date.now();
  for (const each of facts) delays.push(now - each.atMs);
  if (expected === 0 || delays.length < expected) return;
  expected = 0;
  const sorted = delays.sort((a, b) => a - b);
  const at = (part: number) => sorted[Math.floor((sorted.length - 1) * part)]!;
  tell({ endedAt: now, p50: at(0.5), p99: at(0.99) });
  delays = [];
}

async function open(start: WorkerStart): Promise<Lines> {
  const revocation = new RevocationLists();
  const authorities = [start.root, ...start.authorities].map((each) => readCertificate(octetsOf(each)));
  for (const list of start.lists) revocation.accept(octetsOf(list), authorities);
  const key = createPrivateKey(start.message.key);
  const credential = {
    identity: { component: start.component },
    chain: start.message.chain.map(octetsOf),
    algorithm: 'ES256',
    sign: (octets: Uint8Array) => sign('sha256', octets, { key, dsaEncoding: 'ieee-p1363' }),
    tls: {
      cert: start.tls.cert,
      key: start.tls.key,
      ca: start.anchors,
      issuers: start.tls.chain.slice(1).map(octetsOf),
    },
  } as const;
  const pool = openPool(start.connection, { size: 8, applicationName: start.component }, () => undefined);
  return Lines.open({
    pool,
    epoch: 1,
    keys: testKeys,
    audit: silent,
    credentials: { current: () => credential, onChange: () => () => undefined },
    judge: trustedChains(new ChainVerifier([octetsOf(start.root)]), revocation),
    routes: new Routes(start.port === 0 ? {} : { [start.peer]: { host: '127.0.0.1', port: start.port } }),
    listen: { host: '127.0.0.1', port: start.listenPort ?? 0 },
    configured: { 'lines.retryFirstSeconds': 0.05, 'lines.retryMaximumSeconds': 0.5 },
    onConsumed,
    onLog: (what, detail) => console.error(start.component, what, detail),
    // The profile's schemas are checked by the tests; here bodies are octets of a size that one can name.
    payloads: {
      problem: (_type, body) => (body instanceof Uint8Array ? undefined : 'is no octets'),
      maxOctets: (type) => Math.max(boundsOf(type).maxOctets, 16 * 1024 * 1024),
      expiresAfterMs: () => undefined,
    },
    effects:
      start.component === 'mdms'
        ? new Map([
            ['L2.mdms.meter-event', keepMany],
            ['L2.mdms.meter-reading', keepLarge],
          ])
        : new Map(),
  });
}

/** What an effect does with the data at least: it stores them once, in the same transaction. */
const keepMany: Effect = async (client, messages) => {
  await client.query({
    name: 'bench-keep-many',
    text: 'INSERT INTO bench_kept (data) SELECT * FROM unnest($1::bytea[])',
    values: [messages.map(({ body }) => body)],
  });
};

const keepLarge: Effect = async (client, messages) => {
  for (const { body } of messages)
    await client.query({
      name: 'bench-keep',
      text: 'INSERT INTO bench_kept (data) VALUES ($1)',
      values: [body],
    });
};

async function send(lines: Lines, run: Extract<ToWorker, { kind: 'send' }>): Promise<void> {
  const startedAt = Date.now();
  const body: CborValue = randomBytes(run.octets);
  const underWay = new Set<Promise<void>>();
  const limit = run.octets > 100_000 ? 4 : 1_000;
  for (let i = 0; i < run.count; i++) {
    if (run.perSecond > 0) {
      const due = startedAt + (i * 1000) / run.perSecond;
      if (due > Date.now())
        await new Promise((resolve) => setTimeout(resolve, Math.max(0, due - Date.now())));
    }
    const sending = lines.send({ type: run.type, body }).finally(() => underWay.delete(sending));
    underWay.add(sending);
    if (underWay.size >= limit) await Promise.race(underWay);
  }
  await Promise.all(underWay);
  tell({ startedAt });
}

/** One after the other, in groups; a group that fails is tried again until the store is back. */
async function sendNumbers(to: Lines, first: number, count: number): Promise<void> {
  const together = 20;
  for (let at = first; at < first + count; at += together) {
    const numbers = Array.from({ length: Math.min(together, first + count - at) }, (_, i) => at + i);
    try {
      await to.send(
        ...numbers.map((each) => ({ type: 'L2.mdms.meter-event', body: Buffer.from(String(each)) })),
      );
      tell({ numbers });
    } catch {
      // Whether it is there is not known; like any caller that was told nothing, it goes on with other messages.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

let lines: Lines | undefined;
let numbering: Promise<void> = Promise.resolve();
process.on('message', async (message: WorkerStart | ToWorker) => {
  if (!('kind' in message)) {
    lines = await open(message);
    tell({ port: lines.port });
  } else if (message.kind === 'expect') {
    expected = message.count;
    delays = [];
  } else if (message.kind === 'number') {
    const { first, count } = message;
    numbering = numbering.then(() => sendNumbers(lines!, first, count));
  } else await send(lines!, message);
});
process.on('disconnect', () => process.exit(0));
