/** The lines' numbers of policy, by name, from the profile's parameters and the operator's configuration. */
import { type Configured, parameterValue } from '../audit/limits.ts';

export interface LineLimits {
  readonly clockSkewMs: number;
  readonly envelopeAgeMs: number;
  readonly batchOctets: number;
  readonly outboxMessages: number;
  readonly outboxOctets: number;
  readonly inFlightMessages: number;
  readonly bulkSharePercent: number;
  readonly acknowledgementMs: number;
  readonly gapReportMs: number;
  readonly lateMs: number;
  readonly deliveryAttempts: number;
  readonly deadLetterMs: number;
  readonly inboxMs: number;
  readonly connectionsPerPeer: number;
  readonly handshakeMs: number;
  readonly idleMs: number;
  readonly refusalsPerMinute: number;
  readonly retryFirstMs: number;
  readonly retryMaximumMs: number;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function lineLimits(configured: Configured = {}): LineLimits {
  const value = (id: string) => parameterValue(id, configured);
  return {
    clockSkewMs: value('lines.clockSkewSeconds') * 1000,
    envelopeAgeMs: value('lines.envelopeAgeHours') * hourMs,
    batchOctets: value('lines.batchMaximumOctets'),
    outboxMessages: value('lines.outboxMaximumMessages'),
    outboxOctets: value('lines.outboxMaximumOctets'),
    inFlightMessages: value('lines.inFlightMessages'),
    bulkSharePercent: value('lines.bulkSharePercent'),
    acknowledgementMs: value('lines.acknowledgementSeconds') * 1000,
    gapReportMs: value('lines.gapReportSeconds') * 1000,
    lateMs: value('lines.lateSeconds') * 1000,
    deliveryAttempts: value('lines.deliveryAttempts'),
    deadLetterMs: value('lines.deadLetterDays') * dayMs,
    inboxMs: value('data.messageRetentionDays') * dayMs,
    connectionsPerPeer: value('lines.connectionsPerPeer'),
    handshakeMs: value('lines.handshakeSeconds') * 1000,
    idleMs: value('lines.idleConnectionMinutes') * 60_000,
    refusalsPerMinute: value('lines.refusalAlarmPerMinute'),
    retryFirstMs: value('lines.retryFirstSeconds') * 1000,
    retryMaximumMs: value('lines.retryMaximumSeconds') * 1000,
  };
}
