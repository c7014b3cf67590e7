/** A logical device: objects, the associations that clients may open, and the ones that are open (IEC 62056-6-2). */

import { classes } from '../classes/catalogue.ts';
import { data } from '../data/types.ts';
import { type AssociationDefinition, checkDefinition } from './association-definition.ts';
import { associationObject, associationRights, currentAssociation } from './association-object.ts';
import type { DeviceSecurity } from './device-security.ts';
import { raiseServer } from './errors.ts';
import { type Caller, type CosemObject, defineObject } from './object.ts';
import { AccessTable, checkUnique, type ObjectRights } from './rights.ts';
import type { FoundObject } from './services.ts';

/** Longest logical device name in octets (IEC 62056-6-2, COSEM logical device name). */
export const maxDeviceNameLength = 16;
const deviceNameObject = '0.0.42.0.0.255';

/** How a logical device is declared. */
export interface LogicalDeviceOptions {
  /** Its service access point; 1 is the management logical device. */
  readonly sap: number;
  /** COSEM logical device name: three characters of the manufacturer and up to 13 more. */
  readonly name: string;
  /** Eight octets. Default: that of the security. */
  readonly systemTitle?: Uint8Array;
  readonly objects: readonly CosemObject[];
  readonly associations: readonly AssociationDefinition[];
  readonly security?: DeviceSecurity;
}

/** An association definition made ready: its rights and its object. */
export interface ServedAssociation {
  readonly definition: AssociationDefinition;
  readonly access: AccessTable;
  readonly object: CosemObject;
  readonly rights: ObjectRights;
}

/** What an open association lets its device do. */
export interface OpenAssociation {
  readonly caller: Caller;
  end(reason: 'superseded' | 'keys-changed'): void;
}

/** One logical device. */
export class LogicalDevice {
  readonly sap: number;
  readonly name: string;
  readonly systemTitle: Uint8Array;
  readonly security: DeviceSecurity | undefined;
  readonly objects: readonly CosemObject[];
  readonly #byName = new Map<string, CosemObject>();
  readonly #associations = new Map<number, ServedAssociation>();
  readonly #open = new Map<number, OpenAssociation>();

  /** Throws `server/declaration` and `security/mechanism-disabled`. */
  constructor(options: LogicalDeviceOptions) {
    const { sap, name, security } = options;
    const octets = Buffer.from(name, 'latin1');
    if (octets.length > maxDeviceNameLength) throw raiseServer('declaration', `the name ${name} is too long`);
    this.sap = sap;
    this.name = name;
    this.security = security;
    this.systemTitle = options.systemTitle ?? security?.options.systemTitle ?? new Uint8Array(8);
    const named = options.objects.some(({ logicalName }) => logicalName === deviceNameObject);
    const nameValue = data('octet-string', new Uint8Array(octets));
    const own = defineObject(classes.data, { obis: deviceNameObject, attributes: { value: nameValue } });
    this.objects = named ? options.objects : [own, ...options.objects];
    checkUnique(this.objects);
    for (const object of this.objects)
      this.#byName.set(keyOf(object.definition.classId, object.instance), object);
    for (const definition of options.associations) this.#declare(definition);
    security?.onChange((caller) => this.#endOthers(caller));
  }

  #declare(definition: AssociationDefinition): void {
    checkDefinition(definition, this.security);
    if (this.#associations.has(definition.clientSap))
      throw raiseServer('declaration', `client ${definition.clientSap} has two associations`);
    const access = new AccessTable(definition.rights);
    const object = associationObject(definition, this.objects, access);
    const rights = associationRights(definition, object, access);
    this.#associations.set(definition.clientSap, { definition, access, object, rights });
  }

  /** The association that a client may open; undefined where there is none. */
  associationOf(clientSap: number): ServedAssociation | undefined {
    return this.#associations.get(clientSap);
  }

  /** An object and the rights to it; undefined where the association cannot see it. */
  find(served: ServedAssociation, classId: number, instance: Uint8Array): FoundObject | undefined {
    const key = keyOf(classId, instance);
    if (key === currentKey) return { object: served.object, rights: served.rights };
    const object = this.#byName.get(key);
    const rights = object === undefined ? undefined : served.access.rightsTo(object);
    return object === undefined || rights === undefined ? undefined : { object, rights };
  }

  /** Notes that a client is associated: an earlier association of the same client ends. */
  opened(association: OpenAssociation): void {
    const { clientSap } = association.caller;
    const earlier = this.#open.get(clientSap);
    this.#open.set(clientSap, association);
    if (earlier !== undefined && earlier !== association) earlier.end('superseded');
  }

  /** Notes that an association is over. */
  closed(association: OpenAssociation): void {
    const { clientSap } = association.caller;
    if (this.#open.get(clientSap) === association) this.#open.delete(clientSap);
  }

  /** How many clients are associated. */
  get openAssociations(): number {
    return this.#open.size;
  }

  /** After a change of keys or policy nobody goes on under the old ones but who made the change. */
  #endOthers(caller: Caller): void {
    for (const association of [...this.#open.values()])
      if (association.caller.context !== caller.context) association.end('keys-changed');
  }
}

function keyOf(classId: number, instance: Uint8Array): string {
  let key = String.fromCharCode(classId);
  for (let i = 0; i < instance.length; i++) key += String.fromCharCode(instance[i]!);
  return key;
}

const currentKey = keyOf(15, Uint8Array.from(currentAssociation.split('.').map(Number)));
