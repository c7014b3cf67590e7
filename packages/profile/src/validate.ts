/** Checks the assembled profile whole: every id, reference, count of ends and range, all problems at once. */
import { profileError } from './errors.ts';
import type { Profile } from './profile.ts';
import { schemaProblems } from './schemas/problems.ts';
import { architectureProblems } from './validate-architecture.ts';
import { controlProblems } from './validate-controls.ts';
import { lineProblems, scenarioProblems } from './validate-lines.ts';

/** Names of the lists whose entries carry an `id` that is unique within the list. */
const listsWithIds = [
  'domains',
  'components',
  'actors',
  'useCases',
  'scenarios',
  'families',
  'controls',
  'matrix',
  'errata',
  'extensions',
  'parameters',
  'roles',
  'operations',
  'auditEvents',
] as const;

function duplicateProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const unique = (list: string, ids: readonly string[]): void => {
    const seen = new Set<string>();
    for (const id of ids) {
      if (seen.has(id)) problems.push(`${list}: the id ${id} occurs twice`);
      if (id === '') problems.push(`${list}: an id is empty`);
      seen.add(id);
    }
  };
  for (const list of listsWithIds) {
    unique(
      list,
      profile[list].map((entry) => entry.id),
    );
  }
  const lines = [...profile.lines, ...profile.extensionLines];
  unique(
    'lines',
    lines.map((line) => line.id),
  );
  const onLines = lines.flatMap((line) => line.directions.flatMap((direction) => direction.messages));
  unique(
    'messages',
    [...onLines, ...profile.extensionMessages].map((message) => message.id),
  );
  unique(
    'requirements',
    profile.controls.flatMap((control) => control.requirements.map((requirement) => requirement.id)),
  );
  return problems;
}

/**
 * Everything that is wrong with a profile, one sentence each; empty when nothing is. Checks that ids are unique, that
 * ends, scenarios, controls, roles and operations exist where they are named, that scope and source follow from the
 * ends of a line, that components have one domain or parts with one each (clause 4.4.2), that no label is too high for
 * the domain that it enters, that scenarios list their messages exactly once, that parameters keep their range, and that
 * every message that a gate may let pass has a schema.
 */
export function profileProblems(profile: Profile): readonly string[] {
  return [
    ...duplicateProblems(profile),
    ...architectureProblems(profile),
    ...lineProblems(profile),
    ...scenarioProblems(profile),
    ...controlProblems(profile),
    ...schemaProblems(profile),
  ];
}

/**
 * Returns the profile unchanged when nothing is wrong with it.
 *
 * Throws `profile/invalid-data`, whose `problems` hold every sentence of {@link profileProblems}.
 */
export function validateProfile(profile: Profile): Profile {
  const problems = profileProblems(profile);
  if (problems.length > 0) {
    const more = problems.length > 5 ? ` (and ${problems.length - 5} more)` : '';
    throw profileError('invalid-data', `${problems.slice(0, 5).join('; ')}${more}`, { problems });
  }
  return profile;
}
