/** The numbered SQL files of the schema `trust`, in the form that the store applies. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const files = ['0001-authority.sql', '0002-meter-keys.sql'];

/** The migrations, numbered from `first`: another part of the same schema, such as the audit's inbox, may stand before. */
export function trustMigrations(first = 1): { number: number; name: string; sql: string }[] {
  return files.map((file, i) => ({
    number: first + i,
    name: file.slice('0001-'.length, -'.sql'.length),
    sql: readFileSync(fileURLToPath(new URL(`./migrations/${file}`, import.meta.url)), 'utf8'),
  }));
}
