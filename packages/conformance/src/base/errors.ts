/** The one error class of this package and its tables of codes, rendered into `docs/errors.md`. */

/** What went wrong, in kinds that a caller can act on without knowing the code. */
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
export class ConformanceError extends Error {
  override readonly name = 'ConformanceError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly remedy: string;

  constructor(code: string, row: ErrorRow, detail: string, cause?: unknown) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.kind = row.kind;
    this.detail = detail;
    this.remedy = row.remedy;
  }
}

/** Makes the errors of one folder. `detail` defaults to the row's meaning. */
export type Raise<Code extends string> = (code: Code, detail?: string, cause?: unknown) => ConformanceError;

const tables = new Map<string, Readonly<Record<string, ErrorRow>>>();

/** Declares the error codes of a folder; each is `<folder>/<name>` to the outside. */
export function errorTable<const Rows extends Record<string, ErrorRow>>(
  folder: string,
  rows: Rows,
): Raise<keyof Rows & string> {
  tables.set(folder, rows);
  return (code, detail, cause) => {
    const row = rows[code]!;
    return new ConformanceError(`${folder}/${code}`, row, detail ?? row.meaning, cause);
  };
}

/** All declared tables, for the documentation and its test. */
export function declaredErrorTables(): ReadonlyMap<string, Readonly<Record<string, ErrorRow>>> {
  return tables;
}
