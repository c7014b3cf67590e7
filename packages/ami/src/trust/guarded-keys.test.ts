import assert from 'node:assert/strict';
import test from 'node:test';
import { WattwardError } from '../base/errors.ts';
import { raiseTrust } from './errors.ts';
import { GuardedKeys, type ModuleState } from './guarded-keys.ts';
import type { KeyPort } from './key-port.ts';

/** A module that does what it is told: work, throw, or never answer. */
class Moody {
  mood: 'works' | 'throws' | 'hangs' | 'refuses' = 'works';
  calls = 0;

  async sign(): Promise<Uint8Array> {
    this.calls++;
    if (this.mood === 'throws') throw new Error('CKR_DEVICE_ERROR');
    if (this.mood === 'refuses') throw raiseTrust('no-key');
    if (this.mood === 'hangs') return new Promise(() => undefined);
    return Buffer.from('signed');
  }
}

function setUp() {
  const module = new Moody();
  const time = { ms: 0 };
  const states: ModuleState[] = [];
  const keys = new GuardedKeys(module as unknown as KeyPort, {
    configured: {
      'trust.moduleAnswerSeconds': 0.02,
      'trust.moduleFailures': 3,
      'trust.modulePauseSeconds': 30,
    },
    nowMs: () => time.ms,
    onState: (state) => states.push(state),
  });
  const sign = () => keys.sign('x', Buffer.alloc(1));
  return { module, time, states, keys, sign };
}

const unavailable = (error: unknown) =>
  error instanceof WattwardError && error.code === 'trust/module-unavailable' && error.kind === 'peer';

for (const mood of ['throws', 'hangs'] as const) {
  test(`a module that ${mood} is left alone after some failures and tried again after a pause`, async () => {
    const { module, time, states, keys, sign } = setUp();
    await sign();
    module.mood = mood;
    for (let i = 0; i < 3; i++) await assert.rejects(sign(), unavailable);
    assert.equal(keys.state, 'resting');
    assert.equal(module.calls, 4);
    // While it rests nobody waits for it, and it is not called.
    await assert.rejects(sign(), unavailable);
    assert.equal(module.calls, 4);
    time.ms = 31_000;
    await assert.rejects(sign(), unavailable);
    assert.equal(module.calls, 5);
    await assert.rejects(sign(), unavailable);
    assert.equal(module.calls, 5);
    time.ms = 62_000;
    module.mood = 'works';
    assert.deepEqual(await sign(), Buffer.from('signed'));
    assert.deepEqual(states, ['failing', 'resting', 'working']);
  });
}

test('only one operation tries a module that rests', async () => {
  const { module, time, sign } = setUp();
  module.mood = 'throws';
  for (let i = 0; i < 3; i++) await assert.rejects(sign(), unavailable);
  time.ms = 31_000;
  const ends = await Promise.allSettled([sign(), sign(), sign()]);
  assert.equal(module.calls, 4);
  assert.ok(ends.every((end) => end.status === 'rejected'));
});

test('a refusal is an answer and not a failure', async () => {
  const { module, keys, sign } = setUp();
  module.mood = 'refuses';
  for (let i = 0; i < 10; i++)
    await assert.rejects(sign(), (error) => error instanceof WattwardError && error.code === 'trust/no-key');
  assert.equal(keys.state, 'working');
  assert.equal(module.calls, 10);
});
