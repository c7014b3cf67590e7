/** `wattward backup FILE`: the whole store in one encrypted file (2.10.4), from a running system or a stopped one. */
import { closeSync, createWriteStream, fsyncSync, linkSync, openSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Command } from 'commander';
import { WattwardError } from '../base/errors.ts';
import { newCorrelation } from '../base/ids.ts';
import { callStream } from '../processes/management-client.ts';
import type { StateLayout } from '../processes/state.ts';
import { raiseCli } from './errors.ts';
import { layoutOf, type PlaceOptions, withConfiguration } from './place.ts';
import type { CliContext } from './program.ts';

// A backup begins at once; only its transfer takes long.
const withinMs = 30_000;

export function register(parent: Command, context: CliContext): void {
  withConfiguration(parent.command('backup <file>'))
    .description(
      'Writes every schema, read at one moment, to a file sealed under the key "backup" of the state directory. Keep copies of <state>/secrets and <state>/keys elsewhere: without them the file opens nowhere.',
    )
    .addHelpText('after', '\nExample:\n  wattward backup /mnt/backups/monday.wattward')
    .action(async (name: string, options: PlaceOptions) => {
      const layout = layoutOf(options, context);
      const file = resolve(name);
      const octets = await writeWhole(file, async (draft) => {
        const source = await backupStream(layout, options, context);
        const sink = createWriteStream(draft, { mode: 0o600, flags: 'wx' });
        await pipeline(source, sink);
        return sink.bytesWritten;
      });
      context.output.answer({ file, octets }, () =>
        [
          `${file}: ${octets} octets, encrypted`,
          'It opens only with the key "backup" of this state directory: keep copies of its folders secrets and keys elsewhere.',
        ].join('\n'),
      );
    });
}

async function backupStream(
  layout: StateLayout,
  options: PlaceOptions,
  context: CliContext,
): Promise<AsyncIterable<Uint8Array>> {
  try {
    return await callStream(layout.supervisorSocket, '/backup', { method: 'POST', withinMs });
  } catch (error) {
    if (!(error instanceof WattwardError) || error.code !== 'processes/no-supervisor') throw error;
  }
  const { configurationOf } = await import('./configuration-file.ts');
  const { backupStopped } = await import('../processes/stopped-store.ts');
  return backupStopped(layout, configurationOf(options, layout, context));
}

/** The file is there whole and on the disk, or not at all; an existing one is never overwritten. */
async function writeWhole(file: string, write: (draft: string) => Promise<number>): Promise<number> {
  const draft = `${file}.${newCorrelation()}`;
  try {
    const octets = await write(draft);
    const handle = openSync(draft, 'r');
    fsyncSync(handle);
    closeSync(handle);
    linkSync(draft, file);
    return octets;
  } catch (cause) {
    if (cause instanceof WattwardError) throw cause;
    throw raiseCli('file', `${file} could not be written: ${(cause as Error).message}`, { cause });
  } finally {
    rmSync(draft, { force: true });
  }
}
