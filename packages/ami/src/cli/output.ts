/**
 * Where a command's answer goes. A command hands over data and a way to show them to people; `--json` prints the data
 * as they are. So both always say the same.
 */
import { WattwardError } from '../base/errors.ts';
import { exitCodeOfKind, exitCodes } from './exit-codes.ts';
import { bold, dim, printable, type Style } from './table.ts';

/** What a command may use of the process; tests hand in their own. */
export interface Terminal {
  readonly stdout: {
    write(text: string): unknown;
    readonly columns?: number | undefined;
    readonly isTTY?: boolean | undefined;
  };
  readonly stderr: { write(text: string): unknown };
  readonly env: Readonly<Record<string, string | undefined>>;
}

const defaultWidth = 100;
const widest = 140;

export class Output {
  readonly json: boolean;
  readonly style: Style;
  private readonly terminal: Terminal;

  constructor(terminal: Terminal, json: boolean) {
    this.terminal = terminal;
    this.json = json;
    const asked = Number(terminal.env['COLUMNS']);
    const width = Number.isInteger(asked) && asked >= 40 ? asked : (terminal.stdout.columns ?? defaultWidth);
    const isTerminal = terminal.stdout.isTTY === true;
    this.style = { width: Math.min(width, widest), colour: isTerminal && !terminal.env['NO_COLOR'] };
  }

  /** Prints `data` under `--json`, else what `show` makes of it. */
  answer<T>(data: T, show: (data: T, style: Style) => string): void {
    this.terminal.stdout.write(
      this.json ? `${JSON.stringify(data, jsonValue, 2)}\n` : `${show(data, this.style)}\n`,
    );
  }

  /** Text that is the answer itself, such as a drawing or an export; the same with and without `--json`. */
  raw(text: string): void {
    this.terminal.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
  }

  /** A remark beside the answer, for people only. */
  remark(text: string): void {
    if (!this.json) this.terminal.stderr.write(`${dim(text, this.style)}\n`);
  }

  /** Prints an error in the form asked for and gives the exit code that belongs to it. */
  failure(error: unknown): number {
    if (!(error instanceof WattwardError)) throw error;
    const { code, kind, detail, remedy } = error;
    if (this.json) {
      this.terminal.stderr.write(`${JSON.stringify({ error: { code, kind, detail } })}\n`);
    } else {
      const way = remedy === '' ? '' : `\n  ${remedy}`;
      this.terminal.stderr.write(`${bold('wattward:', this.style)} ${printable(detail)}${way}\n`);
    }
    return exitCodeOfKind[kind] ?? exitCodes.no;
  }
}

/** Integers too large for a number and octets have one form in JSON everywhere: text. */
function jsonValue(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  return value;
}
