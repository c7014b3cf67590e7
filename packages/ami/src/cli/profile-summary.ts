/** One screen that says what the profile holds. Every number is counted from the data, none is written here. */
import { extensionMessages, type Profile, profile, profileMessages } from '@wattward/profile';
import { bold, renderTable, type Style } from './table.ts';

type Counts = Readonly<Record<string, number>>;

export interface ProfileSummary {
  readonly title: string;
  readonly version: string;
  readonly date: string;
  readonly components: number;
  readonly domains: number;
  readonly actors: number;
  readonly lines: { readonly total: number; readonly directions: number; readonly emptyDirections: number };
  readonly linesByScope: Counts;
  readonly messages: number;
  readonly messagesByScope: Counts;
  readonly useCases: number;
  readonly scenarios: number;
  readonly controls: number;
  readonly controlsByClass: Counts;
  readonly controlsByFamily: readonly {
    readonly family: string;
    readonly title: string;
    readonly controls: number;
    readonly requirements: number;
  }[];
  readonly requirements: {
    readonly total: number;
    readonly fromRequirements: number;
    readonly fromEnhancements: number;
    readonly fromGuidance: number;
  };
  readonly requirementsByObligation: Counts;
  readonly requirementsByVerification: Counts;
  readonly requirementsByBlackBox: Counts;
  readonly matrixRows: number;
  readonly parameters: number;
  readonly errata: number;
  readonly extensions: {
    readonly texts: number;
    readonly components: number;
    readonly lines: number;
    readonly messages: number;
  };
}

function countBy<T>(items: readonly T[], key: (item: T) => string): Counts {
  const counts: Record<string, number> = {};
  for (const item of items) counts[key(item)] = (counts[key(item)] ?? 0) + 1;
  return counts;
}

/** Counts everything; `from` is for tests. */
export function profileSummary(from: Profile = profile()): ProfileSummary {
  const messages = profileMessages(from);
  const directions = from.lines.flatMap((line) => line.directions);
  const requirements = from.controls.flatMap((control) => control.requirements);
  const part = (letter: string) => requirements.filter(({ id }) => id.includes(`/${letter}.`)).length;
  return {
    title: from.title,
    version: from.version,
    date: from.date,
    components: from.components.filter(({ origin }) => origin === 'profile').length,
    domains: from.domains.length,
    actors: from.actors.length,
    lines: {
      total: from.lines.length,
      directions: directions.length,
      emptyDirections: directions.filter((direction) => direction.messages.length === 0).length,
    },
    linesByScope: countBy(from.lines, (line) => line.scope),
    messages: messages.length,
    messagesByScope: countBy(messages, (message) => message.scope),
    useCases: from.useCases.length,
    scenarios: from.scenarios.length,
    controls: from.controls.length,
    controlsByClass: countBy(from.controls, (control) => control.class),
    controlsByFamily: from.families.map(({ id, title }) => {
      const members = from.controls.filter(({ family }) => family === id);
      const held = members.reduce((sum, control) => sum + control.requirements.length, 0);
      return { family: id, title, controls: members.length, requirements: held };
    }),
    requirements: {
      total: requirements.length,
      fromRequirements: part('R'),
      fromEnhancements: part('E'),
      fromGuidance: part('G'),
    },
    requirementsByObligation: countBy(requirements, ({ obligation }) => obligation),
    requirementsByVerification: countBy(requirements, ({ verification }) => verification),
    requirementsByBlackBox: countBy(requirements, ({ blackBox }) => blackBox),
    matrixRows: from.matrix.length,
    parameters: from.parameters.length,
    errata: from.errata.length,
    extensions: {
      texts: from.extensions.length,
      components: from.components.filter(({ origin }) => origin === 'extension').length,
      lines: from.extensionLines.length,
      messages: extensionMessages(from).length,
    },
  };
}

const listed = (counts: Counts) =>
  Object.entries(counts)
    .map(([name, count]) => `${count} ${name}`)
    .join(', ');

export function showSummary(summary: ProfileSummary, style: Style): string {
  const { lines, requirements, extensions } = summary;
  const rows: [string, number, string][] = [
    [
      'components',
      summary.components,
      `in ${summary.domains} security domains; ${summary.actors} actors outside the scope`,
    ],
    [
      'lines',
      lines.total,
      `${listed(summary.linesByScope)}; ${lines.directions} directions, ${lines.emptyDirections} of them empty`,
    ],
    ['messages', summary.messages, listed(summary.messagesByScope)],
    ['scenarios', summary.scenarios, `of ${summary.useCases} use cases`],
    ['controls', summary.controls, listed(summary.controlsByClass)],
    [
      'requirements',
      requirements.total,
      `atomic: ${requirements.fromRequirements} from requirements, ${requirements.fromEnhancements} from enhancements, ${requirements.fromGuidance} from guidance; ${listed(summary.requirementsByObligation)}`,
    ],
    [
      '',
      0,
      `shown by ${listed(summary.requirementsByVerification)}; black box: ${listed(summary.requirementsByBlackBox)}`,
    ],
    ['matrix rows', summary.matrixRows, 'controls against components (appendix A.1)'],
    ['parameters', summary.parameters, 'numbers of policy, each with its range and default'],
    ['errata', summary.errata, 'findings in v0.48, each with what is done about it'],
    [
      'extensions',
      extensions.texts,
      `ours, and labelled so: ${extensions.components} components, ${extensions.lines} lines, ${extensions.messages} messages`,
    ],
  ];
  return [
    bold(`${summary.title} v${summary.version} (${summary.date})`, style),
    '',
    renderTable(
      [{ title: 'what' }, { title: 'how many', align: 'right' }, { title: 'of which', wrap: true }],
      rows.map(([what, count, note]) => [what, what === '' ? '' : count, note]),
      style,
    ),
    '',
    renderTable(
      [
        { title: 'family' },
        { title: 'title', wrap: true },
        { title: 'controls', align: 'right' },
        { title: 'requirements', align: 'right' },
      ],
      summary.controlsByFamily.map(({ family, title, controls, requirements: held }) => [
        family,
        title,
        controls,
        held,
      ]),
      style,
    ),
  ].join('\n');
}
