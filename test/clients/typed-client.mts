/** A client of the HTTP API whose types are generated from its OpenAPI document. Prints what it was answered, as JSON. */
import createClient from 'openapi-fetch';
import type { paths } from './api.js';

const baseUrl = process.argv[2] ?? '';
const guests = createClient<paths>({ baseUrl });
const { data: session } = await guests.POST('/api/auth/guest', { body: { name: 'Wanderer' } });
if (!session) throw new Error('no session');
const api = createClient<paths>({ baseUrl, headers: { authorization: `Bearer ${session.accessToken}` } });

const { data: character } = await api.POST('/api/characters', { body: { name: 'Ælfgifu', class: 'ranger' } });
if (!character) throw new Error('no character');
const { data: group } = await api.POST('/api/conversations', {
  body: { kind: 'group', participantIds: [], title: 'Raid on Tuesday' },
});
if (!group) throw new Error('no conversation');
const conversationId = group.id;
await api.POST('/api/messages', { body: { conversationId, content: 'See you at the gate' } });
const { data: page } = await api.GET('/api/messages', { params: { query: { conversationId, limit: 10 } } });
const texts = (page?.messages ?? []).map((message): string => ('content' in message ? message.content : ''));

// Of an error, the compiler knows the codes of this route.
const { error } = await api.GET('/api/characters/{id}', { params: { path: { id: session.user.id } } });
const code: 'NOT_FOUND' extends NonNullable<typeof error>['error']['code'] ? string : never = error?.error.code ?? '';
// @ts-expect-error The route never answers this code.
const isForeign: boolean = error?.error.code === 'NAME_TAKEN';

// @ts-expect-error There is no such class.
const wrongClass = await api.POST('/api/characters', { body: { name: 'Bob', class: 'necromancer' } });
// @ts-expect-error There is no such route.
const wrongPath = await api.GET('/api/charakters');
// @ts-expect-error The conversation is missing.
const wrongQuery = await api.GET('/api/messages', { params: { query: { limit: 10 } } });
// @ts-expect-error A character has no such field.
const wrongField: unknown = character.mana;

console.log(
  JSON.stringify({
    character: { name: character.name, health: character.stats.health },
    ...{ texts, code, isForeign, wrongField: wrongField ?? null },
    refused: [wrongClass, wrongPath, wrongQuery].map(({ response }) => response.status),
  }),
);
