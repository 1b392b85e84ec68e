/** Parts of the document of the HTTP API that no route declares: the tags, the headers of answers, and that of unchanged ones. */
import type { ApiDocument, ApiResponseObject } from './openapi-document';

export const API_TAGS: ApiDocument['tags'] = Object.entries({
  admin: 'Administration: figures, users, fights, announcements and the audit log. Requires the role `admin`.',
  auth: 'Registration, login and tokens.',
  blocks: 'Users whom the caller has blocked: the caller receives nothing from them.',
  characters: "The caller's characters and what they own.",
  combats: 'Fights: their state, their log, and actions in them.',
  conversations: 'Conversations and their members.',
  health: 'Probes for load balancers and orchestrators.',
  me: 'The own account.',
  messages: 'The messages of conversations.',
  notifications: "The caller's notifications.",
  players: 'Finds other players by name.',
  realtime: 'The limits of commands and routes.',
  zones: 'The maps of the zones.',
}).map(([name, description]) => ({ name, description }));

export const NOT_MODIFIED: ApiResponseObject = {
  description: 'The answer is the one whose ETag the request has sent in the header If-None-Match.',
  headers: {
    'X-Request-Id': { $ref: '#/components/headers/RequestId' },
    ETag: { $ref: '#/components/headers/ETag' },
  },
};

export const HEADERS: ApiDocument['components']['headers'] = {
  ETag: { description: 'Identifies the content of the answer.', required: true, schema: { type: 'string' } },
  RequestId: {
    description: 'The id of the request in the log of the server: that of the request header, or a new one.',
    required: true,
    schema: { type: 'string', minLength: 8, maxLength: 64 },
  },
  RetryAfter: {
    description: 'Seconds after which a retry makes sense.',
    required: true,
    schema: { type: 'integer', minimum: 0 },
  },
};
