/** The current association as an object (IEC 62056-6-2, Association LN): served from the declarations and the context. */
import { conformanceToBits, dlmsVersion } from '../apdu/initiate.ts';
import { mechanismNames } from '../apdu/names.ts';
import { classes, olderClasses } from '../classes/catalogue.ts';
import { objectList } from '../classes/typed/object-list.ts';
import { type Data, data } from '../data/types.ts';
import { obisToBytes } from '../obis/obis.ts';
import type { AssociationContext } from '../session/association-context.ts';
import { isHighLevel } from '../session/hls.ts';
import { type AssociationDefinition, usesSecurity } from './association-definition.ts';
import { raiseServer } from './errors.ts';
import { type Caller, type CosemObject, defineObject } from './object.ts';
import {
  type AccessRule,
  type AccessTable,
  type ObjectRights,
  objectListElement,
  resolveRule,
} from './rights.ts';

/** Logical name of the association that is in use. */
export const currentAssociation = '0.0.40.0.0.255';
/** reply_to_HLS_authentication. */
export const replyToHls = 1;

const versions = {
  0: olderClasses.associationLnV0,
  1: olderClasses.associationLnV1,
  2: olderClasses.associationLnV2,
  3: classes.associationLn,
} as const;

/** The arcs of a registered name as a structure: joint-iso-ccitt(2) country(16) 756 5 8, and the last two. */
function registeredName(kind: number, last: number): Data {
  const arcs = [2, 16, 756, 5, 8, kind, last];
  return data(
    'structure',
    arcs.map((arc, i) => data(i === 2 ? 'long-unsigned' : 'unsigned', arc)),
  );
}

function contextOf(caller: Caller): AssociationContext {
  if (caller.context === undefined) throw raiseServer('object-unavailable', 'there is no association');
  return caller.context;
}

function xdlmsContext(context: AssociationContext): Data {
  const bits = conformanceToBits([...context.conformance])
    .toString(2)
    .padStart(24, '0');
  return data('structure', [
    data('bit-string', bits),
    data('long-unsigned', context.maxReceivePduSize),
    data('long-unsigned', context.maxSendPduSize),
    data('unsigned', dlmsVersion),
    data('integer', 0),
    data('octet-string', new Uint8Array(0)),
  ]);
}

/**
 * Makes the association object of a definition. In: the definition, the objects of the device and the rights to them.
 * object_list holds what the association may see, itself included.
 */
export function associationObject(
  definition: AssociationDefinition,
  objects: readonly CosemObject[],
  access: AccessTable,
): CosemObject {
  const version = definition.version ?? 3;
  // Every version has what is declared here; the last of them stands for the others in the compiler's eyes.
  const cls = versions[version] as unknown as typeof classes.associationLn;
  const setup = definition.securitySetup ?? (usesSecurity(definition) ? '0.0.43.0.0.255' : undefined);
  const list = (): Data => {
    const visible = objects.flatMap((one) => {
      const rights = access.rightsTo(one);
      return rights === undefined ? [] : [objectListElement(one, rights)];
    });
    const own = objectListElement(object, associationRights(definition, object, access));
    return objectList(version).encode([...visible, own]);
  };
  let encoded: Data | undefined;
  const { changeSecret } = definition;
  const object: CosemObject = defineObject(cls, {
    obis: currentAssociation,
    attributes: {
      objectList: { get: () => (encoded ??= list()) },
      associatedPartnersId: {
        // The client's address is one signed octet here, whatever the link has.
        get: ({ caller }) =>
          data('structure', [
            data('integer', (caller.clientSap << 24) >> 24),
            data('long-unsigned', caller.serverSap),
          ]),
      },
      applicationContextName: {
        get: ({ caller }) => registeredName(1, contextOf(caller).ciphered ? 3 : 1),
      },
      xdlmsContextInfo: { get: ({ caller }) => xdlmsContext(contextOf(caller)) },
      authenticationMechanismName: registeredName(2, mechanismNames[definition.mechanism]),
      associationStatus: data('enum', 2),
      ...(version === 0
        ? {}
        : {
            securitySetupReference: data(
              'octet-string',
              setup === undefined ? new Uint8Array(0) : obisToBytes(setup),
            ),
          }),
    },
    methods: {
      ...(isHighLevel(definition.mechanism)
        ? {
            replyToHlsAuthentication: () => {
              throw raiseServer('read-write-denied', 'the client is authenticated already');
            },
          }
        : {}),
      ...(changeSecret === undefined
        ? {}
        : {
            changeHlsSecret: async (parameter: Data) => {
              await changeSecret(Uint8Array.from(parameter.value as Uint8Array));
            },
          }),
    },
  });
  return object;
}

/** What every association may do with itself, unless a rule of its own says otherwise; the secret is never read. */
const ownRule: AccessRule = {
  attributes: { 1: 'r', 2: 'r', 3: 'r', 4: 'r', 5: 'r', 6: 'r', 8: 'r', 9: 'r' },
  methods: { [replyToHls]: true },
};

/** The rights of an association to its own object. */
export function associationRights(
  definition: AssociationDefinition,
  object: CosemObject,
  access: AccessTable,
): ObjectRights {
  const named = definition.rights.find((rule) => rule.classId === object.definition.classId);
  return (named === undefined ? undefined : access.rightsTo(object)) ?? resolveRule(ownRule, object);
}
