/** The list of conversations: all of its pages, and the one that the visitor has chosen last. */
import { answerHttp, ScriptedClient } from '../../../../test/support/playground/scripted-client';
import { ConversationList } from './conversation-list';

interface Opened {
  readonly id: string;
  isClosed: boolean;
}

const CONVERSATIONS = Array.from({ length: 120 }, (_, index) => ({ id: `c${index}`, unread: 0 }));
const PAGE = 50;

let script: ScriptedClient;
let list: ConversationList;
let opened: Opened[];
/** What resolves the openings, by conversation. */
let openings: Map<string, () => void>;

beforeEach(() => {
  [opened, openings] = [[], new Map()];
  script = new ScriptedClient();
  script.answers.set('conversation:join', () => ({}));
  script.answers.set('conversation:leave', () => ({}));
  answerHttp((path) => {
    const from = Number(new URL(path, 'http://server').searchParams.get('cursor') ?? 0);
    const next = from + PAGE < CONVERSATIONS.length ? { next: String(from + PAGE) } : {};
    return { conversations: CONVERSATIONS.slice(from, from + PAGE), ...next };
  });
  const open = async (id: string): Promise<object> => {
    await new Promise<void>((resolve) => openings.set(id, resolve));
    const conversation = { id, isClosed: false, markRead: async () => undefined };
    opened.push(conversation);
    return Object.assign(conversation, { close: () => (conversation.isClosed = true) });
  };
  list = new ConversationList(Object.assign(script, { conversations: { open } }).client, async () => 'token');
});
afterEach(() => jest.restoreAllMocks());

const listed = (): [count: number, hasMore: boolean] => [list.summaries.value.length, list.hasMore.value];

it('conversations: further pages are listed on request, up to the last one', async () => {
  await list.read();
  expect(listed()).toEqual([50, true]);
  await list.readMore();
  expect(listed()).toEqual([100, true]);
  await list.readMore();
  expect(listed()).toEqual([120, false]);
  await list.read();
  expect(listed()).toEqual([120, false]);
});

it('conversations: of two that are chosen one after the other the last one is shown, and the other is closed', async () => {
  const shown = [list.show('a'), list.show('b')];
  openings.get('b')?.();
  await new Promise((resolve) => setImmediate(resolve));
  openings.get('a')?.();
  await Promise.all(shown);
  expect(list.open.value?.id).toBe('b');
  expect(opened.filter(({ isClosed }) => !isClosed).map(({ id }) => id)).toEqual(['b']);
  expect(script.requested).toEqual([{ command: 'conversation:join', payload: { conversationId: 'b' } }]);
});

it('conversations: one that is hidden while it is opened is not shown', async () => {
  const shown = list.show('a');
  list.hide();
  openings.get('a')?.();
  await shown;
  expect(list.open.value).toBeUndefined();
  expect(opened.map(({ isClosed }) => isClosed)).toEqual([true]);
});
