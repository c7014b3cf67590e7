/** The configuration that a command means: the file named, else the state directory's own, else all defaults. */
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { type Configuration, loadConfiguration } from '../configuration/configuration.ts';
import type { StateLayout } from '../processes/state.ts';
import type { PlaceOptions } from './place.ts';
import type { CliContext } from './program.ts';

/** Errors: `configuration/…`. */
export function configurationOf(
  options: PlaceOptions,
  layout: StateLayout,
  context: CliContext,
): Configuration {
  const own = existsSync(layout.configuration) ? layout.configuration : undefined;
  const file = options.config === undefined ? own : resolve(options.config);
  return loadConfiguration(file, context.terminal.env);
}
