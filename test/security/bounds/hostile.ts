/** Texts that make a careless check take long, in every field that takes a text, as long as a frame or a body may be. */
import { type Bound, command, type RouteRequest, route, type Terms } from './bound';
import type { World } from './world';

/** With the rest of the request it stays below MAX_PAYLOAD_BYTES. */
const FRAME_BYTES = 120_000;
const BODY_BYTES = 125_000;
/** Of a request line and its headers together Node takes 16 KB. */
const HEAD_BYTES = 12_000;

/** What is repeated, and what ends it so that it does not match after all. */
const PATTERNS: Readonly<Record<string, readonly [repeated: string, end: string]>> = {
  letters: ['a', '!'],
  spaces: [' ', 'x'],
  'combining marks': ['\u0301\u200b\u200b\u200b\u200b', 'x'],
  'marks among what is not seen': ['e\u0301\u0301\u0301\u0301\u200d', 'x'],
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

/** So many bytes of it, as JSON has them. */
export function hostile([repeated, end]: readonly [string, string], bytes: number): string {
  const each = Buffer.byteLength(JSON.stringify(repeated)) - 2;
  return repeated.repeat(Math.floor((bytes - end.length) / each)) + end;
}

type Field<Sent> = (world: World, text: string) => Sent;
const terms = <Sent>(fill: Terms<Sent>['fill']): Terms<Sent> => ({ ...NOTHING, request: '', fill });

const here = ({ group }: World) => ({ conversationId: group });

/** By command, a payload whose one field takes the text. */
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
  'chat:message': {
    text: (_, text) => ({ channel: 'global', text }),
    clientId: (_, clientId) => ({ channel: 'global', text: 'a', clientId }),
  },
  'chat:whisper': { toName: (_, toName) => ({ toName, text: 'a' }) },
  'chat:history': { before: (_, before) => ({ channel: 'global', before }) },
  'conversation:create': { title: (_, title) => ({ kind: 'group', participantIds: [], title }) },
  'conversation:sync': { cursors: (_, id) => ({ cursors: { [id]: 0 } }) },
  'message:send': {
    content: (world, content) => ({ ...here(world), content }),
    tempId: (world, tempId) => ({ ...here(world), content: 'a', tempId }),
  },
  'message:read': { messageIds: (world, id) => ({ ...here(world), messageIds: [id] }) },
  'reaction:add': { emoji: (world, emoji) => ({ ...here(world), messageId: world.messageId, emoji }) },
  'notification:list': { cursor: (_, cursor) => ({ cursor }) },
  'system:ping': { 'the name of a field': (_, name) => ({ [name]: 1 }) },
};

/** By command, the most characters that pass; what is longer is refused by its length. */
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
  'POST /api/messages': { content: (world, content) => ({ body: { ...here(world), content } }) },
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
    const whole = hostile(PATTERNS[pattern] ?? ['', ''], FRAME_BYTES);
    const fitting = longest === undefined ? [] : [Array.from(whole).slice(0, longest).join('')];
    return [whole, ...fitting].map((text) =>
      command(
        of(name, field, `${pattern}, ${text.length}`),
        terms((world) => sample(world, text)),
      ),
    );
  });
}

function routes(fields: typeof BODIES, bytes: number): Bound[] {
  return cases(fields).map(([name, field, pattern, sample]) =>
    route(
      of(name, field, pattern),
      terms((world) => sample(world, hostile(PATTERNS[pattern] ?? ['', ''], bytes))),
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
