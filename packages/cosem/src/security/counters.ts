/**
 * Invocation counters (IEC 62056-5-3, security header): what is sent rises strictly for each key and direction and is
 * never used twice, not even after a crash; what is received is checked after its tag, and then remembered.
 */
import { raiseSecurity } from './errors.ts';

/** The counter's end: it is never sent, so that an exhausted counter is told from a used one. */
export const maxCounter = 0xffff_ffff;
/** The first value that is sent under a new key; many devices hold 0 as "the last one seen". */
export const firstCounter = 1;
/** Values reserved at a time by default: a crash skips at most that many. */
export const defaultReservation = 256;
/** Widest window in which pushes may arrive out of order: the bits of one mask. */
export const maxReplayWindow = 32;

/** What was received under one key: the highest counter, and which of the 32 up to it (bit 0 is the highest). */
export interface ReceivedState {
  readonly highest: number;
  readonly mask: number;
}

/** Where counters are kept; the caller supplies it. Every promise settles only when the change is durable. */
export interface CounterPort {
  /**
   * Reserves `count` values under a name. Out: the first of them. The next call, also after a restart, must give at
   * least `count` more; a name never seen before starts at {@link firstCounter}.
   */
  reserve(name: string, count: number): number | Promise<number>;
  loadReceived(name: string): ReceivedState | undefined | Promise<ReceivedState | undefined>;
  saveReceived(name: string, state: ReceivedState): void | Promise<void>;
}

/**
 * The name of one counter. `generation` rises with every change of the key, because a new key starts a new counter.
 */
export function counterName(
  owner: string,
  purpose: string,
  generation: number,
  direction: 'sent' | 'received',
): string {
  return `${owner}/${purpose}/${generation}/${direction}`;
}

/** Hands out the values to send under one key. */
export class SendCounter {
  readonly #port: CounterPort;
  readonly #name: string;
  readonly #block: number;
  #next = 0;
  /** One past the last reserved value. */
  #end = 0;
  #pending: Promise<void> | undefined;

  constructor(port: CounterPort, name: string, block = defaultReservation) {
    this.#port = port;
    this.#name = name;
    this.#block = Math.max(1, block);
  }

  /** Reserved and not yet taken. */
  get left(): number {
    return this.#end - this.#next;
  }

  /**
   * Sees to it that `count` values can be taken; await it where it gives a promise. Throws `security/counter-exhausted`
   * and what the port throws.
   */
  reserve(count = 1): void | Promise<void> {
    if (this.left >= count) return;
    // One reservation at a time: a second caller waits for the first, and then looks again.
    if (this.#pending !== undefined) return this.#pending.then(() => this.reserve(count));
    const wanted = Math.max(this.#block, count);
    const first = this.#port.reserve(this.#name, wanted);
    if (typeof first === 'number') {
      this.#adopt(first, wanted, count);
      return;
    }
    this.#pending = first
      .then((value) => this.#adopt(value, wanted, count))
      .finally(() => {
        this.#pending = undefined;
      });
    return this.#pending;
  }

  /** The next value. Throws `security/counter-unreserved`, `security/counter-exhausted`. */
  take(): number {
    if (this.#next >= this.#end) {
      throw raiseSecurity(this.#end >= maxCounter ? 'counter-exhausted' : 'counter-unreserved');
    }
    return this.#next++;
  }

  #adopt(first: number, wanted: number, needed: number): void {
    if (!Number.isSafeInteger(first) || first < this.#end) {
      throw raiseSecurity('counter-storage', 'the port gave a value that was given before');
    }
    this.#next = Math.min(first, maxCounter);
    this.#end = Math.min(first + wanted, maxCounter);
    if (this.left < needed) throw raiseSecurity('counter-exhausted');
  }
}

/** Remembers what was received under one key. */
export class ReceiveCounter {
  readonly #port: CounterPort;
  readonly #name: string;
  readonly #window: number;
  #state: ReceivedState | undefined;

  constructor(port: CounterPort, name: string, state: ReceivedState | undefined, window = 1) {
    if (!Number.isInteger(window) || window < 1 || window > maxReplayWindow) {
      throw new RangeError(`a replay window of ${window}`);
    }
    this.#port = port;
    this.#name = name;
    this.#state = state;
    this.#window = window;
  }

  /** The highest value received so far. */
  get highest(): number | undefined {
    return this.#state?.highest;
  }

  /**
   * Throws `security/replay` unless the value is new: greater than all before (window 1), or at most `window - 1`
   * below the highest and not yet seen. Call it after the tag was found right, and then {@link commit}.
   */
  check(value: number): void {
    const state = this.#state;
    if (state === undefined || value > state.highest) return;
    const behind = state.highest - value;
    if (behind >= this.#window || ((state.mask >>> behind) & 1) === 1) {
      throw raiseSecurity('replay', `counter ${value}, highest ${state.highest}`);
    }
  }

  /**
   * Remembers the value: at once here, durably when the promise (if there is one) settles. Act on the message only
   * after that. Throws `security/replay` as {@link check} does.
   */
  commit(value: number): void | Promise<void> {
    this.check(value);
    const state = this.#state;
    if (state === undefined) {
      this.#state = { highest: value, mask: 1 };
    } else if (value > state.highest) {
      const ahead = value - state.highest;
      const shifted = ahead >= maxReplayWindow ? 0 : state.mask << ahead;
      this.#state = { highest: value, mask: (shifted | 1) >>> 0 };
    } else {
      const bit = 1 << (state.highest - value);
      this.#state = { highest: state.highest, mask: (state.mask | bit) >>> 0 };
    }
    return this.#port.saveReceived(this.#name, this.#state);
  }
}

/** Loads what was received under a name: window 1 is strict, up to {@link maxReplayWindow} for pushes. */
export async function openReceiveCounter(
  port: CounterPort,
  name: string,
  window = 1,
): Promise<ReceiveCounter> {
  return new ReceiveCounter(port, name, await port.loadReceived(name), window);
}

/** Counters in memory: for tests and for keys that live no longer than the process (dedicated keys). */
export class MemoryCounters implements CounterPort {
  readonly #sent = new Map<string, number>();
  readonly #received = new Map<string, ReceivedState>();

  /** Starts a name at a value, for example the one that the device reported. */
  startAt(name: string, next: number): this {
    this.#sent.set(name, Math.max(next, this.#sent.get(name) ?? firstCounter));
    return this;
  }

  reserve(name: string, count: number): number {
    const first = this.#sent.get(name) ?? firstCounter;
    this.#sent.set(name, first + count);
    return first;
  }

  loadReceived(name: string): ReceivedState | undefined {
    return this.#received.get(name);
  }

  saveReceived(name: string, state: ReceivedState): void {
    this.#received.set(name, state);
  }
}
