/** `wattward status`: what runs, since when, as whom, and what it waits for. */
import type { Command } from 'commander';
import { call } from '../processes/management-client.ts';
import type { SystemStatus } from '../processes/supervisor-view.ts';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { dim, renderFields, renderTable, type Style } from './table.ts';

const withinMs = 5_000;

export function register(parent: Command, context: CliContext): void {
  withState(parent.command('status'))
    .description(
      'Shows the store and each component. Exits with 3 when something does not run, 69 when nothing does.',
    )
    .addHelpText('after', '\nExamples:\n  wattward status\n  wattward status --json')
    .action(async (options: PlaceOptions) => {
      const layout = layoutOf(options, context);
      const status = await call<SystemStatus>(layout.supervisorSocket, '/status', { withinMs });
      context.output.answer(status, showStatus);
      if (!status.healthy) context.exit(exitCodes.incomplete);
    });
}

export function showStatus(status: SystemStatus, style: Style): string {
  const { supervisor, store, components } = status;
  const rows = components.map((one) => [
    one.component,
    one.state,
    shortTime(one.since),
    one.pid ?? '',
    one.uid ?? '',
    one.memoryOctets === null ? '' : `${Math.round(one.memoryOctets / 2 ** 20)} MiB`,
    one.restarts,
    one.waitsFor ?? '',
    one.does,
  ]);
  return [
    renderFields(
      [
        ['state directory', `${status.state}, its volume ${status.volumePercent} % full`],
        [
          'supervisor',
          `process ${supervisor.pid} since ${shortTime(supervisor.since)}; ${supervisor.isolation}`,
        ],
        ['store', describeStore(store)],
        ['audit', supervisor.auditAway ? 'cannot be written: what needs a record is refused' : 'is written'],
      ],
      style,
    ),
    '',
    renderTable(
      [
        { title: 'component' },
        { title: 'state' },
        { title: 'since (UTC)' },
        { title: 'pid', align: 'right' },
        { title: 'user', align: 'right' },
        { title: 'memory', align: 'right' },
        { title: 'restarts', align: 'right' },
        { title: 'waits for', wrap: true },
        { title: 'does so far', wrap: true },
      ],
      rows,
      style,
    ),
    '',
    dim('ground only: runs with its own role, keys, self-test, audit and health; its lines follow', style),
  ].join('\n');
}

function describeStore(store: SystemStatus['store']): string {
  const epoch = store.epoch === null ? '' : `, epoch ${store.epoch}`;
  if (store.kind === 'external') return `external PostgreSQL (store.databaseUrl)${epoch}`;
  const evaluation = store.forEvaluationOnly ? ', from npm: for evaluation only' : '';
  const pid = store.pid === null ? '' : `, process ${store.pid}`;
  const restarts = store.restarts === 0 ? '' : `, ${store.restarts} restarts`;
  return `PostgreSQL of our own ${store.state} since ${shortTime(store.since)}${pid}${restarts}${epoch}${evaluation}`;
}

/** Today's times without their day. */
function shortTime(time: string): string {
  const today = new Date().toISOString().slice(0, 10);
  return time.startsWith(today) ? time.slice(11, 19) : time.slice(0, 16).replace('T', ' ');
}
