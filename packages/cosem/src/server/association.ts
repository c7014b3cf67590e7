/**
 * One association of a client on the side of the server: its state, its protection, its transfers (IEC 62056-5-3). Octets
 * go in, octets come out. What a client must not do is refused here before any object's code runs, and every refusal
 * looks the same from outside.
 */

import { isCipheredTag } from '../apdu/ciphered.ts';
import { decodeApdu, encodeApdu } from '../apdu/index.ts';
import { dlmsVersion, logicalNameVaa } from '../apdu/initiate.ts';
import type { ConformanceBit } from '../apdu/names.ts';
import { apduTags } from '../apdu/tags.ts';
import type {
  Aarq,
  ActionRequest,
  GeneralBlockTransfer,
  InitiateResponse,
  PlainApdu,
} from '../apdu/types.ts';
import { copyOctets } from '../base/bytes.ts';
import { classes } from '../classes/catalogue.ts';
import { noProtection } from '../classes/typed/object-list.ts';
import { type Data, data } from '../data/types.ts';
import type { Saps } from '../link/channel.ts';
import { obisToBytes } from '../obis/obis.ts';
import { combineProtection, type Protection, unprotected } from '../security/policy.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { blockSizeFor } from '../session/block-transfer.ts';
import { type GbtEvent, GbtExchange, gbtFraming, opensGbtExchange } from '../session/gbt.ts';
import { createHlsProof, type HlsExchange, verifyHlsProof } from '../session/hls.ts';
import { type ApduProtection, checkProtection } from '../session/protection.ts';
import type { ProtectOptions, Unprotected } from '../session/security-settings.ts';
import { currentAssociation, replyToHls } from './association-object.ts';
import { type Audit, type AuditedClient, tell } from './audit.ts';
import { raiseServer } from './errors.ts';
import type { LogicalDevice, OpenAssociation, ServedAssociation } from './logical-device.ts';
import type { Caller, CosemObject } from './object.ts';
import { type ChallengeSource, openAssociation, rejection } from './opening.ts';
import { type RequestBounds, RequestHandler, type ResponseRoom } from './requests.ts';
import { type FoundObject, ServiceRun } from './services.ts';

/** Bounds of one association. */
export interface AssociationBounds extends RequestBounds {
  /** Octets of an APDU that comes in general block transfer, before it is opened. */
  readonly maxTransferSize: number;
  /** Largest APDU that the link takes, in octets. */
  readonly maxApduSize: number;
  /** Blocks that a client may send at a time in general block transfer, 1 to 63. */
  readonly gbtWindow: number;
}

/** What an association is made with. */
export interface AssociationOptions {
  /** Undefined where there is no such logical device: every AARQ is rejected as if the client were unknown. */
  readonly device: LogicalDevice | undefined;
  readonly saps: Saps;
  /** What the link says of the peer, for the audit. */
  readonly remote: string;
  readonly bounds: AssociationBounds;
  readonly audit?: Audit | undefined;
  readonly challenge?: ChallengeSource | undefined;
  readonly nowMs: () => number;
  /** Called when an association has ended, whoever ended it. */
  readonly onEnd?: () => void;
}

/** What to send, and what to run once it was sent. */
export interface Answer {
  readonly apdus: readonly Uint8Array[];
  readonly afterSend: readonly (() => void | Promise<void>)[];
}

const nothingToSend: Answer = { apdus: [], afterSend: [] };

/** The one answer to everything that is refused as a whole (IEC 62056-5-3, ExceptionResponse). */
export const refusalApdu: Uint8Array = encodeApdu({
  type: 'exception-response',
  stateError: 'service-not-allowed',
  serviceError: 'operation-not-possible',
});

/** An association that was accepted; `hls` is there until the client has proved who it is. */
interface Up {
  readonly served: ServedAssociation;
  readonly context: AssociationContext;
  readonly caller: Caller;
  readonly protection: ApduProtection | undefined;
  /** The protection of services; undefined in an application context without ciphering. */
  readonly cipher: ApduProtection | undefined;
  requests: RequestHandler;
  hls: HlsExchange | undefined;
  proof: 'awaited' | 'failed' | 'passed';
  gbt: { exchange: GbtExchange; first: Uint8Array } | undefined;
}

const currentInstance = obisToBytes(currentAssociation);

/** The place of one client at one logical device: with an association or without. */
export class ServerAssociation implements OpenAssociation {
  readonly #options: AssociationOptions;
  #up: Up | undefined;

  constructor(options: AssociationOptions) {
    this.#options = options;
  }

  get caller(): Caller {
    const { saps } = this.#options;
    return (
      this.#up?.caller ?? {
        clientSap: saps.client,
        serverSap: saps.server,
        clientTitle: undefined,
        context: undefined,
      }
    );
  }

  /** Whether there is an association, proven or not. */
  get isUp(): boolean {
    return this.#up !== undefined;
  }

  /** Ends the association, if there is one; the client is not told. */
  end(reason?: 'superseded' | 'idle' | 'keys-changed'): void {
    const up = this.#up;
    if (up === undefined) return;
    const who = this.#who();
    this.#options.device?.closed(this);
    this.#up = undefined;
    up.protection?.close();
    const error = reason === undefined ? undefined : raiseServer(reason);
    tell(this.#options.audit, { type: 'ended', who, ...(error === undefined ? {} : { error }) });
    this.#options.onEnd?.();
  }

  /** Takes one APDU of the client; one after the other, the next when the promise has settled. Never rejects. */
  async handle(apdu: Uint8Array): Promise<Answer> {
    try {
      return await this.#take(apdu);
    } catch (error) {
      this.#refused(`apdu ${apdu[0] ?? 'empty'}`, error);
      return { apdus: [refusalApdu], afterSend: [] };
    }
  }

  async #take(apdu: Uint8Array): Promise<Answer> {
    const tag = apdu[0];
    if (tag === apduTags.aarq) return this.#associate(apdu);
    if (tag === apduTags.rlrq) return this.#release(apdu);
    const up = this.#up;
    if (up === undefined) throw raiseServer('not-associated');
    if (apdu.length > up.context.maxReceivePduSize) throw raiseServer('pdu-size', `${apdu.length} octets`);
    if (tag === apduTags['general-block-transfer']) return this.#takeBlock(up, apdu);
    up.gbt = undefined;
    const { reply, afterSend } = await this.#request(up, apdu);
    if (reply === undefined) return { apdus: [], afterSend };
    if (reply.length <= up.context.maxSendPduSize) return { apdus: [reply], afterSend };
    if (!up.context.conformance.has('general-block-transfer'))
      throw raiseServer('response-size', `${reply.length} octets`);
    const exchange = this.#exchange(up, false);
    up.gbt = { exchange, first: new Uint8Array(0) };
    return { apdus: blocksOf(exchange.send(reply, this.#options.nowMs())), afterSend };
  }

  async #associate(bytes: Uint8Array): Promise<Answer> {
    const { device, saps, bounds, challenge } = this.#options;
    const aarq = decodeApdu(bytes) as Aarq;
    let opened: Awaited<ReturnType<typeof openAssociation>>;
    try {
      opened = await openAssociation(aarq, {
        device,
        saps,
        maxApduSize: bounds.maxApduSize,
        ...(challenge === undefined ? {} : { challenge }),
      });
    } catch (error) {
      // An association that is up stays: what was not accepted cannot end it.
      this.#refused('aarq', error);
      return { apdus: [rejection(aarq.applicationContext)], afterSend: [] };
    }
    this.end('superseded');
    const { served, context, protection, hls } = opened;
    const clientTitle = context.peerTitle.length === 0 ? undefined : context.peerTitle;
    const caller = { clientSap: saps.client, serverSap: saps.server, clientTitle, context };
    const proving = new Set<ConformanceBit>([...context.conformance, 'action']);
    this.#up = {
      served,
      context,
      caller,
      protection,
      cipher: context.ciphered ? protection : undefined,
      requests: new RequestHandler(hls === undefined ? context.conformance : proving, bounds),
      hls,
      proof: hls === undefined ? 'passed' : 'awaited',
      gbt: undefined,
    };
    if (hls === undefined) this.#proven(this.#up);
    return { apdus: [opened.aare], afterSend: [] };
  }

  /** The client is who it says: from here on its services run. */
  #proven(up: Up): void {
    const { device, audit, bounds } = this.#options;
    up.hls = undefined;
    up.proof = 'passed';
    up.requests = new RequestHandler(up.context.conformance, bounds);
    if (up.context.hasDedicatedKey) up.protection?.useDedicatedKey();
    device?.opened(this);
    tell(audit, { type: 'associated', who: this.#who(), mechanism: up.context.mechanism });
  }

  async #release(bytes: Uint8Array): Promise<Answer> {
    const rlrq = decodeApdu(bytes);
    const up = this.#up;
    if (rlrq.type !== 'rlrq' || up === undefined) throw raiseServer('not-associated', 'release');
    const { cipher, context, served } = up;
    let how: Protection | undefined;
    if (cipher !== undefined && rlrq.userInformation !== undefined) {
      const found = await cipher.unprotect(rlrq.userInformation, true);
      checkProtection(found, { authenticated: true, encrypted: false, signed: false });
      how = combineProtection(found.protection, { ...context.policy.response, signed: false });
    } else if (cipher !== undefined && served.definition.plainRelease !== true) {
      throw raiseServer('unexpected-apdu', 'a release without ciphering');
    }
    const response = encodeApdu(initiateResponseOf(context));
    const userInformation = how === undefined ? undefined : await cipher!.protectInitiate(response, how);
    const rlre = encodeApdu({
      type: 'rlre',
      reason: 'normal',
      ...(userInformation === undefined ? {} : { userInformation }),
    });
    this.end();
    return { apdus: [rlre], afterSend: [] };
  }

  /** Opens a request, has it served, protects the response. */
  async #request(
    up: Up,
    bytes: Uint8Array,
  ): Promise<{ reply: Uint8Array | undefined; afterSend: Answer['afterSend'] }> {
    const found = await openRequest(up, bytes);
    const apdu = decodeApdu(found.plain, { maxSize: this.#options.bounds.maxTransferSize }) as PlainApdu;
    if (up.hls !== undefined && !isProof(apdu, up)) throw raiseServer('not-associated', apdu.type);
    const run = this.#run(up, found);
    const how = (): ProtectOptions => ({
      protection: run.responseProtection,
      form: found.form ?? 'service-specific',
      ...(found.transactionId === undefined ? {} : { transactionId: found.transactionId }),
    });
    const response = await up.requests.handle(apdu, run, () => roomFor(up, how()));
    const afterSend = [...run.afterResponse];
    const reply = isConfirmed(apdu) ? await this.#protect(up, response, how(), found) : undefined;
    if (up.proof === 'failed') this.end();
    else if (up.hls !== undefined && up.proof === 'passed') this.#proven(up);
    // The association may have been ended from outside while the request ran.
    else if (this.#up !== up) return { reply: undefined, afterSend };
    return { reply, afterSend };
  }

  async #protect(up: Up, response: PlainApdu, how: ProtectOptions, found: Unprotected): Promise<Uint8Array> {
    const plain = encodeApdu(response);
    if (up.cipher === undefined) return plain;
    if (found.scope === 'dedicated' && up.cipher.scope === 'global') up.cipher.useDedicatedKey();
    return up.cipher.protect(plain, how);
  }

  #run(up: Up, found: Unprotected): ServiceRun {
    const { device, audit } = this.#options;
    const { cipher, context, caller, served } = up;
    const canSign = cipher?.settings.signing?.own !== undefined;
    const env = {
      find: (classId: number, instance: Uint8Array): FoundObject | undefined =>
        up.hls === undefined ? device?.find(served, classId, instance) : this.#provingObject(up),
      context,
      caller,
      who: this.#who(),
      audit,
      canProtect: ({ authenticated, encrypted, signed }: Protection): boolean =>
        cipher === undefined ? !authenticated && !encrypted && !signed : !signed || canSign,
    };
    // Answers are ciphered as their requests are; whether they are signed is for policy and rights alone.
    const asked = { ...found.protection, signed: false };
    return new ServiceRun(env, found.protection, combineProtection(context.policy.response, asked));
  }

  /** The association object while the client has yet to prove who it is: reply_to_HLS_authentication and nothing else. */
  #provingObject(up: Up): FoundObject {
    const definition = classes.associationLn.methods.replyToHlsAuthentication;
    const code = (parameter: Data): Promise<Data> => this.#prove(up, parameter);
    const object: CosemObject = {
      definition: up.served.object.definition,
      logicalName: currentAssociation,
      instance: currentInstance,
      attributes: new Map(),
      methods: new Map([[replyToHls, { definition, code }]]),
    };
    const right = { method: replyToHls, execute: true, protection: noProtection };
    return { object, rights: { attributes: new Map(), methods: new Map([[replyToHls, right]]) } };
  }

  /** Passes 3 and 4: there is one attempt, and a wrong proof ends the association. */
  async #prove(up: Up, parameter: Data): Promise<Data> {
    const exchange = up.hls;
    if (exchange === undefined || up.proof !== 'awaited')
      throw raiseServer('not-associated', 'a second proof');
    up.proof = 'failed';
    await verifyHlsProof(exchange, parameter.value as Uint8Array);
    const own = await createHlsProof(exchange);
    up.proof = 'passed';
    return data('octet-string', own);
  }

  #exchange(up: Up, expects: boolean): GbtExchange {
    const { bounds } = this.#options;
    return new GbtExchange({
      role: 'server',
      blockSize: up.context.maxSendPduSize - gbtFraming,
      window: bounds.gbtWindow,
      expects,
      maxSize: bounds.maxTransferSize,
    });
  }

  async #takeBlock(up: Up, bytes: Uint8Array): Promise<Answer> {
    if (!up.context.conformance.has('general-block-transfer'))
      throw raiseServer('conformance', 'general-block-transfer');
    const block = decodeApdu(bytes) as GeneralBlockTransfer;
    if (opensGbtExchange(block) && !isRepeated(up, block))
      up.gbt = { exchange: this.#exchange(up, true), first: copyOctets(block.blockData) };
    const { gbt } = up;
    if (gbt === undefined) throw raiseServer('unexpected-apdu', 'a block of no transfer');
    return this.#carry(up, gbt.exchange, gbt.exchange.receive(block, this.#options.nowMs()));
  }

  async #carry(up: Up, exchange: GbtExchange, events: readonly GbtEvent[]): Promise<Answer> {
    const apdus: Uint8Array[] = [];
    const afterSend: (() => void | Promise<void>)[] = [];
    for (const event of events) {
      if (event.type === 'send') apdus.push(encodeApdu(event.apdu));
      if (event.type === 'failed') {
        up.gbt = undefined;
        throw event.error;
      }
      if (event.type !== 'received') continue;
      const answer = await this.#answerTransfer(up, event.apdu);
      afterSend.push(...answer.afterSend);
      if (answer.reply === undefined) return { apdus: [], afterSend };
      // The response takes the place of a bare acknowledgement, which it carries with it.
      return { apdus: blocksOf(exchange.send(answer.reply, this.#options.nowMs())), afterSend };
    }
    return apdus.length === 0 && afterSend.length === 0 ? nothingToSend : { apdus, afterSend };
  }

  /** A refusal of what came in blocks goes back in blocks too: the client is waiting for one. */
  async #answerTransfer(up: Up, apdu: Uint8Array) {
    try {
      return await this.#request(up, apdu);
    } catch (error) {
      this.#refused(`apdu ${apdu[0] ?? 'empty'} in blocks`, error);
      return { reply: refusalApdu, afterSend: [] };
    }
  }

  #who(): AuditedClient {
    const { saps, remote } = this.#options;
    return { saps, clientTitle: this.#up?.caller.clientTitle, remote };
  }

  #refused(what: string, error: unknown): void {
    tell(this.#options.audit, { type: 'refused', who: this.#who(), what, error });
  }
}

function blocksOf(events: readonly GbtEvent[]): Uint8Array[] {
  return events.flatMap((event) => {
    if (event.type === 'failed') throw event.error;
    return event.type === 'send' ? [encodeApdu(event.apdu)] : [];
  });
}

/** A first block that came before belongs to the transfer in progress, whose answer was lost. */
function isRepeated({ gbt }: Up, block: GeneralBlockTransfer): boolean {
  return (
    gbt !== undefined &&
    gbt.first.length > 0 &&
    !gbt.exchange.delivered &&
    Buffer.compare(gbt.first, block.blockData) === 0
  );
}

/** Takes the protection off a request and judges it. */
async function openRequest({ cipher, context, hls }: Up, bytes: Uint8Array): Promise<Unprotected> {
  if (cipher === undefined) {
    if (isCipheredTag(bytes[0] ?? 0))
      throw raiseServer('unexpected-apdu', 'ciphered, which was not agreed on');
    return {
      plain: bytes,
      protection: unprotected,
      scope: 'none',
      keySet: 'unicast',
      form: undefined,
      transactionId: undefined,
    };
  }
  const general = bytes[0] !== undefined && bytes[0] >= apduTags['general-glo-ciphering'];
  if (general && isCipheredTag(bytes[0]!) && !context.conformance.has('general-protection'))
    throw raiseServer('conformance', 'general-protection');
  const found = await cipher.unprotect(bytes);
  // The proof of the client is signed by itself, or made by its keys: no signature is asked for around it.
  const { request } = context.policy;
  checkProtection(found, hls === undefined ? request : { ...request, signed: false });
  return found;
}

/** What fits the client's PDU: `how` is how the response will be protected. */
function roomFor({ cipher, context }: Up, how: ProtectOptions): ResponseRoom {
  const overhead = cipher === undefined ? 0 : cipher.overhead(how);
  return {
    plainSize: context.maxSendPduSize - overhead,
    blockSize: blockSizeFor(context.maxSendPduSize, overhead),
  };
}

/** Whether a request is (a part of) the one that a client may make before it is authenticated. */
function isProof(apdu: PlainApdu, up: Up): apdu is ActionRequest {
  if (apdu.type !== 'action-request' || up.proof !== 'awaited') return false;
  if (apdu.choice === 'with-pblock' || apdu.choice === 'next-pblock') return true;
  if (apdu.choice !== 'normal' && apdu.choice !== 'with-first-pblock') return false;
  const { classId, instance, method } = apdu.descriptor;
  return (
    classId === classes.associationLn.classId &&
    method === replyToHls &&
    Buffer.compare(instance, currentInstance) === 0
  );
}

function isConfirmed(apdu: PlainApdu): boolean {
  return 'invoke' in apdu ? apdu.invoke.confirmed : true;
}

function initiateResponseOf(context: AssociationContext): InitiateResponse {
  return {
    type: 'initiate-response',
    dlmsVersion,
    conformance: [...context.conformance],
    serverMaxReceivePduSize: context.maxReceivePduSize,
    vaaName: logicalNameVaa,
  };
}
