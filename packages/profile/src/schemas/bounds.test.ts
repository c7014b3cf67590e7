import assert from 'node:assert/strict';
import { test } from 'node:test';
import { boundsOf, isSwitching, permittedMessages, profile, schemaOf } from '../index.ts';
import { largestOctets } from './size.ts';

const defaultOf = (id: string): number => profile().parameters.find((each) => each.id === id)!.default;

test('no message is larger than the parameter of its sort, nor than its schema can fill', () => {
  for (const { id } of permittedMessages()) {
    const { maxOctets, sizeParameter } = boundsOf(id);
    if (/\.relayed-/.test(id)) continue;
    assert.equal(maxOctets, Math.min(defaultOf(sizeParameter), largestOctets(schemaOf(id))), id);
    assert.match(sizeParameter, /^lines\.\w+MaximumOctets$/);
  }
  assert.equal(boundsOf('L1.head-end.meter-reading').sizeParameter, 'lines.fieldMessageMaximumOctets');
  assert.equal(boundsOf('L2.mdms.meter-reading').sizeParameter, 'lines.batchMaximumOctets');
  assert.equal(boundsOf('L2.mdms.meter-reading').maxOctets, defaultOf('lines.batchMaximumOctets'));
  assert.equal(boundsOf('L25.grid-control.load-shed-report').sizeParameter, 'lines.messageMaximumOctets');
  // An acknowledgement has no use for a mebibyte.
  assert.ok(boundsOf('L40X.head-end.outage-notice-acknowledgement').maxOctets < 1024);
});

test('a relayed message has room for one APDU of the field, the same on both lines', () => {
  const apdu = defaultOf('lines.fieldMessageMaximumOctets');
  for (const kind of ['request', 'answer']) {
    const ends = kind === 'request' ? ['L37X.collector', 'L39X.meter'] : ['L37X.head-end', 'L39X.collector'];
    const [wide, near] = ends.map((end) => boundsOf(`${end}.relayed-${kind}`));
    assert.deepEqual(wide, near);
    assert.ok(wide!.maxOctets > apdu && wide!.maxOctets < apdu + 256, String(wide!.maxOctets));
  }
});

test('a configuration changes sizes and expiry', () => {
  const half = (id: string): number => defaultOf(id) / 2;
  const { maxOctets, expiresAfterSeconds } = boundsOf('L15.head-end.scheduled-turn-off-command', half);
  assert.equal(expiresAfterSeconds, (defaultOf('lines.commandAgeMinutes') / 2) * 60);
  const whole = boundsOf('L15.head-end.scheduled-turn-off-command').maxOctets;
  assert.ok(maxOctets <= whole);
  assert.equal(boundsOf('L2.mdms.meter-reading', half).maxOctets, defaultOf('lines.batchMaximumOctets') / 2);
});

test('commands expire; readings, events and records never do', () => {
  const expiring = defaultOf('lines.commandAgeMinutes') * 60;
  for (const message of permittedMessages()) {
    const { expiresAfterSeconds } = boundsOf(message.id);
    if (['reading', 'event', 'log', 'confirmation', 'firmware'].includes(message.kind)) {
      assert.equal(expiresAfterSeconds, undefined, message.id);
    }
    const takesBack = /\.(?:mass-)?cancel-|\.suspend-order$|\.key-destruction-order$/.test(message.id);
    if (message.kind === 'command') {
      assert.equal(expiresAfterSeconds, takesBack ? undefined : expiring, message.id);
    }
    if (isSwitching(message) && !takesBack) assert.equal(expiresAfterSeconds, expiring, message.id);
  }
  for (const id of [
    'X503.switching-authority.permit',
    'L39X.meter.relayed-request',
    'X501.head-end.signed-device-request',
  ]) {
    assert.equal(boundsOf(id).expiresAfterSeconds, expiring, id);
  }
  assert.equal(boundsOf('X501.head-end.signed-cancel').expiresAfterSeconds, undefined);
});

test('bulk says what it is a batch of', () => {
  assert.deepEqual(boundsOf('L2.mdms.meter-reading').batchOf, {
    type: 'DayBlock',
    field: 'blocks',
    maxItems: 50_000,
  });
  assert.equal(boundsOf('X101.log-management.audit-records').batchOf?.field, 'records');
  assert.equal(boundsOf('L15.cis.successful-turn-on-confirmation').batchOf, undefined);
  for (const message of permittedMessages()) {
    if (message.priority !== 'bulk' || message.kind === 'firmware') continue;
    assert.ok(boundsOf(message.id).batchOf !== undefined, message.id);
  }
});
