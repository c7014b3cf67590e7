/**
 * The one error class of this package and its table of codes. A code cannot exist without a meaning and a remedy, and
 * `docs/errors.md` is rendered from the table.
 */

/** What went wrong, in seven kinds that a caller can act on without knowing the code. */
export type ErrorKind = 'decode' | 'protocol' | 'security' | 'policy' | 'peer' | 'storage' | 'overload';

/** One line of an error table. */
export interface ErrorRow {
  readonly kind: ErrorKind;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** What the caller can do about it. */
  readonly remedy: string;
}

/** Every error that this package throws on purpose. */
export class ProfileError extends Error {
  override readonly name = 'ProfileError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  /** Everything that validation found, one sentence each; empty for other errors. */
  readonly problems: readonly string[];

  constructor(
    code: string,
    kind: ErrorKind,
    detail: string,
    rest: { problems?: readonly string[]; cause?: unknown } = {},
  ) {
    super(`${code}: ${detail}`, rest.cause === undefined ? undefined : { cause: rest.cause });
    this.code = code;
    this.kind = kind;
    this.detail = detail;
    this.problems = rest.problems ?? [];
  }
}

/** Makes the errors of one folder. `detail` defaults to the row's meaning. */
export type Raise<Code extends string> = (
  code: Code,
  detail?: string,
  rest?: { problems?: readonly string[]; cause?: unknown },
) => ProfileError;

const tables = new Map<string, Readonly<Record<string, ErrorRow>>>();

/** Declares the error codes of a folder; each code is `<folder>/<name>` to the outside. */
export function errorTable<const Rows extends Record<string, ErrorRow>>(
  folder: string,
  rows: Rows,
): Raise<keyof Rows & string> {
  tables.set(folder, rows);
  return (code, detail, rest) => {
    const row = rows[code]!;
    return new ProfileError(`${folder}/${code}`, row.kind, detail ?? row.meaning, rest);
  };
}

/** All declared tables, for the documentation and its test. */
export function declaredErrorTables(): ReadonlyMap<string, Readonly<Record<string, ErrorRow>>> {
  return tables;
}

export const profileError = errorTable('profile', {
  'invalid-data': {
    kind: 'policy',
    meaning: 'the data of the profile contradict themselves',
    remedy: 'read the problems of the error and mend the tables that they name',
  },
  'unknown-subject': {
    kind: 'policy',
    meaning: 'no component, part of a meter or other subject of requirements has this name',
    remedy: 'use an id or a name that the list of components shows',
  },
  'unknown-end': {
    kind: 'policy',
    meaning: 'no component and no actor has this name',
    remedy: 'use an id, a name or an alias that the lists of components and actors show',
  },
  'unknown-line': {
    kind: 'policy',
    meaning: 'the profile has no line with this number',
    remedy: 'use 1 to 59, or the number of an extension line such as X101',
  },
  'unknown-message': {
    kind: 'policy',
    meaning: 'the profile has no message with this id',
    remedy: 'list the messages of a line to see their ids',
  },
  'unknown-scenario': {
    kind: 'policy',
    meaning: 'the profile has no scenario with this id',
    remedy: 'use an id such as B1-Sc2 or CDRLC that the list of scenarios shows',
  },
  'unknown-control': {
    kind: 'policy',
    meaning: 'section 5 of the profile has no control with this id',
    remedy: 'use an id such as 2.8.2 that the list of controls shows',
  },
});
