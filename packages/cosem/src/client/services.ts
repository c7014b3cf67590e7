/**
 * Get, Set, Action and Access on an association (IEC 62056-5-3, xDLMS services), with block transfer where something
 * does not fit one APDU. Reads are tried again after silence; whatever may change something is sent once.
 */

import { encodeApdu } from '../apdu/index.ts';
import type { ConformanceBit, DataAccessResult } from '../apdu/names.ts';
import type {
  AccessRequest,
  AccessResponse,
  ActionReply,
  ActionRequest,
  ActionResponse,
  DataBlock,
  GetDataResult,
  GetRequest,
  GetResponse,
  InvokeIdAndPriority,
  MethodDescriptor,
  PlainApdu,
  SelectedAttribute,
  SetRequest,
  SetResponse,
} from '../apdu/types.ts';
import { CosemError } from '../base/errors.ts';
import { decodeData, encodeData } from '../data/codec.ts';
import type { Data } from '../data/types.ts';
import {
  BlockAssembler,
  BlockCutter,
  BlockSequence,
  blockSizeFor,
  decodeGetResults,
  decodeReplies,
  encodeDataList,
} from '../session/block-transfer.ts';
import { raiseSession } from '../session/errors.ts';
import type { OpenedAssociation } from './association.ts';
import { exchangeApdu, requestProtection } from './exchange.ts';
import { raiseClient } from './failures.ts';
import { clientDefaults, type RequestOptions } from './options.ts';

/** Octets of an attribute or method descriptor with its presence octet. */
const descriptorSize = 10;
const maxInvokeId = 15;
const maxLongInvokeId = 0xff_ffff;

/** The services of one association. One call at a time: `CosemClient` queues them. */
export class AssociationServices {
  readonly #opened: OpenedAssociation;
  #lastInvokeId = 0;
  #lastLongInvokeId = 0;

  constructor(opened: OpenedAssociation) {
    this.#opened = opened;
  }

  /** Whether the association negotiated something. */
  has(bit: ConformanceBit): boolean {
    return this.#opened.association.conformance.has(bit);
  }

  /** GET-NORMAL, with blocks as the server wants (IEC 62056-5-3, GET). */
  async get(item: SelectedAttribute, options: RequestOptions = {}): Promise<GetDataResult> {
    this.#need('get');
    return this.#retry(async () => {
      const answer = await this.#getRequest({ choice: 'normal', ...item }, options);
      if (answer.choice === 'normal') return answer.result;
      if (answer.choice === 'with-list') throw raiseClient('answer', 'a list for one attribute');
      const assembler = new BlockAssembler(this.#bounds());
      let raw: Uint8Array | undefined;
      for await (const block of this.#getBlocks(answer, options)) {
        if ('result' in block) return { choice: 'data-access-result', result: block.result };
        raw = assembler.add(block);
      }
      return { choice: 'data', data: decodeData(raw!) };
    }, options);
  }

  /**
   * GET-NORMAL whose value is handed out as it comes, piece by piece: for buffers too large to hold. A value that comes
   * in one APDU is handed out as one piece. Out: pieces of the encoded Data; the generator must be run to its end.
   */
  async *getPieces(
    item: SelectedAttribute,
    options: RequestOptions = {},
  ): AsyncGenerator<Uint8Array, DataAccessResult, undefined> {
    this.#need('get');
    const answer = await this.#retry(() => this.#getRequest({ choice: 'normal', ...item }, options), options);
    if (answer.choice === 'with-list') throw raiseClient('answer', 'a list for one attribute');
    if (answer.choice === 'normal') {
      if (answer.result.choice !== 'data') return answer.result.result;
      yield encodeData(answer.result.data);
      return 'success';
    }
    const sequence = new BlockSequence(this.#bounds());
    for await (const block of this.#getBlocks(answer, options)) {
      if ('result' in block) return block.result;
      sequence.accept(block);
      yield block.rawData;
    }
    return 'success';
  }

  /** GET-WITH-LIST (IEC 62056-5-3, GET). Out: one result for each attribute. */
  async getList(items: readonly SelectedAttribute[], options: RequestOptions = {}): Promise<GetDataResult[]> {
    this.#need('get', 'multiple-references');
    return this.#retry(async () => {
      const answer = await this.#getRequest({ choice: 'with-list', list: items }, options);
      if (answer.choice === 'normal') {
        // Some servers answer a list that they refuse as a whole with one result.
        if (answer.result.choice === 'data-access-result') return items.map(() => answer.result);
        throw raiseClient('answer', 'one value for a list');
      }
      const results =
        answer.choice === 'with-list'
          ? answer.results
          : await this.#getListBlocks(answer, items.length, options);
      if (results.length !== items.length) {
        throw raiseClient('answer', `${results.length} results for ${items.length} attributes`);
      }
      return [...results];
    }, options);
  }

  async #getListBlocks(
    first: Extract<GetResponse, { choice: 'with-datablock' }>,
    count: number,
    options: RequestOptions,
  ): Promise<GetDataResult[]> {
    const assembler = new BlockAssembler(this.#bounds());
    let raw: Uint8Array | undefined;
    for await (const block of this.#getBlocks(first, options)) {
      if ('result' in block) {
        const { result } = block;
        return Array.from({ length: count }, () => ({ choice: 'data-access-result', result }));
      }
      raw = assembler.add(block);
    }
    return decodeGetResults(raw!);
  }

  /** The blocks of a Get response from the first on, asking for the next until the last. */
  async *#getBlocks(
    first: Extract<GetResponse, { choice: 'with-datablock' }>,
    options: RequestOptions,
  ): AsyncGenerator<DataBlock | { readonly result: DataAccessResult }, void, undefined> {
    let answer = first;
    for (;;) {
      const { lastBlock, blockNumber, result } = answer.block;
      if (result.choice === 'data-access-result') {
        yield { result: result.result };
        return;
      }
      yield { lastBlock, blockNumber, rawData: result.rawData };
      if (lastBlock) return;
      const next = await this.#getNext(blockNumber, answer.invoke, options);
      answer = next;
    }
  }

  async #getNext(
    blockNumber: number,
    invoke: InvokeIdAndPriority,
    options: RequestOptions,
  ): Promise<Extract<GetResponse, { choice: 'with-datablock' }>> {
    const request: GetRequest = { type: 'get-request', choice: 'next', invoke, blockNumber };
    const answer = await this.#ask(request, 'get-response', invoke, options);
    if (answer.choice === 'with-datablock') return answer;
    if (answer.choice === 'normal' && answer.result.choice === 'data-access-result') {
      const { result } = answer.result;
      const block = {
        lastBlock: true,
        blockNumber,
        result: { choice: 'data-access-result', result },
      } as const;
      return { type: 'get-response', choice: 'with-datablock', invoke, block };
    }
    throw raiseClient('answer', `${answer.choice} instead of the next block`);
  }

  #getRequest(
    body: DistributiveOmit<Exclude<GetRequest, { choice: 'next' }>, 'type' | 'invoke'>,
    options: RequestOptions,
  ): Promise<GetResponse> {
    const invoke = this.#invoke();
    return this.#ask({ type: 'get-request', invoke, ...body }, 'get-response', invoke, options);
  }

  /** SET-NORMAL, in blocks where the value does not fit (IEC 62056-5-3, SET). Never sent twice. */
  async set(item: SelectedAttribute, value: Data, options: RequestOptions = {}): Promise<DataAccessResult> {
    this.#need('set');
    const invoke = this.#invoke();
    const whole: SetRequest = { type: 'set-request', choice: 'normal', invoke, ...item, value };
    if (this.#sendsWhole(whole, 'block-transfer-with-set-or-write', options)) {
      const answer = await this.#ask(whole, 'set-response', invoke, options);
      if (answer.choice === 'normal') return answer.result;
      throw raiseClient('answer', `${answer.choice} for one value`);
    }
    const first = (block: DataBlock): SetRequest => ({
      type: 'set-request',
      choice: 'with-first-datablock',
      invoke,
      ...item,
      block,
    });
    const answer = await this.#setBlocks(encodeData(value), first, invoke, 1, options);
    if (answer.choice === 'last-datablock' || answer.choice === 'normal') return answer.result;
    throw raiseClient('answer', `${answer.choice} after the last block`);
  }

  /** SET-WITH-LIST, in blocks where the values do not fit (IEC 62056-5-3, SET). Never sent twice. */
  async setList(
    items: readonly SelectedAttribute[],
    values: readonly Data[],
    options: RequestOptions = {},
  ): Promise<DataAccessResult[]> {
    this.#need('set', 'multiple-references');
    const invoke = this.#invoke();
    const whole: SetRequest = { type: 'set-request', choice: 'with-list', invoke, list: items, values };
    const answer = this.#sendsWhole(whole, 'block-transfer-with-set-or-write', options)
      ? await this.#ask(whole, 'set-response', invoke, options)
      : await this.#setBlocks(
          encodeDataList(values),
          (block) => ({
            type: 'set-request',
            choice: 'with-list-and-first-datablock',
            invoke,
            list: items,
            block,
          }),
          invoke,
          items.length,
          options,
        );
    const results = 'results' in answer ? answer.results : [];
    if (results.length !== items.length) {
      throw raiseClient('answer', `${results.length} results for ${items.length} values`);
    }
    return [...results];
  }

  async #setBlocks(
    raw: Uint8Array,
    first: (block: DataBlock) => SetRequest,
    invoke: InvokeIdAndPriority,
    descriptors: number,
    options: RequestOptions,
  ): Promise<SetResponse> {
    const cutter = new BlockCutter(raw);
    let block = cutter.next(this.#blockSize(descriptors, options));
    let answer = await this.#ask(first(block), 'set-response', invoke, options);
    while (!cutter.done) {
      if (answer.choice !== 'datablock') return answer;
      if (answer.blockNumber !== cutter.lastNumber) {
        throw raiseSession('block-number', `block ${answer.blockNumber} acknowledged`);
      }
      block = cutter.next(this.#blockSize(0, options));
      const next: SetRequest = { type: 'set-request', choice: 'with-datablock', invoke, block };
      answer = await this.#ask(next, 'set-response', invoke, options);
    }
    return answer;
  }

  /** ACTION-NORMAL, in blocks either way where something does not fit (IEC 62056-5-3, ACTION). Never sent twice. */
  async action(
    descriptor: MethodDescriptor,
    parameters: Data | undefined,
    options: RequestOptions = {},
  ): Promise<ActionReply> {
    this.#need('action');
    const invoke = this.#invoke();
    const whole: ActionRequest = {
      type: 'action-request',
      choice: 'normal',
      invoke,
      descriptor,
      ...(parameters === undefined ? {} : { parameters }),
    };
    const fits = parameters === undefined || this.#sendsWhole(whole, 'block-transfer-with-action', options);
    const answer = fits
      ? await this.#ask(whole, 'action-response', invoke, options)
      : await this.#actionBlocks(
          encodeData(parameters),
          (block) => ({ type: 'action-request', choice: 'with-first-pblock', invoke, descriptor, block }),
          invoke,
          1,
          options,
        );
    const [reply] = await this.#replies(answer, false, options);
    return reply!;
  }

  /** ACTION-WITH-LIST (IEC 62056-5-3, ACTION). Never sent twice. */
  async actionList(
    list: readonly MethodDescriptor[],
    parameters: readonly Data[],
    options: RequestOptions = {},
  ): Promise<ActionReply[]> {
    this.#need('action', 'multiple-references');
    const invoke = this.#invoke();
    const whole: ActionRequest = { type: 'action-request', choice: 'with-list', invoke, list, parameters };
    const answer = this.#sendsWhole(whole, 'block-transfer-with-action', options)
      ? await this.#ask(whole, 'action-response', invoke, options)
      : await this.#actionBlocks(
          encodeDataList(parameters),
          (block) => ({ type: 'action-request', choice: 'with-list-and-first-pblock', invoke, list, block }),
          invoke,
          list.length,
          options,
        );
    const replies = await this.#replies(answer, true, options);
    if (replies.length !== list.length) {
      throw raiseClient('answer', `${replies.length} replies for ${list.length} methods`);
    }
    return replies;
  }

  async #actionBlocks(
    raw: Uint8Array,
    first: (block: DataBlock) => ActionRequest,
    invoke: InvokeIdAndPriority,
    descriptors: number,
    options: RequestOptions,
  ): Promise<ActionResponse> {
    const cutter = new BlockCutter(raw);
    let block = cutter.next(this.#blockSize(descriptors, options));
    let answer = await this.#ask(first(block), 'action-response', invoke, options);
    while (!cutter.done) {
      if (answer.choice !== 'next-pblock') return answer;
      if (answer.blockNumber !== cutter.lastNumber) {
        throw raiseSession('block-number', `block ${answer.blockNumber} acknowledged`);
      }
      block = cutter.next(this.#blockSize(0, options));
      const next: ActionRequest = { type: 'action-request', choice: 'with-pblock', invoke, block };
      answer = await this.#ask(next, 'action-response', invoke, options);
    }
    return answer;
  }

  /** The replies of an Action response, asking for further blocks where it comes in blocks. */
  async #replies(first: ActionResponse, asList: boolean, options: RequestOptions): Promise<ActionReply[]> {
    const assembler = new BlockAssembler(this.#bounds());
    let answer = first;
    for (;;) {
      if (answer.choice === 'normal') return [answer.reply];
      if (answer.choice === 'with-list') return [...answer.replies];
      if (answer.choice === 'next-pblock')
        throw raiseClient('answer', 'more blocks are asked for than there are');
      const raw = assembler.add(answer.block);
      if (raw !== undefined) return decodeReplies(raw, asList);
      const { invoke } = answer;
      const blockNumber = answer.block.blockNumber;
      const next: ActionRequest = { type: 'action-request', choice: 'next-pblock', invoke, blockNumber };
      answer = await this.#ask(next, 'action-response', invoke, options);
    }
  }

  /** ACCESS (IEC 62056-5-3, ACCESS). Never sent twice, because it may change something. */
  async access(
    body: Pick<AccessRequest, 'specification' | 'data'> & { readonly breakOnError?: boolean },
    options: RequestOptions = {},
  ): Promise<AccessResponse> {
    this.#need('access');
    this.#lastLongInvokeId = this.#lastLongInvokeId >= maxLongInvokeId ? 1 : this.#lastLongInvokeId + 1;
    const invokeId = this.#lastLongInvokeId;
    const { specification, data, breakOnError = false } = body;
    const invoke = {
      invokeId,
      selfDescriptive: false,
      breakOnError,
      confirmed: true,
      highPriority: this.#opened.options.highPriority ?? true,
    };
    const request: AccessRequest = {
      type: 'access-request',
      invoke,
      dateTime: new Uint8Array(0),
      specification,
      data,
    };
    const matches = (answer: PlainApdu) =>
      answer.type === 'access-response' && answer.invoke.invokeId === invokeId;
    const answer = (await exchangeApdu(this.#opened, request, matches, options)) as AccessResponse;
    if (answer.specification.length !== specification.length || answer.data.length !== specification.length) {
      throw raiseClient('answer', `${answer.specification.length} results for ${specification.length}`);
    }
    return answer;
  }

  async #ask<T extends 'get-response' | 'set-response' | 'action-response'>(
    request: PlainApdu,
    type: T,
    invoke: InvokeIdAndPriority,
    options: RequestOptions,
  ): Promise<Extract<PlainApdu, { type: T }>> {
    const matches = (answer: PlainApdu) =>
      answer.type === type && 'invoke' in answer && answer.invoke.invokeId === invoke.invokeId;
    // The match above is on the type itself.
    return (await exchangeApdu(this.#opened, request, matches, options)) as Extract<PlainApdu, { type: T }>;
  }

  #invoke(): InvokeIdAndPriority {
    const { invokeId, highPriority = true } = this.#opened.options;
    this.#lastInvokeId = this.#lastInvokeId >= maxInvokeId ? 0 : this.#lastInvokeId + 1;
    return { invokeId: invokeId ?? this.#lastInvokeId, confirmed: true, highPriority };
  }

  async #retry<T>(task: () => Promise<T>, options: RequestOptions): Promise<T> {
    const attempts = 1 + (this.#opened.options.readRetries ?? clientDefaults.readRetries);
    for (let attempt = 1; ; attempt++) {
      try {
        return await task();
      } catch (error) {
        const silence = error instanceof CosemError && error.code === 'session/timeout';
        if (!silence || attempt >= attempts || options.signal?.aborted === true) throw error;
      }
    }
  }

  #bounds() {
    return { maxSize: this.#opened.options.maxValueSize ?? clientDefaults.maxValueSize };
  }

  #need(...bits: readonly ConformanceBit[]): void {
    const missing = bits.filter((bit) => !this.has(bit));
    if (missing.length > 0) throw raiseSession('conformance', missing.join(', '));
  }

  #overhead(options: RequestOptions): number {
    const { protection } = this.#opened;
    return protection === undefined ? 0 : protection.overhead(requestProtection(this.#opened, options));
  }

  #blockSize(descriptors: number, options: RequestOptions): number {
    const { maxSendPduSize } = this.#opened.association;
    return blockSizeFor(maxSendPduSize, this.#overhead(options), descriptors * descriptorSize);
  }

  /** Whether a request goes out as one APDU: because it fits, or because general block transfer cuts it. */
  #sendsWhole(request: SetRequest | ActionRequest, bit: ConformanceBit, options: RequestOptions): boolean {
    const { association, options: given } = this.#opened;
    const size = encodeApdu(request).length + this.#overhead(options);
    if (size <= association.maxSendPduSize) return true;
    const general = this.has('general-block-transfer');
    if (general && (given.blockTransfer === 'general' || !this.has(bit))) return true;
    if (!this.has(bit))
      throw raiseSession('pdu-size', `about ${size} octets, and no block transfer was agreed on`);
    return false;
  }
}

/** Omit, on each member of a union. */
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
