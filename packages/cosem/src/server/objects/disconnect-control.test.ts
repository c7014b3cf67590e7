import assert from 'node:assert/strict';
import { test } from 'node:test';
import { data } from '../../data/index.ts';
import { deviceItself, invokeMethod } from '../object.ts';
import { type ControlMode, disconnectControl, MemorySwitch } from './disconnect-control.ts';

const change = { caller: deviceItself, afterResponse: () => {} };

function drive(mode: ControlMode, port = new MemorySwitch()) {
  const control = disconnectControl(port, mode);
  const invoke = (method: number) =>
    invokeMethod(control.object, control.object.methods.get(method)!, data('integer', 0), change);
  return { control, port, disconnect: () => invoke(1), reconnect: () => invoke(2) };
}

test('in mode 0 nothing moves', async () => {
  const { control, port, disconnect, reconnect } = drive(0);
  await assert.rejects(disconnect, { code: 'server/object-unavailable' });
  await assert.rejects(reconnect, { code: 'server/object-unavailable' });
  assert.equal(await control.disconnectLocally(), false);
  assert.deepEqual([control.state, port.isClosed()], ['connected', true]);
});

test('a remote reconnection closes the switch in modes 2 and 4 only', async () => {
  for (const mode of [1, 2, 3, 4, 5, 6] as const) {
    const { control, port, disconnect, reconnect } = drive(mode);
    await disconnect();
    assert.deepEqual([control.state, port.isClosed()], ['disconnected', false]);
    assert.equal(await control.reconnectManually(), false, 'not ready for it');
    await reconnect();
    const closes = mode === 2 || mode === 4;
    assert.equal(port.isClosed(), closes, `mode ${mode}`);
    assert.equal(control.state, closes ? 'connected' : 'readyForReconnection');
    if (closes) continue;
    assert.equal(await control.reconnectManually(), true);
    assert.deepEqual([control.state, port.isClosed()], ['connected', true]);
  }
});

test('a local disconnection waits for the button, and a restart changes nothing', async () => {
  const port = new MemorySwitch();
  const { control } = drive(3, port);
  assert.equal(await control.disconnectLocally(), true);
  assert.deepEqual([control.state, port.isClosed()], ['readyForReconnection', false]);
  const after = drive(3, port);
  assert.equal(after.control.state, 'readyForReconnection');
});
