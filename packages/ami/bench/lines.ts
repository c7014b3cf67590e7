/**
 * `npm run bench -w packages/ami -- lines`: two processes, one PostgreSQL, one line. Prints separately signed messages
 * a second from `send` to committed effect and acknowledgement, the time that one takes at a tenth of that, and
 * batches in MB/s. Figures, not assertions.
 */
import { type ChildProcess, fork } from 'node:child_process';

import { once } from 'node:events';
import { rmSync } from 'node:fs';
import { cpus } from 'node:os';
import { fileURLToPath } from 'node:url';
import { startPostgres } from '../src/store/postgres-server.ts';
import { LineAuthority } from '../test/line-authority.ts';
import { lineSchemas } from '../test/line-node.ts';
import { temporaryState } from '../test/postgres.ts';
import { keepTable, workerStart } from './lines-start.ts';
import type { FromWorker, ToWorker, WorkerStart } from './lines-worker.ts';

const line = {
  from: 'head-end',
  to: 'mdms',
  small: 'L2.mdms.meter-event',
  large: 'L2.mdms.meter-reading',
};

interface Worker {
  readonly process: ChildProcess;
  ask(message: ToWorker): Promise<FromWorker>;
}

function worker(start: WorkerStart): Worker {
  const child = fork(fileURLToPath(new URL('./lines-worker.ts', import.meta.url)), [], {
    execArgv: [
      '--conditions=source',
      ...(process.env['BENCH_PROF'] ? ['--cpu-prof', '--cpu-prof-dir=/tmp/prof-lines'] : []),
    ],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  child.send(start);
  return {
    process: child,
    async ask(message) {
      const answer = once(child, 'message') as Promise<[FromWorker]>;
      child.send(message);
      return (await answer)[0];
    },
  };
}

const perSecond = (count: number, ms: number) => Math.round((count * 1000) / ms).toLocaleString('en');

export async function run(args: readonly string[]): Promise<void> {
  const option = (name: string, fallback: number) =>
    Number(args[args.indexOf(name) + 1] || fallback) || fallback;
  const messages = args.includes('--messages') ? option('--messages', 50_000) : 50_000;
  const megabytes = args.includes('--megabytes') ? option('--megabytes', 256) : 256;
  const state = temporaryState();
  const server = await startPostgres({ state });
  const authority = new LineAuthority();
  const schemas = await lineSchemas(server.administrator, [line.from, line.to], 'bench', [keepTable]);
  const receiver = worker(workerStart(authority, line.to, line.from, schemas.get(line.to)!));
  const [ready] = (await once(receiver.process, 'message')) as [FromWorker];
  const sender = worker({
    ...workerStart(authority, line.from, line.to, schemas.get(line.from)!),
    port: ready.port!,
  });
  await once(sender.process, 'message');
  console.log(`lines: ${cpus().length} processors, ${line.from} → ${line.to}, mutual TLS 1.3`);
  try {
    for (const [name, load] of [
      ['warm-up', { type: line.small, count: 5_000, octets: 300, perSecond: 0 }],
      ['messages', { type: line.small, count: messages, octets: 300, perSecond: 0 }],
      ['paced', { type: line.small, count: 5_000, octets: 300, perSecond: 1_000 }],
    ] as const) {
      const waiting = receiver.ask({ kind: 'expect', count: load.count });
      const sent = await sender.ask({ kind: 'send', ...load });
      const got = await waiting;
      const ms = got.endedAt! - sent.startedAt!;
      if (name === 'messages')
        console.log(
          `  separately signed messages: ${perSecond(load.count, ms)}/s (${load.count} of about 300 octets)`,
        );
      if (name === 'paced')
        console.log(`  at 1,000/s, sent to committed: p50 ${got.p50} ms, p99 ${got.p99} ms`);
    }
    const octets = 4 * 1024 * 1024;
    const count = Math.max(4, Math.ceil((megabytes * 1024 * 1024) / octets));
    const waiting = receiver.ask({ kind: 'expect', count });
    const sent = await sender.ask({ kind: 'send', type: line.large, count, octets, perSecond: 0 });
    const got = await waiting;
    const ms = got.endedAt! - sent.startedAt!;
    const rate = ((count * octets) / 1e6 / (ms / 1000)).toFixed(1);
    console.log(
      `  batches: ${rate} MB/s (${count} of 4 MiB; p50 ${got.p50} ms, p99 ${got.p99} ms in the queue)`,
    );
  } finally {
    for (const each of [sender, receiver]) {
      each.process.disconnect();
      await once(each.process, 'exit');
    }
    await server.stop(10_000);
    rmSync(state, { recursive: true, force: true });
  }
}
