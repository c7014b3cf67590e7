import type { Command } from 'commander';
import type { CliContext } from './program.ts';

export function registerExport(_parent: Command, _context: CliContext): void {}
