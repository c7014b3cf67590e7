/** `wattward profile export` and `wattward profile diagram`: the profile in other people's formats, and as a drawing. */
import { mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  architectureDiagram,
  csvTables,
  exportCsv,
  exportJson,
  exportNftables,
  firewallPlan,
  oscalCatalog,
  oscalProfile,
  ProfileError,
  profile,
} from '@wattward/profile';
import type { Command } from 'commander';
import { raiseCli } from './errors.ts';
import type { CliContext } from './program.ts';

const exportExamples = `
Examples:
  wattward profile export --format json --out profile.json
  wattward profile export --format csv --table requirements --out requirements.csv
  wattward profile export --format csv --out tables/          every table, one file each
  wattward profile export --format oscal --out oscal/         the catalog and a profile per component
  wattward profile export --format oscal --component meter    one OSCAL profile, to standard output
  wattward profile export --format nftables --component mdms  the firewall of one host; without: between all

Tables: ${csvTables.join(', ')}.`;

const diagramExamples = `
Examples:
  wattward profile diagram --out ami.svg                      components and the 14 lines between them
  wattward profile diagram --perspective full --out full.svg  with the actors outside and all 59 lines
  wattward profile diagram --extensions --out ours.svg        with this project's own components

Print it on A4 in landscape. Any browser shows it.`;

interface Written {
  readonly name: string;
  readonly text: string;
}

const document = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

const isFolder = (path: string): boolean =>
  path.endsWith('/') || statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;

/** Writes files into a folder, made where it is missing, and says which. */
function writeFolder(folder: string, files: readonly Written[], context: CliContext): void {
  try {
    mkdirSync(folder, { recursive: true });
    for (const { name, text } of files) writeFileSync(join(folder, name), text);
  } catch (error) {
    throw raiseCli('file', `cannot write to ${folder}: ${(error as Error).message}`, { cause: error });
  }
  context.output.answer({ folder, files: files.map(({ name }) => name) }, (answer) =>
    [`${answer.files.length} files in ${folder}`, ...answer.files.map((name) => `  ${name}`)].join('\n'),
  );
}

/** Writes one text to a file and says so, or to standard output. */
export function writeText(out: string | undefined, text: string, context: CliContext): void {
  if (out === undefined) {
    context.output.raw(text);
    return;
  }
  try {
    writeFileSync(out, text);
  } catch (error) {
    throw raiseCli('file', `cannot write ${out}: ${(error as Error).message}`, { cause: error });
  }
  const octets = Buffer.byteLength(text);
  context.output.answer({ file: out, octets }, () => `${out}: ${octets} octets`);
}

interface ExportOptions {
  readonly format: string;
  readonly table?: string;
  readonly component?: string;
  readonly out?: string;
}

function csvExport({ table, out }: ExportOptions, context: CliContext): void {
  if (table !== undefined) {
    const text = exportCsv(table);
    if (text === undefined) {
      throw raiseCli('not-found', `there is no table ${table}`, {
        remedy: `There are ${csvTables.join(', ')}.`,
      });
    }
    writeText(out, text, context);
  } else if (out !== undefined && isFolder(out)) {
    writeFolder(
      out,
      csvTables.map((name) => ({ name: `${name}.csv`, text: exportCsv(name)! })),
      context,
    );
  } else {
    throw raiseCli('usage', 'CSV is one table a file: name one with --table, or a folder with --out folder/');
  }
}

function oscalExport({ component, out }: ExportOptions, context: CliContext): void {
  const lastModified = new Date().toISOString();
  if (component !== undefined) {
    try {
      writeText(out, document(oscalProfile(component, { lastModified })), context);
    } catch (error) {
      if (!(error instanceof ProfileError)) throw error;
      const remedy = 'List them with `wattward profile components`.';
      throw raiseCli('not-found', error.detail, { cause: error, remedy });
    }
    return;
  }
  const catalog = { name: 'catalog.json', text: document(oscalCatalog({ lastModified })) };
  if (out === undefined || !isFolder(out)) {
    writeText(out, catalog.text, context);
    return;
  }
  const subjects = profile()
    .components.filter(({ origin }) => origin === 'profile')
    .flatMap(({ id, parts }) => [id, ...parts.map((part) => part.id)]);
  const profiles = subjects.map((id) => ({
    name: `profile-${id}.json`,
    text: document(oscalProfile(id, { lastModified })),
  }));
  writeFolder(out, [catalog, ...profiles], context);
}

/** The firewall between hosts that the lines imply: as rules, or under `--json` as the flows that they come from. */
function firewallExport({ component, out }: ExportOptions, context: CliContext): void {
  if (context.output.json && out === undefined) {
    const plan = firewallPlan();
    const isOf = ({ from, to }: { from: string; to: string }) =>
      component === undefined || from === component || to === component;
    context.output.answer({ ...plan, flows: plan.flows.filter(isOf) }, document);
    return;
  }
  const text = exportNftables(component === undefined ? {} : { host: component });
  if (text === undefined) {
    throw raiseCli('not-found', `no host ${component} has a line of its own`, {
      remedy: `There are ${firewallPlan()
        .hosts.map(({ host }) => host)
        .join(', ')}.`,
    });
  }
  writeText(out, text, context);
}

function runExport(options: ExportOptions, context: CliContext): void {
  if (options.format === 'json') writeText(options.out, exportJson(), context);
  else if (options.format === 'csv') csvExport(options, context);
  else if (options.format === 'oscal') oscalExport(options, context);
  else if (options.format === 'nftables') firewallExport(options, context);
  else throw raiseCli('usage', `--format ${options.format}: there are json, csv, oscal and nftables`);
}

interface DiagramFlags {
  readonly perspective: string;
  readonly extensions?: true;
  readonly out?: string;
}

function runDiagram({ perspective, extensions, out }: DiagramFlags, context: CliContext): void {
  if (perspective !== 'internal' && perspective !== 'full') {
    throw raiseCli('usage', `--perspective ${perspective}: there are internal and full`);
  }
  if (perspective === 'full' && extensions === true) {
    throw raiseCli('usage', '--extensions goes with --perspective internal');
  }
  writeText(out, architectureDiagram({ perspective, extensions: extensions === true }), context);
}

/** Adds `export` and `diagram` to `wattward profile`. */
export function registerExport(parent: Command, context: CliContext): void {
  parent
    .command('export')
    .description('write the profile as JSON, CSV or OSCAL, or the firewall that its lines imply')
    .option('--format <format>', 'json, csv, oscal or nftables', 'json')
    .option('--table <name>', 'the one table to write as CSV')
    .option('--component <id>', 'the OSCAL profile of this component, or the firewall of this host')
    .option('--out <path>', 'a file, or a folder for several files; default standard output')
    .addHelpText('after', exportExamples)
    .action((options: ExportOptions) => runExport(options, context));
  parent
    .command('diagram')
    .description('draw the logical architecture as SVG')
    .option('--perspective <which>', 'internal: components only; full: with everything outside', 'internal')
    .option('--extensions', "show this project's own components too (internal perspective)")
    .option('--out <file>', 'where to write; default standard output')
    .addHelpText('after', diagramExamples)
    .action((options: DiagramFlags) => runDiagram(options, context));
}
