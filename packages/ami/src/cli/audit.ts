/** `wattward audit`: search, show, prove, report and verify (2.16.7, 2.16.9). */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { parseVerifierKey } from '../audit/note.ts';
import { type CheckedProof, checkProof, formatTlogProof, type ProofFile } from '../audit/proof-file.ts';
import type { AuditRecord } from '../audit/record.ts';
import type { AuditReport, Count } from '../log-management/report.ts';
import type { FoundRecord, SearchResult } from '../log-management/search.ts';
import type { Verification } from '../log-management/verify.ts';
import { type CallOptions, call } from '../processes/management-client.ts';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { renderFields, renderTable, type Style } from './table.ts';

const logManagement = 'log-management';
const answerWithinMs = 60_000;
// Everything is read again: a large log takes minutes.
const verifyWithinMs = 24 * 3_600_000;

interface ProofAnswer {
  readonly proof: ProofFile;
  readonly verifierKey: string;
  readonly witnessKey?: string;
}

type SearchOptions = PlaceOptions & Readonly<Record<string, string | undefined>>;
type Period = PlaceOptions & { readonly since?: string; readonly until?: string };

export function register(parent: Command, context: CliContext): void {
  const audit = parent
    .command('audit')
    .description('Searches, shows, proves and verifies the audit. Every use of it is itself audited.')
    .addHelpText(
      'after',
      `
Examples:
  wattward audit search --event 'access.*' --outcome refused --since 2026-11-22
  wattward audit show 1234                 one record, its proof checked
  wattward audit verify                    read and hash everything again
  wattward audit report --since 2026-11-01 --until 2026-12-01
  wattward audit proof 1234 > record.json  for somebody who has only the public keys
  wattward audit check record.json --log-key KEY --witness-key KEY`,
    );
  addSearch(audit, context);
  addShow(audit, context);
  addProof(audit, context);
  addCheck(audit, context);
  addVerify(audit, context);
  addReport(audit, context);
}

function ask<T>(
  context: CliContext,
  options: PlaceOptions,
  path: string,
  how: Partial<CallOptions> = {},
): Promise<T> {
  const socket = layoutOf(options, context).componentSocket(logManagement);
  return call<T>(socket, path, { withinMs: answerWithinMs, ...how });
}

function queryOf(values: Readonly<Record<string, string | undefined>>): string {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) if (value !== undefined) query.set(name, value);
  const text = query.toString();
  return text === '' ? '' : `?${text}`;
}

function indexOf(text: string): number {
  if (!/^\d{1,15}$/.test(text)) throw raiseCli('usage', `an index is a whole number from 0, not ${text}`);
  return Number(text);
}

const fields = [
  'since',
  'until',
  'actor',
  'component',
  'event',
  'outcome',
  'correlation',
  'object',
  'limit',
  'after',
];

function addSearch(audit: Command, context: CliContext): void {
  withState(audit.command('search'))
    .description('Finds records, newest first. Exits with 1 when there is none.')
    .option('--since <time>', 'from this moment on, in UTC: 2026-11-22 or 2026-11-22T10:00:00Z')
    .option('--until <time>', 'before this moment')
    .option('--actor <id>', 'who acted')
    .option('--component <id>', 'which component wrote the record')
    .option('--event <type>', 'a type of the catalogue, or a beginning such as access.*')
    .option('--outcome <outcome>', 'success, failure, refused or pending')
    .option('--correlation <id>', 'everything of one action')
    .option('--object <name>', 'what was acted on')
    .option('--limit <n>', 'how many on a page (100)')
    .option('--after <mark>', 'the next page: what the page before gave')
    .action(async (options: SearchOptions) => {
      const wanted = Object.fromEntries(fields.map((field) => [field, options[field]]));
      const result = await ask<SearchResult>(context, options, `/audit/search${queryOf(wanted)}`);
      context.output.answer(result, showSearch);
      if (result.next !== undefined) context.output.remark(`there are more: --after '${result.next}'`);
      if (result.records.length === 0) context.exit(exitCodes.no);
    });
}

export function showSearch({ records }: SearchResult, style: Style): string {
  if (records.length === 0) return 'No record fits.';
  const rows = records.map(({ index, record }: FoundRecord) => [
    index,
    record.at.slice(0, 23).replace('T', ' '),
    record.component,
    record.type,
    `${record.phase} ${record.outcome}`,
    record.actor.id,
    record.object ?? '',
    detailOf(record),
  ]);
  return renderTable(
    [
      { title: 'index', align: 'right' },
      { title: 'time (UTC)' },
      { title: 'component' },
      { title: 'event', wrap: true },
      { title: 'outcome', wrap: true },
      { title: 'actor', wrap: true },
      { title: 'object', wrap: true },
      { title: 'detail', wrap: true },
    ],
    rows,
    style,
  );
}

const detailOf = ({ detail = {} }: AuditRecord) =>
  Object.entries(detail)
    .map(([name, value]) => `${name}=${value}`)
    .join(' ');

function addShow(audit: Command, context: CliContext): void {
  withState(audit.command('show'))
    .argument('<index>')
    .description('Shows one record and checks its proof. Exits with 77 when the proof fails.')
    .action(async (index: string, options: PlaceOptions) => {
      const answer = await ask<ProofAnswer>(context, options, `/audit/proof/${indexOf(index)}`);
      const checked = check(answer.proof, answer.verifierKey, cosignedBy(answer));
      context.output.answer({ ...checked, octets: answer.proof.octets }, showRecord);
    });
}

/** The witness's key when the covering checkpoint bears its cosignature; a young one may still wait for it. */
function cosignedBy({ proof, witnessKey }: ProofAnswer): string | undefined {
  if (witnessKey === undefined) return undefined;
  const { name } = parseVerifierKey(witnessKey);
  return proof.checkpoint.includes(`\n— ${name} `) ? witnessKey : undefined;
}

function check(proof: ProofFile, logKey: string, witnessKey: string | undefined): CheckedProof {
  return checkProof(
    proof,
    parseVerifierKey(logKey),
    witnessKey === undefined ? undefined : parseVerifierKey(witnessKey),
  );
}

export function showRecord(checked: CheckedProof, style: Style): string {
  const { record, index, origin, size, cosignedAt } = checked;
  const rows: [string, string][] = [
    ['index', String(index)],
    ['time', `${record.at} (${record.timeSource})`],
    ['component', `${record.component}, epoch ${record.epoch}, record ${record.seq}`],
    ['event', record.type],
    ['outcome', `${record.phase}: ${record.outcome}`],
    ['actor', `${record.actor.kind} ${record.actor.id}`],
  ];
  if (record.meteringAt !== undefined) rows.push(['metering time', record.meteringAt]);
  if (record.object !== undefined) rows.push(['object', record.object]);
  if (record.source !== undefined) rows.push(['from', record.source]);
  if (record.correlation !== undefined) rows.push(['correlation', record.correlation]);
  for (const [name, value] of Object.entries(record.detail ?? {})) rows.push([`  ${name}`, String(value)]);
  if (record.journal !== undefined)
    rows.push(['journal', `waited in the local journal ${record.journal.id}, line ${record.journal.line}`]);
  const witness =
    cosignedAt === undefined ? 'not cosigned yet' : `cosigned ${cosignedAt.toISOString().slice(0, 19)}Z`;
  rows.push(['proof', `holds: in the checkpoint of ${size} records of ${origin}, ${witness}`]);
  return renderFields(rows, style);
}

function addProof(audit: Command, context: CliContext): void {
  withState(audit.command('proof'))
    .argument('<index>')
    .description('Prints a proof that can be checked without this system, as JSON or as a C2SP tlog-proof.')
    .option('--tlog', 'as a C2SP tlog-proof text')
    .action(async (index: string, options: PlaceOptions & { tlog?: boolean }) => {
      const answer = await ask<ProofAnswer>(context, options, `/audit/proof/${indexOf(index)}`);
      check(answer.proof, answer.verifierKey, undefined);
      const keys = `log key ${answer.verifierKey}${answer.witnessKey ? `, witness key ${answer.witnessKey}` : ''}`;
      if (options.tlog) context.output.raw(formatTlogProof(answer.proof));
      else context.output.raw(JSON.stringify(answer.proof, null, 2));
      context.output.remark(`To check it, use keys noted elsewhere; this system says: ${keys}`);
    });
}

function addCheck(audit: Command, context: CliContext): void {
  audit
    .command('check')
    .argument('<file>')
    .description('Checks a proof against public keys alone; needs no running system.')
    .requiredOption('--log-key <key>', 'the log’s verifier key, from where it was noted')
    .option('--witness-key <key>', 'the witness’s; its cosignature is then required')
    .action((file: string, options: { logKey: string; witnessKey?: string }) => {
      let proof: ProofFile;
      try {
        proof = JSON.parse(readFileSync(file, 'utf8')) as ProofFile;
      } catch (cause) {
        throw raiseCli('file', `${file} cannot be read as a proof: ${(cause as Error).message}`, { cause });
      }
      context.output.answer(check(proof, options.logKey, options.witnessKey), showRecord);
    });
}

function addVerify(audit: Command, context: CliContext): void {
  withState(audit.command('verify'))
    .description(
      'Reads and hashes every record again and compares with the witness. Exits with 1 on any finding.',
    )
    .action(async (options: PlaceOptions) => {
      const result = await ask<Verification>(context, options, '/audit/verify', {
        method: 'POST',
        withinMs: verifyWithinMs,
      });
      context.output.answer(result, showVerification);
      if (!result.ok) context.exit(exitCodes.no);
    });
}

const witnessWords: Readonly<Record<Verification['witness'], string>> = {
  consistent: 'agrees',
  inconsistent: 'remembers something else',
  unreachable: 'does not answer',
  none: 'there is none: a roll-back of the whole store cannot be seen',
};

export function showVerification(result: Verification, style: Style): string {
  const { signed, cosigned } = result.checkpoints;
  const lines = [
    result.ok ? 'The audit is whole.' : 'The audit is not as it was written.',
    '',
    renderFields(
      [
        ['records', `${result.records} read and hashed, ${result.size} in the tree`],
        ['root', result.root],
        ['checkpoints', `${signed} signed, ${cosigned} of them cosigned`],
        ['witness', witnessWords[result.witness]],
      ],
      style,
    ),
  ];
  const show = (title: string, list: Verification['findings']) => {
    if (list.length === 0) return;
    const rows = list.map(({ kind, from, to, what }) => [
      from === undefined ? '' : from === to ? from : `${from}–${to}`,
      kind,
      what,
    ]);
    lines.push(
      '',
      renderTable([{ title: 'records' }, { title: title }, { title: 'what', wrap: true }], rows, style),
    );
  };
  show('finding', result.findings);
  if (result.moreFindings > 0) lines.push(`and ${result.moreFindings} more`);
  show('known', result.notices);
  return lines.join('\n');
}

function addReport(audit: Command, context: CliContext): void {
  withState(audit.command('report'))
    .description(
      'Counts what happened in a period: by event, component and outcome, refusals, failures, proofs, gaps.',
    )
    .option('--since <time>', 'from this moment on')
    .option('--until <time>', 'before this moment')
    .action(async (options: Period) => {
      const query = queryOf({ since: options.since, until: options.until });
      context.output.answer(await ask<AuditReport>(context, options, `/audit/report${query}`), showReport);
    });
}

export function showReport(report: AuditReport, style: Style): string {
  const { signed, cosigned, longestWaitSeconds } = report.checkpoints;
  const wait =
    longestWaitSeconds === undefined ? '' : `, the longest wait ${longestWaitSeconds.toFixed(1)} s`;
  const lines = [
    renderFields(
      [
        ['period', `${report.since ?? 'the beginning'} to ${report.until ?? 'now'}`],
        ['records', report.records],
        ['checkpoints', `${signed} signed, ${cosigned} cosigned${wait}`],
      ],
      style,
    ),
  ];
  const section = (title: string, counts: readonly Count[]) => {
    if (counts.length === 0) return;
    const rows = counts.map(({ name, records }) => [records, name]);
    lines.push(
      '',
      renderTable(
        [
          { title: 'records', align: 'right' },
          { title: title, wrap: true },
        ],
        rows,
        style,
      ),
    );
  };
  section('component', report.byComponent);
  section('outcome', report.byOutcome);
  section('event', report.byType);
  section('refused', report.refusedByType);
  section('failed', report.failedByType);
  section('most active', report.topActors);
  const gaps = report.gaps.map(({ at, type, what }) => [at.slice(0, 19), type, what]);
  if (gaps.length > 0)
    lines.push(
      '',
      renderTable([{ title: 'time' }, { title: 'gap' }, { title: 'what', wrap: true }], gaps, style),
    );
  return lines.join('\n');
}
