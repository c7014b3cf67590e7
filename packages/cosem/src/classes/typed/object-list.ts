/**
 * object_list of Association LN with access rights, in the forms of versions 0 to 3. All of them become one shape, so
 * that a caller need not know the version to ask whether an attribute may be read. IEC 62056-6-2, Association LN.
 */
import type { Data } from '../../data/types.ts';
import { raiseClasses } from '../errors.ts';
import * as t from '../type-language.ts';
import {
  boolean,
  type Codec,
  integer,
  listOf,
  logicalName,
  longUnsigned,
  nullable,
  record,
  unsigned,
  wrongType,
  wrongValue,
} from './codec.ts';

/** Versions of Association LN. */
export type AssociationVersion = 0 | 1 | 2 | 3;

/** What a message needs so that access is granted. */
export interface MessageProtection {
  readonly authenticatedRequest: boolean;
  readonly encryptedRequest: boolean;
  readonly signedRequest: boolean;
  readonly authenticatedResponse: boolean;
  readonly encryptedResponse: boolean;
  readonly signedResponse: boolean;
}

/** Nothing asked for. */
export const noProtection: MessageProtection = {
  authenticatedRequest: false,
  encryptedRequest: false,
  signedRequest: false,
  authenticatedResponse: false,
  encryptedResponse: false,
  signedResponse: false,
};

/** attribute_access_item. */
export interface AttributeAccess {
  readonly attribute: number;
  readonly read: boolean;
  readonly write: boolean;
  readonly protection: MessageProtection;
  /** Selectors that may be used; undefined where there are none. */
  readonly selectors: readonly number[] | undefined;
}

/** method_access_item. */
export interface MethodAccess {
  readonly method: number;
  readonly execute: boolean;
  readonly protection: MessageProtection;
}

/** object_list_element. */
export interface ObjectListEntry {
  readonly classId: number;
  readonly version: number;
  readonly logicalName: string;
  readonly attributes: readonly AttributeAccess[];
  readonly methods: readonly MethodAccess[];
}

/** Up to version 2 "authenticated" asks for it in both directions. */
const authenticated: MessageProtection = {
  ...noProtection,
  authenticatedRequest: true,
  authenticatedResponse: true,
};

const protectionBits: readonly (readonly [keyof MessageProtection, number])[] = [
  ['authenticatedRequest', 0x04],
  ['encryptedRequest', 0x08],
  ['signedRequest', 0x10],
  ['authenticatedResponse', 0x20],
  ['encryptedResponse', 0x40],
  ['signedResponse', 0x80],
];

function protectionOf(mode: number): MessageProtection {
  return Object.fromEntries(
    protectionBits.map(([name, bit]) => [name, (mode & bit) !== 0]),
  ) as unknown as MessageProtection;
}

function protectionMode(protection: MessageProtection): number {
  return protectionBits.reduce((mode, [name, bit]) => (protection[name] ? mode | bit : mode), 0);
}

/** Whether the older versions can say it: nothing, or authenticated both ways; undefined where they cannot. */
function olderProtection(protection: MessageProtection): 'none' | 'authenticated' | undefined {
  const mode = protectionMode(protection);
  if (mode === 0) return 'none';
  return mode === protectionMode(authenticated) ? 'authenticated' : undefined;
}

type Access = Pick<AttributeAccess, 'read' | 'write' | 'protection'>;

/** Names of attribute access modes up to version 2. */
export const attributeAccessModes = {
  0: 'no_access',
  1: 'read_only',
  2: 'write_only',
  3: 'read_and_write',
  4: 'authenticated_read_only',
  5: 'authenticated_write_only',
  6: 'authenticated_read_and_write',
} as const;

/** Names of method access modes of versions 1 and 2. */
export const methodAccessModes = { 0: 'no_access', 1: 'access', 2: 'authenticated_access' } as const;

function attributeMode(version: AssociationVersion): Codec<Access> {
  const type: t.CosemType =
    version === 3 ? t.named('access_mode', t.enumOf({}, 'open')) : t.enumOf(attributeAccessModes);
  return {
    type,
    decode: (value, path = '') => {
      if (value.type !== 'enum') return wrongType(value, 'enum', path);
      const mode = value.value;
      if (version === 3)
        return { read: (mode & 1) !== 0, write: (mode & 2) !== 0, protection: protectionOf(mode) };
      if (mode > 6) throw raiseClasses('type', `access mode ${mode} of version ${version}`, { path });
      const plain = mode > 3 ? mode - 3 : mode;
      return {
        read: (plain & 1) !== 0,
        write: (plain & 2) !== 0,
        protection: mode > 3 ? authenticated : noProtection,
      };
    },
    encode: (access, path = '') => {
      const plain = (access.read ? 1 : 0) | (access.write ? 2 : 0);
      if (version === 3) return { type: 'enum', value: plain | protectionMode(access.protection) };
      const older = olderProtection(access.protection);
      if (older === undefined) return wrongValue(`version ${version} cannot express the protection`, path);
      if (older === 'authenticated' && plain === 0)
        return wrongValue('no access cannot be authenticated', path);
      return { type: 'enum', value: older === 'none' ? plain : plain + 3 };
    },
  };
}

type Execution = Pick<MethodAccess, 'execute' | 'protection'>;

function methodMode(version: AssociationVersion): Codec<Execution> {
  if (version === 0) return methodModeOfVersion0;
  const type: t.CosemType =
    version === 3 ? t.named('access_mode', t.enumOf({}, 'open')) : t.enumOf(methodAccessModes);
  return {
    type,
    decode: (value, path = '') => {
      if (value.type !== 'enum') return wrongType(value, 'enum', path);
      const mode = value.value;
      if (version === 3) return { execute: (mode & 1) !== 0, protection: protectionOf(mode) };
      if (mode > 2) throw raiseClasses('type', `access mode ${mode} of version ${version}`, { path });
      return { execute: mode !== 0, protection: mode === 2 ? authenticated : noProtection };
    },
    encode: (access, path = '') => {
      if (version === 3) {
        return { type: 'enum', value: (access.execute ? 1 : 0) | protectionMode(access.protection) };
      }
      const older = olderProtection(access.protection);
      if (older === undefined || (older === 'authenticated' && !access.execute))
        return wrongValue(`version ${version} cannot express the protection`, path);
      return { type: 'enum', value: access.execute ? (older === 'authenticated' ? 2 : 1) : 0 };
    },
  };
}

const methodModeOfVersion0: Codec<Execution> = {
  type: t.boolean,
  decode: (value, path) => ({ execute: boolean.decode(value, path), protection: noProtection }),
  encode: (access, path = '') =>
    olderProtection(access.protection) === 'none'
      ? { type: 'boolean', value: access.execute }
      : wrongValue('version 0 cannot express the protection', path),
};

function attributeAccess(version: AssociationVersion): Codec<AttributeAccess> {
  const raw = record<{ attribute: number; mode: Access; selectors: readonly number[] | undefined }>(
    'attribute_access_item',
    {
      attribute: ['attribute_id', integer],
      mode: ['access_mode', attributeMode(version)],
      selectors: ['access_selectors', nullable(listOf(integer))],
    },
  );
  return {
    type: raw.type,
    decode: (value, path) => {
      const { attribute, mode, selectors } = raw.decode(value, path);
      return { attribute, ...mode, selectors };
    },
    encode: ({ attribute, selectors, ...mode }, path) => raw.encode({ attribute, mode, selectors }, path),
  };
}

function methodAccess(version: AssociationVersion): Codec<MethodAccess> {
  const raw = record<{ method: number; mode: Execution }>('method_access_item', {
    method: ['method_id', integer],
    mode: ['access_mode', methodMode(version)],
  });
  return {
    type: raw.type,
    decode: (value, path) => {
      const { method, mode } = raw.decode(value, path);
      return { method, ...mode };
    },
    encode: ({ method, ...mode }, path) => raw.encode({ method, mode }, path),
  };
}

function objectListEntryOf(version: AssociationVersion): Codec<ObjectListEntry> {
  type Rights = Pick<ObjectListEntry, 'attributes' | 'methods'>;
  const rights = record<Rights>('access_right', {
    attributes: ['attribute_access', listOf(attributeAccess(version))],
    methods: ['method_access', listOf(methodAccess(version))],
  });
  const raw = record<Omit<ObjectListEntry, keyof Rights> & { rights: Rights }>('object_list_element', {
    classId: ['class_id', longUnsigned],
    version: ['version', unsigned],
    logicalName: ['logical_name', logicalName],
    rights: ['access_rights', rights],
  });
  return {
    type: raw.type,
    decode: (value: Data, path) => {
      const { rights: found, ...object } = raw.decode(value, path);
      return { ...object, ...found };
    },
    encode: ({ attributes, methods, ...object }, path) =>
      raw.encode({ ...object, rights: { attributes, methods } }, path),
  };
}

const entries = [0, 1, 2, 3].map((version) => objectListEntryOf(version as AssociationVersion));
const lists = entries.map((entry) => listOf(entry));

/** One element of object_list (also the parameter of add_object and remove_object), by version of Association LN. */
export function objectListEntry(version: AssociationVersion): Codec<ObjectListEntry> {
  return entries[version]!;
}

/** object_list by version of Association LN. */
export function objectList(version: AssociationVersion): Codec<readonly ObjectListEntry[]> {
  return lists[version]!;
}
