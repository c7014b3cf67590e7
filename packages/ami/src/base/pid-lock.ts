/**
 * A lock that a killed process cannot hold for ever: a file with the owner's process id and the time the kernel
 * started it, so that a process id used again is not mistaken for the owner.
 */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, unlinkSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

export interface PidLock {
  release(): void;
}

/** The kernel's start time of a process in clock ticks since boot, or undefined when there is no such process. */
export function processStartTicks(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The command's name may hold spaces and brackets; the fields after the last bracket are plain.
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

/** Takes the lock, or returns the process id of its live owner. */
export function takePidLock(path: string): PidLock | { heldBy: number } {
  mkdirSync(dirname(path), { recursive: true });
  const mine = `${process.pid} ${processStartTicks(process.pid) ?? '0'}\n`;
  const draft = `${path}.${process.pid}`;
  writeFileSync(draft, mine, { mode: 0o644 });
  try {
    for (;;) {
      try {
        linkSync(draft, path);
        return { release: () => release(path, mine) };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const seen = readOwner(path);
      if (seen === undefined) continue;
      if (seen.alive) return { heldBy: seen.pid };
      removeStale(path, seen.text);
    }
  } finally {
    rmSync(draft, { force: true });
  }
}

function readOwner(path: string): { pid: number; text: string; alive: boolean } | undefined {
  try {
    const text = readFileSync(path, 'utf8');
    const [pid = '', started = ''] = text.trim().split(' ');
    return { pid: Number(pid), text, alive: started !== '' && processStartTicks(Number(pid)) === started };
  } catch {
    return undefined;
  }
}

/** Two callers may find the same stale lock; only what was seen stale is removed, a fresh one is put back. */
function removeStale(path: string, staleText: string): void {
  const aside = `${path}.stale.${process.pid}`;
  try {
    renameSync(path, aside);
  } catch {
    return;
  }
  if (readFileSync(aside, 'utf8') !== staleText) {
    try {
      linkSync(aside, path);
    } catch {
      // Somebody has taken the lock meanwhile; the one set aside then had lost it already.
    }
  }
  unlinkSync(aside);
}

function release(path: string, mine: string): void {
  if (readOwner(path)?.text === mine) rmSync(path, { force: true });
}
