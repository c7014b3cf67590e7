/** The one way to the material that tests use and the project does not ship: recorded telegrams, schemas, seeds. */
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));

/** The folder: `WATTWARD_SHARED`, else `shared` beside the clone. */
export const sharedRoot = process.env['WATTWARD_SHARED'] ?? join(root, '..', 'shared');

/** The path of a file or folder in it, or undefined where the material is not at hand. */
export function sharedPath(relative: string): string | undefined {
  const path = join(sharedRoot, relative);
  return existsSync(path) ? path : undefined;
}

/**
 * For `test(name, needsShared('dlms/…'), …)`: runs where the file is at hand, else skips with one clear line.
 */
export function needsShared(...relatives: string[]): { skip: string | false } {
  const missing = relatives.find((relative) => sharedPath(relative) === undefined);
  return { skip: missing === undefined ? false : `no test material: ${missing} (set WATTWARD_SHARED)` };
}

/** Lines of a JSON Lines file. */
export function sharedJsonLines<T>(relative: string): T[] {
  return readFileSync(join(sharedRoot, relative), 'utf8')
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => JSON.parse(line) as T);
}

/** A whole JSON file. */
export function sharedJson<T>(relative: string): T {
  return JSON.parse(readFileSync(join(sharedRoot, relative), 'utf8')) as T;
}
