/**
 * `wattward audit verify` (2.16.9): reads every record again, hashes it, rebuilds the whole tree and compares it with
 * the stored hashes, every signed checkpoint and what the witness remembers. All in one snapshot of the store.
 */
import { to as copyTo } from 'pg-copy-streams';
import { epochOfOrigin, parseCheckpoint } from '../audit/checkpoint.ts';
import { hashOctets } from '../audit/merkle.ts';
import { type NoteKey, parseNote, verifyNote } from '../audit/note.ts';
import { type ReadTile, tileWidth } from '../audit/tiles.ts';
import { type Client, identifier } from '../store/database.ts';
import { schemaOf } from '../store/schemas.ts';
import { signedByOne } from './checkpoints.ts';
import { type ExpectedRoot, ExpectedRoots } from './expected-roots.ts';
import { type Finding, Findings } from './findings.ts';
import { leafColumnList, readRows } from './leaf-rows.ts';
import { tileReader } from './tile-store.ts';
import { LeafCheck } from './verify-leaves.ts';

export interface VerifyOptions {
  /** Opens a connection that may read the schema of log management; two are used. */
  readonly open: () => Promise<Client>;
  readonly logName: string;
  /** Every key that the log ever signed with. */
  readonly logKeys: readonly NoteKey[];
  readonly witnessKeys: readonly NoteKey[];
  /** What the witness remembers; `unreachable` when it should say and does not; undefined when there is none. */
  readonly witnessNotes: readonly string[] | 'unreachable' | undefined;
  /** `origin@size` of losses that the operator has accepted after a restore. */
  readonly acceptedLosses?: readonly string[];
  readonly onProgress?: (records: number, of: number) => void;
}

export interface Verification {
  /** Nothing was found, and everything that should be compared was. */
  readonly ok: boolean;
  readonly size: number;
  /** Of the tree that the records make, in hexadecimal. */
  readonly root: string;
  /** Records that were read and hashed. */
  readonly records: number;
  readonly checkpoints: { readonly signed: number; readonly cosigned: number; readonly met: number };
  readonly witness: 'consistent' | 'inconsistent' | 'unreachable' | 'none';
  readonly findings: readonly Finding[];
  /** Findings beyond those listed. */
  readonly moreFindings: number;
  /** What is known and explained. */
  readonly notices: readonly Finding[];
}

const schema = identifier(schemaOf('log-management'));
const checkpointPage = 2000;
const tilesAhead = 64;

/** Errors: `store/…`; whatever is wrong with the log itself is a finding. */
export async function verifyLog(options: VerifyOptions): Promise<Verification> {
  const reader = await options.open();
  const second = await options.open();
  try {
    const { rows } = await begin(reader).then(() =>
      reader.query<{ id: string }>('SELECT pg_export_snapshot() AS id'),
    );
    await begin(second, rows[0]!.id);
    return await verifyWithin(options, reader, second);
  } finally {
    await Promise.allSettled([reader.end(), second.end()]);
  }
}

async function begin(client: Client, snapshot?: string): Promise<void> {
  await client.query('BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY');
  // The id comes from the server itself and holds digits and dashes only.
  if (snapshot !== undefined) await client.query(`SET TRANSACTION SNAPSHOT '${snapshot}'`);
  await client.query(`SET LOCAL search_path TO ${schema}`);
}

async function verifyWithin(options: VerifyOptions, reader: Client, second: Client): Promise<Verification> {
  const findings = new Findings();
  const counts = { signed: 0, cosigned: 0 };
  const extent = await treeExtent(second, findings);
  const witnessed = witnessRoots(options, findings);
  const source = mergeRoots(signedRoots(second, options, findings, counts), witnessed);
  const accepted = new Set(options.acceptedLosses ?? []);
  const roots = await ExpectedRoots.over(source, findings, accepted);
  const check = new LeafCheck(findings, tilesOf(second), roots, extent);
  const copy = reader.query(
    copyTo(`COPY (SELECT ${leafColumnList} FROM leaf ORDER BY idx) TO STDOUT (FORMAT binary)`),
  );
  for await (const batch of readRows(copy as AsyncIterable<Buffer>)) {
    await check.add(batch);
    options.onProgress?.(check.records, extent);
  }
  await check.finish();
  await check.checkEdge();
  await roots.finish(check.builder.size);
  if (options.witnessNotes === 'unreachable')
    findings.add({
      kind: 'witness-unreachable',
      what: 'the witness does not answer: a roll-back could not be seen',
    });
  return {
    ok: findings.count === 0,
    size: check.builder.size,
    root: check.builder.root().toString('hex'),
    records: check.records,
    checkpoints: { ...counts, met: roots.met },
    witness: witnessVerdict(options, findings),
    findings: findings.list,
    moreFindings: findings.more,
    notices: findings.notices,
  };
}

function witnessVerdict({ witnessNotes }: VerifyOptions, findings: Findings): Verification['witness'] {
  if (witnessNotes === undefined) return 'none';
  if (witnessNotes === 'unreachable') return 'unreachable';
  const bad = findings.list.some(({ kind }) => kind === 'rolled-back' || kind === 'forked');
  return bad ? 'inconsistent' : 'consistent';
}

/** How many leaves the store claims to have: by its lowest tiles, which must agree with the size that it states. */
async function treeExtent(client: Client, findings: Findings): Promise<number> {
  const { rows } = await client.query<{ size: number; tiles: number; last: number | null; records: number }>(
    `SELECT (SELECT size FROM tree) AS size, count(*) AS tiles,
            (SELECT octet_length(hashes) FROM tile WHERE level = 0 ORDER BY number DESC LIMIT 1) AS last,
            (SELECT coalesce(max(idx) + 1, 0) FROM leaf) AS records
       FROM tile WHERE level = 0`,
  );
  const { size, tiles, last, records } = rows[0]!;
  const byTiles = tiles === 0 ? 0 : (tiles - 1) * tileWidth + Math.floor((last ?? 0) / hashOctets);
  if (byTiles === size && records <= size) return size;
  const what = `the store states ${size} records, has hashes of ${byTiles}, and the last record has index ${records - 1}`;
  findings.add({ kind: 'tree-size', what });
  // A made-up index must not make this program count to it: no more leaves than there are rows.
  const { rows: counted } = await client.query<{ rows: number }>('SELECT count(*) AS rows FROM leaf');
  return Math.max(byTiles, Math.min(size, counted[0]!.rows));
}

/** Reads the lowest tiles many at a time, in the order in which they are asked for. */
function tilesOf(client: Client): ReadTile {
  const upper = tileReader(client, 8);
  let ahead = new Map<number, Buffer>();
  let loaded = { from: 0, to: 0 };
  return async (level, number) => {
    if (level > 0) return upper(level, number);
    if (number < loaded.from || number >= loaded.to) {
      loaded = { from: number, to: number + tilesAhead };
      const { rows } = await client.query<{ number: number; hashes: Buffer }>(
        'SELECT number, hashes FROM tile WHERE level = 0 AND number >= $1 AND number < $2',
        [loaded.from, loaded.to],
      );
      ahead = new Map(rows.map((row) => [row.number, row.hashes]));
    }
    return ahead.get(number);
  };
}

interface CheckpointRow {
  readonly id: number;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
  readonly note: string;
  readonly cosignature: string | null;
}

/** The stored checkpoints that the log did sign, in order of size; the others are findings. */
async function* signedRoots(
  client: Client,
  options: VerifyOptions,
  findings: Findings,
  counts: { signed: number; cosigned: number },
): AsyncGenerator<ExpectedRoot> {
  let after = { size: 0, id: 0 };
  for (;;) {
    const { rows } = await client.query<CheckpointRow>(
      `SELECT id, origin, size, root, note, cosignature FROM checkpoint
        WHERE (size, id) > ($1, $2) ORDER BY size, id LIMIT ${checkpointPage}`,
      [after.size, after.id],
    );
    for (const row of rows) {
      after = { size: row.size, id: row.id };
      const root = checkCheckpoint(row, options, findings);
      if (root === undefined) continue;
      counts.signed += 1;
      if (row.cosignature !== null) counts.cosigned += 1;
      yield root;
    }
    if (rows.length < checkpointPage) return;
  }
}

function checkCheckpoint(
  row: CheckpointRow,
  options: VerifyOptions,
  findings: Findings,
): ExpectedRoot | undefined {
  const { origin, size, root, note, cosignature } = row;
  const range = { from: 0, to: size - 1 };
  const forged = (what: string) => {
    findings.add({
      kind: 'checkpoint-forged',
      ...range,
      what: `checkpoint ${row.id} of ${size} records: ${what}`,
    });
    return undefined;
  };
  if (!signedByOne(note, options.logKeys)) return forged('the log’s signature does not verify');
  const { checkpoint } = parseCheckpoint(note);
  if (checkpoint.origin !== origin || checkpoint.size !== size || !checkpoint.root.equals(root))
    return forged('its columns do not say what was signed');
  if (epochOfOrigin(options.logName, origin) === undefined)
    return forged(`its origin ${origin} is another log’s`);
  if (
    cosignature !== null &&
    options.witnessKeys.length > 0 &&
    !signedByOne(note + cosignature, options.witnessKeys)
  ) {
    const what = `checkpoint ${row.id} of ${size} records: the witness’s cosignature does not verify`;
    findings.add({ kind: 'cosignature-forged', ...range, what });
  }
  return { size, root, origin, from: 'log' };
}

/** What the witness remembers of this log, in order of size. */
function witnessRoots(options: VerifyOptions, findings: Findings): ExpectedRoot[] {
  const { witnessNotes, logName, logKeys, witnessKeys } = options;
  if (witnessNotes === undefined || witnessNotes === 'unreachable') return [];
  const roots: ExpectedRoot[] = [];
  for (const whole of witnessNotes) {
    try {
      const { checkpoint } = parseCheckpoint(whole);
      if (epochOfOrigin(logName, checkpoint.origin) === undefined) continue;
      const note = parseNote(whole);
      const both = [logKeys, witnessKeys].every((keys) =>
        keys.some((key) => verifyNote(note, key) !== undefined),
      );
      if (!both) throw new Error('its signatures do not verify');
      roots.push({ ...checkpoint, from: 'witness' });
    } catch (error) {
      const what = `the witness shows a checkpoint that cannot be trusted: ${(error as Error).message}`;
      findings.add({ kind: 'cosignature-forged', what });
    }
  }
  return roots.sort((a, b) => a.size - b.size);
}

async function* mergeRoots(
  signed: AsyncIterable<ExpectedRoot>,
  witnessed: readonly ExpectedRoot[],
): AsyncGenerator<ExpectedRoot> {
  let at = 0;
  for await (const root of signed) {
    while (at < witnessed.length && witnessed[at]!.size <= root.size) yield witnessed[at++]!;
    yield root;
  }
  while (at < witnessed.length) yield witnessed[at++]!;
}
