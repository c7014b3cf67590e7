/** Tables of the profile as CSV (RFC 4180: CRLF, quotes doubled), one file a table. */
import type { Line, Subject } from '../model.ts';
import { type Profile, profile } from '../profile.ts';

export type CsvValue = string | number | boolean | undefined;

/** What a spreadsheet would take for the beginning of a formula, also behind blanks that it trims. */
const formulaStart = /^[\s]*[=+\-@]|^[\t\r\n]/;

/**
 * Text that a spreadsheet shows and never computes: an apostrophe goes before what would begin a formula. Numbers are
 * left as they are.
 */
export function inertText(text: string): string {
  return formulaStart.test(text) ? `'${text}` : text;
}

/** One field of a CSV row, quoted where it must be. */
export function csvField(value: CsvValue): string {
  if (value === undefined) return '';
  if (typeof value !== 'string') return String(value);
  const inert = inertText(value);
  return /[",\r\n]/.test(inert) || inert !== inert.trim() ? `"${inert.replaceAll('"', '""')}"` : inert;
}

/** Rows under a heading as CSV text; every row has as many fields as the heading. */
export function csvText(heading: readonly string[], rows: readonly (readonly CsvValue[])[]): string {
  return [heading, ...rows].map((row) => `${row.map(csvField).join(',')}\r\n`).join('');
}

interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: (from: Profile) => readonly (readonly CsvValue[])[];
}

const joined = (values: readonly string[]): string => values.join(' ');

/** `all`, `system`, `organization`, or the ids that a requirement names. */
export function subjectText(subject: Subject): string {
  return typeof subject.whom === 'string' ? subject.whom : joined(subject.whom);
}

const allLines = (from: Profile): readonly Line[] => [...from.lines, ...from.extensionLines];

const architectureTables: Readonly<Record<string, CsvTable>> = {
  components: {
    columns: ['id', 'name', 'origin', 'clause', 'placement', 'domain', 'whole', 'definition', 'aliases'],
    rows: (from) =>
      from.components.flatMap((each) => [
        [
          each.id,
          each.name,
          each.origin,
          each.clause,
          each.placement,
          each.domain,
          '',
          each.definition,
          each.aliases.join('; '),
        ],
        ...each.parts.map((part) => [
          part.id,
          part.name,
          each.origin,
          part.clause,
          each.placement,
          part.domain,
          each.id,
          part.definition,
          '',
        ]),
      ]),
  },
  actors: {
    columns: ['id', 'name', 'kind', 'clause', 'carrier', 'standard', 'aliases'],
    rows: (from) =>
      from.actors.map((each) => [
        each.id,
        each.name,
        each.kind,
        each.clause,
        each.carrier,
        each.standard,
        each.aliases.join('; '),
      ]),
  },
  lines: {
    columns: ['line', 'source', 'destination', 'messages', 'scope', 'origin', 'clause', 'reason'],
    rows: (from) =>
      allLines(from).flatMap((line) =>
        line.directions.map(({ source, destination, messages }) => [
          line.id,
          source,
          destination,
          messages.length,
          line.scope,
          line.origin,
          line.clause,
          line.reason,
        ]),
      ),
  },
  messages: {
    columns: [
      'id',
      'line',
      'source',
      'destination',
      'name',
      'references',
      'scope',
      'origin',
      'kind',
      'label',
      'priority',
      'clause',
    ],
    rows: (from) =>
      [
        ...allLines(from).flatMap((line) => line.directions.flatMap(({ messages }) => messages)),
        ...from.extensionMessages,
      ].map((each) => [
        each.id,
        each.line,
        each.source,
        each.destination,
        each.name,
        joined(each.references),
        each.scope,
        each.origin,
        each.kind,
        each.label,
        each.priority,
        each.clause,
      ]),
  },
  scenarios: {
    columns: ['id', 'useCase', 'title', 'titleSource', 'messages'],
    rows: (from) =>
      from.scenarios.map((each) => [
        each.id,
        each.useCase,
        each.title,
        each.titleSource,
        joined(each.messages),
      ]),
  },
};

const controlTables: Readonly<Record<string, CsvTable>> = {
  controls: {
    columns: [
      'id',
      'origin',
      'title',
      'family',
      'class',
      'clause',
      'requirements',
      'requirement',
      'guidance',
      'enhancements',
      'rationale',
    ],
    rows: (from) =>
      from.controls.map((each) => [
        each.id,
        each.origin,
        each.title,
        each.family,
        each.class,
        each.clause,
        each.requirements.length,
        each.requirement,
        each.guidance,
        each.enhancements,
        each.rationale,
      ]),
  },
  requirements: {
    columns: [
      'id',
      'control',
      'title',
      'clause',
      'obligation',
      'subject',
      'subjectFrom',
      'verification',
      'blackBox',
      'text',
      'evidence',
    ],
    rows: (from) =>
      from.controls.flatMap((control) =>
        control.requirements.map((each) => [
          each.id,
          control.id,
          control.title,
          each.clause,
          each.obligation,
          subjectText(each.subject),
          each.subject.from,
          each.verification,
          each.blackBox,
          each.text,
          each.evidence,
        ]),
      ),
  },
  matrix: {
    columns: ['id', 'title', 'family', 'marks', 'comment', 'hasText', 'numbered'],
    rows: (from) =>
      from.matrix.map((each) => [
        each.id,
        each.title,
        each.family,
        joined(each.marks),
        each.comment,
        each.hasText,
        each.numbered,
      ]),
  },
  parameters: {
    columns: ['id', 'title', 'clause', 'unit', 'minimum', 'maximum', 'default', 'rangeFrom', 'reason'],
    rows: (from) =>
      from.parameters.map((each) => [
        each.id,
        each.title,
        each.clause,
        each.unit,
        each.minimum,
        each.maximum,
        each.default,
        each.rangeFrom,
        each.reason,
      ]),
  },
  errata: {
    columns: ['id', 'clause', 'finding', 'resolution'],
    rows: (from) => from.errata.map((each) => [each.id, each.clause, each.finding, each.resolution]),
  },
  extensions: {
    columns: ['id', 'title', 'text', 'mends'],
    rows: (from) => from.extensions.map((each) => [each.id, each.title, each.text, joined(each.mends)]),
  },
};

const tables: Readonly<Record<string, CsvTable>> = { ...architectureTables, ...controlTables };

/** The names that `exportCsv` knows. */
export const csvTables: readonly string[] = Object.keys(tables);

/**
 * One table of the profile as CSV: a heading, then a row an entry. Lists inside a field are parted by blanks.
 * Undefined when there is no table of this name.
 */
export function exportCsv(table: string, from: Profile = profile()): string | undefined {
  const found = Object.hasOwn(tables, table) ? tables[table]! : undefined;
  return found === undefined ? undefined : csvText(found.columns, found.rows(from));
}
