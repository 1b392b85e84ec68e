/** A chat in React as an application writes it, in strict mode, which mounts every component twice. */
import { createElement, type ReactElement, StrictMode, useState } from 'react';
import { type Container, createRoot } from 'react-dom/client';
import type { Client } from '../../../libs/client/src/client';
import {
  ClientProvider,
  useConnection,
  useConversation,
  useEvent,
  useRequest,
  useWorld,
} from '../../../libs/client/src/react/react';

export interface ChatProps {
  readonly conversationId: string;
  readonly characterId: string;
}

export interface ShownChat {
  show(props: ChatProps): void;
  remove(): void;
}

export function showChat(client: Client, element: Container): ShownChat {
  const root = createRoot(element);
  return {
    show: (props) =>
      root.render(
        createElement(StrictMode, null, createElement(ClientProvider, { client }, createElement(Chat, props))),
      ),
    remove: () => root.unmount(),
  };
}

function Chat({ conversationId, characterId }: ChatProps): ReactElement {
  const { phase } = useConnection();
  const { state, conversation, error } = useConversation(conversationId);
  const { world } = useWorld(characterId);
  const leave = useRequest('zone:enter');
  const isOther = state !== undefined && state.id !== conversationId;
  const [known, setKnown] = useState<readonly string[]>([]);
  useEvent('chat:message', ({ text }) => setKnown((earlier) => [...earlier, text]));
  return createElement(
    'main',
    null,
    textOf('phase', phase),
    // Never rendered: React would report the error.
    isOther && createElement(ThrowError),
    textOf('messages', state?.messages.map(({ content, status }) => `${content} ${status ?? 'received'}`).join()),
    textOf('received', known.join()),
    textOf('character', world?.own?.name),
    textOf('errors', [error?.code, leave.error?.code].filter((code) => code !== undefined).join()),
    createElement('button', { id: 'write', onClick: () => void conversation?.send('hello') }),
    createElement('button', { id: 'leave', onClick: () => void leave.send({ exitId: 'nowhere' }) }),
  );
}

function ThrowError(): never {
  throw new Error('the messages of another conversation are shown');
}

const textOf = (id: string, text: string | undefined): ReactElement => createElement('p', { key: id, id }, text);
