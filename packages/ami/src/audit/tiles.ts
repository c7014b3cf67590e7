/**
 * The tree's hashes as tiles (C2SP tlog-tiles): tile N of level L holds the hashes of up to 256 subtrees of 256^L
 * leaves each. Any node is then a few look-ups away, however large the tree, and so is any proof.
 */
import { Frontier, hashOctets, nodeHash, splitOf } from './merkle.ts';

/** Hashes in a full tile, and its height in levels of the tree: tlog-tiles fixes both. */
export const tileWidth = 256;
export const tileHeight = 8;

/** Reads a tile's hashes, or undefined when there is no such tile. */
export type ReadTile = (level: number, number: number) => Promise<Uint8Array | undefined>;

/** The root over a full tile, or over the first 2^n hashes from an offset. */
export function rootOfHashes(hashes: Uint8Array, from = 0, count = tileWidth): Buffer {
  let row: Uint8Array = hashes.subarray(from * hashOctets, (from + count) * hashOctets);
  for (let width = count; width > 1; width /= 2) {
    const next = Buffer.allocUnsafe((width / 2) * hashOctets);
    for (let i = 0; i < width / 2; i++) {
      const left = row.subarray(2 * i * hashOctets, (2 * i + 1) * hashOctets);
      const right = row.subarray((2 * i + 1) * hashOctets, (2 * i + 2) * hashOctets);
      next.set(nodeHash(left, right), i * hashOctets);
    }
    row = next;
  }
  return Buffer.from(row);
}

/** Thrown when a tile that must be there is not; whoever reads a damaged store turns it into a finding. */
export class MissingTile extends Error {
  readonly level: number;
  readonly number: number;
  constructor(level: number, number: number) {
    super(`tile ${number} of level ${level} is missing or short`);
    this.level = level;
    this.number = number;
  }
}

/** The root of the complete subtree of 2^height leaves that begins at leaf `index × 2^height`. */
export async function subtreeRoot(read: ReadTile, height: number, index: number): Promise<Buffer> {
  const level = Math.floor(height / tileHeight);
  const count = 2 ** (height % tileHeight);
  const first = index * count;
  const number = Math.floor(first / tileWidth);
  const tile = await read(level, number);
  const offset = first % tileWidth;
  if (tile === undefined || tile.length < (offset + count) * hashOctets) throw new MissingTile(level, number);
  return rootOfHashes(tile, offset, count);
}

/** The root over the leaves `from` … `to` - 1, where the range is one that RFC 6962's recursion makes. */
export async function rangeRoot(read: ReadTile, from: number, to: number): Promise<Buffer> {
  const count = to - from;
  const height = Math.round(Math.log2(count));
  if (2 ** height === count) return subtreeRoot(read, height, from / count);
  const split = from + splitOf(count);
  return nodeHash(await rangeRoot(read, from, split), await rangeRoot(read, split, to));
}

/** The path of leaf `index` in the tree of `size` leaves, from the leaf upwards (RFC 6962 section 2.1.1). */
export async function inclusionProof(read: ReadTile, index: number, size: number): Promise<Buffer[]> {
  const path: Buffer[] = [];
  let [from, to] = [0, size];
  while (to - from > 1) {
    const split = from + splitOf(to - from);
    if (index < split) {
      path.push(await rangeRoot(read, split, to));
      to = split;
    } else {
      path.push(await rangeRoot(read, from, split));
      from = split;
    }
  }
  return path.reverse();
}

/** The proof that the tree of `newSize` begins with that of `oldSize` (RFC 6962 section 2.1.2). */
export async function consistencyProof(read: ReadTile, oldSize: number, newSize: number): Promise<Buffer[]> {
  if (oldSize === 0 || oldSize === newSize) return [];
  const proof: Buffer[] = [];
  let [from, to] = [0, newSize];
  // Whether the old tree is still the whole of what is looked at: then its root is known to the verifier.
  let whole = true;
  while (oldSize !== to) {
    const split = from + splitOf(to - from);
    if (oldSize <= split) {
      proof.push(await rangeRoot(read, split, to));
      to = split;
    } else {
      proof.push(await rangeRoot(read, from, split));
      from = split;
      whole = false;
    }
  }
  if (!whole) proof.push(await rangeRoot(read, from, to));
  return proof.reverse();
}

export interface Tile {
  readonly level: number;
  readonly number: number;
  /** 1 to 256 hashes of 32 octets. */
  readonly hashes: Buffer;
}

interface OpenTile {
  number: number;
  count: number;
  hashes: Buffer;
  dirty: boolean;
}

/** Builds the tiles of a growing tree, and its root with them: one node hash a leaf. */
export class TileBuilder {
  readonly #levels: OpenTile[] = [];
  #frontier: Frontier;
  #full: Tile[] = [];
  #loading = false;

  constructor() {
    this.#frontier = new Frontier((height, root) => {
      if (!this.#loading && height % tileHeight === 0) this.#append(height / tileHeight, root);
    });
  }

  get size(): number {
    return this.#frontier.size;
  }

  root(): Buffer {
    return this.#frontier.root();
  }

  /** A frontier as it is now, for trying out what comes next. */
  frontier(): Frontier {
    return this.#frontier.clone();
  }

  push(leaf: Buffer): void {
    this.#frontier.push(leaf);
  }

  #open(level: number): OpenTile {
    return (this.#levels[level] ??= {
      number: 0,
      count: 0,
      hashes: Buffer.alloc(tileWidth * hashOctets),
      dirty: false,
    });
  }

  #append(level: number, root: Buffer): void {
    const open = this.#open(level);
    open.hashes.set(root, open.count * hashOctets);
    open.count += 1;
    open.dirty = true;
    if (open.count < tileWidth) return;
    this.#full.push({ level, number: open.number, hashes: open.hashes });
    this.#levels[level] = {
      number: open.number + 1,
      count: 0,
      hashes: Buffer.alloc(tileWidth * hashOctets),
      dirty: false,
    };
  }

  /** The full tiles since the last call. */
  takeFull(): Tile[] {
    return this.#full.splice(0);
  }

  /** The tiles at the right edge that are neither empty nor full; `dirtyOnly`: that grew since they were last taken. */
  takePartial(dirtyOnly = false): Tile[] {
    const tiles: Tile[] = [];
    for (const [level, open] of this.#levels.entries()) {
      if (open.count === 0 || (dirtyOnly && !open.dirty)) continue;
      tiles.push({
        level,
        number: open.number,
        hashes: Buffer.from(open.hashes.subarray(0, open.count * hashOctets)),
      });
      open.dirty = false;
    }
    return tiles;
  }

  /** Stands where a tree of `size` leaves stands. Errors: `MissingTile`. */
  static async load(read: ReadTile, size: number): Promise<TileBuilder> {
    const builder = new TileBuilder();
    builder.#loading = true;
    let levels = 0;
    for (let width = 1; width <= size; width *= tileWidth) levels += 1;
    for (let level = levels - 1; level >= 0; level--) {
      const subtrees = Math.floor(size / tileWidth ** level);
      const open = builder.#open(level);
      open.number = Math.floor(subtrees / tileWidth);
      open.count = subtrees % tileWidth;
      if (open.count === 0) continue;
      const hashes = await read(level, open.number);
      if (hashes === undefined || hashes.length < open.count * hashOctets)
        throw new MissingTile(level, open.number);
      open.hashes.set(hashes.subarray(0, open.count * hashOctets));
      for (let i = 0; i < open.count; i++) {
        const root = Buffer.from(open.hashes.subarray(i * hashOctets, (i + 1) * hashOctets));
        builder.#frontier.pushSubtree(level * tileHeight, root);
      }
    }
    builder.#loading = false;
    return builder;
  }
}
