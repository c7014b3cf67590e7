/**
 * Files that are there whole or not at all, and on the disk before anyone is told. By file handles, since Node's
 * permission model, which components run under, takes away `fsyncSync`.
 */
import { closeSync, constants, openSync, renameSync, writeSync } from 'node:fs';
import { open, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import { newCorrelation } from './ids.ts';

/** Writes a file and its folder's entry to the disk. */
export async function writeDurably(path: string, octets: Uint8Array, mode: number): Promise<void> {
  const draft = `${path}.${newCorrelation()}`;
  const file = await open(draft, 'wx', mode);
  try {
    await file.writeFile(octets);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(draft, path);
  await syncFolder(dirname(path));
}

/** Puts what was made, renamed or removed in a folder on the disk. */
export async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** For where nothing can be waited for: the octets are on the disk, the folder's entry with the next `syncFolder`. */
export function writeWholeNow(path: string, octets: Uint8Array, mode: number): void {
  const draft = `${path}.${newCorrelation()}`;
  const { O_WRONLY, O_CREAT, O_EXCL, O_SYNC } = constants;
  const file = openSync(draft, O_WRONLY | O_CREAT | O_EXCL | O_SYNC, mode);
  try {
    for (let at = 0; at < octets.length; ) at += writeSync(file, octets, at);
  } finally {
    closeSync(file);
  }
  renameSync(draft, path);
}
