/** Data to octets and back: where to start reading is {@link decodeData} and {@link encodeData}. */
export { type DataBudget, type DataLimits, decodeData, maxDepth, maxElements, readData } from './decode.ts';
export { encodeData, sizeHint, writeData } from './encode.ts';
