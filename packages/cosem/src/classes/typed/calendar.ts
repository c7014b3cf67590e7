/** Structures of calendars, schedules and actions. IEC 62056-6-2, time and event control. */
import type { CosemDate, CosemDateTime, CosemTime } from '../../data/types.ts';
import {
  bits,
  boolean,
  type Codec,
  date,
  dateTime,
  enumeration,
  listOf,
  logicalName,
  longUnsigned,
  octets,
  record,
  time,
  unsigned,
} from './codec.ts';

/** season (Activity calendar). */
export interface Season {
  readonly name: Uint8Array;
  readonly start: CosemDateTime;
  readonly week: Uint8Array;
}

export const season: Codec<Season> = record<Season>('season', {
  name: ['season_profile_name', octets()],
  start: ['season_start', dateTime],
  week: ['week_name', octets()],
});

/** week_profile (Activity calendar): the day profile of each day. */
export interface WeekProfile {
  readonly name: Uint8Array;
  readonly monday: number;
  readonly tuesday: number;
  readonly wednesday: number;
  readonly thursday: number;
  readonly friday: number;
  readonly saturday: number;
  readonly sunday: number;
}

export const weekProfile: Codec<WeekProfile> = record<WeekProfile>('week_profile', {
  name: ['week_profile_name', octets()],
  monday: ['monday', unsigned],
  tuesday: ['tuesday', unsigned],
  wednesday: ['wednesday', unsigned],
  thursday: ['thursday', unsigned],
  friday: ['friday', unsigned],
  saturday: ['saturday', unsigned],
  sunday: ['sunday', unsigned],
});

/** day_profile_action. */
export interface DayAction {
  readonly start: CosemTime;
  readonly scriptTable: string;
  readonly selector: number;
}

export const dayAction: Codec<DayAction> = record<DayAction>('day_profile_action', {
  start: ['start_time', time],
  scriptTable: ['script_logical_name', logicalName],
  selector: ['script_selector', longUnsigned],
});

/** day_profile (Activity calendar). */
export interface DayProfile {
  readonly dayId: number;
  readonly actions: readonly DayAction[];
}

export const dayProfile: Codec<DayProfile> = record<DayProfile>('day_profile', {
  dayId: ['day_id', unsigned],
  actions: ['day_schedule', listOf(dayAction)],
});

/** spec_day_entry (Special days table). */
export interface SpecialDay {
  readonly index: number;
  readonly date: CosemDate;
  readonly dayId: number;
}

export const specialDay: Codec<SpecialDay> = record<SpecialDay>('spec_day_entry', {
  index: ['index', longUnsigned],
  date: ['specialday_date', date],
  dayId: ['day_id', unsigned],
});

/** schedule_table_entry (Schedule). */
export interface ScheduleEntry {
  readonly index: number;
  readonly enabled: boolean;
  readonly scriptTable: string;
  readonly selector: number;
  readonly switchTime: CosemTime;
  /** After a power failure the entry is still run within this window; FFFF is "any time later". */
  readonly validityWindowMinutes: number;
  /** Text of 0 and 1, Monday first. */
  readonly weekdays: string;
  /** Text of 0 and 1, one for each special day. */
  readonly specialDays: string;
  readonly beginDate: CosemDate;
  readonly endDate: CosemDate;
}

export const scheduleEntry: Codec<ScheduleEntry> = record<ScheduleEntry>('schedule_table_entry', {
  index: ['index', longUnsigned],
  enabled: ['enable', boolean],
  scriptTable: ['script_logical_name', logicalName],
  selector: ['script_selector', longUnsigned],
  switchTime: ['switch_time', time],
  validityWindowMinutes: ['validity_window', longUnsigned],
  weekdays: ['exec_weekdays', bits],
  specialDays: ['exec_specdays', bits],
  beginDate: ['begin_date', date],
  endDate: ['end_date', date],
});

/** execution_time_date (Single action schedule); wildcards make it recur. */
export interface ExecutionTime {
  readonly time: CosemTime;
  readonly date: CosemDate;
}

export const executionTime: Codec<ExecutionTime> = record<ExecutionTime>('execution_time_date', {
  time: ['time', time],
  date: ['date', date],
});

/** `type` of Single action schedule: how many execution times, and whether wildcards are allowed in their dates. */
export const singleActionType = enumeration({
  1: 'one_time_wildcard_date',
  2: 'several_equal_times_no_wildcard',
  3: 'several_equal_times_wildcard_date',
  4: 'several_times_no_wildcard',
  5: 'several_times_wildcard_date',
});

/** window_element (Push setup, Auto answer, Auto connect): when communication is allowed. */
export interface TimeWindow {
  readonly start: CosemDateTime;
  readonly end: CosemDateTime;
}

export const timeWindow: Codec<TimeWindow> = record<TimeWindow>('window_element', {
  start: ['start_time', dateTime],
  end: ['end_time', dateTime],
});

/** Parameter of preset_adjusting_time (Clock). */
export interface PresetTime {
  readonly preset: CosemDateTime;
  readonly validFrom: CosemDateTime;
  readonly validTo: CosemDateTime;
}

export const presetTime: Codec<PresetTime> = record<PresetTime>('preset_adjusting_time', {
  preset: ['preset_time', dateTime],
  validFrom: ['validity_interval_start', dateTime],
  validTo: ['validity_interval_end', dateTime],
});
