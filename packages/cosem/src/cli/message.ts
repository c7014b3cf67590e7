/** A captured message as tree, XML and JSON. */
import { apduToXml, toJson } from '../apdu/xml.ts';
import { toHex } from '../base/bytes.ts';
import { showHdlcAddress } from '../link/hdlc-address.ts';
import type { HdlcFrame } from '../link/hdlc-frame.ts';
import { isCiphered } from './opening.ts';
import { printable } from './terminal.ts';
import { linkText, type Message } from './traffic.ts';
import { apduTree, octetsTree, type Tree } from './tree.ts';

/** The message in plain JSON: octets in hexadecimal, date-times in their exact form. */
export function messageJson(message: Message): object {
  const { link, octets, apdu, frame, inner, error, gateway, remark } = message;
  return {
    ...(link ? { link } : {}),
    ...(gateway ? { gateway: toJson(gateway) } : {}),
    ...(frame ? { frame: toJson(frame) } : { octets: toHex(octets) }),
    ...(apdu ? { apdu: toJson(apdu) } : {}),
    ...(remark ? { remark } : {}),
    ...(inner ? { inner: messageJson(inner) } : {}),
    ...(error ? { error: toJson(errorFields(error)) } : {}),
  };
}

function errorFields(error: NonNullable<Message['error']>) {
  const { code, kind, detail, path, offset } = error;
  return { code, kind, detail, path, offset };
}

/** The message as an element of XML, two spaces a level: the envelope, and what it held after it. */
export function messageXml(message: Message, indent: number): string {
  const { link, octets, apdu, frame, inner, error, gateway, remark } = message;
  const attributes = [
    link && ` link=${quoted(linkText(link))}`,
    gateway && ` network="${gateway.networkId}" device="${toHex(gateway.deviceAddress)}"`,
    remark && ` remark=${quoted(remark)}`,
  ];
  const lines = [`<message${attributes.filter(Boolean).join('')}>`];
  if (frame !== undefined) lines.push(`  <hdlc frame=${quoted(frameText(frame))}/>`);
  else if (apdu !== undefined) lines.push(indented(apduToXml(apdu), 1));
  else lines.push(`  <octets value="${toHex(octets)}"/>`);
  if (inner !== undefined) lines.push(messageXml(inner, 1));
  if (error !== undefined) lines.push(`  <error code="${error.code}" detail=${quoted(errorText(message))}/>`);
  lines.push('</message>');
  return indented(lines.join('\n'), indent);
}

const indented = (text: string, levels: number) => text.replaceAll(/^/gm, '  '.repeat(levels));

const quoted = (text: string) =>
  `"${printable(text).replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')}"`;

/** What went wrong, where, and its code, in one line. */
function errorText({ error }: Message): string {
  if (error === undefined) return '';
  const where = [error.path && `in ${error.path}`, error.offset !== undefined && `at octet ${error.offset}`];
  return printable([error.detail, ...where, `[${error.code}]`].filter(Boolean).join(' '));
}

const frameText = ({ source, destination, control }: HdlcFrame) =>
  `${showHdlcAddress(source)} → ${showHdlcAddress(destination)}: ${control.kind}`;

/** The message as a tree for people. */
export function messageTree(message: Message): Tree {
  const { link, octets, apdu, frame, inner, gateway, remark } = message;
  if (frame !== undefined) return { text: `HDLC ${frameText(frame)}` };
  const head: Tree[] = [];
  if (gateway !== undefined)
    head.push({ text: `gateway: network ${gateway.networkId}, device ${toHex(gateway.deviceAddress)}` });
  if (apdu === undefined) {
    const text = link === undefined ? 'octets' : linkText(link);
    const failure = { text: `not decoded: ${errorText(message)}` };
    const shown = octets.length === 0 ? [] : [octetsTree('octets:', octets)];
    return { text, children: [...head, failure, ...shown] };
  }
  const body = apduTree(apdu, inner === undefined ? undefined : messageTree(inner));
  const children = [...(body.children ?? []), ...closing(message)];
  const shown: Tree = { text: remark === undefined ? body.text : `${body.text} (${remark})`, children };
  if (link === undefined && head.length === 0) return shown;
  return { text: link === undefined ? 'APDU' : linkText(link), children: [...head, shown] };
}

function closing(message: Message): Tree[] {
  const { apdu, inner, error } = message;
  if (error !== undefined) return [{ text: `not opened: ${errorText(message)}` }];
  if (apdu === undefined || inner !== undefined || !isCiphered(apdu)) return [];
  return [{ text: 'not opened: no key was given for it (--key, --auth-key)' }];
}
