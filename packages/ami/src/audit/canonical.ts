/**
 * Canonical JSON: RFC 8785 restricted to what a record holds, so that equal records have equal octets. Keys are sorted
 * by UTF-16 code units, there is no white space, numbers are those that JavaScript prints exactly.
 */

export type CanonicalValue =
  | string
  | number
  | boolean
  | { readonly [key: string]: CanonicalValue | undefined };

/** The canonical text of a value. A lone surrogate or a number that is not finite is a broken invariant of the caller. */
export function canonicalJson(value: CanonicalValue): string {
  if (typeof value === 'string') {
    if (!value.isWellFormed()) throw new Error('a text with a lone surrogate has no canonical form');
    return JSON.stringify(value);
  }
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new Error(`${value} has no canonical form`);
    return JSON.stringify(value);
  }
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  let text = '';
  for (const key of Object.keys(value).sort()) {
    const member = value[key];
    if (member === undefined) continue;
    text += `${text === '' ? '' : ','}${canonicalJson(key)}:${canonicalJson(member)}`;
  }
  return `{${text}}`;
}
