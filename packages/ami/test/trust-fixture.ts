/** A trust center for the tests of one file: real PostgreSQL, keys in files, an offline root, all authorities. */
import assert from 'node:assert/strict';
import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { profile } from '@wattward/profile';
import { findLeak } from '../src/audit/secrets.ts';
import { WattwardError } from '../src/base/errors.ts';
import { openPool, type Pool } from '../src/store/database.ts';
import { readyStore } from '../src/store/store.ts';
import type { Actor, TrustAudit, TrustEvent } from '../src/trust/audit.ts';
import { CertificateAuthority } from '../src/trust/authority/authority.ts';
import { authorityPlaces } from '../src/trust/authority/kinds.ts';
import { OfflineRoot } from '../src/trust/authority/root.ts';
import { FileKeys, masterKeyFile } from '../src/trust/file-keys.ts';
import type { KeyPort } from '../src/trust/key-port.ts';
import { trustMigrations } from '../src/trust/migrations.ts';
import { type TestServer, testServer } from './postgres.ts';

export const officer: Actor = { kind: 'user', id: 'ida' };
export const passphrase = 'correct horse battery';
/** Few rounds, so that the tests spend their time elsewhere. */
export const quick = { 'trust.passphraseRounds': 1000 };

const catalogue = new Set(profile().auditEvents.map(({ id }) => id));

/** Takes records as the real audit does: known types, nothing that looks like a secret; `away` makes it refuse. */
export class RecordingAudit implements TrustAudit {
  readonly events: TrustEvent[] = [];
  away = false;

  async record(event: TrustEvent): Promise<void> {
    if (this.away)
      throw new WattwardError('audit/unavailable', { kind: 'storage', meaning: '', remedy: '' }, 'away');
    assert.ok(catalogue.has(event.type), `the catalogue lacks ${event.type}`);
    assert.equal(findLeak(event), undefined, JSON.stringify(event));
    this.events.push(event);
  }

  /** `type phase outcome` of those after `mark`. */
  since(mark: number): string[] {
    return this.events.slice(mark).map(({ type, phase, outcome }) => `${type} ${phase} ${outcome}`);
  }
}

export interface TrustFixture extends AsyncDisposable {
  readonly folder: string;
  readonly server: TestServer;
  readonly db: Pool;
  readonly keys: KeyPort;
  readonly audit: RecordingAudit;
  readonly root: OfflineRoot;
  readonly authority: CertificateAuthority;
  /** Security time as the authority sees it; moved by tests. */
  readonly clock: { offsetMs: number };
}

export const dayMs = 86_400_000;

/** Starts everything; with `authorities: false` only the store and the keys. */
export async function trustFixture(
  options: { authorities?: boolean; keys?: KeyPort } = {},
): Promise<TrustFixture> {
  const folder = mkdtempSync(join(tmpdir(), 'wattward-trust-'));
  const server = await testServer();
  const { connections } = await readyStore(server.server.administrator, [
    { component: 'trust', migrations: trustMigrations() },
  ]);
  const db = openPool(connections.get('trust')!, { size: 6, applicationName: 'test' }, () => undefined);
  const keys = options.keys ?? new FileKeys(join(folder, 'keys'), masterKeyFile(join(folder, 'master')));
  const audit = new RecordingAudit();
  const clock = { offsetMs: 0 };
  const now = () => new Date(Date.now() + clock.offsetMs);
  const authority = new CertificateAuthority({ db, keys, audit, now });
  const root = await OfflineRoot.create(join(folder, 'root'), passphrase, { configured: quick });
  if (options.authorities !== false) await installAll(authority, root);
  return {
    folder,
    server,
    db,
    keys,
    audit,
    root,
    authority,
    clock,
    async [Symbol.asyncDispose]() {
      await db.end();
      await server[Symbol.asyncDispose]();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export async function installAll(authority: CertificateAuthority, root: OfflineRoot): Promise<void> {
  for (const { id, suite } of authorityPlaces()) {
    const { generation, request } = await authority.requestAuthority(id, officer);
    const certificate = await root.signAuthority(id, generation, request);
    const delivered = { root: root.certificate(suite), rootList: await root.issueList(suite), certificate };
    await authority.installAuthority(id, delivered, officer);
  }
}

export function keyPair(curve = 'prime256v1'): { privateKey: KeyObject; publicKey: Buffer } {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  return { privateKey: pair.privateKey, publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }) };
}

export const code = (expected: string) => (error: unknown) => {
  assert.ok(error instanceof WattwardError, String(error));
  assert.equal(error.code, expected, error.detail);
  return true;
};
