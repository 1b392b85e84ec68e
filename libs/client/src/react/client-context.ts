/** Hands one client to all components below. */
import { createContext, createElement, type ReactElement, type ReactNode, useContext } from 'react';
import type { Client } from '../client';

const ClientContext = createContext<Client | null>(null);

/** The application creates the client, connects it and closes it: it outlives every component. */
export function ClientProvider({
  client,
  children,
}: {
  readonly client: Client;
  readonly children?: ReactNode;
}): ReactElement {
  return createElement(ClientContext.Provider, { value: client }, children);
}

/** @throws Error without a `ClientProvider` above. */
export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('This hook needs a ClientProvider above its component');
  return client;
}
