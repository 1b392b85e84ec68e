/** The chat: the lines of the zone in which the character is, and the users that are typing. */
import { ScriptedClient } from '../../../../test/support/playground/scripted-client';
import { ChatStore } from './chat-store';

let script: ScriptedClient;
let chat: ChatStore;

beforeEach(() => {
  jest.useFakeTimers();
  script = new ScriptedClient();
  chat = new ChatStore(script.client, () => 'own-user');
});
afterEach(() => jest.useRealTimers());

const lineOf = (id: string): object => ({
  ...{ id, channel: 'zone', text: `text ${id}`, createdAt: '2030-05-17T12:00:00.000Z' },
  from: { userId: 'other', name: 'Other' },
});
const shown = (): string[] => chat.zone.value.map(({ id }) => id);
const settle = (): Promise<void> => jest.advanceTimersByTimeAsync(0);

it('chat: typing that is announced again is shown for its whole time', () => {
  const type = (): void => script.emit('chat:typing', { from: { name: 'Other' }, channel: 'zone' });
  type();
  jest.advanceTimersByTime(2_000);
  type();
  jest.advanceTimersByTime(2_000);
  expect(chat.typing.value.map(({ name }) => name)).toEqual(['Other']);
  jest.advanceTimersByTime(1_000);
  expect(chat.typing.value).toEqual([]);
});

it('chat: the lines and emotes of another zone are not shown any more', async () => {
  script.answers.set('chat:history', () => ({ messages: [] }));
  script.emit('zone:state', { zone: 'village' });
  script.emit('chat:message', lineOf('1'));
  script.emit('chat:emote', { from: { userId: 'other', name: 'Other' }, emote: 'wave', timestamp: 0 });
  await settle();
  script.emit('zone:state', { zone: 'village' });
  expect(shown()).toHaveLength(2);
  script.emit('zone:state', { zone: 'forest' });
  expect(shown()).toEqual([]);
});

it('chat: a history that arrives after the zone was left is dropped', async () => {
  const answers: ((page: object) => void)[] = [];
  script.answers.set('chat:history', () => new Promise((resolve) => answers.push(resolve)));
  script.emit('zone:state', { zone: 'village' });
  script.emit('zone:state', { zone: 'forest' });
  await settle();
  answers[1]?.({ messages: [lineOf('of the forest')] });
  answers[0]?.({ messages: [lineOf('of the village')] });
  await settle();
  expect(shown()).toEqual(['of the forest']);
});
