/** Rows of the authorisation matrix: chat. */
import { commandRow } from '../row';

/** Columns without a character are in no zone. */
const ZONE = { stranger: 'NO_CHARACTER', former: 'NO_CHARACTER', admin: 'NO_CHARACTER', all: 'OK' } as const;
const NOT_A_MEMBER = { all: 'FORBIDDEN' } as const;

const EXPECTED_BY_CHANNEL: [channel: string, expected: typeof ZONE | typeof NOT_A_MEMBER | { all: 'OK' }][] = [
  ['global', { all: 'OK' }],
  ['zone', ZONE],
  ['guild', NOT_A_MEMBER],
  ['party', NOT_A_MEMBER],
];

export const chatRows = [
  ...EXPECTED_BY_CHANNEL.flatMap(([channel, expected]) => [
    commandRow(`chat:message (${channel})`, expected, () => ({ channel, text: 'hello' })),
    commandRow(`chat:typing (${channel})`, expected, () => ({ channel })),
    commandRow(`chat:history (${channel})`, expected, () => ({ channel })),
  ]),
  commandRow('chat:emote', ZONE, () => ({ emote: 'wave' })),
  commandRow('chat:whisper', { all: 'OK' }, ({ owner }) => ({ toUserId: owner.id, text: 'psst' })),
  commandRow('chat:whisper (to a character of the owner)', { all: 'OK' }, ({ owner }) => ({
    toCharacterId: owner.characterId,
    text: 'psst',
  })),
  commandRow('chat:whisper (by name)', { all: 'OK' }, ({ owner }) => ({ toName: owner.name, text: 'psst again' })),
  commandRow('chat:typing (to the owner)', { all: 'OK' }, ({ owner }) => ({ toUserId: owner.id })),
  commandRow('chat:history (with the owner)', { all: 'OK' }, ({ owner }) => ({ withUserId: owner.id })),
];
