/**
 * Data table: interface classes for time and event bound control. IEC 62056-6-2.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';
import {
  dayProfile,
  executionTime,
  presetTime,
  scheduleEntry,
  season,
  singleActionType,
  specialDay,
  weekProfile,
} from '../typed/calendar.ts';
import {
  controlMode,
  controlState,
  emergencyProfile,
  limiterActions,
  monitorActions,
} from '../typed/control.ts';
import { attributeReference, scriptReference, scripts } from '../typed/references.ts';

export const clock = defineClass({
  classId: 8,
  version: 0,
  title: 'Clock',
  attributes: [
    attribute(2, 'time', t.dateTimeType, 'dynamic', 'Local date and time, deviation from UTC and status'),
    attribute(3, 'time_zone', t.long, 'static', 'Minutes from local normal time to UTC'),
    attribute(4, 'status', t.unsigned, 'dynamic', 'Clock status, as in the last octet of the time'),
    attribute(
      5,
      'daylight_savings_begin',
      t.dateTimeType,
      'static',
      'When daylight saving begins, with wildcards',
    ),
    attribute(
      6,
      'daylight_savings_end',
      t.dateTimeType,
      'static',
      'When daylight saving ends, with wildcards',
    ),
    attribute(7, 'daylight_savings_deviation', t.integer, 'static', 'Minutes that the clock is put forward', {
      min: -120,
      max: 120,
    }),
    attribute(8, 'daylight_savings_enabled', t.boolean, 'static', 'Whether daylight saving is used'),
    attribute(
      9,
      'clock_base',
      t.enumOf({
        0: 'not_defined',
        1: 'internal_crystal',
        2: 'mains_50_hz',
        3: 'mains_60_hz',
        4: 'gps',
        5: 'radio_controlled',
      }),
      'static',
      'What the clock runs by',
    ),
  ],
  methods: [
    method(
      1,
      'adjust_to_quarter',
      'optional',
      t.integerZero,
      'Sets the time to the nearest quarter of an hour',
    ),
    method(
      2,
      'adjust_to_measuring_period',
      'optional',
      t.integerZero,
      'Sets the time to the nearest measuring period',
    ),
    method(3, 'adjust_to_minute', 'optional', t.integerZero, 'Sets the time to the nearest minute'),
    method(4, 'adjust_to_preset_time', 'optional', t.integerZero, 'Sets the time to the preset time'),
    method(
      5,
      'preset_adjusting_time',
      'optional',
      presetTime.type,
      'Presets a time for adjust_to_preset_time',
    ),
    method(6, 'shift_time', 'optional', t.simple('long', -900, 900), 'Shifts the time by seconds'),
  ],
});

export const scriptTable = defineClass({
  classId: 9,
  version: 0,
  title: 'Script table',
  attributes: [attribute(2, 'scripts', scripts.type, 'static', 'Scripts: lists of writes and method calls')],
  methods: [method(1, 'execute', 'mandatory', t.longUnsigned, 'Runs the script with this identifier')],
});

const indexRange = t.structureOf('index_range', { firstIndex: t.longUnsigned, lastIndex: t.longUnsigned });

export const schedule = defineClass({
  classId: 10,
  version: 0,
  title: 'Schedule',
  attributes: [attribute(2, 'entries', t.arrayOf(scheduleEntry.type), 'static', 'When which script runs')],
  methods: [
    method(1, 'enable_disable', 'optional', t.any, 'Enables and disables ranges of entries'),
    method(2, 'insert', 'optional', scheduleEntry.type, 'Inserts an entry'),
    method(3, 'delete', 'optional', indexRange, 'Deletes a range of entries'),
  ],
});

export const specialDaysTable = defineClass({
  classId: 11,
  version: 0,
  title: 'Special days table',
  attributes: [
    attribute(2, 'entries', t.arrayOf(specialDay.type), 'static', 'Days that follow another day profile'),
  ],
  methods: [
    method(1, 'insert', 'optional', specialDay.type, 'Inserts an entry'),
    method(2, 'delete', 'optional', t.longUnsigned, 'Deletes an entry by its index'),
  ],
});

export const activityCalendar = defineClass({
  classId: 20,
  version: 0,
  title: 'Activity calendar',
  attributes: [
    attribute(2, 'calendar_name_active', t.octetString(), 'static', 'Name of the calendar in force'),
    attribute(3, 'season_profile_active', t.arrayOf(season.type), 'static', 'Seasons in force'),
    attribute(4, 'week_profile_table_active', t.arrayOf(weekProfile.type), 'static', 'Weeks in force'),
    attribute(5, 'day_profile_table_active', t.arrayOf(dayProfile.type), 'static', 'Days in force'),
    attribute(6, 'calendar_name_passive', t.octetString(), 'static', 'Name of the calendar that waits'),
    attribute(7, 'season_profile_passive', t.arrayOf(season.type), 'static', 'Seasons that wait'),
    attribute(8, 'week_profile_table_passive', t.arrayOf(weekProfile.type), 'static', 'Weeks that wait'),
    attribute(9, 'day_profile_table_passive', t.arrayOf(dayProfile.type), 'static', 'Days that wait'),
    attribute(
      10,
      'activate_passive_calendar_time',
      t.dateTimeType,
      'static',
      'When the passive calendar comes into force',
    ),
  ],
  methods: [
    method(1, 'activate_passive_calendar', 'optional', t.integerZero, 'Puts the passive calendar into force'),
  ],
});

export const registerMonitor = defineClass({
  classId: 21,
  version: 0,
  title: 'Register monitor',
  attributes: [
    attribute(2, 'thresholds', t.arrayOf(t.anySimple), 'static', 'Values that the register is compared with'),
    attribute(3, 'monitored_value', attributeReference.type, 'static', 'Attribute that is watched'),
    attribute(4, 'actions', t.arrayOf(monitorActions.type), 'static', 'Scripts for each threshold'),
  ],
  methods: [],
});

export const singleActionSchedule = defineClass({
  classId: 22,
  version: 0,
  title: 'Single action schedule',
  attributes: [
    attribute(2, 'executed_script', scriptReference.type, 'static', 'Script to run'),
    attribute(3, 'type', singleActionType.type, 'static', 'How many times, and whether dates have wildcards'),
    attribute(4, 'execution_time', t.arrayOf(executionTime.type), 'static', 'When to run it'),
  ],
  methods: [],
});

const parameter = t.structureOf('parameter_list_element', {
  class_id: t.longUnsigned,
  logical_name: t.logicalNameType,
  attribute_index: t.integer,
});
const monitorHead = [
  attribute(
    2,
    'changed_parameter',
    t.structureOf('changed_parameter', {
      class_id: t.longUnsigned,
      logical_name: t.logicalNameType,
      attribute_index: t.integer,
      attribute_value: t.any,
    }),
    'dynamic',
    'The parameter that was changed last, and its value',
  ),
  attribute(3, 'capture_time', t.dateTimeType, 'dynamic', 'When it was changed'),
  attribute(4, 'parameters', t.arrayOf(parameter), 'static', 'Parameters that are watched'),
] as const;
const monitorMethods = [
  method(1, 'add_parameter', 'optional', parameter, 'Adds a parameter to the list'),
  method(2, 'delete_parameter', 'optional', parameter, 'Removes a parameter from the list'),
] as const;

export const parameterMonitorV0 = defineClass({
  classId: 65,
  version: 0,
  title: 'Parameter monitor',
  attributes: monitorHead,
  methods: monitorMethods,
});

export const parameterMonitor = defineClass({
  classId: 65,
  version: 1,
  title: 'Parameter monitor',
  attributes: [
    ...monitorHead,
    attribute(5, 'parameter_list_name', t.octetString(), 'static', 'Name of the list'),
    attribute(6, 'hash_algorithm_id', t.enumOf({}, 'open'), 'static', 'Algorithm of the digest'),
    attribute(7, 'parameter_value_digest', t.octetString(), 'dynamic', 'Digest of the values'),
    attribute(8, 'parameter_values', t.any, 'dynamic', 'Values of all parameters'),
  ],
  methods: monitorMethods,
});

export const disconnectControl = defineClass({
  classId: 70,
  version: 0,
  title: 'Disconnect control',
  attributes: [
    attribute(2, 'output_state', t.boolean, 'dynamic', 'Whether the supply is connected, physically'),
    attribute(3, 'control_state', controlState.type, 'dynamic', 'State of the disconnector, internally'),
    attribute(4, 'control_mode', controlMode.type, 'static', 'Which transitions are allowed'),
  ],
  methods: [
    method(1, 'remote_disconnect', 'mandatory', t.integerZero, 'Disconnects the supply'),
    method(2, 'remote_reconnect', 'mandatory', t.integerZero, 'Connects the supply, or makes it ready to be'),
  ],
});

export const limiter = defineClass({
  classId: 71,
  version: 0,
  title: 'Limiter',
  attributes: [
    attribute(2, 'monitored_value', attributeReference.type, 'static', 'Attribute that is watched'),
    attribute(3, 'threshold_active', t.anySimple, 'dynamic', 'Threshold in force'),
    attribute(4, 'threshold_normal', t.anySimple, 'static', 'Threshold in normal operation'),
    attribute(5, 'threshold_emergency', t.anySimple, 'static', 'Threshold during an emergency'),
    attribute(
      6,
      'min_over_threshold_duration',
      t.doubleLongUnsigned,
      'static',
      'Seconds over the threshold until the action',
    ),
    attribute(
      7,
      'min_under_threshold_duration',
      t.doubleLongUnsigned,
      'static',
      'Seconds under the threshold until the action',
    ),
    attribute(
      8,
      'emergency_profile',
      emergencyProfile.type,
      'static',
      'Which emergency, from when, for how long',
    ),
    attribute(
      9,
      'emergency_profile_group_id_list',
      t.arrayOf(t.longUnsigned),
      'static',
      'Groups that the meter belongs to',
    ),
    attribute(10, 'emergency_profile_active', t.boolean, 'dynamic', 'Whether the emergency is in force'),
    attribute(11, 'actions', limiterActions.type, 'static', 'Scripts for going over and under'),
  ],
  methods: [],
});
