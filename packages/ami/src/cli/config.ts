/** `wattward config …`: what can be configured, what is, and whether a file is right. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { configurationFaults, describeFaults, type Setting } from '../configuration/configuration.ts';
import { raiseConfiguration } from '../configuration/errors.ts';
import { commentedFile, explainKey } from '../configuration/explain.ts';
import { keys, permitted } from '../configuration/schema.ts';
import { configurationOf } from './configuration-file.ts';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withConfiguration } from './place.ts';
import type { CliContext } from './program.ts';
import { renderFields, renderTable } from './table.ts';

export function register(parent: Command, context: CliContext): void {
  const config = parent
    .command('config')
    .description(
      'One YAML file configures the system. Whatever is a number of policy has its range from the profile.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n  wattward config explain process.logFiles\n  wattward config check wattward.yaml',
    );
  explain(config, context);
  list(config, context);
  check(config, context);
  show(config, context);
  init(config, context);
}

function explain(config: Command, context: CliContext): void {
  config
    .command('explain <key>')
    .description('say what a key means, what it permits, its default and its clause')
    .action((id: string) => {
      context.output.answer(explainKey(id), (found, style) =>
        renderFields(
          [
            ['key', found.key],
            ['means', found.title],
            ['permitted', found.permitted],
            ['default', found.default ?? 'none'],
            ['clause', found.clause],
            ['why', found.description],
          ],
          style,
        ),
      );
    });
}

function list(config: Command, context: CliContext): void {
  config
    .command('list [part]')
    .description('list every key, or those whose name or title holds the part')
    .action((part: string | undefined) => {
      const wanted = (part ?? '').toLowerCase();
      const found = [...keys().values()].filter(({ id, title }) =>
        `${id} ${title}`.toLowerCase().includes(wanted),
      );
      if (found.length === 0) context.exit(exitCodes.no);
      context.output.answer(
        found.map(({ id }) => explainKey(id)),
        (all, style) =>
          renderTable(
            [
              { title: 'key' },
              { title: 'default', align: 'right' },
              { title: 'permitted' },
              { title: 'means', wrap: true },
            ],
            all.map((one) => [one.key, one.default ?? '', one.permitted, one.title]),
            style,
          ),
      );
    });
}

function check(config: Command, context: CliContext): void {
  config
    .command('check <file>')
    .description('check a file without starting anything; exits with 1 when it is wrong')
    .action((file: string) => {
      let text: string;
      try {
        text = readFileSync(file, 'utf8');
      } catch (cause) {
        throw raiseConfiguration('unreadable', `${file} cannot be read`, { cause });
      }
      const faults = configurationFaults(text);
      context.output.answer({ file, valid: faults.length === 0, faults }, () =>
        faults.length === 0 ? `${file} is valid` : describeFaults(faults, file),
      );
      if (faults.length > 0) context.exit(exitCodes.no);
    });
}

function show(config: Command, context: CliContext): void {
  withConfiguration(config.command('show'))
    .description('show every effective value and where it comes from; secrets only by their reference')
    .option('--changed', 'only what differs from its default')
    .action((options: PlaceOptions & { changed?: boolean }) => {
      const layout = layoutOf(options, context);
      const configuration = configurationOf(options, layout, context);
      const settings = [...configuration.settings.values()].filter(
        ({ key, value }) => options.changed !== true || value !== key.default,
      );
      const data = settings.map((setting) => ({
        key: setting.key.id,
        value: setting.value ?? null,
        unit: setting.key.unit ?? null,
        from: whereFrom(setting, configuration.file),
        permitted: permitted(setting.key),
      }));
      context.output.answer({ file: configuration.file ?? null, settings: data }, (_, style) =>
        renderTable(
          [
            { title: 'key' },
            { title: 'value', align: 'right' },
            { title: 'unit' },
            { title: 'from', wrap: true },
          ],
          data.map(({ key, value, unit, from }) => [key, value ?? '', unit ?? '', from]),
          style,
        ),
      );
    });
}

function whereFrom({ origin, place }: Setting, file: string | undefined): string {
  if (origin === 'file') return `${file}, line ${place!.line}`;
  if (origin === 'environment') return 'the environment';
  return origin === 'profile' ? 'default of the profile' : 'default';
}

function init(config: Command, context: CliContext): void {
  config
    .command('init [file]')
    .description('write a file in which every key is explained and commented out; without a file, print it')
    .action((file: string | undefined) => {
      if (file === undefined) {
        context.output.raw(commentedFile());
        return;
      }
      try {
        // Never over an existing one.
        writeFileSync(file, commentedFile(), { flag: 'wx', mode: 0o644 });
      } catch (cause) {
        throw raiseConfiguration('unreadable', `${file} cannot be made: ${(cause as Error).message}`, {
          cause,
        });
      }
      context.output.answer(
        { file, keys: keys().size },
        () => `${file} holds ${keys().size} keys, all commented out`,
      );
    });
}
