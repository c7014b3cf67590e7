import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  type AnswerCells,
  answeredWorkbook,
  answerRows,
  fullYes,
  type Variation,
} from '../../test/answered.ts';
import { requestCsv } from './csv.ts';
import { readAnswers } from './read.ts';
import { itemsOf, requestForProposals } from './request.ts';
import { type Score, scoreAnswers } from './score.ts';

const request = requestForProposals({ components: ['meter'], date: '2026-01-31' });
const asked = itemsOf(...request.sections);

async function scored(variation: Variation): Promise<Score> {
  const octets = await answeredWorkbook(request, variation);
  return scoreAnswers(await readAnswers(octets, { name: 'offer.xlsx' }));
}

/** Yes to all but these. */
const but = (special: Readonly<Record<string, AnswerCells | undefined>>): Variation => ({
  answer: (id) => (Object.hasOwn(special, id) ? special[id] : fullYes),
});

const idsOf = (items: readonly { readonly id: string }[]) => items.map(({ id }) => id);

test('yes with evidence to everything is complete', async () => {
  const score = await scored({});
  assert.equal(score.verdict, 'complete');
  assert.equal(score.total.requirements, asked.length);
  assert.equal(score.total.compliancePercent, 100);
  assert.deepEqual([score.gaps, score.missingEvidence, score.unexplained], [[], [], []]);
  assert.deepEqual([score.unknown, score.duplicates, score.missing], [[], [], []]);
});

test('no, partly and nothing are gaps of what binds, with the row in which they stand', async () => {
  const score = await scored(
    but({
      '2.8.2/R.1': { complies: 'no', comment: 'one listener' },
      '2.8.3/R.1': { complies: 'Partly ' },
      '2.8.3/G.1': {},
      '2.8.2/G.1': { complies: 'no', comment: 'a "should" is no gap' },
    }),
  );
  assert.equal(score.verdict, 'gaps');
  assert.deepEqual(
    score.gaps.map(({ id, answer, row }) => [id, answer, row]),
    [
      ['2.8.2/R.1', 'no', 2],
      ['2.8.3/R.1', 'partly', 4],
      ['2.8.3/G.1', 'empty', 5],
    ],
  );
  assert.deepEqual(idsOf(score.unexplained), ['2.8.3/R.1']);
  const { total } = score;
  assert.deepEqual([total.no, total.partly, total.empty], [2, 1, 1]);
  assert.equal(total.yes + total.no + total.partly + total.empty + total.notApplicable, total.requirements);
});

test('counts by obligation and by family add up to the whole', async () => {
  const score = await scored(
    but({ '2.8.2/R.1': { complies: 'no', comment: 'x' }, '2.8.2/G.2': { complies: 'n/a' } }),
  );
  for (const groups of [score.byObligation, score.byFamily]) {
    for (const key of ['requirements', 'yes', 'partly', 'no', 'notApplicable', 'empty'] as const) {
      assert.equal(
        groups.reduce((sum, group) => sum + group[key], 0),
        score.total[key],
        key,
      );
    }
  }
  const family = score.byFamily.find((each) => each.family === '2.8')!;
  assert.equal(family.no, 1);
  assert.equal(family.notApplicable, 1);
  assert.equal(family.compliancePercent, Math.floor((100 * family.yes) / (family.requirements - 1)));
  assert.deepEqual(
    score.byObligation.map(({ obligation }) => obligation),
    ['shall', 'should', 'may'],
  );
});

test('"not applicable" is no gap, and without a reason it is listed', async () => {
  const score = await scored(
    but({
      '2.8.2/R.1': { complies: 'NA' },
      '2.8.3/R.1': { complies: 'Not  applicable', comment: 'no such part' },
    }),
  );
  assert.equal(score.verdict, 'complete');
  assert.deepEqual(idsOf(score.unexplained), ['2.8.2/R.1']);
});

test('yes without evidence is listed', async () => {
  const score = await scored(but({ '2.8.3/R.1': { complies: 'yes', evidence: '   ' } }));
  assert.deepEqual(idsOf(score.missingEvidence), ['2.8.3/R.1']);
  assert.equal(score.missingEvidence[0]!.row, 4);
  assert.equal(score.verdict, 'complete');
});

test('rows that are unknown, twice or missing are told; a missing one that binds is a gap', async () => {
  const score = await scored({
    answer: (id) => (id === '2.8.2/R.1' ? undefined : fullYes),
    more: [
      { ...fullYes, id: '9.9.9/R.1' },
      { id: '2.8.3/R.1', complies: 'no', comment: 'said twice' },
    ],
  });
  assert.deepEqual(score.unknown, [{ id: '9.9.9/R.1', row: asked.length + 1 }]);
  assert.deepEqual(score.duplicates, [{ id: '2.8.3/R.1', row: asked.length + 2, first: 3 }]);
  assert.deepEqual(score.missing, ['2.8.2/R.1']);
  assert.deepEqual(
    score.gaps.map(({ id, answer, row }) => [id, answer, row]),
    [['2.8.2/R.1', 'missing', undefined]],
  );
});

test('a file that is not this request, without a gap, is a mismatch', async () => {
  const other = await scored({ facts: { 'Profile version': '0.49' } });
  assert.deepEqual(other.profileVersion, { file: '0.49', current: '0.48', match: false });
  assert.equal(other.verdict, 'mismatch');
  const stranger = await scored({ more: [{ ...fullYes, id: '9.9.9/R.1' }] });
  assert.equal(stranger.verdict, 'mismatch');
});

test('a row never asked for is unknown: the scope travels with the file', async () => {
  const narrow = await scored({ facts: { Obligations: 'shall' } });
  assert.ok(narrow.unknown.length > 10);
  assert.equal(narrow.total.requirements, narrow.byObligation[0]!.requirements);
});

test('a scope that the profile does not have is refused', async () => {
  await assert.rejects(scored({ facts: { Components: 'meter toaster' } }), { code: 'rfp/scope' });
});

test('CSV scores as the workbook does', async () => {
  const lines = requestCsv(request).split('\r\n');
  const answered = lines
    .map((line) => line.replace(/,,,,(wattward-rfp [^,]*)$/, ',yes,,"Manual, chapter 3",$1'))
    .join('\r\n');
  const read = await readAnswers(new TextEncoder().encode(answered), { name: 'offer.csv' });
  const score = scoreAnswers(read);
  assert.equal(score.verdict, 'complete');
  assert.equal(score.total.yes, asked.length);
  assert.equal(answerRows(request, {}).length, asked.length + 1);
});
