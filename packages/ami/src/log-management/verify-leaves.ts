/**
 * The leaves of the store against the tree, 256 at a time: every record is hashed again and compared with the stored
 * hash; where they differ, the hash above them and the signed roots say which of the two is right.
 */
import { logManagement } from '../audit/inbox.ts';
import { hashOctets, leafHash } from '../audit/merkle.ts';
import type { AuditRecord } from '../audit/record.ts';
import { type ReadTile, rootOfHashes, TileBuilder, tileWidth } from '../audit/tiles.ts';
import type { ExpectedRoots } from './expected-roots.ts';
import { type Findings, MismatchTracker } from './findings.ts';
import { differingColumns, LeafRows, type StoredRow } from './leaf-rows.ts';

interface Sequence {
  idx: number;
  epoch: number;
  seq: number;
}

interface SequenceGap {
  readonly component: string;
  readonly epoch: number;
  readonly from: number;
  readonly to: number;
  readonly idx: number;
}

/** Gaps named one by one. */
const maxGaps = 1000;
/** Numbers of one component that are remembered as noted; a wider gap stays a finding. */
const maxNoted = 100_000;

export class LeafCheck {
  readonly builder = new TileBuilder();
  readonly #findings: Findings;
  readonly #readTile: ReadTile;
  readonly #roots: ExpectedRoots;
  readonly #extent: number;
  readonly #tracker: MismatchTracker;
  readonly #made = new LeafRows();
  readonly #sequences = new Map<string, Sequence>();
  readonly #gaps: SequenceGap[] = [];
  /** By `component epoch`: the numbers that the log itself has noted, in a record, as missing or forged. */
  readonly #noted = new Map<string, Set<number>>();
  #block: (StoredRow | undefined)[] = [];
  #records = 0;
  #lastMismatch = -1;

  /** `extent`: how many leaves the stored tree claims to have. */
  constructor(findings: Findings, readTile: ReadTile, roots: ExpectedRoots, extent: number) {
    this.#findings = findings;
    this.#readTile = readTile;
    this.#roots = roots;
    this.#extent = extent;
    this.#tracker = new MismatchTracker(findings);
  }

  /** Records that were hashed. */
  get records(): number {
    return this.#records;
  }

  /** Takes rows in order of their index. */
  async add(rows: readonly StoredRow[]): Promise<void> {
    for (const stored of rows) {
      this.#records += 1;
      const start = this.builder.size;
      if (stored.idx >= this.#extent || stored.idx < start + this.#block.length) {
        this.#tracker.stray(
          stored.idx,
          leafHash(stored.record),
          `${describe(stored.record)}, outside the tree`,
        );
        continue;
      }
      while (stored.idx >= this.builder.size + tileWidth) await this.#checkBlock();
      this.#block[stored.idx - this.builder.size] = stored;
      if (this.#block.length === tileWidth) await this.#checkBlock();
    }
  }

  /** After the last row. */
  async finish(): Promise<void> {
    while (this.builder.size < this.#extent) await this.#checkBlock();
    this.#tracker.finish();
    this.#tellGaps();
  }

  async #checkBlock(): Promise<void> {
    const start = this.builder.size;
    const count = Math.min(tileWidth, this.#extent - start);
    const block = this.#block;
    this.#block = [];
    const computed: (Buffer | undefined)[] = [];
    for (let i = 0; i < count; i++) computed.push(block[i] && leafHash(block[i]!.record));
    const stored = await this.#readTile(0, start / tileWidth);
    const whole = computed.every((each) => each !== undefined);
    const same =
      whole && stored?.length === count * hashOctets && Buffer.concat(computed as Buffer[]).equals(stored);
    const leaves = same ? (computed as Buffer[]) : await this.#judge(start, count, computed, stored, block);
    await this.#push(leaves);
    for (let i = 0; i < count; i++) {
      const row = block[i];
      if (row !== undefined && computed[i]!.equals(leaves[i]!)) this.#checkRecord(row);
    }
    await this.#checkTiles();
  }

  async #push(leaves: readonly Buffer[]): Promise<void> {
    for (const leaf of leaves) {
      this.builder.push(leaf);
      if (this.builder.size === this.#roots.nextSize) await this.#roots.meet(this.builder.root());
    }
  }

  /** Records and stored hashes differ: finds out which belong to the tree, and names the others. */
  async #judge(
    start: number,
    count: number,
    computed: readonly (Buffer | undefined)[],
    stored: Uint8Array | undefined,
    block: readonly (StoredRow | undefined)[],
  ): Promise<Buffer[]> {
    const kept: (Buffer | undefined)[] = [];
    for (let i = 0; i < count; i++) {
      const hash = stored?.subarray(i * hashOctets, (i + 1) * hashOctets);
      kept.push(hash?.length === hashOctets ? Buffer.from(hash) : undefined);
    }
    const storedHolds = await this.#belongs(start, kept);
    const computedHolds = await this.#belongs(start, computed);
    if (computedHolds === true && storedHolds !== true) {
      const what = 'the stored hashes of these records do not belong to the tree; the records do';
      this.#findings.add({ kind: 'tile', from: start, to: start + count - 1, what });
      return computed as Buffer[];
    }
    if (storedHolds === false && computedHolds === false) {
      const what = 'neither these records nor their stored hashes belong to the tree';
      this.#findings.add({ kind: 'tile', from: start, to: start + count - 1, what });
    }
    const leaves: Buffer[] = [];
    for (let i = 0; i < count; i++) {
      const [expected, actual] = [kept[i], computed[i]];
      if (expected === undefined && actual !== undefined) {
        const what = `no hash is stored for this record: ${describe(block[i]!.record)}`;
        this.#findings.add({ kind: 'tile', from: start + i, to: start + i, what });
      } else if (expected === undefined) {
        const what = 'the record and its hash are gone';
        this.#findings.add({ kind: 'deleted', from: start + i, to: start + i, what });
      } else if (actual === undefined || !actual.equals(expected)) {
        this.#lastMismatch = start + i;
        this.#tracker.mismatch(start + i, expected, actual, block[i] ? describe(block[i]!.record) : '');
      }
      leaves.push(expected ?? actual ?? Buffer.alloc(hashOctets));
    }
    return leaves;
  }

  /** Whether these leaves fit the hash stored above them or the next signed root; undefined when nothing can tell. */
  async #belongs(start: number, leaves: readonly (Buffer | undefined)[]): Promise<boolean | undefined> {
    if (leaves.some((each) => each === undefined)) return false;
    const next = this.#roots.nextSize;
    if (next <= start + leaves.length) {
      const frontier = this.builder.frontier();
      for (let i = 0; start + i < next; i++) frontier.push(leaves[i]!);
      if (frontier.root().equals(this.#roots.nextRoot!)) return true;
      if (leaves.length < tileWidth) return false;
    }
    if (leaves.length < tileWidth) return undefined;
    const number = start / tileWidth;
    const above = await this.#readTile(1, Math.floor(number / tileWidth));
    const offset = (number % tileWidth) * hashOctets;
    const parent = above?.subarray(offset, offset + hashOctets);
    if (parent?.length !== hashOctets) return undefined;
    return rootOfHashes(Buffer.concat(leaves as Buffer[])).equals(parent);
  }

  /** Tiles above the leaves, as they become full. */
  async #checkTiles(): Promise<void> {
    for (const { level, number, hashes } of this.builder.takeFull())
      if (level > 0) await this.#compareTile(level, number, hashes);
  }

  /** The tiles at the right edge, when the tree is whole. */
  async checkEdge(): Promise<void> {
    for (const { level, number, hashes } of this.builder.takePartial())
      if (level > 0) await this.#compareTile(level, number, hashes);
  }

  async #compareTile(level: number, number: number, hashes: Buffer): Promise<void> {
    const stored = await this.#readTile(level, number);
    if (stored !== undefined && Buffer.compare(stored, hashes) === 0) return;
    const span = tileWidth ** (level + 1);
    const what =
      stored === undefined
        ? `tile ${number} of level ${level} is missing`
        : `tile ${number} of level ${level} does not belong to the tree`;
    const to = Math.min((number + 1) * span, this.#extent) - 1;
    this.#findings.add({ kind: 'tile', from: number * span, to, what });
  }

  /** A record that belongs to the tree: do its columns repeat it, and does it follow its component's last one? */
  #checkRecord({ idx, row, record: octets }: StoredRow): void {
    let record: AuditRecord;
    try {
      record = JSON.parse(octets.toString('utf8')) as AuditRecord;
      this.#made.clear();
      this.#made.add(idx, record, octets);
    } catch {
      this.#findings.add({ kind: 'unreadable', from: idx, to: idx, what: 'the record is not one' });
      return;
    }
    if (!this.#made.octets.equals(row)) {
      const columns = differingColumns(row, this.#made.octets).join(', ');
      const what = `the record is whole, but its columns say something else: ${columns}`;
      this.#findings.add({ kind: 'columns', from: idx, to: idx, what });
    }
    this.#checkSequence(idx, record);
    const noted = record.type === 'audit.records.missing' || record.type === 'audit.source.forged';
    if (noted && record.component === logManagement) this.#note(record.detail ?? {});
  }

  #note({ component, epoch, fromSeq, toSeq }: NonNullable<AuditRecord['detail']>): void {
    const key = `${component} ${epoch}`;
    const numbers = this.#noted.get(key) ?? new Set();
    this.#noted.set(key, numbers);
    for (let seq = Number(fromSeq); seq <= Number(toSeq) && numbers.size < maxNoted; seq++) numbers.add(seq);
  }

  #checkSequence(idx: number, { component, epoch, seq }: AuditRecord): void {
    const last = this.#sequences.get(component);
    const next = last === undefined || last.epoch < epoch ? 1 : last.seq + 1;
    if (last !== undefined && (epoch < last.epoch || seq < next)) {
      const what = `${component} ${epoch}/${seq} comes after ${last.epoch}/${last.seq}`;
      this.#findings.add({ kind: 'sequence', from: idx, to: idx, what });
      return;
    }
    // A record in between that is altered, moved or gone has been named already, and its number with it.
    const explained = this.#lastMismatch > (last?.idx ?? -1);
    if (seq > next && !explained && this.#gaps.length < maxGaps)
      this.#gaps.push({ component, epoch, from: next, to: seq - 1, idx });
    this.#sequences.set(component, { idx, epoch, seq });
  }

  #tellGaps(): void {
    for (const { component, epoch, from, to, idx } of this.#gaps) {
      const what = `records ${from} to ${to} of ${component} (epoch ${epoch}) are not in the log`;
      const finding = { kind: 'sequence', from: idx, to: idx, what } as const;
      const numbers = this.#noted.get(`${component} ${epoch}`);
      let known = numbers !== undefined;
      for (let seq = from; known && seq <= to; seq++) known = numbers!.has(seq);
      if (known) this.#findings.notice({ ...finding, what: `${what}, as the log noted when it met the gap` });
      else this.#findings.add(finding);
    }
  }
}

/** A record in a few words, for a finding. */
export function describe(octets: Buffer): string {
  try {
    const { component, epoch, seq, type, at } = JSON.parse(octets.toString('utf8')) as AuditRecord;
    return `${component} ${epoch}/${seq} ${type} at ${at}`.slice(0, 200);
  } catch {
    return `${octets.length} octets that are no record`;
  }
}
