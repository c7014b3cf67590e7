/** A table as it came back: cells as text, with the row and column that a person sees. */
import { rfpError } from './errors.ts';

export interface Row {
  /** Counted from 1, as a spreadsheet shows it; of a CSV file, the line on which the row begins. */
  readonly row: number;
  readonly cells: readonly string[];
}

export interface Table {
  /** The sheet's name, or the file's for CSV. */
  readonly sheet: string;
  readonly rows: readonly Row[];
}

/** More rows or columns than any request has ten times over. */
export const mostRows = 10_000;
export const mostColumns = 100;

/** `Requirements, row 7, column L` for people. */
export function place(sheet: string, row: number, column?: number): string {
  return `${sheet}, row ${row}${column === undefined ? '' : `, column ${columnLetter(column)}`}`;
}

/** 0 → `A`, 25 → `Z`, 26 → `AA`. */
export function columnLetter(index: number): string {
  const letter = String.fromCharCode('A'.charCodeAt(0) + (index % 26));
  return index < 26 ? letter : columnLetter(Math.floor(index / 26) - 1) + letter;
}

/** Refuses a table beyond the bounds. Throws `rfp/too-large`. */
export function checkTable({ sheet, rows }: Table): void {
  if (rows.length > mostRows) {
    throw rfpError('too-large', `${sheet} has ${rows.length} rows; at most ${mostRows} are read`);
  }
  const wide = rows.find(({ cells }) => cells.length > mostColumns);
  if (wide !== undefined) {
    throw rfpError(
      'too-large',
      `${place(sheet, wide.row)} has ${wide.cells.length} cells; at most ${mostColumns} are read`,
    );
  }
}

/** Commas, or the semicolons that spreadsheets write where the comma parts decimals. */
function separatorOf(text: string): string {
  const heading = /^[^\r\n]*/.exec(text)![0];
  const count = (letter: string) => heading.split(letter).length;
  return count(';') > count(',') ? ';' : ',';
}

/**
 * Reads CSV (RFC 4180; also with semicolons, and with bare line feeds). Empty rows are left out, numbers of lines kept.
 *
 * Throws `rfp/unreadable` with the line for a quote that never closes or that text follows, and `rfp/too-large`.
 */
export function parseCsv(sheet: string, source: string): Table {
  const text = source.replace(/^\ufeff/, '');
  const separator = separatorOf(text);
  const rows: Row[] = [];
  let cells: string[] = [];
  let line = 1;
  let rowLine = 1;
  let at = 0;
  const endRow = () => {
    if (cells.some((cell) => cell !== '')) rows.push({ row: rowLine, cells });
    if (rows.length > mostRows) checkTable({ sheet, rows });
    cells = [];
  };
  while (at < text.length) {
    if (text[at] === '"') {
      const end = closingQuote(text, at + 1);
      if (end < 0) throw rfpError('unreadable', `${place(sheet, line)}: a quote never closes`);
      const quoted = text.slice(at + 1, end);
      cells.push(quoted.replaceAll('""', '"'));
      line += quoted.split('\n').length - 1;
      at = end + 1;
    } else {
      const end = plainEnd(text, at, separator);
      cells.push(text.slice(at, end));
      at = end;
    }
    if (cells.length > mostColumns) checkTable({ sheet, rows: [{ row: rowLine, cells }] });
    if (at >= text.length) break;
    if (text[at] === separator) {
      at++;
      // A separator at the very end still parts off an empty cell.
      if (at >= text.length) cells.push('');
      continue;
    }
    if (text[at] === '\r' && text[at + 1] === '\n') at++;
    if (text[at] !== '\n' && text[at] !== '\r') {
      throw rfpError('unreadable', `${place(sheet, line, cells.length - 1)}: text follows a closing quote`);
    }
    at++;
    line++;
    endRow();
    rowLine = line;
  }
  endRow();
  return { sheet, rows };
}

function closingQuote(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

function plainEnd(text: string, from: number, separator: string): number {
  let at = from;
  while (at < text.length && text[at] !== separator && text[at] !== '\n' && text[at] !== '\r') at++;
  return at;
}
