/**
 * The other end of a client in unit tests: an association that answers as a test tells it to, over a channel in memory.
 * It shares the protection and proofs of `session/` with the client, but none of the client's code.
 */
import { decodeApdu, encodeApdu } from '../src/apdu/index.ts';
import type { ConformanceBit, MechanismName } from '../src/apdu/names.ts';
import type { Aarq, GeneralBlockTransfer, InitiateRequest, PlainApdu } from '../src/apdu/types.ts';
import { fromHex, toHex } from '../src/base/bytes.ts';
import type { ApduChannel, ApduHandlers } from '../src/link/channel.ts';
import { MemoryCounters } from '../src/security/counters.ts';
import { keyName, SoftwareKeys } from '../src/security/software-keys.ts';
import type { SecuritySuite } from '../src/security/suite.ts';
import { type GbtEvent, GbtExchange, gbtFraming, opensGbtExchange } from '../src/session/gbt.ts';
import { createHlsProof, type HlsExchange, isHighLevel, verifyHlsProof } from '../src/session/hls.ts';
import { type ApduProtection, openProtection } from '../src/session/protection.ts';
import { type ApduTransport, channelTransport } from '../src/session/transport.ts';

export const clientTitle = fromHex('4d4d4d0000bc614e');
export const serverTitle = fromHex('4752580000000001');
const both = { authenticated: true, encrypted: true, signed: false } as const;

/** Keys of both sides in one store. */
export function testKeys(suite: SecuritySuite): {
  keys: SoftwareKeys;
  publicKeys: Record<string, Uint8Array>;
} {
  const keys = new SoftwareKeys();
  const size = suite === 2 ? 32 : 16;
  keys.put(keyName(serverTitle, 'unicast-encryption'), new Uint8Array(size).fill(1));
  keys.put(keyName(serverTitle, 'authentication'), new Uint8Array(size).fill(2));
  keys.put(keyName(serverTitle, 'master'), new Uint8Array(size).fill(3));
  const publicKeys: Record<string, Uint8Array> = {};
  for (const title of suite === 0 ? [] : [clientTitle, serverTitle]) {
    publicKeys[toHex(title)] = keys.generatePair(keyName(title, 'signing'), suite === 2 ? 'P-384' : 'P-256');
  }
  return { keys, publicKeys };
}

export interface ScriptedOptions {
  /** Answers a plain APDU; undefined is silence. */
  readonly answer?: (apdu: PlainApdu) => PlainApdu | undefined | Promise<PlainApdu | undefined>;
  readonly mechanism?: MechanismName;
  readonly secret?: Uint8Array;
  readonly suite?: SecuritySuite;
  readonly keys?: SoftwareKeys;
  readonly publicKeys?: Record<string, Uint8Array>;
  readonly ciphered?: boolean;
  readonly counters?: MemoryCounters;
  readonly generation?: number;
  readonly conformance?: readonly ConformanceBit[];
  readonly maxPduSize?: number;
  /** Changes what goes to the client, after everything else; several APDUs or none may come of one. */
  readonly tamper?: (wire: Uint8Array, plain: PlainApdu | undefined) => readonly Uint8Array[];
}

/** A server with one association; `transport` is the client's end. */
export class ScriptedServer {
  readonly transport: ApduTransport;
  /** Every octet that came from the client. */
  readonly seen: Uint8Array[] = [];
  /** Every plain APDU that came from the client. */
  readonly requests: PlainApdu[] = [];
  /** What it did not accept, about which it says nothing. */
  readonly refused: unknown[] = [];
  closed = false;
  protection: ApduProtection | undefined;
  readonly #options: ScriptedOptions;
  #handlers: ApduHandlers | undefined;
  #hls: HlsExchange | undefined;
  #gbt: GbtExchange | undefined;
  #clientPduSize = 0xffff;
  #mayGbt = false;
  #dedicated: Uint8Array | undefined;

  constructor(options: ScriptedOptions = {}) {
    this.#options = options;
    const channel: ApduChannel = {
      listen: (handlers) => {
        this.#handlers = handlers;
      },
      send: async (apdu) => {
        if (this.closed) throw new Error('the channel is closed');
        this.seen.push(apdu.slice());
        // As on a network, nothing comes back before the sender has returned.
        queueMicrotask(() => this.#take(apdu.slice()).catch((error: unknown) => this.refused.push(error)));
      },
      noReply: () => {},
      close: async () => {
        this.closed = true;
      },
    };
    this.transport = channelTransport(channel, { client: 16, server: 1 });
  }

  /** Sends something of its own accord. */
  emit(wire: Uint8Array): void {
    this.#handlers?.apdu(wire, { client: 16, server: 1 }, true);
  }

  async #take(wire: Uint8Array): Promise<void> {
    const apdu = decodeApdu(wire);
    if (apdu.type === 'general-block-transfer') return this.#takeBlock(apdu);
    if (apdu.type === 'aarq') return this.#reply(await this.#aarq(apdu));
    if (apdu.type === 'rlrq') return this.#reply(await this.#rlre(apdu.userInformation));
    this.#gbt = undefined;
    await this.#serve(wire);
  }

  async #takeBlock(block: GeneralBlockTransfer): Promise<void> {
    if (this.#gbt === undefined || opensGbtExchange(block)) this.#gbt = this.#exchange(true);
    await this.#carry(this.#gbt.receive(block, performance.now()));
  }

  async #carry(events: readonly GbtEvent[]): Promise<void> {
    for (const event of events) {
      if (event.type === 'failed') throw event.error;
      if (event.type === 'send') this.#put(encodeApdu(event.apdu), undefined);
      else await this.#serve(event.apdu);
    }
  }

  #exchange(expects: boolean): GbtExchange {
    return new GbtExchange({
      role: 'server',
      expects,
      blockSize: this.#clientPduSize - gbtFraming,
      window: 4,
    });
  }

  async #serve(wire: Uint8Array): Promise<void> {
    const found = await this.protection?.unprotect(wire);
    const request = decodeApdu(found?.plain ?? wire) as PlainApdu;
    this.requests.push(request);
    const answer = (await this.#hlsReply(request)) ?? (await this.#options.answer?.(request));
    if (answer === undefined) return;
    const plain = encodeApdu(answer);
    const ciphered =
      this.#options.ciphered !== false && this.protection !== undefined && found?.scope !== 'none';
    if (found?.scope === 'dedicated') this.protection!.scope = 'dedicated';
    const form = found?.form === undefined ? {} : { form: found.form };
    const out = ciphered ? await this.protection!.protect(plain, { protection: both, ...form }) : plain;
    if (this.#gbt?.received === true || (out.length > this.#clientPduSize && this.#mayGbt)) {
      this.#gbt ??= this.#exchange(false);
      await this.#carry(this.#gbt.send(out, performance.now()));
      return;
    }
    this.#put(out, answer);
  }

  async #hlsReply(request: PlainApdu): Promise<PlainApdu | undefined> {
    if (this.#hls === undefined || request.type !== 'action-request' || request.choice !== 'normal')
      return undefined;
    const hls = this.#hls;
    this.#hls = undefined;
    const proof = request.parameters?.type === 'octet-string' ? request.parameters.value : new Uint8Array(0);
    await verifyHlsProof(hls, proof);
    const value = await createHlsProof(hls);
    const returned = { choice: 'data', data: { type: 'octet-string', value } } as const;
    const { invoke } = request;
    return { type: 'action-response', choice: 'normal', invoke, reply: { result: 'success', returned } };
  }

  async #aarq(aarq: Aarq): Promise<PlainApdu> {
    const {
      suite = 0,
      keys,
      publicKeys = {},
      mechanism = 'lowest',
      secret,
      maxPduSize = 0xffff,
    } = this.#options;
    const ciphered = aarq.applicationContext === 'logical-name-ciphered';
    if (keys !== undefined) {
      const peer = publicKeys[toHex(clientTitle)];
      this.protection = await openProtection({
        suite,
        keys,
        counters: this.#options.counters ?? new MemoryCounters(),
        keyOwner: toHex(serverTitle),
        ownTitle: serverTitle,
        peerTitle: aarq.callingApTitle!,
        generation: this.#options.generation ?? 0,
        signing: { own: keyName(serverTitle, 'signing'), ...(peer === undefined ? {} : { peerKey: peer }) },
      });
    }
    const information = aarq.userInformation!;
    const plain = ciphered ? (await this.protection!.unprotect(information, true)).plain : information;
    const initiate = decodeApdu(plain) as InitiateRequest;
    this.#clientPduSize = initiate.clientMaxReceivePduSize;
    this.#dedicated = initiate.dedicatedKey;
    if (this.#dedicated !== undefined) this.protection!.addDedicatedKey(keys!.importSecret(this.#dedicated));
    const conformance = this.#options.conformance ?? initiate.conformance;
    this.#mayGbt = conformance.includes('general-block-transfer');
    const response = encodeApdu({
      type: 'initiate-response',
      dlmsVersion: 6,
      conformance,
      serverMaxReceivePduSize: maxPduSize,
      vaaName: 7,
    });
    const challenge = new Uint8Array(32).fill(0x55);
    if (isHighLevel(mechanism)) {
      this.#hls = {
        mechanism,
        ownTitle: serverTitle,
        peerTitle: aarq.callingApTitle ?? new Uint8Array(0),
        ownChallenge: challenge,
        peerChallenge: aarq.authenticationValue!.value,
        secret,
        protection: this.protection,
      };
    }
    const given = aarq.authenticationValue?.value ?? new Uint8Array(0);
    const welcome = mechanism !== 'low' || toHex(given) === toHex(secret!);
    return {
      type: 'aare',
      applicationContext: aarq.applicationContext,
      result: welcome ? 'accepted' : 'rejected-permanent',
      diagnostic: { source: 'acse-service-user', value: welcome ? 'null' : 'authentication-failure' },
      respondingApTitle: serverTitle,
      ...(isHighLevel(mechanism)
        ? {
            acseRequirements: '1',
            mechanism,
            authenticationValue: { choice: 'charstring', value: challenge },
          }
        : {}),
      userInformation: ciphered ? await this.protection!.protectInitiate(response, both) : response,
    };
  }

  async #rlre(information: Uint8Array | undefined): Promise<PlainApdu> {
    if (information === undefined || this.protection === undefined) return { type: 'rlre', reason: 'normal' };
    await this.protection.unprotect(information, true);
    const response = encodeApdu({
      type: 'initiate-response',
      dlmsVersion: 6,
      conformance: [],
      serverMaxReceivePduSize: 0xffff,
      vaaName: 7,
    });
    return {
      type: 'rlre',
      reason: 'normal',
      userInformation: await this.protection.protectInitiate(response, both),
    };
  }

  async #reply(apdu: PlainApdu): Promise<void> {
    this.#put(encodeApdu(apdu), apdu);
  }

  #put(wire: Uint8Array, plain: PlainApdu | undefined): void {
    for (const out of this.#options.tamper?.(wire, plain) ?? [wire]) this.emit(out);
  }
}
