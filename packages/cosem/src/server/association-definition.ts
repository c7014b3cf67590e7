/** How the associations of a logical device are declared (IEC 62056-5-3, application associations; IEC 62056-6-2, class 15). */
import type { ConformanceBit, MechanismName } from '../apdu/names.ts';
import { toHex } from '../base/bytes.ts';
import type { AssociationVersion } from '../classes/typed/object-list.ts';
import { requireMechanism } from '../security/authentication.ts';
import { isHighLevel, type SecretSource } from '../session/hls.ts';
import type { DeviceSecurity } from './device-security.ts';
import { raiseServer } from './errors.ts';
import type { AccessRule } from './rights.ts';

/** The application contexts of logical name referencing. */
export type ServedContext = 'logical-name' | 'logical-name-ciphered';

/** Everything this server can do, with logical names. */
export const serverConformance: readonly ConformanceBit[] = [
  'general-protection',
  'general-block-transfer',
  'attribute0-supported-with-get',
  'priority-mgmt-supported',
  'block-transfer-with-get-or-read',
  'block-transfer-with-set-or-write',
  'block-transfer-with-action',
  'multiple-references',
  'data-notification',
  'access',
  'get',
  'set',
  'selective-access',
  'event-notification',
  'action',
];

/** One association that clients may open. */
export interface AssociationDefinition {
  /** The client's service access point; one definition for each. */
  readonly clientSap: number;
  readonly mechanism: MechanismName;
  readonly contexts: readonly ServedContext[];
  /** Which objects, and what may be done with them. */
  readonly rights: readonly AccessRule[];
  /** Password of low level security, or the secret of mechanisms 3, 4 and 6. */
  readonly secret?: SecretSource;
  /** Takes a new secret (change_HLS_secret); without it the secret cannot be changed. */
  readonly changeSecret?: (secret: Uint8Array) => void | Promise<void>;
  /** Which clients, by system title, eight octets each; default: whoever has the keys. */
  readonly clientTitles?: readonly Uint8Array[];
  readonly conformance?: readonly ConformanceBit[];
  /** Largest APDU in octets that is taken, ciphering included. Default {@link defaultMaxPduSize}. */
  readonly maxPduSize?: number;
  /** Largest APDU in octets that is sent even if the client takes more. */
  readonly maxSendPduSize?: number;
  /** MD5 and SHA-1 are refused unless they stand here. */
  readonly weakMechanisms?: readonly MechanismName[];
  /** False refuses dedicated keys. */
  readonly dedicatedKeys?: boolean;
  /** Accepts a release without ciphering on a ciphered association, as some clients send it. */
  readonly plainRelease?: boolean;
  /** Version of the association object. Default 3. */
  readonly version?: AssociationVersion;
  /** Logical name of the security setup; default `0.0.43.0.0.255` where the association has security. */
  readonly securitySetup?: string;
}

/** Largest APDU that a server takes unless its declaration says otherwise. */
export const defaultMaxPduSize = 0xffff;

/** Whether the security setup applies to an association. */
export function usesSecurity(definition: AssociationDefinition): boolean {
  return (
    definition.contexts.includes('logical-name-ciphered') ||
    definition.mechanism === 'high-gmac' ||
    definition.mechanism === 'high-ecdsa'
  );
}

/** Throws `server/declaration`, `security/mechanism-disabled` for a definition that contradicts itself. */
export function checkDefinition(
  definition: AssociationDefinition,
  security: DeviceSecurity | undefined,
): void {
  const { clientSap, mechanism, contexts } = definition;
  const where = `association of client ${clientSap}`;
  requireMechanism(mechanism, definition.weakMechanisms);
  if (contexts.length === 0) throw raiseServer('declaration', `${where}: no application context`);
  if (usesSecurity(definition) && security === undefined)
    throw raiseServer('declaration', `${where}: the device has no security`);
  const needsSecret = mechanism === 'low' || (isHighLevel(mechanism) && !usesKeys(mechanism));
  if (needsSecret && definition.secret === undefined)
    throw raiseServer('declaration', `${where}: ${mechanism} needs a secret`);
  if (mechanism === 'high-ecdsa' && security?.options.suite === 0)
    throw raiseServer('declaration', `${where}: suite 0 has no signatures`);
}

function usesKeys(mechanism: MechanismName): boolean {
  return mechanism === 'high-gmac' || mechanism === 'high-ecdsa';
}

/** Whether a system title may use an association. */
export function allowsTitle(definition: AssociationDefinition, title: Uint8Array): boolean {
  const { clientTitles } = definition;
  if (clientTitles === undefined) return true;
  const wanted = toHex(title);
  return clientTitles.some((allowed) => toHex(allowed) === wanted);
}
