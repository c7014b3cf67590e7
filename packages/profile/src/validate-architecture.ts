/** Validation of domains, components, actors and what people may do. */
import type { Actor } from './model.ts';
import type { Profile } from './profile.ts';

function domainProblems(profile: Profile): string[] {
  const problems: string[] = [];
  for (const domain of profile.domains) {
    if (domain.criteria.length === 0) problems.push(`domain ${domain.id} has no criteria`);
    for (const criterion of domain.criteria) {
      if (!criterion.id.startsWith(`${domain.id}.`)) {
        problems.push(`criterion ${criterion.id} does not carry the id of its domain ${domain.id}`);
      }
    }
  }
  return problems;
}

function componentProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const domains = new Set<string>(profile.domains.map((domain) => domain.id));
  const ids = new Set<string>();
  for (const component of profile.components) {
    const decomposed = component.parts.length > 0;
    if (decomposed === (component.domain !== undefined)) {
      problems.push(`component ${component.id} needs either one domain or parts that have one each`);
    }
    if (component.domain !== undefined && !domains.has(component.domain)) {
      problems.push(`component ${component.id} stands in the unknown domain ${component.domain}`);
    }
    if (component.placementReason === '') problems.push(`component ${component.id} has no placement reason`);
    for (const part of component.parts) {
      if (!domains.has(part.domain))
        problems.push(`part ${part.id} stands in the unknown domain ${part.domain}`);
      if (!part.id.startsWith(`${component.id}.`)) {
        problems.push(`part ${part.id} does not carry the id of ${component.id}`);
      }
      if (ids.has(part.id)) problems.push(`parts: the id ${part.id} occurs twice`);
      ids.add(part.id);
    }
  }
  return problems;
}

/** A name or alias that leads to two different ends would make every lookup by name a guess. */
function nameProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const owner = new Map<string, string>();
  for (const end of [...profile.components, ...profile.actors]) {
    for (const name of new Set([end.id, end.name, ...end.aliases].map((each) => each.toLowerCase()))) {
      const before = owner.get(name);
      if (before !== undefined) problems.push(`the name ${name} means both ${before} and ${end.id}`);
      owner.set(name, end.id);
    }
  }
  return problems;
}

function carrierProblem(actor: Actor, meets: boolean, subjects: ReadonlySet<string>): string | undefined {
  if (meets && actor.carrier === undefined) {
    return `actor ${actor.id} has lines with components and no carrier`;
  }
  if (!meets && actor.carrier !== undefined) {
    return `actor ${actor.id} has a carrier and no line with a component`;
  }
  if (actor.carrier !== undefined && !subjects.has(actor.carrier)) {
    return `actor ${actor.id} has the unknown carrier ${actor.carrier}`;
  }
  return undefined;
}

function actorProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const subjects = subjectIds(profile);
  const meeting = new Set(
    profile.lines.filter((line) => line.scope === 'boundary').flatMap((line) => line.ends),
  );
  const behindGateway = new Set(
    profile.extensionLines.filter((line) => line.ends.includes('gateway')).flatMap((line) => line.ends),
  );
  for (const actor of profile.actors) {
    const problem = carrierProblem(actor, meeting.has(actor.id), subjects);
    if (problem !== undefined) problems.push(problem);
    if (actor.carrier === 'gateway' && !behindGateway.has(actor.id)) {
      problems.push(`actor ${actor.id} is carried by the gateway and has no line with it`);
    }
  }
  return problems;
}

/** Components and parts of meters: whatever a requirement or an operation may be addressed to. */
export function subjectIds(profile: Profile): ReadonlySet<string> {
  return new Set<string>(
    profile.components.flatMap((component) => [component.id, ...component.parts.map((part) => part.id)]),
  );
}

function roleProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const subjects = subjectIds(profile);
  const operations = new Set(profile.operations.map((operation) => operation.id));
  const roles = new Map(profile.roles.map((role) => [role.id, role]));
  for (const operation of profile.operations) {
    if (!subjects.has(operation.component)) {
      problems.push(`operation ${operation.id} belongs to the unknown component ${operation.component}`);
    }
  }
  for (const role of profile.roles) {
    for (const operation of role.operations) {
      if (!operations.has(operation))
        problems.push(`role ${role.id} holds the unknown operation ${operation}`);
    }
    for (const excluded of role.excludes) {
      const other = roles.get(excluded);
      if (excluded === role.id) problems.push(`role ${role.id} excludes itself`);
      else if (other === undefined) problems.push(`role ${role.id} excludes the unknown role ${excluded}`);
      else if (!other.excludes.includes(role.id)) {
        problems.push(`role ${role.id} excludes ${excluded}, which does not exclude it`);
      }
    }
  }
  return problems;
}

function parameterProblems(profile: Profile): string[] {
  const problems: string[] = [];
  for (const { id, minimum, maximum, default: normal, unit } of profile.parameters) {
    if (![minimum, maximum, normal].every(Number.isFinite)) problems.push(`parameter ${id} is not a number`);
    if (minimum > maximum) problems.push(`parameter ${id} has a minimum above its maximum`);
    if (normal < minimum || normal > maximum)
      problems.push(`parameter ${id} has a default outside its range`);
    if (unit === 'boolean' && (minimum < 0 || maximum > 1)) {
      problems.push(`parameter ${id} is a boolean beyond 0 and 1`);
    }
    if (!/^[a-z]+\.[a-z][A-Za-z0-9]*$/.test(id)) {
      problems.push(`parameter ${id} is not named group.nameUnit`);
    }
  }
  for (const { id } of profile.auditEvents) {
    if (!/^[a-z][a-z-]*(\.[a-z0-9][a-z0-9-]*)+$/.test(id)) {
      problems.push(`audit event ${id} is not named in dotted words`);
    }
  }
  return problems;
}

/** Problems of domains, components, names, actors, roles, operations and parameters. */
export function architectureProblems(profile: Profile): readonly string[] {
  return [
    ...domainProblems(profile),
    ...componentProblems(profile),
    ...nameProblems(profile),
    ...actorProblems(profile),
    ...roleProblems(profile),
    ...parameterProblems(profile),
  ];
}
