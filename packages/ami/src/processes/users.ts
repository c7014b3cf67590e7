/**
 * An operating system user for each component where the program runs as root (2.8.3): ids that belong to nobody, taken
 * from a configured range in the catalogue's fixed order. Such a user has no name, no password, no shell and no home.
 */
import { readFileSync } from 'node:fs';
import { raiseProcesses } from './errors.ts';
import type { User } from './state.ts';

/** One user a component, in order. Errors: `processes/user-taken`. */
export function componentUsers(
  components: readonly string[],
  firstUserId: number,
  passwd = readFileSync('/etc/passwd', 'utf8'),
  group = readFileSync('/etc/group', 'utf8'),
): ReadonlyMap<string, User> {
  const taken = new Map([...idsOf(group, 'group'), ...idsOf(passwd, 'user')]);
  const users = new Map<string, User>();
  for (const [i, component] of components.entries()) {
    const id = firstUserId + i;
    const owner = taken.get(id);
    if (owner !== undefined)
      throw raiseProcesses('user-taken', `the id ${id} for ${component} belongs to ${owner}`);
    users.set(component, { uid: id, gid: id });
  }
  return users;
}

function idsOf(text: string, kind: string): [number, string][] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => line.split(':'))
    .map(([name, , id]) => [Number(id), `the ${kind} ${name}`]);
}
