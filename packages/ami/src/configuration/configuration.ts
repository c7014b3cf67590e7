/** Defaults, file and environment put together, checked against each other, frozen: what the supervisor runs by. */
import { readFileSync, statSync } from 'node:fs';
import { raiseConfiguration } from './errors.ts';
import { brokenOrders } from './order.ts';
import { type Fault, maxTextOctets, type Place, parseConfiguration } from './parse.ts';
import { type Key, keys, type Value } from './schema.ts';
import { resolveSecret } from './secrets.ts';

type Environment = Readonly<Record<string, string | undefined>>;

/** Where a value comes from: the profile's default, ours, the file, or a variable of the environment. */
export type Origin = 'profile' | 'default' | 'file' | 'environment';

export interface Setting {
  readonly key: Key;
  readonly value: Value | undefined;
  readonly origin: Origin;
  /** Where in the file; only when it comes from there. */
  readonly place: Place | undefined;
}

export interface Configuration {
  /** The file read, or undefined when there is none and everything is default. */
  readonly file: string | undefined;
  readonly settings: ReadonlyMap<string, Setting>;
  /** A number; asking for another key is a broken invariant. */
  number(id: string): number;
  text(id: string): string | undefined;
  /** Resolves a secret's reference. Errors: `configuration/secret`. */
  secret(id: string): string | undefined;
  /** Every parameter of the profile with its effective value: what a component is handed. */
  parameters(): Readonly<Record<string, number>>;
}

/** Reads the file, or takes defaults when `file` is undefined. Errors: `configuration/…`. */
export function loadConfiguration(file: string | undefined, environment: Environment): Configuration {
  const text = file === undefined ? '' : readConfigurationFile(file);
  return buildConfiguration(text, file, environment);
}

/** The faults of a text as one error names them: each with line, column, key and what is permitted. */
export function configurationFaults(text: string): readonly Fault[] {
  const { values, faults } = parseConfiguration(text);
  if (faults.length > 0) return faults;
  const effective = (id: string): number => {
    return Number(values.get(id)?.value ?? keys().get(id)?.default);
  };
  return brokenOrders(effective).map(({ low, high }) => {
    const place = values.get(low)?.place ?? values.get(high)?.place ?? { line: 1, column: 1 };
    return {
      ...place,
      key: values.has(low) ? low : high,
      text: `${low} (${effective(low)} ${keys().get(low)!.unit}) may not exceed ${high} (${effective(high)} ${keys().get(high)!.unit})`,
    };
  });
}

/** Builds from text. Errors: `configuration/invalid` with every fault. */
export function buildConfiguration(
  text: string,
  file: string | undefined,
  environment: Environment,
): Configuration {
  const faults = configurationFaults(text);
  if (faults.length > 0) throw raiseConfiguration('invalid', describeFaults(faults, file ?? 'configuration'));
  const { values } = parseConfiguration(text);
  const settings = new Map<string, Setting>();
  for (const key of keys().values()) {
    const placed = values.get(key.id);
    const origin: Origin = placed ? 'file' : key.from === 'profile' ? 'profile' : 'default';
    settings.set(key.id, { key, value: placed?.value ?? key.default, origin, place: placed?.place });
  }
  const url = settings.get('store.databaseUrl')!;
  if (url.value === undefined && environment['DATABASE_URL']) {
    settings.set(url.key.id, { ...url, value: 'env:DATABASE_URL', origin: 'environment' });
  }
  for (const setting of settings.values()) Object.freeze(setting);
  return freeze(file, settings, environment);
}

function freeze(
  file: string | undefined,
  settings: ReadonlyMap<string, Setting>,
  environment: Environment,
): Configuration {
  const setting = (id: string): Setting => {
    const found = settings.get(id);
    if (found === undefined) throw new Error(`no such key: ${id}`);
    return found;
  };
  return Object.freeze({
    file,
    settings,
    number(id: string) {
      const { value } = setting(id);
      if (typeof value !== 'number') throw new Error(`${id} is no number`);
      return value;
    },
    text(id: string) {
      const { value } = setting(id);
      return value === undefined ? undefined : String(value);
    },
    secret(id: string) {
      const { value } = setting(id);
      return value === undefined ? undefined : resolveSecret(String(value), environment);
    },
    parameters() {
      const numbers = [...settings.values()].filter(({ key }) => key.from === 'profile');
      return Object.freeze(Object.fromEntries(numbers.map(({ key, value }) => [key.id, Number(value)])));
    },
  });
}

/** One line a fault: `wattward.yaml:3:12 process.logFiles: 0 is not permitted: 1 to 1000 count`. */
export function describeFaults(faults: readonly Fault[], file: string): string {
  return faults
    .map(
      ({ line, column, key, text }) =>
        `${file}, line ${line}, column ${column}: ${key ? `${key}: ` : ''}${text}`,
    )
    .join('\n');
}

function readConfigurationFile(file: string): string {
  try {
    const { mode, uid, size } = statSync(file);
    const owner = process.getuid?.();
    // The file names programs to run; whoever can write it can act for whoever starts the system.
    if ((mode & 0o022) !== 0 || (uid !== owner && uid !== 0)) {
      throw raiseConfiguration(
        'file-mode',
        `${file} can be changed by others (mode ${(mode & 0o777).toString(8)})`,
      );
    }
    if (size > maxTextOctets)
      throw raiseConfiguration('invalid', `${file} is larger than ${maxTextOctets} octets`);
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'kind' in cause) throw cause;
    throw raiseConfiguration('unreadable', `${file} cannot be read`, { cause });
  }
}
