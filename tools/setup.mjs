// Sets a clone up: installs exactly what package-lock.json names, once, without any install script.
// Plain JavaScript for Node 20, since it runs before the project's own Node is there.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));
const stamp = join(root, 'node_modules', '.installed');
const lock = join(root, '.setup-lock');
const staleLockMs = 10 * 60_000; // An install takes seconds; a lock this old was left by a killed one.

const wanted = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();

const sleep = (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);

/** Takes the lock; only "it exists" makes a caller wait, any other failure is told at once. */
function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      try {
        if (Date.now() - statSync(lock).mtimeMs > staleLockMs) rmSync(lock, { recursive: true, force: true });
      } catch {
        // Its owner has just finished: the next round sees that.
      }
      sleep(200);
    }
  }
}

function install() {
  // The scripts of npm put this clone's node_modules/.bin first; npm must not run from what it replaces.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.startsWith(join(root, 'node_modules')))
    .join(delimiter);
  const npm = spawnSync(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--loglevel=error'],
    {
      cwd: root,
      env: { ...process.env, PATH: path },
      stdio: ['ignore', 'ignore', 'inherit'],
    },
  );
  if (npm.status !== 0) {
    console.error('wattward: npm ci failed; see its message above. Is the npm registry reachable?');
    process.exit(69);
  }
  writeFileSync(stamp, wanted());
}

if (!isInstalled()) {
  takeLock();
  try {
    if (!isInstalled()) {
      console.error('wattward: setting up (once for every change of package-lock.json) …');
      install();
    }
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
