/**
 * A key port that fails closed and alone (2.8.8.3, 2.15.14): a module that throws, hangs or dies makes the operations
 * that need it fail at once and everything else go on. After some failures in a row it is left alone for a while, then
 * tried with one operation.
 */
import { WattwardError } from '../base/errors.ts';
import { raiseTrust } from './errors.ts';
import type { KeyDescription, KeyPort, KeyPurpose } from './key-port.ts';
import { type Configured, policyValue } from './policy.ts';

export type ModuleState = 'working' | 'failing' | 'resting';

export interface GuardOptions {
  readonly configured?: Configured;
  /** Monotonic milliseconds. */
  readonly nowMs?: () => number;
  /** Told of each change of state, with the reason of the last failure. */
  readonly onState?: (state: ModuleState, reason: string) => void;
}

/** Errors that are an answer of a module that works. */
const answers = new Set([
  'trust/no-key',
  'trust/key-exists',
  'trust/wrong-key',
  'trust/key-file',
  'trust/module-unsupported',
]);

export class GuardedKeys implements KeyPort {
  readonly #inner: KeyPort;
  readonly #options: GuardOptions;
  readonly #answerMs: number;
  readonly #mostFailures: number;
  readonly #pauseMs: number;
  #failures = 0;
  #restsUntilMs: number | undefined;
  #trying = false;
  #state: ModuleState = 'working';

  constructor(inner: KeyPort, options: GuardOptions = {}) {
    this.#inner = inner;
    this.#options = options;
    const value = (id: string) => policyValue(`trust.${id}`, options.configured);
    this.#answerMs = value('moduleAnswerSeconds') * 1000;
    this.#mostFailures = value('moduleFailures');
    this.#pauseMs = value('modulePauseSeconds') * 1000;
  }

  get state(): ModuleState {
    return this.#state;
  }

  list(): Promise<readonly KeyDescription[]> {
    return this.#ask(() => this.#inner.list());
  }

  describe(name: string): Promise<KeyDescription> {
    return this.#ask(() => this.#inner.describe(name));
  }

  generate(name: string, purpose: KeyPurpose): Promise<KeyDescription> {
    return this.#ask(() => this.#inner.generate(name, purpose));
  }

  sign(name: string, message: Uint8Array): Promise<Uint8Array> {
    return this.#ask(() => this.#inner.sign(name, message));
  }

  wrap(name: string, secret: Uint8Array): Promise<Uint8Array> {
    return this.#ask(() => this.#inner.wrap(name, secret));
  }

  unwrap(name: string, wrapped: Uint8Array): Promise<Uint8Array> {
    return this.#ask(() => this.#inner.unwrap(name, wrapped));
  }

  derive(name: string, label: string): Promise<Uint8Array> {
    return this.#ask(() => this.#inner.derive(name, label));
  }

  destroy(name: string): Promise<void> {
    return this.#ask(() => this.#inner.destroy(name));
  }

  async #ask<T>(work: () => Promise<T>): Promise<T> {
    const nowMs = this.#options.nowMs?.() ?? performance.now();
    if (this.#restsUntilMs !== undefined && (nowMs < this.#restsUntilMs || this.#trying))
      throw raiseTrust(
        'module-unavailable',
        'the cryptographic module has failed and is left alone for a while',
      );
    const isTrial = this.#restsUntilMs !== undefined;
    this.#trying = isTrial;
    try {
      const result = await this.#inTime(work);
      this.#worked();
      return result;
    } catch (error) {
      if (error instanceof WattwardError && answers.has(error.code)) {
        this.#worked();
        throw error;
      }
      throw this.#failed(error);
    } finally {
      if (isTrial) this.#trying = false;
    }
  }

  /** The work goes on when it is given up; what it then gives is dropped. */
  async #inTime<T>(work: () => Promise<T>): Promise<T> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error('no answer in time')), this.#answerMs);
    });
    try {
      return await Promise.race([work(), late]);
    } finally {
      clearTimeout(timer);
    }
  }

  #worked(): void {
    this.#failures = 0;
    this.#restsUntilMs = undefined;
    this.#enter('working', '');
  }

  #failed(error: unknown): Error {
    const reason = (error as Error).message;
    this.#failures++;
    if (this.#failures >= this.#mostFailures) {
      this.#restsUntilMs = (this.#options.nowMs?.() ?? performance.now()) + this.#pauseMs;
      this.#enter('resting', reason);
    } else this.#enter('failing', reason);
    return raiseTrust('module-unavailable', `the cryptographic module failed: ${reason}`, { cause: error });
  }

  #enter(state: ModuleState, reason: string): void {
    if (state === this.#state) return;
    this.#state = state;
    this.#options.onState?.(state, reason);
  }
}
