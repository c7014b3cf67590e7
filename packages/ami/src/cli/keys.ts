/** `wattward keys`: which keys exist, what for, how old, what is due. Never a key. */
import type { Command } from 'commander';
import { exitCodes } from './exit-codes.ts';
import { type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { bold, renderFields, renderTable, type Style } from './table.ts';
import { callTrust, dayOf, queryOf, untilText } from './trust-call.ts';

interface Summary {
  readonly module: string;
  readonly fips: { readonly says: string };
  readonly keys: readonly { name: string; purpose: string; createdAt: string }[];
  readonly meters: readonly { purpose: string; current: number; oldest: string | null; devices: number }[];
}

interface MeterKey {
  readonly device: string;
  readonly purpose: string;
  readonly generation: number;
  readonly suite: number;
  readonly state: string;
  readonly createdAt: string;
  readonly destroyedAt: string | null;
  readonly dueAt?: string;
}

const examples = `
Examples:
  wattward keys list
  wattward keys meter 4D4D4D0000BC614E
  wattward keys due --json
  wattward keys scan                     open every meter key and look for one that stands twice
  wattward keys rewrap                   change the key that wraps all meter keys
  wattward keys destroy 4D4D4D0000BC614E --reason "meter scrapped"`;

export function register(parent: Command, context: CliContext): void {
  const group = parent
    .command('keys')
    .description('Keys: which exist, what for, how old, what is due. Never a key itself.')
    .addHelpText('after', examples);
  withState(group.command('list'))
    .description('The trust center’s own keys, and those of meters in numbers.')
    .action(async (options: PlaceOptions) => {
      context.output.answer(await callTrust<Summary>(options, context, '/keys'), showSummary);
    });
  withState(group.command('meter <device>'))
    .description('The keys of one meter.')
    .action(async (device: string, options: PlaceOptions) => {
      const { keys } = await meterKeys(options, context, { device });
      context.output.answer(keys, showMeterKeys);
      if (keys.length === 0) context.exit(exitCodes.no);
    });
  withState(group.command('due'))
    .description('Keys of meters that are older than they may be.')
    .option('--purpose <purpose>', 'of one purpose')
    .action(async (options: PlaceOptions & { purpose?: string }) => {
      const { keys } = await meterKeys(options, context, { due: true, purpose: options.purpose });
      context.output.answer(keys, showMeterKeys);
    });
  registerWork(group, context);
}

function registerWork(group: Command, context: CliContext): void {
  withState(group.command('scan'))
    .description(
      'Opens every meter key and looks for one that stands twice or is not its own. Exits with 1 when it finds one.',
    )
    .action(async (options: PlaceOptions) => {
      const found = await callTrust<{ keys: number; problems: string[] }>(options, context, '/keys/scan', {
        method: 'POST',
      });
      context.output.answer(found, ({ keys, problems }) =>
        problems.length === 0 ? `${keys} keys, each its own` : problems.join('\n'),
      );
      if (found.problems.length > 0) context.exit(exitCodes.no);
    });
  withState(group.command('rewrap'))
    .description('Makes a new key that wraps the keys of meters, wraps all anew and destroys the old one.')
    .action(async (options: PlaceOptions) => {
      const done = await callTrust<{ wrapped: number }>(options, context, '/keys/rewrap', { method: 'POST' });
      context.output.answer(done, ({ wrapped }) => `wrapped ${wrapped} keys anew`);
    });
  withState(group.command('destroy <device>'))
    .description('Destroys every key of a meter; their record stays.')
    .requiredOption('--reason <text>', 'why')
    .action(async (device: string, options: PlaceOptions & { reason: string }) => {
      const path = `/keys/meters/${encodeURIComponent(device)}/destroy`;
      const body = { reason: options.reason };
      const done = await callTrust<{ destroyed: number }>(options, context, path, { method: 'POST', body });
      context.output.answer(done, ({ destroyed }) => `destroyed ${destroyed} keys`);
    });
}

function meterKeys(
  options: PlaceOptions,
  context: CliContext,
  values: Readonly<Record<string, string | boolean | undefined>>,
): Promise<{ keys: MeterKey[] }> {
  return callTrust(options, context, `/keys/meters${queryOf(values)}`);
}

function showSummary({ module, fips, keys, meters }: Summary, style: Style): string {
  const own = renderTable(
    [{ title: 'key' }, { title: 'purpose' }, { title: 'made' }, { title: 'age' }],
    keys.map((each) => [each.name, each.purpose, dayOf(each.createdAt), untilText(each.createdAt)]),
    style,
  );
  const fleet = renderTable(
    [
      { title: 'purpose' },
      { title: 'current', align: 'right' },
      { title: 'meters', align: 'right' },
      { title: 'oldest' },
    ],
    meters.map((each) => [
      each.purpose,
      each.current,
      each.devices,
      each.oldest === null ? '' : dayOf(each.oldest),
    ]),
    style,
  );
  const fields = renderFields(
    [
      ['cryptographic module', module],
      ['FIPS', fips.says],
    ],
    style,
  );
  return [fields, '', own, '', bold('Keys of meters', style), meters.length === 0 ? 'none' : fleet].join(
    '\n',
  );
}

function showMeterKeys(keys: readonly MeterKey[], style: Style): string {
  if (keys.length === 0) return 'none';
  return renderTable(
    ['meter', 'purpose', 'generation', 'suite', 'state', 'made', 'due'].map((title) => ({ title })),
    keys.map((each) => [
      each.device,
      each.purpose,
      each.generation,
      each.suite,
      each.state,
      dayOf(each.createdAt),
      each.dueAt === undefined ? '' : untilText(each.dueAt),
    ]),
    style,
  );
}
