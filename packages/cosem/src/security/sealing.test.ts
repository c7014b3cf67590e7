import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { cipheredTags, plainTags } from '../apdu/tags.ts';
import { fromHex, toHex } from '../base/bytes.ts';
import { CosemError } from '../base/errors.ts';
import { MemoryCounters, ReceiveCounter, SendCounter } from './counters.ts';
import type { MessageCipher } from './keys.ts';
import { hasServiceSpecificForm, Opener, type OpenerOptions, Sealer, type SealerOptions } from './sealing.ts';
import { keyName, SoftwareKeys } from './software-keys.ts';
import { readSecurityHeader, type SecuritySuite, suiteParameters } from './suite.ts';

const clientTitle = fromHex('4d4d4d0000000001');
const meterTitle = fromHex('4d4d4d0000bc614e');
const otherTitle = fromHex('4d4d4d0000bc614f');
const getRequest = fromHex('c001c100080000010000ff0200');
const both = { authenticated: true, encrypted: true };
const authenticated = { authenticated: true, encrypted: false };
const encrypted = { authenticated: false, encrypted: true };

const keySizeOf = (suite: SecuritySuite): number => suiteParameters(suite).keySize;

function store(suite: SecuritySuite): SoftwareKeys {
  const key = (fill: number): Uint8Array => new Uint8Array(keySizeOf(suite)).fill(fill);
  return new SoftwareKeys()
    .put(keyName(meterTitle, 'unicast-encryption'), key(1))
    .put(keyName(meterTitle, 'authentication'), key(2))
    .put(keyName(meterTitle, 'broadcast-encryption'), key(3));
}

function cipher(suite: SecuritySuite, purpose: 'unicast-encryption' | 'broadcast-encryption'): MessageCipher {
  return store(suite).cipher(keyName(meterTitle, purpose), keyName(meterTitle, 'authentication'));
}

function sealer(options: Partial<SealerOptions> = {}, first = 1): Sealer {
  const suite = options.suite ?? 0;
  const counter = new SendCounter(new MemoryCounters().startAt('s', first), 's');
  counter.reserve();
  return new Sealer({
    suite,
    systemTitle: clientTitle,
    scope: 'global',
    cipher: cipher(suite, options.keySet === 'broadcast' ? 'broadcast-encryption' : 'unicast-encryption'),
    counter,
    ...options,
  });
}

function opener(options: Partial<OpenerOptions> = {}): { opener: Opener; counter: ReceiveCounter } {
  const suite = options.suite ?? 0;
  const counter = new ReceiveCounter(new MemoryCounters(), 'r', undefined);
  const unicast = { cipher: cipher(suite, 'unicast-encryption'), counter };
  return {
    counter,
    opener: new Opener({ suite, systemTitle: clientTitle, scope: 'global', unicast, ...options }),
  };
}

test('what is sealed opens: every suite, protection, form, scope and size', () => {
  const suites = fc.constantFrom<SecuritySuite>(0, 1, 2);
  const protections = fc.constantFrom(both, authenticated, encrypted);
  const forms = fc.constantFrom('general' as const, 'service-specific' as const);
  const scopes = fc.constantFrom('global' as const, 'dedicated' as const);
  const tails = fc.oneof(
    fc.uint8Array({ maxLength: 40 }),
    fc.uint8Array({ minLength: 100, maxLength: 5000 }),
  );
  fc.assert(
    fc.property(suites, protections, forms, scopes, tails, (suite, protection, form, scope, tail) => {
      const plain = Uint8Array.of(plainTags['get-response'], ...tail);
      const apdu = sealer({ suite, scope }, 7).seal(plain, protection, form);
      const { opener: receiver, counter } = opener({ suite, scope, allowUnauthenticated: true });
      const opened = receiver.open(apdu);
      assert.deepEqual(Buffer.from(opened.plain), Buffer.from(plain));
      assert.equal(opened.form, form);
      assert.deepEqual([opened.control.authenticated, opened.control.encrypted], Object.values(protection));
      assert.equal(counter.highest, 7);
      assert.equal(opened.stored, undefined);
    }),
    { numRuns: 150 },
  );
});

test('the service-specific tag is the one of the service and scope', () => {
  for (const [name, tag] of Object.entries(cipheredTags)) {
    const plain = plainTags[name.slice(4) as keyof typeof plainTags];
    if (name.startsWith('general-') || plain === undefined) continue;
    const scope = name.startsWith('glo-') ? 'global' : 'dedicated';
    assert.equal(sealer({ scope }).seal(Uint8Array.of(plain, 1), both, 'service-specific')[0], tag);
    assert.ok(hasServiceSpecificForm(plain));
  }
  for (const name of ['access-request', 'access-response', 'data-notification'] as const) {
    assert.ok(!hasServiceSpecificForm(plainTags[name]));
    assert.throws(() => sealer().seal(Uint8Array.of(plainTags[name]), both, 'service-specific'), {
      code: 'security/inner-tag',
    });
    assert.equal(sealer().seal(Uint8Array.of(plainTags[name]), both, 'general')[0], 0xdb);
  }
  assert.throws(() => sealer().seal(new Uint8Array(0), both, 'service-specific'), {
    code: 'security/inner-tag',
  });
});

test('one changed bit anywhere in an authenticated message is refused, and leaves the counter alone', () => {
  for (const protection of [both, authenticated]) {
    for (const form of ['general', 'service-specific'] as const) {
      const apdu = sealer({}, 9).seal(getRequest, protection, form);
      const { opener: receiver, counter } = opener();
      for (let bit = 0; bit < apdu.length * 8; bit++) {
        const altered = Uint8Array.from(apdu);
        altered[bit >> 3]! ^= 1 << (bit & 7);
        assert.throws(() => receiver.open(altered), CosemError, `bit ${bit}`);
        assert.equal(counter.highest, undefined);
      }
      assert.equal(toHex(receiver.open(apdu).plain), toHex(getRequest));
    }
  }
});

test('every shortening of a message is refused', () => {
  const apdu = sealer().seal(getRequest, both, 'general');
  const { opener: receiver } = opener();
  for (let size = 0; size < apdu.length; size++) {
    assert.throws(() => receiver.open(apdu.subarray(0, size)), CosemError);
  }
  // The envelope is sound, but what it holds is too short for header and tag.
  for (let size = 0; size < 17; size++) {
    const service = Uint8Array.of(0x30, ...new Uint8Array(16)).subarray(0, size);
    assert.throws(() => receiver.open(Uint8Array.of(0xc8, size, ...service)), { code: 'security/short' });
  }
});

test('each attack is refused by its own code', () => {
  const general = (options: Partial<SealerOptions> = {}) => sealer(options).seal(getRequest, both, 'general');
  const control = (octet: number): Uint8Array => {
    const apdu = Uint8Array.from(general());
    apdu[11] = octet;
    return apdu;
  };
  const attacks: [name: string, apdu: Uint8Array, code: string][] = [
    ['another sender', general({ systemTitle: otherTitle }), 'security/system-title'],
    ['no system title', fromHex(`db00${toHex(general()).slice(20)}`), 'security/system-title'],
    ['suite altered', control(0x31), 'security/suite'],
    ['suite that does not exist', control(0x3f), 'security/suite'],
    ['authentication bit cleared', control(0x20), 'security/policy'],
    ['encryption bit cleared', control(0x10), 'security/tag'],
    ['no protection', control(0x00), 'security/control'],
    ['compressed', control(0xb0), 'security/compression'],
    ['broadcast key set', control(0x70), 'security/key-set'],
    ['dedicated instead of global', general({ scope: 'dedicated' }), 'security/scope'],
    [
      'ded-get-request',
      sealer({ scope: 'dedicated' }).seal(getRequest, both, 'service-specific'),
      'security/scope',
    ],
    ['key agreement where a session is', fromHex('dd00000000000000'), 'security/scope'],
    ['plain', getRequest, 'apdu/tag'],
    ['another suite', general({ suite: 2 }), 'security/suite'],
  ];
  for (const [name, apdu, code] of attacks) {
    const { opener: receiver, counter } = opener();
    assert.throws(() => receiver.open(apdu), { code }, name);
    assert.equal(counter.highest, undefined, name);
  }
});

test('messages that are encrypted only open where allowed, and garbage inside is noticed where it can be', () => {
  const apdu = sealer().seal(getRequest, encrypted, 'service-specific');
  assert.throws(() => opener().opener.open(apdu), { code: 'security/policy' });
  const { opener: receiver, counter } = opener({ allowUnauthenticated: true });
  const altered = Uint8Array.from(apdu);
  altered[7]! ^= 0x80;
  assert.throws(() => receiver.open(altered), { code: 'security/inner-tag' });
  assert.equal(counter.highest, undefined);
  assert.equal(toHex(receiver.open(apdu).plain), toHex(getRequest));
});

test('the inner APDU must be of the kind that the tag outside names', () => {
  const apdu = Uint8Array.from(sealer().seal(getRequest, both, 'service-specific'));
  apdu[0] = cipheredTags['glo-set-request'];
  const { opener: receiver, counter } = opener();
  assert.throws(() => receiver.open(apdu), { code: 'security/inner-tag' });
  assert.equal(counter.highest, undefined);
});

test('repeated and lower counters are refused after the tag was found right', () => {
  const { opener: receiver, counter } = opener();
  const seal = (first: number) => sealer({}, first).seal(getRequest, both, 'general');
  receiver.open(seal(10));
  assert.throws(() => receiver.open(seal(10)), { code: 'security/replay' });
  assert.throws(() => receiver.open(seal(9)), { code: 'security/replay' });
  // Forged: the counter is never looked at, whatever it is.
  const forged = Uint8Array.from(seal(9));
  forged[forged.length - 1]! ^= 1;
  assert.throws(() => receiver.open(forged), { code: 'security/tag' });
  assert.equal(counter.highest, 10);
  receiver.open(seal(0xffff_fffe));
  assert.throws(() => receiver.open(seal(11)), { code: 'security/replay' });
});

test('broadcast keys: accepted where configured, with a counter of their own', () => {
  const apdu = sealer({ keySet: 'broadcast' }, 5).seal(getRequest, both, 'general');
  assert.throws(() => opener().opener.open(apdu), { code: 'security/key-set' });
  const counter = new ReceiveCounter(new MemoryCounters(), 'b', undefined);
  const broadcast = { cipher: cipher(0, 'broadcast-encryption'), counter };
  const { opener: receiver, counter: unicast } = opener({ broadcast });
  assert.equal(receiver.open(apdu).control.keySet, 'broadcast');
  assert.deepEqual([counter.highest, unicast.highest], [5, undefined]);
  // A dedicated key has no broadcast twin.
  const dedicated = sealer({ keySet: 'broadcast', scope: 'dedicated' }).seal(getRequest, both, 'general');
  assert.throws(() => opener({ scope: 'dedicated', broadcast }).opener.open(dedicated), {
    code: 'security/key-set',
  });
});

test('an empty system title is accepted only where asked for', () => {
  const apdu = fromHex(`db00${toHex(sealer().seal(getRequest, both, 'general')).slice(20)}`);
  const { opener: receiver } = opener({ allowEmptySystemTitle: true });
  assert.equal(toHex(receiver.open(apdu).plain), toHex(getRequest));
});

test('a promise of the counter port is handed on', async () => {
  class SlowCounters extends MemoryCounters {
    saved = 0;
    override saveReceived(): Promise<void> {
      return new Promise<void>((resolve) => {
        setImmediate(() => {
          this.saved++;
          resolve();
        });
      });
    }
  }
  const counters = new SlowCounters();
  const counter = new ReceiveCounter(counters, 'r', undefined);
  const receiver = opener({ unicast: { cipher: cipher(0, 'unicast-encryption'), counter } }).opener;
  const opened = receiver.open(sealer().seal(getRequest, both, 'general'));
  assert.equal(counters.saved, 0);
  await opened.stored;
  assert.equal(counters.saved, 1);
});

test('keys of the wrong size and titles of the wrong length are refused at once', () => {
  assert.throws(() => sealer({ cipher: cipher(2, 'unicast-encryption') }), { code: 'security/key-size' });
  assert.throws(() => sealer({ systemTitle: clientTitle.subarray(1) }), { code: 'security/system-title' });
  assert.throws(() => opener({ suite: 2, unicast: { cipher: cipher(0, 'unicast-encryption') } as never }), {
    code: 'security/key-size',
  });
  assert.throws(() => sealer().seal(getRequest, { authenticated: false, encrypted: false }, 'general'), {
    code: 'security/control',
  });
});

test('the security header reads without keys', () => {
  const service = sealer({ suite: 1, keySet: 'broadcast' }, 77).sealService(getRequest, both);
  assert.deepEqual(readSecurityHeader(service), {
    controlOctet: 0x71,
    control: { suite: 1, authenticated: true, encrypted: true, keySet: 'broadcast', compressed: false },
    counter: 77,
  });
  assert.throws(() => readSecurityHeader(service.subarray(0, 4)), { code: 'security/short' });
});

test('any bytes end in a typed error', () => {
  const { opener: receiver } = opener();
  const tags = fc.constantFrom(...Object.values(cipheredTags));
  fc.assert(
    fc.property(tags, fc.uint8Array({ maxLength: 120 }), (tag, tail) => {
      const bytes = Uint8Array.of(tag, ...tail);
      try {
        assert.ok(!receiver.open(bytes).control.authenticated, 'a random tag was right');
      } catch (error) {
        if (!(error instanceof CosemError)) throw error;
      }
    }),
    { numRuns: 3000 },
  );
});
