/** A row of the matrix: a command or route, its request, and the outcome for each column. */
import { type Expectation, completeExpectation, type PartialExpectation } from './columns';
import type { FighterName, MatrixActor } from './actors';
import type { MatrixScene } from './matrix-scene';

export interface MatrixRequest {
  /** Path parameters by name. */
  readonly params?: Readonly<Record<string, string>>;
  readonly query?: Readonly<Record<string, string>>;
  /** The raw query string, instead of `query`. */
  readonly search?: string;
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
}

/** The request: valid, and about something that belongs to the owner of the scene. */
export type RowSample<Sent> = (scene: MatrixScene, caller: MatrixActor) => Sent;

interface RowOptions {
  /** The request is about something of one user alone: the column `member` is then the owner, or this user of a fight. */
  readonly owned?: true | FighterName;
  /** The request changes its caller, so each caller is a new account in no conversation: a guest, or one with a password. */
  readonly asNew?: 'guest' | 'registered';
}

interface Common extends RowOptions {
  /** The command or route. A suffix in brackets distinguishes several rows of it. */
  readonly name: string;
  readonly expected: Expectation;
}

export type MatrixRow = Common &
  (
    | { readonly kind: 'command'; readonly sample: RowSample<object> }
    | { readonly kind: 'route'; readonly sample: RowSample<MatrixRequest> }
  );

/** `commandRow('chat:message (zone)', {all: 'OK'}, () => ({…}))`. Anonymous callers have no connection. */
export function commandRow(
  name: string,
  expected: PartialExpectation,
  sample: RowSample<object>,
  options: RowOptions = {},
): MatrixRow {
  return {
    kind: 'command',
    name,
    expected: completeExpectation(name, { anonymous: 'no connection', ...expected }),
    sample,
    ...options,
  };
}

/** `routeRow('GET /api/characters/{id}', {all: 'NOT_FOUND', member: 200}, …)`. Anonymous callers are refused by default. */
export function routeRow(
  name: string,
  expected: PartialExpectation,
  sample: RowSample<MatrixRequest> = () => ({}),
  options: RowOptions = {},
): MatrixRow {
  return {
    kind: 'route',
    name,
    expected: completeExpectation(name, { anonymous: 'UNAUTHENTICATED', ...expected }),
    sample,
    ...options,
  };
}

/** The command or route without the suffix in brackets. */
export const rowSubject = ({ name }: Pick<MatrixRow, 'name'>): string => name.replace(/ \([^)]*\)$/, '');
