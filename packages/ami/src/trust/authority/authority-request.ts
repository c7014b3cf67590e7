/**
 * How an issuing authority comes to be: its key is made where it stays, the request goes to the offline root, the
 * certificate comes back and is held against the request before it is used.
 */
import { createHash, randomUUID } from 'node:crypto';
import { es256, es384 } from '../algorithms.ts';
import { type Actor, audited } from '../audit.ts';
import { raiseTrust } from '../errors.ts';
import type { AuthorityOptions } from './authority.ts';
import { inTransaction, nextGeneration } from './database.ts';
import { encodeRequestInfo, signedWhole } from './encode.ts';
import { authorityPlace } from './kinds.ts';
import { authoritySubject, encodeSubject } from './names.ts';
import { type ReadCertificate, readCertificate, readList, readRequest, signedBy } from './read.ts';

const eventType = 'certificate.authority.changed';

/** Errors: `trust/no-authority` when the profile has no such place. */
export async function makeAuthorityRequest(
  { db, keys, audit }: AuthorityOptions,
  id: string,
  actor: Actor,
): Promise<{ generation: number; request: Buffer }> {
  const place = authorityPlace(id);
  if (!place)
    throw raiseTrust('no-authority', `the profile has no domain for an authority ${id.slice(0, 60)}`);
  const algorithm = place.suite === 2 ? es384 : es256;
  const correlation = randomUUID();
  return audited(
    audit,
    { type: eventType, actor, object: id, correlation, detail: { step: 'request' } },
    async (act) => {
      const generation = await nextGeneration(db, id);
      const keyName = `authority-${id}-${generation}`;
      const known = (await keys.list()).some(({ name }) => name === keyName);
      const { publicKey } = known
        ? await keys.describe(keyName)
        : await keys.generate(keyName, algorithm.keyPurpose);
      const info = encodeRequestInfo({
        subject: authoritySubject(id, generation),
        publicKey: publicKey!,
        uris: [],
        hosts: [],
      });
      const request = signedWhole(info, algorithm, await keys.sign(keyName, info));
      readRequest(request);
      await act({ generation });
      await db.query(
        `INSERT INTO authority_request (id, generation, key_name, request, correlation) VALUES ($1, $2, $3, $4, $5)`,
        [id, generation, keyName, request, correlation],
      );
      return { generation, request };
    },
  );
}

interface Delivered {
  readonly root: Buffer;
  readonly rootList: Buffer;
  readonly certificate: Buffer;
}

/** Errors: `trust/no-authority`, `trust/chain`, `trust/der`. */
export async function installSignedAuthority(
  options: AuthorityOptions,
  id: string,
  delivered: Delivered,
  actor: Actor,
): Promise<void> {
  const place = authorityPlace(id);
  if (!place)
    throw raiseTrust('no-authority', `the profile has no domain for an authority ${id.slice(0, 60)}`);
  const certificate = readCertificate(delivered.certificate);
  const root = readCertificate(delivered.root);
  const list = readList(delivered.rootList);
  const detail = {
    step: 'install',
    serial: certificate.serial,
    keySha256: createHash('sha256').update(certificate.publicKey.info).digest('hex'),
  };
  await audited(options.audit, { type: eventType, actor, object: id, detail }, async (act) => {
    await inTransaction(options.db, async (client) => {
      const { rows } = await client.query<{ generation: number; keyName: string; request: Buffer }>(
        `SELECT generation, key_name AS "keyName", request FROM authority_request WHERE id = $1 ORDER BY generation`,
        [id],
      );
      const asked = rows.find(({ request }) =>
        readRequest(request).publicKey.info.equals(certificate.publicKey.info),
      );
      if (!asked) throw raiseTrust('chain', 'the certificate is for a key that was not requested');
      const problem = deliveryProblem(
        certificate,
        root,
        list,
        encodeSubject(authoritySubject(id, asked.generation)),
      );
      if (problem !== undefined) throw raiseTrust('chain', problem);
      await enterRoot(client, root, delivered, place.suite);
      await client.query('UPDATE authority SET retired_at = now() WHERE id = $1 AND retired_at IS NULL', [
        id,
      ]);
      await client.query(
        `INSERT INTO authority (id, generation, domain, suite, key_name, key_identifier, certificate)
         VALUES ($1, $2, $3, $4, $5, $6, $7)`,
        [
          id,
          asked.generation,
          place.domain,
          place.suite,
          asked.keyName,
          certificate.subjectKeyIdentifier,
          certificate.der,
        ],
      );
      await client.query('DELETE FROM authority_request WHERE id = $1 AND generation = $2', [
        id,
        asked.generation,
      ]);
    });
    await act();
  });
}

function deliveryProblem(
  certificate: ReadCertificate,
  root: ReadCertificate,
  list: ReturnType<typeof readList>,
  subject: Buffer,
): string | undefined {
  if (!root.isAuthority || root.pathLength !== 1 || !signedBy(root, root.publicKey))
    return 'what was delivered as the root is none';
  if (!certificate.isAuthority || certificate.pathLength !== 0)
    return 'the certificate is not that of an authority';
  if (!certificate.subject.equals(subject)) return 'the certificate names another authority';
  if (!certificate.issuer.equals(root.subject) || !signedBy(certificate, root.publicKey))
    return 'the certificate is not signed by the root';
  if (list.authorityKeyIdentifier !== root.subjectKeyIdentifier || !signedBy(list, root.publicKey))
    return 'the list is not the root’s';
  if (list.revoked.has(certificate.serial)) return 'the root has revoked this authority';
  return undefined;
}

/** The first root of a suite is taken as it is given; another one later needs the old one retired by hand. */
async function enterRoot(
  client: Parameters<Parameters<typeof inTransaction>[1]>[0],
  root: ReadCertificate,
  { rootList }: Delivered,
  suite: 1 | 2,
): Promise<void> {
  const id = suite === 2 ? 'root-suite-2' : 'root';
  const { rows } = await client.query<{ keyIdentifier: string }>(
    `SELECT key_identifier AS "keyIdentifier" FROM authority WHERE id = $1 AND retired_at IS NULL`,
    [id],
  );
  const known = rows[0]?.keyIdentifier;
  if (known !== undefined && known !== root.subjectKeyIdentifier)
    throw raiseTrust('chain', 'the certificate is signed by another root than the one in use');
  if (known === undefined) {
    await client.query(
      `INSERT INTO authority (id, generation, domain, suite, key_name, key_identifier, certificate)
       VALUES ($1, 1, NULL, $2, NULL, $3, $4)`,
      [id, suite, root.subjectKeyIdentifier, root.der],
    );
  }
  await enterRootList(client, root, rootList);
}

/** Keeps the newest list of a root. */
export async function enterRootList(
  client: Pick<Parameters<Parameters<typeof inTransaction>[1]>[0], 'query'>,
  root: ReadCertificate,
  rootList: Buffer,
): Promise<void> {
  const list = readList(rootList);
  if (list.authorityKeyIdentifier !== root.subjectKeyIdentifier || !signedBy(list, root.publicKey))
    throw raiseTrust('chain', 'the list is not the root’s');
  await client.query(
    `INSERT INTO revocation_list (authority, number, this_update, next_update, list) VALUES ($1, $2, $3, $4, $5)
     ON CONFLICT DO NOTHING`,
    [root.subjectKeyIdentifier, list.number, list.thisUpdate, list.nextUpdate, rootList],
  );
}
