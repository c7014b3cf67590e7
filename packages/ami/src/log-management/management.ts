/**
 * What the management socket of log management answers: search, one record, proofs, reports, verification. Every call
 * is audited (2.16.9). The listener itself, its errors and its metrics are the process's.
 */
import type { FastifyInstance } from 'fastify';
import type { AuditEvent, AuditPort } from '../audit/port.ts';
import { raiseLog } from './errors.ts';
import type { SearchQuery } from './search.ts';
import type { LogManagement } from './service.ts';

const searchFields = [
  'since',
  'until',
  'actor',
  'component',
  'event',
  'outcome',
  'correlation',
  'object',
  'after',
] as const;

type Query = Readonly<Record<string, string | undefined>>;

export interface LogAtWork {
  readonly log: LogManagement;
  readonly audit: AuditPort;
}

/** Adds the routes below `/audit`. `atWork` gives undefined as long as log management does not work. */
export function addLogRoutes(app: FastifyInstance, atWork: () => LogAtWork | undefined): void {
  const working = (): LogAtWork => {
    const at = atWork();
    if (at === undefined) throw raiseLog('not-ready');
    return at;
  };
  // Reading the audit is itself a record; when none can be written, reading is refused like everything else.
  const note = (audit: AuditPort, type: string, object: string, detail: NonNullable<AuditEvent['detail']>) =>
    audit.record({
      type,
      phase: 'act',
      outcome: 'success',
      actor: { kind: 'operator', id: 'local-administrator' },
      object,
      source: 'local',
      detail,
    });

  app.get('/audit/status', async () => working().log.status);

  app.get('/audit/search', async (request) => {
    const { log, audit } = working();
    const query = request.query as Query;
    const wanted = Object.fromEntries(
      searchFields.flatMap((field) => (query[field] === undefined ? [] : [[field, query[field]]])),
    ) as SearchQuery;
    const limit = query['limit'] === undefined ? {} : { limit: Number(query['limit']) };
    const result = await log.search({ ...wanted, ...limit });
    const fields = Object.keys(wanted).join(', ');
    await note(audit, 'audit.searched', 'audit', { fields, records: result.records.length });
    return result;
  });

  app.get('/audit/proof/:index', async (request) => {
    const { log, audit } = working();
    const index = Number((request.params as { index: string }).index);
    const proof = await log.proof(index);
    await note(audit, 'audit.exported', `record ${index}`, { index });
    return { proof, verifierKey: log.verifierKey, witnessKey: log.witnessKey };
  });

  app.get('/audit/report', async (request) => {
    const { log, audit } = working();
    const { since, until } = request.query as Query;
    const result = await log.report(since, until);
    await note(audit, 'audit.reported', 'audit', {
      ...(since ? { since } : {}),
      ...(until ? { until } : {}),
    });
    return result;
  });

  app.post('/audit/verify', async () => working().log.verify());
}

interface Gauge {
  readonly name: string;
  readonly help: string;
  readonly type: 'gauge';
  readonly values: readonly { readonly value: number }[];
}

/** Figures for the process's `/metrics`. */
export function logMetrics(log: LogManagement): Gauge[] {
  const { size, cosignedSize, reading, silent } = log.status;
  const gauge = (name: string, help: string, value: number): Gauge => ({
    name: `wattward_audit_${name}`,
    help,
    type: 'gauge',
    values: [{ value }],
  });
  return [
    gauge('tree_records', 'Records in the tree.', size),
    gauge('cosigned_records', 'Records covered by the witness.', cosignedSize),
    gauge('reading', 'Whether the inboxes can be read.', reading ? 1 : 0),
    gauge('silent_components', 'Components that have been silent for too long.', silent.length),
  ];
}
