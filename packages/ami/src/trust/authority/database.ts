/** The authority's books in PostgreSQL: plain queries on the tables of the schema `trust`. */
import type pg from 'pg';
import type { RevocationReason } from './encode.ts';
import type { Suite } from './kinds.ts';

export type Database = pg.Pool;
type Queryable = Pick<pg.Pool, 'query'>;

/** Runs `work` in one transaction on one connection; any error rolls back and is thrown on. */
export async function inTransaction<T>(
  db: Database,
  work: (client: pg.PoolClient) => Promise<T>,
): Promise<T> {
  const client = await db.connect();
  try {
    await client.query('BEGIN');
    const result = await work(client);
    await client.query('COMMIT');
    client.release();
    return result;
  } catch (error) {
    const undone = await client.query('ROLLBACK').then(
      () => true,
      () => false,
    );
    client.release(!undone);
    throw error;
  }
}

/** PostgreSQL's code of a broken uniqueness. */
export const isDuplicate = (error: unknown): boolean => (error as { code?: string }).code === '23505';

export interface AuthorityRow {
  readonly id: string;
  readonly generation: number;
  readonly domain: string | null;
  readonly suite: Suite;
  /** Null for a root, whose key is elsewhere. */
  readonly keyName: string | null;
  readonly keyIdentifier: string;
  readonly certificate: Buffer;
  readonly retiredAt: Date | null;
}

const authorityColumns = `id, generation, domain, suite, key_name AS "keyName", key_identifier AS "keyIdentifier",
  certificate, retired_at AS "retiredAt"`;

/** All authorities, newest generation first. */
export async function authorities(db: Queryable): Promise<AuthorityRow[]> {
  const { rows } = await db.query<AuthorityRow>(
    `SELECT ${authorityColumns} FROM authority ORDER BY id, generation DESC`,
  );
  return rows;
}

export async function nextGeneration(db: Queryable, id: string): Promise<number> {
  const { rows } = await db.query<{ next: number }>(
    `SELECT greatest((SELECT max(generation) FROM authority WHERE id = $1),
                     (SELECT max(generation) FROM authority_request WHERE id = $1), 0) + 1 AS next`,
    [id],
  );
  return rows[0]!.next;
}

export interface CertificateRow {
  readonly authority: string;
  readonly serial: string;
  readonly kind: string;
  readonly holder: string;
  readonly component: string | null;
  readonly domain: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly issuedAt: Date;
  readonly certificate: Buffer | null;
  readonly revokedAt: Date | null;
  readonly reason: RevocationReason | null;
}

export interface CertificateFilter {
  readonly holder?: string;
  readonly domain?: string;
  readonly serial?: string;
  readonly revoked?: boolean;
  /** Only those that end before. */
  readonly endsBefore?: Date;
  /** Only those that end after. */
  readonly endsAfter?: Date;
  readonly limit: number;
}

/** Issued certificates with their revocation, by holder, newest first. */
export async function certificates(db: Queryable, filter: CertificateFilter): Promise<CertificateRow[]> {
  const { rows } = await db.query<CertificateRow>(
    `SELECT i.authority, i.serial, i.kind, i.holder, i.component, i.domain, i.not_before AS "notBefore",
            i.not_after AS "notAfter", i.issued_at AS "issuedAt", i.certificate, r.revoked_at AS "revokedAt", r.reason
       FROM issued i LEFT JOIN revoked r USING (authority, serial)
      WHERE ($1::text IS NULL OR i.holder = $1 OR i.component = $1)
        AND ($2::text IS NULL OR i.domain = $2)
        AND ($3::text IS NULL OR i.serial = $3)
        AND ($4::boolean IS NULL OR (r.serial IS NOT NULL) = $4)
        AND ($5::timestamptz IS NULL OR i.not_after < $5)
        AND ($6::timestamptz IS NULL OR i.not_after > $6)
      ORDER BY i.holder, i.kind, i.issued_at DESC, i.serial LIMIT $7`,
    [
      filter.holder ?? null,
      filter.domain ?? null,
      filter.serial ?? null,
      filter.revoked ?? null,
      filter.endsBefore ?? null,
      filter.endsAfter ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** What an authority's list must hold: revoked and not over yet. */
export async function revokedOf(
  db: Queryable,
  authority: string,
  at: Date,
): Promise<{ serial: string; revokedAt: Date; reason: RevocationReason }[]> {
  const { rows } = await db.query(
    `SELECT r.serial, r.revoked_at AS "revokedAt", r.reason FROM revoked r JOIN issued i USING (authority, serial)
      WHERE r.authority = $1 AND i.not_after > $2 ORDER BY r.revoked_at, r.serial`,
    [authority, at],
  );
  return rows;
}

/** The newest list of each authority. */
export async function newestLists(
  db: Queryable,
): Promise<{ authority: string; number: number; nextUpdate: Date; thisUpdate: Date; list: Buffer }[]> {
  const { rows } = await db.query(
    `SELECT DISTINCT ON (authority) authority, number::float8 AS number, this_update AS "thisUpdate",
            next_update AS "nextUpdate", list
       FROM revocation_list ORDER BY authority, number DESC`,
  );
  return rows;
}

const maxDue = 1000;

/** The newest certificate in force of each holder and kind, where no more than a part of its life is left. */
export async function dueCertificates(db: Queryable, now: Date, leftPart: number): Promise<CertificateRow[]> {
  const { rows } = await db.query<CertificateRow>(
    `SELECT * FROM (
       SELECT DISTINCT ON (i.holder, i.kind) i.authority, i.serial, i.kind, i.holder, i.component, i.domain,
              i.not_before AS "notBefore", i.not_after AS "notAfter", i.issued_at AS "issuedAt", i.certificate,
              NULL::timestamptz AS "revokedAt", NULL::text AS reason
         FROM issued i
        WHERE i.not_after > $1
          AND NOT EXISTS (SELECT 1 FROM revoked r WHERE r.authority = i.authority AND r.serial = i.serial)
        ORDER BY i.holder, i.kind, i.issued_at DESC) newest
      WHERE $1 >= "notAfter" - ("notAfter" - "notBefore") * $2::float8 ORDER BY "notAfter" LIMIT ${maxDue}`,
    [now, leftPart],
  );
  return rows;
}
