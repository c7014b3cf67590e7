/** The plural commands of `wattward profile`: one list each, the same for people and for `--json`. */
import { type Line, type Profile, profile } from '@wattward/profile';
import type { Command } from 'commander';
import { raiseCli } from './errors.ts';
import type { CliContext } from './program.ts';
import { type Column, renderTable, type Style } from './table.ts';

interface List<T> {
  readonly name: string;
  readonly summary: string;
  readonly more?: string;
  readonly items: (from: Profile) => readonly T[];
  readonly columns: readonly Column[];
  readonly row: (item: T) => readonly (string | number)[];
}

/** Shape of `profile lines --json` and of `profile line N --json`; stable. */
export interface LineAnswer {
  readonly line: string;
  readonly ends: readonly string[];
  readonly scope: string;
  readonly directions: readonly {
    readonly source: string;
    readonly destination: string;
    readonly messages: readonly {
      readonly id: string;
      readonly name: string;
      readonly references: readonly string[];
      readonly kind: string;
      readonly label: string;
      readonly priority: string;
    }[];
  }[];
}

export function lineAnswer(line: Line): LineAnswer {
  return {
    line: line.id,
    ends: line.ends,
    scope: line.scope,
    directions: line.directions.map(({ source, destination, messages }) => ({
      source,
      destination,
      messages: messages.map(({ id, name, references, kind, label, priority }) => ({
        id,
        name,
        references,
        kind,
        label,
        priority,
      })),
    })),
  };
}

function list<T>(definition: List<T>): List<T> {
  return definition;
}

const countOf = (line: LineAnswer, at: number) => line.directions[at]?.messages.length ?? 0;

const lists = [
  list({
    name: 'components',
    summary: 'the 12 components of the profile, where they stand',
    items: (from) => from.components.filter(({ origin }) => origin === 'profile'),
    columns: [
      { title: 'id' },
      { title: 'name', wrap: true },
      { title: 'domain', wrap: true },
      { title: 'placed' },
      { title: 'clause' },
    ],
    row: ({ id, name, domain, parts, placement, clause }) => [
      id,
      name,
      domain ?? parts.map((part) => `${part.id}: ${part.domain}`).join('\n'),
      placement,
      clause,
    ],
  }),
  list({
    name: 'domains',
    summary: 'the 6 security domains and what puts a thing into one',
    items: (from) => from.domains,
    columns: [{ title: 'id' }, { title: 'description', wrap: true }, { title: 'criteria', wrap: true }],
    row: ({ id, description, criteria }) => [
      id,
      description,
      criteria.map(({ question }) => `· ${question}`).join('\n'),
    ],
  }),
  list({
    name: 'actors',
    summary: 'who and what stands outside the scope, and where it comes in',
    items: (from) => from.actors,
    columns: [
      { title: 'id' },
      { title: 'name', wrap: true },
      { title: 'kind' },
      { title: 'comes in by' },
      { title: 'other names', wrap: true },
    ],
    row: ({ id, name, kind, carrier, aliases }) => [id, name, kind, carrier ?? '', aliases.join(', ')],
  }),
  list({
    name: 'lines',
    summary: 'the 59 lines, with how many messages go each way',
    more: '\nScopes: inside (both ends are components), boundary (one is), outside (none is).',
    items: (from) => from.lines.map(lineAnswer),
    columns: [
      { title: 'line', align: 'right' },
      { title: 'one end' },
      { title: 'other end' },
      { title: 'scope' },
      { title: 'to it', align: 'right' },
      { title: 'from it', align: 'right' },
    ],
    row: (line) => [line.line, line.ends[0]!, line.ends[1]!, line.scope, countOf(line, 0), countOf(line, 1)],
  }),
  list({
    name: 'scenarios',
    summary: 'the 59 scenarios of the 16 use cases',
    items: (from) => from.scenarios,
    columns: [
      { title: 'id' },
      { title: 'title', wrap: true },
      { title: 'title by' },
      { title: 'messages', align: 'right' },
    ],
    row: ({ id, title, titleSource, messages }) => [id, title, titleSource, messages.length],
  }),
  list({
    name: 'matrix',
    summary: 'the rows of matrix A.1: which control binds which component',
    items: (from) => from.matrix,
    columns: [
      { title: 'row' },
      { title: 'title', wrap: true },
      { title: 'text' },
      { title: 'marks', wrap: true },
      { title: 'comment', wrap: true },
    ],
    row: ({ id, title, hasText, marks, comment }) => [
      id,
      title,
      hasText ? 'yes' : 'no',
      marks.join(', '),
      comment,
    ],
  }),
  list({
    name: 'parameters',
    summary: 'every number of policy: range, default, where it comes from',
    items: (from) => from.parameters,
    columns: [
      { title: 'id' },
      { title: 'title', wrap: true },
      { title: 'default (range)' },
      { title: 'range by' },
      { title: 'clause', wrap: true },
    ],
    row: ({ id, title, minimum, maximum, default: normal, unit, rangeFrom, clause }) => [
      id,
      title,
      `${normal} ${unit} (${minimum}–${maximum})`,
      rangeFrom === 'profile' ? 'profile' : 'us',
      clause,
    ],
  }),
  list({
    name: 'errata',
    summary: 'what is wrong in v0.48 and what is done about it',
    items: (from) => from.errata,
    columns: [
      { title: 'id' },
      { title: 'clause', wrap: true },
      { title: 'finding', wrap: true },
      { title: 'done about it', wrap: true },
    ],
    row: ({ id, clause, finding, resolution }) => [id, clause, finding, resolution],
  }),
  list({
    name: 'roles',
    summary: 'the roles, what they may do and whom they exclude',
    items: (from) => from.roles,
    columns: [
      { title: 'id' },
      { title: 'purpose', wrap: true },
      { title: 'operations', wrap: true },
      { title: 'excludes', wrap: true },
    ],
    row: ({ id, purpose, operations, excludes }) => [id, purpose, operations.join(', '), excludes.join(', ')],
  }),
  list({
    name: 'events',
    summary: 'the catalogue of audit events',
    items: (from) => from.auditEvents,
    columns: [
      { title: 'id' },
      { title: 'title', wrap: true },
      { title: 'group' },
      { title: 'severity' },
      { title: 'clause' },
    ],
    row: ({ id, title, group, severity, clause }) => [id, title, group, severity, clause],
  }),
];

export function registerLists(parent: Command, context: CliContext): void {
  for (const definition of lists as readonly List<unknown>[]) {
    const command = parent.command(definition.name).description(definition.summary);
    if (definition.more) command.addHelpText('after', definition.more);
    command.action(() =>
      context.output.answer(definition.items(profile()), (items, style) =>
        renderTable(definition.columns, items.map(definition.row), style),
      ),
    );
  }
  registerControls(parent, context);
  registerExtensions(parent, context);
}

function registerControls(parent: Command, context: CliContext): void {
  parent
    .command('controls')
    .description('the 105 controls of section 5')
    .option('--family <id>', 'only this family, such as 2.15')
    .option('--class <class>', 'only this class: technical, partial, organizational, discouraged, hardware')
    .action((options: { family?: string; class?: string }) => {
      const from = profile();
      if (options.family !== undefined && !from.families.some(({ id }) => id === options.family)) {
        const known = from.families.map(({ id }) => id).join(', ');
        throw raiseCli('not-found', `there is no family ${options.family}; there are ${known}`);
      }
      const classes = [...new Set(from.controls.map((control) => control.class))];
      if (options.class !== undefined && !classes.some((known) => known === options.class)) {
        throw raiseCli('not-found', `there is no class ${options.class}; there are ${classes.join(', ')}`);
      }
      const controls = from.controls.filter(
        (control) =>
          (options.family === undefined || control.family === options.family) &&
          (options.class === undefined || control.class === options.class),
      );
      context.output.answer(controls, (items, style) =>
        renderTable(
          [
            { title: 'id' },
            { title: 'origin' },
            { title: 'title', wrap: true },
            { title: 'class' },
            { title: 'requirements', align: 'right' },
          ],
          items.map(({ id, origin, title, class: kind, requirements }) => [
            id,
            origin,
            title,
            kind,
            requirements.length,
          ]),
          style,
        ),
      );
    });
}

function registerExtensions(parent: Command, context: CliContext): void {
  parent
    .command('extensions')
    .description('what this project adds to v0.48, and why: texts, components, lines, messages')
    .action(() => {
      const from = profile();
      const answer = {
        texts: from.extensions,
        components: from.components.filter(({ origin }) => origin === 'extension'),
        lines: from.extensionLines.map((line) => ({ ...lineAnswer(line), reason: line.reason })),
        messages: from.extensionMessages,
      };
      context.output.answer(answer, showExtensions);
    });
}

function showExtensions(
  answer: Pick<Profile, 'components'> & {
    texts: Profile['extensions'];
    lines: readonly (LineAnswer & { reason: string })[];
    messages: Profile['extensionMessages'];
  },
  style: Style,
): string {
  return [
    renderTable(
      [
        { title: 'id' },
        { title: 'title', wrap: true },
        { title: 'what it adds', wrap: true },
        { title: 'mends', wrap: true },
      ],
      answer.texts.map(({ id, title, text, mends }) => [id, title, text, mends.join(', ')]),
      style,
    ),
    renderTable(
      [{ title: 'component' }, { title: 'domain' }, { title: 'what it is', wrap: true }],
      answer.components.map(({ id, domain, definition }) => [id, domain ?? '', definition]),
      style,
    ),
    renderTable(
      [
        { title: 'line' },
        { title: 'ends', wrap: true },
        { title: 'messages', align: 'right' },
        { title: 'why', wrap: true },
      ],
      answer.lines.map((line) => [
        line.line,
        line.ends.join(' – '),
        countOf(line, 0) + countOf(line, 1),
        line.reason,
      ]),
      style,
    ),
    renderTable(
      [
        { title: 'message on a line of the profile', wrap: true },
        { title: 'name', wrap: true },
        { title: 'kind' },
      ],
      answer.messages.map(({ id, name, kind }) => [id, name, kind]),
      style,
    ),
  ].join('\n\n');
}
