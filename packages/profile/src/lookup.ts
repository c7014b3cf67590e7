/** Finds things of the profile by id, name or alias. */
import { profileError } from './errors.ts';
import type { Actor, Component, Control, Line, Message, Part, Scenario } from './model.ts';
import { profile } from './profile.ts';
import { messagesById } from './validate-lines.ts';

interface Index {
  readonly ends: ReadonlyMap<string, Component | Actor>;
  readonly components: ReadonlyMap<string, Component>;
  readonly actors: ReadonlyMap<string, Actor>;
  readonly parts: ReadonlyMap<string, { readonly part: Part; readonly whole: Component }>;
  readonly lines: ReadonlyMap<string, Line>;
  readonly messages: ReadonlyMap<string, Message>;
  readonly scenarios: ReadonlyMap<string, Scenario>;
  readonly controls: ReadonlyMap<string, Control>;
}

let built: Index | undefined;

function byId<T extends { readonly id: string }>(entries: readonly T[]): ReadonlyMap<string, T> {
  return new Map(entries.map((entry) => [entry.id, entry]));
}

function index(): Index {
  if (built !== undefined) return built;
  const all = profile();
  const ends = new Map<string, Component | Actor>();
  for (const end of [...all.components, ...all.actors]) {
    for (const name of [end.id, end.name, ...end.aliases]) ends.set(name.toLowerCase(), end);
  }
  const parts = new Map(
    all.components.flatMap((whole) => whole.parts.map((part) => [part.id, { part, whole }] as const)),
  );
  built = {
    ends,
    components: byId<Component>(all.components),
    actors: byId(all.actors),
    parts,
    lines: byId([...all.lines, ...all.extensionLines]),
    messages: messagesById(all),
    scenarios: byId(all.scenarios),
    controls: byId(all.controls),
  };
  return built;
}

/** The component or actor with this id, name or alias, whatever the case; undefined when there is none. */
export function endNamed(name: string): Component | Actor | undefined {
  return index().ends.get(name.trim().toLowerCase());
}

/** The component with this id, or undefined. */
export function componentById(id: string): Component | undefined {
  return index().components.get(id);
}

/** The actor outside the scope with this id, or undefined. */
export function actorById(id: string): Actor | undefined {
  return index().actors.get(id);
}

/** A part of an AMI Meter (4.4.2) with the component that it belongs to, or undefined. */
export function partById(id: string): { readonly part: Part; readonly whole: Component } | undefined {
  return index().parts.get(id);
}

/** The line with this number: `1` to `59`, or an extension line such as `X101`. Throws `profile/unknown-line`. */
export function lineById(id: string): Line {
  const line = index().lines.get(id.trim().toUpperCase());
  if (line === undefined) throw profileError('unknown-line', `the profile has no line ${id}`);
  return line;
}

/** The message with this id, ours included. Throws `profile/unknown-message`. */
export function messageById(id: string): Message {
  const message = index().messages.get(id.trim());
  if (message === undefined) throw profileError('unknown-message', `the profile has no message ${id}`);
  return message;
}

/** Every message of the profile and of ours, by id. */
export function allMessages(): ReadonlyMap<string, Message> {
  return index().messages;
}

/** The scenario with this id (`B2-Sc3`, `CDRLC`). Throws `profile/unknown-scenario`. */
export function scenarioById(id: string): Scenario {
  const wanted = id.trim().replace('CDR&LC', 'CDRLC');
  const scenario = index().scenarios.get(wanted);
  if (scenario === undefined) throw profileError('unknown-scenario', `the profile has no scenario ${id}`);
  return scenario;
}

/** The control with this id, with or without its prefix (`2.8.2`, `DHS-2.8.2`). Throws `profile/unknown-control`. */
export function controlById(id: string): Control {
  const control = index().controls.get(id.trim().replace(/^(DHS|ASAP)-/i, ''));
  if (control === undefined) throw profileError('unknown-control', `section 5 has no control ${id}`);
  return control;
}
