/**
 * One component as the supervisor sees it: started as a process with its own user, an empty environment and Node's
 * permission model, watched by its signs of life, restarted with growing waits, stopped in order.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { dirname, join } from 'node:path';
import { type BackOff, backOffMs } from '../base/back-off.ts';
import type { SelfTestResult } from '../trust/self-test.ts';
import type { ComponentSpecification } from './catalogue.ts';
import type { Code } from './code.ts';
import {
  type Health,
  readFromComponent,
  type StartMessage,
  type ToComponent,
  type WorkState,
} from './messages.ts';
import type { User } from './state.ts';

export interface SupervisedOptions {
  readonly specification: ComponentSpecification;
  readonly start: StartMessage;
  readonly code: Code;
  readonly user: User | undefined;
  readonly backOff: BackOff;
  /** Silence after which a process is taken for hung. */
  readonly silenceMs: number;
  readonly restartsPerHour: number;
  readonly onLine: (octets: Buffer, from: 'stdout' | 'stderr') => void;
  readonly onEvent: (event: SupervisedEvent) => void;
}

export type SupervisedEvent =
  | { readonly what: 'started'; readonly pid: number }
  | { readonly what: 'ended'; readonly how: string; readonly restartInMs: number }
  | { readonly what: 'silent'; readonly forMs: number }
  | { readonly what: 'often'; readonly restarts: number };

export type ComponentState = WorkState | 'restarting' | 'stopped';

export interface ComponentStatus {
  readonly component: string;
  readonly state: ComponentState;
  readonly since: string;
  readonly pid: number | null;
  readonly uid: number | null;
  readonly memoryOctets: number | null;
  readonly restarts: number;
  readonly waitsFor: string | null;
  readonly epoch: number | null;
  readonly selfTest: Health['selfTest'] | null;
  readonly lastEnd: string | null;
  readonly does: string;
}

const hourMs = 3_600_000;

export class Supervised {
  readonly #options: SupervisedOptions;
  #child: ChildProcess | undefined;
  #health: Health | undefined;
  #heardAt = 0;
  #since = new Date();
  #state: 'up' | 'restarting' | 'stopped' = 'stopped';
  #restarts: number[] = [];
  #restartCount = 0;
  #attempt = 0;
  #lastEnd: string | undefined;
  #timer: NodeJS.Timeout | undefined;
  #watch: NodeJS.Timeout | undefined;
  #nextId = 1;
  readonly #asked = new Map<number, (results: readonly SelfTestResult[] | undefined) => void>();

  constructor(options: SupervisedOptions) {
    this.#options = options;
  }

  get id(): string {
    return this.#options.specification.id;
  }

  /** Whether it starts before and stops after the others, since they need it. */
  get isFirst(): boolean {
    return this.#options.specification.first;
  }

  get isRunning(): boolean {
    return this.#state === 'up' && this.#health?.state === 'running';
  }

  start(): void {
    const { code, user, start } = this.#options;
    const child = spawn(code.node, this.#arguments(), {
      cwd: start.folders.own,
      // Nothing of the supervisor's environment, which may hold DATABASE_URL.
      env: { TZ: 'UTC' },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      // A session of its own: Ctrl-C in the terminal reaches the supervisor alone, which keeps the order.
      detached: true,
      ...user,
    });
    this.#child = child;
    this.#state = 'up';
    this.#since = new Date();
    this.#health = undefined;
    this.#heardAt = performance.now();
    child.stdout?.on('data', (octets: Buffer) => this.#options.onLine(octets, 'stdout'));
    child.stderr?.on('data', (octets: Buffer) => this.#options.onLine(octets, 'stderr'));
    child.on('message', (message, handle) => {
      // Nobody has a reason to hand over a socket.
      if (handle && 'destroy' in handle) handle.destroy();
      this.#hear(message);
    });
    child.once('error', (error) => this.#ended(child, `could not be started: ${error.message}`));
    child.once('exit', (exitCode, signal) => this.#ended(child, signal ?? `code ${exitCode}`));
    if (child.pid === undefined) return;
    this.#tell(start);
    this.#watch = setInterval(() => this.#listen(child), Math.max(100, this.#options.silenceMs / 4));
    this.#options.onEvent({ what: 'started', pid: child.pid });
  }

  status(): ComponentStatus {
    const health = this.#health;
    const state: ComponentState = this.#state === 'up' ? (health?.state ?? 'starting') : this.#state;
    return {
      component: this.id,
      state,
      since: this.#state === 'up' && health ? health.since : this.#since.toISOString(),
      pid: this.#state === 'up' ? (this.#child?.pid ?? null) : null,
      uid: this.#options.user?.uid ?? process.getuid?.() ?? null,
      memoryOctets: this.#state === 'up' ? (health?.memoryOctets ?? null) : null,
      restarts: this.#restartCount,
      waitsFor: this.#state === 'restarting' ? 'its restart' : (health?.waitsFor ?? null),
      epoch: health?.epoch ?? null,
      selfTest: health?.selfTest ?? null,
      lastEnd: this.#lastEnd ?? null,
      does: this.#options.specification.does,
    };
  }

  /** Asks the component to test itself; undefined when it does not run or does not answer in time. */
  selfTest(drill: boolean, withinMs: number): Promise<readonly SelfTestResult[] | undefined> {
    if (this.#state !== 'up') return Promise.resolve(undefined);
    const id = this.#nextId++;
    return new Promise((resolve) => {
      const finish = (results: readonly SelfTestResult[] | undefined) => {
        clearTimeout(timer);
        this.#asked.delete(id);
        resolve(results);
      };
      const timer = setTimeout(finish, withinMs, undefined);
      this.#asked.set(id, finish);
      this.#tell({ type: 'self-test', id, drill });
    });
  }

  /** Asks it to stop and ends it when it has not within the time. Resolves when it is gone. */
  async stop(withinMs: number): Promise<void> {
    clearTimeout(this.#timer);
    const child = this.#state === 'up' ? this.#child : undefined;
    this.#state = 'stopped';
    clearInterval(this.#watch);
    if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()));
    this.#tell({ type: 'stop' });
    const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
    await gone;
    clearTimeout(timer);
  }

  kill(): void {
    clearTimeout(this.#timer);
    this.#state = 'stopped';
    this.#child?.kill('SIGKILL');
  }

  #arguments(): string[] {
    const { code, start, specification } = this.#options;
    const reads = [join(code.root, 'packages'), join(code.root, 'node_modules')].map((path) => `${path}/`);
    const data = start.witness === undefined ? [] : [dirname(start.witness.socket)];
    const own = [...Object.values(start.folders), ...data].map((path) => `${path}/`);
    return [
      ...['-C', 'source', '--permission'],
      ...[...reads, join(code.root, 'package.json'), ...own].map((path) => `--allow-fs-read=${path}`),
      ...own.map((path) => `--allow-fs-write=${path}`),
      join(code.root, 'packages/ami/src/processes', specification.main),
      specification.id,
    ];
  }

  #tell(message: ToComponent): void {
    // A process that is just ending has closed its channel; its end is handled where it is noticed.
    this.#child?.send(message, () => undefined);
  }

  #hear(sent: unknown): void {
    const message = readFromComponent(sent);
    if (message === undefined) return;
    this.#heardAt = performance.now();
    if (message.type === 'heartbeat') this.#health = message.health;
    else this.#asked.get(message.id)?.(message.results);
  }

  #listen(child: ChildProcess): void {
    const silentMs = performance.now() - this.#heardAt;
    // A process that loads its code has not spoken yet; it gets the longest wait between restarts.
    const patienceMs = this.#health === undefined ? this.#options.backOff.maximumMs : this.#options.silenceMs;
    if (silentMs <= Math.max(patienceMs, this.#options.silenceMs)) return;
    clearInterval(this.#watch);
    this.#options.onEvent({ what: 'silent', forMs: Math.round(silentMs) });
    child.kill('SIGKILL');
  }

  #ended(child: ChildProcess, how: string): void {
    if (child !== this.#child || this.#state !== 'up') return;
    clearInterval(this.#watch);
    for (const finish of this.#asked.values()) finish(undefined);
    const { backOff, restartsPerHour, onEvent } = this.#options;
    const now = performance.now();
    // Whoever ran well for longer than the longest wait begins anew with the shortest.
    if (Date.now() - this.#since.getTime() > backOff.maximumMs) this.#attempt = 0;
    this.#restarts = [...this.#restarts.filter((at) => now - at < hourMs), now];
    this.#restartCount++;
    const isOften = this.#restarts.length >= restartsPerHour;
    if (this.#restarts.length === restartsPerHour)
      onEvent({ what: 'often', restarts: this.#restarts.length });
    const restartInMs = isOften ? backOff.maximumMs : backOffMs(this.#attempt++, backOff);
    this.#state = 'restarting';
    this.#since = new Date();
    this.#lastEnd = how;
    this.#timer = setTimeout(() => this.start(), restartInMs);
    onEvent({ what: 'ended', how, restartInMs });
  }
}
