/** A request as one HTML page: no script, nothing loaded from elsewhere, made to be printed on A4. */
import { itemsOf, type RequestForProposals, type RequestItem, type RequestSection } from './request.ts';
import { pageFoot, pageStyle } from './style.ts';
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

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** Text as it may stand in HTML content and in quoted attributes. */
export const escapeHtml = (text: string): string => text.replaceAll(/[&<>"']/g, (each) => escapes[each]!);

const paragraph = (text: string): string => `<p>${escapeHtml(text)}</p>`;

/** A table of plain text. */
function plainTable(heading: readonly string[], rows: readonly (readonly string[])[], name: string): string {
  const head = heading.map((each) => `<th scope="col">${escapeHtml(each)}</th>`).join('');
  const body = rows
    .map((row) => `<tr>${row.map((each) => `<td>${escapeHtml(each)}</td>`).join('')}</tr>`)
    .join('\n');
  return `<table class="plain ${name}"><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`;
}

const boxes = answers.map((each) => `<span class="box">☐ ${each}</span>`).join('');

function itemRow({ number, requirement, applies }: RequestItem, answered: boolean): string {
  const { id, obligation, text, verification, evidence, clause } = requirement;
  const why = answered ? ` Applies to ${escapeHtml(reasonsText(applies))}.` : '';
  return [
    `<tr id="${escapeHtml(number)}">`,
    `<td class="number"><b>${escapeHtml(number)}</b><span class="id">${escapeHtml(id)}</span><span class="tag ${obligation}">${obligation}</span></td>`,
    `<td><p>${escapeHtml(text)}</p><p class="small">Clause ${escapeHtml(clause)}.${why}</p></td>`,
    `<td><p class="small"><b>${escapeHtml(verificationMeanings[verification])}.</b> ${escapeHtml(evidence)}</p></td>`,
    answered ? `<td class="answer">${boxes}</td><td class="write"></td><td class="write"></td>` : '',
    '</tr>',
  ].join('');
}

function controlBody(items: readonly RequestItem[], answered: boolean): string {
  const { control, rationale } = items[0]!;
  const width = answered ? 6 : 3;
  const why = rationale === '' ? '' : `<span class="why">${escapeHtml(rationale)}</span>`;
  return [
    `<tbody><tr class="control"><th scope="rowgroup" colspan="${width}">${escapeHtml(`${control.origin}-${control.id} ${control.title}`)}${why}</th></tr>`,
    ...items.map((item) => itemRow(item, answered)),
    '</tbody>',
  ].join('\n');
}

function familyTable(items: readonly RequestItem[], answered: boolean): string {
  const controls = new Map<string, RequestItem[]>();
  for (const item of items) controls.set(item.control.id, [...(controls.get(item.control.id) ?? []), item]);
  const heading = [
    'No.',
    'Requirement',
    answered ? 'How to show it' : 'How it is shown',
    ...(answered ? ['Complies', 'Comment', 'Evidence reference'] : []),
  ];
  return [
    `<table class="requirements ${answered ? 'answered' : 'annex'}">`,
    `<thead><tr>${heading.map((each) => `<th scope="col">${each}</th>`).join('')}</tr></thead>`,
    ...[...controls.values()].map((held) => controlBody(held, answered)),
    '</table>',
  ].join('\n');
}

function sectionHtml(section: RequestSection, answered: boolean): string {
  return [
    `<section id="section-${section.id}"><h2>${section.id}. ${escapeHtml(section.title)} <small>${itemsOf(section).length} requirements</small></h2>`,
    paragraph(section.introduction),
    ...section.families.map(
      ({ id, title, items }) =>
        `<h3 id="section-${section.id}-${id}">${escapeHtml(`${id} ${title}`)} <small>${items.length}</small></h3>\n${familyTable(items, answered)}`,
    ),
    '</section>',
  ].join('\n');
}

function contents(request: RequestForProposals): string {
  const entries = [...request.sections, request.annex].map(
    (section) =>
      `<li><a href="#section-${section.id}">${section.id}. ${escapeHtml(section.title)}</a> (${itemsOf(section).length})</li>`,
  );
  return `<nav aria-label="Contents"><ul>${entries.join('')}</ul></nav>`;
}

function frontMatter(request: RequestForProposals): string {
  return [
    '<section id="scope"><h2>Scope</h2>',
    ...scopeParagraphs(request).map(paragraph),
    plainTable(
      ['Component', 'What it is'],
      request.components.map(({ id, name, definition }) => [`${name} (${id})`, definition]),
      'components',
    ),
    '</section><section id="answer"><h2>How to answer</h2>',
    ...answerParagraphs.map(paragraph),
    plainTable(
      ['Answer', 'Meaning'],
      answers.map((each) => [each, answerMeanings[each]]),
      'answers',
    ),
    plainTable(
      ['Obligation', 'Meaning', 'On components', 'On the system', 'On the utility'],
      countRows(request).map(({ obligation, component, system, utility }) => [
        obligation,
        obligationMeanings[obligation],
        String(component),
        String(system),
        String(utility),
      ]),
      'counts',
    ),
    '</section>',
  ].join('\n');
}

/** The whole request as a page that stands alone; its policy forbids scripts and anything from elsewhere. */
export function requestHtml(request: RequestForProposals): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(request.title)}</title>
<style>${pageStyle}${pageFoot(markText(request))}</style>
</head>
<body>
<header><p class="mark">${escapeHtml(markText(request))}</p><h1>${escapeHtml(request.title)}</h1>
<p class="from">${escapeHtml(fromText(request))} · ${escapeHtml(`${request.profile.title} v${request.profile.version}`)}</p></header>
<main>
${contents(request)}
${frontMatter(request)}
${request.sections.map((section) => sectionHtml(section, true)).join('\n')}
${sectionHtml(request.annex, false)}
</main>
<footer><p class="mark">${escapeHtml(markText(request))}</p></footer>
</body>
</html>
`;
}
