/** How a command and an event are declared: the one place from which handlers, validation, limits, types and documents come. */
import type { WireError } from './error-catalogue';
import { DEFAULT_POLICY, type RatePolicy } from './rate-policy';

/**
 * volatile: may be lost, never stored. reply: to one socket, local, immediate, never replayed.
 * recoverable: reaches every client that is entitled to it, also one that was away for a moment.
 */
export type DeliveryClass = 'volatile' | 'reply' | 'recoverable';

export type Constructor<T> = new () => T;

/** The answer to a command: exactly one per ack asked for. */
export type Ack<Result extends object = object> =
  ({ success: true } & Result) | { success: true; dropped: true } | { success: false; error: WireError };

declare const PHANTOM: unique symbol;
/** A type carried by a value, so that a contract can name its result without having one. */
export interface TypeOf<T> {
  readonly [PHANTOM]?: T;
}
export function returns<T extends object>(): TypeOf<T> {
  return {};
}

export interface CommandContract<
  Name extends string = string,
  Payload extends object = object,
  Result extends object = object,
> {
  readonly name: Name;
  /** One sentence for the documents. */
  readonly summary: string;
  readonly payload: Constructor<Payload>;
  readonly result: TypeOf<Result>;
  readonly policy: RatePolicy;
  /** `reply`: answered by ack. `volatile`: clients may send it volatile; losing one does no harm. */
  readonly delivery: Extract<DeliveryClass, 'reply' | 'volatile'>;
}

type CommandSpec<Name extends string, Payload extends object, Result extends object> = Pick<
  CommandContract<Name, Payload, Result>,
  'name' | 'summary' | 'payload' | 'result'
> &
  Partial<Pick<CommandContract, 'policy' | 'delivery'>>;

export function command<const Name extends string, Payload extends object, Result extends object>(
  spec: CommandSpec<Name, Payload, Result>,
): CommandContract<Name, Payload, Result> {
  return { policy: DEFAULT_POLICY, delivery: 'reply', ...spec };
}

export interface EventContract<Name extends string = string, Payload extends object = object> {
  readonly name: Name;
  readonly delivery: DeliveryClass;
  readonly payload: TypeOf<Payload>;
  /**
   * Comes often and to very many: on its way out it may wait a tenth of a second for something else that its client is
   * written, so that it costs next to nothing. Before anything later, as always.
   */
  readonly unhurried: boolean;
  /**
   * The server finds out whether it has reached its clients, by a ping of the transport: who is found gone afterwards can be
   * notified of what has not. Its payload has a `createdAt`.
   */
  readonly confirmed: boolean;
}

export function event<const Name extends string, Payload extends object>(
  name: Name,
  delivery: DeliveryClass,
  payload: TypeOf<Payload>,
  { unhurried = false, confirmed = false } = {},
): EventContract<Name, Payload> {
  return { name, delivery, payload, unhurried, confirmed };
}

export type PayloadOf<C> =
  C extends CommandContract<string, infer P> ? P : C extends EventContract<string, infer E> ? E : never;
export type ResultOf<C> = C extends CommandContract<string, object, infer R> ? R : never;
