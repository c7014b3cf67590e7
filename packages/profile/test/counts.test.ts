/** Every count that the profile's issue names, each with a test of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { extensionMessages, type Line, profile, profileMessages, type Scope } from '../src/index.ts';

const all = profile();
const of = (scope: Scope): readonly Line[] => all.lines.filter((line) => line.scope === scope);
const messagesOf = (lines: readonly Line[]): number =>
  lines.flatMap((line) => line.directions.flatMap((direction) => direction.messages)).length;

test('12 components, each with a definition, and the extension components apart', () => {
  const own = all.components.filter((component) => component.origin === 'profile');
  assert.equal(own.length, 12);
  for (const component of all.components) assert.ok(component.definition.length > 40, component.id);
  assert.deepEqual(
    all.components.filter((component) => component.origin === 'extension').map((component) => component.id),
    ['log-management', 'trust', 'access', 'switching-authority', 'governor', 'witness', 'console', 'gateway'],
  );
});

test('the AMI Meter has three parts, each in one domain of its own', () => {
  const decomposed = all.components.filter((component) => component.parts.length > 0);
  assert.deepEqual(
    decomposed.map((component) => component.id),
    ['meter'],
  );
  assert.deepEqual(
    decomposed[0]!.parts.map((part) => [part.id, part.domain]),
    [
      ['meter.metrology', 'utility-edge'],
      ['meter.fan', 'communications'],
      ['meter.han', 'premise-edge'],
    ],
  );
});

test('6 domains with the 14 questions of Table 3', () => {
  assert.deepEqual(
    all.domains.map((domain) => [domain.id, domain.criteria.length]),
    [
      ['utility-enterprise', 3],
      ['automated-network', 3],
      ['managed-network', 1],
      ['communications', 2],
      ['utility-edge', 3],
      ['premise-edge', 2],
    ],
  );
});

test('the placements that the design fixes', () => {
  const placed = Object.fromEntries(all.components.map((component) => [component.id, component.domain]));
  const wanted = {
    'head-end': 'automated-network',
    mdms: 'utility-enterprise',
    'meter-management': 'utility-enterprise',
    'network-management': 'automated-network',
    draacs: 'utility-enterprise',
    'grid-control': 'utility-enterprise',
    forecasting: 'utility-enterprise',
    collector: 'communications',
    'non-electric-meter': 'utility-edge',
    'field-tool': 'utility-edge',
    'third-party-meter': 'premise-edge',
    console: 'managed-network',
  };
  for (const [id, domain] of Object.entries(wanted)) assert.equal(placed[id], domain, id);
  const thirdParty = all.components.find((component) => component.id === 'third-party-meter');
  assert.equal(thirdParty?.placementOrigin, 'extension');
  assert.match(thirdParty?.placementReason ?? '', /utility-edge\.2/);
});

test('24 actors outside the scope', () => assert.equal(all.actors.length, 24));

test('59 lines numbered 1 to 59, 118 directions, 27 of them empty, 289 messages', () => {
  assert.deepEqual(
    all.lines.map((line) => line.id),
    Array.from({ length: 59 }, (_, index) => String(index + 1)),
  );
  const directions = all.lines.flatMap((line) => line.directions);
  assert.equal(directions.length, 118);
  assert.equal(directions.filter((direction) => direction.messages.length === 0).length, 27);
  assert.equal(profileMessages().length, 289);
});

test('14 lines inside (130 messages), 32 at the boundary (121), 13 outside (38)', () => {
  assert.deepEqual([of('inside').length, messagesOf(of('inside'))], [14, 130]);
  assert.deepEqual([of('boundary').length, messagesOf(of('boundary'))], [32, 121]);
  assert.deepEqual([of('outside').length, messagesOf(of('outside'))], [13, 38]);
});

test('extensions are labelled and never counted with the profile', () => {
  assert.ok(profileMessages().every((message) => message.origin === 'profile' && message.id.startsWith('L')));
  assert.ok(extensionMessages().length > 100);
  for (const message of extensionMessages()) {
    assert.equal(message.origin, 'extension', message.id);
    assert.match(message.id, /^(L\d+X|X\d+)\./);
    assert.notEqual(message.clause, '', message.id);
  }
});

test('16 use cases and 59 scenarios, each scenario with its messages: 334 places in all', () => {
  assert.equal(all.useCases.length, 16);
  assert.equal(all.scenarios.length, 59);
  const places = all.scenarios.reduce((sum, scenario) => sum + scenario.messages.length, 0);
  assert.equal(places, 334);
  assert.equal(
    places,
    profileMessages().reduce((sum, message) => sum + message.references.length, 0),
  );
});

test('105 controls in 8 families, 5 of them of ASAP origin', () => {
  const counts = all.families.map((family) => [
    family.id,
    all.controls.filter((control) => control.family === family.id).length,
  ]);
  assert.deepEqual(counts, [
    ['2.8', 23],
    ['2.9', 10],
    ['2.10', 9],
    ['2.12', 6],
    ['2.14', 12],
    ['2.15', 30],
    ['2.16', 14],
    ['2.17', 1],
  ]);
  assert.equal(all.controls.length, 105);
  assert.deepEqual(
    all.controls.filter((control) => control.origin === 'ASAP').map((control) => control.id),
    ['2.8.24', '2.10.7', '2.15.30', '2.16.13', '2.17.1'],
  );
});

test('at least 280 atomic requirements, 23 or more in the enhancements of 2.14.3', () => {
  assert.ok(all.controls.flatMap((control) => control.requirements).length >= 280);
  const malicious = all.controls.find((control) => control.id === '2.14.3')!;
  const enhancements = malicious.requirements.filter(({ id }) => id.startsWith('2.14.3/E.'));
  assert.ok(enhancements.length >= 23, `${enhancements.length}`);
});

test('191 rows of matrix A.1, 190 of them numbered; at least 26 errata; at least 3 labels', () => {
  assert.equal(all.matrix.length, 191);
  assert.equal(all.matrix.filter((row) => row.numbered).length, 190);
  assert.ok(all.errata.length >= 26);
  assert.ok(new Set(profileMessages().map((message) => message.label)).size >= 3);
});
