/** The command in this process: its words go in, its output, errors and exit code come out. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCosem } from '../src/cli/run.ts';

/** What one run left. */
export interface CommandResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** What a run may find around it. */
export interface CommandSurroundings {
  readonly env?: Readonly<Record<string, string>>;
  /** Chunks of standard input. */
  readonly stdin?: readonly (string | Uint8Array)[];
  readonly signal?: AbortSignal;
  /** Called with everything that was printed so far. */
  readonly onOut?: (out: string) => void;
}

async function* chunksOf(chunks: readonly (string | Uint8Array)[]): AsyncGenerator<Uint8Array> {
  for (const chunk of chunks) yield typeof chunk === 'string' ? Buffer.from(chunk) : chunk;
}

/** Runs `cosem` with these words. */
export async function cosem(
  args: readonly string[],
  surroundings: CommandSurroundings = {},
): Promise<CommandResult> {
  let out = '';
  let err = '';
  const code = await runCosem(args, {
    out: (text) => {
      out += text;
      surroundings.onOut?.(out);
    },
    err: (text) => {
      err += text;
    },
    env: surroundings.env ?? {},
    stdin: chunksOf(surroundings.stdin ?? []),
    signal: surroundings.signal ?? new AbortController().signal,
  });
  return { code, out, err };
}

/** A folder for files of a test; `file` writes one that only its owner may read. */
export function temporaryFolder() {
  const path = mkdtempSync(join(tmpdir(), 'cosem-'));
  return {
    path,
    file: (name: string, content: string | Uint8Array, mode = 0o600): string => {
      const file = join(path, name);
      writeFileSync(file, content, { mode });
      return file;
    },
    remove: () => rmSync(path, { recursive: true, force: true }),
  };
}
