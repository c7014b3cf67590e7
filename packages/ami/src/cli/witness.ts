/** `wattward witness`: the witness alone, on a host of its own, for a log elsewhere (2.16.9). */
import type { Command } from 'commander';
import { raiseCli } from './errors.ts';
import { layoutOf, type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';

interface WitnessCommandOptions extends PlaceOptions {
  readonly name: string;
  readonly listen: string;
  readonly log: string;
  readonly key: string[];
}

export function register(parent: Command, context: CliContext): void {
  withState(parent.command('witness'))
    .description(
      'Runs a witness on this host for the audit log of another: it cosigns what is consistent with what it has seen. Prints the verifier key that goes into witness.verifierKey there.',
    )
    .requiredOption('--name <name>', 'name in its cosignatures, such as witness.utility.example')
    .requiredOption('--listen <host:port>', 'where to listen, for example 127.0.0.1:8600')
    .requiredOption('--log <name>', 'name of the log, as audit.logName there')
    .requiredOption(
      '--key <key...>',
      'verifier keys of the log, as `wattward audit status` there prints them',
    )
    .addHelpText(
      'after',
      '\nExample:\n  wattward witness --state /var/lib/witness --name witness.example --listen 10.0.0.2:8600 \\\n    --log audit.example/ami --key "audit.example/ami+…"',
    )
    .action(async (options: WitnessCommandOptions) => {
      const { host, port } = parseAddress(options.listen);
      const { runWitness } = await import('../processes/witness-alone.ts');
      await runWitness(
        {
          layout: layoutOf(options, context),
          name: options.name,
          listen: { host, port },
          log: { name: options.log, verifierKeys: options.key },
        },
        context.output,
      );
    });
}

function parseAddress(text: string): { host: string; port: number } {
  const [, host, port] = /^(\[[0-9a-f:]+\]|[^:]+):(\d{1,5})$/i.exec(text) ?? [];
  if (host === undefined || Number(port) > 65_535)
    throw raiseCli('usage', `${text} is not an address such as 127.0.0.1:8600`);
  return { host: host.replace(/^\[|\]$/g, ''), port: Number(port) };
}
