/**
 * Data table: correspondences of controls with other catalogues, each with the place where it is published.
 *
 * Only DHS-2008 can be sourced from the profile itself: section 5 says that its DHS numbers trace each control to the
 * catalogue of January 2008 that it was adapted from. It is a correspondence by number, not of equal content. For
 * SP 800-53, NISTIR 7628, IEC 62443-4-2 and later editions of this profile no published table is at hand, so they
 * have no entry; guesses from similar titles are not entered.
 */
import type { Mapping } from '../model.ts';
import { matrix } from './matrix.ts';

/** Controls that the authors wrote without a DHS counterpart; their ids say so in section 5. */
export const asapControls: readonly string[] = ['2.8.24', '2.10.7', '2.15.30', '2.16.13', '2.17.1'];

const source =
  'AMI Security Profile v0.48, section 5 (introduction and footnote 12): DHS section numbers kept for traceability to the DHS Catalog of Control Systems Security, January 2008';

/** Published correspondences, by control. */
export const mappings: readonly Mapping[] = matrix
  .filter((row) => row.hasText && !asapControls.includes(row.id))
  .map((row) => ({ control: row.id, catalogue: 'DHS-2008', target: row.id, source }));
