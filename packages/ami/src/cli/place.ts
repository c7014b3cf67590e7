/** Which system a command speaks to: the options that they share. */
import { type Command, Option } from 'commander';
import { StateLayout, stateDirectory } from '../processes/state.ts';
import type { CliContext } from './program.ts';

export interface PlaceOptions {
  readonly state?: string;
  readonly config?: string;
}

export function withState(command: Command): Command {
  return command.addOption(
    new Option(
      '--state <dir>',
      'state directory (default: WATTWARD_STATE, else the place that suits the user)',
    ),
  );
}

export function withConfiguration(command: Command): Command {
  return withState(command).addOption(
    new Option(
      '--config <file>',
      'configuration (default: wattward.yaml in the state directory, if it is there)',
    ),
  );
}

export function layoutOf(options: PlaceOptions, context: CliContext): StateLayout {
  return new StateLayout(stateDirectory(options.state, context.terminal.env, process.getuid?.() ?? -1));
}
