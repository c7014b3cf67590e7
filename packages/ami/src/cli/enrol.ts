/** `wattward enrol`: what an officer decides about first enrolments (2.8.15.2). */
import type { Command } from 'commander';
import { type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { printable, renderTable, type Style } from './table.ts';
import { callTrust, queryOf, readText, untilText } from './trust-call.ts';

interface Waiting {
  readonly id: string;
  readonly kind: string;
  readonly holder: string;
  readonly keySha256: string;
  readonly state: string;
  readonly askedAt: string;
  readonly askedFrom: string;
  readonly reason: string | null;
  readonly known: boolean;
}

const examples = `
Compare the fingerprint with the one that came with the device before you approve.

Examples:
  wattward enrol list
  wattward enrol approve 3f9a01c2
  wattward enrol refuse 3f9a01c2 --reason "not in our stock"
  wattward enrol manufacturer maker.pem      trust a manufacturer's certificate for shipment files
  wattward enrol shipment delivery.jws       let the devices of a signed shipment in by themselves`;

export function register(parent: Command, context: CliContext): void {
  const group = parent
    .command('enrol')
    .description('First enrolments of devices and components: list, approve, refuse.')
    .addHelpText('after', examples);
  withState(group.command('list'))
    .description('Enrolments that wait for a decision.')
    .option('--status <state>', 'waiting, approved, refused, issued, lapsed or all', 'waiting')
    .action(async (options: PlaceOptions & { status: string }) => {
      const path = `/enrolments${queryOf({ state: options.status })}`;
      const { enrolments } = await callTrust<{ enrolments: Waiting[] }>(options, context, path);
      context.output.answer(enrolments, showWaiting);
    });
  withState(group.command('approve <id>'))
    .description('Approves one; the device gets its certificate when it asks again.')
    .action(async (id: string, options: PlaceOptions) => {
      const path = `/enrolments/${encodeURIComponent(id)}/approve`;
      const done = await callTrust<{ approved: string }>(options, context, path, { method: 'POST' });
      context.output.answer(done, ({ approved }) => `approved ${printable(approved)}`);
    });
  withState(group.command('refuse <id>'))
    .description('Refuses one; this key is not asked about again for a while.')
    .requiredOption('--reason <text>', 'why, for the record')
    .action(async (id: string, options: PlaceOptions & { reason: string }) => {
      const path = `/enrolments/${encodeURIComponent(id)}/refuse`;
      const body = { reason: options.reason };
      const done = await callTrust<{ refused: string }>(options, context, path, { method: 'POST', body });
      context.output.answer(done, ({ refused }) => `refused ${printable(refused)}`);
    });
  registerShipments(group, context);
}

function registerShipments(group: Command, context: CliContext): void {
  withState(group.command('manufacturer <certificate>'))
    .description('Trusts a manufacturer’s certificate (PEM) for shipment files.')
    .action(async (file: string, options: PlaceOptions) => {
      const body = { certificate: readText(file) };
      const done = await callTrust<{ fingerprint: string; name: string }>(
        options,
        context,
        '/manufacturers',
        {
          method: 'POST',
          body,
        },
      );
      context.output.answer(
        done,
        ({ fingerprint, name }) => `trusts ${printable(name)}\nsha256:${fingerprint}`,
      );
    });
  withState(group.command('shipment <file>'))
    .description('Takes a signed shipment file: its devices enrol without an officer.')
    .action(async (file: string, options: PlaceOptions) => {
      const body = { file: readText(file) };
      const done = await callTrust<{ devices: number; added: number }>(options, context, '/shipments', {
        method: 'POST',
        body,
      });
      context.output.answer(done, ({ devices, added }) => `${devices} devices, ${added} of them new`);
    });
}

function showWaiting(rows: readonly Waiting[], style: Style): string {
  if (rows.length === 0) return 'none';
  const fingerprint = (hex: string) => (hex.match(/.{16}/g) ?? [hex]).join(' ');
  return renderTable(
    [
      { title: 'id' },
      { title: 'who' },
      { title: 'kind' },
      { title: 'asked' },
      { title: 'from' },
      { title: 'state' },
      { title: 'SHA-256 of the key', wrap: true },
    ],
    rows.map((row) => [
      row.id,
      row.known ? `${row.holder} (has a certificate already)` : row.holder,
      row.kind,
      untilText(row.askedAt),
      row.askedFrom,
      row.reason === null || row.state !== 'refused' ? row.state : `refused: ${row.reason}`,
      fingerprint(row.keySha256),
    ]),
    style,
  );
}
