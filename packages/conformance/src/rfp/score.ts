/** Holds a vendor's answers against the request: what is met, what is missing, what does not fit the profile. */
import { type FamilyId, type Obligation, profile } from '@wattward/profile';
import type { AnsweredRow, ReadRequest } from './read.ts';
import { itemsOf, type RequestItem, requestForProposals } from './request.ts';
import type { Answer } from './wording.ts';

export interface ScoreCounts {
  readonly requirements: number;
  readonly yes: number;
  readonly partly: number;
  readonly no: number;
  readonly notApplicable: number;
  readonly empty: number;
  /** Answers "yes" in percent of what is applicable, rounded down; 100 where nothing is. */
  readonly compliancePercent: number;
}

/** A requirement that the reader must look at, with where its answer stands. */
export interface ScoreItem {
  readonly id: string;
  readonly control: string;
  readonly title: string;
  readonly obligation: Obligation;
  readonly text: string;
  /** `missing`: the file has no row for it. */
  readonly answer: Answer | 'empty' | 'missing';
  readonly comment: string;
  /** Undefined when there is none. */
  readonly row: number | undefined;
}

export interface Score {
  readonly sheet: string;
  readonly profileVersion: { readonly file: string; readonly current: string; readonly match: boolean };
  readonly components: readonly string[];
  readonly total: ScoreCounts;
  readonly byObligation: readonly ({ readonly obligation: Obligation } & ScoreCounts)[];
  readonly byFamily: readonly ({ readonly family: FamilyId; readonly title: string } & ScoreCounts)[];
  /** Binding requirements answered with no or partly, not answered, or not in the file. */
  readonly gaps: readonly ScoreItem[];
  /** Answered with yes, and no evidence is named. */
  readonly missingEvidence: readonly ScoreItem[];
  /** Answered with partly, no or not applicable, and no comment says why. */
  readonly unexplained: readonly ScoreItem[];
  /** Rows whose requirement the request does not hold. */
  readonly unknown: readonly { readonly id: string; readonly row: number }[];
  /** Rows that repeat a requirement; the first one counts. */
  readonly duplicates: readonly { readonly id: string; readonly row: number; readonly first: number }[];
  /** Requirements of the request that the file has no row for. */
  readonly missing: readonly string[];
  /** `complete`: no gap; `gaps`: some; `mismatch`: no gap, but the file is not the request of this profile. */
  readonly verdict: 'complete' | 'gaps' | 'mismatch';
}

interface Answered {
  readonly item: RequestItem;
  readonly row: AnsweredRow | undefined;
}

const answerOf = ({ row }: Answered): ScoreItem['answer'] =>
  row === undefined ? 'missing' : (row.answer ?? 'empty');

function counts(answered: readonly Answered[]): ScoreCounts {
  const count = (...wanted: readonly ScoreItem['answer'][]) =>
    answered.filter((each) => wanted.includes(answerOf(each))).length;
  const yes = count('yes');
  const notApplicable = count('not applicable');
  const applicable = answered.length - notApplicable;
  return {
    requirements: answered.length,
    yes,
    partly: count('partly'),
    no: count('no'),
    notApplicable,
    empty: count('empty', 'missing'),
    compliancePercent: applicable === 0 ? 100 : Math.floor((100 * yes) / applicable),
  };
}

function itemOf(answered: Answered): ScoreItem {
  const { item, row } = answered;
  return {
    id: item.requirement.id,
    control: item.control.id,
    title: item.control.title,
    obligation: item.requirement.obligation,
    text: item.requirement.text,
    answer: answerOf(answered),
    comment: row?.comment ?? '',
    row: row?.row,
  };
}

function grouped<K>(answered: readonly Answered[], keyOf: (item: RequestItem) => K) {
  const groups = new Map<K, Answered[]>();
  for (const each of answered) {
    const key = keyOf(each.item);
    const held = groups.get(key);
    if (held === undefined) groups.set(key, [each]);
    else held.push(each);
  }
  return groups;
}

/** Rows by requirement, the first of each; with what is unknown or said twice. */
function sortRows(rows: readonly AnsweredRow[], known: ReadonlySet<string>) {
  const first = new Map<string, AnsweredRow>();
  const unknown: { id: string; row: number }[] = [];
  const duplicates: { id: string; row: number; first: number }[] = [];
  for (const row of rows) {
    const earlier = first.get(row.id);
    if (!known.has(row.id)) unknown.push({ id: row.id, row: row.row });
    else if (earlier !== undefined) duplicates.push({ id: row.id, row: row.row, first: earlier.row });
    else first.set(row.id, row);
  }
  return { first, unknown, duplicates };
}

/**
 * Scores an answered request against the requirements that its own scope asks for in the profile at hand.
 *
 * Throws `rfp/scope` when the file's scope names what the profile does not have.
 */
export function scoreAnswers(read: ReadRequest): Score {
  const request = requestForProposals({ ...read.scope, date: profile().date });
  const items = itemsOf(...request.sections);
  const { first, unknown, duplicates } = sortRows(
    read.rows,
    new Set(items.map(({ requirement }) => requirement.id)),
  );
  const answered = items.map((item): Answered => ({ item, row: first.get(item.requirement.id) }));
  const met = new Set<ScoreItem['answer']>(['yes', 'not applicable']);
  const gaps = answered.filter(
    (each) => each.item.requirement.obligation === 'shall' && !met.has(answerOf(each)),
  );
  const current = profile().version;
  const match = read.profileVersion === current;
  const missing = answered.filter(({ row }) => row === undefined);
  const fits = match && unknown.length === 0 && duplicates.length === 0 && missing.length === 0;
  const titles = new Map(profile().families.map(({ id, title }) => [id, title]));
  return {
    sheet: read.sheet,
    profileVersion: { file: read.profileVersion, current, match },
    components: request.components.map(({ id }) => id),
    total: counts(answered),
    byObligation: [...grouped(answered, ({ requirement }) => requirement.obligation)]
      .map(([obligation, held]) => ({ obligation, ...counts(held) }))
      .sort(
        (one, other) =>
          request.obligations.indexOf(one.obligation) - request.obligations.indexOf(other.obligation),
      ),
    byFamily: profile().families.flatMap(({ id }) => {
      const held = answered.filter(({ item }) => item.control.family === id);
      return held.length === 0 ? [] : [{ family: id, title: titles.get(id)!, ...counts(held) }];
    }),
    gaps: gaps.map(itemOf),
    missingEvidence: answered.filter(({ row }) => row?.answer === 'yes' && row.evidence === '').map(itemOf),
    unexplained: answered
      .filter(({ row }) => row?.answer !== undefined && row.answer !== 'yes' && row.comment === '')
      .map(itemOf),
    unknown,
    duplicates,
    missing: missing.map(({ item }) => item.requirement.id),
    verdict: gaps.length > 0 ? 'gaps' : fits ? 'complete' : 'mismatch',
  };
}
