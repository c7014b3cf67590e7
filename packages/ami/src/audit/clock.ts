/**
 * Security time for records, in microseconds, and the watch over it (2.16.8): the wall clock is compared with the
 * monotonic one, and a step of one against the other is itself a record.
 */
import { existsSync } from 'node:fs';
import { timeOfMicroseconds } from './record.ts';

/** The two clocks of the operating system; tests hand in their own. */
export interface ClockSource {
  /** Milliseconds since 1970. */
  wallMs(): number;
  /** Milliseconds since some moment, never set back, stepped or slewed. */
  monotonicMs(): number;
}

export const systemClock: ClockSource = {
  wallMs: () => Date.now(),
  monotonicMs: () => performance.now(),
};

export interface ClockJump {
  /** Positive when the clock went forward. */
  readonly jumpSeconds: number;
}

// Node tells the wall clock in whole milliseconds: below this a difference is rounding and slewing, not a step.
const reanchorMs = 2;

export class SecurityClock {
  readonly #source: ClockSource;
  readonly #jumpMs: number;
  readonly #onJump: (jump: ClockJump) => void;
  #anchorWallMs: number;
  #anchorMonotonicMs: number;

  /** `jumpSeconds`: the step that is told to `onJump` (`audit.clockJumpSeconds`). */
  constructor(jumpSeconds: number, onJump: (jump: ClockJump) => void, source: ClockSource = systemClock) {
    this.#source = source;
    this.#jumpMs = jumpSeconds * 1000;
    this.#onJump = onJump;
    this.#anchorWallMs = source.wallMs();
    this.#anchorMonotonicMs = source.monotonicMs();
  }

  /** Microseconds since 1970. Tells a jump before it returns the time after it. */
  nowMicroseconds(): number {
    const wallMs = this.#source.wallMs();
    const predictedMs = this.#anchorWallMs + this.#source.monotonicMs() - this.#anchorMonotonicMs;
    const offMs = wallMs - predictedMs;
    if (offMs < -reanchorMs || offMs > reanchorMs) {
      this.#anchorWallMs = wallMs;
      this.#anchorMonotonicMs = this.#source.monotonicMs();
      if (Math.abs(offMs) >= this.#jumpMs) this.#onJump({ jumpSeconds: Math.round(offMs) / 1000 });
      return wallMs * 1000;
    }
    return Math.round(predictedMs * 1000);
  }

  /** RFC 3339 in UTC with microseconds. */
  now(): string {
    return timeOfMicroseconds(this.nowMicroseconds());
  }
}

/** Names what sets this machine's clock, as far as the machine tells: the `timeSource` of its records. */
export function detectTimeSource(exists: (path: string) => boolean = existsSync): string {
  if (exists('/run/chrony/chronyd.pid') || exists('/run/chrony.pid')) return 'system:chrony';
  if (exists('/run/systemd/timesync/synchronized')) return 'system:systemd-timesyncd';
  if (exists('/run/ntpd.pid') || exists('/run/ntpsec/ntpd.pid')) return 'system:ntpd';
  return 'system:unsynchronized';
}
