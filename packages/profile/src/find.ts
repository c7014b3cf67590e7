/** Search by words over everything that the profile holds. */
import { allMessages } from './lookup.ts';
import { profile } from './profile.ts';

export type FoundKind =
  | 'domain'
  | 'component'
  | 'actor'
  | 'line'
  | 'message'
  | 'scenario'
  | 'control'
  | 'requirement'
  | 'matrix'
  | 'parameter'
  | 'erratum'
  | 'extension'
  | 'role'
  | 'operation'
  | 'audit event';

export interface Found {
  readonly kind: FoundKind;
  readonly id: string;
  readonly title: string;
  /** The text in which the words stand, shortened; '' when they stand in id or title. */
  readonly excerpt: string;
}

interface Entry {
  readonly kind: FoundKind;
  readonly id: string;
  readonly title: string;
  readonly text: string;
  readonly head: string;
  readonly body: string;
}

let entries: readonly Entry[] | undefined;

function entry(kind: FoundKind, id: string, title: string, text = ''): Entry {
  return { kind, id, title, text, head: `${id} ${title}`.toLowerCase(), body: text.toLowerCase() };
}

function architectureEntries(): readonly Entry[] {
  const all = profile();
  return [
    ...all.components.map((each) => entry('component', each.id, each.name, each.definition)),
    ...all.components.flatMap((each) =>
      each.parts.map((part) => entry('component', part.id, part.name, part.definition)),
    ),
    ...all.domains.map((each) => entry('domain', each.id, each.name, each.description)),
    ...all.actors.map((each) => entry('actor', each.id, each.name, each.aliases.join(', '))),
    ...[...all.lines, ...all.extensionLines].map((each) =>
      entry('line', each.id, each.ends.join(' – '), each.reason),
    ),
    ...[...allMessages().values()].map((each) =>
      entry(
        'message',
        each.id,
        each.name,
        `${each.source} to ${each.destination}, ${each.kind}, ${each.label}`,
      ),
    ),
    ...all.scenarios.map((each) => entry('scenario', each.id, each.title, each.gist)),
  ];
}

function controlEntries(): readonly Entry[] {
  const all = profile();
  return [
    ...all.controls.map((each) =>
      entry(
        'control',
        each.id,
        each.title,
        [each.requirement, each.guidance, each.enhancements, each.rationale].join(' '),
      ),
    ),
    ...all.controls.flatMap((each) =>
      each.requirements.map((one) => entry('requirement', one.id, each.title, `${one.text} ${one.evidence}`)),
    ),
    ...all.matrix.filter((row) => !row.hasText).map((row) => entry('matrix', row.id, row.title, row.comment)),
    ...all.parameters.map((each) => entry('parameter', each.id, each.title, each.reason)),
    ...all.errata.map((each) => entry('erratum', each.id, each.finding, each.resolution)),
    ...all.extensions.map((each) => entry('extension', each.id, each.title, each.text)),
    ...all.roles.map((each) => entry('role', each.id, each.title, each.purpose)),
    ...all.operations.map((each) => entry('operation', each.id, each.title)),
    ...all.auditEvents.map((each) => entry('audit event', each.id, each.title)),
  ];
}

/** Characters of text around the first word that an excerpt shows. */
const excerptLength = 120;

function excerptOf(text: string, at: number): string {
  if (text.length <= excerptLength) return text;
  const from = Math.max(0, Math.min(at - 40, text.length - excerptLength));
  const cut = text.slice(from, from + excerptLength).trim();
  return `${from > 0 ? '… ' : ''}${cut}${from + excerptLength < text.length ? ' …' : ''}`;
}

/** The lower the better: the id itself, then all words in id or title, then some of them in the text. */
function rank(one: Entry, query: string, words: readonly string[]): number | undefined {
  if (one.id.toLowerCase() === query) return 0;
  if (words.every((word) => one.head.includes(word))) return 1;
  if (words.every((word) => one.head.includes(word) || one.body.includes(word))) return 2;
  return undefined;
}

/**
 * Everything in which all words of `text` occur, whatever their case, best first: the thing with that very id, then
 * where the words stand in id or title, then where they stand in the text. At most `limit` are returned (50 if not
 * given); an empty text finds nothing.
 */
export function find(text: string, limit = 50): readonly Found[] {
  entries ??= [...architectureEntries(), ...controlEntries()];
  const query = text.trim().toLowerCase();
  const words = query.split(/\s+/).filter((word) => word !== '');
  if (words.length === 0) return [];
  const ranked = entries.flatMap((one) => {
    const place = rank(one, query, words);
    return place === undefined ? [] : [{ one, place }];
  });
  ranked.sort((first, second) => first.place - second.place);
  return ranked.slice(0, limit).map(({ one, place }) => ({
    kind: one.kind,
    id: one.id,
    title: one.title,
    excerpt: place < 2 ? '' : excerptOf(one.text, Math.max(0, one.body.indexOf(words[0]!))),
  }));
}
