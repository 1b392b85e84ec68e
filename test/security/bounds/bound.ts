/** A bound: the largest request of a command or route, and the most that it makes the server read, answer, send and keep. */
import type { ErrorCode, EventName } from '@aeturnis/contracts';
import type { BoundsWorld } from './bounds-world';

export interface RouteRequest {
  /** Path parameters by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** The access token of the caller; by default that of the heavy user. */
  readonly token?: string;
}

/** An event that a request causes. */
export interface CausedEvent {
  readonly event: EventName;
  /** Maximum size of its payload. */
  readonly bytes: number;
  /** The receivers: each of their connections gets it. */
  readonly to: string;
  /** How many times the test receives it, when it goes to the heavy user, the witness or the blocker. */
  readonly seen?: number;
}

/** A request that exceeds a bound by one, and the code of its refusal. */
export interface BeyondBound<Sent> {
  readonly what: string;
  readonly code: ErrorCode;
  readonly sample: (world: BoundsWorld) => Sent | Promise<Sent>;
  /** The user whose connection sends a command; by default the heavy user. */
  readonly as?: BoundSender;
}

export type BoundSender = 'heavy' | 'blocker' | 'witness' | 'admin';

export interface BoundTerms<Sent> {
  /** What makes the request the largest. */
  readonly request: string;
  /** Bytes of the request as JSON, at most. */
  readonly requestBytes: number;
  /** Maximum number of rows that its statements return before it is answered. */
  readonly rows: number;
  /** Bytes of the answer as JSON, at most. */
  readonly answerBytes: number;
  readonly causes?: readonly CausedEvent[];
  /** What the server keeps afterwards, and what bounds that; by default nothing. */
  readonly leaves?: string;
  /** The constants and settings that bound the request, by name. */
  readonly bounded: string;
  /** Why the figures are calculated. The measured ones then need not come near them. */
  readonly calculated?: string;
  /** The user whose connection sends a command; by default the heavy user. */
  readonly as?: BoundSender;
  /** The largest request, in a world that makes its answer the largest. */
  readonly fill: (world: BoundsWorld) => Sent | Promise<Sent>;
  /** Undoes what `fill` put into the world. */
  readonly clear?: (world: BoundsWorld) => void | Promise<void>;
  readonly beyond?: readonly BeyondBound<Sent>[];
}

export type Bound =
  | ({ readonly kind: 'command'; readonly name: string } & BoundTerms<object>)
  | ({ readonly kind: 'route'; readonly name: string } & BoundTerms<RouteRequest>);

export const commandBound = (name: string, terms: BoundTerms<object>): Bound => ({ kind: 'command', name, ...terms });

/** `routeBound('GET /api/characters/{id}', …)`. */
export const routeBound = (name: string, terms: BoundTerms<RouteRequest>): Bound => ({ kind: 'route', name, ...terms });

/** A request beyond a bound: `beyondBound('101 users', 'VALIDATION', (world) => …)`. */
export const beyondBound = <Sent>(
  what: string,
  code: ErrorCode,
  sample: BeyondBound<Sent>['sample'],
): BeyondBound<Sent> => ({
  what,
  code,
  sample,
});

/** The command or route without the suffix in brackets that distinguishes several entries of it. */
export const boundSubject = ({ name }: Pick<Bound, 'name'>): string => name.replace(/ \([^)]*\)$/, '');
