/** `wattward stop`: asks the running system to stop and waits until it has. */
import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { pause } from '../base/back-off.ts';
import { processStartTicks } from '../base/pid-lock.ts';
import { raiseProcesses } from '../processes/errors.ts';
import { call } from '../processes/management-client.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';

const answerMs = 5_000;
const pollMs = 50;

export function register(parent: Command, context: CliContext): void {
  withState(parent.command('stop'))
    .description('Stops the components in order, PostgreSQL last, and waits for it.')
    .addHelpText('after', '\nExample:\n  wattward stop --state /var/lib/wattward')
    .action(async (options: PlaceOptions) => {
      const layout = layoutOf(options, context);
      const pid = Number(readLock(layout.lock));
      const asked = await call<{ withinSeconds: number }>(layout.supervisorSocket, '/stop', {
        method: 'POST',
        withinMs: answerMs,
      });
      // Twice the time that a stop may take: then something hangs, and that is worth an error.
      const until = performance.now() + 2000 * asked.withinSeconds;
      while (processStartTicks(pid) !== undefined && readLock(layout.lock) === String(pid)) {
        if (performance.now() > until) throw raiseProcesses('not-answering', `process ${pid} does not end`);
        await pause(pollMs);
      }
      context.output.answer({ stopped: true, pid }, () => `stopped (it was process ${pid})`);
    });
}

function readLock(path: string): string {
  try {
    return readFileSync(path, 'utf8').split(' ')[0] ?? '';
  } catch {
    return '';
  }
}
