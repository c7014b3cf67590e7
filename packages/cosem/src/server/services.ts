/**
 * One attribute or method at a time: the object, the right, the protection that the right asks for, and only then the
 * object's own code (IEC 62056-5-3, GET, SET and ACTION services; IEC 62056-6-2, Association LN, access_rights).
 */
import type { DataAccessResult } from '../apdu/names.ts';
import type {
  ActionReply,
  GetDataResult,
  MethodDescriptor,
  SelectedAttribute,
  SelectiveAccess,
} from '../apdu/types.ts';
import { toHex } from '../base/bytes.ts';
import type { AttributeAccess, MessageProtection } from '../classes/typed/object-list.ts';
import { type Data, nullData } from '../data/types.ts';
import { combineProtection, type Protection, satisfies } from '../security/policy.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { type Audit, type AuditedClient, tell } from './audit.ts';
import { type ObjectResult, raiseServer } from './errors.ts';
import {
  type Caller,
  type CosemObject,
  invokeMethod,
  readAttribute,
  resultOf,
  type ServedAttribute,
  writeAttribute,
} from './object.ts';
import { type ObjectRights, requestProtection, responseProtection } from './rights.ts';

/** What services run in. */
export interface ServiceEnvironment {
  /** The object and the rights to it; undefined where the association cannot see it. */
  find(classId: number, instance: Uint8Array): FoundObject | undefined;
  readonly context: AssociationContext;
  readonly caller: Caller;
  readonly who: AuditedClient;
  readonly audit: Audit | undefined;
  /** Whether a response can be protected like this. */
  canProtect(protection: Protection): boolean;
}

/** An object and what may be done with it. */
export interface FoundObject {
  readonly object: CosemObject;
  readonly rights: ObjectRights;
}

/** Runs the services of one request and gathers how the response has to be protected. */
export class ServiceRun {
  readonly #env: ServiceEnvironment;
  readonly #request: Protection;
  readonly #afterResponse: (() => void | Promise<void>)[] = [];
  #response: Protection;

  /** `request` is how the request was protected, `response` the least that the response will be. */
  constructor(env: ServiceEnvironment, request: Protection, response: Protection) {
    this.#env = env;
    this.#request = request;
    this.#response = response;
  }

  /** How the response is to be protected. */
  get responseProtection(): Protection {
    return this.#response;
  }

  /** How the request was protected. */
  get requestProtection(): Protection {
    return this.#request;
  }

  /** Protects the response at least like this: what an earlier response of the same transfer had. */
  keepProtection(protection: Protection): void {
    this.#response = combineProtection(this.#response, protection);
  }

  /** What is to run once the response is on its way. */
  get afterResponse(): readonly (() => void | Promise<void>)[] {
    return this.#afterResponse;
  }

  /** Reads one attribute; 0 is all of them, as a structure. */
  async get({ descriptor, selection }: SelectedAttribute): Promise<GetDataResult> {
    const { classId, instance, attribute } = descriptor;
    try {
      const found = this.#find(classId, instance);
      const value =
        attribute === 0
          ? await this.#getAll(found, selection)
          : await this.#getOne(found, attribute, selection);
      this.#served('get', found.object, attribute);
      return { choice: 'data', data: value };
    } catch (error) {
      this.#refused(`get ${classId}/${toHex(instance)}/${attribute}`, error);
      return { choice: 'data-access-result', result: resultOf(error) };
    }
  }

  async #getOne(
    found: FoundObject,
    attribute: number,
    selection: SelectiveAccess | undefined,
  ): Promise<Data> {
    const { right, served } = this.#attribute(found, attribute, 'read');
    const chosen = selection === undefined ? undefined : this.#selection(right, selection);
    return readAttribute(found.object, served, { caller: this.#env.caller, selection: chosen });
  }

  /** All attributes in their order, null-data for those that may not be read (IEC 62056-5-3, attribute_id 0). */
  async #getAll(found: FoundObject, selection: SelectiveAccess | undefined): Promise<Data> {
    this.#needs('attribute0-supported-with-get');
    if (selection !== undefined) throw raiseServer('scope-of-access-violated', 'selection of all attributes');
    const values: Data[] = [];
    for (const { index } of found.object.definition.attributeList) {
      const readable = found.rights.attributes.get(index)?.read === true;
      values.push(readable ? await this.#getOne(found, index, undefined) : nullData);
    }
    return { type: 'structure', value: values };
  }

  /** What {@link set} would refuse without looking at the value: for transfers in blocks. Undefined where nothing. */
  refusesSet(selected: SelectedAttribute): ObjectResult | undefined {
    const { classId, instance, attribute } = selected.descriptor;
    return this.#refuses(`set ${classId}/${toHex(instance)}/${attribute}`, () => this.#writable(selected));
  }

  #writable({ descriptor, selection }: SelectedAttribute) {
    const found = this.#find(descriptor.classId, descriptor.instance);
    if (selection !== undefined) throw raiseServer('scope-of-access-violated', 'selective writing');
    return { object: found.object, ...this.#attribute(found, descriptor.attribute, 'write') };
  }

  #refuses(what: string, check: () => unknown): ObjectResult | undefined {
    try {
      check();
      return undefined;
    } catch (error) {
      this.#refused(what, error);
      return resultOf(error);
    }
  }

  /** Writes one attribute. */
  async set(selected: SelectedAttribute, value: Data): Promise<DataAccessResult> {
    const { classId, instance, attribute } = selected.descriptor;
    try {
      const { object, served } = this.#writable(selected);
      await writeAttribute(served, value, this.#change());
      this.#served('set', object, attribute);
      return 'success';
    } catch (error) {
      this.#refused(`set ${classId}/${toHex(instance)}/${attribute}`, error);
      return resultOf(error);
    }
  }

  /** What {@link action} would refuse without looking at the parameter. Undefined where nothing. */
  refusesAction({ classId, instance, method }: MethodDescriptor): ObjectResult | undefined {
    return this.#refuses(`action ${classId}/${toHex(instance)}/${method}`, () =>
      this.#method(this.#find(classId, instance), method),
    );
  }

  /** Invokes one method. */
  async action(descriptor: MethodDescriptor, parameter: Data | undefined): Promise<ActionReply> {
    const { classId, instance, method } = descriptor;
    try {
      const found = this.#find(classId, instance);
      const served = this.#method(found, method);
      const returned = await invokeMethod(found.object, served, parameter ?? noParameter, this.#change());
      this.#served('action', found.object, method);
      if (returned === undefined) return { result: 'success' };
      return { result: 'success', returned: { choice: 'data', data: returned } };
    } catch (error) {
      this.#refused(`action ${classId}/${toHex(instance)}/${method}`, error);
      return { result: resultOf(error) };
    }
  }

  #find(classId: number, instance: Uint8Array): FoundObject {
    const found = this.#env.find(classId, instance);
    if (found === undefined) throw raiseServer('object-undefined', `class ${classId}, ${toHex(instance)}`);
    return found;
  }

  #attribute(
    { object, rights }: FoundObject,
    index: number,
    wish: 'read' | 'write',
  ): { right: AttributeAccess; served: ServedAttribute } {
    const right = rights.attributes.get(index);
    const served = object.attributes.get(index);
    if (right === undefined) throw raiseServer('object-undefined', `attribute ${index}`);
    if (served === undefined || !right[wish])
      throw raiseServer('read-write-denied', `no right to ${wish} attribute ${index}`);
    this.#checkProtection(right.protection);
    return { right, served };
  }

  #method({ object, rights }: FoundObject, index: number) {
    const right = rights.methods.get(index);
    const served = object.methods.get(index);
    if (right === undefined || served === undefined) throw raiseServer('object-undefined', `method ${index}`);
    if (!right.execute) throw raiseServer('read-write-denied', `no right to invoke method ${index}`);
    this.#checkProtection(right.protection);
    return served;
  }

  #checkProtection(right: MessageProtection): void {
    if (!satisfies(requestProtection(right), this.#request))
      throw raiseServer('scope-of-access-violated', 'the request is not protected as the right asks for');
    const response = combineProtection(this.#response, responseProtection(right));
    if (!this.#env.canProtect(response))
      throw raiseServer('scope-of-access-violated', 'the response cannot be protected as the right asks for');
    this.#response = response;
  }

  #selection(right: AttributeAccess, selection: SelectiveAccess): SelectiveAccess {
    this.#needs('selective-access');
    if (right.selectors?.includes(selection.selector) !== true)
      throw raiseServer('scope-of-access-violated', `selector ${selection.selector}`);
    return selection;
  }

  #needs(bit: 'selective-access' | 'attribute0-supported-with-get'): void {
    if (!this.#env.context.conformance.has(bit))
      throw raiseServer('scope-of-access-violated', `${bit} was not agreed on`);
  }

  #change() {
    return {
      caller: this.#env.caller,
      afterResponse: (run: () => void | Promise<void>): void => {
        this.#afterResponse.push(run);
      },
    };
  }

  #served(service: 'get' | 'set' | 'action', object: CosemObject, index: number): void {
    const { audit, who } = this.#env;
    if (audit === undefined) return;
    const { definition, logicalName } = object;
    tell(audit, { type: 'served', who, service, classId: definition.classId, logicalName, index });
  }

  #refused(what: string, error: unknown): void {
    tell(this.#env.audit, { type: 'refused', who: this.#env.who, what, error });
  }
}

/** A method that is invoked without a parameter gets what methods without parameters are declared with. */
const noParameter: Data = { type: 'integer', value: 0 };
