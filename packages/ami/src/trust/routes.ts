/** The trust center's part of its management listener: what `wattward certificates`, `keys` and `enrol` ask for. */
import type { FastifyInstance } from 'fastify';
import { localAdministrator as who } from './audit.ts';
import {
  authorities,
  type CertificateRow,
  certificates,
  dueCertificates,
  newestLists,
} from './authority/database.ts';
import { type RevocationReason, revocationReasons } from './authority/encode.ts';
import { authorityPlaces, kinds, type LeafKindId } from './authority/kinds.ts';
import { holderOfUris } from './authority/names.ts';
import { readCertificate, readRequest, toPem } from './authority/read.ts';
import type { EnrolmentState } from './enrolment/enrolment.ts';
import { fromBase64 } from './enrolment/est-server.ts';
import { raiseTrust } from './errors.ts';
import { fipsReport } from './fips.ts';
import { policyValue } from './policy.ts';
import type { TrustCenter } from './service.ts';

const maxRows = 10_000;
const maxShipmentOctets = 32 * 1024 * 1024;

type Center = () => TrustCenter | undefined;
type Query = Readonly<Record<string, string | undefined>>;

/** A limit from a query, within what one answer may hold. */
function limitOf({ limit }: Query): number {
  const asked = Number(limit ?? 1000);
  return Number.isInteger(asked) && asked > 0 ? Math.min(asked, maxRows) : 1000;
}

function octets(text: unknown, name: string): Buffer {
  const found = typeof text === 'string' ? fromBase64(text) : undefined;
  if (!found) throw raiseTrust('der', `${name} at octet 0 is not in base64`);
  return found;
}

/** What is shown of a certificate: everything but the octets. */
function shown({ certificate: _octets, ...row }: CertificateRow) {
  return { ...row, issued: _octets !== null };
}

/** Adds the routes; `center` gives the trust center while it works. */
export function trustRoutes(app: FastifyInstance, center: Center): void {
  const working = (): TrustCenter => {
    const found = center();
    if (!found)
      throw raiseTrust('module-unavailable', 'the trust center does not work yet, see wattward status');
    return found;
  };
  certificateRoutes(app, working);
  authorityRoutes(app, working);
  enrolmentRoutes(app, working);
  keyRoutes(app, working);
}

type Working = () => TrustCenter;

function certificateRoutes(app: FastifyInstance, working: Working): void {
  app.get<{ Querystring: Query }>('/certificates', async ({ query }) => {
    const { db } = working();
    if (query['due'] === 'true') {
      const leftPart = policyValue('trust.renewBeforePercent') / 100;
      return { certificates: (await dueCertificates(db, new Date(), leftPart)).map(shown) };
    }
    const { holder, domain, revoked } = query;
    const rows = await certificates(db, {
      ...(holder === undefined ? {} : { holder }),
      ...(domain === undefined ? {} : { domain }),
      ...(revoked === undefined ? {} : { revoked: revoked === 'true' }),
      ...(query['all'] === 'true' ? {} : { endsAfter: new Date() }),
      limit: limitOf(query),
    });
    return { certificates: rows.map(shown) };
  });
  app.get<{ Params: { serial: string } }>('/certificates/:serial', async ({ params }) => {
    const [row] = await certificates(working().db, { serial: params.serial.toLowerCase(), limit: 1 });
    if (!row) throw raiseTrust('no-certificate');
    return { ...shown(row), pem: row.certificate === null ? null : toPem('CERTIFICATE', row.certificate) };
  });
  app.post<{ Params: { serial: string }; Body: { reason?: string } | null }>(
    '/certificates/:serial/revoke',
    async ({ params, body }) => {
      const reason = body?.reason ?? 'unspecified';
      if (!Object.hasOwn(revocationReasons, reason))
        throw raiseTrust('request', `the reason is one of: ${Object.keys(revocationReasons).join(', ')}`);
      await working().authority.revoke(params.serial.toLowerCase(), reason as RevocationReason, who);
      return { revoked: params.serial.toLowerCase(), reason };
    },
  );
  // How the supervisor gets a component its first certificate without an officer: it is on the same machine.
  app.post<{ Body: { kind?: string; request?: string } | null }>('/certificates', async ({ body }) => {
    const kind = kinds.find((each) => each.id === body?.kind && each.pathLength === undefined);
    if (!kind) throw raiseTrust('request', 'there is no such kind of certificate');
    const read = readRequest(octets(body?.request, 'request'));
    const { chain } = await working().authority.issue({
      kind: kind.id as LeafKindId,
      holder: holderOfUris(read.names.uris),
      hosts: read.names.hosts,
      publicKey: read.publicKey.info,
      actor: who,
      source: 'local',
    });
    return { chain: chain.map((each) => each.toString('base64')) };
  });
}

function authorityRoutes(app: FastifyInstance, working: Working): void {
  app.get('/authorities', async () => {
    const { db } = working();
    const [rows, lists] = [await authorities(db), await newestLists(db)];
    return {
      places: authorityPlaces(),
      authorities: rows.map(({ certificate, ...row }) => {
        const { serial, notAfter } = readCertificate(certificate);
        const list = lists.find(({ authority }) => authority === row.keyIdentifier);
        return { ...row, serial, notAfter, listNextUpdate: list?.nextUpdate ?? null };
      }),
    };
  });
  app.get('/anchors', async () => ({
    anchors: working().authority.anchors.map((each) => each.toString('base64')),
    authorities: working().authority.authorityCertificates.map((each) => each.toString('base64')),
    lists: (await working().authority.lists()).map((each) => each.toString('base64')),
  }));
  app.post<{ Params: { id: string } }>('/authorities/:id/request', async ({ params }) => {
    const { generation, request } = await working().authority.requestAuthority(params.id, who);
    return { generation, request: request.toString('base64') };
  });
  app.post<{ Params: { id: string }; Body: Record<'root' | 'rootList' | 'certificate', string> | null }>(
    '/authorities/:id/install',
    async ({ params, body }) => {
      const delivered = {
        root: octets(body?.root, 'root'),
        rootList: octets(body?.rootList, 'rootList'),
        certificate: octets(body?.certificate, 'certificate'),
      };
      const found = working();
      await found.authority.installAuthority(params.id, delivered, who);
      await found.tend();
      return { installed: params.id };
    },
  );
  app.post<{ Body: { list?: string } | null }>('/root-list', async ({ body }) => {
    await working().takeRootList(octets(body?.list, 'list'), who);
    return { taken: true };
  });
  app.get<{ Params: { id: string } }>('/lists/:id', async ({ params }) => {
    const list = await working().authority.listOf(params.id);
    if (!list) throw raiseTrust('no-authority', `there is no list of ${params.id.slice(0, 60)}`);
    return { pem: toPem('X509 CRL', list) };
  });
}

const states: readonly string[] = ['waiting', 'approved', 'refused', 'issued', 'lapsed', 'all'];

function enrolmentRoutes(app: FastifyInstance, working: Working): void {
  app.get<{ Querystring: Query }>('/enrolments', async ({ query }) => {
    const state = states.includes(query['state'] ?? '') ? query['state'] : 'waiting';
    return { enrolments: await working().enrolment.list(state as EnrolmentState | 'all', limitOf(query)) };
  });
  app.post<{ Params: { id: string } }>('/enrolments/:id/approve', async ({ params }) => {
    await working().enrolment.approve(params.id, who);
    return { approved: params.id };
  });
  app.post<{ Params: { id: string }; Body: { reason?: string } | null }>(
    '/enrolments/:id/refuse',
    async ({ params, body }) => {
      await working().enrolment.refuse(params.id, who, body?.reason ?? 'no reason given');
      return { refused: params.id };
    },
  );
  app.post<{ Body: { certificate?: string } | null }>('/manufacturers', async ({ body }) =>
    working().enrolment.trustManufacturer(Buffer.from(body?.certificate ?? '', 'utf8'), who),
  );
  app.post<{ Body: { file?: string } | null }>(
    '/shipments',
    { bodyLimit: maxShipmentOctets },
    async ({ body }) => working().enrolment.addShipment(body?.file ?? '', who),
  );
}

function keyRoutes(app: FastifyInstance, working: Working): void {
  app.get('/keys', async () => {
    const { keys, meters } = working();
    return {
      module: keys.state,
      fips: fipsReport(),
      // Names, purposes and ages; a public key is not asked for here and a secret never leaves the port.
      keys: (await keys.list()).map(({ name, purpose, createdAt }) => ({ name, purpose, createdAt })),
      meters: await meters.summary(),
    };
  });
  app.get<{ Querystring: Query }>('/keys/meters', async ({ query }) => {
    const { device, purpose } = query;
    const keys = await working().meters.list({
      ...(device === undefined ? {} : { device }),
      ...(purpose === undefined ? {} : { purpose }),
      dueOnly: query['due'] === 'true',
      limit: limitOf(query),
    });
    return { keys };
  });
  app.post('/keys/scan', async () => working().meters.scanUniqueness());
  app.post('/keys/rewrap', async () => ({ wrapped: await working().meters.rewrap(who) }));
  app.post<{ Params: { device: string }; Body: { reason?: string } | null }>(
    '/keys/meters/:device/destroy',
    async ({ params, body }) => ({
      destroyed: await working().meters.destroy(params.device, who, body?.reason ?? 'no reason given'),
    }),
  );
}
