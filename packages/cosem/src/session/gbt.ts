/**
 * General block transfer (IEC 62056-5-3, general-block-transfer): any APDU, protected as it is, in numbered blocks, in
 * windows that stream, with acknowledgement and recovery of lost blocks, in both directions of one exchange. A state
 * machine without I/O: APDUs and the time go in, events come out in the order in which they are to be carried out.
 */

import type { GeneralBlockTransfer } from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { joinOctets, maxTransferSize } from './block-transfer.ts';
import { raiseSession } from './errors.ts';

/** Octets of a general-block-transfer APDU around its content. */
export const gbtFraming = 9;
/** Largest window: the field has six bits. */
export const maxGbtWindow = 63;
/** Largest block number: the field has 16 bits. */
export const maxGbtBlocks = 0xffff;
/** How often in a row a turn may bring nothing new before the exchange is given up. */
export const maxGbtStalls = 6;
/** How long the next block of the peer may take, in milliseconds. */
export const gbtBlockTimeoutMs = 5000;

/** What an exchange reports. */
export type GbtEvent =
  | { readonly type: 'send'; readonly apdu: GeneralBlockTransfer }
  /** The peer's APDU, whole. */
  | { readonly type: 'received'; readonly apdu: Uint8Array }
  | { readonly type: 'failed'; readonly error: CosemError };

/** How an exchange is run. */
export interface GbtOptions {
  /** The client repeats its turn when the peer is silent; a server waits. */
  readonly role: 'client' | 'server';
  /** Octets of content in a block that is sent. */
  readonly blockSize: number;
  /** Blocks that this side takes at a time, 1 to 63. 1 by default. */
  readonly window?: number;
  /** Blocks that the peer takes at a time, until it says so itself. 1 by default. */
  readonly peerWindow?: number;
  /** Whether an APDU of the peer is to come by blocks: false where its request came whole. */
  readonly expects: boolean;
  /** Octets of the peer's APDU. */
  readonly maxSize?: number;
  readonly maxStalls?: number;
  readonly blockTimeoutMs?: number;
}

interface OwnBlock {
  readonly data: Uint8Array;
  readonly last: boolean;
}

/** Whether an APDU opens a new exchange of the peer's: its first block, with content, acknowledging nothing. */
export function opensGbtExchange(apdu: GeneralBlockTransfer): boolean {
  return apdu.blockNumber === 1 && apdu.blockNumberAck === 0 && apdu.blockData.length > 0;
}

/** One exchange: at most one APDU in each direction. */
export class GbtExchange {
  readonly #options: Required<GbtOptions>;
  readonly #incoming: GbtReceiver;
  /** Blocks sent so far; number n is at n - 1. */
  readonly #sent: OwnBlock[] = [];
  #pending: OwnBlock[] = [];
  #acknowledged = 0;
  #peerWindow: number;
  #receivedAll: boolean;
  /** Whether this side has sent, or need not send, everything: what last-block says in an acknowledgement. */
  #sentAll: boolean;
  #stalls = 0;
  #progress = false;
  #newSinceTurn = false;
  #failed = false;
  #deadline: number | undefined;

  constructor(options: GbtOptions) {
    this.#options = {
      window: 1,
      peerWindow: 1,
      maxSize: maxTransferSize,
      maxStalls: maxGbtStalls,
      blockTimeoutMs: gbtBlockTimeoutMs,
      ...options,
    };
    const { window, peerWindow, blockSize, expects, maxSize } = this.#options;
    if (window < 1 || window > maxGbtWindow || blockSize < 1) {
      throw raiseSession('options', `a window of ${window} and blocks of ${blockSize}`);
    }
    this.#peerWindow = Math.max(1, peerWindow);
    this.#incoming = new GbtReceiver(window, maxSize);
    this.#receivedAll = !expects;
    // A client whose request went out whole has nothing more to send; a server has its answer.
    this.#sentAll = this.#options.role === 'client';
  }

  /** When {@link tick} is due. */
  get deadlineMs(): number | undefined {
    return this.#deadline;
  }

  /** Whether the peer's APDU is complete. */
  get received(): boolean {
    return this.#receivedAll;
  }

  /** Whether every block of this side was acknowledged. */
  get delivered(): boolean {
    return this.#pending.length === 0 && this.#acknowledged >= this.#sent.length;
  }

  /** Begins to send an APDU; blocks are views on it. Throws `session/block-count`. */
  send(apdu: Uint8Array, nowMs: number): GbtEvent[] {
    const { blockSize } = this.#options;
    for (let at = 0; at < apdu.length; at += blockSize) {
      const data = apdu.subarray(at, at + blockSize);
      this.#pending.push({ data, last: at + blockSize >= apdu.length });
    }
    if (this.#sent.length + this.#pending.length > maxGbtBlocks) throw raiseSession('block-count');
    this.#sentAll = false;
    return this.#turn(nowMs);
  }

  /** Takes an APDU of the peer. */
  receive(apdu: GeneralBlockTransfer, nowMs: number): GbtEvent[] {
    if (this.#failed) return [];
    if (apdu.blockNumberAck > this.#sent.length) {
      return this.#fail(raiseSession('gbt-number', `block ${apdu.blockNumberAck} was never sent`));
    }
    if (apdu.blockNumberAck > this.#acknowledged) {
      this.#acknowledged = apdu.blockNumberAck;
      this.#progress = true;
    }
    // 0 belongs to services without confirmation; here it can only mean the least.
    this.#peerWindow = Math.max(1, apdu.window);
    const events: GbtEvent[] = [];
    if (!this.#receivedAll) {
      try {
        if (this.#incoming.add(apdu)) this.#progress = true;
      } catch (error) {
        return this.#fail(error as CosemError);
      }
      const whole = this.#incoming.take();
      if (whole !== undefined) {
        this.#receivedAll = true;
        events.push({ type: 'received', apdu: whole });
      }
    } else if (apdu.blockData.length > 0 && apdu.blockNumber > this.#incoming.inOrder) {
      return this.#fail(raiseSession('gbt-number', 'content after the last block'));
    } else {
      this.#incoming.note(apdu.blockNumber);
    }
    this.#newSinceTurn = true;
    if (apdu.streaming && !this.#receivedAll) this.#arm(nowMs);
    else events.push(...this.#answer(nowMs));
    return events;
  }

  /** The peer was silent for too long: the client takes its turn again. */
  tick(nowMs: number): GbtEvent[] {
    if (this.#deadline === undefined || nowMs < this.#deadline || this.#failed) return [];
    this.#deadline = undefined;
    if (this.#options.role === 'server') return [];
    if (this.#newSinceTurn) return this.#answer(nowMs);
    const last = this.#sent.length;
    if (last === 0 || this.#stalled()) return this.#fail(raiseSession('gbt-stalled', 'the peer is silent'));
    const again = this.#make(last, false);
    this.#arm(nowMs);
    return [{ type: 'send', apdu: again }];
  }

  #answer(nowMs: number): GbtEvent[] {
    if (this.#progress) this.#stalls = 0;
    else if (this.#stalled()) return this.#fail(raiseSession('gbt-stalled'));
    this.#progress = false;
    return this.#turn(nowMs);
  }

  #stalled(): boolean {
    this.#stalls += 1;
    return this.#stalls > this.#options.maxStalls;
  }

  /** Sends what the peer's window takes: first what it misses, then what is new, else an acknowledgement. */
  #turn(nowMs: number): GbtEvent[] {
    this.#newSinceTurn = false;
    const numbers = this.#missing();
    while (numbers.length < this.#peerWindow && this.#pending.length > 0) {
      const block = this.#pending.shift()!;
      numbers.push(this.#sent.push(block));
      if (block.last) this.#sentAll = true;
    }
    if (numbers.length === 0 && !this.#receivedAll) {
      if (this.#sent.length >= maxGbtBlocks) return this.#fail(raiseSession('block-count'));
      numbers.push(this.#acknowledgement());
    }
    if (numbers.length > 0 || !this.#receivedAll) this.#arm(nowMs);
    else this.#deadline = undefined;
    return numbers.map((number, i) => ({
      type: 'send',
      apdu: this.#make(number, i < numbers.length - 1),
    }));
  }

  /** The number of a block without content: the one that is on its way already, else a new one. */
  #acknowledgement(): number {
    const last = this.#sent.at(-1);
    const onItsWay = last !== undefined && last.data.length === 0 && this.#acknowledged < this.#sent.length;
    if (onItsWay) return this.#sent.length;
    return this.#sent.push({ data: new Uint8Array(0), last: this.#sentAll });
  }

  /** Numbers of sent blocks that the peer has not acknowledged, if there is content among them. */
  #missing(): number[] {
    const numbers: number[] = [];
    let content = false;
    for (let number = this.#acknowledged + 1; number <= this.#sent.length; number++) {
      if (numbers.length >= this.#peerWindow) break;
      numbers.push(number);
      content ||= this.#sent[number - 1]!.data.length > 0;
    }
    return content ? numbers : [];
  }

  #make(number: number, streaming: boolean): GeneralBlockTransfer {
    const { data, last } = this.#sent[number - 1]!;
    return {
      type: 'general-block-transfer',
      lastBlock: last,
      streaming,
      window: this.#incoming.wanted,
      blockNumber: number,
      blockNumberAck: this.#incoming.inOrder,
      blockData: data,
    };
  }

  #arm(nowMs: number): void {
    this.#deadline = nowMs + this.#options.blockTimeoutMs;
  }

  #fail(error: CosemError): GbtEvent[] {
    this.#failed = true;
    this.#deadline = undefined;
    this.#pending = [];
    return [{ type: 'failed', error }];
  }
}

/** Puts the blocks of one APDU together, also those that come out of order within a window. It copies what it keeps. */
export class GbtReceiver {
  readonly #window: number;
  readonly #maxSize: number;
  #parts: Uint8Array[] = [];
  readonly #early = new Map<number, GeneralBlockTransfer>();
  #size = 0;
  #inOrder = 0;
  #ended = false;

  constructor(window: number, maxSize = maxTransferSize) {
    this.#window = window;
    this.#maxSize = maxSize;
  }

  /** Number of the last block before which none is missing. */
  get inOrder(): number {
    return this.#inOrder;
  }

  /** How many blocks to ask for: those up to the first that is there already, else a whole window. */
  get wanted(): number {
    let least = this.#inOrder + 1 + this.#window;
    for (const number of this.#early.keys()) least = Math.min(least, number);
    return Math.max(1, least - this.#inOrder - 1);
  }

  /** Takes a block. Out: whether it brought anything. Throws `session/gbt-number`, `session/block-size`. */
  add(apdu: GeneralBlockTransfer): boolean {
    const { blockNumber } = apdu;
    if (blockNumber <= this.#inOrder || this.#early.has(blockNumber)) return false;
    // A peer's acknowledgements count as blocks too, so one number beyond the window is within reason.
    if (blockNumber > this.#inOrder + this.#window + 1) {
      throw raiseSession('gbt-number', `block ${blockNumber} after ${this.#inOrder}`);
    }
    this.#size += apdu.blockData.length;
    if (this.#size > this.#maxSize) throw raiseSession('block-size', `over ${this.#maxSize} octets`);
    const brings = apdu.blockData.length > 0;
    this.#early.set(blockNumber, { ...apdu, blockData: copyOctets(apdu.blockData) });
    for (;;) {
      const next = this.#early.get(this.#inOrder + 1);
      if (next === undefined || this.#ended) return brings;
      this.#early.delete(next.blockNumber);
      this.#inOrder = next.blockNumber;
      if (next.blockData.length > 0) this.#parts.push(next.blockData);
      // An acknowledgement that says "last" before any content means its own direction only.
      this.#ended = next.lastBlock && this.#parts.length > 0;
    }
  }

  /** Notes an acknowledgement that came after everything else: it is acknowledged, and nothing more. */
  note(blockNumber: number): void {
    this.#inOrder = Math.max(this.#inOrder, blockNumber);
  }

  /** The whole APDU, once, when its last block and all before it are there. */
  take(): Uint8Array | undefined {
    if (!this.#ended || this.#parts.length === 0) return undefined;
    const whole = joinOctets(this.#parts);
    this.#parts = [];
    return whole;
  }
}

/**
 * The blocks of an APDU that nobody confirms, as pushes are sent (IEC 62056-5-3, general-block-transfer with
 * unconfirmed services): all of them stream and the window is 0.
 */
export function unconfirmedGbt(apdu: Uint8Array, blockSize: number): GeneralBlockTransfer[] {
  const blocks: GeneralBlockTransfer[] = [];
  for (let at = 0; at < apdu.length; at += blockSize) {
    blocks.push({
      type: 'general-block-transfer',
      lastBlock: at + blockSize >= apdu.length,
      streaming: true,
      window: 0,
      blockNumber: blocks.length + 1,
      blockNumberAck: 0,
      blockData: apdu.subarray(at, at + blockSize),
    });
  }
  if (blocks.length > maxGbtBlocks) throw raiseSession('block-count');
  return blocks;
}
