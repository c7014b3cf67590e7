/**
 * Soak of one line: a sender and a receiver in processes of their own, killed with kill -9 at random moments, and
 * PostgreSQL too, while numbered messages are sent. Afterwards every message that was acknowledged to its writer has
 * had its effect exactly once, in order.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { keepTable, workerStart } from '../bench/lines-start.ts';
import type { FromWorker, ToWorker, WorkerStart } from '../bench/lines-worker.ts';
import { connect } from '../src/store/database.ts';
import { type PostgresServer, startPostgres } from '../src/store/postgres-server.ts';
import { LineAuthority } from './line-authority.ts';
import { lineSchemas } from './line-node.ts';
import { temporaryState } from './postgres.ts';

/** A small generator whose seed replays the same moments (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}

class Worker {
  readonly #start: WorkerStart;
  #child: ChildProcess | undefined;
  port = 0;
  readonly acknowledged: number[] = [];

  constructor(start: WorkerStart) {
    this.#start = start;
  }

  async run(port: number): Promise<void> {
    const child = fork(fileURLToPath(new URL('../bench/lines-worker.ts', import.meta.url)), [], {
      execArgv: ['--conditions=source'],
      stdio: ['ignore', 'ignore', process.env['SOAK_LOUD'] ? 'inherit' : 'ignore', 'ipc'],
    });
    this.#child = child;
    child.send({ ...this.#start, ...(this.port === 0 ? {} : { listenPort: this.port }), port });
    const [ready] = (await once(child, 'message')) as [FromWorker];
    this.port = ready.port!;
    child.on('message', (message: FromWorker) => {
      if (message.numbers !== undefined) this.acknowledged.push(...message.numbers);
    });
  }

  tell(message: ToWorker): void {
    if (this.#child?.connected) this.#child.send(message);
  }

  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child!;
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill(signal);
    await gone;
  }
}

export interface SoakResult {
  readonly acknowledged: number;
  readonly kills: number;
}

/** Runs the soak. Fails with the seed in its message. */
export async function soakLine(seed: number, kills: number): Promise<SoakResult> {
  const random = randomFrom(seed);
  const state = temporaryState();
  let server: PostgresServer = await startPostgres({ state });
  const authority = new LineAuthority();
  const schemas = await lineSchemas(server.administrator, ['head-end', 'mdms'], 'soak', [keepTable]);
  const receiver = new Worker(workerStart(authority, 'mdms', 'head-end', schemas.get('mdms')!));
  const sender = new Worker(workerStart(authority, 'head-end', 'mdms', schemas.get('head-end')!));
  let next = 0;
  try {
    await receiver.run(0);
    await sender.run(receiver.port);
    for (let kill = 0; kill < kills; kill++) {
      sender.tell({ kind: 'number', first: next, count: 1_000 });
      next += 1_000;
      await new Promise((resolve) => setTimeout(resolve, 100 + random() * 700));
      const victim = Math.floor(random() * 3);
      if (victim === 0) {
        await receiver.kill();
        await receiver.run(0);
      } else if (victim === 1) {
        await sender.kill();
        await sender.run(receiver.port);
      } else {
        process.kill(server.pid, 'SIGKILL');
        await server.ended;
        server = await startPostgres({ state });
      }
    }
    const expected = new Set(sender.acknowledged);
    const client = await connect({ ...server.administrator, database: 'soak' });
    client.on('error', () => undefined);
    const end = performance.now() + 60_000;
    let rows: { number: number; sequence: number }[] = [];
    for (;;) {
      const waiting = await client.query('SELECT count(*)::int AS n FROM head_end.line_outbox');
      ({ rows } = await client.query(
        "SELECT convert_from(data, 'UTF8')::int AS number, id AS sequence FROM mdms.bench_kept ORDER BY id",
      ));
      if (waiting.rows[0].n === 0) break;
      if (performance.now() > end) assert.fail(`seed ${seed}: ${waiting.rows[0].n} messages are stuck`);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    await client.end();
    for (const number of sender.acknowledged) expected.add(number);
    const delivered = rows.map(({ number }) => number);
    const once_ = new Set(delivered);
    assert.equal(once_.size, delivered.length, `seed ${seed}: something had its effect twice`);
    for (const number of expected)
      assert.ok(once_.has(number), `seed ${seed}: ${number} was acknowledged and is lost`);
    for (let i = 1; i < delivered.length; i++)
      assert.ok(
        delivered[i]! > delivered[i - 1]!,
        `seed ${seed}: ${delivered[i]} came after ${delivered[i - 1]}`,
      );
    return { acknowledged: expected.size, kills };
  } finally {
    await sender.kill();
    await receiver.kill();
    await server.stop(10_000);
    rmSync(state, { recursive: true, force: true });
  }
}
