/** What the commands may use of the process, the exit codes, and errors in the form asked for. */
import { CosemError, declaredErrorTables, type ErrorKind } from '../base/errors.ts';

/** The process as the commands see it; tests hand in their own. */
export interface Terminal {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdin: AsyncIterable<Uint8Array>;
  /** Aborts when the process is asked to end. */
  readonly signal: AbortSignal;
}

export const exitCodes = { done: 0, no: 1, usage: 2, unavailable: 69, refused: 77 } as const;

const exitCodeOfKind: Readonly<Record<ErrorKind, number>> = {
  decode: exitCodes.no,
  protocol: exitCodes.no,
  peer: exitCodes.no,
  security: exitCodes.refused,
  policy: exitCodes.refused,
  storage: exitCodes.unavailable,
  overload: exitCodes.unavailable,
};

/** What cannot be reached is no answer at all, whatever its kind. */
const unreachable = new Set(['link/connect', 'link/closed', 'link/timeout']);

/** Meters that turn a client away answer in the protocol; to the caller it is a refusal like any other. */
const turnedAway = new Set(['session/rejected']);

/** Prints an error once, for people or as JSON on standard error, and gives the exit code. */
export function reportError(error: unknown, terminal: Terminal, json: boolean): number {
  if (!(error instanceof CosemError)) throw error;
  const { code, kind, detail, path, offset } = error;
  if (json) {
    terminal.err(
      `${JSON.stringify({ error: { code, kind, detail, ...(path ? { path } : {}), ...(offset === undefined ? {} : { offset }) } })}\n`,
    );
  } else {
    const [folder = '', name = ''] = code.split('/');
    const remedy = declaredErrorTables().get(folder)?.[name]?.remedy;
    const where = [path && `in ${path}`, offset !== undefined && `at octet ${offset}`]
      .filter(Boolean)
      .join(' ');
    terminal.err(
      `cosem: ${printable(detail)}${where ? ` (${where})` : ''} [${code}]\n${remedy ? `  ${remedy}\n` : ''}`,
    );
  }
  if (code === 'cli/usage') return exitCodes.usage;
  if (turnedAway.has(code)) return exitCodes.refused;
  return unreachable.has(code) ? exitCodes.unavailable : exitCodeOfKind[kind];
}

/** Text from a meter must not move the cursor or change the terminal. */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\u202a-\u202e\u2066-\u2069]/gu, '�');
}
