/** The one error class of the system, and the way a folder declares its codes. Rendered into docs/errors.md. */

/** What went wrong, in kinds that decide the exit code and what a caller can do. */
export type ErrorKind =
  | 'usage'
  | 'decode'
  | 'protocol'
  | 'security'
  | 'policy'
  | 'peer'
  | 'storage'
  | 'overload';

export interface ErrorRow {
  readonly kind: ErrorKind;
  /** What has happened, in one sentence. */
  readonly meaning: string;
  /** What the reader can do about it; printed below the error. */
  readonly remedy: string;
}

/** Every error this system raises on purpose. */
export class WattwardError extends Error {
  override readonly name = 'WattwardError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly remedy: string;

  constructor(code: string, row: ErrorRow, detail: string, cause?: unknown, remedy?: string) {
    super(`${code}: ${detail}`, cause === undefined ? undefined : { cause });
    this.code = code;
    this.kind = row.kind;
    this.detail = detail;
    this.remedy = remedy ?? row.remedy;
  }
}

/** `detail` defaults to the row's meaning, `remedy` to the row's. */
export type Raise<Code extends string> = (
  code: Code,
  detail?: string,
  more?: { cause?: unknown; remedy?: string },
) => WattwardError;

const tables = new Map<string, Readonly<Record<string, ErrorRow>>>();

/** Declares the error codes of a folder; each is `<folder>/<name>` to the outside. */
export function errorTable<const Rows extends Record<string, ErrorRow>>(
  folder: string,
  rows: Rows,
): Raise<keyof Rows & string> {
  tables.set(folder, rows);
  return (code, detail, more) => {
    const row = rows[code]!;
    return new WattwardError(`${folder}/${code}`, row, detail ?? row.meaning, more?.cause, more?.remedy);
  };
}

/** All declared tables, for the documentation and its test. */
export function declaredErrorTables(): ReadonlyMap<string, Readonly<Record<string, ErrorRow>>> {
  return tables;
}
