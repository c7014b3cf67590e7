/** What a person reads about keys: one explained, all listed, and a commented file to begin with. */
import { raiseConfiguration } from './errors.ts';
import { type Key, keys, nearestKey, permitted } from './schema.ts';

export interface Explanation {
  readonly key: string;
  readonly title: string;
  readonly permitted: string;
  readonly default: number | string | null;
  readonly unit: string | null;
  readonly clause: string;
  readonly from: Key['from'];
  readonly description: string;
}

/** Explains one key. Errors: `configuration/unknown-key`, which names the nearest. */
export function explainKey(id: string): Explanation {
  const key = keys().get(id);
  if (key === undefined) {
    const near = nearestKey(id);
    throw raiseConfiguration('unknown-key', `there is no key ${id}${near ? `; the nearest is ${near}` : ''}`);
  }
  return {
    key: key.id,
    title: key.title,
    permitted: permitted(key),
    default: key.default ?? null,
    unit: key.unit ?? null,
    clause: key.clause,
    from: key.from,
    description: key.description,
  };
}

/** A file in which every key stands as a comment with its default: as it is, it changes nothing. */
export function commentedFile(): string {
  const out = [
    '# Configuration of wattward. Every key is commented out and shows its default.',
    '# Remove the "# " before a key and before the group that it stands in to change it; then: wattward config check FILE',
    '',
  ];
  const groups = Map.groupBy(keys().values(), (key) => key.id.split('.')[0]!);
  for (const [group, members] of groups) {
    out.push(`# ${group}:`);
    let inner: string | undefined;
    for (const key of members) {
      const [, ...rest] = key.id.split('.');
      const name = rest.at(-1)!;
      const nested = rest.length > 1 ? rest[0] : undefined;
      if (nested !== undefined && nested !== inner) out.push(`#   ${nested}:`);
      inner = nested;
      const indent = nested === undefined ? '  ' : '    ';
      out.push(`#${indent} # ${key.title} (${permitted(key)}; ${key.clause})`);
      out.push(`# ${indent}${name}: ${key.default ?? ''}`.trimEnd());
    }
    out.push('');
  }
  return out.join('\n');
}
