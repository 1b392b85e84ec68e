/** Hands one client to all components below. */
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { ChatClient } from '../chat-client';
import type { Client } from '../client';

const ClientContext = createContext<ChatClient | null>(null);

/** The application creates the client, connects it and closes it: it outlives every component. */
export function ClientProvider({
  client,
  children,
}: {
  readonly client: ChatClient;
  readonly children?: ReactNode;
}): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** The client that the application has provided: one of `createClient`, unless it says otherwise. @throws Error without a `ClientProvider` above. */
export function useClient<Provided extends ChatClient = Client>(): Provided {
  const client = useContext(ClientContext);
  if (!client) throw new Error('This hook needs a ClientProvider above its component');
  return client as Provided;
}
