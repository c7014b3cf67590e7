/** Waits between attempts that double up to a bound, with jitter so that many do not come back at the same moment. */

export interface BackOff {
  readonly firstMs: number;
  readonly maximumMs: number;
}

/** The wait before attempt `attempt` (0 is the first): between half and the whole of first × 2^attempt, bounded. */
export function backOffMs(
  attempt: number,
  { firstMs, maximumMs }: BackOff,
  random: () => number = Math.random,
): number {
  const whole = Math.min(maximumMs, firstMs * 2 ** Math.min(attempt, 30));
  return Math.round(whole / 2 + (whole / 2) * random());
}

/** Resolves after the time, or at once when the signal aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) {
      resolve();
      return;
    }
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener('abort', done, { once: true });
  });
}
