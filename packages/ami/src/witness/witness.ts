/**
 * The witness (2.16.9): a small process with a key and a memory of its own, meant for another host. It cosigns a
 * checkpoint only if the tree it remembers is a beginning of the new one, and refuses a step back or a fork.
 */
import { chmodSync, rmSync } from 'node:fs';
import Fastify, { type FastifyInstance } from 'fastify';
import { publicNoteKey } from '../audit/checkpoint.ts';
import { formatVerifierKey, parseVerifierKey } from '../audit/note.ts';
import type { KeyPort } from '../trust/key-port.ts';
import { decide, parseAddRequest, type Refusal, type TrustedLog } from './add-checkpoint.ts';
import { raiseWitness } from './errors.ts';
import { WitnessState } from './witness-state.ts';

/** Where to listen: a unix socket, or an address (loopback unless configured otherwise; port 0 takes a free one). */
export type ListenAt = { readonly socketPath: string } | { readonly host: string; readonly port: number };

export interface WitnessOptions {
  /** `witness.example/w1`: the name in its cosignatures. */
  readonly name: string;
  readonly keys: KeyPort;
  /** A `sign-log` key of the port; made on the first start. */
  readonly keyName: string;
  readonly folder: string;
  readonly listen: ListenAt;
  /** The logs it serves, with their verifier keys. */
  readonly logs: readonly { readonly name: string; readonly verifierKeys: readonly string[] }[];
  readonly onRefusal?: (refusal: { why: Refusal; origin: string; size: number; knownSize: number }) => void;
  readonly nowSeconds?: () => number;
}

export interface Witness {
  /** To be noted by whoever verifies. */
  readonly verifierKey: string;
  readonly address: { readonly socketPath: string } | { readonly url: string };
  close(): Promise<void>;
}

/** Of a request: 63 proof lines and a checkpoint with many signatures. */
const maxRequestOctets = 64 * 1024;

interface Counters {
  cosigned: number;
  readonly refused: Map<Refusal, number>;
}

/** Starts it. Errors: `witness/state`, `witness/listen`, `trust/…`, `audit/note`. */
export async function startWitness(options: WitnessOptions): Promise<Witness> {
  const { keys, keyName, name } = options;
  const there = (await keys.list()).some((key) => key.name === keyName);
  if (!there) await keys.generate(keyName, 'sign-log');
  const key = await publicNoteKey(keys, keyName, name, 4);
  const state = new WitnessState(options.folder);
  const logs: TrustedLog[] = options.logs.map((log) => ({
    name: log.name,
    keys: log.verifierKeys.map(parseVerifierKey),
  }));
  const now = options.nowSeconds ?? (() => Math.floor(Date.now() / 1000));
  const counters: Counters = { cosigned: 0, refused: new Map() };
  const app = Fastify({ bodyLimit: maxRequestOctets, logger: false });
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body));

  const refuse = (why: Refusal, origin: string, size: number, knownSize: number) => {
    counters.refused.set(why, (counters.refused.get(why) ?? 0) + 1);
    options.onRefusal?.({ why, origin, size, knownSize });
  };

  app.post('/add-checkpoint', async (request, reply) => {
    const add = typeof request.body === 'string' ? parseAddRequest(request.body) : undefined;
    if (add === undefined) {
      refuse('malformed', '', 0, 0);
      return reply.code(400).type('text/plain').send('malformed\n');
    }
    const decision = await decide(add, logs, state, { keys, keyName, key }, now());
    if (decision.status === 200) {
      counters.cosigned += 1;
      return reply.type('text/plain; charset=utf-8').send(decision.line);
    }
    const { origin, size } = add.signed.checkpoint;
    refuse(decision.why, origin, size, decision.knownSize ?? 0);
    if (decision.status === 409)
      return reply
        .code(409)
        .type('text/x.tlog.size')
        .send(`${decision.knownSize ?? 0}\n`);
    return reply.code(decision.status).type('text/plain').send(`${decision.why}\n`);
  });
  // Not of C2SP, which leaves it open: what the witness remembers, for whoever verifies.
  app.get('/checkpoints', async () => ({ witness: formatVerifierKey(key), notes: state.notes() }));
  app.get('/metrics', async (_request, reply) =>
    reply.type('text/plain; version=0.0.4').send(metrics(counters)),
  );

  const address = await listen(app, options.listen);
  return { verifierKey: formatVerifierKey(key), address, close: () => app.close() };
}

function metrics({ cosigned, refused }: Counters): string {
  const lines = [
    '# HELP wattward_witness_cosigned_total Checkpoints cosigned.',
    '# TYPE wattward_witness_cosigned_total counter',
    `wattward_witness_cosigned_total ${cosigned}`,
    '# HELP wattward_witness_refused_total Checkpoints refused, by reason.',
    '# TYPE wattward_witness_refused_total counter',
    ...[...refused].map(([why, count]) => `wattward_witness_refused_total{why="${why}"} ${count}`),
  ];
  return `${lines.join('\n')}\n`;
}

async function listen(app: FastifyInstance, at: ListenAt): Promise<Witness['address']> {
  try {
    if ('socketPath' in at) {
      // Left by a killed witness: a live one would hold its state folder's supervisor.
      rmSync(at.socketPath, { force: true });
      await app.listen({ path: at.socketPath });
      chmodSync(at.socketPath, 0o600);
      return { socketPath: at.socketPath };
    }
    return { url: await app.listen({ host: at.host, port: at.port }) };
  } catch (cause) {
    throw raiseWitness('listen', (cause as Error).message, { cause });
  }
}
