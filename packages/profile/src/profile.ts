/** Assembles the whole profile from its tables: once, on first use, validated and deep-frozen. */
import { actors } from './data/actors.ts';
import { auditEvents } from './data/audit-events.ts';
import { components } from './data/components.ts';
import { controls208 } from './data/controls/family-2-08.ts';
import { controls209 } from './data/controls/family-2-09.ts';
import { controls210 } from './data/controls/family-2-10.ts';
import { controls212 } from './data/controls/family-2-12.ts';
import { controls214 } from './data/controls/family-2-14.ts';
import { controls215a } from './data/controls/family-2-15a.ts';
import { controls215b } from './data/controls/family-2-15b.ts';
import { controls216 } from './data/controls/family-2-16.ts';
import { controls217 } from './data/controls/family-2-17.ts';
import { dlmsMap } from './data/dlms-map.ts';
import { domains } from './data/domains.ts';
import { errata } from './data/errata.ts';
import { extensionLineRows } from './data/extension-lines.ts';
import { extensionMessageRows } from './data/extension-messages.ts';
import { extensions } from './data/extensions.ts';
import { families } from './data/families.ts';
import {
  hanMessagesOfLine1,
  lineRows,
  type MeterPartsOfLine,
  meterPartsByLine,
  type NameRepair,
  nameRepairs,
} from './data/lines.ts';
import { mappings } from './data/mappings.ts';
import { matrix } from './data/matrix.ts';
import { operations } from './data/operations.ts';
import { parameters } from './data/parameters.ts';
import { roles } from './data/roles.ts';
import { scenarios } from './data/scenarios.ts';
import { useCases } from './data/use-cases.ts';
import { expandExtensionLine, expandExtensionMessage, expandLine } from './expand.ts';
import type {
  Actor,
  AuditEventType,
  Component,
  Control,
  DlmsMapping,
  Domain,
  Erratum,
  Extension,
  Family,
  Line,
  Mapping,
  MatrixRow,
  Message,
  Operation,
  Parameter,
  Role,
  Scenario,
  UseCase,
} from './model.ts';
import { validateProfile } from './validate.ts';

/** The whole profile. Lists stand in the order of v0.48; ids are unique within a list. */
export interface Profile {
  readonly title: string;
  readonly version: string;
  /** The day that stands on the title page of this version. */
  readonly date: string;
  readonly domains: readonly Domain[];
  /** The 12 components of clause 4.3, then the extension components. */
  readonly components: readonly Component[];
  readonly actors: readonly Actor[];
  /** The 59 lines of Appendix B with their 289 messages, and nothing of ours. */
  readonly lines: readonly Line[];
  /** Lines of ours, for what v0.48 names without drawing it. */
  readonly extensionLines: readonly Line[];
  /** Messages of ours on the profile's own lines. */
  readonly extensionMessages: readonly Message[];
  readonly nameRepairs: readonly NameRepair[];
  /** By line: the part of an AMI Meter that stands at it and the one that acts on its messages. */
  readonly meterPartsByLine: Readonly<Record<string, MeterPartsOfLine>>;
  /** Messages of line 1 that begin or end at the HAN interface. */
  readonly hanMessagesOfLine1: readonly string[];
  readonly useCases: readonly UseCase[];
  readonly scenarios: readonly Scenario[];
  readonly dlmsMap: readonly DlmsMapping[];
  readonly families: readonly Family[];
  readonly controls: readonly Control[];
  readonly matrix: readonly MatrixRow[];
  readonly mappings: readonly Mapping[];
  readonly errata: readonly Erratum[];
  readonly extensions: readonly Extension[];
  readonly parameters: readonly Parameter[];
  readonly roles: readonly Role[];
  readonly operations: readonly Operation[];
  readonly auditEvents: readonly AuditEventType[];
}

/** Freezes a value and all that it holds. What is frozen already has been visited, so shared parts cost nothing. */
function deepFreeze<T extends object>(value: T): T {
  Object.freeze(value);
  for (const key in value) {
    const part: unknown = value[key];
    if (typeof part === 'object' && part !== null && !Object.isFrozen(part)) deepFreeze(part);
  }
  return value;
}

/** The profile as its tables state it, neither checked nor frozen; for validation and its tests. */
export function assembleProfile(): Profile {
  const componentIds = new Set<string>(components.map((component) => component.id));
  const isComponent = (end: string): boolean => componentIds.has(end);
  const lines = lineRows.map((row) => expandLine(row, isComponent));
  const lineById = new Map(lines.map((line) => [line.id, line]));
  return {
    title: 'Security Profile for Advanced Metering Infrastructure',
    version: '0.48',
    date: '2009-10-21',
    domains,
    components,
    actors,
    lines,
    extensionLines: extensionLineRows.map((row) => expandExtensionLine(row, isComponent)),
    extensionMessages: extensionMessageRows.map((row) => expandExtensionMessage(row, lineById.get(row[0]))),
    nameRepairs,
    meterPartsByLine,
    hanMessagesOfLine1,
    useCases,
    scenarios,
    dlmsMap,
    families,
    controls: [
      ...controls208,
      ...controls209,
      ...controls210,
      ...controls212,
      ...controls214,
      ...controls215a,
      ...controls215b,
      ...controls216,
      ...controls217,
    ],
    matrix,
    mappings,
    errata,
    extensions,
    parameters,
    roles,
    operations,
    auditEvents,
  };
}

let loaded: Profile | undefined;

/**
 * The AMI Security Profile v0.48 with this project's labelled extensions. The first call assembles, validates and
 * freezes it; later calls return the same object.
 *
 * Throws `profile/invalid-data` with every problem found when the tables contradict themselves.
 */
export function profile(): Profile {
  loaded ??= deepFreeze(validateProfile(assembleProfile()));
  return loaded;
}

/** The 289 messages of Appendix B, in its order. */
export function profileMessages(from: Profile = profile()): readonly Message[] {
  return from.lines.flatMap((line) => line.directions.flatMap((direction) => direction.messages));
}

/** Every message of ours: those on extension lines and those on the profile's own lines. */
export function extensionMessages(from: Profile = profile()): readonly Message[] {
  return [
    ...from.extensionLines.flatMap((line) => line.directions.flatMap((direction) => direction.messages)),
    ...from.extensionMessages,
  ];
}
