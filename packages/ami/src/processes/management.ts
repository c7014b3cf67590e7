/**
 * The management listener of a process: HTTP and JSON on a unix socket that only its own user and the administrator
 * reach (2.8.2). Until people can sign in, whoever reaches it is the local administrator; each command is audited
 * before it is carried out.
 */
import { chmodSync, rmSync } from 'node:fs';
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { AuditPort } from '../audit/port.ts';
import { WattwardError } from '../base/errors.ts';
import { newCorrelation } from '../base/ids.ts';
import { type Metric, metricsContentType, renderMetrics } from './metrics.ts';

export interface ManagementOptions {
  readonly socket: string;
  /** Undefined as long as there is none; commands that need a record are refused then. */
  readonly audit: () => AuditPort | undefined;
  readonly health: () => { readonly healthy: boolean };
  readonly metrics: () => readonly Metric[];
  readonly routes: (app: FastifyInstance) => void;
}

/** Names the correlation of the record that a call left in the audit. */
export const correlationHeader = 'x-wattward-correlation';

const maxBodyOctets = 64 * 1024;

const statusOfKind: Readonly<Record<WattwardError['kind'], number>> = {
  usage: 400,
  decode: 404,
  protocol: 400,
  security: 403,
  policy: 409,
  peer: 502,
  storage: 503,
  overload: 503,
};

/** Opens the listener; closing the instance ends it. */
export async function openManagement(options: ManagementOptions): Promise<FastifyInstance> {
  const app = fastify({ logger: false, bodyLimit: maxBodyOctets, forceCloseConnections: true });
  app.setErrorHandler(answerError);
  app.addHook('preHandler', async (request, reply) => {
    const correlation = newCorrelation();
    // By it the caller finds the record again; it is named only when the record is there.
    if (await auditCall(request, options.audit(), correlation)) reply.header(correlationHeader, correlation);
  });
  app.get('/health', async (_request, reply) => {
    const health = options.health();
    return reply.code(health.healthy ? 200 : 503).send(health);
  });
  app.get('/metrics', async (_request, reply) =>
    reply.type(metricsContentType).send(renderMetrics(options.metrics())),
  );
  options.routes(app);
  rmSync(options.socket, { force: true });
  await app.listen({ path: options.socket });
  chmodSync(options.socket, 0o600);
  return app;
}

// Machines read these every few seconds; a record of each would bury what matters.
const unaudited = new Set(['/health', '/metrics']);
// What makes things safer is never held up by a store that is away, nor by a journal that cannot be written.
const safer = new Set(['/stop', '/self-test']);

/** Gives whether the record is durable. Errors: `audit/…` when a command must not be carried out without one. */
async function auditCall(
  request: FastifyRequest,
  audit: AuditPort | undefined,
  correlation: string,
): Promise<boolean> {
  const path = request.routeOptions.url ?? '';
  // The pages below /audit leave more telling records of their own.
  if (unaudited.has(path) || path.startsWith('/audit/') || audit === undefined) return false;
  const event = {
    type: 'access.local.used',
    phase: 'intent',
    outcome: 'pending',
    actor: { kind: 'operator', id: 'local-administrator' },
    object: `${request.method} ${path}`.slice(0, 100),
    source: 'local',
    correlation,
  } as const;
  if (request.method === 'GET') {
    // Seeing what is wrong must be possible when nothing can be recorded.
    audit.record(event).catch(() => undefined);
    return false;
  }
  if (safer.has(path)) {
    return audit.recordSafe(event).then(
      () => true,
      () => false,
    );
  }
  await audit.record(event);
  return true;
}

function answerError(error: unknown, _request: FastifyRequest, reply: FastifyReply): void {
  if (error instanceof WattwardError) {
    const { code, kind, detail } = error;
    void reply.code(statusOfKind[kind]).send({ error: { code, kind, detail } });
    return;
  }
  const status = (error as { statusCode?: number }).statusCode ?? 500;
  void reply
    .code(status)
    .send({ error: { code: 'processes/refused', kind: 'policy', detail: String(error) } });
}
