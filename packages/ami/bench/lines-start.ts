/** What a worker process of the bench and of the soak is told. */
import type { Connection } from '../src/store/postgres-server.ts';
import type { LineAuthority } from '../test/line-authority.ts';
import type { WorkerStart } from './lines-worker.ts';

/** Where the effect of a worker keeps its data. */
export const keepTable = {
  number: 2,
  name: 'bench',
  sql: `CREATE TABLE bench_kept (id bigint GENERATED ALWAYS AS IDENTITY, data bytea NOT NULL);
        ALTER TABLE bench_kept ALTER COLUMN data SET STORAGE EXTERNAL;
        GRANT SELECT, INSERT ON bench_kept TO :login;`,
};

export function workerStart(
  authority: LineAuthority,
  component: string,
  peer: string,
  connection: Connection,
): WorkerStart {
  const { message, tls } = authority.credentials({ component }).issued();
  const pem = ({ chain, key }: typeof message) => ({
    chain: chain.map((each) => each.toString('base64')),
    key: key.export({ format: 'pem', type: 'pkcs8' }) as string,
  });
  return {
    component,
    peer,
    connection,
    port: 0,
    root: authority.rootCertificate.toString('base64'),
    authorities: authority.authorityCertificates.map((each) => each.toString('base64')),
    lists: authority.publishLists().map((each) => each.toString('base64')),
    message: pem(message),
    tls: { ...pem(tls), cert: tls.pem.cert },
    anchors: [...authority.anchors],
  };
}
