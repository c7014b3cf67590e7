import assert from 'node:assert/strict';
import { test } from 'node:test';
import { permittedMessages, profileProblems } from '../index.ts';
import { assembleProfile, type Profile } from '../profile.ts';
import { flag, integer, list, notAfter, object, optional, record, set, text, type } from './build.ts';
import type { SharedType } from './model.ts';
import { payloadByKey, payloadOf, repeatedKeys } from './payloads.ts';
import { allShapes, depthOf, schemaProblems, sharedTypes } from './problems.ts';

test('nothing is wrong with the schemas of the profile', () => {
  assert.deepEqual(schemaProblems(assembleProfile()), []);
  assert.deepEqual(repeatedKeys, []);
});

test('every type of every table is used, and no payload is nested deeper than eight', () => {
  const used = allShapes(payloadByKey.values());
  assert.ok(sharedTypes.length > 200, `${sharedTypes.length} types`);
  for (const each of sharedTypes) assert.ok(used.has(each), each.name);
  for (const payload of payloadByKey.values()) assert.ok(depthOf(payload) <= 8, payload.name);
});

test('what turns on carries nothing that turns off, and the other way round', () => {
  const actionOf = (id: string): unknown => {
    const payload = payloadOf(permittedMessages().find((message) => message.id === id)!)!;
    const shape = payload.of.kind === 'object' ? payload.of.fields['action']?.shape : undefined;
    return shape?.kind === 'choice' ? shape.values : undefined;
  };
  assert.deepEqual(actionOf('L1.meter.scheduled-turn-on-command'), ['connect']);
  assert.deepEqual(actionOf('L15.head-end.scheduled-turn-on-command'), ['connect']);
  for (const line of ['L1.meter', 'L15.head-end']) {
    assert.deepEqual(actionOf(`${line}.scheduled-turn-off-command`), ['disconnect']);
    assert.deepEqual(actionOf(`${line}.on-demand-turn-off-command`), ['disconnect']);
  }
});

test('no key and no factor of a person travels in clear', () => {
  for (const shape of allShapes(payloadByKey.values())) {
    if (shape.kind !== 'object') continue;
    for (const name of Object.keys(shape.fields)) {
      assert.doesNotMatch(name, /password|passphrase|pin$|privateKey|secret|oneTimeCode/i);
      if (/key$/i.test(name) && shape.fields[name]!.shape.kind === 'bytes') assert.match(name, /^wrapped/);
    }
  }
});

test('a message without a schema, and a schema without a message, are problems of the profile', () => {
  const whole = assembleProfile();
  const extra = { ...whole.extensionMessages[0]!, id: 'L1X.meter.something-new' };
  const withMore: Profile = { ...whole, extensionMessages: [...whole.extensionMessages, extra] };
  assert.ok(profileProblems(withMore).includes('message L1X.meter.something-new has no schema'));
  const withLess: Profile = { ...whole, extensionMessages: whole.extensionMessages.slice(1) };
  const gone = whole.extensionMessages[0]!.id;
  assert.ok(profileProblems(withLess).includes(`a schema is given for ${gone}, which no gate lets pass`));
});

/** The problems that one more type brings, without the one that no message uses it. */
function problemsOf(added: SharedType): readonly string[] {
  return schemaProblems(assembleProfile(), [...sharedTypes, added])
    .filter((problem) => problem !== `type ${added.name} is used by no message`)
    .map((problem) => problem.replace(`type ${added.name}: `, ''));
}

test('each way to write a wrong type is found', () => {
  const cases: [SharedType, RegExp][] = [
    [type('lower', 'd', flag), /no name in PascalCase/],
    [type('Undescribed', '', flag), /is not described/],
    [type('MeterId', 'd', flag), /two types are called MeterId/],
    [record('A', 'd', { Upper: [flag, 'd'] }), /Upper has no name/],
    [record('B', 'd', Object.fromEntries([['constructor', optional(flag, 'd')]])), /constructor has no name/],
    [record('C', 'd', { one: [flag, ''] }), /one is not described/],
    [record('D', 'd', { one: [text('day'), 'd'] }, notAfter('one', 'two')), /not there: one, two/],
    [
      record('E', 'd', { one: [text('day'), 'd'], two: [text('timestamp'), 'd'] }, notAfter('one', 'two')),
      /cannot be compared/,
    ],
    [record('F', 'd', { one: [list(flag, 0), 'd'] }), /no room/],
    [record('G', 'd', { one: [set(object({}), 3, 1, 'id'), 'd'] }), /told apart by id/],
    [record('H', 'd', { one: [set(object({}), 3), 'd'] }), /forbids repeats/],
    [type('I', 'd', text('uuid', 99)), /may be 99 long/],
    [type('J', 'd', integer('count', 5, 1)), /range 5 to 1/],
    [type('K', 'd', integer('count', 0, 2 ** 53)), /range/],
    [type('L', 'd', { kind: 'choice', values: ['a', 'a'] }), /names something twice/],
    [type('M', 'd', { kind: 'bytes', minOctets: 3, maxOctets: 2 }), /octets from 3 to 2/],
    [type('N', 'd', { kind: 'variant', tag: 'kind', cases: {} }), /no case/],
  ];
  for (const [wrong, expected] of cases) {
    const problems = problemsOf(wrong);
    assert.equal(problems.length, 1, `${wrong.name}: ${problems.join('; ')}`);
    assert.match(problems[0]!, expected);
  }
});

test('a type that no message uses is a problem', () => {
  const idle = type('Idle', 'd', flag);
  assert.deepEqual(schemaProblems(assembleProfile(), [...sharedTypes, idle]), [
    'type Idle is used by no message',
  ]);
});
