/** The ids of the profile's catalogue of audit records. */
import { profile } from '@wattward/profile';

export const auditEventIds: ReadonlySet<string> = new Set(profile().auditEvents.map(({ id }) => id));
