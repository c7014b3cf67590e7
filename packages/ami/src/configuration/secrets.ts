/** References to secrets. Only the supervisor resolves them; what it hands on goes over IPC, never argv or environment. */
import { readFileSync, statSync } from 'node:fs';
import { raiseConfiguration } from './errors.ts';

const maxSecretOctets = 64 * 1024;

/**
 * Gives the secret behind `file:/path` (whose mode must keep others out) or `env:NAME`, without the line end.
 * Errors: `configuration/secret`, which never repeats the secret.
 */
export function resolveSecret(
  reference: string,
  environment: Readonly<Record<string, string | undefined>>,
): string {
  if (reference.startsWith('env:')) {
    const value = environment[reference.slice('env:'.length)];
    if (value) return value;
    throw raiseConfiguration('secret', `${reference}: the environment has no such variable, or it is empty`);
  }
  return readSecretFile(reference.slice('file:'.length), reference);
}

function readSecretFile(path: string, reference: string): string {
  let found: { mode: number; size: number };
  try {
    found = statSync(path);
  } catch (cause) {
    throw raiseConfiguration('secret', `${reference}: the file cannot be read`, { cause });
  }
  if ((found.mode & 0o077) !== 0) {
    throw raiseConfiguration(
      'secret',
      `${reference}: others may read it (mode ${(found.mode & 0o777).toString(8)})`,
    );
  }
  if (found.size > maxSecretOctets) throw raiseConfiguration('secret', `${reference}: the file is too large`);
  try {
    return readFileSync(path, 'utf8').replace(/\r?\n$/, '');
  } catch (cause) {
    throw raiseConfiguration('secret', `${reference}: the file cannot be read`, { cause });
  }
}
