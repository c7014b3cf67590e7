/** Structures that point at objects, attributes and scripts, and the unit of a register. IEC 62056-6-2. */

import type { ScalerUnit } from '../../data/scaler-unit.ts';
import type { Data } from '../../data/types.ts';
import * as t from '../type-language.ts';
import {
  anyData,
  type Codec,
  doubleLongUnsigned,
  enumeration,
  integer,
  listOf,
  logicalName,
  longUnsigned,
  octets,
  openEnumeration,
  record,
  unsigned,
} from './codec.ts';

/** capture_object_definition (Profile generic): a column of a profile. */
export interface CaptureObject {
  readonly classId: number;
  readonly logicalName: string;
  /** 0 stands for all attributes. */
  readonly attributeIndex: number;
  /** 0 is the whole attribute; n is the n-th element of a structure or array. */
  readonly dataIndex: number;
}

export const captureObject: Codec<CaptureObject> = record<CaptureObject>('capture_object_definition', {
  classId: ['class_id', longUnsigned],
  logicalName: ['logical_name', logicalName],
  attributeIndex: ['attribute_index', integer],
  dataIndex: ['data_index', longUnsigned],
});

export const captureObjects: Codec<readonly CaptureObject[]> = listOf(captureObject);

/** value_definition (Register monitor, Limiter): one attribute of one object. */
export interface AttributeReference {
  readonly classId: number;
  readonly logicalName: string;
  readonly attributeIndex: number;
}

export const attributeReference: Codec<AttributeReference> = record<AttributeReference>('value_definition', {
  classId: ['class_id', longUnsigned],
  logicalName: ['logical_name', logicalName],
  attributeIndex: ['attribute_index', integer],
});

/** object_definition (Register activation): one object. */
export interface ObjectReference {
  readonly classId: number;
  readonly logicalName: string;
}

export const objectReference: Codec<ObjectReference> = record<ObjectReference>('object_definition', {
  classId: ['class_id', longUnsigned],
  logicalName: ['logical_name', logicalName],
});

const unitCode: Codec<number> = {
  ...(openEnumeration({}) as Codec<number>),
  type: t.named('unit', t.enumOf({}, 'open')),
};

/** scal_unit_type; `applyScaler` of the data folder applies it. */
export const scalerUnit: Codec<ScalerUnit> = record<ScalerUnit>('scal_unit_type', {
  scaler: ['scaler', integer],
  unit: ['unit', unitCode],
});

/** A script in a script table: which table and which script of it. */
export interface ScriptReference {
  readonly scriptTable: string;
  /** 0 is no script. */
  readonly selector: number;
}

function scriptReferenceAs(label: string): Codec<ScriptReference> {
  return record<ScriptReference>(label, {
    scriptTable: ['script_logical_name', logicalName],
    selector: ['script_selector', longUnsigned],
  });
}

/** action_item (Register monitor, Limiter) and executed_script (Single action schedule). */
export const scriptReference: Codec<ScriptReference> = scriptReferenceAs('action_item');

/** action_specification of a script. */
export interface ScriptAction {
  readonly service: 'write' | 'execute';
  readonly classId: number;
  readonly logicalName: string;
  /** Of the attribute to write or the method to execute. */
  readonly index: number;
  readonly parameter: Data;
}

export const scriptAction: Codec<ScriptAction> = record<ScriptAction>('action_specification', {
  service: ['service_id', enumeration({ 1: 'write', 2: 'execute' })],
  classId: ['class_id', longUnsigned],
  logicalName: ['logical_name', logicalName],
  index: ['index', integer],
  parameter: ['parameter', anyData],
});

/** script (Script table). */
export interface Script {
  readonly identifier: number;
  readonly actions: readonly ScriptAction[];
}

export const script: Codec<Script> = record<Script>('script', {
  identifier: ['script_identifier', longUnsigned],
  actions: ['actions', listOf(scriptAction)],
});

export const scripts: Codec<readonly Script[]> = listOf(script);

/** register_act_mask (Register activation): the registers that count while the mask is active. */
export interface RegisterMask {
  readonly name: Uint8Array;
  /** Positions in register_assignment, from 1. */
  readonly indexes: readonly number[];
}

export const registerMask: Codec<RegisterMask> = record<RegisterMask>('register_act_mask', {
  name: ['mask_name', octets()],
  indexes: ['index_list', listOf(unsigned)],
});

/** image_to_activate_info_element (Image transfer). */
export interface ImageToActivate {
  /** In octets. */
  readonly size: number;
  readonly identification: Uint8Array;
  readonly signature: Uint8Array;
}

export const imageToActivate: Codec<ImageToActivate> = record<ImageToActivate>(
  'image_to_activate_info_element',
  {
    size: ['image_to_activate_size', doubleLongUnsigned],
    identification: ['image_to_activate_identification', octets()],
    signature: ['image_to_activate_signature', octets()],
  },
);

export const imageToActivateInfo: Codec<readonly ImageToActivate[]> = listOf(imageToActivate);

/** Parameter of image_transfer_initiate. */
export interface ImageInitiate {
  readonly identifier: Uint8Array;
  /** In octets. */
  readonly size: number;
}

export const imageInitiate: Codec<ImageInitiate> = record<ImageInitiate>('image_transfer_initiate', {
  identifier: ['image_identifier', octets()],
  size: ['image_size', doubleLongUnsigned],
});

/** Parameter of image_block_transfer. */
export interface ImageBlock {
  /** From 0. */
  readonly number: number;
  readonly value: Uint8Array;
}

export const imageBlock: Codec<ImageBlock> = record<ImageBlock>('image_block_transfer', {
  number: ['image_block_number', doubleLongUnsigned],
  value: ['image_block_value', octets()],
});

/** asslist_element (SAP assignment): a logical device and its service access point. */
export interface SapAssignment {
  readonly sap: number;
  readonly logicalDeviceName: Uint8Array;
}

export const sapAssignment: Codec<SapAssignment> = record<SapAssignment>('asslist_element', {
  sap: ['SAP', longUnsigned],
  logicalDeviceName: ['logical_device_name', octets()],
});
