/** A component's selection of the catalog as an OSCAL 1.2.1 profile. */
import { type Profile, profile } from '../profile.ts';
import { documentUuid } from './oscal-catalog.ts';
import { type OscalAlter, type OscalProfile, oscalVersion } from './oscal-model.ts';
import { oscalControlId, oscalItemId, ownProperty } from './oscal-names.ts';
import { type Applicable, applicableTo, subjectNamed } from './selection.ts';
import { uuidOf } from './uuid.ts';

export interface ProfileOptions {
  /** Where a reader of the profile finds the catalog; default `catalog.json`, beside it. */
  readonly catalogHref?: string;
  readonly lastModified?: string;
}

/** The control keeps the items that bind the component, each with why, and loses the others. */
function alterFor(hits: readonly Applicable[]): OscalAlter {
  const { control } = hits[0]!;
  const bound = new Map(hits.map((hit) => [hit.requirement.id, hit]));
  const removed = control.requirements
    .filter((requirement) => !bound.has(requirement.id))
    .map((requirement) => ({ 'by-id': oscalItemId(control, requirement.id) }));
  return {
    'control-id': oscalControlId(control),
    ...(removed.length === 0 ? {} : { removes: removed }),
    adds: hits.map((hit) => ({
      'by-id': oscalItemId(control, hit.requirement.id),
      position: 'ending',
      props: [ownProperty('applies-because', hit.because, { class: hit.kind })],
    })),
  };
}

/**
 * The OSCAL 1.2.1 profile of a component or a part of a meter: imports from the catalog, by id, the controls that hold
 * a requirement for it, removes the items that speak of others, and says on each item why it applies.
 *
 * `subject` is an id, a name or an alias. Throws `profile/unknown-subject`.
 */
export function oscalProfile(
  subject: string,
  options: ProfileOptions = {},
  from: Profile = profile(),
): OscalProfile {
  const { id, name } = subjectNamed(subject);
  const byControl = new Map<string, Applicable[]>();
  for (const hit of applicableTo(id)) {
    const held = byControl.get(hit.control.id);
    if (held === undefined) byControl.set(hit.control.id, [hit]);
    else held.push(hit);
  }
  const selected = [...byControl.values()];
  const resource = uuidOf(`resource:catalog:${from.version}`);
  const content = {
    metadata: {
      title: `${name}: ${from.title}, version ${from.version}`,
      'last-modified': options.lastModified ?? `${from.date}T00:00:00Z`,
      version: from.version,
      'oscal-version': oscalVersion,
      props: [ownProperty('component', id)],
    },
    imports: [
      {
        href: `#${resource}`,
        'include-controls': [{ 'with-ids': selected.map(([hit]) => oscalControlId(hit!.control)) }],
      },
    ],
    merge: { 'as-is': true as const },
    modify: { alters: selected.map(alterFor) },
    'back-matter': {
      resources: [
        {
          uuid: resource,
          title: `Catalog of ${from.title}, version ${from.version}`,
          rlinks: [
            { href: options.catalogHref ?? 'catalog.json', 'media-type': 'application/oscal.catalog+json' },
          ],
        },
      ],
    },
  };
  return { profile: { uuid: documentUuid('profile', content), ...content } };
}
