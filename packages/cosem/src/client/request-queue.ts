/** One request at a time on one association: the others wait in line. */
import { raiseSession } from '../session/errors.ts';

/** Runs tasks one after the other, each beginning when the one before has settled. */
export class RequestQueue {
  readonly #max: number;
  #waiting = 0;
  #tail: Promise<unknown> = Promise.resolve();

  constructor(max: number) {
    this.#max = max;
  }

  /** Throws `session/queue` where too many wait, `session/aborted` where the signal came before the turn. */
  run<T>(task: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    if (this.#waiting >= this.#max)
      return Promise.reject(raiseSession('queue', `${this.#max} requests wait`));
    this.#waiting += 1;
    const turn = this.#tail.then(() => {
      this.#waiting -= 1;
      if (signal?.aborted === true) throw raiseSession('aborted', undefined, { cause: signal.reason });
      return task();
    });
    // The next one runs whatever becomes of this one.
    this.#tail = turn.catch(() => {});
    return turn;
  }
}
