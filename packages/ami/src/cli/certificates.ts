/** `wattward certificates`: what exists, what is due, and the offline root. */
import { writeFileSync } from 'node:fs';
import { type Command, Option } from 'commander';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { type PlaceOptions, withState } from './place.ts';
import type { CliContext } from './program.ts';
import { printable, renderFields, renderTable, type Style } from './table.ts';
import { callTrust, dayOf, queryOf, readText, untilText } from './trust-call.ts';

interface Shown {
  readonly serial: string;
  readonly kind: string;
  readonly holder: string;
  readonly domain: string;
  readonly notAfter: string;
  readonly revokedAt: string | null;
  readonly reason: string | null;
  readonly issued: boolean;
}

interface Authority {
  readonly id: string;
  readonly generation: number;
  readonly suite: 1 | 2;
  readonly serial: string;
  readonly notAfter: string;
  readonly retiredAt: string | null;
  readonly listNextUpdate: string | null;
}

interface Authorities {
  readonly places: readonly { id: string; suite: 1 | 2 }[];
  readonly authorities: readonly Authority[];
}

interface RootOptions extends PlaceOptions {
  readonly root: string;
  readonly passphraseFile?: string;
}

const examples = `
Examples:
  wattward certificates init --root /media/root --passphrase-file FILE   make the offline root
  wattward certificates issue-ca --all --root /media/root --passphrase-file FILE
  wattward certificates list --domain utility-edge
  wattward certificates list --due
  wattward certificates revoke SERIAL --reason key-compromise`;

export function register(parent: Command, context: CliContext): void {
  const group = parent
    .command('certificates')
    .description('Certificates and authorities: what exists, what is due, what is revoked.')
    .addHelpText('after', examples);
  registerList(group, context);
  registerAuthorities(group, context);
  registerRoot(group, context);
}

function registerList(group: Command, context: CliContext): void {
  withState(group.command('list'))
    .description('Certificates in force, or with --all also those that have ended.')
    .option('--holder <name>', 'of one component or device: mdms, meter.fan/4D4D4D0000BC614E')
    .option('--domain <id>', 'of one domain')
    .option('--revoked', 'revoked ones only')
    .option('--due', 'only those whose renewal is due')
    .option('--all', 'also those that have ended')
    .option('--limit <n>', 'at most so many')
    .action(async (options: PlaceOptions & Record<string, string | boolean | undefined>) => {
      const { holder, domain, revoked, due, all, limit } = options;
      const query = queryOf({ holder, domain, revoked, due, all, limit });
      const answer = await callTrust<{ certificates: Shown[] }>(options, context, `/certificates${query}`);
      context.output.answer(answer.certificates, showCertificates);
    });
  withState(group.command('show <serial>'))
    .description('One certificate, with its PEM.')
    .action(async (serial: string, options: PlaceOptions) => {
      const path = `/certificates/${encodeURIComponent(serial)}`;
      const found = await callTrust<Shown & { pem: string | null }>(options, context, path);
      context.output.answer(found, ({ pem, ...row }, style) => {
        const fields = Object.entries(row).map(([name, value]) => [name, String(value ?? '')] as const);
        return `${renderFields(fields, style)}\n\n${pem ?? 'no signature was recorded for this serial'}`.trimEnd();
      });
    });
  withState(group.command('revoke <serial>'))
    .description('Revokes a certificate; it counts at once.')
    .option(
      '--reason <reason>',
      'key-compromise, superseded, affiliation-changed, cessation-of-operation',
      'unspecified',
    )
    .action(async (serial: string, options: PlaceOptions & { reason: string }) => {
      const path = `/certificates/${encodeURIComponent(serial)}/revoke`;
      const body = { reason: options.reason };
      const done = await callTrust<{ revoked: string }>(options, context, path, { method: 'POST', body });
      context.output.answer(done, ({ revoked }) => `revoked ${printable(revoked)}; its list is published`);
    });
}

function showCertificates(rows: readonly Shown[], style: Style): string {
  if (rows.length === 0) return 'none';
  const columns = [
    { title: 'subject' },
    { title: 'kind' },
    { title: 'domain and issuer' },
    { title: 'not after' },
    { title: 'ends' },
    { title: 'state' },
    { title: 'serial' },
  ];
  const state = (row: Shown) =>
    row.revokedAt !== null ? `revoked: ${row.reason}` : row.issued ? 'in force' : 'unsigned';
  return renderTable(
    columns,
    rows.map((row) => [
      row.holder,
      row.kind,
      row.domain,
      dayOf(row.notAfter),
      untilText(row.notAfter),
      state(row),
      row.serial,
    ]),
    style,
  );
}

function registerAuthorities(group: Command, context: CliContext): void {
  withState(group.command('authorities'))
    .description('The roots and issuing authorities. Exits with 3 when one is missing.')
    .action(async (options: PlaceOptions) => {
      const answer = await callTrust<Authorities>(options, context, '/authorities');
      const missing = answer.places.filter(({ id }) => !answer.authorities.some((each) => each.id === id));
      context.output.answer({ ...answer, missing: missing.map(({ id }) => id) }, ({ authorities }, style) => {
        const rows = authorities.map((each) => [
          `${each.id} ${each.generation}`,
          each.suite === 2 ? 'P-384' : 'P-256',
          dayOf(each.notAfter),
          each.retiredAt === null ? 'in use' : 'retired',
          each.listNextUpdate === null ? 'none' : untilText(each.listNextUpdate),
          each.serial,
        ]);
        const columns = ['authority', 'curve', 'not after', 'state', 'list ends', 'serial'].map((title) => ({
          title,
        }));
        const lacking = missing.length === 0 ? '' : `\n\nmissing: ${missing.map(({ id }) => id).join(', ')}`;
        return `${renderTable(columns, rows, style)}${lacking}`;
      });
      if (missing.length > 0) context.exit(exitCodes.incomplete);
    });
  withState(group.command('crl <authority>'))
    .description('The newest revocation list of an authority, as PEM.')
    .option('--out <file>', 'write it to a file')
    .action(async (authority: string, options: PlaceOptions & { out?: string }) => {
      const { pem } = await callTrust<{ pem: string }>(
        options,
        context,
        `/lists/${encodeURIComponent(authority)}`,
      );
      if (options.out === undefined) context.output.raw(pem);
      else writeFileSync(options.out, pem);
    });
}

function withRoot(command: Command): Command {
  return command
    .requiredOption('--root <dir>', 'folder of the offline root, on a medium that is put away again')
    .addOption(
      new Option(
        '--passphrase-file <file>',
        'file with the passphrase (else the variable WATTWARD_ROOT_PASSPHRASE)',
      ),
    );
}

function passphraseOf({ passphraseFile }: RootOptions, context: CliContext): string {
  const text =
    passphraseFile === undefined
      ? context.terminal.env['WATTWARD_ROOT_PASSPHRASE']
      : readText(passphraseFile);
  if (text === undefined) throw raiseCli('usage', 'the root needs its passphrase: --passphrase-file FILE');
  return text.replace(/\r?\n$/, '');
}

function registerRoot(group: Command, context: CliContext): void {
  withRoot(group.command('init'))
    .description('Makes the offline root of both suites in an empty folder. Needs no running system.')
    .action(async (options: RootOptions) => {
      const { OfflineRoot } = await import('../trust/authority/root.ts');
      await OfflineRoot.create(options.root, passphraseOf(options, context));
      context.output.answer({ root: options.root }, ({ root }) =>
        [
          `made the root in ${printable(root)}`,
          'Go on with: wattward certificates issue-ca --all --root …',
        ].join('\n'),
      );
    });
  withState(withRoot(group.command('issue-ca [authorities...]')))
    .description(
      'Lets the root sign issuing authorities, whose keys are made in the trust center and stay there.',
    )
    .option('--all', 'every one that is missing')
    .action(async (names: string[], options: RootOptions & { all?: boolean }) => {
      const issued = await issueAuthorities(names, options, context);
      context.output.answer({ issued }, () =>
        issued.length === 0 ? 'none is missing' : `issued ${issued.join(', ')}`,
      );
    });
  withState(withRoot(group.command('revoke-ca <authority> <generation>')))
    .description('Lets the root revoke an issuing authority, and everything that it signed.')
    .action(async (authority: string, generation: string, options: RootOptions) => {
      const { OfflineRoot } = await import('../trust/authority/root.ts');
      const root = await OfflineRoot.open(options.root, passphraseOf(options, context));
      root.revokeAuthority(authority, Number(generation), 'authority-compromise');
      await bringLists(root, options, context);
      context.output.answer(
        { authority, generation },
        () => `revoked ${printable(authority)} ${printable(generation)}`,
      );
    });
  withState(withRoot(group.command('root-crl')))
    .description('Lets the root issue its own revocation lists anew, before they end.')
    .action(async (options: RootOptions) => {
      const { OfflineRoot } = await import('../trust/authority/root.ts');
      await bringLists(
        await OfflineRoot.open(options.root, passphraseOf(options, context)),
        options,
        context,
      );
      context.output.answer({ issued: true }, () => 'issued the root’s lists');
    });
}

type Root = Awaited<ReturnType<typeof import('../trust/authority/root.ts').OfflineRoot.open>>;

async function bringLists(root: Root, options: PlaceOptions, context: CliContext): Promise<void> {
  for (const suite of [1, 2] as const) {
    const body = { list: (await root.issueList(suite)).toString('base64') };
    await callTrust(options, context, '/root-list', { method: 'POST', body });
  }
}

async function issueAuthorities(
  names: readonly string[],
  options: RootOptions & { all?: boolean },
  context: CliContext,
): Promise<string[]> {
  const { places, authorities } = await callTrust<Authorities>(options, context, '/authorities');
  const missing = places.filter(({ id }) => !authorities.some((each) => each.id === id));
  const wanted = options.all ? missing : names.map((name) => places.find(({ id }) => id === name));
  if (wanted.length === 0 && !options.all) throw raiseCli('usage', 'name authorities, or --all');
  if (wanted.includes(undefined))
    throw raiseCli('not-found', `the authorities are: ${places.map(({ id }) => id).join(', ')}`);
  const { OfflineRoot } = await import('../trust/authority/root.ts');
  const root = await OfflineRoot.open(options.root, passphraseOf(options, context));
  const issued: string[] = [];
  for (const place of wanted) {
    const path = `/authorities/${place!.id}`;
    const asked = await callTrust<{ generation: number; request: string }>(
      options,
      context,
      `${path}/request`,
      {
        method: 'POST',
      },
    );
    const certificate = await root.signAuthority(
      place!.id,
      asked.generation,
      Buffer.from(asked.request, 'base64'),
    );
    const body = {
      root: root.certificate(place!.suite).toString('base64'),
      rootList: (await root.issueList(place!.suite)).toString('base64'),
      certificate: certificate.toString('base64'),
    };
    await callTrust(options, context, `${path}/install`, { method: 'POST', body });
    issued.push(place!.id);
  }
  return issued;
}
