/**
 * Data table: interface classes for storing measurements. IEC 62056-6-2, classes for parameters and measurement data.
 */
import { attribute, defineClass, method } from '../define.ts';
import * as t from '../type-language.ts';
import {
  captureObject,
  captureObjects,
  objectReference,
  registerMask,
  scalerUnit,
} from '../typed/references.ts';

/** What registers hold: a number or, for some instances, text, bits or a structure. */
const registerValue = t.named('register value', t.anySimple);
const status = t.named('status', t.anySimple);
const sortMethod = t.named(
  'sort_method',
  t.enumOf({
    1: 'fifo',
    2: 'lifo',
    3: 'largest',
    4: 'smallest',
    5: 'nearest_to_zero',
    6: 'farthest_from_zero',
  }),
);
const buffer = t.named('buffer', t.arrayOf(t.any));
const captureObjectV0 = t.structureOf('capture_object_definition', {
  class_id: t.longUnsigned,
  logical_name: t.logicalNameType,
  attribute_index: t.integer,
});

export const data = defineClass({
  classId: 1,
  version: 0,
  title: 'Data',
  attributes: [attribute(2, 'value', t.any, 'static', 'Any value; its type is instance specific')],
  methods: [],
});

export const register = defineClass({
  classId: 3,
  version: 0,
  title: 'Register',
  attributes: [
    attribute(2, 'value', registerValue, 'dynamic', 'Current process value or status value'),
    attribute(3, 'scaler_unit', scalerUnit.type, 'static', 'Power of ten and unit of the value'),
  ],
  methods: [method(1, 'reset', 'optional', t.integerZero, 'Sets the value to its default')],
});

export const extendedRegister = defineClass({
  classId: 4,
  version: 0,
  title: 'Extended register',
  attributes: [
    attribute(2, 'value', registerValue, 'dynamic', 'Current process value or status value'),
    attribute(3, 'scaler_unit', scalerUnit.type, 'static', 'Power of ten and unit of the value'),
    attribute(4, 'status', status, 'dynamic', 'Status of the value, instance specific'),
    attribute(5, 'capture_time', t.dateTimeType, 'dynamic', 'When the value was captured'),
  ],
  methods: [method(1, 'reset', 'optional', t.integerZero, 'Sets the value to its default')],
});

export const demandRegister = defineClass({
  classId: 5,
  version: 0,
  title: 'Demand register',
  attributes: [
    attribute(2, 'current_average_value', registerValue, 'dynamic', 'Running average of the current period', {
      default: 0,
    }),
    attribute(3, 'last_average_value', registerValue, 'dynamic', 'Average of the last complete window', {
      default: 0,
    }),
    attribute(4, 'scaler_unit', scalerUnit.type, 'static', 'Power of ten and unit of both values'),
    attribute(5, 'status', status, 'dynamic', 'Status of the last average value, instance specific'),
    attribute(6, 'capture_time', t.dateTimeType, 'dynamic', 'When the last average value was captured'),
    attribute(7, 'start_time_current', t.dateTimeType, 'dynamic', 'When the current average began'),
    attribute(
      8,
      'period',
      t.doubleLongUnsigned,
      'static',
      'Seconds between two updates of the last average',
      {
        min: 1,
      },
    ),
    attribute(
      9,
      'number_of_periods',
      t.longUnsigned,
      'static',
      'Periods of the sliding window; 1 is block demand',
      {
        min: 1,
        default: 1,
      },
    ),
  ],
  methods: [
    method(1, 'reset', 'optional', t.integerZero, 'Ends the period and sets the averages to their default'),
    method(2, 'next_period', 'optional', t.integerZero, 'Ends the period and starts the next'),
  ],
});

export const registerActivation = defineClass({
  classId: 6,
  version: 0,
  title: 'Register activation',
  attributes: [
    attribute(
      2,
      'register_assignment',
      t.arrayOf(objectReference.type),
      'static',
      'Registers that masks choose from',
    ),
    attribute(
      3,
      'mask_list',
      t.arrayOf(registerMask.type),
      'static',
      'Masks: which registers count together',
    ),
    attribute(4, 'active_mask', t.octetString(), 'dynamic', 'Name of the mask in force'),
  ],
  methods: [
    method(1, 'add_register', 'optional', objectReference.type, 'Adds a register to the assignment'),
    method(2, 'add_mask', 'optional', registerMask.type, 'Adds or replaces a mask'),
    method(3, 'delete_mask', 'optional', t.octetString(), 'Deletes a mask by its name'),
  ],
});

export const profileGenericV0 = defineClass({
  classId: 7,
  version: 0,
  title: 'Profile generic',
  attributes: [
    attribute(2, 'buffer', buffer, 'dynamic', 'Rows that were captured'),
    attribute(3, 'capture_objects', t.arrayOf(captureObjectV0), 'static', 'Columns'),
    attribute(
      4,
      'capture_period',
      t.doubleLongUnsigned,
      'static',
      'Seconds between captures; 0 is on request',
    ),
    attribute(5, 'sort_method', sortMethod, 'static', 'Order of the rows'),
    attribute(
      6,
      'sort_object',
      t.choiceOf(captureObjectV0, t.nullType),
      'static',
      'Column that rows are sorted by',
    ),
    attribute(7, 'entries_in_use', t.doubleLongUnsigned, 'dynamic', 'Rows in the buffer', {
      min: 0,
      default: 0,
    }),
    attribute(8, 'profile_entries', t.doubleLongUnsigned, 'static', 'Rows that the buffer can hold', {
      min: 1,
      default: 1,
    }),
  ],
  methods: [
    method(1, 'reset', 'optional', t.integerZero, 'Clears the buffer'),
    method(2, 'capture', 'optional', t.integerZero, 'Captures a row now'),
    method(3, 'get_buffer_by_range', 'optional', t.any, 'Rows by a range of the sort object', buffer),
    method(4, 'get_buffer_by_index', 'optional', t.any, 'Rows by position', buffer),
  ],
});

export const profileGeneric = defineClass({
  classId: 7,
  version: 1,
  title: 'Profile generic',
  attributes: [
    attribute(
      2,
      'buffer',
      buffer,
      'dynamic',
      'Rows that were captured; selective access by range and by entry',
    ),
    attribute(3, 'capture_objects', captureObjects.type, 'static', 'Columns'),
    attribute(
      4,
      'capture_period',
      t.doubleLongUnsigned,
      'static',
      'Seconds between captures; 0 is on request',
    ),
    attribute(5, 'sort_method', sortMethod, 'static', 'Order of the rows'),
    attribute(6, 'sort_object', captureObject.type, 'static', 'Column that rows are sorted by'),
    attribute(7, 'entries_in_use', t.doubleLongUnsigned, 'dynamic', 'Rows in the buffer', {
      min: 0,
      default: 0,
    }),
    attribute(8, 'profile_entries', t.doubleLongUnsigned, 'static', 'Rows that the buffer can hold', {
      min: 1,
      default: 1,
    }),
  ],
  methods: [
    method(1, 'reset', 'optional', t.integerZero, 'Clears the buffer'),
    method(2, 'capture', 'optional', t.integerZero, 'Captures a row now'),
  ],
});

export const utilityTables = defineClass({
  classId: 26,
  version: 0,
  title: 'Utility tables',
  attributes: [
    attribute(2, 'table_ID', t.longUnsigned, 'static', 'Number of the table as ANSI C12.19 counts them'),
    attribute(3, 'length', t.doubleLongUnsigned, 'dynamic', 'Octets in the table'),
    attribute(4, 'buffer', t.octetString(), 'dynamic', 'Contents of the table'),
  ],
  methods: [],
});

export const registerTable = defineClass({
  classId: 61,
  version: 0,
  title: 'Register table',
  attributes: [
    attribute(
      2,
      'table_cell_values',
      t.choiceOf(t.arrayOf(t.any), t.nullType),
      'dynamic',
      'Values of the cells',
    ),
    attribute(3, 'table_cell_definition', t.any, 'static', 'Which attributes the cells stand for'),
    attribute(4, 'scaler_unit', scalerUnit.type, 'static', 'Power of ten and unit of the cells'),
  ],
  methods: [
    method(1, 'reset', 'optional', t.integerZero, 'Clears the cells'),
    method(2, 'capture', 'optional', t.integerZero, 'Copies the values into the cells'),
  ],
});

export const compactData = defineClass({
  classId: 62,
  version: 0,
  title: 'Compact data',
  attributes: [
    attribute(2, 'compact_buffer', t.octetString(), 'dynamic', 'Values of the capture objects, packed'),
    attribute(3, 'capture_objects', captureObjects.type, 'static', 'What is packed'),
    attribute(4, 'template_id', t.unsigned, 'static', 'Identifies the template'),
    attribute(5, 'template_description', t.octetString(), 'dynamic', 'Types of what is packed'),
    attribute(
      6,
      'capture_method',
      t.enumOf({ 0: 'capture_upon_invoking', 1: 'implicit_capture' }),
      'static',
      'When values are captured',
    ),
  ],
  methods: [
    method(1, 'reset', 'optional', t.integerZero, 'Clears the buffer'),
    method(2, 'capture', 'optional', t.integerZero, 'Captures values now'),
  ],
});

export const statusMapping = defineClass({
  classId: 63,
  version: 0,
  title: 'Status mapping',
  attributes: [
    attribute(2, 'status_word', t.anySimple, 'dynamic', 'Bits of the status'),
    attribute(
      3,
      'mapping_table',
      t.structureOf('mapping_table', {
        ref_table_id: t.unsigned,
        ref_table_mapping: t.choiceOf(t.longUnsigned, t.arrayOf(t.longUnsigned)),
      }),
      'static',
      'Which entry of the reference status table each bit stands for',
    ),
  ],
  methods: [],
});
