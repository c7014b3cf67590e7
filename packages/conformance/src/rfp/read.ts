/** Reads an answered request back: XLSX as handed out, or CSV. Everything in it is from outside. */
import { basename } from 'node:path';
import type { Obligation } from '@wattward/profile';
import readWorkbook from 'read-excel-file/node';
import { type ColumnKey, columns, formatVersion, neededColumns, scopeColumn } from './columns.ts';
import { rfpError } from './errors.ts';
import type { PartLetter, RequestScope } from './request.ts';
import { checkTable, parseCsv, place, type Row, type Table } from './table.ts';
import { type Answer, answers } from './wording.ts';
import { checkWorkbookBounds, mostFileOctets } from './workbook-bounds.ts';
import { coverFacts, sheetNames } from './xlsx.ts';

export interface ReadOptions {
  /** The file's name; its ending decides how it is read, and messages cite it. */
  readonly name: string;
}

export interface AnsweredRow {
  readonly row: number;
  readonly id: string;
  readonly number: string;
  /** Undefined where nothing was answered. */
  readonly answer: Answer | undefined;
  readonly comment: string;
  readonly evidence: string;
}

export interface ReadRequest {
  /** Sheet or file in which the rows stand. */
  readonly sheet: string;
  readonly profileVersion: string;
  readonly scope: Required<RequestScope>;
  readonly rows: readonly AnsweredRow[];
}

/** What people write for one of the answers. */
const spellings: Readonly<Record<string, Answer>> = {
  ...Object.fromEntries(answers.map((each) => [each, each])),
  y: 'yes',
  n: 'no',
  partial: 'partly',
  partially: 'partly',
  'n/a': 'not applicable',
  na: 'not applicable',
};

const folded = (text: string): string => text.trim().toLowerCase().replaceAll(/\s+/g, ' ');

/** An apostrophe that kept a text from being computed goes again. */
const unguarded = (text: string): string => text.trim().replace(/^'(?=\s*[=+\-@])/, '');

/** Each column's position by its heading. */
function headings({ sheet, rows }: Table): ReadonlyMap<ColumnKey | 'scope', number> {
  const first = rows[0];
  if (first === undefined) throw rfpError('malformed', `${sheet} is empty`);
  const found = new Map<ColumnKey | 'scope', number>();
  for (const [at, cell] of first.cells.entries()) {
    const title = folded(cell);
    const column = columns.find((each) => folded(each.title) === title);
    const key = title === folded(scopeColumn) ? 'scope' : column?.key;
    if (key === undefined) continue;
    if (found.has(key)) {
      throw rfpError('malformed', `${place(sheet, first.row, at)}: a second column "${cell.trim()}"`);
    }
    found.set(key, at);
  }
  for (const key of neededColumns) {
    if (!found.has(key)) {
      const { title } = columns.find((column) => column.key === key)!;
      throw rfpError('malformed', `${place(sheet, first.row)}: no column "${title}"`);
    }
  }
  return found;
}

/** At most so many malformed cells are told at once. */
const mostProblems = 20;

function answeredRows(table: Table, at: ReadonlyMap<ColumnKey | 'scope', number>): readonly AnsweredRow[] {
  const { sheet } = table;
  const problems: string[] = [];
  const cell = ({ cells }: Row, key: ColumnKey) => unguarded(cells[at.get(key) ?? -1] ?? '');
  const rows: AnsweredRow[] = [];
  for (const row of table.rows.slice(1)) {
    if (row.cells.every((each) => each.trim() === '')) continue;
    const id = cell(row, 'id');
    const said = folded(cell(row, 'complies'));
    const answer = Object.hasOwn(spellings, said) ? spellings[said] : undefined;
    if (id === '') problems.push(`${place(sheet, row.row, at.get('id'))}: no requirement id`);
    if (said !== '' && answer === undefined) {
      problems.push(
        `${place(sheet, row.row, at.get('complies'))}: "${said.slice(0, 40)}" is none of ${answers.join(', ')}`,
      );
    }
    rows.push({
      row: row.row,
      id,
      number: cell(row, 'number'),
      answer,
      comment: cell(row, 'comment'),
      evidence: cell(row, 'evidence'),
    });
  }
  if (problems.length > 0) {
    const more = problems.length > mostProblems ? `; and ${problems.length - mostProblems} more` : '';
    throw rfpError('malformed', problems.slice(0, mostProblems).join('; ') + more);
  }
  return rows;
}

interface Facts {
  readonly profileVersion: string;
  readonly scope: Required<RequestScope>;
}

const wordsOf = (text: string): readonly string[] => text.split(/[\s,]+/).filter((each) => each !== '');

function factsFrom(values: Readonly<Record<keyof typeof coverFacts, string>>, where: string): Facts {
  if (values.format !== String(formatVersion)) {
    throw rfpError(
      'malformed',
      `${where}: the request has format "${values.format}"; this program reads format ${formatVersion}`,
    );
  }
  return {
    profileVersion: values.version,
    scope: {
      components: wordsOf(values.components),
      obligations: wordsOf(values.obligations) as readonly Obligation[],
      parts: wordsOf(values.parts) as readonly PartLetter[],
    },
  };
}

/** The facts that a workbook's cover states, by the names in its first column. */
function coverOf({ sheet, rows }: Table): Facts {
  const values: Record<string, string> = {};
  for (const [key, name] of Object.entries(coverFacts)) {
    const row = rows.find(({ cells }) => folded(cells[0] ?? '') === folded(name));
    if (row === undefined) throw rfpError('malformed', `${sheet}: no row "${name}" in column A`);
    const value = row.cells[1]?.trim() ?? '';
    if (value === '') throw rfpError('malformed', `${place(sheet, row.row, 1)}: no value for "${name}"`);
    values[key] = value;
  }
  return factsFrom(values as Record<keyof typeof coverFacts, string>, sheet);
}

const scopePattern =
  /^wattward-rfp (?<format>\d+); profile (?<version>[^;]+); components (?<components>[^;]+); obligations (?<obligations>[^;]+); parts (?<parts>[^;]+)$/;

/** The facts that a CSV table repeats on every row. */
function scopeOf({ sheet, rows }: Table, at: number | undefined): Facts {
  const [first, second] = rows;
  if (at === undefined)
    throw rfpError('malformed', `${place(sheet, first!.row)}: no column "${scopeColumn}"`);
  if (second === undefined) throw rfpError('malformed', `${sheet} holds no requirement`);
  const text = second.cells[at]?.trim() ?? '';
  const match = scopePattern.exec(text);
  if (match === null) {
    throw rfpError('malformed', `${place(sheet, second.row, at)}: not what the request put there`);
  }
  const other = rows.slice(2).find(({ cells }) => (cells[at]?.trim() ?? '') !== text);
  if (other !== undefined) {
    throw rfpError('malformed', `${place(sheet, other.row, at)}: another scope than in row ${second.row}`);
  }
  return factsFrom(match.groups as Record<keyof typeof coverFacts, string>, place(sheet, second.row, at));
}

async function workbookTables(octets: Uint8Array): Promise<readonly Table[]> {
  checkWorkbookBounds(octets);
  let sheets: Awaited<ReturnType<typeof readWorkbook>>;
  try {
    sheets = await readWorkbook(Buffer.from(octets.buffer, octets.byteOffset, octets.byteLength));
  } catch (error) {
    throw rfpError('unreadable', 'the workbook cannot be read; it may be damaged or encrypted', error);
  }
  return sheets.map(({ sheet, data }) => {
    const table = {
      sheet,
      rows: data.map((cells, at) => ({
        row: at + 1,
        cells: cells.map((value) => (value === null ? '' : String(value))),
      })),
    };
    checkTable(table);
    return table;
  });
}

function sheetNamed(tables: readonly Table[], name: string): Table {
  const found = tables.find(({ sheet }) => folded(sheet) === folded(name));
  if (found === undefined) {
    const there = tables.map(({ sheet }) => sheet).join(', ');
    throw rfpError('malformed', `the workbook has no sheet "${name}"; it has ${there}`);
  }
  return found;
}

/**
 * Reads the answers of an XLSX workbook or, by the ending `.csv`, of a CSV table, within bounds of size and time.
 *
 * Throws `rfp/unreadable`, `rfp/too-large`, and `rfp/malformed` with sheet and row for what is not as it was handed
 * out or holds an answer that is none.
 */
export async function readAnswers(octets: Uint8Array, { name }: ReadOptions): Promise<ReadRequest> {
  if (octets.length > mostFileOctets) {
    throw rfpError('too-large', `the file has ${octets.length} octets; at most ${mostFileOctets} are read`);
  }
  if (/\.csv$/i.test(name)) {
    let text: string;
    try {
      text = new TextDecoder('utf-8', { fatal: true }).decode(octets);
    } catch (error) {
      throw rfpError('unreadable', `${basename(name)} is not UTF-8`, error);
    }
    const table = parseCsv(basename(name), text);
    checkTable(table);
    const at = headings(table);
    return { sheet: table.sheet, ...scopeOf(table, at.get('scope')), rows: answeredRows(table, at) };
  }
  const tables = await workbookTables(octets);
  const cover = coverOf(sheetNamed(tables, sheetNames.cover));
  const table = sheetNamed(tables, sheetNames.requirements);
  return { sheet: table.sheet, ...cover, rows: answeredRows(table, headings(table)) };
}
