/**
 * AARQ to AARE on the side of the server (IEC 62056-5-3, application association establishment). Everything is checked
 * before anything is accepted; whatever is wrong, the client is told the same.
 */

import { decodeApdu, encodeApdu } from '../apdu/index.ts';
import { dlmsVersion, logicalNameVaa, negotiateConformance } from '../apdu/initiate.ts';
import type { ConformanceBit } from '../apdu/names.ts';
import type { Aare, Aarq, ApplicationContext, InitiateRequest, InitiateResponse } from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import type { Saps } from '../link/channel.ts';
import { checkPeerChallenge, createChallenge, verifyPassword } from '../security/authentication.ts';
import { combineProtection, type Protection, type SecurityPolicy, unprotected } from '../security/policy.ts';
import { checkSystemTitle, systemTitleSize } from '../security/suite.ts';
import {
  type AssociationContext,
  effectivePduSize,
  minPduSize,
  negotiatedSizes,
  openPolicy,
} from '../session/association-context.ts';
import { fetchSecret, type HlsExchange, isHighLevel } from '../session/hls.ts';
import { type ApduProtection, checkProtection, openProtection } from '../session/protection.ts';
import {
  type AssociationDefinition,
  allowsTitle,
  defaultMaxPduSize,
  serverConformance,
  usesSecurity,
} from './association-definition.ts';
import { raiseServer } from './errors.ts';
import type { LogicalDevice, ServedAssociation } from './logical-device.ts';

/** What was agreed on; the association is up unless `hls` is there, which the client has to pass first. */
export interface Opened {
  readonly aare: Uint8Array;
  readonly served: ServedAssociation;
  readonly context: AssociationContext;
  readonly protection: ApduProtection | undefined;
  readonly hls: HlsExchange | undefined;
  readonly hasDedicatedKey: boolean;
}

/** Makes the challenge of the server; a test hands in a recorded one. */
export type ChallengeSource = (mechanism: AssociationDefinition['mechanism']) => Uint8Array;

/** What an AARQ comes to. */
export interface OpeningOptions {
  readonly device: LogicalDevice | undefined;
  readonly saps: Saps;
  readonly maxApduSize: number;
  readonly challenge?: ChallengeSource;
}

/** The least protection of the Initiate of a ciphered association: it proves that the client has the keys. */
const authenticatedOnly: Protection = { authenticated: true, encrypted: false, signed: false };

/**
 * Answers an AARQ. Out: what was agreed on, with the AARE to send. Throws the exact reason where it is refused, and
 * {@link rejection} is then what the client gets.
 */
export async function openAssociation(aarq: Aarq, options: OpeningOptions): Promise<Opened> {
  const { device, saps } = options;
  const served = device?.associationOf(saps.client);
  if (device === undefined || served === undefined)
    throw raiseServer('unknown-sap', `client ${saps.client}, server ${saps.server}`);
  const { definition } = served;
  const ciphered = checkContext(aarq.applicationContext, definition);
  checkMechanism(aarq, definition);
  const policy = policyOf(device, definition);
  if (!ciphered && asksForSomething(policy.request))
    throw raiseServer('application-context', 'the security policy asks for ciphering');
  const peerTitle = checkTitle(aarq, definition, ciphered);
  const protection = await protectionFor(device, definition, peerTitle, options.maxApduSize);
  try {
    return await agree({ aarq, options, device, served, ciphered, policy, peerTitle, protection });
  } catch (error) {
    protection?.close();
    throw error;
  }
}

interface Agreement {
  readonly aarq: Aarq;
  readonly options: OpeningOptions;
  readonly device: LogicalDevice;
  readonly served: ServedAssociation;
  readonly ciphered: boolean;
  readonly policy: SecurityPolicy;
  readonly peerTitle: Uint8Array;
  readonly protection: ApduProtection | undefined;
}

async function agree(agreement: Agreement): Promise<Opened> {
  const { aarq, options, device, served, ciphered, policy, peerTitle, protection } = agreement;
  const { definition } = served;
  const { request, found } = await openInitiate(agreement);
  const own = await authenticate(aarq, definition, options.challenge);
  const conformance = agreeConformance(request, definition);
  const hasDedicatedKey = takeDedicatedKey(request, definition, protection, found);
  const response: InitiateResponse = {
    type: 'initiate-response',
    dlmsVersion,
    conformance,
    serverMaxReceivePduSize: Math.min(definition.maxPduSize ?? defaultMaxPduSize, options.maxApduSize),
    vaaName: logicalNameVaa,
  };
  const sizes = negotiatedSizes('server', request, response);
  const context: AssociationContext = {
    role: 'server',
    saps: options.saps,
    ciphered,
    mechanism: definition.mechanism,
    suite: protection?.settings.suite,
    ownTitle: device.systemTitle,
    peerTitle,
    conformance: new Set(conformance),
    ...sizes,
    maxSendPduSize: Math.min(sizes.maxSendPduSize, definition.maxSendPduSize ?? defaultMaxPduSize),
    hasDedicatedKey,
    policy,
  };
  const plain = encodeApdu(response);
  const how = combineProtection(policy.response, found);
  const userInformation = ciphered ? await protection!.protectInitiate(plain, how) : plain;
  const aare = accepted(agreement, own, userInformation);
  const hls: HlsExchange | undefined =
    own === undefined
      ? undefined
      : {
          mechanism: definition.mechanism,
          ownTitle: device.systemTitle,
          peerTitle,
          ownChallenge: own,
          peerChallenge: copyOctets(aarq.authenticationValue!.value),
          secret: definition.secret,
          protection,
        };
  return { aare: encodeApdu(aare), served, context, protection, hls, hasDedicatedKey };
}

function accepted(
  { aarq, device, served, ciphered, protection }: Agreement,
  challenge: Uint8Array | undefined,
  userInformation: Uint8Array,
): Aare {
  const { mechanism } = served.definition;
  const titled = ciphered || protection !== undefined || challenge !== undefined;
  return {
    type: 'aare',
    applicationContext: aarq.applicationContext,
    result: 'accepted',
    diagnostic: {
      source: 'acse-service-user',
      value: challenge === undefined ? 'null' : 'authentication-required',
    },
    ...(titled ? { respondingApTitle: device.systemTitle } : {}),
    ...(challenge === undefined
      ? {}
      : {
          acseRequirements: '1',
          mechanism,
          authenticationValue: { choice: 'charstring', value: challenge } as const,
        }),
    userInformation,
  };
}

/** What a client is told whose association was refused: the same for every reason. */
export function rejection(applicationContext: ApplicationContext): Uint8Array {
  return encodeApdu({
    type: 'aare',
    applicationContext,
    result: 'rejected-permanent',
    diagnostic: { source: 'acse-service-user', value: 'no-reason-given' },
  });
}

function checkContext(context: ApplicationContext, definition: AssociationDefinition): boolean {
  const known = definition.contexts.find((allowed) => allowed === context);
  if (known === undefined)
    throw raiseServer('application-context', typeof context === 'string' ? context : 'an unknown one');
  return known === 'logical-name-ciphered';
}

function checkMechanism(aarq: Aarq, { mechanism }: AssociationDefinition): void {
  const given = aarq.mechanism ?? 'lowest';
  if (given !== mechanism) {
    const shown = typeof given === 'string' ? given : 'an unknown one';
    throw raiseServer('mechanism', `${shown} instead of ${mechanism}`);
  }
  if (mechanism !== 'lowest' && aarq.authenticationValue?.choice !== 'charstring')
    throw raiseServer('mechanism', 'there is no authentication value');
}

function policyOf(device: LogicalDevice, definition: AssociationDefinition): SecurityPolicy {
  const bound = definition.contexts.includes('logical-name-ciphered');
  return bound ? (device.security?.policy ?? openPolicy) : openPolicy;
}

function asksForSomething({ authenticated, encrypted, signed }: Protection): boolean {
  return authenticated || encrypted || signed;
}

/** The client's title, where the association needs one; copied, because it lives as long as the association. */
function checkTitle(aarq: Aarq, definition: AssociationDefinition, ciphered: boolean): Uint8Array {
  const given = aarq.callingApTitle;
  const { mechanism } = definition;
  const needed =
    ciphered ||
    usesSecurity(definition) ||
    mechanism === 'high-sha256' ||
    definition.clientTitles !== undefined;
  if (!needed && given?.length !== systemTitleSize) return new Uint8Array(0);
  const title = copyOctets(checkSystemTitle(given ?? new Uint8Array(0)));
  if (!allowsTitle(definition, title))
    throw raiseServer('unknown-sap', 'the system title is not a known one');
  return title;
}

async function protectionFor(
  device: LogicalDevice,
  definition: AssociationDefinition,
  peerTitle: Uint8Array,
  maxApduSize: number,
): Promise<ApduProtection | undefined> {
  if (!usesSecurity(definition) || device.security === undefined) return undefined;
  if (peerTitle.length !== systemTitleSize) return undefined;
  await device.security.settled();
  return openProtection(device.security.settingsFor(peerTitle, maxApduSize));
}

/** Reads the xDLMS Initiate: under ciphering it has to prove that the client has the keys. */
async function openInitiate({
  aarq,
  ciphered,
  policy,
  protection,
}: Agreement): Promise<{ request: InitiateRequest; found: Protection }> {
  const { userInformation } = aarq;
  if (userInformation === undefined) throw raiseServer('initiate', 'there is none');
  let plain = userInformation;
  let found = unprotected;
  if (ciphered) {
    if (protection === undefined) throw raiseServer('application-context', 'the device has no security');
    const opened = await protection.unprotect(userInformation, true);
    // Initiate cannot be signed, whatever the policy asks of services.
    const { authenticated, encrypted } = policy.request;
    const least = combineProtection(authenticatedOnly, { authenticated, encrypted, signed: false });
    checkProtection(opened, least);
    if (opened.scope !== 'global') throw raiseServer('initiate', `under a ${opened.scope} key`);
    plain = opened.plain;
    found = opened.protection;
  }
  const request = decodeApdu(plain);
  if (request.type !== 'initiate-request') throw raiseServer('initiate', request.type);
  if (request.dlmsVersion < dlmsVersion) throw raiseServer('initiate', `version ${request.dlmsVersion}`);
  if (effectivePduSize(request.clientMaxReceivePduSize) < minPduSize)
    throw raiseServer('initiate', `PDU size ${request.clientMaxReceivePduSize}`);
  if (!request.responseAllowed) throw raiseServer('initiate', 'no response is allowed');
  return { request, found };
}

/** Checks a password, or makes this side's challenge. Out: the challenge, undefined without high level security. */
async function authenticate(
  aarq: Aarq,
  definition: AssociationDefinition,
  source: ChallengeSource = createChallenge,
): Promise<Uint8Array | undefined> {
  const { mechanism } = definition;
  const value = aarq.authenticationValue?.value ?? new Uint8Array(0);
  if (mechanism === 'low') verifyPassword(await fetchSecret(definition.secret), value);
  if (!isHighLevel(mechanism)) return undefined;
  const own = source(mechanism);
  checkPeerChallenge(mechanism, own, value);
  return own;
}

function agreeConformance(request: InitiateRequest, definition: AssociationDefinition): ConformanceBit[] {
  const supported = definition.conformance ?? serverConformance;
  const agreed = negotiateConformance(request.conformance, supported);
  const services: readonly ConformanceBit[] = ['get', 'set', 'action', 'access'];
  if (!services.some((bit) => agreed.includes(bit))) throw raiseServer('initiate', 'no service in common');
  return agreed;
}

function takeDedicatedKey(
  request: InitiateRequest,
  definition: AssociationDefinition,
  protection: ApduProtection | undefined,
  found: Protection,
): boolean {
  if (request.dedicatedKey === undefined) return false;
  // A key that anybody could read protects nothing.
  if (protection === undefined || !found.encrypted || definition.dedicatedKeys === false)
    throw raiseServer('initiate', 'a dedicated key is not accepted here');
  protection.addDedicatedKey(protection.settings.keys.importSecret(request.dedicatedKey));
  return true;
}
