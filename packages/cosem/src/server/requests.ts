/**
 * Get, Set, Action and Access requests in all their forms, and the long transfers between them (IEC 62056-5-3). What was
 * not agreed on in the conformance block is refused before anything else; what does not fit the client's PDU goes out in
 * blocks of the service, unless general block transfer was agreed on, which is then the association's.
 */
import { encodeApdu } from '../apdu/index.ts';
import type { ConformanceBit, DataAccessResult } from '../apdu/names.ts';
import type {
  AccessRequest,
  AccessResponse,
  AccessResponseItem,
  ActionReply,
  ActionRequest,
  ActionResponse,
  GetDataResult,
  GetRequest,
  GetResponse,
  InvokeIdAndPriority,
  PlainApdu,
  SelectedAttribute,
} from '../apdu/types.ts';
import { decodeData, encodeData } from '../data/codec.ts';
import { type Data, nullData } from '../data/types.ts';
import { type Protection, satisfies, unprotected } from '../security/policy.ts';
import { BlockCutter, decodeDataList, encodeGetResults, encodeReplies } from '../session/block-transfer.ts';
import { raiseServer } from './errors.ts';
import type { ServiceRun } from './services.ts';
import { type LongWrite, type WriteBounds, WriteTransfer } from './write-transfer.ts';

/** Bounds of requests and responses. */
export interface RequestBounds extends WriteBounds {
  /** Entries of a with-list or Access request. */
  readonly maxListSize: number;
  /** Octets of a response, before it is cut into blocks. */
  readonly maxResponseSize: number;
}

/** What a response may look like. */
export interface ResponseRoom {
  /** Octets of a plain response APDU that fit one PDU with the protection of this run. */
  readonly plainSize: number;
  /** Octets of content in a block of a service, with the same protection. */
  readonly blockSize: number;
}

interface LongRead {
  readonly service: 'get' | 'action';
  readonly cutter: BlockCutter;
  readonly protection: Protection;
}

/** The requests of one association, one after the other. */
export class RequestHandler {
  readonly #conformance: ReadonlySet<ConformanceBit>;
  readonly #bounds: RequestBounds;
  #reading: LongRead | undefined;
  #writing: WriteTransfer | undefined;
  /** How the first request of a transfer was protected: no later one may be protected less. */
  #floor: Protection = unprotected;

  constructor(conformance: ReadonlySet<ConformanceBit>, bounds: RequestBounds) {
    this.#conformance = conformance;
    this.#bounds = bounds;
  }

  /**
   * Answers one request. `room` is asked when the protection of the response is known. Throws `server/*`, `session/*` and
   * decode errors for what is refused as a whole.
   */
  async handle(apdu: PlainApdu, run: ServiceRun, room: () => ResponseRoom): Promise<PlainApdu> {
    switch (apdu.type) {
      case 'get-request':
        this.#needs('get');
        this.#writing = undefined;
        return this.#get(apdu, run, room);
      case 'set-request':
        this.#needs('set');
        this.#reading = undefined;
        return this.#set(apdu, run);
      case 'action-request':
        this.#needs('action');
        return this.#action(apdu, run, room);
      case 'access-request':
        this.#needs('access');
        this.#reset();
        return this.#access(apdu, run, room);
      default:
        throw raiseServer('unexpected-apdu', apdu.type);
    }
  }

  #reset(): void {
    this.#reading = undefined;
    this.#writing = undefined;
  }

  #needs(...bits: readonly ConformanceBit[]): void {
    const missing = bits.find((bit) => !this.#conformance.has(bit));
    if (missing !== undefined) throw raiseServer('conformance', missing);
  }

  #checkList(size: number, values = size): void {
    this.#needs('multiple-references');
    if (size > this.#bounds.maxListSize || size !== values)
      throw raiseServer('list-size', `${size} entries, ${values} values`);
  }

  async #get(apdu: GetRequest, run: ServiceRun, room: () => ResponseRoom): Promise<GetResponse> {
    const { invoke } = apdu;
    if (apdu.choice === 'next') return this.#getNext(apdu.blockNumber, invoke, run, room);
    this.#reading = undefined;
    if (apdu.choice === 'normal') {
      const result = await run.get(apdu);
      const whole: GetResponse = { type: 'get-response', choice: 'normal', invoke, result };
      if (result.choice !== 'data' || this.#fits(whole, room)) return whole;
      return this.#beginRead(encodeData(result.data), invoke, run, room);
    }
    this.#checkList(apdu.list.length);
    const results: GetDataResult[] = [];
    for (const selected of apdu.list) results.push(await run.get(selected));
    const whole: GetResponse = { type: 'get-response', choice: 'with-list', invoke, results };
    if (this.#fits(whole, room)) return whole;
    return this.#beginRead(encodeGetResults(results), invoke, run, room, results.length);
  }

  #beginRead(
    raw: Uint8Array,
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
    room: () => ResponseRoom,
    listSize?: number,
  ): GetResponse {
    if (!this.#conformance.has('block-transfer-with-get-or-read')) {
      const result: GetDataResult = { choice: 'data-access-result', result: 'other-reason' };
      const type = 'get-response';
      if (listSize === undefined) return { type, choice: 'normal', invoke, result };
      return { type, choice: 'with-list', invoke, results: Array.from({ length: listSize }, () => result) };
    }
    const cutter = this.#beginReading('get', raw, run);
    return this.#getBlock(cutter, invoke, room);
  }

  #beginReading(service: LongRead['service'], raw: Uint8Array, run: ServiceRun): BlockCutter {
    const cutter = new BlockCutter(raw);
    this.#reading = { service, cutter, protection: run.responseProtection };
    this.#floor = run.requestProtection;
    return cutter;
  }

  /** A later request of a transfer: as protected as the first one, and its response as the first response. */
  #goOn(run: ServiceRun): void {
    if (this.#reading === undefined && this.#writing === undefined) return;
    if (!satisfies(this.#floor, run.requestProtection)) {
      this.#reset();
      throw raiseServer('scope-of-access-violated', 'a block is protected less than the first');
    }
    if (this.#reading !== undefined) run.keepProtection(this.#reading.protection);
  }

  #getBlock(cutter: BlockCutter, invoke: InvokeIdAndPriority, room: () => ResponseRoom): GetResponse {
    const { lastBlock, blockNumber, rawData } = cutter.next(room().blockSize);
    if (lastBlock) this.#reading = undefined;
    const block = { lastBlock, blockNumber, result: { choice: 'raw-data', rawData } } as const;
    return { type: 'get-response', choice: 'with-datablock', invoke, block };
  }

  #getNext(
    blockNumber: number,
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
    room: () => ResponseRoom,
  ): GetResponse {
    this.#needs('block-transfer-with-get-or-read');
    this.#goOn(run);
    const reading = this.#reading;
    if (reading?.service === 'get' && blockNumber === reading.cutter.lastNumber)
      return this.#getBlock(reading.cutter, invoke, room);
    this.#reading = undefined;
    const result = reading === undefined ? 'no-long-get-in-progress' : 'data-block-number-invalid';
    const block = {
      lastBlock: true,
      blockNumber,
      result: { choice: 'data-access-result', result },
    } as const;
    return { type: 'get-response', choice: 'with-datablock', invoke, block };
  }

  /** Whether a response goes out whole: because it fits, or because general block transfer will cut it. */
  #fits(response: PlainApdu, room: () => ResponseRoom): boolean {
    const size = encodeApdu(response).length;
    if (size > this.#bounds.maxResponseSize) throw raiseServer('response-size', `${size} octets`);
    return this.#conformance.has('general-block-transfer') || size <= room().plainSize;
  }

  async #set(apdu: Extract<PlainApdu, { type: 'set-request' }>, run: ServiceRun): Promise<PlainApdu> {
    const { invoke } = apdu;
    const type = 'set-response';
    switch (apdu.choice) {
      case 'normal':
        this.#writing = undefined;
        return { type, choice: 'normal', invoke, result: await run.set(apdu, apdu.value) };
      case 'with-list':
        this.#writing = undefined;
        this.#checkList(apdu.list.length, apdu.values.length);
        return { type, choice: 'with-list', invoke, results: await setAll(run, apdu.list, apdu.values) };
      case 'with-first-datablock':
      case 'with-list-and-first-datablock': {
        this.#needs('block-transfer-with-set-or-write');
        const asList = apdu.choice === 'with-list-and-first-datablock';
        const list = asList ? apdu.list : [apdu];
        if (asList) this.#checkList(list.length);
        // A write that will be refused is refused before its blocks take any memory.
        const refusal = asList ? undefined : run.refusesSet(list[0]!);
        if (refusal !== undefined) {
          this.#writing = undefined;
          const { blockNumber } = apdu.block;
          return { type, choice: 'last-datablock', invoke, result: refusal, blockNumber };
        }
        this.#beginWriting({ service: 'set', list, asList }, run);
        break;
      }
      case 'with-datablock':
        if (this.#writing?.target.service !== 'set') {
          this.#writing = undefined;
          const { blockNumber } = apdu.block;
          const result = 'no-long-set-in-progress' as const;
          return { type, choice: 'last-datablock', invoke, result, blockNumber };
        }
    }
    return this.#setBlock(apdu.block, invoke, run);
  }

  #beginWriting(target: LongWrite, run: ServiceRun): void {
    this.#writing = new WriteTransfer(target, this.#bounds);
    this.#floor = run.requestProtection;
  }

  async #setBlock(
    block: Parameters<WriteTransfer['add']>[0],
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
  ): Promise<PlainApdu> {
    const type = 'set-response';
    const { blockNumber } = block;
    this.#goOn(run);
    const writing = this.#writing!;
    let raw: Uint8Array | undefined;
    try {
      raw = writing.add(block);
    } catch {
      this.#writing = undefined;
      return { type, choice: 'last-datablock', invoke, result: 'data-block-number-invalid', blockNumber };
    }
    if (raw === undefined) return { type, choice: 'datablock', invoke, blockNumber };
    this.#writing = undefined;
    const { list, asList } = writing.target as Extract<LongWrite, { service: 'set' }>;
    if (!asList) {
      const result = await run.set(list[0]!, decodeData(raw));
      return { type, choice: 'last-datablock', invoke, result, blockNumber };
    }
    const values = decodeDataList(raw);
    this.#checkList(list.length, values.length);
    const results = await setAll(run, list, values);
    return { type, choice: 'last-datablock-with-list', invoke, results, blockNumber };
  }

  async #action(apdu: ActionRequest, run: ServiceRun, room: () => ResponseRoom): Promise<ActionResponse> {
    const { invoke } = apdu;
    if (apdu.choice === 'next-pblock') return this.#actionNext(apdu.blockNumber, invoke, run, room);
    this.#reading = undefined;
    switch (apdu.choice) {
      case 'normal':
        this.#writing = undefined;
        return this.#replies([await run.action(apdu.descriptor, apdu.parameters)], false, invoke, run, room);
      case 'with-list': {
        this.#writing = undefined;
        this.#checkList(apdu.list.length, apdu.parameters.length);
        return this.#replies(await actAll(run, apdu.list, apdu.parameters), true, invoke, run, room);
      }
      case 'with-first-pblock':
      case 'with-list-and-first-pblock': {
        this.#needs('block-transfer-with-action');
        const asList = apdu.choice === 'with-list-and-first-pblock';
        const list = asList ? apdu.list : [apdu.descriptor];
        if (asList) this.#checkList(list.length);
        const refusal = asList ? undefined : run.refusesAction(list[0]!);
        if (refusal !== undefined) return this.#endAction(refusal, invoke);
        this.#beginWriting({ service: 'action', list, asList }, run);
        break;
      }
      case 'with-pblock':
        if (this.#writing?.target.service !== 'action')
          return this.#endAction('no-long-action-in-progress', invoke);
    }
    return this.#actionBlock(apdu.block, invoke, run, room);
  }

  #endAction(result: ActionReply['result'], invoke: InvokeIdAndPriority): ActionResponse {
    this.#reset();
    return { type: 'action-response', choice: 'normal', invoke, reply: { result } };
  }

  async #actionBlock(
    block: Parameters<WriteTransfer['add']>[0],
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
    room: () => ResponseRoom,
  ): Promise<ActionResponse> {
    this.#goOn(run);
    const writing = this.#writing!;
    let raw: Uint8Array | undefined;
    try {
      raw = writing.add(block);
    } catch {
      return this.#endAction('long-action-aborted', invoke);
    }
    const { blockNumber } = block;
    if (raw === undefined) return { type: 'action-response', choice: 'next-pblock', invoke, blockNumber };
    this.#writing = undefined;
    const { list, asList } = writing.target as Extract<LongWrite, { service: 'action' }>;
    if (!asList)
      return this.#replies([await run.action(list[0]!, decodeData(raw))], false, invoke, run, room);
    const parameters = decodeDataList(raw);
    this.#checkList(list.length, parameters.length);
    return this.#replies(await actAll(run, list, parameters), true, invoke, run, room);
  }

  #replies(
    replies: readonly ActionReply[],
    asList: boolean,
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
    room: () => ResponseRoom,
  ): ActionResponse {
    const type = 'action-response';
    const whole: ActionResponse = asList
      ? { type, choice: 'with-list', invoke, replies }
      : { type, choice: 'normal', invoke, reply: replies[0]! };
    if (this.#fits(whole, room)) return whole;
    if (!this.#conformance.has('block-transfer-with-action')) {
      // The method has run; that its answer does not fit must not look like success.
      return { type, choice: 'normal', invoke, reply: { result: 'other-reason' } };
    }
    const cutter = this.#beginReading('action', encodeReplies(replies, asList), run);
    return this.#replyBlock(cutter, invoke, room);
  }

  #replyBlock(cutter: BlockCutter, invoke: InvokeIdAndPriority, room: () => ResponseRoom): ActionResponse {
    const block = cutter.next(room().blockSize);
    if (block.lastBlock) this.#reading = undefined;
    return { type: 'action-response', choice: 'with-pblock', invoke, block };
  }

  #actionNext(
    blockNumber: number,
    invoke: InvokeIdAndPriority,
    run: ServiceRun,
    room: () => ResponseRoom,
  ): ActionResponse {
    this.#needs('block-transfer-with-action');
    this.#goOn(run);
    const reading = this.#reading;
    if (reading?.service !== 'action') return this.#endAction('no-long-action-in-progress', invoke);
    if (blockNumber !== reading.cutter.lastNumber) return this.#endAction('long-action-aborted', invoke);
    return this.#replyBlock(reading.cutter, invoke, room);
  }

  async #access(apdu: AccessRequest, run: ServiceRun, room: () => ResponseRoom): Promise<AccessResponse> {
    const { specification, data, invoke } = apdu;
    if (specification.length > this.#bounds.maxListSize || specification.length !== data.length)
      throw raiseServer('list-size', `${specification.length} entries, ${data.length} values`);
    const values: Data[] = [];
    const results: AccessResponseItem[] = [];
    let broken = false;
    for (const [i, item] of specification.entries()) {
      const outcome: AccessOutcome = broken ? skipped(item) : await accessOne(run, item, data[i]!);
      const { value, result } = outcome;
      values.push(value);
      results.push(result);
      broken ||= invoke.breakOnError && result.result !== 'success';
    }
    const none = new Uint8Array(0);
    const response: AccessResponse = {
      type: 'access-response',
      invoke,
      dateTime: none,
      data: values,
      specification: results,
    };
    if (!this.#fits(response, room)) throw raiseServer('response-size', 'the access response needs blocks');
    return response;
  }
}

type AccessItem = AccessRequest['specification'][number];
interface AccessOutcome {
  readonly value: Data;
  readonly result: AccessResponseItem;
}

const services = {
  get: 'get',
  'get-with-selection': 'get',
  set: 'set',
  'set-with-selection': 'set',
  action: 'action',
} as const;

function skipped(item: AccessItem): AccessOutcome {
  return { value: nullData, result: { choice: services[item.choice], result: 'other-reason' } };
}

async function accessOne(run: ServiceRun, item: AccessItem, given: Data): Promise<AccessOutcome> {
  switch (item.choice) {
    case 'get':
    case 'get-with-selection': {
      const found = await run.get(item);
      if (found.choice === 'data') return { value: found.data, result: { choice: 'get', result: 'success' } };
      return { value: nullData, result: { choice: 'get', result: found.result } };
    }
    case 'set':
    case 'set-with-selection':
      return { value: nullData, result: { choice: 'set', result: await run.set(item, given) } };
    case 'action': {
      const parameter = given.type === 'null-data' ? undefined : given;
      const { result, returned } = await run.action(item.descriptor, parameter);
      const value = returned?.choice === 'data' ? returned.data : nullData;
      return { value, result: { choice: 'action', result } };
    }
  }
}

async function setAll(
  run: ServiceRun,
  list: readonly SelectedAttribute[],
  values: readonly Data[],
): Promise<DataAccessResult[]> {
  const results: DataAccessResult[] = [];
  for (const [i, selected] of list.entries()) results.push(await run.set(selected, values[i]!));
  return results;
}

async function actAll(
  run: ServiceRun,
  list: readonly Parameters<ServiceRun['action']>[0][],
  parameters: readonly Data[],
): Promise<ActionReply[]> {
  const replies: ActionReply[] = [];
  for (const [i, descriptor] of list.entries()) replies.push(await run.action(descriptor, parameters[i]!));
  return replies;
}
