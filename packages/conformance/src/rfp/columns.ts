/** The table that a vendor fills in: one layout for XLSX and CSV, written and read by the same names. */
import { profile } from '@wattward/profile';
import type { RequestForProposals, RequestItem } from './request.ts';
import { reasonsText, verificationMeanings } from './wording.ts';

export interface AnswerColumn {
  readonly key: ColumnKey;
  readonly title: string;
  /** Width in letters. */
  readonly width: number;
}

export type ColumnKey =
  | 'number'
  | 'id'
  | 'section'
  | 'family'
  | 'control'
  | 'obligation'
  | 'text'
  | 'applies'
  | 'rationale'
  | 'show'
  | 'clause'
  | 'complies'
  | 'comment'
  | 'evidence';

export const columns: readonly AnswerColumn[] = [
  { key: 'number', title: 'No.', width: 6 },
  { key: 'id', title: 'Requirement', width: 14 },
  { key: 'section', title: 'Section', width: 11 },
  { key: 'family', title: 'Family', width: 16 },
  { key: 'control', title: 'Control', width: 20 },
  { key: 'obligation', title: 'Obligation', width: 11 },
  { key: 'text', title: 'Requirement text', width: 46 },
  { key: 'applies', title: 'Why it applies', width: 26 },
  { key: 'rationale', title: 'Rationale', width: 30 },
  { key: 'show', title: 'How to show it', width: 40 },
  { key: 'clause', title: 'Clause', width: 14 },
  { key: 'complies', title: 'Complies', width: 15 },
  { key: 'comment', title: 'Comment', width: 32 },
  { key: 'evidence', title: 'Evidence reference', width: 26 },
];

/** Without these columns a table cannot be scored. */
export const neededColumns: readonly ColumnKey[] = ['id', 'complies', 'comment', 'evidence'];

/** The layout of the table and of the scope beside it; a change that an older reader would misread raises it. */
export const formatVersion = 1;

/** One line that carries the scope where there is no cover to do so. */
export function scopeText({
  profile: { version },
  components,
  obligations,
  parts,
}: RequestForProposals): string {
  return `wattward-rfp ${formatVersion}; profile ${version}; components ${components.map(({ id }) => id).join(' ')}; obligations ${obligations.join(' ')}; parts ${parts.join(' ')}`;
}

/** The heading of the column that carries `scopeText` in a CSV table. */
export const scopeColumn = 'Scope';

const sectionNames = { A: 'component', B: 'system', C: 'utility' } as const;

/** The cells of a requirement, without the answer. */
export function cellsOf(item: RequestItem): Readonly<Record<ColumnKey, string>> {
  const { number, control, requirement, applies, rationale } = item;
  const family = profile().families.find(({ id }) => id === control.family);
  return {
    number,
    id: requirement.id,
    section: sectionNames[number.slice(0, 1) as keyof typeof sectionNames],
    family: `${control.family} ${family?.title ?? ''}`.trim(),
    control: `${control.origin}-${control.id} ${control.title}`,
    obligation: requirement.obligation,
    text: requirement.text,
    applies: reasonsText(applies),
    rationale,
    show: `${verificationMeanings[requirement.verification]}. ${requirement.evidence}`,
    clause: requirement.clause,
    complies: '',
    comment: '',
    evidence: '',
  };
}
