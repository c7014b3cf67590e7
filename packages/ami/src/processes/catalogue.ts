/**
 * Data table: the processes that the supervisor starts, in the order in which their users are numbered. A component
 * is only ever added at the end, or the users of the others would change.
 */
import { auditInboxMigration, logManagement } from '../audit/inbox.ts';
import { logManagementMigrations } from '../log-management/migrations.ts';
import type { Migration } from '../store/migrate.ts';
import { trustMigrations } from '../trust/migrations.ts';

export interface ComponentSpecification {
  readonly id: string;
  /** File beside this one that is its main. */
  readonly main: 'component.ts' | 'log-management.ts' | 'witness.ts' | 'trust.ts';
  /** Its numbered migrations, or undefined for a process without a schema. */
  readonly migrations: readonly Migration[] | undefined;
  /** What it does in this version, honestly; shown by `wattward status`. */
  readonly does: string;
  /** Starts before the others. */
  readonly first: boolean;
}

/** What a component does that has only what every component has. */
export const groundOnly = 'ground only';

/** The schema in which the supervisor keeps its own records. */
export const supervisorId = 'supervisor';

/** The process that remembers the audit's checkpoints; it has no database. */
export const witnessId = 'witness';

/** The trust center: authorities, enrolment, the keys of meters. */
export const trustId = 'trust';

/** Every schema of a component that writes audit records begins with its inbox. */
export const inboxOnly: readonly Migration[] = [auditInboxMigration(1)];

function component(id: string): ComponentSpecification {
  return { id, main: 'component.ts', migrations: inboxOnly, does: groundOnly, first: false };
}

export const catalogue: readonly ComponentSpecification[] = [
  component('head-end'),
  component('mdms'),
  component('meter-management'),
  component('network-management'),
  component('draacs'),
  component('grid-control'),
  component('forecasting'),
  {
    id: logManagement,
    main: 'log-management.ts',
    migrations: logManagementMigrations,
    does: 'orders, proves and searches the audit',
    first: true,
  },
  {
    id: witnessId,
    main: 'witness.ts',
    migrations: undefined,
    does: 'cosigns the audit’s checkpoints',
    first: true,
  },
  {
    id: trustId,
    main: 'trust.ts',
    migrations: [auditInboxMigration(1), ...trustMigrations(2)],
    does: 'issues certificates, enrols devices, keeps the keys of meters',
    first: false,
  },
];
