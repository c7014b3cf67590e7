/** Makes lines, directions and messages of the compact tables under `data/`. */
import type { ExtensionLineRow } from './data/extension-lines.ts';
import type { ExtensionMessageRow } from './data/extension-messages.ts';
import type { LineRow } from './data/lines.ts';
import type { Direction, EndId, Line, Message, Scope } from './model.ts';

/** Tells components from actors, so that the scope of a line follows from its ends. */
export type IsComponent = (end: EndId) => boolean;

/** Names recur on many lines, and validation asks for each slug again. */
const slugs = new Map<string, string>();

/**
 * The last part of a message id: the name in kebab case, without what stands in parentheses and without apostrophes.
 * `Real-time data request (volts, watts, PF, etc.)` becomes `real-time-data-request`.
 */
export function messageSlug(name: string): string {
  const known = slugs.get(name);
  if (known !== undefined) return known;
  const words = name
    .toLowerCase()
    .replace(/\([^)]*\)|'/g, '')
    .match(/[a-z0-9]+/g);
  const slug = words?.join('-') ?? '';
  slugs.set(name, slug);
  return slug;
}

/** Where a line stands: `inside` when both ends are components, `boundary` when one is, else `outside`. */
export function scopeOf(ends: readonly [EndId, EndId], isComponent: IsComponent): Scope {
  const inside = Number(isComponent(ends[0])) + Number(isComponent(ends[1]));
  return inside === 2 ? 'inside' : inside === 1 ? 'boundary' : 'outside';
}

/** The end of a line that is not `end`; undefined when `end` does not belong to it. */
export function otherEnd(ends: readonly [EndId, EndId], end: EndId): EndId | undefined {
  return end === ends[0] ? ends[1] : end === ends[1] ? ends[0] : undefined;
}

/** A destination that is no end of its line keeps an empty source, which validation then reports. */
const sourceFor = (ends: readonly [EndId, EndId], destination: EndId): EndId =>
  otherEnd(ends, destination) ?? '';

function directions(
  ends: readonly [EndId, EndId],
  messages: readonly Message[],
): readonly [Direction, Direction] {
  const direction = (destination: EndId): Direction => ({
    destination,
    source: sourceFor(ends, destination),
    messages: messages.filter((message) => message.destination === destination),
  });
  return [direction(ends[0]), direction(ends[1])];
}

/** One of the 59 lines of Appendix B, from its row. */
export function expandLine(row: LineRow, isComponent: IsComponent): Line {
  const scope = scopeOf(row.ends, isComponent);
  const clause = `B line ${row.line}`;
  const messages = row.rows.map(([destination, name, references, kind, label, priority]): Message => {
    return {
      id: `L${row.line}.${destination}.${messageSlug(name)}`,
      line: row.line,
      source: sourceFor(row.ends, destination),
      destination,
      name,
      references: references.split(' '),
      scope,
      origin: 'profile',
      clause,
      kind,
      label,
      priority,
    };
  });
  return {
    id: row.line,
    ends: row.ends,
    scope,
    origin: 'profile',
    clause,
    directions: directions(row.ends, messages),
    reason: '',
  };
}

/** An extension line (`X101` …), from its row. */
export function expandExtensionLine(row: ExtensionLineRow, isComponent: IsComponent): Line {
  const scope = scopeOf(row.ends, isComponent);
  const messages = row.rows.map(([destination, name, kind, label, priority]): Message => {
    return {
      id: `${row.line}.${destination}.${messageSlug(name)}`,
      line: row.line,
      source: sourceFor(row.ends, destination),
      destination,
      name,
      references: [],
      scope,
      origin: 'extension',
      clause: row.clause,
      kind,
      label,
      priority,
    };
  });
  return {
    id: row.line,
    ends: row.ends,
    scope,
    origin: 'extension',
    clause: row.clause,
    directions: directions(row.ends, messages),
    reason: row.reason,
  };
}

/** A message of ours on one of the profile's lines; `line` is undefined when the row names none that exists. */
export function expandExtensionMessage(row: ExtensionMessageRow, line: Line | undefined): Message {
  const [id, destination, name, kind, label, priority, mends] = row;
  return {
    id: `L${id}X.${destination}.${messageSlug(name)}`,
    line: id,
    source: line === undefined ? '' : sourceFor(line.ends, destination),
    destination,
    name,
    references: [],
    scope: line?.scope ?? 'outside',
    origin: 'extension',
    clause: mends,
    kind,
    label,
    priority,
  };
}
