/**
 * The one error class of this package and the way a folder declares its codes.
 *
 * A folder lists its codes once, in its own `errors.ts`, through {@link errorTable}; the table is what
 * `docs/errors.md` is rendered from, so that a code cannot exist without a meaning and a remedy.
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

/** Where in the input a decode error stands, and what caused it. */
export interface ErrorPlace {
  /** Path inside the decoded structure, outermost first, for example `get-response.data[3].structure[1]`. */
  readonly path?: string;
  /** Octets from the start of the input that was handed in. */
  readonly offset?: number;
  readonly cause?: unknown;
}

/** Every error that this package throws on purpose. */
export class CosemError extends Error {
  override readonly name = 'CosemError';
  readonly code: string;
  readonly kind: ErrorKind;
  readonly detail: string;
  readonly path: string | undefined;
  readonly offset: number | undefined;

  constructor(code: string, kind: ErrorKind, detail: string, place: ErrorPlace = {}) {
    const where = place.offset === undefined ? '' : ` at octet ${place.offset}`;
    const inside = place.path === undefined || place.path === '' ? '' : ` in ${place.path}`;
    super(
      `${code}: ${detail}${inside}${where}`,
      place.cause === undefined ? undefined : { cause: place.cause },
    );
    this.code = code;
    this.kind = kind;
    this.detail = detail;
    this.path = place.path;
    this.offset = place.offset;
  }
}

/** Makes the errors of one folder. `detail` defaults to the row's meaning. */
export type Raise<Code extends string> = (code: Code, detail?: string, place?: ErrorPlace) => CosemError;

const tables = new Map<string, Readonly<Record<string, ErrorRow>>>();

/** Declares the error codes of a folder; each code is `<folder>/<name>` to the outside. */
export function errorTable<const Rows extends Record<string, ErrorRow>>(
  folder: string,
  rows: Rows,
): Raise<keyof Rows & string> {
  tables.set(folder, rows);
  return (code, detail, place) => {
    const row = rows[code]!;
    return new CosemError(`${folder}/${code}`, row.kind, detail ?? row.meaning, place);
  };
}

/** All declared tables, for the documentation and its test. */
export function declaredErrorTables(): ReadonlyMap<string, Readonly<Record<string, ErrorRow>>> {
  return tables;
}
