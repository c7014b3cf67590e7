/** `wattward rfp`: a request for proposals from the profile, and the score of what comes back. */
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { basename, extname } from 'node:path';
import {
  type Classification,
  ConformanceError,
  classifications,
  countRows,
  type PartLetter,
  type RequestForProposals,
  readAnswers,
  requestCsv,
  requestDocument,
  requestForProposals,
  requestHtml,
  requestMarkdown,
  requestOscal,
  requestWorkbook,
  type Score,
  type ScoreCounts,
  type ScoreItem,
  scoreAnswers,
} from '@wattward/conformance';
import type { Obligation } from '@wattward/profile';
import type { Command } from 'commander';
import { WattwardError } from '../base/errors.ts';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import type { CliContext } from './program.ts';
import { bold, renderTable, type Style } from './table.ts';

const examples = `
Examples:
  wattward rfp --component meter --component head-end --out ami.xlsx
  wattward rfp --component meter --obligation shall --parts R,E --format md
  wattward rfp --component mdms --utility "Example Utility" --out mdms.html
  wattward rfp score ami-answered.xlsx        gaps, missing evidence; exit code 1 while a gap is open

Components: the ids of \`wattward profile components\`, and the parts meter.metrology, meter.fan, meter.han.
The format follows from the ending of --out: .md, .html, .csv, .xlsx, .json (OSCAL).`;

const scoreExamples = `
Examples:
  wattward rfp score offer.xlsx
  wattward rfp score offer.xlsx --json | jq '.gaps[].id'

Exit codes: 0 no gap, 1 binding requirements are not met or not answered, 3 no gap but the file is not
the request of this profile (other version, rows missing, unknown or twice).`;

const formats = ['md', 'html', 'csv', 'xlsx', 'oscal'] as const;
type Format = (typeof formats)[number];

const formatOfEnding: Readonly<Record<string, Format>> = {
  '.md': 'md',
  '.html': 'html',
  '.htm': 'html',
  '.csv': 'csv',
  '.xlsx': 'xlsx',
  '.json': 'oscal',
};

interface RequestFlags {
  readonly component?: readonly string[];
  readonly obligation?: readonly string[];
  readonly parts?: readonly string[];
  readonly title?: string;
  readonly utility?: string;
  readonly classification: string;
  readonly format?: string;
  readonly out?: string;
  readonly force?: true;
}

const commaList = (text: string, before: readonly string[] = []): readonly string[] => [
  ...before,
  ...text
    .split(',')
    .map((each) => each.trim())
    .filter((each) => each !== ''),
];

/** Errors of the conformance package as the command line shows them. */
async function translated<T>(work: () => T | Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof ConformanceError)) throw error;
    const { code, kind, detail, remedy } = error;
    // A name or choice that was typed wrong is a matter of usage, whatever it is to the library.
    const asked = code === 'rfp/scope' ? 'usage' : kind;
    throw new WattwardError(code, { kind: asked, meaning: detail, remedy }, detail, error);
  }
}

function formatFor({ format, out }: RequestFlags): Format {
  const wanted = format ?? (out === undefined ? 'md' : formatOfEnding[extname(out).toLowerCase()]);
  if (wanted === undefined) {
    throw raiseCli(
      'usage',
      `the ending of ${basename(out!)} names no format; say --format ${formats.join('|')}`,
    );
  }
  const found = formats.find((each) => each === wanted);
  if (found === undefined) throw raiseCli('usage', `--format ${wanted}: there are ${formats.join(', ')}`);
  if (found === 'xlsx' && out === undefined)
    throw raiseCli('usage', 'a workbook needs a file: --out FILE.xlsx');
  return found;
}

async function rendered(request: RequestForProposals, format: Format): Promise<string | Uint8Array> {
  if (format === 'md') return requestMarkdown(request);
  if (format === 'html') return requestHtml(request);
  if (format === 'csv') return requestCsv(request);
  if (format === 'xlsx') return requestWorkbook(request);
  return `${JSON.stringify(requestOscal(request, new Date().toISOString()), null, 2)}\n`;
}

/** Never overwrites by accident: an existing file may hold a vendor's answers. */
function writeNew(out: string, content: string | Uint8Array, force: boolean): void {
  try {
    writeFileSync(out, content, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') {
      throw raiseCli('file', `${out} exists already`, {
        cause: error,
        remedy: 'Choose another name, or overwrite it with --force.',
      });
    }
    throw raiseCli('file', `cannot write ${out}: ${(error as Error).message}`, { cause: error });
  }
}

function requestFrom(flags: RequestFlags): RequestForProposals {
  if (flags.component === undefined || flags.component.length === 0) {
    throw raiseCli('usage', 'name what is bought: --component ID, once for each component');
  }
  if (!(classifications as readonly string[]).includes(flags.classification)) {
    throw raiseCli(
      'usage',
      `--classification ${flags.classification}: there are ${classifications.join(', ')}`,
    );
  }
  return requestForProposals({
    components: flags.component,
    date: new Date().toISOString().slice(0, 10),
    classification: flags.classification as Classification,
    ...(flags.obligation === undefined ? {} : { obligations: flags.obligation as readonly Obligation[] }),
    ...(flags.parts === undefined
      ? {}
      : { parts: flags.parts.map((each) => each.toUpperCase()) as readonly PartLetter[] }),
    ...(flags.title === undefined ? {} : { title: flags.title }),
    ...(flags.utility === undefined ? {} : { utility: flags.utility }),
  });
}

async function runRequest(flags: RequestFlags, context: CliContext): Promise<void> {
  const request = await translated(() => requestFrom(flags));
  if (context.output.json && flags.out === undefined && flags.format === undefined) {
    context.output.answer(requestDocument(request), () => '');
    return;
  }
  const format = formatFor(flags);
  const content = await translated(() => rendered(request, format));
  if (flags.out === undefined) {
    context.output.raw(content as string);
    return;
  }
  writeNew(flags.out, content, flags.force === true);
  const answer = {
    file: flags.out,
    format,
    profile: request.profile.version,
    components: request.components.map(({ id }) => id),
    requirements: countRows(request),
  };
  context.output.answer(answer, ({ requirements }, style) =>
    [
      `${flags.out}: ${request.title} (profile v${request.profile.version})`,
      '',
      renderTable(
        [
          { title: 'obligation' },
          { title: 'on components', align: 'right' },
          { title: 'on the system', align: 'right' },
          { title: 'on the utility (annex)', align: 'right' },
        ],
        requirements.map((row) => [row.obligation, row.component, row.system, row.utility]),
        style,
      ),
    ].join('\n'),
  );
}

// ------------------------------------------------------------------ score

/** Files beyond this are refused before they are read; the library's own bound is tighter. */
const mostFileOctets = 64 * 1024 * 1024;

function readBounded(file: string): Uint8Array {
  try {
    const { size } = statSync(file);
    if (size > mostFileOctets)
      throw raiseCli('file', `${file} has ${size} octets, more than any answered request`);
    return readFileSync(file);
  } catch (error) {
    if (error instanceof WattwardError) throw error;
    throw raiseCli('file', `cannot read ${file}: ${(error as Error).message}`, { cause: error });
  }
}

const countColumns = [
  { title: 'requirements', align: 'right' },
  { title: 'yes', align: 'right' },
  { title: 'partly', align: 'right' },
  { title: 'no', align: 'right' },
  { title: 'n/a', align: 'right' },
  { title: 'empty', align: 'right' },
  { title: 'met', align: 'right' },
] as const;

const countCells = (counts: ScoreCounts) => [
  counts.requirements,
  counts.yes,
  counts.partly,
  counts.no,
  counts.notApplicable,
  counts.empty,
  `${counts.compliancePercent} %`,
];

/** Longer lists are for `--json`. */
const mostShown = 40;

function itemTable(title: string, items: readonly ScoreItem[], style: Style): readonly string[] {
  if (items.length === 0) return [];
  const more =
    items.length > mostShown ? [`… and ${items.length - mostShown} more; --json lists them all`] : [];
  return [
    '',
    bold(`${title} (${items.length})`, style),
    renderTable(
      [
        { title: 'row', align: 'right' },
        { title: 'requirement' },
        { title: 'answer' },
        { title: 'text', wrap: true },
      ],
      items.slice(0, mostShown).map(({ row, id, answer, text }) => [row ?? '–', id, answer, text]),
      style,
    ),
    ...more,
  ];
}

function mismatchLines(score: Score, style: Style): readonly string[] {
  const { profileVersion, unknown, duplicates, missing } = score;
  const lines = [
    ...(profileVersion.match
      ? []
      : [`the file asks by profile v${profileVersion.file}; this is v${profileVersion.current}`]),
    ...unknown.map(({ id, row }) => `row ${row}: ${id} is not a requirement of this request`),
    ...duplicates.map(({ id, row, first }) => `row ${row}: ${id} again; row ${first} counts`),
    ...(missing.length === 0 ? [] : [`no row for ${missing.join(', ')}`]),
  ];
  return lines.length === 0
    ? []
    : ['', bold('The file is not the request as it was handed out', style), ...lines];
}

const verdicts: Readonly<Record<Score['verdict'], string>> = {
  complete: 'No gap: every binding requirement is met or justified as not applicable.',
  gaps: 'Gaps are open in binding requirements.',
  mismatch: 'No gap, but the file is not the request of this profile.',
};

function showScore(score: Score, style: Style): string {
  return [
    bold(verdicts[score.verdict], style),
    `components ${score.components.join(', ')}; profile v${score.profileVersion.file}; rows of ${score.sheet}`,
    '',
    renderTable(
      [{ title: 'obligation' }, ...countColumns],
      [
        ...score.byObligation.map((each) => [each.obligation, ...countCells(each)]),
        ['all', ...countCells(score.total)],
      ],
      style,
    ),
    '',
    renderTable(
      [{ title: 'family', wrap: true }, ...countColumns],
      score.byFamily.map((each) => [`${each.family} ${each.title}`, ...countCells(each)]),
      style,
    ),
    ...itemTable('Gaps: binding, and not met', score.gaps, style),
    ...itemTable('Yes without evidence', score.missingEvidence, style),
    ...itemTable('Partly, no or not applicable without a reason', score.unexplained, style),
    ...mismatchLines(score, style),
  ].join('\n');
}

const exitOf: Readonly<Record<Score['verdict'], number>> = {
  complete: exitCodes.done,
  gaps: exitCodes.no,
  mismatch: exitCodes.incomplete,
};

async function runScore(file: string, context: CliContext): Promise<void> {
  const octets = readBounded(file);
  const score = await translated(async () => scoreAnswers(await readAnswers(octets, { name: file })));
  context.exit(exitOf[score.verdict]);
  context.output.answer({ file, ...score }, (answer, style) => showScore(answer, style));
}

export function register(parent: Command, context: CliContext): void {
  const command = parent
    .command('rfp')
    .description('Write a request for proposals from the profile, and score what vendors answer.')
    .option('--component <id>', 'what is bought; may be repeated', commaList)
    .option('--obligation <list>', 'shall, should, may; default all', commaList)
    .option('--parts <list>', 'R requirements, E enhancements, G guidance; default all', commaList)
    .option('--title <text>', 'title of the request')
    .option('--utility <name>', 'who asks')
    .option('--classification <level>', `${classifications.join(', ')}`, 'internal')
    .option('--format <format>', `${formats.join(', ')}; default by the ending of --out, else md`)
    .option('--out <file>', 'where to write; default standard output')
    .option('--force', 'overwrite the file')
    .addHelpText('after', examples)
    .action((flags: RequestFlags) => runRequest(flags, context));
  command
    .command('score')
    .argument('<file>', 'an answered request, .xlsx or .csv')
    .description('hold an answered request against the profile')
    .addHelpText('after', scoreExamples)
    .action((file: string) => runScore(file, context));
}
