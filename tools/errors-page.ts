/** Renders docs/errors.md from the error tables that the packages declare. */
import { globSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

interface Row {
  readonly kind: string;
  readonly meaning: string;
  readonly remedy: string;
}
type Tables = ReadonlyMap<string, Readonly<Record<string, Row>>>;

const packages = [
  { name: '@wattward/profile', folder: 'packages/profile', registry: 'src/errors.ts' },
  { name: '@wattward/cosem', folder: 'packages/cosem', registry: 'src/base/errors.ts' },
  { name: '@wattward/conformance', folder: 'packages/conformance', registry: 'src/base/errors.ts' },
  { name: '@wattward/ami', folder: 'packages/ami', registry: 'src/base/errors.ts' },
];

const head = `# Errors

Every error has a code, a kind and a detail. The kind says what a caller can do without knowing the code: \`usage\` and
\`decode\` (the input is wrong), \`protocol\` (the other side broke the rules), \`security\` (a check failed), \`policy\`
(not permitted), \`peer\` (the other side said no), \`storage\` (a file or a database), \`overload\` (a bound was reached).

This page is made by \`npm run docs\` from the tables in the code; a test holds both together.
`;

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');

/** Imports every module that declares a table, then prints them all in order. */
export async function renderErrorsPage(root: string): Promise<string> {
  const out = [head];
  for (const { name, folder, registry } of packages) {
    const modules = globSync('src/**/*.ts', { cwd: join(root, folder) }).filter((file) =>
      /(errors|bytes)\.ts$/.test(file),
    );
    for (const file of modules.sort()) await import(pathToFileURL(join(root, folder, file)).href);
    const { declaredErrorTables } = (await import(pathToFileURL(join(root, folder, registry)).href)) as {
      declaredErrorTables(): Tables;
    };
    out.push(`## ${name}\n`);
    const tables = [...declaredErrorTables()].sort(([a], [b]) => a.localeCompare(b));
    for (const [table, rows] of tables) {
      out.push('| code | kind | what has happened | what to do |', '|---|---|---|---|');
      for (const [code, row] of Object.entries(rows).sort(([a], [b]) => a.localeCompare(b))) {
        out.push(`| \`${table}/${code}\` | ${row.kind} | ${cell(row.meaning)} | ${cell(row.remedy)} |`);
      }
      out.push('');
    }
  }
  return `${out.join('\n').trimEnd()}\n`;
}
