/** A server and its clients for tests: keys, security and associations in every suite and mechanism. */
import { generateKeyPairSync } from 'node:crypto';
import type { MechanismName } from '../src/apdu/index.ts';
import { fromHex, toHex } from '../src/base/bytes.ts';
import type { AssociationOptions } from '../src/client/index.ts';
import {
  keyName,
  MemoryCounters,
  type SecurityPolicy,
  type SecuritySuite,
  SoftwareKeys,
  suiteParameters,
} from '../src/security/index.ts';
import { DeviceSecurity, type DeviceSecurityOptions } from '../src/server/index.ts';

export const serverTitle = fromHex('5757440000000001');
export const clientTitle = fromHex('5757480000000002');
export const password = Buffer.from('open sesame');
export const hlsSecret = Buffer.from('a secret of HLS!');

export const none = { authenticated: false, encrypted: false, signed: false };
export const both = { authenticated: true, encrypted: true, signed: false };
export const ciphering: SecurityPolicy = { request: both, response: both };

/** Everything that both sides of one meter hold. */
export interface Parties {
  readonly suite: SecuritySuite;
  readonly security: DeviceSecurity;
  readonly serverKeys: SoftwareKeys;
  readonly clientKeys: SoftwareKeys;
  readonly clientCounters: MemoryCounters;
  /** For `security` of a client. */
  clientSecurity(): NonNullable<AssociationOptions['security']>;
}

/** Octets that differ from key to key and are the same in every run. */
function keyOctets(size: number, first: number): Uint8Array {
  return Uint8Array.from({ length: size }, (_, i) => (first + i * 7) & 0xff);
}

/** Makes both sides of a meter in one suite; suites 1 and 2 get fresh key pairs. */
export function makeParties(suite: SecuritySuite, options: Partial<DeviceSecurityOptions> = {}): Parties {
  const { keySize, curve } = suiteParameters(suite);
  const serverKeys = new SoftwareKeys();
  const clientKeys = new SoftwareKeys();
  for (const [i, purpose] of (['unicast-encryption', 'authentication', 'master'] as const).entries()) {
    for (const keys of [serverKeys, clientKeys])
      keys.put(keyName(serverTitle, purpose), keyOctets(keySize, i * 50 + 1));
  }
  if (curve !== undefined) {
    for (const [keys, title] of [
      [serverKeys, serverTitle],
      [clientKeys, clientTitle],
    ] as const) {
      for (const purpose of ['signing', 'agreement'] as const) {
        const { privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
        keys.putPrivate(keyName(title, purpose), privateKey);
      }
    }
  }
  const security = new DeviceSecurity({
    suite,
    systemTitle: serverTitle,
    keys: serverKeys,
    counters: new MemoryCounters(),
    policy: ciphering,
    ...(curve === undefined
      ? {}
      : {
          peerKey: (title, use) =>
            toHex(title) === toHex(clientTitle) ? clientKeys.publicKey(keyName(clientTitle, use)) : undefined,
        }),
    ...options,
  });
  const clientCounters = new MemoryCounters();
  const clientSecurity = () => ({
    suite,
    keys: clientKeys,
    counters: clientCounters,
    systemTitle: clientTitle,
    serverTitle,
    generation: security.generation,
    ...(curve === undefined
      ? {}
      : {
          signing: {
            own: keyName(clientTitle, 'signing'),
            peerKey: serverKeys.publicKey(keyName(serverTitle, 'signing')),
          },
        }),
  });
  return { suite, security, serverKeys, clientKeys, clientCounters, clientSecurity };
}

/** The secret that a mechanism needs, for either side. */
export function secretOf(mechanism: MechanismName): { secret: Uint8Array } | Record<never, never> {
  if (mechanism === 'low') return { secret: password };
  return mechanism === 'high-md5' || mechanism === 'high-sha1' || mechanism === 'high-sha256'
    ? { secret: hlsSecret }
    : {};
}

export const weakMechanisms: readonly MechanismName[] = ['high-md5', 'high-sha1'];
