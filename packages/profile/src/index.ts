/** The AMI Security Profile v0.48 as typed, validated data, with the queries from which everything else is derived. */
export { dlmsLines } from './data/dlms-map.ts';
export { domainClearance, labelOrder } from './data/domains.ts';
export {
  type GovernedClass,
  type GovernedScope,
  governedClasses,
  governedScopes,
  governorLimitId,
} from './data/governor-limits.ts';
export type { MeterPartsOfLine, NameRepair } from './data/lines.ts';
export { matrixColumns, matrixFamilies, matrixHeadingMarks } from './data/matrix.ts';
export {
  accessAdministration,
  auditAdministration,
  breakGlassOperations,
  neverAboutOneself,
  systemAdministration,
} from './data/operations.ts';
export { parameterOrder } from './data/parameters.ts';
export { isSwitching, type Passage, type ProtectionRule, protectionRules } from './data/protections.ts';
export { type RoleExclusion, roleExclusions } from './data/roles.ts';
export * from './diagram/index.ts';
export {
  declaredErrorTables,
  type ErrorKind,
  type ErrorRow,
  errorTable,
  ProfileError,
  profileError,
} from './errors.ts';
export { messageSlug, otherEnd, scopeOf } from './expand.ts';
export * from './export/index.ts';
export { type Found, type FoundKind, find } from './find.ts';
export {
  domainOf,
  linesOf,
  maySend,
  messagesBetween,
  type PathStep,
  pathOf,
  permittedMessages,
} from './flow.ts';
export {
  actorById,
  allMessages,
  componentById,
  controlById,
  endNamed,
  lineById,
  messageById,
  partById,
  scenarioById,
} from './lookup.ts';
export type * from './model.ts';
export { assembleProfile, extensionMessages, type Profile, profile, profileMessages } from './profile.ts';
export {
  type ControlHit,
  controlsFor,
  type Protection,
  protectionOf,
  type Reason,
  type ReasonKind,
  type RequirementHit,
  requirementsFor,
  scenarioMessages,
} from './query.ts';
export * from './schemas/index.ts';
export { profileProblems, validateProfile } from './validate.ts';
