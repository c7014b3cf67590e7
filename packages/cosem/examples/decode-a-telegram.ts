/**
 * Decodes what a meter pushes from its customer port: frames out of a stream, values with names and units.
 *
 *   node examples/decode-a-telegram.ts
 */
import { decodeApdu, formatQuantity, fromHex, namePushValues, PushSplitter } from '@wattward/cosem';

// A stream: half a frame that was torn, then a whole one. The torn one costs itself only.
const torn = '7ea0d2410883';
const telegram =
  '7ea068410223132b18e6e7000f40000000000104020209060000600100ff0a0a313233343536373839300203' +
  '09060100010700ff060000055202020f00161b020309060100200700ff12090802020fff1623020309060100' +
  '010800ff060003ff2702020f01161ea0297e';
const stream = fromHex(torn + telegram);

const splitter = new PushSplitter();
for (const event of [...splitter.push(stream), ...splitter.idle()]) {
  if (event.type === 'skipped') console.log(`skipped ${event.octets} octets: ${event.error.code}`);
  if (event.type !== 'apdu') continue;
  const apdu = decodeApdu(event.apdu);
  if (apdu.type !== 'data-notification') continue;
  for (const { obis, name, quantity, value } of namePushValues(apdu.body)) {
    console.log(obis, name, quantity === undefined ? value.value : formatQuantity(quantity));
  }
}
