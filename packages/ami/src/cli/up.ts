/** `wattward up`, the main job of `npm start`. */
import type { Command } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withConfiguration } from './place.ts';
import type { CliContext } from './program.ts';

export function register(parent: Command, context: CliContext): void {
  withConfiguration(parent.command('up'))
    .description(
      'Starts PostgreSQL (or uses DATABASE_URL) and every component as a process of its own, shows their logs, and stops them in order on Ctrl-C.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  wattward up --state /var/lib/wattward\n  DATABASE_URL=postgresql://… wattward up',
    )
    .action(async (options: PlaceOptions) => {
      const { configurationOf } = await import('./configuration-file.ts');
      const { runUp } = await import('../processes/run-up.ts');
      const layout = layoutOf(options, context);
      const configuration = configurationOf(options, layout, context);
      const forced = await runUp(layout, configuration, context);
      context.exit(forced ? exitCodes.incomplete : exitCodes.done);
    });
}
