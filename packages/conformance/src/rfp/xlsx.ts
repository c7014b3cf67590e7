/** A request as an XLSX workbook: cover, requirements to answer, the utility's annex, a summary that counts along. */
import writeWorkbook, { type CellObject, type SheetData } from 'write-excel-file/node';
import { cellsOf, columns, formatVersion } from './columns.ts';
import { itemsOf, type RequestForProposals } from './request.ts';
import {
  answerMeanings,
  answerParagraphs,
  answers,
  countRows,
  fromText,
  markText,
  obligationMeanings,
  scopeParagraphs,
} from './wording.ts';
import { type SheetFeatures, workbookFeature } from './workbook-features.ts';

export const sheetNames = {
  cover: 'Cover',
  requirements: 'Requirements',
  annex: 'Annex',
  summary: 'Summary',
} as const;

/** Names of the facts on the cover that a score reads back. */
export const coverFacts = {
  format: 'Wattward RFP format',
  version: 'Profile version',
  components: 'Components',
  obligations: 'Obligations',
  parts: 'Parts',
} as const;

const headColour = '#17468c';
const softColour = '#f2f5f9';
const answerColour = '#fffbe6';
const lineColour = '#c9d0d9';

/** Always a text cell: nothing that comes from data or from the command line is ever a formula. */
const words = (value: string, look: Partial<CellObject> = {}): CellObject => ({
  // The reader of the file decides how a line end looks; a control character would make the XML unreadable.
  value: value.replaceAll(/[^\P{Cc}\n\t]/gu, ' ') || undefined!,
  type: String,
  wrap: true,
  alignVertical: 'top',
  ...look,
});

const number = (value: number, look: Partial<CellObject> = {}): CellObject => ({
  value,
  type: Number,
  ...look,
});
const formula = (value: string, look: Partial<CellObject> = {}): CellObject => ({
  value,
  type: 'Formula',
  ...look,
});

const framed = { borderColor: lineColour, borderStyle: 'thin' } as const;
const linePoints = 13;
/** No row of a sheet may be higher (the limit of the common spreadsheet programs). */
const highestPoints = 409;

/**
 * The height in points that a row needs. Programs do not measure a row when they open a file, so the height must be
 * in it. A column holds about as many letters as its width says.
 */
function rowHeight(cells: readonly (CellObject | null)[], widths: readonly number[]): number {
  const lines = cells.map((cell, at) => {
    const width = widths.slice(at, at + (cell?.columnSpan ?? 1)).reduce((sum, each) => sum + each, 0);
    return Math.ceil(String(cell?.value ?? '').length / Math.max(1, width * 1.05));
  });
  return Math.min(highestPoints, linePoints * Math.max(1, ...lines) + 3);
}

/** Rows whose first cell carries the height that the text needs, unless it has one. */
function fitted(rows: readonly (readonly (CellObject | null)[])[], widths: readonly number[]): SheetData {
  return rows.map((row) => {
    const [first, ...rest] = row;
    if (first === undefined || first === null) return [...row];
    return [{ height: rowHeight(row, widths), ...first }, ...rest];
  });
}

const headed = {
  fontWeight: 'bold',
  backgroundColor: headColour,
  textColor: '#ffffff',
  alignVertical: 'center',
} as const;

const heading = (titles: readonly string[]): CellObject[] =>
  titles.map((title) => words(title, { ...headed, ...framed }));

const coverWidths = [36, 90];

function coverSheet(request: RequestForProposals): SheetData {
  const bold = { fontWeight: 'bold' } as const;
  const wide = (text: string, look: Partial<CellObject> = {}) => [
    words(text, { columnSpan: 2, ...look }),
    null,
  ];
  const prose = (text: string) => wide(text);
  const fact = (name: string, value: string) => [words(name, bold), words(value)];
  const rows = [
    wide(markText(request), { ...bold, textColor: '#8a1c1c' }),
    wide(request.title, { ...bold, fontSize: 18, textColor: headColour, height: 50 }),
    wide(fromText(request)),
    [],
    fact(coverFacts.format, String(formatVersion)),
    fact('Profile', request.profile.title),
    fact(coverFacts.version, request.profile.version),
    fact(coverFacts.components, request.components.map(({ id }) => id).join(' ')),
    fact(coverFacts.obligations, request.obligations.join(' ')),
    fact(coverFacts.parts, request.parts.join(' ')),
    fact('Answered by', ''),
    fact('Product and version', ''),
    [],
    wide('Scope', { ...bold, fontSize: 13 }),
    ...scopeParagraphs(request).map(prose),
    ...request.components.map(({ id, name, definition }) => [
      words(`${name} (${id})`, { ...bold, ...framed }),
      words(definition, framed),
    ]),
    [],
    wide('How to answer', { ...bold, fontSize: 13 }),
    ...answerParagraphs.map(prose),
    ...answers.map((each) => [words(each, { ...bold, ...framed }), words(answerMeanings[each], framed)]),
    [],
    ...request.obligations.map((each) => [
      words(each, { ...bold, ...framed }),
      words(obligationMeanings[each], framed),
    ]),
    [],
    ...request.sections.map((section) => [
      words(`${section.id}. ${section.title}`, { ...bold, ...framed }),
      words(section.introduction, framed),
    ]),
  ];
  return fitted(rows, coverWidths);
}

const answerKeys = new Set<string>(['complies', 'comment', 'evidence']);

function requirementsSheet(request: RequestForProposals): SheetData {
  const rows = itemsOf(...request.sections).map((item) => {
    const cells = cellsOf(item);
    return columns.map(({ key }) =>
      words(cells[key], {
        ...framed,
        ...(answerKeys.has(key) ? { backgroundColor: answerColour } : {}),
        ...(key === 'obligation' && cells.obligation === 'shall'
          ? { fontWeight: 'bold' as const, textColor: '#8a1c1c' }
          : {}),
      }),
    );
  });
  return fitted(
    [heading(columns.map(({ title }) => title)), ...rows],
    columns.map(({ width }) => width),
  );
}

const annexColumns = columns.filter(
  ({ key }) => !answerKeys.has(key) && key !== 'applies' && key !== 'section',
);

function annexSheet(request: RequestForProposals): SheetData {
  const rows = itemsOf(request.annex).map((item) => {
    const cells = cellsOf(item);
    return annexColumns.map(({ key }) => words(cells[key], framed));
  });
  return fitted(
    [heading(annexColumns.map(({ title }) => title)), ...rows],
    annexColumns.map(({ width }) => width),
  );
}

/** `A`, `B` … of a column of the requirements. */
const letterOf = (key: string): string =>
  String.fromCharCode('A'.charCodeAt(0) + columns.findIndex((column) => column.key === key));

function summarySheet(request: RequestForProposals, last: number): SheetData {
  const range = (key: string) => `${sheetNames.requirements}!$${letterOf(key)}$2:$${letterOf(key)}$${last}`;
  const row = (name: string, key: string, total: number) => [
    words(name, { ...framed, fontWeight: 'bold' }),
    number(total, framed),
    ...answers.map((each) =>
      formula(`COUNTIFS(${range(key)},"${name}",${range('complies')},"${each}")`, framed),
    ),
    formula(
      `${total}-SUM(COUNTIFS(${range(key)},"${name}",${range('complies')},"yes"),COUNTIFS(${range(key)},"${name}",${range('complies')},"partly"),COUNTIFS(${range(key)},"${name}",${range('complies')},"no"),COUNTIFS(${range(key)},"${name}",${range('complies')},"not applicable"))`,
      framed,
    ),
  ];
  const titles = ['Requirements', ...answers, 'empty'];
  const families = new Map<string, number>();
  for (const item of itemsOf(...request.sections)) {
    const { family } = cellsOf(item);
    families.set(family, (families.get(family) ?? 0) + 1);
  }
  return [
    heading(['Obligation', ...titles]),
    ...countRows(request).map(({ obligation, component, system }) =>
      row(obligation, 'obligation', component + system),
    ),
    [],
    heading(['Family', ...titles]),
    ...[...families].map(([family, total]) => row(family, 'family', total)),
    [],
    [
      words(
        'The counts follow the sheet Requirements. `wattward rfp score` reads the file and lists every gap.',
        {
          columnSpan: 7,
          backgroundColor: softColour,
        },
      ),
    ],
  ];
}

/** The request as the octets of an XLSX workbook. */
export async function requestWorkbook(request: RequestForProposals): Promise<Uint8Array> {
  const rows = requirementsSheet(request);
  const lastLetter = letterOf(columns.at(-1)!.key);
  const annexLetter = String.fromCharCode('A'.charCodeAt(0) + annexColumns.length - 1);
  const annex = annexSheet(request);
  const sheets: Parameters<typeof writeWorkbook>[0] = [
    { sheet: sheetNames.cover, data: coverSheet(request), columns: coverWidths.map((width) => ({ width })) },
    {
      sheet: sheetNames.requirements,
      data: rows,
      columns: columns.map(({ width }) => ({ width })),
      stickyRowsCount: 1,
      stickyColumnsCount: 2,
      orientation: 'landscape',
    },
    {
      sheet: sheetNames.annex,
      data: annex,
      columns: annexColumns.map(({ width }) => ({ width })),
      stickyRowsCount: 1,
      stickyColumnsCount: 2,
      orientation: 'landscape',
    },
    {
      sheet: sheetNames.summary,
      data: summarySheet(request, rows.length),
      columns: [{ width: 40 }, ...Array.from({ length: 6 }, () => ({ width: 15 }))],
      orientation: 'landscape',
    },
  ];
  const foot = markText(request);
  const features: SheetFeatures[] = [
    { foot, name: sheetNames.cover },
    {
      foot,
      name: sheetNames.requirements,
      filter: `A1:${lastLetter}${rows.length}`,
      repeatHeading: true,
      choices: {
        range: `${letterOf('complies')}2:${letterOf('complies')}${Math.max(2, rows.length)}`,
        values: answers,
        message: `One of: ${answers.join(', ')}.`,
      },
    },
    { foot, name: sheetNames.annex, filter: `A1:${annexLetter}${annex.length}`, repeatHeading: true },
    { foot, name: sheetNames.summary },
  ];
  return writeWorkbook(sheets, {
    fontFamily: 'Arial',
    fontSize: 10,
    features: [workbookFeature(features)],
  }).toBuffer();
}
