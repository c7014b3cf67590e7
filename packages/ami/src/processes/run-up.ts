/** `wattward up` as a process: starts the supervisor, shows the logs, handles signals, and says what to try next. */
import type { Output, Terminal } from '../cli/output.ts';
import { bold, dim } from '../cli/table.ts';
import type { Configuration } from '../configuration/configuration.ts';
import { isShown, type LogRecord, showLogRecord } from './log-lines.ts';
import type { StateLayout } from './state.ts';
import { Supervisor } from './supervisor.ts';
import type { SystemStatus } from './supervisor-view.ts';

export interface UpContext {
  readonly output: Output;
  readonly terminal: Terminal;
}

/**
 * One Ctrl-C under npm arrives twice: from the terminal, which signals the whole group, and from npm, which passes it
 * on. What comes within this time of the first is the same keystroke.
 */
const sameKeystrokeMs = 1000;

/** Runs until a signal or `wattward stop`. Gives whether the end was forced. Errors: as `Supervisor.start`. */
export async function runUp(
  layout: StateLayout,
  configuration: Configuration,
  context: UpContext,
): Promise<boolean> {
  keepOnWithoutTerminal();
  const ending = Promise.withResolvers<'stop' | 'force'>();
  let askedAtMs: number | undefined;
  const ask = () => ending.resolve('stop');
  const supervisor = new Supervisor({
    layout,
    configuration,
    onLog: terminalLog(configuration, context),
    onStopAsked: ask,
  });
  const forced = Promise.withResolvers<true>();
  const onSignal = () => {
    const nowMs = performance.now();
    if (askedAtMs === undefined) {
      askedAtMs = nowMs;
      ask();
    } else if (nowMs - askedAtMs > sameKeystrokeMs) {
      supervisor.kill();
      forced.resolve(true);
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, onSignal);
  const started = supervisor.start();
  // A start that is interrupted is taken down like a running system; its own failure is told by `await started`.
  started.catch(() => undefined);
  const first = await Promise.race([started.then(() => 'started' as const), ending.promise]);
  if (first === 'started') {
    await Promise.race([announce(supervisor, configuration, context), ending.promise]);
    await ending.promise;
  }
  context.output.remark('stopping … (a second Ctrl-C ends everything at once)');
  const stopped = supervisor.stop().then(() => false as const);
  return Promise.race([stopped, forced.promise]);
}

/** A terminal or pipe that is closed ends the showing of logs, never the system. */
function keepOnWithoutTerminal(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.removeAllListeners('error');
    stream.on('error', () => undefined);
  }
}

function terminalLog(
  configuration: Configuration,
  { output, terminal }: UpContext,
): (record: LogRecord) => void {
  const least = configuration.text('log.terminalLevel')!;
  return (record) => {
    if (!isShown(record.level, least)) return;
    const line = output.json ? JSON.stringify(record) : showLogRecord(record);
    const marked = record.level === 'error' || record.level === 'fatal' ? bold(line, output.style) : line;
    terminal.stderr.write(`${marked}\n`);
  };
}

async function announce(
  supervisor: Supervisor,
  configuration: Configuration,
  { output }: UpContext,
): Promise<void> {
  const patienceMs = configuration.number('process.restartMaximumSeconds') * 1000;
  const missing = await supervisor.settled(patienceMs);
  if (missing.length > 0) supervisor.say('warn', `not yet running: ${missing.join(', ')}`);
  output.answer(supervisor.status(), (status, style) =>
    welcome(
      status,
      (text) => bold(text, style),
      (text) => dim(text, style),
    ),
  );
}

function welcome(
  { state, store, supervisor, components }: SystemStatus,
  strong: (text: string) => string,
  faint: (text: string) => string,
): string {
  const running = components.filter((one) => one.state === 'running').map((one) => one.component);
  const option = `--state ${state}`;
  const evaluation = store.forEvaluationOnly
    ? [
        '  PostgreSQL is the one that npm brought: for evaluation only. Install Debian’s postgresql-15 for use.',
      ]
    : [];
  return [
    '',
    strong(`wattward runs: ${running.length} of ${components.length} components, ${supervisor.isolation}`),
    `  ${running.join(', ')}`,
    ...evaluation,
    `  store: ${store.kind === 'external' ? 'external PostgreSQL' : `PostgreSQL in ${state}/postgres`}, epoch ${store.epoch}`,
    `  logs:  ${state}/log/<component>.log`,
    '',
    'In another terminal:',
    `  npx --no-install wattward status ${option}`,
    `  npx --no-install wattward self-test ${option}`,
    `  npx --no-install wattward audit search ${option}`,
    '  npx --no-install wattward profile component head-end',
    '  npx --no-install wattward config list',
    '',
    faint('Ctrl-C stops everything in order.'),
  ].join('\n');
}
