/** The profile in other people's formats. */
export { type CsvValue, csvTables, csvText, exportCsv, inertText, subjectText } from './csv.ts';
export { exportJson, jsonFormatVersion, profileDocument } from './json.ts';
export {
  exportNftables,
  type FirewallPlan,
  firewallPlan,
  type LineFlow,
  type NftablesOptions,
} from './nftables.ts';
export { type CatalogOptions as OscalCatalogOptions, oscalCatalog } from './oscal-catalog.ts';
export { type OscalProblem, oscalProblems } from './oscal-check.ts';
export type { OscalCatalog, OscalProfile, OscalProperty } from './oscal-model.ts';
export { ownProperty as oscalProperty } from './oscal-names.ts';
export { oscalProfile, type ProfileOptions as OscalProfileOptions } from './oscal-profile.ts';
export { type Applicable, applicableTo, subjectNamed } from './selection.ts';
