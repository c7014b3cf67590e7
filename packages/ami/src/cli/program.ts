/**
 * The command tree. The groups are a table; the module of a group is imported only when it is asked for, so that
 * `wattward profile …` never pays for a database driver.
 */
import { Command, CommanderError } from 'commander';
import { WattwardError } from '../base/errors.ts';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { Output, type Terminal } from './output.ts';

/** What a group's commands are handed. */
export interface CliContext {
  readonly output: Output;
  readonly terminal: Terminal;
  /** Set by a command whose answer is "no" or "incomplete"; 0 otherwise. */
  exit(code: number): void;
}

/** Adds a group's commands to the program. */
export type Register = (parent: Command, context: CliContext) => void;

interface Group {
  readonly name: string;
  readonly summary: string;
  readonly load: () => Promise<{ register: Register }>;
}

const groups: readonly Group[] = [
  {
    name: 'up',
    summary: 'start the store and every component; Ctrl-C stops them',
    load: () => import('./up.ts'),
  },
  {
    name: 'status',
    summary: 'show each process: state, since when, memory, what it waits for',
    load: () => import('./status.ts'),
  },
  {
    name: 'stop',
    summary: 'stop a running system in order',
    load: () => import('./stop.ts'),
  },
  {
    name: 'self-test',
    summary: 'let the components test their security functions now',
    load: () => import('./self-test.ts'),
  },
  {
    name: 'config',
    summary: 'explain, list, check, show the configuration, or begin one',
    load: () => import('./config.ts'),
  },
  {
    name: 'audit',
    summary: 'search, show, prove, report and verify the audit',
    load: () => import('./audit.ts'),
  },
  {
    name: 'certificates',
    summary: 'authorities and certificates: make, list, revoke; what is due',
    load: () => import('./certificates.ts'),
  },
  {
    name: 'keys',
    summary: 'the keys of meters and of the trust center: what exists, its age, what is due',
    load: () => import('./keys.ts'),
  },
  {
    name: 'enrol',
    summary: 'enrolments that wait for an officer; shipment files',
    load: () => import('./enrol.ts'),
  },
  {
    name: 'backup',
    summary: 'write the whole store to one encrypted file',
    load: () => import('./backup.ts'),
  },
  {
    name: 'restore',
    summary: 'fill an empty store from a backup; a new epoch begins',
    load: () => import('./restore.ts'),
  },
  {
    name: 'witness',
    summary: 'run the witness alone, on a host of its own',
    load: () => import('./witness.ts'),
  },
  {
    name: 'lines',
    summary: 'show what each line carries and refuses, and the messages that were given up',
    load: () => import('./lines.ts'),
  },
  {
    name: 'profile',
    summary: 'look things up in the AMI Security Profile: components, lines, messages, controls',
    load: () => import('./profile.ts'),
  },
  {
    name: 'rfp',
    summary: 'write a request for proposals from the profile, score what vendors answer',
    load: () => import('./rfp.ts'),
  },
];

const examples = `
Examples:
  wattward up                                     start the system; wattward status shows it
  wattward profile summary                        what the profile holds, in one screen
  wattward profile component head-end             one component: its lines, its controls
  wattward profile control 2.17.1 --json          one control with its atomic requirements
  wattward rfp --component meter --format xlsx --out meter.xlsx

Every command takes --json. Exit codes: 0 done, 1 the answer is no, 2 usage, 3 incomplete,
69 something cannot be reached, 77 refused.`;

export const version = '0.1.0';

/** Runs one command line. `args` are the words after `wattward`. Returns the exit code; never ends the process. */
export async function runCli(args: readonly string[], terminal: Terminal): Promise<number> {
  const json = args.includes('--json');
  const output = new Output(terminal, json);
  let exitCode: number = exitCodes.done;
  const context: CliContext = {
    output,
    terminal,
    exit: (code) => {
      exitCode = code;
    },
  };
  try {
    const program = await buildProgram(args, context);
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    if (error instanceof CommanderError) return commanderExit(error, output);
    return output.failure(asWattwardError(error));
  }
}

/** What the libraries say of a name they do not know is an answer; anything unexpected is thrown on. */
function asWattwardError(error: unknown): WattwardError {
  if (error instanceof WattwardError) return error;
  if (error instanceof Error && error.name === 'ProfileError') {
    const { code, detail } = error as Error & { code: string; detail: string };
    if (code.startsWith('profile/unknown-')) {
      const plural = `${code.slice('profile/unknown-'.length)}s`;
      return raiseCli('not-found', detail, { cause: error, remedy: remedies[plural] ?? remedies['else']! });
    }
  }
  throw error;
}

const remedies: Readonly<Record<string, string>> = {
  subjects: 'List them with `wattward profile components`.',
  ends: 'List them with `wattward profile components` and `wattward profile actors`.',
  messages:
    'A line shows the ids of its messages: `wattward profile line 1`. Or search: `wattward profile find WORDS`.',
  else: 'Search with `wattward profile find WORDS`, or list them: lines, scenarios, controls.',
};

async function buildProgram(args: readonly string[], context: CliContext): Promise<Command> {
  const program = newCommand('wattward', context)
    .description('An open Advanced Metering Infrastructure with the AMI Security Profile built in.')
    .version(version, '--version')
    .addHelpText('after', examples);
  const asked = args.find((arg) => !arg.startsWith('-'));
  const wanted = asked === 'help' ? args[args.indexOf('help') + 1] : asked;
  for (const group of groups) {
    if (group.name === wanted) {
      const { register } = await group.load();
      register(program, context);
    } else {
      program.command(group.name).description(group.summary).allowUnknownOption().allowExcessArguments();
    }
  }
  inheritSettings(program, context);
  return program;
}

/** A command that throws instead of ending the process and writes where it is told. */
export function newCommand(name: string, context: CliContext): Command {
  const { terminal } = context;
  return new Command(name)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => terminal.stdout.write(text),
      // Help that stands in for a missing subcommand is for people; under --json it becomes an error.
      writeErr: (text) => context.output.json || terminal.stderr.write(text),
      // The error is printed once, by commanderExit, in the form asked for.
      outputError: () => undefined,
      getOutHelpWidth: () => context.output.style.width,
    })
    .configureHelp({ showGlobalOptions: false })
    .showHelpAfterError(false);
}

function inheritSettings(parent: Command, context: CliContext): void {
  for (const command of parent.commands) {
    command.copyInheritedSettings(parent);
    if (!command.options.some((option) => option.long === '--json')) {
      command.option('--json', 'print the answer as JSON');
    }
    inheritSettings(command, context);
  }
}

function commanderExit(error: CommanderError, output: Output): number {
  // Help and version were asked for and are on stdout already.
  if (error.exitCode === 0) return exitCodes.done;
  if (error.code === 'commander.help') {
    return output.json ? output.failure(raiseCli('usage', 'a subcommand is missing')) : exitCodes.usage;
  }
  const detail = error.message.replace(/^error: /, '').replace(/\n.*/s, (rest) => rest.replace(/\s+/g, ' '));
  return output.failure(raiseCli('usage', detail));
}
