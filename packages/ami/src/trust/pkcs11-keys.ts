/**
 * Keys in a PKCS#11 module behind the key port. The module runs in a process of its own: when it hangs, that process
 * is killed; when it crashes, the next operation starts it again. Meant to stand behind `GuardedKeys`.
 */
import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { raiseTrust } from './errors.ts';
import type { KeyDescription, KeyPort, KeyPurpose } from './key-port.ts';
import type { HostAnswer, HostCall, HostStart } from './pkcs11-host.ts';
import { type Configured, policyValue } from './policy.ts';

export interface Pkcs11Options {
  /** The module, for example SoftHSM's `libsofthsm2.so`; an absolute path. */
  readonly library: string;
  /** Label of the token. */
  readonly token: string;
  /** Read from where secrets are kept; it goes to the host over its channel only. */
  readonly pin: string;
  /** Environment of the host, such as `SOFTHSM2_CONF`; nothing else is passed on. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Name or path of the package pkcs11js. */
  readonly addon?: string;
  readonly configured?: Configured;
}

interface Pending {
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: Error) => void;
  readonly timer: NodeJS.Timeout;
}

const hostPath = fileURLToPath(new URL(`./pkcs11-host${import.meta.url.slice(-3)}`, import.meta.url));
const maxPending = 10_000;

export class Pkcs11Keys implements KeyPort {
  readonly #options: Pkcs11Options;
  readonly #answerMs: number;
  readonly #pending = new Map<number, Pending>();
  #host: Promise<ChildProcess> | undefined;
  #process: ChildProcess | undefined;
  #lastId = 0;

  constructor(options: Pkcs11Options) {
    this.#options = options;
    this.#answerMs = policyValue('trust.moduleAnswerSeconds', options.configured) * 1000;
  }

  /** Process id of the host while there is one. */
  get hostPid(): number | undefined {
    return this.#process?.pid;
  }

  list(): Promise<readonly KeyDescription[]> {
    return this.#call('list', '');
  }

  describe(name: string): Promise<KeyDescription> {
    return this.#call('describe', name);
  }

  generate(name: string, purpose: KeyPurpose): Promise<KeyDescription> {
    return this.#call('generate', name, purpose);
  }

  sign(name: string, message: Uint8Array): Promise<Uint8Array> {
    return this.#call('sign', name, message);
  }

  wrap(name: string, secret: Uint8Array): Promise<Uint8Array> {
    return this.#call('wrap', name, secret);
  }

  unwrap(name: string, wrapped: Uint8Array): Promise<Uint8Array> {
    return this.#call('unwrap', name, wrapped);
  }

  derive(name: string, label: string): Promise<Uint8Array> {
    return this.#call('derive', name, label);
  }

  destroy(name: string): Promise<void> {
    return this.#call('destroy', name);
  }

  /** Ends the host. */
  async close(): Promise<void> {
    const host = this.#process;
    if (!host) return;
    const ended = new Promise<void>((resolve) => host.once('exit', () => resolve()));
    host.disconnect();
    await ended;
  }

  async #call<T>(method: HostCall['method'], name: string, argument?: Uint8Array | string): Promise<T> {
    this.#host ??= this.#start();
    const host = await this.#host;
    if (this.#pending.size >= maxPending)
      throw raiseTrust('module-unavailable', 'too many operations wait for the module');
    const id = ++this.#lastId;
    return new Promise<T>((resolve, reject) => {
      const timer = setTimeout(() => this.#end(host, 'it does not answer'), this.#answerMs);
      this.#pending.set(id, { resolve: resolve as (result: unknown) => void, reject, timer });
      const call: HostCall = { type: 'call', id, method, name, argument };
      host.send(call, (error) => {
        if (error) this.#end(host, error.message);
      });
    });
  }

  #start(): Promise<ChildProcess> {
    const { addon = 'pkcs11js', library, token, pin, environment = {} } = this.#options;
    const host = fork(hostPath, [], {
      execArgv: ['-C', 'source'],
      env: { TZ: 'UTC', ...environment },
      serialization: 'advanced',
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    });
    this.#process = host;
    host.once('exit', () => this.#end(host, 'its process has ended'));
    host.once('error', (error) => this.#end(host, error.message));
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => this.#end(host, 'it does not start'), this.#answerMs);
      host.once('exit', () => {
        clearTimeout(timer);
        reject(raiseTrust('module-unavailable', 'the cryptographic module did not start'));
      });
      host.on('message', (answer: HostAnswer) => {
        if (answer.type === 'ready') {
          clearTimeout(timer);
          // It must not keep a process alive that has nothing else to do.
          host.unref();
          host.channel?.unref();
          resolve(host);
        } else if (answer.type === 'failed') {
          clearTimeout(timer);
          reject(
            raiseTrust('module-unavailable', `the cryptographic module did not start: ${answer.reason}`),
          );
          this.#end(host, answer.reason);
        } else this.#settle(answer);
      });
      const start: HostStart = { type: 'start', addon, library, token, pin };
      host.send(start);
    });
  }

  #settle(answer: Extract<HostAnswer, { id: number }>): void {
    const pending = this.#pending.get(answer.id);
    if (!pending) return;
    this.#pending.delete(answer.id);
    clearTimeout(pending.timer);
    if (answer.type === 'result') pending.resolve(answer.result);
    else pending.reject(hostError(answer.code, answer.reason));
  }

  /** A host that failed is not used again, and whoever waits for it is told. */
  #end(host: ChildProcess, reason: string): void {
    host.kill('SIGKILL');
    if (this.#process !== host) return;
    this.#process = undefined;
    this.#host = undefined;
    for (const { reject, timer } of this.#pending.values()) {
      clearTimeout(timer);
      reject(raiseTrust('module-unavailable', `the cryptographic module failed: ${reason}`));
    }
    this.#pending.clear();
  }
}

function hostError(code: string | undefined, reason: string): Error {
  const known = ['trust/no-key', 'trust/key-exists', 'trust/wrong-key'] as const;
  const found = known.find((each) => each === code);
  if (found) return raiseTrust(found.slice('trust/'.length) as 'no-key', reason.replace(`${found}: `, ''));
  if (/CKR_MECHANISM_INVALID|CKR_FUNCTION_NOT_SUPPORTED/.test(reason))
    return raiseTrust('module-unsupported', `the module refuses: ${reason}`);
  return raiseTrust('module-unavailable', `the cryptographic module failed: ${reason}`);
}
