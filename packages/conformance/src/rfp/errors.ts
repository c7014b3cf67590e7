import { errorTable } from '../base/errors.ts';

export const rfpError = errorTable('rfp', {
  scope: {
    kind: 'policy',
    meaning: 'The scope of the request names no known component, obligation or part.',
    remedy: 'Name components by the ids that `wattward profile components` lists.',
  },
  unreadable: {
    kind: 'decode',
    meaning: 'The file is neither an XLSX workbook nor a CSV table that can be read.',
    remedy: 'Save it as .xlsx or as .csv (UTF-8, commas) and try again.',
  },
  'too-large': {
    kind: 'overload',
    meaning: 'The file is larger than any answered request can be.',
    remedy:
      'Keep only the sheets that were handed out, delete rows and columns beyond the table, and save again.',
  },
  malformed: {
    kind: 'decode',
    meaning: 'The table is not laid out as it was handed out.',
    remedy:
      'Restore the sheets, headings and cells that the message names, and change the answer columns only.',
  },
});
