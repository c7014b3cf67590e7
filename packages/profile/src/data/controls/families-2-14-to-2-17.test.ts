import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedPath } from '../../../../../tools/shared.ts';
import type { Control, Requirement } from '../../model.ts';
import { controls214 } from './family-2-14.ts';
import { controls215a } from './family-2-15a.ts';
import { controls215b } from './family-2-15b.ts';
import { controls216 } from './family-2-16.ts';
import { controls217 } from './family-2-17.ts';

const controls: readonly Control[] = [
  ...controls214,
  ...controls215a,
  ...controls215b,
  ...controls216,
  ...controls217,
];
const requirements: readonly Requirement[] = controls.flatMap((control) => control.requirements);
const families = ['2.14', '2.15', '2.16', '2.17'];

const analysisFile = 'profile/controls-analysis.json';
const seedFile = 'seeds/security-profile-for-ami-v0.48.txt';

interface Analysis {
  readonly controls: readonly {
    readonly id: string;
    readonly source_id: string;
    readonly title: string;
    readonly family: string;
    readonly class: string;
    readonly applies_to: { readonly marks: readonly string[] };
  }[];
  readonly counts: { readonly sections_without_rationale: readonly string[] };
}

const classNames: Readonly<Record<string, Control['class']>> = {
  'technical-component': 'technical',
  'technical-partial': 'partial',
  organizational: 'organizational',
  'discouraged-na': 'discouraged',
  'hardware-physical': 'hardware',
};

function requirementsOf(id: string): readonly Requirement[] {
  return controls.find((control) => control.id === id)?.requirements ?? [];
}

test('the four families hold 12, 30, 14 and 1 controls, in the order of their numbers', () => {
  const sequence = (family: string, last: number) =>
    Array.from({ length: last }, (_, index) => `${family}.${index + 1}`);
  assert.deepEqual(
    controls.map((control) => control.id),
    [...sequence('2.14', 12), ...sequence('2.15', 30), ...sequence('2.16', 14), ...sequence('2.17', 1)],
  );
});

test(
  'ids, titles, origins and classes agree with the reading in the shared material',
  needsShared(analysisFile),
  () => {
    const expected = sharedJson<Analysis>(analysisFile)
      .controls.filter((control) => families.includes(control.family))
      .map((control) => ({
        id: control.id,
        origin: control.source_id.split('-')[0],
        title: control.title,
        family: control.family,
        class: classNames[control.class],
      }));
    const ours = controls.map(({ id, origin, title, family, class: kind }) => {
      return { id, origin, title, family, class: kind };
    });
    assert.deepEqual(ours, expected);
  },
);

test('every requirement has a unique id of its control and a clause of the part that the id names', () => {
  assert.equal(new Set(requirements.map((requirement) => requirement.id)).size, requirements.length);
  const section: Readonly<Record<string, string>> = { R: '1', G: '2', E: '3' };
  for (const control of controls) {
    for (const { id, clause } of control.requirements) {
      const match = /^(\d+\.\d+\.\d+)\/([RGE])\.\d+(?:\.\d+){0,2}$/.exec(id);
      assert.ok(match, id);
      assert.equal(match[1], control.id);
      assert.match(clause, /^[\d.]+(?: |$)/, id);
      assert.equal(clause.split(' ')[0], `${control.id}.${section[match[2]!]}`, id);
    }
  }
});

test('numbers run from 1 without a gap in each part of a control', () => {
  for (const control of controls) {
    for (const part of ['R', 'G', 'E']) {
      const numbers = new Set<number>();
      for (const { id } of control.requirements) {
        const number = new RegExp(`/${part}\\.(\\d+)`).exec(id)?.[1];
        if (number !== undefined) numbers.add(Number(number));
      }
      const expected = Array.from({ length: numbers.size }, (_, index) => index + 1);
      assert.deepEqual([...numbers], expected, `${control.id} ${part}`);
    }
  }
});

test('the enhancements of 2.14.3 are 23 duties, seven of them for the field tool alone', () => {
  const enhancements = requirementsOf('2.14.3').filter((each) => each.id.includes('/E.'));
  assert.equal(enhancements.length, 23);
  const fieldTool = enhancements.filter((each) => each.id.startsWith('2.14.3/E.16.'));
  assert.equal(fieldTool.length, 7);
  for (const { id, subject } of fieldTool) assert.deepEqual(subject.whom, ['field-tool'], id);
});

test('text carries the word of its obligation and no stronger or weaker one', () => {
  for (const { id, text, obligation, evidence } of requirements) {
    const words = text.match(/\b(?:shall|should|may|must)\b/gi);
    assert.deepEqual([...new Set(words)], [obligation], id);
    assert.match(text, /^[A-Z].*\.$/, id);
    assert.match(evidence, /^[A-Z].{30,}\.$/, id);
  }
});

test('a requirement for the organization never claims that a device shows all of it', () => {
  for (const { id, subject, verification, blackBox } of requirements) {
    if (subject.whom === 'organization') assert.notEqual(blackBox, 'yes', id);
    if (blackBox === 'yes') assert.equal(verification, 'probe', id);
  }
});

test('each technical or discouraged control has a probe; an organizational one binds the organization', () => {
  for (const control of controls) {
    if (control.class === 'organizational') {
      for (const { id, subject } of control.requirements) assert.equal(subject.whom, 'organization', id);
    } else {
      const probed = control.requirements.some((requirement) => requirement.verification === 'probe');
      assert.ok(probed, control.id);
    }
  }
});

test('the source of each subject agrees with the marks of the matrix', needsShared(analysisFile), () => {
  const marks = new Map(
    sharedJson<Analysis>(analysisFile).controls.map((control) => [control.id, control.applies_to.marks]),
  );
  const column = { all: 'all', organization: 'organizational', system: 'other' } as const;
  for (const control of controls) {
    const marked = marks.get(control.id) ?? [];
    for (const { id, subject } of control.requirements) {
      if (subject.from === 'matrix') assert.notDeepEqual(marked, [], id);
      const mark = typeof subject.whom === 'string' ? column[subject.whom] : 'other';
      const named = marked.includes(mark);
      if (subject.from === 'both') assert.ok(named, `${id} says both, the matrix marks ${marked.join(', ')}`);
      if (subject.from === 'text' && (subject.whom === 'organization' || subject.whom === 'all')) {
        assert.ok(!named, `${id} says text, the matrix marks the same`);
      }
    }
  }
});

/** Parts that v0.48 prints under the number of another clause. */
const printedElsewhere: Readonly<Record<string, string>> = {
  '2.15.19.3': '2.12.19.3',
  '2.15.20.3': '2.12.20.3',
};

/** The lines of one part of a control, up to the next heading; empty where v0.48 says "None". */
function partLines(seed: readonly string[], clause: string, words: string): string[] {
  const printed = printedElsewhere[clause] ?? clause;
  const heading = new RegExp(`-${printed.replaceAll('.', '\\.')} ${words}`);
  const start = seed.findIndex((line) => heading.test(line));
  assert.ok(start >= 0, `no heading ${heading.source}`);
  const rest = seed.slice(start + 1);
  const end = rest.findIndex((line) => /^(?:DHS|ASAP|ASAP\/DHS)-\d/.test(line));
  const lines = rest.slice(0, end < 0 ? rest.length : end).filter((line) => line.trim() !== '');
  return /^None\.?$/.test(lines[0]?.trim() ?? 'None') ? [] : lines;
}

test('a part is empty exactly where v0.48 has none', needsShared(seedFile, analysisFile), () => {
  const seed = readFileSync(sharedPath(seedFile)!, 'utf8').split(/\r?\n/);
  const { sections_without_rationale: noRationale } = sharedJson<Analysis>(analysisFile).counts;
  for (const control of controls) {
    const { id } = control;
    const has = (part: number, words: string) => partLines(seed, `${id}.${part}`, words).length > 0;
    const enhancements = has(3, 'Requirement Enhancements');
    assert.notEqual(control.requirement, '', id);
    assert.equal(control.guidance !== '', has(2, 'Supplemental Guidance'), `${id} guidance`);
    assert.equal(control.enhancements !== '', enhancements, `${id} enhancements`);
    assert.equal(control.rationale !== '', !noRationale.includes(id), `${id} rationale`);
    const parts = new Set(control.requirements.map((requirement) => requirement.id.split('/')[1]?.[0]));
    assert.equal(parts.has('E'), enhancements, `${id} enhancements`);
    if (parts.has('G')) assert.notEqual(control.guidance, '', id);
  }
});

test('each numbered enhancement of v0.48 has a requirement that cites it', needsShared(seedFile), () => {
  const seed = readFileSync(sharedPath(seedFile)!, 'utf8').split(/\r?\n/);
  let items = 0;
  for (const { id, requirements: own } of controls) {
    const clauses = own.filter((each) => each.id.includes('/E.')).map((each) => each.clause);
    for (const line of partLines(seed, `${id}.3`, 'Requirement Enhancements')) {
      const item = /^(\d+)\. /.exec(line)?.[1];
      if (item === undefined) continue;
      items += 1;
      const cited = clauses.some((clause) => new RegExp(`item ${item}(?:\\.|$)`).test(clause));
      assert.ok(cited, `${id}.3 item ${item} has no requirement`);
    }
  }
  assert.ok(items > 50, `only ${items} numbered items were found`);
});
