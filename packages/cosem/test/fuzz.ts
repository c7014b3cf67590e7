/** Octets for fuzzing from a seed, which whoever uses them prints when something fails. */

/** A seed: `FUZZ_SEED` to replay, else another one every run. */
export function fuzzSeed(): number {
  const given = process.env['FUZZ_SEED'];
  return given === undefined ? Math.floor(Math.random() * 2 ** 32) : Number(given);
}

/** Numbers 0 ≤ n < limit from a seed (mulberry32). */
export function randomFrom(seed: number): (limit: number) => number {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = state;
    t = Math.imul(t ^ (t >>> 15), t | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 2 ** 32) * limit);
  };
}

/** Octets of any length up to `most`, with no sense in them. */
export function randomOctets(random: (limit: number) => number, most: number): Uint8Array {
  return Uint8Array.from({ length: random(most + 1) }, () => random(256));
}

/** A damaged copy: octets changed, cut out, put in, swapped for telling values, or the end lost. */
export function mutate(random: (limit: number) => number, original: Uint8Array): Uint8Array {
  let octets = Array.from(original);
  const times = 1 + random(4);
  for (let i = 0; i < times; i++) {
    const at = random(octets.length + 1);
    const kind = random(5);
    if (kind === 0) octets[at] = random(256);
    else if (kind === 1) octets.splice(at, 1 + random(3));
    else if (kind === 2) octets.splice(at, 0, random(256));
    else if (kind === 3) octets[at] = [0x00, 0x01, 0x02, 0x13, 0x7f, 0x80, 0x81, 0x84, 0xff][random(9)]!;
    else octets = octets.slice(0, at);
  }
  return Uint8Array.from(octets);
}
