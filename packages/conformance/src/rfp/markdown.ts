/** A request as Markdown with tables, for people who answer in a text file or paste it into a document. */
import { itemsOf, type RequestForProposals, type RequestItem, type RequestSection } from './request.ts';
import {
  answerMeanings,
  answerParagraphs,
  answers,
  countRows,
  fromText,
  markText,
  obligationMeanings,
  reasonsText,
  scopeParagraphs,
  verificationMeanings,
} from './wording.ts';

/** Text that stands in a cell or paragraph and means nothing to Markdown or HTML. */
export function escapeMarkdown(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .trim()
    .replaceAll(/[\\`*_[\]|#~]/g, '\\$&')
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;');
}

const row = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;

function table(heading: readonly string[], rows: readonly (readonly string[])[]): string {
  return [row(heading), row(heading.map(() => '---')), ...rows.map(row)].join('\n');
}

function controlHeading({ control }: RequestItem): string {
  return `#### ${control.origin}-${control.id} ${escapeMarkdown(control.title)}`;
}

function itemRow({ number, requirement, applies }: RequestItem, answered: boolean): readonly string[] {
  const cells = [
    number,
    requirement.id,
    requirement.obligation,
    escapeMarkdown(requirement.text),
    ...(answered ? [escapeMarkdown(reasonsText(applies))] : []),
    escapeMarkdown(`${verificationMeanings[requirement.verification]}. ${requirement.evidence}`),
  ];
  return answered ? [...cells, '', '', ''] : cells;
}

const answeredHeading = [
  'No.',
  'Requirement',
  'Obligation',
  'Text',
  'Why it applies',
  'How to show it',
  'Complies',
  'Comment',
  'Evidence reference',
];
const annexHeading = ['No.', 'Requirement', 'Obligation', 'Text', 'How it is shown'];

function sectionText(section: RequestSection, answered: boolean): string {
  const families = section.families.map(({ id, title, items }) => {
    const controls = new Map<string, RequestItem[]>();
    for (const item of items) {
      controls.set(item.control.id, [...(controls.get(item.control.id) ?? []), item]);
    }
    const tables = [...controls.values()].map((held) =>
      [
        controlHeading(held[0]!),
        ...(held[0]!.rationale === '' ? [] : [`*Why:* ${escapeMarkdown(held[0]!.rationale)}`]),
        table(
          answered ? answeredHeading : annexHeading,
          held.map((item) => itemRow(item, answered)),
        ),
      ].join('\n\n'),
    );
    return [`### ${id} ${escapeMarkdown(title)}`, ...tables].join('\n\n');
  });
  const heading = `## ${section.id}. ${section.title} (${itemsOf(section).length})`;
  return [heading, section.introduction, ...families].join('\n\n');
}

/** The whole request as Markdown: front matter, the sections to answer, the annex. */
export function requestMarkdown(request: RequestForProposals): string {
  return `${[
    `# ${escapeMarkdown(request.title)}`,
    `**${markText(request)}**`,
    escapeMarkdown(fromText(request)),
    '## Scope',
    ...scopeParagraphs(request).map(escapeMarkdown),
    table(
      ['Component', 'What it is'],
      request.components.map(({ id, name, definition }) => [
        `${escapeMarkdown(name)} (${id})`,
        escapeMarkdown(definition),
      ]),
    ),
    '## How to answer',
    ...answerParagraphs.map(escapeMarkdown),
    table(
      ['Answer', 'Meaning'],
      answers.map((each) => [each, answerMeanings[each]]),
    ),
    table(
      ['Obligation', 'Meaning', 'on components', 'on the system', 'on the utility'],
      countRows(request).map(({ obligation, component, system, utility }) => [
        obligation,
        obligationMeanings[obligation],
        String(component),
        String(system),
        String(utility),
      ]),
    ),
    ...request.sections.map((section) => sectionText(section, true)),
    sectionText(request.annex, false),
  ].join('\n\n')}\n`;
}
