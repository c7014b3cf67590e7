/**
 * Pushed messages that come in general block transfer (IEC 62056-5-3, general-block-transfer with unconfirmed
 * services): all blocks stream, nobody acknowledges, and what is lost is lost.
 */

import type { GeneralBlockTransfer } from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import type { CosemError } from '../base/errors.ts';
import { joinOctets } from '../session/block-transfer.ts';
import { raiseSession } from '../session/errors.ts';
import { raisePush } from './errors.ts';

/** Messages that may be open at the same time, one for each sender; the oldest is given up first. */
export const maxOpenStreams = 256;
/** Octets of one pushed message. */
export const maxPushSize = 0x4_0000;

interface Stream {
  readonly parts: Uint8Array[];
  lastBlock: number;
  size: number;
}

/** What a block brought: a whole APDU, or an error about one that is given up, or both, or neither. */
export interface GbtResult {
  readonly apdu?: Uint8Array;
  readonly error?: CosemError;
}

/** Puts the blocks of each sender together. It copies what it keeps. */
export class GbtStreams {
  readonly #streams = new Map<string, Stream>();
  readonly #maxSize: number;

  constructor(maxSize = maxPushSize) {
    this.#maxSize = maxSize;
  }

  /** Messages that are open. */
  get open(): number {
    return this.#streams.size;
  }

  /** Takes a block of a sender. */
  add(sender: string, block: GeneralBlockTransfer): GbtResult {
    let stream = this.#streams.get(sender);
    let error: CosemError | undefined;
    if (block.blockNumber === 1) {
      // A new message: whatever was open has lost its end.
      if (stream !== undefined) error = raisePush('gbt-lost', `after block ${stream.lastBlock}`);
      stream = { parts: [], lastBlock: 0, size: 0 };
      this.#streams.delete(sender);
      this.#streams.set(sender, stream);
      error = this.#evict() ?? error;
    } else if (stream === undefined) {
      return { error: raiseSession('gbt-unexpected', `block ${block.blockNumber} without its first`) };
    } else if (block.blockNumber === stream.lastBlock) {
      // A repetition by the link below.
      return {};
    }
    const failure = this.#extend(stream, block);
    if (failure !== undefined) {
      this.#streams.delete(sender);
      return { error: failure };
    }
    if (!block.lastBlock) return error === undefined ? {} : { error };
    this.#streams.delete(sender);
    const apdu = joinOctets(stream.parts);
    return error === undefined ? { apdu } : { apdu, error };
  }

  /** Forgets what a sender has open: its connection ended. */
  drop(sender: string): void {
    this.#streams.delete(sender);
  }

  #extend(stream: Stream, block: GeneralBlockTransfer): CosemError | undefined {
    if (block.blockNumber !== stream.lastBlock + 1) {
      return raisePush('gbt-lost', `block ${block.blockNumber} after ${stream.lastBlock}`);
    }
    stream.lastBlock = block.blockNumber;
    stream.size += block.blockData.length;
    if (stream.size > this.#maxSize) return raiseSession('block-size', `over ${this.#maxSize} octets`);
    stream.parts.push(copyOctets(block.blockData));
    return undefined;
  }

  #evict(): CosemError | undefined {
    if (this.#streams.size <= maxOpenStreams) return undefined;
    const [oldest] = this.#streams.keys();
    this.#streams.delete(oldest!);
    return raisePush('gbt-lost', `more than ${maxOpenStreams} messages are open`);
  }
}
