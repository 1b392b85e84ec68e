/** Who may do what: chat. */
import { command } from '../row';

/** Without a character nobody is in a zone. */
const ZONE = { stranger: 'NO_CHARACTER', former: 'NO_CHARACTER', admin: 'NO_CHARACTER', all: 'OK' } as const;
const NOT_IN_ONE = { all: 'FORBIDDEN' } as const;

const OF: [channel: string, expected: typeof ZONE | typeof NOT_IN_ONE | { all: 'OK' }][] = [
  ['global', { all: 'OK' }],
  ['zone', ZONE],
  ['guild', NOT_IN_ONE],
  ['party', NOT_IN_ONE],
];

export const chat = [
  ...OF.flatMap(([channel, expected]) => [
    command(`chat:message (${channel})`, expected, () => ({ channel, text: 'hello' })),
    command(`chat:typing (${channel})`, expected, () => ({ channel })),
    command(`chat:history (${channel})`, expected, () => ({ channel })),
  ]),
  command('chat:emote', ZONE, () => ({ emote: 'wave' })),
  command('chat:whisper', { all: 'OK' }, ({ owner }) => ({ toUserId: owner.id, text: 'psst' })),
  command('chat:whisper (to a character of the owner)', { all: 'OK' }, ({ owner }) => ({
    toCharacterId: owner.characterId,
    text: 'psst',
  })),
  command('chat:whisper (by name)', { all: 'OK' }, ({ owner }) => ({ toName: owner.name, text: 'psst again' })),
  command('chat:typing (to the owner)', { all: 'OK' }, ({ owner }) => ({ toUserId: owner.id })),
  command('chat:history (with the owner)', { all: 'OK' }, ({ owner }) => ({ withUserId: owner.id })),
];
