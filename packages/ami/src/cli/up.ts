/** `wattward up`, the main job of `npm start`. */
import type { Command } from 'commander';
import type { CliContext } from './program.ts';

export function register(parent: Command, context: CliContext): void {
  parent
    .command('up')
    .description('start what there is to start, and say what to do next')
    .action(async () => {
      const { profileSummary, showSummary } = await import('./profile-summary.ts');
      context.output.answer({ started: [], profile: profileSummary() }, ({ profile }, style) =>
        [
          showSummary(profile, style),
          '',
          'There is no process to start yet: this version carries the profile, the DLMS/COSEM library and their',
          'commands. Go on with:',
          '',
          '  npx --no-install wattward profile component meter    what binds a meter',
          '  npx --no-install wattward profile diagram --out ami.svg',
          '  npx --no-install wattward rfp --component meter --format xlsx --out meter.xlsx',
          '  npx --no-install cosem --help                        talk DLMS/COSEM',
        ].join('\n'),
      );
    });
}
