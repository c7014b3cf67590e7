/** How ids of the profile become OSCAL tokens, which begin with a letter and know no slash. */
import type { Control, FamilyId } from '../model.ts';
import { type OscalProperty, oscalNamespace } from './oscal-model.ts';

/** `2.8` → `family-2.8`. */
export const oscalFamilyId = (family: FamilyId): string => `family-${family}`;

/** `2.8.2` of DHS origin → `dhs-2.8.2`. */
export const oscalControlId = (control: Pick<Control, 'id' | 'origin'>): string =>
  `${control.origin.toLowerCase()}-${control.id}`;

/** `2.14.3/E.16.3` → `dhs-2.14.3_e.16.3`. */
export const oscalItemId = (control: Pick<Control, 'id' | 'origin'>, requirement: string): string =>
  `${oscalControlId(control)}_${requirement.slice(requirement.indexOf('/') + 1).toLowerCase()}`;

/** `access.sessionLockMinutes` → `param-access.sessionLockMinutes`. */
export const oscalParameterId = (parameter: string): string => `param-${parameter}`;

/** A property that OSCAL does not know by itself. */
export function ownProperty(
  name: string,
  value: string,
  rest: { readonly class?: string; readonly remarks?: string } = {},
): OscalProperty {
  return { name, ns: oscalNamespace, value, ...rest };
}
