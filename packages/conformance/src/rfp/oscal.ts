/** A request as an OSCAL 1.2.1 catalog that holds what is asked and nothing else: a profile, resolved. */
import { type OscalCatalog, oscalCatalog, oscalProperty } from '@wattward/profile';
import { itemsOf, type RequestForProposals } from './request.ts';

/**
 * The requirements to answer as a resolved catalog: an item each, with its number in the request and the components it
 * applies to and why. The annex of the utility is not part of it. `lastModified` is an RFC 3339 time.
 */
export function requestOscal(request: RequestForProposals, lastModified: string): OscalCatalog {
  const items = new Map(itemsOf(...request.sections).map((item) => [item.requirement.id, item]));
  return oscalCatalog({
    title: request.title.trim().replaceAll(/\s+/g, ' ') || 'Request for proposals',
    lastModified,
    include: (requirement) => items.has(requirement.id),
    extra: (requirement) => {
      const item = items.get(requirement.id)!;
      return [
        oscalProperty('request-number', item.number),
        ...item.applies.map(({ component, kind, because }) =>
          oscalProperty('applies-to', component, { class: kind, remarks: because }),
        ),
      ];
    },
    props: [
      { name: 'resolution-tool', value: 'wattward rfp' },
      oscalProperty('classification', request.classification),
      ...(request.utility.trim() === '' ? [] : [oscalProperty('utility', request.utility.trim())]),
      ...request.components.map(({ id }) => oscalProperty('component', id)),
    ],
    remarks: `Requirements of ${request.profile.title}, version ${request.profile.version}, that apply to the components named in the properties.`,
  });
}
