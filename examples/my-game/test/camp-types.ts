/** What the compiler knows of the game's commands and events. `npm run build` fails if it accepts one of the wrong lines. */
import type { CommandPayload, CommandResult, ServerEvents } from '@aeturnis/client';
import type {} from '../src/camp.contract';

export const payload: CommandPayload<'camp:join'> = { camp: 'hillside', greeting: 'Hello' };
export const result: CommandResult<'camp:join'> = { members: ['anna'] };
export const bell: ServerEvents['camp:bell'] = { by: 'anna' };
// @ts-expect-error The greeting is missing.
export const incomplete: CommandPayload<'camp:join'> = { camp: 'hillside' };
// @ts-expect-error There is no such command.
export type Unknown = CommandPayload<'camp:burn'>;
