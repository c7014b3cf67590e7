/** The state directory: where it is, what lies where in it, and whose the folders are. */
import {
  chmodSync,
  chownSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { WattwardError } from '../base/errors.ts';
import { raiseProcesses } from './errors.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface User {
  readonly uid: number;
  readonly gid: number;
}

/** `--state`, else WATTWARD_STATE, else the place that suits the user. */
export function stateDirectory(option: string | undefined, environment: Environment, uid: number): string {
  const named = option ?? environment['WATTWARD_STATE'];
  if (named) return resolve(named);
  return uid === 0
    ? '/var/lib/wattward'
    : join(environment['HOME'] ?? '/nonexistent', '.local/state/wattward');
}

/** A component's own folders; it may enter no other one below the state directory. */
export interface ComponentFolders {
  /** What it keeps. */
  readonly own: string;
  readonly keys: string;
  /** Its management socket. */
  readonly run: string;
}

/** The paths of a state directory. */
export class StateLayout {
  readonly root: string;
  readonly lock: string;
  readonly secrets: string;
  readonly run: string;
  readonly log: string;
  readonly keys: string;
  readonly code: string;
  readonly configuration: string;
  readonly supervisorSocket: string;

  constructor(root: string) {
    this.root = root;
    this.lock = join(root, 'wattward.pid');
    this.secrets = join(root, 'secrets');
    this.run = join(root, 'run');
    this.log = join(root, 'log');
    this.keys = join(root, 'keys');
    this.code = join(root, 'code');
    this.configuration = join(root, 'wattward.yaml');
    this.supervisorSocket = join(this.run, 'supervisor.sock');
  }

  folders(component: string): ComponentFolders {
    return {
      own: join(this.root, component),
      keys: join(this.keys, component),
      run: join(this.run, component),
    };
  }

  /** Where a component really listens; only its own user and the administrator enter the folder. */
  managementSocket(component: string): string {
    return join(this.folders(component).run, 'management.sock');
  }

  /** Where the witness listens for checkpoints: a data listener, apart from its management (2.8.2). */
  get witnessFolder(): string {
    return join(this.run, 'witness-data');
  }

  /** The name that commands use: a link to the former. */
  componentSocket(component: string): string {
    return join(this.run, `${component}.sock`);
  }
}

// sockaddr_un holds 107 characters and its end mark.
const longestSocketPath = 107;

/** Makes the folders that everybody shares. Errors: `processes/state-path`, `processes/state-closed`. */
export function prepareState(layout: StateLayout, components: readonly string[], isolated: boolean): void {
  for (const component of components) {
    if (Buffer.byteLength(layout.managementSocket(component)) > longestSocketPath)
      throw raiseProcesses('state-path');
  }
  // With users of their own the components must be able to pass, which is not the same as to list.
  const passing = isolated ? 0o711 : 0o700;
  for (const folder of [layout.root, layout.keys, layout.run]) makeFolder(folder, passing);
  makeFolder(layout.secrets, 0o700);
  makeFolder(layout.log, 0o700);
  if (isolated) requirePassage(layout.root);
}

/** What the file system refused, told as an error of ours; any other error is given back as it is. */
export function asStateError(error: unknown, root: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || syscall === undefined || error instanceof WattwardError) return error;
  return raiseProcesses('state-unusable', `${root} cannot be used: ${(error as Error).message}`, {
    cause: error,
  });
}

function makeFolder(path: string, mode: number): void {
  mkdirSync(path, { recursive: true, mode });
  chmodSync(path, mode);
}

/** Whether a user who is nobody in particular may enter a folder and all that lead to it. */
export function everyoneMayEnter(folder: string): boolean {
  for (let at = folder; ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false;
    if (at === dirname(at)) return true;
  }
}

function requirePassage(root: string): void {
  if (!everyoneMayEnter(dirname(root)))
    throw raiseProcesses('state-closed', `not everyone may enter ${dirname(root)}`);
}

/** Makes a component's folders and gives them, with all that is in them, to its user. */
export function prepareComponent(layout: StateLayout, component: string, user: User | undefined): void {
  const folders = layout.folders(component);
  for (const folder of Object.values(folders)) {
    makeFolder(folder, 0o700);
    if (user) giveTo(folder, user);
  }
  const link = layout.componentSocket(component);
  rmSync(link, { force: true });
  symlinkSync(join(component, 'management.sock'), link);
}

/**
 * Makes a folder for a socket that one component opens and another reaches: it belongs to the one, and the other's group
 * may pass; a socket made in it gets that group.
 */
export function prepareSharedFolder(path: string, owner: User | undefined, reader: User | undefined): void {
  makeFolder(path, 0o700);
  if (owner === undefined || reader === undefined) return;
  chownSync(path, owner.uid, reader.gid);
  chmodSync(path, 0o2710);
}

/**
 * Gives a folder and what is in it to a user. What belongs to the user already is passed over: its owner may be changing
 * it right now, and could put a link where a folder was. Links, and files with a second name elsewhere, are never given.
 */
function giveTo(path: string, user: User): void {
  const isFolder = lstatSync(path).isDirectory();
  const isTheirs = lstatSync(path).uid === user.uid;
  if (isFolder) {
    for (const name of readdirSync(path)) {
      const child = join(path, name);
      const found = lstatSync(child);
      if (found.isFile() && found.nlink === 1 && found.uid !== user.uid)
        lchownSync(child, user.uid, user.gid);
      else if (found.isDirectory() && !isTheirs) giveTo(child, user);
    }
  }
  if (!isTheirs) lchownSync(path, user.uid, user.gid);
}
