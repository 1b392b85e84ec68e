/** Texts that make a careless check slow, in every text field, as long as a frame or a body may be. */
import { randomUUID } from 'node:crypto';
import { type Bound, commandBound, type RouteRequest, routeBound, type BoundTerms } from './bound';
import type { BoundsWorld } from './bounds-world';

/** With the rest of the request this stays below MAX_PAYLOAD_BYTES. */
const FRAME_BYTES = 120_000;
const BODY_BYTES = 125_000;
/** Node accepts 16 KB for the request line and the headers together. */
const HEAD_BYTES = 12_000;

/** The repeated part, and an end that makes the whole text fail to match. */
const PATTERNS: Readonly<Record<string, readonly [repeated: string, end: string]>> = {
  letters: ['a', '!'],
  spaces: [' ', 'x'],
  'combining marks': ['\u0301\u200b\u200b\u200b\u200b', 'x'],
  'marks among invisible characters': ['e\u0301\u0301\u0301\u0301\u200d', 'x'],
  'ligatures that unfold': ['\ufdfa', 'x'],
  'signs of a mention': ['@a.', '"'],
  'quoted mentions': ['@"aa', '\n'],
  'line breaks': ['\n', 'x'],
  separators: ["a'", '-'],
  points: ['a.', '@'],
  digits: ['1', 'x'],
  underscores: ['x_', '!'],
};

const NOTHING = { requestBytes: Infinity, rows: Infinity, answerBytes: Infinity, leaves: '', bounded: '' };

/** The pattern, repeated up to this number of bytes in JSON. */
export function hostileText([repeated, end]: readonly [string, string], bytes: number): string {
  const size = Buffer.byteLength(JSON.stringify(repeated)) - 2;
  return repeated.repeat(Math.floor((bytes - end.length) / size)) + end;
}

type Field<Sent> = (world: BoundsWorld, text: string) => Sent;
const terms = <Sent>(fill: BoundTerms<Sent>['fill']): BoundTerms<Sent> => ({ ...NOTHING, request: '', fill });

const conversationPayload = ({ group }: BoundsWorld) => ({ conversationId: group });
const action = () => ({ sessionId: randomUUID(), actionId: randomUUID() });

/** For each command, payloads with the text in one field. */
const FIELDS: Readonly<Record<string, Readonly<Record<string, Field<object>>>>> = {
  'auth:refresh': { token: (_, token) => ({ token }) },
  'presence:update': { activity: (_, activity) => ({ activity }) },
  'presence:get': { userIds: (_, text) => ({ userIds: [text] }) },
  'block:add': { userId: (_, userId) => ({ userId }) },
  'character:select': { characterId: (_, characterId) => ({ characterId }) },
  'character:action': {
    action: (_, action) => ({ action }),
    targetId: (_, targetId) => ({ action: 'wave', targetId }),
  },
  'character:status': { status: (_, status) => ({ status }) },
  'zone:enter': { exitId: (_, exitId) => ({ exitId }) },
  'zone:population': { zone: (_, zone) => ({ zone }) },
  'combat:start': {
    monsterId: (_, monsterId) => ({ monsterId }),
    targetIds: (_, id) => ({ targetIds: [id] }),
    clientSeed: (_, clientSeed) => ({ monsterId: 'rat', clientSeed }),
    commitment: (_, commitment) => ({ monsterId: 'rat', commitment }),
  },
  'combat:action': {
    targetId: (_, targetId) => ({ ...action(), type: 'attack', targetId }),
    skillId: (_, skillId) => ({ ...action(), type: 'skill', skillId }),
    itemId: (_, itemId) => ({ ...action(), type: 'item', itemId }),
  },
  'chat:message': {
    text: (_, text) => ({ channel: 'global', text }),
    clientId: (_, clientId) => ({ channel: 'global', text: 'a', clientId }),
  },
  'chat:whisper': { toName: (_, toName) => ({ toName, text: 'a' }) },
  'chat:history': { before: (_, before) => ({ channel: 'global', before }) },
  'conversation:create': { title: (_, title) => ({ kind: 'group', participantIds: [], title }) },
  'conversation:sync': { cursors: (_, id) => ({ cursors: { [id]: 0 } }) },
  'message:send': {
    content: (world, content) => ({ ...conversationPayload(world), content }),
    tempId: (world, tempId) => ({ ...conversationPayload(world), content: 'a', tempId }),
  },
  'message:read': { messageIds: (world, id) => ({ ...conversationPayload(world), messageIds: [id] }) },
  'reaction:add': { emoji: (world, emoji) => ({ ...conversationPayload(world), messageId: world.messageId, emoji }) },
  'notification:list': { cursor: (_, cursor) => ({ cursor }) },
  'system:ping': { 'the name of a field': (_, name) => ({ [name]: 1 }) },
};

/** The longest text that a field accepts, in characters. Longer texts are refused for their length. */
const LONGEST: Readonly<Record<string, number>> = {
  'presence:update activity': 80,
  'chat:message text': 500,
  'conversation:create title': 100,
  'message:send content': 10_000,
};

const BODIES: Readonly<Record<string, Readonly<Record<string, Field<RouteRequest>>>>> = {
  'POST /api/auth/register': {
    username: (_, username) => ({ body: { username, password: 'correct horse' } }),
    password: (_, password) => ({ body: { username: 'somebody', password } }),
    email: (_, email) => ({ body: { username: 'somebody', password: 'correct horse', email } }),
  },
  'POST /api/auth/login': { username: (_, username) => ({ body: { username, password: 'correct horse' } }) },
  'POST /api/auth/guest': { name: (_, name) => ({ body: { name } }) },
  'POST /api/auth/refresh': { refreshToken: (_, refreshToken) => ({ body: { refreshToken } }) },
  'POST /api/characters': { name: (_, name) => ({ body: { name, class: 'mage' } }) },
  'POST /api/messages': { content: (world, content) => ({ body: { ...conversationPayload(world), content } }) },
  'POST /api/admin/broadcasts': {
    message: ({ admin }, message) => ({
      token: admin.accessToken,
      body: { target: 'all', message, level: 'info' },
    }),
    id: ({ admin }, id) => ({
      token: admin.accessToken,
      body: { target: 'zone', id, message: 'a', level: 'info' },
    }),
  },
  'POST /api/admin/users/{id}/ban': {
    until: ({ admin, users }, until) => ({
      token: admin.accessToken,
      params: { id: users[900] ?? '' },
      body: { reason: 'a', until },
    }),
  },
};

const latin = (text: string): string => text.replace(/[^\x20-\x7e]/g, 'a');
const HEADS: Readonly<Record<string, Readonly<Record<string, Field<RouteRequest>>>>> = {
  'GET /api/conversations/{id}': {
    'the path': (_, id) => ({ params: { id: encodeURIComponent(id.slice(0, 4_000)) } }),
  },
  'GET /api/conversations': { cursor: (_, cursor) => ({ query: { cursor: latin(cursor) } }) },
  'GET /api/me': {
    'the bearer token': (_, text) => ({ headers: { authorization: `Bearer ${latin(text)}` } }),
    'the cookies': (_, text) => ({ headers: { authorization: '', cookie: `a=b; accessToken=${latin(text)}` } }),
    'the address': (_, text) => ({ headers: { 'x-forwarded-for': latin(text) } }),
    'the request id': (_, text) => ({ headers: { 'x-request-id': latin(text) } }),
    'the origin': (_, text) => ({ headers: { origin: `http://${latin(text)}` } }),
  },
};

const of = (subject: string, field: string, pattern: string): string => `${subject} (${field}: ${pattern})`;

function commands(): Bound[] {
  return cases(FIELDS).flatMap(([name, field, pattern, sample]) => {
    const longest = LONGEST[`${name} ${field}`];
    const whole = hostileText(PATTERNS[pattern] ?? ['', ''], FRAME_BYTES);
    const fitting = longest === undefined ? [] : [Array.from(whole).slice(0, longest).join('')];
    return [whole, ...fitting].map((text) =>
      commandBound(
        of(name, field, `${pattern}, ${text.length}`),
        terms((world) => sample(world, text)),
      ),
    );
  });
}

function routes(fields: typeof BODIES, bytes: number): Bound[] {
  return cases(fields).map(([name, field, pattern, sample]) =>
    routeBound(
      of(name, field, pattern),
      terms((world) => sample(world, hostileText(PATTERNS[pattern] ?? ['', ''], bytes))),
    ),
  );
}

function cases<Sent>(fields: Readonly<Record<string, Readonly<Record<string, Field<Sent>>>>>) {
  return Object.entries(fields).flatMap(([name, own]) =>
    Object.entries(own).flatMap(([field, sample]) =>
      Object.keys(PATTERNS).map((pattern) => [name, field, pattern, sample] as const),
    ),
  );
}

export const HOSTILE: readonly Bound[] = [...commands(), ...routes(BODIES, BODY_BYTES), ...routes(HEADS, HEAD_BYTES)];
