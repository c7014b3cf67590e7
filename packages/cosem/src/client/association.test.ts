import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  clientTitle,
  type ScriptedOptions,
  ScriptedServer,
  serverTitle,
  testKeys,
} from '../../test/scripted-server.ts';
import { decodeApdu, encodeApdu } from '../apdu/index.ts';
import type { MechanismName } from '../apdu/names.ts';
import type { Aare } from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import { MemoryCounters } from '../security/counters.ts';
import { keyName, type SoftwareKeys } from '../security/software-keys.ts';
import type { SecuritySuite } from '../security/suite.ts';
import { type CosemClient, connect } from './client.ts';
import type { AssociationOptions, ClientSecurity } from './options.ts';

const secret = new TextEncoder().encode('a secret of sixteen');

interface Made {
  readonly server: ScriptedServer;
  open(): Promise<CosemClient>;
}

function securityFor(
  suite: SecuritySuite,
  keys: SoftwareKeys,
  publicKeys: Record<string, Uint8Array>,
): ClientSecurity {
  const peerKey = publicKeys[toHex(serverTitle)];
  return {
    suite,
    keys,
    counters: new MemoryCounters(),
    systemTitle: clientTitle,
    serverTitle,
    signing: { own: keyName(clientTitle, 'signing'), ...(peerKey === undefined ? {} : { peerKey }) },
  };
}

function make(
  mechanism: MechanismName,
  suite: SecuritySuite | undefined,
  server: ScriptedOptions = {},
  client: Partial<AssociationOptions> = {},
): Made {
  const { keys, publicKeys } = testKeys(suite ?? 0);
  const security = suite === undefined ? undefined : securityFor(suite, keys, publicKeys);
  const scripted = new ScriptedServer({
    mechanism,
    secret,
    answer: () => undefined,
    ...(suite === undefined ? {} : { suite, keys, publicKeys }),
    ...server,
  });
  const options: AssociationOptions = {
    transport: scripted.transport,
    mechanism,
    secret,
    responseTimeoutMs: 300,
    ...(security === undefined ? {} : { security }),
    ...client,
  };
  return { server: scripted, open: () => connect(options) };
}

test('every mechanism opens and releases, in every suite it exists in', async () => {
  const mechanisms: readonly (readonly [MechanismName, readonly (SecuritySuite | undefined)[]])[] = [
    ['lowest', [undefined, 0, 1, 2]],
    ['low', [undefined, 0]],
    ['high-md5', [undefined, 0]],
    ['high-sha1', [undefined, 0]],
    ['high-gmac', [0, 1, 2]],
    ['high-sha256', [0, 1]],
    ['high-ecdsa', [1, 2]],
  ];
  for (const [mechanism, suites] of mechanisms) {
    for (const suite of suites) {
      const { server, open } = make(mechanism, suite, {}, { weakMechanisms: ['high-md5', 'high-sha1'] });
      const client = await open();
      assert.equal(client.association.mechanism, mechanism);
      assert.equal(client.association.ciphered, suite !== undefined);
      await client.close();
      assert.equal(decodeApdu(server.seen.at(-1)!).type, 'rlrq');
      assert.ok(server.closed);
    }
  }
});

test('GMAC authenticates an association whose APDUs are plain', async () => {
  const { server, open } = make('high-gmac', 0, {}, { ciphered: false });
  const client = await open();
  assert.equal(client.association.ciphered, false);
  assert.equal(server.seen[1]![0], 0xc3);
  await client.close();
});

test('a dedicated key is agreed, reply_to_HLS stays under the global one', async () => {
  for (const hlsKey of ['global', 'dedicated'] as const) {
    const { keys, publicKeys } = testKeys(0);
    const security = { ...securityFor(0, keys, publicKeys), hlsKey };
    const { server, open } = make('high-gmac', 0, { keys, publicKeys }, { dedicatedKey: true, security });
    const client = await open();
    assert.equal(server.seen[1]![0], hlsKey === 'global' ? 0xcb : 0xd3);
    assert.ok(client.association.hasDedicatedKey);
    await assert.rejects(client.read(1, '0.0.42.0.0.255', 2), { code: 'session/timeout' });
    assert.equal(server.seen[2]![0], 0xd0);
    await client.close();
  }
});

test('the weak mechanisms have to be switched on', async () => {
  for (const mechanism of ['high-md5', 'high-sha1', 'high'] as const) {
    const { server, open } = make(mechanism, undefined);
    await assert.rejects(open(), { code: 'security/mechanism-disabled' });
    assert.ok(server.closed);
    assert.equal(server.seen.length, 0);
  }
});

test('a server that proves nothing, or something else, or reflects the challenge, is left', async () => {
  const spoil = (change: (aare: Aare) => Aare) => (wire: Uint8Array) => {
    const apdu = decodeApdu(wire);
    return [apdu.type === 'aare' ? encodeApdu(change(apdu)) : wire];
  };
  const cases: readonly (readonly [string, ScriptedOptions])[] = [
    ['security/authentication', { secret: new TextEncoder().encode('another secret...') }],
    [
      'session/negotiation',
      { tamper: spoil(({ authenticationValue: _a, mechanism: _m, acseRequirements: _r, ...rest }) => rest) },
    ],
    ['session/negotiation', { tamper: spoil((aare) => ({ ...aare, mechanism: 'low' })) }],
    [
      'security/challenge-reflected',
      {
        tamper: spoil((aare) => ({
          ...aare,
          authenticationValue: { choice: 'charstring', value: new Uint8Array(32).fill(7) },
        })),
      },
    ],
  ];
  for (const [code, server] of cases) {
    const challenge = new Uint8Array(32).fill(7);
    const made = make('high-sha256', 0, server, { challenge });
    const wrongSecret = 'secret' in server;
    // A server with another secret refuses our proof before it would give its own: it must be silent about it here.
    await assert.rejects(made.open(), (error: { code: string }) =>
      wrongSecret ? error.code === 'session/timeout' : error.code === code,
    );
    assert.ok(made.server.closed, code);
  }
});

test('a server whose proof is wrong is left at once', async () => {
  const made = make(
    'high-md5',
    undefined,
    {
      tamper: (wire) => {
        const apdu = decodeApdu(wire);
        if (apdu.type !== 'action-response') return [wire];
        const changed = wire.slice();
        changed[changed.length - 1]! ^= 1;
        return [changed];
      },
    },
    { weakMechanisms: ['high-md5'] },
  );
  await assert.rejects(made.open(), { code: 'security/authentication' });
  assert.ok(made.server.closed);
});

test('what the AARE says without protection is believed only where it agrees', async () => {
  const spoil = (change: (aare: Aare) => Aare): ScriptedOptions => ({
    tamper: (wire) => {
      const apdu = decodeApdu(wire);
      return [apdu.type === 'aare' ? encodeApdu(change(apdu)) : wire];
    },
  });
  const initiate = encodeApdu({
    type: 'initiate-response',
    dlmsVersion: 6,
    conformance: ['get'],
    serverMaxReceivePduSize: 500,
    vaaName: 7,
  });
  const cases: readonly (readonly [string, ScriptedOptions])[] = [
    ['session/rejected', spoil((aare) => ({ ...aare, result: 'rejected-permanent' }))],
    ['session/negotiation', spoil((aare) => ({ ...aare, applicationContext: 'logical-name' }))],
    ['security/system-title', spoil((aare) => ({ ...aare, respondingApTitle: clientTitle }))],
    // The plain Initiate response in a ciphered association: somebody strips the protection off.
    ['session/unprotected', spoil((aare) => ({ ...aare, userInformation: initiate }))],
    ['session/negotiation', spoil(({ userInformation: _, ...aare }) => aare)],
  ];
  for (const [code, server] of cases) {
    const made = make('high-gmac', 1, server);
    await assert.rejects(made.open(), { code });
    assert.ok(made.server.closed, code);
  }
});

test('a wrong password is told as the server tells it', async () => {
  const { open } = make('low', undefined, {}, { secret: new TextEncoder().encode('wrong') });
  await assert.rejects(open(), (error: { code: string; detail: string }) => {
    assert.equal(error.code, 'session/rejected');
    assert.match(error.detail, /authentication-failure/);
    return true;
  });
});

test('bits that were not proposed are not agreed on, and the sizes are the smaller', async () => {
  const { open } = make(
    'lowest',
    undefined,
    { conformance: ['get', 'set', 'access'], maxPduSize: 0 },
    { conformance: ['get', 'action'], maxReceivePduSize: 300 },
  );
  const client = await open();
  assert.deepEqual([...client.association.conformance], ['get']);
  assert.equal(client.association.maxReceivePduSize, 300);
  assert.equal(client.association.maxSendPduSize, 0xffff);
  await assert.rejects(client.write(1, '0.0.1.0.0.255', 2, { type: 'boolean', value: true }), {
    code: 'session/conformance',
  });
  await client.close();
});

test('the server title may be learnt, where the owner of the keys is known', async () => {
  const { keys, publicKeys } = testKeys(1);
  const { serverTitle: _, ...rest } = securityFor(1, keys, publicKeys);
  const known = { ...rest, keyOwner: toHex(serverTitle) };
  const client = await make('high-gmac', 1, { keys, publicKeys }, { security: known }).open();
  assert.equal(toHex(client.association.peerTitle), toHex(serverTitle));
  await client.close();
  await assert.rejects(make('high-gmac', 1, { keys, publicKeys }, { security: rest }).open(), {
    code: 'session/options',
  });
});

test('silence ends the opening', async () => {
  const { server, open } = make('lowest', undefined, { tamper: () => [] }, { responseTimeoutMs: 20 });
  await assert.rejects(open(), { code: 'session/timeout' });
  assert.ok(server.closed);
});
