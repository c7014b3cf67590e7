/** All keys of the configuration: the profile's parameters with their ranges, and our own. */
import { type Parameter, profile } from '@wattward/profile';
import { ownKeys } from './keys.ts';

/** `name`: of a key in a signed note (C2SP); `words`: one line of words separated by spaces. */
export type KeyType = 'number' | 'path' | 'secret' | 'choice' | 'name' | 'url' | 'words';
export type Value = number | string;

/** A key that is no parameter of the profile. */
export interface OwnKey {
  /** Dotted, as it nests in the file: `store.binaries`. */
  readonly id: string;
  readonly type: KeyType;
  readonly default: Value | undefined;
  readonly clause: string;
  readonly title: string;
  readonly description: string;
  readonly unit?: string;
  readonly range?: readonly [minimum: number, maximum: number];
  readonly choices?: readonly string[];
}

export interface Key extends OwnKey {
  /** `profile`: a parameter; its range and default are the profile's. */
  readonly from: 'profile' | 'wattward';
}

function fromParameter(parameter: Parameter): Key {
  const whose = parameter.rangeFrom === 'profile' ? 'from the profile' : 'ours, the profile leaves it open';
  return {
    id: parameter.id,
    from: 'profile',
    type: 'number',
    unit: parameter.unit,
    range: [parameter.minimum, parameter.maximum],
    default: parameter.default,
    clause: parameter.clause,
    title: parameter.title,
    description: `${parameter.reason} (Range ${whose}.)`,
  };
}

let assembled: ReadonlyMap<string, Key> | undefined;

/** Every key by its id, in the order of the profile's parameters, our own last. */
export function keys(): ReadonlyMap<string, Key> {
  assembled ??= new Map(
    [
      ...profile().parameters.map(fromParameter),
      ...ownKeys.map((key): Key => ({ ...key, from: 'wattward' })),
    ].map((key) => [key.id, Object.freeze(key)]),
  );
  return assembled;
}

/** What a key permits, as people write it: `1 to 1000 count`, `debug, info, …`. */
export function permitted(key: Key): string {
  if (key.range) return `${key.range[0]} to ${key.range[1]} ${key.unit ?? ''}`.trimEnd();
  if (key.choices) return key.choices.join(', ');
  return formOf[key.type] ?? '';
}

const formOf: Partial<Record<KeyType, string>> = {
  secret: 'a reference: file:/path or env:NAME',
  path: 'an absolute path',
  name: 'a name without spaces and plus signs, such as audit.example/ami',
  url: 'an address with http:// or https://',
  words: 'words separated by single spaces',
};

const textForms: Partial<Record<KeyType, RegExp>> = {
  path: /^\/[^\0\n]{0,4000}$/,
  secret: /^(file:\/[^\0\n]{1,4000}|env:[A-Za-z_][A-Za-z0-9_]{0,127})$/,
  name: /^[A-Za-z0-9._:/-]{1,128}$/,
  url: /^https?:\/\/[^\s]{1,500}$/,
  words: /^[\x21-\x7e]{1,500}( [\x21-\x7e]{1,500}){0,63}$/,
};

/** What is wrong with a value for a key, or undefined. The value itself is never repeated for a secret. */
export function faultOf(key: Key, value: unknown): string | undefined {
  const shown = key.type === 'secret' ? 'this' : JSON.stringify(value)?.slice(0, 60);
  const fault = `${shown} is not permitted: ${permitted(key)}`;
  switch (key.type) {
    case 'number': {
      const [minimum, maximum] = key.range!;
      if (typeof value !== 'number' || !Number.isInteger(value)) return `${fault} (a whole number)`;
      return value < minimum || value > maximum ? fault : undefined;
    }
    case 'choice':
      return typeof value === 'string' && key.choices!.includes(value) ? undefined : fault;
    default:
      return typeof value === 'string' && textForms[key.type]!.test(value) ? undefined : fault;
  }
}

const farthestSuggestion = 4;

/** The known key that is nearest in spelling, if any is near. */
export function nearestKey(id: string): string | undefined {
  let best: string | undefined;
  let bestDistance = farthestSuggestion + 1;
  const wanted = id.slice(0, 80).toLowerCase();
  for (const known of keys().keys()) {
    // The right last word under the wrong group is near, however far the spelling is.
    const sameWord = known.split('.').at(-1)!.toLowerCase() === wanted.split('.').at(-1);
    const distance = sameWord ? 1.5 : editDistance(wanted, known.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [known, distance];
  }
  return best;
}

function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, swap));
    }
    row = next;
  }
  return row[b.length]!;
}
