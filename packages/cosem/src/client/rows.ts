/** The elements of an encoded array as its octets arrive: nothing is held but the element that is incomplete. */
import { ByteReader, copyOctets } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { decodeData, readData } from '../data/codec.ts';
import { type Data, dataTags } from '../data/types.ts';
import { joinOctets } from '../session/block-transfer.ts';
import { raiseClient } from './failures.ts';

/** Most octets of one element: a row of a profile with some hundred columns is far smaller. */
export const maxRowSize = 0x1_0000;

/** Takes pieces of an encoded array or compact array and hands out its elements. */
export class ArrayRows {
  #rest: Uint8Array = new Uint8Array(0);
  /** Elements that are still to come; undefined until the head of the array is there. */
  #left: number | undefined;
  /** A compact array has its elements without types, and is read when it is whole. */
  #compact = false;
  readonly #maxCompact: number;

  constructor(maxCompactSize: number) {
    this.#maxCompact = maxCompactSize;
  }

  /** Takes a piece. Out: the elements that it completes, copied. Throws `client/profile`, `data/*`. */
  push(piece: Uint8Array): Data[] {
    this.#rest = this.#rest.length === 0 ? copyOctets(piece) : joinOctets([this.#rest, piece]);
    if (this.#left === undefined && !this.#compact && !this.#head()) return [];
    if (this.#compact) {
      if (this.#rest.length > this.#maxCompact)
        throw raiseClient('profile', 'the compact array is too large');
      return [];
    }
    const rows: Data[] = [];
    const reader = new ByteReader(this.#rest);
    while (this.#left! > 0) {
      const at = reader.offset;
      const row = tryRead(reader);
      if (row === undefined) {
        reader.offset = at;
        break;
      }
      rows.push(row);
      this.#left! -= 1;
    }
    this.#rest = this.#rest.subarray(reader.offset);
    if (this.#left === 0 && this.#rest.length > 0) throw raiseClient('profile', 'octets after the last row');
    if (this.#rest.length > maxRowSize) throw raiseClient('profile', `a row of over ${maxRowSize} octets`);
    return rows;
  }

  /** The end of the value. Out: what could not be handed out before. Throws `client/profile` where rows are missing. */
  finish(): readonly Data[] {
    if (this.#compact) {
      const value = decodeData(this.#rest);
      return value.type === 'compact-array' ? value.value.items : [];
    }
    if (this.#left !== 0) throw raiseClient('profile', `${this.#left ?? 'all'} rows are missing`);
    return [];
  }

  #head(): boolean {
    const reader = new ByteReader(this.#rest);
    const tag = reader.u8('buffer');
    if (tag === dataTags['compact-array']) {
      this.#compact = true;
      return true;
    }
    if (tag === dataTags['null-data'] && this.#rest.length === 1) {
      this.#left = 0;
      this.#rest = new Uint8Array(0);
      return true;
    }
    if (tag !== dataTags.array) throw raiseClient('profile', `tag ${tag} instead of an array`);
    const count = atEnd(() => reader.length(0xffff_ffff, 'buffer'));
    if (count === undefined) return false;
    this.#left = count;
    this.#rest = this.#rest.subarray(reader.offset);
    return true;
  }
}

function tryRead(reader: ByteReader): Data | undefined {
  if (reader.remaining === 0) return undefined;
  return atEnd(() => readData(reader, 'buffer'));
}

/** Codes of values that may only be incomplete: a count that is too large for what is there says "length". */
const incomplete = new Set(['bytes/truncated', 'data/truncated', 'data/length']);

/** Undefined where the octets end before the value does; other errors stay errors. */
function atEnd<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof CosemError && incomplete.has(error.code)) return undefined;
    throw error;
  }
}
