/** Revocation lists (RFC 5280 section 5): one an authority, issued when due and whenever something is revoked. */
import { randomUUID } from 'node:crypto';
import { audited, type TrustAudit } from '../audit.ts';
import { raiseTrust } from '../errors.ts';
import type { KeyPort } from '../key-port.ts';
import { type Configured, policyValue } from '../policy.ts';
import { type AuthorityRow, type Database, inTransaction, revokedOf } from './database.ts';
import { encodeListToBeSigned, signedWhole } from './encode.ts';
import { authoritySubject } from './names.ts';
import { type ReadCertificate, readList, signedBy } from './read.ts';

export interface PublishedList {
  readonly authority: string;
  readonly number: number;
  readonly der: Buffer;
}

const hourMs = 3_600_000;

export class ListPublisher {
  readonly #options: {
    readonly db: Database;
    readonly keys: KeyPort;
    readonly audit: TrustAudit;
    readonly configured?: Configured;
  };
  readonly #now: () => Date;

  constructor(
    options: {
      readonly db: Database;
      readonly keys: KeyPort;
      readonly audit: TrustAudit;
      readonly configured?: Configured;
    },
    now: () => Date,
  ) {
    this.#options = options;
    this.#now = now;
  }

  #hours(id: string): number {
    return policyValue(id, this.#options.configured) * hourMs;
  }

  /** Publishes if the list is due, or at any rate. Two publishers wait for each other. */
  async publish(
    row: AuthorityRow,
    read: ReadCertificate,
    atAnyRate: boolean,
  ): Promise<PublishedList | undefined> {
    const now = this.#now();
    return inTransaction(this.#options.db, async (client) => {
      await client.query('SELECT pg_advisory_xact_lock(hashtextextended($1, 0))', [
        `list ${row.keyIdentifier}`,
      ]);
      const { rows } = await client.query<{ number: number; thisUpdate: Date }>(
        `SELECT number::float8 AS number, this_update AS "thisUpdate" FROM revocation_list
          WHERE authority = $1 ORDER BY number DESC LIMIT 1`,
        [row.keyIdentifier],
      );
      const last = rows[0];
      const dueAt = (last?.thisUpdate.getTime() ?? 0) + this.#hours('trust.revocationListHours');
      if (!atAnyRate && last && now.getTime() < dueAt) return undefined;
      // The clock stands behind the number, so that a restored store does not issue numbers that were used before.
      const number = Math.max((last?.number ?? 0) + 1, Math.floor(now.getTime() / 1000));
      const revoked = await revokedOf(client, row.keyIdentifier, now);
      const der = await this.#sign(row, read, { number, now, revoked });
      const { nextUpdate, thisUpdate } = readList(der);
      await client.query(
        'INSERT INTO revocation_list (authority, number, this_update, next_update, list) VALUES ($1, $2, $3, $4, $5)',
        [row.keyIdentifier, number, thisUpdate, nextUpdate, der],
      );
      await client.query('DELETE FROM revocation_list WHERE authority = $1 AND number < $2', [
        row.keyIdentifier,
        last?.number ?? 0,
      ]);
      return { authority: row.keyIdentifier, number, der };
    });
  }

  async #sign(
    row: AuthorityRow,
    read: ReadCertificate,
    { number, now, revoked }: { number: number; now: Date; revoked: Awaited<ReturnType<typeof revokedOf>> },
  ): Promise<Buffer> {
    const { algorithm } = read.publicKey;
    const thisUpdate = new Date(Math.floor(now.getTime() / 1000) * 1000);
    const lifeMs = this.#hours('trust.revocationListHours') + this.#hours('trust.revocationListOverlapHours');
    const toBeSigned = encodeListToBeSigned({
      algorithm,
      issuer: authoritySubject(row.id, row.generation),
      issuerPublicKey: read.publicKey.info,
      number,
      thisUpdate,
      nextUpdate: new Date(thisUpdate.getTime() + lifeMs),
      revoked: revoked.map((each) => ({ ...each, serial: Buffer.from(each.serial, 'hex') })),
    });
    const action = {
      type: 'certificate.list.issued',
      actor: { kind: 'component', id: 'trust' },
      object: row.id,
      correlation: randomUUID(),
      detail: { number, entries: revoked.length },
    } as const;
    return audited(this.#options.audit, action, async (act) => {
      const signature = await this.#options.keys.sign(row.keyName!, toBeSigned);
      const der = signedWhole(toBeSigned, algorithm, signature);
      if (!signedBy(readList(der), read.publicKey))
        throw raiseTrust('module-unavailable', 'the key port gave a signature that does not verify');
      await act();
      return der;
    });
  }
}
