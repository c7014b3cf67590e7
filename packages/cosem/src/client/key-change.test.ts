import assert from 'node:assert/strict';
import { test } from 'node:test';
import { clientTitle, ScriptedServer, serverTitle, testKeys } from '../../test/scripted-server.ts';
import type { PlainApdu } from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import { MemoryCounters } from '../security/counters.ts';
import { acceptTransfer, decodeKeyMaterial } from '../security/key-change.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { connect } from './client.ts';
import { changeKeys, type KeyChangeRecord, type KeyChoice, MemoryKeyChangeJournal } from './key-change.ts';

const owner = toHex(serverTitle);
const purposes = ['unicast-encryption', 'authentication'] as const;

type Mood = 'willing' | 'refusing' | 'silent-before' | 'silent-after';

/** A meter with a key store of its own, and a head end with another. */
class Pair {
  readonly meterKeys = testKeys(0).keys;
  readonly headEndKeys = testKeys(0).keys;
  readonly journal = new MemoryKeyChangeJournal();
  readonly #clientCounters = new MemoryCounters();
  readonly #meterCounters = new MemoryCounters();
  #meterGeneration = 0;
  mood: Mood = 'willing';
  transfers = 0;

  /** Takes the keys as a meter does: they count from the next association on. */
  #answer = (request: PlainApdu): PlainApdu | undefined => {
    if (request.type !== 'action-request' || request.choice !== 'normal') return undefined;
    const { invoke } = request;
    this.transfers += 1;
    if (this.mood === 'silent-before') return undefined;
    if (this.mood === 'refusing') {
      return { type: 'action-response', choice: 'normal', invoke, reply: { result: 'read-write-denied' } };
    }
    const names = acceptTransfer(this.meterKeys, owner, 0, decodeKeyMaterial(request.parameters!));
    this.#activate = () => {
      this.meterKeys.activate(names);
      this.#meterGeneration += 1;
    };
    if (this.mood === 'silent-after') return undefined;
    return { type: 'action-response', choice: 'normal', invoke, reply: { result: 'success' } };
  };
  #activate: (() => void) | undefined;

  connect = async (choice: KeyChoice) => {
    this.#activate?.();
    this.#activate = undefined;
    const server = new ScriptedServer({
      answer: this.#answer,
      suite: 0,
      keys: this.meterKeys,
      mechanism: 'high-gmac',
      counters: this.#meterCounters,
      generation: this.#meterGeneration,
    });
    return connect({
      transport: server.transport,
      mechanism: 'high-gmac',
      responseTimeoutMs: 30,
      security: {
        suite: 0,
        keys: this.headEndKeys,
        counters: this.#clientCounters,
        systemTitle: clientTitle,
        serverTitle,
        ...choice,
      },
    });
  };

  change() {
    const { headEndKeys: keys, journal } = this;
    return changeKeys({
      keys,
      keyOwner: owner,
      suite: 0,
      purposes,
      generation: 0,
      journal,
      connect: this.connect,
    });
  }

  /** Whether an association opens with the keys that count as current at the head end. */
  async works(generation: number): Promise<boolean> {
    try {
      const client = await this.connect({ generation, staged: [] });
      await client.close();
      return true;
    } catch {
      return false;
    }
  }
}

test('keys are changed, tried out and made current', async () => {
  const pair = new Pair();
  assert.deepEqual(await pair.change(), { changed: true, generation: 1 });
  assert.equal(pair.journal.load(owner), undefined);
  assert.ok(await pair.works(1));
  assert.equal(pair.headEndKeys.has({ owner, purpose: 'unicast-encryption', slot: 'next' }), false);
});

test('a device that refuses keeps its keys, and nothing is left behind', async () => {
  const pair = new Pair();
  pair.mood = 'refusing';
  assert.deepEqual(await pair.change(), { changed: false, generation: 0 });
  assert.equal(pair.journal.load(owner), undefined);
  assert.equal(pair.headEndKeys.has({ owner, purpose: 'unicast-encryption', slot: 'next' }), false);
  assert.ok(await pair.works(0));
});

test('a lost answer is cleared up by trying the keys, whether the device has taken them or not', async () => {
  const taken = new Pair();
  taken.mood = 'silent-after';
  assert.deepEqual(await taken.change(), { changed: true, generation: 1 });
  assert.ok(await taken.works(1));
  const lost = new Pair();
  lost.mood = 'silent-before';
  assert.deepEqual(await lost.change(), { changed: false, generation: 0 });
  assert.equal(lost.transfers, 2);
  assert.ok(await lost.works(0));
});

test('a crash at any step of the journal or of a connection can be resumed', async () => {
  // Three notes, each with a step before and one behind it, and the end.
  for (let crashAt = 1; crashAt <= 7; crashAt++) {
    const pair = new Pair();
    let step = 0;
    const crash = () => {
      step += 1;
      if (step === crashAt) throw new Error('the power is gone');
    };
    const journal = {
      load: (name: string) => pair.journal.load(name),
      save: (record: KeyChangeRecord) => {
        // Before or after the note: both happen, one step each.
        crash();
        pair.journal.save(record);
        crash();
      },
      clear: (name: string) => {
        crash();
        pair.journal.clear(name);
      },
    };
    const options = {
      keys: pair.headEndKeys,
      keyOwner: owner,
      suite: 0,
      purposes,
      generation: 0,
      journal,
    } as const;
    await changeKeys({ ...options, connect: pair.connect }).catch(() => {});
    assert.equal(step, crashAt);
    step = 1000;
    const result = await pair.change();
    assert.ok(await pair.works(result.generation), `after a crash at step ${crashAt}`);
    assert.equal(pair.journal.load(owner), undefined);
  }
});

test('where neither keys work, everything is kept for later', async () => {
  const pair = new Pair();
  pair.mood = 'silent-before';
  let connections = 0;
  const connectOnce = (choice: KeyChoice) => {
    connections += 1;
    if (connections > 1) throw new Error('the network is gone');
    return pair.connect(choice);
  };
  const { headEndKeys: keys, journal } = pair;
  const options = { keys, keyOwner: owner, suite: 0, purposes, generation: 0, journal } as const;
  await assert.rejects(changeKeys({ ...options, connect: connectOnce }), { code: 'client/key-change' });
  assert.equal(journal.load(owner)?.state, 'sent');
  assert.ok(keys.has({ owner, purpose: 'authentication', slot: 'next' }));
  pair.mood = 'willing';
  assert.deepEqual(await pair.change(), { changed: true, generation: 1 });
});

test('counters of the old key are never used again: the generation rises with the unicast key only', async () => {
  const keys = new SoftwareKeys();
  keys.put(keyName(serverTitle, 'master'), new Uint8Array(16));
  const journal = new MemoryKeyChangeJournal();
  for (const [changed, next] of [
    ['authentication', 5],
    ['broadcast-encryption', 5],
    ['unicast-encryption', 6],
  ] as const) {
    const connectNever = () => Promise.reject(new Error('not now'));
    const options = { keys, keyOwner: owner, suite: 0, purposes: [changed], generation: 5, journal } as const;
    await assert.rejects(changeKeys({ ...options, connect: connectNever }));
    assert.equal(journal.load(owner)?.nextGeneration, next);
    journal.clear(owner);
  }
});
