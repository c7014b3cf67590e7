/** What a request says around its requirements, the same in every format. */
import type { Obligation, Verification } from '@wattward/profile';
import {
  type Application,
  itemsOf,
  obligations,
  type PartLetter,
  type RequestForProposals,
} from './request.ts';

/** What a vendor may answer. */
export const answers = ['yes', 'partly', 'no', 'not applicable'] as const;
export type Answer = (typeof answers)[number];

export const answerMeanings: Readonly<Record<Answer, string>> = {
  yes: 'The product as offered meets it in full. An evidence reference is needed.',
  partly: 'It is met in part; the comment says what is missing and when it will be there.',
  no: 'It is not met; the comment says what the product does instead.',
  'not applicable': 'It makes no sense for this product; the comment says why.',
};

export const obligationMeanings: Readonly<Record<Obligation, string>> = {
  shall: 'binding: "no", "partly" and an empty answer are gaps, "not applicable" needs a reason',
  should: 'expected; a deviation needs a reason',
  may: 'welcome; it distinguishes offers',
};

export const verificationMeanings: Readonly<Record<Verification, string>> = {
  probe: 'Test of the running product',
  document: 'Inspection of a record',
  'lab-statement': 'Statement of a laboratory or validation programme',
};

export const partMeanings: Readonly<Record<PartLetter, string>> = {
  R: 'requirement',
  E: 'requirement enhancement',
  G: 'supplemental guidance',
};

/** `AMI Meter: addresses every component` for each reason, components with the same reason together. */
export function reasonsText(applies: readonly Application[]): string {
  const byReason = new Map<string, string[]>();
  for (const { component, because } of applies) {
    byReason.set(because, [...(byReason.get(because) ?? []), component]);
  }
  return [...byReason].map(([because, components]) => `${components.join(', ')}: ${because}`).join('; ');
}

export const fromText = ({ utility, date }: RequestForProposals): string =>
  utility === '' ? date : `${utility}, ${date}`;

/** The mark that stands on every page (2.9.4, 2.9.7). */
export const markText = ({ classification }: RequestForProposals): string =>
  `${classification.toUpperCase()}. Once answered: at least CONFIDENTIAL.`;

/** What is asked and on what ground, in paragraphs. */
export function scopeParagraphs(request: RequestForProposals): readonly string[] {
  const { profile, components, obligations: force, parts, annex, sections } = request;
  const asked = itemsOf(...sections).length;
  return [
    `This request asks for ${components.map(({ name }) => name).join(', ')} that can be operated within the ${profile.title}, version ${profile.version} (${profile.date}). It holds ${asked} requirements to answer and, in an annex, ${itemsOf(annex).length} that the utility fulfils itself.`,
    `Obligations asked for: ${force.join(', ')}. Parts of the controls asked for: ${parts.map((part) => `${part} (${partMeanings[part]})`).join(', ')}.`,
    'Each requirement is one duty that can be shown on its own. Its id is that of the profile’s control, the part of the control and a number within the part; it stays the same in every request, while the number before it belongs to this request only. The wording is a paraphrase; where it and the profile differ, the profile’s clause decides.',
  ];
}

/** How the vendor answers, in paragraphs. */
export const answerParagraphs: readonly string[] = [
  `Fill in three columns and change nothing else: "Complies" with one of ${answers.map((each) => `"${each}"`).join(', ')}; "Comment"; "Evidence reference" with the document, chapter, test report or certificate that shows it.`,
  'The column "How to show it" says what will be asked for in the evaluation. A test is done on the product as offered, with its documentation at hand.',
  'An empty answer counts as "no". A "yes" without an evidence reference is listed for follow-up.',
];

export interface CountRow {
  readonly obligation: Obligation;
  readonly component: number;
  readonly system: number;
  readonly utility: number;
}

/** How many requirements each section holds, by obligation. */
export function countRows(request: RequestForProposals): readonly CountRow[] {
  const [a, b] = request.sections;
  const count = (section: typeof a, obligation: Obligation) =>
    itemsOf(section!).filter(({ requirement }) => requirement.obligation === obligation).length;
  return obligations
    .filter((each) => request.obligations.includes(each))
    .map((obligation) => ({
      obligation,
      component: count(a, obligation),
      system: count(b, obligation),
      utility: count(request.annex, obligation),
    }));
}
