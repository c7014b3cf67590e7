/** What an association offers: its object list with names (IEC 62056-6-2, Association LN, object_list). */
import { className } from '../classes/naming.ts';
import { type AssociationVersion, type ObjectListEntry, objectList } from '../classes/typed/object-list.ts';
import type { Data } from '../data/types.ts';
import { describeObis } from '../obis/describe.ts';
import { formatObis } from '../obis/obis.ts';
import { raiseClient } from './failures.ts';
import type { RequestOptions } from './options.ts';

/** An object with its rights and with names for people. */
export interface DiscoveredObject extends ObjectListEntry {
  /** "Register". */
  readonly className: string;
  /** What the OBIS code means, in words. */
  readonly description: string;
}

/** What reading needs of a client. */
export interface AttributeReader {
  read(
    classId: number,
    obis: string | Uint8Array,
    attribute: number,
    selection?: undefined,
    options?: RequestOptions,
  ): Promise<Data>;
}

const associationClass = 15;
const objectListAttribute = 2;
const currentAssociation = '0.0.40.0.0.255';

/**
 * Reads the object list. The version of its layout is that of the association object itself, which stands in the list.
 * Throws `client/access`, `client/answer`, `classes/type`.
 */
export async function discoverObjects(
  client: AttributeReader,
  options: RequestOptions = {},
): Promise<DiscoveredObject[]> {
  const list = await client.read(
    associationClass,
    currentAssociation,
    objectListAttribute,
    undefined,
    options,
  );
  return objectList(versionOf(list))
    .decode(list, 'object_list')
    .map((entry) => ({
      ...entry,
      className: className(entry.classId),
      description: describeObis(entry.logicalName),
    }));
}

/** The version of the association object in its own list: of the current association, else of any. */
function versionOf(list: Data): AssociationVersion {
  const items =
    list.type === 'array' ? list.value : list.type === 'compact-array' ? list.value.items : undefined;
  if (items === undefined) throw raiseClient('answer', `object_list is ${list.type}`);
  let version: number | undefined;
  for (const item of items) {
    if (item.type !== 'structure') continue;
    const [classId, itemVersion, name] = item.value;
    if (classId?.type !== 'long-unsigned' || classId.value !== associationClass) continue;
    if (itemVersion?.type !== 'unsigned' || name?.type !== 'octet-string') continue;
    const isCurrent = name.value.length === 6 && formatObis(name.value) === currentAssociation;
    if (isCurrent || version === undefined) version = itemVersion.value;
  }
  // An association that does not list itself is an old one.
  if (version === undefined) return 0;
  if (version > 3) throw raiseClient('answer', `Association LN version ${version}`);
  return version as AssociationVersion;
}
