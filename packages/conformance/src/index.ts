/** Requests for proposals from the AMI Security Profile, and what vendors answer, held against it. */
export {
  ConformanceError,
  declaredErrorTables,
  type ErrorKind,
  type ErrorRow,
  errorTable,
} from './base/errors.ts';
export * from './rfp/index.ts';
