import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { needsShared, sharedJson, sharedPath } from '../../../../../tools/shared.ts';
import type { Control, Requirement } from '../../model.ts';
import { controls208 } from './family-2-08.ts';
import { controls209 } from './family-2-09.ts';
import { controls210 } from './family-2-10.ts';
import { controls212 } from './family-2-12.ts';

const controls: readonly Control[] = [...controls208, ...controls209, ...controls210, ...controls212];
const requirements: readonly Requirement[] = controls.flatMap((control) => control.requirements);

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

test('the four families hold 23, 10, 9 and 6 controls, in the order of their numbers', () => {
  assert.deepEqual(
    [controls208, controls209, controls210, controls212].map((family) => family.length),
    [23, 10, 9, 6],
  );
  const sequence = (family: string, first: number, last: number) =>
    Array.from({ length: last - first + 1 }, (_, index) => `${family}.${first + index}`);
  assert.deepEqual(
    controls.map((control) => control.id),
    [
      ...sequence('2.8', 2, 24),
      ...sequence('2.9', 1, 10),
      ...sequence('2.10', 1, 9),
      ...sequence('2.12', 1, 6),
    ],
  );
});

test(
  'ids, titles, origins and classes agree with the reading in the shared material',
  needsShared(analysisFile),
  () => {
    const analysis = sharedJson<Analysis>(analysisFile);
    const expected = analysis.controls
      .filter((control) => ['2.8', '2.9', '2.10', '2.12'].includes(control.family))
      .map((control) => ({
        id: control.id,
        origin: control.source_id.split('-')[0],
        title: control.title,
        family: control.family,
        class: classNames[control.class],
      }));
    assert.deepEqual(
      controls.map(({ id, origin, title, family, class: kind }) => ({
        id,
        origin,
        title,
        family,
        class: kind,
      })),
      expected,
    );
  },
);

test('every requirement has a unique id of its control and a clause of the part that the id names', () => {
  assert.equal(new Set(requirements.map((requirement) => requirement.id)).size, requirements.length);
  const section: Readonly<Record<string, string>> = { R: '1', G: '2', E: '3' };
  for (const control of controls) {
    assert.ok(control.requirements.length > 0, `${control.id} has no requirement`);
    for (const requirement of control.requirements) {
      const match = /^(\d+\.\d+\.\d+)\/([RGE])\.(\d+)(?:\.\d+)?$/.exec(requirement.id);
      assert.ok(match, requirement.id);
      assert.equal(match[1], control.id);
      const clause = new RegExp(
        `^${control.id.replaceAll('.', '\\.')}\\.${section[match[2]!]}(?: items? \\d+(?: to \\d+)?)?$`,
      );
      assert.match(requirement.clause, clause, requirement.id);
      const item = / item (\d+)$/.exec(requirement.clause);
      if (item && match[2] !== 'R')
        assert.equal(match[3], item[1], `${requirement.id} is not numbered as its item`);
    }
  }
});

test('numbers run from 1 without a gap in each part of a control', () => {
  for (const control of controls) {
    for (const part of ['R', 'G', 'E']) {
      const numbers = new Set(
        control.requirements
          .map((requirement) => new RegExp(`/${part}\\.(\\d+)`).exec(requirement.id)?.[1])
          .filter((number) => number !== undefined)
          .map(Number),
      );
      assert.deepEqual(
        [...numbers],
        Array.from({ length: numbers.size }, (_, index) => index + 1),
        `${control.id} ${part}`,
      );
    }
  }
});

test('text carries the word of its obligation and no stronger or weaker one', () => {
  for (const { id, text, obligation, evidence } of requirements) {
    const words = text.match(/\b(?:shall|should|may|must)\b/g);
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
      assert.ok(
        control.requirements.some((requirement) => requirement.verification === 'probe'),
        control.id,
      );
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
      if (typeof subject.whom !== 'string') continue;
      const named = marked.includes(column[subject.whom]);
      if (subject.from === 'both') assert.ok(named, `${id} says both, the matrix marks ${marked.join(', ')}`);
      if (subject.from === 'text' && subject.whom === 'organization') {
        assert.ok(!named, `${id} says text, the matrix marks the organization too`);
      }
    }
  }
});

/** Whether v0.48 has text in a numbered part: its first line after the heading is not "None". */
function partHasText(seed: readonly string[], heading: RegExp): boolean {
  const start = seed.findIndex((line) => heading.test(line));
  assert.ok(start >= 0, `no heading ${heading.source}`);
  const next = seed.slice(start + 1).find((line) => line.trim() !== '');
  return !/^None\.?$/.test(next?.trim() ?? 'None');
}

test('a part is empty exactly where v0.48 has none', needsShared(seedFile, analysisFile), () => {
  const seed = readFileSync(sharedPath(seedFile)!, 'utf8').split(/\r?\n/);
  const { sections_without_rationale: noRationale } = sharedJson<Analysis>(analysisFile).counts;
  for (const control of controls) {
    const id = control.id.replaceAll('.', '\\.');
    const has = (part: number, words: string) => partHasText(seed, new RegExp(`-${id}\\.${part} ${words}`));
    assert.notEqual(control.requirement, '', control.id);
    assert.equal(control.guidance !== '', has(2, 'Supplemental Guidance'), `${control.id} guidance`);
    // The text under 2.8.24.3 is a rationale and stands with the rationale.
    const enhancements = control.id !== '2.8.24' && has(3, 'Requirement Enhancements');
    assert.equal(control.enhancements !== '', enhancements, `${control.id} enhancements`);
    assert.equal(control.rationale !== '', !noRationale.includes(control.id), `${control.id} rationale`);
    const parts = new Set(control.requirements.map((requirement) => requirement.id.split('/')[1]?.[0]));
    assert.equal(
      parts.has('E'),
      enhancements,
      `${control.id} has enhancements and no requirement of them, or the reverse`,
    );
    if (parts.has('G')) assert.notEqual(control.guidance, '', control.id);
  }
});
