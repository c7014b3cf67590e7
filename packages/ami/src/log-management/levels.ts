/** Fill levels and silence (2.16.5): what the operator is warned of, once when it begins and once when it ends. */
import { type Configured, parameterValue } from '../audit/limits.ts';

export type FillLevel = 'normal' | 'notice' | 'warning' | 'alarm';

export interface LevelLimits {
  readonly noticePercent: number;
  readonly warningPercent: number;
  readonly alarmPercent: number;
  readonly silenceMs: number;
  readonly inboxRecords: number;
}

export function levelLimits(configured: Configured = {}): LevelLimits {
  const value = (id: string) => parameterValue(`audit.${id}`, configured);
  return {
    noticePercent: value('fillNoticePercent'),
    warningPercent: value('fillWarningPercent'),
    alarmPercent: value('fillAlarmPercent'),
    silenceMs: value('centralSilenceMinutes') * 60_000,
    inboxRecords: value('inboxMaximumRecords'),
  };
}

/** The level that a share of a capacity reaches. */
export function fillLevel(used: number, capacity: number, limits: LevelLimits): FillLevel {
  const percent = (used / capacity) * 100;
  if (percent >= limits.alarmPercent) return 'alarm';
  if (percent >= limits.warningPercent) return 'warning';
  return percent >= limits.noticePercent ? 'notice' : 'normal';
}

export interface LevelEvent {
  readonly type:
    | 'audit.fill.notice'
    | 'audit.fill.warning'
    | 'audit.fill.alarm'
    | 'audit.component.silent'
    | 'audit.component.heard';
  readonly object: string;
  readonly detail: Readonly<Record<string, string | number | boolean>>;
}

const order: readonly FillLevel[] = ['normal', 'notice', 'warning', 'alarm'];

/** Remembers levels and silences, and says what has changed. */
export class Levels {
  readonly #limits: LevelLimits;
  readonly #levels = new Map<string, FillLevel>();
  readonly #heardMs = new Map<string, number>();
  readonly #silent = new Set<string>();

  constructor(limits: LevelLimits) {
    this.#limits = limits;
  }

  /** A rise is told; a fall is only remembered, so that the next rise is told again. */
  fill(what: string, used: number, capacity: number): LevelEvent | undefined {
    const level = fillLevel(used, capacity, this.#limits);
    const before = this.#levels.get(what) ?? 'normal';
    this.#levels.set(what, level);
    if (level === 'normal' || order.indexOf(level) <= order.indexOf(before)) return undefined;
    const percent = Math.floor((used / capacity) * 100);
    return { type: `audit.fill.${level}`, object: what, detail: { percent, used, capacity } };
  }

  /** A record of the component has come. */
  heard(component: string, atMs: number): LevelEvent | undefined {
    this.#heardMs.set(component, atMs);
    if (!this.#silent.delete(component)) return undefined;
    return { type: 'audit.component.heard', object: component, detail: {} };
  }

  /** Components that have been silent for too long since they were heard, or since `sinceMs` if they never were. */
  silences(components: readonly string[], nowMs: number, sinceMs: number): LevelEvent[] {
    const events: LevelEvent[] = [];
    for (const component of components) {
      const silentMs = nowMs - (this.#heardMs.get(component) ?? sinceMs);
      if (silentMs < this.#limits.silenceMs || this.#silent.has(component)) continue;
      this.#silent.add(component);
      events.push({
        type: 'audit.component.silent',
        object: component,
        detail: { silentSeconds: Math.floor(silentMs / 1000) },
      });
    }
    return events;
  }

  level(what: string): FillLevel {
    return this.#levels.get(what) ?? 'normal';
  }

  get silent(): readonly string[] {
    return [...this.#silent];
  }
}
