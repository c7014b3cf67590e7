/**
 * Data table: which controls protect a message while it passes, by rules of ours over the facts of the message. The
 * profile says what the controls ask for and what passes; it does not join the two.
 */
import type { Message } from '../model.ts';

/** What a rule may look at, besides the message itself. */
export interface Passage {
  /** The message leaves one security domain for another, or crosses the edge of the system. */
  readonly crossesBoundary: boolean;
}

export interface ProtectionRule {
  readonly controls: readonly string[];
  /** Completes the sentence "… protects it because". */
  readonly because: string;
  readonly applies: (message: Message, passage: Passage) => boolean;
}

const switching =
  /turn-(on|off)-command|turn-on-off-electric-service$|toggle-electric-service|load-(limit|shed)-command|cancel|control-request|request-load-control|load-shed-control-notification|pending-switching/;

/** Whether a message switches, limits or sheds load, or takes such an order back (2.17.1 and our extension of it). */
export function isSwitching(message: Message): boolean {
  return message.kind === 'command' && switching.test(message.id);
}

const highLabels: ReadonlySet<string> = new Set(['confidential', 'restricted']);
const acting: ReadonlySet<string> = new Set(['command', 'configuration', 'firmware', 'security']);

export const protectionRules: readonly ProtectionRule[] = [
  {
    controls: ['2.8.8', '2.8.20', '2.8.12'],
    because: 'every message between components is kept whole and proven genuine by validated cryptography',
    applies: () => true,
  },
  {
    controls: ['2.15.12', '2.15.15'],
    because: 'both ends are identified, and only the lines of the profile permit a flow',
    applies: () => true,
  },
  {
    controls: ['2.14.9', '2.14.10'],
    because: 'what arrives is accepted from permitted sources only and checked for form and sense',
    applies: () => true,
  },
  { controls: ['2.8.6'], because: 'its priority decides when it is served', applies: () => true },
  { controls: ['2.9.4'], because: 'its label says which protection it needs', applies: () => true },
  {
    controls: ['2.8.9'],
    because: 'its label is confidential or restricted',
    applies: (message) => highLabels.has(message.label),
  },
  {
    controls: ['2.8.7'],
    because: 'it crosses a boundary',
    applies: (_message, passage) => passage.crossesBoundary,
  },
  {
    controls: ['2.8.18', '2.9.5'],
    because: 'one end lies outside the AMI system',
    applies: (message) => message.scope === 'boundary',
  },
  {
    controls: ['2.15.7', '2.15.9', '2.16.2'],
    because: 'it changes or commands something, so it is authorized, as narrowly as possible, and recorded',
    applies: (message) => acting.has(message.kind),
  },
  {
    controls: ['2.17.1'],
    because: 'it switches, limits or sheds load, or cancels such an order',
    applies: isSwitching,
  },
  {
    controls: ['2.14.3', '2.14.7'],
    because: 'it brings firmware or puts it into effect',
    applies: (message) => message.kind === 'firmware' || message.id.includes('firmware-command'),
  },
  {
    controls: ['2.8.11', '2.8.14', '2.8.15'],
    because: 'it carries keys, certificates, credentials or decisions about them',
    applies: (message) => message.kind === 'security',
  },
  {
    controls: ['2.16.3', '2.16.9'],
    because: 'it carries records that an audit relies on',
    applies: (message) => message.kind === 'log',
  },
  {
    controls: ['2.14.4'],
    because: 'it is an alarm, and what watches the system must not miss it',
    applies: (message) => message.priority === 'alarm',
  },
  {
    controls: ['2.10.7'],
    because: 'a field tool takes part',
    applies: (message) => message.source === 'field-tool' || message.destination === 'field-tool',
  },
];
