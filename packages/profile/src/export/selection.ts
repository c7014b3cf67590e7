/** Which atomic requirements a component is held to when somebody buys, builds or assesses it. */
import { profileError } from '../errors.ts';
import { endNamed, partById } from '../lookup.ts';
import type { SubjectId } from '../model.ts';
import { profile } from '../profile.ts';
import { type ReasonKind, type RequirementHit, requirementsFor } from '../query.ts';

/** The id of a component or of a part of a meter, by id, name or alias. Throws `profile/unknown-subject`. */
export function subjectNamed(name: string): { readonly id: SubjectId; readonly name: string } {
  const part = partById(name)?.part;
  if (part !== undefined) return { id: part.id, name: part.name };
  const end = endNamed(name);
  if (end === undefined || !('parts' in end)) {
    throw profileError('unknown-subject', `${name} is no component and no part of a meter`);
  }
  return { id: end.id, name: end.name };
}

export interface Applicable extends Omit<RequirementHit, 'reason'> {
  /** `system`: it addresses the AMI system as a whole, of which the component is a part. */
  readonly kind: ReasonKind | 'system';
  readonly because: string;
}

/**
 * What binds a component: requirements that name it or its parts, that address every component, that it inherits
 * through its domain (4.4.2), and those of the AMI system to which it contributes. Order: that of the profile, each
 * once. Duties of the organization alone are not among them. Throws `profile/unknown-subject`.
 */
export function applicableTo(subject: string): readonly Applicable[] {
  const { id } = subjectNamed(subject);
  const own = requirementsFor(id, { domain: true }).map(
    ({ control, requirement, reason }): Applicable => ({
      control,
      requirement,
      kind: reason.kind,
      because: reason.text,
    }),
  );
  const system = requirementsFor('system').map(
    ({ control, requirement }): Applicable => ({
      control,
      requirement,
      kind: 'system',
      because: 'addresses the AMI system, of which it is a part',
    }),
  );
  return inProfileOrder([...own, ...system]);
}

function inProfileOrder(hits: readonly Applicable[]): readonly Applicable[] {
  const byId = new Map(hits.map((hit) => [hit.requirement.id, hit]));
  return profile().controls.flatMap(({ requirements }) =>
    requirements.flatMap(({ id }) => byId.get(id) ?? []),
  );
}
