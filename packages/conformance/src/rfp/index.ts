/** Requests for proposals, in five formats, and the score of their answers. */
export { requestCsv } from './csv.ts';
export { requestHtml } from './html.ts';
export { requestDocument } from './json.ts';
export { requestMarkdown } from './markdown.ts';
export { requestOscal } from './oscal.ts';
export { type ReadOptions, type ReadRequest, readAnswers } from './read.ts';
export {
  type Application,
  type Classification,
  classifications,
  itemsOf,
  obligations,
  type PartLetter,
  partLetters,
  type RequestForProposals,
  type RequestItem,
  type RequestOptions,
  type RequestScope,
  type RequestSection,
  requestForProposals,
} from './request.ts';
export { type Score, type ScoreCounts, type ScoreItem, scoreAnswers } from './score.ts';
export { type Answer, answers, countRows } from './wording.ts';
export { requestWorkbook } from './xlsx.ts';
