/**
 * kill -9 of random processes at random moments under load. Every record that was acknowledged must be in the trail
 * afterwards, everything must be back by itself, and the trail must verify.
 */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { correlationHeader } from '../src/processes/management.ts';
import { call, callStream } from '../src/processes/management-client.ts';
import { connect } from '../src/store/database.ts';
import { quick, startSystem, type TestSystem } from './system.ts';

export interface SoakOptions {
  readonly seed: number;
  readonly forMs: number;
  /** Kill the supervisor too, and start it again. */
  readonly supervisorToo: boolean;
}

export interface SoakResult {
  readonly acknowledged: number;
  readonly refused: number;
  readonly kills: Readonly<Record<string, number>>;
  readonly records: number;
}

/** mulberry32: small, and the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const writers = 4;
const withinMs = 5_000;

/** Runs the soak; throws what it found wrong, with the seed. */
export async function soak(options: SoakOptions): Promise<SoakResult> {
  try {
    return await storm(options);
  } catch (error) {
    throw new Error(`soak with seed ${options.seed}: ${(error as Error).message}`, { cause: error });
  }
}

async function storm({ seed, forMs, supervisorToo }: SoakOptions): Promise<SoakResult> {
  const random = randomOf(seed);
  let system = await startSystem({ configuration: quick });
  const acknowledged: string[] = [];
  let refused = 0;
  let over = false;
  const write = async () => {
    while (!over) {
      try {
        acknowledged.push(await record(system));
      } catch {
        refused++;
        await sleep(50);
      }
    }
  };
  const writing = Array.from({ length: writers }, write);
  const kills: Record<string, number> = {};
  try {
    const until = performance.now() + forMs;
    while (performance.now() < until) {
      await sleep(200 + random() * 1500);
      const victim = await kill(system, random, supervisorToo);
      if (victim === undefined) continue;
      kills[victim] = (kills[victim] ?? 0) + 1;
      if (victim !== 'supervisor') continue;
      await system.ended;
      system = await startSystem({ state: system.state, unsettled: true });
    }
    over = true;
    await Promise.all(writing);
    const status = await system.settled();
    const records = await examine(system, acknowledged);
    assert.ok(status.healthy);
    assert.equal(await system.stop(), 0);
    return { acknowledged: acknowledged.length, refused, kills, records };
  } finally {
    over = true;
    await system[Symbol.asyncDispose]();
  }
}

/** Has a record written and gives its correlation; an answer means that it is durable. */
async function record(system: TestSystem): Promise<string> {
  const answer = await callStream(system.layout.supervisorSocket, '/self-test', {
    method: 'POST',
    body: { component: 'witness' },
    withinMs,
  });
  for await (const _ of answer) {
    // To its end, so that the answer is whole.
  }
  const correlation = answer.headers[correlationHeader];
  if (typeof correlation !== 'string') throw new Error('answered without a record');
  return correlation;
}

async function kill(
  system: TestSystem,
  random: () => number,
  supervisorToo: boolean,
): Promise<string | undefined> {
  try {
    const { components, store, supervisor } = await system.status();
    const all: [string, number | null][] = components.map(({ component, pid }) => [component, pid]);
    all.push(['postgres', store.pid], ['postgres', store.pid]);
    if (supervisorToo) all.push(['supervisor', supervisor.pid]);
    const [name, pid] = all[Math.floor(random() * all.length)]!;
    if (pid === null) return undefined;
    process.kill(pid, 'SIGKILL');
    return name;
  } catch {
    // It had just ended, or nobody could say what lives: the next round tries again.
    return undefined;
  }
}

interface Page {
  readonly records: readonly { readonly record: { readonly correlation?: string } }[];
  readonly next?: string;
}

/** Every acknowledged record is in the trail, and the trail verifies. Gives how many records it holds. */
async function examine(system: TestSystem, acknowledged: readonly string[]): Promise<number> {
  const socket = system.layout.componentSocket('log-management');
  const ask = <T>(path: string, method: 'GET' | 'POST' = 'GET') =>
    call<T>(socket, path, { method, withinMs: 60_000 });
  const missing = new Set(acknowledged);
  // A journal is merged and the last inbox ordered within seconds; every look is one more chance.
  for (let look = 0; missing.size > 0 && look < 30; look++) {
    await sleep(look === 0 ? 0 : 1000);
    let after = '';
    do {
      const page: Page = await ask(`/audit/search?event=access.local.used&limit=10000${after}`);
      for (const { record } of page.records) missing.delete(record.correlation ?? '');
      after = page.next === undefined ? '' : `&after=${encodeURIComponent(page.next)}`;
    } while (after !== '');
  }
  assert.equal(missing.size, 0, missing.size === 0 ? '' : await whereTheyAre(system, [...missing]));
  const verified = await ask<{ ok: boolean; size: number; findings: unknown[] }>('/audit/verify', 'POST');
  assert.ok(verified.ok, `audit verify: ${JSON.stringify(verified.findings)}`);
  assert.ok(verified.size >= acknowledged.length);
  return verified.size;
}

/** For the report of a loss: how far a record came that is not in the trail. */
async function whereTheyAre(system: TestSystem, missing: readonly string[]): Promise<string> {
  const client = await connect(await administratorOf(system));
  const found: string[] = [];
  for (const correlation of missing.slice(0, 20)) {
    const { rows } = await client.query<{ epoch: number; seq: number }>(
      'SELECT epoch, seq FROM supervisor.audit_inbox WHERE position($1::bytea IN record) > 0',
      [Buffer.from(correlation)],
    );
    const inJournals = spawnSync('grep', ['-rl', correlation, join(system.state, 'supervisor')], {
      encoding: 'utf8',
    });
    found.push(`${correlation}: inbox ${JSON.stringify(rows)}, journal ${inJournals.stdout.trim() || 'no'}`);
  }
  await client.end();
  return `${missing.length} acknowledged records are not in the trail:\n${found.join('\n')}\n${system.output.slice(-4000)}`;
}

async function administratorOf(system: TestSystem) {
  const password = readFileSync(join(system.layout.secrets, 'postgres-administrator'), 'utf8').trim();
  const host = join(system.state, 'postgres', 'run');
  return { host, port: 5432, database: 'wattward', user: 'wattward', password };
}
