/**
 * The client: connects to a meter and reads, writes and invokes (IEC 62056-5-3, xDLMS services of the client). One
 * request at a time on an association; further ones wait in line.
 */
import type { AccessRequestItem, ActionReply, SelectedAttribute } from '../apdu/types.ts';
import type { CosemError } from '../base/errors.ts';
import { dateTime } from '../classes/typed/codec.ts';
import type { SelectiveAccess } from '../classes/typed/selective-access.ts';
import { encodeDateTime, fromDate } from '../data/date-time.ts';
import { type CosemDateTime, type Data, data, nullData } from '../data/types.ts';
import { type ObisLike, obisToBytes } from '../obis/obis.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { raiseSession } from '../session/errors.ts';
import { type OpenedAssociation, openAssociation, releaseAssociation } from './association.ts';
import { type DiscoveredObject, discoverObjects } from './discover.ts';
import { accessError, raiseClient } from './failures.ts';
import { type AssociationOptions, clientDefaults, type RequestOptions } from './options.ts';
import { type ProfileOptions, type ProfileRow, type ProfileSelection, readProfileRows } from './profile.ts';
import { RequestQueue } from './request-queue.ts';
import { AssociationServices } from './services.ts';

/** One attribute, and which part of it. */
export interface AttributeRequest {
  readonly classId: number;
  readonly obis: ObisLike;
  readonly attribute: number;
  readonly selection?: SelectiveAccess | undefined;
}

/** One attribute and the value to write. */
export interface WriteRequest extends AttributeRequest {
  readonly value: Data;
}

/** One method and its parameter. */
export interface MethodRequest {
  readonly classId: number;
  readonly obis: ObisLike;
  readonly method: number;
  readonly parameter?: Data;
}

/** One entry of an Access request. */
export type AccessItem =
  | ({ readonly service: 'get' } & AttributeRequest)
  | ({ readonly service: 'set' } & WriteRequest)
  | ({ readonly service: 'action' } & MethodRequest);

/** What came of one entry: a value, or the error. */
export type AccessOutcome =
  | { readonly ok: true; readonly value: Data }
  | { readonly ok: false; readonly error: CosemError };

/** Class and attribute of the clock (IEC 62056-6-2, Clock). */
const clockClass = 8;
const clockTime = 2;
const defaultClock = '0.0.1.0.0.255';

/** Opens an association and gives the client for it (IEC 62056-5-3, COSEM-OPEN). The transport is closed on failure. */
export async function connect(options: AssociationOptions): Promise<CosemClient> {
  try {
    return new CosemClient(await openAssociation(options));
  } catch (error) {
    await options.transport.close();
    throw error;
  }
}

/** One association with a server. */
export class CosemClient {
  readonly #opened: OpenedAssociation;
  readonly #services: AssociationServices;
  readonly #queue: RequestQueue;
  #closed = false;

  constructor(opened: OpenedAssociation) {
    this.#opened = opened;
    this.#services = new AssociationServices(opened);
    this.#queue = new RequestQueue(opened.options.maxQueuedRequests ?? clientDefaults.maxQueuedRequests);
  }

  /** What was negotiated. */
  get association(): AssociationContext {
    return this.#opened.association;
  }

  /**
   * Reads one attribute (IEC 62056-5-3, GET). Out: the value. Throws `client/access`, `client/temporary` with an
   * `AccessFailure` as cause, and those of the exchange.
   */
  read(
    classId: number,
    obis: ObisLike,
    attribute: number,
    selection?: SelectiveAccess,
    options: RequestOptions = {},
  ): Promise<Data> {
    const request = { classId, obis, attribute, selection };
    return this.#run(async (services) => {
      const result = await services.get(selected(request), options);
      if (result.choice === 'data') return result.data;
      throw accessErrorOf(request, result.result);
    }, options);
  }

  /**
   * Reads several attributes, with lists where the server takes them (IEC 62056-5-3, GET-WITH-LIST). Out: for each a
   * value or its error, in order.
   */
  readMany(requests: readonly AttributeRequest[], options: RequestOptions = {}): Promise<AccessOutcome[]> {
    const size = this.#opened.options.maxListItems ?? clientDefaults.maxListItems;
    return this.#run(async (services) => {
      const outcomes: AccessOutcome[] = [];
      const inLists = services.has('multiple-references') && size > 1;
      for (let at = 0; at < requests.length; at += inLists ? size : 1) {
        const part = requests.slice(at, at + (inLists ? size : 1));
        const items = part.map(selected);
        const results =
          items.length > 1
            ? await services.getList(items, options)
            : [await services.get(items[0]!, options)];
        part.forEach((request, i) => {
          const result = results[i]!;
          outcomes.push(
            result.choice === 'data' ? { ok: true, value: result.data } : failed(request, result.result),
          );
        });
      }
      return outcomes;
    }, options);
  }

  /** Writes one attribute (IEC 62056-5-3, SET). Never sent twice. Throws `client/access`, `client/temporary`. */
  write(
    classId: number,
    obis: ObisLike,
    attribute: number,
    value: Data,
    options: RequestOptions & { readonly selection?: SelectiveAccess } = {},
  ): Promise<void> {
    const request = { classId, obis, attribute, selection: options.selection };
    return this.#run(async (services) => {
      const result = await services.set(selected(request), value, options);
      if (result !== 'success') throw accessErrorOf(request, result);
    }, options);
  }

  /**
   * Writes several attributes in one request (IEC 62056-5-3, SET-WITH-LIST), else one after the other. Out: for each
   * null-data or its error, in order. Never sent twice.
   */
  writeMany(requests: readonly WriteRequest[], options: RequestOptions = {}): Promise<AccessOutcome[]> {
    return this.#run(async (services) => {
      const items = requests.map(selected);
      const values = requests.map(({ value }) => value);
      const results: string[] = [];
      if (items.length > 1 && services.has('multiple-references')) {
        results.push(...(await services.setList(items, values, options)));
      } else {
        for (const [i, item] of items.entries()) results.push(await services.set(item, values[i]!, options));
      }
      return requests.map((request, i) => {
        const result = results[i]! as Parameters<typeof failed>[1];
        return result === 'success' ? { ok: true, value: nullData } : failed(request, result);
      });
    }, options);
  }

  /**
   * Invokes a method (IEC 62056-5-3, ACTION). Out: what it returns, or undefined. Never sent twice.
   * Throws `client/access`, `client/temporary`.
   */
  invoke(
    classId: number,
    obis: ObisLike,
    method: number,
    parameter: Data = data('integer', 0),
    options: RequestOptions = {},
  ): Promise<Data | undefined> {
    return this.#run(async (services) => {
      const descriptor = { classId, instance: obisToBytes(obis), method };
      const reply = await services.action(descriptor, parameter, options);
      return returnedBy({ classId, obis, method }, reply);
    }, options);
  }

  /**
   * Several reads, writes and methods in one request (IEC 62056-5-3, ACCESS). Out: for each its value or error, in
   * order. Never sent twice.
   */
  access(
    items: readonly AccessItem[],
    options: RequestOptions & { readonly breakOnError?: boolean } = {},
  ): Promise<AccessOutcome[]> {
    return this.#run(async (services) => {
      const response = await services.access(
        {
          specification: items.map(accessItem),
          data: items.map((item) => {
            if (item.service === 'set') return item.value;
            return item.service === 'action' ? (item.parameter ?? nullData) : nullData;
          }),
          ...(options.breakOnError === undefined ? {} : { breakOnError: options.breakOnError }),
        },
        options,
      );
      return items.map((item, i): AccessOutcome => {
        const { choice, result } = response.specification[i]!;
        if (choice !== item.service) throw raiseClient('answer', `${choice} instead of ${item.service}`);
        if (result === 'success') return { ok: true, value: response.data[i]! };
        const target =
          item.service === 'action'
            ? ({ ...item, kind: 'method', index: item.method } as const)
            : ({ ...item, kind: 'attribute', index: item.attribute } as const);
        return { ok: false, error: accessError(target, result) };
      });
    }, options);
  }

  /**
   * Reads the buffer of a profile row by row (IEC 62056-6-2, Profile generic, selective access): blocks are asked for
   * as rows are consumed, and the profile is never held whole. The association is busy until the iteration ends.
   */
  readProfile(
    obis: ObisLike,
    selection: ProfileSelection = {},
    options: ProfileOptions = {},
  ): AsyncGenerator<ProfileRow, void, undefined> {
    return readProfileRows(this, obis, selection, options);
  }

  /**
   * The encoded value of an attribute, piece by piece as blocks arrive. The association is busy until the iteration
   * ends; where it is left early, the rest of the blocks is not asked for.
   */
  async *readPieces(
    request: AttributeRequest,
    options: RequestOptions = {},
  ): AsyncGenerator<Uint8Array, void, undefined> {
    const release = await this.#takeTurn(options);
    try {
      const pieces = this.#services.getPieces(selected(request), options);
      for (;;) {
        const { done, value } = await pieces.next();
        if (done !== true) yield value;
        else if (value === 'success') return;
        else throw accessErrorOf(request, value);
      }
    } finally {
      release();
    }
  }

  /** The objects of the association with their access rights (IEC 62056-6-2, Association LN, object_list). */
  discover(options: RequestOptions = {}): Promise<DiscoveredObject[]> {
    return discoverObjects(this, options);
  }

  /** The meter's time (IEC 62056-6-2, Clock). */
  async readClock(obis: ObisLike = defaultClock, options: RequestOptions = {}): Promise<CosemDateTime> {
    return dateTime.decode(await this.read(clockClass, obis, clockTime, undefined, options), 'time');
  }

  /** Sets the meter's time (IEC 62056-6-2, Clock): a moment (written as UTC) or a date-time as it is. */
  async setClock(
    time: Date | CosemDateTime,
    obis: ObisLike = defaultClock,
    options: RequestOptions = {},
  ): Promise<void> {
    const value = time instanceof Date ? fromDate(time) : time;
    await this.write(clockClass, obis, clockTime, data('octet-string', encodeDateTime(value)), options);
  }

  /** Releases the association (IEC 62056-5-3, COSEM-RELEASE) and closes the link. Also after errors; never rejects. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#queue.run(() => releaseAssociation(this.#opened)).catch(() => false);
    this.#opened.protection?.close();
    await this.#opened.transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Waits for the turn of a caller that keeps it over several requests. Out: ends the turn. */
  #takeTurn(options: RequestOptions): Promise<() => void> {
    return new Promise((resolve, reject) => {
      this.#run(() => new Promise<void>((end) => resolve(end)), options).catch(reject);
    });
  }

  #run<T>(task: (services: AssociationServices) => Promise<T>, options: RequestOptions): Promise<T> {
    if (this.#closed) return Promise.reject(raiseSession('closed'));
    return this.#queue.run(() => task(this.#services), options.signal);
  }
}

function selected(request: AttributeRequest): SelectedAttribute {
  const { classId, obis, attribute, selection } = request;
  const descriptor = { classId, instance: obisToBytes(obis), attribute };
  return selection === undefined ? { descriptor } : { descriptor, selection };
}

function failed(request: AttributeRequest, result: Parameters<typeof accessError>[1]): AccessOutcome {
  return { ok: false, error: accessErrorOf(request, result) };
}

function accessErrorOf(request: AttributeRequest, result: Parameters<typeof accessError>[1]): CosemError {
  const { classId, obis, attribute } = request;
  return accessError({ classId, obis, kind: 'attribute', index: attribute }, result);
}

function returnedBy(request: MethodRequest, reply: ActionReply): Data | undefined {
  const { classId, obis, method } = request;
  const target = { classId, obis, kind: 'method', index: method } as const;
  if (reply.result !== 'success') throw accessError(target, reply.result);
  if (reply.returned === undefined) return undefined;
  if (reply.returned.choice === 'data') return reply.returned.data;
  // A result of its own beside the return parameters: some servers say "success" there instead of leaving it out.
  if (reply.returned.result !== 'success') throw accessError(target, reply.returned.result);
  return undefined;
}

function accessItem(item: AccessItem): AccessRequestItem {
  const instance = obisToBytes(item.obis);
  const { classId } = item;
  if (item.service === 'action') {
    return { choice: 'action', descriptor: { classId, instance, method: item.method } };
  }
  const descriptor = { classId, instance, attribute: item.attribute };
  if (item.selection === undefined) return { choice: item.service, descriptor };
  return { choice: `${item.service}-with-selection`, descriptor, selection: item.selection };
}
