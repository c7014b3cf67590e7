/**
 * Data table: the keys of the configuration that are no parameters of the profile: places, addresses, levels. What is
 * a number of policy stands in the profile, never here.
 */
import type { OwnKey } from './schema.ts';

/** Components that a database of their own can be given to. */
export const componentsWithDatabase = [
  'supervisor',
  'log-management',
  'head-end',
  'mdms',
  'meter-management',
  'network-management',
  'draacs',
  'grid-control',
  'forecasting',
] as const;

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
  ...componentsWithDatabase.map(
    (component): OwnKey => ({
      id: `store.databases.${component}`,
      type: 'secret',
      default: undefined,
      clause: '2.8.7',
      title: `Database of ${component} alone`,
      description: `Reference to an address as in store.databaseUrl; ${component} then shares its server with nobody.`,
    }),
  ),
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
