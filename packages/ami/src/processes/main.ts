/** What every component's main does: waits to be told what it is, runs, stops, and ends when the supervisor is gone. */
import { ComponentProcess } from './component-process.ts';
import type { WorkBuilder } from './ground.ts';
import type { FromComponent, ToComponent } from './messages.ts';

/** Runs a component in this process; the exit code is 0 after an orderly stop. */
export function runMain(builder: WorkBuilder): void {
  // Sockets and files belong to this user alone.
  process.umask(0o077);
  if (process.send === undefined) {
    process.stderr.write('wattward: this process is started by `wattward up`, never by hand\n');
    process.exit(2);
  }
  let running: ComponentProcess | undefined;
  let stopping = false;
  const send = (message: FromComponent) => {
    if (process.connected) process.send?.(message);
  };
  const stop = () => {
    if (stopping) return;
    stopping = true;
    void (running?.stop() ?? Promise.resolve()).then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('disconnect', () => process.exit(1));
  process.on('SIGTERM', stop);
  // In a terminal Ctrl-C reaches the whole group; the order of the end is the supervisor's.
  process.on('SIGINT', () => undefined);
  process.on('message', (message: ToComponent) => {
    if (message.type === 'stop') stop();
    else if (message.type === 'self-test') {
      void running
        ?.selfTest(message.drill)
        .then((results) => send({ type: 'self-test', id: message.id, results }));
    } else if (running === undefined) {
      running = new ComponentProcess(message, builder, send);
      running.run().catch((error: Error) => {
        running?.log.fatal({ reason: error.message, stack: error.stack }, 'ended by a fault');
        process.exit(1);
      });
    }
  });
}
