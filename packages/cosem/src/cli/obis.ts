/** `cosem obis`: what a code means. */
import { describeObis, explainObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';
import { obisOption, parseArguments } from './arguments.ts';
import { raiseCli } from './errors.ts';
import { exitCodes, type Terminal } from './terminal.ts';

export const obisHelp = `cosem obis CODE… [--json]

Says what OBIS codes mean (IEC 62056-6-1). Every way of writing them is understood.

Examples:
  cosem obis 1-0:1.8.0*255
  cosem obis 1.0.1.8.0.255 0.0.96.3.10.255
  cosem obis 0100010800ff
`;

export async function obisCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, { json: { type: 'boolean' } });
  if (positionals.length === 0) throw raiseCli('usage', 'give at least one OBIS code');
  const found = positionals.map((text) => {
    const obis = obisOption(text);
    return { obis: formatObis(obis), description: describeObis(obis), ...explainObis(obis) };
  });
  if (values.json) terminal.out(`${JSON.stringify(found, null, 2)}\n`);
  else for (const { obis, description } of found) terminal.out(`${obis.padEnd(20)} ${description}\n`);
  return exitCodes.done;
}
