/**
 * The DLMS map: what a message of the lines that run on DLMS/COSEM is in DLMS terms (client, service, interface class,
 * attribute or method, logical name). Its rows come with the meters; until then the map is empty, and a gate that asks
 * it refuses everything, which is the right answer for what is not mapped.
 */
import type { DlmsMapping } from '../model.ts';

/** The profile's lines that run on DLMS/COSEM; line 22 speaks wM-Bus/OMS with meters of other services. */
export const dlmsLines: readonly string[] = ['1', '6', '9', '37', '39'];

export const dlmsMap: readonly DlmsMapping[] = [];
