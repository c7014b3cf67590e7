import { errorTable } from '../base/errors.ts';

export const raiseStore = errorTable('store', {
  'no-binary': {
    kind: 'storage',
    meaning: 'No PostgreSQL server program was found.',
    remedy:
      'Install Debian’s package postgresql-15, or set store.binaries to a folder with initdb and postgres.',
  },
  'binary-old': {
    kind: 'storage',
    meaning: 'The PostgreSQL found is older than version 15.',
    remedy: 'Install version 15 or newer, or point DATABASE_URL at such a server.',
  },
  'data-version': {
    kind: 'storage',
    meaning: 'The data directory belongs to another major version of PostgreSQL than the programs found.',
    remedy:
      'Install that major version, run `wattward backup`, then restore the file into a new state directory.',
  },
  running: {
    kind: 'storage',
    meaning: 'Another wattward runs on this state directory.',
    remedy: 'See `wattward status`; stop it with Ctrl-C or SIGTERM, or choose another --state.',
  },
  'start-failed': {
    kind: 'storage',
    meaning: 'PostgreSQL did not start.',
    remedy: 'Read the last lines of its log, named above.',
  },
  'data-foreign': {
    kind: 'storage',
    meaning: 'The data directory is not one that wattward made.',
    remedy: 'Choose an empty state directory, or use that server through DATABASE_URL.',
  },
  unreachable: {
    kind: 'storage',
    meaning: 'The database cannot be reached.',
    remedy:
      'Check that the server runs and that DATABASE_URL is right; `wattward status` shows what waits for it.',
  },
  'migration-changed': {
    kind: 'storage',
    meaning: 'A migration that was already applied has changed.',
    remedy: 'Migrations only go forward: put the old file back and add a new one.',
  },
  'migration-newer': {
    kind: 'storage',
    meaning: 'The store was made by a newer version of wattward.',
    remedy: 'Use that version or a newer one; there is no way back but a backup from before.',
  },
  'migration-failed': {
    kind: 'storage',
    meaning: 'A migration failed and was rolled back.',
    remedy: 'The store is as it was before; read the cause above.',
  },
  'backup-file': {
    kind: 'security',
    meaning: 'The backup file is damaged, was altered, or the key does not fit it.',
    remedy: 'Use the key that was current when the backup was made, and an unaltered copy.',
  },
  'restore-target': {
    kind: 'policy',
    meaning: 'The store to restore into is not empty.',
    remedy: 'Restore into a new state directory or an empty database.',
  },
  'as-root': {
    kind: 'storage',
    meaning: 'PostgreSQL does not run as root and no unprivileged user was found.',
    remedy: 'Create the user wattward (`adduser --system --group wattward`).',
  },
});
