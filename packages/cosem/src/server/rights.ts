/**
 * Access rights (IEC 62056-6-2, Association LN, access_rights): what an association may do with each attribute and method,
 * and how the request has to be and the response will be protected. Declared as rules; the first that fits an object
 * decides about it, and an object that no rule fits does not exist for the association.
 */
import {
  type AttributeAccess,
  type MessageProtection,
  type MethodAccess,
  noProtection,
  type ObjectListEntry,
} from '../classes/typed/object-list.ts';
import { type ObisMatcher, obisMatcher } from '../obis/pattern.ts';
import type { Protection } from '../security/policy.ts';
import { raiseServer } from './errors.ts';
import type { CosemObject } from './object.ts';

/** r: read, w: write; none: there, but not accessible. */
export type AttributeMode = 'none' | 'r' | 'w' | 'rw';

/** A right that asks for protection of its own, in the terms of version 3 of Association LN. */
export interface ProtectedMode<M> {
  readonly mode: M;
  readonly protection?: Partial<MessageProtection>;
  /** Selectors that may be used; default: all that the attribute understands. */
  readonly selectors?: readonly number[];
}

/** Rights to the objects that fit. */
export interface AccessRule {
  /** Default: any class. */
  readonly classId?: number;
  /** A pattern as `1.0.*.8.0.255`; default: any logical name. */
  readonly obis?: string;
  /** By attribute number; `default` for the others. Default: none. */
  readonly attributes?: { readonly [index: number]: AttributeMode | ProtectedMode<AttributeMode> } & {
    readonly default?: AttributeMode | ProtectedMode<AttributeMode>;
  };
  /** By method number; `default` for the others. Default: none. */
  readonly methods?: { readonly [index: number]: boolean | ProtectedMode<boolean> } & {
    readonly default?: boolean | ProtectedMode<boolean>;
  };
  /** Protection that every right of the rule asks for, beside what it asks for itself. */
  readonly protection?: Partial<MessageProtection>;
}

/** A rule that lets everything be read. */
export const readEverything: AccessRule = { attributes: { default: 'r' } };
/** A rule that lets everything be done. */
export const doEverything: AccessRule = { attributes: { default: 'rw' }, methods: { default: true } };

/** What an association may do with one object. */
export interface ObjectRights {
  readonly attributes: ReadonlyMap<number, AttributeAccess>;
  readonly methods: ReadonlyMap<number, MethodAccess>;
}

/** The rights of one association, object by object. */
export class AccessTable {
  readonly #rules: readonly { readonly rule: AccessRule; readonly matches: ObisMatcher }[];
  readonly #known = new Map<CosemObject, ObjectRights | undefined>();

  /** Throws `obis/*` for a pattern that is none. */
  constructor(rules: readonly AccessRule[]) {
    this.#rules = rules.map((rule) => ({ rule, matches: obisMatcher(rule.obis ?? '*.*.*.*.*.*') }));
  }

  /** The rights to an object; undefined where the association cannot see it. */
  rightsTo(object: CosemObject): ObjectRights | undefined {
    if (this.#known.has(object)) return this.#known.get(object);
    const found = this.#rules.find(
      ({ rule, matches }) =>
        (rule.classId === undefined || rule.classId === object.definition.classId) &&
        matches(object.logicalName),
    );
    const rights = found === undefined ? undefined : resolveRule(found.rule, object);
    this.#known.set(object, rights);
    return rights;
  }
}

/** Applies one rule to an object: only what the object has and can do is ever granted. */
export function resolveRule(rule: AccessRule, object: CosemObject): ObjectRights {
  const attributes = new Map<number, AttributeAccess>();
  for (const { index } of object.definition.attributeList) {
    const given = rule.attributes?.[index] ?? rule.attributes?.default ?? 'none';
    const right: ProtectedMode<AttributeMode> = typeof given === 'string' ? { mode: given } : given;
    const code = object.attributes.get(index)?.code;
    const offered = code?.selectors;
    const selectors =
      right.selectors === undefined
        ? offered
        : offered?.filter((selector) => right.selectors!.includes(selector));
    attributes.set(index, {
      attribute: index,
      read: right.mode.includes('r') && code?.get !== undefined,
      write: right.mode.includes('w') && code?.set !== undefined,
      protection: { ...noProtection, ...rule.protection, ...right.protection },
      selectors: selectors === undefined || selectors.length === 0 ? undefined : selectors,
    });
  }
  const methods = new Map<number, MethodAccess>();
  for (const { index } of object.definition.methodList) {
    if (!object.methods.has(index)) continue;
    const given = rule.methods?.[index] ?? rule.methods?.default ?? false;
    const right: ProtectedMode<boolean> = typeof given === 'boolean' ? { mode: given } : given;
    methods.set(index, {
      method: index,
      execute: right.mode,
      protection: { ...noProtection, ...rule.protection, ...right.protection },
    });
  }
  return { attributes, methods };
}

/** An element of object_list (IEC 62056-6-2, Association LN). Rights that grant nothing ask for no protection either. */
export function objectListElement(object: CosemObject, rights: ObjectRights): ObjectListEntry {
  const { classId, version } = object.definition;
  return {
    classId,
    version,
    logicalName: object.logicalName,
    attributes: [...rights.attributes.values()].map((right) =>
      right.read || right.write ? right : { ...right, protection: noProtection },
    ),
    methods: [...rights.methods.values()].map((right) =>
      right.execute ? right : { ...right, protection: noProtection },
    ),
  };
}

/** The protection that a right asks of the request. */
export function requestProtection(protection: MessageProtection): Protection {
  return {
    authenticated: protection.authenticatedRequest,
    encrypted: protection.encryptedRequest,
    signed: protection.signedRequest,
  };
}

/** The protection that a right asks of the response. */
export function responseProtection(protection: MessageProtection): Protection {
  return {
    authenticated: protection.authenticatedResponse,
    encrypted: protection.encryptedResponse,
    signed: protection.signedResponse,
  };
}

/** Both directions authenticated and encrypted: what most meters ask for where it matters. */
export const authenticatedAndEncrypted: Partial<MessageProtection> = {
  authenticatedRequest: true,
  encryptedRequest: true,
  authenticatedResponse: true,
  encryptedResponse: true,
};

/** Throws `server/declaration` where two objects have the same class and name. */
export function checkUnique(objects: readonly CosemObject[]): void {
  const seen = new Set<string>();
  for (const { definition, logicalName } of objects) {
    const key = `${definition.classId}/${logicalName}`;
    if (seen.has(key)) throw raiseServer('declaration', `${definition.title} ${logicalName} is there twice`);
    seen.add(key);
  }
}
