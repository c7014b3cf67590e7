/**
 * The shapes of the profile's data. Everything here is plain, frozen data; `clause` says where in the AMI Security
 * Profile v0.48 a fact stands ("4.3.3", "B line 1", "A.1 row 2.8.2"); what is ours carries `origin: 'extension'`.
 */

/** A clause of the profile, as the profile numbers it. */
export type Clause = string;

/** Whose fact it is: the profile's own text, or an addition of this project that mends it. */
export type Origin = 'profile' | 'extension';

// ---------------------------------------------------------------- who

export type DomainId =
  | 'utility-enterprise'
  | 'automated-network'
  | 'managed-network'
  | 'communications'
  | 'utility-edge'
  | 'premise-edge';

export interface Domain {
  readonly id: DomainId;
  readonly name: string;
  readonly clause: Clause;
  readonly description: string;
  /** Questions that an asset of this domain answers with yes, each with an id such as `utility-edge.2`. */
  readonly criteria: readonly { readonly id: string; readonly question: string }[];
  readonly examples: readonly string[];
}

/** The 12 components of clause 4.3, by the ids this project uses everywhere. */
export type ComponentId =
  | 'collector'
  | 'forecasting'
  | 'head-end'
  | 'meter'
  | 'meter-management'
  | 'network-management'
  | 'draacs'
  | 'field-tool'
  | 'grid-control'
  | 'mdms'
  | 'non-electric-meter'
  | 'third-party-meter';

/** Components that v0.48 names or implies without drawing them; ours, and labelled so. */
export type ExtensionComponentId =
  | 'log-management'
  | 'trust'
  | 'access'
  | 'switching-authority'
  | 'governor'
  | 'witness'
  | 'console'
  | 'gateway';

/** The three parts of an AMI Meter (clause 4.4.2), each in one domain. */
export type MeterPartId = 'meter.metrology' | 'meter.fan' | 'meter.han';

export interface Component {
  readonly id: ComponentId | ExtensionComponentId;
  /** The profile's own name, for example `AMI Communications Network Device`. */
  readonly name: string;
  readonly origin: Origin;
  readonly clause: Clause;
  readonly definition: string;
  /** `central`: in the utility's premises with a database of its own; `field`: out there with a local store. */
  readonly placement: 'central' | 'field';
  /** Its domain, or undefined when it is decomposed into `parts` that each have one. */
  readonly domain: DomainId | undefined;
  readonly parts: readonly Part[];
  /** Which criteria of the domain it meets and how; a failed one is said, not hidden. */
  readonly placementReason: string;
  /** Whether v0.48 itself says where it stands (Table 3, clauses 4.4.1 and 4.4.2) or this project placed it. */
  readonly placementOrigin: Origin;
  /** Other spellings of the name in the profile. */
  readonly aliases: readonly string[];
}

export interface Part {
  readonly id: MeterPartId;
  readonly name: string;
  readonly domain: DomainId;
  readonly clause: Clause;
  readonly definition: string;
}

/** An actor or system outside the scope: CIS, Outage Management System, Customer … */
export interface Actor {
  /** Kebab-case, for example `cis`, `outage-management-system`. */
  readonly id: string;
  readonly name: string;
  readonly kind: 'system' | 'person' | 'organization' | 'device';
  readonly clause: Clause;
  readonly aliases: readonly string[];
  /** The component that presents the actor's messages to the flow gate; undefined if it never meets a component. */
  readonly carrier: CarrierId | undefined;
  /** What the actor speaks with its carrier, where a standard is chosen; '' for persons and for open choices. */
  readonly standard: string;
}

/** Where an actor's messages come in; its domain is the domain through which they enter. */
export type CarrierId = 'gateway' | 'console' | 'field-tool' | 'meter.han';

/** An end of a line: a component, an extension component or an actor. */
export type EndId = string;

// ---------------------------------------------------------------- lines and messages

/** `inside`: both ends are components; `boundary`: one is; `outside`: none is (kept and marked, never counted as missing). */
export type Scope = 'inside' | 'boundary' | 'outside';

/** Classification of information, lowest first (2.9.4 wants at least three levels). */
export type Label = 'public' | 'internal' | 'confidential' | 'restricted';

/** Order in which a line serves its messages, most urgent first (2.8.6). */
export type Priority = 'alarm' | 'control' | 'normal' | 'bulk';

/** What a message does to its receiver; decides which protections it needs. */
export type MessageKind =
  | 'reading'
  | 'event'
  | 'request'
  | 'command'
  | 'confirmation'
  | 'configuration'
  | 'information'
  | 'firmware'
  | 'log'
  | 'security';

export interface Message {
  /**
   * `L<line>.<destination>.<kebab-name>`; `L<line>X.…` for an extension on a line of the profile, and `X<line>.…` for
   * one on an extension line. Stable for ever.
   */
  readonly id: string;
  readonly line: string;
  readonly source: EndId;
  readonly destination: EndId;
  /** As Appendix B names it, spelling mended; differences are in the errata. */
  readonly name: string;
  /** Scenario ids such as `B1-Sc2`, `CDRLC`. */
  readonly references: readonly string[];
  readonly scope: Scope;
  readonly origin: Origin;
  readonly clause: Clause;
  readonly kind: MessageKind;
  readonly label: Label;
  readonly priority: Priority;
}

export interface Direction {
  readonly destination: EndId;
  readonly source: EndId;
  /** May be empty: 27 of the 118 directions carry nothing in v0.48. */
  readonly messages: readonly Message[];
}

export interface Line {
  /** `1` … `59`, or `X1` … for an extension. */
  readonly id: string;
  readonly ends: readonly [EndId, EndId];
  readonly scope: Scope;
  readonly origin: Origin;
  readonly clause: Clause;
  readonly directions: readonly [Direction, Direction];
  /** Why an extension line exists; empty for the profile's own. */
  readonly reason: string;
}

export interface UseCase {
  /** `B1` … `S1`, and `CDRLC`. */
  readonly id: string;
  readonly title: string;
  readonly clause: Clause;
}

export interface Scenario {
  /** `B1-Sc2`, or `CDRLC`, which the profile cites without a number. */
  readonly id: string;
  readonly useCase: string;
  readonly title: string;
  readonly gist: string;
  /** Where the title comes from; the order of messages is always ours. */
  readonly titleSource: 'profile' | 'published' | 'ours';
  readonly note: string;
  /** Message ids in the order in which they pass, every message that refers to this scenario exactly once. */
  readonly messages: readonly string[];
}

/** What one message of lines 1, 6, 9, 37 and 39 is in DLMS terms. The content comes with the meters. */
export interface DlmsMapping {
  readonly message: string;
  /** Name of the COSEM client (association) that carries it, for example `reading`, `switching`, `firmware`, `alarm`. */
  readonly client: string;
  readonly service: 'get' | 'set' | 'action' | 'access' | 'data-notification' | 'event-notification';
  readonly classId: number;
  /** A-B:C.D.E.F without the separators' variants: `1.0.1.8.0.255`. */
  readonly obis: string;
  readonly attribute: number | undefined;
  readonly method: number | undefined;
}

// ---------------------------------------------------------------- controls

export type ControlClass = 'technical' | 'partial' | 'organizational' | 'discouraged' | 'hardware';
export type FamilyId = '2.8' | '2.9' | '2.10' | '2.12' | '2.14' | '2.15' | '2.16' | '2.17';
export type Obligation = 'shall' | 'should' | 'may';
/** `probe`: a test against the running thing; `document`: a record is inspected; `lab-statement`: a laboratory vouches for it. */
export type Verification = 'probe' | 'document' | 'lab-statement';
export type BlackBox = 'yes' | 'partial' | 'no';

/** To whom a requirement is addressed. */
export type SubjectId = ComponentId | MeterPartId | ExtensionComponentId;
export interface Subject {
  /** `all`: every component; `system`: the AMI system as a whole; `organization`; else the named ones. */
  readonly whom: 'all' | 'system' | 'organization' | readonly SubjectId[];
  /** Which source names them; both when text and matrix agree. */
  readonly from: 'text' | 'matrix' | 'both';
}

export interface Requirement {
  /** `<control id>/<part>.<n>`: part R requirement, G guidance, E enhancement; for example `2.14.3/E.16.3`. */
  readonly id: string;
  /** Where in the control it stands: `2.14.3.3 item 16.3`. */
  readonly clause: Clause;
  readonly text: string;
  readonly obligation: Obligation;
  readonly subject: Subject;
  readonly verification: Verification;
  readonly blackBox: BlackBox;
  /** How a vendor or an operator shows it: what is done and what must be seen. */
  readonly evidence: string;
}

export interface Control {
  /** Without prefix: `2.8.2`. */
  readonly id: string;
  readonly origin: 'DHS' | 'ASAP';
  readonly title: string;
  readonly family: FamilyId;
  readonly class: ControlClass;
  readonly clause: Clause;
  /** The four parts of a control, in this project's own words; '' where v0.48 has none. */
  readonly requirement: string;
  readonly guidance: string;
  readonly enhancements: string;
  readonly rationale: string;
  readonly requirements: readonly Requirement[];
}

export interface Family {
  readonly id: FamilyId;
  readonly title: string;
  readonly purpose: string;
}

/** A row of matrix A.1, those without text included. */
export interface MatrixRow {
  /** `2.8.2`; the one unnumbered row has the id it should have had, and an erratum. */
  readonly id: string;
  readonly title: string;
  readonly family: string;
  /** Columns that are marked. */
  readonly marks: readonly (ComponentId | 'all' | 'organizational' | 'other' | 'comment')[];
  readonly comment: string;
  /** Whether section 5 of v0.48 has text for it. */
  readonly hasText: boolean;
  /** False for a row without a number or that repeats a family heading. */
  readonly numbered: boolean;
}

/** What the matrix means for the columns that are no components. */
export interface Erratum {
  readonly id: string;
  readonly clause: Clause;
  readonly finding: string;
  /** What this project does about it. */
  readonly resolution: string;
}

/** An addition of ours that mends an erratum or a silence. */
export interface Extension {
  readonly id: string;
  readonly title: string;
  readonly text: string;
  /** Errata or clauses it answers. */
  readonly mends: readonly string[];
}

export type Unit =
  | 'minutes'
  | 'hours'
  | 'days'
  | 'months'
  | 'years'
  | 'count'
  | 'levels'
  | 'characters'
  | 'percent'
  | 'seconds'
  | 'bits'
  | 'octets'
  | 'kilowatts'
  | 'boolean';

/** A number of policy: stated here once, validated against its range wherever it is configured. */
export interface Parameter {
  /** `access.sessionLockMinutes` */
  readonly id: string;
  readonly title: string;
  readonly clause: Clause;
  readonly unit: Unit;
  readonly minimum: number;
  readonly maximum: number;
  readonly default: number;
  /** Where the range comes from: the text states it, or we chose it because the text only says that one must be set. */
  readonly rangeFrom: Origin;
  readonly reason: string;
}

export interface Role {
  readonly id: string;
  readonly title: string;
  readonly clause: Clause;
  readonly origin: Origin;
  readonly purpose: string;
  /** Operations it holds, by the ids of `operations`. */
  readonly operations: readonly string[];
  /** Roles that the same person never holds (2.15.8). */
  readonly excludes: readonly string[];
}

/** Something a person or a process can do, for roles, dual authorization and the audit. */
export interface Operation {
  readonly id: string;
  readonly title: string;
  readonly component: SubjectId;
  readonly clause: Clause;
  /** Two people (2.15.7.3 item 2). */
  readonly dual: boolean;
}

/** One type of audit record (2.16.2). */
export interface AuditEventType {
  /** `access.login.failed` */
  readonly id: string;
  readonly group: 'security' | 'control' | 'configuration' | 'audit' | 'operation';
  readonly clause: Clause;
  readonly title: string;
  readonly severity: 'emergency' | 'alert' | 'critical' | 'error' | 'warning' | 'notice' | 'informational';
}

/** An entry in another catalogue that a control corresponds to. */
export interface Mapping {
  readonly control: string;
  readonly catalogue: 'DHS-2008' | 'SP800-53r5' | 'NISTIR-7628' | 'IEC-62443-4-2' | 'AMI-SP-2.x';
  readonly target: string;
  /** Where the correspondence is published; a mapping without a source is not entered. */
  readonly source: string;
}
