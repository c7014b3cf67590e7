/** The controls as an OSCAL 1.2.1 catalog: families are groups, atomic requirements are `item` parts. */
import type { Control, Family, Parameter, Requirement } from '../model.ts';
import { type Profile, profile } from '../profile.ts';
import { subjectText } from './csv.ts';
import {
  type OscalCatalog,
  type OscalControl,
  type OscalGroup,
  type OscalParameter,
  type OscalPart,
  type OscalProperty,
  oscalNamespace,
  oscalVersion,
} from './oscal-model.ts';
import { oscalControlId, oscalFamilyId, oscalItemId, oscalParameterId, ownProperty } from './oscal-names.ts';
import { uuidOf } from './uuid.ts';

export interface CatalogOptions {
  readonly title?: string;
  /** Said to be the time of the last change; an RFC 3339 time. Default: the date of the profile's edition. */
  readonly lastModified?: string;
  /** Only these requirements, and only controls that keep one; default all. */
  readonly include?: (requirement: Requirement, control: Control) => boolean;
  /** Properties that are added to a requirement's item. */
  readonly extra?: (requirement: Requirement) => readonly OscalProperty[];
  /** Properties of the document. */
  readonly props?: readonly OscalProperty[];
  readonly remarks?: string;
}

const partLetters = [
  ['R', 'statement'],
  ['G', 'guidance'],
  ['E', 'enhancement'],
] as const;

function itemPart(control: Control, requirement: Requirement, extra: readonly OscalProperty[]): OscalPart {
  const id = oscalItemId(control, requirement.id);
  return {
    id,
    name: 'item',
    props: [
      { name: 'label', value: requirement.id },
      ownProperty('obligation', requirement.obligation),
      ownProperty('subject', subjectText(requirement.subject), { class: requirement.subject.from }),
      ownProperty('verification', requirement.verification),
      ownProperty('black-box', requirement.blackBox),
      ownProperty('clause', requirement.clause),
      ...extra,
    ],
    prose: requirement.text,
    parts: [{ id: `${id}_evidence`, name: 'evidence', ns: oscalNamespace, prose: requirement.evidence }],
  };
}

function controlParts(control: Control, kept: readonly Requirement[], options: CatalogOptions): OscalPart[] {
  const id = oscalControlId(control);
  const prose = { R: control.requirement, G: control.guidance, E: control.enhancements };
  const parts: OscalPart[] = [];
  for (const [letter, name] of partLetters) {
    const items = kept
      .filter((requirement) => requirement.id.startsWith(`${control.id}/${letter}.`))
      .map((requirement) => itemPart(control, requirement, options.extra?.(requirement) ?? []));
    if (items.length === 0 && prose[letter] === '') continue;
    parts.push({
      id: `${id}_${name}`,
      name,
      // OSCAL has no name for an enhancement that stays inside its control.
      ...(name === 'enhancement' ? { ns: oscalNamespace } : {}),
      ...(prose[letter] === '' ? {} : { prose: prose[letter] }),
      ...(items.length === 0 ? {} : { parts: items }),
    });
  }
  if (control.rationale !== '') {
    parts.push({ id: `${id}_rationale`, name: 'rationale', ns: oscalNamespace, prose: control.rationale });
  }
  return parts;
}

function parameterShape(parameter: Parameter): OscalParameter {
  const { minimum, maximum, unit } = parameter;
  return {
    id: oscalParameterId(parameter.id),
    label: parameter.title,
    props: [
      ownProperty('unit', unit),
      ownProperty('minimum', String(minimum)),
      ownProperty('maximum', String(maximum)),
      ownProperty('range-from', parameter.rangeFrom),
      ownProperty('clause', parameter.clause),
    ],
    constraints: [
      {
        description: `From ${minimum} to ${maximum} (${unit}).`,
        tests: [{ expression: `. >= ${minimum} and . <= ${maximum}` }],
      },
    ],
    guidelines: [{ prose: parameter.reason }],
    values: [String(parameter.default)],
  };
}

/** Where a parameter stands: with the control of its clause, else with the family, else with the catalog. */
function placeParameters(from: Profile, controlIds: ReadonlySet<string>) {
  const placed = new Map<string, OscalParameter[]>();
  const families = new Set<string>(from.families.map((family) => family.id));
  for (const parameter of from.parameters) {
    const control = /\d+\.\d+\.\d+/.exec(parameter.clause)?.[0] ?? '';
    const family = /\d+\.\d+/.exec(parameter.clause)?.[0] ?? '';
    const place = controlIds.has(control) ? control : families.has(family) ? family : '';
    placed.set(place, [...(placed.get(place) ?? []), parameterShape(parameter)]);
  }
  return placed;
}

type Placed = ReturnType<typeof placeParameters>;

function controlShape(
  control: Control,
  kept: readonly Requirement[],
  from: Profile,
  placed: Placed,
  options: CatalogOptions,
): OscalControl {
  const params = placed.get(control.id);
  const mappings = from.mappings.filter((mapping) => mapping.control === control.id);
  return {
    id: oscalControlId(control),
    class: 'ami-security-profile',
    title: control.title,
    ...(params === undefined ? {} : { params }),
    props: [
      { name: 'label', value: `${control.origin}-${control.id}` },
      { name: 'sort-id', value: sortId(control.id) },
      ownProperty('class', control.class),
      ownProperty('origin', control.origin),
      ownProperty('clause', control.clause),
      ...mappings.map(({ catalogue, target, source }) =>
        ownProperty('mapping', target, { class: catalogue, remarks: source }),
      ),
    ],
    parts: controlParts(control, kept, options),
  };
}

/** `2.8.11` → `sort-02.08.11`, so that sorting by text sorts by number. */
const sortId = (id: string): string =>
  `sort-${id
    .split('.')
    .map((each) => each.padStart(2, '0'))
    .join('.')}`;

function groupShape(family: Family, controls: readonly OscalControl[], placed: Placed): OscalGroup {
  const params = placed.get(family.id);
  return {
    id: oscalFamilyId(family.id),
    class: 'family',
    title: family.title,
    ...(params === undefined ? {} : { params }),
    props: [{ name: 'label', value: family.id }],
    parts: [{ id: `${oscalFamilyId(family.id)}_overview`, name: 'overview', prose: family.purpose }],
    controls,
  };
}

/** A document's UUID follows from all that it says but when it was written, so a change of content changes it. */
export function documentUuid(kind: string, content: unknown): string {
  return uuidOf(
    `${kind}:${JSON.stringify(content, (key, value: unknown) => (key === 'last-modified' ? undefined : value))}`,
  );
}

/**
 * The controls of section 5 as an OSCAL 1.2.1 catalog: a group a family, a control a control, parts `statement`,
 * `guidance` and `enhancement` with an `item` for each atomic requirement, its evidence below it, and the parameters
 * of policy with range and default. Ids are stable; the UUID follows from the content.
 */
export function oscalCatalog(options: CatalogOptions = {}, from: Profile = profile()): OscalCatalog {
  const include = options.include ?? (() => true);
  const kept = new Map<string, readonly Requirement[]>();
  for (const control of from.controls) {
    const requirements = control.requirements.filter((requirement) => include(requirement, control));
    if (requirements.length > 0) kept.set(control.id, requirements);
  }
  const placed = placeParameters(from, new Set(kept.keys()));
  const groups = from.families
    .map((family) =>
      groupShape(
        family,
        from.controls
          .filter((control) => control.family === family.id && kept.has(control.id))
          .map((control) => controlShape(control, kept.get(control.id)!, from, placed, options)),
        placed,
      ),
    )
    .filter((group) => group.controls.length > 0);
  const params = placed.get('');
  const content = {
    metadata: {
      title: options.title ?? `${from.title}, version ${from.version}`,
      'last-modified': options.lastModified ?? `${from.date}T00:00:00Z`,
      version: from.version,
      'oscal-version': oscalVersion,
      ...(options.props === undefined || options.props.length === 0 ? {} : { props: options.props }),
      remarks:
        options.remarks ??
        'The controls in the words of the Wattward project, split into atomic requirements; titles and numbers are those of the profile.',
    },
    ...(params === undefined ? {} : { params }),
    groups,
    'back-matter': {
      resources: [
        {
          uuid: uuidOf(`resource:profile:${from.version}`),
          title: `${from.title}, version ${from.version}`,
          description: `The published document of ${from.date}, whose clauses the properties named clause cite.`,
        },
      ],
    },
  };
  return { catalog: { uuid: documentUuid('catalog', content), ...content } };
}
