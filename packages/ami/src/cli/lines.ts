/** `wattward lines`: what each line carries and refuses, and the messages that were given up. */
import { existsSync } from 'node:fs';
import { componentById, profile } from '@wattward/profile';
import type { Command } from 'commander';
import type { DeadLetter } from '../lines/dead-letters.ts';
import type { LineStatus, LinesStatus } from '../lines/status.ts';
import { call } from '../processes/management-client.ts';
import type { StateLayout } from '../processes/state.ts';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { renderTable, type Style } from './table.ts';

const withinMs = 10_000;

const examples = `
Examples:
  wattward lines                              every line that has carried or refused something
  wattward lines --all --component mdms       every line of one component
  wattward lines dead                         messages that were given up
  wattward lines reissue 12 --component head-end`;

interface LinesOptions extends PlaceOptions {
  readonly component?: string;
  readonly all?: boolean;
}

/** Components of this state directory that answer; those without lines are told apart from those that are away. */
async function ask<T>(
  layout: StateLayout,
  path: string,
  only: string | undefined,
): Promise<{ answers: { component: string; answer: T }[]; away: string[] }> {
  if (only !== undefined && componentById(only) === undefined)
    throw raiseCli('not-found', `the profile has no component ${only}`);
  const known = only === undefined ? profile().components.map(({ id }) => id) : [only];
  const answers: { component: string; answer: T }[] = [];
  const away: string[] = [];
  for (const component of known) {
    const socket = layout.componentSocket(component);
    if (!existsSync(socket)) {
      if (only !== undefined) away.push(component);
      continue;
    }
    try {
      answers.push({ component, answer: await call<T>(socket, path, { withinMs }) });
    } catch {
      // A process without lines has no such path, one that starts again has no socket; neither hides the others.
      away.push(component);
    }
  }
  return { answers, away };
}

export function register(parent: Command, context: CliContext): void {
  const command = withState(parent.command('lines'))
    .description('Shows each line: messages, rate, lag, refusals and the reason of the last one.')
    .option('--component <id>', 'only this component’s end of its lines')
    .option('--all', 'lines on which nothing has happened too')
    .addHelpText('after', examples)
    .action((options: LinesOptions) => showLines(options, context));
  // --component and --state stand on the command above and are understood behind a subcommand too.
  command
    .command('dead')
    .description('lists messages that were given up: expired, refused too often, void after a restore')
    .action((_options: LinesOptions, own: Command) => showDead(own.optsWithGlobals(), context));
  command
    .command('reissue <number>')
    .description('has the sender named by --component issue a dead letter again; never an expired command')
    .action((number: string, _options: LinesOptions, own: Command) =>
      reissue(number, own.optsWithGlobals(), context),
    );
}

async function showLines(options: LinesOptions, context: CliContext): Promise<void> {
  const layout = layoutOf(options, context);
  const { answers, away } = await ask<LinesStatus>(layout, '/lines', options.component);
  if (answers.length === 0)
    throw raiseCli('file', 'no process with lines answers', {
      remedy: 'See `wattward status`: what runs, and what it does so far.',
    });
  const components = answers.map(({ component, answer }) => ({
    ...answer,
    component,
    lines: answer.lines.filter((line) => options.all === true || hasHappened(line)),
  }));
  context.output.answer({ components, away }, (answer, style) => renderLines(answer.components, style));
  if (options.component !== undefined && away.length > 0) context.exit(exitCodes.incomplete);
}

function hasHappened(line: LineStatus): boolean {
  return line.sent + line.received + line.waiting + line.dead + line.refused + line.refusedByPeer > 0;
}

function renderLines(
  components: readonly (LinesStatus & { readonly component: string })[],
  style: Style,
): string {
  const rows = components.flatMap(({ component, lines }) =>
    lines.map((line) => [
      component,
      line.line,
      line.sent,
      line.received,
      line.rate,
      line.lagMs === undefined ? '' : `${line.lagMs} ms`,
      line.waiting,
      line.dead,
      line.refused,
      line.lastRefusal === undefined
        ? ''
        : `${line.lastRefusal.reason}: ${line.lastRefusal.detail} (${line.lastRefusal.peer})`,
    ]),
  );
  if (rows.length === 0) return 'No line has carried or refused anything yet; --all lists them.';
  const right = (title: string) => ({ title, align: 'right' as const });
  return renderTable(
    [
      { title: 'at' },
      { title: 'line' },
      right('sent'),
      right('received'),
      right('per s'),
      right('lag'),
      right('waiting'),
      right('dead'),
      right('refused'),
      { title: 'last refusal', wrap: true },
    ],
    rows,
    style,
  );
}

async function showDead(options: LinesOptions, context: CliContext): Promise<void> {
  const layout = layoutOf(options, context);
  const { answers } = await ask<DeadLetter[]>(layout, '/lines/dead', options.component);
  const letters = answers.flatMap(({ component, answer }) => answer.map((each) => ({ component, ...each })));
  context.output.answer(letters, (all, style) =>
    all.length === 0
      ? 'There is no dead letter.'
      : renderTable(
          [
            { title: 'sender' },
            { title: 'number', align: 'right' },
            { title: 'message' },
            { title: 'to' },
            { title: 'reason' },
            { title: 'given up (UTC)' },
            { title: 're-issued' },
          ],
          all.map((each) => [
            each.component,
            each.id,
            each.type,
            each.destination,
            each.reason,
            each.diedAt.slice(0, 19),
            each.reissuedAt?.slice(0, 19) ?? '',
          ]),
          style,
        ),
  );
}

async function reissue(number: string, options: LinesOptions, context: CliContext): Promise<void> {
  const id = Number(number);
  if (!Number.isSafeInteger(id) || id < 1)
    throw raiseCli('usage', `${number} is not a number of a dead letter`);
  if (options.component === undefined) throw raiseCli('usage', 'name the sender with --component');
  const socket = layoutOf(options, context).componentSocket(options.component);
  await call(socket, '/lines/reissue', { method: 'POST', body: { id }, withinMs });
  context.output.answer({ id, component: options.component }, () => `Dead letter ${id} is issued again.`);
}
