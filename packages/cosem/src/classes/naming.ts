/** Names for class_id, version, attribute and method numbers, as the decoder's tree prints them. */
import { interfaceClass } from './catalogue.ts';
import type { AttributeDefinition, ClassDefinition, MethodDefinition } from './define.ts';

/**
 * Data table: names of classes of IEC 62056-6-2 that have no table here, so that a tree can still say what they are.
 */
export const otherClassNames: Readonly<Record<number, string>> = {
  12: 'Association SN',
  50: 'S-FSK Phy&MAC setup',
  51: 'S-FSK active initiator',
  52: 'S-FSK MAC synchronization timeouts',
  53: 'S-FSK MAC counters',
  55: 'IEC 61334-4-32 LLC setup',
  56: 'S-FSK reporting system list',
  57: 'ISO/IEC 8802-2 LLC type 1 setup',
  58: 'ISO/IEC 8802-2 LLC type 2 setup',
  59: 'ISO/IEC 8802-2 LLC type 3 setup',
  67: 'Sensor manager',
  68: 'Arbitrator',
  73: 'Wireless mode Q channel',
  76: 'DLMS/COSEM server M-Bus port setup',
  80: '61334-4-32 LLC SSCS setup',
  81: 'PRIME NB OFDM PLC physical layer counters',
  82: 'PRIME NB OFDM PLC MAC setup',
  83: 'PRIME NB OFDM PLC MAC functional parameters',
  84: 'PRIME NB OFDM PLC MAC counters',
  85: 'PRIME NB OFDM PLC MAC network administration data',
  86: 'PRIME NB OFDM PLC application identification',
  101: 'ZigBee SAS startup',
  102: 'ZigBee SAS join',
  103: 'ZigBee SAS APS fragmentation',
  104: 'ZigBee network control',
  105: 'ZigBee tunnel setup',
  116: 'IEC 62055-41 attributes',
  122: 'Function control',
  123: 'Array manager',
  140: 'HS-PLC ISO/IEC 12139-1 MAC setup',
  141: 'HS-PLC ISO/IEC 12139-1 CPAS setup',
  142: 'HS-PLC ISO/IEC 12139-1 IP SSAS setup',
  143: 'HS-PLC ISO/IEC 12139-1 HDLC SSAS setup',
  151: 'LTE monitoring',
  152: 'CoAP setup',
  153: 'CoAP diagnostic',
};

/** "Register", "Push setup"; `class 8193` where nobody knows. 8192 to 32767 belong to manufacturers. */
export function className(classId: number): string {
  const known = interfaceClass(classId)?.title ?? otherClassNames[classId];
  if (known !== undefined) return known;
  return classId >= 8192 && classId <= 32767 ? `manufacturer specific class ${classId}` : `class ${classId}`;
}

/** The version asked for, else the newest: a request does not say which version the object has. */
function definitionOf(classId: number, version: number | undefined): ClassDefinition | undefined {
  return interfaceClass(classId, version) ?? interfaceClass(classId);
}

/** The attribute with this index, in this version or else in the newest; undefined where there is none. */
export function findAttribute(
  classId: number,
  index: number,
  version?: number,
): AttributeDefinition | undefined {
  return definitionOf(classId, version)?.attributeList[index - 1];
}

/** The method with this index, in this version or else in the newest; undefined where there is none. */
export function findMethod(classId: number, index: number, version?: number): MethodDefinition | undefined {
  return definitionOf(classId, version)?.methodList[index - 1];
}

/** "scaler_unit"; `attribute 7` where nobody knows; "all attributes" for 0. IEC 62056-6-2, attribute_id. */
export function attributeName(classId: number, index: number, version?: number): string {
  if (index === 0) return 'all attributes';
  const known = findAttribute(classId, index, version)?.name ?? (index === 1 ? 'logical_name' : undefined);
  if (known !== undefined) return known;
  return index < 0 ? `manufacturer specific attribute ${index}` : `attribute ${index}`;
}

/** "remote_disconnect"; `method 7` where nobody knows. */
export function methodName(classId: number, index: number, version?: number): string {
  const known = findMethod(classId, index, version)?.name;
  if (known !== undefined) return known;
  return index < 0 ? `manufacturer specific method ${index}` : `method ${index}`;
}
