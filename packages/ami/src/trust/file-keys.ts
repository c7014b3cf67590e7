/**
 * Keys in files: one JSON file a key in a folder only its owner may enter. Every secret in them is wrapped (AES-256
 * key wrap with padding, RFC 5649) under a master key that stands in a file of its own, so that a copied key folder
 * alone opens nothing.
 */
import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign,
} from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { writeDurably, writeWholeNow } from '../base/durable-file.ts';
import { raiseTrust } from './errors.ts';
import { type KeyDescription, type KeyPort, type KeyPurpose, keyPurposes, signs } from './key-port.ts';

interface KeyFile {
  readonly purpose: KeyPurpose;
  readonly createdAt: string;
  readonly publicKey?: string;
  /** Base64 of the wrapped secret: PKCS#8 for signing keys, the octets themselves for others. */
  readonly wrapped: string;
}

const keyName = /^[a-z][a-z0-9.-]{0,63}$/;
const masterOctets = 32;
const privateMode = 0o600;

// RFC 3394 section 2.2.3.1 and RFC 5649 section 3.
const wrapIv = Buffer.alloc(8, 0xa6);
const paddedWrapIv = Buffer.from('a65959a6', 'hex');

/** Wraps under AES-256 (RFC 3394); the secret's length is a multiple of 8 octets, at least 16. */
export function wrapSecret(kek: KeyObject, secret: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap', kek, wrapIv);
  return Buffer.concat([cipher.update(secret), cipher.final()]);
}

/** Errors: `trust/wrong-key`. */
export function unwrapSecret(kek: KeyObject, wrapped: Uint8Array): Buffer {
  return unwrapWith('id-aes256-wrap', wrapIv, kek, wrapped);
}

function wrapPadded(kek: KeyObject, secret: Uint8Array): Buffer {
  const cipher = createCipheriv('id-aes256-wrap-pad', kek, paddedWrapIv);
  return Buffer.concat([cipher.update(secret), cipher.final()]);
}

function unwrapWith(algorithm: string, iv: Buffer, kek: KeyObject, wrapped: Uint8Array): Buffer {
  try {
    const decipher = createDecipheriv(algorithm, kek, iv);
    return Buffer.concat([decipher.update(wrapped), decipher.final()]);
  } catch {
    // The cause of a failed unwrap is one and the same to the outside.
    throw raiseTrust('wrong-key');
  }
}

/** Reads a master key, or makes one when the file is not there. Errors: `trust/key-file`. */
export function masterKeyFile(path: string): KeyObject {
  let octets: Buffer;
  try {
    octets = readPrivate(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    octets = Buffer.from(randomBytes(masterOctets).toString('hex'));
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeWholeNow(path, octets, privateMode);
  }
  const hex = octets.toString('latin1').trim();
  if (!/^[0-9a-f]{64}$/.test(hex)) throw raiseTrust('key-file', `${path} does not hold a master key`);
  return createSecretKey(Buffer.from(hex, 'hex'));
}

function readPrivate(path: string): Buffer {
  const { mode } = statSync(path);
  if ((mode & 0o077) !== 0)
    throw raiseTrust('key-file', `others may read ${path} (mode ${(mode & 0o777).toString(8)})`);
  return readFileSync(path);
}

/** Keys in the files of a folder, under a master key. */
export class FileKeys implements KeyPort {
  readonly #folder: string;
  readonly #master: KeyObject;
  readonly #loaded = new Map<string, { description: KeyDescription; key: KeyObject }>();

  constructor(folder: string, master: KeyObject) {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    this.#folder = folder;
    this.#master = master;
  }

  async list(): Promise<readonly KeyDescription[]> {
    const names = readdirSync(this.#folder).filter((file) => file.endsWith('.json'));
    return names.sort().map((file) => this.#load(file.slice(0, -'.json'.length)).description);
  }

  async describe(name: string): Promise<KeyDescription> {
    return this.#load(name).description;
  }

  async generate(name: string, purpose: KeyPurpose): Promise<KeyDescription> {
    const path = this.#path(name);
    if (statSync(path, { throwIfNoEntry: false }))
      throw raiseTrust('key-exists', `there is a key ${name} already`);
    const made = makeKey(purpose);
    const content: KeyFile = {
      purpose,
      createdAt: new Date().toISOString(),
      ...(made.publicKey ? { publicKey: made.publicKey.toString('base64') } : {}),
      wrapped: wrapPadded(this.#master, made.secret).toString('base64'),
    };
    made.secret.fill(0);
    await writeDurably(path, Buffer.from(`${JSON.stringify(content, null, 2)}\n`), privateMode);
    return this.#load(name).description;
  }

  async sign(name: string, message: Uint8Array): Promise<Uint8Array> {
    const { description, key } = this.#load(name);
    if (description.purpose === 'sign-log') return sign(null, message, key);
    if (description.purpose === 'sign-384')
      return sign('sha384', message, { key, dsaEncoding: 'ieee-p1363' });
    this.#expect(description, 'sign');
    return sign('sha256', message, { key, dsaEncoding: 'ieee-p1363' });
  }

  async wrap(name: string, secret: Uint8Array): Promise<Uint8Array> {
    const { description, key } = this.#load(name);
    this.#expect(description, 'wrap');
    return wrapSecret(key, secret);
  }

  async unwrap(name: string, wrapped: Uint8Array): Promise<Uint8Array> {
    const { description, key } = this.#load(name);
    this.#expect(description, 'wrap');
    return unwrapSecret(key, wrapped);
  }

  async derive(name: string, label: string): Promise<Uint8Array> {
    const { description, key } = this.#load(name);
    this.#expect(description, 'derive');
    return createHmac('sha256', key).update(label, 'utf8').digest();
  }

  async destroy(name: string): Promise<void> {
    this.#load(name);
    this.#loaded.delete(name);
    rmSync(this.#path(name));
  }

  #path(name: string): string {
    if (!keyName.test(name))
      throw raiseTrust('no-key', 'a key’s name has small letters, digits, dots and dashes');
    return join(this.#folder, `${name}.json`);
  }

  #expect(description: KeyDescription, purpose: KeyPurpose): void {
    if (description.purpose !== purpose) {
      throw raiseTrust(
        'no-key',
        `the key ${description.name} is for ${description.purpose}, not for ${purpose}`,
      );
    }
  }

  #load(name: string): { description: KeyDescription; key: KeyObject } {
    const known = this.#loaded.get(name);
    if (known) return known;
    const path = this.#path(name);
    let text: string;
    try {
      text = readPrivate(path).toString('utf8');
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT')
        throw raiseTrust('no-key', `there is no key ${name}`);
      throw error;
    }
    const file = parseKeyFile(text, path);
    const secret = unwrapWith(
      'id-aes256-wrap-pad',
      paddedWrapIv,
      this.#master,
      Buffer.from(file.wrapped, 'base64'),
    );
    const isPair = signs(file.purpose);
    const key = isPair
      ? createPrivateKey({ key: secret, format: 'der', type: 'pkcs8' })
      : createSecretKey(secret);
    secret.fill(0);
    const publicKey = isPair ? createPublicKey(key).export({ format: 'der', type: 'spki' }) : undefined;
    const loaded = {
      description: { name, purpose: file.purpose, createdAt: new Date(file.createdAt), publicKey },
      key,
    };
    this.#loaded.set(name, loaded);
    return loaded;
  }
}

function makeKey(purpose: KeyPurpose): { secret: Buffer; publicKey?: Buffer } {
  if (purpose === 'wrap' || purpose === 'derive') return { secret: randomBytes(32) };
  const pair =
    purpose === 'sign-log'
      ? generateKeyPairSync('ed25519')
      : generateKeyPairSync('ec', { namedCurve: purpose === 'sign-384' ? 'secp384r1' : 'prime256v1' });
  return {
    secret: pair.privateKey.export({ format: 'der', type: 'pkcs8' }),
    publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }),
  };
}

function parseKeyFile(text: string, path: string): KeyFile {
  try {
    const file = JSON.parse(text) as KeyFile;
    if (
      keyPurposes.includes(file.purpose) &&
      typeof file.wrapped === 'string' &&
      typeof file.createdAt === 'string'
    )
      return file;
  } catch {
    // Told below, like any other damage.
  }
  throw raiseTrust('key-file', `${path} is not a key file`);
}
