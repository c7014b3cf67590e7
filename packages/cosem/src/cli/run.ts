/** The command `cosem`: which subcommand, and what its end means. */
import { raiseCli } from './errors.ts';
import { exitCodes, reportError, type Terminal } from './terminal.ts';

interface Subcommand {
  readonly summary: string;
  readonly load: () => Promise<{
    readonly help: string;
    readonly run: (args: readonly string[], terminal: Terminal) => Promise<number>;
  }>;
}

const subcommands: Readonly<Record<string, Subcommand>> = {
  decode: {
    summary: 'captured octets, frames or whole logs as a readable tree',
    load: () =>
      import('./decode.ts').then(({ decodeHelp, decodeCommand }) => ({
        help: decodeHelp,
        run: decodeCommand,
      })),
  },
  read: {
    summary: 'values from a meter',
    load: () =>
      import('./read.ts').then(({ readHelp, readCommand }) => ({ help: readHelp, run: readCommand })),
  },
  profile: {
    summary: 'the rows of a load profile, as CSV or JSON',
    load: () =>
      import('./read.ts').then(({ profileHelp, profileCommand }) => ({
        help: profileHelp,
        run: profileCommand,
      })),
  },
  discover: {
    summary: 'the objects that a meter offers, with their names and rights',
    load: () =>
      import('./read.ts').then(({ discoverHelp, discoverCommand }) => ({
        help: discoverHelp,
        run: discoverCommand,
      })),
  },
  serve: {
    summary: 'a small demonstration meter on this machine',
    load: () =>
      import('./serve.ts').then(({ serveHelp, serveCommand }) => ({ help: serveHelp, run: serveCommand })),
  },
  obis: {
    summary: 'what an OBIS code means, in words',
    load: () =>
      import('./obis.ts').then(({ obisHelp, obisCommand }) => ({ help: obisHelp, run: obisCommand })),
  },
};

const overview = `cosem: DLMS/COSEM for people

${Object.entries(subcommands)
  .map(([name, { summary }]) => `  cosem ${name.padEnd(10)}${summary}`)
  .join('\n')}

Each has --help with examples, and takes --json. Keys and passwords come from files or the environment, never from the
arguments of a command that talks to a meter.
`;

/** Runs one command line. `args` are the words after `cosem`. Returns the exit code; never ends the process. */
export async function runCosem(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  const json = args.includes('--json');
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
      const topic = name === 'help' && rest[0] !== undefined ? subcommands[rest[0]] : undefined;
      terminal.out(topic === undefined ? overview : (await topic.load()).help);
      return name === undefined ? exitCodes.usage : exitCodes.done;
    }
    const subcommand = Object.hasOwn(subcommands, name) ? subcommands[name] : undefined;
    if (subcommand === undefined) throw raiseCli('usage', 'there is no such command');
    const { help, run } = await subcommand.load();
    if (rest.includes('--help') || rest.includes('-h')) {
      terminal.out(help);
      return exitCodes.done;
    }
    return await run(rest, terminal);
  } catch (error) {
    return reportError(error, terminal, json);
  }
}
