/** A chat on one page. */
import { createChatClient } from '@aeturnis/client';
import { browser } from '@aeturnis/client/browser';
import { GuestLogin } from './login';

const server = new URLSearchParams(location.search).get('server') ?? 'http://localhost:3000';
const login = new GuestLogin(server);
const client = createChatClient({
  url: server,
  getToken: () => login.freshToken(),
  getUserId: () => login.userId,
  ...browser(),
});

const element = (id: string): HTMLElement => document.querySelector<HTMLElement>(`#${id}`)!;
const form = element('write') as HTMLFormElement;
const show = (text: string): void =>
  element('messages').append(Object.assign(document.createElement('li'), { textContent: text }));

client.state.subscribe(({ phase }) => (element('connection').textContent = phase));
client.on('chat:message', ({ from, text }) => show(`${from.name}: ${text}`));

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = String(new FormData(form).get('text'));
  try {
    await client.request('chat:message', { channel: 'global', text });
    form.reset();
    element('problem').textContent = '';
  } catch (error) {
    element('problem').textContent = (error as Error).message;
  }
});

await client.connect();
