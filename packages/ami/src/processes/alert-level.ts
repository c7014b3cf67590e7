/** How loud an audit alert is in a log: as the profile's catalogue ranks its type. */
import { type AuditEventType, profile } from '@wattward/profile';

const levels: Readonly<Record<AuditEventType['severity'], 'error' | 'warn' | 'info'>> = {
  emergency: 'error',
  alert: 'error',
  critical: 'error',
  error: 'error',
  warning: 'warn',
  notice: 'info',
  informational: 'info',
};

let byType: ReadonlyMap<string, AuditEventType['severity']> | undefined;

/** The level of an event type; what the catalogue does not know is an error. */
export function alertLevel(type: string): 'error' | 'warn' | 'info' {
  byType ??= new Map(profile().auditEvents.map(({ id, severity }) => [id, severity]));
  const severity = byType.get(type);
  return severity === undefined ? 'error' : levels[severity];
}
