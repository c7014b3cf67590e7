/** What people ask of the profile: which controls bind a thing, what protects a message, where a word stands. */
import { protectionRules } from './data/protections.ts';
import { profileError } from './errors.ts';
import { type PathStep, pathOf } from './flow.ts';
import { controlById, endNamed, messageById, partById, scenarioById } from './lookup.ts';
import type { Control, DomainId, MatrixRow, Message, Requirement, Scenario } from './model.ts';
import { profile } from './profile.ts';

/**
 * Why a control or requirement binds a subject. `all`: it addresses every component. `named`: it names the subject.
 * `matrix`: matrix A.1 marks it. `part`: it binds a part of the subject, or the whole of which the subject is a part
 * (4.4.2). `domain`: it names another member of the subject's security domain, whose members are treated alike as far
 * as that makes sense (4.4.2).
 */
export type ReasonKind = 'all' | 'named' | 'matrix' | 'part' | 'domain';

export interface Reason {
  readonly kind: ReasonKind;
  /** The subject, part, whole or domain member that the control names; the subject itself when direct. */
  readonly via: string;
  readonly text: string;
}

export interface ControlHit {
  readonly control: Control;
  /** Strongest first; never empty. */
  readonly reasons: readonly Reason[];
}

export interface RequirementHit {
  readonly control: Control;
  readonly requirement: Requirement;
  readonly reason: Reason;
}

/** A subject with everything through which it inherits. */
interface Bound {
  readonly id: string;
  /** The parts of a whole, or the whole of a part. */
  readonly relatives: ReadonlySet<string>;
  /** Other members of its domain or domains, each with the domain. */
  readonly neighbours: ReadonlyMap<string, DomainId>;
}

const bounds = new Map<string, Bound>();

interface Member {
  readonly id: string;
  readonly domain: DomainId;
}

/** Every subject with its domain: components that have one, and parts. */
function members(): readonly Member[] {
  return profile().components.flatMap((component): readonly Member[] =>
    component.domain === undefined
      ? component.parts.map((part) => ({ id: part.id, domain: part.domain }))
      : [{ id: component.id, domain: component.domain }],
  );
}

function resolveSubject(name: string): Bound {
  const known = bounds.get(name);
  if (known !== undefined) return known;
  const asPart = partById(name);
  const end = asPart === undefined ? endNamed(name) : undefined;
  const component = end !== undefined && 'parts' in end ? end : undefined;
  if (asPart === undefined && component === undefined) {
    throw profileError('unknown-subject', `${name} is no component and no part of a meter`);
  }
  const id: string = asPart?.part.id ?? component!.id;
  const relatives = new Set<string>(
    asPart === undefined ? component!.parts.map((part) => part.id) : [asPart.whole.id],
  );
  const mine = new Set(
    members()
      .filter((member) => member.id === id || component?.parts.some((part) => part.id === member.id))
      .map((member) => member.domain),
  );
  const neighbours = new Map<string, DomainId>();
  for (const member of members()) {
    if (member.id !== id && !relatives.has(member.id) && mine.has(member.domain)) {
      neighbours.set(member.id, member.domain);
    }
  }
  const bound = { id, relatives, neighbours };
  bounds.set(name, bound);
  return bound;
}

/** The reason for one named subject, or undefined when it has nothing to do with the bound one. */
function reasonThrough(whom: string, bound: Bound, source: 'named' | 'matrix'): Reason | undefined {
  const says = source === 'named' ? 'the text names' : 'matrix A.1 marks';
  if (whom === bound.id) return { kind: source, via: whom, text: `${says} ${whom}` };
  if (bound.relatives.has(whom)) return { kind: 'part', via: whom, text: `${says} ${whom} (4.4.2)` };
  const domain = bound.neighbours.get(whom);
  if (domain === undefined) return undefined;
  return { kind: 'domain', via: whom, text: `${says} ${whom}, of the same domain ${domain} (4.4.2)` };
}

const strength: readonly ReasonKind[] = ['named', 'matrix', 'all', 'part', 'domain'];

function strongestFirst(reasons: readonly Reason[]): readonly Reason[] {
  const seen = new Set<string>();
  return reasons
    .filter(({ kind, via }) => !seen.has(`${kind} ${via}`) && seen.add(`${kind} ${via}`))
    .sort((one, other) => strength.indexOf(one.kind) - strength.indexOf(other.kind));
}

function requirementReasons(requirement: Requirement, bound: Bound): readonly Reason[] {
  const { whom } = requirement.subject;
  if (whom === 'all') return [{ kind: 'all', via: bound.id, text: 'addresses every component' }];
  if (typeof whom === 'string') return [];
  return whom
    .map((each) => reasonThrough(each, bound, 'named'))
    .filter((reason): reason is Reason => reason !== undefined);
}

/** The matrix's remarks that name what this project has as a component. */
const remarks: readonly { readonly pattern: RegExp; readonly subject: string }[] = [
  { pattern: /log management|audit tools/i, subject: 'log-management' },
  { pattern: /wireless/i, subject: 'meter.fan' },
  { pattern: /wireless/i, subject: 'collector' },
];

function matrixReasons(row: MatrixRow | undefined, bound: Bound): readonly Reason[] {
  if (row === undefined) return [];
  const reasons: Reason[] = [];
  for (const mark of row.marks) {
    if (mark === 'all') {
      reasons.push({ kind: 'all', via: bound.id, text: 'matrix A.1 marks all components' });
    } else if (mark === 'other') {
      for (const { pattern, subject } of remarks) {
        const reason = pattern.test(row.comment) ? reasonThrough(subject, bound, 'matrix') : undefined;
        if (reason !== undefined) reasons.push(reason);
      }
    } else {
      const reason = reasonThrough(mark, bound, 'matrix');
      if (reason !== undefined) reasons.push(reason);
    }
  }
  return reasons;
}

/**
 * The controls that bind a component or a part of a meter (matrix A.1, section 5, clause 4.4.2), each with every
 * reason: addressed to all, named in the text, marked in the matrix, inherited between a whole and its parts, or
 * inherited through the security domain. `subject` is an id, a name or an alias. Controls that only speak to the
 * organization do not appear.
 *
 * Throws `profile/unknown-subject`.
 */
export function controlsFor(subject: string): readonly ControlHit[] {
  const bound = resolveSubject(subject);
  const rows = new Map(profile().matrix.map((row) => [row.id, row]));
  const hits: ControlHit[] = [];
  for (const control of profile().controls) {
    const reasons = strongestFirst([
      ...control.requirements.flatMap((requirement) => requirementReasons(requirement, bound)),
      ...matrixReasons(rows.get(control.id), bound),
    ]);
    if (reasons.length > 0) hits.push({ control, reasons });
  }
  return hits;
}

/**
 * The atomic requirements that bind a subject, each with its strongest reason. `system` and `organization` are
 * subjects too. What is inherited only because another member of the domain is named comes with `domain: true`, since
 * clause 4.4.2 asks for it only as far as it makes sense for the component.
 *
 * Throws `profile/unknown-subject`.
 */
export function requirementsFor(
  subject: string,
  options: { readonly domain?: boolean } = {},
): readonly RequirementHit[] {
  const hits: RequirementHit[] = [];
  const whole = subject === 'system' || subject === 'organization';
  const bound = whole ? undefined : resolveSubject(subject);
  for (const control of profile().controls) {
    for (const requirement of control.requirements) {
      const reasons: readonly Reason[] =
        bound === undefined
          ? requirement.subject.whom === subject
            ? [{ kind: 'named', via: subject, text: `addresses the ${subject}` }]
            : []
          : strongestFirst(requirementReasons(requirement, bound));
      const reason = reasons[0];
      if (reason === undefined || (reason.kind === 'domain' && options.domain !== true)) continue;
      hits.push({ control, requirement, reason });
    }
  }
  return hits;
}

/** A scenario with its messages in the order in which they pass. Throws `profile/unknown-scenario`. */
export function scenarioMessages(id: string): {
  readonly scenario: Scenario;
  readonly messages: readonly Message[];
} {
  const scenario = scenarioById(id);
  return { scenario, messages: scenario.messages.map(messageById) };
}

/** What protects a message on its way. */
export interface Protection {
  readonly message: Message;
  readonly path: readonly PathStep[];
  /** Each boundary between two domains that it crosses; `undefined` is outside the AMI system. */
  readonly crossings: readonly { readonly from: DomainId | undefined; readonly to: DomainId | undefined }[];
  readonly controls: readonly { readonly control: Control; readonly because: string }[];
}

/**
 * What protects a message: the controls, why each applies, and the boundaries between domains that it crosses (4.4.1).
 * Label and priority stand on the message. A message between two actors has no controls: they bind components.
 *
 * Throws `profile/unknown-message`.
 */
export function protectionOf(messageId: string): Protection {
  const message = messageById(messageId);
  const path = pathOf(message);
  const crossings = path.slice(1).flatMap((step, index) => {
    const from = path[index]!.domain;
    return from === step.domain ? [] : [{ from, to: step.domain }];
  });
  const passage = { crossesBoundary: crossings.length > 0 };
  const rules =
    message.scope === 'outside' ? [] : protectionRules.filter((rule) => rule.applies(message, passage));
  const controls = rules.flatMap((rule) =>
    rule.controls.map((id) => ({ control: controlById(id), because: rule.because })),
  );
  return { message, path, crossings, controls };
}
