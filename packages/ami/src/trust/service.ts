/**
 * The trust center as one thing: authorities, enrolment, the keys of meters, and the listener of EST. Whoever runs it
 * hands over a database, keys and the audit; its management routes are in `routes.ts`.
 */

import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import type { Actor, TrustAudit } from './audit.ts';
import { CertificateAuthority } from './authority/authority.ts';
import { type Database, dueCertificates } from './authority/database.ts';
import { readRequest } from './authority/read.ts';
import { newRequest } from './authority/request.ts';
import { CredentialSource, sealedCredential } from './credential-source.ts';
import { Enrolment } from './enrolment/enrolment.ts';
import { type EstServer, startEst } from './enrolment/est-server.ts';
import { GuardedKeys } from './guarded-keys.ts';
import type { KeyPort } from './key-port.ts';
import { MeterKeys } from './meter-keys.ts';
import { type Configured, policyValue } from './policy.ts';

export interface TrustCenterOptions {
  readonly db: Database;
  readonly keys: KeyPort;
  readonly audit: TrustAudit;
  /** A folder of its own, mode 0700. */
  readonly folder: string;
  /** Where EST listens, and the names under which it is reached. None: it does not listen. */
  readonly est?: { readonly host: string; readonly port: number; readonly names: readonly string[] };
  readonly configured?: Configured;
  readonly now?: () => Date;
  /** Told of what goes wrong in the background. */
  readonly onError?: (error: Error) => void;
}

const self: Actor = { kind: 'component', id: 'trust' };
const credentialKey = 'tls-credential';

export class TrustCenter {
  readonly authority: CertificateAuthority;
  readonly enrolment: Enrolment;
  readonly meters: MeterKeys;
  readonly keys: GuardedKeys;
  readonly db: Database;
  readonly #options: TrustCenterOptions;
  readonly #timers: NodeJS.Timeout[] = [];
  #credential: CredentialSource | undefined;
  #est: EstServer | undefined;
  #metersReady = false;

  private constructor(options: TrustCenterOptions) {
    this.#options = options;
    this.db = options.db;
    const configured = options.configured === undefined ? {} : { configured: options.configured };
    this.keys = new GuardedKeys(options.keys, {
      ...configured,
      onState: (state, reason) => {
        if (state !== 'working')
          options.onError?.(new Error(`the cryptographic module is ${state}: ${reason}`));
      },
    });
    const base = { ...options, keys: this.keys };
    this.authority = new CertificateAuthority({
      ...base,
      ...(options.est?.names[0] === undefined
        ? {}
        : { listAddress: (id) => `https://${options.est!.names[0]}:${options.est!.port}/crl/${id}.crl` }),
    });
    this.enrolment = new Enrolment({ ...base, authority: this.authority });
    this.meters = new MeterKeys(base);
  }

  /** Reads its books and begins to work; what fails later is tried again and told. */
  static async start(options: TrustCenterOptions): Promise<TrustCenter> {
    const center = new TrustCenter(options);
    await center.authority.load();
    await center.tend();
    const seconds = policyValue('trust.renewalRetrySeconds', options.configured);
    center.#timers.push(setInterval(() => void center.tend(), seconds * 1000).unref());
    return center;
  }

  /** What the trust center lacks to do all its work, or undefined. */
  waitsFor(): string | undefined {
    if (this.keys.state === 'resting') return 'its cryptographic module';
    if (this.authority.anchors.length === 0)
      return 'its authorities: wattward certificates init, then issue-ca';
    if (this.#options.est && !this.#est) return 'the authority of managed-network, to listen for enrolments';
    return undefined;
  }

  get est(): EstServer | undefined {
    return this.#est;
  }

  get credential(): CredentialSource | undefined {
    return this.#credential;
  }

  /** What is due: lists, its own certificate, the listener. Never throws. */
  async tend(): Promise<void> {
    try {
      if (!this.#metersReady) {
        await this.meters.ready();
        this.#metersReady = true;
      }
      await this.authority.publishLists();
      await this.#tellExpiring();
      await this.#credential?.renewIfDue();
      if (this.#options.est && !this.#est && this.authority.anchors.length > 0) await this.#listen();
    } catch (error) {
      this.#options.onError?.(error as Error);
    }
  }

  /** A root's new list, brought by hand. Errors: `trust/chain`, `trust/der`. */
  async takeRootList(list: Buffer, actor: Actor): Promise<void> {
    await this.authority.takeRootList(list, actor);
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearInterval(timer);
    this.#credential?.stop();
    await this.#est?.close();
  }

  async #listen(): Promise<void> {
    const { est, folder, configured, now, onError } = this.#options;
    this.#credential = await CredentialSource.open({
      store: sealedCredential(join(folder, 'tls.sealed'), this.keys, credentialKey),
      obtain: () => this.#ownCertificate(est!.names),
      ...(configured === undefined ? {} : { configured }),
      ...(now === undefined ? {} : { now }),
      ...(onError === undefined ? {} : { onFailure: onError }),
    });
    this.#est = await startEst({
      authority: this.authority,
      enrolment: this.enrolment,
      credential: this.#credential,
      host: est!.host,
      port: est!.port,
      ...(configured === undefined ? {} : { configured }),
      ...(now === undefined ? {} : { now }),
      ...(onError === undefined ? {} : { onError }),
    });
  }

  async #ownCertificate(names: readonly string[]) {
    const holder = { component: 'trust' };
    const { privateKey, request } = newRequest({ holder, hosts: names });
    const publicKey = readRequest(request).publicKey.info;
    const { chain } = await this.authority.issue({
      kind: 'tls',
      holder,
      hosts: names,
      publicKey,
      actor: self,
    });
    return { chain, key: privateKey };
  }

  readonly #told = new Set<string>();

  /** One warning for each certificate of a component that is close to its end and has no successor. */
  async #tellExpiring(): Promise<void> {
    const now = this.#options.now?.() ?? new Date();
    const leftPart = policyValue('trust.renewBeforePercent', this.#options.configured) / 100;
    for (const row of await dueCertificates(this.db, now, leftPart)) {
      if (this.#told.has(row.serial)) continue;
      this.#told.add(row.serial);
      await this.#options.audit.record({
        type: 'certificate.expiring',
        phase: 'outcome',
        outcome: 'success',
        actor: self,
        object: row.holder,
        correlation: randomUUID(),
        detail: { serial: row.serial, notAfter: row.notAfter.toISOString() },
      });
    }
  }
}
