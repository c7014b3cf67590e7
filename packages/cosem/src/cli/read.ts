/** `cosem read`, `cosem profile` and `cosem discover`: what a client does with a meter. */
import { toJson } from '../apdu/xml.ts';
import { toHex } from '../base/bytes.ts';
import { formatDecimal } from '../base/decimal.ts';
import { attributeName, className } from '../classes/naming.ts';
import type { CosemClient } from '../client/client.ts';
import type { DiscoveredObject } from '../client/discover.ts';
import type { ProfileCell, ProfileSelection } from '../client/profile.ts';
import { applyScaler, formatQuantity, scalerUnitFromData } from '../data/scaler-unit.ts';
import type { Data } from '../data/types.ts';
import { unitOf } from '../data/units.ts';
import { describeObis } from '../obis/describe.ts';
import { integerOption, obisOption, parseArguments } from './arguments.ts';
import { type ConnectionValues, connectByOptions, connectionHelp, connectionOptions } from './connection.ts';
import { raiseCli } from './errors.ts';
import { exitCodes, printable, type Terminal } from './terminal.ts';
import { dateTimeOf, isoText } from './text.ts';
import { dataTree, renderTree } from './tree.ts';

export const readHelp = `cosem read HOST[:PORT] OBIS[:ATTRIBUTE]… [options]

Reads attributes; 2 (the value) unless another is named. The class is looked up in the meter's object list unless
--class names it. Registers are shown with their unit.

${connectionHelp}
  --class N                       class of the objects, instead of looking it up

Examples:
  cosem read 192.0.2.7 1.0.1.8.0.255 0.0.1.0.0.255
  cosem read meter.example:4059 1.0.1.8.0.255:3 --class 3 --client 1 --auth low --secret ~/meter.password
`;

export const discoverHelp = `cosem discover HOST[:PORT] [options]

Lists the objects that the association offers, in words, with what may be read (r), written (w) and invoked (x).

${connectionHelp}

Example:
  cosem discover 192.0.2.7 --client 1 --key ~/meter.key --auth-key ~/meter.ak \\
    --title 4d4d4d0000000001 --meter-title 4d4d4d0000000002
`;

export const profileHelp = `cosem profile HOST[:PORT] OBIS [--from TIME --to TIME | --last N] [options]

Prints the rows of a profile as CSV, or as JSON lines, while its blocks arrive. Times are ISO 8601, UTC unless they say
otherwise.

${connectionHelp}
  --from TIME  --to TIME          rows between two times, both included
  --last N                        the newest N rows

Example:
  cosem profile 192.0.2.7 1.0.99.1.0.255 --from 2026-11-01T00:00Z --to 2026-11-02T00:00Z > day.csv
`;

/** Opens the association, runs the work, releases it whatever happens. */
async function withMeter(
  host: string | undefined,
  values: ConnectionValues,
  terminal: Terminal,
  work: (client: CosemClient) => Promise<number>,
): Promise<number> {
  if (host === undefined) throw raiseCli('usage', 'the host is missing');
  const client = await connectByOptions(host, values, terminal);
  try {
    return await work(client);
  } finally {
    await client.close();
  }
}

interface Target {
  readonly obis: string;
  readonly attribute: number;
  classId: number | undefined;
}

function parseTarget(given: string, classId: number | undefined): Target {
  const [, code = given, index] = /^(.*\..*\..*?)(?::(\d{1,3}))?$/.exec(given) ?? [];
  return {
    obis: obisOption(code),
    attribute: integerOption('the attribute', index, 2, 0, 127),
    classId,
  };
}

export async function readCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, { ...connectionOptions, class: { type: 'string' } });
  const [host, ...codes] = positionals;
  if (host !== undefined && codes.length === 0) throw raiseCli('usage', 'say which OBIS codes to read');
  const classId =
    values.class === undefined ? undefined : integerOption('--class', values.class, 0, 1, 0xffff);
  const targets = codes.map((code) => parseTarget(code, classId));
  return withMeter(host, values, terminal, async (client) => {
    await fillClasses(client, targets);
    let failed = false;
    for (const target of targets)
      if (!(await readOne(client, target, values.json === true, terminal))) failed = true;
    return failed ? exitCodes.no : exitCodes.done;
  });
}

/** The meter itself says of which class its objects are. */
async function fillClasses(client: CosemClient, targets: readonly Target[]): Promise<void> {
  if (targets.every(({ classId }) => classId !== undefined)) return;
  const objects = new Map(
    (await client.discover()).map(({ logicalName, classId }) => [logicalName, classId]),
  );
  for (const target of targets) target.classId ??= objects.get(target.obis);
}

async function readOne(
  client: CosemClient,
  target: Target,
  json: boolean,
  terminal: Terminal,
): Promise<boolean> {
  const { obis, attribute, classId } = target;
  const description = describeObis(obis);
  if (classId === undefined) {
    terminal.err(`cosem: ${obis} ${description}: the meter does not offer it to this client\n`);
    return false;
  }
  const [outcome] = await client.readMany([{ classId, obis, attribute }]);
  if (outcome === undefined || 'error' in outcome) {
    terminal.err(`cosem: ${obis} ${description}: ${outcome?.error.detail ?? 'no answer'}\n`);
    return false;
  }
  const value = outcome.value as Data;
  const quantity = await quantityOf(client, target, value);
  if (json) {
    const answer = {
      obis,
      classId,
      attribute,
      description,
      value: toJson(value),
      ...(quantity === undefined ? {} : { quantity }),
    };
    terminal.out(`${JSON.stringify(answer)}\n`);
  } else {
    const title = `${obis} ${description}, ${attributeName(classId, attribute)} (${className(classId)})`;
    terminal.out(
      quantity === undefined ? `${renderTree(dataTree(value, title))}\n` : `${title}: ${quantity}\n`,
    );
  }
  return true;
}

/** Registers keep scaler and unit in another attribute: 3, or 4 for demand registers. */
const scalerAttribute: Readonly<Record<number, number>> = { 3: 3, 4: 3, 5: 4 };

async function quantityOf(
  client: CosemClient,
  { classId, obis, attribute }: Target,
  value: Data,
): Promise<string | undefined> {
  const scaler = scalerAttribute[classId ?? 0];
  const isNumber = typeof value.value === 'number' || typeof value.value === 'bigint';
  if (scaler === undefined || attribute !== 2 || !isNumber) return undefined;
  const [outcome] = await client.readMany([{ classId: classId!, obis, attribute: scaler }]);
  if (outcome === undefined || 'error' in outcome) return undefined;
  return formatQuantity(applyScaler(value, scalerUnitFromData(outcome.value as Data)));
}

export async function discoverCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, connectionOptions);
  return withMeter(positionals[0], values, terminal, async (client) => {
    const objects = await client.discover();
    if (values.json === true) terminal.out(`${JSON.stringify(objects, null, 2)}\n`);
    else for (const object of objects) terminal.out(`${objectLine(object)}\n`);
    return exitCodes.done;
  });
}

function objectLine({
  logicalName,
  classId,
  version,
  className: kind,
  description,
  attributes,
  methods,
}: DiscoveredObject): string {
  const read = attributes.filter((each) => each.read).map(({ attribute }) => attribute);
  const write = attributes.filter((each) => each.write).map(({ attribute }) => attribute);
  const invoke = methods.filter(({ execute }) => execute).map(({ method }) => method);
  const rights = [
    read.length > 0 && `r ${read.join(',')}`,
    write.length > 0 && `w ${write.join(',')}`,
    invoke.length > 0 && `x ${invoke.join(',')}`,
  ];
  return `${logicalName.padEnd(18)} ${`${kind} (${classId}.${version})`.padEnd(30)} ${printable(description)}  [${rights.filter(Boolean).join('; ')}]`;
}

export async function profileCommand(args: readonly string[], terminal: Terminal): Promise<number> {
  const { values, positionals } = parseArguments(args, {
    ...connectionOptions,
    from: { type: 'string' },
    to: { type: 'string' },
    last: { type: 'string' },
  });
  const [host, code] = positionals;
  if (host !== undefined && code === undefined) throw raiseCli('usage', 'say which profile to read');
  if (positionals.length > 2) throw raiseCli('usage', 'one profile at a time');
  const { from, to, last } = values;
  if (last !== undefined && (from ?? to) !== undefined)
    throw raiseCli('usage', '--last goes without --from and --to');
  const times = timesSelection(from, to);
  const newest = last === undefined ? undefined : integerOption('--last', last, 0, 1, 1_000_000);
  const obis = code === undefined ? '' : obisOption(code);
  return withMeter(host, values, terminal, async (client) => {
    const selection = newest === undefined ? times : await lastRows(client, obis, newest);
    let header = values.json !== true;
    for await (const row of client.readProfile(obis, selection, { scaled: true })) {
      if (header) terminal.out(`${row.cells.map(({ column }) => csv(columnTitle(column))).join(',')}\n`);
      header = false;
      terminal.out(
        values.json === true
          ? `${JSON.stringify(row.cells.map(cellJson))}\n`
          : `${row.cells.map((cell) => csv(cellText(cell))).join(',')}\n`,
      );
    }
    return exitCodes.done;
  });
}

function timesSelection(from: string | undefined, to: string | undefined): ProfileSelection {
  if (from === undefined && to === undefined) return {};
  if (from === undefined || to === undefined) throw raiseCli('usage', '--from and --to go together');
  return { from: timeOption('--from', from), to: timeOption('--to', to) };
}

function timeOption(option: string, given: string): Date {
  const hasZone = /(?:Z|[+-]\d{2}:?\d{2})$/.test(given);
  const time = new Date(/^\d{4}-\d{2}-\d{2}$/.test(given) || hasZone ? given : `${given}Z`);
  if (Number.isNaN(time.getTime()))
    throw raiseCli('usage', `${option} takes a time such as 2026-11-01T00:00Z`);
  return time;
}

/** Entries count from the oldest, so the newest are found by how many there are (entries_in_use). */
async function lastRows(client: CosemClient, obis: string, count: number): Promise<ProfileSelection> {
  const used = await client.read(7, obis, 7);
  const total = typeof used.value === 'number' ? used.value : 0;
  return total === 0 ? {} : { entries: { from: Math.max(1, total - count + 1), to: total } };
}

/** The unit stands in the head, so that the cells are plain numbers. */
function columnTitle({ logicalName, attributeIndex, name, scalerUnit }: ProfileCell['column']): string {
  const unit = scalerUnit === undefined ? '' : unitOf(scalerUnit.unit).symbol;
  return `${logicalName}:${attributeIndex} ${name}${unit === '' ? '' : ` [${unit}]`}`;
}

function cellText({ value, quantity }: ProfileCell): string {
  if (quantity !== undefined) return formatDecimal(quantity.value);
  const time = timeOf(value);
  if (time !== undefined) return time;
  if (value.type === 'null-data') return '';
  if (value.type === 'octet-string') return toHex(value.value);
  return typeof value.value === 'object' ? JSON.stringify(toJson(value)) : printable(String(value.value));
}

/** A date-time, however it is wrapped, as ISO 8601. */
function timeOf(value: Data): string | undefined {
  if (value.type === 'date-time') return isoText(value.value);
  const moment = value.type === 'octet-string' ? dateTimeOf(value.value) : undefined;
  return moment === undefined ? undefined : isoText(moment);
}

function cellJson(cell: ProfileCell): object {
  const { logicalName, attributeIndex } = cell.column;
  const time = timeOf(cell.value);
  return {
    obis: logicalName,
    attribute: attributeIndex,
    value: toJson(cell.value),
    ...(time === undefined ? {} : { time }),
    ...(cell.quantity === undefined ? {} : { quantity: formatQuantity(cell.quantity) }),
  };
}

/** A spreadsheet must not take a text for a formula; numbers below zero are none. */
function csv(given: string): string {
  const safe = /^(?:[=+@\t]|-(?![\d.]+$))/.test(given) ? `'${given}` : given;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
