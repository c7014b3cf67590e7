/** A request for proposals as data: which requirements a procurement of some components asks for, and why. */
import {
  type Applicable,
  applicableTo,
  type Control,
  type FamilyId,
  type Obligation,
  ProfileError,
  profile,
  type Requirement,
  type SubjectId,
  subjectNamed,
} from '@wattward/profile';
import { rfpError } from './errors.ts';

export const obligations: readonly Obligation[] = ['shall', 'should', 'may'];

/** Where in a control a requirement stands: requirement, enhancement or guidance. */
export type PartLetter = 'R' | 'E' | 'G';
export const partLetters: readonly PartLetter[] = ['R', 'E', 'G'];

export const classifications = ['public', 'internal', 'confidential', 'restricted'] as const;
export type Classification = (typeof classifications)[number];

/** What decides the set of requirements; it travels with the document, so that a score knows what was asked. */
export interface RequestScope {
  readonly components: readonly string[];
  readonly obligations?: readonly Obligation[];
  readonly parts?: readonly PartLetter[];
}

export interface RequestOptions extends RequestScope {
  readonly title?: string;
  /** The utility that asks. */
  readonly utility?: string;
  readonly classification?: Classification;
  /** The day of issue, `YYYY-MM-DD`. */
  readonly date: string;
}

/** Why one of the components is asked for this. */
export interface Application {
  readonly component: SubjectId;
  readonly kind: Applicable['kind'];
  readonly because: string;
}

export interface RequestItem {
  /** `A1` … for components, `B1` … for the system, `C1` … for the utility itself. */
  readonly number: string;
  readonly control: Control;
  readonly requirement: Requirement;
  /** Empty in section C. */
  readonly applies: readonly Application[];
  /** The first sentence of the control's rationale. */
  readonly rationale: string;
}

export type SectionId = 'A' | 'B' | 'C';

export interface RequestSection {
  readonly id: SectionId;
  readonly title: string;
  readonly introduction: string;
  readonly families: readonly {
    readonly id: FamilyId;
    readonly title: string;
    readonly items: readonly RequestItem[];
  }[];
}

export interface RequestForProposals {
  readonly title: string;
  readonly utility: string;
  readonly classification: Classification;
  readonly date: string;
  readonly profile: { readonly title: string; readonly version: string; readonly date: string };
  readonly components: readonly {
    readonly id: SubjectId;
    readonly name: string;
    readonly definition: string;
  }[];
  readonly obligations: readonly Obligation[];
  readonly parts: readonly PartLetter[];
  /** What the vendor answers. */
  readonly sections: readonly RequestSection[];
  /** What the utility does itself; the vendor does not answer it. */
  readonly annex: RequestSection;
}

/** Only a control's first sentence of reasons goes into a table. */
export function firstSentence(text: string): string {
  return /^.*?[.!?](?=\s+[A-Z(]|$)/s.exec(text)?.[0] ?? text;
}

const introductions: Readonly<Record<SectionId, { readonly title: string; readonly introduction: string }>> =
  {
    A: {
      title: 'Requirements on the components',
      introduction:
        'Each binds at least one of the components bought: it names the component or a part of it, addresses every component, or names another member of the same security domain (clause 4.4.2). What is inherited through the domain is asked as far as it makes sense for the component; where it makes none, answer "not applicable" and say why.',
    },
    B: {
      title: 'Requirements on the AMI system',
      introduction:
        'The profile addresses these to the AMI system as a whole. Answer for what the product contributes, and say in the comment what it relies on others for.',
    },
    C: {
      title: 'Annex: what the utility does itself',
      introduction:
        'The profile addresses these to the organization. They are listed so that both sides know where the duty lies; the vendor does not answer them.',
    },
  };

interface Candidate {
  readonly control: Control;
  readonly requirement: Requirement;
  readonly applies: readonly Application[];
}

function sectionOf(id: SectionId, candidates: readonly Candidate[]): RequestSection {
  let count = 0;
  const families = profile()
    .families.map((family) => ({
      id: family.id,
      title: family.title,
      items: candidates
        .filter(({ control }) => control.family === family.id)
        .map(({ control, requirement, applies }): RequestItem => {
          count++;
          const rationale = firstSentence(control.rationale);
          return { number: `${id}${count}`, control, requirement, applies, rationale };
        }),
    }))
    .filter((family) => family.items.length > 0);
  return { id, ...introductions[id], families };
}

const partOf = (requirement: Requirement): string =>
  requirement.id.slice(requirement.id.indexOf('/') + 1).slice(0, 1);

/** Names each component once, by its id. */
function resolveComponents(names: readonly string[]) {
  if (names.length === 0) throw rfpError('scope', 'no component is named');
  const subjects = new Map<SubjectId, { readonly id: SubjectId; readonly name: string }>();
  for (const name of names) {
    try {
      const subject = subjectNamed(name);
      subjects.set(subject.id, subject);
    } catch (error) {
      if (error instanceof ProfileError) throw rfpError('scope', error.detail, error);
      throw error;
    }
  }
  const from = profile();
  const definitions = new Map<string, string>(
    from.components.flatMap((each) => [
      [each.id, each.definition] as const,
      ...each.parts.map((part) => [part.id, part.definition] as const),
    ]),
  );
  return [...subjects.values()].map((subject) => ({
    ...subject,
    definition: definitions.get(subject.id) ?? '',
  }));
}

function chosen<T extends string>(
  wanted: readonly T[] | undefined,
  all: readonly T[],
  what: string,
): readonly T[] {
  if (wanted === undefined) return all;
  const stray = wanted.find((each) => !all.includes(each));
  if (stray !== undefined) throw rfpError('scope', `${stray} is no ${what}: there are ${all.join(', ')}`);
  if (wanted.length === 0) throw rfpError('scope', `no ${what} is named`);
  return all.filter((each) => wanted.includes(each));
}

/**
 * The requirement set for a procurement of components (section 5, matrix A.1, clause 4.4.2): what binds them (section
 * A), what binds the system that they are part of (B), and what the utility does itself (annex C), in the profile's
 * order. Components are named by id, name or alias; several are merged, each requirement once with every reason.
 *
 * Throws `rfp/scope` for a name that is no component, and for an empty choice.
 */
export function requestForProposals(options: RequestOptions): RequestForProposals {
  const components = resolveComponents(options.components);
  const force = chosen(options.obligations, obligations, 'obligation');
  const parts = chosen(options.parts, partLetters, 'part of a control');
  const wanted = (requirement: Requirement) =>
    force.includes(requirement.obligation) && (parts as readonly string[]).includes(partOf(requirement));
  const applications = new Map<string, Application[]>();
  for (const { id } of components) {
    for (const { requirement, kind, because } of applicableTo(id)) {
      const held = applications.get(requirement.id) ?? [];
      held.push({ component: id, kind, because });
      applications.set(requirement.id, held);
    }
  }
  const candidates = profile().controls.flatMap((control) =>
    control.requirements
      .filter(wanted)
      .map((requirement) => ({ control, requirement, applies: applications.get(requirement.id) ?? [] })),
  );
  const bySystem = ({ requirement }: Candidate) => requirement.subject.whom === 'system';
  const { title, version, date } = profile();
  return {
    title: options.title ?? `Security requirements for ${components.map(({ name }) => name).join(', ')}`,
    utility: options.utility ?? '',
    classification: options.classification ?? 'internal',
    date: options.date,
    profile: { title, version, date },
    components,
    obligations: force,
    parts,
    sections: [
      sectionOf(
        'A',
        candidates.filter((each) => each.applies.length > 0 && !bySystem(each)),
      ),
      sectionOf('B', candidates.filter(bySystem)),
    ],
    annex: sectionOf(
      'C',
      candidates.filter(({ requirement }) => requirement.subject.whom === 'organization'),
    ),
  };
}

/** The items of a section, or of several, in order. */
export function itemsOf(...sections: readonly RequestSection[]): readonly RequestItem[] {
  return sections.flatMap((section) => section.families.flatMap((family) => family.items));
}
