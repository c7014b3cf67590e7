/**
 * The key and certificate that a process shows in TLS, renewed while it runs (2.8.15.1): listeners and new connections
 * take the newest one without a restart, connections that stand keep theirs. The key lives in memory and, sealed under
 * a key of the key port, in a file, since TLS in Node cannot sign through a port.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext, type SecureContext } from 'node:tls';
import { writeDurably } from '../base/durable-file.ts';
import { readCertificate, toPem } from './authority/read.ts';
import { raiseTrust } from './errors.ts';
import type { KeyPort } from './key-port.ts';
import { type Configured, policyValue } from './policy.ts';
import { open, seal } from './sealed-file.ts';

export interface Credential {
  /** The certificate and its issuing authority, DER. */
  readonly chain: readonly Buffer[];
  readonly key: KeyObject;
}

/** Where a credential is kept between two starts. */
export interface CredentialStore {
  load(): Promise<Credential | undefined>;
  save(credential: Credential): Promise<void>;
}

export interface CredentialOptions {
  readonly store: CredentialStore;
  /** Gets a new key and certificate: the first ones (without `current`), or those that follow. */
  readonly obtain: (current: Credential | undefined) => Promise<Credential>;
  readonly configured?: Configured;
  readonly now?: () => Date;
  readonly onRenewed?: (credential: Credential) => void;
  readonly onFailure?: (error: Error, notAfter: Date) => void;
}

/** What a listener must have to be kept up to date: `https.Server`, `tls.Server`. */
export interface Refreshable {
  setSecureContext(options: { key: string; cert: string }): void;
}

export class CredentialSource {
  readonly #options: CredentialOptions;
  readonly #servers = new Set<Refreshable>();
  #current: Credential;
  #context: SecureContext | undefined;
  #timer: NodeJS.Timeout | undefined;
  #underWay: Promise<boolean> | undefined;

  private constructor(options: CredentialOptions, current: Credential) {
    this.#options = options;
    this.#current = current;
  }

  /** Loads what is kept, or obtains the first one. Errors: those of `obtain` and of the store. */
  static async open(options: CredentialOptions): Promise<CredentialSource> {
    let current = await options.store.load();
    const now = options.now?.() ?? new Date();
    if (current === undefined || readCertificate(current.chain[0]!).notAfter <= now) {
      current = await options.obtain(undefined);
      await options.store.save(current);
    }
    return new CredentialSource(options, current);
  }

  get current(): Credential {
    return this.#current;
  }

  get notAfter(): Date {
    return readCertificate(this.#current.chain[0]!).notAfter;
  }

  /** When renewal begins: a part of the life before its end. */
  get dueAt(): Date {
    const { notBefore, notAfter } = readCertificate(this.#current.chain[0]!);
    const left = policyValue('trust.renewBeforePercent', this.#options.configured) / 100;
    return new Date(notAfter.getTime() - (notAfter.getTime() - notBefore.getTime()) * left);
  }

  /** For `tls.createServer` and `tls.connect`: PEM of the current credential. */
  tlsOptions(): { key: string; cert: string } {
    return {
      key: this.#current.key.export({ format: 'pem', type: 'pkcs8' }) as string,
      cert: this.#current.chain.map((each) => toPem('CERTIFICATE', each)).join(''),
    };
  }

  /** The current credential as a context, made once for many connections. */
  get secureContext(): SecureContext {
    this.#context ??= createSecureContext(this.tlsOptions());
    return this.#context;
  }

  /** Keeps a listener's credential up to date; the function returned stops that. */
  attach(server: Refreshable): () => void {
    this.#servers.add(server);
    return () => this.#servers.delete(server);
  }

  /** Looks from time to time whether renewal is due, and renews. */
  start(): void {
    const everyMs = policyValue('trust.renewalRetrySeconds', this.#options.configured) * 1000;
    this.#timer = setInterval(() => void this.renewIfDue().catch(() => undefined), everyMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** Renews if it is due, or at any rate. Gives whether it did; a failure is told, kept for the caller, and tried again later. */
  renewIfDue(atAnyRate = false): Promise<boolean> {
    this.#underWay ??= this.#renew(atAnyRate).finally(() => {
      this.#underWay = undefined;
    });
    return this.#underWay;
  }

  async #renew(atAnyRate: boolean): Promise<boolean> {
    const now = this.#options.now?.() ?? new Date();
    if (!atAnyRate && now < this.dueAt) return false;
    try {
      const next = await this.#options.obtain(this.#current);
      // On the disk first: a certificate in use that a crash forgets would be lost for the next start.
      await this.#options.store.save(next);
      this.#current = next;
      this.#context = undefined;
      for (const server of this.#servers) server.setSecureContext(this.tlsOptions());
      this.#options.onRenewed?.(next);
      return true;
    } catch (error) {
      this.#options.onFailure?.(error as Error, this.notAfter);
      throw error;
    }
  }
}

const sealContext = 'wattward tls credential';

/** A credential in one file, sealed under a wrapping key of the key port. */
export function sealedCredential(path: string, keys: KeyPort, keyName: string): CredentialStore {
  return {
    async load() {
      let sealed: Buffer;
      try {
        sealed = readFileSync(path);
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
        throw error;
      }
      const text = (await gather(open(once(sealed), keys, keyName, sealContext))).toString('utf8');
      try {
        const { key, chain } = JSON.parse(text) as { key: string; chain: string[] };
        return {
          key: createPrivateKey({ key: Buffer.from(key, 'base64'), format: 'der', type: 'pkcs8' }),
          chain: chain.map((each) => Buffer.from(each, 'base64')),
        };
      } catch (cause) {
        throw raiseTrust('key-file', `${path} holds no credential`, { cause });
      }
    },
    async save({ key, chain }) {
      const text = JSON.stringify({
        key: (key.export({ format: 'der', type: 'pkcs8' }) as Buffer).toString('base64'),
        chain: chain.map((each) => each.toString('base64')),
      });
      const known = await keys.list();
      if (!known.some(({ name }) => name === keyName)) await keys.generate(keyName, 'wrap');
      await writeDurably(
        path,
        await gather(seal(once(Buffer.from(text)), keys, keyName, sealContext)),
        0o600,
      );
    },
  };
}

async function* once(octets: Buffer): AsyncGenerator<Uint8Array> {
  yield octets;
}

async function gather(stream: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for await (const part of stream) parts.push(part);
  return Buffer.concat(parts);
}
