/**
 * The PostgreSQL server of one state directory: made once, started, adopted when a killed wattward left it running,
 * stopped. It listens on a unix socket only, asks everyone for a password (scram-sha-256), and writes checksums.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  existsSync,
  fchownSync,
  mkdirSync,
  openSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processStartTicks } from '../base/pid-lock.ts';
import { raiseStore } from './errors.ts';
import { type BinarySource, findPostgres, type PostgresBinary } from './postgres-binary.ts';

/** The unprivileged user that the server runs as when the program runs as root. */
export interface ServerUser {
  readonly uid: number;
  readonly gid: number;
}

export interface ServerOptions {
  /** The operator's state directory; the server's data live in `postgres` below it. */
  readonly state: string;
  readonly binaries?: string | undefined;
  readonly without?: readonly BinarySource[];
  readonly user?: ServerUser | undefined;
  /** Additional `-c name=value` settings, for example for tests. */
  readonly settings?: Readonly<Record<string, string>>;
}

/** How to reach a server; `host` is a folder when it is a unix socket. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly user: string;
  readonly password: string;
}

export interface PostgresServer {
  readonly binary: PostgresBinary;
  readonly administrator: Connection;
  readonly adopted: boolean;
  readonly pid: number;
  /** Resolves when the server is gone, whoever ended it. */
  readonly ended: Promise<void>;
  /** Ends the server in order (fast shutdown) within the time, else at once without loss (immediate). */
  stop(withinMs: number): Promise<void>;
}

export const administratorName = 'wattward';
const socketPort = 5432;
// sockaddr_un holds 107 characters; PostgreSQL appends "/.s.PGSQL.5432".
const longestSocketFolder = 107 - '/.s.PGSQL.5432'.length;
const pollMs = 25;

interface Places {
  readonly base: string;
  readonly data: string;
  readonly log: string;
  readonly password: string;
  readonly socket: string;
}

function placesOf(state: string): Places {
  const base = join(state, 'postgres');
  const preferred = join(base, 'run');
  const short = join(tmpdir(), `wattward-${createHash('sha256').update(state).digest('hex').slice(0, 12)}`);
  return {
    base,
    data: join(base, 'data'),
    log: join(base, 'postgres.log'),
    password: join(state, 'secrets', 'postgres-administrator'),
    socket: preferred.length <= longestSocketFolder ? preferred : short,
  };
}

/** The first user that PostgreSQL may run as, for a program that runs as root. Errors: `store/as-root`. */
export function unprivilegedUser(passwd = readFileSync('/etc/passwd', 'utf8')): ServerUser {
  const users = new Map(passwd.split('\n').map((line) => [line.split(':')[0], line.split(':')] as const));
  for (const name of ['wattward', 'postgres', 'nobody']) {
    const entry = users.get(name);
    if (entry) return { uid: Number(entry[2]), gid: Number(entry[3]) };
  }
  throw raiseStore('as-root');
}

/**
 * Makes the data directory if there is none, starts or adopts its server, and returns when it accepts connections.
 * Errors: `store/no-binary`, `store/data-version`, `store/data-foreign`, `store/start-failed`, `store/as-root`.
 */
export async function startPostgres(options: ServerOptions): Promise<PostgresServer> {
  const places = placesOf(options.state);
  const user = process.getuid?.() === 0 ? (options.user ?? unprivilegedUser()) : undefined;
  const dataMajor = majorOfData(places.data);
  const binary = findPostgres({
    configured: options.binaries,
    dataMajor,
    copyTo: join(places.base, 'programs'),
    ...(options.without ? { without: options.without } : {}),
  });
  prepareFolders(options.state, places, user);
  if (dataMajor === undefined) initialize(binary, places, user);
  const administrator: Connection = {
    host: places.socket,
    port: socketPort,
    database: 'postgres',
    user: administratorName,
    password: readFileSync(places.password, 'utf8').trim(),
  };
  const orphan = runningServer(places.data);
  if (orphan !== undefined) {
    // A killed wattward left it. It runs on the same data with the same settings: it is ours to use.
    if (readyLine(places.data) === 'ready') return describe(binary, administrator, orphan, undefined);
    await signalAndWait(orphan, 'SIGQUIT', 10_000);
  }
  const child = launch(binary, places, user, options.settings ?? {});
  await waitUntilReady(child, places);
  return describe(binary, administrator, child.pid!, child);
}

function majorOfData(data: string): number | undefined {
  const file = join(data, 'PG_VERSION');
  if (existsSync(file)) return Number.parseInt(readFileSync(file, 'utf8'), 10);
  if (existsSync(data) && existsSync(join(data, 'base')))
    throw raiseStore('data-foreign', `${data} has no PG_VERSION`);
  return undefined;
}

function prepareFolders(state: string, places: Places, user: ServerUser | undefined): void {
  // The server's user must be able to pass through the state directory, which only its owner may list.
  mkdirSync(state, { recursive: true, mode: 0o711 });
  if (user) chmodSync(state, 0o711);
  mkdirSync(join(state, 'secrets'), { recursive: true, mode: 0o700 });
  for (const folder of [places.base, places.socket]) {
    mkdirSync(folder, { recursive: true, mode: 0o755 });
    if (user) chownSync(folder, user.uid, user.gid);
  }
  chmodSync(places.base, 0o711);
}

function initialize(binary: PostgresBinary, places: Places, user: ServerUser | undefined): void {
  // Left by an initdb that was killed: no PG_VERSION means that nothing was ever stored in it.
  rmSync(places.data, { recursive: true, force: true });
  const password = randomBytes(24).toString('base64url');
  writeFileSync(places.password, `${password}\n`, { mode: 0o600 });
  const handedOver = join(places.base, `.password-${randomBytes(6).toString('hex')}`);
  writeFileSync(handedOver, `${password}\n`, { mode: 0o600 });
  if (user) chownSync(handedOver, user.uid, user.gid);
  const fresh = join(places.base, `data.${randomBytes(6).toString('hex')}`);
  try {
    const made = spawnSync(
      join(binary.folder, 'initdb'),
      [
        ...['-D', fresh, '-U', administratorName, `--pwfile=${handedOver}`, '--auth=scram-sha-256'],
        ...['--data-checksums', '--encoding=UTF8', '--locale=C.UTF-8', '--no-instructions'],
      ],
      { encoding: 'utf8', cwd: places.base, env: { TZ: 'UTC' }, ...user },
    );
    if (made.status !== 0) {
      throw raiseStore(
        'start-failed',
        `initdb failed: ${(made.stderr ?? String(made.error)).trim().split('\n').at(-1)}`,
      );
    }
    // The rename makes it whole or absent, whenever this process is killed.
    spawnSync('mv', ['-T', fresh, places.data]);
  } finally {
    rmSync(handedOver, { force: true });
    rmSync(fresh, { recursive: true, force: true });
  }
}

function launch(
  binary: PostgresBinary,
  places: Places,
  user: ServerUser | undefined,
  settings: Readonly<Record<string, string>>,
): ChildProcess {
  const fixed: Record<string, string> = {
    listen_addresses: '',
    unix_socket_directories: places.socket,
    unix_socket_permissions: '0777',
    port: String(socketPort),
    password_encryption: 'scram-sha-256',
    log_timezone: 'UTC',
    timezone: 'UTC',
    max_connections: '200',
    // Inserts of the audit and of readings come in bursts: fewer, longer checkpoints keep the disk for them.
    shared_buffers: '256MB',
    max_wal_size: '4GB',
    checkpoint_timeout: '15min',
    // Statements may hold personal data and, when roles are made, passwords: the server's log shows none.
    log_statement: 'none',
    log_min_error_statement: 'panic',
    log_min_duration_statement: '-1',
    log_parameter_max_length: '0',
    log_parameter_max_length_on_error: '0',
    ...settings,
  };
  // The folder is the server's user's: a link that it put there must not lead this process, which may be root, astray.
  const log = openSync(
    places.log,
    constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | constants.O_NOFOLLOW,
    0o600,
  );
  if (user) fchownSync(log, user.uid, user.gid);
  try {
    // Its own session: a Ctrl-C in the terminal must reach it through the supervisor, after the components.
    return spawn(
      join(binary.folder, 'postgres'),
      ['-D', places.data, ...Object.entries(fixed).flatMap(([name, value]) => ['-c', `${name}=${value}`])],
      { cwd: places.base, env: { TZ: 'UTC' }, stdio: ['ignore', log, log], detached: true, ...user },
    );
  } finally {
    closeSync(log);
  }
}

async function waitUntilReady(child: ChildProcess, places: Places): Promise<void> {
  let failure: string | undefined;
  child.once('error', (error) => {
    failure = error.message;
  });
  child.once('exit', (code, signal) => {
    failure ??= `it ended with ${signal ?? `code ${code}`}`;
  });
  // Crash recovery may take long; as long as the server lives there is something to wait for.
  while (failure === undefined) {
    if (readyLine(places.data) === 'ready' && runningServer(places.data) === child.pid) return;
    await sleep(pollMs);
  }
  throw raiseStore('start-failed', `PostgreSQL did not start: ${failure}; see ${places.log}`);
}

/** The process id in postmaster.pid, if it is alive and a PostgreSQL server of this directory. */
function runningServer(data: string): number | undefined {
  const pid = Number(pidFile(data)[0]);
  if (!Number.isInteger(pid) || pid <= 1 || processStartTicks(pid) === undefined) return undefined;
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
    return words[0]?.endsWith('postgres') && words.includes(data) ? pid : undefined;
  } catch {
    return undefined;
  }
}

/** Line 8 of postmaster.pid, which PostgreSQL writes last: `ready`, `starting`, `stopping`. */
function readyLine(data: string): string | undefined {
  return pidFile(data)[7]?.trim();
}

function pidFile(data: string): string[] {
  try {
    return readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
  } catch {
    return [];
  }
}

function describe(
  binary: PostgresBinary,
  administrator: Connection,
  pid: number,
  child: ChildProcess | undefined,
): PostgresServer {
  const ended =
    child === undefined
      ? waitForEnd(pid)
      : new Promise<void>((resolve) => {
          if (child.exitCode !== null || child.signalCode !== null) resolve();
          else child.once('exit', () => resolve());
        });
  return {
    binary,
    administrator,
    adopted: child === undefined,
    pid,
    ended,
    async stop(withinMs) {
      if (await signalAndWait(pid, 'SIGINT', withinMs)) return;
      await signalAndWait(pid, 'SIGQUIT', withinMs);
    },
  };
}

async function waitForEnd(pid: number): Promise<void> {
  const started = processStartTicks(pid);
  while (started !== undefined && processStartTicks(pid) === started) await sleep(pollMs * 4);
}

async function signalAndWait(pid: number, signal: NodeJS.Signals, withinMs: number): Promise<boolean> {
  try {
    process.kill(pid, signal);
  } catch {
    return true;
  }
  const until = performance.now() + withinMs;
  while (processStartTicks(pid) !== undefined) {
    if (performance.now() > until) return false;
    await sleep(pollMs);
  }
  return true;
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
