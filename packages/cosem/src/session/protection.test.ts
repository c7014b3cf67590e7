import assert from 'node:assert/strict';
import { test } from 'node:test';
import { decodeCiphered, encodeCiphered } from '../apdu/ciphered.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { MemoryCounters } from '../security/counters.ts';
import { RisingTransactions } from '../security/general-open.ts';
import { keyName, SoftwareKeys } from '../security/software-keys.ts';
import { type ApduProtection, checkProtection, openProtection } from './protection.ts';
import type { CipheringForm, SecuritySettings } from './security-settings.ts';

const clientTitle = fromHex('4d4d4d0000bc614e');
const serverTitle = fromHex('4752580000000001');
const otherTitle = fromHex('4752580000000002');
const getRequest = fromHex('c001c100080000010000ff0200');
const accessRequest = fromHex('d940000001 00 01 01 0008 0000010000ff 02 01 00');
const both = { authenticated: true, encrypted: true, signed: false } as const;
const signedToo = { ...both, signed: true } as const;

type Sides = { client: ApduProtection; server: ApduProtection };

async function sides(
  suite: 0 | 1 | 2 = 1,
  change: Partial<SecuritySettings> = {},
  stores = { client: new MemoryCounters(), server: new MemoryCounters() },
): Promise<Sides> {
  const keys = new SoftwareKeys();
  const size = suite === 2 ? 32 : 16;
  keys.put(keyName(serverTitle, 'unicast-encryption'), new Uint8Array(size).fill(1));
  keys.put(keyName(serverTitle, 'authentication'), new Uint8Array(size).fill(2));
  keys.put(keyName(serverTitle, 'master'), new Uint8Array(size).fill(3));
  const curve = suite === 2 ? 'P-384' : 'P-256';
  const publicOf: Record<string, Uint8Array> = {};
  for (const title of [clientTitle, serverTitle]) {
    publicOf[toHex(title)] = keys.generatePair(keyName(title, 'signing'), curve);
  }
  const settings = (own: Uint8Array, peer: Uint8Array): SecuritySettings => ({
    suite,
    keys,
    counters: own === clientTitle ? stores.client : stores.server,
    keyOwner: toHex(serverTitle),
    ownTitle: own,
    peerTitle: peer,
    signing: { own: keyName(own, 'signing'), peerKey: publicOf[toHex(peer)]! },
    general: { plan: { choice: 'wrapped', kek: keyName(serverTitle, 'master') } },
    acceptFresh: new RisingTransactions().accept,
    ...change,
  });
  return {
    client: await openProtection(settings(clientTitle, serverTitle)),
    server: await openProtection(settings(serverTitle, clientTitle)),
  };
}

const forms: readonly CipheringForm[] = ['service-specific', 'general', 'general-ciphering'];

test('every form and kind of protection opens to what was sealed, within the announced overhead', async () => {
  for (const suite of [0, 1, 2] as const) {
    const { client, server } = await sides(suite);
    for (const form of forms) {
      for (let bits = 0; bits < 8; bits++) {
        const protection = {
          authenticated: (bits & 1) !== 0,
          encrypted: (bits & 2) !== 0,
          signed: (bits & 4) !== 0,
        };
        if ((protection.signed && suite === 0) || (protection.encrypted && !protection.authenticated))
          continue;
        for (const plain of [getRequest, accessRequest]) {
          const how = { protection, form };
          const wire = await client.protect(plain, how);
          assert.ok(wire.length <= plain.length + client.overhead(how), `${form} ${bits} in suite ${suite}`);
          const found = await server.unprotect(wire);
          assert.equal(toHex(found.plain), toHex(plain));
          assert.deepEqual(found.protection, protection);
          checkProtection(found, protection, protection);
        }
      }
    }
  }
});

test('the service-specific form is used where it exists', async () => {
  const { client } = await sides();
  assert.equal((await client.protect(getRequest, { protection: both }))[0], 0xc8);
  assert.equal((await client.protect(accessRequest, { protection: both }))[0], 0xdb);
  assert.equal((await client.protect(getRequest, { protection: signedToo }))[0], 0xdb);
});

test('replayed and lower counters are refused, also by another association under the same key', async () => {
  const stores = { client: new MemoryCounters(), server: new MemoryCounters() };
  const { client, server } = await sides(1, {}, stores);
  const { server: second } = await sides(1, {}, stores);
  const first = await client.protect(getRequest, { protection: both });
  const next = await client.protect(getRequest, { protection: both });
  await server.unprotect(next);
  await assert.rejects(server.unprotect(next), { code: 'security/replay' });
  await assert.rejects(server.unprotect(first), { code: 'security/replay' });
  // The second association shares the counter (its keys are the same).
  await assert.rejects(second.unprotect(next), { code: 'security/replay' });
});

test('changed octets, a wrong system title and the direction turned round are refused', async () => {
  const { client, server } = await sides();
  for (const form of ['service-specific', 'general'] as const) {
    const wire = await client.protect(getRequest, { protection: both, form });
    for (const at of [wire.length - 1, wire.length - 14]) {
      const changed = wire.slice();
      changed[at]! ^= 1;
      await assert.rejects(server.unprotect(changed), { code: 'security/tag' });
    }
    const code = form === 'general' ? 'security/system-title' : 'security/tag';
    await assert.rejects(client.unprotect(wire), { code });
  }
  const stranger = await sides(1, { ownTitle: otherTitle });
  const wire = await stranger.client.protect(getRequest, { protection: both, form: 'general' });
  await assert.rejects(server.unprotect(wire), { code: 'security/system-title' });
});

test('clearing protection bits gets nobody anywhere', async () => {
  const { client, server } = await sides();
  const wire = await client.protect(getRequest, { protection: both });
  const header = wire.indexOf(0x31);
  for (const control of [0x21, 0x11, 0x01, 0xb1, 0x71, 0x30, 0x32]) {
    const changed = wire.slice();
    changed[header] = control;
    await assert.rejects(server.unprotect(changed), (error: { code: string }) =>
      error.code.startsWith('security/'),
    );
  }
});

test('what is less protected than asked for is refused by name, what is more only where it is not allowed', async () => {
  const { client, server } = await sides();
  const plain = await server.unprotect(getRequest);
  assert.throws(() => checkProtection(plain, both), { code: 'session/unprotected' });
  const authenticated = { authenticated: true, encrypted: false, signed: false };
  const weaker = await server.unprotect(await client.protect(getRequest, { protection: authenticated }));
  assert.throws(() => checkProtection(weaker, both), { code: 'session/downgrade' });
  const full = await server.unprotect(await client.protect(getRequest, { protection: both }));
  assert.throws(() => checkProtection(full, authenticated, authenticated), { code: 'session/stronger' });
  checkProtection(full, authenticated);
});

test('signed messages: a wrong signature, a foreign recipient, two layers, and replay are refused', async () => {
  const { client, server } = await sides();
  const signedOnly = { authenticated: false, encrypted: false, signed: true };
  const wire = await client.protect(getRequest, { protection: signedOnly });
  const envelope = decodeCiphered(wire);
  assert.ok(envelope.type === 'general-signing');
  const signature = envelope.signature.slice();
  signature[3]! ^= 1;
  await assert.rejects(server.unprotect(encodeCiphered({ ...envelope, signature })), {
    code: 'security/signature',
  });
  const turned = encodeCiphered({ ...envelope, recipientSystemTitle: otherTitle });
  await assert.rejects(server.unprotect(turned), { code: 'security/system-title' });
  const twice = await client.protect(wire, { protection: signedOnly });
  await assert.rejects(server.unprotect(twice), { code: 'session/layers' });
  await server.unprotect(wire);
  await assert.rejects(server.unprotect(wire), { code: 'session/downgrade' });
  const general = await client.protect(getRequest, { protection: both, form: 'general-ciphering' });
  await server.unprotect(general);
  await assert.rejects(server.unprotect(general), { code: 'security/fresh' });
});

test('the dedicated key: both are accepted until it is in use, then Initiate alone stays global', async () => {
  const { client, server } = await sides();
  const key = new Uint8Array(16).fill(9);
  const before = await client.protect(getRequest, { protection: both });
  for (const side of [client, server]) side.addDedicatedKey(side.settings.keys.importSecret(key));
  await server.unprotect(before);
  client.useDedicatedKey();
  const dedicated = await client.protect(getRequest, { protection: both });
  assert.equal(dedicated[0], 0xd0);
  assert.equal((await server.unprotect(dedicated)).scope, 'dedicated');
  server.useDedicatedKey();
  client.scope = 'global';
  const late = await client.protect(getRequest, { protection: both });
  await assert.rejects(server.unprotect(late), { code: 'security/scope' });
  const initiate = fromHex('01000000065f1f0400001e1dffff');
  const found = await server.unprotect(await client.protectInitiate(initiate, both), true);
  assert.equal(toHex(found.plain), toHex(initiate));
  const stranger = await sides();
  await assert.rejects(stranger.server.unprotect(dedicated), { code: 'security/scope' });
});
