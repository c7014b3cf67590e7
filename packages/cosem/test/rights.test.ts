/** Every access bit, alone: granted where the message has it, refused where it has not, and never told why. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { classes } from '../src/classes/index.ts';
import { data } from '../src/data/index.ts';
import { type Protection, satisfies } from '../src/security/index.ts';
import {
  type AccessRule,
  type AssociationDefinition,
  CosemServer,
  defineObject,
  LogicalDevice,
  type ServerEvent,
} from '../src/server/index.ts';
import { makeParties, none, type Parties } from './parties.ts';
import { actionRequest, getRequest, RawClient, resultIn, setRequest } from './raw-client.ts';

const obis = '0.0.96.1.0.255';
const clockName = '0.0.1.0.0.255';

interface Calls {
  get: number;
  set: number;
  act: number;
}

function serverWith(
  parties: Parties,
  rights: readonly AccessRule[],
  extra: Partial<AssociationDefinition> = {},
) {
  const calls: Calls = { get: 0, set: 0, act: 0 };
  const events: ServerEvent[] = [];
  const object = defineObject(classes.data, {
    obis,
    attributes: {
      value: {
        get: () => {
          calls.get += 1;
          return data('unsigned', 7);
        },
        set: () => {
          calls.set += 1;
        },
      },
    },
  });
  const clock = defineObject(classes.clock, {
    obis: clockName,
    methods: {
      adjustToMinute: () => {
        calls.act += 1;
      },
    },
  });
  const device = new LogicalDevice({
    sap: 1,
    name: 'WWDTEST',
    security: parties.security,
    objects: [object, clock],
    associations: [
      { clientSap: 1, mechanism: 'lowest', contexts: ['logical-name-ciphered'], rights, ...extra },
    ],
  });
  return {
    server: new CosemServer({ devices: [device], audit: (event) => events.push(event) }),
    calls,
    events,
  };
}

const open = { request: none, response: none };
const kinds: readonly Protection[] = [0, 1, 3, 4, 5, 7].map((bits) => ({
  authenticated: (bits & 1) !== 0,
  encrypted: (bits & 2) !== 0,
  signed: (bits & 4) !== 0,
}));
const requestBits = {
  authenticatedRequest: { ...none, authenticated: true },
  encryptedRequest: { ...none, encrypted: true },
  signedRequest: { ...none, signed: true },
} as const;
const responseBits = {
  authenticatedResponse: { ...none, authenticated: true },
  encryptedResponse: { ...none, encrypted: true },
  signedResponse: { ...none, signed: true },
} as const;

const services = [
  { name: 'get', make: () => getRequest(1, obis, 2), count: (calls: Calls) => calls.get },
  {
    name: 'set',
    make: () => setRequest(1, obis, 2, data('unsigned', 9)),
    count: (calls: Calls) => calls.set,
  },
  { name: 'action', make: () => actionRequest(8, clockName, 3), count: (calls: Calls) => calls.act },
] as const;

const acceptEverything = () => true;

test('each protection bit of a request is asked for by get, set and action', async () => {
  const parties = makeParties(1, { policy: open, acceptFresh: acceptEverything });
  for (const [bit, required] of Object.entries(requestBits)) {
    const rule: AccessRule = {
      attributes: { default: 'rw' },
      methods: { default: true },
      protection: { [bit]: true },
    };
    const { server, calls } = serverWith(parties, [rule]);
    const client = new RawClient(server, parties);
    await client.associate();
    for (const protection of kinds) {
      for (const service of services) {
        const before = service.count(calls);
        const result = resultIn(await client.request(service.make(), protection));
        const granted = satisfies(required, protection);
        const where = `${service.name} with ${bit}, sent ${JSON.stringify(protection)}`;
        assert.equal(result, granted ? 'success' : 'scope-of-access-violated', where);
        assert.equal(service.count(calls), before + (granted ? 1 : 0), where);
      }
    }
  }
});

test('each protection bit of a response is given, whatever the request had', async () => {
  const parties = makeParties(1, { policy: open, acceptFresh: acceptEverything });
  for (const [bit, required] of Object.entries(responseBits)) {
    const rule: AccessRule = {
      attributes: { default: 'rw' },
      methods: { default: true },
      protection: { [bit]: true },
    };
    const { server } = serverWith(parties, [rule]);
    const client = new RawClient(server, parties);
    await client.associate();
    for (const protection of [none, kinds[1]!, kinds[2]!]) {
      for (const service of services) {
        const answer = await client.request(service.make(), protection);
        const where = `${service.name} with ${bit}, sent ${JSON.stringify(protection)}`;
        assert.equal(resultIn(answer), 'success', where);
        assert.ok(satisfies(required, answer.found!.protection), where);
        assert.ok(satisfies(protection, answer.found!.protection), where);
      }
    }
  }
});

test('a response that cannot be protected as the right asks for is not given', async () => {
  const parties = makeParties(0, { policy: open });
  const rule: AccessRule = { attributes: { default: 'r' }, protection: { signedResponse: true } };
  const { server, calls } = serverWith(parties, [rule]);
  const client = new RawClient(server, parties);
  await client.associate();
  assert.equal(resultIn(await client.request(getRequest(1, obis, 2))), 'scope-of-access-violated');
  assert.equal(calls.get, 0);
});

test('read, write and execute are rights of their own', async () => {
  const parties = makeParties(0);
  for (const mode of ['none', 'r', 'w', 'rw'] as const) {
    for (const execute of [false, true]) {
      const rule: AccessRule = { attributes: { 2: mode }, methods: { default: execute } };
      const { server, calls } = serverWith(parties, [rule]);
      const client = new RawClient(server, parties);
      await client.associate();
      const results = [];
      for (const { make } of services) results.push(resultIn(await client.request(make())));
      const denied = 'read-write-denied';
      assert.deepEqual(results, [
        mode.includes('r') ? 'success' : denied,
        mode.includes('w') ? 'success' : denied,
        execute ? 'success' : denied,
      ]);
      assert.deepEqual(calls, {
        get: mode.includes('r') ? 1 : 0,
        set: mode.includes('w') ? 1 : 0,
        act: execute ? 1 : 0,
      });
    }
  }
});

test('what an association cannot see looks like what is not there', async () => {
  const parties = makeParties(0);
  const { server, calls } = serverWith(parties, [{ classId: 8, attributes: { default: 'r' } }]);
  const client = new RawClient(server, parties);
  await client.associate();
  const hidden = await client.request(getRequest(1, obis, 2));
  const absent = await client.request(getRequest(1, '9.9.9.9.9.9', 2));
  const otherClass = await client.request(getRequest(3, clockName, 2));
  const results = [hidden, absent, otherClass].map((answer) => resultIn(answer));
  assert.deepEqual(results, ['object-undefined', 'object-undefined', 'object-undefined']);
  assert.equal(hidden.bytes!.length, absent.bytes!.length);
  assert.equal(calls.get, 0);
});

test('the policy applies before any right', async () => {
  const parties = makeParties(0);
  const { server, calls, events } = serverWith(parties, [{ attributes: { default: 'rw' } }]);
  const client = new RawClient(server, parties);
  await client.associate();
  const answer = await client.request(getRequest(1, obis, 2), none);
  assert.equal(answer.apdu!.type, 'exception-response');
  assert.equal(calls.get, 0);
  const last = events.at(-1);
  assert.equal(last?.type === 'refused' && (last.error as { code: string }).code, 'session/unprotected');
});

test('selective access needs the selector in the rights', async () => {
  const parties = makeParties(0);
  const selected = defineObject(classes.profileGeneric, {
    obis: '1.0.99.1.0.255',
    attributes: { buffer: { get: () => data('array', []), selectors: [1, 2] } },
  });
  for (const [selectors, expected] of [
    [undefined, ['success', 'success', 'scope-of-access-violated']],
    [[2], ['scope-of-access-violated', 'success', 'scope-of-access-violated']],
    [[], ['scope-of-access-violated', 'scope-of-access-violated', 'scope-of-access-violated']],
  ] as const) {
    const right = { mode: 'r', ...(selectors === undefined ? {} : { selectors }) } as const;
    const device = new LogicalDevice({
      sap: 1,
      name: 'WWDTEST',
      security: parties.security,
      objects: [selected],
      associations: [
        {
          clientSap: 1,
          mechanism: 'lowest',
          contexts: ['logical-name-ciphered'],
          rights: [{ attributes: { 2: right } }],
        },
      ],
    });
    const client = new RawClient(new CosemServer({ devices: [device] }), parties);
    await client.associate();
    const results = [];
    for (const selector of [1, 2, 3]) {
      const request = getRequest(7, '1.0.99.1.0.255', 2);
      const parameters = data('unsigned', 0);
      results.push(
        resultIn(await client.request({ ...request, selection: { selector, parameters } } as never)),
      );
    }
    assert.deepEqual(results, expected);
  }
});
