/** How an interface class is declared: as data, with names and indexes that the compiler knows. */
import { type CosemType, logicalNameType } from './type-language.ts';

/** Static attributes change by configuration only; dynamic ones are updated by the meter itself. */
export type Storage = 'static' | 'dynamic';

/** One attribute of an interface class. */
export interface AttributeDefinition {
  readonly index: number;
  /** As the standard writes it. */
  readonly name: string;
  readonly type: CosemType;
  readonly storage: Storage;
  /** What it holds, in a few words. */
  readonly text: string;
  readonly min?: number;
  readonly max?: number;
  readonly default?: number | string | boolean;
}

/** One method of an interface class. */
export interface MethodDefinition {
  readonly index: number;
  readonly name: string;
  readonly presence: 'mandatory' | 'optional';
  readonly parameter: CosemType;
  /** What the method hands back; undefined where it hands back nothing. */
  readonly returns: CosemType | undefined;
  readonly text: string;
}

/** An interface class in one version. */
export interface ClassDefinition {
  readonly classId: number;
  readonly version: number;
  /** As the standard writes it. */
  readonly title: string;
  readonly clause: string;
  /** By name in camel case: `attributes.scalerUnit`. */
  readonly attributes: Readonly<Record<string, AttributeDefinition>>;
  readonly methods: Readonly<Record<string, MethodDefinition>>;
  /** In order of their index; the first is logical_name. */
  readonly attributeList: readonly AttributeDefinition[];
  readonly methodList: readonly MethodDefinition[];
}

type Underscored<S extends string> = S extends `${infer Head}-${infer Tail}`
  ? `${Head}_${Underscored<Tail>}`
  : S;
type CamelTail<S extends string> = S extends `${infer Head}_${infer Tail}`
  ? `${Capitalize<Lowercase<Head>>}${CamelTail<Tail>}`
  : Capitalize<Lowercase<S>>;
/** `SAP_assignment_list` is `sapAssignmentList`, `TCP-UDP_port` is `tcpUdpPort`. */
export type CamelCase<S extends string> =
  Underscored<S> extends `${infer Head}_${infer Tail}`
    ? `${Lowercase<Head>}${CamelTail<Tail>}`
    : Lowercase<S>;

/** See {@link CamelCase}. */
export function camelCase(name: string): string {
  return name
    .split(/[-_]/)
    .map((word, i) =>
      i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('');
}

/** An attribute whose index and name the compiler knows. */
export interface AttributeSpec<I extends number, N extends string> extends AttributeDefinition {
  readonly index: I;
  readonly name: N;
}

/** A method whose index and name the compiler knows. */
export interface MethodSpec<I extends number, N extends string> extends MethodDefinition {
  readonly index: I;
  readonly name: N;
}

/** Bounds and default of an attribute, where the standard gives them. */
export type AttributeBounds = Pick<AttributeDefinition, 'min' | 'max' | 'default'>;

/** Declares an attribute. */
export function attribute<const I extends number, const N extends string>(
  index: I,
  name: N,
  type: CosemType,
  storage: Storage,
  text: string,
  bounds: AttributeBounds = {},
): AttributeSpec<I, N> {
  return { index, name, type, storage, text, ...bounds };
}

/** Declares a method. */
export function method<const I extends number, const N extends string>(
  index: I,
  name: N,
  presence: 'mandatory' | 'optional',
  parameter: CosemType,
  text: string,
  returns?: CosemType,
): MethodSpec<I, N> {
  return { index, name, presence, parameter, returns, text };
}

/** Attribute 1 of every class. */
export const logicalNameAttribute: AttributeSpec<1, 'logical_name'> = attribute(
  1,
  'logical_name',
  logicalNameType,
  'static',
  'The OBIS code of the object',
);

/** Attributes or methods under their names in camel case. */
export type ByName<T extends { readonly name: string }> = { readonly [X in T as CamelCase<X['name']>]: X };

/** What {@link defineClass} makes: a {@link ClassDefinition} whose names and indexes the compiler knows. */
export type TypedClass<
  C extends number,
  V extends number,
  A extends readonly AttributeDefinition[],
  M extends readonly MethodDefinition[],
> = Omit<ClassDefinition, 'classId' | 'version' | 'attributes' | 'methods'> & {
  readonly classId: C;
  readonly version: V;
  readonly attributes: ByName<A[number] | typeof logicalNameAttribute>;
  readonly methods: ByName<M[number]>;
};

/** Declares an interface class; attribute 1, logical_name, is added. */
export function defineClass<
  const C extends number,
  const V extends number,
  const A extends readonly AttributeDefinition[],
  const M extends readonly MethodDefinition[],
>(definition: {
  readonly classId: C;
  readonly version: V;
  readonly title: string;
  readonly attributes: A;
  readonly methods: M;
}): TypedClass<C, V, A, M> {
  const { classId, version, title } = definition;
  const attributeList = [logicalNameAttribute, ...definition.attributes];
  const methodList = definition.methods;
  const byName = <T extends { readonly name: string }>(list: readonly T[]) =>
    Object.fromEntries(list.map((item) => [camelCase(item.name), item]));
  return {
    classId,
    version,
    title,
    clause: `IEC 62056-6-2, ${title} (class_id = ${classId}, version = ${version})`,
    attributeList,
    methodList,
    attributes: byName(attributeList),
    methods: byName(methodList),
  } as unknown as TypedClass<C, V, A, M>;
}
