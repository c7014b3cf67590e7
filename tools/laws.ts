/**
 * The house rules as functions from the repository's files to violations. `laws.test.ts` runs them on this
 * repository, and each of them on a small tree that breaks it.
 */
import { globSync, readFileSync } from 'node:fs';
import { basename, dirname, join, normalize } from 'node:path';
import ts from 'typescript';

export interface Violation {
  readonly law: string;
  readonly file: string;
  readonly what: string;
}

/** The files a law looks at: path from the root, and text. */
export type Tree = ReadonlyMap<string, string>;
export type Law = (tree: Tree) => Iterable<Omit<Violation, 'law'>>;

const isTest = (file: string) => /\.(test|long)\.ts$/.test(file) || /\/(test|bench|examples)\//.test(file);
const isSource = (file: string) =>
  /^(packages|tools)\/.*\.(ts|mjs|js)$/.test(file) && !file.includes('/dist/');
const sources = (tree: Tree) => [...tree].filter(([file]) => isSource(file));
const shipped = (tree: Tree) =>
  sources(tree).filter(([file]) => file.startsWith('packages/') && !isTest(file));
const isDataTable = (text: string) => /^\s*\/\*\*?[\s\S]{0,600}?\bData table\b/.test(text);

// ------------------------------------------------------------------ imports

/** For each folder of a package: the folders it may import besides itself. Anything not listed may not be imported. */
const folderOrder: Readonly<Record<string, readonly string[]>> = {
  'packages/cosem/src/base': [],
  'packages/cosem/src/obis': ['base'],
  'packages/cosem/src/data': ['base'],
  'packages/cosem/src/apdu': ['base', 'data'],
  'packages/cosem/src/security': ['base', 'data', 'apdu'],
  'packages/cosem/src/link': ['base'],
  'packages/cosem/src/classes': ['base', 'data', 'obis'],
  'packages/cosem/src/session': ['base', 'data', 'apdu', 'security', 'link', 'classes', 'obis'],
  'packages/cosem/src/client': ['base', 'data', 'apdu', 'security', 'link', 'classes', 'obis', 'session'],
  'packages/cosem/src/server': ['base', 'data', 'apdu', 'security', 'link', 'classes', 'obis', 'session'],
  'packages/cosem/src/push': ['base', 'data', 'apdu', 'security', 'link', 'classes', 'obis', 'session'],
  'packages/cosem/src/cli': [
    'base',
    'data',
    'apdu',
    'security',
    'link',
    'classes',
    'obis',
    'session',
    'client',
    'server',
    'push',
  ],
  'packages/ami/src/base': [],
  'packages/ami/src/store': ['base'],
  'packages/ami/src/trust': ['base'],
  'packages/ami/src/audit': ['base', 'store', 'trust'],
  'packages/ami/src/lines': ['base', 'store', 'trust', 'audit'],
  'packages/ami/src/access': ['base', 'store', 'trust', 'audit', 'lines'],
  'packages/ami/src/console': ['base', 'store', 'trust', 'audit', 'lines', 'access'],
  'packages/ami/src/scenarios': ['base'],
};
/** A component's folder may import these; never another component's folder. */
const componentMayImport = ['base', 'store', 'trust', 'audit', 'lines', 'access'];
/** The folders that put everything together, and the command that people type. */
const assembling = ['packages/ami/src/processes', 'packages/ami/src/cli'];

/** Which packages a package may import, by name; Node's own modules always. */
const packageMayImport: Readonly<Record<string, readonly string[] | 'any'>> = {
  'packages/profile': [],
  'packages/cosem': [],
  'packages/conformance': ['@wattward/profile', '@wattward/cosem'],
  'packages/ami': 'any',
};

export function importsOf(text: string): string[] {
  return ts.preProcessFile(text, true, true).importedFiles.map((entry) => entry.fileName);
}

const packageOf = (file: string) => /^packages\/[^/]+/.exec(file)?.[0];
const folderOf = (file: string) => /^packages\/[^/]+\/src\/[^/]+(?=\/)/.exec(file)?.[0];

function* importLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of shipped(tree)) {
    for (const wanted of importsOf(text)) {
      const what = wanted.startsWith('.') ? relativeImport(file, wanted) : bareImport(file, wanted);
      if (what !== undefined) yield { file, what };
    }
  }
}

function bareImport(file: string, wanted: string): string | undefined {
  const allowed = packageMayImport[packageOf(file) ?? ''] ?? [];
  if (wanted.startsWith('node:') || allowed === 'any') return undefined;
  const isOurs = wanted.startsWith('@wattward/');
  // The assessor may use libraries for its formats, but of ours only what the list names.
  if (file.startsWith('packages/conformance/') && !isOurs) return undefined;
  return allowed.includes(wanted) ? undefined : `imports ${wanted}`;
}

function relativeImport(file: string, wanted: string): string | undefined {
  const target = normalize(join(dirname(file), wanted));
  if (packageOf(target) !== packageOf(file)) return `reaches out of its package to ${target}`;
  const from = folderOf(file);
  const to = folderOf(target);
  if (from === undefined || to === undefined || from === to || assembling.includes(from)) return undefined;
  const inAmi = file.startsWith('packages/ami/');
  const allowed = folderOrder[from] ?? (inAmi ? componentMayImport : undefined);
  if (allowed === undefined || allowed.includes(basename(to))) return undefined;
  return `${from} may not import ${to}`;
}

function* circleLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  const graph = new Map<string, string[]>();
  for (const [file, text] of shipped(tree)) {
    const targets = valueImportsOf(text)
      .filter((wanted) => wanted.startsWith('.'))
      .map((wanted) => normalize(join(dirname(file), wanted)));
    graph.set(
      file,
      targets.filter((target) => tree.has(target)),
    );
  }
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[] = [];
  const visit = (file: string, path: readonly string[]): void => {
    if (state.get(file) === 'done') return;
    if (state.get(file) === 'open') {
      circles.push([...path.slice(path.indexOf(file)), file].join(' → '));
      return;
    }
    state.set(file, 'open');
    for (const next of graph.get(file) ?? []) visit(next, [...path, file]);
    state.set(file, 'done');
  };
  for (const file of graph.keys()) visit(file, []);
  for (const circle of circles) yield { file: circle.split(' → ')[0]!, what: `circle of imports: ${circle}` };
}

/** Imports that exist at run time; a circle of types alone hurts nobody. */
function valueImportsOf(text: string): string[] {
  const source = ts.createSourceFile('x.ts', text, ts.ScriptTarget.ESNext, false);
  const found: string[] = [];
  for (const node of source.statements) {
    if (!ts.isImportDeclaration(node) && !ts.isExportDeclaration(node)) continue;
    const typeOnly = ts.isImportDeclaration(node) ? node.importClause?.isTypeOnly : node.isTypeOnly;
    const from = node.moduleSpecifier;
    if (!typeOnly && from !== undefined && ts.isStringLiteral(from)) found.push(from.text);
  }
  return found;
}

// ------------------------------------------------------------------ the process

const processWords: readonly [RegExp, string][] = [
  [/\bprocess\.argv\b/, 'reads argv'],
  [/\bprocess\.env\b/, 'reads the environment'],
  [/\bprocess\.exit\s*\(|\bprocess\.exitCode\s*=/, 'ends the process'],
  [/\bprocess\.(on|once)\(\s*['"]SIG/, 'handles a signal'],
];

function* processLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of shipped(tree)) {
    if (/\/src\/(processes|cli)\//.test(file) || /\/bin\//.test(file)) continue;
    const code = withoutComments(text);
    for (const [pattern, what] of processWords) if (pattern.test(code)) yield { file, what };
  }
}

/** Replaces comments by nothing, keeping strings: enough for looking for words of code. */
export function withoutComments(text: string): string {
  return text.replace(/\/\*[\s\S]*?\*\//g, '').replace(/(^|[^:'"`\\])\/\/.*$/gm, '$1');
}

/** A name that speaks of policy, given a bare number. A protocol's own bounds live in packages/cosem. */
const policyNumber =
  /\b(\w*(?:timeout|validity|lockout|lifetime|retention|expir|idle|maxAge|minAge|sessionLock|attempts|skew)\w*)\s*[:=]\s*(\d[\d_]*)(?![\w.])/gi;

function* policyLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of shipped(tree)) {
    if (!/^packages\/(ami|conformance)\/src\//.test(file)) continue;
    for (const match of withoutComments(text).matchAll(policyNumber)) {
      if (Number(match[2]!.replaceAll('_', '')) > 0) yield { file, what: `a number of policy: ${match[0]}` };
    }
  }
}

// ------------------------------------------------------------------ sizes and names

const maxFileLines = 600;
const maxFunctionLines = 70;

function* sizeLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of sources(tree)) {
    if (isDataTable(text)) continue;
    const lines = text.split('\n').length;
    if (lines > maxFileLines) yield { file, what: `${lines} lines` };
    if (isTest(file)) continue;
    const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true);
    const long: string[] = [];
    const visit = (node: ts.Node): void => {
      if (ts.isFunctionLike(node) && 'body' in node && node.body) {
        const from = source.getLineAndCharacterOfPosition(node.getStart()).line;
        const to = source.getLineAndCharacterOfPosition(node.end).line;
        const name = node.name?.getText() ?? 'a function';
        if (to - from + 1 > maxFunctionLines)
          long.push(`${name} in line ${from + 1} has ${to - from + 1} lines`);
      }
      ts.forEachChild(node, visit);
    };
    visit(source);
    for (const what of long) yield { file, what };
  }
}

const emptyNames = /^(utils?|helpers?|managers?|common|misc)$/;

function* nameLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const file of tree.keys()) {
    if (!/^(packages|tools)\//.test(file)) continue;
    const stem = file.replace(/\.(test|long)?\.?\w+$/, '');
    for (const part of stem.split('/')) {
      for (const word of part.split(/[-.]/)) {
        if (emptyNames.test(word) && isSource(file)) yield { file, what: `"${word}" says nothing` };
      }
    }
    if (isSource(file) && !/^[a-z0-9][a-z0-9.-]*$/.test(basename(file)))
      yield { file, what: 'not kebab-case' };
  }
}

const unfinished = new RegExp(
  ['TO' + 'DO', 'FIX' + 'ME', 'X{3}', 'HA' + 'CK', 'stub', 'not (yet )?' + 'implemented']
    .map((w) => `\\b${w}\\b`)
    .join('|'),
  'i',
);

function* unfinishedLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of shipped(tree)) {
    const match = unfinished.exec(text);
    if (match) yield { file, what: `"${match[0]}"` };
  }
}

// ------------------------------------------------------------------ scripts, folders, the workplace

function* scriptLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of tree) {
    if (!/(^|\/)package\.json$/.test(file)) continue;
    const { scripts = {}, dependencies = {} } = JSON.parse(text) as {
      scripts?: Record<string, string>;
      dependencies?: Record<string, string>;
    };
    for (const [name, script] of Object.entries(scripts)) {
      // A signal to npm reaches only the shell that it started: without exec the program would outlive it.
      if (!script.startsWith('exec ')) yield { file, what: `script ${name} lacks exec` };
      if (/install$/.test(name)) yield { file, what: `an install script: ${name}` };
    }
    if (/packages\/(profile|cosem)\//.test(file) && Object.keys(dependencies).length > 0) {
      yield { file, what: 'a library has a dependency' };
    }
  }
}

function* readmeLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  const folders = new Set(
    shipped(tree)
      .map(([file]) => folderOf(file) ?? '')
      .filter(Boolean),
  );
  for (const folder of folders)
    if (!tree.has(`${folder}/README.md`)) yield { file: folder, what: 'no README.md' };
}

const workplace: readonly [RegExp, string][] = [
  [/(?<![\w.])\/(work|home\/\w+|Users)\/(?!flow)/, 'a path of somebody’s machine'],
  [/https?:\/\/(registry\.|[\w.-]*npm[\w.-]*\/)/, 'a registry’s host'],
];

function* workplaceLaw(tree: Tree): Iterable<Omit<Violation, 'law'>> {
  for (const [file, text] of tree) {
    if (file === 'tools/laws.ts' || file === 'tools/laws.test.ts') continue;
    for (const [pattern, what] of workplace) if (pattern.test(text)) yield { file, what };
  }
}

// ------------------------------------------------------------------ all of them

export const laws: Readonly<Record<string, Law>> = {
  imports: importLaw,
  circles: circleLaw,
  process: processLaw,
  policy: policyLaw,
  size: sizeLaw,
  names: nameLaw,
  unfinished: unfinishedLaw,
  scripts: scriptLaw,
  readme: readmeLaw,
  workplace: workplaceLaw,
};

/** What is allowed against a law, with its reason. The list may only shrink: an exception nobody needs is a violation. */
export interface Exception {
  readonly law: string;
  readonly file: string;
  readonly reason: string;
}

export function check(tree: Tree, exceptions: readonly Exception[] = []): Violation[] {
  const found: Violation[] = [];
  const used = new Set<Exception>();
  for (const [law, find] of Object.entries(laws)) {
    for (const violation of find(tree)) {
      const exception = exceptions.find((entry) => entry.law === law && entry.file === violation.file);
      if (exception) used.add(exception);
      else found.push({ law, ...violation });
    }
  }
  for (const exception of exceptions) {
    if (!used.has(exception))
      found.push({
        law: 'exceptions',
        file: exception.file,
        what: `${exception.law}: no longer needed, remove it`,
      });
  }
  return found;
}

/** Every text file of the repository that a law may look at. */
export function readTree(root: string): Tree {
  const files = globSync(['*.{json,md}', '{packages,tools,docs}/**/*.{ts,mjs,js,json,md,sql}', '.ci/*'], {
    cwd: root,
    exclude: (name) => name === 'node_modules' || name === 'dist' || name === 'api',
  });
  return new Map(files.sort().map((file) => [file, readFileSync(join(root, file), 'utf8')]));
}
