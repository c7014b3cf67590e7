/**
 * Chains that were shown, by the thumbprint of their leaf, so that an envelope need only name its signer. What is
 * remembered is the chain, never the verdict: time and revocation are asked anew for every moment.
 */
import { thumbprintOf } from './envelope.ts';
import type { ChainJudge, ChainVerdict } from './ports.ts';

/** Bounds the memory; far above the number of senders that one receiver has. */
const maxChains = 4096;

export class ChainCache {
  readonly #judge: ChainJudge;
  readonly #chains = new Map<string, readonly Uint8Array[]>();
  #last: { readonly name: string; readonly atMs: number; readonly verdict: ChainVerdict } | undefined;

  constructor(judge: ChainJudge) {
    this.#judge = judge;
  }

  /** Judges a chain for signing messages and remembers a good one under its thumbprint. */
  learn(chain: readonly Uint8Array[], atMs: number): ChainVerdict {
    const leaf = chain[0];
    if (leaf === undefined) return { refused: 'certificate', detail: 'no certificate' };
    const verdict = this.#judge.judge(chain, 'message', atMs);
    if ('verified' in verdict) {
      const name = thumbprintOf(leaf).toString('latin1');
      // The one used longest ago goes first: a map keeps the order of its entries.
      this.#chains.delete(name);
      if (this.#chains.size >= maxChains) this.#chains.delete(this.#chains.keys().next().value!);
      this.#chains.set(name, chain);
    }
    return verdict;
  }

  /** The present verdict on a chain that was shown before; undefined for one never seen. */
  verdict(thumbprint: Uint8Array, atMs: number): ChainVerdict | undefined {
    const name = Buffer.from(thumbprint).toString('latin1');
    // A slice of messages is judged at one moment, for which one answer is enough.
    if (this.#last?.name === name && this.#last.atMs === atMs) return this.#last.verdict;
    const chain = this.#chains.get(name);
    if (chain === undefined) return undefined;
    const verdict = this.#judge.judge(chain, 'message', atMs);
    this.#last = { name, atMs, verdict };
    return verdict;
  }
}
