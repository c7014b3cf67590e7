/**
 * One request and its answer on an association: protection, general block transfer, judging the protection of the
 * answer, and passing over what does not belong to the request (IEC 62056-5-3, xDLMS services).
 */
import { type Apdu, decodeApdu, encodeApdu } from '../apdu/index.ts';
import { apduTags } from '../apdu/tags.ts';
import type { GeneralBlockTransfer, PlainApdu } from '../apdu/types.ts';
import { CosemError } from '../base/errors.ts';
import { combineProtection, type Protection } from '../security/policy.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { raiseSession } from '../session/errors.ts';
import { type GbtEvent, GbtExchange, gbtFraming } from '../session/gbt.ts';
import { type ApduProtection, checkProtection } from '../session/protection.ts';
import type { ApduTransport } from '../session/transport.ts';
import { exceptionError } from './failures.ts';
import { type AssociationOptions, clientDefaults, type RequestOptions } from './options.ts';

/** Errors that come unprotected even where everything else must not: a server cannot always cipher them. */
const errorTags = new Set<number>([apduTags['exception-response'], apduTags['confirmed-service-error']]);

/** What a request needs to know of its association. */
export interface ExchangeContext {
  readonly association: AssociationContext;
  readonly protection: ApduProtection | undefined;
  readonly transport: ApduTransport;
  readonly options: AssociationOptions;
}

/** Whether an answer belongs to the request. */
export type Matches = (answer: PlainApdu) => boolean;

/** How requests of this association are protected, and what is asked of their answers. */
function protectionFor(context: ExchangeContext, request: RequestOptions) {
  const { policy } = context.association;
  const asked: Protection = request.protection ?? policy.request;
  const required = combineProtection(policy.response, {
    ...asked,
    // Whether answers are signed is the server's policy: a signed request does not ask for it.
    signed: false,
  });
  const most =
    context.options.security?.allowStrongerResponses === true
      ? undefined
      : combineProtection(policy.response, asked);
  return { asked, required, most };
}

/**
 * Sends a request and gives back its answer, both plain (IEC 62056-5-3). Throws `session/timeout`, `/exception`,
 * `/service-error`, `/unprotected`, `/downgrade`, `/stronger`, `/pdu-size`, `/gbt-*`, `security/*`, `apdu/*`.
 */
export async function exchangeApdu(
  context: ExchangeContext,
  request: PlainApdu,
  matches: Matches,
  options: RequestOptions = {},
): Promise<PlainApdu> {
  const { transport } = context;
  // What is still there answers a request that was given up.
  transport.flush();
  const gbt = await sendRequest(context, request, options);
  const receiver = new AnswerReceiver(context, matches, options);
  return receiver.receive(gbt);
}

/** Sends a request that nobody answers. */
export async function sendOnly(
  context: ExchangeContext,
  request: PlainApdu,
  options: RequestOptions = {},
): Promise<void> {
  const wire = await protectRequest(context, request, options);
  if (wire.length > context.association.maxSendPduSize)
    throw raiseSession('pdu-size', `${wire.length} octets`);
  await context.transport.send(wire, { awaitReply: false });
}

/** What protection is used for a request, for computing block sizes. */
export function requestProtection(context: ExchangeContext, options: RequestOptions) {
  const form = options.form ?? context.options.security?.form ?? 'service-specific';
  return { protection: protectionFor(context, options).asked, form };
}

async function protectRequest(
  context: ExchangeContext,
  request: PlainApdu,
  options: RequestOptions,
): Promise<Uint8Array> {
  const plain = encodeApdu(request);
  if (context.protection === undefined) return plain;
  return context.protection.protect(plain, requestProtection(context, options));
}

/** Sends a request whole, or begins a general block transfer where it does not fit. */
async function sendRequest(
  context: ExchangeContext,
  request: PlainApdu,
  options: RequestOptions,
): Promise<GbtExchange | undefined> {
  const { association, transport } = context;
  const wire = await protectRequest(context, request, options);
  if (wire.length <= association.maxSendPduSize) {
    await transport.send(wire);
    return undefined;
  }
  if (!association.conformance.has('general-block-transfer')) {
    throw raiseSession('pdu-size', `${wire.length} octets, the server takes ${association.maxSendPduSize}`);
  }
  const gbt = newGbt(context);
  await carryOut(context, gbt.send(wire, performance.now()));
  return gbt;
}

function newGbt(context: ExchangeContext): GbtExchange {
  const { association, options } = context;
  return new GbtExchange({
    role: 'client',
    expects: true,
    blockSize: association.maxSendPduSize - gbtFraming,
    window: options.gbtWindow ?? clientDefaults.gbtWindow,
    maxSize: options.maxValueSize ?? clientDefaults.maxValueSize,
    blockTimeoutMs: Math.ceil((options.responseTimeoutMs ?? clientDefaults.responseTimeoutMs) / 2),
  });
}

/** Sends what an exchange wants sent. Out: the APDU that it completed, if any. */
async function carryOut(
  context: ExchangeContext,
  events: readonly GbtEvent[],
): Promise<Uint8Array | undefined> {
  let whole: Uint8Array | undefined;
  for (const event of events) {
    if (event.type === 'failed') throw event.error;
    if (event.type === 'received') whole = event.apdu;
    else await context.transport.send(encodeApdu(event.apdu), { awaitReply: !event.apdu.streaming });
  }
  return whole;
}

class AnswerReceiver {
  readonly #context: ExchangeContext;
  readonly #matches: Matches;
  readonly #options: RequestOptions;
  readonly #timeoutMs: number;
  #stale = 0;

  constructor(context: ExchangeContext, matches: Matches, options: RequestOptions) {
    this.#context = context;
    this.#matches = matches;
    this.#options = options;
    this.#timeoutMs =
      options.timeoutMs ?? context.options.responseTimeoutMs ?? clientDefaults.responseTimeoutMs;
  }

  async receive(begun: GbtExchange | undefined): Promise<PlainApdu> {
    const deadline = performance.now() + this.#timeoutMs;
    let further = false;
    let gbt = begun;
    for (;;) {
      const left = Math.max(1, deadline - performance.now());
      const { signal } = this.#options;
      let wire = gbt === undefined ? await this.#next(left, further) : await this.#blocks(gbt);
      if (wire[0] === apduTags['general-block-transfer']) {
        gbt = this.#openGbt();
        const first = decodeApdu(wire) as GeneralBlockTransfer;
        const whole = await carryOut(this.#context, gbt.receive(first, performance.now()));
        if (whole === undefined) continue;
        wire = whole;
      }
      gbt = undefined;
      const answer = await this.#open(wire);
      if (this.#accept(answer)) return answer;
      if (signal?.aborted === true) throw raiseSession('aborted');
      further = true;
    }
  }

  #next(timeoutMs: number, further: boolean): Promise<Uint8Array> {
    return this.#context.transport.receive(timeoutMs, { further, signal: this.#options.signal });
  }

  #openGbt(): GbtExchange {
    if (!this.#context.association.conformance.has('general-block-transfer')) {
      throw raiseSession('gbt-unexpected', 'general block transfer was not negotiated');
    }
    return newGbt(this.#context);
  }

  /** Runs a general block transfer until an APDU is whole; an APDU that is no block ends it. */
  async #blocks(gbt: GbtExchange): Promise<Uint8Array> {
    for (;;) {
      const wait = Math.max(1, (gbt.deadlineMs ?? 0) - performance.now());
      let events: readonly GbtEvent[];
      try {
        const wire = await this.#next(wait, true);
        if (wire[0] !== apduTags['general-block-transfer']) return wire;
        events = gbt.receive(decodeApdu(wire) as GeneralBlockTransfer, performance.now());
      } catch (error) {
        if (!(error instanceof CosemError) || error.code !== 'session/timeout') throw error;
        // Timers may fire a little early; by its own reckoning the exchange has waited long enough.
        events = gbt.tick(Math.max(performance.now(), gbt.deadlineMs ?? 0));
      }
      const whole = await carryOut(this.#context, events);
      if (whole !== undefined) return whole;
    }
  }

  /** Takes the protection off, judges it, and decodes. */
  async #open(wire: Uint8Array): Promise<PlainApdu> {
    const { protection, association } = this.#context;
    const limits = { maxSize: this.#context.options.maxValueSize ?? clientDefaults.maxValueSize };
    if (protection === undefined) return plainOf(decodeApdu(wire, limits));
    const found = await protection.unprotect(wire);
    const isError = errorTags.has(found.plain[0] ?? 0);
    const { required, most } = protectionFor(this.#context, this.#options);
    if (!isError || found.scope !== 'none')
      checkProtection(found, required, association.ciphered ? most : undefined);
    const apdu = plainOf(decodeApdu(found.plain, limits));
    if (isError) throw errorOf(apdu, found.scope !== 'none');
    return apdu;
  }

  #accept(answer: PlainApdu): boolean {
    if (answer.type === 'exception-response' || answer.type === 'confirmed-service-error') {
      throw errorOf(answer, false);
    }
    if (answer.type === 'data-notification' || answer.type === 'event-notification-request') {
      this.#context.options.onNotification?.(answer);
    } else if (this.#matches(answer)) {
      return true;
    }
    this.#stale += 1;
    if (this.#stale > clientDefaults.maxStaleAnswers) {
      throw raiseSession(
        'unexpected-apdu',
        `${answer.type}, and ${this.#stale - 1} others that nobody asked for`,
      );
    }
    return false;
  }
}

function errorOf(apdu: PlainApdu, isProtected: boolean): CosemError {
  if (apdu.type === 'exception-response' || apdu.type === 'confirmed-service-error') {
    return exceptionError(apdu, isProtected);
  }
  return raiseSession('unexpected-apdu', apdu.type);
}

function plainOf(apdu: Apdu): PlainApdu {
  if ('service' in apdu && apdu.service instanceof Uint8Array)
    throw raiseSession('unexpected-apdu', apdu.type);
  if (apdu.type === 'general-signing') throw raiseSession('unexpected-apdu', apdu.type);
  return apdu as PlainApdu;
}
