/** `wattward profile`: the AMI Security Profile to look things up in. */
import type { Command } from 'commander';
import { registerDetails } from './profile-details.ts';
import { registerExport } from './profile-export.ts';
import { registerLists } from './profile-lists.ts';
import { profileSummary, showSummary } from './profile-summary.ts';
import type { CliContext } from './program.ts';

const examples = `
Examples:
  wattward profile summary                   everything on one screen
  wattward profile component meter           a component: its lines and what binds it
  wattward profile message L1.meter.on-demand-turn-off-command
                                             what protects one message on its way
  wattward profile find last gasp            wherever the profile speaks of it
  wattward profile controls --family 2.15 --json | jq '.[].title'`;

export function register(parent: Command, context: CliContext): void {
  const command = parent
    .command('profile')
    .description('The AMI Security Profile v0.48: components, lines, messages, scenarios, controls.')
    .addHelpText('after', examples);
  command
    .command('summary')
    .description('what the profile holds, counted')
    .action(() => context.output.answer(profileSummary(), showSummary));
  registerLists(command, context);
  registerDetails(command, context);
  registerExport(command, context);
}
