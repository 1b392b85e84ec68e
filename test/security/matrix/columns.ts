/** The columns of the authorisation matrix, and what may stand in a cell of it. */
import type { ErrorCode } from '@aeturnis/contracts';

/** Who asks for something of the owner, and how the page explains it. */
export const COLUMNS = {
  anonymous: 'shows no token',
  stranger: 'has nothing to do with the owner, and plays no character',
  member: 'is in the conversation and in the zone of the owner; where a thing belongs to one user alone (◦), the owner',
  former: 'was in the conversation and has been taken out of it; plays no character',
  blocked: 'is a member whom the owner has blocked: gets the answers of a member',
  moderator: 'is a member with the role `moderator` who is an admin of the conversation as well',
  admin: 'has the role `admin`, is in no conversation with the owner and plays no character',
} as const;

export type Column = keyof typeof COLUMNS;
export const ORDER = Object.keys(COLUMNS) as Column[];

/** A command: `OK`, the code of its error, or no connection to send it over. A route: its status, or the code of its error. */
export type Outcome = 'OK' | 'no connection' | ErrorCode | number;

export type Expectation = Readonly<Record<Column, Outcome>>;

/** `all` states every cell that is not stated by itself. */
export type Stated = Readonly<Partial<Record<Column | 'all', Outcome>>>;

/** @throws where a cell stays unstated. */
export function stated(row: string, { all, ...own }: Stated): Expectation {
  const cells = ORDER.map((column) => {
    const outcome = own[column] ?? all;
    if (outcome === undefined) throw new Error(`${row} × ${column}: no outcome is stated`);
    return [column, outcome] as const;
  });
  return Object.fromEntries(cells) as Expectation;
}
