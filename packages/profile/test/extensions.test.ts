/** What the extensions mend: broken chains, the missing cancel, empty directions, and ways that v0.48 does not draw. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  componentById,
  extensionMessages,
  maySend,
  messageById,
  messagesBetween,
  profile,
  profileMessages,
} from '../src/index.ts';

const all = profile();

test('every direction of a line with a component that v0.48 leaves empty has an answer of ours', () => {
  const empty = all.lines
    .filter((line) => line.scope !== 'outside')
    .flatMap((line) =>
      line.directions
        .filter((direction) => direction.messages.length === 0)
        .map((d) => [line.id, d] as const),
    );
  assert.equal(empty.length, 22);
  for (const [line, { source, destination }] of empty) {
    const answers = messagesBetween(source, destination).filter((message) => message.line === line);
    assert.ok(
      answers.some((message) => message.kind === 'confirmation'),
      `line ${line} to ${destination}`,
    );
  }
});

test('every line that switches can also cancel and confirm the cancel (2.17.1.2)', () => {
  const pairs = [
    ['head-end', 'meter', 'L1X.meter.cancel-connect-disconnect-command', 'L1X.head-end.cancel-confirmation'],
    [
      'field-tool',
      'meter',
      'L9X.meter.cancel-connect-disconnect-command',
      'L9X.field-tool.cancel-confirmation',
    ],
    ['cis', 'head-end', 'L15X.head-end.cancel-connect-disconnect-command', 'L15X.cis.cancel-confirmation'],
    ['head-end', 'meter', 'L1X.meter.mass-cancel-of-pending-switching', 'L1X.head-end.cancel-confirmation'],
    ['cis', 'head-end', 'L15X.head-end.mass-cancel-of-pending-switching', 'L15X.cis.cancel-confirmation'],
  ] as const;
  for (const [from, to, cancel, confirmation] of pairs) {
    assert.ok(maySend(from, to, cancel), cancel);
    assert.ok(maySend(to, from, confirmation), confirmation);
  }
});

test('chains that break in v0.48 are whole: ping, rate change, firmware download, load shed, opt-out', () => {
  const chains: readonly (readonly string[])[] = [
    [
      'L18.head-end.request-han-device-ping',
      'L1X.meter.han-device-ping',
      'L16X.han-display-device.han-device-ping',
    ],
    [
      'L16X.meter.han-device-ping-response',
      'L1X.head-end.han-device-ping-response',
      'L18X.meter-management.han-device-ping-response',
    ],
    [
      'L15.head-end.rate-change-message',
      'L1X.meter.rate-change-message',
      'L16X.han-display-device.rate-change-message',
    ],
    [
      'L1X.head-end.firmware-download-confirmation',
      'L18.meter-management.confirmation-of-firmware-update-download',
    ],
    ['L2.mdms.load-shed-control-confirmation', 'L24X.draacs.load-shed-control-confirmation'],
    ['L2.mdms.load-shed-control-start-confirmation', 'L24X.draacs.load-shed-control-start-confirmation'],
    ['L2.mdms.load-shed-control-end-confirmation', 'L24X.draacs.load-shed-control-end-confirmation'],
    [
      'L27.han-display-device.opt-out-for-optional-events',
      'L16X.meter.opt-out-for-optional-events',
      'L1X.head-end.opt-out-for-optional-events',
      'L2X.mdms.opt-out-for-optional-events',
      'L24X.draacs.opt-out-for-optional-events',
    ],
  ];
  for (const chain of chains) {
    const messages = chain.map(messageById);
    messages.slice(1).forEach((message, index) => {
      assert.equal(message.source, messages[index]!.destination, `${messages[index]!.id} then ${message.id}`);
    });
  }
});

test('records of every component reach the log management system, by itself or forwarded by the head end', () => {
  assert.ok(maySend('head-end', 'log-management', 'X101.log-management.forwarded-device-records'));
  for (const component of all.components) {
    if (component.id === 'log-management') continue;
    const direct = messagesBetween(component.id, 'log-management').some((message) => message.kind === 'log');
    const forwarded = messagesBetween(component.id, 'head-end').some(
      (message) => message.name === 'Audit records',
    );
    assert.ok(direct !== forwarded, `${component.id}: either direct or forwarded, never both`);
  }
});

test('a component without users or certificates of its own is the exception that is listed here', () => {
  const without = (hub: string): readonly string[] =>
    all.components
      .map((component) => component.id)
      .filter((id) => id !== hub && messagesBetween(hub, id).length === 0);
  const behindHeadEnd = ['meter', 'non-electric-meter', 'third-party-meter'];
  assert.deepEqual(without('trust'), behindHeadEnd);
  assert.deepEqual(without('access'), [...behindHeadEnd, 'witness']);
  assert.deepEqual(without('console'), [
    'collector',
    'meter',
    'field-tool',
    'non-electric-meter',
    'third-party-meter',
    'witness',
  ]);
});

test('no extension opens a way from a meter to a central system other than the head end', () => {
  for (const message of extensionMessages()) {
    if (!message.source.endsWith('meter') && !message.destination.endsWith('meter')) continue;
    const other = message.source.endsWith('meter') ? message.destination : message.source;
    const component = componentById(other);
    assert.ok(component === undefined || component.placement === 'field' || other === 'head-end', message.id);
  }
});

test('only the switching authority gives the head end what a meter accepts for switching', () => {
  const signed = extensionMessages().filter((message) => message.name === 'Signed device request');
  assert.deepEqual(
    signed.map((message) => [message.source, message.destination]),
    [['switching-authority', 'head-end']],
  );
});

test('alarms, cancels and bulk carry the priorities that the rules of the table give them', () => {
  for (const message of [...profileMessages(), ...extensionMessages()]) {
    if (/last gasp message|outage notification/i.test(message.name))
      assert.equal(message.priority, 'alarm', message.id);
    if (message.kind === 'firmware' || message.kind === 'log')
      assert.equal(message.priority, 'bulk', message.id);
    if (/turn (on|off)(\/off)? command|^load (limit|shed) command/i.test(message.name)) {
      assert.equal(message.priority, 'control', message.id);
      assert.equal(message.label, 'restricted', message.id);
    }
    if (/^cancel .*(command|request)$/i.test(message.name))
      assert.equal(message.priority, 'control', message.id);
    if (/^mass cancel/i.test(message.name)) assert.equal(message.priority, 'alarm', message.id);
  }
});
