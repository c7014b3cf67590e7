/** OBIS codes: reading, writing, matching and describing (IEC 62056-6-1). */
export { describeObis, explainObis, type ObisDescription, type ObisOrigin } from './describe.ts';
export {
  formatObis,
  maxObisTextLength,
  type Obis,
  type ObisDefaults,
  type ObisLike,
  type ObisStyle,
  obisFromBytes,
  obisToBytes,
  parseObis,
  sameObis,
} from './obis.ts';
export { matchObis, maxRangesOfGroup, type ObisMatcher, obisMatcher } from './pattern.ts';
