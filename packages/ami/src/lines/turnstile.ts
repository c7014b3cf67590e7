/**
 * Slots for transactions, given out by priority (2.8.6): whoever is most urgent goes first, bulk keeps a small share
 * while others wait, and one slot is kept for alarms and control alone.
 */
import type { Priority } from '@wattward/profile';
import { priorities } from './envelope.ts';

/** Grants that the share of bulk is counted over; old ones are forgotten so that a long quiet earns no burst. */
const window = 100;

export class Turnstile {
  readonly #slots: number;
  readonly #bulkSharePercent: number;
  readonly #waiting = new Map<Priority, (() => void)[]>(priorities.map((each) => [each, []]));
  #busy = 0;
  #granted = 0;
  #grantedBulk = 0;

  constructor(slots: number, bulkSharePercent: number) {
    this.#slots = Math.max(2, slots);
    this.#bulkSharePercent = bulkSharePercent;
  }

  /** Runs work when it is its turn. */
  async pass<T>(priority: Priority, work: () => Promise<T>): Promise<T> {
    await this.#enter(priority);
    try {
      return await work();
    } finally {
      this.#busy--;
      this.#next();
    }
  }

  #enter(priority: Priority): Promise<void> {
    if (this.#mayEnter(priority) && this.#waiting.get(priority)!.length === 0) {
      this.#busy++;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.#waiting.get(priority)!.push(resolve);
    });
  }

  #mayEnter(priority: Priority): boolean {
    const urgent = priority === 'alarm' || priority === 'control';
    return this.#busy < (urgent ? this.#slots : this.#slots - 1);
  }

  #next(): void {
    for (const priority of this.#order()) {
      const queue = this.#waiting.get(priority)!;
      if (queue.length === 0 || !this.#mayEnter(priority)) continue;
      this.#busy++;
      this.#count(priority);
      queue.shift()!();
      return;
    }
  }

  /** Bulk comes before normal as long as it is below its share; alarms and control always come first. */
  #order(): readonly Priority[] {
    const bulkIsDue = this.#grantedBulk * 100 < this.#bulkSharePercent * this.#granted;
    return bulkIsDue ? ['alarm', 'control', 'bulk', 'normal'] : priorities;
  }

  #count(priority: Priority): void {
    this.#granted++;
    if (priority === 'bulk') this.#grantedBulk++;
    if (this.#granted < window) return;
    this.#granted /= 2;
    this.#grantedBulk /= 2;
  }
}
