/** Watches how full the state directory's volume is (2.8.5): a level is told when it is reached, once. */
import { statfsSync } from 'node:fs';

export type FillLevel = 'normal' | 'warning' | 'alarm';

export interface FillLimits {
  readonly warningPercent: number;
  readonly alarmPercent: number;
}

export class FillWatch {
  readonly #folder: string;
  readonly #limits: FillLimits;
  #level: FillLevel = 'normal';
  #percent = 0;

  constructor(folder: string, limits: FillLimits) {
    this.#folder = folder;
    this.#limits = limits;
  }

  get percent(): number {
    return this.#percent;
  }

  get level(): FillLevel {
    return this.#level;
  }

  /** Looks, and gives the level if it has changed. */
  look(): FillLevel | undefined {
    const { blocks, bavail, bfree } = statfsSync(this.#folder);
    // As df counts: what is kept for root is neither used nor available.
    const used = blocks - bfree;
    this.#percent = Math.ceil((100 * used) / Math.max(1, used + bavail));
    const { warningPercent, alarmPercent } = this.#limits;
    const level =
      this.#percent >= alarmPercent ? 'alarm' : this.#percent >= warningPercent ? 'warning' : 'normal';
    if (level === this.#level) return undefined;
    this.#level = level;
    return level;
  }
}
