/** The whole profile as one JSON document of a stable shape; the README of this folder describes it. */
import type { Line, Message } from '../model.ts';
import { type Profile, profile } from '../profile.ts';

/** Raised when a field goes or changes its meaning; a new field alone does not raise it. */
export const jsonFormatVersion = 1;

const messageShape = ({ id, name, references, kind, label, priority, clause }: Message) => ({
  id,
  name,
  references,
  kind,
  label,
  priority,
  clause,
});

function lineShape(line: Line) {
  return {
    line: line.id,
    ends: line.ends,
    scope: line.scope,
    clause: line.clause,
    reason: line.reason,
    directions: line.directions.map(({ source, destination, messages }) => ({
      source,
      destination,
      messages: messages.map(messageShape),
    })),
  };
}

/** The profile as a plain value, ready for `JSON.stringify`: what has no value is `null`, never missing. */
export function profileDocument(from: Profile = profile()): Readonly<Record<string, unknown>> {
  return {
    format: 'wattward-profile',
    formatVersion: jsonFormatVersion,
    title: from.title,
    version: from.version,
    date: from.date,
    domains: from.domains,
    components: from.components.map((each) => ({ ...each, domain: each.domain ?? null })),
    actors: from.actors.map((each) => ({ ...each, carrier: each.carrier ?? null })),
    lines: from.lines.map(lineShape),
    useCases: from.useCases,
    scenarios: from.scenarios,
    families: from.families,
    controls: from.controls,
    matrix: from.matrix,
    parameters: from.parameters,
    mappings: from.mappings,
    errata: from.errata,
    extensions: {
      texts: from.extensions,
      lines: from.extensionLines.map(lineShape),
      messages: from.extensionMessages.map(({ line, source, destination, ...message }) => ({
        line,
        source,
        destination,
        ...messageShape({ line, source, destination, ...message }),
      })),
    },
    dlmsMap: from.dlmsMap.map((each) => ({
      ...each,
      attribute: each.attribute ?? null,
      method: each.method ?? null,
    })),
    roles: from.roles,
    operations: from.operations,
    auditEvents: from.auditEvents,
  };
}

/** The whole profile as JSON text, indented by two, with a line end. */
export function exportJson(from: Profile = profile()): string {
  return `${JSON.stringify(profileDocument(from), null, 2)}\n`;
}
