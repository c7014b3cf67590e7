// Sets a clone up: installs exactly what package-lock.json names, once, without any install script.
// Plain JavaScript for Node 20, since it runs before the project's own Node is there.
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, realpathSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = realpathSync(join(dirname(fileURLToPath(import.meta.url)), '..'));
const stamp = join(root, 'node_modules', '.installed');
const lock = join(root, '.setup-lock');
const owner = join(lock, 'pid');
const pollMs = 200;
const ownerlessMs = 5_000; // Between making the lock and writing its owner lie microseconds.

const wanted = () =>
  createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .update(`${process.platform} ${process.arch}`)
    .digest('hex');
const isInstalled = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted();

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** Whether the lock was left by a set-up that was killed. */
function isStale() {
  try {
    return !isAlive(Number(readFileSync(owner, 'utf8')));
  } catch {
    const { mtimeMs } = statSync(lock, { throwIfNoEntry: false }) ?? { mtimeMs: Date.now() };
    return Date.now() - mtimeMs > ownerlessMs;
  }
}

/** Takes the lock; only "it exists" makes a caller wait, any other failure is told at once. */
async function takeLock() {
  for (;;) {
    try {
      mkdirSync(lock);
      writeFileSync(owner, String(process.pid));
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
      if (isStale()) rmSync(lock, { recursive: true, force: true });
      else await sleep(pollMs);
    }
  }
}

/** Runs `npm ci`; a signal to this process ends it too, so that no half-done install goes on behind the next one. */
async function install() {
  // The scripts of npm put this clone's node_modules/.bin first; npm must not run from what it replaces.
  const path = (process.env.PATH ?? '')
    .split(delimiter)
    .filter((entry) => !entry.startsWith(join(root, 'node_modules')))
    .join(delimiter);
  const npm = spawn(
    'npm',
    ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--loglevel=error'],
    { cwd: root, env: { ...process.env, PATH: path }, stdio: ['ignore', 'ignore', 'inherit'] },
  );
  let signalled = false;
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) {
    process.on(signal, () => {
      signalled = true;
      npm.kill(signal);
    });
  }
  const status = await new Promise((resolve) => {
    npm.once('error', () => resolve(1));
    npm.once('exit', (code) => resolve(code ?? 1));
  });
  if (signalled) return 130;
  if (status !== 0) {
    console.error('wattward: npm ci failed; see its message above. Is the npm registry reachable?');
    return 69;
  }
  writeFileSync(stamp, wanted());
  return 0;
}

if (!isInstalled()) {
  await takeLock();
  try {
    if (!isInstalled()) {
      console.error('wattward: setting up (once for every change of package-lock.json) …');
      process.exitCode = await install();
    }
  } finally {
    rmSync(lock, { recursive: true, force: true });
  }
}
// The listeners of the signals would keep nothing alive, but npm's own streams might.
if (process.exitCode) process.exit();
