/** How commands speak to a process: HTTP over its management socket. */
import { type IncomingMessage, request } from 'node:http';
import { type ErrorKind, WattwardError } from '../base/errors.ts';
import { raiseProcesses } from './errors.ts';

export interface CallOptions {
  readonly method?: 'GET' | 'POST';
  readonly body?: unknown;
  /** How long the answer may take to begin. */
  readonly withinMs: number;
}

// An answer that is held in memory as a whole.
const maxAnswerOctets = 64 * 1024 * 1024;

/**
 * Calls a management socket and gives the answer's stream. Errors: `processes/no-supervisor`,
 * `processes/not-answering`, and whatever the other side answered.
 */
export async function callStream(
  socket: string,
  path: string,
  options: CallOptions,
): Promise<IncomingMessage> {
  const body = options.body === undefined ? undefined : JSON.stringify(options.body);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const call = request({
      socketPath: socket,
      path,
      method: options.method ?? 'GET',
      agent: false,
      headers:
        body === undefined
          ? {}
          : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
    });
    call.setTimeout(options.withinMs, () =>
      call.destroy(raiseProcesses('not-answering', `${socket} did not answer`)),
    );
    call.once('response', resolve);
    call.once('error', (error) => reject(describeFailure(error, socket)));
    call.end(body);
  });
  if (response.statusCode === 200) return response;
  throw readError(await readAll(response));
}

function describeFailure(error: Error, socket: string): Error {
  if (error instanceof WattwardError) return error;
  const code = (error as NodeJS.ErrnoException).code ?? '';
  const gone = ['ENOENT', 'ECONNREFUSED', 'EACCES', 'ENOTDIR'].includes(code);
  if (!gone) return raiseProcesses('not-answering', `${socket}: ${error.message}`, { cause: error });
  const why = code === 'EACCES' ? 'only its owner and root may reach it' : 'nobody listens there';
  return raiseProcesses('no-supervisor', `no wattward answers at ${socket}: ${why}`, { cause: error });
}

async function readAll(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let octets = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    octets += part.length;
    if (octets > maxAnswerOctets) throw raiseProcesses('not-answering', 'the answer is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

function readError(text: string): Error {
  try {
    const { error } = JSON.parse(text) as { error: { code: string; kind: ErrorKind; detail: string } };
    const row = { kind: error.kind, meaning: error.detail, remedy: '' };
    return new WattwardError(error.code, row, error.detail);
  } catch {
    return raiseProcesses('refused', text.slice(0, 200));
  }
}

/** Calls a management socket and reads the JSON answer. Errors as `callStream`. */
export async function call<T>(socket: string, path: string, options: CallOptions): Promise<T> {
  return JSON.parse(await readAll(await callStream(socket, path, options))) as T;
}
