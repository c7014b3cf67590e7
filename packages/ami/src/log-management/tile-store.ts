/** The tree's tiles in the database. */

import { hashOctets } from '../audit/merkle.ts';
import type { ReadTile, Tile } from '../audit/tiles.ts';
import { tileWidth } from '../audit/tiles.ts';
import type { Client, Pool } from '../store/database.ts';

type Queryable = Pick<Client, 'query'> | Pick<Pool, 'query'>;

/** Reads tiles; full ones never change and are kept, `kept` of them at most. */
export function tileReader(client: Queryable, kept = 0): ReadTile {
  const cache = new Map<string, Buffer>();
  return async (level, number) => {
    const key = `${level}/${number}`;
    const known = cache.get(key);
    if (known !== undefined) return known;
    const { rows } = await (client as Client).query<{ hashes: Buffer }>(
      'SELECT hashes FROM tile WHERE level = $1 AND number = $2',
      [level, number],
    );
    const hashes = rows[0]?.hashes;
    if (kept > 0 && hashes?.length === tileWidth * hashOctets) {
      if (cache.size >= kept) cache.delete(cache.keys().next().value!);
      cache.set(key, hashes);
    }
    return hashes;
  };
}

/** Stores tiles; a longer one takes the place of its own beginning. */
export async function writeTiles(client: Queryable, tiles: readonly Tile[]): Promise<void> {
  if (tiles.length === 0) return;
  const starts: number[] = [];
  let at = 1;
  for (const { hashes } of tiles) {
    starts.push(at);
    at += hashes.length;
  }
  const list = (values: readonly number[]) => `{${values.join(',')}}`;
  await (client as Client).query({
    name: 'tiles-write',
    text: `INSERT INTO tile (level, number, hashes)
           SELECT level, number, substring($1::bytea FROM starts FOR octets)
             FROM unnest($2::smallint[], $3::bigint[], $4::integer[], $5::integer[]) AS part(level, number, starts, octets)
           ON CONFLICT (level, number) DO UPDATE SET hashes = EXCLUDED.hashes`,
    values: [
      Buffer.concat(tiles.map(({ hashes }) => hashes)),
      list(tiles.map(({ level }) => level)),
      list(tiles.map(({ number }) => number)),
      list(starts),
      list(tiles.map(({ hashes }) => hashes.length)),
    ],
  });
}
