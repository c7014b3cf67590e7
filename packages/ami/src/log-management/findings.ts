/** What verification finds, named by record where leaf hashes survive and by range where they do not. */

export type FindingKind =
  /** The record is not the one that was hashed. */
  | 'altered'
  | 'deleted'
  | 'inserted'
  /** The record stands at another index than it was given. */
  | 'moved'
  /** The columns do not say what the record says. */
  | 'columns'
  | 'unreadable'
  /** Stored hashes do not belong to the tree. */
  | 'tile'
  | 'tree-size'
  /** A component's numbers are not consecutive. */
  | 'sequence'
  | 'checkpoint-forged'
  | 'cosignature-forged'
  /** The tree does not have the root that was signed. */
  | 'root'
  | 'truncated'
  | 'rolled-back'
  | 'forked'
  | 'witness-unreachable';

export interface Finding {
  readonly kind: FindingKind;
  /** First and last index concerned; equal when it is one record. Undefined when it is not about records. */
  readonly from?: number;
  readonly to?: number;
  readonly what: string;
}

/** Answers are for people and machines to read: after so many the rest is counted. */
const maxFindings = 1000;
/** Hashes remembered to tell moved records from deleted and inserted ones. */
const maxTracked = 200_000;

export class Findings {
  readonly list: Finding[] = [];
  readonly notices: Finding[] = [];
  #more = 0;

  get more(): number {
    return this.#more;
  }

  get count(): number {
    return this.list.length + this.#more;
  }

  /** Adds a finding; one that continues the last of its kind is joined to it. */
  add(finding: Finding): void {
    const last = this.list.findLast((each) => each.kind === finding.kind);
    if (
      last?.to !== undefined &&
      finding.from !== undefined &&
      last.what === finding.what &&
      finding.from === last.to + 1
    ) {
      this.list[this.list.indexOf(last)] = { ...last, to: finding.to! };
      return;
    }
    if (this.list.length >= maxFindings) this.#more += 1;
    else this.list.push(finding);
  }

  notice(finding: Finding): void {
    if (this.notices.length < maxFindings) this.notices.push(finding);
  }
}

interface Strange {
  readonly idx: number;
  readonly described: string;
}

/**
 * Pairs the hashes that the tree expects with those of the records found: the same hash at another index is a record
 * that was moved, a lone expected one was deleted, a lone actual one inserted, both at one index is an alteration.
 */
export class MismatchTracker {
  readonly #findings: Findings;
  readonly #expected = new Map<string, number>();
  readonly #actual = new Map<string, Strange>();
  #firstUntracked: number | undefined;
  #lastUntracked = 0;

  constructor(findings: Findings) {
    this.#findings = findings;
  }

  /** At `idx` the tree has another leaf than the record found there, if one was found. */
  mismatch(idx: number, expected: Buffer, actual: Buffer | undefined, described: string): void {
    if (actual !== undefined) this.stray(idx, actual, described);
    const wanted = expected.toString('latin1');
    const elsewhere = this.#actual.get(wanted);
    if (elsewhere !== undefined) {
      this.#actual.delete(wanted);
      this.#moved(elsewhere.idx, idx);
    } else if (this.#room(idx)) {
      this.#expected.set(wanted, idx);
    }
  }

  /** At `idx` there is a record that does not belong there. */
  stray(idx: number, actual: Buffer, described: string): void {
    const found = actual.toString('latin1');
    const belongs = this.#expected.get(found);
    if (belongs !== undefined) {
      this.#expected.delete(found);
      this.#moved(idx, belongs);
    } else if (this.#room(idx)) {
      this.#actual.set(found, { idx, described });
    }
  }

  #room(idx: number): boolean {
    if (this.#expected.size + this.#actual.size < maxTracked) return true;
    this.#firstUntracked ??= idx;
    this.#lastUntracked = idx;
    return false;
  }

  #moved(foundAt: number, belongsTo: number): void {
    const by = foundAt - belongsTo;
    const what = `the record stands ${Math.abs(by)} ${by < 0 ? 'before' : 'after'} where it was given its index`;
    this.#findings.add({ kind: 'moved', from: foundAt, to: foundAt, what });
  }

  finish(): void {
    const byIndex = new Map([...this.#actual.values()].map((strange) => [strange.idx, strange]));
    for (const idx of [...this.#expected.values()].sort((a, b) => a - b)) {
      const strange = byIndex.get(idx);
      byIndex.delete(idx);
      if (strange === undefined)
        this.#findings.add({
          kind: 'deleted',
          from: idx,
          to: idx,
          what: 'the record is gone, its hash is there',
        });
      else
        this.#findings.add({
          kind: 'altered',
          from: idx,
          to: idx,
          what: `altered: it now reads ${strange.described}`,
        });
    }
    for (const { idx, described } of [...byIndex.values()].sort((a, b) => a.idx - b.idx))
      this.#findings.add({
        kind: 'inserted',
        from: idx,
        to: idx,
        what: `no such record was hashed: ${described}`,
      });
    if (this.#firstUntracked !== undefined)
      this.#findings.add({
        kind: 'altered',
        from: this.#firstUntracked,
        to: this.#lastUntracked,
        what: 'too many differences to name each: records of this range differ from their hashes',
      });
  }
}
