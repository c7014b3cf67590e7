/** Text for a terminal: columns that fit the width, wrapped by words, numbers to the right. No colour decides a meaning. */

export interface Column {
  readonly title: string;
  readonly align?: 'left' | 'right';
  /** May be wrapped over several lines; others keep their natural width. */
  readonly wrap?: boolean;
}

export interface Style {
  readonly width: number;
  readonly colour: boolean;
}

const gap = '  ';
const narrowestWrap = 16;

export const bold = (text: string, style: Style) => (style.colour ? `\u001b[1m${text}\u001b[22m` : text);
export const dim = (text: string, style: Style) => (style.colour ? `\u001b[2m${text}\u001b[22m` : text);

/** Breaks text at spaces so that no line is wider than `width`; a longer word is cut. */
export function wrapText(text: string, width: number): string[] {
  const lines: string[] = [];
  for (const paragraph of text.split('\n')) {
    let line = '';
    for (let word of paragraph.split(' ')) {
      while (word.length > width) {
        if (line !== '') lines.push(line);
        lines.push(word.slice(0, width));
        word = word.slice(width);
        line = '';
      }
      if (line === '') line = word;
      else if (line.length + 1 + word.length <= width) line += ` ${word}`;
      else {
        lines.push(line);
        line = word;
      }
    }
    lines.push(line);
  }
  return lines;
}

/** Text from outside must not move the cursor or change the terminal. */
export function printable(text: string): string {
  return text.replace(/(?!\n)[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
}

/** Rows under bold titles; columns marked `wrap` share what the others leave. */
export function renderTable(
  columns: readonly Column[],
  rows: readonly (readonly (string | number)[])[],
  style: Style,
): string {
  const cells = rows.map((row) => columns.map((_, i) => printable(String(row[i] ?? ''))));
  const widths = columnWidths(columns, cells, style.width);
  const line = (texts: readonly string[]) =>
    texts
      .map((text, i) => (columns[i]!.align === 'right' ? text.padStart(widths[i]!) : text.padEnd(widths[i]!)))
      .join(gap)
      .trimEnd();
  const out = [bold(line(columns.map((column) => column.title)), style)];
  for (const row of cells) {
    const wrapped = row.map((text, i) => wrapText(text, widths[i]!));
    const height = Math.max(...wrapped.map((lines) => lines.length));
    for (let at = 0; at < height; at++) out.push(line(wrapped.map((lines) => lines[at] ?? '')));
  }
  return out.join('\n');
}

function columnWidths(
  columns: readonly Column[],
  cells: readonly (readonly string[])[],
  width: number,
): number[] {
  const natural = columns.map((column, i) =>
    Math.max(
      column.title.length,
      ...cells.map((row) => Math.max(...row[i]!.split('\n').map((part) => part.length))),
    ),
  );
  const total = () => natural.reduce((sum, each) => sum + each, 0) + gap.length * (columns.length - 1);
  const wrapping = columns.map((column, i) => (column.wrap ? i : -1)).filter((i) => i >= 0);
  // Take one character at a time from the column whose texts need it least, until the table fits or none can give.
  const burden = (i: number) =>
    cells.reduce((lines, row) => lines + Math.ceil(row[i]!.length / (natural[i]! - 1)), 0);
  const canGive = (i: number) => natural[i]! > Math.max(narrowestWrap, columns[i]!.title.length);
  for (const i of wrapping) natural[i] = Math.min(natural[i]!, width);
  while (total() > width) {
    const givers = wrapping.filter(canGive).map((i) => ({ i, lines: burden(i) }));
    if (givers.length === 0) break;
    natural[givers.reduce((least, each) => (each.lines < least.lines ? each : least)).i]!--;
  }
  return natural;
}

/** Names in one column, wrapped texts in the other. */
export function renderFields(fields: readonly (readonly [string, string | number])[], style: Style): string {
  const nameWidth = Math.max(...fields.map(([name]) => name.length));
  const textWidth = Math.max(24, style.width - nameWidth - gap.length);
  return fields
    .flatMap(([name, value]) =>
      wrapText(printable(String(value)), textWidth).map((line, i) =>
        `${i === 0 ? bold(name.padEnd(nameWidth), style) : ' '.repeat(nameWidth)}${gap}${line}`.trimEnd(),
      ),
    )
    .join('\n');
}
