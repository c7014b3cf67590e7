/** `wattward restore FILE`: an empty store filled from a backup (2.10.4); a new epoch begins. */
import { accessSync, constants } from 'node:fs';
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { configurationOf } from './configuration-file.ts';
import { raiseCli } from './errors.ts';
import { layoutOf, type PlaceOptions, withConfiguration } from './place.ts';
import type { CliContext } from './program.ts';

export function register(parent: Command, context: CliContext): void {
  withConfiguration(parent.command('restore <file>'))
    .description(
      'Fills the empty store of a stopped system. The folders secrets and keys of the state directory that the backup was made in must be in place first.',
    )
    .addHelpText(
      'after',
      '\nExample:\n  wattward restore /mnt/backups/monday.wattward --state /var/lib/wattward-new',
    )
    .action(async (name: string, options: PlaceOptions) => {
      const file = resolve(name);
      try {
        accessSync(file, constants.R_OK);
      } catch (cause) {
        throw raiseCli('file', `${file} cannot be read`, { cause });
      }
      const { restoreStopped } = await import('../processes/stopped-store.ts');
      const layout = layoutOf(options, context);
      const epoch = await restoreStopped(layout, configurationOf(options, layout, context), file);
      const madeAt = epoch.backupMadeAt?.toISOString() ?? null;
      context.output.answer({ epoch: epoch.number, backupMadeAt: madeAt, void: voided }, () =>
        [
          `The store is as it was at ${madeAt}. Epoch ${epoch.number} begins.`,
          'Void from now on, since they may have been used after the backup:',
          ...voided.map((what) => `  - ${what}`),
          'Start with: wattward up',
        ].join('\n'),
      );
    });
}

const voided = [
  'invocation counters: sending to meters waits for authenticated recovery or new keys',
  'approvals that were given or requested',
  'commands that were pending',
  'records of the audit after the last one in the backup: the witness still knows how many there were',
];
