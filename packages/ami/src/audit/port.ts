/**
 * The one way to leave an audit record (2.16.2, 2.16.3). A record is durable when the promise resolves; whoever acts
 * on what it speaks of waits for that. Intent, act and outcome of one action share a correlation.
 */

export type AuditPhase = 'intent' | 'act' | 'outcome';
export type AuditOutcome = 'success' | 'failure' | 'refused' | 'pending';

export interface AuditActor {
  readonly kind: 'user' | 'component' | 'device' | 'operator';
  /** Identifier of the user, component or device; never a secret. */
  readonly id: string;
}

export interface AuditEvent {
  /** An event type of the profile's catalogue, for example `access.login.failed`. */
  readonly type: string;
  readonly phase: AuditPhase;
  readonly outcome: AuditOutcome;
  /** Who or what acted. */
  readonly actor: AuditActor;
  /** What was acted on: a meter, a user, a key's name, a configuration key. */
  readonly object?: string;
  /** From where: an address, a socket, `local`. */
  readonly source?: string;
  /** The same for everything that belongs to one action. */
  readonly correlation?: string;
  /** Few and small; names say what they are. Values that look like secrets are refused. */
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface AuditPort {
  /** Resolves when the record is committed. Errors: `audit/…` when it cannot be; then the action must not happen. */
  record(event: AuditEvent): Promise<void>;
  /**
   * For what makes things safer (cancel, suspend, break-glass): committed like any other if that is possible at once,
   * else written to the local, fsynced, chained journal that is merged later.
   */
  recordSafe(event: AuditEvent): Promise<void>;
}
