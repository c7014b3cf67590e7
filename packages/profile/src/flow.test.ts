import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import {
  domainOf,
  extensionMessages,
  linesOf,
  maySend,
  messageById,
  messagesBetween,
  pathOf,
  permittedMessages,
  profile,
  profileMessages,
} from './index.ts';

describe('maySend', () => {
  test('permits every message of lines with a component from its source to its destination', () => {
    const inScope = [...profileMessages(), ...extensionMessages()].filter((each) => each.scope !== 'outside');
    assert.equal(inScope.length, 289 - 38 + extensionMessages().length);
    for (const message of inScope)
      assert.ok(maySend(message.source, message.destination, message.id), message.id);
    assert.deepEqual(new Set(permittedMessages()), new Set(inScope));
  });

  test('refuses every message between every other ordered pair of components', () => {
    const ids = profile().components.map((component) => component.id);
    for (const message of permittedMessages()) {
      for (const source of ids) {
        for (const destination of ids) {
          const own = source === message.source && destination === message.destination;
          assert.equal(
            maySend(source, destination, message.id),
            own,
            `${source} ${destination} ${message.id}`,
          );
        }
      }
    }
  });

  test('refuses what is unknown, and what passes between two actors', () => {
    assert.equal(maySend('head-end', 'meter', 'L1.meter.fly'), false);
    assert.equal(maySend('moon', 'meter', 'L1.meter.load-limit-command'), false);
    assert.equal(maySend('', '', ''), false);
    assert.equal(maySend('head-end', 'meter', '__proto__'), false);
    assert.equal(maySend('customer', 'cis', 'L14.cis.disconnect-request'), false);
  });

  test('lets the part of a meter that stands at a line speak and hear for it, and no other part', () => {
    assert.ok(maySend('head-end', 'meter.fan', 'L1.meter.load-limit-command'));
    assert.ok(!maySend('head-end', 'meter.han', 'L1.meter.load-limit-command'));
    assert.ok(maySend('meter.han', 'han-display-device', 'L16.han-display-device.test-message'));
    assert.ok(!maySend('meter.fan', 'han-display-device', 'L16.han-display-device.test-message'));
    assert.ok(maySend('field-tool', 'meter.metrology', 'L9.meter.meter-configuration-data'));
  });
});

test('messagesBetween gives one direction, the messages of v0.48 first', () => {
  const down = messagesBetween('head-end', 'meter');
  assert.equal(down.filter((message) => message.origin === 'profile').length, 24);
  assert.equal(
    messagesBetween('meter', 'head-end').filter((message) => message.origin === 'profile').length,
    30,
  );
  assert.ok(down.some((message) => message.id === 'L1X.meter.cancel-connect-disconnect-command'));
  assert.deepEqual(messagesBetween('mdms', 'meter'), []);
});

describe('linesOf', () => {
  test('the lines that the design gives the MDMS', () => {
    const own = linesOf('mdms').filter((line) => line.origin === 'profile');
    assert.deepEqual(
      own.map((line) => line.id),
      ['2', '3', '4', '8', '10', '11', '13', '23', '24', '38'],
    );
  });
  test('a part of a meter has the lines at which it stands or acts', () => {
    assert.deepEqual(
      linesOf('meter.han').map((line) => line.id),
      ['16', '26'],
    );
    assert.deepEqual(
      linesOf('meter.fan').map((line) => line.id),
      ['1', '39'],
    );
  });
  test('nothing has lines that is unknown', () => assert.deepEqual(linesOf('moon'), []));
});

describe('pathOf', () => {
  const path = (id: string): readonly string[] => pathOf(messageById(id)).map((step) => step.end);
  test('inside a meter the part at the line passes on to the part that acts', () => {
    assert.deepEqual(path('L1.meter.load-limit-command'), ['head-end', 'meter.fan', 'meter.metrology']);
    assert.deepEqual(path('L1.head-end.meter-reading'), ['meter.metrology', 'meter.fan', 'head-end']);
    assert.deepEqual(path('L1.meter.informational-message'), ['head-end', 'meter.fan', 'meter.han']);
    assert.deepEqual(path('L9.meter.meter-configuration-data'), ['field-tool', 'meter.metrology']);
  });
  test('an actor comes in by its carrier', () => {
    assert.deepEqual(path('L15.head-end.load-limit-command'), ['cis', 'gateway', 'head-end']);
    assert.deepEqual(path('L3.data-retriever.meter-reading'), ['mdms', 'gateway', 'data-retriever']);
    assert.deepEqual(path('L16.meter.event-start-confirmation'), ['han-display-device', 'meter.han']);
    assert.deepEqual(path('L17.field-tool.close-out-work-order'), ['field-person', 'field-tool']);
    assert.deepEqual(path('L14.cis.disconnect-request'), ['customer', 'cis']);
  });
  test('every step inside the system has a domain', () => {
    for (const message of permittedMessages()) {
      for (const step of pathOf(message)) {
        const actor = profile().actors.some((each) => each.id === step.end);
        assert.equal(step.domain === undefined, actor, `${message.id} ${step.end}`);
      }
    }
  });
});

test('domainOf: components, parts, and nothing for a whole meter or an actor', () => {
  assert.equal(domainOf('head-end'), 'automated-network');
  assert.equal(domainOf('meter.han'), 'premise-edge');
  assert.equal(domainOf('meter'), undefined);
  assert.equal(domainOf('cis'), undefined);
});
