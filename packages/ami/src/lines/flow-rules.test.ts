import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { domainClearance, labelOrder, type Message, profile } from '@wattward/profile';
import { anyLineBetween, flowRefusal, namesOf, type PeerIdentity, principalOf } from './flow-rules.ts';

const all = profile();
const ends = [
  ...all.components.flatMap((each) => [each.id, ...each.parts.map((part) => part.id)]),
  ...all.actors.map((each) => each.id),
];
/** Every message of the 59 lines and of the extension lines, with the line it stands on, straight from the tables. */
const messages: Message[] = [
  ...[...all.lines, ...all.extensionLines].flatMap((line) =>
    line.directions.flatMap((each) => each.messages),
  ),
  ...all.extensionMessages,
];
const unique = [...new Map(messages.map((each) => [each.id, each])).values()];

/** What the tables say, without asking the code that the gate asks. */
function tablesPermit(message: Message, source: string, destination: string): boolean {
  const part = all.meterPartsByLine[message.line]?.facing;
  const is = (end: string, name: string) => name === end || (end === 'meter' && name === part);
  return message.scope !== 'outside' && is(message.source, source) && is(message.destination, destination);
}

const flowOf = (message: Message, source: string, destination: string) => ({
  source,
  destination,
  line: message.line,
  type: message.id,
  label: message.label,
  priority: message.priority,
});

describe('the decision over every line, direction, type and ordered pair', () => {
  test('permits exactly what the tables permit', () => {
    let permitted = 0;
    let asked = 0;
    const sets = new Map(ends.map((end) => [end, new Set([end])]));
    for (const message of unique) {
      for (const source of ends) {
        for (const destination of ends) {
          asked++;
          const refusal = flowRefusal(
            flowOf(message, source, destination),
            sets.get(source)!,
            sets.get(destination)!,
          );
          const expected = tablesPermit(message, source, destination);
          if ((refusal === undefined) !== expected)
            assert.fail(`${message.id} from ${source} to ${destination}: ${refusal}`);
          if (expected) permitted++;
        }
      }
    }
    assert.equal(asked, unique.length * ends.length ** 2);
    assert.ok(permitted >= unique.filter(({ scope }) => scope !== 'outside').length);
  });

  test('refuses every message on every line but its own', () => {
    const lines = [...all.lines, ...all.extensionLines].map(({ id }) => id);
    for (const message of unique) {
      if (message.scope === 'outside') continue;
      for (const line of lines) {
        const flow = { ...flowOf(message, message.source, message.destination), line };
        const refusal = flowRefusal(flow, new Set([message.source]), new Set([message.destination]));
        assert.equal(refusal, line === message.line ? undefined : 'line', `${message.id} on line ${line}`);
      }
    }
  });

  test('refuses every priority but the type’s own, every lower label, and what may not enter the domain', () => {
    for (const message of unique) {
      if (message.scope === 'outside') continue;
      const ask = (change: Partial<ReturnType<typeof flowOf>>) =>
        flowRefusal(
          { ...flowOf(message, message.source, message.destination), ...change },
          new Set([message.source]),
          new Set([message.destination]),
        );
      for (const priority of ['alarm', 'control', 'normal', 'bulk'] as const)
        assert.equal(ask({ priority }), priority === message.priority ? undefined : 'line');
      for (const label of labelOrder) {
        const isLower = labelOrder.indexOf(label) < labelOrder.indexOf(message.label);
        if (isLower) assert.equal(ask({ label }), 'label', `${message.id} as ${label}`);
      }
    }
    // The Premise Edge stands lower than the others: nothing restricted enters it.
    assert.equal(domainClearance['premise-edge'], 'confidential');
    const entering = unique.filter(
      ({ line, destination }) => ['16', '26'].includes(line) && destination === 'meter',
    );
    assert.ok(entering.length > 0);
    for (const message of entering) {
      const flow = { ...flowOf(message, message.source, 'meter.han'), label: 'restricted' as const };
      assert.equal(flowRefusal(flow, new Set([message.source]), new Set(['meter.han'])), 'label', message.id);
    }
  });

  test('a source that is not the signer and a destination that is not me come first', () => {
    const message = unique.find(({ id }) => id === 'L2.mdms.meter-event')!;
    const flow = flowOf(message, 'head-end', 'mdms');
    assert.equal(flowRefusal(flow, new Set(['draacs']), new Set(['draacs'])), 'source');
    assert.equal(flowRefusal(flow, new Set(['head-end']), new Set(['draacs'])), 'destination');
    assert.equal(
      flowRefusal({ ...flow, type: '__proto__' }, new Set(['head-end']), new Set(['mdms'])),
      'line',
    );
  });
});

describe('names', () => {
  const names = (identity: PeerIdentity) => [...namesOf(identity)];
  test('a gateway speaks for itself and for the one actor that its certificate names', () => {
    assert.deepEqual(names({ component: 'gateway', actor: 'cis' }), ['gateway/cis', 'cis']);
    assert.deepEqual(names({ component: 'gateway', actor: 'field-person' }), ['gateway/field-person']);
    assert.deepEqual(names({ component: 'head-end' }), ['head-end']);
  });
  test('one device among many does not speak for another', () => {
    const one = namesOf({ component: 'collector', device: '4C47000000000001' });
    assert.ok(one.has('collector/4C47000000000001'));
    assert.ok(!one.has('collector'));
    assert.ok(!one.has('collector/4C47000000000002'));
    assert.equal(principalOf({ component: 'meter.fan', device: 'AB' }), 'meter.fan/AB');
  });
  test('the console and the field tool present the people who use them', () => {
    assert.ok(namesOf({ component: 'console' }).has('head-end-operator'));
    assert.ok(namesOf({ component: 'field-tool', device: 'AA' }).has('field-person/AA'));
    assert.ok(namesOf({ component: 'meter.han', device: 'AA' }).has('han-display-device/AA'));
  });
});

test('a listener talks to those from whom a line leads here, and to no others', () => {
  for (const source of ends) {
    for (const destination of ends) {
      const expected = unique.some((message) => tablesPermit(message, source, destination));
      assert.equal(
        anyLineBetween(new Set([source]), new Set([destination])),
        expected,
        `${source} ${destination}`,
      );
    }
  }
});
