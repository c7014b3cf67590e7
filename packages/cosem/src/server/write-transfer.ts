/** What a client sends in blocks of Set and Action until all of it is there (IEC 62056-5-3, block transfer). */

import type { DataBlock, MethodDescriptor, SelectedAttribute } from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import { BlockAssembler } from '../session/block-transfer.ts';

/** Bounds of one transfer. */
export interface WriteBounds {
  /** Octets. */
  readonly maxRequestSize: number;
  readonly maxBlocks: number;
}

/** What the blocks are for. */
export type LongWrite =
  | { readonly service: 'set'; readonly list: readonly SelectedAttribute[]; readonly asList: boolean }
  | { readonly service: 'action'; readonly list: readonly MethodDescriptor[]; readonly asList: boolean };

/** One transfer in progress. */
export class WriteTransfer {
  readonly target: LongWrite;
  readonly #assembler: BlockAssembler;

  constructor(target: LongWrite, bounds: WriteBounds) {
    this.target = copyTarget(target);
    this.#assembler = new BlockAssembler({ maxSize: bounds.maxRequestSize, maxBlocks: bounds.maxBlocks });
  }

  /** Takes a block; hands out everything with the last one. Throws `session/block-*`. */
  add(block: DataBlock): Uint8Array | undefined {
    return this.#assembler.add(block);
  }
}

/** Descriptors are views on the APDU of the first block, which need not live as long as the transfer. */
function copyTarget(target: LongWrite): LongWrite {
  if (target.service === 'action') {
    const list = target.list.map((one) => ({ ...one, instance: copyOctets(one.instance) }));
    return { ...target, list };
  }
  const list = target.list.map(({ descriptor, selection }) => ({
    descriptor: { ...descriptor, instance: copyOctets(descriptor.instance) },
    ...(selection === undefined ? {} : { selection }),
  }));
  return { ...target, list };
}
