/**
 * Data table: the keys of the configuration that are no parameters of the profile: places, addresses, levels. What is
 * a number of policy stands in the profile, never here.
 */
import type { OwnKey } from './schema.ts';

export const ownKeys: readonly OwnKey[] = [
  {
    id: 'store.binaries',
    type: 'path',
    default: undefined,
    clause: '2.10.4',
    title: 'Folder with initdb and postgres',
    description:
      'Absolute path. Without it the newest PostgreSQL of the system is taken, else the one that npm brought (for evaluation only).',
  },
  {
    id: 'store.databaseUrl',
    type: 'secret',
    default: undefined,
    clause: '2.8.7',
    title: 'External PostgreSQL instead of one of our own',
    description:
      'Reference to postgresql://user:password@host:port/database. When it is absent and the environment has DATABASE_URL, that is used. The user must be able to make roles and schemas.',
  },
  {
    id: 'process.firstUserId',
    type: 'number',
    unit: 'user id',
    range: [1000, 4_294_000_000],
    default: 60_710,
    clause: '2.8.3',
    title: 'First operating system user of the components',
    description:
      'As root each component runs as a user of its own, counted from here in the fixed order of the components; the numbers must belong to nobody. Two systems on one machine need ranges of their own.',
  },
  {
    id: 'audit.logName',
    type: 'name',
    default: 'wattward.invalid/audit',
    clause: '2.16.9',
    title: 'Name of the audit log in its checkpoints',
    description:
      'A name that nobody else uses, such as audit.utility.example/ami. It is signed with every checkpoint: choose it before the first start and keep it.',
  },
  {
    id: 'audit.capacityOctets',
    type: 'number',
    unit: 'octets',
    range: [16_777_216, 1_125_899_906_842_624],
    default: undefined,
    clause: '2.16.5',
    title: 'What the stored trail may grow to',
    description:
      'The fill levels (audit.fill…Percent) are shares of it. Without it: the size of the volume for a store of our own, no fill levels for an external one.',
  },
  {
    id: 'audit.formerKeys',
    type: 'words',
    default: undefined,
    clause: '2.16.9',
    title: 'Verifier keys that the log signed with before',
    description: 'Separated by spaces; needed to verify old checkpoints after a change of the key.',
  },
  {
    id: 'audit.acceptedLosses',
    type: 'words',
    default: undefined,
    clause: '2.16.9, 2.10.4',
    title: 'Losses by a restore that were looked into',
    description:
      'Separated by spaces, as `wattward audit verify` names them; they are then shown as accepted.',
  },
  {
    id: 'witness.name',
    type: 'name',
    default: 'wattward.invalid/witness',
    clause: '2.16.9',
    title: 'Name of the witness in its cosignatures',
    description: 'Of the witness that runs here, or of the one at witness.url.',
  },
  {
    id: 'witness.url',
    type: 'url',
    default: undefined,
    clause: '2.16.9',
    title: 'A witness on another host',
    description:
      'http or https address. Without it a witness runs here beside the log that it watches, which shows the working and protects against little: its key and memory are on the same machine.',
  },
  {
    id: 'witness.verifierKey',
    type: 'words',
    default: undefined,
    clause: '2.16.9',
    title: 'Verifier key of the witness at witness.url',
    description: 'As the witness prints it when it starts.',
  },
  {
    id: 'trust.estNames',
    type: 'words',
    default: undefined,
    clause: '2.8.15',
    title: 'Names under which devices reach enrolment',
    description:
      'Host names or addresses, separated by spaces; they stand in the certificate of the listener. Without them nothing listens and only files can be enrolled.',
  },
  {
    id: 'trust.estHost',
    type: 'words',
    default: '127.0.0.1',
    clause: '2.8.2',
    title: 'Address where enrolment (EST, RFC 7030) listens',
    description: 'A data listener, apart from management. Loopback unless it is said otherwise.',
  },
  {
    id: 'trust.estPort',
    type: 'number',
    unit: 'port',
    range: [0, 65_535],
    default: 8444,
    clause: '2.8.2',
    title: 'Port where enrolment listens',
    description: '0 lets the system choose one, for tests.',
  },
  {
    id: 'log.level',
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error'],
    default: 'info',
    clause: '2.16.2',
    title: 'Least level that components write to their logs',
    description: 'The audit is not a log: it is always whole.',
  },
  {
    id: 'log.terminalLevel',
    type: 'choice',
    choices: ['debug', 'info', 'warn', 'error', 'none'],
    default: 'info',
    clause: '2.16.2',
    title: 'Least level that is shown on the terminal',
    description: 'The files under <state>/log hold everything that log.level lets through.',
  },
];
