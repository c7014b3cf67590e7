/**
 * Where components run their code from. Their users can read the clone, or else they get a read-only copy below the
 * state directory, named by what it holds: sources, the packages they need, and Node itself.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  linkSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { everyoneMayEnter } from './state.ts';

export interface Code {
  /** The folder with `packages` and `node_modules`. */
  readonly root: string;
  /** Node's program. */
  readonly node: string;
  readonly copied: boolean;
}

/** The clone that this file belongs to. */
export const cloneRoot = realpathSync(join(import.meta.dirname, '..', '..', '..', '..'));

/** The clone itself, if everyone may read it, else a copy in `folder`. */
export function codeFor(folder: string, isolated: boolean, root = cloneRoot, node = process.execPath): Code {
  if (!isolated || (everyoneMayEnter(join(root, 'packages')) && everyoneMayEnter(dirname(node))))
    return { root, node, copied: false };
  const copy = join(folder, digestOf(root, node));
  if (!existsSync(copy)) makeCopy(copy, root, node);
  for (const name of readdirSync(folder)) {
    if (join(folder, name) !== copy) rmSync(join(folder, name), { recursive: true, force: true });
  }
  return { root: copy, node: join(copy, 'node'), copied: true };
}

const sourcePatterns = ['package.json', 'packages/*/package.json', 'packages/*/src/**'];

function digestOf(root: string, node: string): string {
  const hash = createHash('sha256').update(`${node} ${process.version}\n`);
  const files = globSync([...sourcePatterns, 'package-lock.json'], { cwd: root, withFileTypes: true });
  const paths = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  for (const path of paths.sort()) hash.update(`${path}\n`).update(readFileSync(path));
  return hash.digest('hex').slice(0, 16);
}

function makeCopy(copy: string, root: string, node: string): void {
  const draft = `${copy}.draft`;
  rmSync(draft, { recursive: true, force: true });
  mkdirSync(draft, { recursive: true, mode: 0o755 });
  const workspaces = readdirSync(join(root, 'packages')).filter((name) =>
    existsSync(join(root, 'packages', name, 'package.json')),
  );
  copyFileSync(join(root, 'package.json'), join(draft, 'package.json'));
  mkdirSync(join(draft, 'node_modules', '@wattward'), { recursive: true });
  for (const name of workspaces) {
    const from = join(root, 'packages', name);
    const to = join(draft, 'packages', name);
    mkdirSync(to, { recursive: true });
    copyFileSync(join(from, 'package.json'), join(to, 'package.json'));
    if (existsSync(join(from, 'src'))) cpSync(join(from, 'src'), join(to, 'src'), { recursive: true });
    symlinkSync(join('..', '..', 'packages', name), join(draft, 'node_modules', '@wattward', name));
  }
  for (const name of packagesNeeded(root)) {
    cpSync(join(root, 'node_modules', name), join(draft, 'node_modules', name), { recursive: true });
  }
  try {
    // The same file under another name costs nothing; across file systems it has to be copied.
    linkSync(node, join(draft, 'node'));
  } catch {
    copyFileSync(node, join(draft, 'node'));
  }
  openToRead(draft);
  renameSync(draft, copy);
}

/** The packages that the system imports, with what they import, as installed beside each other. */
function packagesNeeded(root: string): Set<string> {
  const needed = new Set<string>();
  const visit = (file: string) => {
    const { dependencies = {} } = JSON.parse(readFileSync(file, 'utf8')) as {
      dependencies?: Record<string, string>;
    };
    for (const name of Object.keys(dependencies)) {
      const installed = join(root, 'node_modules', name, 'package.json');
      if (needed.has(name) || name.startsWith('@wattward/') || !existsSync(installed)) continue;
      needed.add(name);
      visit(installed);
    }
  };
  visit(join(root, 'packages', 'ami', 'package.json'));
  return needed;
}

/** Everyone may read and nobody but the owner may write, whatever the clone's modes are. */
function openToRead(folder: string): void {
  chmodSync(folder, 0o755);
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) openToRead(path);
    // Node's program is a link to the clone's own file, whose mode is left alone.
    else if (entry.isFile() && path !== join(folder, 'node')) chmodSync(path, 0o644);
  }
}
