/** A client that sends what it is told, right or wrong, over a link in memory: for what an honest client never does. */
import {
  type Aare,
  type Apdu,
  decodeApdu,
  encodeApdu,
  type InitiateRequest,
  type MechanismName,
} from '../src/apdu/index.ts';
import type { ApduChannel, ApduHandlers, Saps } from '../src/link/channel.ts';
import { createChallenge, type Protection } from '../src/security/index.ts';
import type { CosemServer } from '../src/server/index.ts';
import {
  type ApduProtection,
  createHlsProof,
  isHighLevel,
  openProtection,
  type ProtectOptions,
  type Unprotected,
  verifyHlsProof,
} from '../src/session/index.ts';
import { both, clientTitle, hlsSecret, none, type Parties, password, serverTitle } from './parties.ts';

/** One end of a link in memory: what the server sends is collected. */
export class MemoryLink implements ApduChannel {
  readonly sent: Uint8Array[] = [];
  handlers: ApduHandlers | undefined;
  #answered: (() => void) | undefined;

  listen(handlers: ApduHandlers): void {
    this.handlers = handlers;
  }

  async send(apdu: Uint8Array): Promise<void> {
    this.sent.push(apdu.slice());
    this.#answered?.();
  }

  noReply(): void {
    this.#answered?.();
  }

  async close(): Promise<void> {
    const { handlers } = this;
    this.handlers = undefined;
    handlers?.closed();
    this.#answered?.();
  }

  /** Hands the server an APDU and waits for what it sends, or for its word that it will not. */
  async exchange(apdu: Uint8Array, saps: Saps, confirmed = true): Promise<Uint8Array[]> {
    this.sent.length = 0;
    await new Promise<void>((resolve) => {
      this.#answered = resolve;
      if (this.handlers === undefined) resolve();
      this.handlers?.apdu(apdu, saps, confirmed);
    });
    // Whatever runs behind the response has run, and further APDUs of one answer are there.
    for (let i = 0; i < 20; i++) await Promise.resolve();
    await new Promise((resolve) => setImmediate(resolve));
    return [...this.sent];
  }
}

export interface RawOptions {
  readonly mechanism?: MechanismName;
  readonly clientSap?: number;
  readonly serverSap?: number;
  readonly ciphered?: boolean;
  readonly initiate?: Partial<InitiateRequest>;
}

export interface RawAnswer {
  readonly bytes: Uint8Array | undefined;
  readonly apdu: Apdu | undefined;
  /** How the answer was protected. */
  readonly found: Unprotected | undefined;
}

export class RawClient {
  readonly link = new MemoryLink();
  readonly saps: Saps;
  readonly #parties: Parties;
  readonly #options: RawOptions;
  protection: ApduProtection | undefined;

  constructor(server: CosemServer, parties: Parties, options: RawOptions = {}) {
    this.#parties = parties;
    this.#options = options;
    this.saps = { client: options.clientSap ?? 1, server: options.serverSap ?? 1 };
    server.attach(this.link, { remote: 'test' });
  }

  send(apdu: Uint8Array, confirmed = true): Promise<Uint8Array[]> {
    return this.link.exchange(apdu, this.saps, confirmed);
  }

  async #openProtection(): Promise<ApduProtection> {
    const security = this.#parties.clientSecurity();
    const { systemTitle, serverTitle: _, ...rest } = security;
    return openProtection({
      ...rest,
      keyOwner: this.#parties.security.owner,
      ownTitle: systemTitle,
      peerTitle: serverTitle,
      // What a server may send is wider than what this client would rather have.
      acceptFresh: () => true,
      allowUnauthenticated: true,
    });
  }

  /** The AARQ that an honest client would send. */
  async aarq(challenge?: Uint8Array): Promise<Uint8Array> {
    const { mechanism = 'lowest', ciphered = true, initiate } = this.#options;
    this.protection ??= await this.#openProtection();
    const request = encodeApdu({
      type: 'initiate-request',
      responseAllowed: true,
      dlmsVersion: 6,
      conformance: [
        'general-protection',
        'general-block-transfer',
        'block-transfer-with-get-or-read',
        'block-transfer-with-set-or-write',
        'block-transfer-with-action',
        'attribute0-supported-with-get',
        'multiple-references',
        'access',
        'get',
        'set',
        'selective-access',
        'action',
      ],
      clientMaxReceivePduSize: 0xffff,
      ...initiate,
    });
    const value = mechanism === 'low' ? password : challenge;
    return encodeApdu({
      type: 'aarq',
      applicationContext: ciphered ? 'logical-name-ciphered' : 'logical-name',
      callingApTitle: clientTitle,
      ...(mechanism === 'lowest' ? {} : { acseRequirements: '1', mechanism }),
      ...(value === undefined ? {} : { authenticationValue: { choice: 'charstring', value } }),
      userInformation: ciphered ? await this.protection.protectInitiate(request, both) : request,
    });
  }

  /** Associates as an honest client would. Out: the AARE. */
  async associate(): Promise<Aare> {
    const { mechanism = 'lowest', ciphered = true } = this.#options;
    const challenge = isHighLevel(mechanism) ? createChallenge(mechanism) : undefined;
    const [bytes] = await this.send(await this.aarq(challenge));
    const aare = decodeApdu(bytes!) as Aare;
    if (aare.result !== 'accepted' || challenge === undefined) return aare;
    if (ciphered) await this.protection!.unprotect(aare.userInformation!, true);
    const exchange = {
      mechanism,
      ownTitle: clientTitle,
      peerTitle: serverTitle,
      ownChallenge: challenge,
      peerChallenge: aare.authenticationValue!.value,
      secret: hlsSecret,
      protection: this.protection,
    };
    const proof = await createHlsProof(exchange);
    const { apdu } = await this.request(replyToHls(proof), ciphered ? both : none);
    if (apdu?.type !== 'action-response' || apdu.choice !== 'normal') return aare;
    const { returned } = apdu.reply;
    if (returned?.choice === 'data') await verifyHlsProof(exchange, returned.data.value as Uint8Array);
    return aare;
  }

  /** Sends a request with a protection and opens the answer. */
  async request(
    apdu: Apdu,
    protection: Protection = both,
    form: ProtectOptions['form'] = 'service-specific',
  ): Promise<RawAnswer> {
    const plain = encodeApdu(apdu);
    const sealed =
      this.protection === undefined
        ? plain
        : await this.protection.protect(plain, { protection, form: form! });
    const [bytes] = await this.send(sealed);
    if (bytes === undefined) return { bytes, apdu: undefined, found: undefined };
    if (this.protection === undefined) return { bytes, apdu: decodeApdu(bytes), found: undefined };
    const found = await this.protection.unprotect(bytes);
    return { bytes, apdu: decodeApdu(found.plain), found };
  }
}

const invoke = { invokeId: 1, confirmed: true, highPriority: false } as const;

export { invoke };

function octets(obis: string): Uint8Array {
  return Uint8Array.from(obis.split('.').map(Number));
}

export function getRequest(classId: number, obis: string, attribute: number): Apdu {
  return {
    type: 'get-request',
    choice: 'normal',
    invoke,
    descriptor: { classId, instance: octets(obis), attribute },
  };
}

export function setRequest(
  classId: number,
  obis: string,
  attribute: number,
  value: Extract<Apdu, { type: 'set-request'; choice: 'normal' }>['value'],
): Apdu {
  return {
    type: 'set-request',
    choice: 'normal',
    invoke,
    descriptor: { classId, instance: octets(obis), attribute },
    value,
  };
}

export function actionRequest(classId: number, obis: string, method: number): Apdu {
  return {
    type: 'action-request',
    choice: 'normal',
    invoke,
    descriptor: { classId, instance: octets(obis), method },
    parameters: { type: 'integer', value: 0 },
  };
}

export function replyToHls(proof: Uint8Array): Apdu {
  return {
    type: 'action-request',
    choice: 'normal',
    invoke,
    descriptor: { classId: 15, instance: octets('0.0.40.0.0.255'), method: 1 },
    parameters: { type: 'octet-string', value: proof },
  };
}

/** The result of a response, in words: `success` or the name of what was refused. */
export function resultIn(answer: RawAnswer): string {
  const { apdu } = answer;
  if (apdu === undefined) return 'silence';
  if (apdu.type === 'get-response' && apdu.choice === 'normal')
    return apdu.result.choice === 'data' ? 'success' : apdu.result.result;
  if (apdu.type === 'set-response' && apdu.choice === 'normal') return apdu.result;
  if (apdu.type === 'action-response' && apdu.choice === 'normal') return apdu.reply.result;
  return apdu.type;
}
