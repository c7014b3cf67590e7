import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  controlById,
  controlsFor,
  endNamed,
  find,
  lineById,
  messageById,
  ProfileError,
  profile,
  profileMessages,
  protectionOf,
  requirementsFor,
  scenarioById,
  scenarioMessages,
} from './index.ts';

const failsWith = (code: string) => (error: unknown) => error instanceof ProfileError && error.code === code;

describe('controlsFor', () => {
  test('gives every component what the matrix marks for all, and says why', () => {
    const marked = profile()
      .matrix.filter((row) => row.hasText && row.marks.includes('all'))
      .map((row) => row.id);
    assert.equal(marked.length, 53);
    for (const component of profile().components) {
      const hits = new Map(controlsFor(component.id).map((hit) => [hit.control.id, hit]));
      for (const id of marked) {
        assert.ok(
          hits.get(id)?.reasons.some((reason) => reason.kind === 'all'),
          `${component.id} ${id}`,
        );
      }
    }
  });

  test('takes marks of single columns, and passes them on through the domain', () => {
    const of = (subject: string) => controlsFor(subject).find((hit) => hit.control.id === '2.15.1')!;
    assert.ok(of('head-end').reasons.some((reason) => reason.kind === 'matrix' && reason.via === 'head-end'));
    assert.ok(
      of('network-management').reasons.some(
        (reason) => reason.kind === 'domain' && reason.via === 'head-end',
      ),
    );
    assert.ok(!of('mdms').reasons.some((reason) => reason.via === 'head-end'));
  });

  test('a meter inherits what binds its parts, and a part what binds the meter', () => {
    const naming = (id: string) =>
      profile().controls.filter((control) =>
        control.requirements.some(
          ({ subject }) => typeof subject.whom !== 'string' && subject.whom.includes(id as never),
        ),
      );
    assert.ok(naming('meter.han').length > 0);
    for (const { id } of naming('meter.han')) {
      const hit = controlsFor('meter').find((each) => each.control.id === id);
      assert.ok(
        hit?.reasons.some((reason) => reason.kind === 'part' && reason.via === 'meter.han'),
        id,
      );
    }
    assert.ok(naming('meter').length > 0);
    for (const { id } of naming('meter')) {
      const hit = controlsFor('meter.fan').find((each) => each.control.id === id);
      assert.ok(
        hit?.reasons.some((reason) => reason.kind === 'part' && reason.via === 'meter'),
        id,
      );
    }
  });

  test('the remark of the matrix about a log management system reaches ours', () => {
    const hit = controlsFor('log-management').find((each) => each.control.id === '2.16.7');
    assert.ok(hit?.reasons.some((reason) => reason.kind === 'matrix'));
  });

  test('never lists a control without a reason, nor one that only speaks to the organization', () => {
    for (const hit of controlsFor('head-end')) assert.ok(hit.reasons.length > 0);
    assert.ok(!controlsFor('head-end').some((hit) => hit.control.id === '2.16.11'));
  });

  test('takes names and aliases; refuses actors and unknown names', () => {
    assert.deepEqual(controlsFor('AMI Head End'), controlsFor('head-end'));
    assert.throws(() => controlsFor('toaster'), failsWith('profile/unknown-subject'));
    assert.throws(() => controlsFor('cis'), failsWith('profile/unknown-subject'));
  });
});

describe('requirementsFor', () => {
  test('counts every requirement for all, and those that name the subject', () => {
    const all = profile().controls.flatMap((control) => control.requirements);
    const forAll = all.filter((requirement) => requirement.subject.whom === 'all').length;
    assert.equal(requirementsFor('forecasting').filter((hit) => hit.reason.kind === 'all').length, forAll);
    const named = all.filter(
      ({ subject }) => typeof subject.whom !== 'string' && subject.whom.includes('field-tool'),
    ).length;
    assert.ok(named > 0);
    assert.equal(requirementsFor('field-tool').filter((hit) => hit.reason.kind === 'named').length, named);
  });
  test('gives what comes through the domain only when asked', () => {
    const without = requirementsFor('third-party-meter');
    const withDomain = requirementsFor('third-party-meter', { domain: true });
    assert.ok(without.every((hit) => hit.reason.kind !== 'domain'));
    assert.ok(withDomain.some((hit) => hit.reason.kind === 'domain' && hit.reason.via === 'meter.han'));
    assert.ok(withDomain.length > without.length);
  });
  test('every requirement binds somebody', () => {
    const subjects = [...profile().components.map((component) => component.id), 'system', 'organization'];
    const bound = new Set(
      subjects.flatMap((subject) => requirementsFor(subject).map((hit) => hit.requirement.id)),
    );
    const all = profile().controls.flatMap((control) =>
      control.requirements.map((requirement) => requirement.id),
    );
    assert.deepEqual(
      all.filter((id) => !bound.has(id)),
      [],
    );
  });
});

describe('protectionOf', () => {
  const controls = (id: string): readonly string[] =>
    protectionOf(id).controls.map((each) => each.control.id);
  test('a switching command: integrity, confidentiality, authorization, delay', () => {
    const protecting = controls('L1.meter.on-demand-turn-off-command');
    for (const id of ['2.8.8', '2.8.9', '2.15.7', '2.15.15', '2.17.1'])
      assert.ok(protecting.includes(id), id);
    const { crossings } = protectionOf('L1.meter.on-demand-turn-off-command');
    assert.deepEqual(crossings, [
      { from: 'automated-network', to: 'communications' },
      { from: 'communications', to: 'utility-edge' },
    ]);
  });
  test('a price: no confidentiality, no delay', () => {
    const protecting = controls('L1.meter.electric-price-data');
    assert.ok(protecting.includes('2.8.8'));
    assert.ok(!protecting.includes('2.8.9') && !protecting.includes('2.17.1'));
  });
  test('a message within one domain crosses no boundary; one from an actor enters the system', () => {
    assert.deepEqual(protectionOf('L49.forecasting.meter-inventory-response').crossings, []);
    assert.deepEqual(protectionOf('L13.mdms.request-billing-determinant').crossings, [
      { from: undefined, to: 'utility-enterprise' },
    ]);
    assert.ok(controls('L13.mdms.request-billing-determinant').includes('2.9.5'));
  });
  test('messages of v0.48 that switch, limit or shed are exactly these', () => {
    const delayed = profileMessages().filter(
      (message) => message.scope !== 'outside' && controls(message.id).includes('2.17.1'),
    );
    assert.deepEqual(
      delayed.map((message) => message.id),
      [
        'L1.meter.scheduled-turn-off-command',
        'L1.meter.scheduled-turn-on-command',
        'L1.meter.on-demand-turn-off-command',
        'L1.meter.load-limit-command',
        'L1.meter.load-shed-command',
        'L2.head-end.load-shed-command',
        'L9.meter.command-to-turn-on-off-electric-service',
        'L15.head-end.scheduled-turn-off-command',
        'L15.head-end.scheduled-turn-on-command',
        'L15.head-end.on-demand-turn-off-command',
        'L15.head-end.load-limit-command',
        'L17.field-tool.chooses-to-toggle-electric-service',
        'L24.mdms.load-shed-control-notification',
        'L25.draacs.request-load-control',
      ],
    );
  });
  test('a message between two actors has no controls; an unknown one is an error', () => {
    assert.deepEqual(controls('L14.cis.disconnect-request'), []);
    assert.throws(() => protectionOf('L1.meter.fly'), failsWith('profile/unknown-message'));
  });
  test('works for every message, and names no control twice', () => {
    for (const message of profileMessages()) {
      const ids = controls(message.id);
      assert.equal(new Set(ids).size, ids.length, message.id);
    }
  });
});

describe('look-ups', () => {
  test('a scenario with its messages in order', () => {
    const { scenario, messages } = scenarioMessages('B1-Sc2');
    assert.equal(scenario.title, 'On-demand meter reading');
    assert.deepEqual(
      messages.map((message) => message.line),
      ['3', '2', '1', '1', '2', '3'],
    );
  });
  test('messages of a scenario flow on: each is sent by an end that took part, or begins a branch', () => {
    // A causal order has few beginnings; a wrong one shows as a chain that starts over again and again. I1-Sc1 has
    // three: stock is planned, meters arrive from a vendor, and a meter speaks for the first time.
    for (const { id } of profile().scenarios) {
      const { messages } = scenarioMessages(id);
      const reached = new Set<string>();
      let beginnings = 0;
      for (const message of messages) {
        if (!reached.has(message.source)) beginnings += 1;
        reached.add(message.source).add(message.destination);
      }
      assert.ok(beginnings <= (id === 'I1-Sc1' ? 3 : 2), `${id} begins ${beginnings} times`);
    }
  });
  test('ids in other dress: DHS-2.8.2, CDR&LC, x101, names of ends', () => {
    assert.equal(controlById('DHS-2.8.2').id, '2.8.2');
    assert.equal(scenarioById('CDR&LC').id, 'CDRLC');
    assert.equal(lineById('x101').id, 'X101');
    assert.equal(endNamed('oms')?.id, 'outage-management-system');
    assert.equal(endNamed('MDMS: Meter Data Unification System')?.id, 'mdms');
    assert.equal(endNamed('toaster'), undefined);
  });
  test('what does not exist is named', () => {
    assert.throws(() => lineById('60'), failsWith('profile/unknown-line'));
    assert.throws(() => messageById('L1'), failsWith('profile/unknown-message'));
    assert.throws(() => scenarioById('B1-Sc4'), failsWith('profile/unknown-scenario'));
    assert.throws(() => controlById('2.8.1'), failsWith('profile/unknown-control'));
  });
});

describe('find', () => {
  test('the thing with that id comes first', () => {
    assert.deepEqual([find('2.17.1')[0]?.kind, find('2.17.1')[0]?.id], ['control', '2.17.1']);
    assert.equal(find('mdms')[0]?.kind, 'component');
    assert.equal(find('B2-Sc3')[0]?.id, 'B2-Sc3');
  });
  test('all words must occur, in title or text, and the text is shown', () => {
    const hits = find('last gasp');
    assert.ok(hits.some((hit) => hit.id === 'L39.collector.meter-last-gasp-message'));
    assert.deepEqual(find('last gasp xylophone'), []);
    const inText = find('portable computer field personnel');
    assert.deepEqual([inText[0]?.id, inText[0]?.kind], ['field-tool', 'component']);
    assert.match(inText[0]!.excerpt, /Portable computer/);
  });
  test('is bounded, and finds nothing for nothing', () => {
    assert.equal(find('the').length, 50);
    assert.equal(find('the', 7).length, 7);
    assert.deepEqual(find('  '), []);
  });
});

test('the profile is frozen to its depth and made once', () => {
  assert.equal(profile(), profile());
  const line = profile().lines[0]!;
  for (const value of [profile(), profile().lines, line, line.ends, line.directions[0].messages[0]]) {
    assert.ok(Object.isFrozen(value));
  }
  assert.throws(() => {
    (line as { scope: string }).scope = 'outside';
  }, TypeError);
});
