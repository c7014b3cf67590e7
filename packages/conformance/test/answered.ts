/** Answered requests for tests: made apart from the program's own writer, as a vendor's program would make them. */
import writeWorkbook, { type SheetData } from 'write-excel-file/node';
import { itemsOf, type RequestForProposals } from '../src/rfp/index.ts';

export interface AnswerCells {
  readonly complies?: string;
  readonly comment?: string;
  readonly evidence?: string;
  /** Replaces the id. */
  readonly id?: string;
}

export interface Variation {
  /** The answer to each requirement; undefined leaves its row out. */
  readonly answer?: (id: string, at: number) => AnswerCells | undefined;
  /** Rows behind the others. */
  readonly more?: readonly AnswerCells[];
  /** Facts of the cover to change; undefined drops the row. */
  readonly facts?: Readonly<Record<string, string | undefined>>;
  readonly heading?: readonly string[];
  readonly sheets?: { readonly cover?: string; readonly requirements?: string };
}

const heading = ['No.', 'Requirement', 'Obligation', 'Complies', 'Comment', 'Evidence reference'];

/** Yes, with evidence. */
export const fullYes: AnswerCells = { complies: 'yes', evidence: 'Manual, chapter 3' };

/** Rows of the requirements sheet: number, id, obligation and the three answer cells. */
export function answerRows(request: RequestForProposals, variation: Variation): string[][] {
  const cells = (number: string, id: string, obligation: string, given: AnswerCells) => [
    number,
    given.id ?? id,
    obligation,
    given.complies ?? '',
    given.comment ?? '',
    given.evidence ?? '',
  ];
  const rows = itemsOf(...request.sections).flatMap(({ number, requirement }, at) => {
    const given = variation.answer === undefined ? fullYes : variation.answer(requirement.id, at);
    return given === undefined ? [] : [cells(number, requirement.id, requirement.obligation, given)];
  });
  const more = (variation.more ?? []).map((given) => cells('', '', '', given));
  return [[...(variation.heading ?? heading)], ...rows, ...more];
}

/** The octets of an answered workbook. */
export async function answeredWorkbook(
  request: RequestForProposals,
  variation: Variation = {},
): Promise<Uint8Array> {
  const facts: Record<string, string | undefined> = {
    'Wattward RFP format': '1',
    'Profile version': request.profile.version,
    Components: request.components.map(({ id }) => id).join(' '),
    Obligations: request.obligations.join(' '),
    Parts: request.parts.join(' '),
    ...variation.facts,
  };
  const cover = Object.entries(facts).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, value]],
  );
  const data = (rows: readonly (readonly string[])[]): SheetData =>
    rows.map((row) => row.map((value) => (value === '' ? null : { value, type: String })));
  return writeWorkbook([
    { sheet: variation.sheets?.cover ?? 'Cover', data: data(cover) },
    { sheet: variation.sheets?.requirements ?? 'Requirements', data: data(answerRows(request, variation)) },
  ]).toBuffer();
}
