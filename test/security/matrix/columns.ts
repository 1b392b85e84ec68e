/** The columns of the authorisation matrix, and the outcomes that a cell may state. */
import type { ErrorCode } from '@aeturnis/contracts';

/** The callers of requests about the owner, and how the page describes them. */
export const COLUMNS = {
  anonymous: 'shows no token',
  stranger: 'has nothing to do with the owner, and plays no character',
  member: 'is in the conversation and in the zone of the owner; for things of one user alone (◦), is the owner',
  former: 'has been removed from the conversation; plays no character',
  blocked: 'is a member whom the owner has blocked: gets the answers of a member',
  moderator: 'is a member with the role `moderator` who is an admin of the conversation as well',
  admin: 'has the role `admin`, is in no conversation with the owner and plays no character',
} as const;

export type Column = keyof typeof COLUMNS;
export const COLUMN_ORDER = Object.keys(COLUMNS) as Column[];

/** A command: `OK`, the code of its error, or no connection to send it over. A route: its status, or the code of its error. */
export type MatrixOutcome = 'OK' | 'no connection' | ErrorCode | number;

export type Expectation = Readonly<Record<Column, MatrixOutcome>>;

/** `all` is the outcome of every column without one of its own. */
export type PartialExpectation = Readonly<Partial<Record<Column | 'all', MatrixOutcome>>>;

/** @throws when a cell has no outcome. */
export function completeExpectation(row: string, { all, ...own }: PartialExpectation): Expectation {
  const cells = COLUMN_ORDER.map((column) => {
    const outcome = own[column] ?? all;
    if (outcome === undefined) throw new Error(`${row} × ${column}: no outcome is stated; add it, or \`all\``);
    return [column, outcome] as const;
  });
  return Object.fromEntries(cells) as Expectation;
}
