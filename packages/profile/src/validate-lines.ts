/** Validation of lines, messages, scenarios and the DLMS map. */
import { dlmsLines } from './data/dlms-map.ts';
import { domainClearance, labelOrder } from './data/domains.ts';
import { messageSlug, otherEnd, scopeOf } from './expand.ts';
import type { DomainId, Label, Line, Message, MessageKind, Priority } from './model.ts';
import type { Profile } from './profile.ts';

const kinds: ReadonlySet<MessageKind> = new Set<MessageKind>([
  'reading',
  'event',
  'request',
  'command',
  'confirmation',
  'configuration',
  'information',
  'firmware',
  'log',
  'security',
]);
const labels: ReadonlySet<Label> = new Set(labelOrder);
const priorities: ReadonlySet<Priority> = new Set<Priority>(['alarm', 'control', 'normal', 'bulk']);

/** The domains of every component, several for one that is decomposed. */
function domainsByComponent(profile: Profile): ReadonlyMap<string, readonly DomainId[]> {
  return new Map(
    profile.components.map((component) => [
      component.id,
      component.domain === undefined ? component.parts.map((part) => part.domain) : [component.domain],
    ]),
  );
}

type Domains = ReturnType<typeof domainsByComponent>;

/** A label enters a component when one of its domains may hold it; what lies outside has no clearance of ours. */
function labelTooHigh(message: Message, domains: Domains): boolean {
  const entered = domains.get(message.destination);
  if (entered === undefined) return false;
  const level = labelOrder.indexOf(message.label);
  return !entered.some((domain) => labelOrder.indexOf(domainClearance[domain]) >= level);
}

function messageProblems(message: Message, line: Line, prefix: string, domains: Domains): string[] {
  const problems: string[] = [];
  const { id } = message;
  if (message.line !== line.id)
    problems.push(`message ${id} stands on line ${line.id} and says ${message.line}`);
  if (otherEnd(line.ends, message.destination) !== message.source) {
    problems.push(`message ${id} does not pass between the ends of line ${line.id}`);
  }
  if (id !== `${prefix}.${message.destination}.${messageSlug(message.name)}`) {
    problems.push(`message ${id} is not named ${prefix}.<destination>.<name>`);
  }
  if (message.scope !== line.scope) problems.push(`message ${id} has another scope than line ${line.id}`);
  if (!kinds.has(message.kind)) problems.push(`message ${id} has the unknown kind ${message.kind}`);
  if (!priorities.has(message.priority))
    problems.push(`message ${id} has the unknown priority ${message.priority}`);
  if (!labels.has(message.label)) problems.push(`message ${id} has the unknown label ${message.label}`);
  else if (labelTooHigh(message, domains)) {
    problems.push(
      `message ${id} is ${message.label}, which may not enter the domain of ${message.destination}`,
    );
  }
  return problems;
}

function oneLineProblems(line: Line, ends: ReadonlySet<string>, domains: Domains): string[] {
  const problems: string[] = [];
  for (const end of line.ends) {
    if (!ends.has(end)) problems.push(`line ${line.id} has the unknown end ${end}`);
  }
  if (line.ends[0] === line.ends[1]) problems.push(`line ${line.id} has the same end twice`);
  if (line.scope !== scopeOf(line.ends, (end) => domains.has(end))) {
    problems.push(`line ${line.id} is called ${line.scope}, which does not follow from its ends`);
  }
  if (line.origin === 'extension' && line.reason === '') problems.push(`line ${line.id} has no reason`);
  if (!(line.origin === 'profile' ? /^[1-9]\d?$/ : /^X[1-9]\d\d$/).test(line.id)) {
    problems.push(`line ${line.id} has no number of the profile or of an extension`);
  }
  const prefix = line.origin === 'profile' ? `L${line.id}` : line.id;
  line.directions.forEach((direction, index) => {
    const { destination, source } = direction;
    if (destination !== line.ends[index] || source !== otherEnd(line.ends, destination)) {
      problems.push(`line ${line.id} has a direction to ${destination} that does not follow from its ends`);
    }
    for (const message of direction.messages) {
      if (message.destination !== destination) {
        problems.push(`message ${message.id} stands in the wrong direction`);
      }
      if (message.origin !== line.origin)
        problems.push(`message ${message.id} has another origin than its line`);
      problems.push(...messageProblems(message, line, prefix, domains));
    }
  });
  return problems;
}

function extensionMessageProblems(profile: Profile, domains: Domains): string[] {
  const problems: string[] = [];
  const byId = new Map(profile.lines.map((line) => [line.id, line]));
  for (const message of profile.extensionMessages) {
    const line = byId.get(message.line);
    if (message.origin !== 'extension') problems.push(`message ${message.id} is ours and does not say so`);
    if (line === undefined) problems.push(`message ${message.id} stands on the unknown line ${message.line}`);
    else problems.push(...messageProblems(message, line, `L${line.id}X`, domains));
  }
  return problems;
}

/** Every line that reaches an AMI Meter says which part stands at it, and each part exists. */
function meterPartProblems(profile: Profile): string[] {
  const problems: string[] = [];
  const parts = new Set<string>(
    profile.components.flatMap((component) => component.parts.map((part) => part.id)),
  );
  const withMeter = profile.lines.filter((line) => line.ends.includes('meter')).map((line) => line.id);
  for (const line of withMeter) {
    if (profile.meterPartsByLine[line] === undefined) {
      problems.push(`line ${line} reaches a meter and no part of it`);
    }
  }
  for (const [line, { facing, acting }] of Object.entries(profile.meterPartsByLine)) {
    if (!withMeter.includes(line)) problems.push(`line ${line} has parts of a meter and no meter`);
    if (!parts.has(facing) || !parts.has(acting))
      problems.push(`line ${line} reaches an unknown part of a meter`);
  }
  return problems;
}

function dlmsProblems(profile: Profile, messages: ReadonlyMap<string, Message>): string[] {
  const problems: string[] = [];
  for (const mapping of profile.dlmsMap) {
    const message = messages.get(mapping.message);
    if (message === undefined) problems.push(`the DLMS map names the unknown message ${mapping.message}`);
    else if (!dlmsLines.includes(message.line)) {
      problems.push(`the DLMS map holds ${mapping.message}, whose line does not run on DLMS`);
    }
    const octets = mapping.obis.split('.');
    if (octets.length !== 6 || !octets.every((octet) => /^\d{1,3}$/.test(octet) && Number(octet) < 256)) {
      problems.push(`the DLMS map has the malformed logical name ${mapping.obis} for ${mapping.message}`);
    }
    if ((mapping.attribute === undefined) === (mapping.method === undefined)) {
      problems.push(`the DLMS map needs an attribute or a method for ${mapping.message}`);
    }
  }
  return problems;
}

const messagesOf = new WeakMap<Profile, ReadonlyMap<string, Message>>();

/** All messages of a profile by id, ours included; made once a profile. */
export function messagesById(profile: Profile): ReadonlyMap<string, Message> {
  const known = messagesOf.get(profile);
  if (known !== undefined) return known;
  const messages = new Map<string, Message>();
  for (const line of [...profile.lines, ...profile.extensionLines]) {
    for (const direction of line.directions) {
      for (const message of direction.messages) messages.set(message.id, message);
    }
  }
  for (const message of profile.extensionMessages) messages.set(message.id, message);
  messagesOf.set(profile, messages);
  return messages;
}

/** Problems of lines, messages, repaired names, meter parts and the DLMS map. */
export function lineProblems(profile: Profile): readonly string[] {
  const domains = domainsByComponent(profile);
  const ends = new Set<string>([...domains.keys(), ...profile.actors.map((actor) => actor.id)]);
  const messages = messagesById(profile);
  const problems = [...profile.lines, ...profile.extensionLines].flatMap((line) =>
    oneLineProblems(line, ends, domains),
  );
  for (const repair of profile.nameRepairs) {
    const message = messages.get(repair.message);
    if (message === undefined) problems.push(`a name repair names the unknown message ${repair.message}`);
    else if (message.name === repair.printed)
      problems.push(`the name repair of ${message.id} repairs nothing`);
  }
  for (const id of profile.hanMessagesOfLine1) {
    if (messages.get(id)?.line !== '1') problems.push(`the HAN message ${id} is no message of line 1`);
  }
  return [
    ...problems,
    ...extensionMessageProblems(profile, domains),
    ...meterPartProblems(profile),
    ...dlmsProblems(profile, messages),
  ];
}

/** Problems of use cases and scenarios: what a message refers to and what a scenario lists must agree both ways. */
export function scenarioProblems(profile: Profile): readonly string[] {
  const problems: string[] = [];
  const messages = messagesById(profile);
  const useCases = new Set(profile.useCases.map((useCase) => useCase.id));
  const listed = new Map<string, Set<string>>();
  for (const scenario of profile.scenarios) {
    const mine = new Set<string>();
    listed.set(scenario.id, mine);
    if (!useCases.has(scenario.useCase)) {
      problems.push(`scenario ${scenario.id} belongs to the unknown use case ${scenario.useCase}`);
    }
    if (scenario.messages.length === 0) problems.push(`scenario ${scenario.id} has no messages`);
    for (const id of scenario.messages) {
      if (mine.has(id)) problems.push(`scenario ${scenario.id} lists ${id} twice`);
      mine.add(id);
      const message = messages.get(id);
      if (message === undefined) problems.push(`scenario ${scenario.id} lists the unknown message ${id}`);
      else if (!message.references.includes(scenario.id)) {
        problems.push(`scenario ${scenario.id} lists ${id}, which does not refer to it`);
      }
    }
  }
  for (const message of messages.values()) {
    for (const reference of message.references) {
      const mine = listed.get(reference);
      if (mine === undefined)
        problems.push(`message ${message.id} refers to the unknown scenario ${reference}`);
      else if (!mine.has(message.id)) {
        problems.push(`message ${message.id} refers to scenario ${reference}, which does not list it`);
      }
    }
  }
  for (const useCase of useCases) {
    if (!profile.scenarios.some((scenario) => scenario.useCase === useCase)) {
      problems.push(`use case ${useCase} has no scenario`);
    }
  }
  return problems;
}
