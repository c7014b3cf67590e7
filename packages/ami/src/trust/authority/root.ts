/**
 * The offline root: a folder that is brought out to sign an issuing authority or the root's own revocation list, and
 * put away again. Its keys are wrapped under a key derived from a passphrase (PBKDF2, NIST SP 800-132); no process of
 * the system ever opens it, only the command that a person types.
 */
import { createSecretKey, pbkdf2Sync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeWholeNow } from '../../base/durable-file.ts';
import { type CertificateAlgorithm, es256, es384 } from '../algorithms.ts';
import { raiseTrust } from '../errors.ts';
import { FileKeys } from '../file-keys.ts';
import { afterLife, type Configured, policyValue } from '../policy.ts';
import { encodeListToBeSigned, type RevocationReason, signedWhole } from './encode.ts';
import { authorityPlace, kindOf, lifeParameter, type Suite } from './kinds.ts';
import { lint } from './lint.ts';
import { authoritySubject, encodeSubject, type Subject } from './names.ts';
import { readCertificate, readRequest } from './read.ts';

interface RootSuite {
  readonly suite: Suite;
  /** Base64 DER. */
  readonly certificate: string;
  listNumber: number;
  readonly signed: {
    readonly id: string;
    readonly generation: number;
    readonly serial: string;
    readonly signedAt: string;
    revokedAt?: string;
    reason?: RevocationReason;
  }[];
}

interface RootFile {
  readonly format: 'wattward-root-1';
  readonly salt: string;
  readonly rounds: number;
  readonly suites: RootSuite[];
}

const fileName = 'root.json';
const algorithmOf = (suite: Suite): CertificateAlgorithm => (suite === 2 ? es384 : es256);
const rootName = (suite: Suite) => (suite === 2 ? 'root-suite-2' : 'root');
const dayMs = 86_400_000;

export interface RootOptions {
  readonly configured?: Configured;
  readonly now?: () => Date;
}

export class OfflineRoot {
  readonly #folder: string;
  readonly #keys: FileKeys;
  readonly #file: RootFile;
  readonly #options: RootOptions;

  private constructor(folder: string, keys: FileKeys, file: RootFile, options: RootOptions) {
    this.#folder = folder;
    this.#keys = keys;
    this.#file = file;
    this.#options = options;
  }

  /** Makes the roots of both suites in an empty folder. Errors: `trust/root-exists`, `trust/root`. */
  static async create(folder: string, passphrase: string, options: RootOptions = {}): Promise<OfflineRoot> {
    if (existsSync(join(folder, fileName))) throw raiseTrust('root-exists', `${folder} holds a root already`);
    const least = policyValue('trust.passphraseCharacters', options.configured);
    if ([...passphrase].length < least)
      throw raiseTrust('root', `the passphrase has fewer than ${least} characters`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const file: RootFile = {
      format: 'wattward-root-1',
      salt: randomBytes(16).toString('base64'),
      rounds: policyValue('trust.passphraseRounds', options.configured),
      suites: [],
    };
    const root = new OfflineRoot(folder, openFolder(folder, passphrase, file), file, options);
    for (const suite of [1, 2] as const) await root.#makeRoot(suite);
    root.#save();
    return root;
  }

  /** Errors: `trust/root` when the folder holds none or the passphrase is wrong. */
  static async open(folder: string, passphrase: string, options: RootOptions = {}): Promise<OfflineRoot> {
    let file: RootFile;
    try {
      file = JSON.parse(readFileSync(join(folder, fileName), 'utf8')) as RootFile;
    } catch (cause) {
      throw raiseTrust('root', `${folder} holds no root`, { cause });
    }
    if (file.format !== 'wattward-root-1')
      throw raiseTrust('root', `${folder} holds no root of this version`);
    const keys = openFolder(folder, passphrase, file);
    try {
      await keys.list();
    } catch (cause) {
      throw raiseTrust('root', 'the passphrase is not the root’s', { cause });
    }
    return new OfflineRoot(folder, keys, file, options);
  }

  certificate(suite: Suite): Buffer {
    return Buffer.from(this.#suite(suite).certificate, 'base64');
  }

  /** What it has signed so far. */
  get signed(): readonly {
    suite: Suite;
    id: string;
    generation: number;
    serial: string;
    revokedAt?: string;
  }[] {
    return this.#file.suites.flatMap(({ suite, signed }) => signed.map((each) => ({ suite, ...each })));
  }

  /**
   * Signs the request of an issuing authority. Errors: `trust/no-authority`, `trust/request`, `trust/lint`,
   * `trust/authority-ends`.
   */
  async signAuthority(id: string, generation: number, request: Buffer): Promise<Buffer> {
    const place = authorityPlace(id);
    if (!place)
      throw raiseTrust('no-authority', `the profile has no domain for an authority ${id.slice(0, 60)}`);
    const asked = readRequest(request);
    const subject = authoritySubject(id, generation);
    if (!asked.subject.equals(encodeSubject(subject)))
      throw raiseTrust('request', 'the request names another authority');
    const root = this.#suite(place.suite);
    if (root.signed.some((each) => each.id === id && each.generation === generation))
      throw raiseTrust('request', `the root has signed ${id} ${generation} already`);
    const own = readCertificate(this.certificate(place.suite));
    const { certificate, serial } = await this.#sign(place.suite, 'issuing', {
      subject,
      publicKey: asked.publicKey.info,
      issuerPublicKey: own.publicKey.info,
      issuerNotAfter: own.notAfter,
    });
    root.signed.push({ id, generation, serial, signedAt: this.#now().toISOString() });
    this.#save();
    return certificate;
  }

  /** Revokes an issuing authority; its next list says so. Errors: `trust/no-certificate`. */
  revokeAuthority(id: string, generation: number, reason: RevocationReason): void {
    const entry = this.#file.suites
      .flatMap(({ signed }) => signed)
      .find((each) => each.id === id && each.generation === generation && each.revokedAt === undefined);
    if (!entry) throw raiseTrust('no-certificate', `the root has no ${id} ${generation} in force`);
    entry.revokedAt = this.#now().toISOString();
    entry.reason = reason;
    this.#save();
  }

  /** The root's own revocation list, DER. */
  async issueList(suite: Suite): Promise<Buffer> {
    const root = this.#suite(suite);
    const now = this.#now();
    root.listNumber = Math.max(root.listNumber + 1, Math.floor(now.getTime() / 1000));
    const thisUpdate = new Date(Math.floor(now.getTime() / 1000) * 1000);
    const lifeMs = policyValue('trust.rootRevocationListDays', this.#options.configured) * dayMs;
    const toBeSigned = encodeListToBeSigned({
      algorithm: algorithmOf(suite),
      issuer: authoritySubject(rootName(suite), 1),
      issuerPublicKey: readCertificate(this.certificate(suite)).publicKey.info,
      number: root.listNumber,
      thisUpdate,
      nextUpdate: new Date(thisUpdate.getTime() + lifeMs),
      revoked: root.signed
        .filter((each) => each.revokedAt !== undefined)
        .map((each) => ({
          serial: Buffer.from(each.serial, 'hex'),
          revokedAt: new Date(each.revokedAt!),
          reason: each.reason!,
        })),
    });
    this.#save();
    const signature = await this.#keys.sign(rootName(suite), toBeSigned);
    return signedWhole(toBeSigned, algorithmOf(suite), signature);
  }

  #now(): Date {
    return this.#options.now?.() ?? new Date();
  }

  #suite(suite: Suite): RootSuite {
    return this.#file.suites.find((each) => each.suite === suite)!;
  }

  async #makeRoot(suite: Suite): Promise<void> {
    const name = rootName(suite);
    const { publicKey } = await this.#keys.generate(name, algorithmOf(suite).keyPurpose);
    const { certificate } = await this.#sign(suite, 'root', {
      subject: authoritySubject(name, 1),
      publicKey: Buffer.from(publicKey!),
      issuerPublicKey: Buffer.from(publicKey!),
      issuerNotAfter: new Date(8.64e15),
    });
    this.#file.suites.push({ suite, certificate: certificate.toString('base64'), listNumber: 0, signed: [] });
  }

  async #sign(
    suite: Suite,
    kind: 'root' | 'issuing',
    whose: { subject: Subject; publicKey: Buffer; issuerPublicKey: Buffer; issuerNotAfter: Date },
  ): Promise<{ certificate: Buffer; serial: string }> {
    const now = this.#now();
    const { configured } = this.#options;
    const skewMs = policyValue('lines.clockSkewSeconds', configured) * 1000;
    const notBefore = new Date(Math.floor((now.getTime() - skewMs) / 1000) * 1000);
    const notAfter = afterLife(notBefore, lifeParameter(kind, undefined), configured);
    if (notAfter > whose.issuerNotAfter)
      throw raiseTrust('authority-ends', 'the root ends before the new authority would; make a new root');
    const algorithm = algorithmOf(suite);
    const plan = {
      kind: kindOf(kind),
      algorithm,
      serial: randomBytes(16),
      issuer: authoritySubject(rootName(suite), 1),
      subject: whose.subject,
      notBefore,
      notAfter,
      publicKey: whose.publicKey,
      issuerPublicKey: whose.issuerPublicKey,
      uris: [],
      hosts: [],
      listAddress: undefined,
    };
    const context = { issuerNotAfter: whose.issuerNotAfter, now, ...(configured ? { configured } : {}) };
    const toBeSigned = lint(plan, context);
    const certificate = signedWhole(
      toBeSigned,
      algorithm,
      await this.#keys.sign(rootName(suite), toBeSigned),
    );
    return { certificate, serial: readCertificate(certificate).serial };
  }

  #save(): void {
    const text = `${JSON.stringify(this.#file, null, 2)}\n`;
    writeWholeNow(join(this.#folder, fileName), Buffer.from(text), 0o600);
  }
}

function openFolder(folder: string, passphrase: string, { salt, rounds }: RootFile): FileKeys {
  const octets = pbkdf2Sync(passphrase.normalize('NFC'), Buffer.from(salt, 'base64'), rounds, 32, 'sha256');
  const master = createSecretKey(octets);
  octets.fill(0);
  return new FileKeys(join(folder, 'keys'), master);
}
