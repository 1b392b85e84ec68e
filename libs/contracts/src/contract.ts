/**
 * How commands and events are declared. Handlers, validation, limits and types derive from these contracts.
 *
 * The doc comment of each contract is the source of the event documentation (`npm run docs:events`); nothing of it exists at
 * run time. It begins with one sentence. Its tags:
 * - `@example`: a payload as JSON. `@result`: the result of that command as JSON. A contract without one has the `@example`
 *   of its payload or result type.
 * - `@error CODE when it is answered`: one line for each code beyond `GENERAL_ERRORS`, or for a general one with a meaning of
 *   its own.
 * - `@receivers`: which connections receive the event.
 * - `@http METHOD /path`: the route that does the same.
 * - `@since`: the version that added the contract; absent for those of the first version.
 */
import type { WireError } from './errors/error-catalogue';
import { DEFAULT_POLICY, type RatePolicy } from './rate-policy';

/**
 * volatile: may be lost, never stored. reply: sent to one socket at once, never replayed.
 * recoverable: reaches every entitled client, also one that reconnects after a short interruption.
 */
export type DeliveryClass = 'volatile' | 'reply' | 'recoverable';

export type Constructor<T> = new () => T;

/** The answer to a command; each requested acknowledgement gets exactly one. */
export type Ack<Result extends object = object> =
  ({ success: true } & Result) | { success: true; dropped: true } | { success: false; error: WireError };

declare const PHANTOM: unique symbol;
/** Carries a type at compile time, so that a contract can name its result type without an instance of it. */
export interface TypeToken<T> {
  readonly [PHANTOM]?: T;
}
export function typeToken<T extends object>(): TypeToken<T> {
  return {};
}

export interface CommandContract<
  Name extends string = string,
  Payload extends object = object,
  Result extends object = object,
> {
  readonly name: Name;
  readonly payload: Constructor<Payload>;
  readonly result: TypeToken<Result>;
  readonly policy: RatePolicy;
  /** `reply`: answered by an acknowledgement. `volatile`: clients may send it volatile; a lost one does no harm. */
  readonly delivery: Extract<DeliveryClass, 'reply' | 'volatile'>;
}

type CommandSpec<Name extends string, Payload extends object, Result extends object> = Pick<
  CommandContract<Name, Payload, Result>,
  'name' | 'payload' | 'result'
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
  readonly payload: TypeToken<Payload>;
  /**
   * Frequent and for many receivers: the server may hold it back for 100 ms, to write it together with another frame for
   * the same client. The order of events is kept.
   */
  readonly unhurried: boolean;
  /**
   * The server verifies delivery by a ping of the transport. A user whose client turns out to be disconnected can then be
   * notified of the events that it has missed. The payload has a `createdAt`.
   */
  readonly confirmed: boolean;
}

export function event<const Name extends string, Payload extends object>(
  name: Name,
  delivery: DeliveryClass,
  payload: TypeToken<Payload>,
  { unhurried = false, confirmed = false } = {},
): EventContract<Name, Payload> {
  return { name, delivery, payload, unhurried, confirmed };
}

export type PayloadOf<C> =
  C extends CommandContract<string, infer P> ? P : C extends EventContract<string, infer E> ? E : never;
export type ResultOf<C> = C extends CommandContract<string, object, infer R> ? R : never;

/** For declaration merging: `interface ClientToServerEvents { 'plaza:wave': CommandSignature<typeof Wave> }`. */
export type CommandSignature<C> = (payload: PayloadOf<C>, ack?: (answer: Ack<ResultOf<C>>) => void) => void;
/** For declaration merging: `interface ServerToClientEvents { 'plaza:waved': EventSignature<typeof Waved> }`. */
export type EventSignature<C> = (payload: PayloadOf<C>) => void;
