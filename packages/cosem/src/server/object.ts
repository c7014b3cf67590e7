/**
 * Objects of a server, declared from the class tables (IEC 62056-6-2). The type of every value is checked on the way to
 * the object's code and on the way out of it, so that code never sees, and a client never gets, a value of another type.
 */
import type { SelectiveAccess } from '../apdu/types.ts';
import { CosemError } from '../base/errors.ts';
import { checkType } from '../classes/check-type.ts';
import type { AttributeDefinition, ClassDefinition, MethodDefinition } from '../classes/define.ts';
import type { Data } from '../data/types.ts';
import { formatObis, type ObisLike, obisToBytes, parseObis } from '../obis/obis.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { type ObjectResult, objectResults, raiseServer } from './errors.ts';

/** Who asks, for object code that wants to know. */
export interface Caller {
  readonly clientSap: number;
  readonly serverSap: number;
  /** Undefined where the client gave none. */
  readonly clientTitle: Uint8Array | undefined;
  /** What its association agreed on; undefined where the device itself asks. */
  readonly context: AssociationContext | undefined;
}

/** The device itself: for captures, pushes and scripts. */
export const deviceItself: Caller = {
  clientSap: 0,
  serverSap: 0,
  clientTitle: undefined,
  context: undefined,
};

/** What reading an attribute may depend on. */
export interface ReadRequest {
  readonly caller: Caller;
  /** There only if the attribute declares the selector. */
  readonly selection: SelectiveAccess | undefined;
}

/** What writing and invoking may depend on. */
export interface ChangeRequest {
  readonly caller: Caller;
  /** Runs the function once the response is on its way: for what would keep the response from being read. */
  afterResponse(run: () => void | Promise<void>): void;
}

/** The code behind one attribute. */
export interface AttributeCode {
  /** Absent: the attribute cannot be read. */
  readonly get?: (request: ReadRequest) => Data | Promise<Data>;
  /** Absent: the attribute cannot be written. Octet strings in the value may be views; copy what is kept. */
  readonly set?: (value: Data, request: ChangeRequest) => void | Promise<void>;
  /** Selectors that `get` understands. */
  readonly selectors?: readonly number[];
}

/** The code behind one method. Returns what the class says that the method hands back. */
export type MethodCode = (
  parameter: Data,
  request: ChangeRequest,
  // A method that hands back nothing is simply a function without a return.
  // biome-ignore lint/suspicious/noConfusingVoidType: see above
) => Data | undefined | void | Promise<Data | undefined | void>;

/** How an object of a class is declared: each attribute is a constant or code. */
export interface ObjectDeclaration<C extends Pick<ClassDefinition, 'attributes' | 'methods'>> {
  readonly obis: ObisLike;
  readonly attributes?: {
    readonly [K in Exclude<keyof C['attributes'], 'logicalName'>]?: Data | AttributeCode;
  };
  readonly methods?: { readonly [K in keyof C['methods']]?: MethodCode };
}

/** An attribute that there is. */
export interface ServedAttribute {
  readonly definition: AttributeDefinition;
  readonly code: AttributeCode;
}

/** A method that there is. */
export interface ServedMethod {
  readonly definition: MethodDefinition;
  readonly code: MethodCode;
}

/** An object of a logical device. */
export interface CosemObject {
  readonly definition: ClassDefinition;
  /** As `1.0.1.8.0.255`. */
  readonly logicalName: string;
  readonly instance: Uint8Array;
  readonly attributes: ReadonlyMap<number, ServedAttribute>;
  readonly methods: ReadonlyMap<number, ServedMethod>;
}

type AnyDeclaration = ObjectDeclaration<ClassDefinition>;

/**
 * Declares an object of an interface class (IEC 62056-6-2). In: the class from `classes` or `olderClasses`, the logical
 * name, constants and code by the names of the tables. Attributes that are left out cannot be read; they keep their number.
 * Throws `server/declaration` for names that the class does not have and for constants of the wrong type.
 */
export function defineObject<
  C extends Omit<ClassDefinition, 'attributes' | 'methods'> & {
    readonly attributes: object;
    readonly methods: object;
  },
>(
  definition: C,
  declaration: ObjectDeclaration<C & Pick<ClassDefinition, 'attributes' | 'methods'>>,
): CosemObject {
  // The class is a ClassDefinition whose names the compiler knows; from here on they are looked up by text.
  const cls = definition as unknown as ClassDefinition;
  const { obis, attributes: declared = {}, methods = {} } = declaration as unknown as AnyDeclaration;
  const logicalName = formatObis(parseObis(obis));
  const instance = obisToBytes(logicalName);
  const where = `${cls.title} ${logicalName}`;
  const nameDefinition = cls.attributes['logicalName']!;
  const name: Data = { type: 'octet-string', value: instance };
  const attributes = new Map<number, ServedAttribute>([
    [1, { definition: nameDefinition, code: { get: () => name } }],
  ]);
  for (const [key, given] of Object.entries(declared)) {
    const found = cls.attributes[key];
    if (found === undefined || found.index === 1)
      throw raiseServer('declaration', `${where} has no attribute ${key}`);
    if (given !== undefined)
      attributes.set(found.index, { definition: found, code: codeOf(given, found, where) });
  }
  const served = new Map<number, ServedMethod>();
  for (const [key, code] of Object.entries(methods)) {
    const found = cls.methods[key];
    if (found === undefined) throw raiseServer('declaration', `${where} has no method ${key}`);
    if (code !== undefined) served.set(found.index, { definition: found, code });
  }
  return { definition: cls, logicalName, instance, attributes, methods: served };
}

function codeOf(given: Data | AttributeCode, definition: AttributeDefinition, where: string): AttributeCode {
  if (!('type' in given)) return given;
  const check = checkType(definition.type, given);
  if (!check.ok)
    throw raiseServer('declaration', `${where}, ${definition.name}: ${check.reason}`, { path: check.path });
  return { get: () => given };
}

/**
 * Reads an attribute through its code. Throws `server/read-write-denied` where it cannot be read, `server/value-type`
 * where the code handed out another type, and what the code throws.
 */
export async function readAttribute(
  object: CosemObject,
  { definition, code }: ServedAttribute,
  request: ReadRequest,
): Promise<Data> {
  if (code.get === undefined) throw raiseServer('read-write-denied', `${definition.name} cannot be read`);
  const value = await code.get(request);
  const check = checkType(definition.type, value);
  if (check.ok) return value;
  const path = `${object.logicalName}.${definition.name}${check.path === '' ? '' : `.${check.path}`}`;
  throw raiseServer('value-type', check.reason, { path });
}

/** Writes an attribute through its code. Throws `server/read-write-denied`, `server/type-unmatched`, and what the code does. */
export async function writeAttribute(
  { definition, code }: ServedAttribute,
  value: Data,
  request: ChangeRequest,
): Promise<void> {
  if (code.set === undefined) throw raiseServer('read-write-denied', `${definition.name} cannot be written`);
  const check = checkType(definition.type, value);
  if (!check.ok) throw raiseServer('type-unmatched', check.reason, { path: check.path });
  const bounds = boundsReason(definition, value);
  if (bounds !== undefined) throw raiseServer('type-unmatched', bounds);
  await code.set(value, request);
}

/** The bounds of an attribute that the class gives beside its type. */
function boundsReason(definition: AttributeDefinition, value: Data): string | undefined {
  if (typeof value.value !== 'number') return undefined;
  const { min, max } = definition;
  if (min !== undefined && value.value < min) return `${value.value} is under ${min}`;
  return max !== undefined && value.value > max ? `${value.value} is over ${max}` : undefined;
}

/** Invokes a method through its code. Throws `server/type-unmatched`, `server/value-type`, and what the code throws. */
export async function invokeMethod(
  object: CosemObject,
  { definition, code }: ServedMethod,
  parameter: Data,
  request: ChangeRequest,
): Promise<Data | undefined> {
  const check = checkType(definition.parameter, parameter);
  if (!check.ok) throw raiseServer('type-unmatched', check.reason, { path: check.path });
  const returned = (await code(parameter, request)) ?? undefined;
  const path = `${object.logicalName}.${definition.name}`;
  if (returned === undefined) return undefined;
  if (definition.returns === undefined)
    throw raiseServer('value-type', 'the method hands back nothing', { path });
  const out = checkType(definition.returns, returned);
  if (!out.ok) throw raiseServer('value-type', out.reason, { path: `${path}.${out.path}` });
  return returned;
}

/**
 * The result that a client is told for what an object's code or the engine threw: the result in the code of a
 * `server/…` error that is one, and `other-reason` for everything else.
 */
export function resultOf(error: unknown): ObjectResult {
  if (!(error instanceof CosemError) || !error.code.startsWith('server/')) return 'other-reason';
  const name = error.code.slice('server/'.length);
  return objectResults.find((result) => result === name) ?? 'other-reason';
}
