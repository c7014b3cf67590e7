/**
 * The Merkle tree of RFC 6962 section 2.1 with SHA-256: hashes, a frontier that grows by one leaf at a time, and the
 * verification of proofs. Pure; indices and sizes are integers below 2^53, so no bit operators.
 */
import { hash } from 'node:crypto';

export const hashOctets = 32;
/** A tree of 2^53 leaves is 53 levels high. */
export const maxProofHashes = 63;

const scratch = Buffer.alloc(1 + 2 * hashOctets);
scratch[0] = 1;

/** By way of text: asked for a buffer, Node 24 takes more than twice as long. */
function sha256(octets: Uint8Array): Buffer {
  return Buffer.from(hash('sha256', octets, 'binary'), 'binary');
}

/** SHA-256(0x00 ‖ record). */
export function leafHash(record: Uint8Array): Buffer {
  const prefixed = Buffer.allocUnsafe(record.length + 1);
  prefixed[0] = 0;
  prefixed.set(record, 1);
  return sha256(prefixed);
}

/** SHA-256(0x01 ‖ left ‖ right). */
export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer {
  scratch.set(left, 1);
  scratch.set(right, 1 + hashOctets);
  return sha256(scratch);
}

/** The root of a tree without leaves. */
export function emptyRoot(): Buffer {
  return sha256(Buffer.alloc(0));
}

/** The largest power of two below `n`, for n > 1. */
export function splitOf(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** The roots of the complete subtrees of a growing tree, largest first; enough to compute its root at any moment. */
export class Frontier {
  #peaks: { readonly height: number; readonly root: Buffer }[] = [];
  #size = 0;
  readonly #onComplete: ((height: number, root: Buffer) => void) | undefined;

  /** `onComplete` is told of every subtree as it becomes complete, leaves (height 0) included. */
  constructor(onComplete?: (height: number, root: Buffer) => void) {
    this.#onComplete = onComplete;
  }

  get size(): number {
    return this.#size;
  }

  push(leaf: Buffer): void {
    this.pushSubtree(0, leaf);
  }

  /** Adds a complete subtree of 2^height leaves; the size so far must be a multiple of that. */
  pushSubtree(atHeight: number, atRoot: Buffer): void {
    let [height, root] = [atHeight, atRoot];
    this.#onComplete?.(height, root);
    for (let last = this.#peaks.at(-1); last?.height === height; last = this.#peaks.at(-1)) {
      root = nodeHash(last.root, root);
      height += 1;
      this.#peaks.pop();
      this.#onComplete?.(height, root);
    }
    this.#peaks.push({ height, root });
    this.#size += 2 ** atHeight;
  }

  root(): Buffer {
    const peaks = this.#peaks;
    if (peaks.length === 0) return emptyRoot();
    let root = peaks.at(-1)!.root;
    for (let i = peaks.length - 2; i >= 0; i--) root = nodeHash(peaks[i]!.root, root);
    return root;
  }

  /** A copy that grows on its own and tells nobody. */
  clone(): Frontier {
    const copy = new Frontier();
    copy.#peaks = [...this.#peaks];
    copy.#size = this.#size;
    return copy;
  }
}

/** The root over some leaf hashes. */
export function rootOf(leaves: readonly Buffer[]): Buffer {
  const frontier = new Frontier();
  for (const leaf of leaves) frontier.push(leaf);
  return frontier.root();
}

function isSize(value: number): boolean {
  return Number.isSafeInteger(value) && value >= 0;
}

const isHash = (value: Uint8Array) => value.length === hashOctets;

/** Whether the path leads from the leaf at `index` to the root of a tree of `size` leaves (RFC 9162 section 2.1.3.2). */
export function verifyInclusion(
  index: number,
  size: number,
  leaf: Uint8Array,
  path: readonly Uint8Array[],
  root: Uint8Array,
): boolean {
  if (!isSize(index) || !isSize(size) || index >= size || path.length > maxProofHashes) return false;
  if (!path.every(isHash)) return false;
  let at = index;
  let last = size - 1;
  let computed: Uint8Array = leaf;
  for (const sibling of path) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      computed = nodeHash(sibling, computed);
      while (at % 2 === 0 && at !== 0) {
        at = Math.floor(at / 2);
        last = Math.floor(last / 2);
      }
    } else {
      computed = nodeHash(computed, sibling);
    }
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && Buffer.compare(computed, root) === 0;
}

/** Whether the tree of `newSize` leaves begins with the tree of `oldSize` leaves (RFC 9162 section 2.1.4.2). */
export function verifyConsistency(
  oldSize: number,
  newSize: number,
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
  proof: readonly Uint8Array[],
): boolean {
  if (!isSize(oldSize) || !isSize(newSize) || oldSize > newSize || proof.length > maxProofHashes)
    return false;
  if (!proof.every(isHash)) return false;
  // Every tree begins with the empty one.
  if (oldSize === 0) return proof.length === 0;
  if (oldSize === newSize) return proof.length === 0 && Buffer.compare(oldRoot, newRoot) === 0;
  const path = [...proof];
  // A complete old tree is itself a node of the new one, and the proof leaves it out.
  if (2 ** Math.round(Math.log2(oldSize)) === oldSize) path.unshift(oldRoot);
  return walkConsistency(oldSize - 1, newSize - 1, path, oldRoot, newRoot);
}

function walkConsistency(
  first: number,
  second: number,
  path: readonly Uint8Array[],
  oldRoot: Uint8Array,
  newRoot: Uint8Array,
): boolean {
  let [at, last] = [first, second];
  const halve = () => {
    at = Math.floor(at / 2);
    last = Math.floor(last / 2);
  };
  while (at % 2 === 1) halve();
  let [oldSide, newSide] = [path[0], path[0]];
  if (oldSide === undefined || newSide === undefined) return false;
  for (const sibling of path.slice(1)) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      oldSide = nodeHash(sibling, oldSide);
      newSide = nodeHash(sibling, newSide);
      while (at % 2 === 0 && at !== 0) halve();
    } else {
      newSide = nodeHash(newSide, sibling);
    }
    halve();
  }
  return last === 0 && Buffer.compare(oldSide, oldRoot) === 0 && Buffer.compare(newSide, newRoot) === 0;
}
