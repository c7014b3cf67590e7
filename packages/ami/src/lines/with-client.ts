/** A connection of the pool for one piece of work. */
import { type Pool, type PoolClient, transaction } from '../store/database.ts';

/**
 * Lends a connection to `work`. When the server goes away meanwhile, the work's own query fails; the connection tells
 * it a second time as an event, which would end the process if nobody listened. A connection that failed is not kept.
 */
export async function withClient<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  const client = await pool.connect();
  let broken: Error | undefined;
  const onError = (error: Error) => {
    broken = error;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } finally {
    client.off('error', onError);
    client.release(broken);
  }
}

/** Runs `work` in a transaction on a connection of its own. */
export function inTransaction<T>(pool: Pool, work: (client: PoolClient) => Promise<T>): Promise<T> {
  return withClient(pool, (client) => transaction(client, () => work(client)));
}
