/** The singular commands of `wattward profile`: one thing each, with everything that hangs on it. */
import {
  actorById,
  type Component,
  type Control,
  componentById,
  controlById,
  controlsFor,
  endNamed,
  find,
  type Line,
  lineById,
  linesOf,
  messageById,
  type Protection,
  partById,
  profile,
  protectionOf,
  requirementsFor,
  scenarioMessages,
} from '@wattward/profile';
import type { Command } from 'commander';
import { raiseCli } from './errors.ts';
import { exitCodes } from './exit-codes.ts';
import { lineAnswer } from './profile-lists.ts';
import type { CliContext } from './program.ts';
import { bold, dim, renderFields, renderTable, type Style, wrapText } from './table.ts';

const nameOf = (end: string) =>
  componentById(end)?.name ?? partById(end)?.part.name ?? actorById(end)?.name ?? end;

const section = (title: string, text: string, style: Style) =>
  text === '' ? '' : `\n${bold(title, style)}\n${wrapText(text, style.width).join('\n')}\n`;

// ------------------------------------------------------------------ components

function componentAnswer(name: string) {
  const part = partById(name);
  const end = part?.whole ?? endNamed(name);
  if (end === undefined)
    throw raiseCli('not-found', `there is no component or actor ${name}`, { remedy: nearest(name) });
  if (!('parts' in end)) return { actor: end, lines: linesOf(end.id).map(lineRow) };
  const subject = part?.part.id ?? end.id;
  return {
    component: end as Component,
    ...(part ? { part: part.part } : {}),
    lines: linesOf(subject).map(lineRow),
    controls: controlsFor(subject).map(({ control, reasons }) => ({
      id: control.id,
      title: control.title,
      class: control.class,
      reasons,
    })),
    requirements: requirementsFor(subject).map(({ requirement, reason }) => ({
      id: requirement.id,
      obligation: requirement.obligation,
      reason,
    })),
  };
}

function lineRow(line: Line) {
  const count = line.directions.reduce((sum, direction) => sum + direction.messages.length, 0);
  return { line: line.id, ends: line.ends, scope: line.scope, origin: line.origin, messages: count };
}

function nearest(name: string): string {
  const folded = name.toLowerCase().replaceAll(/[\s_]+/g, '-');
  const ids = profile().components.map(({ id }) => id as string);
  const close = ids.filter((id) => id.includes(folded) || folded.includes(id));
  return close.length > 0
    ? `Did you mean ${close.join(' or ')}?`
    : 'List them with `wattward profile components`.';
}

function showComponent(answer: ReturnType<typeof componentAnswer>, style: Style): string {
  const rows = answer.lines.map(({ line, ends, scope, messages, origin }) => [
    line,
    ends.join(' – '),
    scope,
    messages,
    origin === 'profile' ? '' : 'ours',
  ]);
  const lines = renderTable(
    [
      { title: 'line', align: 'right' },
      { title: 'ends', wrap: true },
      { title: 'scope' },
      { title: 'messages', align: 'right' },
      { title: '' },
    ],
    rows,
    style,
  );
  if ('actor' in answer) {
    const { id, name, kind, carrier, aliases, clause } = answer.actor;
    const fields = [
      ['name', name],
      ['id', id],
      ['outside the scope', kind],
      ['comes in by', carrier ?? 'no component'],
      ['also called', aliases.join(', ')],
      ['clause', clause],
    ] as const;
    return `${renderFields(fields, style)}\n\n${lines}`;
  }
  const { component, part, controls, requirements } = answer;
  const must = requirements.filter(({ obligation }) => obligation === 'shall').length;
  const fields: [string, string][] = [
    ['name', part?.name ?? component.name],
    ['id', part?.id ?? component.id],
    ['clause', part?.clause ?? component.clause],
    [
      'domain',
      part?.domain ??
        component.domain ??
        component.parts.map((each) => `${each.id} in ${each.domain}`).join('; '),
    ],
    ['what it is', part?.definition ?? component.definition],
    ['placed', `${component.placement}. ${component.placementReason}`],
    ['also called', component.aliases.join(', ')],
    ['bound by', `${controls.length} controls, ${requirements.length} requirements, ${must} of them "shall"`],
  ];
  return [
    renderFields(
      fields.filter(([, value]) => value !== ''),
      style,
    ),
    '',
    lines,
    '',
    renderTable(
      [
        { title: 'control' },
        { title: 'title', wrap: true },
        { title: 'class' },
        { title: 'why', wrap: true },
      ],
      controls.map(({ id, title, class: kind, reasons }) => [id, title, kind, reasons[0]!.text]),
      style,
    ),
  ].join('\n');
}

// ------------------------------------------------------------------ lines, messages, scenarios

function showLine(line: Line, style: Style): string {
  const parts = [
    bold(`Line ${line.id}: ${line.ends.map(nameOf).join(' – ')}`, style),
    dim(`${line.scope}${line.origin === 'profile' ? '' : ', an extension of ours'}; ${line.clause}`, style),
  ];
  if (line.reason !== '') parts.push(...wrapText(line.reason, style.width));
  for (const { destination, messages } of line.directions) {
    parts.push('', bold(`to ${nameOf(destination)}`, style));
    if (messages.length === 0) parts.push('  no message in v0.48');
    else {
      parts.push(
        renderTable(
          [
            { title: 'message' },
            { title: 'name', wrap: true },
            { title: 'kind' },
            { title: 'label' },
            { title: 'priority' },
            { title: 'scenarios', wrap: true },
          ],
          messages.map(({ id, name, kind, label, priority, references }) => [
            id,
            name,
            kind,
            label,
            priority,
            references.join(', '),
          ]),
          style,
        ),
      );
    }
  }
  return parts.join('\n');
}

function showMessage({ message, path, crossings, controls }: Protection, style: Style): string {
  const where = (domain: string | undefined) => domain ?? 'outside';
  return [
    renderFields(
      [
        ['message', message.name],
        ['id', message.id],
        ['from, to', `${nameOf(message.source)} → ${nameOf(message.destination)} on line ${message.line}`],
        ['scope', message.origin === 'profile' ? message.scope : `${message.scope}, an extension of ours`],
        ['kind', message.kind],
        ['label', message.label],
        ['priority', message.priority],
        ['scenarios', message.references.join(', ') || 'none'],
        ['way', path.map(({ end, domain }) => `${end} (${where(domain)})`).join(' → ')],
        [
          'crosses',
          crossings.map(({ from, to }) => `${where(from)} → ${where(to)}`).join('; ') || 'no boundary',
        ],
      ],
      style,
    ),
    '',
    controls.length === 0
      ? 'No control binds it: both its ends are outside the scope.'
      : renderTable(
          [{ title: 'protected by' }, { title: 'title', wrap: true }, { title: 'because', wrap: true }],
          controls.map(({ control, because }) => [control.id, control.title, because]),
          style,
        ),
  ].join('\n');
}

function showScenario({ scenario, messages }: ReturnType<typeof scenarioMessages>, style: Style): string {
  const titleBy = {
    ours: 'title by this project',
    published: 'title as published',
    profile: 'title of the profile',
  };
  return [
    bold(`${scenario.id}: ${scenario.title}`, style),
    dim(`${titleBy[scenario.titleSource]}; the order of the messages is ours`, style),
    ...wrapText(scenario.gist, style.width),
    ...(scenario.note === '' ? [] : wrapText(`Note: ${scenario.note}`, style.width)),
    '',
    renderTable(
      [
        { title: '', align: 'right' },
        { title: 'from' },
        { title: 'to' },
        { title: 'message', wrap: true },
        { title: 'line', align: 'right' },
        { title: 'scope' },
      ],
      messages.map(({ source, destination, name, line, scope }, i) => [
        i + 1,
        source,
        destination,
        name,
        line,
        scope,
      ]),
      style,
    ),
  ].join('\n');
}

// ------------------------------------------------------------------ controls

function showRequirement(each: Control['requirements'][number], style: Style): string {
  const { whom } = each.subject;
  const traits = [
    each.obligation,
    typeof whom === 'string' ? whom : whom.join(', '),
    each.verification,
    `black box: ${each.blackBox}`,
  ];
  const indented = (text: string) => wrapText(text, style.width - 2).map((line) => `  ${line}`);
  return [
    `${bold(each.id, style)}  ${dim(`${traits.join(' · ')} · ${each.clause}`, style)}`,
    ...indented(each.text),
    ...indented(`Shown by: ${each.evidence}`),
    '',
  ].join('\n');
}

function showControl(control: Control, style: Style): string {
  const { id, origin, title, class: kind, requirements } = control;
  return [
    bold(`${origin}-${id} ${title}`, style),
    dim(`${kind}; in our own words, clause by clause`, style),
    section('Requirement', control.requirement, style),
    section('Guidance', control.guidance, style),
    section('Enhancements', control.enhancements, style),
    section('Rationale', control.rationale || 'v0.48 gives none.', style),
    bold('Atomic requirements', style),
    ...requirements.map((each) => showRequirement(each, style)),
  ]
    .filter((part) => part !== '')
    .join('\n');
}

// ------------------------------------------------------------------ commands

/** Adds `component`, `line`, `message`, `scenario`, `control` and `find`. */
export function registerDetails(parent: Command, { output, exit }: CliContext): void {
  parent
    .command('component <name>')
    .description('one component, part of a meter or actor: where it stands, its lines, what binds it')
    .addHelpText(
      'after',
      '\nExamples:\n  wattward profile component head-end\n  wattward profile component meter.han\n  wattward profile component "Outage Management System"',
    )
    .action((name: string) => output.answer(componentAnswer(name), showComponent));
  parent
    .command('line <number>')
    .description('one line with its messages both ways')
    .action((number: string) => {
      const line = lineById(number);
      output.answer(lineAnswer(line), (_, style) => showLine(line, style));
    });
  parent
    .command('message <id>')
    .description('one message: from where to where, and what protects it on its way')
    .addHelpText('after', '\nExample:\n  wattward profile message L1.meter.on-demand-turn-off-command')
    .action((id: string) => {
      messageById(id);
      output.answer(protectionOf(id), showMessage);
    });
  parent
    .command('scenario <id>')
    .description('one scenario with its messages in order')
    .action((id: string) => output.answer(scenarioMessages(id), showScenario));
  parent
    .command('control <id>')
    .description('one control with its text, its atomic requirements and how each is shown')
    .addHelpText(
      'after',
      '\nExamples:\n  wattward profile control 2.17.1\n  wattward profile control ASAP-2.10.7 --json',
    )
    .action((id: string) => output.answer(controlById(id), showControl));
  parent
    .command('find <words...>')
    .description('everything in the profile that speaks of these words')
    .action((words: string[]) => {
      const found = find(words.join(' '));
      if (found.length === 0) exit(exitCodes.no);
      output.answer(found, (items, style) =>
        items.length === 0
          ? `Nothing speaks of "${words.join(' ')}".`
          : renderTable(
              [{ title: 'what' }, { title: 'id' }, { title: 'title', wrap: true }],
              items.map(({ kind, id, title }) => [kind, id, title]),
              style,
            ),
      );
    });
}
