/**
 * The client's side of an application association (IEC 62056-5-3, COSEM-OPEN and COSEM-RELEASE): AARQ and AARE with
 * all mechanisms, both passes of high level security, the dedicated key, negotiation, release.
 */
import { randomBytes } from 'node:crypto';
import { decodeApdu, dlmsVersion, encodeApdu, logicalNameVaa } from '../apdu/index.ts';
import type {
  Aare,
  Aarq,
  ActionResponse,
  InitiateRequest,
  InitiateResponse,
  PlainApdu,
} from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import {
  checkPeerChallenge,
  createChallenge,
  equalOctets,
  requireMechanism,
} from '../security/authentication.ts';
import { raiseSecurity } from '../security/errors.ts';
import { checkSystemTitle, suiteParameters, systemTitleSize } from '../security/suite.ts';
import {
  type AssociationContext,
  effectivePduSize,
  minPduSize,
  negotiatedSizes,
} from '../session/association-context.ts';
import { raiseSession } from '../session/errors.ts';
import {
  createHlsProof,
  fetchSecret,
  type HlsExchange,
  isHighLevel,
  verifyHlsProof,
} from '../session/hls.ts';
import { type ApduProtection, checkProtection, openProtection } from '../session/protection.ts';
import type { SecuritySettings } from '../session/security-settings.ts';
import { type ExchangeContext, exchangeApdu } from './exchange.ts';
import { exceptionError } from './failures.ts';
import {
  type AssociationOptions,
  type ClientSecurity,
  clientConformance,
  clientDefaults,
  clientPolicy,
} from './options.ts';

/** The current association, as every association names itself (IEC 62056-6-2, Association LN). */
export const currentAssociation = Uint8Array.of(0, 0, 40, 0, 0, 255);
const associationClass = 15;
const replyToHls = 1;

/** An association that is up, and what to release it with. */
export interface OpenedAssociation extends ExchangeContext {
  /** What the AARQ proposed, without the dedicated key; RLRQ repeats it. */
  readonly initiate: InitiateRequest;
}

/**
 * Opens an association (IEC 62056-5-3, COSEM-OPEN). Where anything fails, the caller closes the transport.
 * Throws `session/rejected`, `/negotiation`, `/exception`, `/timeout`, `security/authentication`,
 * `security/system-title`, `security/mechanism-disabled` and those of the exchange.
 */
export async function openAssociation(options: AssociationOptions): Promise<OpenedAssociation> {
  const opening = new Opening(options);
  try {
    return await opening.run();
  } catch (error) {
    opening.giveUp();
    throw error;
  }
}

class Opening {
  readonly #options: AssociationOptions;
  readonly #ciphered: boolean;
  readonly #mechanism: NonNullable<AssociationOptions['mechanism']>;
  readonly #protections: ApduProtection[] = [];
  #dedicatedKey: Uint8Array | undefined;

  constructor(options: AssociationOptions) {
    this.#options = options;
    this.#ciphered = options.ciphered ?? options.security !== undefined;
    this.#mechanism = options.mechanism ?? 'lowest';
    requireMechanism(
      this.#mechanism,
      options.prove === undefined ? options.weakMechanisms : [this.#mechanism],
    );
    if (this.#ciphered && options.security === undefined) {
      throw raiseSession('options', 'ciphering needs `security`');
    }
  }

  giveUp(): void {
    for (const protection of this.#protections) protection.close();
  }

  async run(): Promise<OpenedAssociation> {
    const { security, transport } = this.#options;
    if (security !== undefined) {
      await this.#openKeys(security, security.serverTitle ?? new Uint8Array(systemTitleSize));
    }
    const initiate = this.#initiateRequest();
    const challenge = this.#challenge();
    const aarq = await this.#aarq(initiate, challenge);
    transport.flush();
    await transport.send(encodeApdu(aarq));
    const aare = await this.#receiveAare();
    this.#checkAare(aare, aarq);
    const peerTitle = await this.#learnTitle(aare);
    const response = await this.#initiateResponse(aare);
    const context = this.#context(initiate, response, peerTitle);
    // The dedicated key is not kept where it could be shown, and it is not told a second time.
    const { dedicatedKey: _, ...repeatable } = initiate;
    const opened: OpenedAssociation = {
      association: context,
      protection: this.#protections.at(-1),
      transport,
      options: this.#options,
      initiate: repeatable,
    };
    this.#installDedicated(opened, 'before');
    if (isHighLevel(this.#mechanism)) await this.#authenticate(opened, challenge!, aare);
    this.#installDedicated(opened, 'after');
    return opened;
  }

  /** Opens the keys; the title may be a placeholder until the server has told its own. */
  async #openKeys(security: ClientSecurity, peerTitle: Uint8Array): Promise<void> {
    const { serverTitle, systemTitle } = security;
    const keyOwner = security.keyOwner ?? (serverTitle === undefined ? undefined : toHex(serverTitle));
    if (keyOwner === undefined)
      throw raiseSession('options', 'neither `serverTitle` nor `keyOwner` is given');
    const settings: SecuritySettings = {
      ...security,
      keyOwner,
      ownTitle: checkSystemTitle(systemTitle),
      peerTitle: checkSystemTitle(peerTitle),
      maxApduSize: this.#options.maxValueSize ?? clientDefaults.maxValueSize,
    };
    this.#protections.push(await openProtection(settings));
  }

  #initiateRequest(): InitiateRequest {
    const { dedicatedKey, security, conformance = clientConformance } = this.#options;
    const size = this.#options.maxReceivePduSize ?? clientDefaults.maxReceivePduSize;
    if (effectivePduSize(size) < minPduSize) throw raiseSession('options', `PDUs of ${size} octets`);
    if (dedicatedKey !== undefined && dedicatedKey !== false) {
      if (!this.#ciphered || security === undefined) {
        throw raiseSession('options', 'a dedicated key needs ciphering');
      }
      const { keySize } = suiteParameters(security.suite);
      this.#dedicatedKey = dedicatedKey === true ? new Uint8Array(randomBytes(keySize)) : dedicatedKey;
    }
    return {
      type: 'initiate-request',
      ...(this.#dedicatedKey === undefined ? {} : { dedicatedKey: this.#dedicatedKey }),
      responseAllowed: true,
      dlmsVersion,
      conformance,
      clientMaxReceivePduSize: size,
    };
  }

  #challenge(): Uint8Array | undefined {
    if (!isHighLevel(this.#mechanism)) return undefined;
    return this.#options.challenge ?? createChallenge(this.#mechanism);
  }

  async #aarq(initiate: InitiateRequest, challenge: Uint8Array | undefined): Promise<Aarq> {
    const { security, secret, userId } = this.#options;
    const plain = encodeApdu(initiate);
    const policy = clientPolicy(security, this.#ciphered);
    const userInformation = this.#ciphered
      ? await this.#protections[0]!.protectInitiate(plain, policy.request)
      : plain;
    const value = this.#mechanism === 'low' ? await fetchSecret(secret) : challenge;
    return {
      type: 'aarq',
      applicationContext: this.#ciphered ? 'logical-name-ciphered' : 'logical-name',
      ...(security === undefined ? {} : { callingApTitle: security.systemTitle }),
      ...(userId === undefined ? {} : { callingAeInvocationId: userId }),
      ...(value === undefined
        ? {}
        : {
            acseRequirements: '1',
            mechanism: this.#mechanism,
            authenticationValue: { choice: 'charstring', value },
          }),
      userInformation,
    };
  }

  async #receiveAare(): Promise<Aare> {
    const { transport, signal, responseTimeoutMs = clientDefaults.responseTimeoutMs } = this.#options;
    const apdu = decodeApdu(await transport.receive(responseTimeoutMs, { signal }));
    if (apdu.type === 'aare') return apdu;
    if (apdu.type === 'exception-response' || apdu.type === 'confirmed-service-error') {
      throw exceptionError(apdu, false);
    }
    throw raiseSession('unexpected-apdu', `${apdu.type} instead of an AARE`);
  }

  /** Everything in the AARE that is not ciphered, and therefore believed only as far as it agrees with the AARQ. */
  #checkAare(aare: Aare, aarq: Aarq): void {
    if (aare.result !== 'accepted') {
      const { source, value } = aare.diagnostic;
      throw raiseSession('rejected', `${aare.result}: ${source} ${value}`, { cause: aare });
    }
    if (aare.applicationContext !== aarq.applicationContext) {
      throw raiseSession('negotiation', 'another application context');
    }
    // A server that answers without its part of the authentication would have us talk to anybody.
    if (isHighLevel(this.#mechanism) && aare.mechanism !== undefined && aare.mechanism !== this.#mechanism) {
      throw raiseSession('negotiation', 'another authentication mechanism');
    }
    if (isHighLevel(this.#mechanism) && aare.authenticationValue === undefined) {
      throw raiseSession('negotiation', 'no challenge of the server');
    }
  }

  /** Takes the server's system title; where the keys were opened with a placeholder, opens them anew. */
  async #learnTitle(aare: Aare): Promise<Uint8Array> {
    const { security } = this.#options;
    const told = aare.respondingApTitle;
    if (security === undefined) return told ?? new Uint8Array(0);
    const expected = security.serverTitle;
    if (expected !== undefined) {
      if (told !== undefined && !equalOctets(expected, told)) {
        throw raiseSecurity('system-title', `the server is ${toHex(told)}`);
      }
      return expected;
    }
    if (told === undefined) throw raiseSession('negotiation', 'the server does not tell its system title');
    await this.#openKeys(security, told);
    this.#protections.shift()?.close();
    return told;
  }

  async #initiateResponse(aare: Aare): Promise<InitiateResponse> {
    const { userInformation } = aare;
    if (userInformation === undefined) throw raiseSession('negotiation', 'no xDLMS Initiate response');
    let plain = userInformation;
    if (this.#ciphered) {
      const found = await this.#protections.at(-1)!.unprotect(userInformation, true);
      const { response } = clientPolicy(this.#options.security, true);
      checkProtection(found, { ...response, signed: false });
      plain = found.plain;
    }
    const apdu = decodeApdu(plain);
    if (apdu.type === 'confirmed-service-error') throw exceptionError(apdu, this.#ciphered);
    if (apdu.type !== 'initiate-response') throw raiseSession('negotiation', `${apdu.type} in the AARE`);
    if (apdu.dlmsVersion < dlmsVersion || apdu.vaaName !== logicalNameVaa) {
      throw raiseSession('negotiation', `DLMS version ${apdu.dlmsVersion}, VAA name ${apdu.vaaName}`);
    }
    if (effectivePduSize(apdu.serverMaxReceivePduSize) < minPduSize) {
      throw raiseSession('negotiation', `the server takes PDUs of ${apdu.serverMaxReceivePduSize} octets`);
    }
    return apdu;
  }

  #context(initiate: InitiateRequest, response: InitiateResponse, peerTitle: Uint8Array): AssociationContext {
    const { security, transport } = this.#options;
    const proposed = new Set(initiate.conformance);
    return {
      role: 'client',
      saps: transport.saps,
      ciphered: this.#ciphered,
      mechanism: this.#mechanism,
      suite: security?.suite,
      ownTitle: security?.systemTitle ?? new Uint8Array(0),
      peerTitle,
      // A bit that was not proposed is not agreed on, whatever the server says.
      conformance: new Set(response.conformance.filter((bit) => proposed.has(bit))),
      ...negotiatedSizes('client', initiate, response),
      hasDedicatedKey: this.#dedicatedKey !== undefined,
      policy: clientPolicy(security, this.#ciphered),
    };
  }

  #installDedicated(opened: OpenedAssociation, when: 'before' | 'after'): void {
    const key = this.#dedicatedKey;
    const { security } = this.#options;
    const { protection } = opened;
    if (key === undefined || security === undefined || protection === undefined) return;
    if (when === 'before') protection.addDedicatedKey(security.keys.importSecret(key));
    if (when === 'after' || security.hlsKey === 'dedicated') protection.useDedicatedKey();
  }

  /** Passes 3 and 4 (IEC 62056-5-3, HLS authentication; IEC 62056-6-2, reply_to_HLS_authentication). */
  async #authenticate(opened: OpenedAssociation, ownChallenge: Uint8Array, aare: Aare): Promise<void> {
    const peerChallenge = aare.authenticationValue!.value;
    checkPeerChallenge(this.#mechanism, ownChallenge, peerChallenge);
    const exchange: HlsExchange = {
      mechanism: this.#mechanism,
      ownTitle: opened.association.ownTitle,
      peerTitle: opened.association.peerTitle,
      ownChallenge,
      peerChallenge,
      secret: this.#options.secret,
      protection: opened.protection,
    };
    const proof = await (this.#options.prove ?? createHlsProof)(exchange);
    const answer = await exchangeApdu(opened, this.#replyToHls(proof), isActionResponse, {
      // Servers that know no general form of ciphering know this one.
      form: 'service-specific',
      protection: { ...opened.association.policy.request, signed: false },
      signal: this.#options.signal,
    });
    const { reply } = answer as Extract<ActionResponse, { choice: 'normal' }>;
    if (reply.result !== 'success') throw raiseSession('rejected', `our proof: ${reply.result}`);
    const returned = reply.returned?.choice === 'data' ? reply.returned.data : undefined;
    if (returned?.type !== 'octet-string') {
      throw raiseSecurity('authentication', 'the server proves nothing');
    }
    await verifyHlsProof(exchange, returned.value);
  }

  #replyToHls(proof: Uint8Array): PlainApdu {
    return {
      type: 'action-request',
      choice: 'normal',
      invoke: {
        invokeId: this.#options.invokeId ?? 1,
        confirmed: true,
        highPriority: this.#options.highPriority ?? true,
      },
      descriptor: { classId: associationClass, instance: currentAssociation, method: replyToHls },
      parameters: { type: 'octet-string', value: proof },
    };
  }
}

function isActionResponse(answer: PlainApdu): boolean {
  return answer.type === 'action-response' && answer.choice === 'normal';
}

/**
 * Releases an association (IEC 62056-5-3, COSEM-RELEASE): RLRQ, ciphered where the association is, and RLRE. An answer
 * that is missing or wrong is no error: the link is closed next anyway. Out: whether the server confirmed.
 */
export async function releaseAssociation(opened: OpenedAssociation): Promise<boolean> {
  const { transport, protection, association, options, initiate } = opened;
  const timeoutMs = options.responseTimeoutMs ?? clientDefaults.responseTimeoutMs;
  try {
    transport.flush();
    let userInformation: Uint8Array | undefined;
    if (association.ciphered && protection !== undefined) {
      userInformation = await protection.protectInitiate(encodeApdu(initiate), association.policy.request);
    }
    const rlrq = {
      type: 'rlrq',
      reason: 'normal',
      ...(userInformation === undefined ? {} : { userInformation }),
    } as const;
    await transport.send(encodeApdu(rlrq));
    const apdu = decodeApdu(await transport.receive(timeoutMs));
    if (apdu.type !== 'rlre') return false;
    if (!association.ciphered || protection === undefined) return true;
    if (apdu.userInformation === undefined) return false;
    checkProtection(await protection.unprotect(apdu.userInformation, true), {
      ...association.policy.response,
      signed: false,
    });
    return true;
  } catch {
    return false;
  }
}
