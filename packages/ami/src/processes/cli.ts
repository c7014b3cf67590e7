/** Main of the command `wattward`. */
import { runCli } from '../cli/program.ts';

// A reader such as `head` may close the pipe early; that ends the command quietly, like any other filter.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code === 'EPIPE') process.exit(0);
  throw error;
});

process.exitCode = await runCli(process.argv.slice(2), {
  stdout: process.stdout,
  stderr: process.stderr,
  env: process.env,
});
