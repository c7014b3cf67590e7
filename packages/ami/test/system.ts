/** A whole running system for tests: `wattward up` as a process of its own, on a state directory of its own. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { processStartTicks } from '../src/base/pid-lock.ts';
import { call } from '../src/processes/management-client.ts';
import { StateLayout } from '../src/processes/state.ts';
import type { SystemStatus } from '../src/processes/supervisor-view.ts';

const root = join(import.meta.dirname, '..', '..', '..');
export const command = join(root, 'packages', 'ami', 'bin', 'wattward');
export const isRoot = process.getuid?.() === 0;
/** How long anything in a test may take; never a measure, only an end. */
const patienceMs = 60_000;

export interface SystemOptions {
  readonly state?: string;
  readonly configuration?: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** As this user instead of the test's own; root only. */
  readonly user?: { readonly uid: number; readonly gid: number };
  /** Instead of `wattward up --state …`. */
  readonly commandLine?: readonly string[];
  /** Does not wait until everything runs. */
  readonly unsettled?: boolean;
}

/** A state directory that the components' own users can reach. */
export function newState(owner?: { readonly uid: number; readonly gid: number }): string {
  const state = mkdtempSync(join(tmpdir(), 'wattward-system-'));
  chmodSync(state, 0o711);
  if (owner) spawnSync('chown', [`${owner.uid}:${owner.gid}`, state]);
  return state;
}

/** Quick signs of life and restarts, so that tests of faults need not wait. */
export const quick = 'process:\n  healthSeconds: 1\n  restartFirstSeconds: 1\n  restartMaximumSeconds: 10\n';

export class TestSystem implements AsyncDisposable {
  readonly state: string;
  readonly layout: StateLayout;
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
  output = '';

  constructor(state: string, child: ChildProcess) {
    this.state = state;
    this.layout = new StateLayout(state);
    this.child = child;
    for (const stream of [child.stdout, child.stderr]) {
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.output += text;
      });
    }
    this.ended = new Promise((resolve) => child.once('close', (code, signal) => resolve({ code, signal })));
  }

  status(): Promise<SystemStatus> {
    return call<SystemStatus>(this.layout.supervisorSocket, '/status', { withinMs: patienceMs });
  }

  /** Waits until the status is as wanted. */
  async until(what: string, holds: (status: SystemStatus) => boolean): Promise<SystemStatus> {
    const end = performance.now() + patienceMs;
    let last: unknown;
    while (performance.now() < end) {
      try {
        const status = await this.status();
        if (holds(status)) return status;
        last = status;
      } catch (error) {
        last = error;
      }
      if (this.child.exitCode !== null || this.child.signalCode !== null) break;
      await sleep(50);
    }
    throw new Error(`never: ${what}\n${JSON.stringify(last, null, 1)}\n${this.output.slice(-3000)}`);
  }

  /** Waits until the terminal shows something. */
  async shows(pattern: RegExp): Promise<void> {
    const end = performance.now() + patienceMs;
    while (!pattern.test(this.output)) {
      if (performance.now() > end) throw new Error(`never shown: ${pattern}\n${this.output.slice(-3000)}`);
      await sleep(25);
    }
  }

  settled(): Promise<SystemStatus> {
    return this.until('everything runs', (status) => status.healthy);
  }

  async stop(signal: NodeJS.Signals = 'SIGINT'): Promise<number | null> {
    this.child.kill(signal);
    return (await this.ended).code;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) await this.stop();
    for (const pid of processesOf(this.state)) process.kill(pid, 'SIGKILL');
    await gone(this.state);
    rmSync(this.state, { recursive: true, force: true });
  }
}

/** Starts a system and waits until everything runs. */
export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const state = options.state ?? newState(options.user);
  const layout = new StateLayout(state);
  if (options.configuration !== undefined && !existsSync(layout.configuration))
    writeFileSync(layout.configuration, options.configuration, { mode: 0o644 });
  const [program, ...words] = options.commandLine ?? [command, 'up', '--state', state];
  const environment = { PATH: process.env['PATH'] ?? '', HOME: state, ...options.environment };
  const child = spawn(program!, words, {
    cwd: root,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
    ...options.user,
  });
  const system = new TestSystem(state, child);
  if (options.unsettled === true) return system;
  try {
    await system.settled();
  } catch (error) {
    await system[Symbol.asyncDispose]();
    throw error;
  }
  return system;
}

/** Runs a command to its end. */
export function run(
  words: readonly string[],
  options: { user?: { uid: number; gid: number }; environment?: Record<string, string> } = {},
): { status: number | null; stdout: string; stderr: string } {
  const { user, environment = {} } = options;
  const env = { PATH: process.env['PATH'] ?? '', ...environment };
  const { status, stdout, stderr } = spawnSync(command, words, { encoding: 'utf8', env, ...user });
  return { status, stdout, stderr };
}

export const runJson = <T>(words: readonly string[]): T => JSON.parse(run([...words, '--json']).stdout) as T;

/** Living processes whose command line or working directory speaks of the state directory. */
export function processesOf(state: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      if (pid === process.pid || processStartTicks(pid) === undefined) return false;
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes(state);
      } catch {
        return false;
      }
    });
}

/** Waits until no process of the state directory lives. */
export async function gone(state: string): Promise<void> {
  const end = performance.now() + patienceMs;
  while (processesOf(state).length > 0) {
    if (performance.now() > end) throw new Error(`still there: ${processesOf(state).join(', ')}`);
    await sleep(25);
  }
}

export function pidOf(status: SystemStatus, component: string): number {
  const pid = status.components.find((one) => one.component === component)?.pid;
  if (pid === null || pid === undefined) throw new Error(`${component} has no process`);
  return pid;
}
