/** Every kind of broken data is found and named; the data as shipped are found whole. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ProfileError } from './errors.ts';
import type { Component, Control, Line, Message, Requirement } from './model.ts';
import { assembleProfile, type Profile } from './profile.ts';
import { profileProblems, validateProfile } from './validate.ts';

const whole = assembleProfile();

/** What validation newly says when one thing is broken. */
function problemsOf(change: Partial<Profile>): readonly string[] {
  return profileProblems({ ...whole, ...change });
}

function finds(change: Partial<Profile>, sentence: RegExp): void {
  const problems = problemsOf(change);
  assert.ok(
    problems.some((problem) => sentence.test(problem)),
    `${sentence} is not among: ${problems.slice(0, 5).join(' | ') || 'nothing'}`,
  );
}

/** The list with the entry of that id changed. */
function changed<T extends { readonly id: string }>(
  list: readonly T[],
  id: string,
  change: object,
): readonly T[] {
  assert.ok(
    list.some((entry) => entry.id === id),
    id,
  );
  return list.map((entry) => (entry.id === id ? { ...entry, ...change } : entry));
}

/** The lines with one message of line 1 changed. */
function lineOne(id: string, change: Partial<Message>): readonly Line[] {
  return whole.lines.map((line) => {
    if (line.id !== '1') return line;
    const [first, second] = line.directions.map((direction) => ({
      ...direction,
      messages: changed(
        direction.messages,
        direction.destination === id.split('.')[1] ? id : direction.messages[0]!.id,
        direction.destination === id.split('.')[1] ? change : {},
      ),
    }));
    return { ...line, directions: [first!, second!] };
  });
}

function component(id: string, change: Partial<Component>): Partial<Profile> {
  return { components: changed(whole.components, id, change) };
}

function control(id: string, change: Partial<Control>): Partial<Profile> {
  return { controls: changed(whole.controls, id, change) };
}

function requirement(change: Partial<Requirement>): Partial<Profile> {
  const found = whole.controls.find((each) => each.id === '2.8.2')!;
  const [first, ...rest] = found.requirements;
  return control('2.8.2', { requirements: [{ ...first!, ...change }, ...rest] });
}

test('the data as shipped have no problem, and validation hands them back', () => {
  assert.deepEqual(profileProblems(whole), []);
  assert.equal(validateProfile(whole), whole);
});

test('an error lists all problems, not only the first', () => {
  assert.throws(
    () => validateProfile({ ...whole, families: [], useCases: [] }),
    (error: unknown) => {
      assert.ok(error instanceof ProfileError);
      assert.equal(error.code, 'profile/invalid-data');
      assert.equal(error.kind, 'policy');
      assert.ok(
        error.problems.some((problem) => /control 2\.8\.2 belongs to the unknown family/.test(problem)),
      );
      assert.ok(
        error.problems.some((problem) => /scenario B1-Sc1 belongs to the unknown use case/.test(problem)),
      );
      return true;
    },
  );
});

describe('ids', () => {
  const lists = [
    'domains',
    'components',
    'actors',
    'useCases',
    'scenarios',
    'families',
    'controls',
    'matrix',
    'errata',
    'extensions',
    'parameters',
    'roles',
    'operations',
    'auditEvents',
  ] as const;
  for (const list of lists) {
    test(`an id that occurs twice in ${list}`, () => {
      const entries: readonly { readonly id: string }[] = whole[list];
      finds({ [list]: [...entries, entries[0]] }, new RegExp(`^${list}: the id .* occurs twice`));
    });
  }
  test('a line, a message and a requirement that occur twice', () => {
    finds({ lines: [...whole.lines, whole.lines[0]!] }, /lines: the id 1 occurs twice/);
    finds(
      { extensionMessages: [...whole.extensionMessages, whole.extensionMessages[0]!] },
      /messages: the id L1X\S+ occurs twice/,
    );
    const found = whole.controls[0]!;
    finds(
      control(found.id, { requirements: [...found.requirements, found.requirements[0]!] }),
      /requirements: the id .* occurs twice/,
    );
  });
});

describe('architecture', () => {
  test('a component with no domain and no parts, with both, or with an unknown domain', () => {
    finds(component('mdms', { domain: undefined }), /component mdms needs either one domain or parts/);
    finds(
      component('meter', { domain: 'communications' }),
      /component meter needs either one domain or parts/,
    );
    finds(component('mdms', { domain: 'moon' as never }), /component mdms stands in the unknown domain moon/);
  });
  test('a part in an unknown domain, under another name, or twice', () => {
    const meter = whole.components.find((each) => each.id === 'meter')!;
    const [first, ...rest] = meter.parts;
    finds(
      component('meter', { parts: [{ ...first!, domain: 'moon' as never }, ...rest] }),
      /part .* unknown domain/,
    );
    finds(
      component('meter', { parts: [{ ...first!, id: 'fan' as never }, ...rest] }),
      /part fan does not carry/,
    );
    finds(component('meter', { parts: [first!, ...meter.parts] }), /parts: the id .* occurs twice/);
  });
  test('a criterion of another domain, a domain without criteria, a placement without reason', () => {
    const [domain] = whole.domains;
    finds({ domains: changed(whole.domains, domain!.id, { criteria: [] }) }, /has no criteria/);
    finds(
      { domains: changed(whole.domains, domain!.id, { criteria: [{ id: 'x.1', question: '' }] }) },
      /criterion x\.1 does not carry/,
    );
    finds(component('draacs', { placementReason: '' }), /component draacs has no placement reason/);
  });
  test('one name for two ends', () => {
    finds(component('mdms', { aliases: ['CIS'] }), /the name cis means both mdms and cis/);
  });
  test('an actor without carrier, with a needless or an unknown one, or without a line of the gateway', () => {
    const actor = (id: string, carrier: unknown): Partial<Profile> => ({
      actors: changed(whole.actors, id, { carrier }),
    });
    finds(actor('cis', undefined), /actor cis has lines with components and no carrier/);
    finds(actor('customer', 'console'), /actor customer has a carrier and no line/);
    finds(actor('cis', 'pigeon'), /actor cis has the unknown carrier pigeon/);
    finds(
      { extensionLines: whole.extensionLines.filter((line) => !line.ends.includes('cis')) },
      /actor cis is carried by the gateway and has no line with it/,
    );
  });
});

describe('lines and messages', () => {
  const reading = 'L1.head-end.meter-reading';
  const line = (change: Partial<Line>): Partial<Profile> => ({ lines: changed(whole.lines, '1', change) });
  test('an unknown end, the same end twice, a scope that does not follow, a wrong number', () => {
    finds(line({ ends: ['head-end', 'moon'] }), /line 1 has the unknown end moon/);
    finds(line({ ends: ['meter', 'meter'] }), /line 1 has the same end twice/);
    finds(line({ scope: 'outside' }), /line 1 is called outside/);
    finds(line({ id: 'Z9' }), /line Z9 has no number/);
  });
  test('directions that do not follow from the ends', () => {
    const [first, second] = whole.lines[0]!.directions;
    finds(line({ directions: [second, first] }), /direction to .* that does not follow/);
  });
  test('a message of another line, end, name, scope, kind, priority or label', () => {
    finds({ lines: lineOne(reading, { line: '2' }) }, /stands on line 1 and says 2/);
    finds({ lines: lineOne(reading, { source: 'mdms' }) }, /does not pass between the ends of line 1/);
    finds({ lines: lineOne(reading, { destination: 'meter' }) }, /stands in the wrong direction/);
    finds({ lines: lineOne(reading, { name: 'Something else' }) }, /is not named L1\.<destination>\.<name>/);
    finds({ lines: lineOne(reading, { scope: 'boundary' }) }, /has another scope than line 1/);
    finds({ lines: lineOne(reading, { kind: 'song' as never }) }, /has the unknown kind song/);
    finds({ lines: lineOne(reading, { priority: 'soon' as never }) }, /has the unknown priority soon/);
    finds({ lines: lineOne(reading, { label: 'pink' as never }) }, /has the unknown label pink/);
    finds({ lines: lineOne(reading, { origin: 'extension' }) }, /has another origin than its line/);
  });
  test('a restricted message into the Premise Edge', () => {
    const six = whole.lines.find((each) => each.id === '6')!;
    const [to, from] = six.directions;
    const messages = to.messages.map((message) => ({ ...message, label: 'restricted' as const }));
    finds(
      { lines: changed(whole.lines, '6', { directions: [{ ...to, messages }, from] }) },
      /is restricted, which may not enter the domain of third-party-meter/,
    );
  });
  test('an extension line without reason, an extension message on no line or under false colours', () => {
    const ours = whole.extensionMessages[0]!;
    const message = (change: Partial<Message>): Partial<Profile> => ({
      extensionMessages: changed(whole.extensionMessages, ours.id, change),
    });
    finds(
      { extensionLines: changed(whole.extensionLines, 'X101', { reason: '' }) },
      /line X101 has no reason/,
    );
    finds(message({ line: '99' }), /stands on the unknown line 99/);
    finds(message({ origin: 'profile' }), /is ours and does not say so/);
  });
});

describe('what hangs on lines: repaired names, parts of a meter, the DLMS map', () => {
  test('a name repair of nothing or of no message', () => {
    const [repair] = whole.nameRepairs;
    const named = whole.lines[0]!.directions[0].messages.find((message) => message.id === repair!.message)!;
    finds({ nameRepairs: [{ ...repair!, message: 'L1.x' }] }, /name repair names the unknown message L1\.x/);
    finds({ nameRepairs: [{ ...repair!, printed: named.name }] }, /repairs nothing/);
  });
  test('a meter line without parts, parts without a meter line, an unknown part, a strange HAN message', () => {
    const { '1': one, ...others } = whole.meterPartsByLine;
    finds({ meterPartsByLine: others }, /line 1 reaches a meter and no part of it/);
    finds(
      { meterPartsByLine: { ...whole.meterPartsByLine, '2': one! } },
      /line 2 has parts of a meter and no meter/,
    );
    const unknown = { facing: 'meter.roof' as never, acting: 'meter.han' as const };
    finds(
      { meterPartsByLine: { ...whole.meterPartsByLine, '1': unknown } },
      /line 1 reaches an unknown part/,
    );
    finds({ hanMessagesOfLine1: ['L2.mdms.meter-reading'] }, /is no message of line 1/);
  });
  test('a DLMS mapping of no message, of a line without DLMS, with a bad name, or with nothing to do', () => {
    const good = {
      message: 'L1.meter.on-demand-meter-read-request',
      client: 'reading',
      service: 'get',
      classId: 3,
      obis: '1.0.1.8.0.255',
      attribute: 2,
      method: undefined,
    } as const;
    assert.deepEqual(problemsOf({ dlmsMap: [good] }), []);
    finds({ dlmsMap: [{ ...good, message: 'L1.x' }] }, /DLMS map names the unknown message/);
    finds({ dlmsMap: [{ ...good, message: 'L2.mdms.meter-reading' }] }, /whose line does not run on DLMS/);
    finds({ dlmsMap: [{ ...good, obis: '1.0.1.8.0' }] }, /malformed logical name/);
    finds({ dlmsMap: [{ ...good, obis: '1.0.1.8.0.256' }] }, /malformed logical name/);
    finds({ dlmsMap: [{ ...good, attribute: undefined }] }, /needs an attribute or a method/);
    finds({ dlmsMap: [{ ...good, method: 1 as never }] }, /needs an attribute or a method/);
  });
});

describe('scenarios', () => {
  const scenario = (messages: readonly string[]): Partial<Profile> => ({
    scenarios: changed(whole.scenarios, 'B1-Sc1', { messages }),
  });
  test('a message missing, doubled, foreign or unknown, or none at all', () => {
    const [first, second] = whole.scenarios[0]!.messages;
    finds(scenario([first!]), /refers to scenario B1-Sc1, which does not list it/);
    finds(scenario([first!, second!, first!]), /scenario B1-Sc1 lists .* twice/);
    finds(scenario([first!, second!, 'L1.head-end.meter-event']), /which does not refer to it/);
    finds(scenario([first!, second!, 'L1.x']), /scenario B1-Sc1 lists the unknown message L1\.x/);
    finds(scenario([]), /scenario B1-Sc1 has no messages/);
  });
  test('a reference to no scenario, a use case of no scenario', () => {
    finds({ scenarios: whole.scenarios.slice(1) }, /refers to the unknown scenario B1-Sc1/);
    finds(
      { useCases: [...whole.useCases, { id: 'Z1', title: 'None', clause: '4.1' }] },
      /use case Z1 has no scenario/,
    );
  });
});

describe('controls', () => {
  test('a family or number that does not fit, a control without requirement or atomic requirements', () => {
    finds(
      control('2.8.2', { family: '2.99' as never }),
      /control 2\.8\.2 belongs to the unknown family 2\.99/,
    );
    finds(control('2.8.2', { family: '2.9' }), /control 2\.8\.2 has no number of the family 2\.9/);
    finds(control('2.8.2', { requirement: '' }), /control 2\.8\.2 has no requirement/);
    finds(control('2.8.2', { requirements: [] }), /control 2\.8\.2 has no atomic requirements/);
  });
  test('a requirement with a wrong id, no text, no evidence, or a subject that does not exist', () => {
    finds(requirement({ id: '2.8.3/R.1' }), /requirement 2\.8\.3\/R\.1 is not named 2\.8\.2\//);
    finds(requirement({ id: '2.8.2/Q.1' }), /is not named/);
    finds(requirement({ id: '2.8.2/R.0' }), /is not named/);
    finds(requirement({ text: '' }), /has no text/);
    finds(requirement({ evidence: '' }), /does not say how it is shown/);
    finds(
      requirement({ subject: { whom: 'everybody' as never, from: 'text' } }),
      /unknown subject everybody/,
    );
    finds(requirement({ subject: { whom: ['toaster' as never], from: 'text' } }), /unknown subject toaster/);
    finds(requirement({ subject: { whom: [], from: 'text' } }), /has no subject/);
  });
  test('a matrix row with a strange mark or that is wrong about having text', () => {
    const row = (change: object): Partial<Profile> => ({ matrix: changed(whole.matrix, '2.8.2', change) });
    finds(row({ marks: ['toaster'] }), /matrix row 2\.8\.2 marks the unknown column toaster/);
    finds(row({ marks: ['trust'] }), /matrix row 2\.8\.2 marks the unknown column trust/);
    finds(row({ hasText: false }), /matrix row 2\.8\.2 and section 5 disagree/);
  });
  test('a mapping of no control or without source, an erratum without resolution, an extension of nothing', () => {
    const mapping = whole.mappings[0]!;
    finds({ mappings: [{ ...mapping, control: '2.8.99' }] }, /mapping names the unknown control 2\.8\.99/);
    finds({ mappings: [{ ...mapping, source: '' }] }, /has no source/);
    finds(
      { errata: [{ ...whole.errata[0]!, resolution: '' }, ...whole.errata.slice(1)] },
      /has no resolution/,
    );
    finds({ extensions: [{ ...whole.extensions[0]!, mends: [] }] }, /mends nothing/);
    finds({ extensions: [{ ...whole.extensions[0]!, mends: ['E999'] }] }, /mends the unknown erratum E999/);
  });
});

describe('what people may do, and numbers of policy', () => {
  const parameter = (change: object): Partial<Profile> => ({
    parameters: changed(whole.parameters, whole.parameters[0]!.id, change),
  });
  test('an operation of no component, a role with no such operation or exclusion', () => {
    const role = (change: object): Partial<Profile> => ({
      roles: changed(whole.roles, whole.roles[0]!.id, change),
    });
    finds(
      { operations: changed(whole.operations, whole.operations[0]!.id, { component: 'toaster' }) },
      /belongs to the unknown component toaster/,
    );
    finds(role({ operations: ['fly'] }), /holds the unknown operation fly/);
    finds(role({ excludes: ['pilot'] }), /excludes the unknown role pilot/);
    finds(role({ excludes: [whole.roles[0]!.id] }), /excludes itself/);
    finds(
      { roles: whole.roles.map((each, index) => (index === 0 ? { ...each, excludes: [] } : each)) },
      /which does not exclude it/,
    );
  });
  test('a parameter out of its range, with no range, or that is no number; names out of form', () => {
    finds(parameter({ default: 1e9 }), /has a default outside its range/);
    finds(parameter({ minimum: 20, maximum: 10 }), /has a minimum above its maximum/);
    finds(parameter({ default: Number.NaN }), /is not a number/);
    finds(parameter({ unit: 'boolean' }), /is a boolean beyond 0 and 1/);
    finds(parameter({ id: 'Session Lock' }), /is not named group\.nameUnit/);
    finds(
      { auditEvents: changed(whole.auditEvents, whole.auditEvents[0]!.id, { id: 'Login!' }) },
      /audit event Login! is not named/,
    );
  });
});
