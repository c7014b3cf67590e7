/**
 * The audit as this folder needs it. The audit itself signs with keys of this folder and so stands above it; whoever
 * puts both together hands its port over, which has this shape.
 */
import { randomUUID } from 'node:crypto';

export interface TrustEvent {
  readonly type: string;
  readonly phase: 'intent' | 'act' | 'outcome';
  readonly outcome: 'success' | 'failure' | 'refused' | 'pending';
  readonly actor: Actor;
  readonly object?: string;
  readonly source?: string;
  readonly correlation?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

export interface TrustAudit {
  /** Resolves when the record is committed; when it rejects, what it speaks of must not happen. */
  record(event: TrustEvent): Promise<void>;
}

/** On whose behalf something is done. */
export interface Actor {
  readonly kind: 'user' | 'component' | 'device' | 'operator';
  readonly id: string;
}

/** The local administrator at the command, until people can sign in. */
export const localAdministrator: Actor = { kind: 'operator', id: 'local-administrator' };

/** What intent, act and outcome of one action have in common. */
export interface Action {
  readonly type: string;
  readonly actor: Actor;
  readonly object?: string;
  readonly source?: string;
  readonly correlation?: string;
  readonly detail?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * Records the intent, does the work, records the outcome (2.16.3). Nothing happens without the intent's record; a
 * failed work's outcome names the error's code, never its text. `work` gets a function that records the act.
 */
export async function audited<T>(
  audit: TrustAudit,
  action: Action,
  work: (act: (detail?: Action['detail']) => Promise<void>) => Promise<T>,
): Promise<T> {
  const event = { ...action, correlation: action.correlation ?? randomUUID() };
  await audit.record({ ...event, phase: 'intent', outcome: 'pending' });
  let result: T;
  try {
    result = await work((detail) =>
      audit.record({
        ...event,
        phase: 'act',
        outcome: 'success',
        ...(detail === undefined ? {} : { detail: { ...action.detail, ...detail } }),
      }),
    );
  } catch (error) {
    const { code = 'unexpected', kind } = error as { code?: string; kind?: string };
    const refused = kind === 'policy' || kind === 'security' || kind === 'decode';
    await audit.record({
      ...event,
      phase: 'outcome',
      outcome: refused ? 'refused' : 'failure',
      detail: { ...action.detail, reason: String(code).slice(0, 60) },
    });
    throw error;
  }
  await audit.record({ ...event, phase: 'outcome', outcome: 'success' });
  return result;
}
