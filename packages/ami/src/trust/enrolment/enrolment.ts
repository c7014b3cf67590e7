/**
 * Who gets a certificate, and when (2.8.15.2): at once with a valid certificate of one's own or a key that a trusted
 * manufacturer announced, after an officer's approval otherwise, and not at all when the request does not prove
 * possession of its key or names what the profile does not have.
 */
import { createHash, randomUUID } from 'node:crypto';
import { type Actor, audited, type TrustAudit } from '../audit.ts';
import type { CertificateAuthority } from '../authority/authority.ts';
import { type Database, inTransaction, isDuplicate } from '../authority/database.ts';
import { domainOfHolder, type LeafKindId } from '../authority/kinds.ts';
import {
  checkHosts,
  encodeSubject,
  type Holder,
  holderLabel,
  holderOfUris,
  subjectOf,
} from '../authority/names.ts';
import { type ReadRequest, readRequest } from '../authority/read.ts';
import { raiseTrust } from '../errors.ts';
import { type Configured, policyValue } from '../policy.ts';
import type { Identity } from '../verify-chain.ts';
import { sameBinding } from './binding.ts';
import { readManufacturer, readShipment } from './shipment.ts';

export interface EnrolmentOptions {
  readonly db: Database;
  readonly authority: CertificateAuthority;
  readonly audit: TrustAudit;
  readonly configured?: Configured;
  readonly now?: () => Date;
}

/** A request as it came in. */
export interface Asked {
  readonly kind: LeafKindId;
  /** PKCS#10, DER. */
  readonly request: Uint8Array;
  /** Address of the peer. */
  readonly from: string;
  /** Of the peer's certificate, if it had one that verified. */
  readonly identity?: Identity;
  /** Channel binding of the connection. */
  readonly binding?: string;
}

export type Answer =
  | { readonly state: 'issued'; readonly chain: readonly Buffer[] }
  | { readonly state: 'waiting'; readonly id: string; readonly retryAfterSeconds: number };

export type EnrolmentState = 'waiting' | 'approved' | 'refused' | 'issued' | 'lapsed';

export interface EnrolmentRow {
  readonly id: string;
  readonly kind: LeafKindId;
  readonly holder: string;
  readonly keySha256: string;
  readonly state: EnrolmentState;
  readonly askedAt: Date;
  readonly askedFrom: string;
  readonly decidedBy: string | null;
  readonly reason: string | null;
  /** Whether this holder has a certificate of this kind in force already: then this is somebody with a second key. */
  readonly known: boolean;
}

interface Open {
  readonly id: string;
  readonly state: EnrolmentState;
  readonly holder: string;
  readonly names: { holder: Holder; hosts: string[] };
  readonly askedAt: Date;
  readonly correlation: string;
}

interface Wish {
  readonly asked: Asked;
  readonly read: ReadRequest;
  readonly holder: Holder;
  readonly label: string;
  readonly keySha256: string;
  readonly actor: Actor;
}

const hourMs = 3_600_000;

export class Enrolment {
  readonly #options: EnrolmentOptions;

  constructor(options: EnrolmentOptions) {
    this.#options = options;
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #policy(id: string): number {
    return policyValue(`trust.${id}`, this.#options.configured);
  }

  /**
   * A first enrolment, or its repetition (RFC 7030 section 4.2.1). Errors: `trust/request`, `trust/der`,
   * `trust/algorithm`, `trust/enrolment-full`, and those of `CertificateAuthority.issue`.
   */
  async enrol(asked: Asked): Promise<Answer> {
    return this.#exactlyAudited(asked, async () => {
      const wish = this.#read(asked);
      const open = await this.#open(wish);
      if (open) return this.#goOn(wish, open);
      const because = await this.#grounds(wish);
      return this.#begin(wish, because);
    });
  }

  /**
   * Renewal with a new key by who has a valid certificate of the same holder (RFC 7030 section 4.2.2).
   * Errors: as `enrol`.
   */
  async renew(asked: Asked): Promise<Answer> {
    return this.#exactlyAudited(asked, async () => {
      const wish = this.#read(asked);
      const { identity } = asked;
      if (!identity) throw raiseTrust('request', 'a renewal needs the certificate that is renewed');
      if (identity.label !== wish.label)
        throw raiseTrust('request', 'a renewal is for the holder of the certificate that is shown');
      const issued = await this.#options.authority.issue({
        kind: asked.kind,
        holder: wish.holder,
        hosts: wish.read.names.hosts,
        publicKey: wish.read.publicKey.info,
        actor: wish.actor,
        source: asked.from,
        replaces: identity.serial,
      });
      return { state: 'issued', chain: issued.chain };
    });
  }

  /** What is refused before it reaches the books still leaves its exact reason. */
  async #exactlyAudited<T>(asked: Asked, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      const { code = 'unexpected', detail = '' } = error as { code?: string; detail?: string };
      await this.#options.audit.record({
        type: 'certificate.refused',
        phase: 'outcome',
        outcome: 'refused',
        actor: { kind: 'device', id: asked.identity?.label ?? 'unknown' },
        source: asked.from,
        detail: { kind: asked.kind, code, reason: printable(detail) },
      });
      throw error;
    }
  }

  #read(asked: Asked): Wish {
    const read = readRequest(asked.request);
    if (read.challengePassword !== undefined) {
      if (asked.binding === undefined || !sameBinding(read.challengePassword, asked.binding))
        throw raiseTrust('request', 'the request is bound to another connection than the one it came on');
    }
    if (read.names.others > 0)
      throw raiseTrust('request', 'the alternative name has forms that are not given');
    const holder = holderOfUris(read.names.uris);
    if (asked.kind !== 'tls' && read.names.hosts.length > 0)
      throw raiseTrust('request', 'hosts stand in certificates for connections only');
    checkHosts(read.names.hosts, 8);
    const subject = encodeSubject(subjectOf(holder, domainOfHolder(holder.component)!));
    if (!read.subject.equals(subject))
      throw raiseTrust('request', 'the subject is not the one that belongs to the holder');
    const label = holderLabel(holder);
    return {
      asked,
      read,
      holder,
      label,
      keySha256: createHash('sha256').update(read.publicKey.info).digest('hex'),
      actor: { kind: holder.device === undefined ? 'component' : 'device', id: label },
    };
  }

  async #open(wish: Wish): Promise<Open | undefined> {
    const { rows } = await this.#options.db.query<Open>(
      `SELECT id, state, holder, names, asked_at AS "askedAt", correlation FROM enrolment
        WHERE key_sha256 = $1 AND kind = $2
          AND (state IN ('waiting', 'approved', 'issued') OR (state = 'refused' AND decided_at > $3))
        ORDER BY asked_at DESC LIMIT 1`,
      [wish.keySha256, wish.asked.kind, this.#oldest()],
    );
    const open = rows[0];
    // Asking again at once does not change an officer's mind; after the time of a decision it may be asked anew.
    if (open?.state === 'refused') throw raiseTrust('request', 'an officer has refused this key');
    if (open?.state !== 'waiting' || open.askedAt.getTime() > this.#oldest().getTime()) return open;
    await this.#options.db.query(
      `UPDATE enrolment SET state = 'lapsed' WHERE id = $1 AND state = 'waiting'`,
      [open.id],
    );
    return undefined;
  }

  #oldest(): Date {
    return new Date(this.#now().getTime() - this.#policy('enrolmentWaitHours') * hourMs);
  }

  async #goOn(wish: Wish, open: Open): Promise<Answer> {
    if (open.holder !== wish.label || open.names.hosts.join() !== wish.read.names.hosts.join())
      throw raiseTrust('request', 'the same key asked for another name before');
    if (open.state === 'waiting') return this.#waiting(open.id);
    if (open.state === 'approved') return this.#issue(wish, open.id, open.correlation);
    const chain = await this.#options.authority.certificateOfKey(wish.keySha256);
    if (!chain) throw raiseTrust('request', 'the certificate of this key is gone');
    return { state: 'issued', chain };
  }

  #waiting(id: string): Answer {
    return { state: 'waiting', id, retryAfterSeconds: this.#policy('enrolmentRetrySeconds') };
  }

  /** Why a request needs no officer, or undefined. */
  async #grounds(wish: Wish): Promise<string | undefined> {
    if (wish.asked.identity?.label === wish.label) return 'certificate';
    if (wish.holder.device === undefined) return undefined;
    const { rowCount } = await this.#options.db.query(
      `SELECT 1 FROM shipment s JOIN manufacturer m ON m.fingerprint = s.manufacturer AND m.withdrawn_at IS NULL
        WHERE s.device = $1 AND s.component = $2 AND s.key_sha256 = $3 LIMIT 1`,
      [wish.holder.device, wish.holder.component, wish.keySha256],
    );
    return rowCount === 1 ? 'shipment' : undefined;
  }

  async #begin(wish: Wish, because: string | undefined): Promise<Answer> {
    const [id, correlation] = [randomUUID().slice(0, 8), randomUUID()];
    await this.#options.audit.record({
      type: 'certificate.requested',
      phase: 'intent',
      outcome: 'pending',
      actor: wish.actor,
      object: wish.label,
      source: wish.asked.from,
      correlation,
      detail: {
        kind: wish.asked.kind,
        keySha256: wish.keySha256,
        enrolment: id,
        approval: because ?? 'officer',
      },
    });
    // The count and the entry are one statement, so that a flood cannot pass between them by much.
    const { rowCount } = await this.#options.db
      .query(
        `INSERT INTO enrolment (id, kind, holder, names, key_sha256, request, state, asked_at, asked_from, decided_at,
                                decided_by, reason, correlation)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12
          WHERE $7 <> 'waiting'
             OR (SELECT count(*) FROM enrolment WHERE state = 'waiting' AND asked_at > $13) < $14`,
        [
          id,
          wish.asked.kind,
          wish.label,
          JSON.stringify({ holder: wish.holder, hosts: wish.read.names.hosts }),
          wish.keySha256,
          wish.read.der,
          because === undefined ? 'waiting' : 'approved',
          this.#now(),
          wish.asked.from,
          because === undefined ? null : this.#now(),
          because ?? null,
          correlation,
          this.#oldest(),
          this.#policy('enrolmentPendingMaximum'),
        ],
      )
      .catch((error: unknown) => {
        throw isDuplicate(error) ? raiseTrust('request', 'the same request came twice at once') : error;
      });
    if (rowCount === 0) throw raiseTrust('enrolment-full');
    return because === undefined ? this.#waiting(id) : this.#issue(wish, id, correlation);
  }

  async #issue(wish: Wish, id: string, correlation: string): Promise<Answer> {
    const { authority } = this.#options;
    // Killed between the signature and the line below, the certificate is there already and belongs to this key.
    let chain = await authority.certificateOfKey(wish.keySha256);
    if (!chain) {
      const order = {
        kind: wish.asked.kind,
        holder: wish.holder,
        hosts: wish.read.names.hosts,
        publicKey: wish.read.publicKey.info,
        actor: wish.actor,
        source: wish.asked.from,
        correlation,
      };
      ({ chain } = await authority.issue(order));
    }
    await this.#options.db.query(`UPDATE enrolment SET state = 'issued' WHERE id = $1`, [id]);
    return { state: 'issued', chain };
  }

  // -------------------------------------------------------------- the officer

  async list(state: EnrolmentState | 'all' = 'waiting', limit = 1000): Promise<EnrolmentRow[]> {
    const { rows } = await this.#options.db.query<EnrolmentRow>(
      `SELECT e.id, e.kind, e.holder, e.key_sha256 AS "keySha256",
              CASE WHEN e.state = 'waiting' AND e.asked_at <= $2 THEN 'lapsed' ELSE e.state END AS state,
              e.asked_at AS "askedAt", e.asked_from AS "askedFrom", e.decided_by AS "decidedBy", e.reason,
              EXISTS (SELECT 1 FROM issued i LEFT JOIN revoked r USING (authority, serial)
                       WHERE i.holder = e.holder AND i.kind = e.kind AND i.key_sha256 <> e.key_sha256
                         AND r.serial IS NULL AND i.not_after > $3) AS known
         FROM enrolment e WHERE $1 = 'all' OR e.state = $1 ORDER BY e.asked_at, e.id LIMIT $4`,
      [state, this.#oldest(), this.#now(), limit],
    );
    return rows.filter((row) => state === 'all' || row.state === state);
  }

  /** The device gets its certificate when it asks again. Errors: `trust/no-enrolment`. */
  async approve(id: string, actor: Actor): Promise<void> {
    await this.#decide(id, actor, 'approved', 'certificate.confirmed', null);
  }

  /** Errors: `trust/no-enrolment`. */
  async refuse(id: string, actor: Actor, reason: string): Promise<void> {
    await this.#decide(id, actor, 'refused', 'certificate.refused', reason.slice(0, 200));
  }

  async #decide(
    id: string,
    actor: Actor,
    state: 'approved' | 'refused',
    type: string,
    reason: string | null,
  ): Promise<void> {
    const { rows } = await this.#options.db.query<{ holder: string; correlation: string; keySha256: string }>(
      `SELECT holder, correlation, key_sha256 AS "keySha256" FROM enrolment
        WHERE id = $1 AND state = 'waiting' AND asked_at > $2`,
      [id, this.#oldest()],
    );
    const found = rows[0];
    if (!found) throw raiseTrust('no-enrolment', `no enrolment ${id.slice(0, 40)} waits for a decision`);
    const { holder: object, correlation, keySha256 } = found;
    const detail = { enrolment: id, keySha256 };
    await audited(this.#options.audit, { type, actor, object, correlation, detail }, async () => {
      const { rowCount } = await this.#options.db.query(
        `UPDATE enrolment SET state = $2, decided_at = $3, decided_by = $4, reason = $5
          WHERE id = $1 AND state = 'waiting'`,
        [id, state, this.#now(), `${actor.kind}/${actor.id}`, reason],
      );
      if (rowCount === 0) throw raiseTrust('no-enrolment', `the enrolment ${id} was decided meanwhile`);
    });
  }

  // -------------------------------------------------------------- manufacturers

  /** Trusts a manufacturer's certificate for shipment files. Gives its fingerprint. Errors: `trust/shipment`. */
  async trustManufacturer(
    certificate: Uint8Array,
    actor: Actor,
  ): Promise<{ fingerprint: string; name: string }> {
    const { fingerprint, name, der } = readManufacturer(certificate);
    const action = { type: 'certificate.confirmed', actor, object: 'manufacturer', detail: { fingerprint } };
    await audited(this.#options.audit, action, async () => {
      await this.#options.db.query(
        `INSERT INTO manufacturer (fingerprint, name, certificate, trusted_by) VALUES ($1, $2, $3, $4)
         ON CONFLICT (fingerprint) DO UPDATE SET withdrawn_at = NULL`,
        [fingerprint, name, der, `${actor.kind}/${actor.id}`],
      );
    });
    return { fingerprint, name };
  }

  /** Takes a signed shipment file: its devices enrol by themselves. Gives how many are new. Errors: `trust/shipment`. */
  async addShipment(text: string, actor: Actor): Promise<{ devices: number; added: number }> {
    const shipment = await readShipment(text, (fingerprint) => this.#manufacturer(fingerprint), this.#now());
    const detail = {
      fileSha256: shipment.fileSha256,
      fingerprint: shipment.signer,
      devices: shipment.devices.length,
    };
    const action = { type: 'certificate.confirmed', actor, object: 'shipment', detail };
    return audited(this.#options.audit, action, () =>
      inTransaction(this.#options.db, async (client) => {
        const { rowCount } = await client.query(
          `INSERT INTO shipment (device, component, key_sha256, manufacturer, file_sha256)
           SELECT d.device, d.component, d."keySha256", $2, $3
             FROM jsonb_to_recordset($1::jsonb) AS d(device text, component text, "keySha256" text)
           ON CONFLICT DO NOTHING`,
          [JSON.stringify(shipment.devices), shipment.signer, shipment.fileSha256],
        );
        return { devices: shipment.devices.length, added: rowCount ?? 0 };
      }),
    );
  }

  async #manufacturer(fingerprint: string): Promise<Buffer | undefined> {
    const { rows } = await this.#options.db.query<{ certificate: Buffer }>(
      'SELECT certificate FROM manufacturer WHERE fingerprint = $1 AND withdrawn_at IS NULL',
      [fingerprint],
    );
    return rows[0]?.certificate;
  }
}

/** A reason may quote what came from outside; what is left is short, plain text without long runs that look like keys. */
function printable(text: string): string {
  return text
    .replace(/[^ -~]/g, '?')
    .replace(/[0-9A-Za-z+/=_-]{24,}/g, '…')
    .slice(0, 120);
}
