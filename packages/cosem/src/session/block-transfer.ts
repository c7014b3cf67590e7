/**
 * Block transfer of Get, Set and Action (IEC 62056-5-3, GET, SET and ACTION services, block transfer): cutting what a
 * request or response carries into blocks, and putting blocks together with bounds on number and size.
 *
 * What the blocks carry together: of Get the Data, or with a list the results; of Set the Data, or with a list the
 * values; of Action the parameters (or list of them), and in the response the result with its optional data (or list).
 */

import { readReply, writeReply } from '../apdu/action.ts';
import { ApduReader, ApduWriter } from '../apdu/fields.ts';
import type { ActionReply, DataBlock, GetDataResult } from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import { type DataLimits, encodeData } from '../data/codec.ts';
import type { Data } from '../data/types.ts';
import { raiseSession } from './errors.ts';

/** Most octets that blocks of one transfer may come to unless an option says less: years of a load profile. */
export const maxTransferSize = 0x100_0000;
/** Most blocks of one transfer unless an option says less. */
export const maxTransferBlocks = 0x1_0000;
/** Octets of a Get, Set or Action APDU around the content of a block, apart from descriptors: tag to length. */
export const blockFraming = 16;
/** Smallest content of a block that is worth sending. */
export const minBlockSize = 8;

/** Bounds of a transfer. */
export interface TransferBounds {
  /** Octets. */
  readonly maxSize?: number;
  readonly maxBlocks?: number;
}

/** One block as all services carry it. */
export interface TransferBlock {
  readonly lastBlock: boolean;
  readonly blockNumber: number;
  readonly rawData: Uint8Array;
}

/** Watches that blocks come in order and within the bounds; it keeps nothing of them. */
export class BlockSequence {
  readonly #maxSize: number;
  readonly #maxBlocks: number;
  #last = 0;
  #size = 0;
  #ended = false;

  constructor(bounds: TransferBounds = {}) {
    this.#maxSize = bounds.maxSize ?? maxTransferSize;
    this.#maxBlocks = bounds.maxBlocks ?? maxTransferBlocks;
  }

  /** The number of the last good block; 0 before the first. */
  get lastNumber(): number {
    return this.#last;
  }

  /** Octets so far. */
  get size(): number {
    return this.#size;
  }

  /** Throws `session/block-number`, `session/block-count`, `session/block-size`. */
  accept(block: TransferBlock): void {
    if (this.#ended || block.blockNumber !== this.#last + 1) {
      throw raiseSession('block-number', `block ${block.blockNumber} after ${this.#last}`);
    }
    // A peer that sends blocks without content could go on for ever without reaching the bound on size.
    if (block.blockNumber > this.#maxBlocks || (block.rawData.length === 0 && !block.lastBlock)) {
      throw raiseSession('block-count', `block ${block.blockNumber}, ${block.rawData.length} octets`);
    }
    this.#size += block.rawData.length;
    if (this.#size > this.#maxSize) throw raiseSession('block-size', `over ${this.#maxSize} octets`);
    this.#last = block.blockNumber;
    this.#ended = block.lastBlock;
  }
}

/** Puts the blocks of one transfer together. It copies what it keeps. */
export class BlockAssembler {
  readonly #sequence: BlockSequence;
  #parts: Uint8Array[] = [];

  constructor(bounds: TransferBounds = {}) {
    this.#sequence = new BlockSequence(bounds);
  }

  get lastNumber(): number {
    return this.#sequence.lastNumber;
  }

  /** Takes the next block. Out: everything together with the last block, else undefined. Throws as {@link BlockSequence}. */
  add(block: TransferBlock): Uint8Array | undefined {
    this.#sequence.accept(block);
    this.#parts.push(copyOctets(block.rawData));
    if (!block.lastBlock) return undefined;
    const whole = joinOctets(this.#parts);
    this.#parts = [];
    return whole;
  }
}

/** Puts octets behind each other. */
export function joinOctets(parts: readonly Uint8Array[]): Uint8Array {
  const [only] = parts;
  if (only !== undefined && parts.length === 1) return only;
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Hands out the blocks of one transfer in order; the blocks are views on what was handed in. */
export class BlockCutter {
  readonly #raw: Uint8Array;
  #at = 0;
  #number = 0;
  #begun = false;

  constructor(raw: Uint8Array) {
    this.#raw = raw;
  }

  /** The number of the last block handed out; 0 before the first. */
  get lastNumber(): number {
    return this.#number;
  }

  get done(): boolean {
    return this.#begun && this.#at >= this.#raw.length;
  }

  /** The next block, of at most `size` octets. Throws `session/pdu-size` where the size leaves no room. */
  next(size: number): DataBlock {
    if (size < minBlockSize) throw raiseSession('pdu-size', `${size} octets are left for a block`);
    const rawData = this.#raw.subarray(this.#at, this.#at + size);
    this.#at += rawData.length;
    this.#number += 1;
    this.#begun = true;
    return { lastBlock: this.done, blockNumber: this.#number, rawData };
  }
}

/** Octets for the content of a block, from the largest APDU, what protection adds and what stands before the block. */
export function blockSizeFor(maxPduSize: number, overhead: number, before = 0): number {
  return maxPduSize - overhead - before - blockFraming;
}

/** What the blocks of a Get response with a list carry (IEC 62056-5-3, SEQUENCE OF Get-Data-Result). */
export function encodeGetResults(results: readonly GetDataResult[]): Uint8Array {
  const writer = new ApduWriter(256);
  writer.list(results, (result) => writer.getDataResult(result));
  return writer.finish();
}

/** Reads what {@link encodeGetResults} wrote. Throws `apdu/*`, `data/*`, `bytes/*`. */
export function decodeGetResults(raw: Uint8Array, limits: DataLimits = {}): GetDataResult[] {
  const reader = new ApduReader(raw, limits);
  const results = reader.list('results', 2, (path) => reader.getDataResult(path));
  reader.finish('results');
  return results;
}

/** What the blocks of a Set or Action request with a list carry (IEC 62056-5-3, SEQUENCE OF Data). */
export function encodeDataList(values: readonly Data[]): Uint8Array {
  const writer = new ApduWriter(256);
  writer.list(values, (value) => writer.data(value));
  return writer.finish();
}

/** Reads what {@link encodeDataList} wrote. Throws `apdu/*`, `data/*`, `bytes/*`. */
export function decodeDataList(raw: Uint8Array, limits: DataLimits = {}): Data[] {
  const reader = new ApduReader(raw, limits);
  const values = reader.list('values', 1, (path) => reader.data(path));
  reader.finish('values');
  return values;
}

/** What the blocks of a Get response, or of a Set or Action request without a list, carry: one value. */
export const encodeSingle: (value: Data) => Uint8Array = encodeData;

/** What the blocks of an Action response carry: one reply, or as a list (IEC 62056-5-3, Action-Response-With-Optional-Data). */
export function encodeReplies(replies: readonly ActionReply[], asList: boolean): Uint8Array {
  const writer = new ApduWriter(256);
  if (asList) writer.list(replies, (reply) => writeReply(writer, reply));
  else for (const reply of replies) writeReply(writer, reply);
  return writer.finish();
}

/** Reads what {@link encodeReplies} wrote. Throws `apdu/*`, `data/*`, `bytes/*`. */
export function decodeReplies(raw: Uint8Array, asList: boolean, limits: DataLimits = {}): ActionReply[] {
  const reader = new ApduReader(raw, limits);
  const replies = asList
    ? reader.list('replies', 2, (path) => readReply(reader, path, false))
    : [readReply(reader, 'reply', true)];
  reader.finish('replies');
  return replies;
}
