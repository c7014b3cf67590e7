/** Exit codes of every command; the same for `--json` and for people. */
import type { ErrorKind } from '../base/errors.ts';

export const exitCodes = {
  done: 0,
  /** The command worked and its answer is no: not found, not permitted, gaps found. */
  no: 1,
  usage: 2,
  /** Something that the answer needs is not there yet. */
  incomplete: 3,
  /** A file, a server or a peer cannot be reached. */
  unavailable: 69,
  refused: 77,
} as const;

export const exitCodeOfKind: Readonly<Record<ErrorKind, number>> = {
  usage: exitCodes.usage,
  decode: exitCodes.no,
  protocol: exitCodes.no,
  security: exitCodes.refused,
  policy: exitCodes.refused,
  peer: exitCodes.unavailable,
  storage: exitCodes.unavailable,
  overload: exitCodes.unavailable,
};
