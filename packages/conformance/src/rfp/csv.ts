/** A request as one CSV table (RFC 4180, UTF-8 with a mark, which spreadsheets need to see that it is UTF-8). */
import { csvText } from '@wattward/profile';
import { cellsOf, columns, scopeColumn, scopeText } from './columns.ts';
import { itemsOf, type RequestForProposals } from './request.ts';

export const byteOrderMark = '\ufeff';

/**
 * The requirements to answer as CSV. The last column repeats what the request covers on every row, so that a score
 * knows what was asked. Text that a spreadsheet would compute is written with an apostrophe before it.
 */
export function requestCsv(request: RequestForProposals): string {
  const scope = scopeText(request);
  const rows = itemsOf(...request.sections).map((item) => {
    const cells = cellsOf(item);
    return [...columns.map(({ key }) => cells[key]), scope];
  });
  return byteOrderMark + csvText([...columns.map(({ title }) => title), scopeColumn], rows);
}
