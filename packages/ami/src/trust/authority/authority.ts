/**
 * The issuing authorities of the domains (2.8.15): they sign what the kinds permit, after the check, with an audit
 * record before and after every signature, and keep books of everything they signed or were about to sign.
 */
import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { es384 } from '../algorithms.ts';
import { type Action, type Actor, audited, type TrustAudit } from '../audit.ts';
import { raiseTrust } from '../errors.ts';
import type { KeyPort } from '../key-port.ts';
import { afterLife, type Configured, policyValue } from '../policy.ts';
import { RevocationLists } from '../revocation.ts';
import { enterRootList, installSignedAuthority, makeAuthorityRequest } from './authority-request.ts';
import {
  type AuthorityRow,
  authorities,
  certificates,
  type Database,
  isDuplicate,
  newestLists,
} from './database.ts';
import { type CertificatePlan, type RevocationReason, signedWhole } from './encode.ts';
import { authorityPlaces, domainOfHolder, kindOf, type LeafKindId, lifeParameter } from './kinds.ts';
import { lint } from './lint.ts';
import { ListPublisher, type PublishedList } from './lists.ts';
import {
  authoritySubject,
  checkHolder,
  checkHosts,
  type Holder,
  holderLabel,
  holderUris,
  subjectOf,
} from './names.ts';
import { type ReadCertificate, readCertificate, readList, readPublicKey, signedBy } from './read.ts';

const maxHosts = 8;

export interface AuthorityOptions {
  readonly db: Database;
  readonly keys: KeyPort;
  readonly audit: TrustAudit;
  readonly configured?: Configured;
  /** Security time. */
  readonly now?: () => Date;
  /** Where the list of an authority (`utility-edge-1`: its id and generation) can be fetched; none: certificates do not say. */
  readonly listAddress?: (authority: string) => string | undefined;
}

export interface IssueOrder {
  readonly kind: LeafKindId;
  readonly holder: Holder;
  readonly hosts?: readonly string[];
  /** SubjectPublicKeyInfo, DER, whose owner has proven to have the other half. */
  readonly publicKey: Buffer;
  /** Serial of the certificate that this one follows. */
  readonly replaces?: string;
  readonly actor: Actor;
  readonly source?: string;
  readonly correlation?: string;
}

export interface IssuedCertificate {
  readonly certificate: Buffer;
  /** The certificate and its issuing authority, DER. */
  readonly chain: readonly Buffer[];
  readonly authority: string;
  readonly serial: string;
  readonly notAfter: Date;
}

interface Active {
  readonly row: AuthorityRow;
  readonly read: ReadCertificate;
}

const keyUsed = () =>
  raiseTrust('request', 'this key has a certificate already; each certificate has a key of its own');

/** Told of each revocation, before the revoking action ends. */
export type RevocationListener = (
  lists: readonly PublishedList[],
  authority: string,
  serial: string,
) => unknown;

export class CertificateAuthority {
  readonly #options: AuthorityOptions;
  readonly #publisher: ListPublisher;
  readonly #listeners = new Set<RevocationListener>();
  /** What this process knows to be revoked; verifiers in it may use it. */
  readonly revocation = new RevocationLists();
  #active: Active[] = [];
  #anchors: readonly Buffer[] = [];

  constructor(options: AuthorityOptions) {
    this.#options = options;
    this.#publisher = new ListPublisher(options, () => this.#now());
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  /** Reads authorities and lists; called at the start and after an authority was installed. */
  async load(): Promise<void> {
    const rows = await authorities(this.#options.db);
    this.#active = rows.map((row) => ({ row, read: readCertificate(row.certificate) }));
    this.#anchors = rows.filter(({ keyName }) => keyName === null).map(({ certificate }) => certificate);
    const reads = this.#active.map(({ read }) => read);
    for (const { list } of await newestLists(this.#options.db)) this.revocation.accept(list, reads);
    const revoked = await certificates(this.#options.db, {
      revoked: true,
      endsAfter: this.#now(),
      limit: 1_000_000,
    });
    for (const { authority, serial, revokedAt, reason } of revoked)
      this.revocation.push(authority, serial, { revokedAt: revokedAt!, reason: reason! });
  }

  /** Roots, DER; the same list until authorities are read anew. */
  get anchors(): readonly Buffer[] {
    return this.#anchors;
  }

  /** All authorities: what EST answers as cacerts, DER, roots first. */
  get authorityCertificates(): readonly Buffer[] {
    const inUse = this.#active.filter(({ row }) => row.retiredAt === null);
    return [...inUse]
      .sort((a, b) => Number(a.row.keyName !== null) - Number(b.row.keyName !== null))
      .map(({ row }) => row.certificate);
  }

  onRevocation(listener: RevocationListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #authorityFor(domain: string, suite: 1 | 2): Active {
    const place = authorityPlaces().find((each) => each.domain === domain && each.suite === suite);
    // Rows come newest generation first.
    const active =
      place && this.#active.find(({ row }) => row.id === place.id && row.retiredAt === null && row.keyName);
    if (!active) throw raiseTrust('no-authority', `there is no authority for ${domain}, suite ${suite}`);
    return active;
  }

  #plan(order: IssueOrder, notBefore: Date): { plan: CertificatePlan; issuer: Active } {
    checkHolder(order.holder);
    checkHosts(order.hosts ?? [], maxHosts);
    const kind = kindOf(order.kind);
    const { algorithm } = readPublicKey(order.publicKey);
    const domain = domainOfHolder(order.holder.component)!;
    const issuer = this.#authorityFor(domain, algorithm === es384 ? 2 : 1);
    const uris = holderUris(order.holder);
    return {
      issuer,
      plan: {
        kind,
        algorithm: issuer.read.publicKey.algorithm,
        serial: randomBytes(16),
        issuer: authoritySubject(issuer.row.id, issuer.row.generation),
        subject: subjectOf(order.holder, domain),
        notBefore,
        notAfter: afterLife(
          notBefore,
          lifeParameter(order.kind, order.holder.component),
          this.#options.configured,
        ),
        publicKey: order.publicKey,
        issuerPublicKey: issuer.read.publicKey.info,
        uris,
        hosts: order.hosts ?? [],
        listAddress: this.#options.listAddress?.(`${issuer.row.id}-${issuer.row.generation}`),
      },
    };
  }

  /**
   * Issues one certificate. Errors: `trust/request`, `trust/no-authority`, `trust/authority-ends`, `trust/lint`,
   * `trust/module-unavailable`, and what the audit and the store raise; nothing is signed then, or nothing that was
   * signed is handed out.
   */
  async issue(order: IssueOrder): Promise<IssuedCertificate> {
    const correlation = order.correlation ?? randomUUID();
    const keySha256 = createHash('sha256').update(order.publicKey).digest('hex');
    const action: Action = {
      type: order.replaces === undefined ? 'certificate.issued' : 'certificate.renewed',
      actor: order.actor,
      object: holderLabel(order.holder),
      correlation,
      detail: { kind: order.kind, keySha256 },
      ...(order.source === undefined ? {} : { source: order.source }),
    };
    return audited(this.#options.audit, action, (act) =>
      this.#issueRecorded(order, correlation, keySha256, act),
    );
  }

  async #issueRecorded(
    order: IssueOrder,
    correlation: string,
    keySha256: string,
    act: (detail: Action['detail']) => Promise<void>,
  ): Promise<IssuedCertificate> {
    const now = this.#now();
    // Begins a little early, so that a receiver whose clock is a little late takes it.
    const skewMs = policyValue('lines.clockSkewSeconds', this.#options.configured) * 1000;
    const notBefore = new Date(Math.floor((now.getTime() - skewMs) / 1000) * 1000);
    const { plan, issuer } = this.#plan(order, notBefore);
    if (plan.notAfter > issuer.read.notAfter)
      throw raiseTrust(
        'authority-ends',
        `the authority ${issuer.row.id} ends too early for this certificate`,
      );
    const toBeSigned = await this.#lintRecorded(plan, issuer, order, correlation, now);
    const serial = BigInt(`0x${Buffer.from(plan.serial).toString('hex')}`).toString(16);
    const serialHex = serial.length % 2 === 0 ? serial : `0${serial}`;
    await this.#enter(order, plan, issuer, serialHex, keySha256, correlation);
    const signature = await this.#options.keys.sign(issuer.row.keyName!, toBeSigned);
    const certificate = signedWhole(toBeSigned, plan.algorithm, signature);
    // A module that signs wrongly is found here and not by a meter in the field.
    if (!signedBy(readCertificate(certificate), issuer.read.publicKey))
      throw raiseTrust('module-unavailable', 'the key port gave a signature that does not verify');
    await act({ authority: issuer.row.id, serial: serialHex });
    await this.#keep(issuer, serialHex, certificate);
    return {
      certificate,
      chain: [certificate, issuer.row.certificate],
      authority: issuer.row.keyIdentifier,
      serial: serialHex,
      notAfter: plan.notAfter,
    };
  }

  async #lintRecorded(
    plan: CertificatePlan,
    issuer: Active,
    order: IssueOrder,
    correlation: string,
    now: Date,
  ): Promise<Buffer> {
    const { configured, audit } = this.#options;
    try {
      return lint(plan, { issuerNotAfter: issuer.read.notAfter, now, ...(configured ? { configured } : {}) });
    } catch (error) {
      await audit.record({
        type: 'certificate.lint.failed',
        phase: 'outcome',
        outcome: 'refused',
        actor: order.actor,
        object: holderLabel(order.holder),
        correlation,
        detail: { rule: (error as { detail?: string }).detail?.slice(0, 100) ?? 'unexpected' },
      });
      throw error;
    }
  }

  async #enter(
    order: IssueOrder,
    plan: CertificatePlan,
    issuer: Active,
    serial: string,
    keySha256: string,
    correlation: string,
  ): Promise<void> {
    const { rowCount } = await this.#options.db.query(
      `INSERT INTO issued (authority, serial, kind, holder, component, domain, key_sha256, not_before, not_after,
                           replaces, correlation)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE NOT EXISTS (SELECT 1 FROM issued WHERE key_sha256 = $7 AND certificate IS NOT NULL)`,
      [
        issuer.row.keyIdentifier,
        serial,
        plan.kind.id,
        holderLabel(order.holder),
        order.holder.component ?? null,
        issuer.row.domain,
        keySha256,
        plan.notBefore,
        plan.notAfter,
        order.replaces ?? null,
        correlation,
      ],
    );
    if (rowCount === 0) throw keyUsed();
  }

  /** Two orders for one key at once: the second finds out here, and its certificate is handed to nobody. */
  async #keep(issuer: Active, serial: string, certificate: Buffer): Promise<void> {
    try {
      await this.#options.db.query(
        'UPDATE issued SET certificate = $3 WHERE authority = $1 AND serial = $2',
        [issuer.row.keyIdentifier, serial, certificate],
      );
    } catch (error) {
      throw isDuplicate(error) ? keyUsed() : error;
    }
  }

  /** The certificate of a key, with its chain, or undefined. */
  async certificateOfKey(keySha256: string): Promise<readonly Buffer[] | undefined> {
    const { rows } = await this.#options.db.query<{ certificate: Buffer }>(
      'SELECT certificate FROM issued WHERE key_sha256 = $1 AND certificate IS NOT NULL',
      [keySha256],
    );
    return rows[0] && this.completeChain(rows[0].certificate);
  }

  /** A certificate of ours with the authority that signed it; peers seldom send it along. Errors: `trust/chain`. */
  completeChain(certificate: Buffer): readonly Buffer[] {
    const { authorityKeyIdentifier } = readCertificate(certificate);
    const issuer = this.#active.find(
      ({ row }) => row.keyIdentifier === authorityKeyIdentifier && row.keyName,
    );
    if (!issuer) throw raiseTrust('chain', 'the certificate is of no authority of this system');
    return [certificate, issuer.row.certificate];
  }

  /**
   * Revokes a certificate; it counts in this process and with every listener before this resolves, and the list that
   * says so is published. Errors: `trust/no-certificate`.
   */
  async revoke(serial: string, reason: RevocationReason, actor: Actor): Promise<void> {
    const [found] = await certificates(this.#options.db, { serial, limit: 1 });
    if (!found || found.revokedAt !== null)
      throw raiseTrust(
        'no-certificate',
        `there is no certificate in force with the serial ${serial.slice(0, 40)}`,
      );
    const correlation = randomUUID();
    const action = {
      type: 'certificate.revoked',
      actor,
      object: found.holder,
      correlation,
      detail: { serial, reason },
    };
    await audited(this.#options.audit, action, async (act) => {
      const { rows } = await this.#options.db.query<{ at: Date }>(
        `INSERT INTO revoked (authority, serial, reason, revoked_by, correlation) VALUES ($1, $2, $3, $4, $5)
         RETURNING revoked_at AS at`,
        [found.authority, serial, reason, `${actor.kind}/${actor.id}`, correlation],
      );
      this.revocation.push(found.authority, serial, { revokedAt: rows[0]!.at, reason });
      await act({});
      const lists = await this.publishLists(found.authority);
      for (const listener of this.#listeners) await listener(lists, found.authority, serial);
    });
  }

  /** Publishes the list of one authority, or of all whose list is due. Gives those that are new. */
  async publishLists(only?: string): Promise<readonly PublishedList[]> {
    const published: PublishedList[] = [];
    for (const { row, read } of this.#active) {
      if (row.keyName === null || (only !== undefined && row.keyIdentifier !== only)) continue;
      const list = await this.#publisher.publish(row, read, only !== undefined);
      if (list) {
        this.revocation.accept(list.der, [read]);
        published.push(list);
      }
    }
    return published;
  }

  /** The newest list of an authority, by its id or by id and generation (`utility-edge-1`), DER, or undefined. */
  async listOf(authority: string): Promise<Buffer | undefined> {
    const row = this.#active.find(
      ({ row: each }) => each.id === authority || `${each.id}-${each.generation}` === authority,
    )?.row;
    const lists = row ? await newestLists(this.#options.db) : [];
    return lists.find((each) => each.authority === row?.keyIdentifier)?.list;
  }

  /** All newest lists, DER; what a component loads at its start. */
  async lists(): Promise<readonly Buffer[]> {
    return (await newestLists(this.#options.db)).map(({ list }) => list);
  }

  // -------------------------------------------------------------- authorities themselves

  /** Takes a root's new list, brought by hand. Errors: `trust/chain`, `trust/der`. */
  async takeRootList(list: Buffer, actor: Actor): Promise<void> {
    const read = readList(list);
    const root = this.#active.find(
      (each) => each.row.keyName === null && each.row.keyIdentifier === read.authorityKeyIdentifier,
    );
    if (!root) throw raiseTrust('chain', 'the list is of no root in use');
    const detail = { number: read.number, entries: read.revoked.size };
    await audited(
      this.#options.audit,
      { type: 'certificate.list.issued', actor, object: root.row.id, detail },
      async () => {
        await enterRootList(this.#options.db, root.read, list);
        this.revocation.accept(list, [root.read]);
      },
    );
  }

  /** Makes the key of a new issuing authority and the request that the offline root signs. */
  async requestAuthority(id: string, actor: Actor): Promise<{ generation: number; request: Buffer }> {
    return makeAuthorityRequest(this.#options, id, actor);
  }

  /**
   * Installs what the offline root signed: the root itself and its list, and the authority's certificate, which must
   * be for the key that was requested. Errors: `trust/no-authority`, `trust/chain`.
   */
  async installAuthority(
    id: string,
    delivered: { root: Buffer; rootList: Buffer; certificate: Buffer },
    actor: Actor,
  ): Promise<void> {
    await installSignedAuthority(this.#options, id, delivered, actor);
    await this.load();
    await this.publishLists();
  }
}
