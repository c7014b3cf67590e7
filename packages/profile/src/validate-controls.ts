/** Validation of controls, requirements, the matrix, mappings, errata and extensions. */
import type { Control, Requirement } from './model.ts';
import type { Profile } from './profile.ts';
import { subjectIds } from './validate-architecture.ts';

const wholes: ReadonlySet<string> = new Set(['all', 'system', 'organization']);

function requirementProblems(
  requirement: Requirement,
  control: Control,
  subjects: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  const { id, subject } = requirement;
  const rest = id.startsWith(`${control.id}/`) ? id.slice(control.id.length + 1) : '';
  if (!/^[RGE]\.[1-9]\d*(\.[1-9]\d*)*$/.test(rest)) {
    problems.push(`requirement ${id} is not named ${control.id}/<R, G or E>.<number>`);
  }
  if (requirement.text === '') problems.push(`requirement ${id} has no text`);
  if (requirement.evidence === '') problems.push(`requirement ${id} does not say how it is shown`);
  if (typeof subject.whom === 'string') {
    if (!wholes.has(subject.whom)) problems.push(`requirement ${id} has the unknown subject ${subject.whom}`);
    return problems;
  }
  if (subject.whom.length === 0) problems.push(`requirement ${id} has no subject`);
  for (const whom of subject.whom) {
    if (!subjects.has(whom)) problems.push(`requirement ${id} has the unknown subject ${whom}`);
  }
  return problems;
}

function oneControlProblems(
  control: Control,
  families: ReadonlySet<string>,
  subjects: ReadonlySet<string>,
): string[] {
  const problems: string[] = [];
  if (!families.has(control.family)) {
    problems.push(`control ${control.id} belongs to the unknown family ${control.family}`);
  }
  if (!control.id.startsWith(`${control.family}.`) || !/^2\.\d+\.\d+$/.test(control.id)) {
    problems.push(`control ${control.id} has no number of the family ${control.family}`);
  }
  if (control.requirement === '') problems.push(`control ${control.id} has no requirement`);
  if (control.requirements.length === 0) problems.push(`control ${control.id} has no atomic requirements`);
  for (const requirement of control.requirements) {
    problems.push(...requirementProblems(requirement, control, subjects));
  }
  return problems;
}

function matrixProblems(profile: Profile, controls: ReadonlySet<string>): string[] {
  const problems: string[] = [];
  const columns = new Set<string>([
    ...profile.components.filter((each) => each.origin === 'profile').map((each) => each.id),
    'all',
    'organizational',
    'other',
    'comment',
  ]);
  for (const row of profile.matrix) {
    for (const mark of row.marks) {
      if (!columns.has(mark)) problems.push(`matrix row ${row.id} marks the unknown column ${mark}`);
    }
    if (row.hasText !== controls.has(row.id)) {
      problems.push(`matrix row ${row.id} and section 5 disagree whether it has text`);
    }
  }
  return problems;
}

/** Problems of controls, their requirements, the matrix, the mappings, the errata and the extensions. */
export function controlProblems(profile: Profile): readonly string[] {
  const families = new Set<string>(profile.families.map((family) => family.id));
  const subjects = subjectIds(profile);
  const controls = new Set(profile.controls.map((control) => control.id));
  const errata = new Set(profile.errata.map((erratum) => erratum.id));
  const problems = profile.controls.flatMap((control) => oneControlProblems(control, families, subjects));
  problems.push(...matrixProblems(profile, controls));
  for (const mapping of profile.mappings) {
    if (!controls.has(mapping.control))
      problems.push(`a mapping names the unknown control ${mapping.control}`);
    if (mapping.source === '')
      problems.push(`the mapping of ${mapping.control} to ${mapping.target} has no source`);
  }
  for (const erratum of profile.errata) {
    if (erratum.resolution === '') problems.push(`erratum ${erratum.id} has no resolution`);
  }
  for (const extension of profile.extensions) {
    if (extension.mends.length === 0) problems.push(`extension ${extension.id} mends nothing`);
    for (const mended of extension.mends) {
      if (/^E\d+$/.test(mended) && !errata.has(mended)) {
        problems.push(`extension ${extension.id} mends the unknown erratum ${mended}`);
      }
    }
  }
  return problems;
}
