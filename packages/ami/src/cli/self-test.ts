/** `wattward self-test`: the components test their security functions on command (2.14.6.3). */
import type { Command } from 'commander';
import { call } from '../processes/management-client.ts';
import type { SelfTestResult } from '../trust/self-test.ts';
import { exitCodes } from './exit-codes.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { renderTable } from './table.ts';

interface Answer {
  readonly components: readonly {
    readonly component: string;
    readonly results: readonly SelfTestResult[] | null;
  }[];
}

const withinMs = 60_000;

export function register(parent: Command, context: CliContext): void {
  withState(parent.command('self-test [component]'))
    .description(
      'Lets one component, or all, compute the known answers of every algorithm. A failure puts the component into its safe state; a later success lets it out.',
    )
    .option('--drill', 'add an answer that must fail, to see the safe state, the log and the audit record')
    .addHelpText('after', '\nExamples:\n  wattward self-test\n  wattward self-test head-end --drill')
    .action(async (component: string | undefined, options: PlaceOptions & { drill?: boolean }) => {
      const body = { ...(component === undefined ? {} : { component }), drill: options.drill === true };
      const socket = layoutOf(options, context).supervisorSocket;
      const answer = await call<Answer>(socket, '/self-test', { method: 'POST', body, withinMs });
      context.output.answer(answer, ({ components }, style) => {
        const rows = components.flatMap(({ component: id, results }) =>
          results === null
            ? [[id, '', '', 'no answer']]
            : results.map(({ name, source, passed }) => [id, name, source, passed ? 'passed' : 'FAILED']),
        );
        const columns = [
          { title: 'component' },
          { title: 'test' },
          { title: 'known answer from', wrap: true },
        ];
        return renderTable([...columns, { title: 'result' }], rows, style);
      });
      if (answer.components.some(({ results }) => results === null)) context.exit(exitCodes.incomplete);
      else if (answer.components.some(({ results }) => results!.some(({ passed }) => !passed)))
        context.exit(exitCodes.no);
    });
}
