/** A row of the matrix: a command or a route, what is sent, and who gets which outcome. */
import { type Expectation, stated, type Stated } from './columns';
import type { Actor } from './actors';
import type { Scene } from './scene';

export interface Request {
  /** By name, what stands in the path. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** The query as it stands in the address, instead of `query`. */
  readonly search?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What is sent, valid in itself and about what belongs to the owner of the scene. */
export type Sample<Sent> = (scene: Scene, caller: Actor) => Sent;

interface Options {
  /** It belongs to one user alone, who stands in the column of members. */
  readonly owned?: true;
  /** It changes what the caller is, so that each caller is a new account, in no conversation: a guest, or one with a password. */
  readonly asNew?: 'guest' | 'registered';
}

interface Common extends Options {
  /** What is asked for; a word in brackets after it tells several rows of one command or route apart. */
  readonly name: string;
  readonly expected: Expectation;
}

export type Row = Common &
  (
    | { readonly kind: 'command'; readonly sample: Sample<object> }
    | { readonly kind: 'route'; readonly sample: Sample<Request> }
  );

/** `command('chat:message (zone)', {all: 'OK'}, () => ({…}))`. Without a connection nobody sends anything. */
export function command(name: string, expected: Stated, sample: Sample<object>, options: Options = {}): Row {
  return {
    kind: 'command',
    name,
    expected: stated(name, { anonymous: 'no connection', ...expected }),
    sample,
    ...options,
  };
}

/** `route('GET /api/characters/{id}', {all: 'NOT_FOUND', member: 200}, …)`. Who shows no token is refused unless it says otherwise. */
export function route(
  name: string,
  expected: Stated,
  sample: Sample<Request> = () => ({}),
  options: Options = {},
): Row {
  return {
    kind: 'route',
    name,
    expected: stated(name, { anonymous: 'UNAUTHENTICATED', ...expected }),
    sample,
    ...options,
  };
}

/** The command or the route without the word in brackets. */
export const subject = ({ name }: Pick<Row, 'name'>): string => name.replace(/ \([^)]*\)$/, '');
