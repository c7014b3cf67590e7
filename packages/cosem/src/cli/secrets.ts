/**
 * The one way in for keys and passwords: a file that only its owner may read, or an environment variable. Arguments can
 * be read by every user of a machine, so a secret in them is refused, but for decoding published telegrams, where it
 * is taken with a warning.
 */
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { fromHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { raiseCli } from './errors.ts';
import type { Terminal } from './terminal.ts';

const looksLikeKey = /^(?:[0-9a-fA-F]{2}[\s:]?){16}(?:(?:[0-9a-fA-F]{2}[\s:]?){16})?$/;
const maxSecretFile = 4096;

/** Whether argv itself may hold the key: only where the command opens what was captured and talks to nobody. */
export interface SecretRules {
  readonly allowInline?: boolean;
}

function secretText(option: string, given: string, terminal: Terminal): string {
  if (given.startsWith('env:')) {
    const value = terminal.env[given.slice(4)];
    if (value === undefined || value === '') throw raiseCli('secret', `${option}: ${given} is not set`);
    return value.trim();
  }
  return fileText(option, given).trim();
}

/** The text of a private file. */
function fileText(option: string, path: string): string {
  let fd: number | undefined;
  try {
    fd = openSync(path, 'r');
    // Of the open file, so that it cannot be exchanged between the check and the reading.
    const { mode, size } = fstatSync(fd);
    if (process.platform !== 'win32' && (mode & 0o077) !== 0) {
      throw raiseCli('secret', `${option}: others may read that file; make it private: chmod 600`);
    }
    if (size > maxSecretFile) throw raiseCli('secret', `${option}: the file is too large for a secret`);
    return readFileSync(fd, 'utf8');
  } catch (error) {
    if (error instanceof CosemError) throw error;
    // The path itself may be a mistyped secret, so it is not repeated, and neither is the error that names it.
    throw raiseCli('secret', `${option}: there is no such file that can be read`);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** A key of 16 or 32 octets. Errors: `cli/secret`; none of them repeats what was given. */
export function readKey(
  option: string,
  given: string,
  terminal: Terminal,
  rules: SecretRules = {},
): Uint8Array {
  if (looksLikeKey.test(given)) {
    if (rules.allowInline !== true)
      throw raiseCli('secret', `${option}: a key does not belong in the arguments`);
    terminal.err(
      `cosem: ${option} was given in the arguments, where every user of this machine can read it\n`,
    );
    return fromHex(given.replaceAll(/[\s:]/g, ''));
  }
  const text = secretText(option, given, terminal).replaceAll(/[\s:]/g, '');
  if (!/^(?:[0-9a-fA-F]{32}|[0-9a-fA-F]{64})$/.test(text)) {
    throw raiseCli('secret', `${option}: not a key of 16 or 32 octets in hexadecimal`);
  }
  return fromHex(text);
}

/** A private key in PEM, from a file only. Errors: `cli/secret`. */
export function readPrivateKey(option: string, path: string): KeyObject {
  const pem = fileText(option, path);
  try {
    return createPrivateKey(pem);
  } catch {
    throw raiseCli('secret', `${option}: not a private key in PEM without a passphrase`);
  }
}

/** A password as octets of its text; `hex:…` inside the file or variable for other octets. */
export function readPassword(option: string, given: string, terminal: Terminal): Uint8Array {
  const text = secretText(option, given, terminal);
  if (text.startsWith('hex:')) {
    if (/^(?:[0-9a-fA-F]{2}){1,256}$/.test(text.slice(4))) return fromHex(text.slice(4));
    throw raiseCli('secret', `${option}: after hex: come hexadecimal digits only`);
  }
  return new TextEncoder().encode(text);
}
