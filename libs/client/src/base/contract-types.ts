/** The types of commands and events by name. The contracts themselves are not part of the bundle. */
import type { ClientToServerEvents, EventName, EventPayload } from '@aeturnis/contracts';

export type CommandName = keyof ClientToServerEvents;
export type CommandPayload<Name extends CommandName> = Parameters<ClientToServerEvents[Name]>[0];

type AnswerOf<Name extends CommandName> = Parameters<NonNullable<Parameters<ClientToServerEvents[Name]>[1]>>[0];
/** What a command answers on success, without `success`. */
export type CommandResult<Name extends CommandName> = Omit<
  Exclude<Extract<AnswerOf<Name>, { success: true }>, { dropped: true }>,
  'success'
>;

export type ServerEvents = { [Name in EventName]: EventPayload<Name> };
