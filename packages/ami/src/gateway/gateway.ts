/**
 * The frame of a gateway (4.4.1, 2.8.7): the one way in and out for an actor outside the system. It speaks the actor's
 * standard on one side, through an `ActorSide`, and the lines of the profile on the other, with a certificate that
 * names the one actor it presents. What an actor may send is what the profile's lines say; nothing is passed through.
 */
import { actorById, allMessages, type EndId, maySend, permittedMessages } from '@wattward/profile';
import { WattwardError } from '../base/errors.ts';
import { decodeCbor } from '../lines/cbor-decode.ts';
import type { CborValue } from '../lines/cbor-encode.ts';
import { encodeCbor } from '../lines/cbor-encode.ts';
import type { Effect, ReceivedMessage } from '../lines/inbox.ts';
import { Lines, type LinesOptions } from '../lines/lines.ts';
import type { Pool } from '../store/database.ts';
import { raiseGateway } from './errors.ts';

/** A message as it passes between the actor's side and the lines: a message id of the profile and its payload. */
export interface GatewayMessage {
  readonly type: string;
  readonly body: CborValue;
  /** Which one, where the receiver is one of many. */
  readonly destination?: string;
}

/** Accepted: it is in the outbox for good. Refused: it never entered, and the actor does not learn why. */
export type Receipt = 'accepted' | 'refused';

/** The actor's side: one standard's listener and client. */
export interface ActorSide {
  /** Begins to take the actor's messages in; each is answered when it is safe or refused. */
  start(receive: (message: GatewayMessage) => Promise<Receipt>): Promise<void>;
  /** Hands a message to the actor; resolves when the actor has it. It is handed over again after a failure. */
  deliver(message: GatewayMessage): Promise<void>;
  stop(): Promise<void>;
}

export interface GatewayOptions extends Omit<LinesOptions, 'effects'> {
  readonly side: ActorSide;
  /** How often what could not be delivered to the actor is tried again. */
  readonly retryMs: number;
}

/** Messages read at once from what waits for the actor. */
const deliverAtOnce = 64;

export class Gateway {
  readonly actor: EndId;
  readonly lines: Lines;
  readonly #side: ActorSide;
  readonly #pool: Pool;
  readonly #options: GatewayOptions;
  #timer: NodeJS.Timeout | undefined;
  #delivering: Promise<void> | undefined;

  private constructor(actor: EndId, lines: Lines, options: GatewayOptions) {
    this.actor = actor;
    this.lines = lines;
    this.#side = options.side;
    this.#pool = options.pool;
    this.#options = options;
  }

  /** Opens the lines of one actor's gateway. Errors: `gateway/identity`, and those of the lines. */
  static async open(options: GatewayOptions): Promise<Gateway> {
    const { component, actor } = options.credentials.current().identity;
    if (component !== 'gateway' || actor === undefined || actorById(actor)?.carrier !== 'gateway')
      throw raiseGateway('identity');
    let gateway: Gateway | undefined;
    const { side, retryMs, ...rest } = options;
    const lines = await Lines.open({
      ...rest,
      effects: new Map(toActor(actor).map((type) => [type, keepForActor])),
      onConsumed: () => void gateway?.deliverWaiting(),
    });
    gateway = new Gateway(actor, lines, options);
    await side.start((message) => gateway.receive(message));
    gateway.#timer = setInterval(() => void gateway.deliverWaiting(), retryMs);
    await gateway.deliverWaiting();
    return gateway;
  }

  /** Takes one message of the actor in. Never throws for what the actor sent. */
  async receive(message: GatewayMessage): Promise<Receipt> {
    const known = allMessages().get(message.type);
    try {
      if (known === undefined || !maySend(this.actor, known.destination, message.type))
        throw raiseGateway('not-its', `${this.actor} may not send ${message.type}`);
      await this.lines.send({ ...message, source: this.actor });
      return 'accepted';
    } catch (error) {
      if (!(error instanceof WattwardError)) throw error;
      await this.#recordRefusal(message.type, error);
      return 'refused';
    }
  }

  async #recordRefusal(type: string, error: WattwardError): Promise<void> {
    const isSchema = error.code === 'lines/payload' || error.kind === 'decode';
    await this.#options.audit.record({
      type: isSchema ? 'line.refused.schema' : 'line.refused.line',
      phase: 'outcome',
      outcome: 'refused',
      actor: { kind: 'component', id: `gateway/${this.actor}` },
      source: this.actor,
      detail: { message: type.slice(0, 100), why: error.detail.slice(0, 200) },
    });
  }

  /** Hands to the actor what waits for it, in order; stops at the first that cannot be handed over. */
  deliverWaiting(): Promise<void> {
    this.#delivering ??= this.#deliverAll().finally(() => {
      this.#delivering = undefined;
    });
    return this.#delivering;
  }

  async #deliverAll(): Promise<void> {
    try {
      for (;;) {
        const { rows } = await this.#pool.query<{ id: number; type: string; body: Buffer }>(
          'SELECT id, type, body FROM gateway_outbound ORDER BY id LIMIT $1',
          [deliverAtOnce],
        );
        for (const { id, type, body } of rows) {
          await this.#side.deliver({ type, body: decodeCbor(body) });
          await this.#pool.query('DELETE FROM gateway_outbound WHERE id = $1', [id]);
        }
        if (rows.length < deliverAtOnce) return;
      }
    } catch (error) {
      this.#options.onLog?.('the actor cannot be reached', {
        actor: this.actor,
        why: (error as Error).message,
      });
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#timer);
    await this.#side.stop();
    await this.lines.close();
    await this.#delivering;
  }
}

/** Messages that the actor, or the gateway for it, receives. */
function toActor(actor: EndId): string[] {
  return permittedMessages()
    .filter(({ destination }) => destination === actor)
    .map(({ id }) => id);
}

/** What is meant for the actor waits in the gateway's own store, written with the number that it consumes. */
const keepForActor: Effect = async (client, messages: readonly ReceivedMessage[]) => {
  await client.query(
    'INSERT INTO gateway_outbound (type, body) SELECT * FROM unnest($1::text[], $2::bytea[])',
    [messages.map(({ facts }) => facts.type), messages.map(({ body }) => encodeCbor(body))],
  );
};
