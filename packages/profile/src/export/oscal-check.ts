/** What the OSCAL schema cannot say: that ids are unique and that every reference inside leads somewhere. */

/** A place in a document, as a JSON pointer, with what is wrong there. */
export interface OscalProblem {
  readonly path: string;
  readonly problem: string;
}

interface Facts {
  /** Every `id` and every definition of a `uuid`, with where it stands. */
  readonly ids: Map<string, string[]>;
  readonly references: { readonly path: string; readonly wanted: string; readonly inCatalog: boolean }[];
}

/** Keys whose values name a control, an item or a parameter of the catalog. */
const catalogReferences = new Set(['by-id', 'control-id', 'param-id']);

const inserted = /\{\{\s*insert:\s*param,\s*([^\s}]+)\s*\}\}/g;

/** Deeper than any OSCAL document; a document from outside must not exhaust the stack. */
const deepest = 64;

function collect(value: unknown, path: string, facts: Facts, depth: number): void {
  if (depth > deepest || typeof value !== 'object' || value === null) return;
  for (const [key, part] of Object.entries(value)) {
    const here = `${path}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (typeof part === 'string') {
      if (key === 'id' || key === 'uuid') facts.ids.set(part, [...(facts.ids.get(part) ?? []), here]);
      else if (catalogReferences.has(key))
        facts.references.push({ path: here, wanted: part, inCatalog: true });
      else if (key === 'href' && part.startsWith('#')) {
        facts.references.push({ path: here, wanted: part.slice(1), inCatalog: false });
      }
      for (const match of part.matchAll(inserted)) {
        facts.references.push({ path: here, wanted: match[1]!, inCatalog: true });
      }
    } else if (key === 'with-ids' && Array.isArray(part)) {
      for (const [at, id] of part.entries()) {
        facts.references.push({ path: `${here}/${at}`, wanted: String(id), inCatalog: true });
      }
    }
    collect(part, here, facts, depth + 1);
  }
}

function factsOf(document: unknown): Facts {
  const facts: Facts = { ids: new Map(), references: [] };
  collect(document, '', facts, 0);
  return facts;
}

/**
 * Checks an OSCAL catalog, or a profile against the catalog that it imports: every `id` and `uuid` is unique in its
 * document; every `#fragment`, inserted parameter, `with-ids`, `by-id`, `control-id` and `param-id` resolves.
 * Gives the problems found, each with its JSON pointer; none when the document is sound.
 */
export function oscalProblems(document: unknown, catalog?: unknown): readonly OscalProblem[] {
  const facts = factsOf(document);
  const problems: OscalProblem[] = [];
  for (const [id, places] of facts.ids) {
    for (const path of places.slice(1))
      problems.push({ path, problem: `${id} stands at ${places[0]} already` });
  }
  const ofCatalog = catalog === undefined ? facts.ids : factsOf(catalog).ids;
  for (const { path, wanted, inCatalog } of facts.references) {
    const known = facts.ids.has(wanted) || (inCatalog && ofCatalog.has(wanted));
    if (!known) problems.push({ path, problem: `${wanted} is nowhere defined` });
  }
  return problems;
}
