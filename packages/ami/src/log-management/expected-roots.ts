/** The roots that were signed, in order of size: what the recomputed tree has to meet on its way. */
import type { Findings } from './findings.ts';

export interface ExpectedRoot {
  readonly size: number;
  readonly root: Buffer;
  readonly origin: string;
  readonly from: 'log' | 'witness';
}

export class ExpectedRoots {
  readonly #source: AsyncIterator<ExpectedRoot>;
  readonly #findings: Findings;
  readonly #accepted: ReadonlySet<string>;
  #next: ExpectedRoot | undefined;
  #lastGood = 0;
  #met = 0;

  private constructor(
    source: AsyncIterator<ExpectedRoot>,
    findings: Findings,
    accepted: ReadonlySet<string>,
  ) {
    this.#source = source;
    this.#findings = findings;
    this.#accepted = accepted;
  }

  /** `source` in order of size. `accepted`: losses that the operator has accepted, as `origin@size`. */
  static async over(
    source: AsyncIterable<ExpectedRoot>,
    findings: Findings,
    accepted: ReadonlySet<string>,
  ): Promise<ExpectedRoots> {
    const roots = new ExpectedRoots(source[Symbol.asyncIterator](), findings, accepted);
    await roots.#advance();
    return roots;
  }

  /** The size at which the next root is known; Infinity when none is. */
  get nextSize(): number {
    return this.#next?.size ?? Number.POSITIVE_INFINITY;
  }

  get nextRoot(): Buffer | undefined {
    return this.#next?.root;
  }

  /** Roots that the tree has met. */
  get met(): number {
    return this.#met;
  }

  async #advance(): Promise<void> {
    this.#next = (await this.#source.next()).value as ExpectedRoot | undefined;
  }

  /** The tree has reached the next size: compares every root signed for it. */
  async meet(root: Buffer): Promise<void> {
    const size = this.nextSize;
    let good = true;
    while (this.#next?.size === size) {
      if (this.#next.root.equals(root)) this.#met += 1;
      else {
        good = false;
        this.#mismatch(this.#next);
      }
      await this.#advance();
    }
    if (good) this.#lastGood = size;
  }

  #mismatch({ size, origin, from }: ExpectedRoot): void {
    const range = { from: Math.min(this.#lastGood, size - 1), to: size - 1 };
    if (from === 'witness')
      this.#tellLoss('forked', range, origin, size, 'something in this range was changed');
    else
      this.#findings.add({
        kind: 'root',
        ...range,
        what: `the checkpoint of ${size} records was signed over another tree: something in this range was changed`,
      });
  }

  /** The witness remembers another tree. After a restore that was wanted an operator accepts that, by its name. */
  #tellLoss(
    kind: 'forked' | 'rolled-back',
    range: { readonly from: number; readonly to: number },
    origin: string,
    size: number,
    why: string,
  ): void {
    const name = `${origin}@${size}`;
    const what = `the witness cosigned ${name}, a tree of ${size} records: ${why}`;
    if (this.#accepted.has(name)) this.#findings.notice({ kind, ...range, what: `${what} (accepted)` });
    else this.#findings.add({ kind, ...range, what });
  }

  /** The tree has ended; whatever was signed for a larger one shows what is lost. */
  async finish(size: number): Promise<void> {
    const largest = new Map<string, ExpectedRoot>();
    for (; this.#next !== undefined; await this.#advance()) {
      const known = largest.get(`${this.#next.from} ${this.#next.origin}`);
      if (known === undefined || known.size < this.#next.size)
        largest.set(`${this.#next.from} ${this.#next.origin}`, this.#next);
    }
    for (const lost of largest.values()) {
      const range = { from: size, to: lost.size - 1 };
      if (lost.from === 'log') {
        const what = `a signed checkpoint covers ${lost.size} records, the store has ${size}`;
        this.#findings.add({ kind: 'truncated', ...range, what });
        continue;
      }
      this.#tellLoss('rolled-back', range, lost.origin, lost.size, `the store has ${size}`);
    }
  }
}
