/** What the app starts with: its login, its client, and the conversation that was shown last. */
import { type ChatClient, createChatClient } from '@aeturnis/client';
import { reactNative } from '@aeturnis/client/react-native';
import AsyncStorage from '@react-native-async-storage/async-storage';
import NetInfo from '@react-native-community/netinfo';
import { AppState } from 'react-native';
import { GuestLogin } from './login';
import { SERVER } from './server';

const CONVERSATION_KEY = 'chat:conversation';

export interface Session {
  readonly client: ChatClient;
  readonly conversationId: string | undefined;
}

export async function openSession(server = SERVER): Promise<Session> {
  const [login, conversationId] = await Promise.all([
    GuestLogin.restore(server),
    AsyncStorage.getItem(CONVERSATION_KEY),
  ]);
  return { client: connectAs(login, server), conversationId: conversationId ?? undefined };
}

function connectAs(login: GuestLogin, server: string): ChatClient {
  const client = createChatClient({
    url: server,
    getToken: () => login.freshToken(),
    getUserId: () => login.userId,
    ...reactNative({ AsyncStorage, AppState, NetInfo }),
  });
  // A refusal is shown by its phase, `ended`.
  client.connect().catch(() => undefined);
  return client;
}

export const rememberConversation = (id: string): Promise<void> => AsyncStorage.setItem(CONVERSATION_KEY, id);
