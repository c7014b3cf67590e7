import assert from 'node:assert/strict';
import { test } from 'node:test';
import { profile, requirementsFor } from '@wattward/profile';
import { firstSentence, itemsOf, type RequestSection, requestForProposals } from './request.ts';
import { countRows } from './wording.ts';

const date = '2026-01-31';
const idsOf = (...sections: readonly RequestSection[]) =>
  itemsOf(...sections).map(({ requirement }) => requirement.id);

test('a meter is asked for what binds it and its parts, for what it inherits, and for what binds the system', () => {
  const request = requestForProposals({ components: ['meter'], date });
  const [a, b] = request.sections;
  const own = requirementsFor('meter', { domain: true }).map(({ requirement }) => requirement.id);
  assert.deepEqual(idsOf(a!), own);
  assert.deepEqual(
    idsOf(b!),
    requirementsFor('system').map(({ requirement }) => requirement.id),
  );
  assert.deepEqual(
    idsOf(request.annex),
    requirementsFor('organization').map(({ requirement }) => requirement.id),
  );
});

test('nothing of the annex is asked of the vendor, and nothing is asked twice', () => {
  const request = requestForProposals({ components: ['meter', 'head-end', 'collector', 'AMI Meter'], date });
  const asked = idsOf(...request.sections);
  assert.equal(new Set(asked).size, asked.length);
  for (const { requirement } of itemsOf(request.annex)) assert.ok(!asked.includes(requirement.id));
  assert.deepEqual(
    request.components.map(({ id }) => id),
    ['meter', 'head-end', 'collector'],
  );
});

test('each item says for which component it applies and why; the kinds of reason all occur', () => {
  const { sections } = requestForProposals({ components: ['meter', 'field-tool'], date });
  const kinds = new Set<string>();
  for (const item of itemsOf(...sections)) {
    assert.ok(item.applies.length > 0, item.requirement.id);
    for (const { kind, because } of item.applies) {
      kinds.add(kind);
      assert.ok(because.length > 10);
    }
  }
  assert.deepEqual([...kinds].sort(), ['all', 'domain', 'named', 'part', 'system']);
});

test('obligations and parts narrow the set, and the counts agree with the items', () => {
  const request = requestForProposals({
    components: ['mdms'],
    obligations: ['shall'],
    parts: ['R', 'E'],
    date,
  });
  const items = itemsOf(...request.sections, request.annex);
  assert.ok(items.length > 50);
  for (const { requirement } of items) {
    assert.equal(requirement.obligation, 'shall');
    assert.match(requirement.id, /\/[RE]\./);
  }
  const counted = countRows(request).reduce((sum, row) => sum + row.component + row.system + row.utility, 0);
  assert.equal(counted, items.length);
  const whole = requestForProposals({ components: ['mdms'], date });
  const parts = (['R', 'E', 'G'] as const).map(
    (part) => itemsOf(...requestForProposals({ components: ['mdms'], parts: [part], date }).sections).length,
  );
  assert.equal(
    parts.reduce((sum, each) => sum + each, 0),
    itemsOf(...whole.sections).length,
  );
});

test('numbers run through each section', () => {
  const { sections, annex } = requestForProposals({ components: ['draacs'], date });
  for (const section of [...sections, annex]) {
    assert.deepEqual(
      itemsOf(section).map(({ number }) => number),
      itemsOf(section).map((_, at) => `${section.id}${at + 1}`),
    );
  }
});

test('every component of the profile has a request', () => {
  for (const { id } of profile().components) {
    assert.ok(itemsOf(requestForProposals({ components: [id], date }).sections[0]!).length > 50, id);
  }
});

test('names, obligations and parts that do not exist are refused with what there is', () => {
  const refused = (options: object, detail: RegExp) =>
    assert.throws(
      () => requestForProposals({ components: ['meter'], date, ...options }),
      (error: { code: string; detail: string }) => error.code === 'rfp/scope' && detail.test(error.detail),
    );
  refused({ components: [] }, /no component/);
  refused({ components: ['cis'] }, /cis is no component/);
  refused({ obligations: ['must'] }, /must is no obligation: there are shall, should, may/);
  refused({ obligations: [] }, /no obligation is named/);
  refused({ parts: ['X'] }, /X is no part of a control/);
});

test('the first sentence ends where a sentence ends', () => {
  assert.equal(firstSentence('One thing. Another thing.'), 'One thing.');
  assert.equal(firstSentence('See 2.8.2 first. Then go.'), 'See 2.8.2 first.');
  assert.equal(firstSentence('no end'), 'no end');
  assert.equal(firstSentence(''), '');
});
