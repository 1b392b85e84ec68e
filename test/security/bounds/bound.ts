/** A bound: the largest request of a command or a route, and the most that it makes the server read, answer, send and keep. */
import type { ErrorCode, EventName } from '@aeturnis/contracts';
import type { World } from './world';

export interface RouteRequest {
  /** What stands in the path, by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  /** Who calls; the heavy user where nobody is named. */
  readonly token?: string;
}

/** An event that a request causes. */
export interface Caused {
  readonly event: EventName;
  /** Of its payload, at most. */
  readonly bytes: number;
  /** Who gets it: each connection of these. */
  readonly to: string;
  /** The test sees it so many times: it goes to the heavy user, to the witness or to the blocker. */
  readonly seen?: number;
}

/** A request that is one past a bound, and how it is refused. */
export interface Beyond<Sent> {
  readonly what: string;
  readonly code: ErrorCode;
  readonly sample: (world: World) => Sent | Promise<Sent>;
  /** Whose connection sends a command; the heavy user's where nobody is named. */
  readonly as?: Sender;
}

export type Sender = 'heavy' | 'blocker' | 'witness';

export interface Terms<Sent> {
  /** What makes the request the largest. */
  readonly request: string;
  /** Bytes of the request as JSON, at most. */
  readonly requestBytes: number;
  /** Rows that the statements behind it answer, at most, before it is answered. */
  readonly rows: number;
  /** Bytes of the answer as JSON, at most. */
  readonly answerBytes: number;
  readonly causes?: readonly Caused[];
  /** What is left of it afterwards, and what bounds that. */
  readonly leaves: string;
  /** What bounds all of it: constants and settings by name. */
  readonly bounded: string;
  /** Why the figures are reckoned, and the filling need not come near them. */
  readonly reckoned?: string;
  /** Whose connection sends a command; the heavy user's where nobody is named. */
  readonly as?: Sender;
  /** The largest request, in a world that makes its answer the largest. */
  readonly fill: (world: World) => Sent | Promise<Sent>;
  /** Undoes what the filling has put into the world. */
  readonly clear?: (world: World) => void | Promise<void>;
  readonly beyond?: readonly Beyond<Sent>[];
}

export type Bound =
  | ({ readonly kind: 'command'; readonly name: string } & Terms<object>)
  | ({ readonly kind: 'route'; readonly name: string } & Terms<RouteRequest>);

export const command = (name: string, terms: Terms<object>): Bound => ({ kind: 'command', name, ...terms });

/** `route('GET /api/characters/{id}', …)`. */
export const route = (name: string, terms: Terms<RouteRequest>): Bound => ({ kind: 'route', name, ...terms });

/** One past a bound: `beyond('101 users', 'VALIDATION', (world) => …)`. */
export const beyond = <Sent>(what: string, code: ErrorCode, sample: Beyond<Sent>['sample']): Beyond<Sent> => ({
  what,
  code,
  sample,
});

/** The command or the route without the word in brackets that tells several entries of it apart. */
export const subject = ({ name }: Pick<Bound, 'name'>): string => name.replace(/ \([^)]*\)$/, '');
