/**
 * The tables against the object lists of two real companion specifications: every class, version, attribute and
 * method that they use is in the tables with the same name and a type that fits. What differs stands in one table,
 * with the reason.
 */
import assert from 'node:assert/strict';
import test from 'node:test';
import { needsShared, sharedJson } from '../../../../tools/shared.ts';
import { findAttribute, findMethod, interfaceClass } from './index.ts';
import type { CosemType } from './type-language.ts';

interface Use {
  readonly source: 'stoen' | 'osgp';
  readonly obis: string;
  readonly classId: number;
  readonly version: number;
  readonly index: number;
  readonly name: string;
  readonly type: string;
}

interface StoenObject {
  readonly obis: string;
  readonly class_id: number;
  readonly version: number;
  readonly attributes: readonly { name: string; type: string; index: number }[];
}

interface OsgpObject {
  readonly obis: string;
  readonly 'class-id': number;
  readonly version: number;
  readonly attributes: readonly { description: string; datatype: string; id: number }[];
}

const stoen = 'data/dlms/stoen-object-model.json';
const osgp = 'data/dlms/osgp-dlmsprofile-smr500.json';

function uses(): Use[] {
  const ofStoen = sharedJson<{ objects: StoenObject[] }>(stoen).objects.flatMap((object) =>
    object.attributes.map((one) => ({
      source: 'stoen' as const,
      obis: object.obis,
      classId: object.class_id,
      version: object.version,
      index: one.index,
      name: one.name,
      type: one.type,
    })),
  );
  const ofOsgp = sharedJson<{ objects: OsgpObject[] }>(osgp).objects.flatMap((object) =>
    object.attributes.map((one) => ({
      source: 'osgp' as const,
      obis: object.obis,
      classId: object['class-id'],
      version: object.version,
      index: one.id,
      name: one.description,
      type: one.datatype,
    })),
  );
  return [...ofStoen, ...ofOsgp];
}

/** Names without case, spaces, underscores and what was added in brackets. */
function plainName(name: string): string {
  return name
    .replace(/\(.*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}

/** What the sources call types that have names of their own. */
const typeAliases: Readonly<Record<string, string>> = {
  struct: 'structure',
  scalunittype: 'structure',
  objectdefinition: 'structure',
  associatedpartnerstype: 'structure',
  xdlmscontexttype: 'structure',
  cellinfotype: 'structure',
  script22: 'structure',
  objectlisttype: 'array',
  clockstatus: 'unsigned',
  contextnametype: 'structure',
  mechanismnametype: 'structure',
  doublelongunsigne: 'doublelongunsigned',
};

/** A source's type as a bare name: lengths, contents and spelling of separators taken away. */
function plainType(type: string): string {
  const bare = type
    .replace(/[[(].*$/, '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
  return typeAliases[bare] ?? bare;
}

/** Bare names of the types that a value may have; undefined is any. */
function allowed(type: CosemType): ReadonlySet<string> | undefined {
  switch (type.kind) {
    case 'any':
      return undefined;
    case 'simple':
      return new Set([type.type.replaceAll('-', '')]);
    case 'flags':
      return new Set(['bitstring']);
    case 'choice': {
      const options = type.of.map(allowed);
      if (options.includes(undefined)) return undefined;
      return new Set(options.flatMap((option) => [...(option ?? [])]));
    }
    default:
      return new Set([type.kind]);
  }
}

/** What is wrong with a use, or undefined. */
function differenceOf(use: Use): string | undefined {
  const definition = interfaceClass(use.classId, use.version);
  if (definition === undefined) return 'no such class and version';
  const attribute = findAttribute(use.classId, use.index, use.version);
  const method = findMethod(use.classId, use.index, use.version);
  const isAttribute = attribute !== undefined && plainName(attribute.name) === plainName(use.name);
  const isMethod = !isAttribute && method !== undefined && plainName(method.name) === plainName(use.name);
  if (!isAttribute && !isMethod)
    return `the tables say ${attribute?.name ?? 'nothing'}${method === undefined ? '' : ` and method ${method.name}`}`;
  const types = allowed(isAttribute ? attribute.type : method!.parameter);
  if (types === undefined || types.has(plainType(use.type))) return undefined;
  return `the tables say ${[...types].join(' or ')}`;
}

interface Override {
  readonly source?: Use['source'];
  readonly classId: number;
  readonly version?: number;
  readonly names: RegExp;
  readonly obis?: RegExp;
  readonly reason: string;
}

/** Where the two specifications, or what was parsed from them, differ from the tables. */
const overrides: readonly Override[] = [
  {
    source: 'stoen',
    classId: 1,
    obis: /^0\.0\.96\.52\.28\.255$/,
    names: /./,
    reason: 'Extraction: rows of an LWM2M table were read as attributes of the object before it.',
  },
  {
    source: 'stoen',
    classId: 1,
    obis: /^0\.0\.96\.53\.7\.255$/,
    names: /^Value$/,
    reason: 'Extraction: the only row is the value, without the logical name, so it was counted as 1.',
  },
  {
    source: 'stoen',
    classId: 3,
    obis: /^0\.0\.96\.50\.(35|43)\.255$/,
    names: /^value$/,
    reason: 'Manufacturer specific registers that hold a structure; the standard has simple types.',
  },
  {
    source: 'stoen',
    classId: 5,
    obis: /^1\.0\.8\.4\.0\.255$/,
    names: /^(value|scaler_unit|status|capture_time)$/,
    reason:
      'The rows of an Extended register under the heading of a Demand register; its siblings are right.',
  },
  {
    source: 'stoen',
    classId: 7,
    names: /^sort_object$/,
    reason: 'The specification writes integer for all profiles; the standard has capture_object_definition.',
  },
  {
    source: 'stoen',
    classId: 9,
    obis: /^0\.0\.96\.57\.128\.255$/,
    names: /^value$/,
    reason: 'A Data object under the heading of a Script table.',
  },
  {
    source: 'stoen',
    classId: 15,
    names: /^object_list$/,
    reason: 'The specification writes structure for an array of structures.',
  },
  {
    source: 'stoen',
    classId: 15,
    version: 0,
    names: /^(secret|security_setup_reference)$/,
    reason: 'Attributes of version 1 under version 0, where 7 is LLS_secret and 9 does not exist.',
  },
  {
    source: 'stoen',
    classId: 17,
    names: /^SAP_assignment_list$/,
    reason: 'The specification writes structure for an array of structures.',
  },
  {
    source: 'stoen',
    classId: 19,
    names: /^pass_p3$/,
    reason: 'The specification calls pass_w5 by another name.',
  },
  {
    source: 'stoen',
    classId: 42,
    names: /^get_nbof_mc_IP_addresses/,
    reason: 'The specification writes the type that the method hands back, not that of its parameter.',
  },
  {
    source: 'stoen',
    classId: 64,
    version: 1,
    names: /^global_key_transfer/,
    reason: 'The name of version 0; version 1 calls the method key_transfer.',
  },
  {
    source: 'stoen',
    classId: 71,
    names: /^(threshold_active|emergency_profile_active)$/,
    reason: 'The specification writes structure for a threshold and for a boolean.',
  },
  {
    source: 'stoen',
    classId: 90,
    names: /^reset/,
    reason: 'Extraction: the method was counted on after the attributes.',
  },
  {
    source: 'stoen',
    classId: 91,
    names: /^mac_beacon_randomization_$/,
    reason: 'Extraction: the name breaks off at the end of a line.',
  },
  {
    source: 'stoen',
    classId: 91,
    names: /^mac_min_CW_attempts$/,
    reason: 'The name stands twice; the second time it is at the place of mac_cenelec_legacy_mode.',
  },
  {
    source: 'osgp',
    classId: 4,
    names: /^scalar_unit$/,
    reason: 'A slip of the pen for scaler_unit.',
  },
  {
    source: 'osgp',
    classId: 7,
    names: /^capture period in sec$/,
    reason: 'The unit was added to the name.',
  },
  {
    source: 'osgp',
    classId: 18,
    names: /^transfer_enabled$/,
    reason: 'The specification shortens image_transfer_enabled.',
  },
];

test('two companion specifications use nothing that the tables lack', needsShared(stoen, osgp), () => {
  const all = uses();
  assert.ok(all.length > 2000, `${all.length} uses`);
  const applied = new Set<Override>();
  const unexplained = new Set<string>();
  for (const use of all) {
    const difference = differenceOf(use);
    if (difference === undefined) continue;
    const override = overrides.find(
      (one) =>
        (one.source === undefined || one.source === use.source) &&
        one.classId === use.classId &&
        (one.version === undefined || one.version === use.version) &&
        one.names.test(use.name) &&
        (one.obis === undefined || one.obis.test(use.obis)),
    );
    if (override === undefined) {
      unexplained.add(
        `${use.source} ${use.obis} class ${use.classId} v${use.version} #${use.index} ${use.name}: ${use.type}; ${difference}`,
      );
    } else applied.add(override);
  }
  assert.deepEqual([...unexplained], []);
  assert.deepEqual(
    overrides.filter((one) => !applied.has(one)).map((one) => one.reason),
    [],
    'overrides that nothing needs any more',
  );
});
